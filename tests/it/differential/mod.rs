//! The engine against a naive reference: documents by chance, the same rows, the same answers.
//!
//! [`reference`] runs the viewer's own schema with a resolver a field ([`fields`], [`actions`]) over rows in memory, under
//! rules of its own ([`rules`]); [`generate`] makes the documents; [`shape`] says whether an answer's keys are the
//! document's. `LIUFANG_DOCUMENTS` sets how many documents each viewer asks, `LIUFANG_SEED` which.

mod actions;
mod fields;
mod generate;
mod inbox;
mod mediation;
mod privacy;
mod reference;
mod rules;
mod shape;

use async_graphql::parser::parse_query;
use entity::word::Role;
use liufang::gate::Limits;
use liufang::policy::Viewer;
use liufang::read::door::Door;
use liufang::schema;
use serde_json::{Map, Value, json};

use crate::support::Backing;
use crate::support::world::World;
use fields::TYPES;
use generate::{Document, Generator};
use reference::{Reference, same};
use shape::{Ordered, Shape};

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// A world whose door lets everything pass that is asked of it here.
async fn open(db: Backing, seed: u64) -> World {
    let mut world = Box::pin(World::new(db, seed, 45)).await;
    let limits = Limits { depth: 60, aliases: 500, fields: 5000, cost: u64::MAX, statements: 200, ..Limits::default() };
    world.door = Door::new(schema::model(), limits);
    world
}

/// A viewer's answers from both.
struct Pair<'a> {
    world: &'a World,
    viewer: &'a Viewer,
    reference: Reference,
}

impl Pair<'_> {
    /// Asks both; the two answers must be the same, and the server's keys the document's.
    async fn ask(&self, document: &str, ours: &Map<String, Value>, theirs: &Map<String, Value>) -> (Value, Value) {
        let text = self.world.text(self.viewer, document, theirs).await;
        let found: Value = serde_json::from_str(&text).unwrap();
        let told = || format!("{:?} {}\n{document}\n{}", self.viewer.role, self.viewer.region, json!(theirs));
        assert!(found.get("errors").is_none(), "{}\n{found}", told());
        let expected = self.reference.data(document, ours).await;
        if !same(&self.reference, &expected, &found["data"]) {
            let difference = difference(&self.reference, &expected, &found["data"], "");
            panic!("{}\n{}", told(), difference.unwrap_or_default());
        }
        let parsed = parse_query(document).unwrap();
        let view = self.world.door.view(self.reference.view.standing);
        let shape = Shape { view: &view, document: &parsed, variables: theirs };
        let Ordered::Object(members) = serde_json::from_str::<Ordered>(&text).unwrap() else { panic!("{text}") };
        if let Some(mistake) = shape.mistake(&members[0].1) {
            panic!("{}\n{mistake}\n{text}", told());
        }
        (expected, found["data"].clone())
    }

    /// Asks a document, and where it is a page, those behind it.
    async fn hold(&self, document: &Document) {
        let mut variables = (document.variables.clone(), document.variables.clone());
        for _ in 0..4 {
            let (expected, found) = self.ask(&document.text, &variables.0, &variables.1).await;
            if !document.paged || expected["list"]["paging"]["end"].is_null() {
                break;
            }
            variables.0.insert("cursor".into(), expected["list"]["paging"]["end"].clone());
            variables.1.insert("cursor".into(), found["list"]["paging"]["end"].clone());
        }
    }
}

