//! Every list the API offers reads through an index: bounded by its row scope or its parents, and in its own order
//! without a sort, at every level of regions; filters are answered from an index or from rows so bounded.

use std::collections::BTreeSet;

use entity::appointment;
use entity::word::{RegionLevel, Role, Word};
use liufang::id::TypeId;
use liufang::policy::rule::{At, Rule};
use liufang::policy::{Viewer, scopes_of};
use liufang::read::model::{Answer, Model, Operand, Source, Type};
use liufang::read::schema::{Standing, Taken, View, upper_snake};
use liufang::read::shape::Scalar;
use sea_orm::sea_query::{Alias, Expr};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter, Statement};
use serde_json::{Value, json};

use crate::statements::Asked;
use crate::support::world::{CITY, COMMUNITY, COUNTY, STREET, World};

/// Lists that are read otherwise, and why.
const OTHERWISE: &[(&str, &str)] = &[
    ("regions", "a city has some thousand; they are read in the order of their codes"),
    (
        "organisations",
        "a city has some thousand; they are read in the order of their names, for those with a seat lie anywhere",
    ),
    ("Viewer.inbox", "a view: the test below looks at the tables behind it"),
];

/// Lists that may be sorted where that is the shorter way, and why.
const SORTED: &[(&str, &str)] = &[("mediations", "those of a side are found by its own row, and few")];

