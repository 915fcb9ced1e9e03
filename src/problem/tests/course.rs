//! The course of a problem: triage, dispatch, tasks, verification, and what each refuses.
use chrono::TimeDelta;
use entity::word::{PartyKind, ProblemStatus};
use entity::{event, party_seat};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::world::{World, id, noon, see, with, without};
use crate::id::prefix;
use crate::problem::transition::{MOVES, mutation};

#[tokio::test]
async fn a_problem_goes_from_report_to_a_verified_closure() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    assert_eq!(world.row(&problem).await.status, ProblemStatus::AwaitingVerification);
    world.close(&people.secretary, &problem).await;
    let seen = see(
        &world,
        &people.secretary,
        &problem,
        "status open outcome reply title overdue tasks { nodes { role status } } dispositions { nodes { content quantity { value unit precision } } } timeline { nodes { type } }",
    )
    .await;
    assert_eq!((&seen["status"], &seen["outcome"], &seen["open"]), (&json!("CLOSED"), &json!("SOLVED"), &json!(false)));
    assert_eq!(seen["tasks"]["nodes"].as_array().unwrap().len(), 3);
    assert_eq!(
        seen["dispositions"]["nodes"][0]["quantity"],
        json!({ "value": 1, "unit": "PIECE", "precision": "EXACT" })
    );
    let types: Vec<_> =
        seen["timeline"]["nodes"].as_array().unwrap().iter().map(|entry| entry["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "problem.reported",
            "problem.accepted",
            "problem.dispatched",
            "task.acknowledged",
            "task.acknowledged",
            "disposition.recorded",
            "task.submitted",
            "task.submitted",
            "problem.closed",
        ]
    );
    let seen =
        see(&world, &people.resident, &problem, "status reply report title reporter { state name phone address }")
            .await;
    assert_eq!(seen["reply"], "电梯已恢复运行，感谢反映。");
    assert_eq!(seen["reporter"]["state"], "VISIBLE");
    assert_eq!(seen["reporter"]["address"], "1幢2单元301室");
}

#[tokio::test]
async fn shared_texts_hold_no_personal_data_unless_the_secretary_says_why() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let input = with(world.acceptance(&problem).await, json!({ "summary": "请联系13812341234，1幢2单元301室" }));
    let refused = world.run(&people.secretary, "acceptProblem", "problem", input.clone()).await.unwrap_err();
    assert_eq!(refused["code"], "PERSONAL_DATA_IN_TEXT");
    assert_eq!(refused["paths"], json!(["summary"]));
    assert_eq!(refused["found"], json!(["PHONE_NUMBER", "FLAT_NUMBER"]));
    let name = world.acceptance(&problem).await;
    let reporter = with(name, json!({ "summary": format!("{}反映电梯停用", "测试11") }));
    assert_eq!(world.code(&people.secretary, "acceptProblem", "problem", reporter).await, "PERSONAL_DATA_IN_TEXT");
    let input = with(input, json!({ "overrideReason": "电话为物业公开号码" }));
    world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
    let trail = "{ auditTrail(first: 1) { nodes { type text actorName } } }";
    let seen = world.data(&people.secretary, trail, json!({})).await;
    let kinds = seen["auditTrail"]["nodes"][0]["type"].as_str().unwrap().to_owned();
    assert!(["problem.textOverridden", "problem.accepted"].contains(&kinds.as_str()));
}

#[tokio::test]
async fn a_stale_revision_is_refused_with_the_present_one() {
    let world = World::new().await;
    let problem = world.report(&world.people.resident).await;
    let input = with(world.acceptance(&problem).await, json!({ "expectedRevision": "stale" }));
    assert_eq!(world.code(&world.people.secretary, "acceptProblem", "problem", input).await, "REVISION_CONFLICT");
}

#[tokio::test]
async fn a_refused_transition_says_where_it_stands_and_what_is_open() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    let again = world.acceptance(&problem).await;
    let refused = world.run(&people.secretary, "acceptProblem", "problem", again).await.unwrap_err();
    assert_eq!(refused["code"], "INVALID_TRANSITION");
    assert_eq!(refused["from"], "ACCEPTED");
    assert_eq!(refused["allowed"], json!(["dispatchProblem", "revealContact", "mergeProblem", "proposeSupervision"]));
    let seen = see(&world, &people.resident, &problem, "allowedActions { action allowed reason }").await;
    let open: Vec<_> = seen["allowedActions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|action| action["allowed"] == true)
        .map(|action| action["action"].as_str().unwrap())
        .collect();
    assert_eq!(open, ["ADD", "WITHDRAW"]);
}

