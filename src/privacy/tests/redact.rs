//! Texts are taken out of the record, and the record still verifies.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{closed, hold, is_broken, is_whole, lift, places_of, redact, text};
use crate::event::text::TOMBSTONE;
use crate::id::prefix;
use crate::problem::tests::world::{World, id, see, with};

#[tokio::test]
async fn a_redacted_report_is_nowhere_and_the_record_verifies() {
    let world = World::new().await;
    let (street, resident) = (&world.people.street, &world.people.resident);
    let problem = closed(&world).await;
    assert_eq!(places_of(&world.app.db, "物业不修电梯").await, ["problem.report"]);
    let stale = with(text(&world, &problem, "report"), json!({ "expectedRevision": "stale" }));
    assert_eq!(world.code(street, "redactText", "redaction", stale).await, "REVISION_CONFLICT");
    let none = world.run(street, "redactText", "redaction", text(&world, &problem, "report")).await.unwrap_err();
    assert_eq!((&none["code"], &none["path"]), (&json!("REVISION_CONFLICT"), &json!(["input", "expectedRevision"])));
    let input = with(text(&world, &problem, "report"), json!({ "expectedRevision": world.revision(&problem).await }));
    let done = world.run(street, "redactText", "redaction", input.clone()).await.unwrap();
    assert_eq!(world.run(street, "redactText", "redaction", input).await.unwrap(), done, "a retry does nothing");
    assert_eq!(redact(&world, street, &problem, "report").await.unwrap_err()["code"], "DUPLICATE");
    assert_eq!(places_of(&world.app.db, "物业不修电梯").await, Vec::<String>::new());
    is_whole(&world).await;
    let fields = "report place redactions { nodes { subject field basis status byRole redactedAt note } }";
    let seen = see(&world, resident, &problem, fields).await;
    assert_eq!((seen["report"].as_str(), seen["place"].as_str()), (Some(TOMBSTONE), Some("1幢电梯")));
    let told = &seen["redactions"]["nodes"];
    assert_eq!(told.as_array().unwrap().len(), 1);
    assert_eq!(told[0]["subject"], problem);
    assert_eq!((&told[0]["field"], &told[0]["basis"]), (&json!("report"), &json!("MISTAKEN_PUBLICATION")));
    assert_eq!((&told[0]["status"], &told[0]["byRole"]), (&json!("DONE"), &json!("STREET_COORDINATOR")));
    let party = see(&world, &world.people.city, &problem, fields).await;
    assert_eq!(party["redactions"]["nodes"], json!([]), "who does not read the report is not told");
    is_broken(&world, "UPDATE problem SET place = '别处'").await;
}

#[tokio::test]
async fn what_was_put_in_the_place_of_a_redacted_text_is_found() {
    let world = World::new().await;
    let problem = closed(&world).await;
    redact(&world, &world.people.street, &problem, "report").await.unwrap();
    is_whole(&world).await;
    is_broken(&world, "UPDATE problem SET report = '又来了'").await;
}

#[tokio::test]
async fn a_text_that_was_tampered_with_before_is_still_found() {
    let world = World::new().await;
    let problem = closed(&world).await;
    is_broken(&world, "UPDATE problem SET place = '别处'").await;
    redact(&world, &world.people.street, &problem, "report").await.unwrap();
    is_broken(&world, "UPDATE problem SET place = '别处'").await;
}

#[tokio::test]
async fn copies_go_with_a_text() {
    let world = World::new().await;
    let problem = world.handled().await;
    let seen = see(&world, &world.people.street, &problem, "reply dispositions { nodes { id reply } }").await;
    assert_eq!(seen["reply"], "电梯已修好");
    let disposition = seen["dispositions"]["nodes"][0]["id"].as_str().unwrap();
    redact(&world, &world.people.street, disposition, "reply").await.unwrap();
    assert_eq!(places_of(&world.app.db, "电梯已修好").await, Vec::<String>::new());
    is_whole(&world).await;
    let fields = "reply redactions { nodes { field } } dispositions { nodes { content internalNote reply } }";
    let seen = see(&world, &world.people.street, &problem, fields).await;
    assert_eq!(seen["reply"], TOMBSTONE);
    assert_eq!(seen["redactions"]["nodes"].as_array().unwrap().len(), 2, "each has its own record");
    assert_eq!(seen["dispositions"]["nodes"][0]["internalNote"], "费用待核", "the others stay");
    is_broken(&world, "UPDATE disposition SET internal_note = '改了'").await;
}

