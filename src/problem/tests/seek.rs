//! Finding, in a world, what an office is to decide on.

use entity::word::{PartyKind, ProblemStatus, RequestKind, RequestStatus, SupervisionStatus, TaskRole, TaskStatus};
use entity::{disposition_task as task, extension_request, request, supervision, suspension};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::world::{World, id};
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::facts::WAITING;

fn problem_id(problem: &str) -> Uuid {
    crate::id::parse(problem, prefix::PROBLEM).unwrap()
}

impl World {
    async fn waiting(&self, problem: &str) -> Vec<task::Model> {
        let open = task::Entity::find()
            .filter(task::Column::ProblemId.eq(problem_id(problem)))
            .filter(task::Column::Status.is_in(WAITING))
            .order_by_desc(task::Column::Role);
        open.all(&self.app.db).await.unwrap()
    }

    /// The open task of the lead.
    pub async fn lead(&self, problem: &str) -> Option<task::Model> {
        self.waiting(problem).await.into_iter().find(|task| task.role == TaskRole::Lead)
    }

    /// A task of the viewer's organisation, one that stands so where there is one.
    pub async fn task_at(&self, viewer: &Viewer, problem: &str, at: &[TaskStatus]) -> Option<String> {
        let found = task::Entity::find()
            .filter(task::Column::ProblemId.eq(problem_id(problem)))
            .filter(task::Column::OrganisationId.eq(viewer.organisation))
            .order_by_desc(task::Column::Id);
        let found = found.all(&self.app.db).await.unwrap();
        let task = found.iter().find(|task| at.contains(&task.status)).or(found.first())?;
        Some(id(prefix::TASK, task.id))
    }

    /// Parties without an open task on a problem.
    pub async fn free(&self, problem: &str) -> Vec<PartyKind> {
        let taken = self.waiting(problem).await;
        let among = [PartyKind::CityManagement, PartyKind::PropertyManager, PartyKind::Lawyer, PartyKind::Police];
        let free = self.parties.iter().filter(|(_, party, _)| taken.iter().all(|task| task.party_id != *party));
        free.map(|(kind, ..)| *kind).filter(|kind| among.contains(kind)).rev().collect()
    }

    /// A task that an office can change now: any where the problem is being handled, otherwise (or where not `any` is
    /// meant) an assisting one.
    pub async fn changed_task(&self, problem: &str, any: bool) -> Option<String> {
        let handled = [ProblemStatus::Dispatched, ProblemStatus::InProgress];
        let any = any && handled.contains(&self.row(problem).await.status);
        let open = self.waiting(problem).await;
        open.iter().find(|task| any || task.role == TaskRole::Assist).map(|task| id(prefix::TASK, task.id))
    }

    /// A request that waits for a decision.
    pub async fn pending(&self, problem: &str, kind: RequestKind) -> Option<String> {
        let found = self.requested(problem, kind).await?;
        (found.status == RequestStatus::Pending).then(|| id(prefix::REQUEST, found.id))
    }

    /// The same, or else the latest.
    pub async fn requested(&self, problem: &str, kind: RequestKind) -> Option<request::Model> {
        let found = request::Entity::find()
            .filter(request::Column::ProblemId.eq(problem_id(problem)))
            .filter(request::Column::Kind.eq(kind))
            .order_by_desc(request::Column::Status.eq(RequestStatus::Pending))
            .order_by_desc(request::Column::Id);
        found.one(&self.app.db).await.unwrap()
    }

    pub async fn pending_extension(&self, problem: &str) -> Option<String> {
        let found = extension_request::Entity::find()
            .filter(extension_request::Column::ProblemId.eq(problem_id(problem)))
            .order_by_desc(extension_request::Column::Status.eq(RequestStatus::Pending))
            .order_by_desc(extension_request::Column::Id);
        found.one(&self.app.db).await.unwrap().map(|row| id(prefix::EXTENSION, row.id))
    }

    pub async fn pending_suspension(&self, problem: &str) -> Option<String> {
        let found = suspension::Entity::find()
            .filter(suspension::Column::ProblemId.eq(problem_id(problem)))
            .order_by_desc(suspension::Column::Status.eq(RequestStatus::Pending))
            .order_by_desc(suspension::Column::Id);
        found.one(&self.app.db).await.unwrap().map(|row| id(prefix::SUSPENSION, row.id))
    }

    /// Supervision that is proposed or in force, or else the latest.
    pub async fn supervision(&self, problem: &str) -> Option<String> {
        let found = supervision::Entity::find()
            .filter(supervision::Column::ProblemId.eq(problem_id(problem)))
            .order_by_desc(supervision::Column::Status.is_in([SupervisionStatus::Proposed, SupervisionStatus::InForce]))
            .order_by_desc(supervision::Column::Id);
        found.one(&self.app.db).await.unwrap().map(|row| id(prefix::SUPERVISION, row.id))
    }
}
