//! Kept plans: one plan serves all values of the same shape, and never answers for others.

use std::sync::atomic::{AtomicUsize, Ordering};

use entity::word::Role;
use liufang::id::{TypeId, prefix};
use serde_json::{Map, Value, json};

use crate::support::world::{COMMUNITIES, World};

/// Asks a document with values one after the other, so that the later ones may use the plans of the earlier ones, and
/// holds each answer against that of a document that was never asked before: nothing is kept of it.
async fn same_as_fresh(world: &World, role: Role, document: &str, values: &[Value]) {
    let viewer = world.viewer(role);
    for value in values {
        let variables: &Map<String, Value> = value.as_object().unwrap();
        let kept = world.text(viewer, document, variables).await;
        let fresh = world.text(viewer, &unheard(document), variables).await;
        assert_eq!(kept, fresh, "{document}\n{value}");
    }
}

/// The same document with words of its own.
fn unheard(document: &str) -> String {
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    format!("{document} # {}", TOLD.fetch_add(1, Ordering::Relaxed))
}

fn ids(world: &World) -> (Vec<String>, Vec<String>, Vec<String>) {
    let problem = |row: &entity::problem::Model| TypeId(prefix::PROBLEM, row.id).to_string();
    let grid = |row: &entity::grid::Model| TypeId(prefix::GRID, row.id).to_string();
    let party = |row: &entity::party::Model| TypeId(prefix::PARTY, row.id).to_string();
    let data = &world.data;
    (
        data.problems.iter().map(problem).collect(),
        data.grids.iter().map(grid).collect(),
        data.parties.iter().map(party).collect(),
    )
}

/// Cursors of the secretary's list of problems.
async fn cursors(world: &World) -> Vec<Value> {
    let document = "{ problems(first: 30) { edges { cursor } } }";
    let data = world.data(world.viewer(Role::Secretary), document, json!({})).await;
    data["problems"]["edges"].as_array().unwrap().iter().map(|edge| edge["cursor"].clone()).collect()
}

