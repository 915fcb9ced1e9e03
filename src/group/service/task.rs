//! Who is left to act on open tasks when a post or a seat ends.

use chrono::NaiveDate;
use entity::word::{Role, TaskStatus};
use entity::{appointment, disposition_task, grid};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::act::Act;
use crate::auth::post::holds;
use crate::error::Result;
use crate::policy::rule::overlap;
use crate::policy::{Capability, Reach};

/// The states in which a task waits for its party or for what it submitted to be verified.
const OPEN: [TaskStatus; 4] =
    [TaskStatus::Assigned, TaskStatus::Acknowledged, TaskStatus::Submitted, TaskStatus::ReturnRequested];

/// What decides who may act on a task.
pub struct Given {
    community: i64,
    organisation: Uuid,
    grid: Option<Uuid>,
    /// The comprehensive grid that a micro-grid is part of: its workers act there too.
    above: Option<Uuid>,
}

/// Whether a post may act on a task, as [`crate::policy::rows::problem::acted_task`] says it of a viewer: for the
/// organisation the task was given to, whichever party that fills; as a grid's worker for the grid.
pub fn acts_on(post: &appointment::Model, task: &Given) -> bool {
    let own = match Capability::ActOnTask.reach(post.role) {
        Reach::None => false,
        Reach::Grid => post.grid_id.is_some() && (post.grid_id == task.grid || post.grid_id == task.above),
        Reach::Full
        | Reach::Masked
        | Reach::Party
        | Reach::PublicOrParty
        | Reach::PublicInGrid
        | Reach::PublicOrOwn
        | Reach::Own => post.organisation_id == Some(task.organisation),
    };
    own && overlap(post.region_code, task.community)
}

/// The open tasks that nobody else who holds a post today could act on once `post` has ended, whoever may read them.
pub async fn system_left_alone(act: &Act<'_>, post: &appointment::Model, today: NaiveDate) -> Result<Vec<Given>> {
    let tasks: Vec<Given> = system_open(act, post).await?.into_iter().filter(|task| acts_on(post, task)).collect();
    if tasks.is_empty() {
        return Ok(tasks);
    }
    let grids = tasks.iter().flat_map(|task| [task.grid, task.above]).flatten();
    let posts = appointment::Entity::find()
        .filter(appointment::Column::Id.ne(post.id))
        .filter(
            Condition::any()
                .add(appointment::Column::OrganisationId.is_in(tasks.iter().map(|task| task.organisation)))
                .add(appointment::Column::GridId.is_in(grids)),
        )
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

/// The open tasks of a post's organisation, and those given to its grid or the micro-grids of that.
async fn system_open(act: &Act<'_>, post: &appointment::Model) -> Result<Vec<Given>> {
    let parts = match post.grid_id.filter(|_| post.role == Role::GridWorker) {
        Some(id) => {
            let own = Condition::any().add(grid::Column::Id.eq(id)).add(grid::Column::ParentId.eq(id));
            grid::Entity::find().filter(own).all(&act.tx).await?
        }
        None => vec![],
    };
    let mut given = Condition::any().add(disposition_task::Column::GridId.is_in(parts.iter().map(|part| part.id)));
    if let Some(organisation) = post.organisation_id {
        given = given.add(disposition_task::Column::OrganisationId.eq(organisation));
    }
    let tasks = disposition_task::Entity::find()
        .filter(disposition_task::Column::Status.is_in(OPEN))
        .filter(given)
        .all(&act.tx)
        .await?;
    let named = tasks.iter().filter_map(|task| task.grid_id);
    let grids = grid::Entity::find().filter(grid::Column::Id.is_in(named)).all(&act.tx).await?;
    let above = |id: Uuid| grids.iter().find(|grid| grid.id == id).and_then(|grid| grid.parent_id);
    let given = |task: disposition_task::Model| Given {
        community: task.community_code,
        organisation: task.organisation_id,
        grid: task.grid_id,
        above: task.grid_id.and_then(above),
    };
    Ok(tasks.into_iter().map(given).collect())
}
