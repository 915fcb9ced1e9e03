//! Redactions (删除文本): done by the street, asked for by the secretary, decided by the street.

use entity::redaction;
use entity::word::{RedactionStatus, Role};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::take::{Home, Taken, system_home, take};
use super::{Missing, Order, free, office, pending, system_record};
use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, Word};
use crate::event::text::{self as kept, TOMBSTONE, Text};
use crate::event::{Event, Kind};
use crate::id::{TypeId, split};
use crate::policy::rows::privacy as rows;
use crate::privacy::command::{AskForRedactionInput, DecideRedactionInput, RedactTextInput};
use crate::privacy::transition::{REDACTIONS, Who, require};
use crate::problem::service::{Case, length, write};
use crate::read::{load, revision};
use crate::text;

/// A text that is to go: which, where it belongs, and the problem that the caller decides on.
struct Target {
    of: &'static Text,
    id: Uuid,
    home: Home,
    case: Option<Case>,
}

impl Target {
    fn missing(&self) -> Missing<'static> {
        Missing { subject: self.of.of.0, subject_id: self.id, field: self.of.name, audience: self.of.audience }
    }

    fn place(&self) -> (i64, Option<Uuid>) {
        (self.home.community_code, self.home.problem_id)
    }

    fn event(&self, kind: Kind, id: Uuid) -> Event {
        let event = Event::new(kind, self.home.community_code, id).with("of", &TypeId(self.of.of, self.id));
        event.on(self.home.problem_id)
    }
}

/// Takes a text out of the record.
///
/// # Errors
/// `INVALID_ID`, `INVALID_VALUE` for what is no text, `NOT_FOUND`, `FORBIDDEN` for all but the office and under a legal
/// hold, `INVALID_TRANSITION` where it is asked for and to be decided on, `REVISION_CONFLICT` of the problem, `DUPLICATE` where it was done before.
pub async fn redact(call: Call<'_>, input: RedactTextInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let target = target(&act, &input.subject, &input.field).await?;
    if system_asked(&act, &target).await? {
        require(REDACTIONS, "redactText", Who::Office, RedactionStatus::Pending)?;
    }
    let known = target.case.as_ref().map(|case| (case.row.id, case.row.revision));
    revision::check_found(&act.app.vault, known, input.expected_revision.as_deref())?;
    let order = order(&act, input.basis, input.note.as_deref(), input.subject_request.map(|id| id.0)).await?;
    there(&act, &target).await?;
    let id = bury(&mut act, &target, &order, None).await?;
    call.commit_once(act, &input.idempotency_key, id).await
}

/// Asks for it.
///
/// # Errors
/// Those of [`redact`]; `DUPLICATE` where it is asked for already.
pub async fn ask(call: Call<'_>, input: AskForRedactionInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let target = target(&act, &input.subject, &input.field).await?;
    let order = order(&act, input.basis, input.note.as_deref(), input.subject_request.map(|id| id.0)).await?;
    there(&act, &target).await?;
    let id = system_record(&act, target.place(), &target.missing(), &order, RedactionStatus::Pending).await?;
    act.emit(
        target.event(Kind::RedactionAsked, id).with("basis", &order.basis).commits_if("note", order.note.as_deref()),
    );
    call.commit_once(act, &input.idempotency_key, id).await
}

/// Decides on what was asked for.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION` once it is decided, `FORBIDDEN` for all but the office and under a legal hold.
pub async fn decide(call: Call<'_>, input: DecideRedactionInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let row = load::need::<redaction::Entity>(&act, rows::redaction, input.redaction.0, "redaction").await?;
    let decided = require(REDACTIONS, "decideRedaction", Who::Office, row.status);
    let Some(of) = kept::text(&row.subject, &row.field) else {
        // Contact data and files are no texts, and nobody asks for them.
        decided?;
        return Err(Error::fault("a redaction of no text"));
    };
    let target = decided_by(&act, of, row.subject_id, "redaction").await?;
    decided?;
    if input.approve {
        there(&act, &target).await?;
        let order = Order { basis: row.basis, note: None, request: row.subject_request_id };
        bury(&mut act, &target, &order, Some(row.id)).await?;
    } else {
        act.emit(target.event(Kind::RedactionRefused, row.id));
    }
    let decided = redaction::ActiveModel {
        id: Unchanged(row.id),
        status: Set(if input.approve { RedactionStatus::Done } else { RedactionStatus::Refused }),
        decided_by: Set(act.viewer.person()),
        decided_by_role: Set(Some(act.viewer.role)),
        decided_at: Set(Some(act.now)),
        ..Default::default()
    };
    redaction::Entity::update(decided).exec(&act.tx).await?;
    act.commit().await?;
    Ok(row.id)
}

