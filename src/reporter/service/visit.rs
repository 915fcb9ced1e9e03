//! Offered visits (预约上门): the leading party offers times, the reporter chooses one, and no identity passes.

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::{ProblemAction, ProblemVisibility, TaskRole, VisitStatus};
use entity::{disposition_task, visit_offer};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::job::Job;
use crate::machine::{Guard as _, Machine as _};
use crate::policy::rows::{problem as tasks, reporter as rows};
use crate::problem::service::{Case, length, watch};
use crate::problem::transition::{self, Guard};
use crate::read::shape::format_time;
use crate::read::{load, revision};
use crate::reporter::command::{
    CancelVisitInput, ChooseVisitInput, DeclineVisitInput, OfferVisitInput, RecordVisitInput, VisitSlotInput,
};
use crate::reporter::read::kept;
use crate::reporter::visit::{self, Action, Who};
use crate::text;

/// How many times may be offered at once.
const SLOTS: usize = 5;
/// How far ahead.
const AHEAD: TimeDelta = TimeDelta::days(30);
/// How long one may be.
const LONGEST: TimeDelta = TimeDelta::hours(12);

/// Offers times under the LEAD task.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` for an assisting party, one complained of, and of a confidential
/// problem; `OUT_OF_RANGE`, `DUPLICATE`, `PERSONAL_DATA_IN_TEXT`.
pub async fn offer(call: Call<'_>, input: OfferVisitInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let (case, task) = led(&act, input.task.0).await?;
    let slots = checked(&act, &input.slots)?;
    let message = text::optional_prose(input.message.as_deref(), "message", length::PROSE)?;
    case.share(&mut act, &[("message", message.as_deref())], None)?;
    let lapses_at = slots.iter().map(|slot| slot.from).max().unwrap_or(act.now);
    let id = act.new_id();
    let event = Event::new(Kind::VisitOffered, case.row.community_code, id).on(case.row.id);
    let event = event.with("task", &TypeId(prefix::TASK, task.id)).commits_if("message", message.as_deref());
    let row = visit_offer::ActiveModel {
        id: Set(id),
        problem_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        task_id: Set(task.id),
        party_id: Set(task.party_id),
        organisation_id: Set(task.organisation_id),
        place: Set(input.place),
        message: Set(message),
        status: Set(VisitStatus::Offered),
        slots: Set(slots
            .iter()
            .map(|slot| json!({ "from": format_time(slot.from), "to": format_time(slot.to) }))
            .collect()),
        lapses_at: Set(lapses_at),
        chosen_from: Set(None),
        chosen_to: Set(None),
        code_word: Set(None),
        offered_by: Set(act.viewer.user),
        created_at: Set(act.now),
        ended_at: Set(None),
        revision: Set(1),
    };
    end_lapsed(&act, task.id).await?;
    let stands = || {
        let why = Word::both("已有待选择或已约定的时间", "an offer stands already");
        UserError::new(Code::Duplicate, "task", vec![why])
    };
    let inserted = visit_offer::Entity::insert(row).exec_without_returning(&act.tx).await;
    inserted.map_err(|error| Error::unless_unique(error, stands()))?;
    act.emit(event);
    call.commit_once(act, &input.idempotency_key, id).await
}

/// The problem whose acknowledged LEAD task is the viewer's, where meeting its reporter tells nothing that is not to be
/// known.
async fn led(act: &Act<'_>, id: Uuid) -> Result<(Case, disposition_task::Model)> {
    let task = load::refer::<disposition_task::Entity>(act, tasks::task, id, "task").await?;
    let case = Case::of(act, task.problem_id, "task").await?;
    let task = load::need::<disposition_task::Entity>(act, tasks::task, id, "task").await?;
    let own = load::scoped::<disposition_task::Entity>(act.viewer, act.now, tasks::acted_task);
    let own = own.with_id(id).any(&act.tx).await?;
    let refused = |(zh, en): (&str, &str)| Err(Error::refused(Code::Forbidden, "task", vec![Word::both(zh, en)]));
    // Whoever may record what was done may also arrange to come.
    let facts = case.facts.clone().about(own.then_some(&task));
    transition::Asked { facts: &facts, viewer: act.viewer, now: act.now }.require(ProblemAction::Record)?;
    if task.role != TaskRole::Lead {
        return refused(("由主办方预约", "the leading party arranges it"));
    }
    if case.facts.concerned {
        return refused(Guard::NotConcerned.why());
    }
    if case.row.visibility == ProblemVisibility::Confidential {
        return refused(("保密问题不安排见面", "of a confidential problem nobody meets the reporter"));
    }
    Ok((case, task))
}

