//! Through the door: GraphQL in, on a migrated database, with people in every role.

mod audience;
mod guest;
mod release;
mod subject;
mod visit;

use serde_json::{Value, json};

use crate::error::Language;
use crate::problem::tests::world::World;
use crate::read::door::Ask;

/// What an answer's refusal says: its code.
fn code(answer: &Result<String, Value>) -> &str {
    match answer {
        Ok(_) => "done",
        Err(error) => error["code"].as_str().or(error["extensions"]["code"].as_str()).unwrap_or("?"),
    }
}

/// Asks without a token, from an address.
async fn ask(world: &World, query: &str, variables: Value, from: Option<&str>) -> Value {
    let Value::Object(variables) = variables else { panic!("variables are an object") };
    let ask = Ask {
        query: query.into(),
        operation: None,
        variables,
        language: Language::En,
        address: from.map(|address| address.parse().unwrap()),
        queries_only: false,
    };
    serde_json::from_str(&world.door.answer(&world.app, None, ask, "test").await.body).unwrap()
}

/// The report that a mutation without a token answers, or its refusal.
async fn guest(world: &World, name: &str, input: Value) -> Result<Value, Value> {
    let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let query = format!(
        "mutation($input: {upper}Input!) {{ {name}(input: $input) {{
            report {{ number status reply reason publicSummary closedAt rated followed {{ status reply }} actions {{ mutation allowed reason }}
                requests {{ kind status content dueAt answeredAt answer refusal }} }}
            userErrors {{ __typename code message path ... on TransitionError {{ from allowed }} }} }} }}"
    );
    let answer = ask(world, &query, json!({ "input": input }), None).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    let payload = &answer["data"][name];
    match payload["userErrors"].get(0) {
        Some(error) => Err(error.clone()),
        None => Ok(payload["report"].clone()),
    }
}
