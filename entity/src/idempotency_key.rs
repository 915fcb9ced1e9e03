//! Commands that took effect, by the key their caller gave.

use sea_orm::entity::prelude::*;

/// One row of `idempotency_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The person or client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller: Uuid,
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The mutation.
    pub command: String,
    /// SHA-256 of the coerced input.
    pub digest: Vec<u8>,
    /// The ids it made.
    #[sea_orm(column_type = "JsonBinary")]
    pub created: Json,
    /// When.
    pub created_at: DateTimeUtc,
    /// Until when it is kept.
    pub expires_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
