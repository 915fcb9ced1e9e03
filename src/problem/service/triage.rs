//! Triage: accept or decline. A problem whose convenor turns out to be complained of goes to the street by itself.

use entity::word::{ProblemAction, ProblemStatus, ProblemVisibility};
use entity::{linkage_group, problem};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::place::{self, Concerned, Said, Spot};
use super::{Case, clock, end, length, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result, Word};
use crate::event::{Event, Kind};
use crate::problem::command::{AcceptProblemInput, DeclineProblemInput};
use crate::problem::limit::Limit;
use crate::text;

/// The shared texts of an acceptance, checked.
struct Texts {
    title: String,
    summary: String,
    public_summary: Option<String>,
}

impl Texts {
    /// The event of the acceptance, which also takes away what an earlier refusal said.
    fn told(&self, event: Event) -> Event {
        let event = event.commits("title", &self.title).commits("summary", &self.summary);
        let event = event.commits_if("publicSummary", self.public_summary.as_deref());
        event.commits_if("reason", None).commits_if("otherChannel", None)
    }
}

/// Accepts a problem.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `NO_ACTIVE_GROUP`, `REQUIRED`,
/// `PERSONAL_DATA_IN_TEXT`.
pub async fn accept(call: Call<'_>, input: AcceptProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, group) = Case::in_group(&act, input.problem.0, ProblemAction::Accept, &input.expected_revision).await?;
    let spot = spot(&act, &case, &input).await?;
    if let Some(concerned) = corrected(&act, &case, &spot, &input).await? {
        if correct_concerns(&mut act, &case, &group, &spot, &concerned).await? {
            act.commit().await?;
            return Ok(case.row.id);
        }
        // The correction may have named an organisation of the viewer.
        Case::of(&act, case.row.id, "problem").await?.require(&act, ProblemAction::Accept)?;
    }
    let texts = texts(&mut act, &case, &input)?;
    let concerned = place::system_concerned(&act, case.row.id).await?;
    let event = case
        .event(Kind::ProblemAccepted)
        .with("domain", &input.domain)
        .with("nature", &input.nature)
        .with("concerns", &place::parties(&concerned));
    let event = texts.told(event);
    let mut change = case.change();
    change.status = Set(ProblemStatus::Accepted);
    change.visibility = Set(visibility(&case, &input, texts.public_summary.is_some())?);
    change.title = Set(Some(texts.title));
    change.summary = Set(Some(texts.summary));
    change.public_summary = Set(texts.public_summary);
    change.domain = Set(Some(input.domain));
    change.nature = Set(Some(input.nature));
    change.complexity = Set(input.complexity);
    change.urgent = Set(input.urgent.unwrap_or_default());
    change.public_safety = Set(input.public_safety.unwrap_or_default());
    place_at(&act, &case, &mut change, &spot).await?;
    change.accepted_at = Set(Some(act.now));
    (change.reason, change.other_channel) = (Set(None), Set(None));
    (change.due_at, change.due_rule) = (Set(None), Set(None));
    write(&act, change).await?;
    act.emit(event);
    act.commit().await?;
    Ok(case.row.id)
}

fn texts(act: &mut Act<'_>, case: &Case, input: &AcceptProblemInput) -> Result<Texts> {
    let title = text::line(&input.title, "title", length::TITLE)?;
    let summary = text::prose(&input.summary, "summary", length::PROSE)?;
    let public_summary = text::optional_prose(input.public_summary.as_deref(), "publicSummary", length::PROSE)?;
    let shared = [
        ("title", Some(title.as_str())),
        ("summary", Some(summary.as_str())),
        ("publicSummary", public_summary.as_deref()),
    ];
    case.share(act, &shared, input.override_reason.as_deref())?;
    Ok(Texts { title, summary, public_summary })
}

/// The place as corrected; a comprehensive grid must be known now.
async fn spot(act: &Act<'_>, case: &Case, input: &AcceptProblemInput) -> Result<Spot> {
    let said = Said {
        community_code: None,
        compound: input.compound.map(|id| id.0),
        grid: input.grid.map(|id| id.0),
        building: input.building.map(|id| id.0),
    };
    let mut spot = place::find(act, said).await?;
    if spot.community.is_some_and(|community| community != case.row.community_code) {
        let why = Word::Both("不在该社区".into(), "it lies in another community".into());
        return Err(Error::refused(Code::InvalidValue, "grid", vec![why]));
    }
    if spot.grid.is_none() {
        (spot.grid, spot.micro_grid) = (case.row.grid_id, case.row.micro_grid_id);
    }
    spot.compound = spot.compound.or(case.row.compound_id);
    spot.building = spot.building.or(case.row.building_id);
    if spot.grid.is_none() {
        return Err(Error::refused(Code::Required, "grid", vec![]));
    }
    Ok(spot)
}

