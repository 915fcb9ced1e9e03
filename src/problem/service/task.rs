//! What an office does with tasks that are given: decide on a return, transfer, waive, cancel.

use entity::word::{ProblemAction, ProblemStatus, ProblemVisibility, RegionLevel, RequestKind, TaskRole, TaskStatus};
use entity::{disposition_task, problem, request};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::dispatch::{self, Asked};
use super::request::{self as asked, Decision};
use super::{Case, clock, length, place, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result, Word};
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::machine::Machine as _;
use crate::policy::rows::problem as rows;
use crate::policy::rows::request as request_rows;
use crate::problem::command::task::{CancelTaskInput, DecideReturnInput, TransferTaskInput, WaiveTaskInput};
use crate::problem::facts::OPEN;
use crate::problem::transition;
use crate::read::load;
use crate::text;

/// After so many returns by leads a problem is for the joint meeting.
const ESCALATES: i64 = 2;

/// A task that an office changes, and its problem.
struct Given {
    task: disposition_task::Model,
    case: Case,
}

impl Given {
    /// The task `id`, where the caller has seen its problem as it is and can do `action` to it now. The group's seats stay
    /// as they are meanwhile.
    async fn of(act: &Act<'_>, id: Uuid, action: ProblemAction, expected: &str) -> Result<Self> {
        let task = load::refer::<disposition_task::Entity>(act, rows::task, id, "task").await?;
        place::system_group_of(act, task.problem_id).await?;
        let case = Case::of(act, task.problem_id, "task").await?;
        let task = load::need::<disposition_task::Entity>(act, rows::task, id, "task").await?;
        let facts = case.facts.clone().changing(&task);
        transition::Asked { facts: &facts, viewer: act.viewer, now: act.now }.require(action)?;
        case.seen(act, expected)?;
        Ok(Self { task, case })
    }

    fn event(&self, kind: Kind) -> Event {
        self.case.event_of(kind, self.task.id).with("role", &self.task.role)
    }

    /// Ends the task, and what its party asked for under it.
    async fn end(&self, act: &Act<'_>, status: TaskStatus, reason: Option<&str>) -> Result<()> {
        let task = disposition_task::ActiveModel {
            id: Unchanged(self.task.id),
            status: Set(status),
            ended_at: Set(Some(act.now)),
            end_reason: Set(reason.map(str::to_owned)),
            ..Default::default()
        };
        disposition_task::Entity::update(task).exec(&act.tx).await?;
        clock::pause_task(act, self.task.id).await?;
        asked::lapse_of_task(act, self.task.id).await
    }

    /// The changes of the problem without this task: without its lead it waits for dispatch.
    async fn without(&self, act: &Act<'_>) -> Result<problem::ActiveModel> {
        let mut change = self.case.change();
        if self.task.role == TaskRole::Lead {
            change.status = Set(ProblemStatus::Accepted);
            change.lead_task_id = Set(None);
            change.accountable_id = Set(place::system_accountable(act, &self.case.row).await?);
            (change.due_at, change.due_rule) = (Set(None), Set(None));
        }
        Ok(change)
    }
}

/// Decides on a return.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn decide_return(call: Call<'_>, input: DecideReturnInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let asked = load::refer::<request::Entity>(&act, request_rows::requests, input.request.0, "request").await?;
    let task = asked.task_id.ok_or_else(|| Error::not_found("request"))?;
    let given = Given::of(&act, task, ProblemAction::DecideReturn, &input.expected_revision).await?;
    let asked = asked::pending(&act, input.request.0, RequestKind::Return).await?;
    let decision = Decision::of(input.approve, input.reason.as_deref())?;
    given.case.share(&mut act, &[("reason", decision.reason.as_deref())], input.override_reason.as_deref())?;
    asked::decide(&act, asked, &decision).await?;
    if input.approve {
        give_back(&mut act, &given, &decision).await?;
    } else {
        keep(&mut act, &given, &decision).await?;
    }
    act.commit().await?;
    Ok(input.request.0)
}

/// The party keeps its task, as it had it before it asked.
async fn keep(act: &mut Act<'_>, given: &Given, decision: &Decision) -> Result<()> {
    let before = asked::kept(&given.task);
    let task =
        disposition_task::ActiveModel { id: Unchanged(given.task.id), status: Set(before), ..Default::default() };
    disposition_task::Entity::update(task).exec(&act.tx).await?;
    write(act, given.case.change()).await?;
    act.emit(decision.told(given.event(Kind::ReturnRefused)));
    Ok(())
}

/// The party is rid of its task. A lead's second return is for the joint meeting, a confidential problem's for the street.
async fn give_back(act: &mut Act<'_>, given: &Given, decision: &Decision) -> Result<()> {
    given.end(act, TaskStatus::Returned, None).await?;
    let mut change = given.without(act).await?;
    act.emit(decision.told(given.event(Kind::ReturnApproved)));
    if given.task.role == TaskRole::Lead {
        let returns = given.case.row.return_count + 1;
        change.return_count = Set(returns);
        if returns >= ESCALATES {
            escalate(act, &given.case, &mut change).await?;
        }
    }
    write(act, change).await
}

