//! A pause of a problem (缓办), asked for by its lead.

use sea_orm::entity::prelude::*;

use crate::word::RequestStatus;

/// One row of `suspension`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suspension")]
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
    /// Where the request stands.
    pub status: RequestStatus,
    /// The day on which work is to go on, as asked.
    pub asked_until: Date,
    /// The same, as granted.
    pub granted_until: Option<Date>,
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
    /// When work went on.
    pub resumed_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
