//! What waits for a person (收件箱), one row for each post that may act on it: a view of the database, never written.
//!
//! It pairs what is open with the posts of the organisation or grid it was given to; which of the pairs a person may see
//! is the row rule's matter.

use sea_orm::entity::prelude::*;

use crate::word::{InboxKind, Role};

/// One row of `inbox_item`. Its columns are not named like keys of other tables: a view has none.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox_item")]
pub struct Model {
    /// The latter halves of the ids of the post and of what waits for it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What it is.
    pub kind: InboxKind,
    /// The number of the problem; a whistle has none, and a request about one's data where it names none.
    pub number: Option<String>,
    /// The problem of a task or of a request about one's data.
    pub problem: Option<Uuid>,
    /// The community that it is in.
    pub community: i64,
    /// When it is due.
    pub due_at: Option<DateTimeUtc>,
    /// The same, late where there is none.
    pub due_order: DateTimeUtc,
    /// When it was given.
    pub created_at: DateTimeUtc,
    /// The last day of the seat it was given to, itself not included.
    pub seat_ended_on: Option<Date>,
    /// Whether it was given to the post's grid, and not to its organisation.
    pub by_grid: bool,
    /// The post.
    pub post: Uuid,
    /// Who holds the post.
    pub person: Uuid,
    /// The post's role.
    pub role: Role,
    /// The post's region.
    pub region: i64,
    /// The post's grid.
    pub grid: Option<Uuid>,
    /// The post's first day.
    pub started_on: Date,
    /// The day it ended.
    pub ended_on: Option<Date>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
