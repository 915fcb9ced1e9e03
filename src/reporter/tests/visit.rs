//! Offered visits: every state, act and person; and that no identity passes.

use chrono::{SecondsFormat, TimeDelta};
use entity::word::{PartyKind, VisitStatus, Word};
use entity::{event, visit_offer};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::code;
use crate::event::Kind;
use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, see, with};
use crate::scheduler;

/// The complaint, led by the city management.
async fn led(world: &World) -> String {
    let problem = world.report(&world.people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    world.acknowledge(&world.people.city, &problem).await;
    world.acknowledge(&world.people.property, &problem).await;
    problem
}

fn time(world: &World, minutes: i64) -> String {
    (world.app.clock.now() + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

async fn wish(world: &World, viewer: &Viewer, problem: &str) -> Value {
    json!({
        "task": world.task(viewer, problem).await, "place": "COMMUNITY_OFFICE",
        "slots": [
            { "from": time(world, 120), "to": time(world, 180) },
            { "from": time(world, 60), "to": time(world, 90) },
        ],
        "message": "请带上维修单", "idempotencyKey": world.key(),
    })
}

async fn offer(world: &World, problem: &str) -> String {
    let wish = wish(world, &world.people.city, problem).await;
    world.run(&world.people.city, "offerVisit", "visit", wish).await.unwrap()
}

async fn row(world: &World, visit: &str) -> visit_offer::Model {
    let id = crate::id::parse(visit, prefix::VISIT).unwrap();
    visit_offer::Entity::find_by_id(id).one(&world.app.db).await.unwrap().unwrap()
}

async fn act(world: &World, viewer: &Viewer, name: &str, visit: &str, more: Value) -> Result<String, Value> {
    let row = row(world, visit).await;
    let revision = crate::read::revision::show(&world.app.vault, row.id, row.revision);
    let input = with(json!({ "visit": visit, "expectedRevision": revision }), more);
    world.run(viewer, name, "visit", input).await
}

const OFFERS: &str = "visitOffers { nodes { id status place message slots { from to } chosenFrom codeWord } }";

#[tokio::test]
async fn a_time_is_offered_chosen_and_kept_and_no_name_passes() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let visit = offer(&world, &problem).await;
    let chosen = row(&world, &visit).await.slots[0]["from"].clone();
    assert_eq!(
        code(&act(&world, &people.resident, "chooseVisit", &visit, json!({ "from": time(&world, 61) })).await),
        "INVALID_VALUE"
    );
    act(&world, &people.resident, "chooseVisit", &visit, json!({ "from": chosen })).await.unwrap();
    let code_word = row(&world, &visit).await.code_word.unwrap();
    assert!(code_word.len() == 4 && code_word.bytes().all(|digit| digit.is_ascii_digit()));
    for viewer in [&people.city, &people.resident] {
        let seen = see(&world, viewer, &problem, OFFERS).await["visitOffers"]["nodes"][0].take();
        assert_eq!((&seen["status"], &seen["codeWord"]), (&json!("CHOSEN"), &json!(code_word)), "{:?}", viewer.role);
    }
    let party = see(&world, &people.city, &problem, "reporter { state } timeline { nodes { type } }").await;
    assert!(!party["timeline"].to_string().contains("visit."), "{party}");
    // The office knows that they meet, and not by which word.
    let seen = see(&world, &people.secretary, &problem, OFFERS).await["visitOffers"]["nodes"][0].take();
    assert_eq!((&seen["status"], &seen["codeWord"]), (&json!("CHOSEN"), &Value::Null));
    for viewer in [&people.property, &people.lawyer, &people.grid_worker] {
        assert_eq!(see(&world, viewer, &problem, OFFERS).await["visitOffers"]["nodes"], json!([]), "{:?}", viewer.role);
    }
    assert_eq!(code(&act(&world, &people.city, "recordVisit", &visit, json!({ "kept": true })).await), "FORBIDDEN");
    world.wait(TimeDelta::hours(1));
    act(&world, &people.city, "recordVisit", &visit, json!({ "kept": true })).await.unwrap();
    assert_eq!(row(&world, &visit).await.status, VisitStatus::Kept);
    let offered = offer(&world, &problem).await;
    assert_ne!(offered, visit);
}

#[tokio::test]
async fn an_offer_that_nobody_answers_lapses_by_itself() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let visit = offer(&world, &problem).await;
    let second = wish(&world, &people.city, &problem).await;
    assert_eq!(code(&world.run(&people.city, "offerVisit", "visit", second).await), "DUPLICATE");
    world.wait(TimeDelta::hours(3));
    let seen = see(&world, &people.resident, &problem, OFFERS).await["visitOffers"]["nodes"][0].take();
    assert_eq!(seen["status"], "LAPSED");
    let error = act(&world, &people.resident, "declineVisit", &visit, json!({})).await.unwrap_err();
    assert_eq!(
        (&error["code"], &error["from"], &error["allowed"]),
        (&json!("INVALID_TRANSITION"), &json!("LAPSED"), &json!([]))
    );
    offer(&world, &problem).await;
    assert_eq!(row(&world, &visit).await.status, VisitStatus::Lapsed);
}

#[tokio::test]
async fn who_offers_what_is_held_to_the_rules() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let offered = async |viewer: &Viewer, more: Value| {
        let input = with(wish(&world, viewer, &problem).await, more);
        code(&world.run(viewer, "offerVisit", "visit", input).await).to_owned()
    };
    let slot = |from: i64, to: i64| json!({ "from": time(&world, from), "to": time(&world, to) });
    let one = slot(60, 90);
    for (viewer, more, expected) in [
        (&people.property, json!({}), "FORBIDDEN"),
        (&people.lawyer, json!({}), "FORBIDDEN"),
        (&people.city, json!({ "slots": [] }), "OUT_OF_RANGE"),
        (&people.city, json!({ "slots": [one, one, one, one, one, one] }), "OUT_OF_RANGE"),
        (&people.city, json!({ "slots": [slot(-5, 20)] }), "OUT_OF_RANGE"),
        (&people.city, json!({ "slots": [slot(60, 60)] }), "OUT_OF_RANGE"),
        (&people.city, json!({ "slots": [slot(60, 60 + 13 * 60)] }), "OUT_OF_RANGE"),
        (&people.city, json!({ "slots": [slot(31 * 24 * 60, 31 * 24 * 60 + 5)] }), "OUT_OF_RANGE"),
        (&people.city, json!({ "message": "打 13900001111" }), "PERSONAL_DATA_IN_TEXT"),
        (&people.city, json!({ "task": world.task(&people.property, &problem).await }), "FORBIDDEN"),
        (&people.secretary, json!({ "task": world.task(&people.city, &problem).await }), "FORBIDDEN"),
    ] {
        if viewer.role == people.secretary.role {
            let input = with(wish(&world, &people.city, &problem).await, more);
            assert_eq!(code(&world.run(viewer, "offerVisit", "visit", input).await), expected);
            continue;
        }
        assert_eq!(offered(viewer, more.clone()).await, expected, "{:?} {more}", viewer.role);
    }
    // Complained of and in the lead, and of a confidential problem.
    for hidden in [false, true] {
        let concerns = if hidden { json!([]) } else { json!([world.party(PartyKind::PropertyManager)]) };
        let input = with(world.complaint(), json!({ "confidential": hidden, "concerns": concerns }));
        let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
        world.accept(&problem).await;
        let input = json!({
            "problem": problem, "expectedRevision": world.revision(&problem).await,
            "lead": { "party": world.party(PartyKind::PropertyManager), "instruction": "请修复" },
        });
        world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
        world.acknowledge(&people.property, &problem).await;
        let input = wish(&world, &people.property, &problem).await;
        assert_eq!(code(&world.run(&people.property, "offerVisit", "visit", input).await), "FORBIDDEN");
    }
}

