//! The course of a whistle: called, there, done, closed; and what each step refuses.

use chrono::TimeDelta;
use entity::event;
use entity::word::{PartyKind, WhistleCallStatus, WhistleStatus};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::world::look;
use crate::id::{parse, prefix};
use crate::problem::tests::world::{World, id, noon, see, with, without};
use crate::scheduler;

const CALLS: &str =
    "status overdue calls { nodes { status late overdue reportedInAt dueAt place note party { kind } } }";

#[tokio::test]
async fn a_whistle_goes_from_its_call_to_its_end() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    let row = world.whistle_row(&whistle).await;
    assert_eq!((row.status, row.due_at), (WhistleStatus::Raised, row.raised_at + TimeDelta::minutes(30)));
    world.answer_all(&whistle).await;
    let seen = look(&world, &people.secretary, &whistle, CALLS).await;
    assert_eq!((&seen["status"], &seen["overdue"]), (&json!("RESPONDING"), &json!(false)));
    for call in seen["calls"]["nodes"].as_array().unwrap() {
        assert_eq!((&call["status"], &call["late"]), (&json!("DONE"), &json!(false)), "{call}");
        assert_eq!((&call["place"], &call["note"]), (&json!("1幢门口"), &json!("已清理现场")));
    }
    let input = world.on_whistle(&whistle, json!({})).await;
    world.run(&people.secretary, "closeWhistle", "whistle", input).await.unwrap();
    let row = world.whistle_row(&whistle).await;
    assert_eq!((row.status, row.open, row.ended_at.is_some()), (WhistleStatus::Closed, false, true));
    let kinds: Vec<String> = event::Entity::find()
        .filter(event::Column::Kind.starts_with("whistle."))
        .order_by_asc(event::Column::Seq)
        .all(&world.app.db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.kind)
        .collect();
    let parts = ["whistle.reportedIn", "whistle.done"].repeat(3);
    assert_eq!(kinds, [&["whistle.raised"][..], &parts, &["whistle.closed"]].concat());
}

#[tokio::test]
async fn nobody_leaves_before_it_is_done() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    let close = async || {
        let input = world.on_whistle(&whistle, json!({})).await;
        let query = "mutation($input: CloseWhistleInput!) { closeWhistle(input: $input) { whistle { status } \
                     userErrors { code message path ... on MissingPartiesError { missing } } } }";
        let data = world.data(&people.secretary, query, json!({ "input": input })).await;
        data["closeWhistle"]["userErrors"].get(0).cloned().unwrap_or(Value::Null)
    };
    let refused = close().await;
    assert_eq!(refused["code"], "PARTIES_AWAITED");
    assert_eq!(refused["missing"], json!(["POLICE", "CITY_MANAGEMENT", "PROPERTY_MANAGER"]));
    assert_eq!(
        refused["message"],
        "Called parties have not come or are not done: Police, CityManagement, PropertyManager."
    );
    world.come(&people.police, &whistle).await;
    world.do_part(&people.police, &whistle).await;
    world.come(&people.city, &whistle).await;
    assert_eq!(close().await["missing"], json!(["CITY_MANAGEMENT", "PROPERTY_MANAGER"]), "there, and not done");
    let input = world.on_call(&people.property, &whistle, json!({ "reason": "物业已在外抢修" })).await;
    world.run(&people.secretary, "excuseCall", "call", input).await.unwrap();
    assert_eq!(close().await["missing"], json!(["CITY_MANAGEMENT"]));
    // Who is there and cannot do more is let go by the office, with a reason.
    let input = world.on_call(&people.city, &whistle, json!({ "reason": "现场已无占道" })).await;
    world.run(&people.street, "excuseCall", "call", input).await.unwrap();
    assert_eq!(close().await, Value::Null);
    assert_eq!(world.call(&people.city, &whistle).await.status, WhistleCallStatus::Excused);
}

