//! In a place that is not one's own, what is there answers as what is not.

use std::collections::{BTreeMap, BTreeSet};

use liufang::id::{Prefix, prefix};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::communities::{HOME, Truth, World, typed};
use crate::support::sdl::{self, Sdl};

/// The ids of everything in the home community, by prefix.
fn foreign_ids(truth: &Truth) -> BTreeMap<&'static str, Vec<String>> {
    let mut ids: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut add = |prefix: Prefix, found: Vec<Uuid>| {
        assert!(!found.is_empty(), "{}", prefix.0);
        ids.entry(prefix.0).or_default().extend(found.into_iter().map(|id| typed(prefix, id)));
    };
    macro_rules! here {
        ($table:ident) => {
            here!($table, |row| row.community_code == HOME)
        };
        ($table:ident, $rule:expr) => {
            truth.$table.iter().filter($rule).map(|row| row.id).collect::<Vec<_>>()
        };
    }
    let people: BTreeSet<_> =
        truth.posts.iter().filter(|post| post.community_code == Some(HOME)).map(|post| post.user_id).collect();
    let events = || here!(events, |row| row.stream == HOME);
    add(prefix::REGION, here!(regions, |row| row.code == HOME));
    add(prefix::COMPOUND, here!(compounds));
    add(prefix::GRID, here!(grids));
    add(prefix::BUILDING, here!(buildings));
    add(prefix::ORGANISATION, here!(organisations, |row| row.region_code == HOME));
    add(prefix::GROUP, here!(groups));
    add(prefix::PARTY, here!(parties));
    add(prefix::SEAT, here!(seats));
    add(prefix::APPOINTMENT, here!(posts, |row| row.community_code == Some(HOME)));
    add(prefix::USER, people.iter().copied().collect());
    add(prefix::VIEWER, people.into_iter().collect());
    add(prefix::PROBLEM, here!(problems));
    add(prefix::ADDITION, here!(additions));
    add(prefix::FOLLOW_UP, here!(follow_ups));
    add(prefix::RATING, here!(ratings));
    add(prefix::DISCLOSURE, here!(disclosures));
    add(prefix::TASK, here!(tasks));
    add(prefix::DISPOSITION, here!(dispositions));
    add(prefix::REQUEST, here!(requests));
    add(prefix::EXTENSION, here!(extensions));
    add(prefix::SUSPENSION, here!(suspensions));
    add(prefix::LEDGER_ENTRY, here!(ledger));
    add(prefix::SUPERVISION, here!(supervisions));
    add(prefix::EVENT, events());
    add(prefix::AUDIT, events());
    add(prefix::WHISTLE, here!(whistles));
    add(prefix::WHISTLE_CALL, here!(calls));
    add(prefix::RELEASE, here!(releases));
    add(prefix::VISIT, here!(visits));
    add(prefix::ATTACHMENT, here!(attachments));
    add(prefix::UPLOAD, here!(uploads, |_| true));
    add(prefix::MEDIATION, here!(mediations));
    add(prefix::MEDIATION_SIDE, here!(sides));
    add(prefix::MEDIATION_SESSION, here!(sessions));
    add(prefix::STATEMENT, here!(statements));
    add(prefix::AGREEMENT, here!(agreements));
    add(prefix::OBLIGATION, here!(obligations));
    add(prefix::INBOX_ITEM, here!(waiting, |row| row.community == HOME));
    let posts: BTreeSet<_> =
        truth.posts.iter().filter(|post| post.community_code == Some(HOME)).map(|post| post.id).collect();
    add(prefix::NOTIFICATION, here!(notifications, |row| row.post_id.is_some_and(|post| posts.contains(&post))));
    add(prefix::REDACTION, here!(redactions));
    add(prefix::SUBJECT_REQUEST, here!(subject_requests));
    ids
}

/// An id that nothing has.
fn nobody(prefix: &str) -> String {
    let known = foreign_prefix(prefix);
    typed(known, Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001))
}

