//! Merging (并案) and its undoing: the same matter, reported twice, is handled once.

use entity::word::{ProblemAction, ProblemStatus, ProblemVisibility, TaskRole, TaskStatus};
use entity::{disposition_task, merged_task, problem, problem_merge};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Case, clock, end, ledger, length, place, request, resume, suspend, task, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result, Word};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::problem::command::course::{MergeProblemInput, UnmergeProblemInput};
use crate::problem::facts::OPEN;
use crate::problem::facts::WAITING;
use crate::text;

/// Merges a problem into another.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `INVALID_VALUE` for a target that is not open, not
/// of the same community, confidential, or the problem itself.
pub async fn merge(call: Call<'_>, input: MergeProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (id, into) = (input.problem.0, input.into.0);
    // Two mergers at once lock in the same order.
    let target = if into < id { Some(Case::of(&act, into, "into").await?) } else { None };
    let case = Case::to(&act, id, ProblemAction::Merge, &input.expected_revision).await?;
    let target = match target {
        Some(target) => target,
        None => Case::of(&act, into, "into").await?,
    };
    fits(&case, &target)?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    let row = problem_merge::ActiveModel {
        id: Set(act.new_id()),
        problem_id: Set(id),
        into_id: Set(into),
        community_code: Set(case.row.community_code),
        reason: Set(reason.clone()),
        former_status: Set(case.row.status),
        former_due_at: Set(case.row.due_at),
        former_due_rule: Set(case.row.due_rule.clone()),
        merged_by: Set(act.viewer.user),
        merged_at: Set(act.now),
        undone_at: Set(None),
    };
    let merger = problem_merge::Entity::insert(row).exec(&act.tx).await?.last_insert_id;
    put_away(&act, id, merger).await?;
    let mut change = case.change();
    change.status = Set(ProblemStatus::Merged);
    change.merged_into_id = Set(Some(into));
    change.follows_id = Set(Some(into));
    change.merged_at = Set(Some(act.now));
    change.lead_task_id = Set(None);
    (change.due_at, change.due_rule) = (Set(None), Set(None));
    write(&act, change).await?;
    end(&act, &case, ProblemStatus::Merged, None).await?;
    // Who followed this one follows the other now.
    problem::Entity::update_many()
        .col_expr(problem::Column::FollowsId, Expr::value(into))
        .filter(problem::Column::FollowsId.eq(id))
        .exec(&act.tx)
        .await?;
    let mut joined = target.change();
    joined.reporter_count = Set(target.row.reporter_count + case.row.reporter_count);
    write(&act, joined).await?;
    let event = case.event_of(Kind::ProblemMerged, merger).with("into", &TypeId(prefix::PROBLEM, into));
    act.emit(event.commits("reason", &reason));
    act.emit(target.event(Kind::ProblemJoined).with("from", &TypeId(prefix::PROBLEM, id)));
    act.commit().await?;
    Ok(id)
}

/// Whether one problem can go into another.
fn fits(case: &Case, target: &Case) -> Result<()> {
    let no = |zh: &str, en: &str| Err(Error::refused(Code::InvalidValue, "into", vec![Word::both(zh, en)]));
    if target.row.id == case.row.id {
        return no("不能并入自身", "a problem does not go into itself");
    }
    if !target.facts.office || target.facts.concerned {
        return no("该问题不由您办理", "that problem is not yours to deal with");
    }
    if !target.row.open {
        return no("只能并入未办结的问题", "only an open problem takes in another");
    }
    if target.row.community_code != case.row.community_code {
        return no("只能并入同一社区的问题", "it belongs to another community");
    }
    let confidential = |row: &problem::Model| row.visibility == ProblemVisibility::Confidential;
    if confidential(&case.row) || confidential(&target.row) {
        return no("保密问题不并案", "confidential problems are not merged");
    }
    if target.row.handled_by > case.row.handled_by {
        return no(
            "上级办理的问题不能并入社区办理的问题",
            "what the office above deals with does not go into what the community deals with",
        );
    }
    Ok(())
}

