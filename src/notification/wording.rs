//! The words of a notification: number, verb and due time.

use chrono::{DateTime, Utc};
use entity::word::{NotificationKind, Word};

use crate::answer;
use crate::clock::OFFSET;

answer! {
    /// The text of a notification in both languages: number, verb and due time.
    pub struct NotificationText {
        /// In Chinese (中文).
        pub zh: String,
        /// In English.
        pub en: String,
    }
}

/// The text.
#[must_use]
pub fn text(kind: NotificationKind, number: Option<&str>, due: Option<DateTime<Utc>>) -> NotificationText {
    let due = due.map(|due| due.with_timezone(&OFFSET).format("%Y-%m-%d %H:%M").to_string());
    let (mut zh, mut en) = (kind.zh().to_owned(), kind.en().to_owned());
    if let Some(number) = number {
        zh = format!("{number} {zh}");
        en = format!("{number}: {en}");
    }
    if let Some(due) = due {
        zh = format!("{zh}，时限 {due}");
        en = format!("{en}; due {due}");
    }
    NotificationText { zh, en }
}

/// Whether quiet hours do not hold it back: whistles have their own clock, at night too.
#[must_use]
pub const fn urgent(kind: NotificationKind) -> bool {
    use NotificationKind as K;
    match kind {
        K::WhistleCalled | K::WhistleUnanswered | K::WhistleEnded => true,
        K::TriageWanted
        | K::TaskAssigned
        | K::TaskDueSoon
        | K::TaskOverdue
        | K::TaskEnded
        | K::DeadlineMoved
        | K::DecisionWanted
        | K::Decided
        | K::VerificationWanted
        | K::Rework
        | K::Supervised
        | K::ProblemAccepted
        | K::ProblemDeclined
        | K::ProblemAdvanced
        | K::ProblemClosed
        | K::ProblemReopened
        | K::ProblemEnded
        | K::VisitOffered
        | K::VisitChanged
        | K::MediationConsentWanted
        | K::MediationAdvanced
        | K::MediationDue => false,
    }
}
