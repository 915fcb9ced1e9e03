//! Which sides were at a session.

use sea_orm::entity::prelude::*;

/// One row of `mediation_attendance`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_attendance")]
pub struct Model {
    /// Part of its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    /// Part of its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub side_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
