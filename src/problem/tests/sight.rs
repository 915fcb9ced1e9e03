//! Who sees what of a problem.

use chrono::TimeDelta;
use entity::word::{PartyKind, RegionLevel};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::world::{CITY, World, id, see, with};
use crate::id::prefix;
use crate::policy::Viewer;

/// All of a problem that a schema with tasks has.
const WHOLE: &str = "id number title report place summary publicSummary reply reason otherChannel outcome referredTo status open domain nature complexity channel visibility urgent urgentClaimed supervision escalatedToMeeting reportedAt acceptedAt dispatchedAt dueAt closedAt overdue reworkCount reopenCount reporterCount revision group { name } grid { name } microGrid { name } building { name } compound { name } community { name } leadParty { name } accountable { name } concerns { name } additions { nodes { content } } followUps { nodes { note satisfaction } } ratings { nodes { comment satisfaction } } disclosures { nodes { purpose fields } } timeline { nodes { type text actorRole actorName actorParty { name } } } reporter { state name phone address } allowedActions { action allowed reason }";
const DONE: &str = "tasks { nodes { role status instruction feedback party { name } organisation { name } } } dispositions { nodes { content internalNote reply action } }";

async fn whole(world: &World, viewer: &Viewer, problem: &str, done: bool) -> Value {
    let done = if done { DONE } else { "" };
    let query = format!(
        "query($id: ID!) {{ problem(id: $id) {{ {WHOLE} {done} }} problems {{ totalCount {{ value }} nodes {{ id title }} }} }}"
    );
    world.data(viewer, &query, json!({ "id": problem })).await
}

/// A closed problem about which much is written.
async fn written(world: &World) -> String {
    let people = &world.people;
    let problem = world.handled().await;
    let add = json!({ "problem": problem, "content": "王小明补充：301室", "idempotencyKey": world.key() });
    world.run(&people.resident, "addToReport", "addition", add).await.unwrap();
    world.close(&people.secretary, &problem).await;
    let rate = json!({ "problem": problem, "satisfaction": "NEUTRAL", "comment": "王小明觉得慢", "idempotencyKey": world.key() });
    world.run(&people.resident, "rateProblem", "rating", rate).await.unwrap();
    let call = json!({ "problem": problem, "method": "CALL", "reached": true, "note": "致电王小明13812341234", "idempotencyKey": world.key() });
    world.run(&people.secretary, "followUp", "followUp", call).await.unwrap();
    let query = "mutation($input: RevealContactInput!) { revealContact(input: $input) { userErrors { code } } }";
    world.data(&people.city, query, json!({ "input": { "problem": problem, "purpose": "找301室核实" } })).await;
    problem
}

#[tokio::test]
async fn property_manager_cannot_learn_who_complained() {
    let world = World::new().await;
    let people = &world.people;
    let problem = written(&world).await;
    for viewer in [&people.property, &people.lawyer, &people.city] {
        let seen = whole(&world, viewer, &problem, true).await;
        let text = seen.to_string();
        for secret in ["王小明", "301", "138", "139", "测试11", "物业不修电梯", "费用待核", "RESIDENT\",\"actorParty"]
        {
            assert!(
                !text.contains(secret) || (secret == "139" && viewer == &people.city),
                "{:?}: {secret}",
                viewer.role
            );
        }
        let seen = &seen["problem"];
        for hidden in ["report", "place", "reopenCount", "reporterCount", "urgentClaimed"] {
            assert_eq!(seen[hidden], json!(null), "{hidden}");
        }
        let state = if viewer == &people.city { "MASKED" } else { "WITHHELD" };
        assert_eq!(seen["reporter"]["state"], state);
        assert_eq!(seen["title"], "电梯久停未修");
        let kinds: Vec<_> = seen["timeline"]["nodes"].as_array().unwrap().iter().map(|entry| &entry["type"]).collect();
        for hidden in ["problem.rated", "problem.followedUp", "contact.revealed", "problem.added"] {
            assert!(!kinds.contains(&&json!(hidden)), "{hidden}");
        }
        let reported = &seen["timeline"]["nodes"][0];
        assert_eq!((&reported["type"], &reported["actorRole"]), (&json!("problem.reported"), &json!(null)));
    }
    // A party that is only told reads the summary, and not what the others did.
    let lawyer = whole(&world, &people.lawyer, &problem, true).await;
    assert_eq!(lawyer["problem"]["dispositions"]["nodes"][0]["content"], json!(null));
    let city = whole(&world, &people.city, &problem, true).await;
    assert_eq!(city["problem"]["dispositions"]["nodes"][0]["content"], "更换曳引机");
    assert_eq!(city["problem"]["dispositions"]["nodes"][0]["reply"], json!(null));
}

