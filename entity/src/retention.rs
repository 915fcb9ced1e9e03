//! How long a region keeps a class of data after a problem's end (保存期限).

use sea_orm::entity::prelude::*;

use crate::word::RetentionClass;

/// One row of `retention`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The region it is for, with all below it.
    pub region_code: i64,
    /// Of what.
    pub class: RetentionClass,
    /// For so many days; none: without an end.
    pub days: Option<i64>,
    /// Raised by each change.
    pub revision: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