#[tokio::test]
async fn the_clock_runs_at_night_and_tells_who_is_late() {
    let world = World::new().await;
    let people = &world.people;
    // 23:50 at the places served, on a Saturday.
    world.app.clock.stop_at("2026-03-07T15:50:00Z".parse().unwrap());
    let whistle = world.blow(&people.secretary, json!({})).await;
    let remind = async || scheduler::tick(&world.app).await.unwrap();
    assert_eq!(remind().await, 0);
    world.wait(TimeDelta::minutes(10));
    world.come(&people.police, &whistle).await;
    world.wait(TimeDelta::minutes(21));
    let overdue = json!({ "overdue": true });
    let list = "query($filter: WhistleFilter) { whistles(filter: $filter) { nodes { id } totalCount { value } } }";
    let found = async |filter: &Value| {
        world.data(&people.secretary, list, json!({ "filter": filter })).await["whistles"]["totalCount"]["value"].take()
    };
    assert_eq!((found(&overdue).await, found(&json!({ "overdue": false })).await), (json!(1), json!(0)));
    assert_eq!((remind().await, remind().await), (2, 0), "those who have not come are reminded of, once");
    world.come(&people.city, &whistle).await;
    let input = world.on_call(&people.property, &whistle, json!({ "reason": "另有急修" })).await;
    world.run(&people.secretary, "excuseCall", "call", input).await.unwrap();
    let seen = look(&world, &people.secretary, &whistle, CALLS).await;
    let told: Vec<_> =
        seen["calls"]["nodes"].as_array().unwrap().iter().map(|call| json!([call["status"], call["late"]])).collect();
    assert!(told.contains(&json!(["REPORTED_IN", false])) && told.contains(&json!(["REPORTED_IN", true])), "{told:?}");
    assert_eq!((found(&overdue).await, found(&json!({ "overdue": false })).await), (json!(0), json!(1)));
    world.wait(TimeDelta::days(99));
    assert_eq!(remind().await, 0);
}

#[tokio::test]
async fn a_further_party_can_be_called_while_it_is_open() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    world.answer_all(&whistle).await;
    let call = |kind| json!({ "whistle": whistle, "party": world.party(kind), "idempotencyKey": world.key() });
    let before = world.whistle_row(&whistle).await.revision;
    let lawyer = call(PartyKind::Lawyer);
    let first = world.run(&people.secretary, "callParty", "call", lawyer.clone()).await.unwrap();
    assert_eq!(world.run(&people.secretary, "callParty", "call", lawyer.clone()).await.unwrap(), first, "once");
    let other = with(lawyer, json!({ "party": world.party(PartyKind::Owner) }));
    assert_eq!(world.code(&people.secretary, "callParty", "call", other).await, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(world.code(&people.secretary, "callParty", "call", call(PartyKind::Lawyer)).await, "DUPLICATE");
    assert_eq!(world.whistle_row(&whistle).await.revision, before + 1);
    let late = world.call(&people.lawyer, &whistle).await;
    assert_eq!(late.due_at, late.called_at + TimeDelta::minutes(30), "its clock starts when it is called");
    // One that was done can be called again.
    world.run(&people.secretary, "callParty", "call", call(PartyKind::Police)).await.unwrap();
    assert_eq!(world.calls(&whistle).await.len(), 5);
    let input = world.on_whistle(&whistle, json!({})).await;
    assert_eq!(world.code(&people.secretary, "closeWhistle", "whistle", input).await, "PARTIES_AWAITED");
    for viewer in [&people.lawyer, &people.police] {
        world.come(viewer, &whistle).await;
        world.do_part(viewer, &whistle).await;
    }
    let input = world.on_whistle(&whistle, json!({})).await;
    world.run(&people.secretary, "closeWhistle", "whistle", input).await.unwrap();
    assert_eq!(world.code(&people.secretary, "callParty", "call", call(PartyKind::Owner)).await, "INVALID_TRANSITION");
}

