//! A full crawl: every root, every row that any answer names, every field of it, every list to its end.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use liufang::id;
use serde_json::{Value, json};

use crate::support::communities::{FLAT, HOME, NAME, PHONE, World};
use crate::support::sdl::{self, Sdl};

/// The row types by the prefix of their ids.
const PREFIXES: &[(&str, &str)] = &[
    ("addition", "Addition"),
    ("appointment", "Appointment"),
    ("attachment", "Attachment"),
    ("audit", "AuditEntry"),
    ("building", "Building"),
    ("compound", "Compound"),
    ("disclosure", "Disclosure"),
    ("disposition", "Disposition"),
    ("event", "TimelineEntry"),
    ("extension", "ExtensionRequest"),
    ("followup", "FollowUp"),
    ("grid", "Grid"),
    ("group", "LinkageGroup"),
    ("ledgerentry", "LedgerEntry"),
    ("organisation", "Organisation"),
    ("party", "Party"),
    ("problem", "Problem"),
    ("rating", "Rating"),
    ("region", "Region"),
    ("release", "ContactRelease"),
    ("request", "Request"),
    ("seat", "PartySeat"),
    ("supervision", "Supervision"),
    ("suspension", "Suspension"),
    ("task", "DispositionTask"),
    ("user", "Person"),
    ("viewer", "Viewer"),
    ("whistle", "Whistle"),
    ("whistlecall", "WhistleCall"),
    ("visit", "VisitOffer"),
    ("mediation", "Mediation"),
    ("mediationside", "MediationSide"),
    ("mediationsession", "MediationSession"),
    ("statement", "MediationStatement"),
    ("agreement", "MediationAgreement"),
    ("obligation", "MediationObligation"),
    ("inboxitem", "InboxItem"),
    ("notification", "Notification"),
    ("redaction", "Redaction"),
    ("subjectrequest", "SubjectRequest"),
];

/// Everything that a caller's token can read, as it was answered.
pub struct Crawl<'a> {
    world: &'a World,
    label: &'static str,
    sdl: &'static Sdl,
    open: VecDeque<(String, &'static str)>,
    known: BTreeSet<String>,
    /// The answers.
    pub texts: Vec<String>,
    /// How many rows of each type there were.
    pub rows: BTreeMap<&'static str, usize>,
}

impl<'a> Crawl<'a> {
    pub async fn of(world: &'a World, label: &'static str) -> Self {
        let sdl = sdl::of(world.who(label).role());
        let (open, known) = (VecDeque::new(), BTreeSet::new());
        let mut crawl = Self { world, label, sdl, open, known, texts: vec![], rows: BTreeMap::new() };
        crawl.roots().await;
        while let Some((id, name)) = crawl.open.pop_front() {
            crawl.row(&id, name).await;
        }
        crawl
    }

    /// Asks in both languages, for the words are not the same; keeps both answers, and looks for ids in them.
    async fn ask(&mut self, document: &str, variables: Value) -> Value {
        let body = self.world.data(self.label, document, variables.clone()).await;
        self.texts.push(body.to_string());
        let english = self.world.server.post(&json!({ "query": document, "variables": variables }).to_string());
        let english = english.bearer_auth(&self.world.who(self.label).token).header("accept-language", "en");
        self.texts.push(english.send().await.unwrap().text().await.unwrap());
        self.look_for_ids(&body);
        body
    }

