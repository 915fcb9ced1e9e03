//! Search through the door: who finds what, by which text, and what is like what.

mod found;
mod similar;

use serde_json::{Value, json};

use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, with};

/// Reports that are easily told apart, each with the words that the office writes at acceptance.
pub struct Told {
    pub report: &'static str,
    pub summary: &'static str,
    pub public: Option<&'static str>,
}

/// A broken lamp that everyone may read of, a flying cable for the parties alone, and a broken brick that nobody accepted.
pub const LAMP: Told =
    Told {
        report: "晚上漆黑一片，路灯坏了三天", summary: "北门照明设施损坏", public: Some("北门照明正在修复")
    };
pub const CABLE: Told = Told {
    report: "有人从楼上拉线给电瓶车充电", summary: "飞线充电，存在火灾隐患", public: None
};

/// Reports as a resident does, in the grid of the world's building.
pub async fn report(world: &World, viewer: &Viewer, words: &str) -> String {
    let input =
        json!({ "building": id(prefix::BUILDING, world.building), "report": words, "idempotencyKey": world.key() });
    world.run(viewer, "reportProblem", "problem", input).await.unwrap()
}

/// Reports and accepts.
pub async fn accepted(world: &World, told: &Told) -> String {
    let problem = report(world, &world.people.resident, told.report).await;
    let texts = json!({ "title": "待处理", "summary": told.summary, "publicSummary": told.public });
    let input = with(world.acceptance(&problem).await, texts);
    world.run(&world.people.secretary, "acceptProblem", "problem", input).await.unwrap();
    problem
}

/// The ids of the problems that a viewer finds by a text, and what is shown of each.
pub async fn find(world: &World, viewer: &Viewer, text: &str) -> Vec<(String, Option<String>)> {
    let query = "query($text: String!) { problems(first: 100, filter: { text: $text }) {
        nodes { id snippet(text: $text) { source parts { text hit } } } totalCount { value } } }";
    let data = world.data(viewer, query, json!({ "text": text })).await;
    let nodes = data["problems"]["nodes"].as_array().unwrap().clone();
    assert_eq!(data["problems"]["totalCount"]["value"], nodes.len());
    nodes.iter().map(|node| (node["id"].as_str().unwrap().to_owned(), shown(&node["snippet"]))).collect()
}

/// A snippet as one text: `REPORT …[路灯]坏了`.
fn shown(snippet: &Value) -> Option<String> {
    let part = |part: &Value| {
        let text = part["text"].as_str().unwrap();
        if part["hit"] == true { format!("[{text}]") } else { text.to_owned() }
    };
    let parts: String = snippet["parts"].as_array()?.iter().map(part).collect();
    Some(format!("{} {parts}", snippet["source"].as_str()?))
}

/// The ids alone.
pub async fn ids(world: &World, viewer: &Viewer, text: &str) -> Vec<String> {
    find(world, viewer, text).await.into_iter().map(|(id, _)| id).collect()
}
