//! What is asked about a problem and waits for a decision (申请).

use sea_orm::entity::prelude::*;

use crate::word::{RequestKind, RequestStatus};

/// One row of `request`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// A return, a withdrawal or a voiding.
    pub kind: RequestKind,
    /// The task that is to be returned.
    pub task_id: Option<Uuid>,
    /// The party that is suggested in place of the one that returns.
    pub suggested_party_id: Option<Uuid>,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub status: RequestStatus,
    /// Who asked.
    pub asked_by: Uuid,
    /// For what party.
    pub asked_party_id: Option<Uuid>,
    /// When it was asked.
    pub asked_at: DateTimeUtc,
    /// When it lapses if nobody decides.
    pub lapses_at: Option<DateTimeUtc>,
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
