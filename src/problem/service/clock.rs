//! Clocks (计时): since when a step or a task runs by its limit, and when it stood still. A due time is what they come to;
//! the segments are what is kept, so that it can be reckoned anew.

use chrono::{DateTime, Utc};
use entity::word::{ProblemStatus, TaskRole};
use entity::{clock_segment, disposition_task, problem};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use super::Case;
use crate::act::Act;
use crate::error::{Error, Result};
use crate::problem::facts::WAITING;
use crate::problem::limit::{Clock, Limit, Limits, Matter};

/// A due time, and the limit that it was reckoned by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Since when the limit runs; later by what pauses took of it.
    pub from: DateTime<Utc>,
    /// When.
    pub at: DateTime<Utc>,
    /// By what limit.
    pub rule: Limit,
}

impl Due {
    /// The end of a limit that begins now.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn by(act: &Act<'_>, community: i64, rule: Limit, matter: Matter) -> Result<Self> {
        let limits = limits(act, community).await?;
        Ok(Self { from: act.now, at: limits.ends(rule, matter, act.now), rule })
    }

    /// Writes it into a problem's row.
    pub fn set(self, change: &mut problem::ActiveModel) {
        change.due_from = Set(Some(self.from));
        change.due_at = Set(Some(self.at));
        change.due_rule = Set(Some(self.rule.name().into()));
    }
}

/// The limits of a community, held as they are until the act ends.
///
/// # Errors
/// A fault of the database.
pub async fn limits(act: &Act<'_>, community: i64) -> Result<Limits> {
    Limits::held(&act.tx, &act.app.calendars, community).await
}

/// The problem is at another step: its clock starts, and that of the step before stops.
///
/// # Errors
/// A fault of the database.
pub async fn step(act: &Act<'_>, row: &problem::Model, change: &mut problem::ActiveModel, rule: Limit) -> Result<()> {
    let due = Due::by(act, row.community_code, rule, Matter::of(row)).await?;
    due.set(change);
    start_step(act, row.id, row.community_code, due).await
}

/// The same where the due time is written already.
///
/// # Errors
/// A fault of the database.
pub async fn start_step(act: &Act<'_>, problem: Uuid, community: i64, due: Due) -> Result<()> {
    stop_step(act, problem).await?;
    let before = system_clock(problem).count(&act.tx).await?;
    let of = Of { problem, task: None, community };
    let seq = i64::try_from(before).map_err(|error| Error::fault(error.to_string()))? + 1;
    clock_segment::Entity::insert(segment(act, of, seq, due)).exec_without_returning(&act.tx).await?;
    Ok(())
}

/// The step is done, and no other begins.
///
/// # Errors
/// A fault of the database.
pub async fn stop_step(act: &Act<'_>, problem: Uuid) -> Result<()> {
    stop(act, clock_segment::Column::ClockId.eq(problem)).await
}

/// No limit of a problem runs any more.
///
/// # Errors
/// A fault of the database.
pub async fn stop_all(act: &Act<'_>, problem: Uuid) -> Result<()> {
    stop(act, clock_segment::Column::ProblemId.eq(problem)).await
}

/// The lead acknowledged its task: from now on the problem is due when the task is.
///
/// # Errors
/// A fault of the database.
pub async fn acknowledged(
    act: &Act<'_>,
    row: &problem::Model,
    task: &disposition_task::Model,
    change: &mut problem::ActiveModel,
) -> Result<()> {
    stop_step(act, task.problem_id).await?;
    match running(act, row, task).await? {
        Some(due) => due.set(change),
        None => (change.due_at, change.due_rule) = (Set(None), Set(None)),
    }
    Ok(())
}

/// The limit that a task is under. Of one that never had a clock its due time is known.
///
/// # Errors
/// A fault of the database.
pub async fn running(act: &Act<'_>, row: &problem::Model, task: &disposition_task::Model) -> Result<Option<Due>> {
    let due = of_clock(act, row, &system_clock(task.id).all(&act.tx).await?).await?.or(known(task));
    Ok(due.map(|due| Due { at: task.due_at.unwrap_or(due.at), ..due }))
}

