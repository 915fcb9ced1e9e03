//! What a domain declares: types with rows, root queries, commands. Nothing here is done; [`super::schema`] makes a
//! schema of it, [`super::plan`] statements.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ColumnType, EntityTrait, IdenStatic};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::run::Cells;
use super::shape::{Base, Input, Member, Output, Scalar, Shape, Vocabulary, camel};
use crate::act::{Call, Caller};
use crate::clock::work_time::WorkTimes;
use crate::error::{Error, Language, Result};
use crate::id::Prefix;
use crate::policy::rule::{At, Known, Rule};
use crate::policy::{Capability, Viewer};
use crate::vault::{Vault, sha256};

/// A type with rows: a table, who may read which of its rows, and what of them.
pub struct Type {
    /// Its GraphQL name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What a caller needs to know that it exists.
    pub capability: Capability,
    /// Its table.
    pub table: String,
    /// The prefix of its ids.
    pub prefix: Prefix,
    /// Which rows a viewer may read.
    pub rows: fn(&At) -> Rule,
    /// What can be asked of a row.
    pub fields: Vec<Field>,
    /// What its lists can be narrowed by.
    pub filters: Vec<Filter>,
}

/// Additions of a later domain to an earlier one's type.
pub struct Extension {
    /// The type.
    pub name: &'static str,
    /// What is added.
    pub fields: Vec<Field>,
    /// What its lists can also be narrowed by.
    pub filters: Vec<Filter>,
}

/// One thing that can be asked of a row.
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it is, for a client who has nothing else.
    pub about: &'static str,
    /// Where it needs more than its type does.
    pub capability: Option<Capability>,
    /// Of which rows a viewer may read it; of the others it is null. Null is then part of its type.
    pub shown: Option<fn(&At) -> Rule>,
    /// Where its value comes from.
    pub source: Source,
    /// Whether lists can be ordered by it.
    pub orders: Option<Column>,
    /// Whether lists can be narrowed by it.
    pub filters: bool,
}

/// Where a field's value comes from.
pub enum Source {
    /// A column.
    Column {
        /// Which.
        column: Column,
        /// How it is shown.
        show: Show,
    },
    /// A Rust rule over columns and facts.
    Derived {
        /// The columns it needs.
        columns: Vec<Column>,
        /// The facts it needs: scalar SQL over the row.
        facts: Vec<Fact>,
        /// What it takes.
        arguments: Vec<Member>,
        /// What it answers.
        shape: Shape,
        /// The rule.
        rule: fn(&Look<'_>) -> Value,
        /// Whether it reckons in working time.
        work: bool,
    },
    /// One row of another type (or of the same).
    Link {
        /// What leads there.
        key: Key,
        /// The type.
        target: &'static str,
        /// The target's column that the key is compared with.
        to: &'static str,
        /// Whether the target is always there and in sight where the row is.
        certain: bool,
    },
    /// Many rows of another type.
    Many {
        /// The type.
        target: &'static str,
        /// How they belong to the row.
        join: Join,
        /// Which of them.
        only: Option<fn(&At) -> Rule>,
        /// A connection, or a plain list (of at most 100).
        paged: bool,
        /// The order if none is asked for: the target's field and whether it descends.
        order: (&'static str, bool),
    },
}

/// A column and what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether it may be null.
    pub nullable: bool,
}

/// What a column or fact holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text, or a word of a vocabulary.
    Text,
    /// A whole number.
    Int,
    /// Yes or no.
    Boolean,
    /// A UUID.
    Uuid,
    /// A moment.
    Time,
    /// A day.
    Day,
    /// Bytes.
    Bytes,
    /// JSON.
    Json,
}

