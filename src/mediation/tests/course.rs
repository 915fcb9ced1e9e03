//! The course of a mediation: its limit, its agreement, judicial confirmation, the dossier, refusals.

use chrono::TimeDelta;
use entity::event;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{Stage, Story, code, dispute, opening};
use crate::clock;
use crate::event::Kind;
use crate::id::prefix;
use crate::problem::tests::world::{World, id, with, without};
use crate::scheduler;

/// How many are reminded of now.
async fn told(world: &World, kind: Kind) -> usize {
    let count = async || {
        let events = event::Entity::find().filter(event::Column::Kind.eq(kind.name()));
        events.count(&world.app.db).await.unwrap()
    };
    let before = count().await;
    scheduler::tick(&world.app).await.unwrap();
    usize::try_from(count().await - before).unwrap()
}

#[tokio::test]
async fn it_takes_thirty_days_and_longer_by_the_consent_of_all() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await.to(Stage::Mediating).await;
    let overdue = async |expected: bool| {
        let seen = story.see(&people.secretary, "dueOn overdue").await;
        assert_eq!(seen["overdue"], expected, "{seen}");
        let query = "query($o: Boolean) { mediations(filter: { overdue: $o }) { nodes { id } } }";
        let found = world.data(&people.secretary, query, json!({ "o": expected })).await;
        assert_eq!(found["mediations"]["nodes"], json!([{ "id": story.mediation }]));
        let reminded = [told(&world, Kind::MediationOverdue).await, told(&world, Kind::MediationOverdue).await];
        assert_eq!(reminded, [usize::from(expected), 0], "once");
    };
    overdue(false).await;
    world.wait(TimeDelta::days(30));
    overdue(false).await;
    world.wait(TimeDelta::days(1));
    overdue(true).await;
    let sides = story.sides().await;
    let input = story.input(json!({ "dueOn": "2026-04-20", "consenting": [sides[0]] })).await;
    assert_eq!(world.code(&people.lawyer, "extendMediation", "mediation", input).await, "CONSENT_MISSING");
    for (wrong, is) in [("2026-04-01", "OUT_OF_RANGE"), ("2027-04-02", "OUT_OF_RANGE")] {
        let input = story.input(json!({ "dueOn": wrong, "consenting": sides })).await;
        assert_eq!(world.code(&people.lawyer, "extendMediation", "mediation", input).await, is, "{wrong}");
    }
    let other = Story::open(&world, &problem).await.sides().await;
    let input = story.input(json!({ "dueOn": "2026-04-20", "consenting": [sides[0], other[1]] })).await;
    let error = world.run(&people.lawyer, "extendMediation", "mediation", input).await.unwrap_err();
    assert_eq!((code(&error), &error["path"]), ("NOT_FOUND", &json!(["input", "consenting", "1"])));
    let input = story.input(json!({ "dueOn": "2026-04-20", "consenting": sides })).await;
    story.act(&people.lawyer, "extendMediation", input).await;
    assert_eq!(story.see(&people.resident, "dueOn overdue").await, json!({ "dueOn": "2026-04-20", "overdue": false }));
}