fn foreign_prefix(name: &str) -> Prefix {
    let all = [
        prefix::REGION,
        prefix::COMPOUND,
        prefix::GRID,
        prefix::BUILDING,
        prefix::ORGANISATION,
        prefix::GROUP,
        prefix::PARTY,
        prefix::SEAT,
        prefix::APPOINTMENT,
        prefix::USER,
        prefix::VIEWER,
        prefix::PROBLEM,
        prefix::ADDITION,
        prefix::FOLLOW_UP,
        prefix::RATING,
        prefix::DISCLOSURE,
        prefix::TASK,
        prefix::DISPOSITION,
        prefix::REQUEST,
        prefix::EXTENSION,
        prefix::SUSPENSION,
        prefix::LEDGER_ENTRY,
        prefix::SUPERVISION,
        prefix::EVENT,
        prefix::AUDIT,
        prefix::WHISTLE,
        prefix::WHISTLE_CALL,
        prefix::RELEASE,
        prefix::VISIT,
        prefix::ATTACHMENT,
        prefix::UPLOAD,
        prefix::MEDIATION,
        prefix::MEDIATION_SIDE,
        prefix::MEDIATION_SESSION,
        prefix::STATEMENT,
        prefix::AGREEMENT,
        prefix::OBLIGATION,
        prefix::INBOX_ITEM,
        prefix::NOTIFICATION,
        prefix::REDACTION,
        prefix::SUBJECT_REQUEST,
    ];
    *all.iter().find(|prefix| prefix.0 == name).unwrap_or_else(|| panic!("{name} is no prefix"))
}

/// A member of an input that takes an id, and where it is.
struct Place {
    path: Vec<String>,
    list: bool,
    prefix: &'static str,
}

/// Whose id a member takes, by its name.
fn prefix_of(member: &str) -> &'static str {
    match member {
        "problem" | "into" => "problem",
        "request" => "request",
        "extension" => "extension",
        "suspension" => "suspension",
        "supervision" | "proposal" => "supervision",
        "task" | "tasks" => "task",
        "whistle" => "whistle",
        "call" => "whistlecall",
        "group" => "group",
        "party" | "convenor" | "actingParty" | "concerns" | "leadParty" | "suggestedParty" => "party",
        "organisation" | "owner" => "organisation",
        "seat" => "seat",
        "compound" | "compounds" => "compound",
        "grid" | "microGrid" => "grid",
        "building" => "building",
        "person" => "user",
        "release" => "release",
        "visit" => "visit",
        "upload" => "upload",
        "attachment" => "attachment",
        "addition" => "addition",
        "disposition" => "disposition",
        "appointment" | "handOverTo" | "post" | "mediator" => "appointment",
        "mediation" => "mediation",
        "side" => "mediationside",
        "ids" => "notification",
        "redaction" => "redaction",
        "subjectRequest" => "subjectrequest",
        _ => panic!("nobody knows whose id {member} is"),
    }
}

/// The places of ids in an input.
fn places(sdl: &Sdl, input: &str, above: &[String]) -> Vec<Place> {
    let mut found = vec![];
    for member in sdl.members(input) {
        let mut path = above.to_vec();
        path.push(member.name.clone());
        if member.ty.base == "ID" {
            found.push(Place { path, list: member.ty.list, prefix: prefix_of(&member.name) });
        } else if !sdl.members(&member.ty.base).is_empty() {
            if member.ty.list {
                path.push("0".into());
            }
            found.extend(places(sdl, &member.ty.base, &path));
        }
    }
    found
}

/// Puts an id in its place; what lies on the way is made. A task takes a party or a seat, not both.
fn put(input: &mut Value, place: &Place, id: &str) {
    let mut at = input;
    for (depth, part) in place.path.iter().enumerate() {
        let last = depth + 1 == place.path.len();
        if part == "0" {
            if !at.is_array() {
                *at = json!([{}]);
            }
            at = &mut at[0];
            continue;
        }
        if !at.is_object() {
            *at = json!({});
        }
        let map = at.as_object_mut().unwrap();
        if last && depth > 0 && part == "seat" {
            map.remove("party");
        }
        at = map.entry(part.clone()).or_insert(Value::Null);
    }
    *at = if place.list { json!([id]) } else { json!(id) };
}

/// The input of a mutation that would take effect in the neighbour's own place, but for what is put into it.
struct Own<'a> {
    world: &'a World,
    who: &'static str,
    problem: String,
    /// A group that is still to be activated.
    forming: Option<String>,
    /// A task of one's own on the problem.
    task: Option<String>,
    revisions: BTreeMap<String, String>,
}

