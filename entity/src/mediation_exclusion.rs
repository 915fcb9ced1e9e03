//! Who may not mediate on a problem, because they said so or were asked to withdraw.

use sea_orm::entity::prelude::*;

use crate::word::RecusalGround;

/// One row of `mediation_exclusion`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_exclusion")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The person.
    pub user_id: Uuid,
    /// The organisation, where advice was given for it: then none of its people may.
    pub organisation_id: Option<Uuid>,
    /// Why.
    pub ground: RecusalGround,
    /// The same in words.
    pub reason: String,
    /// Who said so.
    pub declared_by: Uuid,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