/// Writes the place; where the compound is another, another seat may convene for it.
async fn place_at(act: &Act<'_>, case: &Case, change: &mut problem::ActiveModel, spot: &Spot) -> Result<()> {
    change.grid_id = Set(spot.grid);
    change.micro_grid_id = Set(spot.micro_grid);
    change.compound_id = Set(spot.compound);
    change.building_id = Set(spot.building);
    if spot.compound != case.row.compound_id {
        let there = problem::Model { compound_id: spot.compound, ..case.row.clone() };
        change.accountable_id = Set(place::system_accountable(act, &there).await?);
    }
    Ok(())
}

/// Who may read it: confidential stays confidential, a public summary makes it public.
fn visibility(case: &Case, input: &AcceptProblemInput, public: bool) -> Result<ProblemVisibility> {
    let was = case.row.visibility == ProblemVisibility::Confidential;
    if was && input.confidential == Some(false) {
        let why =
            Word::Both("解除保密须经诉求人同意".into(), "only the reporter's consent lifts confidentiality".into());
        return Err(Error::refused(Code::Forbidden, "confidential", vec![why]));
    }
    if !was && input.confidential != Some(true) {
        return Ok(if public { ProblemVisibility::Public } else { ProblemVisibility::Parties });
    }
    if public {
        let why = Word::Both("保密问题不能有公开摘要".into(), "a confidential problem has no public summary".into());
        return Err(Error::refused(Code::InvalidValue, "publicSummary", vec![why]));
    }
    Ok(ProblemVisibility::Confidential)
}

/// Whom the problem complains of, where that is corrected: other parties, or the same ones for another compound.
async fn corrected(
    act: &Act<'_>,
    case: &Case,
    spot: &Spot,
    input: &AcceptProblemInput,
) -> Result<Option<Vec<Concerned>>> {
    let concerned = match &input.concerns {
        Some(concerns) => {
            let parties: Vec<Uuid> = concerns.iter().map(|id| id.0).collect();
            place::concerned(act, case.row.group_id, spot.compound, &parties).await?
        }
        None if spot.compound == case.row.compound_id => return Ok(None),
        None => place::system_concerned_at(act, &case.row, spot.compound).await?,
    };
    Ok(Some(concerned))
}

/// Writes the corrected parties complained of. Where the office itself turns out to be one of them, the problem goes to
/// the one above and is not accepted here: then true.
async fn correct_concerns(
    act: &mut Act<'_>,
    case: &Case,
    group: &linkage_group::Model,
    spot: &Spot,
    concerned: &[Concerned],
) -> Result<bool> {
    let office = place::system_office(act, group, spot.compound, concerned).await?;
    place::write_concerns(act, case.row.id, case.row.community_code, concerned).await?;
    // What went up stays there: nobody takes a complaint about itself back.
    if office.level < case.row.handled_by {
        let mut change = case.change();
        place_at(act, case, &mut change, spot).await?;
        change.handled_by = Set(office.level);
        change.accountable_id = Set(office.accountable);
        clock::step(act, &case.row, &mut change, Limit::Triage).await?;
        write(act, change).await?;
        let concerned = place::parties(concerned);
        act.emit(case.event(Kind::ProblemHandedUp).with("level", &office.level).with("concerns", &concerned));
        return Ok(true);
    }
    Ok(false)
}

/// Declines a problem.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn decline(call: Call<'_>, input: DeclineProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::Decline, &input.expected_revision).await?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    let other_channel = text::optional_line(input.other_channel.as_deref(), "otherChannel", length::LINE)?;
    let shared = [("reason", Some(reason.as_str())), ("otherChannel", other_channel.as_deref())];
    case.share(&mut act, &shared, input.override_reason.as_deref())?;
    let event = case.event(Kind::ProblemDeclined).commits("reason", &reason);
    let event = event.commits_if("otherChannel", other_channel.as_deref());
    let mut change = case.change();
    change.status = Set(ProblemStatus::Declined);
    change.reason = Set(Some(reason));
    change.other_channel = Set(other_channel);
    change.declined_at = Set(Some(act.now));
    change.declined_by_id = Set(Some(act.viewer.user));
    (change.due_at, change.due_rule) = (Set(None), Set(None));
    write(&act, change).await?;
    end(&act, &case, ProblemStatus::Declined, None).await?;
    act.emit(event);
    act.commit().await?;
    Ok(case.row.id)
}
