//! What is agreed, and what becomes of it: signatures, performance, breach, judicial confirmation.

use chrono::NaiveDate;
use entity::word::{AgreementForm, ConfirmationStatus, MediationAction, MediationStatus, ObligationStatus};
use entity::{mediation_agreement, mediation_obligation, mediation_side};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait};
use uuid::Uuid;

use super::{Case, past_day, today, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::machine::Machine as _;
use crate::mediation::command::mediator::{ObligationInput, RecordAgreementInput, RecordJudicialConfirmationInput};
use crate::policy::rows::mediation as rows;
use crate::problem::service::length;
use crate::read::load;
use crate::text;

/// How many things can be owed by one agreement.
const OBLIGATIONS: std::ops::RangeInclusive<usize> = 1..=50;

/// A step that each side takes.
pub struct Step {
    /// The mediation.
    pub mediation: Uuid,
    /// Its revision as it was read.
    pub expected_revision: String,
    /// The side without an account that the mediator speaks for.
    pub side: Option<Uuid>,
}

/// How an obligation was settled.
pub struct Settlement {
    /// The obligation.
    pub obligation: Uuid,
    /// The mediation's revision as it was read.
    pub expected_revision: String,
    /// The day; today where none is given.
    pub settled_on: Option<NaiveDate>,
}

/// What a side owes, checked.
struct Owed {
    side: Uuid,
    content: String,
    due_on: NaiveDate,
}

/// Records an agreement.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `CONSENT_MISSING`, `OUT_OF_RANGE`,
/// `PERSONAL_DATA_IN_TEXT`.
pub async fn agree(call: Call<'_>, input: RecordAgreementInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.mediation.0, MediationAction::Agree, &input.expected_revision).await?;
    let content = text::prose(&input.content, "content", length::REPORT)?;
    let owed = owed(&act, &case, &input.obligations).await?;
    let paths: Vec<String> = (0..owed.len()).map(|place| format!("obligations.{place}.content")).collect();
    let mut shared = vec![("content", content.as_str())];
    shared.extend(paths.iter().zip(&owed).map(|(path, owed)| (path.as_str(), owed.content.as_str())));
    case.share(&act, &shared).await?;
    let oral = input.form == AgreementForm::Oral;
    if oral {
        let given: Vec<Uuid> = input.consenting.iter().flatten().map(|id| id.0).collect();
        case.all_consent(&act, &given).await?;
    }
    let id = act.new_id();
    let row = mediation_agreement::ActiveModel {
        id: Set(id),
        mediation_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        form: Set(input.form),
        content: Set(content.clone()),
        effective_on: Set(oral.then(|| today(&act))),
        created_at: Set(act.now),
        ..Default::default()
    };
    mediation_agreement::Entity::insert(row).exec_without_returning(&act.tx).await?;
    let event = case.event_of(Kind::MediationAgreed, id).with("form", &input.form).commits("content", &content);
    act.emit(event.with("mediation", &TypeId(prefix::MEDIATION, case.row.id)));
    write_owed(&mut act, &case, id, owed).await?;
    let mut change = case.change();
    change.form = Set(Some(input.form));
    change.status = Set(if oral { MediationStatus::AgreedOral } else { MediationStatus::AgreedWritten });
    write(&act, change).await?;
    act.commit().await?;
    Ok(case.row.id)
}

async fn owed(act: &Act<'_>, case: &Case, inputs: &[ObligationInput]) -> Result<Vec<Owed>> {
    if !OBLIGATIONS.contains(&inputs.len()) {
        let ends = vec![OBLIGATIONS.start().into(), OBLIGATIONS.end().into()];
        return Err(Error::refused(Code::OutOfRange, "obligations", ends));
    }
    let sides = case.sides(act).await?;
    let owed = inputs.iter().enumerate().map(|(place, input)| {
        let path = |member: &str| format!("obligations.{place}.{member}");
        if sides.iter().all(|side| side.id != input.side.0) {
            return Err(Error::not_found(&path("side")));
        }
        if input.due_on < today(act) {
            let (zh, en) = ("履行期限不能早于今天", "the last day must not lie before today");
            return Err(super::invalid(&path("dueOn"), zh, en));
        }
        let content = text::prose(&input.content, &path("content"), length::PROSE)?;
        Ok(Owed { side: input.side.0, content, due_on: input.due_on })
    });
    owed.collect()
}

async fn write_owed(act: &mut Act<'_>, case: &Case, agreement: Uuid, owed: Vec<Owed>) -> Result<()> {
    for one in owed {
        let id = act.new_id();
        let event = case.event_of(Kind::ObligationRecorded, id).with("dueOn", &one.due_on);
        act.emit(event.commits("content", &one.content));
        let row = mediation_obligation::ActiveModel {
            id: Set(id),
            agreement_id: Set(agreement),
            mediation_id: Set(case.row.id),
            community_code: Set(case.row.community_code),
            side_id: Set(one.side),
            content: Set(one.content),
            due_on: Set(one.due_on),
            status: Set(ObligationStatus::Open),
            settled_on: Set(None),
            reminded_at: Set(None),
            created_at: Set(act.now),
        };
        mediation_obligation::Entity::insert(row).exec_without_returning(&act.tx).await?;
    }
    Ok(())
}

/// The agreement of a mediation.
async fn of(act: &Act<'_>, case: &Case) -> Result<mediation_agreement::Model> {
    let found = load::scoped::<mediation_agreement::Entity>(act.viewer, act.now, rows::agreements)
        .filter(mediation_agreement::Column::MediationId.eq(case.row.id))
        .locked()
        .one(&act.tx)
        .await?;
    found.ok_or_else(|| Error::fault("agreed without an agreement"))
}

/// Writes the changes of an agreement.
async fn change(act: &Act<'_>, row: mediation_agreement::ActiveModel) -> Result<()> {
    mediation_agreement::Entity::update(row).exec_without_returning(&act.tx).await?;
    Ok(())
}

/// Signs; with the last signature the agreement takes effect.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`.
pub async fn sign(call: Call<'_>, input: Step) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, side, last) = step(&act, &input, MediationAction::Sign, |side| side.signed_on.is_some()).await?;
    let today = today(&act);
    let signed =
        mediation_side::ActiveModel { id: Unchanged(side.id), signed_on: Set(Some(today)), ..Default::default() };
    mediation_side::Entity::update(signed).exec_without_returning(&act.tx).await?;
    let agreement = of(&act, &case).await?;
    if last {
        let id = Unchanged(agreement.id);
        change(&act, mediation_agreement::ActiveModel { id, effective_on: Set(Some(today)), ..Default::default() })
            .await?;
    }
    write(&act, case.change()).await?;
    let event = case.event_of(Kind::AgreementSigned, agreement.id);
    act.emit(event.with("side", &TypeId(prefix::MEDIATION_SIDE, side.id)).with("all", &last));
    act.commit().await?;
    Ok(case.row.id)
}

/// A step that each side takes: the side, and whether all others have taken it.
async fn step(
    act: &Act<'_>,
    input: &Step,
    action: MediationAction,
    taken: fn(&mediation_side::Model) -> bool,
) -> Result<(Case, mediation_side::Model, bool)> {
    let (case, side) = Case::for_side(act, input.mediation, action, input.side).await?;
    case.seen(act, &input.expected_revision)?;
    let sides = case.sides(act).await?;
    let last = sides.iter().all(|other| other.id == side.id || taken(other));
    Ok((case, side, last))
}

/// An obligation of the mediator's mediation that is open, and its mediation.
async fn open(
    act: &Act<'_>,
    input: &Settlement,
    action: MediationAction,
) -> Result<(Case, mediation_obligation::Model)> {
    let id = input.obligation;
    let found = load::refer::<mediation_obligation::Entity>(act, rows::obligations, id, "obligation").await?;
    let case = Case::of(act, found.mediation_id, "obligation").await?;
    case.require(act, action)?;
    case.seen(act, &input.expected_revision)?;
    let found = load::need::<mediation_obligation::Entity>(act, rows::obligations, id, "obligation").await?;
    match found.status {
        ObligationStatus::Open => Ok((case, found)),
        ObligationStatus::Performed | ObligationStatus::Breached => Err(case.asked(act).refusal(found.status)),
    }
}

async fn settle(act: &Act<'_>, obligation: Uuid, status: ObligationStatus, day: NaiveDate) -> Result<()> {
    let row = mediation_obligation::ActiveModel {
        id: Unchanged(obligation),
        status: Set(status),
        settled_on: Set(Some(day)),
        ..Default::default()
    };
    mediation_obligation::Entity::update(row).exec_without_returning(&act.tx).await?;
    Ok(())
}

/// Records that an obligation was met; with the last one the agreement is performed.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `OUT_OF_RANGE`.
pub async fn perform(call: Call<'_>, input: Settlement) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, obligation) = open(&act, &input, MediationAction::Perform).await?;
    let effective_on = case.facts.effective_on.unwrap_or_else(|| today(&act));
    let day = past_day(&act, input.settled_on, effective_on, "settledOn")?;
    settle(&act, obligation.id, ObligationStatus::Performed, day).await?;
    let left = load::scoped::<mediation_obligation::Entity>(act.viewer, act.now, rows::obligations)
        .filter(mediation_obligation::Column::MediationId.eq(case.row.id))
        .filter(mediation_obligation::Column::Status.eq(ObligationStatus::Open))
        .any(&act.tx)
        .await?;
    let mut change = case.change();
    if !left {
        change.status = Set(MediationStatus::Performed);
        change.ended_at = Set(Some(act.now));
    }
    write(&act, change).await?;
    let event = case.event_of(Kind::ObligationPerformed, obligation.id).with("settledOn", &day);
    act.emit(event.with("all", &!left));
    act.commit().await?;
    Ok(obligation.id)
}

/// Records that an obligation was broken, and with it the agreement.
///
/// # Errors
/// Those of [`perform`].
pub async fn breach(call: Call<'_>, input: Settlement) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, obligation) = open(&act, &input, MediationAction::Breach).await?;
    if today(&act) <= obligation.due_on {
        let (zh, en) = ("履行期限尚未届满", "its last day has not passed");
        return Err(super::invalid("obligation", zh, en));
    }
    let day = past_day(&act, input.settled_on, obligation.due_on, "settledOn")?;
    settle(&act, obligation.id, ObligationStatus::Breached, day).await?;
    let mut change = case.change();
    change.status = Set(MediationStatus::Breached);
    change.ended_at = Set(Some(act.now));
    write(&act, change).await?;
    act.emit(case.event_of(Kind::ObligationBreached, obligation.id).with("settledOn", &day));
    act.commit().await?;
    Ok(obligation.id)
}

/// Asks for judicial confirmation; it is asked for when the last side has.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` once the days are over, `REVISION_CONFLICT`, `REQUIRED`.
pub async fn ask_confirmation(call: Call<'_>, input: Step) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let asked = |side: &mediation_side::Model| side.asked_on.is_some();
    let (case, side, last) = step(&act, &input, MediationAction::AskConfirmation, asked).await?;
    let today = today(&act);
    let asks = mediation_side::ActiveModel { id: Unchanged(side.id), asked_on: Set(Some(today)), ..Default::default() };
    mediation_side::Entity::update(asks).exec_without_returning(&act.tx).await?;
    let agreement = of(&act, &case).await?;
    if last {
        let row = mediation_agreement::ActiveModel {
            id: Unchanged(agreement.id),
            confirmation: Set(Some(ConfirmationStatus::Requested)),
            requested_on: Set(Some(today)),
            ..Default::default()
        };
        change(&act, row).await?;
    }
    write(&act, case.change()).await?;
    let event = case.event_of(Kind::ConfirmationAsked, agreement.id);
    act.emit(event.with("side", &TypeId(prefix::MEDIATION_SIDE, side.id)).with("all", &last));
    act.commit().await?;
    Ok(case.row.id)
}

/// Records what the court decided.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `OUT_OF_RANGE`.
pub async fn record_confirmation(call: Call<'_>, input: RecordJudicialConfirmationInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (id, action) = (input.mediation.0, MediationAction::RecordConfirmation);
    let case = Case::to(&act, id, action, &input.expected_revision).await?;
    let agreement = of(&act, &case).await?;
    let requested_on = agreement.requested_on.unwrap_or_else(|| today(&act));
    let day = past_day(&act, input.decided_on, requested_on, "decidedOn")?;
    let decision = if input.confirmed { ConfirmationStatus::Confirmed } else { ConfirmationStatus::Refused };
    let row = mediation_agreement::ActiveModel {
        id: Unchanged(agreement.id),
        confirmation: Set(Some(decision)),
        decided_on: Set(Some(day)),
        ..Default::default()
    };
    change(&act, row).await?;
    let mut row = case.change();
    row.confirmed = Set(input.confirmed);
    write(&act, row).await?;
    let event = case.event_of(Kind::ConfirmationRecorded, agreement.id).with("confirmation", &decision);
    act.emit(event.with("decidedOn", &day));
    act.commit().await?;
    Ok(case.row.id)
}
