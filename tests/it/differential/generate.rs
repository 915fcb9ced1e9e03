//! Documents by chance from a viewer's own schema: nested selections, aliases, fragments, directives, and variables in
//! every place where a value can stand.

use std::collections::HashMap;
use std::fmt::Write;

use async_graphql::dynamic::TypeRef;
use chrono::TimeDelta;
use liufang::event::Kind;
use liufang::id::TypeId;
use liufang::read::schema::{Argument, Taken, View};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fields::{Fields, Row, TYPES, moment};
use crate::support::dice::Dice;
use crate::support::world::{COMMUNITIES, noon};

/// A document with its variables.
pub struct Document {
    pub text: String,
    pub variables: Map<String, Value>,
    /// Whether its field `list` is a page that `$cursor` goes on from.
    pub paged: bool,
}

/// Makes documents.
pub struct Generator<'a> {
    view: &'a View,
    ids: HashMap<&'static str, Vec<String>>,
    /// Ids of rows in sight: the reference cannot answer null in a list of `Node`.
    visible: Vec<String>,
    dice: Dice,
    left: usize,
    count: usize,
    fragments: Vec<(String, String, String)>,
    declared: Vec<String>,
    variables: Map<String, Value>,
}

/// How many fields a document has at most, about.
const SIZE: usize = 45;
/// How many rows deep it goes.
const DEPTH: usize = 5;

impl<'a> Generator<'a> {
    pub fn new(view: &'a View, fields: &Fields, in_sight: impl Fn(Row) -> bool, seed: u64) -> Self {
        let known = TYPES.iter().filter(|(of, _)| view.objects.contains_key(*of));
        let rows = known.clone().flat_map(|(of, _)| fields.all(of)).filter(|row| in_sight(*row));
        let visible = rows.map(|row| fields.id(row).as_str().unwrap().to_owned()).collect();
        let ids = known.map(|(of, prefix)| {
            let rows = fields.all(of).into_iter();
            let mut ids: Vec<String> = rows.map(|row| fields.id(row).as_str().unwrap().to_owned()).collect();
            ids.push(TypeId(*prefix, Uuid::nil()).to_string());
            (*of, ids)
        });
        let (left, count) = (0, 0);
        let (fragments, declared, variables) = (vec![], vec![], Map::new());
        Self { view, ids: ids.collect(), visible, dice: Dice::new(seed), left, count, fragments, declared, variables }
    }

    pub fn document(&mut self) -> Document {
        (self.left, self.count) = (SIZE, 0);
        (self.fragments, self.declared, self.variables) = (vec![], vec![], Map::new());
        let paged = self.dice.chance(40);
        let mut body = String::new();
        if paged {
            self.declared.push("$cursor: String".into());
            let lists: Vec<String> = self
                .fields("Query")
                .into_iter()
                .filter(|name| self.view.objects["Query"][name].ty.type_name().ends_with("Connection"))
                .collect();
            let list = self.dice.pick(&lists).clone();
            let slot = &self.view.objects["Query"][&list];
            let arguments = self.arguments(&list, &slot.arguments, true);
            let inner = self.selection(slot.ty.type_name(), DEPTH);
            let _ = write!(body, "list: {list}({arguments}) {{ paging: pageInfo {{ end: endCursor }} {inner} }} ");
        }
        body += &self.selection("Query", DEPTH);
        let declared = if self.declared.is_empty() { String::new() } else { format!("({})", self.declared.join(", ")) };
        let mut text = format!("query Q{declared} {{ {body} }}");
        for (name, of, selection) in &self.fragments {
            let _ = write!(text, "\nfragment {name} on {of} {{ {selection} }}");
        }
        Document { text, variables: std::mem::take(&mut self.variables), paged }
    }

    fn fields(&self, of: &str) -> Vec<String> {
        // Held elsewhere: the statistics, and what is like what; how a text is cut into pieces.
        let left_out = |name: &String| {
            ![
                "problemStatistics",
                "similarProblems",
                "similarPublicProblems",
                "snippet",
                "reportAudience",
                "workingCalendar",
                "timeLimits",
                "retentions",
            ]
            .contains(&name.as_str())
        };
        let mut names: Vec<String> = self.view.objects[of].keys().filter(|name| left_out(name)).cloned().collect();
        names.sort();
        names
    }

