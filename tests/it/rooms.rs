//! The rules of the architecture that are held by reading the sources: what each room may name.
//!
//! Comments and the unit tests (`tests` modules and folders) are no part of what is read.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The domains in the order in which each may name the ones before it: that of `src/schema.rs`.
const DOMAINS: &[&str] = &[
    "region",
    "auth",
    "group",
    "calendar",
    "problem",
    "disposition",
    "reporter",
    "whistle",
    "attachment",
    "mediation",
    "privacy",
    "notification",
    "statistics",
    "search",
    "viewer",
];

/// A source file without its comments and unit tests.
struct Source {
    /// Its path below `src`: `problem/read/record.rs`.
    path: String,
    /// Its lines, each with its number.
    lines: Vec<(usize, String)>,
    /// How many lines the file has.
    length: usize,
}

impl Source {
    fn read(root: &Path, path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().zip(1..).map(|(line, number)| (number, line.to_owned()));
        Self {
            path: path.strip_prefix(root).unwrap().to_string_lossy().into_owned(),
            lines: lines.filter(|(_, line)| !line.trim_start().starts_with("//")).collect(),
            length: text.lines().count(),
        }
    }

    /// The first part of the path: `problem`, `act`.
    fn room(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// Whether it is a domain's `name.rs`, or lies in its folder `name`.
    fn is_part(&self, name: &str) -> bool {
        DOMAINS.contains(&self.room())
            && self.path.split('/').skip(1).any(|part| part == name || part == format!("{name}.rs"))
    }

    /// The lines that name one of `words`, as `path:line: text`.
    fn naming<'a>(&'a self, words: &'a [&str]) -> impl Iterator<Item = String> {
        self.found(words).map(|(number, line)| format!("{}:{number}: {}", self.path, line.trim()))
    }

    fn found<'a>(&'a self, words: &'a [&str]) -> impl Iterator<Item = (usize, &'a str)> {
        let named = |line: &str| words.iter().any(|word| line.contains(word));
        self.lines.iter().filter(move |(_, line)| named(line)).map(|(number, line)| (*number, line.as_str()))
    }

    /// The name of the function that a line is in.
    fn function(&self, number: usize) -> Option<&str> {
        let before = self.lines.iter().rev().skip_while(|(other, _)| *other > number);
        let mut heads = before.filter_map(|(_, line)| line.split_once("fn "));
        let (_, tail) = heads.find(|(head, _)| {
            head.split_whitespace().all(|word| ["async", "const"].contains(&word) || word.starts_with("pub"))
        })?;
        tail.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
    }
}

fn sources() -> Vec<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![];
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") && name != "tests.rs" {
                found.push(Source::read(&root, &path));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(found.len() > 100, "the sources were found");
    found
}

#[track_caller]
fn none(rule: &str, broken: impl IntoIterator<Item = String>) {
    let mut text = String::new();
    for line in broken {
        writeln!(text, "  {line}").unwrap();
    }
    assert!(text.is_empty(), "{rule}:\n{text}");
}

/// Places where a rule does not hold, each with its reason.
type Exceptions = &'static [(&'static str, &'static str)];

/// Each exception is still needed: one that names nothing would hide the next mistake.
#[track_caller]
fn needed(exceptions: Exceptions, used: &BTreeSet<&str>) {
    let idle: Vec<_> = exceptions.iter().filter(|(name, _)| !used.contains(name)).collect();
    assert!(idle.is_empty(), "exceptions that nothing needs: {idle:?}");
}

#[test]
fn a_service_knows_nothing_of_graphql() {
    let services = sources();
    let services: Vec<_> = services.iter().filter(|source| source.is_part("service")).collect();
    assert!(services.len() >= 4);
    let broken = services.iter().flat_map(|source| source.naming(&["async_graphql", "crate::read::schema", "Door"]));
    none("a service names GraphQL", broken);
}

#[test]
fn declarations_and_commands_neither_write_nor_select() {
    let words = [
        "begin(",
        "begin_once(",
        "begin_with_options(",
        ".commit",
        "::insert(",
        ".insert(&",
        "::insert_many(",
        "::update(",
        "::update_many(",
        "::delete",
        "::find(",
        "::find_by_id(",
        "find_by_statement(",
        "from_raw_sql(",
        ".execute(",
        "execute_unprepared(",
        "query_all",
        "query_one",
    ];
    let all = sources();
    let declared: Vec<_> = all.iter().filter(|source| source.is_part("read") || source.is_part("command")).collect();
    assert!(declared.len() >= 8);
    none("read and command only declare", declared.iter().flat_map(|source| source.naming(&words)));
}