/// Where two answers first differ.
fn difference(reference: &Reference, expected: &Value, found: &Value, path: &str) -> Option<String> {
    match (expected, found) {
        (Value::Object(one), Value::Object(other)) if one.keys().all(|name| other.contains_key(name)) => {
            one.iter().find_map(|(name, one)| difference(reference, one, &other[name], &format!("{path}.{name}")))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .find_map(|(place, (one, other))| difference(reference, one, other, &format!("{path}.{place}"))),
        (one, other) if same(reference, one, other) => None,
        (one, other) => Some(format!("{path}: expected {one}, found {other}")),
    }
}

both! {
    async fn documents_by_chance_have_the_references_answers(db: Backing) {
        let seed = setting("LIUFANG_SEED", 1);
        let world = open(db, seed).await;
        let mut asked = 0;
        for (place, viewer) in world.viewers.iter().enumerate() {
            let reference = Reference::new(world.door.model(), viewer, world.data.clone());
            let pair = Pair { world: &world, viewer, reference };
            let view = world.door.view(pair.reference.view.standing);
            let in_sight = |row| pair.reference.sees(row);
            let mut generator = Generator::new(&view, pair.reference.fields(), in_sight, seed * 1000 + place as u64);
            for _ in 0..setting("LIUFANG_DOCUMENTS", 25) {
                pair.hold(&generator.document()).await;
                asked += 1;
            }
        }
        assert!(asked >= 300 || setting("LIUFANG_DOCUMENTS", 25) < 25, "{asked}");
    }

    async fn a_row_is_the_same_by_node_and_by_nodes_and_one_out_of_sight_is_null(db: Backing) {
        let world = open(db, 6).await;
        let mut seen = (0, 0);
        for viewer in &world.viewers {
            let pair = Pair { world: &world, viewer, reference: Reference::new(world.door.model(), viewer, world.data.clone()) };
            let fields = pair.reference.fields();
            let view = world.door.view(pair.reference.view.standing);
            for (of, _) in TYPES.iter().filter(|(of, _)| view.objects.contains_key(*of)) {
                let plain = view.objects[*of].iter().filter(|(_, slot)| !view.objects.contains_key(slot.ty.type_name()));
                let plain: Vec<&str> = plain.map(|(name, _)| name.as_str()).collect();
                let shown = format!("__typename ... on {of} {{ {} }}", plain.join(" "));
                let ids: Vec<Value> = fields.all(of).into_iter().step_by(7).take(12).map(|row| fields.id(row)).collect();
                let document = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {shown} }} }}");
                let found = world.data(viewer, &document, json!({ "ids": ids })).await;
                for (id, by_list) in ids.iter().zip(found["nodes"].as_array().unwrap()) {
                    let document = format!("query($id: ID!) {{ node(id: $id) {{ {shown} }} }}");
                    let variables = json!({ "id": id });
                    let variables = variables.as_object().unwrap();
                    let (_, by_id) = pair.ask(&document, variables, variables).await;
                    assert_eq!(&by_id["node"], by_list, "{:?} {id}", viewer.role);
                    if by_list.is_null() { seen.1 += 1 } else { seen.0 += 1 }
                }
            }
        }
        assert!(seen.0 > 300 && seen.1 > 300, "{seen:?}");
    }

    async fn lists_within_rows_go_on_behind_a_cursor_of_any_of_them(db: Backing) {
        let world = open(db, 7).await;
        for viewer in world.viewers.iter().filter(|viewer| matches!(viewer.role, Role::Secretary | Role::StreetCoordinator | Role::Police)) {
            let pair = Pair { world: &world, viewer, reference: Reference::new(world.door.model(), viewer, world.data.clone()) };
            for (list, inner) in [
                ("regions", "groups(first: 1, after: $cursor, orderBy: [{ field: CREATED_AT, direction: DESC }])"),
                ("regions", "grids(first: 2, after: $cursor)"),
                ("linkageGroups", "parties(first: 2, after: $cursor)"),
                ("problems", "dispositions(first: 1, after: $cursor, orderBy: [{ field: CREATED_AT, direction: DESC }])"),
                ("problems", "tasks(first: 1, after: $cursor, orderBy: [{ field: DUE_AT, direction: DESC }, { field: ASSIGNED_AT }])"),
                ("problems", "timeline(first: 2, after: $cursor)"),
            ] {
                let document = format!(
                    "query($cursor: String) {{ rows: {list}(first: 60) {{ nodes {{ inner: {inner} {{ nodes {{ id }} edges {{ cursor }}
                        pageInfo {{ hasNextPage end: endCursor }} totalCount {{ value }} }} }} }} }}"
                );
                let mut variables = (Map::new(), Map::new());
                for _ in 0..4 {
                    let (expected, found) = pair.ask(&document, &variables.0, &variables.1).await;
                    let ends = |answer: &Value| {
                        let rows = answer["rows"]["nodes"].as_array().unwrap().clone();
                        rows.into_iter().map(|row| row["inner"]["pageInfo"]["end"].clone()).find(|end| !end.is_null())
                    };
                    let (Some(ours), Some(theirs)) = (ends(&expected), ends(&found)) else { break };
                    variables.0.insert("cursor".into(), ours);
                    variables.1.insert("cursor".into(), theirs);
                }
            }
        }
    }
}