#[tokio::test]
async fn missing_and_foreign_problems_are_the_same() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let nobodys = id(prefix::PROBLEM, world.app.ids.next(noon()));
    for (name, more) in [
        ("acceptProblem", json!({ "title": "题", "summary": "摘要", "domain": "SAFETY", "nature": "EVENT" })),
        ("declineProblem", json!({ "reason": "无关" })),
        ("dispatchProblem", json!({ "lead": { "party": world.party(PartyKind::Police) } })),
        ("closeProblem", json!({ "outcome": "SOLVED", "reply": "好" })),
        ("reworkProblem", json!({ "reason": "再看" })),
        ("reopenProblem", json!({ "reason": "再看" })),
        ("withdrawProblem", json!({ "reason": "不用了" })),
        ("appealProblem", json!({ "reason": "不服" })),
    ] {
        let mut answers = vec![];
        for id in [&problem, &nobodys] {
            let input = with(more.clone(), json!({ "problem": id, "expectedRevision": "x" }));
            answers.push(world.run(&people.foreign, name, "problem", input).await.unwrap_err());
        }
        assert_eq!(answers[0]["code"], "NOT_FOUND", "{name}");
        assert_eq!(answers[0], answers[1], "{name}");
    }
    for id in [&problem, &nobodys] {
        let query = "query($id: ID!) { problem(id: $id) { id } node(id: $id) { id } }";
        assert_eq!(
            world.data(&people.foreign, query, json!({ "id": id })).await,
            json!({ "problem": null, "node": null })
        );
    }
}

#[tokio::test]
async fn what_a_role_has_no_part_in_is_unknown_to_it() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    let input = world.acceptance(&problem).await;
    for viewer in [&people.police, &people.property, &people.resident, &people.grid_worker, &people.helper] {
        assert_eq!(world.code(viewer, "acceptProblem", "problem", input.clone()).await, "VALIDATION_FAILED");
    }
    let rating = json!({ "problem": problem, "satisfaction": "SATISFIED", "idempotencyKey": world.key() });
    assert_eq!(world.code(&people.secretary, "rateProblem", "rating", rating).await, "VALIDATION_FAILED");
    // The supervisor knows the words, for problems of a concerned street, and has no say on others.
    assert_eq!(world.code(&people.supervisor, "acceptProblem", "problem", input).await, "FORBIDDEN");
}

#[tokio::test]
async fn dispatch_asks_the_seat_that_covers_the_place() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    let revision = world.revision(&problem).await;
    let dispatch = |more: Value| {
        let input = with(json!({ "problem": problem, "expectedRevision": revision }), more);
        world.code(&people.secretary, "dispatchProblem", "problem", input)
    };
    let police = json!({ "party": world.party(PartyKind::Police) });
    let property = json!({ "party": world.party(PartyKind::PropertyManager) });
    assert_eq!(dispatch(json!({ "lead": {} })).await, "INVALID_VALUE");
    assert_eq!(dispatch(json!({ "lead": property })).await, "FORBIDDEN", "what is to be put right must be said");
    assert_eq!(dispatch(json!({ "lead": police, "reads": [property] })).await, "FORBIDDEN");
    assert_eq!(dispatch(json!({ "lead": police, "assists": [police] })).await, "DUPLICATE");
    assert_eq!(dispatch(json!({ "lead": police, "dueAt": "2020-01-01T00:00:00+08:00" })).await, "OUT_OF_RANGE");
    let elsewhere = json!({ "party": world.party(PartyKind::Police), "grid": id(prefix::GRID, world.other_grid) });
    assert_eq!(dispatch(json!({ "lead": elsewhere })).await, "INVALID_VALUE");
    let told = with(property.clone(), json!({ "instruction": "请修复电梯" }));
    assert!(dispatch(json!({ "lead": told, "assists": [police] })).await.starts_with("done"));
    let row = world.row(&problem).await;
    assert_eq!(row.lead_organisation_id, people.property.organisation);
    assert_eq!(row.accountable_id, people.property.organisation.unwrap());
    assert_eq!(see(&world, &people.other_property, &problem, "id").await, json!(null));
}