impl Holds {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library has many more than are used here")]
    fn of(column: &ColumnType) -> Option<Self> {
        Some(match column {
            ColumnType::Text | ColumnType::String(_) => Self::Text,
            ColumnType::BigInteger | ColumnType::Integer => Self::Int,
            ColumnType::Boolean => Self::Boolean,
            ColumnType::Uuid => Self::Uuid,
            ColumnType::TimestampWithTimeZone => Self::Time,
            ColumnType::Date => Self::Day,
            ColumnType::VarBinary(_) | ColumnType::Binary(_) | ColumnType::Blob => Self::Bytes,
            ColumnType::Json | ColumnType::JsonBinary => Self::Json,
            _ => return None,
        })
    }
}

/// How a column is shown.
#[derive(Clone, Copy)]
pub enum Show {
    /// As what it holds.
    Plain,
    /// As one of a vocabulary.
    Word(Vocabulary),
    /// As an id of a type.
    Id(Prefix),
    /// A number shown as text: a region's or grid's code.
    Code,
    /// A counter shown as an opaque text that changes with it.
    Revision,
}

/// A scalar of SQL over the row, computed in the same statement.
#[derive(Clone)]
pub struct Fact {
    /// The name the rule knows it by.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// The SQL.
    pub sql: fn(&At) -> Expr,
}

/// What leads to a linked row.
#[derive(Clone)]
pub enum Key {
    /// A column of the row.
    Column(&'static str),
    /// A fact of the viewer.
    Viewer(Known),
}

/// How many rows belong to one.
#[derive(Clone)]
pub enum Join {
    /// They hold its key in a column.
    Column {
        /// Their column.
        theirs: &'static str,
        /// The row's column.
        ours: &'static str,
    },
    /// A table between them holds both keys.
    Through {
        /// The table.
        table: String,
        /// Its column with the row's id.
        ours: &'static str,
        /// Its column with their id.
        theirs: &'static str,
    },
    /// They belong to the viewer, whatever the row.
    Viewer,
}

/// What a list can be narrowed by.
pub struct Filter {
    /// Its name.
    pub name: String,
    /// What it means.
    pub about: &'static str,
    /// What it is compared with.
    pub operand: Operand,
    /// The condition.
    pub sql: FilterFn,
}

/// Makes the condition of a filter.
pub type FilterFn = Box<dyn Fn(&At, &Asked) -> Rule + Send + Sync>;

/// What a filter is compared with.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    /// Yes or no.
    Boolean,
    /// `{ eq | in | notIn }` of ids or words, held in the database as `Holds`.
    Choice(Scalar, Holds),
    /// `{ from, to }` of moments.
    Times,
    /// `{ from, to }` of days.
    Days,
    /// A text that is looked for in a full-text index.
    Text,
}

/// What was asked of a filter; the expressions are places that are bound at each request.
pub enum Asked {
    /// True or false.
    Boolean(bool),
    /// Equal to this.
    Eq(Expr),
    /// Among these: makes the condition out of what is compared.
    In(Box<dyn Fn(Expr) -> Expr>),
    /// Not among these.
    NotIn(Box<dyn Fn(Expr) -> Expr>),
    /// From this (inclusive) to that (exclusive); either may be absent.
    Range(Option<Expr>, Option<Expr>),
    /// Found by a text: makes the condition on a full-text index out of its name, and of the mark that its rows must bear
    /// (a letter, then a number).
    Text(Box<dyn Fn(&'static str, &'static str, Expr) -> Expr>),
}

impl Asked {
    /// The condition on one expression.
    #[must_use]
    pub fn of(&self, expr: &Expr) -> Rule {
        use sea_orm::sea_query::ExprTrait;
        match self {
            Self::Boolean(true) => Rule::When(expr.clone()),
            Self::Boolean(false) => Rule::When(ExprTrait::not(expr.clone())),
            Self::Eq(value) => Rule::When(expr.clone().eq(value.clone())),
            Self::In(among) => Rule::When(among(expr.clone())),
            // What is not known is none of them.
            Self::NotIn(among) => Rule::When(expr.clone().is_null().or(ExprTrait::not(among(expr.clone())))),
            Self::Range(from, to) => {
                let from = from.clone().map_or(Rule::Always, |from| Rule::When(expr.clone().gte(from)));
                let to = to.clone().map_or(Rule::Always, |to| Rule::When(expr.clone().lt(to)));
                from & to
            }
            // What an index is asked is no matter of one expression.
            Self::Text(_) => Rule::Never,
        }
    }
}