/// What the table says, written anew: who can do it, in which states.
const ACTS: [(&str, bool, &[VisitStatus], &[&str]); 4] = [
    ("chooseVisit", true, &[VisitStatus::Offered], &["chooseVisit", "declineVisit"]),
    ("declineVisit", true, &[VisitStatus::Offered, VisitStatus::Chosen], &["chooseVisit", "declineVisit"]),
    ("cancelVisit", false, &[VisitStatus::Offered, VisitStatus::Chosen], &["cancelVisit", "recordVisit"]),
    ("recordVisit", false, &[VisitStatus::Chosen], &["cancelVisit", "recordVisit"]),
];

#[tokio::test]
async fn every_state_act_and_person_is_as_the_table_says() {
    let world = World::new().await;
    let people = &world.people;
    let problem = led(&world).await;
    let colleague = world.colleague(&people.city).await;
    let everyone = [
        &people.supervisor,
        &people.street,
        &people.secretary,
        &people.police,
        &people.city,
        &colleague,
        &people.lawyer,
        &people.property,
        &people.other_property,
        &people.owner,
        &people.grid_worker,
        &people.other_grid_worker,
        &people.helper,
        &people.resident,
        &people.neighbour,
        &people.foreign,
    ];
    let visit = offer(&world, &problem).await;
    let first = row(&world, &visit).await;
    for status in VisitStatus::ALL {
        let met = [VisitStatus::Chosen, VisitStatus::Kept, VisitStatus::Missed].contains(status);
        let stands = [VisitStatus::Chosen, VisitStatus::Offered].contains(status);
        for (name, of_reporter, from, own) in ACTS {
            for viewer in everyone {
                let now = world.app.clock.now();
                let change = visit_offer::ActiveModel {
                    id: Unchanged(first.id),
                    status: Set(*status),
                    lapses_at: Set(now + TimeDelta::hours(1)),
                    slots: Set(
                        json!([{ "from": (now + TimeDelta::hours(1)).to_rfc3339(), "to": (now + TimeDelta::hours(2)).to_rfc3339() }]),
                    ),
                    chosen_from: Set(met.then(|| now - TimeDelta::hours(1))),
                    chosen_to: Set(met.then_some(now)),
                    code_word: Set(met.then(|| "1234".into())),
                    ended_at: Set((!stands).then_some(now)),
                    ..Default::default()
                };
                change.update(&world.app.db).await.unwrap();
                let more = match name {
                    "chooseVisit" => json!({ "from": (now + TimeDelta::hours(1)).to_rfc3339() }),
                    "recordVisit" => json!({ "kept": false }),
                    _ => json!({}),
                };
                let done = act(&world, viewer, name, &visit, more).await;
                let told = format!("{:?} {name} {}: {done:?}", viewer.role, status.value());
                let reporter = viewer.user == people.resident.user;
                let party = viewer.organisation == people.city.organisation;
                let knows = reporter || party || [people.street.user, people.secretary.user].contains(&viewer.user);
                let capable = of_reporter || crate::policy::Capability::ActOnTask.held(viewer.role, viewer.scopes);
                if !capable {
                    assert_eq!(code(&done), "VALIDATION_FAILED", "{told}");
                } else if !knows {
                    assert_eq!(code(&done), "NOT_FOUND", "{told}");
                } else if of_reporter != reporter || of_reporter == party {
                    assert_eq!(code(&done), "FORBIDDEN", "{told}");
                } else if from.contains(status) {
                    assert_eq!(code(&done), "done", "{told}");
                } else {
                    let error = done.unwrap_err();
                    assert_eq!(error["code"], "INVALID_TRANSITION", "{told}");
                    assert_eq!(error["from"], status.value(), "{told}");
                    let open: Vec<&str> = ACTS
                        .iter()
                        .filter(|(_, _, from, _)| from.contains(status))
                        .map(|(name, ..)| *name)
                        .filter(|name| own.contains(name))
                        .collect();
                    assert_eq!(error["allowed"], json!(open), "{told}");
                }
            }
        }
    }
}