fn known(task: &disposition_task::Model) -> Option<Due> {
    task.due_at.map(|at| Due { from: task.assigned_at, at, rule: Limit::Handle })
}

/// What the segments of a clock that runs come to.
async fn of_clock(act: &Act<'_>, row: &problem::Model, rows: &[clock_segment::Model]) -> Result<Option<Due>> {
    let Some(clock) = clock(rows) else { return Ok(None) };
    let limits = limits(act, row.community_code).await?;
    Ok(limits.runs(&clock, Matter::of(row)).map(|(from, at)| Due { from, at, rule: clock.rule }))
}

/// Whether the clocks of a problem's tasks stand still meanwhile, and nothing of them is due.
#[must_use]
pub const fn stands_still(status: ProblemStatus) -> bool {
    matches!(status, ProblemStatus::Suspended | ProblemStatus::OnLedger)
}

/// Tasks that were just given begin; in a pause they stand still at once, and go on with the others.
///
/// # Errors
/// A fault of the database.
pub async fn start_tasks(act: &Act<'_>, case: &Case, tasks: &[Uuid], due: Due) -> Result<()> {
    let still = stands_still(case.row.status);
    let rows = tasks.iter().map(|task| {
        let of = Of { problem: case.row.id, task: Some(*task), community: case.row.community_code };
        clock_segment::ActiveModel { ended_at: Set(still.then_some(act.now)), ..segment(act, of, 1, due) }
    });
    clock_segment::Entity::insert_many(rows).exec_without_returning(&act.tx).await?;
    Ok(())
}

/// A task's clock stands still: it was submitted, and what follows is not its party's time.
///
/// # Errors
/// A fault of the database.
pub async fn pause_task(act: &Act<'_>, task: Uuid) -> Result<()> {
    stop(act, clock_segment::Column::ClockId.eq(task)).await
}

/// A task's clock goes on; when it is due now. A task that never had a clock keeps its due time.
///
/// # Errors
/// A fault of the database.
pub async fn resume_task(act: &Act<'_>, row: &problem::Model, task: &disposition_task::Model) -> Result<Option<Due>> {
    Ok(go_on(act, row, task.id).await?.or(known(task)))
}

/// The clock of a problem's step or of a task goes on; when it is due now. `None` where there is none.
///
/// # Errors
/// A fault of the database.
pub async fn go_on(act: &Act<'_>, row: &problem::Model, of: Uuid) -> Result<Option<Due>> {
    let rows = system_clock(of).all(&act.tx).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    if last.ended_at.is_none() {
        return Err(Error::fault("a clock that runs cannot go on"));
    }
    let next = clock_segment::Model { seq: last.seq + 1, started_at: act.now, ended_at: None, ..last.clone() };
    let rows: Vec<_> = rows.into_iter().chain([next.clone()]).collect();
    clock_segment::Entity::insert(clock_segment::ActiveModel::from(next)).exec_without_returning(&act.tx).await?;
    of_clock(act, row, &rows).await
}

/// A task's clock starts anew, by another limit: more time was granted beside what it had, or work begins again.
///
/// # Errors
/// A fault of the database.
pub async fn anew(act: &Act<'_>, task: &disposition_task::Model, due: Due) -> Result<()> {
    pause_task(act, task.id).await?;
    let last = system_clock(task.id).all(&act.tx).await?.pop().map_or(0, |last| last.seq);
    let of = Of { problem: task.problem_id, task: Some(task.id), community: task.community_code };
    clock_segment::Entity::insert(segment(act, of, last + 1, due)).exec_without_returning(&act.tx).await?;
    let moved =
        disposition_task::ActiveModel { id: Unchanged(task.id), due_at: Set(Some(due.at)), ..Default::default() };
    disposition_task::Entity::update(moved).exec(&act.tx).await?;
    Ok(())
}