/// Documents, each with values for its variables: of every kind that an argument can have.
#[expect(clippy::too_many_lines, reason = "a table")]
async fn cases(world: &World) -> Vec<(&'static str, Vec<Value>)> {
    let (problems, grids, parties) = ids(world);
    let page = |first: Value, after: Value| json!({ "first": first, "after": after });
    let cursors = cursors(world).await;
    let cursor = |place: usize| cursors[place].clone();
    let words = ["OPEN", "X"].map(Value::from);
    vec![
        (
            "query($id: ID!) { problem(id: $id) { id number } }",
            problems[..9].iter().map(|id| json!({ "id": id })).collect(),
        ),
        (
            "query($id: ID, $n: String) { problem(id: $id, number: $n) { id number } }",
            vec![
                json!({ "id": problems[0] }),
                json!({ "n": "ZXL-2026-00001-1" }),
                json!({ "id": null, "n": "ZXL-2026-00002-1" }),
                json!({ "id": problems[2], "n": null }),
                json!({ "id": problems[2], "n": "ZXL-2026-00002-1" }),
                json!({}),
                json!({ "n": words[0] }),
                json!({ "n": problems[0] }),
            ],
        ),
        (
            "query($id: ID!) { node(id: $id) { __typename id } }",
            vec![
                json!({ "id": problems[0] }),
                json!({ "id": grids[0] }),
                json!({ "id": problems[1] }),
                json!({ "id": "grid_1" }),
                json!({ "id": parties[1] }),
            ],
        ),
        // Values written in part: the lists of one request are not those of the next.
        (
            "query($a: ID!, $b: ID!) { nodes(ids: [$a, $b]) { id } }",
            vec![
                json!({ "a": grids[0], "b": grids[1] }),
                json!({ "a": grids[2], "b": grids[0] }),
                json!({ "a": grids[2], "b": problems[0] }),
                json!({ "a": problems[2], "b": grids[0] }),
            ],
        ),
        (
            "query($a: ID!) { problems(filter: { grid: { in: [$a] } }) { nodes { id } } }",
            grids.iter().map(|id| json!({ "a": id })).collect(),
        ),
        (
            "query($a: ProblemStatus!) { problems(filter: { status: { in: [$a, CLOSED] } }) { nodes { id } } }",
            ["REPORTED", "CLOSED", "IN_PROGRESS"].map(|word| json!({ "a": word })).into(),
        ),
        (
            "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }",
            vec![
                json!({ "ids": [] }),
                json!({ "ids": grids[..2] }),
                json!({ "ids": grids[2..4] }),
                json!({ "ids": [grids[0], problems[0], parties[0]] }),
                json!({ "ids": [parties[1], grids[1], problems[1]] }),
                json!({ "ids": [parties[1], "what"] }),
                json!({ "ids": [parties[1], "WHAT"] }),
                json!({ "ids": vec![&grids[0]; 100] }),
                json!({ "ids": vec![&grids[0]; 101] }),
                json!({ "ids": grids[0] }),
            ],
        ),
        (
            "query($first: Int, $after: String) { problems(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage } } }",
            vec![
                json!({}),
                page(Value::Null, Value::Null),
                page(json!(3), Value::Null),
                page(json!(3), cursor(2)),
                page(json!(3), cursor(5)),
                page(json!(4), cursor(5)),
                json!({ "first": 4 }),
                json!({ "after": cursor(1) }),
                page(json!(0), cursor(1)),
                page(json!(101), cursor(1)),
                page(json!(3), json!("nothing")),
                page(json!(3), json!("NOTHING")),
            ],
        ),
        (
            "query($f: ProblemFilter) { problems(filter: $f) { nodes { id } } }",
            vec![
                json!({}),
                json!({ "f": null }),
                json!({ "f": {} }),
                json!({ "f": { "open": true } }),
                json!({ "f": { "open": false } }),
                json!({ "f": { "open": null } }),
                json!({ "f": { "status": { "in": [] } } }),
                json!({ "f": { "status": { "in": ["CLOSED"] } } }),
                json!({ "f": { "status": { "notIn": ["CLOSED"] } } }),
                json!({ "f": { "status": { "eq": "CLOSED" } } }),
                json!({ "f": { "status": { "eq": "REPORTED" } } }),
                json!({ "f": { "status": { "in": "REPORTED" } } }),
                json!({ "f": { "grid": { "eq": grids[0] } } }),
                json!({ "f": { "grid": { "eq": grids[1] } } }),
                json!({ "f": { "grid": { "eq": problems[1] } } }),
                json!({ "f": { "channel": { "eq": "HOTLINE_12345" } } }),
                json!({ "f": { "channel": { "eq": "RESIDENT" } } }),
                json!({ "f": { "community": { "eq": COMMUNITIES[0].to_string() } } }),
                json!({ "f": { "community": { "eq": COMMUNITIES[1].to_string() } } }),
                json!({ "f": { "reportedAt": { "from": "2026-01-21T12:00:00+08:00" } } }),
                json!({ "f": { "reportedAt": { "from": "2026-01-21T22:00:00+08:00" } } }),
                json!({ "f": { "reportedAt": { "to": "2026-01-21T22:00:00+08:00" } } }),
                json!({ "f": { "reportedAt": { "from": null, "to": "2026-01-21T22:00:00+08:00" } } }),
            ],
        ),
        (
            "query($o: [ProblemOrder!]) { problems(orderBy: $o, first: 7) { nodes { id } } }",
            vec![
                json!({}),
                json!({ "o": null }),
                json!({ "o": [] }),
                json!({ "o": [{ "field": "DUE_AT" }] }),
                json!({ "o": { "field": "DUE_AT" } }),
                json!({ "o": [{ "field": "DUE_AT", "direction": "DESC" }] }),
                json!({ "o": [{ "field": "DUE_AT", "direction": "DESC" }, { "field": "REPORTED_AT" }] }),
                json!({ "o": [{ "field": "REPORTED_AT" }] }),
                json!({ "o": [{ "field": "REPORTED_AT" }, { "field": "REPORTED_AT" }] }),
            ],
        ),
        (
            "query($f: ProblemOrderField!, $d: OrderDirection!) { problems(orderBy: { field: $f, direction: $d }) { nodes { id } } }",
            vec![
                json!({ "f": "DUE_AT", "d": "ASC" }),
                json!({ "f": "REPORTED_AT", "d": "ASC" }),
                json!({ "f": "REPORTED_AT", "d": "DESC" }),
            ],
        ),
        (
            "query($a: Boolean!, $b: Boolean!) { problems(first: 2) { nodes { id number @include(if: $a) status @skip(if: $b) } } }",
            [(true, true), (true, false), (false, true), (false, false)].map(|(a, b)| json!({ "a": a, "b": b })).into(),
        ),
        (
            "query($code: String!) { region(code: $code) { name } problemStatistics(region: $code, period: { month: \"2026-01\" }) { region reported } }",
            COMMUNITIES.map(|code| json!({ "code": code.to_string() })).into(),
        ),
        (
            "query($from: DateTime!, $to: DateTime!) { problemStatistics(region: \"321181402001\", period: { range: { from: $from, to: $to } }) { from to reported } }",
            vec![
                json!({ "from": "2026-01-01T00:00:00+08:00", "to": "2026-02-01T00:00:00+08:00" }),
                json!({ "from": "2026-02-01T00:00:00+08:00", "to": "2026-03-01T00:00:00+08:00" }),
            ],
        ),
        (
            "query($n: String!) { __type(name: $n) { name kind } }",
            ["Problem", "Grid", "Nothing"].map(|name| json!({ "n": name })).into(),
        ),
    ]
}

