//! Whether the server lives and is ready, and the keys that its tokens are signed with.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Server;
use super::accept::Media;
use super::observe::RequestId;
use super::refusal::{Refuser, language};
use crate::auth;
use crate::db;

/// How long the database may take before the server counts as not ready.
const PATIENCE: Duration = Duration::from_secs(2);
const NO_STORE: [(header::HeaderName, HeaderValue); 1] =
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];

/// `/healthz`: the process answers.
pub(super) async fn alive() -> Response {
    (NO_STORE, "ok\n").into_response()
}

/// `/readyz`: the database answers and is up to date, and the server is not about to stop.
pub(super) async fn ready(State(server): State<Arc<Server>>) -> Response {
    let (status, word) = if server.closing() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        match tokio::time::timeout(PATIENCE, db::pending(&server.app.db)).await {
            Ok(Ok(0)) => (StatusCode::OK, "ready\n"),
            Ok(Ok(_)) => (StatusCode::SERVICE_UNAVAILABLE, "the database lacks changes\n"),
            Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
        }
    };
    (status, NO_STORE, word).into_response()
}

/// `/.well-known/jwks.json`: the public keys (RFC 7517).
pub(super) async fn jwks(
    State(server): State<Arc<Server>>,
    Extension(RequestId(id)): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    match auth::key::jwks(&server.app).await {
        Ok(keys) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json")),
                (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
            ];
            (headers, keys.to_string()).into_response()
        }
        Err(error) => {
            tracing::error!(?error, "the keys cannot be read");
            Refuser { language: language(&headers), media: Media::Json, id: &id }.unavailable()
        }
    }
}
