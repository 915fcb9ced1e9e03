//! Contact releases (联系方式授权): the reporter's separate consent, for one problem and one party, and its withdrawal.

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::{ContactField, ProblemStatus, ProblemVisibility, TaskRole, TaskStatus};
use entity::{contact_release, disposition_task, party, problem};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::policy::rows::{place as places, reporter as rows};
use crate::problem::service::{Case, place};
use crate::read::load;
use crate::reporter::command::{ReleaseContactInput, WithdrawContactReleaseInput};

/// How long a release may hold (domain rule).
pub const LONGEST: TimeDelta = TimeDelta::days(14);

/// Releases named contact data to a party that works on the problem.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` for all but the reporter, for a party that is complained of or has no task, and of a
/// confidential problem; `OUT_OF_RANGE`, `REQUIRED`, `DUPLICATE`, `INVALID_TRANSITION`.
pub async fn release(call: Call<'_>, input: ReleaseContactInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let case = Case::of(&act, input.problem.0, "problem").await?;
    let party = load::refer::<party::Entity>(&act, places::parties, input.party.0, "party").await?;
    may_release(&case)?;
    if input.fields.is_empty() {
        return Err(Error::refused(Code::Required, "fields", vec![]));
    }
    let expires_at = until(&act, input.until)?;
    let organisation = system_working(&act, &case.row, party.id).await?;
    let has = |field| input.fields.contains(&field);
    let id = act.new_id();
    let row = contact_release::ActiveModel {
        id: Set(id),
        problem_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        party_id: Set(party.id),
        organisation_id: Set(organisation),
        name: Set(has(ContactField::Name)),
        phone: Set(has(ContactField::Phone)),
        address: Set(has(ContactField::Address)),
        released_by: Set(act.viewer.user),
        created_at: Set(act.now),
        expires_at: Set(expires_at),
        withdrawn_at: Set(None),
    };
    if system_holds(&act, case.row.id, organisation).await? {
        let why = Word::both("对该方的授权仍有效，请先撤回", "a release to this party holds; withdraw it first");
        return Err(Error::refused(Code::Duplicate, "party", vec![why]));
    }
    contact_release::Entity::insert(row).exec_without_returning(&act.tx).await?;
    let event = Event::new(Kind::ContactReleased, case.row.community_code, id).on(case.row.id);
    act.emit(event.with("party", &TypeId(prefix::PARTY, party.id)).with("until", &expires_at));
    call.commit_once(act, &input.idempotency_key, id).await
}

fn forbidden(path: &str, zh: &str, en: &str) -> Error {
    Error::refused(Code::Forbidden, path, vec![Word::both(zh, en)])
}

/// The reporter alone, of what is not confidential, while something is still to be done about it.
fn may_release(case: &Case) -> Result<()> {
    use ProblemStatus::{
        Accepted, AwaitingVerification, Closed, Declined, Dispatched, InProgress, Merged, OnLedger, Reported,
        Suspended, Voided, Withdrawn,
    };
    if !case.facts.reporter {
        return Err(forbidden("", "须由诉求人本人授权", "the reporter alone can release it"));
    }
    if case.row.visibility == ProblemVisibility::Confidential {
        return Err(forbidden(
            "problem",
            "保密问题不向各方提供联系方式",
            "a confidential problem releases no contact data",
        ));
    }
    match case.row.status {
        Dispatched | InProgress | Suspended | AwaitingVerification | OnLedger | Closed => Ok(()),
        Reported | Accepted | Declined | Merged | Withdrawn | Voided => {
            Err(forbidden("problem", "目前没有承办方", "no party works on it now"))
        }
    }
}

/// Until when it holds: after now, and no longer than a release may.
fn until(act: &Act<'_>, asked: Option<DateTime<Utc>>) -> Result<DateTime<Utc>> {
    let latest = act.now + LONGEST;
    let until = asked.unwrap_or(latest);
    if until > act.now && until <= latest {
        return Ok(until);
    }
    let time = crate::read::shape::format_time;
    Err(Error::refused(Code::OutOfRange, "until", vec![time(act.now).into(), time(latest).into()]))
}

