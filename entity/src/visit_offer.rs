//! Times that a party offers a reporter whom it does not know (预约上门).

use sea_orm::entity::prelude::*;

use crate::word::{VisitPlace, VisitStatus};

/// One row of `visit_offer`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit_offer")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The task under which it was offered.
    pub task_id: Uuid,
    /// The party that offers.
    pub party_id: Uuid,
    /// Its organisation.
    pub organisation_id: Uuid,
    /// Where.
    pub place: VisitPlace,
    /// What else the reporter is told.
    pub message: Option<String>,
    /// Where it stands; an offer that has lapsed may still say that it is offered.
    pub status: VisitStatus,
    /// The times to choose from: a list of from and to.
    #[sea_orm(column_type = "JsonBinary")]
    pub slots: Json,
    /// When the last of them begins: from then on none can be chosen.
    pub lapses_at: DateTimeUtc,
    /// When the chosen one begins.
    pub chosen_from: Option<DateTimeUtc>,
    /// When it ends.
    pub chosen_to: Option<DateTimeUtc>,
    /// What both sides can say to know each other.
    pub code_word: Option<String>,
    /// Who offered it.
    pub offered_by: Uuid,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it was declined, cancelled, kept, missed or seen to have lapsed.
    pub ended_at: Option<DateTimeUtc>,
    /// Raised by each change.
    pub revision: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
