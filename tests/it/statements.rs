//! How many statements a request costs: a matter of its document, never of how many rows there are.

use std::sync::{Arc, Mutex};

use entity::word::Role;
use liufang::id::{TypeId, prefix};
use liufang::policy::Viewer;
use sea_orm::Statement;
use serde_json::{Value, json};

use crate::support::world::World;

/// What a database was asked, as its connections saw it.
#[derive(Clone, Default)]
pub struct Asked(Arc<Mutex<Vec<Statement>>>);

impl Asked {
    /// Listens to the connections of a world.
    pub fn listen(world: &mut World) -> Self {
        let asked = Self::default();
        let statements = asked.0.clone();
        world.app.db.set_metric_callback(move |info| statements.lock().unwrap().push(info.statement.clone()));
        asked
    }

    /// What it was asked since the last time.
    pub fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// The data of an answer, and how many statements it took.
    async fn count(&self, world: &World, viewer: &Viewer, document: &str, variables: Value) -> (Value, usize) {
        self.take();
        let data = world.data(viewer, document, variables).await;
        (data, self.take().len())
    }
}

/// Twenty open problems of a group, with what a client shows of each; the last three acts where the role knows of them.
fn list(acts: bool) -> String {
    let acts = if acts {
        "dispositions(first: 3, orderBy: [{ field: CREATED_AT, direction: DESC }]) { nodes { action content createdAt party { name } } }"
    } else {
        ""
    };
    format!(
        "query($group: ID!, $first: Int!, $after: String) {{ problems(first: $first, after: $after, filter: {{ group: {{ eq: $group }}, open: true }}) {{
            nodes {{ id title domain status reportedAt group {{ name }} grid {{ name }} leadParty {{ name kind }} {acts} }}
            pageInfo {{ endCursor }} }} }}"
    )
}

both! {
    async fn a_list_costs_two_statements_for_one_row_and_for_hundreds(db: Backing) {
        let mut world = World::new(db, 21, 400).await;
        let asked = Asked::listen(&mut world);
        let group = TypeId(prefix::GROUP, world.data.problems[0].group_id).to_string();
        let mut rows = 0;
        for viewer in &world.viewers {
            let acts = !matches!(viewer.role, Role::GridHelper | Role::Resident);
            let document = list(acts);
            for (first, kept) in [(1, false), (100, false), (20, false), (20, true)] {
                let variables = json!({ "group": group, "first": first });
                let (data, count) = asked.count(&world, viewer, &document, variables).await;
                let nodes = data["problems"]["nodes"].as_array().unwrap();
                rows = rows.max(nodes.len());
                assert_eq!(count, if acts && !nodes.is_empty() { 2 } else { 1 }, "{:?} {first} {kept}", viewer.role);
                let end = &data["problems"]["pageInfo"]["endCursor"];
                if !end.is_null() && nodes.len() == first {
                    let variables = json!({ "group": group, "first": first, "after": end });
                    let (next, count) = asked.count(&world, viewer, &document, variables).await;
                    let empty = next["problems"]["nodes"].as_array().unwrap().is_empty();
                    assert_eq!(count, if acts && !empty { 2 } else { 1 }, "{:?} {first}", viewer.role);
                }
            }
        }
        assert_eq!(rows, 100);
    }

    async fn one_row_costs_one_statement_and_one_more_for_each_list(db: Backing) {
        let mut world = World::new(db, 22, 60).await;
        let asked = Asked::listen(&mut world);
        let viewer = world.viewers.iter().find(|viewer| viewer.role == Role::StreetCoordinator).unwrap().clone();
        let id = world.data(&viewer, "{ problems(first: 1) { nodes { id } } }", json!({})).await["problems"]["nodes"][0]["id"].clone();
        let grid = TypeId(prefix::GRID, world.data.grids[0].id).to_string();
        let party = TypeId(prefix::PARTY, world.data.parties[0].id).to_string();
        for (document, expected) in [
            ("query($id: ID!) { problem(id: $id) { id title status group { name } } }", 1),
            ("query($id: ID!) { node(id: $id) { id ... on Problem { title leadParty { group { community { parent { parent { name } } } } } } } }", 1),
            ("query($id: ID!, $grid: ID!, $party: ID!) { nodes(ids: [$id, $grid, $party, $grid]) { id ... on Problem { title } ... on Grid { community { name } } } }", 3),
            ("{ problems(first: 5) { nodes { id } totalCount { value } } }", 2),
            ("{ problems { totalCount { value exact } } }", 1),
            ("{ problems { edges { cursor } pageInfo { hasNextPage endCursor } } }", 1),
            ("{ problems { nodes { allowedActions { action allowed reason } reporter { state name } overdue } } }", 1),
            ("{ problems(first: 30) { nodes { tasks { nodes { id party { name } } totalCount { value } } timeline(first: 2) { nodes { text } } concerns { name } } } }", 5),
            ("{ linkageGroups(first: 2) { nodes { parties(first: 3) { nodes { seats(first: 2) { nodes { compounds { name } } } } } } } }", 4),
            ("{ viewer { name role post { kind party { name } } region { name } } }", 1),
            ("{ vocabulary { value } __schema { queryType { name } } __typename }", 0),
            ("{ problems @skip(if: true) { nodes { id } } }", 0),
        ] {
            let mut variables = json!({ "id": id, "grid": grid, "party": party });
            variables.as_object_mut().unwrap().retain(|name, _| document.contains(&format!("${name}:")));
            for kept in [false, true] {
                let (_, count) = asked.count(&world, &viewer, document, variables.clone()).await;
                assert_eq!(count, expected, "{document} {kept}");
            }
        }
    }

    async fn what_is_too_much_is_refused_before_anything_is_asked(db: Backing) {
        let mut world = World::new(db, 23, 5).await;
        let asked = Asked::listen(&mut world);
        let viewer = world.viewer(Role::Secretary).clone();
        let lists = |count: usize| {
            let lists: Vec<String> = (0..count).map(|place| format!("l{place}: problems(first: 1) {{ nodes {{ id }} }}")).collect();
            format!("{{ {} }}", lists.join(" "))
        };
        world.data(&viewer, &lists(16), json!({})).await;
        asked.take();
        for (document, code) in [
            (lists(17), "STATEMENT_LIMIT"),
            ("{ problems { nodes { tasks { totalCount { value } } } totalCount { value } } a: problems { nodes { id } } ".to_owned()
                + &lists(13)[1..], "STATEMENT_LIMIT"),
            ("{ problems(first: 100) { nodes { dispositions(first: 100) { nodes { id } } } } }".into(), "COST_LIMIT"),
            ("{ problems(first: 100) { nodes { dispositions(first: 20) { nodes { id party { name } organisation { name } } } } } }".into(), "COST_LIMIT"),
        ] {
            for _ in 0..2 {
                assert_eq!(world.refusal(&viewer, &document, json!({})).await, code, "{document}");
                assert_eq!(asked.take().len(), 0, "{document}");
            }
        }
    }
}
