//! After closure: follow up (回访), rate (评价), reopen (重新启动).

use entity::word::{ProblemAction, ProblemStatus, Satisfaction, TaskRole};
use entity::{closure, disposition_task, follow_up, rating};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::dispatch::{self, Asked, Assignment};
use super::report::write_addition;
use super::{Case, length, place, resume, write};
use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, Word};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::machine::Guard as _;
use crate::problem::command::{FollowUpInput, RateProblemInput, ReopenProblemInput};
use crate::problem::transition::Guard;
use crate::text;

/// Records a visit or call.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `INVALID_VALUE`.
pub async fn follow_up(call: Call<'_>, input: FollowUpInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let case = Case::of(&act, input.problem.0, "problem").await?;
    case.require(&act, ProblemAction::FollowUp)?;
    if !input.reached && input.satisfaction.is_some() {
        let why = Word::Both("未联系上时没有满意度".into(), "who was not reached said nothing".into());
        return Err(Error::refused(Code::InvalidValue, "satisfaction", vec![why]));
    }
    if input.satisfaction.is_some() && case.row.reporter_id.is_none() && case.facts.rated {
        let (zh, en) = Guard::NotRated.why();
        return Err(Error::refused(Code::Forbidden, "satisfaction", vec![Word::both(zh, en)]));
    }
    let note = text::optional_prose(input.note.as_deref(), "note", length::PROSE)?;
    let id = act.new_id();
    let event = case.event_of(Kind::ProblemFollowedUp, id).with("method", &input.method);
    act.emit(event.commits_if("note", note.as_deref()));
    let row = follow_up::ActiveModel {
        id: Set(id),
        problem_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        method: Set(input.method),
        reached: Set(input.reached),
        satisfaction: Set(input.satisfaction),
        note: Set(note),
        followed_up_by: Set(act.viewer.user),
        created_at: Set(act.now),
    };
    follow_up::Entity::insert(row).exec_without_returning(&act.tx).await?;
    call.commit_once(act, &input.idempotency_key, id).await
}

/// Rates a closure.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` where it was rated already.
pub async fn rate(call: Call<'_>, input: RateProblemInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let case = Case::of(&act, input.problem.0, "problem").await?;
    case.require(&act, ProblemAction::Rate)?;
    let id = write_rating(&mut act, &case, input.satisfaction, input.comment.as_deref()).await?;
    call.commit_once(act, &input.idempotency_key, id).await
}

/// Writes the reporter's rating of the closure that stands.
///
/// # Errors
/// `TOO_LONG`, `INVALID_VALUE`.
pub async fn write_rating(
    act: &mut Act<'_>,
    case: &Case,
    satisfaction: Satisfaction,
    comment: Option<&str>,
) -> Result<Uuid> {
    let comment = text::optional_prose(comment, "comment", length::PROSE)?;
    let id = act.new_id();
    act.emit(case.event_of(Kind::ProblemRated, id).commits_if("comment", comment.as_deref()));
    let row = rating::ActiveModel {
        id: Set(id),
        problem_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        closure_id: Set(system_closure(act, case.row.id).await?),
        satisfaction: Set(satisfaction),
        comment: Set(comment),
        rated_by: Set(act.viewer.person()),
        created_at: Set(act.now),
    };
    rating::Entity::insert(row).exec_without_returning(&act.tx).await?;
    Ok(id)
}

/// The closure that stands.
async fn system_closure(act: &Act<'_>, problem: Uuid) -> Result<Uuid> {
    let found = closure::Entity::find()
        .filter(closure::Column::ProblemId.eq(problem))
        .filter(closure::Column::ResumedAt.is_null())
        .one(&act.tx)
        .await?;
    found.map(|closure| closure.id).ok_or_else(|| Error::fault("a closed problem without a closure"))
}

