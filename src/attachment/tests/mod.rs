//! Every state of a file, every command, everybody; and what else is refused.

use chrono::TimeDelta;
use entity::upload;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::clean::Cleaned;
use super::service::stage;
use crate::error::Result;
use crate::id::{parse, prefix};
use crate::policy::Viewer;
use crate::problem::tests::world::{World, see};

const BYTES: &[u8] = b"what was cleaned";

/// A file that was sent.
async fn sent(world: &World, viewer: &Viewer) -> String {
    let input = json!({ "bytes": BYTES.len(), "fileName": "王小明.jpg", "idempotencyKey": world.key() });
    let upload = world.run(viewer, "stageUpload", "target", input).await.unwrap();
    receive(world, viewer, &upload).await.unwrap();
    upload
}

async fn receive(world: &World, viewer: &Viewer, upload: &str) -> Result<()> {
    let id = parse(upload, prefix::UPLOAD).unwrap();
    let awaited = stage::awaited(&world.app, viewer, id).await?.unwrap();
    let file = Cleaned { kind: entity::word::FileType::Jpeg, bytes: BYTES.into() };
    stage::receive(&world.app, viewer, &awaited, file).await
}

async fn on_report(world: &World, viewer: &Viewer, problem: &str) -> Value {
    let upload = sent(world, viewer).await;
    json!({ "upload": upload, "problem": problem, "kind": "REPORT", "idempotencyKey": world.key() })
}

async fn attach(world: &World, viewer: &Viewer, problem: &str) -> String {
    let input = on_report(world, viewer, problem).await;
    world.run(viewer, "attachToReport", "attachment", input).await.unwrap()
}

async fn release(world: &World, file: &str) -> String {
    let input = json!({ "attachment": file, "idempotencyKey": world.key() });
    world.run(&world.people.secretary, "releaseAttachment", "attachment", input).await.unwrap()
}

/// A problem in progress, a disposition on it, and the disposition's file.
async fn worked_on(world: &World) -> (String, String, String) {
    let people = &world.people;
    let problem = world.report(&people.resident).await;
    world.accept(&problem).await;
    world.dispatch(&problem).await;
    world.acknowledge(&people.city, &problem).await;
    let disposition = world.record(&people.city, &problem).await;
    let file = attach_act(world, &disposition).await;
    (problem, disposition, file)
}

async fn attach_act(world: &World, disposition: &str) -> String {
    let upload = sent(world, &world.people.city).await;
    let input = json!({ "upload": upload, "disposition": disposition, "kind": "AFTER", "idempotencyKey": world.key() });
    world.run(&world.people.city, "attachToDisposition", "attachment", input).await.unwrap()
}

/// Everybody, with who they are.
fn everybody(world: &World) -> Vec<(&'static str, Viewer)> {
    let people = world.people.clone();
    vec![
        ("supervisor", people.supervisor),
        ("street", people.street),
        ("secretary", people.secretary),
        ("police", people.police),
        ("city", people.city),
        ("lawyer", people.lawyer),
        ("property", people.property),
        ("other property", people.other_property),
        ("owner", people.owner),
        ("grid worker", people.grid_worker),
        ("other grid worker", people.other_grid_worker),
        ("helper", people.helper),
        ("resident", people.resident),
        ("neighbour", people.neighbour),
        ("foreign", people.foreign),
    ]
}

/// In what state a file is, of what, who sees it, who may release it, who may withdraw it.
struct Line {
    state: &'static str,
    seen: &'static [&'static str],
    release: &'static [&'static str],
    withdraw: &'static [&'static str],
}

const REPORT: &[&str] = &["street", "secretary", "grid worker", "resident"];
const OFFICE: &[&str] = &["street", "secretary"];
/// Who works on the problem or stands above, beside those who read the report.
const COPY: &[&str] = &["street", "secretary", "grid worker", "resident", "supervisor", "city", "property"];
const WORK: &[&str] = &["street", "secretary", "grid worker", "supervisor", "city", "property"];

/// The whole of it, written from the rules and not from the table.
const LINES: [Line; 5] = [
    Line { state: "original", seen: REPORT, release: OFFICE, withdraw: &["resident"] },
    Line { state: "original, withdrawn", seen: REPORT, release: &[], withdraw: &[] },
    Line { state: "copy", seen: COPY, release: &[], withdraw: OFFICE },
    Line { state: "copy, withdrawn", seen: REPORT, release: &[], withdraw: &[] },
    Line { state: "of a disposition", seen: WORK, release: &[], withdraw: OFFICE },
];

/// Whether it is somebody's at another time: then the refusal says the state, and what can be done in it.
fn another_time(state: &str, command: &str, who: &str) -> bool {
    let office = OFFICE.contains(&who);
    match (state, command) {
        ("original" | "original, withdrawn", "releaseAttachment") => office,
        ("original" | "original, withdrawn" | "copy" | "copy, withdrawn", _) if office => true,
        ("original" | "original, withdrawn", _) => who == "resident",
        ("copy" | "copy, withdrawn", _) => false,
        (_, command) => office && command == "withdrawAttachment",
    }
}

