//! Filters, orders, counts, refusals, suggestions: none tells what the caller is not shown.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::word::{
    ProblemChannel, ProblemDomain, ProblemNature, ProblemStatus, TaskRole, TaskStatus, WhistleGrounds, WhistleStatus,
    Word,
};
use liufang::id::prefix;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::communities::{NAME, Truth, World, typed};
use crate::support::sdl::{self, Sdl};

/// Those who see part of what there is.
const PARTIAL: [&str; 9] =
    ["property", "rival", "lawyer", "owner", "police", "resident", "neighbour", "helper", "supervisor"];

/// What of a row is shown that a filter is about.
fn facets(filter: &str, member: &str) -> &'static [&'static str] {
    match (filter, member) {
        // A micro-grid that is hidden is not one that there is none of: whether it is, is shown by the revision.
        ("ProblemFilter", "grid") => &["grid", "microGrid", "revision?"],
        // Whoever sees a whistle sees whom it calls: none looks like another.
        ("WhistleFilter", "party") => &["id"],
        (_, "grounds") => &["grounds"],
        (_, "raisedAt") => &["raisedAt"],
        (_, "at") => &["at"],
        (_, "status") => &["status"],
        (_, "open") => &["open"],
        (_, "domain") => &["domain"],
        (_, "nature") => &["nature"],
        (_, "channel") => &["channel"],
        (_, "urgent") => &["urgent"],
        (_, "group") => &["group"],
        (_, "leadParty") => &["leadParty"],
        (_, "concerns") => &["concerns"],
        (_, "community") => &["community"],
        (_, "reportedAt") => &["reportedAt"],
        (_, "closedAt") => &["closedAt"],
        (_, "overdue") => &["overdue"],
        // Whose decision it is, and what is asked for.
        (_, "awaitingDecision") => &["reporterCount?", "asked"],
        (_, "role") => &["role"],
        (_, "dueAt") => &["dueAt"],
        (_, "party") => &["party"],
        (_, "type") => &["type"],
        (_, "problem") => &["problem"],
        // Whether it is confidential tells that it is not found.
        (_, "text") => &["title", "summary", "publicSummary", "report", "place", "visibility"],
        _ => panic!("nobody says what {filter}.{member} is about"),
    }
}

/// Every condition on a member that could tell something: each value there is, and each moment.
fn conditions(truth: &Truth, sdl: &Sdl, filter: &str, member: &str) -> Vec<Value> {
    fn words<W: Word>() -> Vec<Value> {
        W::ALL.iter().map(|word| json!(word.value())).collect()
    }
    let ids = |prefix, ids: Vec<Uuid>| ids.into_iter().map(|id| json!(typed(prefix, id))).collect::<Vec<_>>();
    let ty = sdl.members(filter).iter().find(|found| found.name == member).unwrap().ty.base.clone();
    let values = match (ty.as_str(), member) {
        ("Boolean", _) => return vec![json!(true), json!(false)],
        ("TimeRange", _) => return moments(truth, member),
        // Words of every text that there is, shown or not.
        ("String", "text") => {
            let words = [
                "标题",
                "摘要",
                "请处理",
                "第二行",
                "电梯",
                "三个月",
                "不要说",
                "门口",
                "住",
                "幢",
                "单元",
                &NAME[6..],
            ];
            return words.into_iter().map(|word| json!(word)).collect();
        }
        ("ProblemStatusChoice", _) => words::<ProblemStatus>(),
        ("ProblemDomainChoice", _) => words::<ProblemDomain>(),
        ("ProblemNatureChoice", _) => words::<ProblemNature>(),
        ("ProblemChannelChoice", _) => words::<ProblemChannel>(),
        ("TaskRoleChoice", _) => words::<TaskRole>(),
        ("TaskStatusChoice", _) => words::<TaskStatus>(),
        ("WhistleStatusChoice", _) => words::<WhistleStatus>(),
        ("WhistleGroundsChoice", _) => words::<WhistleGrounds>(),
        (_, "group") => ids(prefix::GROUP, truth.groups.iter().map(|row| row.id).collect()),
        (_, "grid") => ids(prefix::GRID, truth.grids.iter().map(|row| row.id).collect()),
        (_, "leadParty" | "concerns" | "party") => ids(prefix::PARTY, truth.parties.iter().map(|row| row.id).collect()),
        (_, "problem") => ids(prefix::PROBLEM, truth.problems.iter().map(|row| row.id).collect()),
        (_, "community") => truth.regions.iter().map(|row| json!(row.code.to_string())).collect(),
        (_, "type") => {
            let kinds: BTreeSet<_> = truth.events.iter().map(|event| event.kind.clone()).collect();
            // A list has at most a hundred.
            kinds.into_iter().take(100).map(Value::String).collect()
        }
        _ => panic!("nobody knows values of {filter}.{member}: {ty}"),
    };
    let each = values.iter().flat_map(|value| [json!({ "eq": value }), json!({ "notIn": [value] })]);
    // A list has a hundred values at most.
    let many = &values[..values.len().min(100)];
    each.chain([json!({ "in": many }), json!({ "notIn": many }), json!({ "notIn": [] })]).collect()
}

