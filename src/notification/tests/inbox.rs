//! What waits for a person, over all posts.

use entity::word::{PartyKind, Role, Word};
use serde_json::{Value, json};

use crate::id::prefix;
use crate::policy::{Capability, Scope, Viewer, scopes_of};
use crate::problem::tests::world::{World, id, see, with};

fn post(viewer: &Viewer) -> Value {
    json!({ "id": id(prefix::APPOINTMENT, viewer.post) })
}

#[tokio::test]
async fn both_posts_rows_are_there_each_with_its_post_the_soonest_first() {
    let world = World::new().await;
    let people = &world.people;
    let worker = world.also_worker(&people.city, world.grid).await;
    let (one, other) = (world.report(&people.resident).await, world.report(&people.resident).await);
    world.accept(&one).await;
    world.dispatch(&one).await;
    world.accept(&other).await;
    world.dispatch_to_grid(&other, world.micro_grid).await;
    world.whistle().await;

    for viewer in [&people.city, &worker] {
        let rows = world.inbox(viewer).await;
        let seen: Vec<_> = rows.iter().map(|row| (&row["kind"], &row["number"], &row["post"])).collect();
        let (first, second) = (json!(world.row(&one).await.number), json!(world.row(&other).await.number));
        let (city, grid) = (post(&people.city), post(&worker));
        let expected = [
            (&json!("WHISTLE"), &Value::Null, &city),
            (&json!("TASK"), &first, &city),
            (&json!("TASK"), &second, &grid),
        ];
        assert_eq!(seen, expected, "{:?}", viewer.role);
        assert!(rows.iter().all(|row| row["dueAt"].is_string() && row["overdue"] == false));
    }

    // The other post's problem is not read from here, and its own is.
    assert_eq!(see(&world, &people.city, &other, "id").await, Value::Null);
    assert_eq!(see(&world, &worker, &other, "id").await["id"], json!(other));

    // Acting on it needs the post.
    let input = json!({
        "task": world.task(&people.police, &other).await, "expectedRevision": world.revision(&other).await,
    });
    assert_eq!(world.code(&people.city, "acknowledgeTask", "task", input.clone()).await, "NOT_FOUND");
    world.run(&worker, "acknowledgeTask", "task", input).await.unwrap();

    world.end_post(&worker).await;
    let kinds: Vec<_> = world.inbox(&people.city).await.into_iter().map(|row| row["post"].clone()).collect();
    assert_eq!(kinds, [post(&people.city), post(&people.city)], "an ended post's rows are gone at once");
}

#[tokio::test]
async fn what_is_done_is_gone() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    for viewer in [&people.city, &people.property, &people.lawyer] {
        assert_eq!(world.inbox(viewer).await.len(), 1, "{:?}", viewer.role);
    }
    for viewer in [&people.secretary, &people.street, &people.police, &people.other_property, &people.foreign] {
        assert_eq!(world.inbox(viewer).await.len(), 0, "{:?}", viewer.role);
    }
    world.acknowledge(&people.property, &problem).await;
    assert_eq!(world.inbox(&people.property).await.len(), 1, "it has still to be done");
    world.record(&people.property, &problem).await;
    world.submit(&people.property, &problem).await;
    assert_eq!(world.inbox(&people.property).await.len(), 0, "now others have to act");
    let read = json!({
        "task": world.task(&people.lawyer, &problem).await, "expectedRevision": world.revision(&problem).await,
    });
    world.run(&people.lawyer, "acknowledgeTask", "task", read).await.unwrap();
    assert_eq!(world.inbox(&people.lawyer).await.len(), 0);
}

