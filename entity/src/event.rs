//! Facts (事件): outbox, timeline and audit chain in one; append-only.

use sea_orm::entity::prelude::*;

use crate::word::Role;

/// One row of `event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Code of the lowest region concerned; 0 for the installation.
    pub stream: i64,
    /// Its place in the stream, from 1, without a gap.
    pub seq: i64,
    /// Its place among all, given by the relay.
    pub position: Option<i64>,
    /// What happened: `problem.accepted`.
    pub kind: String,
    /// The prefix of the type it happened to.
    pub subject: String,
    /// The row it happened to.
    pub subject_id: Uuid,
    /// The problem whose timeline it is part of.
    pub problem_id: Option<Uuid>,
    /// The community, where there is one.
    pub community_code: Option<i64>,
    /// Who did it; none for the system.
    pub actor_id: Option<Uuid>,
    /// In what role.
    pub actor_role: Option<Role>,
    /// For what party.
    pub actor_party_id: Option<Uuid>,
    /// Ids, codes and commitments; never free text or personal values.
    #[sea_orm(column_type = "JsonBinary")]
    pub data: Json,
    /// The salt of its commitments; destroyed by a redaction.
    pub salt: Option<Vec<u8>>,
    /// When.
    pub occurred_at: DateTimeUtc,
    /// Hash of the row before it in the stream; zeros for the first.
    pub previous_hash: Vec<u8>,
    /// SHA-256 over all of it but position and salt.
    pub hash: Vec<u8>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