    fn look_for_ids(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                let Some((prefix, _)) = id::split(text) else { return };
                let Some((_, name)) = PREFIXES.iter().find(|(known, _)| *known == prefix) else { return };
                if self.sdl.is_row(name) && self.known.insert(text.clone()) {
                    self.open.push_back((text.clone(), *name));
                }
            }
            Value::Array(all) => all.iter().for_each(|one| self.look_for_ids(one)),
            Value::Object(all) => all.values().for_each(|one| self.look_for_ids(one)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    async fn roots(&mut self) {
        let sdl = self.sdl;
        for field in sdl.fields("Query") {
            let name = field.name.as_str();
            if let Some(row) = sdl.connected(&field.ty.base) {
                self.pages(&format!("{name}(first: 7, after: $after) {}", sdl.page_of(row)), &[name]).await;
                continue;
            }
            match name {
                // By the ids that are found.
                "node" | "nodes" | "problem" | "linkageGroup" | "organisation" | "whistle" | "mediation"
                | "subjectRequest" | "similarProblems" => {}
                "viewer" => drop(self.ask(&format!("{{ viewer {} }}", sdl.all_of("Viewer")), json!({})).await),
                "vocabulary" => {
                    drop(self.ask(&format!("{{ vocabulary {} }}", sdl.leaves_of(&field.ty.base)), json!({})).await);
                }
                "region" | "community" => {
                    let document = format!("query($code: String!) {{ {name}(code: $code) {} }}", sdl.all_of("Region"));
                    self.ask(&document, json!({ "code": HOME.to_string() })).await;
                }
                "problemStatistics" => self.statistics().await,
                "privacyNotice" => {
                    drop(self.ask(&format!("{{ privacyNotice {} }}", sdl.leaves_of(&field.ty.base)), json!({})).await);
                }
                "reportAudience" => {
                    let leaves = sdl.leaves_of(&field.ty.base);
                    let document =
                        format!("query($input: ReportAudienceInput!) {{ reportAudience(input: $input) {leaves} }}");
                    self.ask(&document, json!({ "input": { "communityCode": HOME.to_string() } })).await;
                }
                "similarPublicProblems" => {
                    let document = format!(
                        "{{ {name}(text: \"我是{NAME}，物业三个月不修电梯，请处理\", communityCode: \"{HOME}\") {} }}",
                        sdl.leaves_of(&field.ty.base)
                    );
                    self.ask(&document, json!({})).await;
                }
                "workingCalendar" | "timeLimits" | "retentions" => {
                    let days =
                        if name == "workingCalendar" { ", from: \"2026-02-01\", to: \"2026-03-01\"" } else { "" };
                    let leaves = sdl.leaves_of(&field.ty.base);
                    let document = format!("query($code: String!) {{ {name}(region: $code{days}) {leaves} }}");
                    self.ask(&document, json!({ "code": HOME.to_string() })).await;
                }
                _ => panic!("nobody knows how to crawl {name}"),
            }
        }
    }

    async fn statistics(&mut self) {
        let leaves = self.sdl.leaves_of("ProblemStatistics");
        let document =
            format!("query($period: Period!) {{ problemStatistics(region: \"{HOME}\", period: $period) {leaves} }}");
        for period in [
            json!({ "year": 2025 }),
            json!({ "half": "2025-H2" }),
            json!({ "quarter": "2026-Q1" }),
            json!({ "month": "2026-03" }),
        ] {
            self.ask(&document, json!({ "period": period })).await;
        }
    }

    /// A list to its end; `path` leads to its connection.
    async fn pages(&mut self, selection: &str, path: &[&str]) {
        let document = format!("query($after: String) {{ {selection} }}");
        let mut after = Value::Null;
        loop {
            let data = self.ask(&document, json!({ "after": after })).await;
            let page = path.iter().fold(&data, |value, name| &value[*name]);
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }

    /// A row: all of it, and its longer lists to their ends.
    async fn row(&mut self, id: &str, name: &'static str) {
        let sdl = self.sdl;
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {name} {} }} }}", sdl.all_of(name));
        let data = self.ask(&document, json!({ "id": id })).await;
        let row = &data["node"];
        assert!(!row.is_null(), "{}: an answer names {id}, which is not in sight", self.label);
        *self.rows.entry(name).or_default() += 1;
        if name == "Problem" && sdl.field("Query", "similarProblems").is_some() {
            let leaves = sdl.leaves_of("SimilarProblem");
            self.ask(&format!("{{ similarProblems(problem: \"{id}\") {leaves} }}"), json!({})).await;
        }
        for field in sdl.fields(name) {
            if row[&field.name]["pageInfo"]["hasNextPage"] == true {
                let page = sdl.page_of(sdl.connected(&field.ty.base).unwrap());
                let selection = format!(
                    "node(id: \"{id}\") {{ ... on {name} {{ {0}(first: 7, after: $after) {page} }} }}",
                    field.name
                );
                self.pages(&selection, &["node", &field.name]).await;
            }
        }
    }

    /// What of `secrets` an answer holds.
    pub fn holds(&self, secrets: &[&str]) -> Vec<String> {
        let found = self.texts.iter().flat_map(|text| {
            secrets.iter().filter(|secret| text.contains(**secret)).map(move |secret| {
                let at = text.find(*secret).unwrap();
                let from = text[..at].char_indices().rev().nth(80).map_or(0, |(place, _)| place);
                format!("{secret}: {}", &text[from..at + secret.len()])
            })
        });
        found.collect()
    }
}

/// What tells who complained of the property company: the name, the flat, the phone, and parts of them.
pub fn secrets() -> Vec<&'static str> {
    vec![NAME, &NAME[6..], PHONE, &PHONE[3..], "138****1234", "司*", FLAT, "1702室", "3单元"]
}

both! {
    async fn no_crawl_of_the_accused_the_lawyer_or_the_owners_holds_the_reporter(db: Backing) {
        let world = World::make(db, false).await;
        for (label, problems, entries) in [("property", 4, 30), ("rival", 1, 5), ("lawyer", 5, 20), ("owner", 8, 40)] {
            let crawl = Crawl::of(&world, label).await;
            let rows = &crawl.rows;
            assert!(rows["Problem"] >= problems && rows["TimelineEntry"] >= entries, "{label}: {rows:?}");
            assert_eq!(crawl.holds(&secrets()), Vec::<String>::new(), "{label}");
            // Nor those for whom others reported, nor what is for the community alone.
            let others = ["诸葛远山", "诸葛", "13944445678", "401室", "内部：", "2幢1室", "13700001111"];
            let others: Vec<_> = others.into_iter().filter(|_| label != "lawyer").collect();
            assert_eq!(crawl.holds(&others), Vec::<String>::new(), "{label}");
        }
        // The crawl would find it: the office reads the report.
        let crawl = Crawl::of(&world, "secretary").await;
        let found = crawl.holds(&secrets());
        for secret in [NAME, PHONE, FLAT, "司*", "内部："] {
            assert!(!crawl.holds(&[secret]).is_empty(), "{secret}: {found:?}");
        }
    }
}
