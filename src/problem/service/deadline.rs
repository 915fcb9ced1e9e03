//! Deadlines, reckoned anew after a change of the calendar or of a limit: community by community, a batch of problems in a
//! transaction with its events. What waits is written down with the change itself ([`crate::calendar::service::reckon_anew`]),
//! so that whoever is stopped in between, the next one goes on where it was.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::word::RequestStatus;
use entity::{clock_segment, deadline_backlog, disposition_task, extension_request, problem};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::clock::{Due, clock};
use super::remind;
use crate::act;
use crate::app::App;
use crate::error::Result;
use crate::event::{self, Actor, Event, Kind};
use crate::id::{TypeId, prefix};
use crate::problem::facts::WAITING;
use crate::problem::limit::{Limits, Matter};

/// How many problems are reckoned anew in one transaction.
const BATCH: u64 = 100;

/// Reckons all that waits anew, and says how many problems' deadlines moved; `told` hears how many communities of how many
/// are done.
///
/// # Errors
/// A fault of the database; what was done before it stays, and the rest waits.
pub async fn reckon_all(app: &App, mut told: impl FnMut(usize, usize)) -> Result<usize> {
    let (mut moved, mut done) = (0, 0);
    while let Some(next) = system_next(app).await? {
        told(done, done + system_waiting(app).await?);
        let batch = batch(app, &next).await?;
        moved += batch.moved;
        done += usize::from(batch.last);
    }
    told(done, done);
    Ok(moved)
}

/// The same for some batches at most: what a command does at once of what it asked for. Whatever fails or is left waits.
pub async fn reckon_some(app: &App, most: usize) {
    for _ in 0..most {
        let done = match system_next(app).await {
            Ok(Some(next)) => batch(app, &next).await.map(|_| false),
            Ok(None) => Ok(true),
            Err(error) => Err(error),
        };
        match done {
            Ok(false) => {}
            Ok(true) => return,
            Err(error) => {
                tracing::warn!(?error, "deadlines wait to be reckoned anew");
                return;
            }
        }
    }
}

/// What one batch did.
struct Batch {
    moved: usize,
    /// Whether its community is done.
    last: bool,
}

async fn system_next(app: &App) -> Result<Option<deadline_backlog::Model>> {
    let select = deadline_backlog::Entity::find().order_by_asc(deadline_backlog::Column::CommunityCode);
    Ok(select.one(&app.db).await?)
}

async fn system_waiting(app: &App) -> Result<usize> {
    Ok(usize::try_from(deadline_backlog::Entity::find().count(&app.db).await?).unwrap_or(usize::MAX))
}

/// Locks in the order in which commands do: problems, then the state of the calendar; what waits comes last, and where
/// another took it or it was asked for anew meanwhile, nothing is done.
async fn batch(app: &App, next: &deadline_backlog::Model) -> Result<Batch> {
    let now = app.clock.now();
    let tx = act::begin(&app.db).await?;
    let problems = system_problems(&tx, next).await?;
    let limits = Limits::held(&tx, &app.calendars, next.community_code).await?;
    if system_held(&tx, next.community_code).await?.as_ref() != Some(next) {
        return Ok(Batch { moved: 0, last: false });
    }
    let ids: Vec<Uuid> = problems.iter().map(|row| row.id).collect();
    let (mut clocks, mut tasks) = (system_clocks(&tx, &ids).await?, system_tasks(&tx, &ids).await?);
    let mut events = vec![];
    for row in &problems {
        let own = Running {
            clocks: clocks.remove(&row.id).unwrap_or_default(),
            tasks: tasks.remove(&row.id).unwrap_or_default(),
        };
        // A problem has many columns: they are not to lie in every future above.
        events.extend(Box::pin(reckon(&tx, row, &own, &limits)).await?);
    }
    let last = (problems.len() as u64) < BATCH;
    let waits = deadline_backlog::ActiveModel {
        community_code: Unchanged(next.community_code),
        after_id: Set(ids.last().copied()),
        ..Default::default()
    };
    if last {
        deadline_backlog::Entity::delete_by_id(next.community_code).exec(&tx).await?;
    } else {
        deadline_backlog::Entity::update(waits).exec(&tx).await?;
    }
    let moved = events.len();
    event::write(&tx, &app.ids, Actor::system(), now, events).await?;
    tx.commit().await?;
    app.committed.notify_one();
    Ok(Batch { moved, last })
}

/// The clocks and open tasks of a problem.
#[derive(Default)]
struct Running {
    clocks: BTreeMap<Uuid, Vec<clock_segment::Model>>,
    tasks: Vec<disposition_task::Model>,
}

