//! Who cannot mediate, and how a mediator goes.

use chrono::NaiveDate;
use entity::word::PartyKind;
use serde_json::{Value, json};

use super::{Stage, Story, code, dispute, opening};
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, with, without};

/// The code of opening a mediation with a mediator: `done` where it opened.
async fn with_mediator(world: &World, problem: &str, mediator: &Viewer) -> String {
    let input = with(opening(world, problem), json!({ "mediator": id(prefix::APPOINTMENT, mediator.post) }));
    match world.run(&world.people.secretary, "openMediation", "mediation", input).await {
        Ok(_) => "done".into(),
        Err(error) => {
            format!("{} {}", code(&error), error["path"].as_array().unwrap().last().unwrap().as_str().unwrap())
        }
    }
}

const INVOLVED: &str = "FORBIDDEN mediator";

#[tokio::test]
async fn a_mediator_is_police_a_lawyer_or_a_grid_worker_of_the_community() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    for fit in [&people.police, &people.lawyer, &people.grid_worker] {
        assert_eq!(with_mediator(&world, &problem, fit).await, "done", "{:?}", fit.role);
    }
    for unfit in [&people.city, &people.property, &people.owner, &people.resident, &people.secretary, &people.helper] {
        assert_eq!(with_mediator(&world, &problem, unfit).await, "INVALID_VALUE mediator", "{:?}", unfit.role);
    }
    assert_eq!(with_mediator(&world, &problem, &people.foreign).await, "NOT_FOUND mediator");
    // The police's own kind is theirs.
    let input = with(opening(&world, &problem), json!({ "kind": "PUBLIC_SECURITY" }));
    assert_eq!(world.code(&people.secretary, "openMediation", "mediation", input).await, "INVALID_VALUE");
}

#[tokio::test]
async fn a_firm_that_handled_the_problem_or_advised_on_it_does_not_mediate() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let input = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(PartyKind::Police) }, "assists": [{ "party": world.party(PartyKind::Lawyer) }],
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    // A task alone is no part in it.
    assert_eq!(with_mediator(&world, &problem, &people.lawyer).await, "done");
    world.acknowledge(&people.police, &problem).await;
    assert_eq!(with_mediator(&world, &problem, &people.police).await, INVOLVED);
    world.acknowledge(&people.lawyer, &problem).await;
    let advice = json!({
        "task": world.task(&people.lawyer, &problem).await, "action": "ADVISE", "content": "为一方提供咨询",
        "idempotencyKey": world.key(),
    });
    world.run(&people.lawyer, "recordDisposition", "disposition", advice).await.unwrap();
    assert_eq!(with_mediator(&world, &problem, &people.lawyer).await, INVOLVED);
    // Nor does a grid worker who left that firm within the year.
    let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
    world.also(&people.other_grid_worker, &people.lawyer, day("2025-03-01")).await;
    assert_eq!(with_mediator(&world, &problem, &people.other_grid_worker).await, "done");
    world.also(&people.grid_worker, &people.lawyer, day("2025-03-03")).await;
    assert_eq!(with_mediator(&world, &problem, &people.grid_worker).await, INVOLVED);
}

#[tokio::test]
async fn who_is_complained_of_reports_or_is_a_side_does_not_mediate() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    world.also(&people.grid_worker, &people.property, None).await;
    let about = world.report(&people.resident).await;
    world.accept(&about).await;
    assert_eq!(
        with_mediator(&world, &about, &people.grid_worker).await,
        INVOLVED,
        "the property company is complained of"
    );
    assert_eq!(with_mediator(&world, &problem, &people.grid_worker).await, "done");
    let own = with(without(world.complaint(), "concerns"), json!({}));
    let own = world.run(&people.police, "reportProblem", "problem", own).await.unwrap();
    world.accept(&own).await;
    assert_eq!(with_mediator(&world, &own, &people.police).await, INVOLVED, "the reporter");
    let sides = json!({ "sides": [{ "person": id(prefix::USER, people.lawyer.user) }, { "name": "赵六顺" }] });
    let input = with(opening(&world, &problem), sides);
    assert_eq!(world.code(&people.secretary, "openMediation", "mediation", input).await, "FORBIDDEN", "a side");
}

