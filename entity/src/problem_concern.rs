//! The parties complained of (被诉方).

use sea_orm::entity::prelude::*;

/// One row of `problem_concern`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "problem_concern")]
pub struct Model {
    /// Part of its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub problem_id: Uuid,
    /// Part of its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub party_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The organisation that filled it for this place.
    pub organisation_id: Option<Uuid>,
    /// Since when it may read the summary; none before dispatch.
    pub released_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