/// What a derived field's rule may look at.
pub struct Look<'a> {
    /// The row's columns and facts.
    pub cells: Cells<'a>,
    /// Who asks.
    pub viewer: &'a Viewer,
    /// When.
    pub now: DateTime<Utc>,
    /// In what language.
    pub language: Language,
    /// What opens sealed columns.
    pub vault: &'a Vault,
    /// The field's arguments; an object.
    pub given: &'a Value,
    /// The working time of each community; as it is now for a field that was declared [`Type::by_working_time`].
    pub work: &'a dyn WorkTimes,
}

/// A root query.
pub struct Query {
    /// Its name.
    pub name: &'static str,
    /// What it answers.
    pub about: &'static str,
    /// What a caller needs to know that it exists.
    pub capability: Capability,
    /// How it answers.
    pub answer: Answer,
}

/// How a root query answers.
pub enum Answer {
    /// One row of a type, by one of several keys of which exactly one is given.
    One {
        /// The type.
        target: &'static str,
        /// The keys; none: the row is the viewer's own (`only` finds it).
        by: Vec<By>,
        /// Which rows it can be.
        only: Option<fn(&At) -> Rule>,
    },
    /// A list of a type's rows.
    Many {
        /// The type.
        target: &'static str,
        /// Which of them.
        only: Option<fn(&At) -> Rule>,
        /// The order if none is asked for.
        order: (&'static str, bool),
    },
    /// A value that is no row.
    Value {
        /// Its arguments.
        arguments: Vec<super::shape::Member>,
        /// Its shape.
        shape: Shape,
        /// How many statements it runs.
        statements: usize,
        /// What finds it.
        run: ValueFn,
    },
}

/// A key of a single row.
pub struct By {
    /// The argument's name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// The column.
    pub column: Column,
    /// How it is written: an id, a code, a text.
    pub show: Show,
}

/// Finds a value that is no row.
pub type ValueFn = Arc<dyn for<'a> Fn(Caller<'a>, Map<String, Value>) -> BoxFuture<'a, Result<Value>> + Send + Sync>;

/// A mutation.
pub struct Command {
    /// Its name: verb and noun.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// What a caller needs; `None`: to have no token.
    pub capability: Option<Capability>,
    /// The shape of its `input`.
    pub input: Shape,
    /// What its payload shows beside `userErrors`.
    pub payload: Payload,
    /// What does it.
    pub run: CommandFn,
}

/// What a payload shows beside `userErrors`.
#[derive(Clone)]
pub enum Payload {
    /// A row of a type, read anew for the caller.
    Row {
        /// The field's name.
        name: &'static str,
        /// The type.
        target: &'static str,
        /// What is shown with it this once, because no row holds it: its name, its shape, what it is.
        beside: Option<(&'static str, Shape, &'static str)>,
    },
    /// A value.
    Value {
        /// The field's name.
        name: &'static str,
        /// Its shape.
        shape: Shape,
    },
}

/// What a command did.
pub enum Done {
    /// Wrote the row of this id.
    Row(Uuid),
    /// Has this to say.
    Value(Value),
    /// Wrote the row of this id, and has this to say this once.
    Both(Uuid, Value),
}

/// Does a command.
pub type CommandFn = Arc<dyn for<'a> Fn(Caller<'a>, Value) -> BoxFuture<'a, Result<Done>> + Send + Sync>;

/// What one domain has.
#[derive(Default)]
pub struct Domain {
    /// Its types.
    pub types: Vec<Type>,
    /// What it adds to others'.
    pub extensions: Vec<Extension>,
    /// Its root queries.
    pub queries: Vec<Query>,
    /// Its mutations.
    pub commands: Vec<Command>,
}