impl Own<'_> {
    #[expect(clippy::too_many_lines, reason = "an input a mutation")]
    fn input(&self, mutation: &str, place: &Place) -> Value {
        let world = self.world;
        let id = |name: &str| world.id(name);
        let (group, party) = (id("neighbour's group"), id("neighbour's police"));
        let problem = &self.problem;
        let revision = |id: &str| self.revisions.get(id).cloned().unwrap_or_else(|| "?".into());
        let lead = json!({ "party": party, "instruction": "请办理" });
        let key = format!("{mutation}-{}", place.path.join("."));
        let depends = place.path.last().unwrap().as_str();
        match mutation {
            "reportProblem" => {
                json!({
                    "communityCode": "321181402002", "report": "x", "place": "x", "acceptedNotice": "2026-11",
                    "idempotencyKey": key,
                })
            }
            "addToReport" => json!({ "problem": problem, "content": "x", "idempotencyKey": key }),
            "acceptProblem" => json!({
                "problem": problem, "expectedRevision": revision(problem), "title": "x", "summary": "x",
                "domain": "SAFETY", "nature": "EVENT",
            }),
            "declineProblem" | "appealProblem" | "withdrawProblem" | "reworkProblem" | "requestWithdrawal" => {
                json!({ "problem": problem, "expectedRevision": revision(problem), "reason": "x" })
            }
            "dispatchProblem" => json!({ "problem": problem, "expectedRevision": revision(problem), "lead": lead }),
            "closeProblem" => json!({
                "problem": problem, "expectedRevision": revision(problem), "outcome": "SOLVED", "reply": "x",
            }),
            "followUp" => {
                json!({ "problem": problem, "method": "CALL", "reached": true, "idempotencyKey": key })
            }
            "rateProblem" => json!({ "problem": problem, "satisfaction": "SATISFIED", "idempotencyKey": key }),
            "reopenProblem" if place.path.len() > 1 => {
                json!({ "problem": problem, "expectedRevision": revision(problem), "reason": "x", "lead": lead })
            }
            "reopenProblem" => json!({ "problem": problem, "expectedRevision": revision(problem), "reason": "x" }),
            "revealContact" => json!({ "problem": problem, "purpose": "x" }),
            "acknowledgeTask"
            | "closeWhistle"
            | "declineVisit"
            | "cancelVisit"
            | "liftLegalHold"
            | "withdrawSubjectRequest" => json!({ "expectedRevision": "?" }),
            "renewReporterCode" => json!({ "problem": problem, "idempotencyKey": key }),
            "releaseContact" => {
                json!({ "problem": problem, "party": party, "fields": ["NAME"], "idempotencyKey": key })
            }
            "offerVisit" => {
                let slot = json!({ "from": "2026-05-01T09:00:00+08:00", "to": "2026-05-01T10:00:00+08:00" });
                json!({ "place": "ON_SITE", "slots": [slot], "idempotencyKey": key })
            }
            "chooseVisit" => json!({ "expectedRevision": "?", "from": "2026-05-01T09:00:00+08:00" }),
            "recordVisit" => json!({ "expectedRevision": "?", "kept": true }),
            "decideReturn" | "decideExtension" | "decideSuspension" | "decideWithdrawal" => {
                json!({ "expectedRevision": "?", "approve": true })
            }
            "mergeProblem" => json!({
                "problem": problem, "expectedRevision": revision(problem), "into": problem, "reason": "x",
            }),
            "transferTask" => {
                json!({ "task": self.task, "expectedRevision": revision(problem), "to": { "party": party } })
            }
            "requestReturn" => json!({ "task": self.task, "expectedRevision": revision(problem), "reason": "x" }),
            "requestExtension" => json!({ "expectedRevision": "?", "until": "2026-12-31T00:00:00Z", "reason": "x" }),
            "requestSuspension" => json!({ "expectedRevision": "?", "until": "2026-12-31", "reason": "x" }),
            "resumeProblem" | "unmergeProblem" => json!({ "problem": problem, "expectedRevision": revision(problem) }),
            "proposeSupervision" => json!({
                "problem": problem, "expectedRevision": revision(problem), "level": "NORMAL", "reason": "x",
            }),
            "submitFeedback" => json!({ "expectedRevision": "?", "feedback": "x" }),
            "recordDisposition" => json!({ "action": "VISIT", "content": "x", "idempotencyKey": key }),
            "createBuilding" => json!({ "compound": id("neighbour's compound"), "name": "x", "idempotencyKey": key }),
            "addParty" => json!({ "kind": "OTHER", "idempotencyKey": key }),
            "addSeat" => json!({
                "party": party, "organisation": id("neighbour's organisation"), "compounds": [], "idempotencyKey": key,
            }),
            "endSeat" | "endAppointment" if depends != "handOverTo" => json!({ "expectedRevision": "?" }),
            "endAppointment" => {
                let post = typed(prefix::APPOINTMENT, world.who("foreign worker").post.id);
                json!({ "appointment": post, "expectedRevision": revision(&post) })
            }
            "recordVacancy" => json!({
                "party": party, "reason": "x", "until": "2026-12-31", "actingParty": id("neighbour's city"),
                "expectedRevision": revision(&group),
            }),
            "activateGroup" if depends == "convenor" => {
                let forming = self.forming.clone().unwrap();
                json!({ "group": forming, "expectedRevision": revision(&forming) })
            }
            "activateGroup" | "dissolveGroup" => json!({ "group": group, "expectedRevision": revision(&group) }),
            "appointPerson" => {
                let person = typed(prefix::USER, world.who("foreign worker").post.user_id);
                let (kind, more) = match depends {
                    "party" | "organisation" => ("PARTY_REPRESENTATIVE", json!({ "party": party })),
                    "building" => ("BUILDING_LEADER", json!({})),
                    _ => ("VOLUNTEER", json!({ "regionCode": "321181402002" })),
                };
                crate::support::communities::with(
                    json!({ "person": person, "kind": kind, "idempotencyKey": key }),
                    more,
                )
            }
            "actAs" | "withdrawContactRelease" | "withdrawAttachment" | "markNotificationsRead" => json!({}),
            "raiseWhistle" => json!({
                "grounds": "OTHER", "summary": "x", "place": "x", "calls": [{ "party": party }], "idempotencyKey": key,
            }),
            // A party or a seat, one of them.
            "callParty" if depends == "seat" => json!({ "whistle": id("neighbour's whistle"), "idempotencyKey": key }),
            "callParty" => json!({ "whistle": id("neighbour's whistle"), "party": party, "idempotencyKey": key }),
            "reportIn" => json!({ "expectedRevision": "?", "place": "x" }),
            "recordWhistleDone" => json!({ "expectedRevision": "?", "note": "x" }),
            "excuseCall" | "cancelWhistle" | "waiveTask" | "cancelTask" => {
                json!({ "expectedRevision": "?", "reason": "x" })
            }
            "attachToReport" => json!({
                "upload": nobody("upload"), "problem": problem, "kind": "REPORT", "idempotencyKey": key,
            }),
            "attachToDisposition" => json!({
                "upload": nobody("upload"), "disposition": id("neighbour's disposition"), "kind": "AFTER",
                "idempotencyKey": key,
            }),
            "releaseAttachment" => json!({ "idempotencyKey": key }),
            "openMediation" => {
                let first = if depends == "person" { json!({}) } else { json!({ "name": "甲" }) };
                json!({
                    "problem": id("neighbour's"), "kind": "PEOPLES", "matter": "x", "idempotencyKey": key,
                    "mediator": typed(prefix::APPOINTMENT, world.who("foreign worker").post.id),
                    "sides": [first, { "name": "乙" }],
                })
            }
            "addStatement" => {
                json!({ "mediation": id("neighbour's mediation"), "content": "x", "idempotencyKey": key })
            }
            "recuseMediator" => json!({ "expectedRevision": "?", "ground": "OTHER", "reason": "x" }),
            "appointMediator" => {
                let mediation = id("neighbour's mediation");
                let mediator = typed(prefix::APPOINTMENT, world.who("foreign police").post.id);
                json!({ "mediation": mediation, "expectedRevision": revision(&mediation), "mediator": mediator })
            }
            "consentToMediation" | "refuseMediation" | "signAgreement" | "askJudicialConfirmation" => {
                let mediation = id("neighbour's mediation");
                json!({ "mediation": mediation, "expectedRevision": revision(&mediation) })
            }
            "redactText" => json!({
                "subject": problem, "field": "report", "expectedRevision": revision(problem), "basis": "COURT_ORDER",
                "idempotencyKey": key,
            }),
            "askForRedaction" => json!({
                "subject": problem, "field": "report", "basis": "COURT_ORDER", "idempotencyKey": key,
            }),
            "decideRedaction" => json!({ "approve": true }),
            "eraseData" => json!({ "expectedRevision": "?", "basis": "COURT_ORDER" }),
            "setLegalHold" => json!({ "expectedRevision": "?", "reason": "x" }),
            "correctContact" => json!({ "expectedRevision": "?", "name": "x" }),
            "askAboutMyData" => json!({ "kind": "ACCESS", "idempotencyKey": key }),
            "answerSubjectRequest" => json!({ "expectedRevision": "?", "answer": "x" }),
            _ => panic!("nobody knows how to {} {mutation}", self.who),
        }
    }
}

