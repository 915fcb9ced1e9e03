//! Keys that sign access tokens (Ed25519).

use sea_orm::entity::prelude::*;

/// One row of `signing_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    /// The `kid`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// 32 bytes.
    pub public_key: Vec<u8>,
    /// PKCS#8, encrypted; erased when it no longer signs.
    pub private_key: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Since when it no longer signs.
    pub retired_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
