//! Erasure of whole classes of data (删除个人信息): contact data, the reporter's words, files.

use entity::word::{RedactionAudience, RedactionStatus, RetentionClass, Word as _};
use entity::{problem, problem_addition};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::redact::order;
use super::take::take;
use super::{Missing, Order, forbidden, free, office, system_record};
use crate::act::{Act, Call};
use crate::attachment::service::sweep;
use crate::error::{Code, Error, Result};
use crate::event::text::{self as kept, TOMBSTONE, Text};
use crate::event::{Event, Kind};
use crate::id::prefix;
use crate::policy::rows::contact::ERASED;
use crate::privacy::command::EraseDataInput;
use crate::problem::service::hold::has_contact;
use crate::problem::service::{Case, change_of, hold, write};
use crate::reporter::service::release;

/// Erases data of a problem that is done with.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` for all but the office, while it is open and under a legal hold; `REVISION_CONFLICT`,
/// `REQUIRED`.
pub async fn erase(call: Call<'_>, input: EraseDataInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::of(&act, input.problem.0, "problem").await?;
    office(&case)?;
    case.seen(&act, &input.expected_revision)?;
    if case.row.open {
        let (zh, en) =
            ("问题仍在办理，办理所必需的信息暂不能删除", "it is still being dealt with, which its data is needed for");
        return Err(forbidden("problem", zh, en));
    }
    free(&act, &case.row, "problem")?;
    let asked = input.classes.unwrap_or_else(|| vec![RetentionClass::Contact]);
    if asked.is_empty() {
        return Err(Error::refused(Code::Required, "classes", vec![]));
    }
    let order = order(&act, input.basis, input.note.as_deref(), input.subject_request.map(|id| id.0)).await?;
    erase_classes(&mut act, &case.row, &asked, &order).await?;
    act.commit().await?;
    Ok(case.row.id)
}

/// Erases classes of a problem's data, and says so.
///
/// # Errors
/// A fault of the database.
pub async fn erase_classes(
    act: &mut Act<'_>,
    row: &problem::Model,
    asked: &[RetentionClass],
    order: &Order,
) -> Result<()> {
    let mut change = change_of(row);
    for class in RetentionClass::ALL.iter().filter(|class| asked.contains(class)) {
        hold::erase(&mut change, *class);
        let event = Event::new(Kind::DataErased, row.community_code, row.id).on(row.id);
        let event = event.with("class", class).with("basis", &order.basis);
        let event = match class {
            RetentionClass::Contact => {
                release::system_end_all(act, row.id).await?;
                if has_contact(row) {
                    missing(act, row, ERASED, order).await?;
                }
                event
            }
            RetentionClass::ReportText => erase_words(act, row, order, event).await?,
            RetentionClass::Attachment => {
                if sweep::system_erase(act, row.id).await? {
                    missing(act, row, "attachments", order).await?;
                }
                event
            }
        };
        act.emit(event);
    }
    write(act, change).await
}

async fn missing(act: &Act<'_>, row: &problem::Model, field: &'static str, order: &Order) -> Result<()> {
    let audience = RedactionAudience::Report;
    let missing = Missing { subject: prefix::PROBLEM.0, subject_id: row.id, field, audience };
    let order = Order { basis: order.basis, note: None, request: order.request };
    system_record(act, (row.community_code, Some(row.id)), &missing, &order, RedactionStatus::Done).await?;
    Ok(())
}

/// The reporter's words: the report, the place, what was added; and wherever else they stand word for word.
async fn erase_words(act: &mut Act<'_>, row: &problem::Model, order: &Order, event: Event) -> Result<Event> {
    let is = |of: &str, name: &str| kept::text(of, name).ok_or_else(|| Error::fault("a text that is not in the table"));
    let stands = |text: Option<&str>| text.is_some_and(|text| text != TOMBSTONE);
    let mut texts: Vec<(&'static Text, Uuid)> = vec![];
    if stands(Some(&row.report)) {
        texts.push((is("problem", "report")?, row.id));
    }
    if stands(row.place.as_deref()) {
        texts.push((is("problem", "place")?, row.id));
    }
    for added in system_additions(act, row.id).await? {
        if stands(Some(&added.content)) {
            texts.push((is("addition", "content")?, added.id));
        }
    }
    if texts.is_empty() {
        return Ok(event);
    }
    let taken = take(act, Some(row.id), &texts).await?;
    for (of, id) in &taken.texts {
        let missing = Missing { subject: of.of.0, subject_id: *id, field: of.name, audience: of.audience };
        let order = Order { basis: order.basis, note: None, request: order.request };
        system_record(act, (row.community_code, Some(row.id)), &missing, &order, RedactionStatus::Done).await?;
    }
    Ok(taken.told(event))
}

async fn system_additions(act: &Act<'_>, problem: Uuid) -> Result<Vec<problem_addition::Model>> {
    let select = problem_addition::Entity::find().filter(problem_addition::Column::ProblemId.eq(problem));
    Ok(select.all(&act.tx).await?)
}
