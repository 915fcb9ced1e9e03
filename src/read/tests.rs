//! The engine over a small model of its own, through its door.

use super::door::*;
use super::model::*;
use crate::app::App;
use crate::auth::tests::{connect, database};
use crate::error::Language;
use crate::id::prefix;
use crate::policy::rule::*;
use crate::policy::*;
use entity::word::*;
use entity::*;
use migration::MigratorTrait;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use serde_json::json;

fn compounds(at: &At) -> Rule {
    at.within(compound::Column::CommunityCode)
}
fn regions(at: &At) -> Rule {
    at.within(region::Column::Code)
}
fn model() -> Model {
    let region = Type::of(region::Entity, "Region", prefix::REGION, Capability::ReadGroups, regions, "A region.")
        .field(col(region::Column::Code).code().orders(), "code")
        .field(col(region::Column::Level).word::<RegionLevel>().filters(), "level")
        .field(col(region::Column::Name), "name")
        .many_by(
            "compounds",
            "Compound",
            Join::Column { theirs: "community_code", ours: "code" },
            ("name", false),
            "its compounds",
        )
        .many_by(
            "grids",
            "Grid",
            Join::Column { theirs: "community_code", ours: "code" },
            ("code", false),
            "its grids",
        );
    let compound =
        Type::of(compound::Entity, "Compound", prefix::COMPOUND, Capability::ReadGroups, compounds, "A compound.")
            .field(col(compound::Column::Name).orders().filters(), "name")
            .link_by("community", Key::Column("community_code"), ("Region", "code"), "where");
    let grid = Type::of(
        grid::Entity,
        "Grid",
        prefix::GRID,
        Capability::ReadGroups,
        |at| at.within(grid::Column::CommunityCode),
        "A grid.",
    )
    .field(col(grid::Column::Name).orders(), "name")
    .field(col(grid::Column::Code).code().orders(), "code")
    .field(col(grid::Column::Kind).word::<GridKind>().filters(), "kind")
    .link("parent", grid::Column::ParentId, "Grid", "parent")
    .many("microGrids", "Grid", grid::Column::ParentId, ("code", false), "micro")
    .derived::<String>(
        "shout",
        vec![Column::of(grid::Column::Name)],
        vec![],
        |look| look.cells.text("name").unwrap_or_default().to_uppercase().into(),
        "loud",
    );
    Model::assemble(vec![Domain {
        types: vec![region, compound, grid],
        queries: vec![
            Query::one(
                "region",
                Capability::ReadGroups,
                "Region",
                vec![By { name: "code", about: "code", column: Column::of(region::Column::Code), show: Show::Code }],
                "a region",
            ),
            Query::many("grids", Capability::ReadGroups, "Grid", ("code", false), "grids"),
            Query::value::<String, _>(
                "vocabulary",
                Capability::AskAnything,
                vec![],
                |_, _| Box::pin(async { Ok("words".to_owned()) }),
                "words",
            ),
            Query::many("compounds", Capability::ReadGroups, "Compound", ("name", false), "compounds"),
        ],
        ..Domain::default()
    }])
}

/// A database with two communities, and a door to it for the secretary of the first.
async fn world() -> (App, Door, Viewer, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let db = connect(&database(&directory).await).await;
    migration::Migrator::up(&db, None).await.unwrap();
    let app = App {
        config: crate::config::Config::default(),
        db,
        clock: crate::clock::Clock::default(),
        ids: crate::id::Ids::seeded(3),
        vault: crate::vault::Vault::new(&[1; 32]),
        calendars: crate::calendar::kept::Calendars::default(),
        committed: tokio::sync::Notify::default(),
        files: crate::attachment::store::Files::in_memory(),
        adapter: Box::new(crate::notification::adapter::InMemory::default()),
        auth: crate::auth::Auth::new(crate::auth::Settings::default()).unwrap(),
    };
    let now = app.clock.now();
    for (code, level, name, parent) in [
        (321100000000_i64, RegionLevel::City, "镇江", None),
        (321181000000, RegionLevel::County, "丹阳", Some(321100000000_i64)),
        (321181402000, RegionLevel::Street, "高新区", Some(321181000000)),
        (321181402001, RegionLevel::Community, "振兴路", Some(321181402000)),
        (321181402002, RegionLevel::Community, "他处", Some(321181402000)),
    ] {
        region::ActiveModel {
            code: Set(code),
            id: Set(app.ids.next(now)),
            level: Set(level),
            name: Set(name.into()),
            parent_code: Set(parent),
        }
        .insert(&app.db)
        .await
        .unwrap();
    }
    for community in [321181402001_i64, 321181402002] {
        for n in 1..=2 {
            compound::ActiveModel {
                id: Set(app.ids.next(now)),
                community_code: Set(community),
                name: Set(format!("小区{n}")),
            }
            .insert(&app.db)
            .await
            .unwrap();
        }
        for g in 1..=3 {
            let id = app.ids.next(now);
            grid::ActiveModel {
                id: Set(id),
                community_code: Set(community),
                code: Set(community * 1000 + g),
                kind: Set(GridKind::Comprehensive),
                parent_id: Set(None),
                name: Set(format!("网格{g}a")),
            }
            .insert(&app.db)
            .await
            .unwrap();
            for m in 1..=4 {
                grid::ActiveModel {
                    id: Set(app.ids.next(now)),
                    community_code: Set(community),
                    code: Set((community * 1000 + g) * 100 + m),
                    kind: Set(GridKind::Micro),
                    parent_id: Set(Some(id)),
                    name: Set(format!("微网格{g}-{m}")),
                }
                .insert(&app.db)
                .await
                .unwrap();
            }
        }
    }
    let door = Door::new(model(), crate::gate::Limits::default());
    let viewer = Viewer { region: 321181402001, ..Viewer::nobody(Role::Secretary, scopes_of(Role::Secretary)) };
    (app, door, viewer, directory)
}

