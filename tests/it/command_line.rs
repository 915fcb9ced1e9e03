//! The program itself, as an operator runs it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use base64::Engine;
use serde_json::{Value, json};

use crate::support::server::client;
use crate::support::{Backing, Server, database, town};

fn liufang() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liufang"));
    for name in std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("LIUFANG_")) {
        command.env_remove(name);
    }
    command.env_remove("DATABASE_URL").current_dir(std::env::temp_dir());
    command
}

fn said(output: &Output) -> (String, String) {
    (String::from_utf8(output.stdout.clone()).unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

fn value(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {:?}", said(output)))
}

#[test]
fn without_a_secret_key_serve_says_how_to_make_one_and_that_one_works() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("liufang.db").display());
    let refused = liufang().arg("serve").env("DATABASE_URL", &url).output().unwrap();
    assert!(!refused.status.success());
    assert!(said(&refused).1.contains("`liufang key generate` prints one"), "{:?}", said(&refused));

    let key = said(&liufang().args(["key", "generate"]).output().unwrap()).0;
    let mut add = liufang();
    add.args(["user", "add", "wang", "--name", "Wang", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    add.env("DATABASE_URL", &url).env("LIUFANG_SECRET_KEY", key.trim()).env("LIUFANG_LOG_FILTER", "off");
    let mut adding = add.spawn().unwrap();
    std::io::Write::write_all(&mut adding.stdin.take().unwrap(), b"corner shop, blue door\n").unwrap();
    let added = adding.wait_with_output().unwrap();
    assert!(value(&added)["user"].as_str().unwrap().starts_with("user_"));
}

both! {
    async fn the_first_administrator_comes_from_the_command_line(db: Backing) {
        let run = |arguments: &[&str], input: &str| {
            let mut command = liufang();
            command.args(arguments).env("DATABASE_URL", &db.url).env("LIUFANG_LOG_FILTER", "off");
            command.env("LIUFANG_SECRET_KEY", base64::engine::general_purpose::STANDARD.encode(database::SECRET_KEY));
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut running = command.spawn().unwrap();
            std::io::Write::write_all(&mut running.stdin.take().unwrap(), input.as_bytes()).unwrap();
            running.wait_with_output().unwrap()
        };
        for (code, name, office) in [
            ("321100000000", "镇江市", "市办公室"), ("321181000000", "丹阳市", "县办公室"),
            ("321181402000", "高新区", "街道办事处"), ("321181402001", "振兴路社区", "社区党支部"),
        ] {
            let added = run(&["region", "add", code, "--name", name, "--office", office, "--json"], "");
            assert_eq!(value(&added)["code"], code);
        }
        let orphan = run(&["region", "add", "321182001001", "--name", "无上级", "--office", "无"], "");
        assert!(!orphan.status.success() && said(&orphan).1.contains("the region above it is not there"), "{:?}", said(&orphan));

        let added = run(&["user", "add", "wang", "--name", "Wang", "--json"], "corner shop, blue door\n");
        assert!(added.status.success(), "{:?}", said(&added));
        let post = ["user", "appoint", "wang", "--kind", "SECRETARY", "--region", "321181402001", "--json"];
        assert!(run(&post, "").status.success());
        let again = run(&post, "");
        assert!(!again.status.success(), "the same post twice");

        let server = Server::start(db.app().await).await;
        let document = "mutation { signIn(input: { username: \"wang\", password: \"corner shop, blue door\" }) {
            session { post { role regionName organisationName } } userErrors { code } } }";
        let session = server.ask(None, document, json!({})).await.data()["signIn"]["session"].clone();
        assert_eq!(session["post"], json!({ "role": "SECRETARY", "regionName": "振兴路社区", "organisationName": "社区党支部" }));
    }
}

#[test]
fn faults_of_the_configuration_end_it_with_all_of_them() {
    let environment = [("LIUFANG_HTTP_LISTEN", "x"), ("LIUFANG_NOTHING", "1")];
    let refused = liufang().arg("serve").envs(environment).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let told = said(&refused).1;
    assert!(told.contains("2 fault(s)") && told.contains("LIUFANG_HTTP_LISTEN") && told.contains("LIUFANG_NOTHING"));
    let missing = liufang().args(["--config", "/nonexistent.toml", "serve"]).output().unwrap();
    assert!(said(&missing).1.contains("/nonexistent.toml: cannot be read"));
}

#[test]
fn a_role_is_printed_its_own_schema() {
    let schema = |arguments: &[&str]| said(&liufang().arg("schema").args(arguments).output().unwrap());
    let (guest, secretary) = (schema(&[]).0, schema(&["--role", "secretary"]).0);
    assert!(guest.contains("signIn(") && !guest.contains("linkageGroups("), "{guest}");
    assert!(secretary.contains("linkageGroups("));
    let narrow = schema(&["--role", "SECRETARY", "--scopes", "problem:read"]).0;
    assert!(!narrow.contains("linkageGroups(") && narrow.contains("viewer"), "{narrow}");
    assert!(schema(&["--role", "MAYOR"]).1.contains("SECRETARY"));
    assert!(schema(&["--role", "SECRETARY", "--scopes", "all"]).1.contains("problem:read"));
}