#[tokio::test]
async fn parties_act_on_their_own_tasks_in_their_order() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    let task = world.task(&people.city, &problem).await;
    let acknowledge = |revision: String| json!({ "task": task, "expectedRevision": revision });
    let input = acknowledge(world.revision(&problem).await);
    assert_eq!(world.code(&people.property, "acknowledgeTask", "task", input.clone()).await, "FORBIDDEN");
    assert_eq!(world.code(&people.police, "acknowledgeTask", "task", input.clone()).await, "NOT_FOUND");
    assert_eq!(world.code(&people.other_property, "acknowledgeTask", "task", input.clone()).await, "NOT_FOUND");
    let act =
        |content: &str| json!({ "task": task, "action": "VISIT", "content": content, "idempotencyKey": world.key() });
    assert_eq!(world.code(&people.city, "recordDisposition", "disposition", act("上门")).await, "INVALID_TRANSITION");
    world.run(&people.city, "acknowledgeTask", "task", input).await.unwrap();
    let again = acknowledge(world.revision(&problem).await);
    assert_eq!(world.code(&people.city, "acknowledgeTask", "task", again).await, "INVALID_TRANSITION");
    assert_eq!(
        world.code(&people.city, "recordDisposition", "disposition", act("致电13812341234")).await,
        "PERSONAL_DATA_IN_TEXT"
    );
    let none = with(act("清理"), json!({ "quantity": { "value": 0, "unit": "PIECE", "precision": "EXACT" } }));
    assert_eq!(world.code(&people.city, "recordDisposition", "disposition", none).await, "OUT_OF_RANGE");
    let feedback = |revision: String| json!({ "task": task, "expectedRevision": revision, "feedback": "完成" });
    let input = feedback(world.revision(&problem).await);
    assert_eq!(
        world.code(&people.city, "submitFeedback", "task", input).await,
        "FORBIDDEN",
        "an assisting party is awaited"
    );
    world.acknowledge(&people.property, &problem).await;
    world.submit(&people.property, &problem).await;
    let input = feedback(world.revision(&problem).await);
    assert_eq!(world.code(&people.city, "submitFeedback", "task", input).await, "FORBIDDEN", "nothing was recorded");
    world.run(&people.city, "recordDisposition", "disposition", act("上门检查")).await.unwrap();
    let input = feedback(world.revision(&problem).await);
    world.run(&people.city, "submitFeedback", "task", input).await.unwrap();
    // A READ task.
    world.acknowledge(&people.lawyer, &problem).await;
}

#[tokio::test]
async fn who_handled_or_is_complained_of_does_not_verify() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    let input = world.closing(&problem).await;
    assert_eq!(world.code(&people.other_grid_worker, "closeProblem", "problem", input.clone()).await, "NOT_FOUND");
    // The grid worker was with the property company until ten months ago, the secretary sits with the city management.
    world.also(&people.grid_worker, &people.property, Some(noon().date_naive() - TimeDelta::days(300))).await;
    world.also(&people.secretary, &people.city, None).await;
    assert_eq!(world.code(&people.grid_worker, "closeProblem", "problem", input.clone()).await, "FORBIDDEN");
    assert_eq!(world.code(&people.secretary, "closeProblem", "problem", input.clone()).await, "FORBIDDEN");
    for (more, code) in [
        (json!({ "outcome": "REFERRED" }), "REQUIRED"),
        (json!({ "outcome": "NOT_SOLVABLE" }), "REQUIRED"),
        (json!({ "reply": "请致电13812341234" }), "PERSONAL_DATA_IN_TEXT"),
        (json!({ "reply": "" }), "REQUIRED"),
    ] {
        assert_eq!(world.code(&people.street, "closeProblem", "problem", with(input.clone(), more)).await, code);
    }
    world.run(&people.street, "closeProblem", "problem", input.clone()).await.unwrap();
    let again = world.closing(&problem).await;
    assert_eq!(world.code(&people.street, "closeProblem", "problem", again).await, "INVALID_TRANSITION");
}