#[tokio::test]
async fn a_problem_is_nothing_to_those_who_have_no_part_in_it() {
    let world = World::new().await;
    let people = &world.people;
    let problem = written(&world).await;
    for (viewer, done) in [
        (&people.other_property, true),
        (&people.police, true),
        (&people.owner, true),
        (&people.other_grid_worker, true),
        (&people.foreign, true),
        (&people.helper, false),
        (&people.neighbour, false),
    ] {
        let seen = whole(&world, viewer, &problem, done).await;
        assert_eq!(seen["problem"], json!(null), "{:?}", viewer.role);
        assert_eq!(seen["problems"], json!({ "totalCount": { "value": 0 }, "nodes": [] }), "{:?}", viewer.role);
    }
}

#[tokio::test]
async fn the_public_sees_the_public_summary_and_no_more() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let mut input = world.acceptance(&problem).await;
    input["publicSummary"] = json!("振兴花园一部电梯停用，已要求修复。");
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    world.dispatch(&problem).await;
    for (viewer, done) in [(&people.owner, true), (&people.neighbour, false), (&people.helper, false)] {
        let seen = whole(&world, viewer, &problem, done).await["problem"].take();
        assert_eq!(seen["publicSummary"], "振兴花园一部电梯停用，已要求修复。");
        for hidden in [
            "title",
            "report",
            "summary",
            "channel",
            "dueAt",
            "overdue",
            "revision",
            "microGrid",
            "building",
            "concerns",
            "accountable",
            "urgent",
        ] {
            assert_eq!(seen[hidden], json!(null), "{:?} {hidden}", viewer.role);
        }
        if done {
            assert_eq!(seen["tasks"]["nodes"], json!([]));
        }
        assert_eq!(seen["timeline"]["nodes"][0]["type"], "problem.changed");
    }
    // Nor do filters say it.
    let count = "query($filter: ProblemFilter) { problems(filter: $filter) { nodes { id } } }";
    for filter in [
        json!({ "concerns": { "eq": world.party(PartyKind::PropertyManager) } }),
        json!({ "concerns": { "notIn": [world.party(PartyKind::Police)] } }),
        json!({ "grid": { "eq": id(prefix::GRID, world.micro_grid) } }),
        json!({ "grid": { "notIn": [id(prefix::GRID, world.other_grid)] } }),
        json!({ "channel": { "eq": "RESIDENT" } }),
        json!({ "overdue": false }),
        json!({ "overdue": true }),
        json!({ "urgent": false }),
    ] {
        let seen = world.data(&people.neighbour, count, json!({ "filter": filter })).await;
        assert_eq!(seen["problems"]["nodes"], json!([]), "{filter}");
    }
    let open = json!({ "filter": { "open": true, "grid": { "eq": id(prefix::GRID, world.grid) } } });
    assert_eq!(world.data(&people.neighbour, count, open).await["problems"]["nodes"][0]["id"], problem);
    // The secretary finds it by all of them.
    for filter in [
        json!({ "concerns": { "eq": world.party(PartyKind::PropertyManager) }, "overdue": false, "urgent": false }),
        json!({ "grid": { "in": [id(prefix::GRID, world.micro_grid)] }, "channel": { "in": ["RESIDENT"] } }),
        json!({ "leadParty": { "eq": world.party(PartyKind::CityManagement) }, "status": { "eq": "DISPATCHED" } }),
        json!({ "grid": { "notIn": [id(prefix::GRID, world.other_grid)] }, "domain": { "eq": "PROPERTY_MANAGEMENT" } }),
        json!({ "reportedAt": { "from": "2026-03-02T00:00:00+08:00", "to": "2026-03-03T00:00:00+08:00" } }),
    ] {
        let seen = world.data(&people.secretary, count, json!({ "filter": filter })).await;
        assert_eq!(seen["problems"]["nodes"], json!([{ "id": problem }]), "{filter}");
    }
    for filter in [json!({ "concerns": { "eq": world.party(PartyKind::Police) } }), json!({ "overdue": true })] {
        let seen = world.data(&people.secretary, count, json!({ "filter": filter })).await;
        assert_eq!(seen["problems"]["nodes"], json!([]), "{filter}");
    }
}