/// Around each moment that is stored, shown or not.
fn moments(truth: &Truth, member: &str) -> Vec<Value> {
    let times: BTreeSet<DateTime<Utc>> = match member {
        "reportedAt" => truth.problems.iter().map(|row| row.reported_at).collect(),
        "raisedAt" => truth.whistles.iter().map(|row| row.raised_at).collect(),
        "closedAt" => truth.problems.iter().filter_map(|row| row.closed_at).collect(),
        "dueAt" => truth.tasks.iter().filter_map(|row| row.due_at).collect(),
        "at" => truth.events.iter().step_by(17).map(|row| row.occurred_at).collect(),
        _ => panic!("nobody knows moments of {member}"),
    };
    let at = |time: DateTime<Utc>| json!({ "from": time, "to": time + TimeDelta::seconds(1) });
    times.into_iter().map(at).chain([json!({})]).collect()
}

/// The rows of a list: in order, as they are shown.
async fn rows(world: &World, label: &str, list: &str, page: &str, filter: &Value) -> (Vec<Value>, Value) {
    let ty = list_filter(world, label, list);
    let document =
        format!("query($after: String, $filter: {ty}) {{ {list}(first: 100, after: $after, filter: $filter) {page} }}");
    let (mut found, mut after) = (vec![], Value::Null);
    loop {
        let data = world.data(label, &document, json!({ "after": after, "filter": filter })).await;
        let answer = &data[list];
        found.extend(answer["nodes"].as_array().unwrap().iter().cloned());
        if answer["pageInfo"]["hasNextPage"] != true {
            return (found, answer["totalCount"]["value"].clone());
        }
        after = answer["pageInfo"]["endCursor"].clone();
    }
}

fn list_filter(world: &World, label: &str, list: &str) -> String {
    let sdl = sdl::of(world.who(label).role());
    let field = sdl.field("Query", list).unwrap();
    field.arguments.iter().find(|argument| argument.name == "filter").unwrap().ty.base.clone()
}

