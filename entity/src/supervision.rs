//! Supervision of a problem (督办): proposed, in force, lifted.

use sea_orm::entity::prelude::*;

use crate::word::{Role, SupervisionGrounds, SupervisionLevel, SupervisionStatus};

/// One row of `supervision`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// How close.
    pub level: SupervisionLevel,
    /// On what grounds.
    pub grounds: SupervisionGrounds,
    /// Where it stands.
    pub status: SupervisionStatus,
    /// Why, in words.
    pub reason: Option<String>,
    /// When it was proposed, or raised at once.
    pub proposed_at: DateTimeUtc,
    /// Who proposed it; none where the system did.
    pub proposed_by: Option<Uuid>,
    /// In what role.
    pub proposed_role: Option<Role>,
    /// When it came into force.
    pub raised_at: Option<DateTimeUtc>,
    /// Who raised it; none where the system did.
    pub raised_by: Option<Uuid>,
    /// In what role.
    pub raised_role: Option<Role>,
    /// When it was lifted or dismissed.
    pub ended_at: Option<DateTimeUtc>,
    /// By whom.
    pub ended_by: Option<Uuid>,
    /// In what role.
    pub ended_role: Option<Role>,
    /// Why.
    pub end_reason: Option<String>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
