//! The demo holds the newsletter's facts, and each role sees of them what it may.

use serde_json::{Value, json};

use crate::support::{Backing, Told};

/// Counts what a list holds.
async fn count(told: &Told, who: &str, list: &str) -> i64 {
    let document = format!("{{ region(code: \"{}\") {{ {list} {{ totalCount {{ value exact }} }} }} }}", home(who));
    let data = told.data(who, &document).await;
    let (_, list) = data["region"].as_object().unwrap().iter().next().unwrap();
    assert_eq!(list["totalCount"]["exact"], true);
    list["totalCount"]["value"].as_i64().unwrap()
}

fn home(who: &str) -> &'static str {
    if who == "foreign" { "321181101001" } else { "321181402001" }
}

async fn solved(told: &Told, who: &str, region: &str) -> Value {
    let document = format!(
        "{{ problemStatistics(region: \"{region}\", period: {{ half: \"2026-H1\" }}) {{
            reported solved open suppressed byDomain {{ domain solved }} byMonth {{ month solved }} }} }}"
    );
    told.data(who, &document).await["problemStatistics"].clone()
}

fn by_domain(statistics: &Value) -> Vec<(String, i64)> {
    let cells = statistics["byDomain"].as_array().unwrap().iter().filter(|cell| cell["domain"].is_string());
    cells.map(|cell| (cell["domain"].as_str().unwrap().to_owned(), cell["solved"].as_i64().unwrap())).collect()
}