/// All clocks of a problem stand still (suspension): nothing is due meanwhile.
///
/// # Errors
/// A fault of the database.
pub async fn pause(act: &Act<'_>, row: &problem::Model, change: &mut problem::ActiveModel) -> Result<()> {
    for task in system_running_tasks(act, row.id).await? {
        if let Some(at) = task.due_at
            && system_clock(task.id).one(&act.tx).await?.is_none()
        {
            // It was given before there were clocks: what it was due at is all that is known of its limit.
            let of = Of { problem: row.id, task: Some(task.id), community: row.community_code };
            let mut known = segment(act, of, 1, Due { from: task.assigned_at, at, rule: Limit::Chosen });
            known.started_at = Set(task.assigned_at);
            clock_segment::Entity::insert(known).exec_without_returning(&act.tx).await?;
        }
        let still = disposition_task::ActiveModel { id: Unchanged(task.id), due_at: Set(None), ..Default::default() };
        disposition_task::Entity::update(still).exec(&act.tx).await?;
    }
    stop_all(act, row.id).await?;
    change.due_at = Set(None);
    Ok(())
}

/// The clocks of a problem's tasks go on (back from suspension), each later by the pause; the problem is due when its
/// lead's task is.
///
/// # Errors
/// A fault of the database.
pub async fn resume(act: &Act<'_>, row: &problem::Model, change: &mut problem::ActiveModel) -> Result<()> {
    for task in system_running_tasks(act, row.id).await? {
        let due = resume_task(act, row, &task).await?;
        let again = disposition_task::ActiveModel {
            id: Unchanged(task.id),
            due_at: Set(due.map(|due| due.at)),
            ..Default::default()
        };
        disposition_task::Entity::update(again).exec(&act.tx).await?;
        if let (TaskRole::Lead, Some(due)) = (task.role, due) {
            due.set(change);
        }
    }
    Ok(())
}

/// The segments of one clock, as what a due time is reckoned from; `None` where there are none.
pub(super) fn clock(rows: &[clock_segment::Model]) -> Option<Clock> {
    let last = rows.last()?;
    // A clock that started anew (a step that comes again) is another one from there on.
    let same = rows.iter().filter(|row| row.step_started_at == last.step_started_at && row.rule == last.rule);
    Some(Clock {
        rule: Limit::parse(&last.rule)?,
        chosen_at: last.chosen_at,
        step_started_at: last.step_started_at,
        segments: same.map(|row| (row.started_at, row.ended_at)).collect(),
    })
}

/// Whose clock it is.
#[derive(Clone, Copy)]
struct Of {
    problem: Uuid,
    task: Option<Uuid>,
    community: i64,
}

fn segment(act: &Act<'_>, of: Of, seq: i64, due: Due) -> clock_segment::ActiveModel {
    clock_segment::ActiveModel {
        clock_id: Set(of.task.unwrap_or(of.problem)),
        seq: Set(seq),
        community_code: Set(of.community),
        problem_id: Set(of.problem),
        task_id: Set(of.task),
        rule: Set(due.rule.name().into()),
        chosen_at: Set((due.rule == Limit::Chosen).then_some(due.at)),
        step_started_at: Set(due.from),
        started_at: Set(act.now),
        ended_at: Set(None),
    }
}

async fn stop(act: &Act<'_>, which: Expr) -> Result<()> {
    clock_segment::Entity::update_many()
        .col_expr(clock_segment::Column::EndedAt, Expr::value(act.now))
        .filter(which)
        .filter(clock_segment::Column::EndedAt.is_null())
        .exec(&act.tx)
        .await?;
    Ok(())
}

fn system_clock(clock: Uuid) -> Select<clock_segment::Entity> {
    clock_segment::Entity::find()
        .filter(clock_segment::Column::ClockId.eq(clock))
        .order_by_asc(clock_segment::Column::Seq)
}

/// The tasks of a problem whose parties have something to do.
///
/// # Errors
/// A fault of the database.
pub async fn system_running_tasks(act: &Act<'_>, problem: Uuid) -> Result<Vec<disposition_task::Model>> {
    let select = disposition_task::Entity::find()
        .filter(disposition_task::Column::ProblemId.eq(problem))
        .filter(disposition_task::Column::Status.is_in(WAITING))
        .order_by_asc(disposition_task::Column::Id);
    Ok(select.all(&act.tx).await?)
}
