//! The README's tour and the page's examples are true of the demo.

use serde_json::{Value, json};

use crate::support::Told;

/// The tour: role, document, answer.
fn tour(readme: &str) -> Vec<(String, String, Value)> {
    let mut stops = vec![];
    for part in readme.split("```graphql\n").skip(1) {
        let (document, rest) = part.split_once("```\n").unwrap();
        let before = &readme[..readme.find(part).unwrap()];
        let role = before.rsplit("As `").next().unwrap().split('`').next().unwrap();
        let answer = rest.strip_prefix("```json\n").unwrap().split("```").next().unwrap();
        stops.push((role.to_owned(), document.to_owned(), serde_json::from_str(answer).unwrap()));
    }
    stops
}

both! {
    async fn the_tour_is_answered_as_it_is_printed(db: Backing) {
        let told = Told::on(db).await;
        let stops = tour(include_str!("../../README.md"));
        assert_eq!(stops.len(), 6);
        for (role, document, answer) in stops {
            let body = json!({ "query": document }).to_string();
            let request = told.server.post(&body).bearer_auth(told.token(&role)).header("accept-language", "en");
            let reply: Value = serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
            assert_eq!(reply["data"], answer, "as {role}: {document}\n{reply:#}");
        }
    }

    async fn each_query_of_the_page_is_answered_to_the_secretary(db: Backing) {
        let told = Told::on(db).await;
        let examples = include_str!("../../web/src/examples.js");
        let queries: Vec<_> = examples.split("query: `").skip(1).map(|rest| rest.split('`').next().unwrap()).collect();
        assert!(queries.len() > 12, "{}", queries.len());
        for query in queries.into_iter().filter(|query| query.contains("\nquery ")) {
            let reply = told.ask("SECRETARY", query, json!({})).await;
            assert!(reply.body["errors"].is_null(), "{query}\n{:#}", reply.body);
        }
    }

    async fn the_example_problem_of_the_page_is_there(db: Backing) {
        let told = Told::on(db).await;
        let examples = include_str!("../../web/src/examples.js");
        let number = &examples[examples.find("ZXL-").unwrap()..][..16];
        let data = told.data("SECRETARY", &format!("{{ problem(number: \"{number}\") {{ title }} }}")).await;
        if data["problem"].is_null() {
            let there = told.data("SECRETARY", "{ problems(filter: { open: true, domain: { eq: PROPERTY_MANAGEMENT } }) { nodes { number title } } }").await;
            panic!("web/src/examples.js names {number}; name {there:#}");
        }
    }
}