/// Takes a closed problem up again.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `NO_ACTIVE_GROUP`, `REQUIRED`,
/// `PERSONAL_DATA_IN_TEXT`.
pub async fn reopen(call: Call<'_>, input: ReopenProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, _) = Case::in_group(&act, input.problem.0, ProblemAction::Reopen, &input.expected_revision).await?;
    if !case.facts.office && (input.lead.is_some() || input.due_at.is_some()) {
        let why = Word::Both("主办方和时限由社区确定".into(), "the community chooses the lead and the limit".into());
        return Err(Error::refused(Code::Forbidden, "lead", vec![why]));
    }
    take_up(&mut act, &case, &input).await?;
    act.commit().await?;
    Ok(case.row.id)
}

/// Writes that a closed problem is taken up again, by who may.
///
/// # Errors
/// `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn take_up(act: &mut Act<'_>, case: &Case, input: &ReopenProblemInput) -> Result<()> {
    let lead = next_lead(act, case, input).await?;
    let mut change = case.change();
    let mut event = case.event(Kind::ProblemReopened).commits_if("referredTo", None);
    if case.facts.office {
        let reason = told(act, case, input, lead.as_ref())?;
        event = event.commits("reason", &reason);
        change.reason = Set(Some(reason));
    } else {
        event = write_addition(act, case, &input.reason, "reason").await?.told(event).commits_if("reason", None);
        change.reason = Set(None);
    }
    change.reopen_count = Set(case.row.reopen_count + 1);
    change.closed_at = Set(None);
    (change.outcome, change.referred_to) = (Set(None), Set(None));
    let led_by = lead.as_ref().map(|lead| TypeId(prefix::PARTY, lead.seat.party_id));
    if let Some(lead) = lead {
        let due = dispatch::due(act, case, input.due_at).await?;
        let lead = [lead];
        let task = dispatch::give(act, case, &lead, due).await?;
        dispatch::led(&mut change, act, case, &lead[0], task, due).await?;
    } else {
        change.status = Set(ProblemStatus::Accepted);
        change.accountable_id = Set(place::system_accountable(act, &case.row).await?);
        (change.due_at, change.due_rule) = (Set(None), Set(None));
    }
    write(act, change).await?;
    resume(act, case).await?;
    let group = TypeId(prefix::GROUP, case.row.group_id);
    act.emit(event.with("lead", &led_by).with("group", &group));
    Ok(())
}

/// Why the office takes it up again, for the parties to read like what is asked of the lead that it chose.
fn told(act: &mut Act<'_>, case: &Case, input: &ReopenProblemInput, lead: Option<&Assignment>) -> Result<String> {
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    let chosen = lead.filter(|_| input.lead.is_some());
    let instruction = chosen.and_then(|lead| lead.instruction.as_deref());
    let texts = [("reason", Some(reason.as_str())), ("lead.instruction", instruction)];
    case.share(act, &texts, input.override_reason.as_deref())?;
    Ok(reason)
}

/// Who leads it now: as chosen, else the seat that led it last, if that still holds and is not complained of.
async fn next_lead(act: &Act<'_>, case: &Case, input: &ReopenProblemInput) -> Result<Option<Assignment>> {
    let concerned = place::system_concerned(act, case.row.id).await?;
    if let Some(lead) = &input.lead {
        let asked = Asked { role: TaskRole::Lead, input: lead, path: "lead".into() };
        return Ok(Some(dispatch::assignment(act, case, &concerned, &asked).await?));
    }
    let Some(last) = system_last_lead(act, case.row.id).await? else { return Ok(None) };
    let seat = place::system_seat(act, last.party_id, last.seat_id, case.row.compound_id).await?;
    let seat = seat.filter(|seat| !place::is_concerned(&concerned, seat));
    Ok(seat.map(|seat| Assignment::again(seat, last)))
}

async fn system_last_lead(act: &Act<'_>, problem: Uuid) -> Result<Option<disposition_task::Model>> {
    let select = disposition_task::Entity::find()
        .filter(disposition_task::Column::ProblemId.eq(problem))
        .filter(disposition_task::Column::Role.eq(TaskRole::Lead))
        .order_by_desc(disposition_task::Column::AssignedAt)
        .order_by_desc(disposition_task::Column::Id);
    Ok(select.one(&act.tx).await?)
}
