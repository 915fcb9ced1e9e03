//! Suspension (缓办): the office decides on what a lead asked for; the clock pauses until work goes on.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use entity::word::{ProblemAction, ProblemStatus, RequestStatus};
use entity::{problem, suspension};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::request::Decision;
use super::{Case, clock, request, write};
use crate::act::{Act, Call};
use crate::clock::{OFFSET, day};
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::policy::rows::request as rows;
use crate::problem::command::task::DecideSuspensionInput;
use crate::problem::limit::Limit;
use crate::read::load;

/// The longest pause, in days.
pub const LONGEST: Days = Days::new(30);

/// The first moment of a day at the places served.
#[must_use]
pub fn begins(day: NaiveDate) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::MIN);
    OFFSET.from_local_datetime(&local).single().map_or_else(|| local.and_utc(), |time| time.to_utc())
}

/// Says no to a day that is not after today, or is after `last`.
///
/// # Errors
/// `OUT_OF_RANGE`.
pub fn ahead(act: &Act<'_>, asked: NaiveDate, last: NaiveDate, path: &str) -> Result<()> {
    let first = day(act.now) + Days::new(1);
    if (first..=last).contains(&asked) {
        return Ok(());
    }
    Err(Error::refused(Code::OutOfRange, path, vec![first.into(), last.into()]))
}

/// Decides on a suspension.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` for who asked, `REVISION_CONFLICT`, `OUT_OF_RANGE`, `REQUIRED`,
/// `PERSONAL_DATA_IN_TEXT`.
pub async fn decide(call: Call<'_>, input: DecideSuspensionInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let id = input.suspension.0;
    let asked = load::refer::<suspension::Entity>(&act, rows::suspensions, id, "suspension").await?;
    let case = Case::to(&act, asked.problem_id, ProblemAction::DecideSuspension, &input.expected_revision).await?;
    let asked = load::need::<suspension::Entity>(&act, rows::suspensions, id, "suspension").await?;
    if asked.status != RequestStatus::Pending {
        return Err(Error::not_found("suspension"));
    }
    let decision = Decision::of(input.approve, input.reason.as_deref())?;
    case.share(&mut act, &[("reason", decision.reason.as_deref())], input.override_reason.as_deref())?;
    let until = input.until.unwrap_or(asked.asked_until);
    if input.approve {
        ahead(&act, until, asked.asked_until, "until")?;
    }
    let granted = input.approve.then_some(until);
    let row = suspension::ActiveModel {
        id: Unchanged(id),
        status: Set(decision.status),
        granted_until: Set(granted),
        decided_by: Set(Some(act.viewer.user)),
        decided_at: Set(Some(act.now)),
        decision: Set(decision.reason.clone()),
        ..Default::default()
    };
    suspension::Entity::update(row).exec(&act.tx).await?;
    let mut change = case.change();
    if let Some(until) = granted {
        request::lapse_of_task(&act, asked.task_id).await?;
        clock::pause(&act, &case.row, &mut change).await?;
        change.status = Set(ProblemStatus::Suspended);
        change.due_at = Set(Some(begins(until)));
        change.due_rule = Set(Some(Limit::Resume.name().into()));
    }
    write(&act, change).await?;
    let kind = if input.approve { Kind::SuspensionGranted } else { Kind::SuspensionRefused };
    act.emit(decision.told(case.event_of(kind, id)).with("until", &granted.map(begins)));
    act.commit().await?;
    Ok(id)
}

/// Work goes on: what is left of each limit runs from now. The answer is the pause that ended.
///
/// # Errors
/// A fault of the database.
pub async fn resume(act: &Act<'_>, row: &problem::Model, change: &mut problem::ActiveModel) -> Result<Uuid> {
    let id = system_end(act, row.id).await?;
    change.status = Set(ProblemStatus::InProgress);
    clock::resume(act, row, change).await?;
    Ok(id)
}

/// Ends the pause that stands: its id.
///
/// # Errors
/// A fault where there is none.
pub async fn system_end(act: &Act<'_>, problem: Uuid) -> Result<Uuid> {
    let found = suspension::Entity::find()
        .filter(suspension::Column::ProblemId.eq(problem))
        .filter(suspension::Column::Status.eq(RequestStatus::Approved))
        .filter(suspension::Column::ResumedAt.is_null())
        .one(&act.tx)
        .await?;
    let found = found.ok_or_else(|| Error::fault("a suspended problem without a suspension"))?;
    let ended =
        suspension::ActiveModel { id: Unchanged(found.id), resumed_at: Set(Some(act.now)), ..Default::default() };
    suspension::Entity::update(ended).exec(&act.tx).await?;
    Ok(found.id)
}
