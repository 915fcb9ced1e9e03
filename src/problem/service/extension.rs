//! Extensions (延期): the office decides on what a lead asked for.

use chrono::{DateTime, Utc};
use entity::word::{ProblemAction, RequestStatus};
use entity::{disposition_task, extension_request};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::clock::{self, Due};
use super::request::Decision;
use super::{Case, write};
use crate::act::Call;
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::policy::rows::problem as tasks;
use crate::policy::rows::request as rows;
use crate::problem::command::task::DecideExtensionInput;
use crate::problem::limit::Limit;
use crate::read::load;
use crate::read::shape::format_time;

/// Decides on an extension.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` for who asked, `REVISION_CONFLICT`, `OUT_OF_RANGE`, `REQUIRED`,
/// `PERSONAL_DATA_IN_TEXT`.
pub async fn decide(call: Call<'_>, input: DecideExtensionInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let id = input.extension.0;
    let asked = load::refer::<extension_request::Entity>(&act, rows::extensions, id, "extension").await?;
    let case = Case::to(&act, asked.problem_id, ProblemAction::DecideExtension, &input.expected_revision).await?;
    let asked = load::need::<extension_request::Entity>(&act, rows::extensions, id, "extension").await?;
    if asked.status != RequestStatus::Pending {
        return Err(Error::not_found("extension"));
    }
    let decision = Decision::of(input.approve, input.reason.as_deref())?;
    case.share(&mut act, &[("reason", decision.reason.as_deref())], input.override_reason.as_deref())?;
    let until = input.until.unwrap_or(asked.asked_until);
    let task = load::need::<disposition_task::Entity>(&act, tasks::task, asked.task_id, "extension").await?;
    let present = clock::running(&act, &case.row, &task).await?;
    let present = present.ok_or_else(|| Error::fault("a lead's task without a limit"))?;
    if input.approve {
        within(until, present, &asked)?;
    }
    let granted = input.approve.then_some(until);
    let row = extension_request::ActiveModel {
        id: Unchanged(id),
        status: Set(decision.status),
        granted_until: Set(granted),
        decided_by: Set(Some(act.viewer.user)),
        decided_at: Set(Some(act.now)),
        decision: Set(decision.reason.clone()),
        ..Default::default()
    };
    extension_request::Entity::update(row).exec(&act.tx).await?;
    let mut change = case.change();
    if let Some(until) = granted {
        let due = Due { at: until, rule: Limit::Chosen, ..present };
        clock::anew(&act, &task, due).await?;
        due.set(&mut change);
    }
    write(&act, change).await?;
    let kind = if input.approve { Kind::ExtensionGranted } else { Kind::ExtensionRefused };
    act.emit(decision.told(case.event_of(kind, id)).with("until", &granted));
    act.commit().await?;
    Ok(id)
}

/// What is granted lies after the limit that stands, and not after what was asked.
fn within(until: DateTime<Utc>, present: Due, asked: &extension_request::Model) -> Result<()> {
    if until > present.at && until <= asked.asked_until {
        return Ok(());
    }
    let words = [present.at, asked.asked_until].map(format_time);
    Err(Error::refused(Code::OutOfRange, "until", words.map(Into::into).into()))
}
