//! What people ask about their data (个人信息权利请求), its clock, and the answer.

use entity::word::{RedactionStatus, SubjectRequestKind, SubjectRequestStatus};
use entity::{problem, redaction, region, subject_request};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::forbidden;
use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::{Event, Kind};
use crate::job::Reminder;
use crate::policy::rows::{place, privacy as rows, problem as problems};
use crate::privacy::command::{AnswerSubjectRequestInput, AskAboutMyDataInput, WithdrawSubjectRequestInput};
use crate::privacy::transition::{REQUESTS, Who, require};
use crate::problem::service::length;
use crate::read::{load, revision};
use crate::reporter::service::guest::system_requests;
use crate::text;

/// Within how many working days a request is answered: ours, the law says promptly (art. 50).
pub const WORKING_DAYS: u32 = 15;

/// Asks about one's data.
///
/// # Errors
/// `NOT_FOUND`, `REQUIRED` for a community that cannot be known otherwise, `TOO_LONG`; `DUPLICATE` where the same is asked
/// and not answered yet.
pub async fn ask(call: Call<'_>, input: AskAboutMyDataInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return Ok(id),
        Once::Now(act) => *act,
    };
    let content = text::optional_prose(input.content.as_deref(), "content", length::PROSE)?;
    let (community, problem) = about(&act, &input).await?;
    let id = write(&mut act, (community, problem), input.kind, content).await?;
    call.commit_once(act, &input.idempotency_key, id).await
}

/// Asks for the reporter without account of a problem, who acts; says whether anything was asked: the same again, while it
/// waits, is not.
///
/// # Errors
/// `TOO_LONG`; `DUPLICATE` where another of the kind is not answered yet.
pub async fn ask_of_report(
    act: &mut Act<'_>,
    row: &problem::Model,
    kind: SubjectRequestKind,
    content: Option<&str>,
) -> Result<bool> {
    let content = text::optional_prose(content, "content", length::PROSE)?;
    let before = system_requests(act, row.id).await?;
    let open = before.into_iter().find(|one| one.kind == kind && one.status == SubjectRequestStatus::Received);
    if open.is_some_and(|one| one.content == content) {
        return Ok(false);
    }
    write(act, (row.community_code, Some(row.id)), kind, content).await?;
    Ok(true)
}

/// Writes a request of the caller's, a person or the reporter without account of a problem, and says so.
async fn write(
    act: &mut Act<'_>,
    (community, problem): (i64, Option<Uuid>),
    kind: SubjectRequestKind,
    content: Option<String>,
) -> Result<Uuid> {
    let calendar = act.app.calendars.held(&act.tx).await?;
    let id = act.new_id();
    let row = subject_request::ActiveModel {
        id: Set(id),
        community_code: Set(community),
        problem_id: Set(problem),
        person_id: Set(act.viewer.person()),
        kind: Set(kind),
        content: Set(content.clone()),
        status: Set(SubjectRequestStatus::Received),
        asked_at: Set(act.now),
        due_at: Set(calendar.of(community).working_days(act.now, WORKING_DAYS)),
        reminded_at: Set(None),
        ended_at: Set(None),
        answered_by: Set(None),
        answer: Set(None),
        refusal: Set(None),
        revision: Set(1),
    };
    subject_request::Entity::insert(row).exec_without_returning(&act.tx).await.map_err(|error| {
        let words = vec![Word::both("同类请求尚未答复", "a request of this kind that is not answered yet")];
        Error::unless_unique(error, UserError::new(Code::Duplicate, "kind", words))
    })?;
    let event = told(Kind::SubjectRequestMade, community, (id, problem)).with("kind", &kind);
    act.emit(event.commits_if("content", content.as_deref()));
    Ok(id)
}

/// An event of a request: part of the record of the problem that it is about, where nobody reads it but its own row's
/// readers.
fn told(kind: Kind, community: i64, (id, problem): (Uuid, Option<Uuid>)) -> Event {
    Event::new(kind, community, id).on(problem)
}

fn told_of(kind: Kind, row: &subject_request::Model) -> Event {
    told(kind, row.community_code, (row.id, row.problem_id))
}

/// The community that answers, and the problem.
async fn about(act: &Act<'_>, input: &AskAboutMyDataInput) -> Result<(i64, Option<Uuid>)> {
    if let Some(id) = input.problem {
        let row = load::refer::<problem::Entity>(act, problems::problem, id.0, "problem").await?;
        return Ok((row.community_code, Some(row.id)));
    }
    if let Some(code) = &input.community_code {
        let code: i64 = code.parse().map_err(|_| Error::not_found("communityCode"))?;
        let seen = load::scoped::<region::Entity>(act.viewer, act.now, place::regions);
        let seen = seen.filter(region::Column::Code.eq(code)).any(&act.tx).await?;
        if code % 1000 == 0 || !seen {
            return Err(Error::not_found("communityCode"));
        }
        return Ok((code, None));
    }
    if act.viewer.region % 1000 == 0 {
        return Err(Error::refused(Code::Required, "communityCode", vec![]));
    }
    Ok((act.viewer.region, None))
}

