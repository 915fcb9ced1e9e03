//! What the texts of problems are found by, one row for each audience of a problem: a text that a viewer may not read
//! cannot be found by it.
//!
//! The words themselves are in a column of PostgreSQL's own (`tokens`), and on SQLite in a table of their own
//! (`problem_text_index`, whose rows have this table's ids).

use sea_orm::entity::prelude::*;

use crate::word::TextAudience;

/// One row of `problem_text`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "problem_text")]
pub struct Model {
    /// Its id: a number, as SQLite's full-text index wants it.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Its problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// For whom the text is.
    pub audience: TextAudience,
    /// A keyed hash of the text, so that one that has not changed is not cut again.
    pub digest: Vec<u8>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
