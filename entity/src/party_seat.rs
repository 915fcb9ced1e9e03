//! Seats (席位): the organisation that fills a party, for some or all compounds, between two days.

use sea_orm::entity::prelude::*;

/// One row of `party_seat`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_seat")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its party.
    pub party_id: Uuid,
    /// The party's group.
    pub group_id: Uuid,
    /// The group's community.
    pub community_code: i64,
    /// Who fills it.
    pub organisation_id: Uuid,
    /// Its first day.
    pub started_on: Date,
    /// The first day it no longer holds; none while it holds.
    pub ended_on: Option<Date>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
