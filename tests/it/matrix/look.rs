//! One caller's look: documents made from the caller's schema, answers held to the oracle.

use std::collections::BTreeSet;

use chrono::DateTime;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::at;
use super::oracle::{self, Shows, TYPES};
use super::sight::Eye;
use crate::support::communities::{Shown, Truth, Who, World, typed, uuid};
use crate::support::sdl::{self, Field, Sdl};

/// A caller who looks, and where what is shown differs from what is to be shown.
pub struct Look<'a> {
    world: &'a World,
    who: &'a Who,
    truth: &'a Truth,
    sdl: &'static Sdl,
    pub faults: Vec<String>,
}

impl<'a> Look<'a> {
    pub fn of(world: &'a World, truth: &'a Truth, label: &str) -> Self {
        let who = world.who(label);
        Self { world, who, truth, sdl: sdl::of(who.role()), faults: vec![] }
    }

    fn eye(&self) -> Eye<'a> {
        Eye { who: self.who, truth: self.truth }
    }

    fn fault(&mut self, path: &str, told: impl std::fmt::Display) {
        self.faults.push(format!("{}: {path}: {told}", self.who.label));
    }

    async fn data(&self, document: &str, variables: Value) -> Value {
        self.world.data(self.who.label, document, variables).await
    }

    /// The types of rows in the caller's schema, with all keys there are.
    fn types(&self) -> Vec<(&'static str, Vec<(Uuid, String)>)> {
        let own = TYPES.iter().filter(|(name, _)| self.sdl.is_row(name));
        own.map(|(name, prefix)| {
            let ids = oracle::rows(&self.eye(), name);
            (*name, ids.into_iter().map(|id| (id, typed(*prefix, id))).collect())
        })
        .collect()
    }

    /// `node`, `nodes`, and from each row all of its links and lists.
    pub async fn at_ids(&mut self) {
        let viewer = self.truth.users.iter().map(|user| (user.id, typed(liufang::id::prefix::VIEWER, user.id)));
        let mut types = self.types();
        types.push(("Viewer", viewer.collect()));
        for (name, ids) in types {
            let (seen, hidden): (Vec<_>, Vec<_>) =
                ids.iter().partition(|(id, _)| oracle::visible(&self.eye(), name, *id));
            self.all_at_once(name, &seen, 10, &self.sdl.all_of(name)).await;
            self.all_at_once(name, &hidden, 100, "{ id }").await;
            self.one_by_one(name, &ids).await;
        }
    }

    async fn all_at_once(&mut self, name: &'static str, ids: &[&(Uuid, String)], most: usize, selection: &str) {
        let document = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename ... on {name} {selection} }} }}");
        for chunk in ids.chunks(most) {
            let asked: Vec<_> = chunk.iter().map(|(_, id)| id).collect();
            let data = self.data(&document, json!({ "ids": asked })).await;
            for ((id, _), row) in chunk.iter().zip(data["nodes"].as_array().unwrap()) {
                self.node("nodes", name, *id, row);
            }
        }
    }

    async fn one_by_one(&mut self, name: &'static str, ids: &[(Uuid, String)]) {
        const AT_ONCE: usize = 20;
        let names: Vec<_> = (0..AT_ONCE).map(|place| format!("$i{place}: ID!")).collect();
        let leaves = self.sdl.own_of(name);
        let fields = (0..AT_ONCE)
            .map(|place| format!("i{place}: node(id: $i{place}) {{ __typename ... on {name} {leaves} }}"))
            .collect::<Vec<_>>();
        let document = format!("query({}) {{ {} }}", names.join(", "), fields.join(" "));
        for chunk in ids.chunks(AT_ONCE) {
            let padded = chunk.iter().chain(std::iter::repeat(&chunk[0])).take(AT_ONCE).enumerate();
            let variables: Map<String, Value> =
                padded.map(|(place, (_, id))| (format!("i{place}"), json!(id))).collect();
            let data = self.data(&document, Value::Object(variables)).await;
            for (place, (id, _)) in chunk.iter().enumerate() {
                self.node("node", name, *id, &data[format!("i{place}")]);
            }
        }
    }

    fn node(&mut self, path: &str, name: &'static str, id: Uuid, row: &Value) {
        let path = format!("{path} {name} {}", self.called(name, id));
        match (oracle::visible(&self.eye(), name, id), row.is_null()) {
            (true, true) => self.fault(&path, "hidden"),
            (false, false) => self.fault(&path, format!("shown: {row}")),
            (false, true) => {}
            (true, false) => {
                if row["__typename"] != name {
                    self.fault(&path, &row["__typename"]);
                }
                let mut row = row.clone();
                row.as_object_mut().unwrap().remove("__typename");
                self.row(&path, name, &row);
            }
        }
    }

    /// What a row is called in the stories, for the reader of a failure.
    fn called(&self, name: &str, id: Uuid) -> String {
        let problem = match name {
            "DispositionTask" => self.truth.tasks.iter().find(|row| row.id == id).map(|row| row.problem_id),
            "Disposition" => self.truth.dispositions.iter().find(|row| row.id == id).map(|row| row.problem_id),
            "TimelineEntry" | "AuditEntry" => {
                self.truth.events.iter().find(|row| row.id == id).and_then(|row| row.problem_id)
            }
            _ => None,
        };
        let kind = self.truth.events.iter().find(|row| row.id == id).map(|row| row.kind.clone());
        let known = |id: Uuid| self.world.ids.iter().find(|(_, text)| uuid(text) == id).map(|(name, _)| *name);
        let name = known(problem.unwrap_or(id)).map_or_else(|| id.to_string(), str::to_owned);
        format!("{name}{}", kind.map(|kind| format!(" ({kind})")).unwrap_or_default())
    }

    /// Holds a row that was answered to the oracle, and what it links to and lists.
    fn row(&mut self, path: &str, name: &'static str, row: &Value) {
        let Some(id) = row["id"].as_str().map(uuid) else { return self.fault(path, format!("no id: {row}")) };
        if !oracle::visible(&self.eye(), name, id) {
            return self.fault(path, format!("{name} {} is shown", self.called(name, id)));
        }
        for (field, answer) in row.as_object().unwrap() {
            let path = format!("{path}.{field}");
            match oracle::shows(self.world, &self.eye(), name, id, field) {
                Some(shows) => self.field(&path, &shows, answer),
                None => self.fault(&path, "the oracle does not know it"),
            }
        }
    }

    fn field(&mut self, path: &str, shows: &Shows, answer: &Value) {
        match shows {
            Shows::Just(value) if path.ends_with(".allowedActions") => self.actions(path, value, answer),
            Shows::Just(value) => self.same(path, value, answer),
            Shows::At(time) => {
                let told = answer.as_str().map(|text| DateTime::parse_from_rfc3339(text).unwrap().to_utc());
                if told != *time {
                    self.fault(path, format!("{answer}, not {time:?}"));
                }
            }
            Shows::Text => {
                let told = answer.as_str().is_some_and(|text| !text.is_empty()) || answer.is_array();
                if !told {
                    self.fault(path, format!("{answer}, not a text"));
                }
            }
            Shows::There(there) if *there == answer.is_null() => self.fault(path, answer),
            Shows::There(_) => {}
            Shows::Nothing => self.same(path, &Value::Null, answer),
            Shows::Piece(source, text) => self.piece(path, source, text, answer),
            Shows::Link(target, key) => {
                let seen = key.filter(|key| oracle::visible(&self.eye(), target, *key));
                match seen {
                    None => self.same(path, &Value::Null, answer),
                    Some(_) if answer.is_null() => self.fault(path, "null"),
                    Some(key) if answer["id"].as_str().map(uuid) != Some(key) => self.fault(path, &answer["id"]),
                    Some(_) => self.row(path, target, answer),
                }
            }
            Shows::Rows(target, keys) => {
                let seen = keys.iter().copied().filter(|key| oracle::visible(&self.eye(), target, *key)).collect();
                self.list(path, target, &seen, answer);
            }
        }
    }

    /// A snippet is cut out of its text, and marks what was looked for and nothing else.
    fn piece(&mut self, path: &str, source: &str, text: &str, answer: &Value) {
        let parts = answer["parts"].as_array().into_iter().flatten();
        let parts: Vec<_> = parts.map(|part| (part["text"].as_str().unwrap(), part["hit"] == true)).collect();
        let whole: String = parts.iter().map(|(part, _)| *part).collect();
        let marked =
            parts.iter().filter(|(_, hit)| *hit).all(|(part, _)| sdl::SOUGHT.split(' ').any(|word| word == *part));
        let any = parts.iter().any(|(_, hit)| *hit);
        if answer["source"] != source || !text.contains(whole.trim_matches('…')) || !marked || !any {
            self.fault(path, format!("{answer}, not of {source}: {text}"));
        }
    }

    fn same(&mut self, path: &str, expected: &Value, answer: &Value) {
        if expected != answer {
            self.fault(path, format!("{answer}, not {expected}"));
        }
    }

    fn actions(&mut self, path: &str, expected: &Value, answer: &Value) {
        let answer = answer.as_array().unwrap();
        let told: Value = answer.iter().map(|one| json!([one["action"], one["allowed"]])).collect();
        self.same(path, expected, &told);
        for one in answer {
            if one["allowed"].as_bool() != Some(one["reason"].is_null()) {
                self.fault(path, format!("{one} has a reason where it can be done, or none where it cannot"));
            }
        }
    }

    /// A list as it is: of rows, or a page of them with edges and count.
    fn list(&mut self, path: &str, target: &'static str, keys: &BTreeSet<Uuid>, answer: &Value) {
        let paged = answer.is_object();
        let nodes = if paged { &answer["nodes"] } else { answer };
        let Some(nodes) = nodes.as_array() else { return self.fault(path, format!("{answer} is no list")) };
        let found: Vec<_> = nodes.iter().filter_map(|row| row["id"].as_str()).map(uuid).collect();
        let whole = found.len() == keys.len() && found.iter().all(|id| keys.contains(id));
        if !whole && (!paged || keys.len() <= 100) {
            let strange: Vec<_> =
                found.iter().filter(|id| !keys.contains(id)).map(|id| self.called(target, *id)).collect();
            let missing: Vec<_> =
                keys.iter().filter(|id| !found.contains(id)).map(|id| self.called(target, *id)).collect();
            self.fault(path, format!("{target}: shown {strange:?}, hidden {missing:?}"));
        }
        if paged {
            self.page(path, &found, keys.len(), answer);
        }
        for row in nodes {
            self.row(path, target, row);
        }
    }

    fn page(&mut self, path: &str, found: &[Uuid], whole: usize, answer: &Value) {
        let edges: Vec<_> = answer["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]["id"]).collect();
        let edges: Vec<_> = edges.into_iter().filter_map(Value::as_str).map(uuid).collect();
        if edges != found {
            self.fault(path, "its edges are not its nodes");
        }
        self.same(&format!("{path}.totalCount"), &json!({ "value": whole, "exact": true }), &answer["totalCount"]);
        self.same(&format!("{path}.hasNextPage"), &json!(whole > found.len()), &answer["pageInfo"]["hasNextPage"]);
    }

    /// The root lists, page by page.
    pub async fn at_lists(&mut self) {
        let lists: Vec<(String, String)> = self
            .sdl
            .fields("Query")
            .iter()
            .filter_map(|field| Some((field.name.clone(), self.sdl.connected(&field.ty.base)?.to_owned())))
            .collect();
        for (field, target) in lists {
            let target = TYPES.iter().find(|(name, _)| *name == target).map(|(name, _)| *name).unwrap();
            let page = self.sdl.page_of(target);
            let document = format!("query($after: String) {{ {field}(first: 40, after: $after) {page} }}");
            let all = oracle::rows(&self.eye(), target);
            // No problem is nobody's, whatever happened to it.
            let all = if field == "orphans" { vec![] } else { all };
            // One's own are listed elsewhere.
            let answered = |key: Uuid| {
                let row = self.truth.subject_requests.iter().find(|row| row.id == key);
                field != "subjectRequests" || row.is_some_and(|row| self.eye().is_to_answer(row))
            };
            let all: Vec<_> = all.into_iter().filter(|key| answered(*key)).collect();
            let keys: BTreeSet<_> = all.into_iter().filter(|key| oracle::visible(&self.eye(), target, *key)).collect();
            let (mut found, mut after) = (vec![], Value::Null);
            loop {
                let data = self.data(&document, json!({ "after": after })).await;
                let answer = &data[&field];
                for row in answer["nodes"].as_array().unwrap() {
                    self.row(&field, target, row);
                    found.extend(row["id"].as_str().map(uuid));
                }
                let total = json!({ "value": keys.len(), "exact": true });
                self.same(&format!("{field}.totalCount"), &total, &answer["totalCount"]);
                if answer["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                after = answer["pageInfo"]["endCursor"].clone();
            }
            let whole: BTreeSet<_> = found.iter().copied().collect();
            if whole != keys || whole.len() != found.len() {
                let names = |ids: Vec<&Uuid>| ids.into_iter().map(|id| self.called(target, *id)).collect::<Vec<_>>();
                let (strange, missing) =
                    (names(whole.difference(&keys).collect()), names(keys.difference(&whole).collect()));
                self.fault(&field, format!("shown {strange:?}, hidden {missing:?}, {} rows", found.len()));
            }
        }
    }

    /// The root fields that answer one row, by each of their arguments.
    pub async fn at_single_rows(&mut self) {
        let single: Vec<(String, String, Vec<String>)> = self
            .sdl
            .fields("Query")
            .iter()
            .filter(|field| self.sdl.is_row(&field.ty.base))
            .map(|field: &Field| {
                let arguments = field.arguments.iter().map(|argument| argument.name.clone()).collect();
                (field.name.clone(), field.ty.base.clone(), arguments)
            })
            .collect();
        for (field, target, arguments) in single {
            if field == "viewer" {
                let document = format!("{{ viewer {} }}", self.sdl.all_of("Viewer"));
                let data = self.data(&document, json!({})).await;
                self.row("viewer", "Viewer", &data["viewer"]);
                continue;
            }
            let (target, prefix) = *TYPES.iter().find(|(name, _)| *name == target).unwrap();
            let leaves = self.sdl.leaves_of(target);
            for argument in arguments {
                let ty = if argument == "id" { "ID!" } else { "String!" };
                let document = format!("query($key: {ty}) {{ {field}({argument}: $key) {leaves} }}");
                for id in oracle::rows(&self.eye(), target) {
                    let Some(key) = self.key(&field, &argument, target, id, &typed(prefix, id)) else { continue };
                    let data = self.data(&document, json!({ "key": key })).await;
                    let path = format!("{field}({argument}) {}", self.called(target, id));
                    let row = at(&data, &field);
                    match (oracle::visible(&self.eye(), target, id), row.is_null()) {
                        (true, true) => self.fault(&path, "hidden"),
                        (false, false) => self.fault(&path, format!("shown: {row}")),
                        (false, true) => {}
                        (true, false) => self.row(&path, target, row),
                    }
                }
            }
        }
    }

    /// What a row is asked for by; `None` where this field does not answer it.
    fn key(&self, field: &str, argument: &str, target: &str, id: Uuid, typed: &str) -> Option<String> {
        match (field, argument, target) {
            (_, "id", _) => Some(typed.to_owned()),
            (_, "number", "Problem") => {
                self.truth.problems.iter().find(|row| row.id == id).map(|row| row.number.clone())
            }
            (_, "code", "Region") => {
                let row = self.truth.regions.iter().find(|row| row.id == id)?;
                (field != "community" || row.code % 1000 != 0).then(|| row.code.to_string())
            }
            _ => panic!("nobody knows how to ask {field} by {argument}"),
        }
    }

    /// A mutation's payload.
    pub fn payload(&mut self, shown: &Shown) {
        let target = TYPES.iter().find(|(name, _)| *name == shown.target).map(|(name, _)| *name).unwrap();
        if !shown.row.is_null() {
            self.row(&format!("{} {}", shown.mutation, shown.target), target, &shown.row);
        }
    }
}
