//! A file that was received gets its parent row.

use entity::word::{AttachmentKind, AttachmentStatus, ProblemAction};
use entity::{attachment, disposition, problem_addition, upload};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait};
use uuid::Uuid;

use super::{Among, neutral_name};
use crate::act::{Act, Call, Once};
use crate::attachment::command::{AttachToDispositionInput, AttachToReportInput};
use crate::disposition::service::Work;
use crate::error::{Code, Error, Result, Word};
use crate::event::{Event, Kind, hex};
use crate::id::{TypeId, prefix};
use crate::policy::rows::{attachment as rows, problem, record};
use crate::problem::service::Case;
use crate::read::load;

/// How many files a report, or a disposition, may have.
const MOST: i64 = 20;

/// Where a file goes.
struct Parent<'a> {
    case: &'a Case,
    addition: Option<Uuid>,
    disposition: Option<Uuid>,
    kind: AttachmentKind,
}

/// Attaches a file to a report.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `INVALID_VALUE` before the bytes have arrived.
pub async fn to_report(call: Call<'_>, input: AttachToReportInput) -> Result<Uuid> {
    match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => Ok(id),
        Once::Now(act) => {
            let mut act = *act;
            let case = Case::of(&act, input.problem.0, "problem").await?;
            if let Some(addition) = input.addition {
                let found = load::refer::<problem_addition::Entity>(&act, record::addition, addition.0, "addition");
                if found.await?.problem_id != case.row.id {
                    return Err(Error::not_found("addition"));
                }
            }
            named(&act, input.upload.0).await?;
            case.require(&act, ProblemAction::Add)?;
            let addition = input.addition.map(|addition| addition.0);
            let parent = Parent { case: &case, addition, disposition: None, kind: input.kind };
            let id = attach(&mut act, input.upload.0, &parent).await?;
            call.commit_once(act, &input.idempotency_key, id).await
        }
    }
}

/// Attaches a file to a disposition.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `INVALID_VALUE` before the bytes have arrived.
pub async fn to_disposition(call: Call<'_>, input: AttachToDispositionInput) -> Result<Uuid> {
    match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => Ok(id),
        Once::Now(act) => {
            let mut act = *act;
            let id = input.disposition.0;
            let found = load::refer::<disposition::Entity>(&act, problem::disposition, id, "disposition").await?;
            named(&act, input.upload.0).await?;
            let task = found.task_id.ok_or_else(|| Error::not_found("disposition"))?;
            let work = Work::of(&act, task, ProblemAction::Record).await?;
            let parent = Parent { case: &work.case, addition: None, disposition: Some(found.id), kind: input.kind };
            let id = attach(&mut act, input.upload.0, &parent).await?;
            call.commit_once(act, &input.idempotency_key, id).await
        }
    }
}

/// Says no where an upload is not the viewer's, before it is told what else does not fit.
async fn named(act: &Act<'_>, upload: Uuid) -> Result<()> {
    load::refer::<upload::Entity>(act, rows::upload, upload, "upload").await.map(|_| ())
}

async fn attach(act: &mut Act<'_>, id: Uuid, parent: &Parent<'_>) -> Result<Uuid> {
    let sent = load::need::<upload::Entity>(act, rows::upload, id, "upload").await?;
    if sent.attached_at.is_some() || sent.expires_at <= act.now {
        return Err(Error::not_found("upload"));
    }
    let (Some(file_type), Some(bytes), Some(digest)) = (sent.file_type, sent.bytes, sent.digest) else {
        let why = Word::both("文件内容尚未送达", "its bytes have not arrived");
        return Err(Error::refused(Code::InvalidValue, "upload", vec![why]));
    };
    let problem = &parent.case.row;
    room(act, problem.id, parent.disposition).await?;
    let among = parent.disposition.map_or(Among::Report, Among::Disposition);
    let id = act.new_id();
    let row = attachment::ActiveModel {
        id: Set(id),
        problem_id: Set(problem.id),
        community_code: Set(problem.community_code),
        addition_id: Set(parent.addition),
        disposition_id: Set(parent.disposition),
        original_id: Set(None),
        kind: Set(parent.kind),
        status: Set(AttachmentStatus::Attached),
        name: Set(neutral_name(act, problem.id, file_type, among).await?),
        file_name: Set(sent.file_name),
        file_type: Set(file_type),
        bytes: Set(bytes),
        digest: Set(digest.clone()),
        object_key: Set(sent.object_key),
        uploaded_by: Set(act.viewer.user),
        uploaded_by_role: Set(act.viewer.role),
        uploaded_by_party_id: Set(act.viewer.party),
        created_at: Set(act.now),
        withdrawn_at: Set(None),
    };
    attachment::Entity::insert(row).exec_without_returning(&act.tx).await?;
    let used = upload::ActiveModel { id: Unchanged(sent.id), attached_at: Set(Some(act.now)), ..Default::default() };
    upload::Entity::update(used).exec(&act.tx).await?;
    let event = told(parent, id).with("kind", &parent.kind).with("type", &file_type).with("bytes", &bytes);
    act.emit(event.commits("content", &hex(&digest)));
    Ok(id)
}

fn told(parent: &Parent<'_>, id: Uuid) -> Event {
    match parent.disposition {
        Some(disposition) => parent
            .case
            .event_of(Kind::AttachmentRecorded, id)
            .with("disposition", &TypeId(prefix::DISPOSITION, disposition)),
        None => parent
            .case
            .event_of(Kind::AttachmentAdded, id)
            .with("addition", &parent.addition.map(|addition| TypeId(prefix::ADDITION, addition))),
    }
}

/// Says no where the report or disposition has as many files as it may.
async fn room(act: &Act<'_>, problem: Uuid, disposition: Option<Uuid>) -> Result<()> {
    use attachment::Column as C;
    let parent = match disposition {
        Some(disposition) => C::DispositionId.eq(disposition),
        None => C::ProblemId.eq(problem).and(C::DispositionId.is_null()).and(C::OriginalId.is_null()),
    };
    let there = load::scoped::<attachment::Entity>(act.viewer, act.now, rows::attachment).filter(parent);
    if there.count(&act.tx).await? < MOST {
        return Ok(());
    }
    let why = Word::both(format!("附件已满 {MOST} 个"), format!("there are {MOST} files already"));
    Err(Error::refused(Code::Forbidden, "", vec![why]))
}
