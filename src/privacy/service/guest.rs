//! What a reporter without account does about their data with the number and the code of a report, as the other acts of
//! [`crate::reporter::service::guest`].

use super::{correct as own, request};
use crate::act::Caller;
use crate::error::Result;
use crate::privacy::command::{AskAboutReportDataInput, CorrectReportContactInput};
use crate::problem::service::Case;
use crate::reporter::read::ReportStatus;
use crate::reporter::service::guest::Opened;

/// Asks about the data that is held of the reporter.
///
/// # Errors
/// Those of [`Opened::by`]; `TOO_LONG`, `DUPLICATE` where another of the kind is not answered yet.
pub async fn ask(caller: Caller<'_>, input: AskAboutReportDataInput) -> Result<ReportStatus> {
    let opened = Opened::by(&caller, &input.number, &input.code).await?;
    let mut act = opened.begin(&caller, "askAboutReportData").await?;
    let case = Case::system_of_reporter(&act, opened.id).await?;
    let asked = request::ask_of_report(&mut act, &case.row, input.kind, input.content.as_deref()).await?;
    if asked { opened.finish(act, caller.language).await } else { opened.shown(act, caller.language).await }
}

/// Corrects the reporter's contact data.
///
/// # Errors
/// Those of [`Opened::by`]; `FORBIDDEN` once it is erased and under a legal hold; `REQUIRED`, `INVALID_VALUE`, `TOO_LONG`.
pub async fn correct(caller: Caller<'_>, input: CorrectReportContactInput) -> Result<ReportStatus> {
    let opened = Opened::by(&caller, &input.number, &input.code).await?;
    let mut act = opened.begin(&caller, "correctReportContact").await?;
    let case = Case::system_of_reporter(&act, opened.id).await?;
    let said = [input.name.as_deref(), input.phone.as_deref(), input.address.as_deref()];
    let changed = own::write(&mut act, &case, said).await?;
    if changed { opened.finish(act, caller.language).await } else { opened.shown(act, caller.language).await }
}
