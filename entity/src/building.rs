//! Buildings (楼栋).

use sea_orm::entity::prelude::*;

/// One row of `building`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "building")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where it stands.
    pub community_code: i64,
    /// Its compound.
    pub compound_id: Uuid,
    /// Its comprehensive grid.
    pub grid_id: Option<Uuid>,
    /// Its micro-grid.
    pub micro_grid_id: Option<Uuid>,
    /// Its name or number.
    pub name: String,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
