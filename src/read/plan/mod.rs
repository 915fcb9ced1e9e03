//! Selection × viewer → a tree of statements.
//!
//! A plan holds no value of a request: what is bound (who the viewer is, what time it is, ids and texts from variables,
//! the keys of parents) is named by a [`Bind`]. So it can be kept for as long as the document and the shape of its
//! variables are the same.

mod collect;
mod list;
mod root;
mod select;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Name;
use async_graphql::Positioned;
use async_graphql::parser::types::FragmentDefinition;
use entity::word::RegionLevel;
use sea_orm::{DbBackend, Value as SqlValue};
use serde_json::Value;

pub use collect::{Asked, Pruned};
pub use root::of as plan;
pub use select::Making;

use super::coerce::{Given, Part, Variables};
use super::model::{Holds, Look, Model, Show};
use super::schema::View;
use crate::id::Prefix;
use crate::policy::rule::Known;

/// How an operation is answered.
pub struct Plan {
    /// Its root fields in the order of the answer.
    pub roots: Vec<(String, Root)>,
    /// How many list statements it needs.
    pub statements: usize,
    /// What it costs: fields, multiplied by the sizes of the pages they are in.
    pub cost: u64,
    /// Whether a field of it reckons in working time.
    pub work: bool,
}

impl Plan {
    /// Its statements: texts and binds.
    #[must_use]
    pub fn texts(&self) -> Vec<(&str, &[Bind])> {
        let mut texts = vec![];
        for (_, root) in &self.roots {
            match root {
                Root::TypeName(_) | Root::Library | Root::Value { .. } => {}
                Root::One(fetch) => fetch.texts(&mut texts),
                Root::Many(list) => list.texts(&mut texts),
                Root::Nodes { types, .. } => types.values().for_each(|fetch| fetch.texts(&mut texts)),
                Root::Command { payload, .. } => {
                    for (_, paid) in payload {
                        if let Paid::Row(fetch) = paid {
                            fetch.texts(&mut texts);
                        }
                    }
                }
            }
        }
        texts
    }
}

impl Fetch {
    fn texts<'a>(&'a self, texts: &mut Vec<(&'a str, &'a [Bind])>) {
        texts.push((&self.sql, &self.binds));
        self.lists.iter().for_each(|list| list.texts(texts));
    }
}

impl List {
    fn texts<'a>(&'a self, texts: &mut Vec<(&'a str, &'a [Bind])>) {
        if let Some(fetch) = &self.fetch {
            fetch.texts(texts);
        }
        if let Some((sql, binds)) = &self.count {
            texts.push((sql, binds));
        }
    }
}

