//! What parties ask for under their tasks: to give one back, more time, a pause; and that work goes on.

use chrono::{DateTime, Utc};
use entity::word::{ProblemAction, RequestKind, RequestStatus, TaskStatus};
use entity::{disposition_task, extension_request, party, request, suspension};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::Work;
use crate::act::{Act, Call};
use crate::clock::day;
use crate::disposition::command::request::{
    RequestExtensionInput, RequestReturnInput, RequestSuspensionInput, ResumeProblemInput,
};
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::policy::rows::place as rows;
use crate::problem::limit::Matter;
use crate::problem::service::request as asked;
use crate::problem::service::suspend::{LONGEST, ahead, begins};
use crate::problem::service::{Case, clock, length, suspend, write};
use crate::read::load;
use crate::read::shape::format_time;
use crate::text;

/// Asks to give a task back.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `PERSONAL_DATA_IN_TEXT`.
pub async fn give_back(call: Call<'_>, input: RequestReturnInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let work = Work::of(&act, input.task.0, ProblemAction::RequestReturn).await?;
    work.case.seen(&act, &input.expected_revision)?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    work.case.share(&mut act, &[("reason", Some(&reason))], None)?;
    let suggested = input.suggested_party.map(|id| id.0);
    if let Some(id) = suggested {
        let row = load::refer::<party::Entity>(&act, rows::parties, id, "suggestedParty").await?;
        if row.group_id != work.case.row.group_id || row.id == work.task.party_id {
            return Err(Error::not_found("suggestedParty"));
        }
    }
    let mut row = asked::new(&act, &work.case, RequestKind::Return, reason.clone());
    row.task_id = Set(Some(work.task.id));
    row.suggested_party_id = Set(suggested);
    let id = row.id.clone().unwrap();
    request::Entity::insert(row).exec_without_returning(&act.tx).await?;
    let mut task = work.change();
    task.status = Set(TaskStatus::ReturnRequested);
    disposition_task::Entity::update(task).exec(&act.tx).await?;
    write(&act, work.case.change()).await?;
    let event = work.case.event_of(Kind::ReturnRequested, work.task.id).with("role", &work.task.role);
    let suggested = suggested.map(|id| TypeId(prefix::PARTY, id));
    act.emit(
        event.with("request", &TypeId(prefix::REQUEST, id)).with("suggested", &suggested).commits("reason", &reason),
    );
    act.commit().await?;
    Ok(id)
}

/// Asks for more time.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` once the limit has passed or where it was asked before,
/// `REVISION_CONFLICT`, `OUT_OF_RANGE`, `PERSONAL_DATA_IN_TEXT`.
pub async fn more_time(call: Call<'_>, input: RequestExtensionInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let work = Work::of(&act, input.task.0, ProblemAction::RequestExtension).await?;
    work.case.seen(&act, &input.expected_revision)?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    work.case.share(&mut act, &[("reason", Some(&reason))], None)?;
    let (due, latest) = latest(&act, &work).await?;
    if input.until <= due || input.until > latest {
        let words = [due, latest].map(format_time);
        return Err(Error::refused(Code::OutOfRange, "until", words.map(Into::into).into()));
    }
    let id = act.new_id();
    let row = extension_request::ActiveModel {
        id: Set(id),
        problem_id: Set(work.case.row.id),
        community_code: Set(work.case.row.community_code),
        task_id: Set(work.task.id),
        reason: Set(reason.clone()),
        status: Set(RequestStatus::Pending),
        due_at: Set(due),
        asked_until: Set(input.until),
        granted_until: Set(None),
        asked_by: Set(act.viewer.user),
        asked_at: Set(act.now),
        decided_by: Set(None),
        decided_at: Set(None),
        decision: Set(None),
    };
    extension_request::Entity::insert(row).exec_without_returning(&act.tx).await?;
    write(&act, work.case.change()).await?;
    let event = work.case.event_of(Kind::ExtensionRequested, id).with("until", &input.until);
    act.emit(event.commits("reason", &reason));
    act.commit().await?;
    Ok(id)
}

/// When the task is due, and at the latest with more time: by half of its limit, in which no pause counts.
async fn latest(act: &Act<'_>, work: &Work) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    let row = &work.case.row;
    let due = clock::running(act, row, &work.task).await?;
    let due = due.ok_or_else(|| Error::fault("a lead's task without a limit"))?;
    let limits = clock::limits(act, row.community_code).await?;
    Ok((due.at, limits.share(due.rule, Matter::of(row), (due.from, due.at), 150)))
}

/// Asks for a pause.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `OUT_OF_RANGE`, `PERSONAL_DATA_IN_TEXT`.
pub async fn pause(call: Call<'_>, input: RequestSuspensionInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let work = Work::of(&act, input.task.0, ProblemAction::RequestSuspension).await?;
    work.case.seen(&act, &input.expected_revision)?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    work.case.share(&mut act, &[("reason", Some(&reason))], None)?;
    ahead(&act, input.until, day(act.now) + LONGEST, "until")?;
    let id = act.new_id();
    let row = suspension::ActiveModel {
        id: Set(id),
        problem_id: Set(work.case.row.id),
        community_code: Set(work.case.row.community_code),
        task_id: Set(work.task.id),
        reason: Set(reason.clone()),
        status: Set(RequestStatus::Pending),
        asked_until: Set(input.until),
        granted_until: Set(None),
        asked_by: Set(act.viewer.user),
        asked_at: Set(act.now),
        decided_by: Set(None),
        decided_at: Set(None),
        decision: Set(None),
        resumed_at: Set(None),
    };
    suspension::Entity::insert(row).exec_without_returning(&act.tx).await?;
    write(&act, work.case.change()).await?;
    let event = work.case.event_of(Kind::SuspensionRequested, id).with("until", &begins(input.until));
    act.emit(event.commits("reason", &reason));
    act.commit().await?;
    Ok(id)
}

/// Goes on with a suspended problem.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`.
pub async fn resume(call: Call<'_>, input: ResumeProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::Resume, &input.expected_revision).await?;
    let mut change = case.change();
    let suspension = suspend::resume(&act, &case.row, &mut change).await?;
    write(&act, change).await?;
    act.emit(case.event(Kind::ProblemResumed).with("suspension", &TypeId(prefix::SUSPENSION, suspension)));
    act.commit().await?;
    Ok(case.row.id)
}