async fn make(world: &World, state: &str, problem: &str, disposition: &str) -> String {
    let people = &world.people;
    if state == "of a disposition" {
        return attach_act(world, disposition).await;
    }
    let file = attach(world, &people.resident, problem).await;
    let withdraw = async |by: &Viewer, file: &str| {
        world.run(by, "withdrawAttachment", "attachment", json!({ "attachment": file })).await.unwrap();
    };
    match state {
        "original" => file,
        "original, withdrawn" => {
            withdraw(&people.resident, &file).await;
            file
        }
        state => {
            let copy = release(world, &file).await;
            if state == "copy, withdrawn" {
                withdraw(&people.secretary, &copy).await;
            }
            copy
        }
    }
}

#[tokio::test]
async fn each_state_command_and_person_is_as_the_rules_say() {
    let world = World::new().await;
    let (problem, disposition, _) = worked_on(&world).await;
    for line in LINES {
        let mut file = make(&world, line.state, &problem, &disposition).await;
        for (command, may) in [("releaseAttachment", line.release), ("withdrawAttachment", line.withdraw)] {
            for (who, viewer) in everybody(&world) {
                let told = format!("{} {command} by {who}", line.state);
                let mut input = json!({ "attachment": file });
                if command == "releaseAttachment" {
                    input["idempotencyKey"] = world.key().into();
                }
                let done = world.run(&viewer, command, "attachment", input).await;
                let Err(refusal) = done else {
                    assert!(may.contains(&who), "{told} took effect");
                    file = make(&world, line.state, &problem, &disposition).await;
                    continue;
                };
                assert!(!may.contains(&who), "{told}: {refusal}");
                let code = refusal["code"].as_str().or(refusal["extensions"]["code"].as_str()).unwrap();
                let schema =
                    command == "releaseAttachment" && !["supervisor", "street", "secretary", "foreign"].contains(&who);
                let expected = if schema {
                    "VALIDATION_FAILED"
                } else if !line.seen.contains(&who) {
                    "NOT_FOUND"
                } else if another_time(line.state, command, who) {
                    "INVALID_TRANSITION"
                } else {
                    "FORBIDDEN"
                };
                assert_eq!(code, expected, "{told}: {refusal}");
                if code == "INVALID_TRANSITION" {
                    let state = match line.state {
                        "copy" => "RELEASED",
                        state if state.ends_with("withdrawn") => "WITHDRAWN",
                        _ => "ATTACHED",
                    };
                    assert_eq!(refusal["from"], state, "{told}");
                    assert!(refusal["allowed"].is_array(), "{told}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_file_is_attached_by_the_author_of_its_parent_while_that_is_open() {
    let world = World::new().await;
    let people = &world.people;
    let (problem, disposition, _) = worked_on(&world).await;
    for (who, viewer) in everybody(&world) {
        let input = on_report(&world, &viewer, &problem).await;
        let code = world.code(&viewer, "attachToReport", "attachment", input).await;
        let reads = ["supervisor", "street", "secretary", "city", "lawyer", "property", "grid worker"].contains(&who);
        let expected = if reads { "FORBIDDEN" } else { "NOT_FOUND" };
        assert!(code == expected || who == "resident" && code.starts_with("done"), "{who}: {code}");
    }
    for (who, viewer) in everybody(&world) {
        let upload = sent(&world, &viewer).await;
        let input =
            json!({ "upload": upload, "disposition": disposition, "kind": "AFTER", "idempotencyKey": world.key() });
        let code = world.code(&viewer, "attachToDisposition", "attachment", input).await;
        let expected = match who {
            "supervisor" | "helper" | "resident" | "neighbour" => "VALIDATION_FAILED",
            "street" | "secretary" | "lawyer" | "property" | "grid worker" => "FORBIDDEN",
            _ => "NOT_FOUND",
        };
        assert!(code == expected || who == "city" && code.starts_with("done"), "{who}: {code}");
    }
    // Another's file is none; nor is one that has not arrived.
    let foreign = sent(&world, &people.neighbour).await;
    let input =
        |upload: &str| json!({ "upload": upload, "problem": problem, "kind": "REPORT", "idempotencyKey": world.key() });
    assert_eq!(world.code(&people.resident, "attachToReport", "attachment", input(&foreign)).await, "NOT_FOUND");
    let staged = json!({ "bytes": 5, "idempotencyKey": world.key() });
    let staged = world.run(&people.resident, "stageUpload", "target", staged).await.unwrap();
    assert_eq!(world.code(&people.resident, "attachToReport", "attachment", input(&staged)).await, "INVALID_VALUE");
    // An addition of another problem is none.
    let other = world.report(&people.resident).await;
    let added = json!({ "problem": other, "content": "又坏了", "idempotencyKey": world.key() });
    world.run(&people.resident, "addToReport", "addition", added).await.unwrap();
    let additions = see(&world, &people.resident, &other, "additions { nodes { id } }").await;
    let addition = &additions["additions"]["nodes"][0]["id"];
    let mut wrong = on_report(&world, &people.resident, &problem).await;
    wrong["addition"] = addition.clone();
    assert_eq!(world.code(&people.resident, "attachToReport", "attachment", wrong).await, "NOT_FOUND");
    let mut right = on_report(&world, &people.resident, &other).await;
    right["addition"] = addition.clone();
    world.run(&people.resident, "attachToReport", "attachment", right).await.unwrap();
    // Submitted, a task's record takes no more; closed, nor does the report.
    world.acknowledge(&people.property, &problem).await;
    world.record(&people.property, &problem).await;
    world.submit(&people.property, &problem).await;
    world.submit(&people.city, &problem).await;
    let upload = sent(&world, &people.city).await;
    let late = json!({ "upload": upload, "disposition": disposition, "kind": "AFTER", "idempotencyKey": world.key() });
    assert_eq!(world.code(&people.city, "attachToDisposition", "attachment", late).await, "INVALID_TRANSITION");
    let file = attach(&world, &people.resident, &problem).await;
    world.close(&people.secretary, &problem).await;
    let late = on_report(&world, &people.resident, &problem).await;
    assert_eq!(world.code(&people.resident, "attachToReport", "attachment", late).await, "INVALID_TRANSITION");
    let withdraw = json!({ "attachment": file });
    assert_eq!(world.code(&people.resident, "withdrawAttachment", "attachment", withdraw).await, "INVALID_TRANSITION");
}

#[tokio::test]
async fn there_is_room_for_so_many_files_and_no_more() {
    let world = World::new().await;
    let resident = &world.people.resident;
    let problem = world.report(resident).await;
    for _ in 0..20 {
        attach(&world, resident, &problem).await;
    }
    let input = on_report(&world, resident, &problem).await;
    assert_eq!(world.code(resident, "attachToReport", "attachment", input).await, "FORBIDDEN");
    let stage = || json!({ "bytes": 5, "idempotencyKey": world.key() });
    for _ in 1..30 {
        world.run(resident, "stageUpload", "target", stage()).await.unwrap();
    }
    assert_eq!(world.code(resident, "stageUpload", "target", stage()).await, "FORBIDDEN");
    // Their time passes, and others may be staged; none of the old can be sent or attached.
    world.wait(TimeDelta::hours(24));
    world.run(resident, "stageUpload", "target", stage()).await.unwrap();
    let old = upload::Entity::find().all(&world.app.db).await.unwrap();
    let old = old.iter().find(|row| row.attached_at.is_none() && row.received_at.is_none()).unwrap();
    assert!(stage::awaited(&world.app, resident, old.id).await.unwrap().is_none());
    for bytes in [0, -1, 20 * 1024 * 1024 + 1] {
        let input = json!({ "bytes": bytes, "idempotencyKey": world.key() });
        assert_eq!(world.code(resident, "stageUpload", "target", input).await, "OUT_OF_RANGE");
    }
}

#[tokio::test]
async fn the_record_of_a_file_holds_no_name_and_no_byte_of_it() {
    let world = World::new().await;
    let (problem, _, _) = worked_on(&world).await;
    let file = attach(&world, &world.people.resident, &problem).await;
    release(&world, &file).await;
    let events = entity::event::Entity::find().all(&world.app.db).await.unwrap();
    let told: Vec<_> = events.iter().filter(|row| row.subject == "attachment" || row.subject == "upload").collect();
    assert_eq!(told.len(), 2 + 1 + 2 + 1 + 1);
    for row in &told {
        let text = row.data.to_string();
        assert!(!text.contains("王小明") && !text.contains(".jpg"), "{text}");
        assert!(row.kind == "upload.staged" || row.data["contentHash"].is_string(), "{text}");
    }
    // Sealed where it lies, and the giver's name in its row.
    let rows = entity::attachment::Entity::find().all(&world.app.db).await.unwrap();
    let row = rows.iter().find(|row| row.original_id.is_none()).unwrap();
    assert!(!String::from_utf8_lossy(row.file_name.as_ref().unwrap()).contains("王小明"));
    let kept = world.app.files.open(&world.app.vault, row.object_key.as_ref().unwrap()).await.unwrap();
    assert_eq!(kept.as_deref(), Some(BYTES));
    let other = crate::vault::Vault::new(&[8; 32]);
    assert!(world.app.files.open(&other, row.object_key.as_ref().unwrap()).await.is_err());
}
