//! The sides' answers, and recusals.

use chrono::Days;
use entity::mediation_side;
use entity::word::{ConsentMethod, MediationAction, MediationStatus, RecusalGround, SideConsent};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::open::{Exclusion, exclude};
use super::{Case, today, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result};
use crate::event::{Kind, text as kept};
use crate::id::{TypeId, prefix};
use crate::mediation::command::side::RecuseMediatorInput;
use crate::mediation::transition::LIMIT_DAYS;
use crate::problem::service::length;
use crate::text;

/// What a side answers.
pub struct Answer {
    /// The mediation.
    pub mediation: Uuid,
    /// Its revision as it was read.
    pub expected_revision: String,
    /// The side without an account that the mediator speaks for.
    pub side: Option<Uuid>,
    /// How it said so.
    pub method: Option<ConsentMethod>,
}

/// Consents.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`.
pub async fn consent(call: Call<'_>, input: Answer) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, side) = answer(&act, &input, MediationAction::Consent, SideConsent::Consented).await?;
    let others = case.sides(&act).await?;
    let last = others.iter().all(|other| other.id == side.id || other.consent == SideConsent::Consented);
    let mut change = case.change();
    if last {
        change.status = Set(MediationStatus::Mediating);
        change.consented_at = Set(Some(act.now));
        change.due_on = Set(Some(today(&act) + Days::new(LIMIT_DAYS)));
    }
    write(&act, change).await?;
    let event = case.event(Kind::MediationConsented).with("side", &TypeId(prefix::MEDIATION_SIDE, side.id));
    act.emit(event.with("all", &last));
    act.commit().await?;
    Ok(case.row.id)
}

/// Refuses.
///
/// # Errors
/// Those of [`consent`].
pub async fn refuse(call: Call<'_>, input: Answer) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, side) = answer(&act, &input, MediationAction::Refuse, SideConsent::Refused).await?;
    let mut change = case.change();
    change.status = Set(MediationStatus::Refused);
    change.ended_at = Set(Some(act.now));
    write(&act, change).await?;
    act.emit(case.event(Kind::MediationRefused).with("side", &TypeId(prefix::MEDIATION_SIDE, side.id)));
    act.commit().await?;
    Ok(case.row.id)
}

/// Writes a side's answer down.
async fn answer(
    act: &Act<'_>,
    input: &Answer,
    action: MediationAction,
    consent: SideConsent,
) -> Result<(Case, mediation_side::Model)> {
    let (case, side) = Case::for_side(act, input.mediation, action, input.side).await?;
    case.seen(act, &input.expected_revision)?;
    let method = match (side.user_id, input.method) {
        (Some(_), _) => ConsentMethod::Online,
        (None, Some(method)) => method,
        (None, None) => return Err(Error::refused(Code::Required, "method", vec![])),
    };
    let row = mediation_side::ActiveModel {
        id: Unchanged(side.id),
        consent: Set(consent),
        consent_method: Set(Some(method)),
        consent_at: Set(Some(act.now)),
        ..Default::default()
    };
    mediation_side::Entity::update(row).exec_without_returning(&act.tx).await?;
    Ok((case, side))
}

/// The mediator withdraws, or a side asks the mediator to.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `PERSONAL_DATA_IN_TEXT`.
pub async fn recuse(call: Call<'_>, input: RecuseMediatorInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.mediation.0, MediationAction::Recuse, &input.expected_revision).await?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    case.share(&act, &[("reason", &reason)]).await?;
    let person = case.row.mediator_id.ok_or_else(|| Error::fault("a recusal without a mediator"))?;
    let advised = input.ground == RecusalGround::AdvisedASide;
    let organisation = if advised { system_organisation(&act, &case).await? } else { None };
    let mut change = case.change();
    change.mediator_post_id = Set(None);
    change.mediator_id = Set(None);
    change.recusal_ground = Set(Some(input.ground));
    change.recusal_reason = Set(Some(reason.clone()));
    write(&act, change).await?;
    let event = case.event(Kind::MediatorRecused).with("ground", &input.ground);
    let event = event.with("byMediator", &case.facts.mediator).commits("recusalReason", &reason);
    let (problem, community) = (case.row.problem_id, case.row.community_code);
    let said = reason.clone();
    let id =
        exclude(&act, Exclusion { problem, community, person, organisation, ground: input.ground, reason }).await?;
    // The same words stand with who may not mediate: they go together.
    let copy = kept::at(("mediation_exclusion", "reason")).map(|of| kept::key(of, id));
    act.emit(copy.into_iter().fold(event, |event, key| event.commits_to(&key, &said)));
    act.commit().await?;
    Ok(case.row.id)
}

/// The organisation that the mediator's post acts for.
async fn system_organisation(act: &Act<'_>, case: &Case) -> Result<Option<Uuid>> {
    let Some(post) = case.row.mediator_post_id else { return Ok(None) };
    let post = entity::appointment::Entity::find_by_id(post).one(&act.tx).await?;
    Ok(post.and_then(|post| post.organisation_id))
}
