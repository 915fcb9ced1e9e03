//! Supervision (督办): proposed, raised, lifted. It stands beside a problem's state and never is one.

use entity::supervision;
use entity::word::{ProblemAction, SupervisionGrounds, SupervisionLevel, SupervisionStatus};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Case, length, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result, Word};
use crate::event::{Event, Kind};
use crate::policy::Viewer;
use crate::policy::rows::request as rows;
use crate::problem::command::course::{LiftSupervisionInput, ProposeSupervisionInput, RaiseSupervisionInput};
use crate::read::load;
use crate::text;

/// A proposal that was just made, by a person or by the system.
#[must_use]
pub fn proposal(
    act: &Act<'_>,
    problem: &entity::problem::Model,
    level: SupervisionLevel,
    grounds: SupervisionGrounds,
    by: Option<(&Viewer, String)>,
) -> supervision::ActiveModel {
    let (person, reason) = by.unzip();
    supervision::ActiveModel {
        id: Set(act.new_id()),
        problem_id: Set(problem.id),
        community_code: Set(problem.community_code),
        level: Set(level),
        grounds: Set(grounds),
        status: Set(SupervisionStatus::Proposed),
        reason: Set(reason),
        proposed_at: Set(act.now),
        proposed_by: Set(person.map(|viewer| viewer.user)),
        proposed_role: Set(person.map(|viewer| viewer.role)),
        raised_at: Set(None),
        raised_by: Set(None),
        raised_role: Set(None),
        ended_at: Set(None),
        ended_by: Set(None),
        ended_role: Set(None),
        end_reason: Set(None),
    }
}

/// Proposes NORMAL supervision by itself, unless something is in force or proposed on the same grounds.
///
/// # Errors
/// A fault of the database.
pub async fn system_suggest(
    act: &mut Act<'_>,
    problem: &entity::problem::Model,
    grounds: SupervisionGrounds,
) -> Result<()> {
    let standing = supervision::Entity::find()
        .filter(supervision::Column::ProblemId.eq(problem.id))
        .filter(supervision::Column::Status.is_in([SupervisionStatus::Proposed, SupervisionStatus::InForce]));
    let standing = standing.all(&act.tx).await?;
    if standing.iter().any(|row| row.status == SupervisionStatus::InForce || row.grounds == grounds) {
        return Ok(());
    }
    let row = proposal(act, problem, SupervisionLevel::Normal, grounds, None);
    let id = row.id.clone().unwrap();
    supervision::Entity::insert(row).exec_without_returning(&act.tx).await?;
    let event = Event::new(Kind::SupervisionProposed, problem.community_code, id).on(problem.id);
    act.emit(event.with("level", &SupervisionLevel::Normal).with("grounds", &grounds).commits_if("reason", None));
    Ok(())
}

/// Raises NORMAL supervision by itself, unless something is in force.
///
/// # Errors
/// A fault of the database.
pub async fn system_raise(
    act: &mut Act<'_>,
    problem: &entity::problem::Model,
    change: &mut entity::problem::ActiveModel,
    grounds: SupervisionGrounds,
) -> Result<()> {
    if problem.supervision != SupervisionLevel::None {
        return Ok(());
    }
    let mut row = proposal(act, problem, SupervisionLevel::Normal, grounds, None);
    row.status = Set(SupervisionStatus::InForce);
    row.raised_at = Set(Some(act.now));
    let id = row.id.clone().unwrap();
    supervision::Entity::insert(row).exec_without_returning(&act.tx).await?;
    change.supervision = Set(SupervisionLevel::Normal);
    let event = Event::new(Kind::SupervisionRaised, problem.community_code, id).on(problem.id);
    act.emit(event.with("level", &SupervisionLevel::Normal).with("grounds", &grounds).commits_if("reason", None));
    Ok(())
}

fn some_level(level: SupervisionLevel) -> Result<SupervisionLevel> {
    if level != SupervisionLevel::None {
        return Ok(level);
    }
    let why = Word::both("请选择一般、黄牌或红牌督办", "choose NORMAL, YELLOW or RED");
    Err(Error::refused(Code::InvalidValue, "level", vec![why]))
}

/// Proposes supervision.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`.
pub async fn propose(call: Call<'_>, input: ProposeSupervisionInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::ProposeSupervision, &input.expected_revision).await?;
    let level = some_level(input.level)?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    let row = proposal(&act, &case.row, level, SupervisionGrounds::Asked, Some((act.viewer, reason.clone())));
    let id = row.id.clone().unwrap();
    supervision::Entity::insert(row).exec_without_returning(&act.tx).await?;
    write(&act, case.change()).await?;
    act.emit(case.event_of(Kind::SupervisionProposed, id).with("level", &level).commits("reason", &reason));
    act.commit().await?;
    Ok(id)
}

