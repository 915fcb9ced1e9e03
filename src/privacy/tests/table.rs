//! Who may: each role against each command.

use chrono::TimeDelta;
use entity::word::{SubjectRequestStatus, Word};
use serde_json::{Value, json};

use super::{closed, hold, is_whole, redact, text};
use crate::policy::Viewer;
use crate::problem::tests::world::{World, see, with};

/// The people of all roles, with their names.
fn all(world: &World) -> Vec<(&'static str, &Viewer)> {
    let people = &world.people;
    vec![
        ("supervisor", &people.supervisor),
        ("street", &people.street),
        ("secretary", &people.secretary),
        ("police", &people.police),
        ("city", &people.city),
        ("lawyer", &people.lawyer),
        ("property", &people.property),
        ("owner", &people.owner),
        ("grid worker", &people.grid_worker),
        ("helper", &people.helper),
        ("resident", &people.resident),
        ("neighbour", &people.neighbour),
        ("foreign", &people.foreign),
    ]
}

/// What a command is refused with, by its code, and by what was said of the state; `None` where it is done.
async fn refused(world: &World, viewer: &Viewer, (name, shown): (&str, &str), input: Value) -> Option<Value> {
    let refusal = world.run(viewer, name, shown, input).await.err()?;
    Some(match refusal["code"].as_str() {
        Some("INVALID_TRANSITION") => json!([refusal["code"], refusal["from"], refusal["allowed"]]),
        Some(code) => json!(code),
        None => refusal["extensions"]["code"].clone(),
    })
}

/// A text of which nothing was asked, that is asked for, that is gone, that stays.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    Never,
    Pending,
    Done,
    Refused,
}

/// A closed problem of whose summary a redaction stands so; with the redaction.
async fn asked_for(world: &World, state: Asked) -> (String, String) {
    let (street, secretary) = (&world.people.street, &world.people.secretary);
    let problem = closed(world).await;
    if state == Asked::Never {
        return (problem, "redaction_00000000000000000000000000".into());
    }
    let asked = world.run(secretary, "askForRedaction", "redaction", text(world, &problem, "summary")).await.unwrap();
    if state != Asked::Pending {
        let input = json!({ "redaction": asked, "approve": state == Asked::Done });
        world.run(street, "decideRedaction", "redaction", input).await.unwrap();
    }
    (problem, asked)
}

#[expect(clippy::match_same_arms, reason = "a line a case, as the table has it")]
#[tokio::test]
async fn each_state_of_a_redaction_against_each_command_and_role() {
    let world = World::new().await;
    for state in [Asked::Never, Asked::Pending, Asked::Done, Asked::Refused] {
        let (mut problem, mut asked) = asked_for(&world, state).await;
        for command in ["redactText", "askForRedaction", "decideRedaction", "refuse"] {
            for (name, viewer) in all(&world) {
                let input = match command {
                    "redactText" => with(
                        text(&world, &problem, "summary"),
                        json!({ "expectedRevision": world.revision(&problem).await }),
                    ),
                    "askForRedaction" => text(&world, &problem, "summary"),
                    "decideRedaction" => json!({ "redaction": asked, "approve": true }),
                    _ => json!({ "redaction": asked, "approve": false }),
                };
                let mutation = if command == "refuse" { "decideRedaction" } else { command };
                let found = refused(&world, viewer, (mutation, "redaction"), input).await;
                let expected = match (command, name, state) {
                    (_, "street", Asked::Pending) if mutation == "decideRedaction" => None,
                    ("redactText", "street", Asked::Pending) => {
                        Some(json!(["INVALID_TRANSITION", "PENDING", ["decideRedaction"]]))
                    }
                    ("redactText", "street", Asked::Never | Asked::Refused) => None,
                    ("askForRedaction", "street" | "secretary", Asked::Never | Asked::Refused) => None,
                    ("redactText", "street", Asked::Done) => Some(json!("DUPLICATE")),
                    ("askForRedaction", "street" | "secretary", Asked::Pending | Asked::Done) => {
                        Some(json!("DUPLICATE"))
                    }
                    (_, "street", Asked::Done) => Some(json!(["INVALID_TRANSITION", "DONE", []])),
                    (_, "street", Asked::Refused) => Some(json!(["INVALID_TRANSITION", "REFUSED", []])),
                    (_, "street", Asked::Never) => Some(json!("NOT_FOUND")),
                    // The county's column is the street's for problems of a concerned street alone; of this one it knows
                    // what was done to the summary, which it reads.
                    ("redactText" | "askForRedaction", "supervisor", _) => Some(json!("FORBIDDEN")),
                    (_, "supervisor", Asked::Done) => Some(json!("FORBIDDEN")),
                    (_, "supervisor", _) | ("askForRedaction", "foreign", _) => Some(json!("NOT_FOUND")),
                    _ => Some(json!("VALIDATION_FAILED")),
                };
                assert_eq!(found, expected, "{state:?} {command} {name}");
                if found.is_none() {
                    (problem, asked) = asked_for(&world, state).await;
                }
            }
        }
    }
}