/// Makes thousands of rows of some: tables whose lists must not be read whole.
#[expect(clippy::too_many_lines, reason = "a table a line")]
async fn fill(db: &DatabaseConnection) {
    let sqlite = db.get_database_backend() == DbBackend::Sqlite;
    let series = |count: usize| {
        if sqlite {
            format!(
                "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) AS s"
            )
        } else {
            format!("(SELECT generate_series(1, {count}) AS n) AS s")
        }
    };
    // A new id, and a time that differs from row to row.
    let id = if sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    let time = |column: &str| {
        if sqlite {
            format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {column}, '-' || (s.n * 7) || ' minutes')")
        } else {
            format!("{column} - s.n * interval '7 minutes'")
        }
    };
    for (table, count, changed) in [
        (
            "problem",
            50,
            vec![("number", "'N' || s.n || '-' || r.number".to_owned()), ("reported_at", time("r.reported_at"))],
        ),
        ("disposition_task", 30, vec![("assigned_at", time("r.assigned_at"))]),
        ("disposition", 30, vec![("created_at", time("r.created_at"))]),
        ("problem_addition", 30, vec![("created_at", time("r.created_at"))]),
        (
            "attachment",
            30,
            vec![("created_at", time("r.created_at")), ("object_key", "r.object_key || '-' || s.n".to_owned())],
        ),
        ("follow_up", 30, vec![("created_at", time("r.created_at"))]),
        ("disclosure", 30, vec![("created_at", time("r.created_at"))]),
        ("request", 30, vec![("asked_at", time("r.asked_at"))]),
        ("suspension", 30, vec![("asked_at", time("r.asked_at"))]),
        ("ledger_entry", 30, vec![("carried_at", time("r.carried_at"))]),
        ("supervision", 30, vec![("proposed_at", time("r.proposed_at"))]),
        ("event", 20, vec![("seq", "r.seq + s.n * 100000".to_owned()), ("occurred_at", time("r.occurred_at"))]),
        (
            "contact_release",
            30,
            vec![("created_at", time("r.created_at")), ("withdrawn_at", "r.expires_at".to_owned())],
        ),
        (
            "visit_offer",
            30,
            vec![
                ("created_at", time("r.created_at")),
                ("status", "'CANCELLED'".to_owned()),
                ("ended_at", "r.lapses_at".to_owned()),
            ],
        ),
        ("mediation", 60, vec![("opened_at", time("r.opened_at"))]),
        ("mediation_side", 30, vec![("number", "r.number + s.n * 100".to_owned()), ("user_id", "NULL".to_owned())]),
        ("mediation_session", 30, vec![("starts_at", time("r.starts_at"))]),
        ("mediation_statement", 30, vec![("created_at", time("r.created_at"))]),
        ("mediation_obligation", 30, vec![]),
        ("redaction", 60, vec![("asked_at", time("r.asked_at"))]),
        ("subject_request", 60, vec![("asked_at", time("r.asked_at")), ("due_at", time("r.due_at"))]),
        ("compound", 40, vec![("name", "r.name || s.n".to_owned())]),
        ("building", 40, vec![("name", "r.name || s.n".to_owned())]),
        ("organisation", 40, vec![("name", "r.name || s.n".to_owned())]),
        ("user", 40, vec![("username", "r.username || s.n".to_owned())]),
        ("appointment", 60, vec![]),
        ("linkage_group", 40, vec![("status", "'DISSOLVED'".to_owned()), ("created_at", time("r.created_at"))]),
        ("whistle", 60, vec![("raised_at", time("r.raised_at"))]),
        ("whistle_call", 30, vec![("called_at", time("r.called_at"))]),
    ] {
        let columns = columns(db, table).await;
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let changed = changed.iter().find(|(name, _)| name == column).map(|(_, value)| value.clone());
                if column == "id" { id.to_owned() } else { changed.unwrap_or_else(|| format!("r.\"{column}\"")) }
            })
            .collect();
        let narrow = match table {
            "disposition_task" => "WHERE r.role <> 'LEAD'",
            "attachment" => "WHERE r.status <> 'RELEASED'",
            "organisation" => "WHERE r.kind <> 'GOVERNMENT'",
            // A person asks once at a time.
            "subject_request" => "WHERE r.status <> 'RECEIVED'",
            "whistle_call" => "WHERE r.status NOT IN ('CALLED', 'REPORTED_IN')",
            "request" | "redaction" => "WHERE r.status <> 'PENDING'",
            "suspension" => "WHERE r.status <> 'PENDING' AND (r.status <> 'APPROVED' OR r.resumed_at IS NOT NULL)",
            "ledger_entry" => "WHERE r.ended_at IS NOT NULL",
            "supervision" => "WHERE r.status IN ('LIFTED', 'DISMISSED')",
            _ => "",
        };
        let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let insert = format!(
            "INSERT INTO \"{table}\" ({}) SELECT {} FROM \"{table}\" AS r CROSS JOIN {} {narrow}",
            columns.join(", "),
            values.join(", "),
            series(count)
        );
        db.execute_unprepared(&insert).await.unwrap_or_else(|error| panic!("{table}: {error}"));
    }
    // More time is asked for once a task.
    let columns = columns(db, "extension_request").await;
    let values: Vec<String> = columns
        .iter()
        .map(|column| match column.as_str() {
            "id" => id.to_owned(),
            "problem_id" | "community_code" => format!("t.{column}"),
            "task_id" => "t.id".into(),
            other => format!("r.{other}"),
        })
        .collect();
    let insert = format!(
        "INSERT INTO extension_request ({}) SELECT {} FROM disposition_task AS t
         CROSS JOIN (SELECT * FROM extension_request ORDER BY id LIMIT 1) AS r
         WHERE NOT EXISTS (SELECT 1 FROM extension_request AS e WHERE e.task_id = t.id)",
        columns.join(", "),
        values.join(", ")
    );
    db.execute_unprepared(&insert).await.unwrap_or_else(|error| panic!("extension_request: {error}"));
    // And of their data, once at a time and of a kind: here each person does.
    let asked = self::columns(db, "subject_request").await;
    let values: Vec<String> = asked
        .iter()
        .map(|column| match column.as_str() {
            "id" => id.to_owned(),
            "person_id" => "u.id".into(),
            "problem_id" => "NULL".into(),
            other => format!("r.{other}"),
        })
        .collect();
    let insert = format!(
        "INSERT INTO subject_request ({}) SELECT {} FROM \"user\" AS u
         CROSS JOIN (SELECT * FROM subject_request WHERE status = 'RECEIVED' ORDER BY id LIMIT 1) AS r
         WHERE NOT EXISTS (SELECT 1 FROM subject_request AS s WHERE s.person_id = u.id AND s.status = 'RECEIVED')",
        asked.join(", "),
        values.join(", ")
    );
    db.execute_unprepared(&insert).await.unwrap_or_else(|error| panic!("subject_request: {error}"));
    // A person is told of an event once.
    let told = self::columns(db, "notification").await;
    let values: Vec<String> = told
        .iter()
        .map(|column| match column.as_str() {
            "id" => id.to_owned(),
            "event_id" => "e.id".into(),
            "created_at" => "e.occurred_at".into(),
            other => format!("r.{other}"),
        })
        .collect();
    let insert = format!(
        "INSERT INTO notification ({}) SELECT {} FROM event AS e
         CROSS JOIN (SELECT * FROM notification ORDER BY id LIMIT 3) AS r
         WHERE NOT EXISTS (SELECT 1 FROM notification AS n WHERE n.event_id = e.id)",
        told.join(", "),
        values.join(", ")
    );
    db.execute_unprepared(&insert).await.unwrap_or_else(|error| panic!("notification: {error}"));
    // Nobody analyses a SQLite file; PostgreSQL does it by itself.
    if !sqlite {
        db.execute_unprepared("ANALYZE").await.unwrap();
    }
}