/// All domains together, names resolved.
pub struct Model {
    /// The types by name.
    pub types: BTreeMap<&'static str, Type>,
    /// The root queries by name.
    pub queries: BTreeMap<&'static str, Query>,
    /// The mutations by name.
    pub commands: BTreeMap<&'static str, Command>,
}

/// A field of a column; [`Type::field`] takes it.
pub struct ColumnField {
    name: Option<&'static str>,
    column: Column,
    show: Show,
    shown: Option<fn(&At) -> Rule>,
    capability: Option<Capability>,
    filters: bool,
    orders: Option<Column>,
}

/// A field that shows `column`.
#[must_use]
pub fn col<C: ColumnTrait>(column: C) -> ColumnField {
    ColumnField {
        name: None,
        column: Column::of(column),
        show: Show::Plain,
        shown: None,
        capability: None,
        filters: false,
        orders: None,
    }
}

impl ColumnField {
    /// By another name than the column's.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }
    /// As one of a vocabulary.
    #[must_use]
    pub fn word<W: entity::word::Word>(mut self) -> Self {
        self.show = Show::Word(Vocabulary::of::<W>());
        self
    }
    /// A number as text.
    #[must_use]
    pub fn code(mut self) -> Self {
        self.show = Show::Code;
        self
    }
    /// A counter as an opaque text.
    #[must_use]
    pub fn revision(mut self) -> Self {
        self.show = Show::Revision;
        self
    }
    /// Only of the rows that a rule names; null of the others, and filters do not see it there.
    #[must_use]
    pub fn shown_if(mut self, rule: fn(&At) -> Rule) -> Self {
        self.shown = Some(rule);
        self
    }
    /// Only where a caller has `capability`.
    #[must_use]
    pub fn needs(mut self, capability: Capability) -> Self {
        self.capability = Some(capability);
        self
    }
    /// Lists can be narrowed by it.
    #[must_use]
    pub fn filters(mut self) -> Self {
        self.filters = true;
        self
    }
    /// Lists can be ordered by it.
    ///
    /// # Panics
    /// At start, on a column that may be null: a keyset would lose rows.
    #[must_use]
    pub fn orders(self) -> Self {
        let column = self.column.clone();
        self.ordered(column)
    }
    /// Lists can be ordered by it, in the order of a companion: of a column that may be null, one that never is.
    ///
    /// # Panics
    /// As above.
    #[must_use]
    pub fn orders_by<C: ColumnTrait>(self, companion: C) -> Self {
        self.ordered(Column::of(companion))
    }
    fn ordered(mut self, column: Column) -> Self {
        assert!(!column.nullable, "{} may be null: order by a NOT NULL companion", column.name);
        self.orders = Some(column);
        self
    }
}

impl Column {
    /// What `column` is, as its entity has it.
    ///
    /// # Panics
    /// At start, for a column type that the engine does not know.
    #[must_use]
    pub fn of<C: ColumnTrait>(column: C) -> Self {
        let definition = column.def();
        let holds = Holds::of(definition.get_column_type());
        let holds = holds.unwrap_or_else(|| panic!("{}: the engine knows no column of that type", column.as_str()));
        Self { name: column.as_str(), holds, nullable: definition.is_null() }
    }
}

impl Type {
    /// A type over the table of an entity. Who may know of it and read which rows is asked for here: there is no type without.
    #[must_use]
    pub fn of<E: EntityTrait>(
        entity: E,
        name: &'static str,
        prefix: Prefix,
        capability: Capability,
        rows: fn(&At) -> Rule,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            about,
            capability,
            table: entity.table_name().to_owned(),
            prefix,
            rows,
            fields: vec![],
            filters: vec![],
        }
    }
}

