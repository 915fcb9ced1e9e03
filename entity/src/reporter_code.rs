//! The secret code of a reporter without account: a keyed hash, and no more.

use sea_orm::entity::prelude::*;

/// One row of `reporter_code`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reporter_code")]
pub struct Model {
    /// The problem it opens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The keyed hash.
    pub code_hash: Vec<u8>,
    /// Who was shown it, to hand it over.
    pub issued_by: Uuid,
    /// When.
    pub issued_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
