//! The reference: the schema of a viewer with a resolver a field, run by the library's executor over rows in memory.
//!
//! The executor's faults that matter here (async-graphql 7.2.1): response keys come in the order of completion, so answers
//! are compared as unordered JSON; `@skip` and `@include` do not see the defaults of variables, so those are given here;
//! an argument whose variable is not given is null and not its default; defaults of input members and lists of one are
//! left to the resolver; a null must be no value at all, and there is none
//! in a list of an interface; an object all of whose selection is skipped is null and lost to what it merges with, so
//! none is empty here;
//! its rules do not look at `__typename`, which goes into a fragment, as the server has it.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dynamic::{FieldFuture, FieldValue, ResolverContext};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Request, Value as Literal, Variables};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use liufang::id;
use liufang::policy::Viewer;
use liufang::problem::notice::PrivacyNotice;
use liufang::read::check;
use liufang::read::door::Execute;
use liufang::read::model::Model;
use liufang::read::schema::{Resolver, Standing, View, build};
use liufang::read::shape::VOCABULARIES;
use liufang::vault::Vault;
use serde_json::map::Entry;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fields::{Fields, Found, Row, TYPES, due};
use super::rules::Eye;
use crate::support::database::SECRET_KEY;
use crate::support::world::Data;

/// A viewer's schema over rows in memory.
pub struct Reference {
    pub view: View,
    world: Arc<World>,
}

/// What resolvers hand on.
enum Thing {
    Row(Row),
    Page(Arc<Page>),
    Edge(Arc<Page>, usize),
    Object(Value),
}

/// A page of a list.
struct Page {
    rows: Vec<Row>,
    /// The columns it is ordered by, as the server's cursors are bound to them.
    order: String,
    more: bool,
    total: usize,
}

struct World {
    fields: Fields,
    sees: HashMap<Row, bool>,
}

/// What a list is ordered by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
    Time(DateTime<Utc>),
    Day(NaiveDate),
    Id(Uuid),
}

impl Reference {
    pub fn new(model: &Model, viewer: &Viewer, data: Data) -> Self {
        let eye = Eye::of(data, viewer.clone());
        let fields = Fields { inbox: super::inbox::waiting(&eye), eye, vault: Vault::new(&SECRET_KEY) };
        let rows = TYPES.iter().flat_map(|(of, _)| fields.all(of));
        let sees = rows.map(|row| (row, fields.sees(row))).collect();
        let world = Arc::new(World { fields, sees });
        let standing = Standing { role: Some(viewer.role), scopes: viewer.scopes };
        let view = build(model, standing, &|of, name| resolver(&world, of, name));
        Self { view, world }
    }

    /// What it knows of the rows.
    pub fn fields(&self) -> &Fields {
        &self.world.fields
    }

    /// Whether the viewer may read a row.
    pub fn sees(&self, row: Row) -> bool {
        self.world.sees[&row]
    }

    /// The data of its answer; there must be no error.
    pub async fn data(&self, document: &str, variables: &Map<String, Value>) -> Value {
        let parsed = parse_query(document).unwrap();
        let (_, operation) = parsed.operations.iter().next().unwrap();
        let mut variables = variables.clone();
        for definition in operation.node.variable_definitions.iter().map(|definition| &definition.node) {
            if let (Some(default), Entry::Vacant(place)) =
                (&definition.default_value, variables.entry(definition.name.node.as_str()))
            {
                place.insert(default.node.clone().into_json().unwrap());
            }
        }
        let variables = Variables::from_json(Value::Object(variables));
        let mut request = Request::new("").variables(variables).data(Execute);
        request.set_parsed_query(marked(check::in_full(&parsed)));
        let response = self.view.schema.execute(request).await;
        assert!(response.errors.is_empty(), "{:?}\n{document}", response.errors);
        unmarked(response.data.into_json().unwrap())
    }
}

/// A key in every object, so that none is empty.
const MARK: &str = "mark__";

