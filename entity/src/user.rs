//! People with an account (用户).

use sea_orm::entity::prelude::*;

/// One row of `user`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The person's name.
    pub name: String,
    /// What the person signs in with.
    pub username: String,
    /// argon2id, PHC string; none until the invitation is accepted.
    pub password_hash: Option<String>,
    /// When it was last set.
    pub password_changed_at: Option<DateTimeUtc>,
    /// Encrypted.
    pub phone: Option<Vec<u8>>,
    /// Keyed hash, for equality.
    pub phone_hash: Option<Vec<u8>>,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// Since when it cannot sign in.
    pub disabled_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