both! {
    async fn values_of_one_shape_have_one_plan(db: Backing) {
        let world = World::new(db, 10, 30).await;
        let (problems, grids, _) = ids(&world);
        let viewer = world.viewer(Role::Secretary);
        let document = "query($id: ID!, $grid: ID!, $words: [String!]!, $after: String, $from: DateTime) {
            problem(id: $id) { id }
            problems(first: 2, after: $after, filter: { grid: { eq: $grid }, community: { in: $words }, reportedAt: { from: $from } }) {
                pageInfo { endCursor } } }";
        let ask = async |id: &str, grid: &str, words: Value, after: &Value, from: &str| {
            let variables = json!({ "id": id, "grid": grid, "words": words, "after": after, "from": from });
            world.data(viewer, document, variables).await["problems"]["pageInfo"]["endCursor"].clone()
        };
        let community = COMMUNITIES[0].to_string();
        ask(&problems[0], &grids[0], json!([community]), &Value::Null, "2026-01-01T00:00:00Z").await;
        let kept = world.door.kept_plans();
        let end = ask(&problems[1], &grids[0], json!([community]), &Value::Null, "2026-01-02T00:00:00Z").await;
        ask(&problems[2], &grids[2], json!([community, "1", "2"]), &Value::Null, "2026-01-03T00:00:00+08:00").await;
        ask(&problems[3], &grids[3], json!([]), &Value::Null, "2026-01-03T00:00:00+08:00").await;
        assert_eq!(world.door.kept_plans(), kept);
        assert!(end.is_string());
        // A page behind a cursor is another statement, whatever the cursor.
        ask(&problems[1], &grids[0], json!([community]), &end, "2026-01-01T00:00:00Z").await;
        ask(&problems[5], &grids[0], json!([community]), &end, "2026-01-05T00:00:00Z").await;
        assert_eq!(world.door.kept_plans(), kept + 1);
    }

    async fn a_plan_serves_other_values_of_the_same_shape(db: Backing) {
        let world = World::new(db, 11, 40).await;
        for (document, values) in &cases(&world).await {
            same_as_fresh(&world, Role::Secretary, document, values).await;
            let reversed: Vec<_> = values.iter().rev().cloned().collect();
            same_as_fresh(&world, Role::Secretary, &unheard(document), &reversed).await;
        }
        let cursors = cursors(&world).await;
        for role in [Role::Resident, Role::GridWorker, Role::OwnerRepresentative, Role::Partner] {
            let document = "query($after: String) { problems(first: 2, after: $after) { nodes { id title } } }";
            same_as_fresh(&world, role, document, &[json!({}), json!({ "after": cursors[2] }), json!({ "after": cursors[3] })]).await;
        }
    }

    async fn a_plan_is_no_other_viewers_answer(db: Backing) {
        let world = World::new(db, 12, 30).await;
        let document = "{ problems(first: 50) { nodes { id title report } } viewer { id } }";
        for _ in 0..2 {
            for viewer in &world.viewers {
                let kept = world.text(viewer, document, &Map::new()).await;
                let fresh = world.text(viewer, &unheard(document), &Map::new()).await;
                assert_eq!(kept, fresh, "{:?} {}", viewer.role, viewer.region);
            }
        }
    }

    async fn a_list_behind_a_link_is_each_parents_own_once(db: Backing) {
        let world = World::new(db, 13, 40).await;
        // Many problems of one community; many of them without a lead.
        let document = "{ problems(first: 50) { nodes { community { grids(first: 3) { nodes { code } totalCount { value } } }
            leadParty { seats(first: 2) { nodes { id } totalCount { value } } } } } }";
        let data = world.data(world.viewer(Role::Secretary), document, json!({})).await;
        let nodes = data["problems"]["nodes"].as_array().unwrap();
        assert!(nodes.len() > 5 && nodes.iter().any(|node| node["leadParty"].is_null()));
        for node in nodes {
            let grids = &node["community"]["grids"];
            let codes: Vec<_> = grids["nodes"].as_array().unwrap().iter().map(|grid| grid["code"].as_str().unwrap()).collect();
            assert_eq!(codes, ["321181402001001", "321181402001002", "32118140200100101"]);
            assert_eq!(grids["totalCount"]["value"], 4);
        }
    }

    async fn what_is_withheld_of_a_row_orders_no_list(db: Backing) {
        let world = World::new(db, 14, 5).await;
        let document = "{ problems(orderBy: [{ field: DUE_AT }]) { edges { cursor } } }";
        for (role, shown) in [(Role::Secretary, true), (Role::Police, true), (Role::GridWorker, true),
            (Role::Resident, false), (Role::GridHelper, false), (Role::OwnerRepresentative, false)] {
            let viewer = world.viewer(role);
            if shown {
                world.data(viewer, document, json!({})).await;
            } else {
                assert_eq!(world.refusal(viewer, document, json!({})).await, "VALIDATION_FAILED", "{role:?}");
            }
        }
    }

    async fn nodes_cost_as_much_as_there_are(db: Backing) {
        let world = World::new(db, 15, 5).await;
        let (_, grids, _) = ids(&world);
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Grid { name code buildings(first: 20) { nodes { id name } } } } }";
        let viewer = world.viewer(Role::Secretary);
        let cost = async |count: usize| {
            let answer = world.ask(viewer, document, json!({ "ids": vec![&grids[0]; count] })).await;
            answer["extensions"]["cost"]["requested"].as_u64().unwrap()
        };
        let (one, two, ten) = (cost(1).await, cost(2).await, cost(10).await);
        assert_eq!((two - one) * 9, ten - one);
        assert!(one > 60, "{one}");
        // Whatever was kept before.
        assert_eq!(cost(1).await, one);
        let refused = world.refusal(viewer, document, json!({ "ids": vec![&grids[0]; 101] })).await;
        assert_eq!(refused, "BAD_VARIABLE");
        let refused = world.refusal(viewer, &document.replace("first: 20", "first: 100"), json!({ "ids": vec![&grids[0]; 100] })).await;
        assert_eq!(refused, "COST_LIMIT");
    }
}
