//! A file comes in: it is announced, then received.

use chrono::TimeDelta;
use entity::upload;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait};
use uuid::Uuid;

use crate::act::{Act, Call, Once};
use crate::app::App;
use crate::attachment::clean::{Bounds, Cleaned};
use crate::attachment::command::{StageUploadInput, UploadHeader, UploadTarget};
use crate::attachment::link::{self, Purpose};
use crate::attachment::read::FILE_NAME;
use crate::attachment::store;
use crate::error::{Code, Error, Result, Word};
use crate::event::{Event, Kind, hex};
use crate::policy::rows::attachment as rows;
use crate::policy::{Capability, Viewer};
use crate::problem::service::length;
use crate::read::load;
use crate::read::shape::Id;
use crate::text;
use crate::vault::sha256;

/// How long what was staged is kept for being attached.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// How many files one person may have staged and not attached.
const MOST: i64 = 30;

/// The bounds that the settings put on files.
#[must_use]
pub fn bounds(app: &App) -> Bounds {
    let settings = &app.config.attachments;
    Bounds {
        image_bytes: settings.image_bytes,
        document_bytes: settings.document_bytes,
        pixels: u64::from(settings.megapixels) * 1_000_000,
    }
}

/// Announces a file.
///
/// # Errors
/// `NOT_FOUND` for those who may neither report nor act, `OUT_OF_RANGE`, `TOO_LONG`, `FORBIDDEN` where too many wait.
pub async fn stage(call: Call<'_>, input: StageUploadInput) -> Result<UploadTarget> {
    let may = |capability: Capability| capability.held(call.viewer.role, call.viewer.scopes);
    if !may(Capability::ReportProblem) && !may(Capability::ActOnTask) {
        return Err(Error::not_found(""));
    }
    let id = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => id,
        Once::Now(act) => {
            let mut act = *act;
            let id = write(&mut act, &input).await?;
            call.commit_once(act, &input.idempotency_key, id).await?
        }
    };
    Ok(target(call.app, call.viewer, id))
}

async fn write(act: &mut Act<'_>, input: &StageUploadInput) -> Result<Uuid> {
    let bounds = bounds(act.app);
    let most = i64::try_from(bounds.image_bytes.max(bounds.document_bytes)).unwrap_or(i64::MAX);
    if !(1..=most).contains(&input.bytes) {
        return Err(Error::refused(Code::OutOfRange, "bytes", vec![1.into(), most.into()]));
    }
    let name = text::optional_line(input.file_name.as_deref(), "fileName", length::LINE)?;
    let waiting = load::scoped::<upload::Entity>(act.viewer, act.now, rows::upload)
        .filter(upload::Column::AttachedAt.is_null().and(upload::Column::ExpiresAt.gt(act.now)));
    if waiting.count(&act.tx).await? >= MOST {
        let why =
            Word::both(format!("已有 {MOST} 个文件上传后未使用"), format!("{MOST} files are staged and not attached"));
        return Err(Error::refused(Code::Forbidden, "", vec![why]));
    }
    let id = act.new_id();
    let row = upload::ActiveModel {
        id: Set(id),
        user_id: Set(act.viewer.user),
        folder: Set(store::new_name()?),
        declared_bytes: Set(input.bytes),
        file_name: Set(name.map(|name| act.app.vault.seal(FILE_NAME, name.as_bytes())).transpose()?),
        created_at: Set(act.now),
        expires_at: Set(act.now + KEPT),
        ..Default::default()
    };
    upload::Entity::insert(row).exec_without_returning(&act.tx).await?;
    act.emit(Event::new(Kind::UploadStaged, act.viewer.region, id).with("bytes", &input.bytes));
    Ok(id)
}

fn target(app: &App, viewer: &Viewer, id: Uuid) -> UploadTarget {
    let expires_at = app.clock.now() + link::SEND;
    UploadTarget {
        id: Id::new(id),
        url: link::make(&app.vault, Purpose::Send, id, viewer, expires_at),
        method: "PUT".into(),
        headers: vec![UploadHeader { name: "Content-Type".into(), value: "application/octet-stream".into() }],
        expires_at,
    }
}

/// An upload that waits for its bytes.
pub struct Awaited {
    /// The upload.
    pub id: Uuid,
    /// How many were announced.
    pub bytes: usize,
    folder: String,
}

/// The upload `id`, if it is the viewer's and waits for its bytes (or for the same once more: answers get lost on mobile).
///
/// # Errors
/// A fault of the database.
pub async fn awaited(app: &App, viewer: &Viewer, id: Uuid) -> Result<Option<Awaited>> {
    let now = app.clock.now();
    let found = load::scoped::<upload::Entity>(viewer, now, rows::upload)
        .filter(upload::Column::AttachedAt.is_null().and(upload::Column::ExpiresAt.gt(now)));
    let found = found.with_id(id).one(&app.db).await?;
    let bytes = found.as_ref().and_then(|found| usize::try_from(found.declared_bytes).ok());
    Ok(found.zip(bytes).map(|(found, bytes)| Awaited { id, bytes, folder: found.folder }))
}

/// Keeps what was received for an upload, and then says so: no transaction waits for the store. What is kept and never
/// said lies in the upload's folder, and goes with it.
///
/// # Errors
/// `NOT_FOUND` where it no longer waits; a fault of the store or the database.
pub async fn receive(app: &App, viewer: &Viewer, awaited: &Awaited, file: Cleaned) -> Result<()> {
    let key = format!("{}/{}", awaited.folder, store::new_name()?);
    app.files.keep(&app.vault, &key, &file.bytes).await?;
    let call = Call { app, viewer, command: "receiveUpload", digest: vec![] };
    let mut act = call.begin().await?;
    let found = load::need::<upload::Entity>(&act, rows::upload, awaited.id, "").await?;
    if found.attached_at.is_some() || found.expires_at <= act.now {
        return Err(Error::not_found(""));
    }
    let (digest, bytes) = (sha256(&[&file.bytes]), i64::try_from(file.bytes.len()).unwrap_or(i64::MAX));
    let event = Event::new(Kind::UploadReceived, viewer.region, found.id).with("bytes", &bytes);
    act.emit(event.with("type", &file.kind).commits("content", &hex(&digest)));
    let row = upload::ActiveModel {
        id: Unchanged(found.id),
        object_key: Set(Some(key)),
        file_type: Set(Some(file.kind)),
        bytes: Set(Some(bytes)),
        digest: Set(Some(digest)),
        received_at: Set(Some(act.now)),
        ..Default::default()
    };
    upload::Entity::update(row).exec(&act.tx).await?;
    act.commit().await
}
