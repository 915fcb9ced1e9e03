//! What is due in mediations, for whoever reminds of it. None of it changes anything: a mediation whose limit passes stays
//! what it is until the mediator ends it.

use chrono::{Days, NaiveDate};
use entity::word::{MediationKind, MediationStatus, ObligationStatus};
use entity::{mediation, mediation_agreement, mediation_obligation};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::Result;
use crate::mediation::transition::CONFIRMATION_DAYS;

/// Mediations that are still being mediated after their last day, the longest overdue first.
///
/// # Errors
/// A fault of the database.
pub async fn system_overdue<C: ConnectionTrait>(db: &C, today: NaiveDate, most: u64) -> Result<Vec<mediation::Model>> {
    let select = mediation::Entity::find()
        .filter(mediation::Column::Status.eq(MediationStatus::Mediating))
        .filter(mediation::Column::DueOn.lt(today))
        .order_by_asc(mediation::Column::DueOn)
        .order_by_asc(mediation::Column::Id)
        .limit(most);
    Ok(select.all(db).await?)
}

/// Agreements in effect for which not all sides have asked a court yet, and can do so for `days` more days at most.
///
/// # Errors
/// A fault of the database.
pub async fn system_confirmations_closing<C: ConnectionTrait>(
    db: &C,
    today: NaiveDate,
    days: u64,
    most: u64,
) -> Result<Vec<mediation_agreement::Model>> {
    use mediation_agreement::Column as A;
    let first = today - Days::new(CONFIRMATION_DAYS);
    let open = Query::select()
        .column(mediation::Column::Id)
        .from(mediation::Entity)
        .and_where(mediation::Column::Kind.eq(MediationKind::Peoples))
        .and_where(mediation::Column::Status.is_in([MediationStatus::AgreedWritten, MediationStatus::AgreedOral]))
        .take();
    let select = mediation_agreement::Entity::find()
        .filter(A::RequestedOn.is_null())
        .filter(A::EffectiveOn.between(first, first + Days::new(days)))
        .filter(A::MediationId.in_subquery(open))
        .order_by_asc(A::EffectiveOn)
        .order_by_asc(A::Id)
        .limit(most);
    Ok(select.all(db).await?)
}

/// Obligations that are open and due on a day or before, the longest due first.
///
/// # Errors
/// A fault of the database.
pub async fn system_obligations_due<C: ConnectionTrait>(
    db: &C,
    until: NaiveDate,
    most: u64,
) -> Result<Vec<mediation_obligation::Model>> {
    use mediation_obligation::Column as O;
    let select = mediation_obligation::Entity::find()
        .filter(O::Status.eq(ObligationStatus::Open))
        .filter(O::DueOn.lte(until))
        .order_by_asc(O::DueOn)
        .order_by_asc(O::Id)
        .limit(most);
    Ok(select.all(db).await?)
}