/// Reckons one problem's due time and its tasks' anew, and says what moved. What has no clock, or one that stands still, is
/// left as it is.
async fn reckon(
    tx: &DatabaseTransaction,
    row: &problem::Model,
    running: &Running,
    limits: &Limits,
) -> Result<Option<Event>> {
    let matter = Matter::of(row);
    let due = |id: &Uuid| -> Option<Due> {
        let clock = clock(running.clocks.get(id)?)?;
        let (from, at) = limits.runs(&clock, matter)?;
        Some(Due { from, at, rule: clock.rule })
    };
    let mut moved = vec![];
    for task in &running.tasks {
        let Some(due) = due(&task.id).filter(|due| task.due_at != Some(due.at)) else { continue };
        let again =
            disposition_task::ActiveModel { id: Unchanged(task.id), due_at: Set(Some(due.at)), ..Default::default() };
        disposition_task::Entity::update(again).exec(tx).await?;
        system_move_extension(tx, task.id, due.at).await?;
        moved.push(TypeId(prefix::TASK, task.id));
    }
    let lead = running.tasks.iter().find(|task| Some(task.id) == row.lead_task_id).and_then(|task| due(&task.id));
    let sooner = [due(&row.id), lead].into_iter().flatten().min_by_key(|due| due.at);
    let problem = sooner.filter(|due| row.due_at.is_some_and(|at| at != due.at));
    if let Some(due) = problem {
        let mut change = problem::ActiveModel { id: Unchanged(row.id), ..Default::default() };
        due.set(&mut change);
        change.remind_at = Set(remind::next(limits, matter, due, row.reminded_percent));
        problem::Entity::update(change).exec(tx).await?;
    }
    if moved.is_empty() && problem.is_none() {
        return Ok(None);
    }
    let to: Option<DateTime<Utc>> = problem.map_or(row.due_at, |due| Some(due.at));
    let event = Event::new(Kind::DeadlineMoved, row.community_code, row.id).on(row.id);
    Ok(Some(event.with("from", &row.due_at).with("to", &to).with("tasks", &moved)))
}

/// More time that is asked for waits as long as the limit does that it is to be added to.
async fn system_move_extension(tx: &DatabaseTransaction, task: Uuid, due: DateTime<Utc>) -> Result<()> {
    extension_request::Entity::update_many()
        .col_expr(extension_request::Column::DueAt, Expr::value(due))
        .filter(extension_request::Column::TaskId.eq(task))
        .filter(extension_request::Column::Status.eq(RequestStatus::Pending))
        .exec(tx)
        .await?;
    Ok(())
}

async fn system_problems(tx: &DatabaseTransaction, next: &deadline_backlog::Model) -> Result<Vec<problem::Model>> {
    let mut select = problem::Entity::find()
        .filter(problem::Column::CommunityCode.eq(next.community_code))
        .filter(problem::Column::Open.eq(true))
        .order_by_asc(problem::Column::Id)
        .limit(BATCH);
    if let Some(after) = next.after_id {
        select = select.filter(problem::Column::Id.gt(after));
    }
    if tx.get_database_backend() == DbBackend::Postgres {
        select = select.lock_exclusive();
    }
    Ok(select.all(tx).await?)
}

async fn system_held(tx: &DatabaseTransaction, community: i64) -> Result<Option<deadline_backlog::Model>> {
    let select = deadline_backlog::Entity::find_by_id(community);
    let select = if tx.get_database_backend() == DbBackend::Postgres { select.lock_exclusive() } else { select };
    Ok(select.one(tx).await?)
}

async fn system_clocks(
    tx: &DatabaseTransaction,
    problems: &[Uuid],
) -> Result<BTreeMap<Uuid, BTreeMap<Uuid, Vec<clock_segment::Model>>>> {
    let select = clock_segment::Entity::find()
        .filter(clock_segment::Column::ProblemId.is_in(problems.to_vec()))
        .order_by_asc(clock_segment::Column::ClockId)
        .order_by_asc(clock_segment::Column::Seq);
    let mut found: BTreeMap<Uuid, BTreeMap<Uuid, Vec<clock_segment::Model>>> = BTreeMap::new();
    for row in select.all(tx).await? {
        found.entry(row.problem_id).or_default().entry(row.clock_id).or_default().push(row);
    }
    Ok(found)
}

async fn system_tasks(
    tx: &DatabaseTransaction,
    problems: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<disposition_task::Model>>> {
    let select = disposition_task::Entity::find()
        .filter(disposition_task::Column::ProblemId.is_in(problems.to_vec()))
        .filter(disposition_task::Column::Status.is_in(WAITING))
        .order_by_asc(disposition_task::Column::Id);
    let mut found: BTreeMap<Uuid, Vec<disposition_task::Model>> = BTreeMap::new();
    for row in select.all(tx).await? {
        found.entry(row.problem_id).or_default().push(row);
    }
    Ok(found)
}
