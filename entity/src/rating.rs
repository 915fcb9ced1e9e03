//! A reporter's rating of a closure (评价).

use sea_orm::entity::prelude::*;

use crate::word::Satisfaction;

/// One row of `rating`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rating")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The closure that was rated.
    pub closure_id: Uuid,
    /// How satisfied.
    pub satisfaction: Satisfaction,
    /// The reporter's words.
    pub comment: Option<String>,
    /// The reporter, where there is an account.
    pub rated_by: Option<Uuid>,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
