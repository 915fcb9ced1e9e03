//! A task that a merger took away, and where it stood.

use sea_orm::entity::prelude::*;

use crate::word::TaskStatus;

/// One row of `merged_task`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merged_task")]
pub struct Model {
    /// The merger.
    #[sea_orm(primary_key, auto_increment = false)]
    pub merge_id: Uuid,
    /// The task.
    #[sea_orm(primary_key, auto_increment = false)]
    pub task_id: Uuid,
    /// Where it stood.
    pub former_status: TaskStatus,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