/// What is refused whatever the id is: a grid that is not the problem's own.
const REFUSED_BEFORE: [&str; 5] = [
    "transferTask to.grid",
    "dispatchProblem lead.grid",
    "dispatchProblem assists.0.grid",
    "dispatchProblem reads.0.grid",
    "reopenProblem lead.grid",
];

/// The bytes of an answer, but for the number of its request.
async fn bytes(world: &World, who: &str, document: &str, variables: Value) -> String {
    let mut body = world.ask(who, document, variables).await;
    if let Some(error) = body.pointer_mut("/errors/0") {
        error["extensions"]["requestId"] = json!("?");
    }
    body.to_string()
}

/// Each id answers to a mutation as one that nothing has; the ids that are looked for at all are `NOT_FOUND`.
async fn mutations(
    own: &Own<'_>,
    ids: &BTreeMap<&'static str, Vec<String>>,
    only: &[&str],
    unreached: &mut BTreeSet<String>,
) {
    let (world, who) = (own.world, own.who);
    let sdl = sdl::of(world.who(who).role());
    for field in sdl.fields("Mutation").iter().filter(|field| only.is_empty() || only.contains(&field.name.as_str())) {
        let input = &field.arguments[0].ty.base;
        let payload = &field.ty.base;
        let shown = sdl.fields(payload).iter().find(|field| field.name != "userErrors").unwrap();
        let shown = format!(
            "{} {}",
            shown.name,
            if sdl.is_row(&shown.ty.base) { "{ id }".into() } else { sdl_leaves(sdl, &shown.ty.base) }
        );
        let document = format!(
            "mutation($input: {input}!) {{ {name}(input: $input) {{ {shown} userErrors {{ __typename code path message \
             ... on RevisionError {{ currentRevision }} ... on TransitionError {{ from allowed }} }} }} }}",
            name = field.name
        );
        for place in places(sdl, input, &[]) {
            let asked = |id: &str| {
                let mut asked = own.input(&field.name, &place);
                put(&mut asked, &place, id);
                json!({ "input": asked })
            };
            let never = bytes(world, who, &document, asked(&nobody(place.prefix))).await;
            if !never.contains(r#""code":"NOT_FOUND""#) {
                unreached.insert(format!("{} {}: {never}", field.name, place.path.join(".")));
            }
            for id in &ids[place.prefix] {
                let answer = bytes(world, who, &document, asked(id)).await;
                assert_eq!(answer, never, "{who}: {} {} {id}", field.name, place.path.join("."));
            }
        }
    }
}