/// The rule of the inbox is written of each row's post, and `viewer.tasks` of the token's: they say the same.
#[tokio::test]
async fn each_row_is_one_that_its_post_sees_and_none_is_left_out() {
    let world = World::new().await;
    let people = &world.people;
    let worker = world.also_worker(&people.secretary, world.grid).await;
    let micro = world.also_worker(&people.city, world.micro_grid).await;
    for (confidential, party, grid) in [
        (false, PartyKind::CityManagement, None),
        (true, PartyKind::CityManagement, None),
        (false, PartyKind::PartyBranch, None),
        (true, PartyKind::PartyBranch, Some(world.micro_grid)),
        (false, PartyKind::Police, Some(world.grid)),
        (false, PartyKind::Owner, Some(world.micro_grid)),
    ] {
        let input = with(world.complaint(), json!({ "confidential": confidential, "concerns": [] }));
        let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
        world.accept(&problem).await;
        let grid = grid.map(|grid| id(prefix::GRID, grid));
        let lead = json!({
            "problem": problem, "expectedRevision": world.revision(&problem).await,
            "lead": { "party": world.party(party), "grid": grid },
        });
        // A confidential one may be refused a grid; then it waits for nobody.
        let _ = world.run(&people.secretary, "dispatchProblem", "problem", lead).await;
    }
    world.whistle().await;
    let mut count = 0;
    for posts in [
        vec![&people.secretary, &worker],
        vec![&people.city, &micro],
        vec![&people.police],
        vec![&people.owner],
        vec![&people.grid_worker],
        vec![&people.other_grid_worker],
        vec![&people.street],
        vec![&people.supervisor],
        vec![&people.property],
        vec![&people.resident],
        vec![&people.helper],
    ] {
        let mut expected = vec![];
        for viewer in &posts {
            if scopes_of(viewer.role).has(Scope::TaskWrite) {
                expected.extend(open_in(&world, viewer).await);
            }
        }
        let mut seen: Vec<_> = world.inbox(posts[0]).await.iter().map(short).collect();
        expected.sort();
        seen.sort();
        assert_eq!(seen, expected, "{:?}", posts[0].role);
        count += seen.len();
    }
    assert!(count >= 8, "{count}");
}

fn short(row: &Value) -> String {
    format!("{} {} {}", row["kind"], row["number"], row["post"]["id"])
}

/// The same rows as the post of the token sees them.
async fn open_in(world: &World, viewer: &Viewer) -> Vec<String> {
    let query = if Capability::ReportIn.held(viewer.role, viewer.scopes) {
        "{ viewer { tasks(filter: { status: { in: [ASSIGNED, ACKNOWLEDGED, UNREAD] } }) { nodes { problem { number } } }
            whistleCalls { nodes { status } } } }"
    } else {
        "{ viewer { tasks(filter: { status: { in: [ASSIGNED, ACKNOWLEDGED, UNREAD] } }) { nodes { problem { number } } } } }"
    };
    let seen = world.data(viewer, query, json!({})).await;
    let of = |list: &str| seen["viewer"][list]["nodes"].as_array().cloned().unwrap_or_default();
    let post = post(viewer);
    let tasks =
        of("tasks").into_iter().map(|row| json!({ "kind": "TASK", "number": row["problem"]["number"], "post": post }));
    let calls = of("whistleCalls").into_iter().map(|_| json!({ "kind": "WHISTLE", "number": null, "post": post }));
    tasks.chain(calls).map(|row| short(&row)).collect()
}

#[tokio::test]
async fn a_narrower_token_knows_of_none() {
    let world = World::new().await;
    let narrow = |scopes: &[Scope]| Viewer { scopes: scopes.iter().copied().collect(), ..world.people.city.clone() };
    let query = "{ viewer { inbox { nodes { id } } } }";
    let told = "{ viewer { notifications { nodes { id } } } }";
    for scopes in [&[Scope::ProblemRead, Scope::TaskWrite, Scope::WhistleRead][..], &[Scope::InboxWrite]] {
        for query in [query, told] {
            let answer = world.ask(&narrow(scopes), query, json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "VALIDATION_FAILED", "{scopes:?}");
        }
    }
    let alone = narrow(&[Scope::InboxRead]);
    assert!(world.ask(&alone, query, json!({})).await.get("errors").is_none());
    let answer =
        world.ask(&alone, "mutation { markNotificationsRead(input: { ids: [] }) { marked } }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "VALIDATION_FAILED");
    // The post is a link into what the scope does not open.
    let answer = world.ask(&alone, "{ viewer { inbox { nodes { post { id } } } } }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "VALIDATION_FAILED");
}

/// The roles that may act are said in the policy alone: the view names none.
#[test]
fn all_roles_but_a_partners_client_have_an_inbox() {
    for role in Role::ALL {
        assert_eq!(scopes_of(*role).has(Scope::InboxRead), *role != Role::Partner, "{}", role.value());
    }
}
