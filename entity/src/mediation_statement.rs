//! What a side said in a mediation, for itself and the mediator alone.

use sea_orm::entity::prelude::*;

/// One row of `mediation_statement`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_statement")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its mediation.
    pub mediation_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The side.
    pub side_id: Uuid,
    /// The words.
    pub content: String,
    /// Who wrote them down: the side, or the mediator for one without account.
    pub recorded_by: Uuid,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