/// The times, in their order.
fn checked(act: &Act<'_>, slots: &[VisitSlotInput]) -> Result<Vec<VisitSlotInput>> {
    if !(1..=SLOTS).contains(&slots.len()) {
        return Err(Error::refused(Code::OutOfRange, "slots", vec![1.into(), SLOTS.into()]));
    }
    for (place, slot) in slots.iter().enumerate() {
        let (earliest, latest) = (act.now, act.now + AHEAD);
        if slot.from <= earliest || slot.from > latest {
            let words = vec![format_time(earliest).into(), format_time(latest).into()];
            return Err(Error::refused(Code::OutOfRange, &format!("slots.{place}.from"), words));
        }
        if slot.to <= slot.from || slot.to - slot.from > LONGEST {
            let words = vec![format_time(slot.from).into(), format_time(slot.from + LONGEST).into()];
            return Err(Error::refused(Code::OutOfRange, &format!("slots.{place}.to"), words));
        }
    }
    let mut slots = slots.to_vec();
    slots.sort_by_key(|slot| (slot.from, slot.to));
    Ok(slots)
}

/// What nobody answered no longer stands in the way of another.
async fn end_lapsed(act: &Act<'_>, task: Uuid) -> Result<()> {
    use visit_offer::Column as C;
    visit_offer::Entity::update_many()
        .col_expr(C::Status, Expr::value(VisitStatus::Lapsed))
        .col_expr(C::EndedAt, Expr::col(C::LapsesAt))
        .filter(C::TaskId.eq(task))
        .filter(C::Status.eq(VisitStatus::Offered))
        .filter(C::LapsesAt.lte(act.now))
        .exec(&act.tx)
        .await?;
    Ok(())
}

/// An offer in sight on which the viewer can do something now.
async fn load_for(act: &Act<'_>, id: Uuid, action: Action, expected: &str) -> Result<visit_offer::Model> {
    let named = load::refer::<visit_offer::Entity>(act, rows::visit, id, "visit").await?;
    // Commands on problems lock the problem first; so does this.
    let case = Case::of(act, named.problem_id, "visit").await?;
    let row = load::need::<visit_offer::Entity>(act, rows::visit, id, "visit").await?;
    let ours = load::scoped::<visit_offer::Entity>(act.viewer, act.now, rows::offered).with_id(id).any(&act.tx).await?;
    let row =
        if system_left(act, &row).await? { visit_offer::Model { status: VisitStatus::Cancelled, ..row } } else { row };
    let who: Vec<Who> = [(case.facts.reporter, Who::Reporter), (ours, Who::Party)]
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, who)| who)
        .collect();
    visit::require(action, &row, &who, act.now)?;
    revision::check(&act.app.vault, row.id, row.revision, expected)?;
    Ok(row)
}

fn change(row: &visit_offer::Model) -> visit_offer::ActiveModel {
    visit_offer::ActiveModel { id: Unchanged(row.id), revision: Set(row.revision + 1), ..Default::default() }
}

async fn finish(
    mut act: Act<'_>,
    row: &visit_offer::Model,
    change: visit_offer::ActiveModel,
    kind: Kind,
) -> Result<Uuid> {
    visit_offer::Entity::update(change).exec(&act.tx).await?;
    act.emit(Event::new(kind, row.community_code, row.id).on(row.problem_id));
    act.commit().await?;
    Ok(row.id)
}

/// Chooses one of the times; the code word is drawn.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `INVALID_TRANSITION`, `REVISION_CONFLICT`, `INVALID_VALUE` for a time that was not offered or
/// has begun.
pub async fn choose(call: Call<'_>, input: ChooseVisitInput) -> Result<Uuid> {
    let act = call.begin().await?;
    let row = load_for(&act, input.visit.0, Action::Choose, &input.expected_revision).await?;
    let open = kept(&row.slots).into_iter().find(|slot| slot.from == input.from && slot.from > act.now);
    let Some(slot) = open else {
        let why = Word::both("不是可选的时间", "it is not one of the times that are still open");
        return Err(Error::refused(Code::InvalidValue, "from", vec![why]));
    };
    let mut change = change(&row);
    change.status = Set(VisitStatus::Chosen);
    (change.chosen_from, change.chosen_to) = (Set(Some(slot.from)), Set(Some(slot.to)));
    change.code_word = Set(Some(format!("{:04}", act.app.ids.below(10_000))));
    finish(act, &row, change, Kind::VisitChosen).await
}

