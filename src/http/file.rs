//! `/files/{token}`: a file is read or sent by a capability link. The token is the only credential, and it gets into no log
//! line or figure: those carry the route's pattern.

use std::sync::{Arc, LazyLock};

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use multer::{Constraints, Multipart, SizeLimit};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::Server;
use super::accept::Media;
use super::observe::RequestId;
use super::refusal::{Refuser, language};
use crate::attachment::clean::{self, Cleaned};
use crate::attachment::link::{self, Purpose};
use crate::attachment::service::{open, stage};
use crate::auth::{self, Denied};
use crate::error::{Code, Complaint, Error, Word};
use crate::policy::Viewer;

/// A page in a frame of its own that may do nothing: no script, no form, no request.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
/// How many files are decoded at once: each may take some hundred megabytes.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));
/// What the form around a file may add to it.
const FORM_BYTES: u64 = 64 * 1024;

/// Answers all methods.
pub(super) async fn answer(
    State(server): State<Arc<Server>>,
    Extension(RequestId(id)): Extension<RequestId>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let refuser = Refuser { language: language(request.headers()), media: Media::Json, id: &id };
    let method = request.method().clone();
    let answer = match method {
        Method::GET | Method::HEAD => read(&server, &refuser, &token).await,
        Method::PUT | Method::POST => send(&server, &refuser, &token, request).await,
        _ => Err(refuser.method("GET, HEAD, PUT, POST")),
    };
    answer.unwrap_or_else(|refusal| refusal)
}

async fn read(server: &Server, refuser: &Refuser<'_>, token: &str) -> Result<Response, Response> {
    let (subject, viewer) = behind(server, refuser, Purpose::Read, token).await?;
    let file = open::open(&server.app, &viewer, subject).await.map_err(|error| fault(refuser, &error))?;
    let file = file.ok_or_else(|| missing(refuser))?;
    // Only an image is shown in the page that asks for it.
    let shown = if file.content_type.starts_with("image/") { "inline" } else { "attachment" };
    let headers = [
        (header::CONTENT_TYPE, file.content_type),
        (header::CONTENT_DISPOSITION, format!("{shown}; filename=\"{}\"", file.name)),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_SECURITY_POLICY, SANDBOX.to_owned()),
    ];
    Ok((headers, file.bytes).into_response())
}

async fn send(server: &Server, refuser: &Refuser<'_>, token: &str, request: Request) -> Result<Response, Response> {
    let (subject, viewer) = behind(server, refuser, Purpose::Send, token).await?;
    let awaited = stage::awaited(&server.app, &viewer, subject).await.map_err(|error| fault(refuser, &error))?;
    let awaited = awaited.ok_or_else(|| missing(refuser))?;
    let transfer = server.app.config.attachments.transfer;
    let sent = tokio::time::timeout(transfer, received(refuser, request, awaited.bytes)).await;
    let late = |_| refuser.refuse(StatusCode::REQUEST_TIMEOUT, Code::TimedOut, vec![transfer.as_secs().into()]);
    let sent = sent.map_err(late)??;
    if sent.len() != awaited.bytes {
        let why = Word::both(
            format!("应为 {} 字节，收到 {} 字节", awaited.bytes, sent.len()),
            format!("{} bytes were announced and {} came", awaited.bytes, sent.len()),
        );
        return Err(refuser.refuse(StatusCode::BAD_REQUEST, Code::BadRequest, vec![why]));
    }
    let file = cleaned(server, refuser, sent).await?;
    match stage::receive(&server.app, &viewer, &awaited, file).await {
        Ok(()) => Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response()),
        Err(Error::Refused(_)) => Err(missing(refuser)),
        Err(error) => Err(fault(refuser, &error)),
    }
}

/// What a link is about, and whom it was given to.
async fn behind(
    server: &Server,
    refuser: &Refuser<'_>,
    purpose: Purpose,
    token: &str,
) -> Result<(Uuid, Viewer), Response> {
    let app = &server.app;
    let link = link::read(&app.vault, purpose, token, app.clock.now()).ok_or_else(|| missing(refuser))?;
    match auth::behind_link(app, link.post, link.family, link.token).await {
        Ok(viewer) => Ok((link.subject, viewer)),
        Err(Denied::Rejected) => Err(missing(refuser)),
        Err(Denied::Unreadable) => Err(refuser.unavailable()),
    }
}

/// The bytes: the body of a PUT, the file of a form. Neither is read further than was announced.
async fn received(refuser: &Refuser<'_>, request: Request, awaited: usize) -> Result<Bytes, Response> {
    let too_large = || refuser.refuse(StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, vec![awaited.into()]);
    if request.method() == Method::PUT {
        return match Limited::new(request.into_body(), awaited).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
            Err(_) => Err(broken(refuser)),
        };
    }
    let boundary = boundary(request.headers()).ok_or_else(|| {
        let kind = "multipart/form-data";
        refuser.refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, vec![kind.into()])
    })?;
    match form(request.into_body(), &boundary, awaited as u64).await {
        Ok(Some(file)) => Ok(file),
        Err(multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. }) => Err(too_large()),
        Ok(None) | Err(_) => Err(broken(refuser)),
    }
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(header::CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// The first part that has a file name.
async fn form(body: Body, boundary: &str, awaited: u64) -> Result<Option<Bytes>, multer::Error> {
    let most = SizeLimit::new().whole_stream(awaited + FORM_BYTES).per_field(awaited);
    let constraints = Constraints::new().size_limit(most);
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    while let Some(part) = form.next_field().await? {
        if part.file_name().is_some() {
            return part.bytes().await.map(Some);
        }
    }
    Ok(None)
}

/// What is kept of the bytes; beside the requests, a bounded number at once.
async fn cleaned(server: &Server, refuser: &Refuser<'_>, sent: Bytes) -> Result<Cleaned, Response> {
    let bounds = stage::bounds(&server.app);
    let permit = AT_ONCE.acquire().await.map_err(|_| refuser.unavailable())?;
    // What the decoders panic at is a damaged file as well.
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        clean::clean(&sent, bounds)
    });
    let done = done.await.unwrap_or_else(|_| Err(clean::unreadable()));
    done.map_err(|complaint| {
        let status = status(&complaint);
        refuser.refuse(status, complaint.code, complaint.words)
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "there are many codes, and of a file only these")]
fn status(complaint: &Complaint) -> StatusCode {
    match complaint.code {
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// One answer for what is missing, over, withdrawn, out of sight or no link of ours.
fn missing(refuser: &Refuser<'_>) -> Response {
    no_store(refuser.refuse(StatusCode::NOT_FOUND, Code::NotFound, vec![]))
}

fn broken(refuser: &Refuser<'_>) -> Response {
    let why = Word::both("正文不完整，或不是所需的表单", "the body ended early or is no form with one file");
    refuser.refuse(StatusCode::BAD_REQUEST, Code::BadRequest, vec![why])
}

fn fault(refuser: &Refuser<'_>, error: &Error) -> Response {
    tracing::error!(?error, "a file cannot be read or kept");
    refuser.refuse(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, vec![])
}

fn no_store(response: Response) -> Response {
    super::refusal::with(response, header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}
