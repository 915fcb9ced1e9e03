//! What happens to problems when its time comes: requests lapse, pauses end, review dates pass, what is done with goes to
//! the archive.

use chrono::{DateTime, Utc};
use entity::word::{ProblemStatus, RequestStatus, SupervisionGrounds};
use entity::{ledger_entry, problem, suspension};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use super::suspend::{self, begins};
use super::{change_of, lapse, remind, supervise, write};
use crate::act::Act;
use crate::clock::day;
use crate::error::Result;
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::job::Job;

/// The jobs of this domain.
#[must_use]
pub fn jobs() -> Vec<Job> {
    let job = |name, find, run| Job { name, find, run };
    vec![
        job(
            "remind of limits",
            |db, now, most| Box::pin(remind::system_due(db, now, most)),
            |act, id| Box::pin(remind::remind(act, id)),
        ),
        job(
            "lapse requests",
            |db, now, most| Box::pin(lapse::system_requests(db, now, most)),
            |act, id| Box::pin(lapse::system_request(act, id)),
        ),
        job(
            "lapse extensions",
            |db, now, most| Box::pin(lapse::system_extensions(db, now, most)),
            |act, id| Box::pin(lapse::system_extension(act, id)),
        ),
        job(
            "lapse suspensions",
            |db, now, most| Box::pin(lapse::system_suspensions(db, now, most)),
            |act, id| Box::pin(lapse::system_suspension(act, id)),
        ),
        job(
            "end pauses",
            |db, now, most| Box::pin(system_pauses(db, now, most)),
            |act, id| Box::pin(system_resume(act, id)),
        ),
        job(
            "pass review dates",
            |db, now, most| Box::pin(system_reviews(db, now, most)),
            |act, id| Box::pin(system_pass_review(act, id)),
        ),
        job(
            "archive",
            |db, now, most| Box::pin(system_archivable(db, now, most)),
            |act, id| Box::pin(system_archive(act, id)),
        ),
    ]
}

/// The ids that a select finds.
///
/// # Errors
/// A fault of the database.
pub async fn found<E: EntityTrait>(select: Select<E>, db: &DatabaseConnection) -> Result<Vec<Uuid>> {
    Ok(select.into_tuple().all(db).await?)
}

/// A problem, locked until the act ends.
///
/// # Errors
/// A fault of the database.
pub async fn system_locked(act: &Act<'_>, id: Uuid) -> Result<Option<problem::Model>> {
    Ok(problem::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(&act.tx).await?)
}

/// An event of a problem's timeline.
#[must_use]
pub fn event(problem: &problem::Model, kind: Kind, subject: Uuid) -> Event {
    Event::new(kind, problem.community_code, subject).on(problem.id)
}

/// The problem of a row, locked; then the row as it is now.
macro_rules! locked {
    ($act:ident, $entity:ident, $id:ident) => {{
        let Some(row) = $entity::Entity::find_by_id($id).one(&$act.tx).await? else { return Ok(false) };
        let Some(problem) = $crate::problem::service::watch::system_locked(&$act, row.problem_id).await? else {
            return Ok(false);
        };
        let Some(row) = $entity::Entity::find_by_id($id).one(&$act.tx).await? else { return Ok(false) };
        (problem, row)
    }};
}
pub(super) use locked;

/// Whether the problem of a row, named by its column, stands so: by its key, for few rows are due of many problems.
fn system_standing_at(of: impl ColumnTrait, status: ProblemStatus) -> Expr {
    let there = problem::Entity::find().select_only().expr(Expr::cust("1"));
    let of = Expr::col(of.as_column_ref());
    let its = Expr::col((problem::Entity, problem::Column::Id)).eq(of);
    Expr::exists(there.filter(its).filter(problem::Column::Status.eq(status)).into_query())
}

