//! What can be read of the inbox and of notifications.

use entity::word::{InboxKind, NotificationKind};
use entity::{inbox_item, notification};
use sea_orm::sea_query::ExprTrait;

use super::wording::{NotificationText, text};
use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows;
use crate::read::model::{Column, Extension, Join, Operand, Type, col};
use crate::read::shape::Output;

/// The types.
#[must_use]
pub fn types() -> Vec<Type> {
    vec![item(), notification()]
}

/// What is added to `Viewer`.
#[must_use]
pub fn of_viewer() -> Extension {
    Extension::of("Viewer")
        .many_by(
            "inbox",
            "InboxItem",
            Join::Viewer,
            ("dueAt", false),
            "What waits for the person in all posts held today (收件箱), the soonest due first: tasks not yet submitted or read, calls to the spot not yet finished, requests about people's data not yet answered. To act on a row of another post, call `actAs` with its `post` first.",
        )
        .many_by(
            "notifications",
            "Notification",
            Join::Viewer,
            ("createdAt", true),
            "What the person was told of (通知), in all posts held today and as a person; the newest first.",
        )
}

fn item() -> Type {
    use inbox_item::Column as C;
    Type::of(
        inbox_item::Entity,
        "InboxItem",
        prefix::INBOX_ITEM,
        Capability::ReadInbox,
        rows::inbox::item,
        "Something that waits for the person in one post (待办). It says no more than its number, kind and due time: what it is about is read in that post, for which `actAs` gives a token; there it stands in `viewer.tasks`, `viewer.whistleCalls` or `subjectRequests`.",
    )
    .field(col(C::Kind).word::<InboxKind>().filters(), "What it is.")
    .field(col(C::Number), "The number of the problem; null for a whistle, which has none, and for a request about one's data that names none.")
    .field(col(C::DueAt).orders_by(C::DueOrder), "When it is due; null where it has no limit.")
    .derived::<bool>(
        "overdue",
        vec![Column::of(C::DueAt)],
        vec![],
        |look| look.cells.time("due_at").is_some_and(|due| due < look.now).into(),
        "Whether its due time has passed; derived, never stored.",
    )
    .field(col(C::CreatedAt), "When it was given.")
    .link("post", C::Post, "Appointment", "The post that it waits for (任职): what to give to `actAs`.")
    .within_parent_scope()
}

fn notification() -> Type {
    use notification::Column as C;
    Type::of(
        notification::Entity,
        "Notification",
        prefix::NOTIFICATION,
        Capability::ReadInbox,
        rows::notification::notification,
        "Something the person was told of (通知): a number, a verb and a due time. What it is about is read in its post.",
    )
    .field(col(C::Kind).word::<NotificationKind>().filters(), "What happened.")
    .field(col(C::Number), "The number of the problem; null where it is about none that the person may know.")
    .field(col(C::DueAt), "When it is due; null where it has no limit.")
    .field(col(C::CreatedAt).orders(), "When it happened.")
    .field(col(C::ReadAt), "When the person read it; null before.")
    .derived::<NotificationText>(
        "text",
        [C::Kind, C::Number, C::DueAt].map(Column::of).into(),
        vec![],
        |look| {
            let kind = look.cells.word::<NotificationKind>("kind");
            let said = kind.map(|kind| text(kind, look.cells.text("number").as_deref(), look.cells.time("due_at")));
            said.unwrap_or_else(|| NotificationText { zh: String::new(), en: String::new() }).json()
        },
        "What it says, as it is delivered.",
    )
    .filter(
        "unread",
        Operand::Boolean,
        |at, asked| asked.of(&at.col(C::ReadAt).is_null()),
        "Those not read yet, or those that were.",
    )
    .link(
        "post",
        C::PostId,
        "Appointment",
        "The post that it is for (任职); null where it is for the person, as a reporter, a side of a mediation, or who asked about their data.",
    )
}
