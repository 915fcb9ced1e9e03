//! What a person is told of (通知): a number, a verb and a due time, made from an event.

use sea_orm::entity::prelude::*;

use crate::word::{DeliveryStatus, NotificationKind};

/// One row of `notification`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The event it was made from.
    pub event_id: Uuid,
    /// Who is told.
    pub user_id: Uuid,
    /// In which post; none for what concerns the person (a reporter, a side of a mediation).
    pub post_id: Option<Uuid>,
    /// What of.
    pub kind: NotificationKind,
    /// The problem's number, where there is one and the recipient may know it.
    pub number: Option<String>,
    /// When it is due.
    pub due_at: Option<DateTimeUtc>,
    /// When it happened.
    pub created_at: DateTimeUtc,
    /// When the person read it.
    pub read_at: Option<DateTimeUtc>,
    /// Whether quiet hours do not hold it back.
    pub urgent: bool,
    /// Whether it was delivered.
    pub status: DeliveryStatus,
    /// How often delivery was begun.
    pub attempts: i64,
    /// When delivery is to be tried next.
    pub next_at: DateTimeUtc,
    /// When it was delivered.
    pub delivered_at: Option<DateTimeUtc>,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