#[tokio::test]
async fn search_and_similar_problems_forget_it_too() {
    let world = World::new().await;
    let secretary = &world.people.secretary;
    let report = world.report(&world.people.resident).await;
    let other = with(world.complaint(), json!({ "report": "物业不修电梯，已三个月，老人出不了门。" }));
    let other = world.run(&world.people.resident, "reportProblem", "problem", other).await.unwrap();
    let query = "query($text: String!) { problems(filter: { text: $text }) { nodes { id snippet(text: $text) { parts { text } } } } }";
    let found = world.data(secretary, query, json!({ "text": "修电梯" })).await;
    assert_eq!(found["problems"]["nodes"].as_array().unwrap().len(), 2);
    for problem in [&report, &other] {
        redact(&world, &world.people.street, problem, "report").await.unwrap();
    }
    for words in ["修电梯", "删除"] {
        let found = world.data(secretary, query, json!({ "text": words })).await;
        assert_eq!(found["problems"]["nodes"], json!([]), "{words}");
    }
    let similar = "query($problem: ID!) { similarProblems(problem: $problem) { likeness } }";
    let found = world.data(secretary, similar, json!({ "problem": report })).await;
    assert_eq!(found["similarProblems"], json!([]));
}

#[tokio::test]
async fn a_secretary_asks_and_the_street_decides() {
    let world = World::new().await;
    let (street, secretary) = (&world.people.street, &world.people.secretary);
    let problem = closed(&world).await;
    assert!(redact(&world, secretary, &problem, "report").await.is_err(), "the secretary has no such mutation");
    let ask = async |field: &str| {
        let input = with(text(&world, &problem, field), json!({ "note": "误写他人姓名" }));
        world.run(secretary, "askForRedaction", "redaction", input).await
    };
    let asked = ask("summary").await.unwrap();
    assert_eq!(ask("summary").await.unwrap_err()["code"], "DUPLICATE");
    is_whole(&world).await;
    let decide = async |redaction: &str, approve: bool| {
        world.run(street, "decideRedaction", "redaction", json!({ "redaction": redaction, "approve": approve })).await
    };
    decide(&asked, false).await.unwrap();
    let refusal = decide(&asked, true).await.unwrap_err();
    assert_eq!(
        (&refusal["code"], &refusal["from"], &refusal["allowed"]),
        (&json!("INVALID_TRANSITION"), &json!("REFUSED"), &json!([]))
    );
    assert_ne!(see(&world, secretary, &problem, "summary").await["summary"], TOMBSTONE);
    let again = ask("summary").await.unwrap();
    let waits = "{ redactions(filter: { status: { eq: PENDING } }) { nodes { id note askedByRole } } }";
    let listed = world.data(street, waits, json!({})).await;
    assert_eq!(
        listed["redactions"]["nodes"],
        json!([{ "id": again, "note": "误写他人姓名", "askedByRole": "SECRETARY" }])
    );
    decide(&again, true).await.unwrap();
    assert_eq!(see(&world, secretary, &problem, "summary").await["summary"], TOMBSTONE);
    assert_eq!(places_of(&world.app.db, "请物业尽快修复").await, Vec::<String>::new());
    is_whole(&world).await;
    let note = redact(&world, street, &again, "note").await.unwrap();
    assert_ne!(note, again);
    is_whole(&world).await;
}

#[tokio::test]
async fn what_is_no_text_is_refused() {
    let world = World::new().await;
    let street = &world.people.street;
    let problem = closed(&world).await;
    for (subject, field, code) in [
        ("nonsense", "report", "INVALID_ID"),
        (&id(prefix::GRID, world.grid), "name", "INVALID_ID"),
        (&problem, "number", "INVALID_VALUE"),
        (&problem, "publicSummary", "INVALID_VALUE"),
        ("problem_00000000000000000000000000", "report", "NOT_FOUND"),
        ("whistle_00000000000000000000000000", "summary", "NOT_FOUND"),
    ] {
        assert_eq!(redact(&world, street, subject, field).await.unwrap_err()["code"], code, "{subject} {field}");
    }
    let input = with(
        text(&world, &problem, "report"),
        json!({
            "subjectRequest": "subjectrequest_00000000000000000000000000",
            "expectedRevision": world.revision(&problem).await,
        }),
    );
    assert_eq!(world.code(street, "redactText", "redaction", input).await, "NOT_FOUND");
}