both! {
    async fn changes_are_made_told_and_taken_back(db: Backing) {
        let empty = db.empty().await;
        let run = |arguments: &[&str]| {
            let output = liufang().args(arguments).env("DATABASE_URL", &empty.url).output().unwrap();
            assert!(output.status.success(), "{:?}", said(&output));
            output
        };
        let made = || {
            let status = value(&run(&["migrate", "status", "--json"]));
            status["changes"].as_array().unwrap().iter().filter(|change| change["made"] == true).count()
        };
        assert_eq!(made(), 0);
        run(&["migrate", "up"]);
        let all = made();
        assert!(all >= 5);
        assert_eq!(value(&run(&["doctor", "--json"])), serde_json::json!({ "streams": 0, "events": 0, "breaks": [] }));
        run(&["migrate", "down", "--steps", "2", "--lose-data"]);
        assert_eq!(made(), all - 2);
    }

    async fn a_broken_record_ends_the_doctor_with_a_failure(db: Backing) {
        let pool = db.connect().await;
        crate::relay::happen(&pool, 7, 3).await;
        sea_orm::ConnectionTrait::execute_unprepared(&pool, "DELETE FROM event WHERE seq = 1").await.unwrap();
        let output = liufang().arg("doctor").env("DATABASE_URL", &db.url).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let told = said(&output).0;
        assert_eq!(told, "1 of 1 stream(s) are broken:\nstream 7, row 2: the row before it is missing\n");
    }
}

#[test]
fn data_is_not_lost_without_a_word() {
    let refused = liufang().args(["migrate", "down"]).output().unwrap();
    assert!(said(&refused).1.contains("--lose-data"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_says_where_it_is_once_it_answers_and_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().unwrap();
    let mut demo = liufang();
    demo.args(["demo", "--port", "0", "--json"]).env("TMPDIR", temporary.path());
    demo.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut demo = demo.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(demo.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert!(told["accounts"].is_array() && told.get("client") == Some(&Value::Null), "{told}");
    let ready = client().get(format!("{}/readyz", told["url"].as_str().unwrap())).send().await.unwrap();
    assert_eq!(ready.status(), 200);
    assert!(std::fs::read_dir(temporary.path()).unwrap().next().is_some());
    // As whatever runs it would: a signal that can be heeded.
    assert!(Command::new("kill").arg(demo.id().to_string()).status().unwrap().success());
    assert!(demo.wait().unwrap().success());
    assert!(std::fs::read_dir(temporary.path()).unwrap().next().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_logs_json_without_what_was_asked_and_ends_when_told() {
    use base64::Engine;
    let db = Backing::sqlite().await;
    let key = base64::engine::general_purpose::STANDARD.encode(database::SECRET_KEY);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let mut serve = liufang();
    serve.arg("serve").env("DATABASE_URL", &db.url).env("LIUFANG_SECRET_KEY", key).stderr(Stdio::piped());
    serve.env("LIUFANG_HTTP_LISTEN", &address).env("LIUFANG_HTTP_SHUTDOWN_SECONDS", "0");
    serve.env("LIUFANG_LOG_FORMAT", "json").env("LIUFANG_LOG_FILTER", "info,liufang=trace");
    let mut serve = serve.spawn().unwrap();
    let mut log = BufReader::new(serve.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("\"answering\"") {
        assert!(log.read_line(&mut told).unwrap() > 0, "{told}");
    }
    let document = r#"{"query":"mutation($p: String!) { signIn(input: { username: \"wang\", password: $p }) { userErrors { code } } }","variables":{"p":"hunter2hunter2"}}"#;
    let asked = client().post(format!("http://{address}/graphql?secret=hunter2"));
    let asked = asked.header("content-type", "application/json").bearer_auth("hunter2.hunter2.hunter2");
    assert_eq!(asked.body(document).send().await.unwrap().status(), 401);
    let asked = client().post(format!("http://{address}/graphql?secret=hunter2"));
    let asked = asked.header("content-type", "application/json").body(document).send().await.unwrap();
    let id = asked.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(asked.status(), 200, "{}", asked.text().await.unwrap());
    assert!(Command::new("kill").arg(serve.id().to_string()).status().unwrap().success());
    assert!(serve.wait().unwrap().success());
    std::io::Read::read_to_string(&mut log, &mut told).unwrap();
    assert!(told.contains(&id) && !told.contains("hunter2"), "{told}");
    assert!(told.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moments_are_told_by_the_offset_of_the_places_served() {
    let db = Backing::sqlite().await;
    let app = db.app().await;
    town::secretary(&app).await;
    app.close().await.unwrap_or_else(|error| panic!("{error:?}"));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let mut serve = liufang();
    serve.arg("serve").env("DATABASE_URL", &db.url).stderr(Stdio::piped()).env("LIUFANG_HTTP_LISTEN", &address);
    serve.env("LIUFANG_SECRET_KEY", base64::engine::general_purpose::STANDARD.encode(database::SECRET_KEY));
    serve.env("LIUFANG_PLACES_UTC_OFFSET", "+09:00").env("LIUFANG_HTTP_SHUTDOWN_SECONDS", "0");
    let mut serve = serve.spawn().unwrap();
    let mut log = BufReader::new(serve.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("answering") {
        assert!(log.read_line(&mut told).unwrap() > 0, "{told}");
    }
    let document = format!(
        "mutation {{ signIn(input: {{ username: \"secretary\", password: \"{}\" }}) {{ session {{ accessTokenExpiresAt }} }} }}",
        town::PASSWORD
    );
    let asked = client().post(format!("http://{address}/graphql")).json(&json!({ "query": document }));
    let answer: Value = asked.send().await.unwrap().json().await.unwrap();
    let expires =
        answer["data"]["signIn"]["session"]["accessTokenExpiresAt"].as_str().unwrap_or_else(|| panic!("{answer}"));
    assert!(expires.ends_with("+09:00"), "{expires}");
    assert!(Command::new("kill").arg(serve.id().to_string()).status().unwrap().success());
    assert!(serve.wait().unwrap().success());
}
