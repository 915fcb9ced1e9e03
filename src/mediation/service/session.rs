//! What is said in a mediation, and how long it takes: statements, sessions, its limit, its end without an agreement, its
//! dossier.

use chrono::Days;
use entity::word::{MediationAction, MediationStatus, Word as _};
use entity::{mediation, mediation_attendance, mediation_session, mediation_statement};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{Case, write};
use crate::act::{Call, Once};
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::mediation::command::mediator::{
    CheckDossierInput, ExtendMediationInput, RecordMediationSessionInput, ScheduleMediationSessionInput,
    TerminateMediationInput,
};
use crate::mediation::command::side::AddStatementInput;
use crate::policy::rows::mediation as rows;
use crate::problem::service::length;
use crate::read::load;
use crate::text;

/// By how many days a limit can be moved at once.
const EXTENSION_DAYS: u64 = 365;

/// Writes down what a side says.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REQUIRED`, `TOO_LONG`.
pub async fn state(call: Call<'_>, input: AddStatementInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let side = input.side.map(|id| id.0);
    let (case, side) = Case::for_side(&act, input.mediation.0, MediationAction::State, side).await?;
    let content = text::prose(&input.content, "content", length::REPORT)?;
    let id = act.new_id();
    act.emit(case.event_of(Kind::StatementAdded, id).commits("content", &content));
    let row = mediation_statement::ActiveModel {
        id: Set(id),
        mediation_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        side_id: Set(side.id),
        content: Set(content),
        recorded_by: Set(act.viewer.user),
        created_at: Set(act.now),
    };
    mediation_statement::Entity::insert(row).exec_without_returning(&act.tx).await?;
    call.commit_once(act, &input.idempotency_key, id).await
}

/// Calls a session.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `PERSONAL_DATA_IN_TEXT`.
pub async fn schedule(call: Call<'_>, input: ScheduleMediationSessionInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let case = Case::of(&act, input.mediation.0, "mediation").await?;
    case.require(&act, MediationAction::Schedule)?;
    let place = text::line(&input.place, "place", length::LINE)?;
    case.share(&act, &[("place", &place)]).await?;
    let id = act.new_id();
    let event = case.event_of(Kind::SessionCalled, id).with("startsAt", &input.starts_at);
    act.emit(event.commits("place", &place));
    let row = mediation_session::ActiveModel {
        id: Set(id),
        mediation_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        starts_at: Set(input.starts_at),
        place: Set(place),
        notes: Set(None),
        noted_by: Set(None),
        created_at: Set(act.now),
    };
    mediation_session::Entity::insert(row).exec_without_returning(&act.tx).await?;
    call.commit_once(act, &input.idempotency_key, id).await
}

/// Records who was at a session, and the mediator's notes. Notes of a former mediator stay that one's.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `TOO_LONG`.
pub async fn record(call: Call<'_>, input: RecordMediationSessionInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let session = load::refer::<mediation_session::Entity>(&act, rows::sessions, input.session.0, "session").await?;
    let case = Case::of(&act, session.mediation_id, "session").await?;
    case.require(&act, MediationAction::Attend)?;
    let session = load::need::<mediation_session::Entity>(&act, rows::sessions, session.id, "session").await?;
    let notes = text::optional_prose(input.notes.as_deref(), "notes", length::REPORT)?;
    let sides = case.sides(&act).await?;
    for (place, id) in input.attendees.iter().enumerate() {
        if sides.iter().all(|side| side.id != id.0) {
            return Err(Error::not_found(&format!("attendees.{place}")));
        }
    }
    mediation_attendance::Entity::delete_many()
        .filter(mediation_attendance::Column::SessionId.eq(session.id))
        .exec(&act.tx)
        .await?;
    let there: Vec<Uuid> =
        sides.iter().map(|side| side.id).filter(|id| input.attendees.iter().any(|one| one.0 == *id)).collect();
    for side in &there {
        let row = mediation_attendance::ActiveModel {
            session_id: Set(session.id),
            side_id: Set(*side),
            community_code: Set(case.row.community_code),
        };
        mediation_attendance::Entity::insert(row).exec_without_returning(&act.tx).await?;
    }
    let attendees: Vec<TypeId> = there.iter().map(|id| TypeId(prefix::MEDIATION_SIDE, *id)).collect();
    let mut event = case.event_of(Kind::SessionRecorded, session.id).with("attendees", &attendees);
    let others = session.noted_by.is_some_and(|by| by != act.viewer.user);
    if others && notes.is_some() {
        let (zh, en) = ("此次调解会的笔录属前任调解员", "the notes of this session are a former mediator's");
        return Err(super::invalid("notes", zh, en));
    }
    if !others {
        let row = mediation_session::ActiveModel {
            id: Unchanged(session.id),
            notes: Set(notes.clone()),
            noted_by: Set(notes.as_ref().map(|_| act.viewer.user)),
            ..Default::default()
        };
        mediation_session::Entity::update(row).exec_without_returning(&act.tx).await?;
        event = event.commits_if("notes", notes.as_deref());
    }
    act.emit(event);
    act.commit().await?;
    Ok(session.id)
}

/// Moves the limit.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `CONSENT_MISSING`, `OUT_OF_RANGE`.
pub async fn extend(call: Call<'_>, input: ExtendMediationInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.mediation.0, MediationAction::Extend, &input.expected_revision).await?;
    let due_on = case.row.due_on.ok_or_else(|| Error::fault("mediating without a limit"))?;
    let (first, last) = (due_on + Days::new(1), due_on + Days::new(EXTENSION_DAYS));
    if !(first..=last).contains(&input.due_on) {
        return Err(Error::refused(Code::OutOfRange, "dueOn", vec![first.into(), last.into()]));
    }
    case.all_consent(&act, &input.consenting.iter().map(|id| id.0).collect::<Vec<_>>()).await?;
    let mut change = case.change();
    change.due_on = Set(Some(input.due_on));
    change.reminded_at = Set(None);
    write(&act, change).await?;
    act.emit(case.event(Kind::MediationExtended).with("dueOn", &input.due_on));
    act.commit().await?;
    Ok(case.row.id)
}

/// Ends it without an agreement.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn terminate(call: Call<'_>, input: TerminateMediationInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.mediation.0, MediationAction::Terminate, &input.expected_revision).await?;
    let remedies = text::prose(&input.remedies, "remedies", length::PROSE)?;
    case.share(&act, &[("remedies", &remedies)]).await?;
    let event = case.event(Kind::MediationTerminated).commits("remedies", &remedies);
    let mut change = case.change();
    change.status = Set(MediationStatus::Terminated);
    change.ended_at = Set(Some(act.now));
    change.remedies = Set(Some(remedies));
    write(&act, change).await?;
    act.emit(event);
    act.commit().await?;
    Ok(case.row.id)
}

/// Says which documents are there. The revision stays: others see it, and not these.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`.
pub async fn check_dossier(call: Call<'_>, input: CheckDossierInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::of(&act, input.mediation.0, "mediation").await?;
    case.require(&act, MediationAction::CheckDossier)?;
    let all = entity::word::DossierDocument::ALL.iter().copied();
    let present: Vec<_> = all.filter(|document| input.present.contains(document)).collect();
    let row = mediation::ActiveModel {
        id: Unchanged(case.row.id),
        dossier: Set(json!(present.iter().map(|document| document.value()).collect::<Vec<_>>())),
        ..Default::default()
    };
    write(&act, row).await?;
    act.emit(case.event(Kind::DossierChecked).with("present", &present));
    act.commit().await?;
    Ok(case.row.id)
}