#[tokio::test]
async fn a_post_that_ended_over_a_year_ago_excludes_no_more() {
    let world = World::new().await;
    let problem = world.handled().await;
    world
        .also(&world.people.grid_worker, &world.people.property, Some(noon().date_naive() - TimeDelta::days(370)))
        .await;
    world.close(&world.people.grid_worker, &problem).await;
}

#[tokio::test]
async fn rework_sends_the_lead_and_those_named_back() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.handled().await;
    world.wait(TimeDelta::days(1));
    let due = world.row(&problem).await.due_at;
    assert!(due.is_some());
    let rework = |tasks: Value, revision: String| json!({ "problem": problem, "expectedRevision": revision, "reason": "仍有异响", "tasks": tasks });
    let foreign = rework(json!([id(prefix::TASK, world.app.ids.next(noon()))]), world.revision(&problem).await);
    assert_eq!(world.code(&people.secretary, "reworkProblem", "problem", foreign).await, "NOT_FOUND");
    let input = rework(json!([]), world.revision(&problem).await);
    world.run(&people.secretary, "reworkProblem", "problem", input).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.status, row.rework_count), (ProblemStatus::InProgress, 1));
    world.record(&people.city, &problem).await;
    world.submit(&people.city, &problem).await;
    world.close(&people.secretary, &problem).await;
}

#[tokio::test]
async fn a_refused_text_does_not_confirm_a_guessed_name() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    world.acknowledge(&people.property, &problem).await;
    world.acknowledge(&people.city, &problem).await;
    let act = |task: String| json!({ "task": task, "action": "VISIT", "content": "已联系测试11", "idempotencyKey": world.key() });
    let guess = act(world.task(&people.property, &problem).await);
    assert!(world.code(&people.property, "recordDisposition", "disposition", guess).await.starts_with("done"));
    let known = act(world.task(&people.city, &problem).await);
    assert_eq!(world.code(&people.city, "recordDisposition", "disposition", known).await, "PERSONAL_DATA_IN_TEXT");
}

#[tokio::test]
async fn a_seat_that_is_named_gets_a_problem_without_a_compound() {
    let world = World::new().await;
    let people = &world.people;
    let input =
        with(without(world.complaint(), "building"), json!({ "grid": id(prefix::GRID, world.grid), "concerns": [] }));
    let problem = world.run(&people.resident, "reportProblem", "problem", input).await.unwrap();
    world.accept(&problem).await;
    let seat = party_seat::Entity::find()
        .filter(party_seat::Column::OrganisationId.eq(people.property.organisation))
        .one(&world.app.db)
        .await
        .unwrap()
        .unwrap();
    let dispatch =
        |lead: Value, revision: String| json!({ "problem": problem, "expectedRevision": revision, "lead": lead });
    let party = dispatch(json!({ "party": world.party(PartyKind::PropertyManager) }), world.revision(&problem).await);
    assert_eq!(world.code(&people.secretary, "dispatchProblem", "problem", party).await, "INVALID_VALUE");
    let named = dispatch(json!({ "seat": id(prefix::SEAT, seat.id) }), world.revision(&problem).await);
    world.run(&people.secretary, "dispatchProblem", "problem", named).await.unwrap();
    world.acknowledge(&people.property, &problem).await;
    world.record(&people.property, &problem).await;
    world.submit(&people.property, &problem).await;
    world.close(&people.secretary, &problem).await;
    let again = json!({ "problem": problem, "expectedRevision": world.revision(&problem).await, "reason": "又坏了" });
    world.run(&people.resident, "reopenProblem", "problem", again).await.unwrap();
    let row = world.row(&problem).await;
    assert_eq!((row.status, row.lead_organisation_id), (ProblemStatus::Dispatched, people.property.organisation));
}