#[tokio::test]
async fn a_whistle_is_cancelled_only_before_anyone_came() {
    let world = World::new().await;
    let people = &world.people;
    let mistake = world.blow(&people.grid_worker, json!({})).await;
    let cancel = async |whistle: &str| world.on_whistle(whistle, json!({ "reason": "误报" })).await;
    let without_reason = with(cancel(&mistake).await, json!({ "reason": " " }));
    assert_eq!(world.code(&people.grid_worker, "cancelWhistle", "whistle", without_reason).await, "REQUIRED");
    let stale = with(cancel(&mistake).await, json!({ "expectedRevision": "stale" }));
    assert_eq!(world.code(&people.grid_worker, "cancelWhistle", "whistle", stale).await, "REVISION_CONFLICT");
    // A colleague in the grid neither blew it nor decides on it.
    let colleague = world.colleague(&people.grid_worker).await;
    assert_eq!(world.code(&colleague, "cancelWhistle", "whistle", cancel(&mistake).await).await, "FORBIDDEN");
    let input = cancel(&mistake).await;
    world.run(&people.grid_worker, "cancelWhistle", "whistle", input).await.unwrap();
    assert!(world.calls(&mistake).await.iter().all(|call| call.status == WhistleCallStatus::Cancelled));
    let input = world.on_call(&people.police, &mistake, json!({ "place": "门口" })).await;
    let refused = world.run(&people.police, "reportIn", "call", input).await.unwrap_err();
    assert_eq!(
        (&refused["code"], &refused["from"], &refused["allowed"]),
        (&json!("INVALID_TRANSITION"), &json!("CANCELLED"), &json!([]))
    );
    let seen = look(&world, &people.police, &mistake, "reason open").await;
    assert_eq!(seen, json!({ "reason": "误报", "open": false }));

    let whistle = world.blow(&people.secretary, json!({})).await;
    world.come(&people.police, &whistle).await;
    let refused = world.run(&people.secretary, "cancelWhistle", "whistle", cancel(&whistle).await).await.unwrap_err();
    assert_eq!((&refused["code"], &refused["from"]), (&json!("INVALID_TRANSITION"), &json!("RESPONDING")));
    assert_eq!(refused["allowed"], json!(["callParty", "excuseCall"]));
}

#[tokio::test]
async fn who_reports_in_says_where_and_may_give_a_position() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    let input = world.on_call(&people.police, &whistle, json!({ "place": "1幢门口" })).await;
    let position = |latitude: i64, longitude: i64| json!({ "position": { "latitudeMicrodegrees": latitude, "longitudeMicrodegrees": longitude } });
    for (more, code) in [
        (json!({ "place": "  " }), "REQUIRED"),
        (json!({ "place": "门".repeat(201) }), "TOO_LONG"),
        (json!({ "place": "1幢2单元301室" }), "PERSONAL_DATA_IN_TEXT"),
        (json!({ "expectedRevision": "stale" }), "REVISION_CONFLICT"),
        (position(90_000_001, 0), "OUT_OF_RANGE"),
        (position(0, -180_000_001), "OUT_OF_RANGE"),
    ] {
        let input = with(input.clone(), more);
        assert_eq!(world.code(&people.police, "reportIn", "call", input.clone()).await, code, "{input}");
    }
    world
        .run(&people.police, "reportIn", "call", with(input.clone(), position(32_012_345, 119_456_789)))
        .await
        .unwrap();
    let again = world.on_call(&people.police, &whistle, json!({ "place": "1幢门口" })).await;
    let refused = world.run(&people.police, "reportIn", "call", again).await.unwrap_err();
    assert_eq!(refused["code"], "INVALID_TRANSITION");
    assert_eq!(refused["allowed"], json!(["recordWhistleDone"]));
    let fields = "calls(first: 1) { nodes { latitudeMicrodegrees longitudeMicrodegrees reportedInBy { name } } }";
    for (viewer, near, name) in [
        (&people.police, true, true),
        (&people.secretary, true, true),
        (&people.street, true, true),
        (&people.grid_worker, true, false),
        (&people.supervisor, false, false),
        (&people.city, false, false),
    ] {
        let seen = look(&world, viewer, &whistle, fields).await;
        let call = &seen["calls"]["nodes"][0];
        assert_eq!(call["latitudeMicrodegrees"] == 32_012_345, near, "{:?} {call}", viewer.role);
        assert_eq!(call["longitudeMicrodegrees"].is_null(), !near, "{:?} {call}", viewer.role);
        assert_eq!(call["reportedInBy"].is_null(), !name, "{:?} {call}", viewer.role);
    }
    let data = event::Entity::find().filter(event::Column::Kind.eq("whistle.reportedIn")).one(&world.app.db).await;
    let data = data.unwrap().unwrap().data.to_string();
    assert!(!data.contains("32012345") && !data.contains("门口"), "{data}");
}