/// Whether it is asked for, and not decided.
async fn system_asked(act: &Act<'_>, target: &Target) -> Result<bool> {
    let asked = pending(target.id, target.of.name);
    Ok(redaction::Entity::find().filter(asked).count(&act.tx).await? > 0)
}

/// What is named, if the caller decides on it.
async fn target(act: &Act<'_>, subject: &str, field: &str) -> Result<Target> {
    let no_id = || Error::refused(Code::InvalidId, "subject", vec![Word::both("一项记录", "a part of the record")]);
    let (of, id) = split(subject).ok_or_else(no_id)?;
    let known: Vec<_> = kept::TEXTS.iter().filter(|known| known.of.0 == of).map(|known| known.name).collect();
    if known.is_empty() {
        return Err(no_id());
    }
    let Some(of) = kept::text(of, field) else {
        let known = known.join(", ");
        let why = Word::Both(format!("可删除的文本：{known}"), format!("its texts are {known}"));
        return Err(Error::refused(Code::InvalidValue, "field", vec![why]));
    };
    decided_by(act, of, id, "subject").await
}

async fn decided_by(act: &Act<'_>, of: &'static Text, id: Uuid, path: &str) -> Result<Target> {
    let home = system_home(act, of, id).await?.ok_or_else(|| Error::not_found(path))?;
    let case = if let Some(problem) = home.problem_id {
        let case = Case::of(act, problem, path).await?;
        office(&case)?;
        Some(case)
    } else {
        let keeps = matches!(act.viewer.role, Role::Secretary | Role::StreetCoordinator);
        if !keeps || !act.viewer.covers(home.community_code) {
            return Err(Error::not_found(path));
        }
        None
    };
    Ok(Target { of, id, home, case })
}

/// The basis, with a request that the caller answers.
pub(super) async fn order(
    act: &Act<'_>,
    basis: entity::word::RedactionBasis,
    note: Option<&str>,
    request: Option<Uuid>,
) -> Result<Order> {
    let note = text::optional_prose(note, "note", length::PROSE)?;
    if let Some(id) = request {
        load::refer::<entity::subject_request::Entity>(act, rows::answered, id, "subjectRequest").await?;
    }
    Ok(Order { basis, note, request })
}

/// Says no where there is no such text, it was taken out before, or the law has it kept.
async fn there(act: &Act<'_>, target: &Target) -> Result<()> {
    if let Some(case) = &target.case {
        free(act, &case.row, "subject")?;
    }
    let found = kept::system_read(&act.tx, target.of.place, vec![target.id]).await?;
    match found.first().map(|(_, text)| text.as_str()) {
        None => {
            let why = Word::both("没有这项文本", "there is no such text");
            Err(Error::refused(Code::InvalidValue, "field", vec![why]))
        }
        Some(TOMBSTONE) => {
            let why = Word::both("该文本已删除", "it was redacted before");
            Err(Error::refused(Code::Duplicate, "field", vec![why]))
        }
        Some(_) => Ok(()),
    }
}

/// Does it, and says so; `asked` is what was asked for, if it was.
async fn bury(act: &mut Act<'_>, target: &Target, order: &Order, asked: Option<Uuid>) -> Result<Uuid> {
    let taken: Taken = take(act, target.home.problem_id, &[(target.of, target.id)]).await?;
    let first = match asked {
        Some(id) => id,
        None => system_record(act, target.place(), &target.missing(), order, RedactionStatus::Done).await?,
    };
    for (of, id) in taken.texts.iter().skip(1) {
        let copy = Missing { subject: of.of.0, subject_id: *id, field: of.name, audience: of.audience };
        let copied = Order { basis: order.basis, note: None, request: order.request };
        system_record(act, target.place(), &copy, &copied, RedactionStatus::Done).await?;
    }
    if let Some(case) = &target.case {
        write(act, case.change()).await?;
    }
    let event = taken.told(target.event(Kind::TextRedacted, first)).with("basis", &order.basis);
    act.emit(if asked.is_none() { event.commits_if("note", order.note.as_deref()) } else { event });
    Ok(first)
}
