//! What the sides of a mediation agreed (调解协议).

use sea_orm::entity::prelude::*;

use crate::word::{AgreementForm, ConfirmationStatus};

/// One row of `mediation_agreement`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation_agreement")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its mediation.
    pub mediation_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// Written or oral.
    pub form: AgreementForm,
    /// What was agreed; a shared text.
    pub content: String,
    /// The day it took effect; none until all sides signed a written one.
    pub effective_on: Option<Date>,
    /// What became of the request for judicial confirmation.
    pub confirmation: Option<ConfirmationStatus>,
    /// The day the last side asked for it.
    pub requested_on: Option<Date>,
    /// The day the court decided.
    pub decided_on: Option<Date>,
    /// When the sides were reminded that they can still ask for judicial confirmation.
    pub reminded_at: Option<DateTimeUtc>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