/// The organisation that works on the problem for a party: the lead's, else the assisting one's.
async fn system_working(act: &Act<'_>, row: &problem::Model, party: Uuid) -> Result<Uuid> {
    let concerned = place::system_concerned(act, row.id).await?;
    let complained_of = || {
        let zh = "被诉方在任何情况下都不能获得联系方式";
        forbidden("party", zh, "a party complained of never gets contact data")
    };
    if concerned.iter().any(|one| one.party == party) {
        return Err(complained_of());
    }
    let given_up = [TaskStatus::Returned, TaskStatus::Transferred, TaskStatus::Waived, TaskStatus::Cancelled];
    let tasks = disposition_task::Entity::find()
        .filter(disposition_task::Column::ProblemId.eq(row.id))
        .filter(disposition_task::Column::PartyId.eq(party))
        .filter(disposition_task::Column::Role.is_in([TaskRole::Lead, TaskRole::Assist]))
        .filter(disposition_task::Column::Status.is_not_in(given_up))
        .order_by_desc(disposition_task::Column::AssignedAt);
    let tasks = tasks.all(&act.tx).await?;
    let lead = tasks.iter().find(|task| task.role == TaskRole::Lead).or(tasks.first());
    let Some(task) = lead else {
        return Err(forbidden("party", "该方没有承办此问题的任务", "this party has no task on the problem"));
    };
    if concerned.iter().any(|one| one.organisation == Some(task.organisation_id)) {
        return Err(complained_of());
    }
    Ok(task.organisation_id)
}

/// Whether a release to an organisation holds. The problem is locked, so that no other comes between.
async fn system_holds(act: &Act<'_>, problem: Uuid, organisation: Uuid) -> Result<bool> {
    use contact_release::Column as C;
    let held = contact_release::Entity::find()
        .filter(C::ProblemId.eq(problem))
        .filter(C::OrganisationId.eq(organisation))
        .filter(C::WithdrawnAt.is_null())
        .filter(C::ExpiresAt.gt(act.now));
    Ok(held.count(&act.tx).await? > 0)
}

/// Withdraws a release: from this moment on nothing is seen by it.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` for all but the reporter, `INVALID_TRANSITION` where it no longer holds.
pub async fn withdraw(call: Call<'_>, input: WithdrawContactReleaseInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let named = load::refer::<contact_release::Entity>(&act, rows::release, input.release.0, "release").await?;
    // Commands on problems lock the problem first; so does this.
    let case = Case::of(&act, named.problem_id, "release").await?;
    let row = load::need::<contact_release::Entity>(&act, rows::release, input.release.0, "release").await?;
    if !case.facts.reporter {
        return Err(forbidden("", "须由诉求人本人撤回", "the reporter alone can withdraw it"));
    }
    let ended = match row.withdrawn_at {
        Some(_) => Some(("WITHDRAWN", "已撤回", "withdrawn")),
        None if row.expires_at <= act.now => Some(("EXPIRED", "已到期", "expired")),
        None => None,
    };
    if let Some((from, zh, en)) = ended {
        let words = vec![Word::both(zh, en), Word::both("无", "nothing")];
        let refusal = UserError::new(Code::InvalidTransition, "release", words);
        return Err(refusal.with("from", json!(from)).with("allowed", json!([])).into());
    }
    let change = contact_release::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(row.id),
        withdrawn_at: Set(Some(act.now)),
        ..Default::default()
    };
    contact_release::Entity::update(change).exec(&act.tx).await?;
    act.emit(Event::new(Kind::ReleaseWithdrawn, row.community_code, row.id).on(row.problem_id));
    act.commit().await?;
    Ok(row.id)
}

/// Withdraws the releases of a problem's contact data that hold, within an act that erases it and says so.
///
/// # Errors
/// A fault of the database.
pub async fn system_end_all(act: &Act<'_>, problem: Uuid) -> Result<()> {
    use contact_release::Column as C;
    contact_release::Entity::update_many()
        .col_expr(C::WithdrawnAt, Expr::value(act.now))
        .filter(C::ProblemId.eq(problem))
        .filter(C::WithdrawnAt.is_null())
        .exec(&act.tx)
        .await?;
    Ok(())
}
