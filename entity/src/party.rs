//! Parties (一方) of a group.

use sea_orm::entity::prelude::*;

use crate::word::PartyKind;

/// One row of `party`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its group.
    pub group_id: Uuid,
    /// The group's community.
    pub community_code: i64,
    /// What it stands for.
    pub kind: PartyKind,
    /// Its name.
    pub name: String,
    /// Why it is vacant, where a vacancy was recorded.
    pub vacancy_reason: Option<String>,
    /// Until when it may be vacant.
    pub vacancy_until: Option<Date>,
    /// The party that acts meanwhile.
    pub vacancy_acting_party_id: Option<Uuid>,
    /// When it was added.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
