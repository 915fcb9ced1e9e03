//! A person's post (任职) in a region, a party, a grid or a building, with dates.

use sea_orm::entity::prelude::*;

use crate::word::{AppointmentIdentity, AppointmentKind, Role, SelectedBy};

/// One row of `appointment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who holds it.
    pub user_id: Uuid,
    /// What post it is.
    pub kind: AppointmentKind,
    /// The role that follows from it.
    pub role: Role,
    /// The person's background.
    pub identity: Option<AppointmentIdentity>,
    /// How the person was chosen.
    pub selected_by: Option<SelectedBy>,
    /// The region it acts in.
    pub region_code: i64,
    /// The same where that is a community.
    pub community_code: Option<i64>,
    /// The organisation it acts for.
    pub organisation_id: Option<Uuid>,
    /// The group of its party.
    pub group_id: Option<Uuid>,
    /// Its party.
    pub party_id: Option<Uuid>,
    /// Its grid.
    pub grid_id: Option<Uuid>,
    /// Its building.
    pub building_id: Option<Uuid>,
    /// Its first day.
    pub started_on: Date,
    /// The first day it no longer holds.
    pub ended_on: Option<Date>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// Raised by each change.
    pub revision: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
