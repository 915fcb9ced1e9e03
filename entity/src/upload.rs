//! A file that was staged (上传): announced, then received, then attached or removed.

use sea_orm::entity::prelude::*;

use crate::word::FileType;

/// One row of `upload`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who staged it; nobody else can attach it.
    pub user_id: Uuid,
    /// Where its objects are kept: all that was ever received for it lies below.
    pub folder: String,
    /// How many bytes were announced.
    pub declared_bytes: i64,
    /// The name that a person gave it, sealed.
    pub file_name: Option<Vec<u8>>,
    /// The object that was received; `None` before.
    pub object_key: Option<String>,
    /// What it is, by its content.
    pub file_type: Option<FileType>,
    /// How many bytes are kept of it.
    pub bytes: Option<i64>,
    /// SHA-256 of what is kept.
    pub digest: Option<Vec<u8>>,
    /// When it was staged.
    pub created_at: DateTimeUtc,
    /// When it is removed.
    pub expires_at: DateTimeUtc,
    /// When it was received.
    pub received_at: Option<DateTimeUtc>,
    /// When it was attached.
    pub attached_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
