//! A region's opening hours (作息时间), by weekday.

use sea_orm::entity::prelude::*;

/// One row of `calendar_hours`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_hours")]
pub struct Model {
    /// The region; 0: the installation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub region_code: i64,
    /// 1 Monday to 7 Sunday; 0: a make-up workday.
    #[sea_orm(primary_key, auto_increment = false)]
    pub weekday: i64,
    /// As in `09:00-12:00, 13:30-17:30`; empty: off.
    pub spans: String,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
