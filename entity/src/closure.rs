//! Each time a problem left the open ones, and came back (结案记录).

use sea_orm::entity::prelude::*;

use crate::word::{ClosureOutcome, ProblemDomain, ProblemStatus};

/// One row of `closure`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "closure")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The state it ended in.
    pub status: ProblemStatus,
    /// What came of it.
    pub outcome: Option<ClosureOutcome>,
    /// Its domain at the time.
    pub domain: Option<ProblemDomain>,
    /// The lead at closing.
    pub lead_party_id: Option<Uuid>,
    /// When it ended.
    pub ended_at: DateTimeUtc,
    /// When it was taken up again.
    pub resumed_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
