//! Connections: accepted, kept in bounds, and ended gently.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use super::{Server, metrics, router};
use crate::{auth, relay, scheduler};

/// How long a connection may take to bring the head of its next request, idle or not: longer than proxies keep an unused
/// connection (60 s), so that they and not we end it.
const HEAD: Duration = Duration::from_secs(75);
/// How long a failed accept (no free file descriptor) waits before the next.
const PAUSE: Duration = Duration::from_millis(100);
/// How large the head of a request may be.
const HEAD_BYTES: usize = 64 * 1024;

/// The other end of a connection.
#[derive(Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Answers connections of `listener` until `stop` is done, with what works beside it: the watch over keys, the relay. Then
/// `/readyz` says no and answers close their connections while load balancers turn away (the configured grace); last, no
/// connection is accepted, and those that are being answered have the configured timeout.
pub async fn serve(server: Arc<Server>, listener: TcpListener, stop: impl Future<Output = ()>) {
    metrics::count();
    // The dictionary of search takes a moment to build: not when somebody first needs it.
    tokio::task::spawn_blocking(crate::text::word::ready);
    let router = router(&server);
    let graceful = GracefulShutdown::new();
    let accept = accept(&listener, &router, &graceful);
    let app = &server.app;
    let beside = async { tokio::join!(auth::watch(app), relay::run(app), scheduler::run(app), metrics::tidy()) };
    let stopping = async {
        stop.await;
        tracing::info!("stopping");
        server.close();
        tokio::time::sleep(server.app.config.http.grace).await;
    };
    tokio::select! {
        () = accept => {}
        _ = beside => {}
        () = stopping => {}
    }
    drop(listener);
    let timeout = server.app.config.http.timeout;
    if tokio::time::timeout(timeout, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not answered in time and are dropped");
    }
    // What was committed last still gets its place.
    if let Err(error) = relay::relay(&server.app.db).await {
        tracing::error!(?error, "events cannot be relayed");
    }
}

async fn accept(listener: &TcpListener, router: &Router, graceful: &GracefulShutdown) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                tokio::spawn(connection(stream, Peer(peer), router.clone(), graceful.watcher()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, peer: Peer, router: Router, watcher: Watcher) {
    // Answers are written whole: waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let router = router.clone();
        async move {
            let answer = router.oneshot(request.map(axum::body::Body::new)).await;
            answer.map_err(|never: Infallible| never)
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES);
    let serving = watcher.watch(http.serve_connection(TokioIo::new(stream), service));
    if let Err(error) = serving.await {
        tracing::debug!(%error, "a connection ended early");
    }
}