/// The columns of a table that can be written.
async fn columns(db: &DatabaseConnection, table: &str) -> Vec<String> {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Sqlite {
        format!("SELECT name AS name FROM pragma_table_xinfo('{table}') WHERE hidden = 0")
    } else {
        format!(
            "SELECT column_name::text AS name FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}' AND is_generated = 'NEVER'"
        )
    };
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

/// How a database would read a statement.
struct Plan {
    /// Whether the list's own table is read through an index with a condition.
    bounded: bool,
    /// Whether rows are sorted.
    sorted: bool,
    text: String,
}

async fn explain(db: &DatabaseConnection, statement: &Statement) -> Plan {
    let backend = db.get_database_backend();
    let sqlite = backend == DbBackend::Sqlite;
    let words = if sqlite { "EXPLAIN QUERY PLAN " } else { "EXPLAIN (FORMAT JSON) " };
    // What a filter does not tell the caller at all reads no row, whatever the plan names.
    if statement.sql.contains(" WHERE FALSE ") {
        return Plan { bounded: true, sorted: false, text: String::new() };
    }
    let asked = Statement { sql: format!("{words}{}", statement.sql), ..statement.clone() };
    let rows = db.query_all_raw(asked).await.unwrap();
    if sqlite {
        let lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(3).unwrap()).collect();
        let text = lines.join("\n");
        // Two indexes for two sides of an OR are both bounded.
        let own: Vec<&String> = lines.iter().filter(|line| line.split(' ').nth(1) == Some("t0")).collect();
        let bounded = !own.is_empty() && own.iter().all(|line| line.starts_with("SEARCH t0") && line.contains('('));
        return Plan { bounded, sorted: text.contains("USE TEMP B-TREE FOR ORDER BY"), text };
    }
    let plan: Value = rows[0].try_get_by_index(0).unwrap();
    let mut seen = Seen::default();
    seen.walk(&plan[0]["Plan"]);
    Plan { bounded: seen.bounded, sorted: seen.sorted, text: serde_json::to_string_pretty(&plan).unwrap() }
}

#[derive(Default)]
struct Seen {
    bounded: bool,
    sorted: bool,
}

impl Seen {
    fn walk(&mut self, node: &Value) {
        let kind = node["Node Type"].as_str().unwrap_or_default();
        self.sorted |= kind.contains("Sort");
        if node["Alias"] == "t0" {
            let indexed = !node["Index Cond"].is_null() || kind == "Bitmap Heap Scan";
            self.bounded |= indexed && kind != "Seq Scan";
        }
        for inner in node["Plans"].as_array().into_iter().flatten() {
            self.walk(inner);
        }
    }
}

/// A list and how it is asked for.
struct List {
    /// `Problem.tasks`, or `problems` at the root.
    name: String,
    target: &'static str,
    /// The document around the list: `@` is where it stands.
    around: String,
    /// The way to it has so many statements before it.
    before: usize,
    /// Which of the target's rows it holds.
    only: Option<fn(&At) -> Rule>,
}

/// All lists of a model: at the root, and in a row that is found by its id.
fn lists(model: &Model, view: &View, world: &World) -> Vec<List> {
    let mut lists = vec![];
    for query in model.queries.values() {
        if let Answer::Many { target, only, .. } = query.answer
            && view.objects["Query"].contains_key(query.name)
        {
            let around = format!("{{ list: {}@ {{ nodes {{ id }} }} }}", query.name);
            lists.push(List { name: query.name.into(), target, around, before: 0, only });
        }
    }
    for declared in model.types.values().filter(|declared| view.objects.contains_key(declared.name)) {
        for field in &declared.fields {
            let Source::Many { target, paged, only, .. } = &field.source else { continue };
            if !view.objects[declared.name].contains_key(&field.name) {
                continue;
            }
            let inner = if *paged { "{ nodes { id } }" } else { "{ id }" };
            let ids = some_ids(world, declared);
            let around = format!(
                "{{ nodes(ids: {}) {{ ... on {} {{ list: {}@ {inner} }} }} }}",
                json!(ids),
                declared.name,
                field.name
            );
            lists.push(List {
                name: format!("{}.{}", declared.name, field.name),
                target,
                around,
                before: 1,
                only: *only,
            });
        }
    }
    lists
}