#[tokio::test]
async fn notes_and_reasons_are_shared_texts() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    world.come(&people.police, &whistle).await;
    let note = |text: &str| json!({ "note": text });
    for (text, code) in [("", "REQUIRED"), ("请致电13812341234", "PERSONAL_DATA_IN_TEXT")] {
        let input = world.on_call(&people.police, &whistle, note(text)).await;
        assert_eq!(world.code(&people.police, "recordWhistleDone", "call", input).await, code);
    }
    let early = world.on_call(&people.city, &whistle, note("已办")).await;
    let refused = world.run(&people.city, "recordWhistleDone", "call", early).await.unwrap_err();
    assert_eq!((&refused["code"], &refused["allowed"]), (&json!("INVALID_TRANSITION"), &json!(["reportIn"])));
    for (text, code) in [("", "REQUIRED"), ("请致电13812341234", "PERSONAL_DATA_IN_TEXT")] {
        let input = world.on_call(&people.city, &whistle, json!({ "reason": text })).await;
        assert_eq!(world.code(&people.secretary, "excuseCall", "call", input).await, code);
    }
    let stale = with(
        world.on_call(&people.city, &whistle, json!({ "reason": "不需" })).await,
        json!({ "expectedRevision": "x" }),
    );
    assert_eq!(world.code(&people.secretary, "excuseCall", "call", stale).await, "REVISION_CONFLICT");
}

#[tokio::test]
async fn nobody_excuses_an_organisation_of_its_own() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    // The secretary sat with the city management until ten months ago.
    world.also(&people.secretary, &people.city, Some(noon().date_naive() - TimeDelta::days(300))).await;
    let input = world.on_call(&people.city, &whistle, json!({ "reason": "不需到场" })).await;
    assert_eq!(world.code(&people.secretary, "excuseCall", "call", input.clone()).await, "FORBIDDEN");
    world.run(&people.street, "excuseCall", "call", input).await.unwrap();
    let again = world.on_call(&people.city, &whistle, json!({ "reason": "不需到场" })).await;
    assert_eq!(world.code(&people.street, "excuseCall", "call", again).await, "INVALID_TRANSITION");
}

#[tokio::test]
async fn it_is_told_in_the_timeline_of_its_problem() {
    let world = World::new().await;
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    let input = without(with(world.alarm(), json!({ "problem": problem })), "building");
    let whistle = world.run(&people.secretary, "raiseWhistle", "whistle", input).await.unwrap();
    let row = world.whistle_row(&whistle).await;
    assert_eq!(row.building_id, Some(world.building), "where its problem is");
    assert_eq!(row.problem_id, parse(&problem, prefix::PROBLEM));
    world.come(&people.city, &whistle).await;
    let input = world.on_call(&people.police, &whistle, json!({ "reason": "无需警力" })).await;
    world.run(&people.secretary, "excuseCall", "call", input).await.unwrap();
    for (viewer, told) in [
        (&people.secretary, &["whistle.raised", "whistle.reportedIn", "whistle.excused"][..]),
        (&people.grid_worker, &["whistle.raised", "whistle.reportedIn", "whistle.excused"]),
        (&people.property, &["whistle.raised", "whistle.reportedIn", "whistle.excused"]),
        (&people.resident, &["whistle.raised", "whistle.reportedIn", "whistle.excused"]),
    ] {
        let seen = see(&world, viewer, &problem, "timeline { nodes { type } }").await;
        let types: Vec<_> =
            seen["timeline"]["nodes"].as_array().unwrap().iter().filter_map(|entry| entry["type"].as_str()).collect();
        let types: Vec<_> = types.into_iter().filter(|kind| kind.starts_with("whistle.")).collect();
        assert_eq!(types, told, "{:?}", viewer.role);
    }
    let seen = see(&world, &people.property, &problem, "whistles { nodes { id } }").await;
    assert_eq!(seen["whistles"]["nodes"][0]["id"], json!(whistle));
    // The police have no task on it: they are called all the same, and do not see what for but in the summary.
    let seen = look(&world, &people.police, &whistle, "summary problem { id } calls { nodes { id } }").await;
    assert_eq!((&seen["problem"], seen["calls"]["nodes"].as_array().unwrap().len()), (&Value::Null, 3));
    assert_eq!(look(&world, &people.city, &whistle, "problem { id }").await["problem"]["id"], json!(problem));
    assert_eq!(id(prefix::WHISTLE, row.id), whistle);
}