macro_rules! builders {
    ($($name:ident)+) => {
        $(impl $name {
            /// A column.
            #[must_use]
            pub fn field(mut self, field: ColumnField, about: &'static str) -> Self {
                let name = field.name.map_or_else(|| camel(field.column.name), str::to_owned);
                if field.filters {
                    self.filters.push(Filter::column(&name, &field));
                }
                let orders = field.orders.clone();
                let source = Source::Column { column: field.column, show: field.show };
                self.fields.push(Field {
                    name, about, capability: field.capability, shown: field.shown, source, orders, filters: field.filters,
                });
                self
            }

            /// A rule over columns and facts, written in Rust. `T` is what it answers.
            #[must_use]
            pub fn derived<T: Output>(
                mut self, name: &'static str, columns: Vec<Column>, facts: Vec<Fact>, rule: fn(&Look<'_>) -> Value, about: &'static str,
            ) -> Self {
                let source = Source::Derived { columns, facts, arguments: vec![], shape: T::shape(), rule, work: false };
                self.fields.push(Field { name: name.into(), about, capability: None, shown: None, source, orders: None, filters: false });
                self
            }

            /// The derived field just declared takes these arguments.
            #[must_use]
            pub fn takes(mut self, taken: Vec<Member>) -> Self {
                if let Some(Field { source: Source::Derived { arguments, .. }, .. }) = self.fields.last_mut() {
                    *arguments = taken;
                }
                self
            }

            /// The rule just declared reckons in working time, of which it is told as it is now.
            #[must_use]
            pub fn by_working_time(mut self) -> Self {
                if let Some(Field { source: Source::Derived { work, .. }, .. }) = self.fields.last_mut() {
                    *work = true;
                }
                self
            }

            /// The row of another type whose id is in `column`; null where there is none or the viewer may not read it.
            #[must_use]
            pub fn link<C: ColumnTrait>(mut self, name: &'static str, column: C, target: &'static str, about: &'static str) -> Self {
                let source = Source::Link { key: Key::Column(IdenStatic::as_str(&column)), target, to: "id", certain: false };
                self.fields.push(Field { name: name.into(), about, capability: None, shown: None, source, orders: None, filters: false });
                self
            }

            /// A link by other keys than an id.
            #[must_use]
            pub fn link_by(mut self, name: &'static str, key: Key, to: (&'static str, &'static str), about: &'static str) -> Self {
                let source = Source::Link { key, target: to.0, to: to.1, certain: false };
                self.fields.push(Field { name: name.into(), about, capability: None, shown: None, source, orders: None, filters: false });
                self
            }

            /// A connection to the rows that hold this row's id in `theirs`.
            #[must_use]
            pub fn many<C: ColumnTrait>(
                self, name: &'static str, target: &'static str, theirs: C, order: (&'static str, bool), about: &'static str,
            ) -> Self {
                self.many_by(name, target, Join::Column { theirs: IdenStatic::as_str(&theirs), ours: "id" }, order, about)
            }

            /// A connection to rows that belong to this one in another way.
            #[must_use]
            pub fn many_by(
                mut self, name: &'static str, target: &'static str, join: Join, order: (&'static str, bool), about: &'static str,
            ) -> Self {
                let source = Source::Many { target, join, only: None, paged: true, order };
                self.fields.push(Field { name: name.into(), about, capability: None, shown: None, source, orders: None, filters: false });
                self
            }

            /// The list just declared holds only the rows for which a rule holds.
            #[must_use]
            pub fn only(mut self, rule: fn(&At) -> Rule) -> Self {
                if let Some(Field { source: Source::Many { only, .. }, .. }) = self.fields.last_mut() {
                    *only = Some(rule);
                }
                self
            }

            /// The list just declared is a plain one, of at most 100.
            #[must_use]
            pub fn short(mut self) -> Self {
                if let Some(Field { source: Source::Many { paged, .. }, .. }) = self.fields.last_mut() {
                    *paged = false;
                }
                self
            }

            /// The link just declared is always there and in sight where the row is.
            #[must_use]
            pub fn within_parent_scope(mut self) -> Self {
                if let Some(Field { source: Source::Link { certain, .. }, .. }) = self.fields.last_mut() {
                    *certain = true;
                }
                self
            }

            /// The field just declared is shown only of the rows that a rule names; null (or empty) of the others.
            #[must_use]
            pub fn shown_if(mut self, rule: fn(&At) -> Rule) -> Self {
                if let Some(field) = self.fields.last_mut() {
                    field.shown = Some(rule);
                }
                self
            }

            /// The field just declared needs more than its type does.
            #[must_use]
            pub fn needs(mut self, capability: Capability) -> Self {
                if let Some(field) = self.fields.last_mut() {
                    field.capability = Some(capability);
                }
                self
            }

            /// Lists can be narrowed by a condition that is no column's.
            #[must_use]
            pub fn filter(
                mut self, name: &str, operand: Operand, sql: impl Fn(&At, &Asked) -> Rule + Send + Sync + 'static, about: &'static str,
            ) -> Self {
                self.filters.push(Filter { name: name.into(), about, operand, sql: Box::new(sql) });
                self
            }
        })+
    };
}

builders! { Type Extension }

impl Extension {
    /// Additions to the type `name`.
    #[must_use]
    pub fn of(name: &'static str) -> Self {
        Self { name, fields: vec![], filters: vec![] }
    }
}

impl Filter {
    /// A filter on a column, which does not see the column where the viewer does not.
    fn column(name: &str, field: &ColumnField) -> Self {
        let (column, shown) = (field.column.name, field.shown);
        let operand = match (field.column.holds, field.show) {
            (Holds::Boolean, _) => Operand::Boolean,
            (Holds::Time, _) => Operand::Times,
            (Holds::Day, _) => Operand::Days,
            (holds, Show::Word(words)) => Operand::Choice(Scalar::Word(words), holds),
            (holds, Show::Id(prefix)) => Operand::Choice(Scalar::Id(prefix), holds),
            (holds, _) => Operand::Choice(Scalar::Text, holds),
        };
        let sql = move |at: &At, asked: &Asked| {
            let expr = Expr::col((at.table.clone(), sea_orm::sea_query::Alias::new(column)));
            shown.map_or(Rule::Always, |shown| shown(at)) & asked.of(&expr)
        };
        Self { name: name.into(), about: "Rows with this value.", operand, sql: Box::new(sql) }
    }
}

impl Field {
    /// What it answers; `None` for links and lists, whose shape the schema makes.
    #[must_use]
    pub fn shape(&self) -> Option<Shape> {
        let shape = match &self.source {
            Source::Column { column, show } => {
                let scalar = match (show, column.holds) {
                    (Show::Word(words), _) => Scalar::Word(*words),
                    (Show::Id(prefix), _) => Scalar::Id(*prefix),
                    (Show::Plain, Holds::Int) => Scalar::Int,
                    (_, Holds::Boolean) => Scalar::Boolean,
                    (_, Holds::Time) => Scalar::Time,
                    (_, Holds::Day) => Scalar::Day,
                    (_, Holds::Text | Holds::Int | Holds::Uuid | Holds::Bytes | Holds::Json) => Scalar::Text,
                };
                let shape = Shape::scalar(scalar);
                if column.nullable { shape.nullable() } else { shape }
            }
            Source::Derived { shape, .. } => shape.clone(),
            Source::Link { target, certain, .. } => {
                let shape = Shape { base: Base::Type(target), nullable: !certain, list: false };
                return Some(if self.shown.is_some() { shape.nullable() } else { shape });
            }
            Source::Many { target, paged: false, .. } => {
                return Some(Shape { base: Base::Type(target), nullable: self.shown.is_some(), list: true });
            }
            Source::Many { .. } => return None,
        };
        Some(if self.shown.is_some() { shape.nullable() } else { shape })
    }
}

impl Query {
    /// A query that answers a value `T`.
    pub fn value<T, F>(
        name: &'static str,
        capability: Capability,
        arguments: Vec<Member>,
        run: F,
        about: &'static str,
    ) -> Self
    where
        T: Output + Send + 'static,
        F: for<'a> Fn(Caller<'a>, Map<String, Value>) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        let run = Arc::new(run);
        let answer = Answer::Value {
            arguments,
            shape: T::shape(),
            statements: 0,
            run: Arc::new(move |caller, arguments| {
                let run = run.clone();
                Box::pin(async move { run(caller, arguments).await.map(|answer| answer.json()) })
            }),
        };
        Self { name, about, capability, answer }
    }

    /// A query that answers a list of a type's rows.
    #[must_use]
    pub fn many(
        name: &'static str,
        capability: Capability,
        target: &'static str,
        order: (&'static str, bool),
        about: &'static str,
    ) -> Self {
        Self { name, about, capability, answer: Answer::Many { target, only: None, order } }
    }

    /// A query that answers one row, by one of some keys.
    #[must_use]
    pub fn one(
        name: &'static str,
        capability: Capability,
        target: &'static str,
        by: Vec<By>,
        about: &'static str,
    ) -> Self {
        Self { name, about, capability, answer: Answer::One { target, by, only: None } }
    }

    /// Finding its value takes so many statements.
    #[must_use]
    pub fn takes(mut self, count: usize) -> Self {
        if let Answer::Value { statements, .. } = &mut self.answer {
            *statements = count;
        }
        self
    }

    /// The rows it can answer are those for which a rule holds.
    #[must_use]
    pub fn only(mut self, rule: fn(&At) -> Rule) -> Self {
        match &mut self.answer {
            Answer::One { only, .. } | Answer::Many { only, .. } => *only = Some(rule),
            Answer::Value { .. } => {}
        }
        self
    }
}