/// Ids of some rows of a type.
fn some_ids(world: &World, declared: &Type) -> Vec<String> {
    let data = &world.data;
    macro_rules! ids {
        ($rows:expr) => {
            $rows.iter().map(|row| TypeId(declared.prefix, row.id).to_string()).take(20).collect()
        };
    }
    match declared.name {
        "Region" => ids!(data.regions),
        "Compound" => ids!(data.compounds),
        "Grid" => ids!(data.grids),
        "Building" => ids!(data.buildings),
        "LinkageGroup" => ids!(data.groups),
        "Party" => ids!(data.parties),
        "PartySeat" => ids!(data.seats),
        "Problem" => ids!(data.problems),
        "Disposition" => ids!(data.dispositions),
        "Viewer" => ids!(data.users),
        "Whistle" => ids!(data.whistles),
        "Mediation" => ids!(data.mediations),
        "MediationSession" => ids!(data.sessions),
        "MediationAgreement" => ids!(data.agreements),
        other => panic!("{other} has a list: give some ids"),
    }
}

/// The ways to narrow and order a list: arguments, and whether it is the list's own order.
fn ways(target: &Type, view: &View, world: &World) -> Vec<(String, bool)> {
    let mut ways = vec![(String::new(), true)];
    if let Some(Taken::Enum(fields)) = view.inputs.get(&format!("{}OrderField", target.name)) {
        for field in target.fields.iter().filter(|field| fields.contains(&upper_snake(&field.name))) {
            for direction in ["ASC", "DESC"] {
                ways.push((
                    format!("(orderBy: [{{ field: {}, direction: {direction} }}])", upper_snake(&field.name)),
                    false,
                ));
            }
        }
    }
    let Some(Taken::Object { members, .. }) = view.inputs.get(&format!("{}Filter", target.name)) else {
        return ways;
    };
    for filter in target.filters.iter().filter(|filter| members.iter().any(|member| member.name == filter.name)) {
        let operands: Vec<String> = match filter.operand {
            Operand::Boolean => vec!["true".into(), "false".into()],
            Operand::Text => vec!["\"路灯\"".into()],
            Operand::Times => vec!["{ from: \"2026-02-27T00:00:00Z\", to: \"2026-03-01T00:00:00Z\" }".into()],
            Operand::Days => vec!["{ from: \"2026-01-01\" }".into()],
            Operand::Choice(scalar, _) => {
                let value = match scalar {
                    Scalar::Word(words) => (words.values)()[0][0].to_owned(),
                    Scalar::Id(prefix) => {
                        let data = &world.data;
                        let id = match prefix.0 {
                            "group" => data.groups[0].id,
                            "grid" => data.grids[0].id,
                            "party" => data.parties[0].id,
                            _ => data.problems[0].id,
                        };
                        json!(TypeId(prefix, id).to_string()).to_string()
                    }
                    Scalar::Text | Scalar::Int | Scalar::Boolean | Scalar::AnyId | Scalar::Time | Scalar::Day => {
                        format!("\"{COMMUNITY}\"")
                    }
                };
                vec![format!("{{ eq: {value} }}"), format!("{{ in: [{value}] }}")]
            }
        };
        ways.extend(operands.into_iter().map(|operand| (format!("(filter: {{ {}: {operand} }})", filter.name), false)));
    }
    ways
}

/// Someone who sees everything at each level, and someone of a party.
fn viewers(world: &World) -> Vec<Viewer> {
    let base = world.viewer(Role::Secretary).clone();
    let at = |role: Role, region: i64, level: RegionLevel| Viewer {
        role,
        region,
        level,
        scopes: scopes_of(role),
        ..base.clone()
    };
    vec![
        at(Role::Secretary, COMMUNITY, RegionLevel::Community),
        at(Role::StreetCoordinator, STREET, RegionLevel::Street),
        at(Role::Supervisor, COUNTY, RegionLevel::County),
        at(Role::Supervisor, CITY, RegionLevel::City),
        world.viewer(Role::CityManagement).clone(),
        world.viewer(Role::Resident).clone(),
        world.viewer(Role::GridWorker).clone(),
    ]
}

