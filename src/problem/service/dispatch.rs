//! Dispatch (派遣): one lead, any who assist or read.

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::{ProblemAction, ProblemStatus, ProblemVisibility, TaskRole, TaskStatus};
use entity::{disposition_task, party, party_seat, problem, problem_concern};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::clock::{self, Due};
use super::place::{Concerned, system_concerned};
use super::{Case, few, length, place, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result, Word};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::policy::rows::place as rows;
use crate::problem::command::{AssignmentInput, DispatchProblemInput};
use crate::problem::limit::{Limit, Matter};
use crate::read::load;
use crate::text;

/// What is asked of one party, and where the input says so.
pub struct Asked<'a> {
    /// Whether it is to lead, to assist or to read.
    pub role: TaskRole,
    /// The input's words.
    pub input: &'a AssignmentInput,
    /// Where they stand in it.
    pub path: String,
}

/// A task to be given.
pub struct Assignment {
    role: TaskRole,
    /// The seat it is given to.
    pub seat: party_seat::Model,
    grid: Option<Uuid>,
    /// What is to be done; a shared text.
    pub instruction: Option<String>,
    /// The task it takes the place of.
    pub linked: Option<Uuid>,
}

impl Assignment {
    /// The grid whose workers are to do it.
    #[must_use]
    pub fn grid(&self) -> Option<Uuid> {
        self.grid
    }

    /// The same as a task before, for a seat that still holds.
    #[must_use]
    pub fn again(seat: party_seat::Model, task: disposition_task::Model) -> Self {
        Self { role: task.role, seat, grid: task.grid_id, instruction: task.instruction, linked: None }
    }
}

/// Dispatches a problem.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `NO_ACTIVE_GROUP`, `INVALID_VALUE`, `DUPLICATE`,
/// `PERSONAL_DATA_IN_TEXT`.
pub async fn dispatch(call: Call<'_>, input: DispatchProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, _) = Case::in_group(&act, input.problem.0, ProblemAction::Dispatch, &input.expected_revision).await?;
    let assignments = assignments(&mut act, &case, &input).await?;
    let due = due(&act, &case, input.due_at).await?;
    let lead = give(&act, &case, &assignments, due).await?;
    let mut change = case.change();
    led(&mut change, &act, &case, &assignments[0], lead, due).await?;
    write(&act, change).await?;
    release(&act, &case).await?;
    act.emit(
        case.event(Kind::ProblemDispatched)
            .with("lead", &TypeId(prefix::PARTY, assignments[0].seat.party_id))
            .with("due", &due.at),
    );
    act.commit().await?;
    Ok(case.row.id)
}

async fn assignments(act: &mut Act<'_>, case: &Case, input: &DispatchProblemInput) -> Result<Vec<Assignment>> {
    let confidential = case.row.visibility == ProblemVisibility::Confidential;
    if confidential && input.reads.as_ref().is_some_and(|reads| !reads.is_empty()) {
        let why = Word::Both("保密问题不派发阅知任务".into(), "a confidential problem has no READ tasks".into());
        return Err(Error::refused(Code::InvalidValue, "reads", vec![why]));
    }
    few(input.assists.as_deref().unwrap_or_default(), "assists")?;
    few(input.reads.as_deref().unwrap_or_default(), "reads")?;
    let assists = input.assists.iter().flatten().enumerate();
    let reads = input.reads.iter().flatten().enumerate();
    let asked: Vec<Asked<'_>> =
        std::iter::once(Asked { role: TaskRole::Lead, input: &input.lead, path: "lead".to_owned() })
            .chain(assists.map(|(place, input)| Asked {
                role: TaskRole::Assist,
                input,
                path: format!("assists.{place}"),
            }))
            .chain(reads.map(|(place, input)| Asked { role: TaskRole::Read, input, path: format!("reads.{place}") }))
            .collect();
    let concerned = system_concerned(act, case.row.id).await?;
    let taken = clock::system_running_tasks(act, case.row.id).await?;
    let mut found: Vec<Assignment> = vec![];
    for asked in &asked {
        let assignment = assignment(act, case, &concerned, asked).await?;
        if found.iter().any(|other| other.seat.id == assignment.seat.id) {
            let why = Word::Both("同一席位已有任务".into(), "a task of the same seat".into());
            return Err(Error::refused(Code::Duplicate, &asked.path, vec![why]));
        }
        free(&taken, assignment.seat.id, None, &asked.path)?;
        found.push(assignment);
    }
    let paths: Vec<String> = asked.iter().map(|asked| format!("{}.instruction", asked.path)).collect();
    let told = paths.iter().zip(&found).map(|(path, given)| (path.as_str(), given.instruction.as_deref()));
    case.share(act, &told.collect::<Vec<_>>(), input.override_reason.as_deref())?;
    Ok(found)
}

