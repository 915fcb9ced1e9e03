//! Reminders of a limit (时限提醒): when half of it, four fifths and all of it have passed; at half as much again
//! supervision is proposed.

use chrono::{DateTime, Utc};
use entity::problem;
use entity::word::{ProblemStatus, RegionLevel, SupervisionGrounds};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveValue, ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::clock::Due;
use super::watch::{self, found};
use super::{change_of, clock, place, supervise, write};
use crate::act::Act;
use crate::error::{Error, Result};
use crate::event::{Event, Kind};
use crate::problem::limit::{Limit, Limits, Matter};

/// How much of a limit has passed at each reminder, in percent.
const PERCENT: [i32; 4] = [50, 80, 100, 150];

/// Sets the reminder that comes next of a limit that is new or goes on, and none where there is no limit any more. What of
/// the limit has passed already is not reminded of again.
///
/// # Errors
/// A fault of the database.
pub async fn set(act: &Act<'_>, change: &mut problem::ActiveModel) -> Result<()> {
    let ActiveValue::Set(at) = change.due_at else { return Ok(()) };
    let from = change.due_from.try_as_ref().copied().flatten().unwrap_or(act.now);
    change.due_from = Set(Some(from));
    (change.reminded_percent, change.remind_at) = (Set(0), Set(None));
    let rule = change.due_rule.try_as_ref().cloned().flatten();
    if let (Some(at), Some(rule)) = (at, rule.as_deref().and_then(reminded)) {
        let due = Due { from, at, rule };
        let (community, matter) = system_matter(act, change).await?;
        let limits = clock::limits(act, community).await?;
        let percent = passed(&limits, matter, due, act.now);
        change.reminded_percent = Set(percent);
        change.remind_at = Set(next(&limits, matter, due, percent));
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

/// The reminder that comes after so many percent of a limit.
#[must_use]
pub fn next(limits: &Limits, matter: Matter, due: Due, percent: i64) -> Option<DateTime<Utc>> {
    reminded(due.rule.name())?;
    let percent = after(percent)?;
    Some(limits.share(due.rule, matter, (due.from, due.at), percent))
}

fn after(percent: i64) -> Option<i32> {
    PERCENT.into_iter().find(|other| i64::from(*other) > percent)
}

/// The last share of a limit to remind of that has passed by now.
fn passed(limits: &Limits, matter: Matter, due: Due, now: DateTime<Utc>) -> i64 {
    let over = |percent: &i32| limits.share(due.rule, matter, (due.from, due.at), *percent) <= now;
    PERCENT.into_iter().rev().find(over).map_or(0, i64::from)
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

/// Reminds once, if it is due still, of all that has passed of the limit by now.
///
/// # Errors
/// A fault of the database.
pub async fn remind(mut act: Act<'_>, id: Uuid) -> Result<bool> {
    let Some(row) = watch::system_locked(&act, id).await? else { return Ok(false) };
    if row.remind_at.is_none_or(|at| at > act.now) {
        return Ok(false);
    }
    let mut percent = i64::from(after(row.reminded_percent).unwrap_or(PERCENT[3]));
    let mut change = problem::ActiveModel { id: Unchanged(row.id), remind_at: Set(None), ..Default::default() };
    if let (Some(at), Some(rule)) = (row.due_at, row.due_rule.as_deref().and_then(reminded)) {
        let due = Due { from: row.due_from.unwrap_or(row.reported_at), at, rule };
        let limits = clock::limits(&act, row.community_code).await?;
        percent = percent.max(passed(&limits, Matter::of(&row), due, act.now));
        change.remind_at = Set(next(&limits, Matter::of(&row), due, percent));
    }
    change.reminded_percent = Set(percent);
    write(&act, change).await?;
    let event = Event::new(Kind::DeadlineReminded, row.community_code, row.id).on(row.id);
    act.emit(event.with("percent", &percent).with("due", &row.due_at));
    if percent >= 100 && unanswered(&row) {
        hand_up(&mut act, &row).await?;
    } else if percent == 150 {
        supervise::system_suggest(&mut act, &row, SupervisionGrounds::Overdue).await?;
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
