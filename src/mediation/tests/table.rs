//! Every state, every command, everybody: what is allowed passes, all else is refused with the state and the open moves.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Stage, Story, code, dispute, shown};
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, without};

const STAGES: [(Stage, &str); 10] = [
    (Stage::Opened, "CONSENT_PENDING"),
    (Stage::Refused, "REFUSED"),
    (Stage::Mediating, "MEDIATING"),
    (Stage::Terminated, "TERMINATED"),
    (Stage::Written, "AGREED_WRITTEN"),
    (Stage::Signed, "AGREED_WRITTEN"),
    (Stage::Asked, "AGREED_WRITTEN"),
    (Stage::Oral, "AGREED_ORAL"),
    (Stage::Performed, "PERFORMED"),
    (Stage::Breached, "BREACHED"),
];

const COMMANDS: [&str; 16] = [
    "appointMediator",
    "consentToMediation",
    "refuseMediation",
    "addStatement",
    "scheduleMediationSession",
    "recordMediationSession",
    "extendMediation",
    "recordAgreement",
    "signAgreement",
    "terminateMediation",
    "recordPerformance",
    "recordBreach",
    "askJudicialConfirmation",
    "recordJudicialConfirmation",
    "recuseMediator",
    "checkDossier",
];

/// What each may do in each stage, in the order of [`COMMANDS`].
fn allowed(stage: Stage, who: &str) -> Vec<&'static str> {
    match (stage, who) {
        (Stage::Refused | Stage::Terminated | Stage::Performed | Stage::Breached, "office" | "side") => vec![],
        (_, "office") => vec!["appointMediator"],
        (Stage::Opened, "mediator") => {
            vec!["consentToMediation", "refuseMediation", "recuseMediator", "checkDossier"]
        }
        (Stage::Opened, "side") => vec!["consentToMediation", "refuseMediation", "recuseMediator"],
        (Stage::Mediating, "mediator") => vec![
            "addStatement",
            "scheduleMediationSession",
            "recordMediationSession",
            "extendMediation",
            "recordAgreement",
            "terminateMediation",
            "recuseMediator",
            "checkDossier",
        ],
        (Stage::Mediating, "side") => vec!["addStatement", "recuseMediator"],
        (Stage::Terminated, "mediator") => vec!["recordMediationSession", "checkDossier"],
        (Stage::Written, "mediator") => {
            vec!["recordMediationSession", "signAgreement", "recuseMediator", "checkDossier"]
        }
        (Stage::Written, "side") => vec!["signAgreement", "recuseMediator"],
        (Stage::Signed | Stage::Oral, "mediator") => vec![
            "recordMediationSession",
            "recordPerformance",
            "recordBreach",
            "askJudicialConfirmation",
            "recuseMediator",
            "checkDossier",
        ],
        (Stage::Signed | Stage::Oral, "side") => vec!["askJudicialConfirmation", "recuseMediator"],
        (Stage::Asked, "mediator") => vec![
            "recordMediationSession",
            "recordPerformance",
            "recordBreach",
            "recordJudicialConfirmation",
            "recuseMediator",
            "checkDossier",
        ],
        (Stage::Asked, "side") => vec!["recuseMediator"],
        (Stage::Refused | Stage::Performed | Stage::Breached, "mediator") => vec!["checkDossier"],
        _ => vec![],
    }
}

/// Everybody, and what they are to the mediation; `nobody` does not know that there is one.
fn everybody(world: &World) -> Vec<(&'static str, &Viewer)> {
    let people = &world.people;
    vec![
        ("office", &people.secretary),
        ("office", &people.street),
        ("mediator", &people.lawyer),
        ("side", &people.resident),
        ("nobody", &people.supervisor),
        ("nobody", &people.police),
        ("nobody", &people.city),
        ("nobody", &people.property),
        ("nobody", &people.owner),
        ("nobody", &people.grid_worker),
        ("nobody", &people.helper),
        ("nobody", &people.neighbour),
        ("nobody", &people.foreign),
    ]
}

