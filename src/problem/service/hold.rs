//! What of a problem is kept as it is by law (法律保留), and the columns of what is kept no longer.

use chrono::NaiveDate;
use entity::problem;
use entity::word::RetentionClass;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait};

use super::Case;
use crate::act::Act;
use crate::clock::day;
use crate::error::Result;

/// Whether a problem is under a legal hold on a day.
#[must_use]
pub fn held(row: &problem::Model, today: NaiveDate) -> bool {
    row.held_at.is_some() && row.held_until.is_none_or(|until| until >= today)
}

/// The same, asked of rows.
#[must_use]
pub fn held_on(today: NaiveDate) -> Expr {
    let until = problem::Column::HeldUntil;
    problem::Column::HeldAt.is_not_null().and(until.is_null().or(until.gte(today)))
}

/// Whether a problem has contact data.
#[must_use]
pub fn has_contact(row: &problem::Model) -> bool {
    row.reporter_name.is_some() || row.reporter_phone.is_some() || row.reporter_address.is_some()
}

/// Since when a class of a problem's data is there although the problem is done with.
#[must_use]
pub const fn idle_at(class: RetentionClass) -> problem::Column {
    match class {
        RetentionClass::Contact => problem::Column::ContactIdleAt,
        RetentionClass::ReportText => problem::Column::ReportIdleAt,
        RetentionClass::Attachment => problem::Column::FilesIdleAt,
    }
}

/// Takes a class of data out of a problem's own columns; its texts are redacted, its files withdrawn, where they are.
pub fn erase(change: &mut problem::ActiveModel, class: RetentionClass) {
    match class {
        RetentionClass::Contact => {
            change.reporter_name = Set(None);
            change.reporter_phone = Set(None);
            change.reporter_phone_hash = Set(None);
            change.reporter_address = Set(None);
            change.contact_idle_at = Set(None);
        }
        RetentionClass::ReportText => change.report_idle_at = Set(None),
        RetentionClass::Attachment => change.files_idle_at = Set(None),
    }
}

/// Puts a problem under a legal hold, or changes the one that it is under.
///
/// # Errors
/// A fault of the database.
pub async fn hold(act: &Act<'_>, case: &Case, reason: &str, until: Option<NaiveDate>) -> Result<()> {
    let mut change = case.change();
    let since = case.row.held_at.filter(|_| held(&case.row, day(act.now)));
    change.held_at = Set(Some(since.unwrap_or(act.now)));
    change.held_until = Set(until);
    change.hold_reason = Set(Some(reason.to_owned()));
    super::write(act, change).await
}

/// Lifts it.
///
/// # Errors
/// A fault of the database.
pub async fn lift(act: &Act<'_>, case: &Case) -> Result<()> {
    let mut change = case.change();
    (change.held_at, change.held_until, change.hold_reason) = (Set(None), Set(None), Set(None));
    super::write(act, change).await
}
