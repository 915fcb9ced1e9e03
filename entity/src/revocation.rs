//! Tokens that ended before their time, by family, post or single id.

use sea_orm::entity::prelude::*;

/// One row of `revocation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revocation")]
pub struct Model {
    /// A family, an appointment or a token id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: Uuid,
    /// When.
    pub revoked_at: DateTimeUtc,
    /// When the last token concerned has expired anyhow.
    pub until: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