both! {
    async fn every_list_is_read_through_an_index(db: Backing) {
        let mut world = World::new(db, 41, 60).await;
        fill(&world.app.db).await;
        let asked = Asked::listen(&mut world);
        let postgres = world.app.db.get_database_backend() == DbBackend::Postgres;
        // One connection keeps the setting.
        let explaining = world.connection().await;
        if postgres {
            // The tables are small still: what pays for them alone is left out.
            for way in ["seqscan", "mergejoin", "hashjoin"] {
                explaining.execute_unprepared(&format!("SET enable_{way} = off")).await.unwrap();
            }
        }
        let mut wrong = BTreeSet::new();
        let mut looked = 0;
        for viewer in viewers(&world) {
            let view = world.door.view(Standing { role: Some(viewer.role), scopes: viewer.scopes });
            for list in lists(world.door.model(), &view, &world) {
                if OTHERWISE.iter().any(|(name, _)| *name == list.name) {
                    continue;
                }
                let target = &world.door.model().types[list.target];
                // What the viewer reads no row of is not read at all.
                let at = At { role: viewer.role, level: viewer.level, table: Alias::new("t0") };
                let only = list.only.map_or(Rule::Always, |only| only(&at));
                if (target.rows)(&at) & only == Rule::Never {
                    continue;
                }
                let plain = !list.around.contains("{ nodes { id } }");
                for (arguments, own_order) in ways(target, &view, &world) {
                    if plain && !arguments.is_empty() {
                        continue;
                    }
                    let document = list.around.replace('@', &arguments);
                    asked.take();
                    world.data(&viewer, &document, json!({})).await;
                    let statements = asked.take();
                    let Some(statement) = statements.get(list.before) else { continue };
                    looked += 1;
                    let reading = explain(&explaining, statement).await;
                    let few = SORTED.iter().any(|(name, _)| *name == list.name);
                    let unsorted = !own_order || list.before > 0 || !reading.sorted || few;
                    if !reading.bounded || !unsorted {
                        let what = if reading.bounded { "sorted" } else { "unbounded" };
                        wrong.insert(format!("{} {} {:?} {}: {what}", list.name, arguments, viewer.level.value(), viewer.role.value()));
                        if std::env::var("LIUFANG_EXPLAIN").is_ok_and(|name| list.name == name) {
                            eprintln!("{}\n{}", statement.sql, reading.text);
                        }
                    }
                }
            }
        }
        assert!(looked > 500, "{looked}");
        assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    }

    /// Behind the view, the posts are found by their holder, and what is open by its organisation or grid: as many rows are
    /// read as are open there, and sorted.
    async fn the_inbox_reads_what_is_open_for_the_posts_held_and_nothing_else(db: Backing) {
        let mut world = World::new(db, 41, 60).await;
        fill(&world.app.db).await;
        // A person holds a few posts, and not a hundred as the filled table has it.
        let nobody = world.data.users.iter().find(|user| user.name == "nobody").unwrap().id;
        let held = world.data.appointments.iter().map(|post| post.id);
        let others = appointment::Entity::update_many().filter(appointment::Column::Id.is_not_in(held));
        others.col_expr(appointment::Column::UserId, Expr::value(nobody)).exec(&world.app.db).await.unwrap();
        let asked = Asked::listen(&mut world);
        let postgres = world.app.db.get_database_backend() == DbBackend::Postgres;
        let explaining = world.connection().await;
        if postgres {
            world.app.db.execute_unprepared("ANALYZE").await.unwrap();
            for way in ["seqscan", "mergejoin", "hashjoin"] {
                explaining.execute_unprepared(&format!("SET enable_{way} = off")).await.unwrap();
            }
        }
        let viewer = world.viewer(Role::CityManagement).clone();
        for arguments in ["", "(filter: { kind: { eq: TASK } })", "(orderBy: [{ field: DUE_AT, direction: DESC }])"] {
            asked.take();
            let document = format!("{{ viewer {{ list: inbox{arguments} {{ nodes {{ id number post {{ id }} }} totalCount {{ value }} }} }} }}");
            world.data(&viewer, &document, json!({})).await;
            for statement in asked.take().iter().filter(|statement| statement.sql.contains("inbox_item")) {
                let text = explain(&explaining, statement).await.text;
                if std::env::var("LIUFANG_EXPLAIN").is_ok_and(|name| name == "Viewer.inbox") {
                    eprintln!("{}\n{text}", statement.sql);
                }
                let indexes = ["appointment_user", "disposition_task_waiting", "disposition_task_waiting_grid", "grid_parent"];
                let others = ["whistle_call_waiting", "subject_request_open", "subject_request_open_street", "subject_request_open_county"];
                let others = others.into_iter().filter(|_| !arguments.contains("TASK"));
                for index in indexes.into_iter().chain(others) {
                    assert!(text.contains(index), "{index}: {text}");
                }
                let whole = if postgres { "\"Seq Scan\"" } else { "SCAN " };
                let whole: Vec<_> = text.lines().filter(|line| line.contains(whole)).collect();
                let whole: Vec<_> = whole.into_iter().filter(|line| !["SCAN t0", "SCAN n", "SCAN (subquery"].iter().any(|own| line.starts_with(own))).collect();
                assert!(whole.is_empty(), "{whole:?} {text}");
            }
        }
    }
}
