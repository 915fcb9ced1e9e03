//! The mutation on notifications.

use chrono::{DateTime, Utc};
use entity::notification;

use super::service::mark;
use crate::input;
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;

input! { one of
    /// Which of one's notifications were read: some, or all up to a moment.
    pub struct MarkNotificationsReadInput {
        /// These, 1 to 100.
        pub ids: Option<Vec<Id<notification::Entity>>>,
        /// All that were made up to this moment, inclusive: the `createdAt` of the newest that was shown.
        pub up_to: Option<DateTime<Utc>>,
    }
}

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    vec![Command::value(
        "markNotificationsRead",
        Capability::MarkNotifications,
        "marked",
        |call, input: MarkNotificationsReadInput| Box::pin(mark::mark(call, input)),
        "Marks one's own notifications as read and says how many were not before. To do it twice does no harm.",
    )]
}