#[tokio::test]
async fn a_legal_hold_keeps_texts_until_it_is_lifted_or_over() {
    let world = World::new().await;
    let (street, secretary) = (&world.people.street, &world.people.secretary);
    let problem = closed(&world).await;
    hold(&world, street, &problem, json!({})).await.unwrap();
    let refusal = redact(&world, street, &problem, "report").await.unwrap_err();
    assert_eq!(refusal["code"], "FORBIDDEN");
    assert!(refusal["message"].as_str().unwrap().contains("the street can lift"), "{refusal}");
    is_whole(&world).await;
    let fields = "legalHoldSince legalHoldUntil legalHoldReason";
    assert!(see(&world, secretary, &problem, fields).await["legalHoldReason"].is_string());
    for viewer in [&world.people.resident, &world.people.city, &world.people.grid_worker, &world.people.supervisor] {
        let seen = see(&world, viewer, &problem, fields).await;
        assert!(seen.as_object().unwrap().values().all(serde_json::Value::is_null), "{seen}");
    }
    lift(&world, street, &problem).await.unwrap();
    assert_eq!(lift(&world, street, &problem).await.unwrap_err()["code"], "FORBIDDEN");
    let past = hold(&world, street, &problem, json!({ "until": "2026-01-01" })).await.unwrap_err();
    assert_eq!(past["code"], "OUT_OF_RANGE");
    let today = crate::clock::day(world.app.clock.now()).to_string();
    hold(&world, street, &problem, json!({ "until": today })).await.unwrap();
    assert_eq!(redact(&world, street, &problem, "report").await.unwrap_err()["code"], "FORBIDDEN");
    world.wait(chrono::TimeDelta::days(1));
    redact(&world, street, &problem, "report").await.unwrap();
    redact(&world, street, &problem, "holdReason").await.unwrap();
    is_whole(&world).await;
}

#[tokio::test]
async fn a_whistle_without_a_problem_and_what_is_said_in_a_mediation_can_be_redacted() {
    let world = World::new().await;
    let street = &world.people.street;
    let input = json!({
        "grounds": "PUBLIC_SAFETY", "summary": "1幢楼道起火，请到场处置。", "place": "1幢门口",
        "building": id(prefix::BUILDING, world.building), "calls": [{ "party": world.party(entity::word::PartyKind::Police) }],
        "idempotencyKey": world.key(),
    });
    let whistle = world.run(&world.people.secretary, "raiseWhistle", "whistle", input).await.unwrap();
    let more = with(text(&world, &whistle, "summary"), json!({ "expectedRevision": "any" }));
    assert_eq!(world.code(street, "redactText", "redaction", more).await, "NOT_FOUND", "no problem, no revision");
    redact(&world, street, &whistle, "summary").await.unwrap();
    redact(&world, street, &whistle, "place").await.unwrap();
    assert_eq!(places_of(&world.app.db, "楼道起火").await, Vec::<String>::new());
    is_whole(&world).await;
    let report = crate::problem::tests::world::without(world.complaint(), "concerns");
    let problem = world.run(&world.people.resident, "reportProblem", "problem", report).await.unwrap();
    let acceptance = with(world.acceptance(&problem).await, json!({ "domain": "RESIDENT_DISPUTE" }));
    world.run(&world.people.secretary, "acceptProblem", "problem", acceptance).await.unwrap();
    let opening = json!({
        "problem": problem, "kind": "PEOPLES", "matter": "楼上漏水的赔偿",
        "mediator": id(prefix::APPOINTMENT, world.people.lawyer.post),
        "sides": [
            { "person": id(prefix::USER, world.people.resident.user) },
            { "name": "赵六顺", "phone": "13900002222" },
        ],
        "idempotencyKey": world.key(),
    });
    let mediation = world.run(&world.people.secretary, "openMediation", "mediation", opening).await.unwrap();
    let sees =
        |viewer| world.data(viewer, "query($id: ID!) { mediation(id: $id) { revision } }", json!({ "id": mediation }));
    let revision = sees(&world.people.lawyer).await["mediation"]["revision"].take();
    let input = json!({
        "mediation": mediation, "expectedRevision": revision, "ground": "ADVISED_A_SIDE", "reason": "本所曾为乙方提供咨询",
    });
    world.run(&world.people.lawyer, "recuseMediator", "mediation", input).await.unwrap();
    assert_eq!(
        places_of(&world.app.db, "曾为乙方").await,
        ["mediation.recusal_reason", "mediation_exclusion.reason"].map(String::from)
    );
    redact(&world, street, &mediation, "recusalReason").await.unwrap();
    assert_eq!(places_of(&world.app.db, "曾为乙方").await, Vec::<String>::new(), "it goes with its copy");
    redact(&world, street, &mediation, "matter").await.unwrap();
    assert_eq!(places_of(&world.app.db, "楼上漏水的赔偿").await, Vec::<String>::new());
    is_whole(&world).await;
    is_broken(&world, "UPDATE whistle SET place = '别处'").await;
}