/// Cancels the open tasks, and remembers where each stood.
async fn put_away(act: &Act<'_>, problem: Uuid, merger: Uuid) -> Result<()> {
    let rows: Vec<_> = system_open_tasks(act, problem)
        .await?
        .into_iter()
        .map(|task| merged_task::ActiveModel {
            merge_id: Set(merger),
            task_id: Set(task.id),
            former_status: Set(task.status),
        })
        .collect();
    if !rows.is_empty() {
        merged_task::Entity::insert_many(rows).exec_without_returning(&act.tx).await?;
    }
    task::cancel_all(act, problem).await
}

async fn system_open_tasks(act: &Act<'_>, problem: Uuid) -> Result<Vec<disposition_task::Model>> {
    let open = disposition_task::Entity::find()
        .filter(disposition_task::Column::ProblemId.eq(problem))
        .filter(disposition_task::Column::Status.is_in(OPEN));
    Ok(open.all(&act.tx).await?)
}

/// Undoes a merger.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` once 30 days are over, `REVISION_CONFLICT`, `NO_ACTIVE_GROUP`.
pub async fn undo(call: Call<'_>, input: UnmergeProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, _) = Case::in_group(&act, input.problem.0, ProblemAction::Unmerge, &input.expected_revision).await?;
    let merger = system_merger(&act, case.row.id).await?;
    let undone =
        problem_merge::ActiveModel { id: Unchanged(merger.id), undone_at: Set(Some(act.now)), ..Default::default() };
    problem_merge::Entity::update(undone).exec(&act.tx).await?;
    let mut change = case.change();
    (change.merged_into_id, change.follows_id, change.merged_at) = (Set(None), Set(None), Set(None));
    put_back(&act, &case, &merger, &mut change).await?;
    write(&act, change).await?;
    resume(&act, &case).await?;
    system_follow_again(&act, case.row.id, merger.into_id).await?;
    system_count_off(&act, case.row.reporter_count, merger.into_id).await?;
    let into = TypeId(prefix::PROBLEM, merger.into_id);
    act.emit(case.event(Kind::ProblemUnmerged).with("into", &into));
    let parted = crate::event::Event::new(Kind::ProblemParted, case.row.community_code, merger.into_id);
    act.emit(parted.on(merger.into_id).with("from", &TypeId(prefix::PROBLEM, case.row.id)));
    act.commit().await?;
    Ok(case.row.id)
}

/// Who came from there is not counted where it went, nor wherever that went on to.
async fn system_count_off(act: &Act<'_>, reporters: i64, into: Uuid) -> Result<()> {
    let mut way = vec![into];
    while let Some(last) = way.last().copied() {
        let merged = problem::Entity::find_by_id(last).select_only().column(problem::Column::MergedIntoId);
        let next = merged.into_tuple::<Option<Uuid>>().one(&act.tx).await?.flatten();
        way.extend(next);
        if next.is_none() {
            break;
        }
    }
    problem::Entity::update_many()
        .col_expr(problem::Column::ReporterCount, Expr::col(problem::Column::ReporterCount).sub(reporters))
        .col_expr(problem::Column::Revision, Expr::col(problem::Column::Revision).add(1))
        .filter(problem::Column::Id.is_in(way))
        .exec(&act.tx)
        .await?;
    Ok(())
}

async fn system_merger(act: &Act<'_>, problem: Uuid) -> Result<problem_merge::Model> {
    let found = problem_merge::Entity::find()
        .filter(problem_merge::Column::ProblemId.eq(problem))
        .filter(problem_merge::Column::UndoneAt.is_null());
    found.one(&act.tx).await?.ok_or_else(|| Error::fault("a merged problem without a merger"))
}

