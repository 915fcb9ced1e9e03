//! A side of a mediation (当事人).

use sea_orm::entity::prelude::*;

use crate::word::{ConsentMethod, SideConsent};

/// One row of `mediation_side`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_side")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its mediation.
    pub mediation_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// Its place among the sides, from 1.
    pub number: i64,
    /// The person's account, where there is one.
    pub user_id: Option<Uuid>,
    /// The name, sealed.
    pub name: Vec<u8>,
    /// The phone number, sealed.
    pub phone: Option<Vec<u8>>,
    /// Whether it consents to be named and to mediate.
    pub consent: SideConsent,
    /// How it said so.
    pub consent_method: Option<ConsentMethod>,
    /// When it said so.
    pub consent_at: Option<DateTimeUtc>,
    /// The day it signed the written agreement.
    pub signed_on: Option<Date>,
    /// The day it asked for judicial confirmation.
    pub asked_on: Option<Date>,
    /// When it was named.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
