//! Visits and calls after closure (回访).

use sea_orm::entity::prelude::*;

use crate::word::{FollowUpMethod, Satisfaction};

/// One row of `follow_up`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "follow_up")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// Visit or call.
    pub method: FollowUpMethod,
    /// Whether the reporter was reached.
    pub reached: bool,
    /// What the reporter said.
    pub satisfaction: Option<Satisfaction>,
    /// For the secretary, the street and the grid worker.
    pub note: Option<String>,
    /// By whom.
    pub followed_up_by: Uuid,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