    fn new_name(&mut self, first: &str) -> String {
        self.count += 1;
        format!("{first}{}", self.count)
    }

    fn selection(&mut self, of: &str, depth: usize) -> String {
        if of == "Node" {
            return self.node(depth);
        }
        let names = self.fields(of);
        let parts: Vec<String> = (0..=self.dice.below(4))
            .map(|_| {
                let part = self.field(of, &names, depth);
                self.wrapped(of, part)
            })
            .collect();
        parts.join(" ")
    }

    fn node(&mut self, depth: usize) -> String {
        // What the answer's keys depend on is asked for first.
        let mut parts = vec!["__typename".to_owned()];
        for (of, _) in TYPES {
            if self.ids.contains_key(of) && self.dice.chance(35) {
                let inner = self.selection(of, depth.saturating_sub(1));
                parts.push(format!("... on {of} {{ {inner} }}"));
            }
        }
        if self.dice.chance(50) {
            parts.push("... on Node { id }".into());
        }
        parts.join(" ")
    }

    /// A part of a selection, or a fragment with it.
    fn wrapped(&mut self, of: &str, part: String) -> String {
        if !self.dice.chance(22) {
            return part;
        }
        let row = TYPES.iter().any(|(other, _)| *other == of);
        match self.dice.below(5) {
            0 => format!("... on {of} {{ {part} }}"),
            1 => format!("...{} {{ {part} }}", self.directive()),
            2 if row => format!("{part} ... on Node {{ id }}"),
            3 => {
                let known: Vec<String> =
                    self.fragments.iter().filter(|(_, other, _)| other == of).map(|(name, ..)| name.clone()).collect();
                if known.is_empty() { part } else { format!("{part} ...{}", self.dice.pick(&known)) }
            }
            _ => {
                let name = self.new_name("F");
                self.fragments.push((name.clone(), of.to_owned(), part));
                let directive = if self.dice.chance(20) { self.directive() } else { String::new() };
                format!("...{name}{directive}")
            }
        }
    }

    fn directive(&mut self) -> String {
        let name = *self.dice.pick(&["include", "skip"]);
        let yes = self.dice.chance(if name == "include" { 80 } else { 20 });
        let condition = self.rendered(&TypeRef::named_nn(TypeRef::BOOLEAN), &json!(yes), false);
        format!(" @{name}(if: {condition})")
    }

    fn field(&mut self, of: &str, names: &[String], depth: usize) -> String {
        self.left = self.left.saturating_sub(1);
        let composite = |view: &View, name: &String| view.objects.contains_key(view.objects[of][name].ty.type_name());
        let spent = self.left == 0 || depth == 0;
        let fitting: Vec<&String> = names.iter().filter(|name| !spent || !composite(self.view, name)).collect();
        if fitting.is_empty() || self.dice.chance(6) {
            let alias = if self.dice.chance(30) { format!("{}: ", self.new_name("t")) } else { String::new() };
            let directive = if self.dice.chance(15) { self.directive() } else { String::new() };
            return format!("{alias}__typename{directive}");
        }
        let name = (*self.dice.pick(&fitting)).clone();
        let slot = self.view.objects[of][&name].clone();
        let arguments = self.arguments(&name, &slot.arguments, false);
        let alias = if !arguments.is_empty() || self.dice.chance(20) {
            format!("{}: ", self.new_name("a"))
        } else {
            String::new()
        };
        let arguments = if arguments.is_empty() { arguments } else { format!("({arguments})") };
        let directive = if self.dice.chance(12) { self.directive() } else { String::new() };
        let mut field = format!("{alias}{name}{arguments}{directive}");
        if composite(self.view, &name) {
            let target = slot.ty.type_name();
            let row = TYPES.iter().any(|(other, _)| *other == target) || target == "Node";
            let inner = self.selection(target, depth - usize::from(row));
            let _ = write!(field, " {{ {inner} }}");
        }
        field
    }