#[tokio::test]
async fn a_written_agreement_takes_effect_with_the_last_signature_and_is_performed_with_the_last_obligation() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await.to(Stage::Written).await;
    let fields = "status agreement { form effectiveOn obligations { nodes { status settledOn overdue } } }";
    assert_eq!(story.see(&people.resident, fields).await["agreement"]["effectiveOn"], Value::Null);
    let input = story.input(json!({})).await;
    story.act(&people.resident, "signAgreement", input).await;
    world.wait(TimeDelta::days(2));
    assert_eq!(story.see(&people.resident, fields).await["agreement"]["effectiveOn"], Value::Null);
    // Not yet: it is not in effect.
    let obligations = story.obligations().await;
    let settle = async |more: Value| {
        let input = without(story.input(json!({ "obligation": obligations[0] })).await, "mediation");
        with(input, more)
    };
    let input = settle(json!({})).await;
    assert_eq!(world.code(&people.lawyer, "recordPerformance", "obligation", input).await, "INVALID_TRANSITION");
    let input = story.input(json!({ "side": story.sides().await[1] })).await;
    story.act(&people.lawyer, "signAgreement", input).await;
    assert_eq!(story.see(&people.secretary, fields).await["agreement"]["effectiveOn"], "2026-03-04");
    for wrong in ["2026-03-03", "2026-03-05"] {
        let input = settle(json!({ "settledOn": wrong })).await;
        assert_eq!(world.code(&people.lawyer, "recordPerformance", "obligation", input).await, "OUT_OF_RANGE");
    }
    assert_eq!([told(&world, Kind::ObligationDue).await, told(&world, Kind::ObligationDue).await], [2, 0], "once");
    let input = settle(json!({})).await;
    story.act(&people.lawyer, "recordPerformance", input).await;
    let seen = story.see(&people.resident, fields).await;
    assert_eq!(
        (&seen["status"], seen["agreement"]["obligations"]["nodes"].as_array().unwrap().len()),
        (&json!("AGREED_WRITTEN"), 2)
    );
    let again = settle(json!({})).await;
    let error = world.run(&people.lawyer, "recordPerformance", "obligation", again).await.unwrap_err();
    assert_eq!((code(&error), &error["from"]), ("INVALID_TRANSITION", &json!("PERFORMED")));
    story.settle("recordPerformance", &obligations[1]).await;
    let seen = story.see(&people.secretary, "status endedAt").await;
    assert_eq!((&seen["status"], seen["endedAt"].is_null()), (&json!("PERFORMED"), false));
}

#[tokio::test]
async fn an_oral_agreement_needs_everybodys_word_and_a_breach_an_obligation_that_is_over() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await.to(Stage::Mediating).await;
    let sides = story.sides().await;
    for (wrong, is) in [
        (json!({ "consenting": [sides[0]] }), "CONSENT_MISSING"),
        (json!({ "consenting": null }), "CONSENT_MISSING"),
        (json!({ "obligations": [] }), "OUT_OF_RANGE"),
        (json!({ "obligations": [{ "side": sides[0], "content": "x", "dueOn": "2026-03-01" }] }), "INVALID_VALUE"),
        (json!({ "content": " " }), "REQUIRED"),
    ] {
        let input = with(story.agreement("ORAL").await, wrong.clone());
        assert_eq!(world.code(&people.lawyer, "recordAgreement", "mediation", input).await, is, "{wrong}");
    }
    let input = story.agreement("ORAL").await;
    story.act(&people.lawyer, "recordAgreement", input).await;
    let seen = story.see(&people.resident, "status form agreement { effectiveOn }").await;
    let expected = json!({ "status": "AGREED_ORAL", "form": "ORAL", "agreement": { "effectiveOn": "2026-03-02" } });
    assert_eq!(seen, expected);
    let obligation = &story.obligations().await[0];
    let breach = async || without(story.input(json!({ "obligation": obligation })).await, "mediation");
    let input = breach().await;
    assert_eq!(world.code(&people.lawyer, "recordBreach", "obligation", input).await, "INVALID_VALUE");
    world.wait(TimeDelta::days(1));
    let input = breach().await;
    story.act(&people.lawyer, "recordBreach", input).await;
    let seen = story.see(&people.secretary, "status agreement { obligations { nodes { status } } }").await;
    assert_eq!(seen["status"], "BREACHED");
}