/// The request, in a state in which it can be done, as the caller has seen it.
async fn found(
    act: &Act<'_>,
    rule: load::RowRule,
    (id, expected): (Uuid, &str),
    (mutation, who): (&str, Who),
) -> Result<subject_request::Model> {
    let row = load::need::<subject_request::Entity>(act, rule, id, "subjectRequest").await?;
    require(REQUESTS, mutation, who, row.status)?;
    revision::check(&act.app.vault, row.id, row.revision, expected)?;
    Ok(row)
}

/// Withdraws one's own request.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` for another's, `INVALID_TRANSITION`, `REVISION_CONFLICT`.
pub async fn withdraw(call: Call<'_>, input: WithdrawSubjectRequestInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let seen =
        load::refer::<subject_request::Entity>(&act, rows::subject_request, input.subject_request.0, "subjectRequest")
            .await?;
    if seen.person_id.is_none() || seen.person_id != act.viewer.person() {
        return Err(Error::not_yours());
    }
    let of = (input.subject_request.0, input.expected_revision.as_str());
    let row = found(&act, rows::subject_request, of, ("withdrawSubjectRequest", Who::Person)).await?;
    let change = subject_request::ActiveModel {
        id: Unchanged(row.id),
        status: Set(SubjectRequestStatus::Withdrawn),
        ended_at: Set(Some(act.now)),
        revision: Set(row.revision + 1),
        ..Default::default()
    };
    subject_request::Entity::update(change).exec(&act.tx).await?;
    act.emit(told_of(Kind::SubjectRequestWithdrawn, &row));
    act.commit().await?;
    Ok(row.id)
}

/// Answers a request, or refuses it.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN` for one's own and for a deletion that nothing was done for, `INVALID_TRANSITION`,
/// `REVISION_CONFLICT`, `REQUIRED`, `TOO_LONG`.
pub async fn answer(call: Call<'_>, input: AnswerSubjectRequestInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let seen =
        load::refer::<subject_request::Entity>(&act, rows::subject_request, input.subject_request.0, "subjectRequest")
            .await?;
    if seen.person_id.is_some() && seen.person_id == act.viewer.person() {
        return Err(Error::not_yours());
    }
    let of = (input.subject_request.0, input.expected_revision.as_str());
    let row = found(&act, rows::answered, of, ("answerSubjectRequest", Who::Office)).await?;
    let answer = text::prose(&input.answer, "answer", length::PROSE)?;
    if row.kind == SubjectRequestKind::Deletion && input.refusal.is_none() && !system_erased(&act, row.id).await? {
        let (zh, en) = ("请先删除相关信息，再答复", "erase what it is about first, for this request");
        return Err(forbidden("subjectRequest", zh, en));
    }
    let (status, kind) = match input.refusal {
        Some(_) => (SubjectRequestStatus::Refused, Kind::SubjectRequestRefused),
        None => (SubjectRequestStatus::Answered, Kind::SubjectRequestAnswered),
    };
    let change = subject_request::ActiveModel {
        id: Unchanged(row.id),
        status: Set(status),
        ended_at: Set(Some(act.now)),
        answered_by: Set(act.viewer.person()),
        answer: Set(Some(answer.clone())),
        refusal: Set(input.refusal),
        revision: Set(row.revision + 1),
        ..Default::default()
    };
    subject_request::Entity::update(change).exec(&act.tx).await?;
    let event = told_of(kind, &row).with("refusal", &input.refusal);
    act.emit(event.commits("answer", &answer));
    act.commit().await?;
    Ok(row.id)
}

/// Whether something was taken out for a request.
async fn system_erased(act: &Act<'_>, request: Uuid) -> Result<bool> {
    let done = redaction::Entity::find()
        .filter(redaction::Column::SubjectRequestId.eq(request))
        .filter(redaction::Column::Status.eq(RedactionStatus::Done));
    Ok(done.count(&act.tx).await? > 0)
}

/// The requests that were not answered in time.
pub const LATE: Reminder<subject_request::Entity> = Reminder {
    columns: [subject_request::Column::Id, subject_request::Column::DueAt, subject_request::Column::RemindedAt],
    due: |now| {
        Condition::all()
            .add(subject_request::Column::Status.eq(SubjectRequestStatus::Received))
            .add(subject_request::Column::DueAt.lt(now))
    },
    problem: |row| system_problem(row.id),
    event: |row| told_of(Kind::SubjectRequestOverdue, row).with("due", &row.due_at),
};

/// The problem that a request is about.
fn system_problem(request: Uuid) -> SelectStatement {
    let of = subject_request::Entity::find_by_id(request);
    of.select_only().column(subject_request::Column::ProblemId).into_query()
}