#[tokio::test]
async fn overdue_is_derived_and_its_filter_agrees() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let query = "{ late: problems(filter: { overdue: true }) { nodes { id overdue } } fine: problems(filter: { overdue: false }) { nodes { id overdue } } }";
    let seen = world.data(&people.secretary, query, json!({})).await;
    assert_eq!(seen, json!({ "late": { "nodes": [] }, "fine": { "nodes": [{ "id": problem, "overdue": false }] } }));
    world.wait(TimeDelta::hours(5));
    let seen = world.data(&people.secretary, query, json!({})).await;
    assert_eq!(seen, json!({ "late": { "nodes": [{ "id": problem, "overdue": true }] }, "fine": { "nodes": [] } }));
}

#[tokio::test]
async fn a_confidential_report_is_the_offices_and_the_reporters() {
    let world = World::new().await;
    let people = &world.people;
    let mut input = world.complaint();
    input["confidential"] = json!(true);
    let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
    for viewer in [&people.grid_worker, &people.supervisor] {
        assert_eq!(whole(&world, viewer, &problem, true).await["problem"], json!(null));
    }
    let mut acceptance = world.acceptance(&problem).await;
    acceptance["publicSummary"] = json!("公开");
    assert_eq!(world.code(&people.secretary, "acceptProblem", "problem", acceptance).await, "INVALID_VALUE");
    let mut lifted = world.acceptance(&problem).await;
    lifted["confidential"] = json!(false);
    assert_eq!(world.code(&people.secretary, "acceptProblem", "problem", lifted).await, "FORBIDDEN");
    world.accept(&problem).await;
    let dispatch = |more: Value| {
        let world = &world;
        let problem = problem.clone();
        async move {
            let mut input = json!({
                "problem": problem, "expectedRevision": world.revision(&problem).await,
                "lead": { "party": world.party(PartyKind::Police) },
            });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            world.code(&world.people.secretary, "dispatchProblem", "problem", input).await
        }
    };
    assert_eq!(dispatch(json!({ "reads": [{ "party": world.party(PartyKind::Lawyer) }] })).await, "INVALID_VALUE");
    assert!(dispatch(json!({})).await.starts_with("done"));
    // The party complained of is not told, the lead is told the summary, and not of whom.
    assert_eq!(whole(&world, &people.property, &problem, true).await["problem"], json!(null));
    world.acknowledge(&people.police, &problem).await;
    let lead = whole(&world, &people.police, &problem, true).await["problem"].take();
    assert_eq!(lead["summary"], "1幢电梯停用三个月，请物业尽快修复。");
    assert_eq!((&lead["report"], &lead["concerns"]), (&json!(null), &json!(null)));
    assert_eq!(lead["reporter"]["state"], "WITHHELD", "a confidential report: the secretary and the street alone");
    let street = whole(&world, &people.street, &problem, true).await["problem"].take();
    assert_eq!(street["reporter"]["state"], "MASKED");
    assert!(street["report"].is_string());
}

#[tokio::test]
async fn the_supervisor_reads_without_personal_data() {
    let world = World::new().await;
    let problem = written(&world).await;
    let seen = whole(&world, &world.people.supervisor, &problem, true).await["problem"].take();
    assert_eq!((&seen["report"], &seen["reply"]), (&json!(null), &json!(null)));
    assert_eq!(seen["reporter"], json!({ "state": "WITHHELD", "name": null, "phone": null, "address": null }));
    assert_eq!(seen["summary"], "1幢电梯停用三个月，请物业尽快修复。");
    assert_eq!(seen["ratings"]["nodes"], json!([]));
}

#[tokio::test]
async fn a_secretary_with_a_post_complained_of_learns_nothing_of_the_reporter() {
    let world = World::new().await;
    let people = &world.people;
    world.also(&people.secretary, &people.property, None).await;
    let problem = world.report(&people.resident).await;
    let seen = whole(&world, &people.secretary, &problem, true).await["problem"].take();
    assert_eq!((&seen["report"], &seen["reporter"]["state"]), (&json!(null), &json!("WITHHELD")));
    let input = world.acceptance(&problem).await;
    assert_eq!(world.code(&people.secretary, "acceptProblem", "problem", input).await, "FORBIDDEN");
}

