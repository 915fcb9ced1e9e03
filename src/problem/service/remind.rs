//! Reminders of a limit (时限提醒): when half of it, four fifths and all of it have passed; at half as much again
//! supervision is proposed.

use chrono::{DateTime, Utc};
use entity::problem;
use entity::word::{ProblemStatus, RegionLevel, SupervisionGrounds};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{ActiveValue, ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::watch::{self, found};
use super::{change_of, place, supervise, write};
use crate::act::Act;
use crate::error::Result;
use crate::event::{Event, Kind};
use crate::problem::limit::Limit;

/// How much of a limit has passed at each reminder, in percent.
const PERCENT: [i32; 4] = [50, 80, 100, 150];

/// Sets the first reminder of a limit that is new, and none where there is no limit any more.
pub fn set(act: &Act<'_>, change: &mut problem::ActiveModel) {
    let due = match change.due_at {
        ActiveValue::Set(due) => due,
        ActiveValue::Unchanged(_) | ActiveValue::NotSet => return,
    };
    if change.due_from == NotSet {
        change.due_from = Set(Some(act.now));
    }
    // A pause and the ledger end by days of their own.
    let own = |rule: &Option<String>| {
        rule.as_deref().is_some_and(|rule| [Limit::Resume.name(), Limit::Review.name()].contains(&rule))
    };
    let own = matches!(&change.due_rule, ActiveValue::Set(rule) if own(rule));
    let from = change.due_from.try_as_ref().copied().flatten().unwrap_or(act.now);
    change.reminded_percent = Set(0);
    change.remind_at = Set(due.filter(|_| !own).map(|due| point(from, due, PERCENT[0])));
}

/// When so much of a limit has passed.
fn point(from: DateTime<Utc>, due: DateTime<Utc>, percent: i32) -> DateTime<Utc> {
    from + (due - from) * percent / 100
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
    change.remind_at =
        Set(left.next().zip(row.due_at).map(|(next, due)| point(row.due_from.unwrap_or(due), due, next)));
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
    change.due_at = Set(Some(Limit::TriageUrgent.ends(act.now)));
    write(act, change).await?;
    act.emit(
        Event::new(Kind::ProblemHandedUp, row.community_code, row.id).on(row.id).with("level", &RegionLevel::Street),
    );
    Ok(())
}