/// Pauses whose day has come, of problems that are suspended (and not merged meanwhile).
async fn system_pauses(db: &DatabaseConnection, now: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>> {
    let due = suspension::Entity::find()
        .select_only()
        .column(suspension::Column::Id)
        .filter(system_standing_at(suspension::Column::ProblemId, ProblemStatus::Suspended))
        .filter(suspension::Column::Status.eq(RequestStatus::Approved))
        .filter(suspension::Column::ResumedAt.is_null())
        .filter(suspension::Column::GrantedUntil.lte(day(now)))
        .order_by_asc(suspension::Column::GrantedUntil)
        .limit(most);
    found(due, db).await
}

async fn system_resume(mut act: Act<'_>, id: Uuid) -> Result<bool> {
    let (problem, row) = locked!(act, suspension, id);
    let ends = row.granted_until.is_some_and(|until| until <= day(act.now)) && row.resumed_at.is_none();
    if !ends || problem.status != ProblemStatus::Suspended {
        return Ok(false);
    }
    let mut change = change_of(&problem);
    let suspension = suspend::resume(&act, &problem, &mut change).await?;
    write(&act, change).await?;
    let resumed = event(&problem, Kind::ProblemResumed, problem.id);
    act.emit(resumed.with("suspension", &TypeId(prefix::SUSPENSION, suspension)));
    act.commit().await?;
    Ok(true)
}

/// Entries of problems on the ledger whose review date has passed, and that has not been acted on.
async fn system_reviews(db: &DatabaseConnection, now: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>> {
    let acted = ledger_entry::Column::PassedOn;
    let due = ledger_entry::Entity::find()
        .select_only()
        .column(ledger_entry::Column::Id)
        .filter(system_standing_at(ledger_entry::Column::ProblemId, ProblemStatus::OnLedger))
        .filter(ledger_entry::Column::EndedAt.is_null())
        .filter(ledger_entry::Column::ReviewOn.lt(day(now)))
        .filter(acted.is_null().or(Expr::col(acted).ne(Expr::col(ledger_entry::Column::ReviewOn))))
        .order_by_asc(ledger_entry::Column::ReviewOn)
        .limit(most);
    found(due, db).await
}

async fn system_pass_review(mut act: Act<'_>, id: Uuid) -> Result<bool> {
    let (problem, row) = locked!(act, ledger_entry, id);
    let passed = row.review_on < day(act.now) && row.passed_on != Some(row.review_on) && row.ended_at.is_none();
    if !passed || problem.status != ProblemStatus::OnLedger {
        return Ok(false);
    }
    let acted =
        ledger_entry::ActiveModel { id: Unchanged(id), passed_on: Set(Some(row.review_on)), ..Default::default() };
    ledger_entry::Entity::update(acted).exec(&act.tx).await?;
    let mut change = change_of(&problem);
    act.emit(event(&problem, Kind::LedgerReviewPassed, id).with("review", &begins(row.review_on)));
    supervise::system_raise(&mut act, &problem, &mut change, SupervisionGrounds::ReviewPassed).await?;
    write(&act, change).await?;
    act.commit().await?;
    Ok(true)
}

async fn system_archivable(db: &DatabaseConnection, now: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>> {
    let due = problem::Entity::find()
        .select_only()
        .column(problem::Column::Id)
        .filter(problem::Column::ArchiveAt.lte(now))
        .order_by_asc(problem::Column::ArchiveAt)
        .limit(most);
    found(due, db).await
}

async fn system_archive(mut act: Act<'_>, id: Uuid) -> Result<bool> {
    let Some(problem) = system_locked(&act, id).await? else { return Ok(false) };
    if problem.open || problem.archive_at.is_none_or(|at| at > act.now) {
        return Ok(false);
    }
    let mut change = change_of(&problem);
    change.archive_at = Set(None);
    change.archived_at = Set(Some(act.now));
    write(&act, change).await?;
    act.emit(event(&problem, Kind::ProblemArchived, id));
    act.commit().await?;
    Ok(true)
}