impl By {
    /// By the row's id.
    #[must_use]
    pub fn id(prefix: Prefix) -> Self {
        let column = Column { name: "id", holds: Holds::Uuid, nullable: false };
        Self { name: "id", about: "Its id.", column, show: Show::Id(prefix) }
    }
}

impl Command {
    /// A mutation of input `I` that writes a row of `target`, shown in the payload as `row`.
    pub fn of<I, F>(
        name: &'static str,
        capability: Capability,
        row: (&'static str, &'static str),
        run: F,
        about: &'static str,
    ) -> Self
    where
        I: Input + Send + 'static,
        F: for<'a> Fn(Call<'a>, I) -> BoxFuture<'a, Result<Uuid>> + Send + Sync + 'static,
    {
        let payload = Payload::Row { name: row.0, target: row.1, beside: None };
        Self::signed_in(name, capability, payload, about, run, Done::Row)
    }

    /// The same, with a value `T` that is shown this once in the payload as `beside`.
    pub fn with<I, T, F>(
        name: &'static str,
        capability: Capability,
        row: (&'static str, &'static str),
        beside: (&'static str, &'static str),
        run: F,
        about: &'static str,
    ) -> Self
    where
        I: Input + Send + 'static,
        T: Output + Send + 'static,
        F: for<'a> Fn(Call<'a>, I) -> BoxFuture<'a, Result<(Uuid, T)>> + Send + Sync + 'static,
    {
        let beside = Some((beside.0, T::shape().nullable(), beside.1));
        let payload = Payload::Row { name: row.0, target: row.1, beside };
        Self::signed_in(name, capability, payload, about, run, |(id, answer): (Uuid, T)| Done::Both(id, answer.json()))
    }

    /// A mutation of input `I` that answers a value `T`, shown in the payload as `field`.
    pub fn value<I, T, F>(
        name: &'static str,
        capability: Capability,
        field: &'static str,
        run: F,
        about: &'static str,
    ) -> Self
    where
        I: Input + Send + 'static,
        T: Output + Send + 'static,
        F: for<'a> Fn(Call<'a>, I) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        let payload = Payload::Value { name: field, shape: T::shape().nullable() };
        Self::signed_in(name, capability, payload, about, run, |answer: T| Done::Value(answer.json()))
    }

    /// A mutation for callers who have no token.
    pub fn guest<I, T, F>(name: &'static str, field: &'static str, run: F, about: &'static str) -> Self
    where
        I: Input + Send + 'static,
        T: Output + Send + 'static,
        F: for<'a> Fn(Caller<'a>, I) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        let run = Arc::new(run);
        Self {
            name,
            about,
            capability: None,
            input: I::shape(),
            payload: Payload::Value { name: field, shape: T::shape().nullable() },
            run: Arc::new(move |caller, value| {
                let run = run.clone();
                Box::pin(async move {
                    let input = read::<I>(&value)?;
                    run(caller, input).await.map(|answer| Done::Value(answer.json()))
                })
            }),
        }
    }

    fn signed_in<I, T, F>(
        name: &'static str,
        capability: Capability,
        payload: Payload,
        about: &'static str,
        run: F,
        done: fn(T) -> Done,
    ) -> Self
    where
        I: Input + Send + 'static,
        T: 'static,
        F: for<'a> Fn(Call<'a>, I) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        let run = Arc::new(run);
        Self {
            name,
            about,
            capability: Some(capability),
            input: I::shape(),
            payload,
            run: Arc::new(move |caller, value| {
                let run = run.clone();
                Box::pin(async move {
                    let viewer = caller.viewer.ok_or_else(|| Error::not_found(""))?;
                    viewer.require(capability)?;
                    let digest = sha256(&[value.to_string().as_bytes()]);
                    let input = read::<I>(&value)?;
                    run(Call { app: caller.app, viewer, command: name, digest }, input).await.map(done)
                })
            }),
        }
    }
}