#[tokio::test]
async fn advice_that_was_declared_excludes_the_whole_firm() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let query =
        "mutation($input: DeclareAdviceInput!) { declareAdvice(input: $input) { declared userErrors { code } } }";
    let input = json!({ "problem": problem, "reason": "曾为楼上住户提供咨询", "idempotencyKey": world.key() });
    // The lawyer does not know of the problem yet.
    let answer = world.data(&people.lawyer, query, json!({ "input": input })).await;
    assert_eq!(answer["declareAdvice"]["userErrors"][0]["code"], "NOT_FOUND");
    let dispatch = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(PartyKind::Police) }, "reads": [{ "party": world.party(PartyKind::Lawyer) }],
    });
    world.run(&people.secretary, "dispatchProblem", "problem", dispatch).await.unwrap();
    let story = Story::open(&world, &problem).await.to(Stage::Mediating).await;
    for _ in 0..2 {
        let answer = world.data(&people.lawyer, query, json!({ "input": input })).await;
        assert_eq!(answer["declareAdvice"], json!({ "declared": true, "userErrors": [] }));
    }
    assert_eq!(with_mediator(&world, &problem, &people.lawyer).await, INVOLVED);
    // Where the lawyer was appointed before, nothing is left but to withdraw.
    let input = story.input(json!({ "remedies": "可起诉" })).await;
    assert_eq!(world.code(&people.lawyer, "terminateMediation", "mediation", input).await, "FORBIDDEN");
    let seen = story.see(&people.lawyer, "allowedActions { mutation allowed }").await;
    let open = seen["allowedActions"].as_array().unwrap().iter().filter(|action| action["allowed"] == true);
    assert_eq!(open.map(|action| &action["mutation"]).collect::<Vec<_>>(), [&json!("recuseMediator")]);
}

#[tokio::test]
async fn a_mediator_who_withdrew_knows_nothing_more_and_does_not_come_back() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await.to(Stage::Mediating).await;
    let input = story.input(json!({ "ground": "ADVISED_A_SIDE", "reason": "本所曾为乙方提供咨询" })).await;
    // It is out of the lawyer's sight with that: the payload is empty.
    assert_eq!(world.run(&people.lawyer, "recuseMediator", "mediation", input).await, Ok(String::new()));
    assert_eq!(story.see(&people.lawyer, "id").await, Value::Null);
    let fields = "status mediator { id } recusalGround recusalReason";
    let office = story.see(&people.secretary, fields).await;
    let expected = json!({
        "status": "MEDIATING", "mediator": null, "recusalGround": "ADVISED_A_SIDE", "recusalReason": "本所曾为乙方提供咨询",
    });
    assert_eq!(office, expected);
    assert_eq!(story.see(&people.resident, fields).await["recusalReason"], Value::Null);
    // Without a mediator there is nobody to recuse, and the office appoints another: not one of that firm.
    let input = story.input(json!({ "ground": "OTHER", "reason": "x" })).await;
    assert_eq!(world.code(&people.resident, "recuseMediator", "mediation", input).await, "FORBIDDEN");
    let appoint = |post: uuid::Uuid| json!({ "mediator": id(prefix::APPOINTMENT, post) });
    let input = story.input(appoint(people.lawyer.post)).await;
    assert_eq!(world.code(&people.secretary, "appointMediator", "mediation", input).await, "FORBIDDEN");
    let input = story.input(appoint(people.police.post)).await;
    story.act(&people.secretary, "appointMediator", input).await;
    let office = story.see(&people.secretary, fields).await;
    assert_eq!((&office["recusalGround"], &office["recusalReason"]), (&Value::Null, &Value::Null));
    assert_eq!(story.see(&people.police, "status").await["status"], "MEDIATING");
    let input = story.input(appoint(people.police.post)).await;
    assert_eq!(world.code(&people.secretary, "appointMediator", "mediation", input).await, "DUPLICATE");
}

#[tokio::test]
async fn a_side_asks_the_mediator_to_withdraw_and_gets_another() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await;
    let input = story.input(json!({ "ground": "RELATED", "reason": "是对方亲戚，电话13812341234" })).await;
    assert_eq!(world.code(&people.resident, "recuseMediator", "mediation", input).await, "PERSONAL_DATA_IN_TEXT");
    let input = story.input(json!({ "ground": "RELATED", "reason": "是对方亲戚" })).await;
    story.act(&people.resident, "recuseMediator", input).await;
    // Nobody consents to a mediator who is not there.
    let input = story.input(json!({})).await;
    let error = world.run(&people.resident, "consentToMediation", "mediation", input).await.unwrap_err();
    assert_eq!((code(&error), error["message"].as_str().unwrap().contains("no mediator")), ("FORBIDDEN", true));
    let input = story.input(json!({ "mediator": id(prefix::APPOINTMENT, people.lawyer.post) })).await;
    assert_eq!(world.code(&people.street, "appointMediator", "mediation", input).await, "FORBIDDEN");
    let input = story.input(json!({ "mediator": id(prefix::APPOINTMENT, people.grid_worker.post) })).await;
    story.act(&people.street, "appointMediator", input).await;
    let input = story.input(json!({})).await;
    story.act(&people.resident, "consentToMediation", input).await;
}
