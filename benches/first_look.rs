//! A first look at the cost of the 20-row list beside a handler written by hand; see `README.md`.

#![expect(clippy::unwrap_used, reason = "a bench ends at what it did not expect")]

use std::fmt::Write as _;
use std::time::Instant;

use chrono::{DateTime, Utc};
use liufang::app::App;
use liufang::auth;
use liufang::config::{self, Config};
use liufang::error::Language;
use liufang::id::{Ids, TypeId, prefix};
use liufang::policy::Viewer;
use liufang::read::door::{Ask, Door};
use liufang::read::shape::format_time;
use liufang::{db, demo, schema};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Map, json};
use uuid::Uuid;

const ROUNDS: usize = 5;
const REQUESTS: u32 = 4_000;
const AT_ONCE: u32 = 16;

const DOCUMENT: &str = "query($group: ID!) { problems(first: 20, filter: { open: true, group: { eq: $group } }, \
    orderBy: [{ field: REPORTED_AT, direction: DESC }]) { nodes { id title domain status reportedAt group { name } \
    grid { name } leadParty { name kind } dispositions(first: 3, orderBy: [{ field: CREATED_AT, direction: DESC }]) { \
    nodes { action content createdAt party { name } } } } } }";

#[tokio::main]
async fn main() {
    let Ok(server) = std::env::var("LIUFANG_BENCH_POSTGRES") else {
        println!("LIUFANG_BENCH_POSTGRES names no PostgreSQL; see benches/README.md");
        return;
    };
    let (app, door, token, group) = made(&server).await;
    let context = Context { app, door, header: format!("Bearer {token}"), group };
    let one = context.door().await;
    let other = context.hand().await;
    let rows =
        |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap().pointer("/data/problems/nodes").cloned();
    assert_eq!(rows(&one), rows(&other), "both answer the same");
    println!("{} bytes an answer", other.len());
    for round in 1..=ROUNDS {
        let door = measure(|| context.door()).await;
        let hand = measure(|| context.hand()).await;
        println!("round {round}: door {door}; by hand {hand}");
    }
}

struct Context {
    app: App,
    door: Door,
    header: String,
    group: Uuid,
}

/// A database with 2,000 problems and 10,000 dispositions, and the secretary of most of them.
async fn made(server: &str) -> (App, Door, String, Uuid) {
    let name = format!("bench_{}", std::process::id());
    let maker = db::connect(&config::Database { url: format!("{server}/postgres"), connections: 1 }).await.unwrap();
    maker.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let database = config::Database { url: format!("{server}/{name}"), connections: 16 };
    let migrating = db::connect(&database).await.unwrap();
    db::up(&migrating).await.unwrap();
    migrating.close().await.unwrap();
    let mut config = Config { database, secret_key: Some([7; 32]), ..Config::default() };
    config.auth.longest_minutes = 12 * 60;
    let mut app = App::start(config).await.unwrap();
    app.ids = Ids::seeded(demo::SEED);
    let door = Door::new(schema::model(), app.config.limits);
    let accounts = demo::tell(&app, &door).await.unwrap();
    let token = accounts.iter().find(|account| account.role == "SECRETARY").unwrap().token.clone();
    let viewer = auth::authenticate(&app, Some(&format!("Bearer {token}"))).await.unwrap().unwrap();
    multiply(&app).await;
    (app, door, token, viewer.group.unwrap())
}