/// Raises supervision.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `INVALID_VALUE`.
pub async fn raise(call: Call<'_>, input: RaiseSupervisionInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::RaiseSupervision, &input.expected_revision).await?;
    let level = some_level(input.level)?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    let proposed = match input.proposal {
        Some(id) => Some(standing(&act, &case, id.0, "proposal").await?),
        None => None,
    };
    if proposed.as_ref().is_some_and(|row| row.status != SupervisionStatus::Proposed) {
        return Err(Error::not_found("proposal"));
    }
    end_in_force(&act, case.row.id).await?;
    let grounds = input.grounds.or(proposed.as_ref().map(|row| row.grounds)).unwrap_or(SupervisionGrounds::Other);
    let mut row = proposal(&act, &case.row, level, grounds, Some((act.viewer, reason.clone())));
    row.status = Set(SupervisionStatus::InForce);
    row.raised_at = Set(Some(act.now));
    row.raised_by = Set(Some(act.viewer.user));
    row.raised_role = Set(Some(act.viewer.role));
    let id = match proposed {
        Some(before) => {
            row.id = Unchanged(before.id);
            row.proposed_at = Unchanged(before.proposed_at);
            row.proposed_by = Unchanged(before.proposed_by);
            row.proposed_role = Unchanged(before.proposed_role);
            supervision::Entity::update(row).exec(&act.tx).await?.id
        }
        None => {
            let id = row.id.clone().unwrap();
            supervision::Entity::insert(row).exec_without_returning(&act.tx).await?;
            id
        }
    };
    let mut change = case.change();
    change.supervision = Set(level);
    write(&act, change).await?;
    let event = case.event_of(Kind::SupervisionRaised, id).with("level", &level).with("grounds", &grounds);
    act.emit(event.commits("reason", &reason));
    act.commit().await?;
    Ok(id)
}

/// A supervision or proposal of the problem that stands.
async fn standing(act: &Act<'_>, case: &Case, id: Uuid, path: &str) -> Result<supervision::Model> {
    let row = load::need::<supervision::Entity>(act, rows::supervisions, id, path).await?;
    let stands = matches!(row.status, SupervisionStatus::Proposed | SupervisionStatus::InForce);
    if row.problem_id == case.row.id && stands { Ok(row) } else { Err(Error::not_found(path)) }
}

/// Ends what is in force, in place of which something else comes, or nothing.
///
/// # Errors
/// A fault of the database.
pub async fn end_in_force(act: &Act<'_>, problem: Uuid) -> Result<()> {
    let person = (!act.viewer.user.is_nil()).then_some(act.viewer);
    let ended = supervision::ActiveModel {
        status: Set(SupervisionStatus::Lifted),
        ended_at: Set(Some(act.now)),
        ended_by: Set(person.map(|viewer| viewer.user)),
        ended_role: Set(person.map(|viewer| viewer.role)),
        ..Default::default()
    };
    supervision::Entity::update_many()
        .set(ended)
        .filter(supervision::Column::ProblemId.eq(problem))
        .filter(supervision::Column::Status.eq(SupervisionStatus::InForce))
        .exec(&act.tx)
        .await?;
    Ok(())
}

/// Lifts supervision, or dismisses a proposal.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`.
pub async fn lift(call: Call<'_>, input: LiftSupervisionInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let id = input.supervision.0;
    let row = load::refer::<supervision::Entity>(&act, rows::supervisions, id, "supervision").await?;
    let case = Case::to(&act, row.problem_id, ProblemAction::LiftSupervision, &input.expected_revision).await?;
    let row = standing(&act, &case, id, "supervision").await?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    let in_force = row.status == SupervisionStatus::InForce;
    let ended = supervision::ActiveModel {
        id: Unchanged(id),
        status: Set(if in_force { SupervisionStatus::Lifted } else { SupervisionStatus::Dismissed }),
        ended_at: Set(Some(act.now)),
        ended_by: Set(Some(act.viewer.user)),
        ended_role: Set(Some(act.viewer.role)),
        end_reason: Set(Some(reason.clone())),
        ..Default::default()
    };
    supervision::Entity::update(ended).exec(&act.tx).await?;
    let mut change = case.change();
    if in_force {
        change.supervision = Set(SupervisionLevel::None);
    }
    write(&act, change).await?;
    let kind = if in_force { Kind::SupervisionLifted } else { Kind::SupervisionDismissed };
    act.emit(case.event_of(kind, id).with("level", &row.level).commits("endReason", &reason));
    act.commit().await?;
    Ok(id)
}