both! {
    async fn the_newsletters_questions_are_answered(db: Backing) {
        let told = Told::on(db).await;
        let group = told.data("POLICE", "{ linkageGroups { nodes { kind status convenor { kind } parties(first: 10) {
            nodes { kind } totalCount { value } } } } }").await;
        let group = &group["linkageGroups"]["nodes"][0];
        assert_eq!((&group["kind"], &group["status"]), (&json!("SIX_PARTY"), &json!("ACTIVE")));
        assert_eq!(group["parties"]["totalCount"]["value"], 6);
        assert_eq!(group["convenor"]["kind"], "PARTY_BRANCH");

        assert_eq!(count(&told, "SECRETARY", "grids(filter: { kind: { eq: COMPREHENSIVE } })").await, 6);
        assert_eq!(count(&told, "SECRETARY", "grids(filter: { kind: { eq: MICRO } })").await, 22);
        let micro = told.data("RESIDENT", "{ region(code: \"321181402001\") { grids(first: 100, filter: { kind: { eq: MICRO } }) {
            nodes { parent { kind } } } } }").await;
        let parents = micro["region"]["grids"]["nodes"].as_array().unwrap();
        assert!(parents.iter().all(|grid| grid["parent"]["kind"] == "COMPREHENSIVE"), "{micro}");

        let here = solved(&told, "SECRETARY", "321181402001").await;
        assert_eq!(here["solved"], 16);
        assert!(here["reported"].as_i64() > Some(16), "solved is not all: {here}");
        let domains = ["ENVIRONMENT", "SAFETY", "PROPERTY_MANAGEMENT", "RESIDENT_DISPUTE", "INFRASTRUCTURE", "COMMUNITY_SERVICE"];
        let expected: Vec<_> = domains.into_iter().map(str::to_owned).zip([3, 4, 3, 2, 3, 1]).collect();
        assert_eq!(by_domain(&here), expected);
        let months: i64 = here["byMonth"].as_array().unwrap().iter().map(|cell| cell["solved"].as_i64().unwrap()).sum();
        assert_eq!(months, 16);
        assert_eq!(solved(&told, "foreign", "321181101001").await["solved"], 16);
        assert_eq!(solved(&told, "SUPERVISOR", "321181000000").await["solved"], 32);
        for who in ["RESIDENT", "PROPERTY_MANAGER"] {
            let few = solved(&told, who, "321181402001").await;
            assert_eq!((&few["solved"], &few["suppressed"]), (&json!(null), &json!(true)), "months below five: {few}");
        }
    }

    async fn the_people_and_the_work_are_the_newsletters(db: Backing) {
        let told = Told::on(db).await;
        for (identity, people) in [("PARTY_MEMBER_CADRE", 20), ("RESIDENT", 28), ("VOLUNTEER", 23)] {
            let list = format!("staff(filter: {{ identity: {{ eq: {identity} }} }})");
            assert_eq!(count(&told, "SECRETARY", &list).await, people, "{identity}");
        }
        assert_eq!(count(&told, "foreign", "buildings").await, 49);
        assert_eq!(count(&told, "foreign", "buildings(filter: { hasLeader: false })").await, 0);
        let leaders = told.data("foreign", "{ region(code: \"321181101001\") { staff(first: 100, filter: { kind: { eq: BUILDING_LEADER } }) {
            nodes { person { id } } } } }").await;
        let leaders = leaders["region"]["staff"]["nodes"].as_array().unwrap();
        let people: std::collections::BTreeSet<_> = leaders.iter().map(|post| post["person"]["id"].as_str().unwrap()).collect();
        assert_eq!((leaders.len(), people.len()), (49, 26));
        let work = told.data("foreign", "{ problems(first: 100) { nodes { dispositions(first: 5) { nodes {
            quantity { value unit precision } } } } } }").await;
        let all = work["problems"]["nodes"].as_array().unwrap().iter().flat_map(|problem| problem["dispositions"]["nodes"].as_array().unwrap());
        let about: Vec<_> = all.map(|done| &done["quantity"]).filter(|quantity| quantity["precision"] == "AT_LEAST").collect();
        for expected in [("SQUARE_METRE", 800), ("PIECE", 200), ("HOUSEHOLD", 60)] {
            let found = about.iter().filter(|quantity| quantity["unit"] == expected.0);
            assert_eq!(found.map(|quantity| quantity["value"].as_i64().unwrap()).sum::<i64>(), expected.1);
        }
    }

    async fn the_boundary_of_the_half_year_is_midnight_in_shanghai(db: Backing) {
        let told = Told::on(db).await;
        let range = |from: &str, to: &str| format!(
            "{{ problems(filter: {{ closedAt: {{ from: \"{from}\", to: \"{to}\" }} }}) {{ nodes {{ closedAt }} }} }}"
        );
        for (from, to, closed) in [
            ("2026-06-30T23:59:59+08:00", "2026-07-01T00:00:00+08:00", "2026-06-30T23:59:59+08:00"),
            ("2026-07-01T00:00:00+08:00", "2026-07-01T00:00:01+08:00", "2026-07-01T00:00:00+08:00"),
        ] {
            let data = told.data("SECRETARY", &range(from, to)).await;
            assert_eq!(data["problems"]["nodes"], json!([{ "closedAt": closed }]));
        }
    }

    async fn the_property_company_learns_nothing_of_who_complained(db: Backing) {
        let told = Told::on(db).await;
        let document = "{ problems(filter: { open: { } }) { nodes { id } } }";
        assert_eq!(told.ask("PROPERTY_MANAGER", document, json!({})).await.refusal(), "VALIDATION_FAILED");
        let document = "{ problems(filter: { open: true }) { nodes { title report place reporter { state name phone address } } } }";
        let data = told.data("PROPERTY_MANAGER", document).await;
        assert_eq!(data["problems"]["nodes"], json!([{ "title": "投诉物业维修拖延", "report": null, "place": null,
            "reporter": { "state": "WITHHELD", "name": null, "phone": null, "address": null } }]));
        let data = told.data("SECRETARY", document).await;
        let complaint = data["problems"]["nodes"].as_array().unwrap().iter().find(|one| one["title"] == "投诉物业维修拖延").unwrap();
        assert!(complaint["report"].as_str().unwrap().contains("13912345678"));
        assert_eq!(complaint["reporter"]["state"], "MASKED");
    }

    async fn each_junction_is_met(db: Backing) {
        let told = Told::on(db).await;
        let document = "{ problems(first: 20, filter: { reportedAt: { from: \"2026-07-01T00:00:00+08:00\" } }) { nodes { title status
            supervision overdue mergedInto { title } requests(first: 3) { nodes { kind status } } visitOffers(first: 2) { nodes { status } }
            extensions(first: 2) { nodes { status } } contactReleases(first: 2) { nodes { fields } }
            redactions(first: 2) { nodes { status field } } } } }";
        let seen = told.data("SECRETARY", document).await;
        let problem = |title: &str| {
            let found = seen["problems"]["nodes"].as_array().unwrap().iter().find(|one| one["title"] == title);
            found.unwrap_or_else(|| panic!("{title}: {seen:#}")).clone()
        };
        for (title, status) in [
            ("外墙保温层空鼓", "SUSPENDED"), ("老楼加装电梯", "ON_LEDGER"), ("共享单车堵塞人行道", "IN_PROGRESS"),
            ("阳台渗水的赔偿", "IN_PROGRESS"), ("施工挖破燃气管", "CLOSED"), ("楼顶太阳能支架松动", "CLOSED"),
            ("巡查演练，请忽略。", "VOIDED"),
        ] {
            assert_eq!(problem(title)["status"], status, "{title}");
        }
        assert_eq!(problem("投诉物业维修拖延")["supervision"], "YELLOW");
        assert_eq!(problem("共享单车堵塞人行道")["overdue"], true);
        assert_eq!(problem("共享单车堵塞人行道")["requests"]["nodes"], json!([{ "kind": "RETURN", "status": "APPROVED" }]));
        assert_eq!(problem("老楼加装电梯")["extensions"]["nodes"][0]["status"], "APPROVED");
        assert_eq!(problem("阳台渗水的赔偿")["redactions"]["nodes"], json!([{ "status": "DONE", "field": "content" }]));
        let merged = seen["problems"]["nodes"].as_array().unwrap().iter().find(|one| one["status"] == "MERGED").unwrap();
        assert_eq!(merged["mergedInto"]["title"], "电动车违规充电");

        let whistles = told.data("CITY_MANAGEMENT", "{ whistles(first: 5) { nodes { status } }
            viewer { inbox(first: 5) { nodes { kind } } } }").await;
        assert_eq!(whistles["whistles"]["nodes"], json!([{ "status": "RESPONDING" }, { "status": "CLOSED" }]));
        let waiting = whistles["viewer"]["inbox"]["nodes"].as_array().unwrap();
        assert!(waiting.contains(&json!({ "kind": "WHISTLE" })), "{whistles}");
        let mediations = told.data("LAWYER", "{ mediations(first: 5) { nodes { status agreement { obligations(first: 5) {
            nodes { status } } } } } }").await;
        assert_eq!(mediations["mediations"]["nodes"], json!([{ "status": "AGREED_WRITTEN", "agreement": { "obligations": {
            "nodes": [{ "status": "PERFORMED" }, { "status": "OPEN" }] } } }]));
        let requests = told.data("RESIDENT", "{ viewer { subjectRequests(first: 5) { nodes { kind status } } } }").await;
        let requests = requests["viewer"]["subjectRequests"]["nodes"].as_array().unwrap();
        assert!(requests.contains(&json!({ "kind": "ACCESS", "status": "ANSWERED" })), "{requests:?}");
        let notices = told.data("RESIDENT", "{ viewer { notifications(first: 1) { totalCount { value } } } }").await;
        assert!(notices["viewer"]["notifications"]["totalCount"]["value"].as_i64() > Some(10), "{notices}");
    }

    async fn each_account_signs_in_and_sees_its_own_schema(db: Backing) {
        let told = Told::on(db).await;
        let document = "mutation($u: String!, $p: String!) { signIn(input: { username: $u, password: $p }) {
            session { accessToken post { role } } userErrors { code } } }";
        for account in &told.accounts {
            let reply = told.server.ask(None, document, json!({ "u": account.username, "p": account.password })).await;
            let session = &reply.data()["signIn"]["session"];
            assert_eq!(session["post"]["role"], account.role);
            let token = session["accessToken"].as_str().unwrap();
            let viewer = told.server.ask(Some(token), "{ viewer { role scopes } }", json!({})).await;
            assert_eq!(viewer.data()["viewer"]["role"], account.role);
        }
        assert_eq!(told.accounts.len(), 13);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_history_is_the_same_each_time() {
    let document = "{ problems(first: 100) { nodes { id number title reportedAt } } linkageGroups { nodes { id } } }";
    let one = Told::anew(Backing::sqlite().await).await.data("SECRETARY", document).await;
    let other = Told::on(Backing::sqlite().await).await.data("SECRETARY", document).await;
    assert_eq!(one, other);
}
