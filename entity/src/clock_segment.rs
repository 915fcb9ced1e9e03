//! When the clock of a step or task ran (计时区间): a pause is the time between two of them.

use sea_orm::entity::prelude::*;

/// One row of `clock_segment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clock_segment")]
pub struct Model {
    /// Whose clock it is: the task's, or for the step that a problem is at the problem's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clock_id: Uuid,
    /// Its place among the clock's segments, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// The problem's community.
    pub community_code: i64,
    /// The problem.
    pub problem_id: Uuid,
    /// The task whose clock it is; none: of the step that the problem is at.
    pub task_id: Option<Uuid>,
    /// The limit by name.
    pub rule: String,
    /// The end that was chosen, before any pause; for the rule CHOSEN.
    pub chosen_at: Option<DateTimeUtc>,
    /// When the step began.
    pub step_started_at: DateTimeUtc,
    /// When this segment began.
    pub started_at: DateTimeUtc,
    /// When it ended; none while it runs.
    pub ended_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