fn sdl_leaves(sdl: &Sdl, name: &str) -> String {
    if sdl.fields(name).is_empty() { String::new() } else { sdl.leaves_of(name) }
}

async fn queries(world: &World, who: &str, truth: &Truth, ids: &BTreeMap<&'static str, Vec<String>>) {
    let sdl = sdl::of(world.who(who).role());
    let same = async |document: &str, never: Value, found: Vec<Value>| {
        let never = bytes(world, who, document, never).await;
        for variables in found {
            let told = format!("{who}: {document} {variables}");
            assert_eq!(bytes(world, who, document, variables).await, never, "{told}");
        }
    };
    for (prefix, found) in ids {
        let of = |id: &str| json!({ "id": id, "ids": [id, id] });
        let found: Vec<_> = found.iter().map(|id| of(id)).collect();
        same("query($id: ID!) { node(id: $id) { __typename id } }", of(&nobody(prefix)), found.clone()).await;
        same("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", of(&nobody(prefix)), found).await;
    }
    for field in sdl.fields("Query").iter().filter(|field| sdl.is_row(&field.ty.base)) {
        for argument in &field.arguments {
            let (never, found): (String, Vec<String>) = match (argument.name.as_str(), field.name.as_str()) {
                ("id", name) => {
                    let prefix = match name {
                        "linkageGroup" => "group",
                        "subjectRequest" => "subjectrequest",
                        name => name,
                    };
                    (nobody(prefix), ids[prefix].clone())
                }
                ("number", _) => {
                    let here = truth.problems.iter().filter(|row| row.community_code == HOME);
                    ("ZXL-2026-00000-0".into(), here.map(|row| row.number.clone()).collect())
                }
                ("code", _) => ("999999999999".into(), vec![HOME.to_string()]),
                (argument, field) => panic!("nobody knows how to ask {field} by {argument}"),
            };
            let ty = if argument.name == "id" { "ID!" } else { "String!" };
            let document = format!("query($key: {ty}) {{ {}({}: $key) {{ id }} }}", field.name, argument.name);
            let found = found.into_iter().map(|key| json!({ "key": key })).collect();
            same(&document, json!({ "key": never }), found).await;
        }
    }
    let document =
        "query($region: String!) { problemStatistics(region: $region, period: { year: 2026 }) { reported } }";
    same(document, json!({ "region": "999999999999" }), vec![json!({ "region": HOME.to_string() })]).await;
    if sdl.field("Query", "similarProblems").is_some() {
        let document = "query($id: ID!) { similarProblems(problem: $id) { problem } }";
        let found = ids["problem"].iter().map(|id| json!({ "id": id })).collect();
        same(document, json!({ "id": nobody("problem") }), found).await;
    }
    let document =
        "query($code: String!) { similarPublicProblems(text: \"请处理\", communityCode: $code) { problem } }";
    same(document, json!({ "code": "999999999999" }), vec![json!({ "code": HOME.to_string() })]).await;
    for document in [
        "query($region: String!) { timeLimits(region: $region) { step amount } }",
        "query($region: String!) { workingCalendar(region: $region, from: \"2026-02-01\", to: \"2026-02-02\") { day } }",
    ] {
        same(document, json!({ "region": "999999999999" }), vec![json!({ "region": HOME.to_string() })]).await;
    }
    filters(world, who, sdl, ids).await;
}