/// Whether a problem is under a legal hold.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Hold {
    Never,
    Held,
    Over,
}

/// A closed problem that stands so, with a redaction that is asked for.
async fn under(world: &World, state: Hold) -> (String, String) {
    let (problem, asked) = asked_for(world, Asked::Pending).await;
    let today = crate::clock::day(world.app.clock.now()).to_string();
    match state {
        Hold::Never => {}
        Hold::Held => {
            hold(world, &world.people.street, &problem, json!({})).await.unwrap();
        }
        Hold::Over => {
            hold(world, &world.people.street, &problem, json!({ "until": today })).await.unwrap();
            world.wait(TimeDelta::days(1));
        }
    }
    (problem, asked)
}

#[expect(clippy::match_same_arms, reason = "a line a case, as the table has it")]
#[tokio::test]
async fn each_state_of_a_legal_hold_against_each_command_and_role() {
    let world = World::new().await;
    for state in [Hold::Never, Hold::Held, Hold::Over] {
        let (mut problem, mut asked) = under(&world, state).await;
        for (command, shown) in [
            ("setLegalHold", "problem"),
            ("liftLegalHold", "problem"),
            ("eraseData", "problem"),
            ("redactText", "redaction"),
            ("askForRedaction", "redaction"),
            ("decideRedaction", "redaction"),
            ("correctContact", "problem"),
        ] {
            for (name, viewer) in all(&world) {
                let seen = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await });
                let of = text(&world, &problem, "report");
                let input = match command {
                    "setLegalHold" => with(seen, json!({ "reason": "涉诉" })),
                    "eraseData" => with(seen, json!({ "basis": "CONSENT_WITHDRAWN" })),
                    "redactText" => with(of, json!({ "expectedRevision": seen["expectedRevision"] })),
                    "askForRedaction" => of,
                    "decideRedaction" => json!({ "redaction": asked, "approve": true }),
                    "correctContact" => with(seen, json!({ "name": "王晓明" })),
                    _ => seen,
                };
                let found = refused(&world, viewer, (command, shown), input).await;
                let free = |free: bool| if free { None } else { Some(json!("FORBIDDEN")) };
                let expected = match (command, name) {
                    ("setLegalHold", "street") => None,
                    ("liftLegalHold", "street") => free(state != Hold::Never),
                    ("askForRedaction", "secretary") | (_, "street") if command != "correctContact" => {
                        free(state != Hold::Held)
                    }
                    ("correctContact", "resident") => free(state != Hold::Held),
                    ("decideRedaction", "supervisor")
                    | ("askForRedaction", "foreign")
                    | ("correctContact", "helper" | "neighbour" | "foreign") => Some(json!("NOT_FOUND")),
                    ("correctContact", "police" | "owner") => Some(json!("NOT_FOUND")),
                    ("correctContact", _) | (_, "supervisor") => Some(json!("FORBIDDEN")),
                    _ => Some(json!("VALIDATION_FAILED")),
                };
                assert_eq!(found, expected, "{state:?} {command} {name}");
                if found.is_none() {
                    (problem, asked) = under(&world, state).await;
                }
            }
        }
    }
}

/// A request of the resident's that stands so.
async fn request(world: &World, state: SubjectRequestStatus) -> String {
    let (resident, secretary) = (&world.people.resident, &world.people.secretary);
    let kind = if state == SubjectRequestStatus::Received { "ACCESS" } else { "EXPLANATION" };
    let input = json!({ "kind": kind, "idempotencyKey": world.key() });
    let id = world.run(resident, "askAboutMyData", "request", input).await.unwrap();
    let seen = json!({ "subjectRequest": id, "expectedRevision": revision(world, &id).await });
    match state {
        SubjectRequestStatus::Received => {}
        SubjectRequestStatus::Withdrawn => {
            world.run(resident, "withdrawSubjectRequest", "request", seen).await.unwrap();
        }
        SubjectRequestStatus::Answered | SubjectRequestStatus::Refused => {
            let ground = (state == SubjectRequestStatus::Refused).then_some("NOT_HELD");
            let input = with(seen, json!({ "answer": "如下", "refusal": ground }));
            world.run(secretary, "answerSubjectRequest", "request", input).await.unwrap();
        }
    }
    id
}