#[test]
fn only_services_signing_in_and_the_relay_open_and_commit_transactions() {
    const ELSEWHERE: Exceptions = &[
        ("act.rs", "what a command's transaction is"),
        ("job.rs", "a reminder is an act of its own"),
        ("relay.rs", "the relay"),
        ("db.rs", "the lock under which one process migrates"),
        ("doctor/text.rs", "one moment of the database, only read"),
    ];
    let words = ["begin(", "begin_once(", "begin_with_options(", ".commit()", "commit_once("];
    let mut used = BTreeSet::new();
    let mut broken = vec![];
    for source in &sources() {
        if source.is_part("service") || source.room() == "auth" {
            continue;
        }
        let found: Vec<_> = source.naming(&words).collect();
        if let Some((path, _)) = ELSEWHERE.iter().find(|(path, _)| source.path == *path)
            && !found.is_empty()
        {
            used.insert(*path);
        } else {
            broken.extend(found);
        }
    }
    none("a transaction where there is to be none", broken);
    needed(ELSEWHERE, &used);
}

#[test]
fn nothing_is_spawned_but_what_is_named_here() {
    const SPAWNED: Exceptions = &[
        ("http/wire.rs", "a task a connection; the dictionary of search, once"),
        ("auth/password.rs", "argon2 in its bounded pool"),
        ("http/file.rs", "images are decoded in their bounded pool"),
    ];
    let all = sources();
    let spawning: Vec<_> = all.iter().filter(|source| source.found(&["spawn"]).next().is_some()).collect();
    let unnamed = spawning.iter().filter(|source| SPAWNED.iter().all(|(path, _)| source.path != *path));
    none("something is spawned", unnamed.flat_map(|source| source.naming(&["spawn"])));
    needed(SPAWNED, &spawning.iter().map(|source| source.path.as_str()).collect());
}