#[tokio::test]
async fn a_grids_workers_do_the_tasks_of_its_micro_grids() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    let input = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": { "party": world.party(PartyKind::PartyBranch), "grid": id(prefix::GRID, world.micro_grid) },
    });
    world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    let task = world.task(&people.secretary, &problem).await;
    let own = "{ viewer { tasks { nodes { id } } } }";
    let seen = world.data(&people.grid_worker, own, json!({})).await;
    assert_eq!(seen["viewer"]["tasks"]["nodes"], json!([{ "id": task }]));
    let seen = world.data(&people.other_grid_worker, own, json!({})).await;
    assert_eq!(seen["viewer"]["tasks"]["nodes"], json!([]));
    let actions = see(&world, &people.grid_worker, &problem, "allowedActions { action allowed }").await;
    assert!(
        actions["allowedActions"].as_array().unwrap().contains(&json!({ "action": "ACKNOWLEDGE", "allowed": true }))
    );
    let input = json!({ "task": task, "expectedRevision": world.revision(&problem).await });
    world.run(&people.grid_worker, "acknowledgeTask", "task", input).await.unwrap();
}

#[tokio::test]
async fn the_secretary_may_let_a_text_through_in_dispatch_rework_and_reopening_too() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    let told = "请致电物业前台13812341234";
    let asked = |party: PartyKind| json!({ "party": world.party(party), "instruction": told });
    let dispatch = json!({
        "problem": problem, "expectedRevision": world.revision(&problem).await,
        "lead": asked(PartyKind::CityManagement), "assists": [asked(PartyKind::PropertyManager)],
    });
    let refused = world.run(&people.secretary, "dispatchProblem", "problem", dispatch.clone()).await.unwrap_err();
    assert_eq!(refused["paths"], json!(["lead.instruction", "assists.0.instruction"]));
    let why = json!({ "overrideReason": "前台号码为公开号码" });
    world.run(&people.secretary, "dispatchProblem", "problem", with(dispatch, why.clone())).await.unwrap();
    world.acknowledge(&people.city, &problem).await;
    world.acknowledge(&people.property, &problem).await;
    world.record(&people.city, &problem).await;
    world.submit(&people.property, &problem).await;
    world.submit(&people.city, &problem).await;
    let again = |revision: String| json!({ "problem": problem, "expectedRevision": revision, "reason": told });
    let rework = again(world.revision(&problem).await);
    assert_eq!(
        world.code(&people.secretary, "reworkProblem", "problem", rework.clone()).await,
        "PERSONAL_DATA_IN_TEXT"
    );
    let ground = with(rework.clone(), why.clone());
    assert_eq!(world.code(&people.grid_worker, "reworkProblem", "problem", ground).await, "PERSONAL_DATA_IN_TEXT");
    world.run(&people.secretary, "reworkProblem", "problem", with(rework, why.clone())).await.unwrap();
    world.record(&people.city, &problem).await;
    world.submit(&people.city, &problem).await;
    world.close(&people.secretary, &problem).await;
    let reopen = with(again(world.revision(&problem).await), json!({ "lead": asked(PartyKind::CityManagement) }));
    let refused = world.run(&people.secretary, "reopenProblem", "problem", reopen.clone()).await.unwrap_err();
    assert_eq!(refused["paths"], json!(["reason", "lead.instruction"]));
    world.run(&people.secretary, "reopenProblem", "problem", with(reopen, why)).await.unwrap();
    let overridden = event::Entity::find().filter(event::Column::Kind.eq("problem.textOverridden"));
    assert_eq!(overridden.count(&world.app.db).await.unwrap(), 3);
}

#[tokio::test]
async fn what_can_be_done_is_named_by_its_mutation() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    let seen = see(&world, &people.secretary, &problem, "allowedActions { action mutation allowed }").await;
    let dispatch = json!({ "action": "DISPATCH", "mutation": "dispatchProblem", "allowed": true });
    assert!(seen["allowedActions"].as_array().unwrap().contains(&dispatch), "{seen}");
    let again = world.acceptance(&problem).await;
    let refused = world.run(&people.secretary, "acceptProblem", "problem", again).await.unwrap_err();
    assert_eq!(refused["allowed"], json!(["dispatchProblem", "revealContact", "mergeProblem", "proposeSupervision"]));
}

#[test]
fn every_action_has_a_mutation_with_its_capability() {
    let model = crate::schema::model();
    for step in MOVES {
        let command = &model.commands[mutation(step.action)];
        assert_eq!(command.capability, Some(step.capability), "{}", command.name);
    }
}
