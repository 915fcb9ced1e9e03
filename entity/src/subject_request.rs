//! What a person asks about the data that is held of them (个人信息权利请求).

use sea_orm::entity::prelude::*;

use crate::word::{SubjectRefusal, SubjectRequestKind, SubjectRequestStatus};

/// One row of `subject_request`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subject_request")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The community that answers.
    pub community_code: i64,
    /// The problem it is about; none: all of the person's data.
    pub problem_id: Option<Uuid>,
    /// Who asks; none: the reporter without account of the problem.
    pub person_id: Option<Uuid>,
    /// What for.
    pub kind: SubjectRequestKind,
    /// In the person's words.
    pub content: Option<String>,
    /// Where it stands.
    pub status: SubjectRequestStatus,
    /// When it was asked.
    pub asked_at: DateTimeUtc,
    /// By when it is to be answered.
    pub due_at: DateTimeUtc,
    /// When the office was reminded that it is late.
    pub reminded_at: Option<DateTimeUtc>,
    /// When it was answered, refused or withdrawn.
    pub ended_at: Option<DateTimeUtc>,
    /// Who answered.
    pub answered_by: Option<Uuid>,
    /// The office's words.
    pub answer: Option<String>,
    /// On what ground it was refused.
    pub refusal: Option<SubjectRefusal>,
    /// Raised by each change.
    pub revision: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
