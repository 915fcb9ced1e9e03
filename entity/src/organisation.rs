//! Organisations (单位) that fill parties, and the government offices of streets and counties.

use sea_orm::entity::prelude::*;

use crate::word::OrganisationKind;

/// One row of `organisation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where it is seated.
    pub region_code: i64,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