/// A filter sees what its caller sees: rows that look alike to the caller are all found or none is, and what is hidden
/// is found by nothing. The count says the same.
async fn a_filter_sees_what_is_shown(world: &World, truth: &Truth, label: &str, list: &str) {
    let sdl = sdl::of(world.who(label).role());
    let row = sdl.connected(&sdl.field("Query", list).unwrap().ty.base).unwrap();
    let (all, _) = rows(world, label, list, &sdl.page_of(row), &json!({})).await;
    let short = "{ nodes { id } pageInfo { hasNextPage endCursor } totalCount { value } }";
    let filter = list_filter(world, label, list);
    let concerns = of_problems(world, label, list, "concerns { id }").await;
    let requests = "requests(first: 100) { nodes { kind status } }";
    let works = sdl.field("Problem", "extensions").is_some();
    let more = "extensions(first: 100) { nodes { status } } suspensions(first: 100) { nodes { status } }";
    let asked = of_problems(world, label, list, &format!("{requests} {}", if works { more } else { "" })).await;
    for member in sdl.members(&filter) {
        let facets = facets(&filter, &member.name);
        let looks: BTreeMap<String, String> = all
            .iter()
            .map(|row| {
                let id = row["id"].as_str().unwrap().to_owned();
                let look = facets.iter().map(|facet| match *facet {
                    "concerns" => concerns[&id].to_string(),
                    "asked" => asked[&id].to_string(),
                    "revision?" | "reporterCount?" => row[facet.trim_end_matches('?')].is_null().to_string(),
                    facet => row[facet].to_string(),
                });
                let look = look.collect::<Vec<_>>().join(" ");
                (id, look)
            })
            .collect();
        for condition in conditions(truth, sdl, &filter, &member.name) {
            let (found, count) = rows(world, label, list, short, &json!({ &member.name: condition })).await;
            let found: BTreeSet<_> = found.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
            let told = format!("{label}: {list} by {} {condition}", member.name);
            assert_eq!(count, json!(found.len()), "{told}");
            let mut alike: BTreeMap<&str, BTreeSet<bool>> = BTreeMap::new();
            for (id, look) in &looks {
                alike.entry(look).or_default().insert(found.contains(id));
            }
            for (look, outcomes) in alike {
                assert_eq!(outcomes.len(), 1, "{told} parts rows that are shown alike: {look}");
            }
        }
    }
}

/// What more is shown of each problem of a list.
async fn of_problems(world: &World, label: &str, list: &str, selection: &str) -> BTreeMap<String, Value> {
    if list != "problems" {
        return BTreeMap::new();
    }
    let page = format!("{{ nodes {{ id {selection} }} pageInfo {{ hasNextPage endCursor }} totalCount {{ value }} }}");
    let (rows, _) = rows(world, label, list, &page, &json!({})).await;
    let shown = rows.into_iter().map(|mut row| {
        let id = row.as_object_mut().unwrap().remove("id").unwrap();
        (id.as_str().unwrap().to_owned(), row)
    });
    shown.collect()
}

/// Rows that look alike in what a list is ordered by come in the order of their ids, and no cursor holds what is hidden.
async fn an_order_sees_what_is_shown(world: &World, truth: &Truth, label: &str) {
    let sdl = sdl::of(world.who(label).role());
    let Some(sdl::Kind::Enum(orders)) = sdl.types.get("ProblemOrderField") else { panic!("problems have an order") };
    let hidden: Vec<String> =
        truth.problems.iter().map(|row| row.due_order.format("%Y-%m-%dT%H:%M").to_string()).collect();
    for (order, _) in orders {
        let (head, tail) = order.split_once('_').unwrap_or((order, ""));
        let facet = format!(
            "{}{}{}",
            head.to_lowercase(),
            tail.get(..1).unwrap_or(""),
            tail.get(1..).unwrap_or("").to_lowercase()
        );
        let document = format!(
            "{{ problems(first: 100, orderBy: [{{ field: {order}, direction: ASC }}]) {{ edges {{ cursor node {{ id {facet} }} }} }} }}"
        );
        let data = world.data(label, &document, json!({})).await;
        let edges = data["problems"]["edges"].as_array().unwrap();
        for pair in edges.windows(2) {
            let (one, other) = (&pair[0]["node"], &pair[1]["node"]);
            if one[&facet] == other[&facet] {
                let (one, other) = (one["id"].as_str(), other["id"].as_str());
                assert!(one < other, "{label}: {order} parts rows that are shown alike: {one:?} {other:?}");
            }
        }
        for edge in edges.iter().filter(|edge| edge["node"][&facet].is_null()) {
            let cursor = URL_SAFE_NO_PAD.decode(edge["cursor"].as_str().unwrap()).unwrap();
            let cursor = String::from_utf8_lossy(&cursor).into_owned();
            let told: Vec<_> = hidden.iter().filter(|due| cursor.contains(*due)).collect();
            assert!(told.is_empty(), "{label}: the cursor of {order} holds {told:?}");
        }
    }
}