async fn ask(query: &str, variables: &str) -> (Outcome, serde_json::Value) {
    let (app, door, viewer, _directory) = world().await;
    put(&app, &door, Some(&viewer), query, variables).await
}

async fn put(
    app: &App,
    door: &Door,
    viewer: Option<&Viewer>,
    query: &str,
    variables: &str,
) -> (Outcome, serde_json::Value) {
    let ask = Ask {
        query: query.into(),
        operation: None,
        variables: serde_json::from_str(variables).unwrap(),
        language: Language::En,
        address: None,
        queries_only: false,
    };
    let answer = door.answer(app, viewer, ask, "r1").await;
    (answer.outcome, serde_json::from_str(&answer.body).unwrap())
}

fn code(answer: &(Outcome, serde_json::Value)) -> (Outcome, &str) {
    assert!(answer.1.get("data").is_none(), "{}", answer.1);
    (answer.0, answer.1["errors"][0]["extensions"]["code"].as_str().unwrap())
}

#[tokio::test]
async fn a_region_is_answered_with_its_lists_and_a_foreign_one_is_null() {
    let query = "{ __typename region(code: \"321181402001\") { code level compounds { nodes { name community { name } }
        totalCount { value exact } } } other: region(code: \"321181402002\") { name } none: region(code: \"x\") { name } }";
    let (outcome, answer) = ask(query, "{}").await;
    assert_eq!(outcome, Outcome::Executed);
    assert_eq!(
        answer["data"],
        json!({
            "__typename": "Query",
            "region": { "code": "321181402001", "level": "COMMUNITY", "compounds": {
                "nodes": [
                    { "name": "小区1", "community": { "name": "振兴路" } },
                    { "name": "小区2", "community": { "name": "振兴路" } },
                ],
                "totalCount": { "value": 2, "exact": true },
            } },
            "other": null,
            "none": null,
        })
    );
}

