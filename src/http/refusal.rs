//! What the door itself says no to, in the form of a GraphQL answer without data.

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::accept::Media;
use super::observe::RequestId;
use crate::error::{Code, Complaint, Language, Word};

/// The challenge of an answer 401 (RFC 6750 §3).
pub(super) const CHALLENGE: &str = "Bearer";
pub(super) const CHALLENGE_INVALID: &str = "Bearer error=\"invalid_token\"";

/// After how long it is worth coming again to a server that lacks its database.
const SOON_SECONDS: u64 = 1;

/// Who is refused: for the language, the form and the number that the log knows it by.
pub(super) struct Refuser<'a> {
    pub(super) language: Language,
    pub(super) media: Media,
    pub(super) id: &'a str,
}

impl Refuser<'_> {
    /// A refusal with `code`.
    pub(super) fn refuse(&self, status: StatusCode, code: Code, words: Vec<Word>) -> Response {
        let retryable = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        self.answer(status, code, words, json!({ "retryable": retryable }))
    }

    fn answer(&self, status: StatusCode, code: Code, words: Vec<Word>, mut extensions: Value) -> Response {
        extensions["code"] = json!(code.text());
        extensions["requestId"] = json!(self.id);
        let message = Complaint::new(code, words).message(self.language);
        let body = json!({ "errors": [{ "message": message, "extensions": extensions }] });
        (status, [(header::CONTENT_TYPE, self.media.header())], body.to_string()).into_response()
    }

    /// 503 for what cannot be told for the moment, with when to come again.
    pub(super) fn unavailable(&self) -> Response {
        let extensions = json!({ "retryable": true, "retryAfterMs": SOON_SECONDS * 1000 });
        let refusal = self.answer(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, vec![], extensions);
        with(refusal, header::RETRY_AFTER, HeaderValue::from(SOON_SECONDS))
    }

    /// 401 with a challenge.
    pub(super) fn unauthenticated(&self, challenge: &'static str) -> Response {
        let refusal = self.refuse(StatusCode::UNAUTHORIZED, Code::Unauthenticated, vec![]);
        with(refusal, header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// 405 with what is allowed.
    pub(super) fn method(&self, allowed: &'static str) -> Response {
        let refusal = self.refuse(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, vec![allowed.into()]);
        with(refusal, header::ALLOW, HeaderValue::from_static(allowed))
    }
}

/// With one header more.
pub(super) fn with(mut response: Response, name: header::HeaderName, value: HeaderValue) -> Response {
    response.headers_mut().insert(name, value);
    response
}

/// The language of messages that a client asks for.
pub(super) fn language(headers: &HeaderMap) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::accepted(header.unwrap_or_default())
}

/// For a path that nothing is at.
pub(super) async fn not_found(Extension(RequestId(id)): Extension<RequestId>, headers: HeaderMap) -> Response {
    let refuser = Refuser { language: language(&headers), media: Media::Json, id: &id };
    refuser.refuse(StatusCode::NOT_FOUND, Code::NotFound, vec![])
}

/// For a path that can be read and no more.
pub(super) async fn read_only(Extension(RequestId(id)): Extension<RequestId>, headers: HeaderMap) -> Response {
    Refuser { language: language(&headers), media: Media::Json, id: &id }.method("GET, HEAD")
}
