//! A server on a free port, and what is asked of it.

use std::sync::Arc;

use liufang::app::App;
use liufang::http;
use liufang::read::door::Door;
use liufang::schema;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Backing;

/// A running server; it stops when it is dropped.
pub struct Server {
    /// Its address: `http://127.0.0.1:…`.
    pub url: String,
    /// What it runs on: its clock, its database.
    pub inside: Arc<http::Server>,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
    db: Option<Backing>,
}

/// An answer at `/graphql`.
#[derive(Debug)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Value,
}

impl Server {
    /// Serves `app`.
    pub async fn start(app: App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let door = Door::new(schema::model(), app.config.limits);
        let inside = http::Server::new(app, door);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(http::serve(inside.clone(), listener, async {
            let _ = stopped.await;
        }));
        Self { url, inside, client: client(), stop: Some(stop), serving: Some(serving), db: None }
    }

    /// Keeps its database as long as itself.
    pub fn keeping(mut self, db: Backing) -> Self {
        self.db = Some(db);
        self
    }

    /// Tells it to stop; done when it has.
    pub fn stop(&mut self) -> JoinHandle<()> {
        drop(self.stop.take());
        self.serving.take().unwrap()
    }

    /// Asks a document with an access token.
    pub async fn ask(&self, token: Option<&str>, document: &str, variables: Value) -> Reply {
        let mut request = self.post(&json!({ "query": document, "variables": variables }).to_string());
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    /// A POST of a body of JSON.
    pub fn post(&self, body: &str) -> reqwest::RequestBuilder {
        self.request("POST", "/graphql").header("content-type", "application/json").body(body.to_owned())
    }

    /// A GET of a path.
    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.request("GET", path)
    }

    /// A request of any kind.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

impl Reply {
    /// Reads an answer, which must be JSON.
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        Self { status, headers, body }
    }

    /// The data; there must be no errors.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "{}", self.body);
        &self.body["data"]
    }

    /// The code of the first top-level error; there must be no data.
    #[track_caller]
    pub fn refusal(&self) -> &str {
        assert!(self.body.get("data").is_none_or(Value::is_null), "{}", self.body);
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{}", self.body))
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A client that goes to the server itself, whatever proxy the environment names.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}