fn marked(mut document: ExecutableDocument) -> ExecutableDocument {
    fn inner(set: &mut SelectionSet) {
        for selection in &mut set.items {
            match &mut selection.node {
                Selection::Field(field) if field.node.selection_set.node.items.is_empty() => {}
                Selection::Field(field) => mark(&mut field.node.selection_set.node),
                Selection::InlineFragment(fragment) => inner(&mut fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    fn mark(set: &mut SelectionSet) {
        inner(set);
        let mark = parse_query(format!("{{ {MARK}: __typename }}")).unwrap();
        let (_, operation) = mark.operations.iter().next().unwrap();
        set.items.extend(operation.node.selection_set.node.items.iter().cloned());
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => mark(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                mark(&mut operation.node.selection_set.node);
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        inner(&mut fragment.node.selection_set.node);
    }
    document
}

fn unmarked(answer: Value) -> Value {
    match answer {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(name, _)| name != MARK);
            Value::Object(kept.map(|(name, value)| (name, unmarked(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(unmarked).collect(),
        single @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => single,
    }
}

fn resolver(world: &Arc<World>, of: &str, name: &str) -> Resolver {
    let (world, of, name) = (world.clone(), of.to_owned(), name.to_owned());
    Arc::new(move |context| {
        let value = match context.parent_value.downcast_ref::<Thing>() {
            None => world.root(&name, &context),
            Some(Thing::Row(row)) => world.field(*row, &name, &context),
            Some(Thing::Page(page)) => page_field(page, &of, &name),
            Some(Thing::Edge(page, at)) => Some(match name.as_str() {
                "node" => FieldValue::owned_any(Thing::Row(page.rows[*at])),
                _ => leaf(cursor(page.rows[*at], &page.order)),
            }),
            Some(Thing::Object(object)) => value(object[&name].clone()),
        };
        FieldFuture::Value(value)
    })
}

fn leaf(value: Value) -> FieldValue<'static> {
    FieldValue::value(Literal::from_json(value).unwrap())
}

/// A value: objects are handed on, nulls are no value.
fn value(value: Value) -> Option<FieldValue<'static>> {
    match value {
        Value::Null => None,
        Value::Object(_) => Some(FieldValue::owned_any(Thing::Object(value))),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            Some(FieldValue::list(items.into_iter().map(|item| FieldValue::owned_any(Thing::Object(item)))))
        }
        other @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => Some(leaf(other)),
    }
}

/// The reference's own cursors name a row.
const CURSOR: &str = "behind ";

fn cursor(row: Row, order: &str) -> Value {
    format!("{CURSOR}{} {} {order}", row.of, row.at).into()
}

/// The columns of an order: `reported_at-,id-`.
fn columns(order: &[(String, bool)], list: &str) -> String {
    let column = |field: &str| match field {
        "AT" => "occurred_at".to_owned(),
        "DUE_AT" if list == "subjectRequests" => "due_at".to_owned(),
        "DUE_AT" => "due_order".to_owned(),
        "DUE_ON" if list == "mediations" => "due_order".to_owned(),
        other => other.to_lowercase(),
    };
    let sign = |falls: bool| if falls { '-' } else { '+' };
    let mut columns: Vec<_> = order.iter().map(|(field, falls)| format!("{}{}", column(field), sign(*falls))).collect();
    columns.push(format!("id{}", sign(order.last().is_some_and(|(_, falls)| *falls))));
    columns.join(",")
}

/// Whether two answers are the same but for cursors, which must lead to the same row.
pub fn same(reference: &Reference, expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::String(one), Value::String(other)) if one.starts_with(CURSOR) => reference.leads(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(reference, one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let inner =
                |(name, one): (&String, &Value)| other.get(name).is_some_and(|other| same(reference, one, other));
            one.len() == other.len() && one.iter().all(inner)
        }
        (one, other) => one == other,
    }
}

impl Reference {
    /// Whether the server's cursor names a row's id at its end, as the reference's names the row.
    fn leads(&self, ours: &str, theirs: &str) -> bool {
        let row = row_of(ours).unwrap();
        let order = ours.rsplit(' ').next().unwrap();
        let sealed = URL_SAFE_NO_PAD.decode(theirs).unwrap();
        let values = self.world.fields.vault.open(&format!("cursor {}:{order}", row.of), &sealed);
        let values: Vec<Value> = serde_json::from_slice(&values.unwrap()).unwrap();
        let id: Uuid = values.last().unwrap().as_str().unwrap().parse().unwrap();
        self.world.fields.uuid(row) == id
    }
}

fn row_of(cursor: &str) -> Option<Row> {
    let mut parts = cursor.strip_prefix(CURSOR)?.split(' ');
    let (of, at) = (parts.next()?, parts.next()?);
    let (of, _) = TYPES.iter().find(|(other, _)| *other == of)?;
    Some(Row { of, at: at.parse().ok()? })
}

impl World {
    fn root(&self, name: &str, context: &ResolverContext<'_>) -> Option<FieldValue<'static>> {
        let argument = |name: &str| argument(context, name);
        let text = |name: &str| argument(name).as_str().map(str::to_owned);
        let data = &self.fields.eye.data;
        let by_id = |of, id: Option<String>| self.fields.find(of, id::split(&id?)?.1);
        let region = || {
            let code: i64 = text("code")?.parse().ok()?;
            data.regions.iter().position(|row| row.code == code).map(|at| Row { of: "Region", at })
        };
        let one = match name {
            "viewer" => self.fields.find("Viewer", self.fields.eye.viewer.user),
            "region" => region(),
            "community" => region().filter(|row| data.regions[row.at].level == entity::word::RegionLevel::Community),
            "organisation" => by_id("Organisation", text("id")),
            "linkageGroup" => by_id("LinkageGroup", text("id")),
            "whistle" => by_id("Whistle", text("id")),
            "problem" => match text("number") {
                Some(number) => {
                    let at = data.problems.iter().position(|row| row.number == number);
                    at.map(|at| Row { of: "Problem", at })
                }
                None => by_id("Problem", text("id")),
            },
            "mediation" => by_id("Mediation", text("id")),
            "subjectRequest" => by_id("SubjectRequest", text("id")),
            "node" => return self.node(argument("id").as_str()?),
            "nodes" => {
                let ids = argument("ids");
                let ids = ids.as_array().cloned().unwrap_or_else(|| vec![ids]);
                let nodes = ids.iter().map(|id| self.node(id.as_str().unwrap()).unwrap_or(FieldValue::NULL));
                return Some(FieldValue::list(nodes));
            }
            "vocabulary" => {
                let words = VOCABULARIES.iter().flat_map(|words| {
                    let told = (words.values)().into_iter();
                    told.map(|[word, zh, en]| json!({ "enum": words.name, "value": word, "zh": zh, "en": en }))
                });
                return value(words.collect());
            }
            "privacyNotice" => {
                let own = PrivacyNotice::default();
                return value(json!({
                    "version": own.version, "effectiveOn": own.effective_on, "zh": own.zh, "en": own.en,
                }));
            }
            list => {
                let of = match list {
                    "regions" => "Region",
                    "organisations" => "Organisation",
                    "linkageGroups" => "LinkageGroup",
                    "problems" => "Problem",
                    "orphans" => {
                        let eye = &self.fields.eye;
                        let orphan = |row: &Row| eye.orphan(&eye.data.problems[row.at]);
                        let orphans = self.fields.all("Problem").into_iter().filter(orphan).collect();
                        return Some(self.page(orphans, name, context));
                    }
                    "auditTrail" => "AuditEntry",
                    "dispositionTasks" => "DispositionTask",
                    "whistles" => "Whistle",
                    "mediations" => "Mediation",
                    "redactions" => "Redaction",
                    "subjectRequests" => {
                        let eye = &self.fields.eye;
                        let answered = |row: &Row| eye.answers(&eye.data.subject_requests[row.at]);
                        let answered = self.fields.all("SubjectRequest").into_iter().filter(answered).collect();
                        return Some(self.page(answered, name, context));
                    }
                    other => panic!("the reference knows no query {other}"),
                };
                return Some(self.page(self.fields.all(of), name, context));
            }
        };
        one.filter(|row| self.sees[row]).map(|row| FieldValue::owned_any(Thing::Row(row)))
    }

    fn node(&self, id: &str) -> Option<FieldValue<'static>> {
        let (prefix, uuid) = id::split(id)?;
        let (of, _) = TYPES.iter().find(|(_, other)| other.0 == prefix)?;
        let row = self.fields.find(of, uuid).filter(|row| self.sees[row])?;
        Some(FieldValue::owned_any(Thing::Row(row)).with_type(*of))
    }

    fn field(&self, row: Row, name: &str, context: &ResolverContext<'_>) -> Option<FieldValue<'static>> {
        match self.fields.field(row, name) {
            Found::Leaf(Value::Null) | Found::Many(None) => None,
            Found::Leaf(found) => Some(leaf(found)),
            Found::Object(Value::Array(items)) => {
                Some(FieldValue::list(items.into_iter().map(|item| FieldValue::owned_any(Thing::Object(item)))))
            }
            Found::Object(object) => value(object),
            Found::One(found) => found.filter(|row| self.sees[row]).map(|row| FieldValue::owned_any(Thing::Row(row))),
            Found::Many(Some(rows))
                if ["compounds", "concerns", "posts", "attendees"].contains(&name) && row.of != "Region" =>
            {
                // Plain lists: all that is in sight, in their own order.
                let mut rows: Vec<Row> = rows.into_iter().filter(|row| self.sees[row]).collect();
                let field = match name {
                    "compounds" => "NAME",
                    "posts" => "STARTED_ON",
                    "attendees" => "NUMBER",
                    _ => "CREATED_AT",
                };
                rows.sort_by_key(|row| (self.key(*row, field), self.fields.uuid(*row)));
                Some(FieldValue::list(rows.into_iter().map(|row| FieldValue::owned_any(Thing::Row(row)))))
            }
            Found::Many(Some(rows)) => Some(self.page(rows, name, context)),
        }
    }

    /// A connection: what is in sight, meets the filter, and lies behind the cursor, in order.
    fn page(&self, rows: Vec<Row>, list: &str, context: &ResolverContext<'_>) -> FieldValue<'static> {
        let filter = argument(context, "filter");
        let meets = |row: &Row| {
            let conditions = filter.as_object().into_iter().flatten().filter(|(_, operand)| !operand.is_null());
            conditions.into_iter().all(|(name, operand)| self.meets(*row, name, operand))
        };
        let mut rows: Vec<Row> = rows.into_iter().filter(|row| self.sees[row] && meets(row)).collect();
        let order = order(&argument(context, "orderBy"), list);
        rows.sort_by(|one, other| self.compare(*one, *other, &order));
        let total = rows.len();
        if let Some(after) = argument(context, "after").as_str().and_then(row_of) {
            rows.retain(|row| self.compare(*row, after, &order) == Ordering::Greater);
        }
        let first = argument(context, "first").as_u64().map_or(20, |first| usize::try_from(first).unwrap());
        let more = rows.len() > first;
        rows.truncate(first);
        FieldValue::owned_any(Thing::Page(Arc::new(Page { rows, order: columns(&order, list), more, total })))
    }

    fn compare(&self, one: Row, other: Row, order: &[(String, bool)]) -> Ordering {
        let falls = order.last().is_some_and(|(_, falls)| *falls);
        let turned = |falls: bool, ordering: Ordering| if falls { ordering.reverse() } else { ordering };
        let keys = order.iter().map(|(field, falls)| turned(*falls, self.key(one, field).cmp(&self.key(other, field))));
        let id = |row| Key::Id(self.fields.uuid(row));
        keys.fold(Ordering::Equal, Ordering::then).then(turned(falls, id(one).cmp(&id(other))))
    }

    fn key(&self, row: Row, field: &str) -> Key {
        let data = &self.fields.eye.data;
        let at = row.at;
        match (row.of, field) {
            ("Region", "CODE") => Key::Number(data.regions[at].code),
            ("Grid", "CODE") => Key::Number(data.grids[at].code),
            ("Compound", "NAME") => Key::Text(data.compounds[at].name.clone()),
            ("Building", "NAME") => Key::Text(data.buildings[at].name.clone()),
            ("Organisation", "NAME") => Key::Text(data.organisations[at].name.clone()),
            ("LinkageGroup", "CREATED_AT") => Key::Time(data.groups[at].created_at),
            ("Party", "CREATED_AT") => Key::Time(data.parties[at].created_at),
            ("PartySeat", "STARTED_ON") => Key::Day(data.seats[at].started_on),
            ("Appointment", "STARTED_ON") => Key::Day(data.appointments[at].started_on),
            ("Problem", "REPORTED_AT") => Key::Time(data.problems[at].reported_at),
            ("Problem", "DUE_AT") => Key::Time(due(data.problems[at].due_at)),
            ("Addition", "CREATED_AT") => Key::Time(data.additions[at].created_at),
            ("FollowUp", "CREATED_AT") => Key::Time(data.follow_ups[at].created_at),
            ("Rating", "CREATED_AT") => Key::Time(data.ratings[at].created_at),
            ("Disclosure", "CREATED_AT") => Key::Time(data.disclosures[at].created_at),
            ("Attachment", "CREATED_AT") => Key::Time(data.attachments[at].created_at),
            ("Disposition", "CREATED_AT") => Key::Time(data.dispositions[at].created_at),
            ("ContactRelease", "CREATED_AT") => Key::Time(data.releases[at].created_at),
            ("VisitOffer", "CREATED_AT") => Key::Time(data.visits[at].created_at),
            ("TimelineEntry" | "AuditEntry", "AT") => Key::Time(data.events[at].occurred_at),
            ("Request", "ASKED_AT") => Key::Time(data.requests[at].asked_at),
            ("ExtensionRequest", "ASKED_AT") => Key::Time(data.extensions[at].asked_at),
            ("Suspension", "ASKED_AT") => Key::Time(data.suspensions[at].asked_at),
            ("LedgerEntry", "CARRIED_AT") => Key::Time(data.ledger[at].carried_at),
            ("Supervision", "PROPOSED_AT") => Key::Time(data.supervisions[at].proposed_at),
            ("DispositionTask", "ASSIGNED_AT") => Key::Time(data.tasks[at].assigned_at),
            ("DispositionTask", "DUE_AT") => Key::Time(due(data.tasks[at].due_at)),
            ("Whistle", "RAISED_AT") => Key::Time(data.whistles[at].raised_at),
            ("WhistleCall", "CALLED_AT") => Key::Time(data.calls[at].called_at),
            ("Mediation", "OPENED_AT") => Key::Time(data.mediations[at].opened_at),
            ("Mediation", "DUE_ON") => Key::Day(data.mediations[at].due_on.unwrap_or(due(None).date_naive())),
            ("MediationSide", "NUMBER") => Key::Number(data.sides[at].number),
            ("MediationSession", "STARTS_AT") => Key::Time(data.sessions[at].starts_at),
            ("MediationStatement", "CREATED_AT") => Key::Time(data.statements[at].created_at),
            ("InboxItem", "DUE_AT") => Key::Time(due(self.fields.waiting_due(at))),
            ("Notification", "CREATED_AT") => Key::Time(data.notifications[at].created_at),
            ("Redaction", "ASKED_AT") => Key::Time(data.redactions[at].asked_at),
            ("SubjectRequest", "ASKED_AT") => Key::Time(data.subject_requests[at].asked_at),
            ("SubjectRequest", "DUE_AT") => Key::Time(data.subject_requests[at].due_at),
            ("MediationObligation", "DUE_ON") => Key::Day(data.obligations[at].due_on),
            other => panic!("the reference knows no order {other:?}"),
        }
    }

    /// Whether a row meets one condition of a filter.
    fn meets(&self, row: Row, name: &str, operand: &Value) -> bool {
        let (fields, data, at) = (&self.fields, &self.fields.eye.data, row.at);
        let leaf = |name: &str| match fields.field(row, name) {
            Found::Leaf(found) => found,
            Found::One(found) => found.map_or(Value::Null, |row| fields.id(row)),
            Found::Object(_) | Found::Many(_) => panic!("{name} is no value"),
        };
        let shown = |problem| fields.eye.summary(problem);
        match (row.of, name) {
            ("Building", "hasLeader") => operand == fields.has_leader(at),
            ("Appointment", "holds") => operand == fields.eye.holds_today(&data.appointments[at]),
            ("Problem" | "Whistle", "open") => operand == &leaf("open"),
            ("Problem", "urgent") => shown(&data.problems[at]) && operand == &leaf("urgent"),
            ("Problem", "channel") => shown(&data.problems[at]) && chosen(&leaf("channel"), operand),
            ("Problem", "overdue") => shown(&data.problems[at]) && operand == fields.overdue(&data.problems[at]),
            ("Problem", "awaitingDecision") => {
                let row = &data.problems[at];
                fields.eye.trusted_office(row) && operand == fields.eye.awaits(row)
            }
            ("Problem", "reportedAt") => within(Some(data.problems[at].reported_at), operand),
            ("Problem", "closedAt") => within(data.problems[at].closed_at, operand),
            ("Problem", "community") => chosen(&data.problems[at].community_code.to_string().into(), operand),
            ("Problem", "grid") => self.in_grid(&data.problems[at], operand),
            ("Problem", "text") => self.found(&data.problems[at], operand.as_str().unwrap()),
            ("Problem", "concerns") => {
                let asked: Vec<&Value> = asked(operand);
                let (told, found) =
                    fields.complained_of(&data.problems[at], |party| asked.iter().any(|one| *one == party));
                told && found != operand.get("notIn").is_some_and(|list| !list.is_null())
            }
            ("DispositionTask", "overdue") => operand == fields.task_overdue(&data.tasks[at]),
            ("DispositionTask", "dueAt") => within(data.tasks[at].due_at, operand),
            ("SubjectRequest", "overdue") => operand == fields.eye.request_late(&data.subject_requests[at]),
            ("Mediation", "openedAt") => within(Some(data.mediations[at].opened_at), operand),
            ("Mediation", "overdue") => operand == fields.mediation_overdue(&data.mediations[at]),
            ("AuditEntry", "at") => within(Some(data.events[at].occurred_at), operand),
            ("Whistle", "overdue") => operand == fields.whistle_overdue(&data.whistles[at]),
            ("Whistle", "raisedAt") => within(Some(data.whistles[at].raised_at), operand),
            ("Whistle", "party") => {
                let asked: Vec<&Value> = asked(operand);
                let found = fields.calls_one(&data.whistles[at], |party| asked.iter().any(|one| *one == party));
                found != operand.get("notIn").is_some_and(|list| !list.is_null())
            }
            ("Notification", "unread") => operand == data.notifications[at].read_at.is_none(),
            ("WhistleCall", "overdue") => operand == fields.call_overdue(&data.calls[at]),
            _ => chosen(&leaf(name), operand),
        }
    }

    /// Found is what has all words of a text, as they stand, in the texts for one audience that may be read.
    fn found(&self, row: &entity::problem::Model, text: &str) -> bool {
        let letters =
            |text: &str| text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
        let eye = &self.fields.eye;
        let additions = eye.data.additions.iter().filter(|one| one.problem_id == row.id);
        let additions = additions.map(|one| one.content.clone());
        let reported = std::iter::once(row.report.clone()).chain(row.place.clone()).chain(additions);
        let shared = row.title.clone().into_iter().chain(row.summary.clone());
        let texts = [
            row.public_summary.clone(),
            Some(shared.collect::<String>()).filter(|_| eye.summary(row)),
            Some(reported.collect::<String>()).filter(|_| eye.report(row)),
        ];
        let has = |whole: &String| text.split(' ').all(|word| letters(whole).contains(&letters(word)));
        !super::rules::confidential(row) && texts.iter().flatten().any(has)
    }

    fn in_grid(&self, row: &entity::problem::Model, operand: &Value) -> bool {
        let id = |grid: Option<Uuid>| json!(grid.map(|id| id::TypeId(id::prefix::GRID, id).to_string()));
        let (grid, micro) = (chosen(&id(row.grid_id), operand), chosen(&id(row.micro_grid_id), operand));
        let shown = self.fields.eye.summary(row);
        if operand.get("notIn").is_some_and(|list| !list.is_null()) {
            shown && grid && micro
        } else {
            grid || (shown && micro)
        }
    }
}

/// A field of a connection, of its page or of its count.
fn page_field(page: &Arc<Page>, of: &str, name: &str) -> Option<FieldValue<'static>> {
    let row = |row: &Row| FieldValue::owned_any(Thing::Row(*row));
    match (of, name) {
        ("PageInfo", "hasNextPage") => Some(leaf(page.more.into())),
        ("PageInfo", "hasPreviousPage") => Some(leaf(false.into())),
        ("PageInfo", "startCursor") => page.rows.first().map(|row| leaf(cursor(*row, &page.order))),
        ("PageInfo", "endCursor") => page.rows.last().map(|row| leaf(cursor(*row, &page.order))),
        ("Count", "value") => Some(leaf(page.total.into())),
        ("Count", "exact") => Some(leaf(true.into())),
        (_, "nodes") => Some(FieldValue::list(page.rows.iter().map(row))),
        (_, "edges") => {
            let edges = (0..page.rows.len()).map(|at| FieldValue::owned_any(Thing::Edge(page.clone(), at)));
            Some(FieldValue::list(edges))
        }
        (_, "pageInfo" | "totalCount") => Some(FieldValue::owned_any(Thing::Page(page.clone()))),
        other => panic!("the reference knows no {other:?}"),
    }
}

/// An argument; null where it is not given.
fn argument(context: &ResolverContext<'_>, name: &str) -> Value {
    context.args.get(name).map_or(Value::Null, |given| given.as_value().clone().into_json().unwrap())
}

/// What an order asks for, or the list's own.
fn order(asked: &Value, list: &str) -> Vec<(String, bool)> {
    let asked = match asked {
        Value::Array(orders) => orders.clone(),
        Value::Null => {
            let falls = [
                "problems",
                "mediations",
                "orphans",
                "auditTrail",
                "linkageGroups",
                "dispositionTasks",
                "disclosures",
                "whistles",
                "whistleCalls",
                "notifications",
                "redactions",
                "subjectRequests",
            ]
            .contains(&list);
            let field = match list {
                "regions" | "children" | "grids" | "microGrids" => "CODE",
                "organisations" | "compounds" | "buildings" | "microGridBuildings" => "NAME",
                "seats" | "representatives" | "staff" | "leaders" | "posts" => "STARTED_ON",
                "problems" | "orphans" | "merged" => "REPORTED_AT",
                "requests" | "extensions" | "suspensions" | "redactions" | "subjectRequests" => "ASKED_AT",
                "ledgerEntries" => "CARRIED_AT",
                "supervisions" => "PROPOSED_AT",
                "mediations" => "OPENED_AT",
                "sides" => "NUMBER",
                "sessions" => "STARTS_AT",
                "obligations" => "DUE_ON",
                "inbox" => "DUE_AT",
                "auditTrail" | "timeline" => "AT",
                "tasks" | "dispositionTasks" => "ASSIGNED_AT",
                "whistles" => "RAISED_AT",
                "calls" | "whistleCalls" => "CALLED_AT",
                _ => "CREATED_AT",
            };
            return vec![(field.into(), falls)];
        }
        single @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => vec![single.clone()],
    };
    asked.iter().map(|one| (one["field"].as_str().unwrap().to_owned(), one["direction"] == "DESC")).collect()
}

/// The values that a choice names.
fn asked(operand: &Value) -> Vec<&Value> {
    let named = operand.as_object().unwrap().values().filter(|value| !value.is_null());
    named.flat_map(|value| value.as_array().map_or_else(|| vec![value], |list| list.iter().collect())).collect()
}

fn chosen(value: &Value, operand: &Value) -> bool {
    let among = !value.is_null() && asked(operand).contains(&value);
    if operand.get("notIn").is_some_and(|list| !list.is_null()) { !among } else { among }
}

fn within(value: Option<DateTime<Utc>>, operand: &Value) -> bool {
    let end = |name: &str| operand.get(name).and_then(Value::as_str).map(|text| text.parse::<DateTime<Utc>>().unwrap());
    let (from, to) = (end("from"), end("to"));
    let after = from.is_none_or(|from| value.is_some_and(|value| value >= from));
    after && to.is_none_or(|to| value.is_some_and(|value| value < to))
}