/// Reads what was asked of one party. The instruction is to be looked at still, with what else is shared.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_VALUE`, `FORBIDDEN` for a party complained of that is not asked to put things right.
pub async fn assignment(act: &Act<'_>, case: &Case, concerned: &[Concerned], asked: &Asked<'_>) -> Result<Assignment> {
    let within = |name: &str| format!("{}.{name}", asked.path);
    let instruction = asked.input.instruction.as_deref();
    let instruction = text::optional_prose(instruction, &within("instruction"), length::PROSE)?;
    let seat = seat(act, case, asked.input, &asked.path).await?;
    if place::is_concerned(concerned, &seat) && (asked.role == TaskRole::Read || instruction.is_none()) {
        let why = Word::Both(
            "被诉方只能承担整改任务，须写明要求".into(),
            "a party complained of is asked to put things right only; say what in the instruction".into(),
        );
        return Err(Error::refused(Code::Forbidden, &asked.path, vec![why]));
    }
    let grid = asked.input.grid.map(|id| id.0);
    let own = grid.is_none_or(|grid| case.row.grid_id == Some(grid) || case.row.micro_grid_id == Some(grid));
    let confidential = case.row.visibility == ProblemVisibility::Confidential;
    if !own || (grid.is_some() && confidential) {
        let why = Word::Both(
            "只能交问题所在网格，保密问题不交网格".into(),
            "only the problem's own grid can be asked, and not for a confidential problem".into(),
        );
        return Err(Error::refused(Code::InvalidValue, &within("grid"), vec![why]));
    }
    Ok(Assignment { role: asked.role, seat, grid, instruction, linked: None })
}

/// The seat that covers the problem's compound: of the party that was named, or the one that was named itself.
async fn seat(act: &Act<'_>, case: &Case, asked: &AssignmentInput, path: &str) -> Result<party_seat::Model> {
    let named = match (asked.party, asked.seat) {
        (Some(party), None) => (party.0, None, format!("{path}.party")),
        (None, Some(seat)) => {
            let path = format!("{path}.seat");
            let row = load::refer::<party_seat::Entity>(act, rows::seats, seat.0, &path).await?;
            (row.party_id, Some(row.id), path)
        }
        (None, None) | (Some(_), Some(_)) => {
            let why = Word::Both("请填一方或席位，只填其一".into(), "name a party or a seat, one of them".into());
            return Err(Error::refused(Code::InvalidValue, path, vec![why]));
        }
    };
    let (party, seat, path) = named;
    let row = load::refer::<party::Entity>(act, rows::parties, party, &path).await?;
    if row.group_id != case.row.group_id {
        return Err(Error::not_found(&path));
    }
    let compound = case.row.compound_id;
    let found = match seat {
        Some(seat) => place::system_seat(act, party, seat, compound).await?,
        None => place::system_seats(act, party, compound).await?.into_iter().next(),
    };
    found.ok_or_else(|| {
        let why = Word::Both("没有覆盖该小区的席位".into(), "no seat of it covers the problem's compound".into());
        Error::refused(Code::InvalidValue, &path, vec![why])
    })
}

/// Says no to a seat that has one of the problem's open tasks, other than `besides`.
///
/// # Errors
/// `DUPLICATE`.
pub fn free(taken: &[disposition_task::Model], seat: Uuid, besides: Option<Uuid>, path: &str) -> Result<()> {
    if taken.iter().all(|task| task.seat_id != seat || Some(task.id) == besides) {
        return Ok(());
    }
    let why = Word::both("该席位已有未办结的任务", "that seat has an open task on it");
    Err(Error::refused(Code::Duplicate, path, vec![why]))
}

