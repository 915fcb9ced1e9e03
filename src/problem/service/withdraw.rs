//! Withdrawal after dispatch: the reporter asks, the office consents or not.

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
use crate::problem::command::course::{DecideWithdrawalInput, RequestWithdrawalInput};
use crate::read::load;
use crate::text;

/// Asks for a withdrawal.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` where public safety is concerned, `REVISION_CONFLICT`.
pub async fn ask(call: Call<'_>, input: RequestWithdrawalInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::RequestWithdrawal, &input.expected_revision).await?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    let row = asked::new(&act, &case, RequestKind::Withdrawal, reason.clone());
    let id = row.id.clone().unwrap();
    request::Entity::insert(row).exec_without_returning(&act.tx).await?;
    write(&act, case.change()).await?;
    act.emit(case.event_of(Kind::WithdrawalRequested, id).commits("reason", &reason));
    act.commit().await?;
    Ok(id)
}

/// Consents to a withdrawal, or does not.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`.
pub async fn decide(call: Call<'_>, input: DecideWithdrawalInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let asked = load::refer::<request::Entity>(&act, rows::requests, input.request.0, "request").await?;
    let case = Case::to(&act, asked.problem_id, ProblemAction::DecideWithdrawal, &input.expected_revision).await?;
    let asked = asked::pending(&act, asked.id, RequestKind::Withdrawal).await?;
    let decision = Decision::of(input.approve, input.reason.as_deref())?;
    let (id, reason) = (asked.id, asked.reason.clone());
    asked::decide(&act, asked, &decision).await?;
    let mut change = case.change();
    if input.approve {
        change.status = Set(ProblemStatus::Withdrawn);
        change.reason = Set(Some(reason.clone()));
        change.lead_task_id = Set(None);
        (change.due_at, change.due_rule) = (Set(None), Set(None));
    }
    write(&act, change).await?;
    if input.approve {
        task::cancel_all(&act, case.row.id).await?;
        end(&act, &case, ProblemStatus::Withdrawn, None).await?;
        act.emit(decision.told(case.event(Kind::ProblemWithdrawn).commits("reason", &reason)));
    } else {
        act.emit(decision.told(case.event_of(Kind::WithdrawalRefused, id)));
    }
    act.commit().await?;
    Ok(id)
}
