//! Which years of the working calendar (工作日历) were loaded for which region.

use sea_orm::entity::prelude::*;

/// One row of `calendar_year`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_year")]
pub struct Model {
    /// The region; 0: the installation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub region_code: i64,
    /// The year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i64,
    /// Where the file has it from.
    pub source: String,
    /// When it was loaded.
    pub loaded_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