async fn escalate(act: &mut Act<'_>, case: &Case, change: &mut problem::ActiveModel) -> Result<()> {
    if case.row.visibility != ProblemVisibility::Confidential {
        if !case.row.escalated_to_meeting {
            change.escalated_to_meeting = Set(true);
            let group = TypeId(prefix::GROUP, case.row.group_id);
            act.emit(case.event(Kind::ProblemEscalated).with("group", &group));
        }
        return Ok(());
    }
    if case.row.handled_by == RegionLevel::Community {
        let above = problem::Model { handled_by: RegionLevel::Street, ..case.row.clone() };
        change.handled_by = Set(RegionLevel::Street);
        change.accountable_id = Set(place::system_accountable(act, &above).await?);
        act.emit(case.event(Kind::ProblemHandedUp).with("level", &RegionLevel::Street));
    }
    Ok(())
}

/// Transfers a task; the answer is the new one.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `INVALID_VALUE`, `DUPLICATE`,
/// `PERSONAL_DATA_IN_TEXT`.
pub async fn transfer(call: Call<'_>, input: TransferTaskInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let given = Given::of(&act, input.task.0, ProblemAction::TransferTask, &input.expected_revision).await?;
    let case = &given.case;
    let concerned = place::system_concerned(&act, case.row.id).await?;
    let asked = Asked { role: given.task.role, input: &input.to, path: "to".into() };
    let mut to = dispatch::assignment(&act, case, &concerned, &asked).await?;
    if to.seat.id == given.task.seat_id && to.grid() == given.task.grid_id {
        let why = Word::both("任务本来就在该席位", "the task is that seat's already");
        return Err(Error::refused(Code::Duplicate, "to", vec![why]));
    }
    let taken = clock::system_running_tasks(&act, case.row.id).await?;
    dispatch::free(&taken, to.seat.id, Some(given.task.id), "to")?;
    case.share(&mut act, &[("to.instruction", to.instruction.as_deref())], input.override_reason.as_deref())?;
    to.instruction = to.instruction.or_else(|| given.task.instruction.clone());
    to.linked = Some(given.task.id);
    let due = dispatch::due(&act, case, input.due_at).await?;
    given.end(&act, TaskStatus::Transferred, None).await?;
    let to = [to];
    let task = dispatch::give(&act, case, &to, due).await?;
    let mut change = case.change();
    if given.task.role == TaskRole::Lead {
        dispatch::led(&mut change, &act, case, &to[0], task, due).await?;
    }
    write(&act, change).await?;
    let event = given.event(Kind::TaskTransferred).with("task", &TypeId(prefix::TASK, task));
    let due = (!clock::stands_still(case.row.status)).then_some(due.at);
    act.emit(event.with("party", &TypeId(prefix::PARTY, to[0].seat.party_id)).with("due", &due));
    act.commit().await?;
    Ok(task)
}

/// Waives an assisting task.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn waive(call: Call<'_>, input: WaiveTaskInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let given = Given::of(&act, input.task.0, ProblemAction::WaiveTask, &input.expected_revision).await?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    given.case.share(&mut act, &[("reason", Some(&reason))], None)?;
    given.end(&act, TaskStatus::Waived, Some(&reason)).await?;
    write(&act, given.case.change()).await?;
    act.emit(given.event(Kind::TaskWaived).commits("endReason", &reason));
    act.commit().await?;
    Ok(given.task.id)
}

/// Cancels a task.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn cancel(call: Call<'_>, input: CancelTaskInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let given = Given::of(&act, input.task.0, ProblemAction::CancelTask, &input.expected_revision).await?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    given.case.share(&mut act, &[("reason", Some(&reason))], None)?;
    given.end(&act, TaskStatus::Cancelled, Some(&reason)).await?;
    let change = given.without(&act).await?;
    write(&act, change).await?;
    act.emit(given.event(Kind::TaskCancelled).commits("endReason", &reason));
    act.commit().await?;
    Ok(given.task.id)
}

/// Cancels all open tasks of a problem that leaves the open ones.
///
/// # Errors
/// A fault of the database.
pub async fn cancel_all(act: &Act<'_>, problem: Uuid) -> Result<()> {
    let cancelled = disposition_task::ActiveModel {
        status: Set(TaskStatus::Cancelled),
        ended_at: Set(Some(act.now)),
        ..Default::default()
    };
    disposition_task::Entity::update_many()
        .set(cancelled)
        .filter(disposition_task::Column::ProblemId.eq(problem))
        .filter(disposition_task::Column::Status.is_in(OPEN))
        .exec(&act.tx)
        .await?;
    Ok(())
}
