//! Refresh tokens of signed-in devices, one row each; a family is one sign-in.

use sea_orm::entity::prelude::*;

/// One row of `refresh_token`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The sign-in it descends from.
    pub family: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// The post it acts in.
    pub appointment_id: Uuid,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    /// When it was given out.
    pub created_at: DateTimeUtc,
    /// Until when it holds.
    pub expires_at: DateTimeUtc,
    /// When it was exchanged.
    pub used_at: Option<DateTimeUtc>,
    /// The successor, encrypted, for a repeat within 30 s.
    pub successor: Option<Vec<u8>>,
    /// When its family ended.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
