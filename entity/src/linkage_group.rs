//! Linkage groups (六方联动小组) and consortia.

use sea_orm::entity::prelude::*;

use crate::word::{LinkageGroupKind, LinkageGroupStatus};

/// One row of `linkage_group`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "linkage_group")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The community it serves.
    pub community_code: i64,
    /// Six-party or consortium.
    pub kind: LinkageGroupKind,
    /// Its name.
    pub name: String,
    /// Forming, active or dissolved.
    pub status: LinkageGroupStatus,
    /// The party that convenes it; set at activation.
    pub convenor_party_id: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When it became active.
    pub activated_at: Option<DateTimeUtc>,
    /// When it was dissolved.
    pub dissolved_at: Option<DateTimeUtc>,
    /// Raised by each change.
    pub revision: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
