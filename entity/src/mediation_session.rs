//! A session of a mediation (调解会).

use sea_orm::entity::prelude::*;

/// One row of `mediation_session`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_session")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its mediation.
    pub mediation_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// When it begins.
    pub starts_at: DateTimeUtc,
    /// Where; a shared text.
    pub place: String,
    /// The notes of who wrote them; nobody else's.
    pub notes: Option<String>,
    /// Who wrote them.
    pub noted_by: Option<Uuid>,
    /// When it was called.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
