//! Voiding (作废) by two persons: one asks, another confirms.

use entity::request;
use entity::word::{ProblemAction, ProblemStatus, RequestKind};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::request::{self as asked, Decision};
use super::{Case, end, length, task, write};
use crate::act::Call;
use crate::error::Result;
use crate::event::Kind;
use crate::policy::rows::request as rows;
use crate::problem::command::course::{ConfirmVoidInput, RequestVoidInput};
use crate::problem::limit::Limit;
use crate::read::load;
use crate::text;

/// Asks for a problem to be void.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `PERSONAL_DATA_IN_TEXT`.
pub async fn ask(call: Call<'_>, input: RequestVoidInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::RequestVoid, &input.expected_revision).await?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    case.share(&mut act, &[("reason", Some(&reason))], input.override_reason.as_deref())?;
    let mut row = asked::new(&act, &case, RequestKind::Void, reason.clone());
    row.lapses_at = Set(Some(Limit::Void.open_until(act.now)));
    let id = row.id.clone().unwrap();
    request::Entity::insert(row).exec_without_returning(&act.tx).await?;
    write(&act, case.change()).await?;
    act.emit(case.event_of(Kind::VoidRequested, id).commits("reason", &reason));
    act.commit().await?;
    Ok(id)
}

/// Confirms that a problem is void.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` for who asked, `REVISION_CONFLICT`.
pub async fn confirm(call: Call<'_>, input: ConfirmVoidInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let asked = load::refer::<request::Entity>(&act, rows::requests, input.request.0, "request").await?;
    let case = Case::to(&act, asked.problem_id, ProblemAction::ConfirmVoid, &input.expected_revision).await?;
    let asked = asked::pending(&act, asked.id, RequestKind::Void).await?;
    let (id, reason) = (asked.id, asked.reason.clone());
    asked::decide(&act, asked, &Decision::of(true, None)?).await?;
    let mut change = case.change();
    change.status = Set(ProblemStatus::Voided);
    change.reason = Set(Some(reason.clone()));
    change.lead_task_id = Set(None);
    (change.due_at, change.due_rule) = (Set(None), Set(None));
    write(&act, change).await?;
    task::cancel_all(&act, case.row.id).await?;
    end(&act, &case, ProblemStatus::Voided, None).await?;
    act.emit(case.event(Kind::ProblemVoided).commits("reason", &reason));
    act.commit().await?;
    Ok(id)
}
