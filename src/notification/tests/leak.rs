//! No notification, inbox row or delivered text says what a problem is about, where it is, or who reported it.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use entity::notification;
use futures_util::future::BoxFuture;
use sea_orm::EntityTrait;
use serde_json::json;

use crate::notification::adapter::{Adapter, Message, Undelivered};
use crate::notification::service::deliver::system_deliver;
use crate::problem::tests::world::{World, with};
use crate::scheduler;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Message>>>);

impl Adapter for Kept {
    fn name(&self) -> &'static str {
        "kept"
    }
    fn deliver<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), Undelivered>> {
        self.0.lock().unwrap().push(message.clone());
        Box::pin(std::future::ready(Ok(())))
    }
}

const SECRETS: [&str; 12] = [
    "王小明",
    "13812341234",
    "301室",
    "电梯",
    "振兴花园",
    "1幢",
    "修复",
    "曳引机",
    "楼道起火",
    "Reporter",
    "不属本单位",
    "测试",
];

#[tokio::test]
async fn number_verb_and_time_are_all_that_is_said() {
    let kept = Kept::default();
    let mut world = World::new().await;
    world.app.config.quiet_hours = None;
    world.app.adapter = Box::new(kept.clone());
    let people = world.people.clone();
    let titled = json!({ "title": "电梯久停未修" });
    for confidential in [false, true] {
        let input = with(
            world.complaint(),
            json!({ "confidential": confidential, "concerns": [], "reporterName": "王小明", "reporterPhone": "13812341234" }),
        );
        let problem = match world.run(&people.resident, "reportProblem", "problem", input.clone()).await {
            Ok(problem) => problem,
            Err(_) => {
                let mut input = input;
                input
                    .as_object_mut()
                    .unwrap()
                    .retain(|name, _| !["reporterName", "reporterPhone"].contains(&name.as_str()));
                world.run(&people.resident, "reportProblem", "problem", input).await.unwrap()
            }
        };
        let input = with(world.acceptance(&problem).await, titled.clone());
        world.run(&people.secretary, "acceptProblem", "problem", input).await.unwrap();
        let input = json!({
            "problem": problem, "expectedRevision": world.revision(&problem).await,
            "lead": { "party": world.party(entity::word::PartyKind::CityManagement), "instruction": "请修复电梯" },
        });
        world.run(&people.secretary, "dispatchProblem", "problem", input).await.unwrap();
        world.acknowledge(&people.city, &problem).await;
        let asked = json!({
            "task": world.task(&people.city, &problem).await, "expectedRevision": world.revision(&problem).await,
            "reason": "不属本单位职责",
        });
        let request = world.run(&people.city, "requestReturn", "request", asked).await.unwrap();
        let decided = json!({
            "request": request, "expectedRevision": world.revision(&problem).await, "approve": false, "reason": "修复为先",
        });
        world.run(&people.secretary, "decideReturn", "request", decided).await.unwrap();
        world.record(&people.city, &problem).await;
    }
    world.whistle().await;
    world.tell().await;
    system_deliver(&world.app).await.unwrap();
    let mut said = vec![];
    for viewer in everyone(&world) {
        said.extend(world.inbox(viewer).await.iter().map(ToString::to_string));
        said.extend(world.told(viewer).await.iter().map(ToString::to_string));
    }
    world.wait(TimeDelta::days(40));
    scheduler::tick(&world.app).await.unwrap();
    world.tell().await;
    system_deliver(&world.app).await.unwrap();
    for viewer in everyone(&world) {
        said.extend(world.told(viewer).await.iter().map(ToString::to_string));
    }
    said.extend(kept.0.lock().unwrap().iter().map(|message| format!("{message:?}")));
    let rows = notification::Entity::find().all(&world.app.db).await.unwrap();
    said.extend(rows.iter().map(|row| format!("{row:?}")));
    assert!(said.len() > 60, "{}", said.len());
    for text in &said {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

fn everyone(world: &World) -> Vec<&crate::policy::Viewer> {
    let p = &world.people;
    vec![
        &p.supervisor,
        &p.street,
        &p.secretary,
        &p.police,
        &p.city,
        &p.lawyer,
        &p.property,
        &p.other_property,
        &p.owner,
        &p.grid_worker,
        &p.other_grid_worker,
        &p.helper,
        &p.resident,
        &p.neighbour,
        &p.foreign,
    ]
}