#[tokio::test]
async fn pages_go_on_where_the_cursor_says_and_lists_within_rows_are_each_parent_s_own() {
    let (app, door, viewer, _directory) = world().await;
    let query = "query($k: GridKind!, $after: String) { grids(first: 2, after: $after, filter: { kind: { eq: $k } }) {
        nodes { code shout parent { code } microGrids(first: 1) { nodes { code } pageInfo { hasNextPage } totalCount { value } } }
        pageInfo { hasNextPage endCursor } } }";
    let (_, first) = put(&app, &door, Some(&viewer), query, r#"{"k":"COMPREHENSIVE"}"#).await;
    let grids = &first["data"]["grids"];
    assert_eq!(
        grids["nodes"][1],
        json!({ "code": "321181402001002", "shout": "网格2A", "parent": null, "microGrids": {
            "nodes": [{ "code": "32118140200100201" }], "pageInfo": { "hasNextPage": true }, "totalCount": { "value": 4 },
        } })
    );
    assert_eq!(grids["pageInfo"]["hasNextPage"], true);
    let variables = json!({ "k": "COMPREHENSIVE", "after": grids["pageInfo"]["endCursor"] }).to_string();
    let (_, second) = put(&app, &door, Some(&viewer), query, &variables).await;
    assert_eq!(second["data"]["grids"]["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(second["data"]["grids"]["nodes"][0]["code"], "321181402001003");
    assert_eq!(second["data"]["grids"]["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn an_empty_choice_matches_nothing_and_mixed_orders_hold() {
    let (_, answer) =
        ask("query($k: [GridKind!]!) { grids(filter: { kind: { in: $k } }) { nodes { name } } }", r#"{"k":[]}"#).await;
    assert_eq!(answer["data"]["grids"]["nodes"], json!([]));
    let query = "{ grids(orderBy: [{ field: NAME, direction: DESC }, { field: CODE }], filter: { kind: { in: [MICRO] } }, first: 2) {
        nodes { name } } __schema { queryType { name } } }";
    let (_, answer) = ask(query, "{}").await;
    assert_eq!(
        answer["data"],
        json!({ "grids": { "nodes": [{ "name": "微网格3-4" }, { "name": "微网格3-3" }] }, "__schema": { "queryType": { "name": "Query" } } })
    );
}

#[tokio::test]
async fn fragments_aliases_and_directives_are_the_specification_s() {
    let query = "query($no: Boolean!) { grids(first: 1) { nodes { name @include(if: $no) ...F ... on Grid { n: name } } } } fragment F on Grid { __typename n: name }";
    let (_, answer) = ask(query, r#"{"no":false}"#).await;
    assert_eq!(answer["data"]["grids"]["nodes"], json!([{ "__typename": "Grid", "n": "网格1a" }]));
    let conflict = ask("{ grids { nodes { n: name ... on Grid { n: code } } } }", "{}").await;
    assert_eq!(code(&conflict), (Outcome::Refused, "VALIDATION_FAILED"));
}

#[tokio::test]
async fn ids_are_read_before_anything_is_looked_up() {
    let unknown = ask("{ node(id: \"grid_00000000000000000000000000\") { id ... on Grid { name } } }", "{}").await;
    assert_eq!(unknown.1["data"], json!({ "node": null }));
    for id in ["what", "grid_x", "user_00000000000000000000000000"] {
        let refused = ask("query($id: ID!) { node(id: $id) { id } }", &json!({ "id": id }).to_string()).await;
        assert_eq!(code(&refused), (Outcome::Refused, "INVALID_ID"), "{id}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_its_own_code() {
    for (query, variables, expected) in [
        ("{ grids(first: 101) { nodes { id } } }", "{}", "PAGE_SIZE"),
        ("{ grids(first: -1) { nodes { id } } }", "{}", "PAGE_SIZE"),
        ("{ grids { nodes { idd } } }", "{}", "VALIDATION_FAILED"),
        ("{ grids(after: \"x\") { nodes { id } } }", "{}", "BAD_CURSOR"),
        ("{ grids", "{}", "PARSE_ERROR"),
        ("query($k: GridKind!) { grids(filter: { kind: { eq: $k } }) { nodes { id } } }", "{}", "BAD_VARIABLE"),
        ("query($k: String) { grids(filter: { kind: { eq: $k } }) { nodes { id } } }", "{}", "VALIDATION_FAILED"),
        ("{ grids(filter: { kind: { eq: MICRO, eq: MICRO } }) { nodes { id } } }", "{}", "VALIDATION_FAILED"),
        ("{ ...F } fragment F on Query { ...F }", "{}", "VALIDATION_FAILED"),
        ("{ grids(first: 100) { nodes { microGrids(first: 100) { nodes { id } } } } }", "{}", "COST_LIMIT"),
    ] {
        let answer = ask(query, variables).await;
        assert_eq!(code(&answer), (Outcome::Refused, expected), "{query}");
    }
}

#[tokio::test]
async fn without_a_token_a_document_that_needs_one_says_no_more_than_that() {
    let (app, door, _, _directory) = world().await;
    let answer = put(&app, &door, None, "{ region(code: \"1\") { id } }", "{}").await;
    assert_eq!(code(&answer), (Outcome::Unauthenticated, "UNAUTHENTICATED"));
    let words = put(&app, &door, None, "{ vocabulary }", "{}").await;
    assert_eq!(words.1["data"], json!({ "vocabulary": "words" }));
}

#[tokio::test]
async fn the_changes_of_the_database_go_back_and_forth() {
    let directory = tempfile::tempdir().unwrap();
    let db = connect(&database(&directory).await).await;
    migration::Migrator::up(&db, None).await.unwrap();
    migration::Migrator::down(&db, None).await.unwrap();
    migration::Migrator::up(&db, None).await.unwrap();
    assert_eq!(migration::Migrator::get_pending_migrations(&db).await.unwrap().len(), 0);
}
