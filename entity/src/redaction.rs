//! Texts and data that were taken back, or are asked to be (删除记录): who, when, on what basis. Append-only but for a
//! decision.

use sea_orm::entity::prelude::*;

use crate::word::{RedactionAudience, RedactionBasis, RedactionStatus, Role};

/// One row of `redaction`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "redaction")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The community of what it belonged to.
    pub community_code: i64,
    /// The problem whose record it was part of; none for what belongs to no problem.
    pub problem_id: Option<Uuid>,
    /// The prefix of what it was part of.
    pub subject: String,
    /// The id of what it was part of.
    pub subject_id: Uuid,
    /// Its name there.
    pub field: String,
    /// Who is told that it is missing.
    pub audience: RedactionAudience,
    /// On what basis.
    pub basis: RedactionBasis,
    /// What the office has to say of it.
    pub note: Option<String>,
    /// The request that it follows from.
    pub subject_request_id: Option<Uuid>,
    /// Whether it was done.
    pub status: RedactionStatus,
    /// Who asked for it; none: the system.
    pub asked_by: Option<Uuid>,
    /// In what role.
    pub asked_by_role: Option<Role>,
    /// When.
    pub asked_at: DateTimeUtc,
    /// Who decided; none before, and where the system did.
    pub decided_by: Option<Uuid>,
    /// In what role.
    pub decided_by_role: Option<Role>,
    /// When.
    pub decided_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
