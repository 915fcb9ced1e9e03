//! Regions (行政区划) of four levels, by 12-digit code.

use sea_orm::entity::prelude::*;

use crate::word::RegionLevel;

/// One row of `region`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "region")]
pub struct Model {
    /// 12 digits, GB/T 2260 + 10114 shape.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: i64,
    /// Its id for `node`.
    pub id: Uuid,
    /// City, county, street or community.
    pub level: RegionLevel,
    /// Its name.
    pub name: String,
    /// The region it lies in; none for a city.
    pub parent_code: Option<i64>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