/// The filters that take ids, in every root list, with the count.
async fn filters(world: &World, who: &str, sdl: &Sdl, ids: &BTreeMap<&'static str, Vec<String>>) {
    for field in sdl.fields("Query").iter().filter(|field| sdl.connected(&field.ty.base).is_some()) {
        let Some(filter) = field.arguments.iter().find(|argument| argument.name == "filter") else { continue };
        for member in sdl.members(&filter.ty.base).iter().filter(|member| member.ty.base == "IDChoice") {
            let document = format!(
                "query($id: [ID!]) {{ {}(filter: {{ {}: {{ in: $id }} }}) {{ nodes {{ id }} totalCount {{ value }} }} }}",
                field.name, member.name
            );
            let prefix = prefix_of(&member.name);
            let never = bytes(world, who, &document, json!({ "id": [nobody(prefix)] })).await;
            for id in &ids[prefix] {
                let answer = bytes(world, who, &document, json!({ "id": [id] })).await;
                assert_eq!(answer, never, "{who}: {} by {}", field.name, member.name);
            }
        }
    }
}

both! {
    async fn what_is_another_communitys_answers_as_what_is_not_there(db: Backing) {
        let mut world = World::make(db, false).await;
        let truth = world.truth().await;
        let ids = foreign_ids(&truth);
        for who in ["foreign secretary", "foreign police", "foreign worker", "foreign resident"] {
            queries(&world, who, &truth, &ids).await;
        }
        let mut unreached = BTreeSet::new();
        let key = world.key();
        let forming =
            json!({ "communityCode": "321181402002", "kind": "CONSORTIUM", "name": "x", "idempotencyKey": key });
        let forming = world.make_row("foreign secretary", "createLinkageGroup", forming).await;
        world.ids.insert("forming", forming);
        let called = own(&world, "foreign police", "neighbour's").await;
        mutations(&called, &ids, &["reportIn", "recordWhistleDone"], &mut unreached).await;
        let own = own(&world, "foreign resident", "neighbour's, reported").await;
        mutations(&own, &ids, &[], &mut unreached).await;
        // A reporter who reopens chooses no lead, whoever it is.
        unreached.retain(|told| !told.starts_with("reopenProblem lead."));
        let late = ["transferTask", "requestReturn", "dispatchProblem", "reworkProblem", "closeProblem", "followUp", "reopenProblem"];
        let now = sdl::of(world.who("foreign secretary").role()).fields("Mutation").iter().map(|field| field.name.as_str());
        let now: Vec<_> = now.filter(|name| !late.contains(name)).collect();
        let own = own_of(&world, "foreign secretary", "neighbour's, reported").await;
        mutations(&own, &ids, &now, &mut unreached).await;
        // Each of the others in the state in which it looks at what it is given.
        accept(&mut world, "neighbour's patrol").await;
        let own = own_of(&world, "foreign secretary", "neighbour's patrol").await;
        mutations(&own, &ids, &["dispatchProblem"], &mut unreached).await;
        lead(&mut world, "neighbour's patrol").await;
        let mut own = own_of(&world, "foreign secretary", "neighbour's patrol").await;
        own.task = Some(world.task("foreign secretary", &own.problem).await);
        mutations(&own, &ids, &["transferTask", "requestReturn"], &mut unreached).await;
        let own = own_of(&world, "foreign secretary", "neighbour's").await;
        mutations(&own, &ids, &["reworkProblem", "closeProblem"], &mut unreached).await;
        close(&mut world, "neighbour's").await;
        let own = own_of(&world, "foreign secretary", "neighbour's").await;
        mutations(&own, &ids, &["followUp", "reopenProblem"], &mut unreached).await;
        unreached.retain(|told| REFUSED_BEFORE.iter().all(|place| !told.starts_with(place)));
        assert_eq!(unreached, BTreeSet::new(), "ids that were never looked for");
    }
}

