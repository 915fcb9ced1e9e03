//! Files over HTTP: staged, sent, attached, released, read, withdrawn, removed.

use std::io::Cursor;

use chrono::TimeDelta;
use image::{DynamicImage, ImageFormat, RgbImage};
use liufang::attachment::service::sweep::system_sweep;
use liufang::id::prefix;
use serde_json::{Value, json};

use crate::support::communities::{World, typed};

/// What a phone writes into a photo, and nobody may read.
const WHERE: &[u8] = b"GPSLatitude 31.9123 GPSLongitude 119.5123";

/// A JPEG with EXIF that says where it was taken.
fn photo() -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    DynamicImage::from(RgbImage::new(24, 16)).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    let jpeg = bytes.into_inner();
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0".to_vec();
    exif.extend(u32::try_from(WHERE.len()).unwrap().to_le_bytes());
    exif.extend(26_u32.to_le_bytes());
    exif.extend([0; 4]);
    exif.extend(WHERE);
    let mut sent = jpeg[..2].to_vec();
    sent.extend([0xFF, 0xE1]);
    sent.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    sent.extend(exif);
    sent.extend(&jpeg[2..]);
    sent
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A file that was announced: its upload and where to send it.
async fn stage(world: &mut World, who: &str, bytes: usize) -> (String, String) {
    let key = world.key();
    let document = "mutation($input: StageUploadInput!) { stageUpload(input: $input) { target { id url method expiresAt \
                    headers { name value } } userErrors { code message } } }";
    let input = json!({ "fileName": "王小明家301.jpg", "bytes": bytes, "idempotencyKey": key });
    let data = world.data(who, document, json!({ "input": input })).await;
    assert_eq!(data["stageUpload"]["userErrors"], json!([]), "{who}");
    let target = &data["stageUpload"]["target"];
    assert_eq!(target["method"], "PUT");
    (target["id"].as_str().unwrap().to_owned(), target["url"].as_str().unwrap().to_owned())
}

/// Sends bytes: the status and the code of a refusal.
async fn put(world: &World, url: &str, bytes: Vec<u8>) -> (u16, String) {
    answered(world.server.request("PUT", url).header("content-type", "text/html").body(bytes)).await
}

async fn answered(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.text().await.unwrap();
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    (status, body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned())
}

/// Sent and attached to a problem's report.
async fn attached(world: &mut World, who: &'static str, problem: &str) -> String {
    let sent = photo();
    let (upload, url) = stage(world, who, sent.len()).await;
    assert_eq!(put(world, &url, sent).await, (204, String::new()));
    let key = world.key();
    let input = json!({ "upload": upload, "problem": world.id(problem), "kind": "REPORT", "idempotencyKey": key });
    world.make_row(who, "attachToReport", input).await
}

const FIELDS: &str =
    "id kind status name fileName contentType bytes sha256 withdrawnAt link { url expiresAt } original { id }";

/// How many objects there are, where the world has a folder of its own for them.
fn objects(world: &World) -> Option<usize> {
    let file = world.app().config.database.url.strip_prefix("sqlite://")?.to_owned();
    let folders = std::fs::read_dir(std::path::Path::new(&file).with_extension("files")).unwrap();
    Some(folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count()).sum())
}

/// The files of a problem, as somebody sees them.
async fn files(world: &World, who: &str, problem: &str) -> Vec<Value> {
    let document = format!("query($id: ID!) {{ problem(id: $id) {{ attachments {{ nodes {{ {FIELDS} }} }} }} }}");
    let data = world.data(who, &document, json!({ "id": world.id(problem) })).await;
    data["problem"]["attachments"]["nodes"].as_array().cloned().unwrap_or_default()
}

fn link(file: &Value) -> String {
    file["link"]["url"].as_str().unwrap_or_else(|| panic!("{file}")).to_owned()
}

async fn status(world: &World, url: &str) -> u16 {
    world.server.get(url).send().await.unwrap().status().as_u16()
}

async fn refusal(world: &World, who: &str, mutation: &str, input: Value) -> Value {
    let upper = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation($input: {upper}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code message path \
         ... on TransitionError {{ from allowed }} }} }} }}"
    );
    let mut data = world.data(who, &document, json!({ "input": input })).await;
    data[mutation]["userErrors"][0].take()
}