/// Copies an open problem of the community, with dispositions.
async fn multiply(app: &App) {
    for statement in [
        "CREATE TABLE more AS SELECT p.*, n, gen_random_uuid() AS new_id FROM problem p, generate_series(1, 1980) n
            WHERE p.title = '投诉物业维修拖延'",
        "UPDATE more SET id = new_id, number = 'N' || n, reported_at = reported_at - n * interval '1 hour', lead_task_id = NULL,
            status = CASE WHEN n % 2 = 0 THEN 'CLOSED' ELSE 'ACCEPTED' END,
            closed_at = CASE WHEN n % 2 = 0 THEN reported_at END, outcome = CASE WHEN n % 2 = 0 THEN 'SOLVED' END,
            reply = CASE WHEN n % 2 = 0 THEN 'x' END",
    ] {
        app.db.execute_unprepared(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let columns = "string_agg(quote_ident(column_name), ', ')";
    let generated = "table_name = 'problem' AND is_generated = 'NEVER'";
    let insert = format!(
        "DO $$ DECLARE c text; BEGIN SELECT {columns} INTO c FROM information_schema.columns WHERE {generated};
            EXECUTE format('INSERT INTO problem (%s) SELECT %s FROM more', c, c); END $$"
    );
    app.db.execute_unprepared(&insert).await.unwrap();
    let dispositions = "INSERT INTO disposition (id, problem_id, community_code, party_id, organisation_id, action, content, recorded_by, created_at)
        SELECT gen_random_uuid(), m.id, m.community_code, m.lead_party_id, m.lead_organisation_id, 'VISIT', '上门查看', m.recorded, m.reported_at + k * interval '1 hour'
        FROM (SELECT more.*, (SELECT id FROM \"user\" LIMIT 1) AS recorded FROM more) m, generate_series(1, 5) k";
    app.db.execute_unprepared(dispositions).await.unwrap();
    app.db.execute_unprepared("ANALYZE").await.unwrap();
}

impl Context {
    async fn viewer(&self) -> Viewer {
        auth::authenticate(&self.app, Some(&self.header)).await.unwrap().unwrap()
    }

    async fn door(&self) -> String {
        let viewer = self.viewer().await;
        let ask = Ask {
            query: DOCUMENT.to_owned(),
            operation: None,
            variables: Map::from_iter([("group".into(), json!(TypeId(prefix::GROUP, self.group).to_string()))]),
            language: Language::En,
            address: None,
            queries_only: false,
        };
        self.door.answer(&self.app, Some(&viewer), ask, "bench").await.body
    }

    /// The handler that one would write by hand for this one query.
    async fn hand(&self) -> String {
        const LIST: &str = "SELECT p.id, COALESCE(p.title, split_part(p.report, E'\\n', 1)), p.domain, p.status, p.reported_at, g.name, r.name, a.name, a.kind
            FROM problem p LEFT JOIN linkage_group g ON g.id = p.group_id AND g.community_code = $2
            LEFT JOIN grid r ON r.id = p.grid_id AND r.community_code = $2 LEFT JOIN party a ON a.id = p.lead_party_id AND a.community_code = $2
            WHERE p.group_id = $1 AND p.open AND p.community_code = $2 AND p.handled_by = 'COMMUNITY'
            ORDER BY p.reported_at DESC, p.id DESC LIMIT 21";
        const LAST: &str = "SELECT x.*, k FROM unnest($1::uuid[]) AS p(k) CROSS JOIN LATERAL (SELECT d.action, d.content, d.created_at, a.name
            FROM disposition d LEFT JOIN party a ON a.id = d.party_id AND a.community_code = $2
            WHERE d.problem_id = p.k AND d.community_code = $2 ORDER BY d.created_at DESC, d.id DESC LIMIT 4) x";
        let viewer = self.viewer().await;
        let ask =
            |sql: &str, values: Vec<sea_orm::Value>| Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        let open = ask(LIST, vec![self.group.into(), viewer.region.into()]);
        let rows = self.app.db.query_all_raw(open).await.unwrap();
        let rows = &rows[..rows.len().min(20)];
        let ids: Vec<sea_orm::Value> = rows.iter().map(|row| row.try_get_by_index::<Uuid>(0).unwrap().into()).collect();
        let ids = sea_orm::Value::Array(sea_orm::sea_query::ArrayType::Uuid, Some(Box::new(ids)));
        let last = self.app.db.query_all_raw(ask(LAST, vec![ids, viewer.region.into()])).await.unwrap();
        let text = |row: &sea_orm::QueryResult, place| row.try_get_by_index::<Option<String>>(place).unwrap();
        let time =
            |row: &sea_orm::QueryResult, place| format_time(row.try_get_by_index::<DateTime<Utc>>(place).unwrap());
        let quoted =
            |text: Option<String>| text.map_or("null".to_owned(), |text| serde_json::to_string(&text).unwrap());
        let mut out = String::from("{\"data\":{\"problems\":{\"nodes\":[");
        for (nth, row) in rows.iter().enumerate() {
            let id: Uuid = row.try_get_by_index(0).unwrap();
            let comma = if nth > 0 { "," } else { "" };
            write!(
                out,
                "{comma}{{\"id\":\"{}\",\"title\":{},\"domain\":{},\"status\":{},\"reportedAt\":\"{}\"",
                TypeId(prefix::PROBLEM, id),
                quoted(text(row, 1)),
                quoted(text(row, 2)),
                quoted(text(row, 3)),
                time(row, 4)
            )
            .unwrap();
            write!(
                out,
                ",\"group\":{{\"name\":{}}},\"grid\":{{\"name\":{}}}",
                quoted(text(row, 5)),
                quoted(text(row, 6))
            )
            .unwrap();
            match text(row, 7) {
                Some(name) => {
                    let (name, kind) = (quoted(Some(name)), quoted(text(row, 8)));
                    write!(out, ",\"leadParty\":{{\"name\":{name},\"kind\":{kind}}}").unwrap();
                }
                None => out.push_str(",\"leadParty\":null"),
            }
            out.push_str(",\"dispositions\":{\"nodes\":[");
            let of = last.iter().filter(|done| done.try_get_by_index::<Uuid>(4).unwrap() == id).take(3);
            for (nth, done) in of.enumerate() {
                let comma = if nth > 0 { "," } else { "" };
                write!(
                    out,
                    "{comma}{{\"action\":{},\"content\":{},\"createdAt\":\"{}\",\"party\":{{\"name\":{}}}}}",
                    quoted(text(done, 0)),
                    quoted(text(done, 1)),
                    time(done, 2),
                    quoted(text(done, 3))
                )
                .unwrap();
            }
            out.push_str("]}}");
        }
        out.push_str("]}}}");
        out
    }
}

/// Asks many times, some at once: the CPU time of this process a request, and how many a second.
async fn measure<F, Fut>(ask: F) -> String
where
    F: Fn() -> Fut,
    Fut: Future<Output = String>,
{
    let (began, before) = (Instant::now(), cpu_micros());
    for _ in 0..REQUESTS / AT_ONCE {
        futures_util::future::join_all((0..AT_ONCE).map(|_| ask())).await;
    }
    let micros = (cpu_micros() - before) / u64::from(REQUESTS);
    format!("{micros} µs CPU a request, {:.0} a second", f64::from(REQUESTS) / began.elapsed().as_secs_f64())
}

/// User and system time of this process, from the operating system's accounting (in ticks of 10 ms).
fn cpu_micros() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(')').next().unwrap();
    let ticks: u64 = after.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
    ticks * 10_000
}
