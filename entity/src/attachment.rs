//! A file of a report or of a disposition (附件), or the copy of one that was released to the parties.

use sea_orm::entity::prelude::*;

use crate::word::{AttachmentKind, AttachmentStatus, FileType, Role};

/// One row of `attachment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// The addition to the report that it came with.
    pub addition_id: Option<Uuid>,
    /// The disposition that it belongs to; `None`: it belongs to the report.
    pub disposition_id: Option<Uuid>,
    /// What it is a released copy of; `None`: it is an original.
    pub original_id: Option<Uuid>,
    /// What it shows.
    pub kind: AttachmentKind,
    /// Where it stands.
    pub status: AttachmentStatus,
    /// A name of the server's making, which tells nothing.
    pub name: String,
    /// The name that a person gave it, sealed.
    pub file_name: Option<Vec<u8>>,
    /// What it is, by its content.
    pub file_type: FileType,
    /// How large it is.
    pub bytes: i64,
    /// SHA-256 of it.
    pub digest: Vec<u8>,
    /// Where it is kept; `None` of a copy (it is kept once) and where it was removed.
    pub object_key: Option<String>,
    /// Who added it; of a copy, who released it.
    pub uploaded_by: Uuid,
    /// In what role.
    pub uploaded_by_role: Role,
    /// For which party.
    pub uploaded_by_party_id: Option<Uuid>,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
