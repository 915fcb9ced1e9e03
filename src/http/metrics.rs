//! Figures for Prometheus. Labels come from closed lists of ours: routes, methods, statuses, kinds of operations.

use std::sync::OnceLock;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// The one recorder of the process.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The bounds of durations, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];

/// Starts counting; all servers of a process count together.
pub(super) fn count() {
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS);
        let recorder = builder.ok()?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        describe();
        Some(handle)
    });
}

fn describe() {
    metrics::describe_counter!("liufang_http_requests_total", "Requests by route, method and status.");
    metrics::describe_histogram!("liufang_http_request_seconds", "How long requests took, by route and method.");
    metrics::describe_counter!("liufang_graphql_requests_total", "GraphQL requests by kind of operation and outcome.");
}

/// Keeps what nobody has come to read from growing, until it is dropped.
pub(super) async fn tidy() {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        if let Some(Some(handle)) = RECORDER.get() {
            handle.run_upkeep();
        }
    }
}

/// `/metrics`.
pub(super) async fn show() -> Response {
    let Some(Some(handle)) = RECORDER.get() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "nothing is counted\n").into_response();
    };
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], handle.render()).into_response()
}
