//! GraphQL over HTTP: which requests are taken, and with what status they are answered.
//!
//! The order of refusals: a token that does not hold (401), or of which that cannot be read (503), before all else, then what the client can read (406), the
//! method (405), the type of the body (415), its size (413), its form (400).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::Server;
use super::accept::{Media, is_json};
use super::observe::RequestId;
use super::params::{self, Params};
use super::refusal::{CHALLENGE, CHALLENGE_INVALID, Refuser, language, with};
use super::wire::Peer;
use crate::auth::{self, Denied};
use crate::error::Code;
use crate::policy::Viewer;
use crate::read::door::{Answer, Ask, Outcome};

/// What the answer of a request depends on besides its address.
const VARY: HeaderValue = HeaderValue::from_static("Accept, Accept-Language, Authorization");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Answers a request at `/graphql`.
pub(super) async fn answer(
    State(server): State<Arc<Server>>,
    Extension(RequestId(id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let media = Media::accepted(request.headers());
    let language = language(request.headers());
    let refuser = Refuser { language, media: media.unwrap_or(Media::Json), id: &id };
    let answered = match viewer(&server, request.headers()).await {
        Err(denied) => Err(deny(&refuser, denied)),
        Ok(_) if media.is_none() => {
            let offered = "application/graphql-response+json, application/json";
            Err(refuser.refuse(StatusCode::NOT_ACCEPTABLE, Code::NotAcceptable, vec![offered.into()]))
        }
        Ok(viewer) => run(&server, viewer.as_ref(), &refuser, request).await,
    };
    let response = answered.unwrap_or_else(|refusal| refusal);
    with(with(response, header::VARY, VARY), header::CACHE_CONTROL, NO_STORE)
}

async fn run(
    server: &Server,
    viewer: Option<&Viewer>,
    refuser: &Refuser<'_>,
    request: Request,
) -> Result<Response, Response> {
    let address = address(&request, server.app.config.http.proxies);
    let queries_only = request.method() == Method::GET;
    let Params { query, operation, variables } = read(server, refuser, request).await?;
    let ask = Ask { query, operation, variables, language: refuser.language, address, queries_only };
    let timeout = server.app.config.http.timeout;
    // Dropped where it is too late: its transaction is rolled back.
    let answering = tokio::time::timeout(timeout, server.door.answer(&server.app, viewer, ask, refuser.id));
    let answer = answering.await.map_err(|_| late(refuser, StatusCode::SERVICE_UNAVAILABLE, timeout))?;
    Ok(respond(refuser, answer))
}

async fn read(server: &Server, refuser: &Refuser<'_>, request: Request) -> Result<Params, Response> {
    let wrong = |wrong: &'static str| refuser.refuse(StatusCode::BAD_REQUEST, Code::BadRequest, vec![wrong.into()]);
    match *request.method() {
        Method::GET => {
            let pairs = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
            let Query(pairs) = pairs.map_err(|_| wrong("the URL's parameters cannot be read"))?;
            params::from_url(pairs).map_err(wrong)
        }
        Method::POST => {
            // Also what keeps out the requests that a page of any origin can have a browser send.
            if !is_json(request.headers()) {
                let kind = "application/json";
                return Err(refuser.refuse(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    Code::UnsupportedMediaType,
                    vec![kind.into()],
                ));
            }
            let body = body(server, refuser, request.into_body()).await?;
            params::from_body(&body).map_err(wrong)
        }
        _ => Err(refuser.method("GET, POST")),
    }
}

async fn body(server: &Server, refuser: &Refuser<'_>, body: Body) -> Result<Bytes, Response> {
    let http = &server.app.config.http;
    let collecting = tokio::time::timeout(http.timeout, Limited::new(body, http.body_bytes).collect());
    match collecting.await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let words = vec![http.body_bytes.into()];
            Err(refuser.refuse(StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, words))
        }
        Ok(Err(_)) => {
            let words = vec!["the body ended early".into()];
            Err(refuser.refuse(StatusCode::BAD_REQUEST, Code::BadRequest, words))
        }
        Err(_) => Err(late(refuser, StatusCode::REQUEST_TIMEOUT, http.timeout)),
    }
}

fn late(refuser: &Refuser<'_>, status: StatusCode, timeout: Duration) -> Response {
    refuser.refuse(status, Code::TimedOut, vec![timeout.as_secs().into()])
}

