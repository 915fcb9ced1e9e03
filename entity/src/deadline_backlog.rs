//! Communities whose deadlines are to be reckoned anew, and how far that has come.

use sea_orm::entity::prelude::*;

/// One row of `deadline_backlog`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deadline_backlog")]
pub struct Model {
    /// The community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub community_code: i64,
    /// The last problem that is done.
    pub after_id: Option<Uuid>,
    /// When it was asked for.
    pub asked_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
