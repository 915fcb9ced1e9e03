//! Who was shown which personal data, and why (披露记录); append-only.

use sea_orm::entity::prelude::*;

use crate::word::Role;

/// One row of `disclosure`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The problem whose reporter it is.
    pub problem_id: Uuid,
    /// The person concerned, where there is an account.
    pub subject_id: Option<Uuid>,
    /// Who was shown it.
    pub viewer_id: Uuid,
    /// In what role.
    pub viewer_role: Role,
    /// For what party.
    pub viewer_party_id: Option<Uuid>,
    /// The names of the fields.
    #[sea_orm(column_type = "JsonBinary")]
    pub fields: Json,
    /// Why.
    pub purpose: String,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
