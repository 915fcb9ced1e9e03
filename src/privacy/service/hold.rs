//! Legal hold (法律保留).

use uuid::Uuid;

use super::{forbidden, office};
use crate::act::Call;
use crate::clock::day;
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::privacy::command::{LiftLegalHoldInput, SetLegalHoldInput};
use crate::problem::service::{Case, hold, length};
use crate::text;

/// Puts a problem under a legal hold, or changes the one that it is under.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` for all but the office, `REVISION_CONFLICT`, `OUT_OF_RANGE` for a day that is over.
pub async fn set(call: Call<'_>, input: SetLegalHoldInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::of(&act, input.problem.0, "problem").await?;
    office(&case)?;
    case.seen(&act, &input.expected_revision)?;
    let reason = text::prose(&input.reason, "reason", length::PROSE)?;
    let today = day(act.now);
    if input.until.is_some_and(|until| until < today) {
        return Err(Error::refused(Code::OutOfRange, "until", vec![today.into(), "9999-12-31".into()]));
    }
    hold::hold(&act, &case, &reason, input.until).await?;
    act.emit(case.event(Kind::LegalHoldSet).with("until", &input.until).commits("holdReason", &reason));
    act.commit().await?;
    Ok(case.row.id)
}

/// Lifts it.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` for all but the office and where there is none, `REVISION_CONFLICT`.
pub async fn lift(call: Call<'_>, input: LiftLegalHoldInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::of(&act, input.problem.0, "problem").await?;
    office(&case)?;
    case.seen(&act, &input.expected_revision)?;
    if case.row.held_at.is_none() {
        return Err(forbidden("problem", "没有法律保留", "it is under no legal hold"));
    }
    hold::lift(&act, &case).await?;
    act.emit(case.event(Kind::LegalHoldLifted).commits_if("holdReason", None));
    act.commit().await?;
    Ok(case.row.id)
}
