//! The revision of the working calendar: one row, raised by each change, so that other processes see it.

use sea_orm::entity::prelude::*;

/// One row of `calendar_state`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_state")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Raised by each change of the calendar or of a time limit.
    pub revision: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
