//! A problem carried on the ledger (挂账).

use sea_orm::entity::prelude::*;

/// One row of `ledger_entry`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_entry")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The organisation that answers for it meanwhile.
    pub owner_id: Uuid,
    /// Why; a shared text.
    pub reason: String,
    /// The day on which it is to be looked at again.
    pub review_on: Date,
    /// When it was put on the ledger.
    pub carried_at: DateTimeUtc,
    /// By whom.
    pub carried_by: Uuid,
    /// When it was last looked at again.
    pub reviewed_at: Option<DateTimeUtc>,
    /// The review date whose passing has been acted on.
    pub passed_on: Option<Date>,
    /// When it was taken off.
    pub ended_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