#[tokio::test]
async fn nobody_meets_a_party_that_has_no_task_any_more() {
    let world = World::new().await;
    let people = &world.people;
    let give_away = async |problem: &str| {
        let transfer = json!({
            "task": world.task(&people.city, problem).await, "expectedRevision": world.revision(problem).await,
            "to": { "party": world.party(PartyKind::Police), "instruction": "请接手" },
        });
        world.run(&people.secretary, "transferTask", "task", transfer).await.unwrap();
    };
    let problem = led(&world).await;
    let visit = offer(&world, &problem).await;
    let last = async |visit: &str| json!({ "from": row(&world, visit).await.lapses_at.to_rfc3339_opts(SecondsFormat::AutoSi, true) });
    give_away(&problem).await;
    let refusal = act(&world, &people.resident, "chooseVisit", &visit, last(&visit).await).await.unwrap_err();
    assert_eq!((&refusal["code"], &refusal["from"]), (&json!("INVALID_TRANSITION"), &json!("CANCELLED")));

    let problem = led(&world).await;
    let chosen = offer(&world, &problem).await;
    act(&world, &people.resident, "chooseVisit", &chosen, last(&chosen).await).await.unwrap();
    give_away(&problem).await;
    let seen = see(&world, &people.city, &problem, OFFERS).await;
    assert_eq!(seen["visitOffers"]["nodes"][0]["codeWord"], Value::Null, "at once");
    for _ in 0..2 {
        scheduler::tick(&world.app).await.unwrap();
    }
    for visit in [&visit, &chosen] {
        assert_eq!(row(&world, visit).await.status, VisitStatus::Cancelled);
        let id = crate::id::parse(visit, prefix::VISIT).unwrap();
        let told = event::Entity::find().filter(event::Column::SubjectId.eq(id));
        let told = told.filter(event::Column::Kind.eq(Kind::VisitCancelled.name()));
        assert_eq!(told.count(&world.app.db).await.unwrap(), 1, "once, and the reporter is told");
    }
}

#[tokio::test]
async fn a_stale_offer_is_not_answered() {
    let world = World::new().await;
    let problem = led(&world).await;
    let visit = offer(&world, &problem).await;
    let input = json!({ "visit": visit, "expectedRevision": "?" });
    let error = world.run(&world.people.resident, "declineVisit", "visit", input).await.unwrap_err();
    assert_eq!(error["code"], "REVISION_CONFLICT");
    // Answering does not change the revision that other parties see of the problem.
    let before = world.revision(&problem).await;
    act(&world, &world.people.resident, "declineVisit", &visit, json!({})).await.unwrap();
    assert_eq!(world.revision(&problem).await, before);
}
