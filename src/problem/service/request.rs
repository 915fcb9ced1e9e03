//! What waits for a decision: how it is decided, and how it lapses.

use entity::word::{RequestKind, RequestStatus, TaskStatus};
use entity::{disposition_task, extension_request, request, suspension};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::{CaseStatement, Expr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Case, length};
use crate::act::Act;
use crate::error::{Code, Error, Result};
use crate::event::Event;
use crate::policy::rows::request as rows;
use crate::read::load;
use crate::text;

/// A decision, and why.
pub struct Decision {
    /// Where what was asked for stands now.
    pub status: RequestStatus,
    /// Why, in words.
    pub reason: Option<String>,
}

impl Decision {
    /// A refusal needs a reason.
    ///
    /// # Errors
    /// `REQUIRED`, `TOO_LONG`.
    pub fn of(approve: bool, reason: Option<&str>) -> Result<Self> {
        let reason = text::optional_prose(reason, "reason", length::PROSE)?;
        if !approve && reason.is_none() {
            return Err(Error::refused(Code::Required, "reason", vec![]));
        }
        let status = if approve { RequestStatus::Approved } else { RequestStatus::Refused };
        Ok(Self { status, reason })
    }

    /// The event that tells of it.
    #[must_use]
    pub fn told(&self, event: Event) -> Event {
        event.commits_if("decision", self.reason.as_deref())
    }
}

/// A request that was just made.
#[must_use]
pub fn new(act: &Act<'_>, case: &Case, kind: RequestKind, reason: String) -> request::ActiveModel {
    request::ActiveModel {
        id: Set(act.new_id()),
        problem_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        kind: Set(kind),
        task_id: Set(None),
        suggested_party_id: Set(None),
        reason: Set(reason),
        status: Set(RequestStatus::Pending),
        asked_by: Set(act.viewer.user),
        asked_party_id: Set(act.viewer.party),
        asked_at: Set(act.now),
        lapses_at: Set(None),
        decided_by: Set(None),
        decided_at: Set(None),
        decision: Set(None),
    }
}

/// The request `id`, which is of `kind` and waits for a decision. One that was decided is not this problem's any more to
/// decide on, whatever else waits there.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn pending(act: &Act<'_>, id: Uuid, kind: RequestKind) -> Result<request::Model> {
    let asked = load::need::<request::Entity>(act, rows::requests, id, "request").await?;
    let waits = asked.kind == kind && asked.status == RequestStatus::Pending;
    if waits { Ok(asked) } else { Err(Error::not_found("request")) }
}

/// Writes down how a request was decided.
///
/// # Errors
/// A fault of the database.
pub async fn decide(act: &Act<'_>, asked: request::Model, decision: &Decision) -> Result<()> {
    let row = request::ActiveModel {
        id: Unchanged(asked.id),
        status: Set(decision.status),
        decided_by: Set(Some(act.viewer.user)),
        decided_at: Set(Some(act.now)),
        decision: Set(decision.reason.clone()),
        ..Default::default()
    };
    request::Entity::update(row).exec(&act.tx).await?;
    Ok(())
}

/// The task as its party had it before it asked to give it back.
#[must_use]
pub const fn kept(task: &disposition_task::Model) -> TaskStatus {
    if task.acknowledged_at.is_some() { TaskStatus::Acknowledged } else { TaskStatus::Assigned }
}

/// Lapses what the party of a task asked for under it; one that it asked to give back is its own again.
///
/// # Errors
/// A fault of the database.
pub async fn lapse_of_task(act: &Act<'_>, task: Uuid) -> Result<()> {
    lapse(act, &Under::Task(task)).await
}

/// Lapses whatever is asked for under a problem.
///
/// # Errors
/// A fault of the database.
pub async fn lapse_of_problem(act: &Act<'_>, problem: Uuid) -> Result<()> {
    lapse(act, &Under::Problem(problem)).await
}

enum Under {
    Task(Uuid),
    Problem(Uuid),
}

impl Under {
    fn is<C: ColumnTrait>(&self, task: C, problem: C) -> Expr {
        match self {
            Self::Task(id) => task.eq(*id),
            Self::Problem(id) => problem.eq(*id),
        }
    }
}

async fn lapse(act: &Act<'_>, under: &Under) -> Result<()> {
    let lapsed = || (Set(RequestStatus::Lapsed), Set(Some(act.now)));
    let (status, decided_at) = lapsed();
    request::Entity::update_many()
        .set(request::ActiveModel { status, decided_at, ..Default::default() })
        .filter(under.is(request::Column::TaskId, request::Column::ProblemId))
        .filter(request::Column::Status.eq(RequestStatus::Pending))
        .exec(&act.tx)
        .await?;
    let (status, decided_at) = lapsed();
    extension_request::Entity::update_many()
        .set(extension_request::ActiveModel { status, decided_at, ..Default::default() })
        .filter(under.is(extension_request::Column::TaskId, extension_request::Column::ProblemId))
        .filter(extension_request::Column::Status.eq(RequestStatus::Pending))
        .exec(&act.tx)
        .await?;
    let (status, decided_at) = lapsed();
    suspension::Entity::update_many()
        .set(suspension::ActiveModel { status, decided_at, ..Default::default() })
        .filter(under.is(suspension::Column::TaskId, suspension::Column::ProblemId))
        .filter(suspension::Column::Status.eq(RequestStatus::Pending))
        .exec(&act.tx)
        .await?;
    let before = CaseStatement::new()
        .case(disposition_task::Column::AcknowledgedAt.is_null(), Expr::val(TaskStatus::Assigned))
        .finally(Expr::val(TaskStatus::Acknowledged));
    disposition_task::Entity::update_many()
        .col_expr(disposition_task::Column::Status, before.into())
        .filter(under.is(disposition_task::Column::Id, disposition_task::Column::ProblemId))
        .filter(disposition_task::Column::Status.eq(TaskStatus::ReturnRequested))
        .exec(&act.tx)
        .await?;
    Ok(())
}
