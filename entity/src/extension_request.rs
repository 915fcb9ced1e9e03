//! More time that a lead asks for (延期申请), once a task.

use sea_orm::entity::prelude::*;

use crate::word::RequestStatus;

/// One row of `extension_request`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "extension_request")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The LEAD task.
    pub task_id: Uuid,
    /// Why; a shared text.
    pub reason: String,
    /// Where it stands.
    pub status: RequestStatus,
    /// When the task was due as it was asked.
    pub due_at: DateTimeUtc,
    /// Until when time is asked for.
    pub asked_until: DateTimeUtc,
    /// Until when it was granted.
    pub granted_until: Option<DateTimeUtc>,
    /// Who asked.
    pub asked_by: Uuid,
    /// When it was asked.
    pub asked_at: DateTimeUtc,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When it was decided, or lapsed.
    pub decided_at: Option<DateTimeUtc>,
    /// Why, in the words of who decided.
    pub decision: Option<String>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