/// When a dispatched problem is due: as chosen, or by its limit.
///
/// # Errors
/// `OUT_OF_RANGE`.
pub async fn due(act: &Act<'_>, case: &Case, chosen: Option<DateTime<Utc>>) -> Result<Due> {
    let latest = act.now + TimeDelta::days(366);
    match chosen {
        Some(due) if due <= act.now || due > latest => {
            let words = [act.now, latest].map(crate::read::shape::format_time);
            Err(Error::refused(Code::OutOfRange, "dueAt", words.map(Into::into).into()))
        }
        Some(at) => Ok(Due { from: act.now, at, rule: Limit::Chosen }),
        None => {
            let matter = Matter::of(&case.row);
            Due::by(act, case.row.community_code, Limit::of(matter), matter).await
        }
    }
}

/// Writes tasks, whose clocks start, unless the problem's stand still; the first is the lead's, and its id is the answer.
///
/// # Errors
/// A fault of the database.
pub async fn give(act: &Act<'_>, case: &Case, assignments: &[Assignment], due: Due) -> Result<Uuid> {
    let ids: Vec<Uuid> = assignments.iter().map(|_| act.new_id()).collect();
    let still = clock::stands_still(case.row.status);
    let rows = assignments.iter().zip(&ids).map(|(assignment, id)| {
        let read = assignment.role == TaskRole::Read;
        disposition_task::ActiveModel {
            id: Set(*id),
            problem_id: Set(case.row.id),
            community_code: Set(case.row.community_code),
            role: Set(assignment.role),
            status: Set(if read { TaskStatus::Unread } else { TaskStatus::Assigned }),
            party_id: Set(assignment.seat.party_id),
            seat_id: Set(assignment.seat.id),
            organisation_id: Set(assignment.seat.organisation_id),
            grid_id: Set(assignment.grid),
            instruction: Set(assignment.instruction.clone()),
            assigned_at: Set(act.now),
            due_at: Set((!read && !still).then_some(due.at)),
            due_order: NotSet,
            acknowledged_at: Set(None),
            acknowledged_by: Set(None),
            submitted_at: Set(None),
            ended_at: Set(None),
            linked_task_id: Set(assignment.linked),
            feedback: Set(None),
            end_reason: Set(None),
        }
    });
    disposition_task::Entity::insert_many(rows).exec_without_returning(&act.tx).await?;
    let timed = assignments.iter().zip(&ids).filter(|(assignment, _)| assignment.role != TaskRole::Read);
    clock::start_tasks(act, case, &timed.map(|(_, id)| *id).collect::<Vec<_>>(), due).await?;
    ids.first().copied().ok_or_else(|| Error::fault("a dispatch without a lead"))
}

/// The problem is the lead's now: the lead answers for it, and has to acknowledge.
///
/// # Errors
/// A fault of the database.
pub async fn led(
    change: &mut problem::ActiveModel,
    act: &Act<'_>,
    case: &Case,
    lead: &Assignment,
    task: Uuid,
    due: Due,
) -> Result<()> {
    let matter = Matter::of(&case.row);
    let acknowledge = Due::by(act, case.row.community_code, Limit::Acknowledge, matter).await?;
    clock::start_step(act, case.row.id, case.row.community_code, acknowledge).await?;
    change.status = Set(ProblemStatus::Dispatched);
    change.lead_task_id = Set(Some(task));
    change.lead_party_id = Set(Some(lead.seat.party_id));
    change.lead_organisation_id = Set(Some(lead.seat.organisation_id));
    change.accountable_id = Set(lead.seat.organisation_id);
    change.dispatched_at = Set(Some(act.now));
    let sooner = if acknowledge.at < due.at { acknowledge } else { due };
    sooner.set(change);
    Ok(())
}

/// From now on the parties complained of may read the summary; of a confidential problem, never.
async fn release(act: &Act<'_>, case: &Case) -> Result<()> {
    if case.row.visibility == ProblemVisibility::Confidential {
        return Ok(());
    }
    problem_concern::Entity::update_many()
        .col_expr(problem_concern::Column::ReleasedAt, Expr::value(act.now))
        .filter(problem_concern::Column::ProblemId.eq(case.row.id))
        .filter(problem_concern::Column::ReleasedAt.is_null())
        .exec(&act.tx)
        .await?;
    Ok(())
}
