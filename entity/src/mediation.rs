//! A mediation (调解) of a dispute that a problem is about.

use sea_orm::entity::prelude::*;

use crate::word::{AgreementForm, MediationKind, MediationStatus, RecusalGround};

/// One row of `mediation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mediation")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The problem.
    pub problem_id: Uuid,
    /// The problem's community.
    pub community_code: i64,
    /// What kind it is.
    pub kind: MediationKind,
    /// Where it stands.
    pub status: MediationStatus,
    /// What the dispute is about; a shared text.
    pub matter: String,
    /// The post of the mediator; none between a recusal and the next appointment.
    pub mediator_post_id: Option<Uuid>,
    /// Who holds that post.
    pub mediator_id: Option<Uuid>,
    /// When it was opened.
    pub opened_at: DateTimeUtc,
    /// When the last side consented.
    pub consented_at: Option<DateTimeUtc>,
    /// The last day of its limit; none before all consented.
    pub due_on: Option<Date>,
    /// The same for ordering, far off where there is none; made by the database.
    pub due_order: Date,
    /// When it was refused, terminated, performed or breached.
    pub ended_at: Option<DateTimeUtc>,
    /// What the sides were told they can do instead; a shared text.
    pub remedies: Option<String>,
    /// The form of its agreement.
    pub form: Option<AgreementForm>,
    /// Whether a court confirmed its agreement.
    pub confirmed: bool,
    /// The documents that are in the dossier, as words.
    #[sea_orm(column_type = "JsonBinary")]
    pub dossier: Json,
    /// Why the last mediator went, until there is another.
    pub recusal_ground: Option<RecusalGround>,
    /// The same in words; a text for the office.
    pub recusal_reason: Option<String>,
    /// When it was reminded of that its limit has passed.
    pub reminded_at: Option<DateTimeUtc>,
    /// Raised by each change that all who know of it may see.
    pub revision: i64,
}

/// Links are declared where they are read.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
