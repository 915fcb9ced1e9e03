//! What surrounds each request: its id, its span, its figures, and a net for panics.
//!
//! Nothing that comes from outside gets into a log line or a label but the method and the pattern of the route: no query,
//! variable, token or address.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use tracing::Instrument;

use super::Server;
use super::accept::Media;
use super::refusal::{Refuser, language, with};
use crate::clock::real_now;
use crate::error::Code;

/// The header that tells a request's id; one that comes from outside is not read.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id, as the log, the header and errors have it.
#[derive(Clone)]
pub(super) struct RequestId(pub(super) Arc<str>);

/// Does it all.
pub(super) async fn observe(State(server): State<Arc<Server>>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id: Arc<str> = server.app.ids.next(real_now()).simple().to_string().into();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str).to_owned();
    let method = known(request.method());
    let language = language(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));

    let span = tracing::info_span!("request", id = &*id, method, route);
    let running = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone());
    let answer = running.await.unwrap_or_else(|_| {
        // The panic's own text goes to standard error by the process's hook; here only that there was one.
        span.in_scope(|| tracing::error!("a request panicked"));
        let refuser = Refuser { language, media: Media::Json, id: &id };
        refuser.refuse(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, vec![])
    });

    let status = answer.status().as_u16();
    let took = begun.elapsed();
    span.in_scope(|| tracing::debug!(status, took_ms = took.as_secs_f64() * 1000.0, "answered"));
    let labels = [("route", route), ("method", method.to_owned()), ("status", status.to_string())];
    metrics::counter!("liufang_http_requests_total", &labels).increment(1);
    metrics::histogram!("liufang_http_request_seconds", &labels[..2]).record(took);

    let answer = match HeaderValue::from_str(&id) {
        Ok(id) => with(answer, REQUEST_ID, id),
        Err(_) => answer,
    };
    if server.closing() { with(answer, header::CONNECTION, HeaderValue::from_static("close")) } else { answer }
}

/// The method, out of a closed list: a label must not be the caller's to choose.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use axum::{Router, middleware};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;
    use crate::app::App;
    use crate::config::Config;
    use crate::read::door::Door;
    use crate::schema;

    async fn panics() {
        panic!("hunter2")
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_with_a_number_and_without_its_text() {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.database.url = format!("sqlite://{}", directory.path().join("liufang.db").display());
        config.secret_key = Some([1; 32]);
        let app = App::start(config).await.unwrap();
        let door = Door::new(schema::model(), app.config.limits);
        let server = Server::new(app, door);
        let routes: Router =
            Router::new().route("/", get(panics)).layer(middleware::from_fn_with_state(server, observe));

        let request = Request::builder().uri("/").header("accept-language", "en").body(Body::empty()).unwrap();
        let answer = routes.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let id = answer.headers()[REQUEST_ID].to_str().unwrap().to_owned();
        let text = String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap();
        assert!(text.contains("INTERNAL") && text.contains(&id) && !text.contains("hunter2"), "{text}");
    }
}
