//! What parties do on their tasks: acknowledge, record, submit; what they ask for is in [`request`].

pub mod request;

use entity::word::{ProblemAction, ProblemStatus, TaskRole, TaskStatus};
use entity::{disposition, disposition_task};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::act::{Act, Call, Once};
use crate::disposition::command::{AcknowledgeTaskInput, QuantityInput, RecordDispositionInput, SubmitFeedbackInput};
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::machine::Machine as _;
use crate::policy::rows::problem as rows;
use crate::problem::limit::Limit;
use crate::problem::service::request as asked;
use crate::problem::service::{Case, clock, length, write};
use crate::problem::transition;
use crate::read::load;
use crate::text;

/// A task of the viewer, and its problem.
pub struct Work {
    /// The task.
    pub task: disposition_task::Model,
    /// Its problem.
    pub case: Case,
}

impl Work {
    /// The task `id`, where the viewer can do `action` on it now.
    ///
    /// # Errors
    /// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`.
    pub async fn of(act: &Act<'_>, id: Uuid, action: ProblemAction) -> Result<Self> {
        // Commands on problems lock the problem before its tasks; so does this.
        let task = load::refer::<disposition_task::Entity>(act, rows::task, id, "task").await?;
        let case = Case::of(act, task.problem_id, "task").await?;
        let task = load::need::<disposition_task::Entity>(act, rows::task, id, "task").await?;
        let own = load::scoped::<disposition_task::Entity>(act.viewer, act.now, rows::acted_task);
        let own = own.with_id(id).any(&act.tx).await?;
        let facts = case.facts.clone().about(own.then_some(&task));
        transition::Asked { facts: &facts, viewer: act.viewer, now: act.now }.require(action)?;
        Ok(Self { task, case })
    }

    fn change(&self) -> disposition_task::ActiveModel {
        disposition_task::ActiveModel { id: Unchanged(self.task.id), ..Default::default() }
    }
}

/// Acknowledges a task.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`.
pub async fn acknowledge(call: Call<'_>, input: AcknowledgeTaskInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let work = Work::of(&act, input.task.0, ProblemAction::Acknowledge).await?;
    work.case.seen(&act, &input.expected_revision)?;
    let read = work.task.role == TaskRole::Read;
    let mut task = work.change();
    task.status = Set(if read { TaskStatus::Read } else { TaskStatus::Acknowledged });
    task.acknowledged_at = Set(Some(act.now));
    task.acknowledged_by = Set(Some(act.viewer.user));
    disposition_task::Entity::update(task).exec(&act.tx).await?;
    let mut change = work.case.change();
    if work.task.role == TaskRole::Lead {
        change.status = Set(ProblemStatus::InProgress);
        clock::acknowledged(&act, &work.case.row, &work.task, &mut change).await?;
    }
    write(&act, change).await?;
    let kind = if read { Kind::TaskRead } else { Kind::TaskAcknowledged };
    act.emit(work.case.event_of(kind, work.task.id).with("role", &work.task.role));
    act.commit().await?;
    Ok(work.task.id)
}

/// Records what was done.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `PERSONAL_DATA_IN_TEXT`, `OUT_OF_RANGE`.
pub async fn record(call: Call<'_>, input: RecordDispositionInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let work = Work::of(&act, input.task.0, ProblemAction::Record).await?;
    let content = text::prose(&input.content, "content", length::PROSE)?;
    let internal_note = text::optional_prose(input.internal_note.as_deref(), "internalNote", length::PROSE)?;
    let reply = text::optional_prose(input.reply.as_deref(), "reply", length::PROSE)?;
    work.case.share(&mut act, &[("content", Some(&content)), ("reply", reply.as_deref())], None)?;
    let quantity = input.quantity.map(quantity).transpose()?;
    let id = act.new_id();
    let event = work.case.event_of(Kind::DispositionRecorded, id).with("action", &input.action);
    let event = event.with("task", &TypeId(prefix::TASK, work.task.id)).commits("content", &content);
    let event = event.commits_if("internalNote", internal_note.as_deref()).commits_if("reply", reply.as_deref());
    let row = disposition::ActiveModel {
        id: Set(id),
        problem_id: Set(work.case.row.id),
        community_code: Set(work.case.row.community_code),
        task_id: Set(Some(work.task.id)),
        party_id: Set(work.task.party_id),
        organisation_id: Set(work.task.organisation_id),
        action: Set(input.action),
        content: Set(content),
        internal_note: Set(internal_note),
        reply: Set(reply.clone()),
        quantity_value: Set(quantity.as_ref().map(|quantity| quantity.value)),
        quantity_unit: Set(quantity.as_ref().map(|quantity| quantity.unit)),
        quantity_precision: Set(quantity.as_ref().map(|quantity| quantity.precision)),
        recorded_by: Set(act.viewer.user),
        created_at: Set(act.now),
    };
    disposition::Entity::insert(row).exec_without_returning(&act.tx).await?;
    let mut change = work.case.change();
    if reply.is_some() {
        change.reply = Set(reply);
    }
    write(&act, change).await?;
    act.emit(event);
    call.commit_once(act, &input.idempotency_key, id).await
}

/// The most that can be counted: GraphQL's whole numbers have 32 bits.
const MOST: i64 = i32::MAX as i64;

fn quantity(quantity: QuantityInput) -> Result<QuantityInput> {
    if (1..=MOST).contains(&quantity.value) {
        return Ok(quantity);
    }
    Err(Error::refused(Code::OutOfRange, "quantity.value", vec![1.into(), MOST.into()]))
}

/// Submits feedback.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` while an assisting party or a disposition is awaited,
/// `REVISION_CONFLICT`, `PERSONAL_DATA_IN_TEXT`.
pub async fn submit(call: Call<'_>, input: SubmitFeedbackInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let work = Work::of(&act, input.task.0, ProblemAction::Submit).await?;
    work.case.seen(&act, &input.expected_revision)?;
    let feedback = text::prose(&input.feedback, "feedback", length::PROSE)?;
    work.case.share(&mut act, &[("feedback", Some(&feedback))], None)?;
    let event = work.case.event_of(Kind::TaskSubmitted, work.task.id).with("role", &work.task.role);
    let event = event.commits("feedback", &feedback);
    let mut task = work.change();
    task.status = Set(TaskStatus::Submitted);
    task.submitted_at = Set(Some(act.now));
    task.feedback = Set(Some(feedback));
    disposition_task::Entity::update(task).exec(&act.tx).await?;
    clock::pause_task(&act, work.task.id).await?;
    let mut change = work.case.change();
    if work.task.role == TaskRole::Lead {
        change.status = Set(ProblemStatus::AwaitingVerification);
        clock::step(&act, &work.case.row, &mut change, Limit::Verify).await?;
        asked::lapse_of_task(&act, work.task.id).await?;
    }
    write(&act, change).await?;
    act.emit(event);
    act.commit().await?;
    Ok(work.task.id)
}
