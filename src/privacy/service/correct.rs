//! Corrections of contact data by the reporter (更正联系方式; Personal Information Protection Law, art. 46).

use entity::problem;
use uuid::Uuid;

use super::forbidden;
use crate::act::{Act, Call};
use crate::clock::day;
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::policy::rows::contact as contact_rows;
use crate::privacy::command::CorrectContactInput;
use crate::problem::service::Case;
use crate::problem::service::contact::{self, Contact};
use crate::problem::service::hold::held;
use crate::read::load;

/// Corrects the caller's own contact data of a problem.
///
/// # Errors
/// `NOT_FOUND`; `FORBIDDEN` for all but the reporter, once it is erased and under a legal hold; `REVISION_CONFLICT`;
/// `REQUIRED`, `INVALID_VALUE`, `TOO_LONG`.
pub async fn correct(call: Call<'_>, input: CorrectContactInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::of(&act, input.problem.0, "problem").await?;
    if !case.facts.reporter {
        return Err(Error::not_yours());
    }
    case.seen(&act, &input.expected_revision)?;
    let said = [input.name.as_deref(), input.phone.as_deref(), input.address.as_deref()];
    if write(&mut act, &case, said).await? {
        act.commit().await?;
    }
    Ok(case.row.id)
}

/// Writes name, phone and address of a problem's reporter, who acts, as far as they are said; says whether any differs.
///
/// # Errors
/// `FORBIDDEN` once it is erased and under a legal hold; `REQUIRED`, `INVALID_VALUE`, `TOO_LONG`.
pub async fn write(act: &mut Act<'_>, case: &Case, said: [Option<&str>; 3]) -> Result<bool> {
    if held(&case.row, day(act.now)) {
        let (zh, en) = (
            "问题处于法律保留中，请通过 askAboutMyData（无账号的通过 askAboutReportData）提出更正请求（CORRECTION），由办理机关决定",
            "it is under a legal hold: ask for the correction by askAboutMyData (without account by askAboutReportData), kind CORRECTION, and the office decides",
        );
        return Err(forbidden("problem", zh, en));
    }
    let erased = load::scoped::<problem::Entity>(act.viewer, act.now, contact_rows::erased).with_id(case.row.id);
    if erased.any(&act.tx).await? {
        return Err(forbidden("problem", "联系方式已删除", "the contact data was erased"));
    }
    let said = Contact::said(said)?;
    if said.name.is_none() && said.phone.is_none() && said.address.is_none() {
        return Err(Error::refused(Code::Required, "name", vec![]));
    }
    let changed = contact::correct(act, case, &said).await?;
    if !changed.is_empty() {
        act.emit(case.event(Kind::ContactCorrected).with("fields", &changed));
    }
    Ok(!changed.is_empty())
}
