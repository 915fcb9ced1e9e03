//! What a side owes by an agreement.

use sea_orm::entity::prelude::*;

use crate::word::ObligationStatus;

/// One row of `mediation_obligation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_obligation")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// Its mediation.
    pub mediation_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// Who owes it.
    pub side_id: Uuid,
    /// What is owed; a shared text.
    pub content: String,
    /// By when.
    pub due_on: Date,
    /// Whether it was met.
    pub status: ObligationStatus,
    /// The day it was met, or found to be broken.
    pub settled_on: Option<Date>,
    /// When it was reminded of.
    pub reminded_at: Option<DateTimeUtc>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
