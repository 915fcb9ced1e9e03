//! Days that depart from the week: holidays and make-up workdays (节假日与调休).

use sea_orm::entity::prelude::*;

use crate::word::DayKind;

/// One row of `calendar_day`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_day")]
pub struct Model {
    /// The region; 0: the installation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub region_code: i64,
    /// The day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// A holiday or a make-up workday.
    pub kind: DayKind,
    /// Its name.
    pub name: String,
    /// A make-up workday's own hours; none: the ordinary ones.
    pub hours: Option<String>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
