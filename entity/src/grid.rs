//! Grids (网格): comprehensive ones and the micro-grids they are cut into.

use sea_orm::entity::prelude::*;

use crate::word::GridKind;

/// One row of `grid`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grid")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where it lies.
    pub community_code: i64,
    /// Community code and 3 digits; a micro-grid 2 more.
    pub code: i64,
    /// Comprehensive or micro.
    pub kind: GridKind,
    /// The comprehensive grid of a micro-grid.
    pub parent_id: Option<Uuid>,
    /// Its name.
    pub name: String,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
