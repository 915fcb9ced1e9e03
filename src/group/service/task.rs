//! Who is left to act on open tasks when a post or a seat ends.

use chrono::NaiveDate;
use entity::word::{Role, TaskStatus};
use entity::{appointment, disposition_task, grid};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::act::Act;
use crate::error::Result;

/// The states in which a task waits for its party or for what it submitted to be verified.
const OPEN: [TaskStatus; 4] =
    [TaskStatus::Assigned, TaskStatus::Acknowledged, TaskStatus::Submitted, TaskStatus::ReturnRequested];

/// What decides who may act on a task.
pub struct Given {
    party: Uuid,
    organisation: Uuid,
    grid: Option<Uuid>,
    /// The comprehensive grid that a micro-grid is part of: its workers act there too.
    above: Option<Uuid>,
}

/// Whether a post may act on a task: the party's for the organisation, or a worker of the grid it was given to.
pub fn acts_on(post: &appointment::Model, task: &Given) -> bool {
    let party = post.party_id == Some(task.party) && post.organisation_id == Some(task.organisation);
    let grid = post.role == Role::GridWorker
        && post.grid_id.is_some()
        && (post.grid_id == task.grid || post.grid_id == task.above);
    party || grid
}

/// Whether a post is held on `day`.
pub fn holds(post: &appointment::Model, day: NaiveDate) -> bool {
    post.started_on <= day && post.ended_on.is_none_or(|ended| ended > day)
}

/// The open tasks that nobody else who holds a post today could act on once `post` has ended, whoever may read them.
pub async fn system_left_alone(act: &Act<'_>, post: &appointment::Model, today: NaiveDate) -> Result<Vec<Given>> {
    let Some(community) = post.community_code else { return Ok(vec![]) };
    let tasks: Vec<Given> = system_open(act, community).await?.into_iter().filter(|task| acts_on(post, task)).collect();
    if tasks.is_empty() {
        return Ok(tasks);
    }
    let posts = appointment::Entity::find()
        .filter(appointment::Column::CommunityCode.eq(community))
        .filter(appointment::Column::Id.ne(post.id))
        .all(&act.tx)
        .await?;
    let held: Vec<_> = posts.into_iter().filter(|other| holds(other, today)).collect();
    Ok(tasks.into_iter().filter(|task| !held.iter().any(|other| acts_on(other, task))).collect())
}

/// Whether a seat has open tasks, whoever may read them.
pub async fn system_open_on_seat(act: &Act<'_>, seat: Uuid) -> Result<bool> {
    let open = disposition_task::Entity::find()
        .filter(disposition_task::Column::SeatId.eq(seat))
        .filter(disposition_task::Column::Status.is_in(OPEN));
    Ok(open.count(&act.tx).await? > 0)
}

async fn system_open(act: &Act<'_>, community: i64) -> Result<Vec<Given>> {
    let open = Condition::all()
        .add(disposition_task::Column::CommunityCode.eq(community))
        .add(disposition_task::Column::Status.is_in(OPEN));
    let tasks = disposition_task::Entity::find().filter(open).all(&act.tx).await?;
    let grids = grid::Entity::find().filter(grid::Column::CommunityCode.eq(community)).all(&act.tx).await?;
    let above = |id: Uuid| grids.iter().find(|grid| grid.id == id).and_then(|grid| grid.parent_id);
    let given = |task: disposition_task::Model| Given {
        party: task.party_id,
        organisation: task.organisation_id,
        grid: task.grid_id,
        above: task.grid_id.and_then(above),
    };
    Ok(tasks.into_iter().map(given).collect())
}
