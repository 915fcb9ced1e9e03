//! Who may: each role against each command.

use serde_json::{Value, json};

use super::{closed, text};
use crate::policy::Viewer;
use crate::problem::tests::world::{World, with};

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

/// Whether a command is done, by its refusal's code; what a role's schema has not is `VALIDATION_FAILED`.
async fn tried(world: &World, viewer: &Viewer, (name, shown): (&str, &str), input: Value) -> String {
    let code = world.code(viewer, name, shown, input).await;
    if code.starts_with("done") { "done".into() } else { code }
}

#[tokio::test]
async fn only_the_office_takes_anything_out() {
    let world = World::new().await;
    for (name, viewer) in all(&world) {
        let problem = closed(&world).await;
        let seen = || world.revision(&problem);
        let key = json!({ "idempotencyKey": world.key() });
        let commands = [
            (("redactText", "redaction"), text(&world, &problem, "report")),
            (("eraseData", "problem"), with(key, json!({ "problem": problem, "basis": "CONSENT_WITHDRAWN" }))),
            (
                ("setLegalHold", "problem"),
                json!({ "problem": problem, "expectedRevision": seen().await, "reason": "涉诉" }),
            ),
        ];
        for (command, input) in commands {
            let input = if command.0 == "setLegalHold" {
                with(input, json!({ "expectedRevision": seen().await }))
            } else {
                input
            };
            let code = tried(&world, viewer, command, input).await;
            let expected: &[&str] = match name {
                "street" => &["done"],
                // The county's column is the street's for problems of a concerned street alone.
                "supervisor" => &["FORBIDDEN"],
                _ => &["VALIDATION_FAILED"],
            };
            assert!(expected.contains(&code.as_str()), "{name} {command:?}: {code}");
        }
        let code = tried(&world, viewer, ("askForRedaction", "redaction"), text(&world, &problem, "summary")).await;
        let allowed = name == "secretary" || name == "street";
        // The street has just put it under a legal hold.
        assert_eq!(code == "done", allowed && name != "street", "{name}: {code}");
    }
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
