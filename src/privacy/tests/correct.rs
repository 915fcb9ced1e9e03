//! Reporters put their own contact data right.

use chrono::TimeDelta;
use entity::event;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{closed, hold, is_whole, places_of};
use crate::event::Kind;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, see, with};
use crate::scheduler;

async fn correct(world: &World, viewer: &Viewer, problem: &str, more: Value) -> Result<String, Value> {
    let input = json!({ "problem": problem, "expectedRevision": world.revision(problem).await });
    world.run(viewer, "correctContact", "problem", with(input, more)).await
}

#[tokio::test]
async fn what_is_said_stands_there_and_the_record_says_which() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let before = world.row(&problem).await;
    let more = json!({ "name": "王晓明", "phone": "137-0000-9999" });
    correct(&world, &people.resident, &problem, more.clone()).await.unwrap();
    let seen = see(&world, &people.resident, &problem, "reporter { state name phone address }").await;
    assert_eq!(
        seen["reporter"],
        json!({ "state": "VISIBLE", "name": "王晓明", "phone": "13700009999", "address": "1幢2单元301室" })
    );
    let row = world.row(&problem).await;
    assert_eq!(row.reporter_phone_hash, Some(world.app.vault.hash("phone", "13700009999")), "the hash follows");
    assert_eq!((row.reporter_address, row.reporter_id), (before.reporter_address, before.reporter_id));
    assert!(row.revision > before.revision);
    let told = event::Entity::find().filter(event::Column::Kind.eq(Kind::ContactCorrected.name()));
    let told = told.all(&world.app.db).await.unwrap();
    assert_eq!(told.iter().map(|row| row.data.clone()).collect::<Vec<_>>(), [json!({ "fields": ["NAME", "PHONE"] })]);
    assert_eq!(places_of(&world.app.db, "13700009999").await, Vec::<String>::new());
    // The same again changes nothing.
    correct(&world, &people.resident, &problem, more).await.unwrap();
    assert_eq!(world.row(&problem).await.revision, row.revision);
    let seen = see(&world, &people.secretary, &problem, "reporter { state name phone }").await;
    assert_eq!(seen["reporter"], json!({ "state": "MASKED", "name": "王*", "phone": "137****9999" }));
    is_whole(&world).await;
}

#[tokio::test]
async fn nobody_corrects_anothers_and_nonsense_is_refused() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    for (viewer, code) in [
        (&people.secretary, "FORBIDDEN"),
        (&people.street, "FORBIDDEN"),
        (&people.grid_worker, "FORBIDDEN"),
        (&people.city, "FORBIDDEN"),
        (&people.neighbour, "NOT_FOUND"),
        (&people.foreign, "NOT_FOUND"),
    ] {
        let refusal = correct(&world, viewer, &problem, json!({ "name": "王晓明" })).await.unwrap_err();
        assert_eq!(refusal["code"], code, "{:?}", viewer.role);
    }
    let long = "字".repeat(51);
    for (more, code) in [
        (json!({}), "REQUIRED"),
        (json!({ "name": " " }), "REQUIRED"),
        (json!({ "name": long }), "TOO_LONG"),
        (json!({ "phone": "none" }), "INVALID_VALUE"),
        (json!({ "expectedRevision": "stale", "name": "王晓明" }), "REVISION_CONFLICT"),
    ] {
        let refusal = correct(&world, &people.resident, &problem, more).await.unwrap_err();
        assert_eq!(refusal["code"], code, "{refusal}");
    }
}

#[tokio::test]
async fn what_is_erased_or_held_is_not_corrected() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, held) = (closed(&world).await, closed(&world).await);
    let idle = world.row(&problem).await.contact_idle_at;
    correct(&world, &people.resident, &problem, json!({ "phone": "13900001111" })).await.unwrap();
    assert_eq!(world.row(&problem).await.contact_idle_at, idle, "it is kept no longer for that");
    hold(&world, &people.street, &held, json!({})).await.unwrap();
    let refusal = correct(&world, &people.resident, &held, json!({ "name": "王晓明" })).await.unwrap_err();
    assert_eq!((&refusal["code"], &refusal["path"]), (&json!("FORBIDDEN"), &json!(["input", "problem"])));
    let message = refusal["message"].as_str().unwrap();
    assert!(message.contains("askAboutMyData") && message.contains("CORRECTION"), "{message}");
    world.wait(TimeDelta::days(181));
    scheduler::tick(&world.app).await.unwrap();
    let refusal = correct(&world, &people.resident, &problem, json!({ "name": "王晓明" })).await.unwrap_err();
    assert_eq!(refusal["code"], "FORBIDDEN");
    assert!(refusal["message"].as_str().unwrap().contains("erased"), "{refusal}");
    assert_eq!(world.row(&problem).await.reporter_name, None);
    is_whole(&world).await;
}
