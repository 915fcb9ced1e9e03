//! The rules of the transport, each refusal with its status, code and headers.

use std::time::Duration;

use liufang::app::App;
use liufang::config::Config;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Backing, Reply, Server, town};

const RESPONSE: &str = "application/graphql-response+json";
const JSON: &str = "application/json";
const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;

/// A server with a secretary, and the secretary's token.
async fn start() -> (Server, String) {
    let db = Backing::sqlite().await;
    let app = db.app().await;
    let token = town::secretary(&app).await;
    (Server::start(app).await.keeping(db), token)
}

async fn start_with(change: impl FnOnce(&mut Config)) -> Server {
    let db = Backing::sqlite().await;
    let mut config = db.config();
    change(&mut config);
    Server::start(App::start(config).await.unwrap()).await.keeping(db)
}

/// Sends bytes as they are and reads until the server closes.
async fn raw(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_string(&mut answer)).await.unwrap();
    answer
}

#[tokio::test]
async fn each_request_that_does_not_fit_is_refused_with_its_own_status() {
    let (server, token) = start().await;
    let form = "application/x-www-form-urlencoded";
    let large = "x".repeat(300 * 1024);
    let refusals = [
        ("POST", "/graphql", None, Some("text/html"), TYPENAME, 406, "NOT_ACCEPTABLE"),
        ("PUT", "/graphql", Some(JSON), None, TYPENAME, 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/graphql", None, None, "", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/healthz", None, None, "", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/graphql", None, None, TYPENAME, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", "/graphql", Some("text/plain"), None, TYPENAME, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", "/graphql", Some(form), None, "query=%7B__typename%7D", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", "/graphql", Some("multipart/form-data; boundary=x"), None, "--x--", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", "/graphql", Some("application/json; charset=gbk"), None, TYPENAME, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", "/graphql", Some(JSON), None, large.as_str(), 413, "BODY_TOO_LARGE"),
        ("POST", "/graphql", Some(JSON), None, "", 400, "BAD_REQUEST"),
        ("POST", "/graphql", Some(JSON), None, "{", 400, "BAD_REQUEST"),
        ("POST", "/graphql", Some(JSON), None, "[]", 400, "BAD_REQUEST"),
        ("POST", "/graphql", Some(JSON), None, r#"[{"query":"{a}"}]"#, 400, "BAD_REQUEST"),
        ("POST", "/graphql", Some(JSON), None, r#"{"query":"{a}","query":"{b}"}"#, 400, "BAD_REQUEST"),
        ("GET", "/graphql", None, None, "", 400, "BAD_REQUEST"),
        ("GET", "/graphql?query={a}&query={b}", None, None, "", 400, "BAD_REQUEST"),
        ("GET", "/graphql?query={a}&variables=[]", None, None, "", 400, "BAD_REQUEST"),
        ("GET", "/graphql?query={a}&access_token=x", None, None, "", 400, "BAD_REQUEST"),
        ("GET", "/nothing", None, None, "", 404, "NOT_FOUND"),
    ];
    for (method, path, kind, accept, body, status, code) in refusals {
        let mut request = server.request(method, path).bearer_auth(&token).header("accept-language", "en");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        request = request.header("accept", accept.unwrap_or(RESPONSE));
        let reply = Reply::of(request.body(body.to_owned()).send().await.unwrap()).await;
        let case = format!("{method} {path} {kind:?} {accept:?} {status}");
        assert_eq!((reply.status, reply.refusal()), (status, code), "{case}: {}", reply.body);
        assert!(reply.body.get("data").is_none(), "{case}");
        let extensions = &reply.body["errors"][0]["extensions"];
        assert_eq!(extensions["requestId"].as_str(), reply.header("x-request-id"), "{case}");
        assert_eq!(extensions["retryable"], false, "{case}");
        if status == 405 {
            assert_eq!(
                reply.header("allow"),
                Some(if path == "/healthz" { "GET, HEAD" } else { "GET, POST" }),
                "{case}"
            );
        }
    }
}

#[tokio::test]
async fn the_status_of_a_document_that_does_not_fit_depends_on_the_media_type() {
    let (server, token) = start().await;
    for (document, code) in [
        ("{", "PARSE_ERROR"),
        ("{ nothing }", "VALIDATION_FAILED"),
        ("query($a: Int!) { __typename @include(if: $a) }", "VALIDATION_FAILED"),
    ] {
        for (accept, status) in [(RESPONSE, 400), (JSON, 200)] {
            let request = server.post(&json!({ "query": document }).to_string()).header("accept", accept);
            let reply = Reply::of(request.bearer_auth(&token).send().await.unwrap()).await;
            assert_eq!((reply.status, reply.refusal()), (status, code), "{document} {accept}");
            assert!(reply.header("content-type").unwrap().starts_with(accept));
            assert!(reply.body.get("data").is_none());
        }
    }
}

#[tokio::test]
async fn a_query_can_come_by_get_and_a_mutation_cannot() {
    let (server, token) = start().await;
    let query = "query A($n: Boolean!) { viewer @include(if: $n) { __typename } } query B { __typename }";
    let pairs = [("query", query), ("operationName", "A"), ("variables", r#"{"n":true}"#), ("extensions", "{}")];
    let request = server.get("/graphql").query(&pairs).bearer_auth(&token);
    let reply = Reply::of(request.send().await.unwrap()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.data(), &json!({ "viewer": { "__typename": "Viewer" } }));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(reply.header("vary").unwrap().contains("Authorization"));

    let mutation = "mutation { signIn(input: { username: \"a\", password: \"b\" }) { userErrors { code } } }";
    for accept in [RESPONSE, JSON] {
        let request = server.get("/graphql").query(&[("query", mutation)]).header("accept", accept);
        let reply = Reply::of(request.send().await.unwrap()).await;
        assert_eq!((reply.status, reply.refusal()), (405, "METHOD_NOT_ALLOWED"));
        assert_eq!(reply.header("allow"), Some("POST"));
    }
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_refused_before_all_else() {
    let (server, token) = start().await;
    for header in ["Bearer x", "Bearer", "Basic YTpi", "x", "Bearer a.b.c", ""] {
        for request in [
            server.post(TYPENAME),
            server.request("PUT", "/graphql"),
            server.request("POST", "/graphql").header("accept", "text/html"),
            server.get("/schema.graphql"),
        ] {
            let reply = Reply::of(request.header("authorization", header).send().await.unwrap()).await;
            assert_eq!((reply.status, reply.refusal()), (401, "UNAUTHENTICATED"), "{header}");
            assert_eq!(reply.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
        }
    }
    let twice = server.post(TYPENAME).bearer_auth(&token).header("authorization", format!("Bearer {token}"));
    assert_eq!(twice.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_guest_learns_nothing_of_what_others_may_ask() {
    let (server, _) = start().await;
    for document in ["{ viewer { id } }", "{ nothing }", "{ viewer { nothing } }"] {
        let reply = server.ask(None, document, json!({})).await;
        assert_eq!((reply.status, reply.refusal()), (401, "UNAUTHENTICATED"), "{document}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    }
    let reply = server.ask(None, "{ vocabulary { enum value } }", json!({})).await;
    assert!(reply.data()["vocabulary"].as_array().is_some_and(|entries| !entries.is_empty()), "{}", reply.body);
}

#[tokio::test]
async fn a_schema_is_the_callers_own() {
    let (server, token) = start().await;
    let guest = server.get("/schema.graphql").send().await.unwrap();
    assert_eq!(guest.headers()["content-type"], "text/plain; charset=utf-8");
    let guest = guest.text().await.unwrap();
    let secretary = server.get("/schema.graphql").bearer_auth(&token).send().await.unwrap().text().await.unwrap();
    assert!(guest.contains("signIn(") && !guest.contains("linkageGroups("));
    assert!(secretary.contains("linkageGroups("));
}

#[tokio::test]
async fn messages_follow_the_language_of_the_caller() {
    let (server, token) = start().await;
    let message = async |language: &str| {
        let request = server.post("{").bearer_auth(&token).header("accept-language", language);
        let reply = Reply::of(request.send().await.unwrap()).await;
        reply.body["errors"][0]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(message("en").await, "The request does not fit: the body is not JSON");
    assert!(message("zh-CN").await.starts_with("请求不合要求"));
    assert!(message("fr").await.starts_with("请求不合要求"));
}

#[tokio::test]
async fn a_body_is_bounded_whether_or_not_it_says_its_length() {
    let server = start_with(|config| config.http.body_bytes = 2000).await;
    let chunk = format!("{:x}\r\n{}\r\n", 1500, " ".repeat(1500));
    let head = "POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n";
    let answer = raw(&server, &format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("2000"), "{answer}");
    let one = format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
    assert!(raw(&server, &one).await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = start_with(|config| config.http.timeout = Duration::from_secs(1)).await;
    let head = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let answer = raw(&server, head).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("TIMED_OUT"), "{answer}");
}

#[tokio::test]
async fn the_page_and_its_assets_come_from_the_server_alone() {
    let (server, _) = start().await;
    let page = server.get("/").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self'; ") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let html = page.text().await.unwrap();
    assert!(!html.contains("https://") && !html.contains("//cdn"));
    let mut assets = 0;
    for path in html.split('"').filter(|text| text.starts_with("assets/")) {
        let asset = server.get(&format!("/{path}")).send().await.unwrap();
        assert_eq!(asset.status(), 200, "{path}");
        let tag = asset.headers()["etag"].to_str().unwrap().to_owned();
        let again = server.get(&format!("/{path}")).header("if-none-match", &tag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), again.bytes().await.unwrap().len()), (304, 0), "{path}");
        let other = server.get(&format!("/{path}")).header("if-none-match", "\"other\"").send().await.unwrap();
        assert_eq!(other.status(), 200);
        assets += 1;
    }
    assert!(assets > 5);
    for path in ["/assets/", "/assets/nothing.js", "/assets/../Cargo.toml", "/assets/%2e%2e/%2e%2e/Cargo.toml"] {
        assert_eq!(server.get(path).send().await.unwrap().status(), 404, "{path}");
    }
}

#[tokio::test]
async fn every_answer_carries_its_number_and_the_guards_of_browsers() {
    let (server, _) = start().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in ["/", "/healthz", "/readyz", "/metrics", "/graphql", "/nothing", "/.well-known/jwks.json"] {
        let answer = server.get(path).header("x-request-id", "mine").send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert!(headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"), "{path}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
        assert_ne!(headers["x-request-id"], "mine");
        assert!(seen.insert(headers["x-request-id"].clone()), "{path}");
    }
}

#[tokio::test]
async fn pages_of_other_origins_may_call_only_where_it_is_configured() {
    let preflight = |server: &Server, origin: &str| {
        server
            .request("OPTIONS", "/graphql")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
    };
    let (closed, _) = start().await;
    let answer = preflight(&closed, "https://console.example.cn").send().await.unwrap();
    assert_eq!(answer.status(), 405);
    assert!(!answer.headers().contains_key("access-control-allow-origin"));

    let open = start_with(|config| config.http.origins = vec!["https://console.example.cn".into()]).await;
    let answer = preflight(&open, "https://console.example.cn").send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://console.example.cn");
    assert!(!answer.headers().contains_key("access-control-allow-credentials"));
    let answer = preflight(&open, "https://elsewhere.example.cn").send().await.unwrap();
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn keys_are_published_and_figures_carry_nothing_of_the_caller() {
    let (server, token) = start().await;
    let keys: Value = server.get("/.well-known/jwks.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
    assert!(keys["keys"][0].get("d").is_none());
    server.ask(Some(&token), "{ viewer { id } }", json!({})).await.data();
    server.request("HUNTER2", "/hunter2?hunter2=1").send().await.unwrap();
    let figures = server.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(figures.contains("liufang_graphql_requests_total{operation=\"query\",outcome=\"executed\"}"), "{figures}");
    assert!(
        figures.contains("liufang_http_request_seconds_bucket{route=\"/graphql\",method=\"POST\",le="),
        "{figures}"
    );
    assert!(!figures.contains("hunter2") && !figures.contains("HUNTER2"), "{figures}");
}

#[tokio::test]
async fn before_it_stops_a_server_says_so_and_closes_what_it_has_answered() {
    let mut server = start_with(|config| config.http.grace = Duration::from_secs(2)).await;
    let before = server.get("/readyz").send().await.unwrap();
    assert_eq!(before.status(), 200);
    assert!(!before.headers().contains_key("connection"));
    let stopping = server.stop();
    let closing = async {
        loop {
            let answer = server.get("/readyz").send().await.unwrap();
            if answer.status() == 503 {
                break answer;
            }
        }
    };
    let answer = tokio::time::timeout(Duration::from_secs(2), closing).await.unwrap();
    assert_eq!(answer.headers()["connection"], "close");
    // It still answers while others turn away.
    assert_eq!(server.get("/healthz").send().await.unwrap().status(), 200);
    stopping.await.unwrap();
    assert!(server.get("/healthz").send().await.is_err());
}

both! {
    async fn a_server_is_ready_while_its_database_answers(db: Backing) {
        let server = Server::start(db.app().await).await;
        assert_eq!(server.get("/readyz").send().await.unwrap().status(), 200);
        liufang::db::down(&db.connect().await, 1).await.unwrap();
        let lacking = server.get("/readyz").send().await.unwrap();
        assert_eq!((lacking.status().as_u16(), lacking.text().await.unwrap().as_str()), (503, "the database lacks changes\n"));
        server.inside.app.db.clone().close().await.unwrap();
        let gone = server.get("/readyz").send().await.unwrap();
        assert_eq!((gone.status().as_u16(), gone.text().await.unwrap().as_str()), (503, "the database does not answer\n"));
        assert_eq!(server.get("/healthz").send().await.unwrap().status(), 200);
    }

    async fn an_answer_carries_its_cost_and_the_keys_that_were_asked_for(db: Backing) {
        let app = db.app().await;
        let token = town::secretary(&app).await;
        let server = Server::start(app).await;
        let document = "query($code: String!) { who: viewer { __typename } region(code: $code) { code name } }";
        let reply = server.ask(Some(&token), document, json!({ "code": town::COMMUNITY.to_string() })).await;
        assert_eq!(reply.data()["region"]["code"], town::COMMUNITY.to_string());
        assert_eq!(reply.data()["who"]["__typename"], "Viewer");
        assert_eq!(reply.body["extensions"]["cost"]["limit"], 10_000);
        assert!(reply.body["extensions"]["cost"]["requested"].as_u64().unwrap() > 0);
    }
}
