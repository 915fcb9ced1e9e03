//! The ledger (挂账): problems that cannot be solved now are kept in sight, each with an owner and a day for another look.

use chrono::{Days, NaiveDate};
use entity::word::{ProblemAction, ProblemStatus};
use entity::{ledger_entry, organisation, problem};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::suspend::{ahead, begins, system_end};
use super::{Case, clock, dispatch, length, place, request, write};
use crate::act::{Act, Call};
use crate::clock::day;
use crate::error::{Code, Error, Result, Word};
use crate::event::Kind;
use crate::id::{TypeId, prefix};
use crate::policy::rows::place as rows;
use crate::problem::command::course::{CarryOnLedgerInput, ReviewLedgerInput, TakeOffLedgerInput};
use crate::problem::limit::Limit;
use crate::read::load;
use crate::text;

/// The farthest day for another look, from today.
const FARTHEST: Days = Days::new(366);

/// Carries a problem on the ledger.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` before the extension is spent or for an owner complained of,
/// `REVISION_CONFLICT`, `OUT_OF_RANGE`, `PERSONAL_DATA_IN_TEXT`.
pub async fn carry(call: Call<'_>, input: CarryOnLedgerInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::CarryOnLedger, &input.expected_revision).await?;
    let owner = owner(&act, &case, input.owner.0).await?;
    ahead(&act, input.review_on, day(act.now) + FARTHEST, "reviewOn")?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    case.share(&mut act, &[("reason", Some(&reason))], input.override_reason.as_deref())?;
    if case.row.status == ProblemStatus::Suspended {
        system_end(&act, case.row.id).await?;
    }
    if let Some(task) = case.row.lead_task_id {
        request::lapse_of_task(&act, task).await?;
    }
    let mut change = case.change();
    clock::pause(&act, &case.row, &mut change).await?;
    let id = act.new_id();
    let row = ledger_entry::ActiveModel {
        id: Set(id),
        problem_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        owner_id: Set(owner),
        reason: Set(reason.clone()),
        review_on: Set(input.review_on),
        carried_at: Set(act.now),
        carried_by: Set(act.viewer.user),
        reviewed_at: Set(None),
        passed_on: Set(None),
        ended_at: Set(None),
    };
    ledger_entry::Entity::insert(row).exec_without_returning(&act.tx).await?;
    change.status = Set(ProblemStatus::OnLedger);
    change.accountable_id = Set(owner);
    look_again(&mut change, input.review_on);
    write(&act, change).await?;
    let event = case.event_of(Kind::CarriedOnLedger, id).with("owner", &TypeId(prefix::ORGANISATION, owner));
    act.emit(event.with("review", &begins(input.review_on)).commits("reason", &reason));
    act.commit().await?;
    Ok(case.row.id)
}

/// An organisation that can answer for a problem: in sight, and not complained of.
async fn owner(act: &Act<'_>, case: &Case, id: Uuid) -> Result<Uuid> {
    load::refer::<organisation::Entity>(act, rows::organisations, id, "owner").await?;
    let concerned = place::system_concerned(act, case.row.id).await?;
    if concerned.iter().any(|row| row.organisation == Some(id)) {
        let why = Word::both("被诉方不能负责挂账问题", "an organisation complained of does not answer for it");
        return Err(Error::refused(Code::Forbidden, "owner", vec![why]));
    }
    Ok(id)
}

/// The present step is due when the day for another look is over.
fn look_again(change: &mut problem::ActiveModel, review_on: NaiveDate) {
    change.due_at = Set(Some(begins(review_on + Days::new(1))));
    change.due_rule = Set(Some(Limit::Review.name().into()));
}

/// The entry that stands.
///
/// # Errors
/// A fault where there is none.
pub async fn system_entry(act: &Act<'_>, problem: Uuid) -> Result<ledger_entry::Model> {
    let found = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::ProblemId.eq(problem))
        .filter(ledger_entry::Column::EndedAt.is_null());
    found.one(&act.tx).await?.ok_or_else(|| Error::fault("a problem on the ledger without an entry"))
}

/// Ends the entry that stands: its id.
///
/// # Errors
/// A fault where there is none.
pub async fn system_end_entry(act: &Act<'_>, problem: Uuid) -> Result<Uuid> {
    let entry = system_entry(act, problem).await?;
    let ended =
        ledger_entry::ActiveModel { id: Unchanged(entry.id), ended_at: Set(Some(act.now)), ..Default::default() };
    ledger_entry::Entity::update(ended).exec(&act.tx).await?;
    Ok(entry.id)
}

/// Looks at a problem on the ledger again.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` for an owner complained of, `REVISION_CONFLICT`, `OUT_OF_RANGE`.
pub async fn review(call: Call<'_>, input: ReviewLedgerInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::ReviewLedger, &input.expected_revision).await?;
    ahead(&act, input.review_on, day(act.now) + FARTHEST, "reviewOn")?;
    let entry = system_entry(&act, case.row.id).await?;
    let owner = match input.owner {
        Some(id) => owner(&act, &case, id.0).await?,
        None => entry.owner_id,
    };
    let looked = ledger_entry::ActiveModel {
        id: Unchanged(entry.id),
        owner_id: Set(owner),
        review_on: Set(input.review_on),
        reviewed_at: Set(Some(act.now)),
        ..Default::default()
    };
    ledger_entry::Entity::update(looked).exec(&act.tx).await?;
    let mut change = case.change();
    change.accountable_id = Set(owner);
    look_again(&mut change, input.review_on);
    write(&act, change).await?;
    let event = case.event_of(Kind::LedgerReviewed, entry.id).with("owner", &TypeId(prefix::ORGANISATION, owner));
    act.emit(event.with("review", &begins(input.review_on)));
    act.commit().await?;
    Ok(case.row.id)
}

/// Takes a problem off the ledger.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `OUT_OF_RANGE`.
pub async fn take_off(call: Call<'_>, input: TakeOffLedgerInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::TakeOffLedger, &input.expected_revision).await?;
    let due = dispatch::due(&act, &case, input.due_at).await?;
    let entry = system_end_entry(&act, case.row.id).await?;
    for task in clock::system_running_tasks(&act, case.row.id).await? {
        clock::anew(&act, &task, due).await?;
    }
    let lead = case.row.lead_organisation_id.ok_or_else(|| Error::fault("a problem on the ledger without a lead"))?;
    let mut change = case.change();
    change.status = Set(ProblemStatus::InProgress);
    change.accountable_id = Set(lead);
    due.set(&mut change);
    write(&act, change).await?;
    act.emit(case.event_of(Kind::TakenOffLedger, entry).with("due", &due.at));
    act.commit().await?;
    Ok(case.row.id)
}