both! {
    async fn a_photo_is_read_as_the_report_without_what_it_said_of_its_place(db: Backing) {
        let mut world = World::make(db, false).await;
        let id = attached(&mut world, "resident", "complaint").await;
        for who in ["resident", "secretary", "worker", "street"] {
            let seen = files(&world, who, "complaint").await;
            assert_eq!(seen.len(), 1, "{who}");
            assert_eq!((&seen[0]["id"], &seen[0]["name"], &seen[0]["contentType"]), (&json!(id), &json!("photo-1.jpg"), &json!("image/jpeg")));
            assert_eq!(seen[0]["fileName"], "王小明家301.jpg", "{who}");
            let answer = world.server.get(&link(&seen[0])).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{who}");
            for (name, value) in [
                ("content-type", "image/jpeg"),
                ("content-disposition", "inline; filename=\"photo-1.jpg\""),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("cache-control", "private, no-store"),
            ] {
                assert_eq!(answer.headers()[name], value, "{name}");
            }
            assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
            let body = answer.bytes().await.unwrap();
            assert!(image::load_from_memory_with_format(&body, ImageFormat::Jpeg).is_ok());
            assert!(!holds(&body, WHERE) && !holds(&body, b"Exif"));
            assert_eq!(seen[0]["bytes"], body.len());
        }
        // Not by those who work on it, are told of it, are complained of, or are strangers to it.
        for who in ["city", "property", "lawyer", "owner", "supervisor"] {
            assert_eq!(files(&world, who, "complaint").await, Vec::<Value>::new(), "{who}");
            let node = format!("query($id: ID!) {{ node(id: $id) {{ ... on Attachment {{ {FIELDS} }} }} }}");
            assert_eq!(world.data(who, &node, json!({ "id": id })).await["node"], Value::Null, "{who}");
        }
    }

    async fn parties_read_a_copy_once_it_is_released_and_until_it_is_withdrawn(db: Backing) {
        let mut world = World::make(db, false).await;
        let id = attached(&mut world, "resident", "complaint").await;
        let release = |key: String| json!({ "attachment": id, "idempotencyKey": key });
        for (who, code) in [("city", "NOT_FOUND"), ("foreign secretary", "NOT_FOUND")] {
            let input = release(world.key());
            if liufang::policy::Capability::TriageProblem.held(world.who(who).role(), liufang::policy::scopes_of(world.who(who).role())) {
                assert_eq!(refusal(&world, who, "releaseAttachment", input).await["code"], code, "{who}");
            }
        }
        let key = world.key();
        let copy = world.make_row("secretary", "releaseAttachment", release(key.clone())).await;
        // The same key gives the same copy; another finds it there.
        assert_eq!(world.make_row("secretary", "releaseAttachment", release(key)).await, copy);
        let key = world.key();
        assert_eq!(refusal(&world, "secretary", "releaseAttachment", release(key)).await["code"], "DUPLICATE");
        let again = json!({ "attachment": copy, "idempotencyKey": world.key() });
        let refused = refusal(&world, "secretary", "releaseAttachment", again).await;
        assert_eq!((&refused["code"], &refused["from"], &refused["allowed"]), (&json!("INVALID_TRANSITION"), &json!("RELEASED"), &json!(["withdrawAttachment"])));

        let mut links = vec![];
        for who in ["city", "property", "owner"] {
            let seen = files(&world, who, "complaint").await;
            assert_eq!(seen.len(), 1, "{who}");
            assert_eq!((&seen[0]["id"], &seen[0]["fileName"], &seen[0]["original"]), (&json!(copy), &Value::Null, &Value::Null), "{who}");
            assert!(!seen[0].to_string().contains("王小明"));
            assert_eq!(status(&world, &link(&seen[0])).await, 200, "{who}");
            links.push(link(&seen[0]));
        }
        // Who is only told of it reads no copy.
        assert_eq!(files(&world, "lawyer", "complaint").await, Vec::<Value>::new());
        let office = files(&world, "secretary", "complaint").await;
        assert_eq!(office[1]["original"]["id"], json!(id));

        let refused = refusal(&world, "city", "withdrawAttachment", json!({ "attachment": copy })).await;
        assert_eq!(refused["code"], "FORBIDDEN");
        world.act("secretary", "withdrawAttachment", json!({ "attachment": copy })).await;
        for (who, link) in ["city", "property", "owner"].into_iter().zip(links) {
            assert_eq!(files(&world, who, "complaint").await, Vec::<Value>::new(), "{who}");
            assert_eq!(status(&world, &link).await, 404, "{who}");
        }
        let refused = refusal(&world, "secretary", "withdrawAttachment", json!({ "attachment": copy })).await;
        assert_eq!((&refused["from"], &refused["allowed"]), (&json!("WITHDRAWN"), &json!([])));
        // The original stands, and another copy can be made.
        let key = world.key();
        assert_ne!(world.make_row("secretary", "releaseAttachment", release(key)).await, copy);
    }

    async fn a_disposition_s_files_are_read_as_its_content(db: Backing) {
        let mut world = World::make(db, false).await;
        let problem = world.id("public");
        let document = "query($id: ID!) { problem(id: $id) { dispositions { nodes { id } } } }";
        let data = world.data("property", document, json!({ "id": problem })).await;
        let disposition = data["problem"]["dispositions"]["nodes"][0]["id"].as_str().unwrap().to_owned();
        // As a form, from a client that cannot PUT.
        let sent = photo();
        let (upload, url) = stage(&mut world, "property", sent.len()).await;
        let part = reqwest::multipart::Part::bytes(sent).file_name("任意.png").mime_str("image/png").unwrap();
        let form = reqwest::multipart::Form::new().text("note", "x").part("file", part);
        assert_eq!(answered(world.server.request("POST", &url).multipart(form)).await.0, 204);
        let key = world.key();
        let input = json!({ "upload": upload, "disposition": disposition, "kind": "AFTER", "idempotencyKey": key });
        let foreign = with_key(&input, &world.key());
        assert_eq!(refusal(&world, "city", "attachToDisposition", foreign).await["code"], "NOT_FOUND");
        let id = world.make_row("property", "attachToDisposition", input).await;
        for who in ["property", "city", "secretary", "worker", "supervisor"] {
            let seen = files(&world, who, "public").await;
            assert_eq!(seen.len(), 1, "{who}");
            assert_eq!(status(&world, &link(&seen[0])).await, 200, "{who}");
        }
        // Its giver's name for it is not the parties'.
        assert_eq!(files(&world, "property", "public").await[0]["fileName"], Value::Null);
        for who in ["resident", "owner", "lawyer", "police"] {
            let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Attachment {{ {FIELDS} }} }} }}");
            assert_eq!(world.data(who, &document, json!({ "id": id })).await["node"], Value::Null, "{who}");
        }
        // What was recorded is evidence: its giver takes nothing back, the office may.
        let input = json!({ "attachment": id });
        assert_eq!(refusal(&world, "property", "withdrawAttachment", input.clone()).await["code"], "FORBIDDEN");
        world.act("secretary", "withdrawAttachment", input).await;
        assert_eq!(files(&world, "city", "public").await[0]["link"], Value::Null);
    }

    async fn a_link_counts_for_minutes_unchanged_and_for_its_purpose(db: Backing) {
        let mut world = World::make(db, false).await;
        attached(&mut world, "resident", "complaint").await;
        let url = link(&files(&world, "secretary", "complaint").await[0]);
        assert_eq!(status(&world, &url).await, 200);
        for place in [8, 20, 60, url.len() - 1] {
            let mut other = url.clone().into_bytes();
            other[place] = if other[place] == b'x' { b'y' } else { b'x' };
            assert_eq!(status(&world, &String::from_utf8(other).unwrap()).await, 404, "{place}");
        }
        assert_eq!(status(&world, "/files/nothing").await, 404);
        assert_eq!(put(&world, &url, photo()).await.0, 404);
        let (_, target) = stage(&mut world, "resident", 10).await;
        assert_eq!(status(&world, &target).await, 404);
        assert_eq!(world.server.request("DELETE", &url).send().await.unwrap().status(), 405);
        let figures = world.server.get("/metrics").send().await.unwrap().text().await.unwrap();
        assert!(figures.contains("route=\"/files/{token}\""), "{figures}");
        assert!(!figures.contains(url.rsplit('/').next().unwrap()));
        world.wait(TimeDelta::minutes(5));
        assert_eq!(status(&world, &url).await, 404);
        world.wait(TimeDelta::minutes(15));
        assert_eq!(put(&world, &target, vec![0; 10]).await.0, 404);
    }

    async fn a_link_ends_with_the_post_it_came_from(db: Backing) {
        let mut world = World::make(db, false).await;
        attached(&mut world, "resident", "complaint").await;
        let url = link(&files(&world, "worker", "complaint").await[0]);
        let own = link(&files(&world, "resident", "complaint").await[0]);
        assert_eq!((status(&world, &url).await, status(&world, &own).await), (200, 200));
        let post = typed(prefix::APPOINTMENT, world.who("resident").post.id);
        let revision = world.revision("secretary", &post).await;
        let input = json!({ "appointment": post, "expectedRevision": revision });
        world.act("secretary", "endAppointment", input).await;
        assert_eq!((status(&world, &url).await, status(&world, &own).await), (200, 404));
    }

    async fn what_is_sent_must_be_what_was_announced_and_may_be_kept(db: Backing) {
        let mut world = World::make(db, false).await;
        let sent = photo();
        let (upload, url) = stage(&mut world, "resident", sent.len()).await;
        let key = world.key();
        let input = json!({ "upload": upload, "problem": world.id("complaint"), "kind": "REPORT", "idempotencyKey": key });
        assert_eq!(refusal(&world, "resident", "attachToReport", input.clone()).await["code"], "INVALID_VALUE");
        assert_eq!(put(&world, &url, sent[..sent.len() - 1].to_vec()).await, (400, "BAD_REQUEST".into()));
        assert_eq!(put(&world, &url, [&sent[..], b"x"].concat()).await, (413, "BODY_TOO_LARGE".into()));
        assert_eq!(put(&world, &url, vec![b'a'; sent.len()]).await, (415, "UNSUPPORTED_MEDIA_TYPE".into()));
        let mut broken = sent.clone();
        broken.truncate(sent.len() / 2);
        broken.resize(sent.len(), 0);
        assert_eq!(put(&world, &url, broken).await, (400, "BAD_REQUEST".into()));
        let text = world.server.request("POST", &url).header("content-type", "application/x-www-form-urlencoded").body("a=b");
        assert_eq!(answered(text).await, (415, "UNSUPPORTED_MEDIA_TYPE".into()));
        // Sent twice, because the first answer was lost; attached once, by whom it belongs to.
        assert_eq!(put(&world, &url, sent.clone()).await.0, 204);
        assert_eq!(put(&world, &url, sent.clone()).await.0, 204);
        let foreign = with_key(&input, &world.key());
        assert_eq!(refusal(&world, "worker", "attachToReport", foreign).await["code"], "NOT_FOUND");
        // Who reads a report is not its author.
        let other = photo();
        let (others, elsewhere) = stage(&mut world, "worker", other.len()).await;
        assert_eq!(put(&world, &elsewhere, other).await.0, 204);
        let key = world.key();
        let foreign = json!({ "upload": others, "problem": world.id("complaint"), "kind": "REPORT", "idempotencyKey": key });
        assert_eq!(refusal(&world, "worker", "attachToReport", foreign).await["code"], "FORBIDDEN");
        world.act("resident", "attachToReport", input.clone()).await;
        let again = with_key(&input, &world.key());
        assert_eq!(refusal(&world, "resident", "attachToReport", again).await["code"], "NOT_FOUND");
        assert_eq!(put(&world, &url, sent).await.0, 404);
        let document = "mutation($input: StageUploadInput!) { stageUpload(input: $input) { userErrors { code } } }";
        let large = json!({ "bytes": 20 * 1024 * 1024 + 1, "idempotencyKey": world.key() });
        let data = world.data("resident", document, json!({ "input": large })).await;
        assert_eq!(data["stageUpload"]["userErrors"][0]["code"], "OUT_OF_RANGE");
    }

    async fn what_is_not_attached_or_is_withdrawn_is_removed(db: Backing) {
        let mut world = World::make(db, false).await;
        let sent = photo();
        let kept = attached(&mut world, "resident", "complaint").await;
        let (_, url) = stage(&mut world, "resident", sent.len()).await;
        assert_eq!(put(&world, &url, sent.clone()).await.0, 204);
        assert_eq!(put(&world, &url, sent).await.0, 204);
        // What the stories have withdrawn, and what they never attached.
        assert!(system_sweep(world.app()).await.unwrap() >= 1);
        assert_eq!(system_sweep(world.app()).await.unwrap(), 0);
        let kept_before = objects(&world);
        world.wait(TimeDelta::hours(25));
        assert!(system_sweep(world.app()).await.unwrap() >= 2);
        assert_eq!(kept_before.map(|before| before - 2), objects(&world), "what was sent twice and not attached is gone");
        assert_eq!(system_sweep(world.app()).await.unwrap(), 0);
        // What was attached is still there.
        let seen = files(&world, "resident", "complaint").await;
        assert_eq!(status(&world, &link(&seen[0])).await, 200);
        let key = world.key();
        world.make_row("secretary", "releaseAttachment", json!({ "attachment": kept, "idempotencyKey": key })).await;
        let refused = refusal(&world, "secretary", "withdrawAttachment", json!({ "attachment": kept })).await;
        assert_eq!((&refused["code"], &refused["allowed"]), (&json!("INVALID_TRANSITION"), &json!(["releaseAttachment"])));
        let copy = link(&files(&world, "city", "complaint").await[0]);
        // Withdrawn by who attached it, and the copy with it.
        world.act("resident", "withdrawAttachment", json!({ "attachment": kept })).await;
        assert_eq!(status(&world, &copy).await, 404);
        assert_eq!(files(&world, "city", "complaint").await, Vec::<Value>::new());
        assert_eq!(system_sweep(world.app()).await.unwrap(), 1);
        let seen = files(&world, "resident", "complaint").await;
        assert_eq!((&seen[0]["status"], &seen[0]["link"], &seen[0]["fileName"]), (&json!("WITHDRAWN"), &Value::Null, &Value::Null));
    }
}

fn with_key(input: &Value, key: &str) -> Value {
    crate::support::communities::with(input.clone(), json!({ "idempotencyKey": key }))
}
