//! The GraphiQL page, out of the program itself, and the headers that keep a browser from doing more than it needs.

use axum::Extension;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::observe::RequestId;
use super::refusal;
use crate::event::hex;

/// The built page.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Assets;

/// What the page may load and do: its own files, and requests to its own server.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// What anything else may: nothing.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// `/`.
pub(super) async fn index(id: Extension<RequestId>, headers: HeaderMap) -> Response {
    match Assets::get("index.html") {
        Some(file) => refusal::with(show(&file, &headers), header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        None => refusal::not_found(id, headers).await,
    }
}

/// `/assets/…`.
pub(super) async fn asset(Path(path): Path<String>, id: Extension<RequestId>, headers: HeaderMap) -> Response {
    match Assets::get(&path).filter(|_| path != "index.html") {
        Some(file) => show(&file, &headers),
        None => refusal::not_found(id, headers).await,
    }
}

/// A file, or 304 where the browser has it. Names carry no version, so that each use asks.
fn show(file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..16]));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|given| given.to_str().ok());
    let known = known.is_some_and(|given| given.split(',').any(|given| given.trim().trim_start_matches("W/") == tag));
    let kind = match file.metadata.mimetype() {
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    };
    let caching = [(header::ETAG, tag), (header::CACHE_CONTROL, "public, no-cache".to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, kind)], file.data.clone().into_owned()).into_response()
}

/// Sets the headers that every answer carries.
pub(super) async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}