    fn arguments(&mut self, field: &str, arguments: &[Argument], paged: bool) -> String {
        let mut given = vec![];
        // Of several keys exactly one is given.
        let chosen = (field == "problem" && arguments.len() == 2).then(|| self.dice.below(2));
        for (place, argument) in arguments.iter().enumerate() {
            let required = matches!(argument.ty, TypeRef::NonNull(_));
            let wanted = chosen.map_or(required || self.dice.chance(45), |chosen| chosen == place);
            if argument.name == "after" {
                if paged {
                    given.push("after: $cursor".into());
                }
                continue;
            }
            if !wanted {
                continue;
            }
            let ty =
                if chosen.is_some() { TypeRef::NonNull(Box::new(argument.ty.clone())) } else { argument.ty.clone() };
            let value = match argument.name.as_str() {
                "orderBy" => self.order(&argument.ty),
                "first" => json!(self.dice.below(6)),
                name => self.value(&ty, if name == "id" || name == "ids" { field } else { name }),
            };
            let value = self.rendered(&argument.ty, &value, false);
            given.push(format!("{}: {value}", argument.name));
        }
        given.join(", ")
    }

    /// An order that names no field twice.
    fn order(&mut self, ty: &TypeRef) -> Value {
        let Taken::Object { members, .. } = &self.view.inputs[ty.type_name()] else { panic!("an order is an object") };
        let Taken::Enum(fields) = &self.view.inputs[members[0].ty.type_name()] else { panic!("a field is a word") };
        let mut left = fields.clone();
        let mut order = vec![];
        while !left.is_empty() && self.dice.chance(70) {
            let field = left.swap_remove(self.dice.below(left.len()));
            let direction = *self.dice.pick(&["ASC", "DESC"]);
            order.push(if self.dice.chance(70) {
                json!({ "field": field, "direction": direction })
            } else {
                json!({ "field": field })
            });
        }
        order.into()
    }

    /// A value of a type, as the place it stands in has them.
    fn value(&mut self, ty: &TypeRef, place: &str) -> Value {
        match ty {
            TypeRef::NonNull(inner) => {
                let value = self.value(inner, place);
                if value.is_null() { self.value(ty, place) } else { value }
            }
            _ if self.dice.chance(6) => Value::Null,
            TypeRef::List(inner) => (0..self.dice.below(4)).map(|_| self.value(inner, place)).collect(),
            TypeRef::Named(name) => match &self.view.inputs[name.as_ref()] {
                Taken::Enum(words) => self.dice.pick(words).clone().into(),
                Taken::Scalar(scalar) => self.single(scalar, place),
                Taken::Object { one_of: true, members, .. } => {
                    let member = self.dice.pick(members);
                    let ty = TypeRef::NonNull(Box::new(member.ty.clone()));
                    json!({ &*member.name: self.value(&ty, place) })
                }
                Taken::Object { members, .. } => {
                    let mut object = Map::new();
                    for member in members {
                        if self.dice.chance(if members.len() > 4 { 18 } else { 60 }) {
                            object.insert(member.name.clone(), self.value(&member.ty, &member.name));
                        }
                    }
                    object.into()
                }
            },
        }
    }

    fn single(&mut self, scalar: &str, place: &str) -> Value {
        match scalar {
            "Boolean" => self.dice.chance(50).into(),
            "Int" => self.dice.below(6).into(),
            "DateTime" | "from" | "to" => {
                let days = [-39, -20, -6, -1, 0, 1][self.dice.below(6)];
                moment(noon() + TimeDelta::days(days) + TimeDelta::hours(self.dice.below(30).try_into().unwrap()))
            }
            "ID" if place == "nodes" => self.dice.pick(&self.visible).clone().into(),
            "ID" => {
                let of = match place {
                    "grid" => "Grid",
                    "group" | "linkageGroup" => "LinkageGroup",
                    "party" | "leadParty" | "concerns" => "Party",
                    "organisation" => "Organisation",
                    "problem" => "Problem",
                    "whistle" => "Whistle",
                    "mediation" => "Mediation",
                    "subjectRequest" => "SubjectRequest",
                    _ => {
                        let mut types: Vec<&str> = self.ids.keys().copied().collect();
                        types.sort_unstable();
                        *self.dice.pick(&types)
                    }
                };
                self.dice.pick(&self.ids[of]).clone().into()
            }
            "String" => match place {
                "number" => format!("ZXL-2026-{:05}-1", self.dice.below(60)).into(),
                "type" => self.dice.pick(Kind::ALL).name().into(),
                "text" => {
                    (*self.dice.pick(&["报告", "告1", "电话", "SUMMARY", "title 2", "place", "p", "addition", "没有"]))
                        .into()
                }
                "code" | "community" => {
                    let code = *self.dice.pick(&COMMUNITIES);
                    let cut = *self.dice.pick(&[1, 1, 1000, 1_000_000, 100_000_000]);
                    (code / cut * cut).to_string().into()
                }
                other => panic!("no text for {other}"),
            },
            other => panic!("no value of {other}"),
        }
    }