async fn revision(world: &World, request: &str) -> Value {
    let query = "query($id: ID!) { subjectRequest(id: $id) { revision } }";
    world.data(&world.people.street, query, json!({ "id": request })).await["subjectRequest"]["revision"].take()
}

#[tokio::test]
async fn each_state_of_a_request_against_each_command_and_role() {
    let world = World::new().await;
    for state in SubjectRequestStatus::ALL {
        let mut id = request(&world, *state).await;
        let received = *state == SubjectRequestStatus::Received;
        for command in ["answerSubjectRequest", "withdrawSubjectRequest"] {
            for (name, viewer) in all(&world) {
                let input = json!({ "subjectRequest": id, "expectedRevision": revision(&world, &id).await });
                let more = if command == "answerSubjectRequest" { json!({ "answer": "如下" }) } else { json!({}) };
                let found = refused(&world, viewer, (command, "request"), with(input, more)).await;
                let expected = match (command, name) {
                    ("answerSubjectRequest", "secretary" | "street") | ("withdrawSubjectRequest", "resident") => {
                        (!received).then(|| json!(["INVALID_TRANSITION", state.value(), []]))
                    }
                    ("answerSubjectRequest", "supervisor" | "foreign") => Some(json!("NOT_FOUND")),
                    ("answerSubjectRequest", _) => Some(json!("VALIDATION_FAILED")),
                    (_, "secretary" | "street") => Some(json!("FORBIDDEN")),
                    _ => Some(json!("NOT_FOUND")),
                };
                assert_eq!(found, expected, "{state:?} {command} {name}");
                if found.is_none() {
                    id = request(&world, *state).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_copy_that_was_asked_for_is_done_with_what_it_is_a_copy_of() {
    let world = World::new().await;
    let (street, secretary) = (&world.people.street, &world.people.secretary);
    let problem = world.handled().await;
    let seen = see(&world, street, &problem, "dispositions { nodes { id } }").await;
    let disposition = seen["dispositions"]["nodes"][0]["id"].as_str().unwrap();
    // The problem's reply is the disposition's, word for word.
    let asked = world.run(secretary, "askForRedaction", "redaction", text(&world, &problem, "reply")).await.unwrap();
    redact(&world, street, disposition, "reply").await.unwrap();
    let done = "{ redactions(filter: { status: { eq: DONE } }) { nodes { id } } }";
    let done = world.data(street, done, json!({})).await["redactions"]["nodes"].take();
    assert!(
        done.as_array().unwrap().len() == 2 && done.as_array().unwrap().contains(&json!({ "id": asked })),
        "{done}"
    );
    let waits = "{ redactions(filter: { status: { eq: PENDING } }) { nodes { id } } }";
    assert_eq!(world.data(street, waits, json!({})).await["redactions"]["nodes"], json!([]));
    is_whole(&world).await;
}

#[tokio::test]
async fn retention_is_the_streets_to_set() {
    let world = World::new().await;
    let mutation = "mutation($input: SetRetentionInput!) { setRetention(input: $input) { retention { regionCode days revision } userErrors { code } } }";
    let set = async |viewer: &Viewer, region: &str, more: Value| {
        let input = with(json!({ "regionCode": region, "class": "CONTACT", "days": 90 }), more);
        world.ask(viewer, mutation, json!({ "input": input })).await
    };
    for (name, viewer) in all(&world) {
        let answer = set(viewer, "321181402001", json!({})).await;
        assert_eq!(answer["errors"].is_null(), name == "street", "{name}: {answer}");
    }
    let street = &world.people.street;
    let code = |answer: Value| answer["data"]["setRetention"]["userErrors"][0]["code"].clone();
    assert_eq!(code(set(street, "321181402001", json!({})).await), "REVISION_CONFLICT");
    assert_eq!(code(set(street, "321181403001", json!({})).await), "NOT_FOUND", "another street's");
    assert_eq!(code(set(street, "321181402002", json!({ "days": 0 })).await), "OUT_OF_RANGE");
    let query = "{ retentions(region: \"321181402001\") { class days regionCode revision } }";
    let seen = world.data(&world.people.resident, query, json!({})).await;
    let days: Vec<_> = seen["retentions"].as_array().unwrap().iter().map(|one| one["days"].clone()).collect();
    assert_eq!(days, [json!(90), json!(null), json!(null)]);
    let revision = seen["retentions"][0]["revision"].clone();
    let answer = set(street, "321181402001", json!({ "days": null, "expectedRevision": revision })).await;
    assert_eq!(answer["data"]["setRetention"]["retention"]["days"], json!(null), "kept without an end");
    let none = "{ retentions(region: \"999999999999\") { days } }";
    assert_eq!(world.data(&world.people.resident, none, json!({})).await["retentions"], json!(null));
}
