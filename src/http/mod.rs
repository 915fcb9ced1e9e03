//! The HTTP door: GraphQL over HTTP, the GraphiQL page, keys, health, metrics.
//!
//! `graphql` holds to the rules of the transport and knows nothing of what is asked; `wire` keeps connections in
//! bounds and ends them gently; `observe` gives each request its id, its line in the log and its figures.

mod accept;
mod file;
mod graphql;
mod health;
mod metrics;
mod observe;
mod page;
mod params;
mod refusal;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::{HeaderValue, Method, header};
use axum::routing::{any, get};
use axum::{Router, middleware};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::app::App;
use crate::read::door::Door;
pub use wire::serve;

/// A server: the application and the doors to it.
pub struct Server {
    /// What everything runs on.
    pub app: App,
    /// The read engine.
    pub door: Door,
    closing: AtomicBool,
}

impl Server {
    /// A server that is ready.
    pub fn new(app: App, door: Door) -> Arc<Self> {
        Arc::new(Self { app, door, closing: AtomicBool::new(false) })
    }

    /// From now on `/readyz` says no and connections are closed after their answers.
    fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    fn closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }
}

/// All routes.
fn router(server: &Arc<Server>) -> Router {
    let router = Router::new()
        .route("/", get(page::index))
        .route("/assets/{*path}", get(page::asset))
        .route("/graphql", any(graphql::answer))
        .route("/schema.graphql", get(graphql::schema))
        .route("/.well-known/jwks.json", get(health::jwks))
        .route("/files/{token}", any(file::answer))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .fallback(refusal::not_found)
        .method_not_allowed_fallback(refusal::read_only)
        .layer(middleware::map_response(page::guard));
    let router = router.layer(middleware::from_fn_with_state(server.clone(), observe::observe));
    match cors(&server.app.config.http.origins) {
        Some(cors) => router.layer(cors),
        None => router,
    }
    .with_state(server.clone())
}

/// Lets the pages of `origins` call from a browser; without any, no header says that anyone may.
fn cors(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT])
        .allow_headers([header::ACCEPT, header::ACCEPT_LANGUAGE, header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER, header::WWW_AUTHENTICATE, observe::REQUEST_ID])
        .max_age(Duration::from_hours(1));
    Some(layer)
}
