//! The head of each stream: its last number and hash.

use sea_orm::entity::prelude::*;

/// One row of `event_stream`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_stream")]
pub struct Model {
    /// Code of the region; 0 for the installation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub stream: i64,
    /// The last number given.
    pub seq: i64,
    /// The last hash.
    pub hash: Vec<u8>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