both! {
    async fn no_filter_order_count_or_cursor_tells_what_is_hidden(db: Backing) {
        let world = World::make(db, false).await;
        let truth = world.truth().await;
        for label in PARTIAL {
            let sdl = sdl::of(world.who(label).role());
            for list in ["problems", "dispositionTasks", "whistles"] {
                if sdl.field("Query", list).is_some() {
                    a_filter_sees_what_is_shown(&world, &truth, label, list).await;
                }
            }
            an_order_sees_what_is_shown(&world, &truth, label).await;
        }
        a_filter_sees_what_is_shown(&world, &truth, "property", "auditTrail").await;
        guesses(&world).await;
        unknown_names(&world).await;
    }
}

/// A refusal of personal data does not confirm a guessed name to those who are not to know it.
async fn guesses(world: &World) {
    let task = world.task("property", &world.id("public")).await;
    let document = "mutation($input: RecordDispositionInput!) { recordDisposition(input: $input) {
        disposition { content } userErrors { __typename code message path } } }";
    let mut answers = vec![];
    for (guess, key) in [(NAME, "guess-1"), ("欧阳无名", "guess-2")] {
        let input = json!({
            "task": task, "action": "VISIT", "content": format!("已同{guess}联系"), "reply": format!("{guess}您好"),
            "idempotencyKey": key,
        });
        let answer = world.data("property", document, json!({ "input": input })).await;
        answers.push(answer.to_string().replace(guess, "?"));
    }
    assert_eq!(answers[0], answers[1]);
    // The office is told.
    let problem = world.id("accepted");
    let revision = world.revision("secretary", &problem).await;
    let input = json!({
        "problem": problem, "expectedRevision": revision,
        "lead": { "party": world.id("POLICE"), "instruction": format!("请找{NAME}") },
    });
    let document = "mutation($input: DispatchProblemInput!) { dispatchProblem(input: $input) { userErrors { code } } }";
    let answer = world.data("secretary", document, json!({ "input": input })).await;
    assert_eq!(answer["dispatchProblem"]["userErrors"][0]["code"], "PERSONAL_DATA_IN_TEXT");
}

/// What is not in the caller's schema is refused alike, whether it is in another's or in none, and nothing is suggested.
async fn unknown_names(world: &World) {
    for label in ["property", "lawyer", "owner"] {
        for (document, there, nowhere) in [
            ("{ problems { nodes { ? } } }", "reporterName", "reporterNama"),
            ("mutation { ?(input: {}) { userErrors { code } } }", "invitePerson", "invitePersan"),
            ("mutation { ?(input: {}) { userErrors { code } } }", "closeProblem", "closePrablem"),
            ("{ problems(filter: { ?: 1 }) { nodes { id } } }", "reporter", "reportor"),
            ("{ problems(orderBy: [{ field: ? }]) { nodes { id } } }", "REPORTER", "REPORTOR"),
            ("{ __type(name: \"?\") { name } }", "PersonInvitation", "PersonInvitution"),
            ("{ node(id: \"x\") { ... on ? { name } } }", "PersonInvitation", "PersonInvitution"),
        ] {
            let mut answers = vec![];
            for name in [there, nowhere] {
                let mut body = world.ask(label, &document.replace('?', name), json!({})).await;
                if let Some(error) = body.pointer_mut("/errors/0") {
                    error["extensions"]["requestId"] = json!("?");
                }
                let text = body.to_string();
                assert!(!text.contains("Did you mean"), "{text}");
                answers.push(text.replace(name, "?"));
            }
            assert_eq!(answers[0], answers[1], "{label}");
        }
    }
}