/// Reads a coerced input; ids of another type are its mistakes.
fn read<I: Input>(value: &Value) -> Result<I> {
    let mut mistakes = vec![];
    match I::read(value, "", &mut mistakes) {
        Some(input) if mistakes.is_empty() => Ok(input),
        _ => Err(Error::Refused(mistakes)),
    }
}

impl Model {
    /// Puts the domains together.
    ///
    /// # Panics
    /// At start: a name that is declared twice, or leads nowhere.
    #[must_use]
    pub fn assemble(domains: Vec<Domain>) -> Self {
        let mut model = Self { types: BTreeMap::new(), queries: BTreeMap::new(), commands: BTreeMap::new() };
        let mut extensions = vec![];
        for domain in domains {
            for declared in domain.types {
                let name = declared.name;
                assert!(model.types.insert(name, declared).is_none(), "the type {name} is declared twice");
            }
            for query in domain.queries {
                let name = query.name;
                assert!(model.queries.insert(name, query).is_none(), "the query {name} is declared twice");
            }
            for command in domain.commands {
                let name = command.name;
                assert!(model.commands.insert(name, command).is_none(), "the mutation {name} is declared twice");
            }
            extensions.extend(domain.extensions);
        }
        for extension in extensions {
            let Some(base) = model.types.get_mut(extension.name) else {
                panic!("there is no type {} to extend", extension.name)
            };
            base.fields.extend(extension.fields);
            base.filters.extend(extension.filters);
        }
        model.check();
        model
    }

    fn check(&self) {
        for declared in self.types.values() {
            let mut names = std::collections::BTreeSet::from(["id"]);
            for field in &declared.fields {
                assert!(names.insert(&field.name), "{}.{} is declared twice", declared.name, field.name);
                if let Source::Link { target, .. } | Source::Many { target, .. } = &field.source {
                    assert!(
                        self.types.contains_key(target),
                        "{}.{} leads to no type {target}",
                        declared.name,
                        field.name
                    );
                }
                if let Source::Many { target, order, .. } = &field.source {
                    self.check_order(target, order.0);
                }
            }
        }
        for query in self.queries.values() {
            match &query.answer {
                Answer::One { target, .. } => {
                    assert!(self.types.contains_key(target), "{} leads to no type", query.name);
                }
                Answer::Many { target, order, .. } => self.check_order(target, order.0),
                Answer::Value { .. } => {}
            }
        }
    }

    fn check_order(&self, target: &str, order: &str) {
        let field =
            self.types.get(target).and_then(|declared| declared.fields.iter().find(|field| field.name == order));
        assert!(field.is_some_and(|field| field.orders.is_some()), "{target} cannot be ordered by {order}");
    }
}
