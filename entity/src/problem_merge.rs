//! One problem merged into another (并案).

use sea_orm::entity::prelude::*;

use crate::word::ProblemStatus;

/// One row of `problem_merge`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "problem_merge")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem it was merged into.
    pub into_id: Uuid,
    /// The community of both.
    pub community_code: i64,
    /// Why; for those who merge.
    pub reason: String,
    /// Where it stood before.
    pub former_status: ProblemStatus,
    /// When its step was due before.
    pub former_due_at: Option<DateTimeUtc>,
    /// The limit that was reckoned by.
    pub former_due_rule: Option<String>,
    /// Who merged it.
    pub merged_by: Uuid,
    /// When.
    pub merged_at: DateTimeUtc,
    /// When that was undone.
    pub undone_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