/// Declines an offer, or a time that was chosen.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `INVALID_TRANSITION`, `REVISION_CONFLICT`.
pub async fn decline(call: Call<'_>, input: DeclineVisitInput) -> Result<Uuid> {
    let act = call.begin().await?;
    let row = load_for(&act, input.visit.0, Action::Decline, &input.expected_revision).await?;
    let change = ended(&row, VisitStatus::Declined, act.now);
    finish(act, &row, change, Kind::VisitDeclined).await
}

/// Takes an offer back, or a time that was chosen.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `INVALID_TRANSITION`, `REVISION_CONFLICT`.
pub async fn cancel(call: Call<'_>, input: CancelVisitInput) -> Result<Uuid> {
    let act = call.begin().await?;
    let row = load_for(&act, input.visit.0, Action::Cancel, &input.expected_revision).await?;
    let change = ended(&row, VisitStatus::Cancelled, act.now);
    finish(act, &row, change, Kind::VisitCancelled).await
}

/// Says whether both came, once the time has begun.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` before the time, `INVALID_TRANSITION`, `REVISION_CONFLICT`.
pub async fn record(call: Call<'_>, input: RecordVisitInput) -> Result<Uuid> {
    let act = call.begin().await?;
    let row = load_for(&act, input.visit.0, Action::Record, &input.expected_revision).await?;
    if row.chosen_from.is_none_or(|from| act.now < from) {
        let why = Word::both("约定的时间未到", "the chosen time has not begun");
        return Err(Error::refused(Code::Forbidden, "", vec![why]));
    }
    let (status, kind) =
        if input.kept { (VisitStatus::Kept, Kind::VisitKept) } else { (VisitStatus::Missed, Kind::VisitMissed) };
    let change = ended(&row, status, act.now);
    finish(act, &row, change, kind).await
}

fn ended(row: &visit_offer::Model, status: VisitStatus, now: DateTime<Utc>) -> visit_offer::ActiveModel {
    visit_offer::ActiveModel { status: Set(status), ended_at: Set(Some(now)), ..change(row) }
}

/// The jobs of offered visits.
#[must_use]
pub fn jobs() -> Vec<Job> {
    vec![Job {
        name: "cancel visits of tasks that ended",
        find: |db, now, most| Box::pin(system_all_left(db, now, most)),
        run: |act, id| Box::pin(system_cancel(act, id)),
    }]
}

/// Offers and times to come under a task that has ended: whoever offered them has no part in the problem any more.
fn system_of_ended(now: DateTime<Utc>) -> Condition {
    use disposition_task::Column as T;
    use visit_offer::Column as C;
    let ended = Query::select()
        .expr(Expr::cust("1"))
        .from(disposition_task::Entity)
        .and_where(Expr::col((disposition_task::Entity, T::Id)).eq(Expr::col((visit_offer::Entity, C::TaskId))))
        .and_where(Expr::col((disposition_task::Entity, T::EndedAt)).is_not_null())
        .take();
    let offered = C::Status.eq(VisitStatus::Offered).and(C::LapsesAt.gt(now));
    let chosen = C::Status.eq(VisitStatus::Chosen).and(C::ChosenFrom.gt(now));
    Condition::all()
        .add(C::Status.is_in([VisitStatus::Offered, VisitStatus::Chosen]))
        .add(offered.or(chosen))
        .add(Expr::exists(ended))
}

async fn system_left(act: &Act<'_>, row: &visit_offer::Model) -> Result<bool> {
    let left = visit_offer::Entity::find_by_id(row.id).filter(system_of_ended(act.now));
    Ok(left.one(&act.tx).await?.is_some())
}

async fn system_all_left(db: &DatabaseConnection, now: DateTime<Utc>, most: u64) -> Result<Vec<Uuid>> {
    let left = visit_offer::Entity::find().select_only().column(visit_offer::Column::Id).filter(system_of_ended(now));
    Ok(left.order_by_asc(visit_offer::Column::Id).limit(most).into_tuple().all(db).await?)
}

async fn system_cancel(act: Act<'_>, id: Uuid) -> Result<bool> {
    let Some(row) = visit_offer::Entity::find_by_id(id).one(&act.tx).await? else { return Ok(false) };
    if watch::system_locked(&act, row.problem_id).await?.is_none() || !system_left(&act, &row).await? {
        return Ok(false);
    }
    let Some(row) = visit_offer::Entity::find_by_id(id).one(&act.tx).await? else { return Ok(false) };
    let change = ended(&row, VisitStatus::Cancelled, act.now);
    finish(act, &row, change, Kind::VisitCancelled).await.map(|_| true)
}