/// Days after the effect on which the last side asks, and what comes of it.
#[tokio::test]
async fn judicial_confirmation_is_asked_for_together_within_thirty_days() {
    for (after, expected) in [(0, "done"), (30, "done"), (31, "FORBIDDEN")] {
        let world = World::new().await;
        let people = &world.people;
        let problem = dispute(&world).await;
        let story = Story::open(&world, &problem).await.to(Stage::Oral).await;
        let input = story.input(json!({})).await;
        story.act(&people.resident, "askJudicialConfirmation", input).await;
        let fields = "agreement { judicialConfirmation { status dueOn daysLeft requestedOn decidedOn } }";
        let confirmation =
            async || story.see(&people.secretary, fields).await["agreement"]["judicialConfirmation"].take();
        let open = |left: Value| json!({ "status": null, "dueOn": "2026-04-01", "daysLeft": left, "requestedOn": null, "decidedOn": null });
        assert_eq!(confirmation().await, open(json!(30)), "one side alone has not asked for it");
        world.wait(TimeDelta::days(after));
        assert_eq!(confirmation().await, open(if after > 30 { Value::Null } else { json!(30 - after) }));
        let today = clock::day(world.app.clock.now());
        assert_eq!(told(&world, Kind::ConfirmationClosing).await, usize::from(after == 30), "{after}");
        let side = story.sides().await[1].clone();
        let input = story.input(json!({ "side": side })).await;
        let code = world.code(&people.lawyer, "askJudicialConfirmation", "mediation", input).await;
        assert!(code.starts_with(expected), "{after}: {code}");
        if expected != "done" {
            continue;
        }
        let asked = confirmation().await;
        assert_eq!((&asked["status"], &asked["daysLeft"]), (&json!("REQUESTED"), &Value::Null));
        assert_eq!(asked["requestedOn"], json!(today));
        let decide = async |decided: &str| story.input(json!({ "confirmed": true, "decidedOn": decided })).await;
        let input = decide("2026-03-01").await;
        assert_eq!(world.code(&people.lawyer, "recordJudicialConfirmation", "mediation", input).await, "OUT_OF_RANGE");
        let input = decide(&today.to_string()).await;
        story.act(&people.lawyer, "recordJudicialConfirmation", input).await;
        assert_eq!(confirmation().await["status"], "CONFIRMED");
        let input = decide(&today.to_string()).await;
        let again = world.code(&people.lawyer, "recordJudicialConfirmation", "mediation", input).await;
        assert_eq!(again, "INVALID_TRANSITION");
        let missing = story.see(&people.lawyer, "dossierMissing").await;
        assert!(missing["dossierMissing"].as_array().unwrap().contains(&json!("CONFIRMATION")), "{missing}");
    }
}

#[tokio::test]
async fn judicial_confirmation_is_for_peoples_mediation_alone() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let input = with(opening(&world, &problem), json!({ "kind": "ADMINISTRATIVE" }));
    let story = Story::with(&world, input).await.to(Stage::Oral).await;
    let input = story.input(json!({})).await;
    assert_eq!(world.code(&people.resident, "askJudicialConfirmation", "mediation", input).await, "FORBIDDEN");
    let seen = story.see(&people.resident, "agreement { judicialConfirmation { dueOn } }").await;
    assert_eq!(seen["agreement"]["judicialConfirmation"], Value::Null);
    world.wait(TimeDelta::days(25));
    assert_eq!(told(&world, Kind::ConfirmationClosing).await, 0);
}

#[tokio::test]
async fn the_dossier_says_what_is_missing() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await.to(Stage::Terminated).await;
    let fields = "dossierComplete dossierMissing dossier { document mandatory present } remedies";
    let seen = story.see(&people.lawyer, fields).await;
    let missing = ["APPLICATION", "ACCEPTANCE", "CONSENT", "INVESTIGATION", "RECORD", "TERMINATION"];
    assert_eq!((&seen["dossierMissing"], &seen["dossierComplete"]), (&json!(missing), &json!(false)));
    assert_eq!(seen["dossier"].as_array().unwrap().len(), 10);
    let before = story.row().await.revision;
    let check = json!({ "mediation": story.mediation, "present": missing });
    story.act(&people.lawyer, "checkDossier", check).await;
    let seen = story.see(&people.lawyer, fields).await;
    assert_eq!((&seen["dossierMissing"], &seen["dossierComplete"]), (&json!([]), &json!(true)));
    assert_eq!(story.row().await.revision, before, "who may not know of it does not see it by the revision");
    assert_eq!(story.see(&people.resident, "remedies").await["remedies"], "可向人民法院起诉");
    assert_eq!(story.see(&people.secretary, "remedies").await["remedies"], Value::Null);
}