/// The status of an answer, by how it stands and in what type it comes.
fn respond(refuser: &Refuser<'_>, answer: Answer) -> Response {
    let (status, extra) = match answer.outcome {
        Outcome::Executed => (StatusCode::OK, None),
        Outcome::Refused => match refuser.media {
            Media::Response => (StatusCode::BAD_REQUEST, None),
            Media::Json => (StatusCode::OK, None),
        },
        Outcome::Unauthenticated => {
            (StatusCode::UNAUTHORIZED, Some((header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE))))
        }
        Outcome::MutationByGet => {
            (StatusCode::METHOD_NOT_ALLOWED, Some((header::ALLOW, HeaderValue::from_static("POST"))))
        }
        Outcome::Throttled(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, Some((header::RETRY_AFTER, HeaderValue::from(seconds))))
        }
        Outcome::Failed => (StatusCode::INTERNAL_SERVER_ERROR, None),
    };
    let labels = [("operation", answer.operation), ("outcome", outcome(answer.outcome))];
    metrics::counter!("liufang_graphql_requests_total", &labels).increment(1);
    let response = (status, [(header::CONTENT_TYPE, refuser.media.header())], answer.body).into_response();
    match extra {
        Some((name, value)) => with(response, name, value),
        None => response,
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Executed => "executed",
        Outcome::Refused => "refused",
        Outcome::Unauthenticated => "unauthenticated",
        Outcome::MutationByGet => "mutation_by_get",
        Outcome::Throttled(_) => "throttled",
        Outcome::Failed => "failed",
    }
}

/// Answers `/schema.graphql`: the caller's own schema as text.
pub(super) async fn schema(
    State(server): State<Arc<Server>>,
    Extension(RequestId(id)): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    let response = match viewer(&server, &headers).await {
        Ok(viewer) => {
            let text = HeaderValue::from_static("text/plain; charset=utf-8");
            ([(header::CONTENT_TYPE, text)], server.door.sdl(viewer.as_ref())).into_response()
        }
        Err(denied) => deny(&Refuser { language: language(&headers), media: Media::Json, id: &id }, denied),
    };
    with(with(response, header::VARY, VARY), header::CACHE_CONTROL, NO_STORE)
}

/// Who calls. A header that comes twice or is no text counts as a bad token: it is never a guest's.
async fn viewer(server: &Server, headers: &HeaderMap) -> Result<Option<Viewer>, Denied> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let header = given.next().map(|value| value.to_str().map_err(|_| Denied::Rejected)).transpose()?;
    if given.next().is_some() {
        return Err(Denied::Rejected);
    }
    auth::authenticate(&server.app, header).await
}

fn deny(refuser: &Refuser<'_>, denied: Denied) -> Response {
    match denied {
        Denied::Rejected => refuser.unauthenticated(CHALLENGE_INVALID),
        Denied::Unreadable => refuser.unavailable(),
    }
}

/// The caller's network address: the connection's, or what the outermost of our own proxies has seen. Each appends whom it
/// was called by to `X-Forwarded-For`, so what stands further to the left is the caller's own word.
fn address(request: &Request, proxies: usize) -> Option<IpAddr> {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
    if proxies == 0 {
        return peer;
    }
    let lists = request.headers().get_all("x-forwarded-for").iter();
    let hops: Vec<&str> = lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(',')).collect();
    let hop = hops.len().checked_sub(proxies).and_then(|place| hops.get(place));
    hop.and_then(|hop| hop.trim().parse().ok()).or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(proxies: usize, lists: &[&str]) -> Option<String> {
        let mut request = Request::builder().extension(Peer("10.0.0.1:1".parse().unwrap()));
        for list in lists {
            request = request.header("x-forwarded-for", *list);
        }
        address(&request.body(Body::empty()).unwrap(), proxies).map(|address| address.to_string())
    }

    #[test]
    fn a_caller_cannot_say_where_it_calls_from() {
        for (proxies, lists, address) in [
            (0, &["192.0.2.1"][..], "10.0.0.1"),
            (1, &[], "10.0.0.1"),
            (1, &["192.0.2.1"], "192.0.2.1"),
            (1, &["198.51.100.7, 192.0.2.1"], "192.0.2.1"),
            (1, &["198.51.100.7", "192.0.2.1"], "192.0.2.1"),
            (2, &["198.51.100.7, 192.0.2.1, 10.0.0.2"], "192.0.2.1"),
            (2, &["192.0.2.1"], "10.0.0.1"),
            (1, &["2001:db8::1"], "2001:db8::1"),
            (1, &["unknown"], "10.0.0.1"),
        ] {
            assert_eq!(seen(proxies, lists).as_deref(), Some(address), "{proxies} {lists:?}");
        }
    }
}