#[test]
fn a_select_without_a_row_scope_says_so_by_its_name() {
    const ELSEWHERE: Exceptions = &[
        ("read/load.rs", "the row scope itself"),
        ("read/plan/select.rs", "the engine"),
        ("read/run/mod.rs", "the engine"),
        ("policy/rule.rs", "the language of row scopes"),
        ("policy/rows/problem.rs", "a row scope"),
        ("policy/rows/mediation.rs", "a row scope"),
        ("policy/rows/record.rs", "a row scope"),
        ("policy/rows/search.rs", "a row scope"),
        ("problem/read/timeline.rs", "a fact of a declared row: part of the engine's statement"),
        ("problem/read/course.rs", "facts of a declared row: part of the engine's statement"),
        ("problem/facts.rs", "facts of a declared row: part of the engine's statement"),
        ("act.rs", "the caller's own idempotency keys"),
        ("event/chain.rs", "the head of a stream, locked for writing"),
        ("relay.rs", "the relay"),
        ("scheduler.rs", "the lock that the scheduler works under"),
        ("problem/service/lapse.rs", "what the scheduler finds due, a kind at a time"),
        ("problem/service/watch.rs", "what the scheduler found due, locked"),
        ("search/index.rs", "the texts of the problem that a command is about, for the index"),
        ("doctor/mod.rs", "the operator's verification of the chains"),
        ("doctor/text.rs", "the operator's verification of the texts"),
        ("db.rs", "the lock under which one process migrates"),
    ];
    let words = [
        "Entity::find(",
        "E::find(",
        "::find_by_id(",
        "find_by_statement(",
        "from_raw_sql(",
        "execute_unprepared(",
        "query_all",
        "query_one",
        "Query::select(",
    ];
    let mut used = BTreeSet::new();
    let mut broken = vec![];
    for source in sources().iter().filter(|source| source.room() != "auth") {
        for (number, line) in source.found(&words) {
            if let Some((path, _)) = ELSEWHERE.iter().find(|(path, _)| source.path == *path) {
                used.insert(*path);
            } else if !source.function(number).is_some_and(|name| name.starts_with("system_")) {
                broken.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none("a select beside the row scope, in a function that is not named system_*", broken);
    needed(ELSEWHERE, &used);
}

#[test]
fn domains_name_one_another_only_in_their_order() {
    let schema = include_str!("../../src/schema.rs");
    let listed: Vec<_> = schema.lines().filter_map(|line| line.trim().strip_prefix("crate::")).collect();
    let listed: Vec<_> = listed.iter().filter_map(|line| line.split_once("::domain()").map(|(name, _)| name)).collect();
    assert_eq!(listed, DOMAINS, "this test and src/schema.rs list the same domains");

    let mut broken = vec![];
    for source in &sources() {
        let place = DOMAINS.iter().position(|domain| *domain == source.room());
        let later = place.map_or(&[][..], |place| &DOMAINS[place + 1..]);
        let words: Vec<_> =
            later.iter().flat_map(|later| [format!("crate::{later}::"), format!("crate::{later};")]).collect();
        broken.extend(source.naming(&words.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    none("a domain names one that comes after it", broken);
}

#[test]
fn a_table_is_written_by_the_domain_it_belongs_to() {
    const WRITERS: &[(&str, &[&str])] = &[
        ("region", &["region", "compound", "grid", "building", "organisation"]),
        ("group", &["linkage_group", "party", "party_seat", "seat_compound", "appointment"]),
        // What waits to be reckoned anew is asked for by what changed, and done by the problems' room.
        ("calendar", &["calendar_state", "calendar_year", "calendar_day", "calendar_hours", "deadline_backlog"]),
        // A task is given and judged with its problem, and done by its party.
        (
            "problem",
            &[
                "problem",
                "problem_addition",
                "problem_concern",
                "closure",
                "follow_up",
                "rating",
                "disclosure",
                "disposition_task",
                "reporter_code",
                "time_limit",
                "clock_segment",
                "deadline_backlog",
                "request",
                "extension_request",
                "suspension",
                "ledger_entry",
                "problem_merge",
                "merged_task",
                "supervision",
            ],
        ),
        // What a party asks for under its task is decided with the problem.
        ("disposition", &["disposition", "disposition_task", "request", "extension_request", "suspension"]),
        ("reporter", &["contact_release", "visit_offer"]),
        ("whistle", &["whistle", "whistle_call"]),
        ("attachment", &["attachment", "upload"]),
        (
            "mediation",
            &[
                "mediation",
                "mediation_side",
                "mediation_session",
                "mediation_attendance",
                "mediation_statement",
                "mediation_agreement",
                "mediation_obligation",
                "mediation_exclusion",
            ],
        ),
        ("notification", &["notification", "notification_cursor"]),
        ("privacy", &["redaction", "retention", "subject_request"]),
        // The first administrators are appointed from the command line, before there is a group.
        ("auth", &["user", "invitation", "refresh_token", "revocation", "signing_key", "appointment"]),
        ("search", &["problem_text"]),
        ("event", &["event", "event_stream"]),
        ("relay", &["event"]),
    ];
    let verbs = ["::insert", "::update", "::delete", "::ActiveModel"];
    let mut broken = vec![];
    for source in &sources() {
        for (number, line) in source.found(&verbs) {
            let mut tables = verbs.iter().filter_map(|verb| line.split_once(verb)).map(|(head, _)| {
                let head = head.strip_suffix("::Entity").unwrap_or(head);
                head.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
            });
            let own = |table: &str| {
                let rooms = WRITERS.iter().filter(|(_, tables)| tables.contains(&table)).map(|(room, _)| *room);
                let rooms: Vec<_> = rooms.collect();
                rooms.is_empty() || rooms.contains(&source.room())
            };
            if !tables.all(own) {
                broken.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none("a table is written by another domain", broken);
}

#[test]
fn the_engine_and_the_policy_know_no_domain() {
    let words: Vec<_> =
        DOMAINS.iter().flat_map(|name| [format!("crate::{name}::"), format!("crate::{name};")]).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let all = sources();
    let rooms = ["read", "policy", "gate", "error", "id", "clock", "vault", "text"];
    let below = all.iter().filter(|source| rooms.contains(&source.room()));
    none("what lies below the domains names one", below.flat_map(|source| source.naming(&words)));
    let engine = all.iter().filter(|source| source.room() == "read");
    none("the engine names a table", engine.flat_map(|source| source.naming(&["Entity::find(", "use entity::{"])));
}

#[test]
fn randomness_time_and_clients_come_in_by_one_place_each() {
    let only = |words: &[&str], places: &[&str]| {
        let all = sources();
        let others = all.iter().filter(|source| !places.contains(&source.path.as_str()));
        none(&format!("{words:?} outside {places:?}"), others.flat_map(|source| source.naming(words)));
    };
    only(&[" rand::", "(rand::", "getrandom", "OsRng", "new_v4(", "now_v7("], &["id.rs", "vault.rs"]);
    only(&["Utc::now(", "Local::now(", "SystemTime"], &["clock.rs"]);
    // A span that has passed here is no time of the domain: how old a cache is, how long a request took.
    only(&["Instant::now("], &["auth/post.rs", "auth/trust.rs", "http/observe.rs", "http/wire.rs"]);
    only(&["reqwest", "hyper_util::client", "TcpStream::connect"], &[]);
}

#[test]
fn a_file_that_grows_long_is_named_here_with_its_reason() {
    const MOST: usize = 450;
    const LONG: Exceptions = &[
        ("read/model.rs", "the language of declarations: one vocabulary, read as a whole"),
        ("read/schema.rs", "from declarations to a schema: one pass, read as a whole"),
    ];
    let long: Vec<_> = sources().into_iter().filter(|source| source.length > MOST).collect();
    let unnamed = long.iter().filter(|source| LONG.iter().all(|(path, _)| source.path != *path));
    none("files over 450 lines", unnamed.map(|source| format!("{}: {}", source.path, source.length)));
    needed(LONG, &long.iter().map(|source| source.path.as_str()).collect());
}
