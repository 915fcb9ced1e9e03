//! Verification (核查): close, or send back for rework. Not by who handled it, not by who is complained of.

use entity::disposition_task;
use entity::word::{
    ClosureOutcome, ProblemAction, ProblemStatus, ProblemVisibility, SupervisionGrounds, TaskRole, TaskStatus,
};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Case, clock, end, few, length, supervise, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result, Word};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::problem::command::{CloseProblemInput, ReworkProblemInput};
use crate::text;

/// Verifies and closes a problem.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn close(call: Call<'_>, input: CloseProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::Close, &input.expected_revision).await?;
    let reply = text::prose(&input.reply, "reply", length::PROSE)?;
    let reason = text::optional_prose(input.reason.as_deref(), "reason", length::PROSE)?;
    let referred_to = text::optional_line(input.referred_to.as_deref(), "referredTo", length::LINE)?;
    let public_summary = text::optional_prose(input.public_summary.as_deref(), "publicSummary", length::PROSE)?;
    needed(input.outcome, reason.is_some(), referred_to.is_some())?;
    let shared = [
        ("reply", Some(reply.as_str())),
        ("reason", reason.as_deref()),
        ("referredTo", referred_to.as_deref()),
        ("publicSummary", public_summary.as_deref()),
    ];
    case.share(&mut act, &shared, input.override_reason.as_deref())?;
    let mut event = case.event(Kind::ProblemClosed).with("outcome", &input.outcome).commits("reply", &reply);
    event = event.commits_if("reason", reason.as_deref()).commits_if("referredTo", referred_to.as_deref());
    let mut change = case.change();
    if let Some(public_summary) = public_summary {
        if case.row.visibility == ProblemVisibility::Confidential {
            let why =
                Word::Both("保密问题不能有公开摘要".into(), "a confidential problem has no public summary".into());
            return Err(Error::refused(Code::InvalidValue, "publicSummary", vec![why]));
        }
        event = event.commits("publicSummary", &public_summary);
        change.visibility = Set(ProblemVisibility::Public);
        change.public_summary = Set(Some(public_summary));
    }
    change.status = Set(ProblemStatus::Closed);
    change.outcome = Set(Some(input.outcome));
    change.reply = Set(Some(reply));
    change.reason = Set(reason);
    change.referred_to = Set(referred_to);
    change.closed_at = Set(Some(act.now));
    change.lead_task_id = Set(None);
    (change.due_at, change.due_rule) = (Set(None), Set(None));
    write(&act, change).await?;
    finish_tasks(&act, &case).await?;
    end(&act, &case, ProblemStatus::Closed, Some(input.outcome)).await?;
    act.emit(event);
    act.commit().await?;
    Ok(case.row.id)
}

/// What an outcome has to say more.
fn needed(outcome: ClosureOutcome, reason: bool, referred_to: bool) -> Result<()> {
    let missing = match outcome {
        ClosureOutcome::Solved => None,
        ClosureOutcome::Referred => (!referred_to).then_some("referredTo"),
        ClosureOutcome::PartlySolved | ClosureOutcome::Unfounded | ClosureOutcome::NotSolvable => {
            (!reason).then_some("reason")
        }
    };
    missing.map_or(Ok(()), |path| Err(Error::refused(Code::Required, path, vec![])))
}

async fn finish_tasks(act: &Act<'_>, case: &Case) -> Result<()> {
    let done = disposition_task::ActiveModel {
        status: Set(TaskStatus::Done),
        ended_at: Set(Some(act.now)),
        ..Default::default()
    };
    disposition_task::Entity::update_many()
        .set(done)
        .filter(disposition_task::Column::ProblemId.eq(case.row.id))
        .filter(disposition_task::Column::Status.eq(TaskStatus::Submitted))
        .exec(&act.tx)
        .await?;
    Ok(())
}

/// After so many times supervision is proposed by itself.
const SUGGESTS: i64 = 2;

/// Sends a problem back to its lead, and to the others named.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn rework(call: Call<'_>, input: ReworkProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::Rework, &input.expected_revision).await?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    case.share(&mut act, &[("reason", Some(&reason))], input.override_reason.as_deref())?;
    let named: Vec<Uuid> = input.tasks.iter().flatten().map(|id| id.0).collect();
    few(&named, "tasks")?;
    let tasks = sent_back(&act, &case, &named).await?;
    let event = case.event(Kind::ProblemReworked).commits("reason", &reason);
    let mut change = case.change();
    change.status = Set(ProblemStatus::InProgress);
    change.reason = Set(Some(reason));
    change.rework_count = Set(case.row.rework_count + 1);
    for task in &tasks {
        // The time of verification is not the party's.
        let due = clock::resume_task(&act, &case.row, task).await?;
        if let (TaskRole::Lead, Some(due)) = (task.role, due) {
            due.set(&mut change);
        }
        let again = disposition_task::ActiveModel {
            id: Unchanged(task.id),
            status: Set(TaskStatus::Acknowledged),
            due_at: Set(due.map(|due| due.at)),
            ..Default::default()
        };
        disposition_task::Entity::update(again).exec(&act.tx).await?;
    }
    clock::stop_step(&act, case.row.id).await?;
    write(&act, change).await?;
    if case.row.rework_count + 1 == SUGGESTS {
        supervise::system_suggest(&mut act, &case.row, SupervisionGrounds::Reworked).await?;
    }
    let ids: Vec<TypeId> = tasks.iter().map(|task| TypeId(prefix::TASK, task.id)).collect();
    act.emit(event.with("tasks", &ids));
    act.commit().await?;
    Ok(case.row.id)
}

/// The tasks that go back: the lead's, and those named; each was submitted.
async fn sent_back(act: &Act<'_>, case: &Case, named: &[Uuid]) -> Result<Vec<disposition_task::Model>> {
    let submitted = system_submitted(act, case.row.id).await?;
    for (place, id) in named.iter().enumerate() {
        if submitted.iter().all(|task| task.id != *id) {
            return Err(Error::not_found(&format!("tasks.{place}")));
        }
    }
    Ok(submitted.into_iter().filter(|task| task.role == TaskRole::Lead || named.contains(&task.id)).collect())
}

async fn system_submitted(act: &Act<'_>, problem: Uuid) -> Result<Vec<disposition_task::Model>> {
    let select = disposition_task::Entity::find()
        .filter(disposition_task::Column::ProblemId.eq(problem))
        .filter(disposition_task::Column::Status.eq(TaskStatus::Submitted));
    Ok(select.all(&act.tx).await?)
}