/// Tasks as they were, with what was left of their limits; without a lead's seat that still holds, the problem waits for
/// dispatch.
async fn put_back(
    act: &Act<'_>,
    case: &Case,
    merger: &problem_merge::Model,
    change: &mut problem::ActiveModel,
) -> Result<()> {
    let (mut lead, mut lost, mut held) = (None, false, vec![]);
    for (task, former) in system_put_away(act, merger.id).await? {
        let seat = place::system_seat(act, task.party_id, task.seat_id, case.row.compound_id).await?;
        if seat.is_some() {
            held.push((task, former));
        } else {
            lost |= task.role == TaskRole::Lead;
        }
    }
    let still = clock::stands_still(merger.former_status) && !lost;
    for (task, former) in held {
        // What its party asked for has lapsed.
        let former = if former == TaskStatus::ReturnRequested { request::kept(&task) } else { former };
        let runs = WAITING.contains(&former) && !still;
        let due = if runs { clock::resume_task(act, &case.row, &task).await? } else { None };
        let again = disposition_task::ActiveModel {
            id: Unchanged(task.id),
            status: Set(former),
            ended_at: Set(None),
            due_at: Set(due.map_or(task.due_at, |due| Some(due.at))),
            ..Default::default()
        };
        disposition_task::Entity::update(again).exec(&act.tx).await?;
        if task.role == TaskRole::Lead {
            lead = Some((task.id, due));
        }
    }
    change.lead_task_id = Set(lead.map(|(id, _)| id));
    if lost {
        end_pause(act, case, merger.former_status).await?;
        change.status = Set(ProblemStatus::Accepted);
        change.accountable_id = Set(place::system_accountable(act, &case.row).await?);
        (change.due_at, change.due_rule) = (Set(None), Set(None));
        return Ok(());
    }
    change.status = Set(merger.former_status);
    let timed = [ProblemStatus::Reported, ProblemStatus::Dispatched, ProblemStatus::AwaitingVerification];
    let step =
        if timed.contains(&merger.former_status) { clock::go_on(act, &case.row, case.row.id).await? } else { None };
    let lead = lead.and_then(|(_, due)| due);
    match [step, lead].into_iter().flatten().min_by_key(|due| due.at) {
        Some(due) => due.set(change),
        None => {
            change.due_at = Set(merger.former_due_at);
            change.due_rule = Set(merger.former_due_rule.clone());
        }
    }
    Ok(())
}

/// What waits for dispatch is neither paused nor on the ledger any more.
async fn end_pause(act: &Act<'_>, case: &Case, former: ProblemStatus) -> Result<()> {
    if former == ProblemStatus::Suspended {
        suspend::system_end(act, case.row.id).await?;
    }
    if former == ProblemStatus::OnLedger {
        ledger::system_end_entry(act, case.row.id).await?;
    }
    Ok(())
}

async fn system_put_away(act: &Act<'_>, merger: Uuid) -> Result<Vec<(disposition_task::Model, TaskStatus)>> {
    let rows = merged_task::Entity::find().filter(merged_task::Column::MergeId.eq(merger)).all(&act.tx).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.task_id).collect();
    let tasks = disposition_task::Entity::find().filter(disposition_task::Column::Id.is_in(ids)).all(&act.tx).await?;
    let former = |id: Uuid| rows.iter().find(|row| row.task_id == id).map(|row| row.former_status);
    Ok(tasks.into_iter().filter_map(|task| former(task.id).map(|status| (task, status))).collect())
}

/// Those who came to the other problem through this one follow this one again.
async fn system_follow_again(act: &Act<'_>, problem: Uuid, into: Uuid) -> Result<()> {
    let mut through = vec![problem];
    let mut next = 0;
    while let Some(above) = through.get(next).copied() {
        let merged = problem::Entity::find().filter(problem::Column::MergedIntoId.eq(above)).all(&act.tx).await?;
        through.extend(merged.iter().map(|row| row.id).filter(|id| *id != into));
        next += 1;
    }
    through.retain(|id| *id != problem);
    if through.is_empty() {
        return Ok(());
    }
    problem::Entity::update_many()
        .col_expr(problem::Column::FollowsId, Expr::value(problem))
        .filter(problem::Column::Id.is_in(through))
        .exec(&act.tx)
        .await?;
    Ok(())
}
