//! Reminders of a limit (时限提醒): when half of it, four fifths and all of it have passed; at half as much again
//! supervision is proposed.

use chrono::{DateTime, Utc};
use entity::problem;
use entity::word::{ProblemStatus, RegionLevel, SupervisionGrounds};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{ActiveValue, ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::watch::{self, found};
use super::{change_of, clock, place, supervise, write};
use crate::act::Act;
use crate::error::{Error, Result};
use crate::event::{Event, Kind};
use crate::problem::limit::{Limit, Limits, Matter};

/// How much of a limit has passed at each reminder, in percent.
const PERCENT: [i32; 4] = [50, 80, 100, 150];

/// Sets the first reminder of a limit that is new, and none where there is no limit any more.
///
/// # Errors
/// A fault of the database.
pub async fn set(act: &Act<'_>, change: &mut problem::ActiveModel) -> Result<()> {
    let ActiveValue::Set(due) = change.due_at else { return Ok(()) };
    if change.due_from == NotSet {
        change.due_from = Set(Some(act.now));
    }
    change.reminded_percent = Set(0);
    change.remind_at = Set(None);
    let rule = change.due_rule.try_as_ref().cloned().flatten();
    if let (Some(due), Some(rule)) = (due, rule.as_deref().and_then(reminded)) {
        let from = change.due_from.try_as_ref().copied().flatten().unwrap_or(act.now);
        let (community, matter) = system_matter(act, change).await?;
        let limits = clock::limits(act, community).await?;
        change.remind_at = Set(Some(limits.share(rule, matter, (from, due), PERCENT[0])));
    }
    Ok(())
}

/// The limit of a stored name, if it is reminded of: a pause and the ledger end by days of their own.
fn reminded(rule: &str) -> Option<Limit> {
    Limit::parse(rule).filter(|rule| !matches!(rule, Limit::Resume | Limit::Review))
}

/// What the limits of a problem depend on: as it is to be written, or as it is.
async fn system_matter(act: &Act<'_>, change: &problem::ActiveModel) -> Result<(i64, Matter)> {
    if let (ActiveValue::Set(community), true) = (&change.community_code, matches!(change.id, Set(_))) {
        return Ok((*community, Matter::default()));
    }
    let id = change.id.try_as_ref().copied().unwrap_or_default();
    let row = problem::Entity::find_by_id(id).one(&act.tx).await?;
    let row = row.ok_or_else(|| Error::fault("a problem that is written is not there"))?;
    let urgent = change.urgent.try_as_ref().copied().unwrap_or(row.urgent);
    Ok((row.community_code, Matter { urgent, ..Matter::of(&row) }))
}

/// The reminder that comes next of a limit that was reckoned anew, by the share of it that was reminded of.
#[must_use]
pub fn next(row: &problem::Model, limits: &Limits, due: DateTime<Utc>, rule: Limit) -> Option<DateTime<Utc>> {
    let percent = PERCENT.iter().copied().find(|percent| i64::from(*percent) > row.reminded_percent)?;
    let from = row.due_from.unwrap_or(row.reported_at);
    reminded(rule.name()).map(|rule| limits.share(rule, Matter::of(row), (from, due), percent))
}

/// Problems with a reminder due.
///
/// # Errors
/// A fault of the database.
pub async fn system_due(db: &DatabaseConnection, now: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>> {
    let due = problem::Entity::find()
        .select_only()
        .column(problem::Column::Id)
        .filter(problem::Column::RemindAt.lte(now))
        .order_by_asc(problem::Column::RemindAt)
        .limit(most);
    found(due, db).await
}

/// Reminds once, if it is due still.
///
/// # Errors
/// A fault of the database.
pub async fn remind(mut act: Act<'_>, id: Uuid) -> Result<bool> {
    let Some(row) = watch::system_locked(&act, id).await? else { return Ok(false) };
    if row.remind_at.is_none_or(|at| at > act.now) {
        return Ok(false);
    }
    let mut left = PERCENT.iter().copied().skip_while(|percent| i64::from(*percent) <= row.reminded_percent);
    let percent = left.next().unwrap_or(PERCENT[3]);
    let mut change = problem::ActiveModel { id: Unchanged(row.id), ..Default::default() };
    change.reminded_percent = Set(percent.into());
    let rule = row.due_rule.as_deref().and_then(reminded);
    if let (Some(due), Some(rule)) = (row.due_at, rule) {
        let limits = clock::limits(&act, row.community_code).await?;
        let passed = problem::Model { reminded_percent: percent.into(), ..row.clone() };
        change.remind_at = Set(next(&passed, &limits, due, rule));
    } else {
        change.remind_at = Set(None);
    }
    write(&act, change).await?;
    let event = Event::new(Kind::DeadlineReminded, row.community_code, row.id).on(row.id);
    act.emit(event.with("percent", &i64::from(percent)).with("due", &row.due_at));
    match percent {
        100 if unanswered(&row) => hand_up(&mut act, &row).await?,
        150 => supervise::system_suggest(&mut act, &row, SupervisionGrounds::Overdue).await?,
        _ => {}
    }
    act.commit().await?;
    Ok(true)
}

/// Whether the community let the time for an urgent report pass.
fn unanswered(row: &problem::Model) -> bool {
    row.status == ProblemStatus::Reported
        && row.handled_by == RegionLevel::Community
        && row.due_rule.as_deref() == Some(Limit::TriageUrgent.name())
}

/// What is urgent and was not looked at in time goes to the street.
async fn hand_up(act: &mut Act<'_>, row: &problem::Model) -> Result<()> {
    let above = problem::Model { handled_by: RegionLevel::Street, ..row.clone() };
    let mut change = change_of(row);
    change.handled_by = Set(RegionLevel::Street);
    change.accountable_id = Set(place::system_accountable(act, &above).await?);
    clock::step(act, row, &mut change, Limit::TriageUrgent).await?;
    write(act, change).await?;
    act.emit(
        Event::new(Kind::ProblemHandedUp, row.community_code, row.id).on(row.id).with("level", &RegionLevel::Street),
    );
    Ok(())
}