#[tokio::test]
async fn opening_takes_an_accepted_problem_and_two_sides_who_are_there() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let person = |viewer: &crate::policy::Viewer| json!({ "person": id(prefix::USER, viewer.user) });
    for (sides, is) in [
        (json!([person(&people.resident)]), "OUT_OF_RANGE"),
        (json!([person(&people.resident), person(&people.resident)]), "DUPLICATE"),
        (json!([person(&people.resident), {}]), "INVALID_VALUE"),
        (json!([person(&people.resident), { "name": " " }]), "REQUIRED"),
        (json!([person(&people.resident), { "name": "x", "phone": "12" }]), "INVALID_VALUE"),
        (json!([person(&people.resident), person(&people.secretary)]), "INVALID_VALUE"),
        (json!([person(&people.resident), person(&people.supervisor)]), "NOT_FOUND"),
        (json!([person(&people.resident), person(&people.foreign)]), "NOT_FOUND"),
    ] {
        let input = with(opening(&world, &problem), json!({ "sides": sides }));
        assert_eq!(world.code(&people.secretary, "openMediation", "mediation", input).await, is, "{sides}");
    }
    let reported = world.report(&people.resident).await;
    let input = opening(&world, &reported);
    let error = world.run(&people.secretary, "openMediation", "mediation", input).await.unwrap_err();
    assert_eq!((code(&error), &error["from"]), ("INVALID_TRANSITION", &json!("REPORTED")));
    assert!(error["allowed"].as_array().unwrap().contains(&json!("acceptProblem")), "{error}");
    let input = opening(&world, &problem);
    assert_eq!(world.code(&people.foreign, "openMediation", "mediation", input.clone()).await, "NOT_FOUND");
    // The same key opens once.
    let first = world.run(&people.secretary, "openMediation", "mediation", input.clone()).await.unwrap();
    assert_eq!(world.run(&people.secretary, "openMediation", "mediation", input.clone()).await, Ok(first));
    let other = with(input, json!({ "matter": "别的纠纷" }));
    assert_eq!(world.code(&people.secretary, "openMediation", "mediation", other).await, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn the_record_holds_no_word_and_proves_them_all() {
    let world = World::new().await;
    let people = &world.people;
    let problem = dispute(&world).await;
    let story = Story::open(&world, &problem).await.to(Stage::Asked).await;
    let said = world.app.db.clone();
    let notes = json!({ "session": story.session().await, "attendees": [], "notes": "笔录" });
    story.act(&people.lawyer, "recordMediationSession", notes).await;
    let events = <entity::event::Entity as sea_orm::EntityTrait>::find().all(&said).await.unwrap();
    let of_mediation: Vec<_> = events.iter().filter(|event| event.kind.starts_with("mediation.")).collect();
    assert!(of_mediation.len() >= 11, "{}", of_mediation.len());
    for event in of_mediation {
        let text = event.data.to_string();
        for word in ["漏水", "赔偿", "赵六顺", "139", "笔录", "调解室"] {
            assert!(!text.contains(word), "{} {text}", event.kind);
        }
        assert_eq!(event.community_code, Some(crate::problem::tests::world::COMMUNITY));
    }
    let found = crate::doctor::examine(&said).await.unwrap();
    assert!(found.breaks.is_empty(), "{:?}", found.breaks);
}
