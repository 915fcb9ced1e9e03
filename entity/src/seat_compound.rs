//! The compounds that a seat covers; a seat without any covers the whole community.

use sea_orm::entity::prelude::*;

/// One row of `seat_compound`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seat_compound")]
pub struct Model {
    /// Part of its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seat_id: Uuid,
    /// Part of its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub compound_id: Uuid,
    /// The seat's community.
    pub community_code: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