async fn own<'a>(world: &'a World, who: &'static str, problem: &str) -> Own<'a> {
    let problem = world.id(problem);
    let mediation = world.id("neighbour's mediation");
    let mut revisions = BTreeMap::new();
    for id in [problem.clone(), mediation] {
        revisions.extend(world.seen(who, &id).await.map(|revision| (id, revision)));
    }
    Own { world, who, problem, forming: None, task: None, revisions }
}

async fn own_of<'a>(world: &'a World, who: &'static str, problem: &str) -> Own<'a> {
    let mut own = own(world, who, problem).await;
    let group = world.id("neighbour's group");
    let post = typed(prefix::APPOINTMENT, world.who("foreign worker").post.id);
    own.forming = world.ids.get("forming").cloned();
    for id in [group, post].into_iter().chain(own.forming.clone()) {
        let revision = world.revision(who, &id).await;
        own.revisions.insert(id, revision);
    }
    own
}

async fn accept(world: &mut World, name: &str) {
    let (problem, by) = (world.id(name), "foreign secretary");
    let revision = world.revision(by, &problem).await;
    let input = json!({
        "problem": problem, "expectedRevision": revision, "title": "x", "summary": "x", "domain": "SAFETY",
        "nature": "EVENT", "grid": world.id("neighbour's grid"),
    });
    world.act(by, "acceptProblem", input).await;
}

/// Given to the secretary's own party.
async fn lead(world: &mut World, name: &str) {
    let (problem, by) = (world.id(name), "foreign secretary");
    let revision = world.revision(by, &problem).await;
    let lead = json!({ "party": world.id("neighbour's branch"), "instruction": "x" });
    world.act(by, "dispatchProblem", json!({ "problem": problem, "expectedRevision": revision, "lead": lead })).await;
}

async fn close(world: &mut World, name: &str) {
    let (problem, by) = (world.id(name), "foreign secretary");
    let revision = world.revision(by, &problem).await;
    let input = json!({ "problem": problem, "expectedRevision": revision, "outcome": "SOLVED", "reply": "x" });
    world.act(by, "closeProblem", input).await;
}