#[tokio::test]
async fn a_recorder_complained_of_loses_sight_of_it() {
    let world = World::new().await;
    let people = &world.people;
    let mut input = world.complaint();
    input["reporterName"] = json!("李老太");
    input["consent"] = json!(true);
    let problem = world.run(&people.property, "reportProblem", "problem", input).await.unwrap();
    assert_eq!(problem, "", "it recorded a complaint about itself");
    let seen = world.data(&people.property, "{ problems { nodes { id } } }", json!({})).await;
    assert_eq!(seen["problems"]["nodes"], json!([]));
}

#[tokio::test]
async fn the_audit_trail_is_ones_own_calls_or_the_regions() {
    let world = World::new().await;
    let people = &world.people;
    written(&world).await;
    let query = "{ auditTrail(first: 100) { nodes { type actorRole actorName subject problem { id } } } }";
    let own = world.data(&people.property, query, json!({})).await;
    let own = own["auditTrail"]["nodes"].as_array().unwrap();
    assert!(own.iter().all(|entry| entry["actorRole"] == "PROPERTY_MANAGER" && entry["actorName"].is_null()));
    assert_eq!(own.len(), 3);
    let all = world.data(&people.secretary, query, json!({})).await;
    let all = all["auditTrail"]["nodes"].as_array().unwrap();
    assert_eq!(all.len(), 13);
    assert!(all.iter().any(|entry| entry["actorName"] == "测试2"));
    assert!(!all.iter().any(|entry| entry["actorRole"] == "RESIDENT" && !entry["actorName"].is_null()));
    let none = world.data(&people.foreign, query, json!({})).await;
    assert_eq!(none["auditTrail"]["nodes"], json!([]));
}

#[tokio::test]
async fn the_audit_trail_does_not_tell_who_sent_a_file_before_a_report_has_one() {
    let world = World::new().await;
    let people = &world.people;
    let stage = "mutation($input: StageUploadInput!) { stageUpload(input: $input) { userErrors { code } } }";
    for viewer in [&people.resident, &people.police] {
        let input = json!({ "bytes": 1000, "idempotencyKey": world.key() });
        let staged = world.data(viewer, stage, json!({ "input": input })).await;
        assert_eq!(staged["stageUpload"]["userErrors"], json!([]));
    }
    let query = "{ auditTrail(first: 100) { nodes { type } } }";
    let sent = async |viewer| {
        let seen = world.data(viewer, query, json!({})).await;
        seen["auditTrail"]["nodes"].as_array().unwrap().iter().filter(|entry| entry["type"] == "upload.staged").count()
    };
    assert_eq!((sent(&people.resident).await, sent(&people.police).await), (1, 1), "one's own");
    for viewer in [&people.secretary, &people.street, &people.supervisor] {
        assert_eq!(sent(viewer).await, 0, "{:?}", viewer.role);
    }
}

#[tokio::test]
async fn a_citys_supervisor_has_no_part_in_what_the_county_decides() {
    let world = World::new().await;
    let city = Viewer { region: CITY, level: RegionLevel::City, ..world.people.supervisor.clone() };
    for confidential in [false, true] {
        let input = with(world.complaint(), json!({ "confidential": confidential }));
        let problem = world.run(&world.people.resident, "reportProblem", "problem", input).await.unwrap();
        let mut row = world.row(&problem).await.into_active_model();
        row.handled_by = Set(RegionLevel::County);
        row.update(&world.app.db).await.unwrap();
        let fields = "report reporter { state } allowedActions { action }";
        let seen = see(&world, &city, &problem, fields).await;
        // Supervision, and the second word on voiding, are every supervisor's.
        let beside =
            json!([{ "action": "CONFIRM_VOID" }, { "action": "RAISE_SUPERVISION" }, { "action": "LIFT_SUPERVISION" }]);
        let masked = json!({ "report": null, "reporter": { "state": "WITHHELD" }, "allowedActions": beside });
        assert_eq!(seen, if confidential { json!(null) } else { masked });
        let input = world.acceptance(&problem).await;
        let refused = if confidential { "NOT_FOUND" } else { "FORBIDDEN" };
        assert_eq!(world.code(&city, "acceptProblem", "problem", input).await, refused);
        assert!(see(&world, &world.people.supervisor, &problem, fields).await["report"].is_string());
    }
}
