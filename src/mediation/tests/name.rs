//! Consent, and who is named to whom before and after it.

use serde_json::{Value, json};

use super::{Stage, Story, code, dispute, opening};
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, with};

const PERSONS: &str = "sides { nodes { number own consent person { state name phone } } }";

async fn persons(story: &Story<'_>, viewer: &Viewer) -> Vec<Value> {
    let seen = story.see(viewer, PERSONS).await;
    seen["sides"]["nodes"].as_array().unwrap().iter().map(|side| side["person"].clone()).collect()
}

fn withheld() -> Value {
    json!({ "state": "WITHHELD", "name": null, "phone": null })
}

#[tokio::test]
async fn nobody_is_named_before_all_consented() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let sides = json!({ "sides": [
        { "person": id(prefix::USER, people.resident.user) }, { "name": "赵六顺", "phone": "13900002222" },
        { "person": id(prefix::USER, people.owner.user) },
    ] });
    let story = Story::with(&world, with(opening(&world, &problem), sides)).await;
    let own = |name: &str| json!({ "state": "VISIBLE", "name": name, "phone": "13900001111" });
    let (first, third) = (own("测试11"), own("测试7"));
    let masked = |name: &str, phone: &str| json!({ "state": "MASKED", "name": name, "phone": phone });
    for consenting in [None, Some(&people.resident), Some(&people.owner)] {
        if let Some(side) = consenting {
            let input = story.input(json!({})).await;
            story.act(side, "consentToMediation", input).await;
        }
        assert_eq!(persons(&story, &people.resident).await, [first.clone(), withheld(), withheld()]);
        assert_eq!(persons(&story, &people.owner).await, [withheld(), withheld(), third.clone()]);
        assert_eq!(persons(&story, &people.lawyer).await, [withheld(), withheld(), withheld()]);
        let office = [masked("测*", "139****1111"), masked("赵*", "139****2222"), masked("测*", "139****1111")];
        assert_eq!(persons(&story, &people.secretary).await, office);
    }
    // The mediator writes the consent of the third down, and says how it was given.
    let side = story.sides().await[1].clone();
    let input = story.input(json!({})).await;
    let error = world.run(&people.lawyer, "consentToMediation", "mediation", input).await.unwrap_err();
    assert_eq!((code(&error), &error["path"]), ("REQUIRED", &json!(["input", "side"])));
    let input = story.input(json!({ "side": side })).await;
    let error = world.run(&people.lawyer, "consentToMediation", "mediation", input).await.unwrap_err();
    assert_eq!((code(&error), &error["path"]), ("REQUIRED", &json!(["input", "method"])));
    let input = story.input(json!({ "side": side, "method": "IN_WRITING" })).await;
    story.act(&people.lawyer, "consentToMediation", input).await;
    let named = |name: &str, phone: &str| json!({ "state": "VISIBLE", "name": name, "phone": phone });
    let all = [named("测试11", "139****1111"), named("赵六顺", "139****2222"), named("测试7", "139****1111")];
    assert_eq!(persons(&story, &people.lawyer).await, all);
    assert_eq!(persons(&story, &people.resident).await, [first, all[1].clone(), all[2].clone()]);
    assert_eq!(persons(&story, &people.secretary).await[1], masked("赵*", "139****2222"));
    let seen = story.see(&people.secretary, "status dueOn consentedAt sides { nodes { consent consentMethod } }").await;
    assert_eq!((&seen["status"], &seen["dueOn"]), (&json!("MEDIATING"), &json!("2026-04-01")));
    assert_eq!(seen["sides"]["nodes"][1], json!({ "consent": "CONSENTED", "consentMethod": "IN_WRITING" }));
    assert_eq!(seen["sides"]["nodes"][0]["consentMethod"], "ONLINE");
}

#[tokio::test]
async fn a_refusal_ends_it_and_nobody_is_named() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await;
    let input = story.input(json!({})).await;
    story.act(&people.resident, "consentToMediation", input).await;
    // Also who consented may think better of it.
    let input = story.input(json!({})).await;
    story.act(&people.resident, "refuseMediation", input).await;
    assert_eq!(story.see(&people.lawyer, "status").await["status"], "REFUSED");
    assert_eq!(persons(&story, &people.lawyer).await, [withheld(), withheld()]);
    assert_eq!(persons(&story, &people.resident).await[1], withheld());
    let input = story.input(json!({})).await;
    assert_eq!(world.code(&people.resident, "consentToMediation", "mediation", input).await, "INVALID_TRANSITION");
}

#[tokio::test]
async fn each_answers_for_itself() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await;
    let sides = story.sides().await;
    // Not a side for another, nor the mediator for one with an account.
    let input = story.input(json!({ "side": sides[1], "method": "ONLINE" })).await;
    assert_eq!(world.code(&people.resident, "consentToMediation", "mediation", input).await, "FORBIDDEN");
    let input = story.input(json!({ "side": sides[0], "method": "BY_PHONE" })).await;
    assert_eq!(world.code(&people.lawyer, "consentToMediation", "mediation", input).await, "FORBIDDEN");
    let other = Story::open(&world, &problem).await;
    let input = story.input(json!({ "side": other.sides().await[1], "method": "BY_PHONE" })).await;
    assert_eq!(world.code(&people.lawyer, "consentToMediation", "mediation", input).await, "NOT_FOUND");
    // A stale revision.
    let stale = story.input(json!({})).await;
    story.act(&people.resident, "consentToMediation", stale.clone()).await;
    assert_eq!(world.code(&people.resident, "refuseMediation", "mediation", stale).await, "REVISION_CONFLICT");
    let again = story.input(json!({})).await;
    let error = world.run(&people.resident, "consentToMediation", "mediation", again).await.unwrap_err();
    assert_eq!((code(&error), &error["from"]), ("INVALID_TRANSITION", &json!("CONSENT_PENDING")));
    assert_eq!(error["allowed"], json!(["refuseMediation", "recuseMediator"]));
}

#[tokio::test]
async fn a_text_of_all_sides_names_none_of_them() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    for matter in ["赵六顺家漏水", "楼上漏水，电话13812341234"] {
        let input = with(opening(&world, &problem), json!({ "matter": matter }));
        let code = world.code(&people.secretary, "openMediation", "mediation", input).await;
        assert_eq!(code, "PERSONAL_DATA_IN_TEXT", "{matter}");
    }
    let story = Story::open(&world, &problem).await.to(Stage::Mediating).await;
    let mut input = story.agreement("WRITTEN").await;
    input["obligations"][1]["content"] = json!("赵六顺修好水管");
    input["content"] = json!("赔付至13812341234");
    let error = world.run(&people.lawyer, "recordAgreement", "mediation", input).await.unwrap_err();
    assert_eq!(error["paths"], json!(["content", "obligations.1.content"]));
    assert_eq!(error["found"], json!(["PHONE_NUMBER", "SIDE_NAME"]));
    // Before they are named to the mediator, guessing tells nothing.
    let early = Story::open(&world, &problem).await;
    let input = early.input(json!({ "ground": "OTHER", "reason": "赵六顺来过" })).await;
    world.run(&people.lawyer, "recuseMediator", "mediation", input).await.unwrap();
}