/// A root field.
pub enum Root {
    /// `__typename`.
    TypeName(&'static str),
    /// `__schema` or `__type`: the library's to answer.
    Library,
    /// One row.
    One(Fetch),
    /// A connection.
    Many(List),
    /// `node` or `nodes`: one statement for each type among the ids.
    Nodes {
        /// The ids.
        ids: Input,
        /// Whether it is one.
        single: bool,
        /// How rows of each type are found.
        types: HashMap<&'static str, Fetch>,
    },
    /// A value that is no row.
    Value {
        /// The query.
        name: String,
        /// Its arguments.
        given: Given,
        /// What was asked of it.
        pruned: Option<Pruned>,
    },
    /// A mutation.
    Command {
        /// Its name.
        name: String,
        /// Its `input`.
        given: Given,
        /// What was asked of its payload.
        payload: Vec<(String, Paid)>,
    },
}

/// A field of a payload.
pub enum Paid {
    /// `__typename`.
    TypeName(String),
    /// The row that was written.
    Row(Box<Fetch>),
    /// A value.
    Value(Option<Pruned>),
    /// The user errors, by their type.
    Errors(HashMap<&'static str, Pruned>),
}

/// One statement and what becomes of its rows.
pub struct Fetch {
    /// Its text.
    pub sql: String,
    /// What is bound to it.
    pub binds: Vec<Bind>,
    /// How a row is written.
    pub frame: Frame,
    /// Where a row has its parent's key.
    pub group: Option<(usize, Holds)>,
    /// Where a row has the values of the order, the id last.
    pub order: Vec<(usize, Holds)>,
    /// The lists in its rows.
    pub lists: Vec<List>,
}

/// A list in the rows of a statement (or at the root).
pub struct List {
    /// The rows; `None` where only the count was asked for.
    pub fetch: Option<Fetch>,
    /// The count, where it was asked for: the statement's text and binds.
    pub count: Option<(String, Vec<Bind>)>,
    /// Where a parent has its key; `None` at the root and for the viewer's own.
    pub key: Option<(usize, Holds)>,
    /// Where a parent says whether the list is shown.
    pub shown: Option<usize>,
    /// How many rows a page has at most.
    pub page: usize,
    /// How it is written; `None`: a plain list.
    pub connection: Option<Vec<(String, Conn)>>,
    /// What a cursor of it is bound to.
    pub seal: String,
}

/// A field of a connection.
pub enum Conn {
    /// `__typename`.
    TypeName(String),
    /// The rows.
    Nodes(Frame),
    /// The rows with their cursors.
    Edges(Vec<(String, Edge)>),
    /// Where the page lies: `PageInfo` members by response key.
    PageInfo(Vec<(String, String)>),
    /// The count: `Count` members by response key.
    Count(Vec<(String, String)>),
}

/// A field of an edge.
pub enum Edge {
    /// `__typename`.
    TypeName(String),
    /// The row.
    Node(Frame),
    /// Its cursor.
    Cursor,
}

/// How a row (or a linked one in it) is written.
pub struct Frame {
    /// Where its id is; null there means that there is no row.
    pub id: usize,
    /// Its fields.
    pub fields: Vec<(String, Out)>,
}

/// A field of a row.
pub enum Out {
    /// `__typename`.
    TypeName(&'static str),
    /// The row's own id.
    Id(Prefix),
    /// Always null here.
    Null,
    /// A column.
    Cell(usize, Holds, Show),
    /// A Rust rule.
    Derived {
        /// Its columns and facts by name.
        cells: Arc<[(&'static str, usize)]>,
        /// Where it is said whether it is shown.
        shown: Option<usize>,
        /// The rule.
        rule: fn(&Look<'_>) -> Value,
        /// Its arguments.
        given: Part,
        /// What was asked of an object.
        pruned: Option<Pruned>,
    },
    /// A linked row.
    Link(Frame),
    /// A list, by its place among the statement's.
    List(usize),
}

/// What is bound to a statement.
#[derive(Clone, Debug)]
pub enum Bind {
    /// A fact of the viewer.
    Known(Known),
    /// A value from the document or a variable.
    Input(Input),
    /// The keys of the parents.
    Parents(Holds),
    /// The id of the row a command wrote, or of the node asked for.
    Made,
    /// A value of a cursor: where the cursor comes from, what it must be bound to, and which value.
    Cursor(Input, String, usize, Holds),
    /// Always this.
    Always(SqlValue),
}

/// A value from the document, from variables, or from both.
#[derive(Clone, Debug)]
pub struct Input {
    /// The value.
    pub part: Part,
    /// What it becomes.
    pub becomes: Becomes,
}

/// What a JSON value becomes in a statement.
#[derive(Clone, Copy, Debug)]
pub enum Becomes {
    /// The UUID of an id with this prefix.
    Id(Prefix),
    /// A number written as text.
    Code,
    /// As what it holds.
    Held(Holds),
    /// A list of such ids.
    Ids(Prefix),
    /// A list of such values.
    Many(Holds),
    /// What a full-text index is asked for a text.
    Sought,
    /// As it is: ids of any type, cursors.
    Json,
}

/// What planning needs.
pub struct Planner<'a> {
    /// All declarations.
    pub model: &'a Model,
    /// The caller's schema.
    pub view: &'a View,
    /// The level of the caller's region.
    pub level: RegionLevel,
    /// For which database.
    pub backend: DbBackend,
    /// The document's fragments.
    pub fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// The coerced variables.
    pub variables: &'a Variables,
    /// Statements so far: 0 at the start.
    pub statements: usize,
    /// Cost so far: 0 at the start.
    pub cost: u64,
    /// Whether a field so far reckons in working time: not at the start.
    pub work: bool,
}

impl Planner<'_> {
    fn spend(&mut self, cost: u64) {
        self.cost = self.cost.saturating_add(cost);
    }
}
