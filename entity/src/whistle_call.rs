//! Calls (报到): a party that a whistle called, and whether it came.

use sea_orm::entity::prelude::*;

use crate::word::WhistleCallStatus;

/// One row of `whistle_call`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "whistle_call")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its whistle.
    pub whistle_id: Uuid,
    /// The whistle's community.
    pub community_code: i64,
    /// The party called.
    pub party_id: Uuid,
    /// The seat called.
    pub seat_id: Uuid,
    /// The seat's organisation.
    pub organisation_id: Uuid,
    /// Where it stands.
    pub status: WhistleCallStatus,
    /// When it was called.
    pub called_at: DateTimeUtc,
    /// By whom.
    pub called_by: Uuid,
    /// By when it has to be there.
    pub due_at: DateTimeUtc,
    /// The limit by which that was reckoned.
    pub due_rule: String,
    /// When it reported in.
    pub reported_in_at: Option<DateTimeUtc>,
    /// Who did.
    pub reported_in_by: Option<Uuid>,
    /// Where it said it was; a shared text.
    pub place: Option<String>,
    /// The same as a latitude, in millionths of a degree.
    pub latitude_microdegrees: Option<i64>,
    /// And a longitude.
    pub longitude_microdegrees: Option<i64>,
    /// When its part was done.
    pub done_at: Option<DateTimeUtc>,
    /// Who recorded it.
    pub done_by: Option<Uuid>,
    /// What it did; a shared text.
    pub note: Option<String>,
    /// When it was excused.
    pub excused_at: Option<DateTimeUtc>,
    /// By whom.
    pub excused_by: Option<Uuid>,
    /// Why; a shared text.
    pub reason: Option<String>,
    /// Raised at each change of it.
    pub revision: i64,
    /// When it was reminded of, its time having passed without an answer.
    pub reminded_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