#[tokio::test]
async fn why_somebody_may_not_mediate_is_named_by_the_audit_trail_and_can_be_redacted() {
    let world = World::new().await;
    let people = &world.people;
    let problem = closed(&world).await;
    let query =
        "mutation($input: DeclareAdviceInput!) { declareAdvice(input: $input) { declared userErrors { code } } }";
    let input = json!({ "problem": problem, "reason": "曾为楼上住户提供咨询", "idempotencyKey": world.key() });
    let declared = world.data(&people.lawyer, query, json!({ "input": input })).await;
    assert_eq!(declared["declareAdvice"]["declared"], true, "{declared}");
    is_whole(&world).await;
    let trail = "{ auditTrail(filter: { type: { eq: \"mediation.adviceDeclared\" } }) { nodes { subject } } }";
    let seen = world.data(&people.street, trail, json!({})).await;
    let told = &seen["auditTrail"]["nodes"][0];
    redact(&world, &people.street, told["subject"].as_str().unwrap(), "reason").await.unwrap();
    assert_eq!(places_of(&world.app.db, "曾为楼上").await, Vec::<String>::new());
    is_whole(&world).await;
    is_broken(&world, "UPDATE mediation_exclusion SET reason = '又来了'").await;
}

#[tokio::test]
async fn why_problems_were_merged_can_be_redacted() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, into) = (world.report(&people.resident).await, world.report(&people.resident).await);
    let input = json!({
        "problem": problem, "into": into, "reason": "都是三楼张某反映的",
        "expectedRevision": world.revision(&problem).await,
    });
    world.run(&people.secretary, "mergeProblem", "problem", input).await.unwrap();
    is_whole(&world).await;
    let trail = "{ auditTrail(filter: { type: { eq: \"problem.merged\" } }) { nodes { subject } } }";
    let seen = world.data(&people.street, trail, json!({})).await;
    redact(&world, &people.street, seen["auditTrail"]["nodes"][0]["subject"].as_str().unwrap(), "reason")
        .await
        .unwrap();
    assert_eq!(places_of(&world.app.db, "三楼张某").await, Vec::<String>::new());
    is_whole(&world).await;
    is_broken(&world, "UPDATE problem_merge SET reason = '又来了'").await;
}

#[tokio::test]
async fn why_a_party_is_vacant_can_be_redacted() {
    let world = World::new().await;
    let people = &world.people;
    let party = world.party(entity::word::PartyKind::Owner);
    world
        .app
        .db
        .execute_unprepared("UPDATE party SET vacancy_reason = '张三生病', vacancy_until = '2026-12-31'")
        .await
        .unwrap();
    redact(&world, &people.street, &party, "vacancyReason").await.unwrap();
    assert_eq!(redact(&world, &people.street, &party, "vacancyReason").await.unwrap_err()["code"], "DUPLICATE");
    let told = "{ redactions { nodes { subject field problem { id } } } }";
    let listed = world.data(&people.secretary, told, json!({})).await;
    assert_eq!(listed["redactions"]["nodes"], json!([{ "subject": party, "field": "vacancyReason", "problem": null }]));
    let listed = world.data(&people.foreign, told, json!({})).await;
    assert_eq!(listed["redactions"]["nodes"], json!([]), "another community's");
}
