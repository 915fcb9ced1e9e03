//! One recorded act of a party on a problem (处置), append-only.

use sea_orm::entity::prelude::*;

use crate::word::{DispositionAction, QuantityPrecision, QuantityUnit};

/// One row of `disposition`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disposition")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The task it was done under.
    pub task_id: Option<Uuid>,
    /// Whose party acted.
    pub party_id: Uuid,
    /// The organisation that acted.
    pub organisation_id: Uuid,
    /// What was done.
    pub action: DispositionAction,
    /// For the parties; a shared text.
    pub content: String,
    /// For the secretary, the street and the grid worker.
    pub internal_note: Option<String>,
    /// For the reporter; a shared text.
    pub reply: Option<String>,
    /// How much.
    pub quantity_value: Option<i64>,
    /// Of what.
    pub quantity_unit: Option<QuantityUnit>,
    /// How exactly.
    pub quantity_precision: Option<QuantityPrecision>,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