#[tokio::test]
async fn the_doctor_proves_the_texts_of_a_whistle_without_a_problem() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    world.answer_all(&whistle).await;
    let other = world.blow(&people.secretary, json!({})).await;
    let input = world.on_call(&people.police, &other, json!({ "reason": "不需" })).await;
    world.run(&people.secretary, "excuseCall", "call", input).await.unwrap();
    let input = world.on_whistle(&other, json!({ "reason": "误报" })).await;
    world.run(&people.secretary, "cancelWhistle", "whistle", input).await.unwrap();
    let db = &world.app.db;
    assert!(crate::doctor::examine(db).await.unwrap().breaks.is_empty());
    for (table, column) in [
        ("whistle", "summary"),
        ("whistle", "place"),
        ("whistle", "reason"),
        ("whistle_call", "place"),
        ("whistle_call", "note"),
        ("whistle_call", "reason"),
    ] {
        let change = |from: &str, to: &str| {
            format!("UPDATE {table} SET {column} = REPLACE({column}, '{from}', '{to}') WHERE {column} IS NOT NULL")
        };
        let (there, back) = match column {
            "reason" if table == "whistle" => (change("误报", "错报"), change("错报", "误报")),
            "reason" => (change("不需", "免"), change("免", "不需")),
            "note" => (change("已清理", "未清理"), change("未清理", "已清理")),
            "summary" => (change("起火", "冒烟"), change("冒烟", "起火")),
            _ => (change("门口", "门外"), change("门外", "门口")),
        };
        db.execute_unprepared(&there).await.unwrap();
        let found = crate::doctor::examine(db).await.unwrap().breaks;
        let wrong: Vec<_> = found.into_iter().map(|found| found.wrong).collect();
        assert_eq!(wrong, [crate::doctor::Wrong::Text], "{table}.{column}");
        db.execute_unprepared(&back).await.unwrap();
    }
    assert!(crate::doctor::examine(db).await.unwrap().breaks.is_empty());
}

#[tokio::test]
async fn it_is_not_closed_while_another_is_called() {
    let world = World::new().await;
    let people = &world.people;
    for _ in 0..5 {
        let whistle = world.blow(&people.secretary, json!({})).await;
        world.answer_all(&whistle).await;
        let close = world.on_whistle(&whistle, json!({})).await;
        let party = world.party(PartyKind::Lawyer);
        let further = json!({ "whistle": whistle, "party": party, "idempotencyKey": world.key() });
        let (closed, called) = tokio::join!(
            world.run(&people.secretary, "closeWhistle", "whistle", close),
            world.run(&people.street, "callParty", "call", further),
        );
        let code = |done: Result<String, Value>| done.err().map(|error| error["code"].as_str().unwrap().to_owned());
        match (code(closed).as_deref(), code(called).as_deref()) {
            (None, Some("INVALID_TRANSITION")) | (Some("PARTIES_AWAITED"), None) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn parties_that_report_in_at_once_do_not_hinder_each_other() {
    let world = World::new().await;
    let people = &world.people;
    let whistle = world.blow(&people.secretary, json!({})).await;
    let place = json!({ "place": "1幢门口" });
    let police = world.on_call(&people.police, &whistle, place.clone()).await;
    let city = world.on_call(&people.city, &whistle, place).await;
    let (one, other) = tokio::join!(
        world.run(&people.police, "reportIn", "call", police),
        world.run(&people.city, "reportIn", "call", city),
    );
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    assert_eq!(world.whistle_row(&whistle).await.status, WhistleStatus::Responding);
}
