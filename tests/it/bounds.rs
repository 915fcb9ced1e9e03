//! What a request may ask for at most, and what it cannot learn or do twice by asking cleverly.

use serde_json::{Value, json};

use crate::support::Told;

both! {
    async fn an_order_names_a_field_once(db: Backing) {
        let told = Told::on(db).await;
        let twice: Vec<Value> = ["ASC", "DESC"].map(|direction| json!({ "field": "CODE", "direction": direction })).into();
        let document = "query($by: [RegionOrder!]) { regions(orderBy: $by) { nodes { code } } }";
        let reply = told.ask("POLICE", document, json!({ "by": twice })).await;
        assert_eq!(reply.refusal(), "VALIDATION_FAILED");
        let many = vec![json!({ "field": "CODE" }); 101];
        assert_eq!(told.ask("POLICE", document, json!({ "by": many })).await.refusal(), "BAD_VARIABLE");
    }

    async fn a_cursor_tells_nothing_and_an_order_by_what_is_hidden_does_not_exist(db: Backing) {
        let told = Told::on(db).await;
        let document = "{ problems(first: 2) { edges { cursor } pageInfo { endCursor } } }";
        let data = told.data("RESIDENT", document).await;
        let cursor = data["problems"]["pageInfo"]["endCursor"].as_str().unwrap();
        let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, cursor).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("2026"), "the cursor can be read");
        let by_due = "{ problems(orderBy: [{ field: DUE_AT }]) { nodes { dueAt } } }";
        assert_eq!(told.ask("RESIDENT", by_due, json!({})).await.refusal(), "VALIDATION_FAILED");
        let data = told.data("SECRETARY", by_due).await;
        let due: Vec<_> = data["problems"]["nodes"].as_array().unwrap().iter().map(|one| one["dueAt"].as_str()).collect();
        let given: Vec<_> = due.iter().flatten().collect();
        assert!(given.is_sorted() && due[given.len()..].iter().all(Option::is_none), "soonest first, then none: {due:?}");
    }

    async fn a_key_takes_effect_once_however_many_ask_at_once(db: Backing) {
        let told = Told::on(db).await;
        let document = "mutation($input: ReportProblemInput!) { reportProblem(input: $input) { problem { id } userErrors { code } } }";
        let input = json!({ "input": {
            "communityCode": "321181402001", "place": "南门", "report": "路灯坏了", "idempotencyKey": "at once", "acceptedNotice": "2026-11",
        } });
        let asks = (0..6).map(|_| told.ask("RESIDENT", document, input.clone()));
        let mut ids = vec![];
        for reply in futures_util::future::join_all(asks).await {
            ids.push(reply.data()["reportProblem"]["problem"]["id"].as_str().unwrap_or_else(|| panic!("{reply:?}")).to_owned());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "{ids:?}");
        let other = json!({ "input": {
            "communityCode": "321181402001", "place": "北门", "report": "路灯坏了", "idempotencyKey": "at once", "acceptedNotice": "2026-11",
        } });
        let reply = told.ask("RESIDENT", document, other).await;
        assert_eq!(reply.data()["reportProblem"]["userErrors"][0]["code"], "IDEMPOTENCY_KEY_REUSED");
    }

    async fn values_that_are_no_rows_count_too(db: Backing) {
        let told = Told::on(db).await;
        let statistics: Vec<_> = (0..5)
            .map(|nth| format!("a{nth}: problemStatistics(region: \"321181402001\", period: {{ year: 2026 }}) {{ solved }}"))
            .collect();
        let reply = told.ask("SECRETARY", &format!("{{ {} }}", statistics.join(" ")), json!({})).await;
        assert_eq!(reply.refusal(), "STATEMENT_LIMIT");
    }

    async fn who_comes_back_too_soon_is_told_when(db: Backing) {
        let told = Told::on(db).await;
        let document = "mutation($u: String!) { signIn(input: { username: $u, password: \"wrong\" }) { userErrors { code } } }";
        for nth in 0..80 {
            let reply = told.server.ask(None, document, json!({ "u": format!("nobody{nth}") })).await;
            if reply.status == 429 {
                let seconds: u64 = reply.header("retry-after").unwrap().parse().unwrap();
                assert_eq!(reply.body["errors"][0]["extensions"]["retryAfterMs"], seconds * 1000);
                let message = reply.body["errors"][0]["message"].as_str().unwrap();
                assert!(message.contains(&seconds.to_string()), "{message}");
                return;
            }
        }
        panic!("nobody was told to come back later");
    }
}