    /// A value as it stands in the document: written out, or as a variable, in whole or in part.
    fn rendered(&mut self, ty: &TypeRef, value: &Value, one_of: bool) -> String {
        if self.dice.chance(30) {
            return self.variable(ty, value, one_of);
        }
        let inner = if let TypeRef::NonNull(inner) = ty { inner } else { ty };
        match (inner, value) {
            (TypeRef::List(item), Value::Array(items)) => match items.as_slice() {
                [single] if !single.is_null() && self.dice.chance(20) => self.rendered_in_list(item, single),
                items => {
                    let items: Vec<String> = items.iter().map(|one| self.rendered(item, one, false)).collect();
                    format!("[{}]", items.join(", "))
                }
            },
            (_, Value::Object(object)) => {
                let Taken::Object { one_of, members, .. } = &self.view.inputs[inner.type_name()] else {
                    panic!("{ty} is no object")
                };
                let members = object.iter().map(|(name, value)| {
                    let member = members.iter().find(|member| member.name == *name).unwrap();
                    format!("{name}: {}", self.rendered(&member.ty, value, *one_of))
                });
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
            _ => self.literal(ty, value),
        }
    }

    /// A single value in a list's place: a variable of it could not stand there.
    fn rendered_in_list(&mut self, item: &TypeRef, value: &Value) -> String {
        if value.is_object() && !self.dice.chance(30) {
            // Its members may be variables all the same.
            let before = self.declared.len();
            let rendered = self.rendered(item, value, false);
            if rendered.starts_with('{') {
                return rendered;
            }
            self.declared.truncate(before);
            self.variables.remove(rendered.trim_start_matches('$'));
        }
        self.literal(item, value)
    }

    fn variable(&mut self, ty: &TypeRef, value: &Value, one_of: bool) -> String {
        let name = self.new_name("v");
        let mut written = ty.to_string();
        let required = written.ends_with('!');
        if value.is_null() && !required && self.dice.chance(50) {
            // Declared and not given: as if nothing stood there.
            self.declared.push(format!("${name}: {written}"));
            return format!("${name}");
        }
        if !required && !value.is_null() && (one_of || self.dice.chance(40)) {
            written.push('!');
        }
        if !value.is_null() && self.dice.chance(20) {
            let default = self.literal(ty, value);
            self.declared.push(format!("${name}: {written} = {default}"));
        } else {
            self.declared.push(format!("${name}: {written}"));
            self.variables.insert(name.clone(), value.clone());
        }
        format!("${name}")
    }

    /// A value written out.
    fn literal(&self, ty: &TypeRef, value: &Value) -> String {
        let inner = if let TypeRef::NonNull(inner) = ty { inner } else { ty };
        match (inner, value) {
            (TypeRef::List(item), Value::Array(items)) => {
                let items: Vec<String> = items.iter().map(|one| self.literal(item, one)).collect();
                format!("[{}]", items.join(" "))
            }
            (_, Value::Object(object)) => {
                let Taken::Object { members, .. } = &self.view.inputs[inner.type_name()] else {
                    panic!("{ty} is no object")
                };
                let members = object.iter().map(|(name, value)| {
                    let member = members.iter().find(|member| member.name == *name).unwrap();
                    format!("{name}: {}", self.literal(&member.ty, value))
                });
                format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
            }
            (_, Value::String(text)) if matches!(self.view.inputs.get(inner.type_name()), Some(Taken::Enum(_))) => {
                text.clone()
            }
            (_, value) => value.to_string(),
        }
    }
}
