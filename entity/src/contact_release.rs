//! A reporter's consent that one party may see named contact data for a while (联系方式授权).

use sea_orm::entity::prelude::*;

/// One row of `contact_release`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_release")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The party it is for.
    pub party_id: Uuid,
    /// The organisation that had the party's task when it was given: nobody else's people.
    pub organisation_id: Uuid,
    /// Whether the name is released.
    pub name: bool,
    /// Whether the phone number is.
    pub phone: bool,
    /// Whether the home address is.
    pub address: bool,
    /// The reporter.
    pub released_by: Uuid,
    /// When it was given.
    pub created_at: DateTimeUtc,
    /// Until when it holds.
    pub expires_at: DateTimeUtc,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