/// An input that takes effect where the command is allowed.
async fn input(story: &Story<'_>, command: &str, who: &str) -> Value {
    let world = story.world;
    let sides = story.sides().await;
    let side = if who == "mediator" { json!(sides[1]) } else { Value::Null };
    match command {
        "appointMediator" => {
            story.input(json!({ "mediator": id(prefix::APPOINTMENT, world.people.police.post) })).await
        }
        "consentToMediation" | "refuseMediation" => story.input(json!({ "side": side, "method": "BY_PHONE" })).await,
        "addStatement" => story.creation(json!({ "side": side, "content": "我家水管没有问题" })),
        "scheduleMediationSession" => {
            story.creation(json!({ "startsAt": "2026-03-06T09:00:00+08:00", "place": "调解室" }))
        }
        "recordMediationSession" => {
            json!({ "session": story.session().await, "attendees": sides, "notes": "双方情绪稳定" })
        }
        "extendMediation" => {
            let due =
                story.row().await.due_on.map_or("2026-05-01".into(), |due| (due + TimeDelta::days(9)).to_string());
            story.input(json!({ "dueOn": due, "consenting": sides })).await
        }
        "recordAgreement" => story.agreement("WRITTEN").await,
        "signAgreement" | "askJudicialConfirmation" => story.input(json!({ "side": side })).await,
        "terminateMediation" => story.input(json!({ "remedies": "可起诉" })).await,
        "recordPerformance" | "recordBreach" => {
            let none = || "obligation_00000000000000000000000000".to_owned();
            let obligation = story.obligations().await.last().cloned().unwrap_or_else(none);
            without(story.input(json!({ "obligation": obligation })).await, "mediation")
        }
        "recordJudicialConfirmation" => story.input(json!({ "confirmed": true })).await,
        "recuseMediator" => story.input(json!({ "ground": "OTHER", "reason": "另有安排" })).await,
        "checkDossier" => json!({ "mediation": story.mediation, "present": ["APPLICATION"] }),
        other => panic!("{other}"),
    }
}

/// What `allowedActions` says can be done now.
async fn told(story: &Story<'_>, viewer: &Viewer) -> Vec<String> {
    let seen = story.see(viewer, "allowedActions { mutation allowed }").await;
    let actions = seen["allowedActions"].as_array().cloned().unwrap_or_default();
    let now = actions.iter().filter(|action| action["allowed"] == true);
    now.map(|action| action["mutation"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn in_every_state_everybody_does_what_is_theirs_and_no_more() {
    let world = World::new().await;
    for (stage, status) in STAGES {
        let mut story = Story::open(&world, &dispute(&world).await).await.to(stage).await;
        // Obligations are broken once their last day has passed.
        if stage != Stage::Opened {
            world.wait(TimeDelta::days(1));
        }
        for (who, viewer) in everybody(&world) {
            let open = allowed(stage, who);
            if who != "nobody" {
                assert_eq!(told(&story, viewer).await, open, "{stage:?} {who}");
            }
            for command in COMMANDS {
                let place = format!("{stage:?} {command} {who} {:?}", viewer.role);
                let input = input(&story, command, who).await;
                let done = world.run(viewer, command, shown(command), input.clone()).await;
                if open.contains(&command) {
                    assert!(done.is_ok(), "{place}: {done:?} {input}");
                    // A mediator who withdrew is none on that problem any more.
                    let another = dispute(&world).await;
                    story = Story::open(&world, &another).await.to(stage).await;
                    world.wait(TimeDelta::days(1));
                    continue;
                }
                let error = done.expect_err(&place);
                match (code(&error), who) {
                    ("VALIDATION_FAILED" | "BAD_VARIABLE" | "FORBIDDEN", "office" | "mediator" | "side")
                    | ("VALIDATION_FAILED" | "NOT_FOUND", "nobody") => {}
                    ("NOT_FOUND", _) if input.to_string().contains("_00000000000000000000000000") => {}
                    ("INVALID_TRANSITION", "office" | "mediator" | "side") => {
                        assert_eq!(error["from"], status, "{place}");
                        assert_eq!(error["allowed"], json!(open), "{place}");
                    }
                    (other, _) => panic!("{place}: {other} {error}"),
                }
            }
            // Nothing that was refused has changed it.
            assert_eq!(story.see(&world.people.secretary, "status").await["status"], status, "{stage:?}");
        }
    }
}
