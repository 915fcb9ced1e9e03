//! Declarations × what a caller holds → that caller's own schema.
//!
//! A field, argument, type or value that the caller's capabilities do not reach is not put in, so it is unknown to
//! parsing, validation, suggestions, introspection and SDL alike. Nothing is hidden, because nothing is there.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_graphql::dynamic::{
    self, Enum, EnumItem, FieldFuture, InputObject, InputValue, Interface, InterfaceField, ResolverContext, TypeRef,
};
use async_graphql::{Name, Value as Literal};
use entity::word::{RegionLevel, Role};
use sea_orm::sea_query::Alias;
use serde_json::{Value, json};

use super::model::{Answer, Command, Field, Filter, Model, Operand, Payload, Query, Show, Source, Type};
use super::shape::{self, Base, Member, Object, Scalar, Shape, Vocabulary};
use crate::policy::rule::{At, Rule};
use crate::policy::{Capability, Scopes};

/// The most rows a page can have.
pub const MAX_PAGE: i64 = 100;
/// The rows of a page if none are asked for.
pub const DEFAULT_PAGE: i64 = 20;

/// The queries for callers without a token.
const FOR_GUESTS: [&str; 2] = ["vocabulary", "privacyNotice"];

/// What a caller holds: a role and scopes, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Standing {
    /// The role; `None` without a token.
    pub role: Option<Role>,
    /// The scopes.
    pub scopes: Scopes,
}

impl Standing {
    /// That of a caller without a token.
    pub const GUEST: Self = Self { role: None, scopes: Scopes::NONE };

    /// Whether it has a capability.
    #[must_use]
    pub fn holds(self, capability: Capability) -> bool {
        self.role.is_some_and(|role| capability.held(role, self.scopes))
    }
}

/// One caller's schema, and what the engine needs to know of it.
pub struct View {
    /// Whose it is.
    pub standing: Standing,
    /// The library's schema: parses, validates, answers introspection.
    pub schema: dynamic::Schema,
    /// It as text.
    pub sdl: String,
    /// The fields of each object and interface.
    pub objects: HashMap<String, HashMap<String, Slot>>,
    /// The input types.
    pub inputs: HashMap<String, Taken>,
}

/// A field of a schema.
#[derive(Clone)]
pub struct Slot {
    /// What it answers.
    pub ty: TypeRef,
    /// What it takes.
    pub arguments: Vec<Argument>,
    about: String,
}

/// An argument, or a member of an input object.
#[derive(Clone)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: TypeRef,
    /// Its value where none is given.
    pub default: Option<Value>,
    about: String,
}

/// An input type.
#[derive(Clone)]
pub enum Taken {
    /// A scalar, by name.
    Scalar(&'static str),
    /// An enum: its values.
    Enum(Vec<String>),
    /// An input object.
    Object {
        /// What it is.
        about: String,
        /// Whether exactly one member is given.
        one_of: bool,
        /// Its members.
        members: Vec<Argument>,
    },
}

/// Finds the value of a field for the library's executor: never in the server, which answers itself, but in tests of it.
pub type Resolver = Arc<dyn for<'a> Fn(ResolverContext<'a>) -> FieldFuture<'a> + Send + Sync>;

/// Makes the resolver of a field, by the names of its type and itself.
pub type Resolvers<'a> = &'a dyn Fn(&str, &str) -> Resolver;

/// The server's own: the library's executor is never asked for a field.
#[must_use]
pub fn unasked(_: &str, _: &str) -> Resolver {
    Arc::new(|_| FieldFuture::new(async { Err::<Option<Literal>, _>("not answered here".into()) }))
}

/// Makes the schema of `standing`.
///
/// # Panics
/// At start, where the declarations contradict each other.
#[must_use]
pub fn build(model: &Model, standing: Standing, resolvers: Resolvers<'_>) -> View {
    let mut draft = Draft {
        model,
        standing,
        objects: BTreeMap::new(),
        abouts: BTreeMap::new(),
        inputs: BTreeMap::new(),
        enums: BTreeMap::new(),
    };
    draft.roots();
    draft.finish(resolvers)
}

/// The queries by id, whatever the type.
fn node_queries() -> [(String, Slot); 2] {
    let argument = |name: &str, ty, about: &str| Argument { name: name.into(), ty, default: None, about: about.into() };
    let node = Slot {
        ty: TypeRef::named("Node"),
        arguments: vec![argument("id", TypeRef::named_nn(TypeRef::ID), "An id as this API gives them.")],
        about:
            "The row with an id, of whatever type; null for an id that is unknown or out of sight. A malformed id, or \
                one of a type that this schema does not have, is `INVALID_ID`.\n\nScope: any. Roles: all."
                .into(),
    };
    let nodes = Slot {
        ty: TypeRef::NonNull(Box::new(TypeRef::List(Box::new(TypeRef::named("Node"))))),
        arguments: vec![argument(
            "ids",
            TypeRef::named_nn_list_nn(TypeRef::ID),
            "Ids as this API gives them; at most 100.",
        )],
        about:
            "The rows with some ids, each at the place of its id; null for an id that is unknown or out of sight.\n\n\
                Scope: any. Roles: all."
                .into(),
    };
    [("node".into(), node), ("nodes".into(), nodes)]
}

/// A type's name with a suffix.
fn suffixed(name: &str, suffix: &str) -> String {
    format!("{name}{suffix}")
}

/// A named type, wrapped as a shape says.
fn wrapped(name: &str, nullable: bool, list: bool) -> TypeRef {
    let named = TypeRef::Named(name.to_owned().into());
    let inner = if list { TypeRef::List(Box::new(TypeRef::NonNull(Box::new(named)))) } else { named };
    if nullable { inner } else { TypeRef::NonNull(Box::new(inner)) }
}

struct Draft<'a> {
    model: &'a Model,
    standing: Standing,
    objects: BTreeMap<String, Vec<(String, Slot)>>,
    abouts: BTreeMap<String, String>,
    inputs: BTreeMap<String, Taken>,
    enums: BTreeMap<String, Vocabulary>,
}

impl Draft<'_> {
    fn holds(&self, capability: Option<Capability>) -> bool {
        capability.is_none_or(|capability| self.standing.holds(capability))
    }

    fn knows(&self, target: &str) -> bool {
        self.model.types.get(target).is_some_and(|declared| self.standing.holds(declared.capability))
    }

    fn roots(&mut self) {
        let model = self.model;
        let mut queries = vec![];
        for query in model.queries.values() {
            let open = self.standing.holds(query.capability)
                || (self.standing.role.is_none() && FOR_GUESTS.contains(&query.name));
            let reached = match &query.answer {
                Answer::One { target, .. } | Answer::Many { target, .. } => self.knows(target),
                Answer::Value { .. } => true,
            };
            if open && reached {
                queries.push((query.name.to_owned(), self.query(query)));
            }
        }
        for declared in model.types.values() {
            if self.standing.holds(declared.capability) {
                self.row_type(declared);
            }
        }
        if self.standing.role.is_some() {
            queries.extend(node_queries());
        }
        self.object("Query", "What can be read.", queries);
        let mut commands = vec![];
        for command in model.commands.values() {
            let open = match command.capability {
                None => self.standing.role.is_none(),
                Some(capability) => self.standing.holds(capability),
            };
            if open {
                commands.push((command.name.to_owned(), self.command(command)));
            }
        }
        if !commands.is_empty() {
            self.object(
                "Mutation",
                "What can be done. Each takes one `input` and answers a payload with `userErrors`.",
                commands,
            );
            self.user_errors();
        }
    }

    fn object(&mut self, name: &str, about: &str, fields: Vec<(String, Slot)>) {
        self.abouts.insert(name.to_owned(), about.to_owned());
        self.objects.insert(name.to_owned(), fields);
    }

    fn query(&mut self, query: &Query) -> Slot {
        let about = format!("{}\n\n{}", query.about, query.capability.line());
        match &query.answer {
            Answer::One { target, by, .. } => {
                let optional = by.len() > 1;
                let arguments = by
                    .iter()
                    .map(|by| Argument {
                        name: by.name.into(),
                        ty: wrapped(
                            if matches!(by.show, Show::Id(_)) { TypeRef::ID } else { TypeRef::STRING },
                            optional,
                            false,
                        ),
                        default: None,
                        about: by.about.into(),
                    })
                    .collect();
                Slot { ty: TypeRef::named(*target), arguments, about }
            }
            Answer::Many { target, order, .. } => self.connection(target, *order, about),
            Answer::Value { arguments, shape, .. } => {
                let arguments = arguments.iter().map(|member| self.argument(member)).collect();
                Slot { ty: self.output(shape), arguments, about }
            }
        }
    }

    fn command(&mut self, command: &Command) -> Slot {
        let about = match command.capability {
            Some(capability) => format!("{}\n\n{}", command.about, capability.line()),
            None => format!("{}\n\nFor callers without a token.", command.about),
        };
        let payload = suffixed(&first_upper(command.name), "Payload");
        let (name, ty, what) = match &command.payload {
            Payload::Row { name, target, .. } => (
                *name,
                TypeRef::named(*target),
                "The row as the caller now sees it; null where the command was refused, or put the row out of the caller's sight.",
            ),
            Payload::Value { name, shape } => {
                (*name, self.output(shape), "What came of it; null where the command was refused.")
            }
        };
        let errors = Slot {
            ty: TypeRef::named_nn_list_nn("UserError"),
            arguments: vec![],
            about: "What was wrong with the input; empty where the command took effect.".into(),
        };
        let mut fields = vec![("userErrors".to_owned(), errors)];
        // Whoever may do it but not read the row is told what was wrong, and no more.
        if let Payload::Row { beside: Some((name, shape, about)), .. } = &command.payload {
            let slot = Slot { ty: self.output(shape), arguments: vec![], about: (*about).into() };
            fields.insert(0, ((*name).to_owned(), slot));
        }
        if !matches!(command.payload, Payload::Row { target, .. } if !self.knows(target)) {
            fields.insert(0, (name.into(), Slot { ty, arguments: vec![], about: what.into() }));
        }
        self.object(&payload, &format!("What `{}` answers.", command.name), fields);
        let input = Argument {
            name: "input".into(),
            ty: self.input(&command.input),
            default: None,
            about: "What is asked.".into(),
        };
        Slot { ty: TypeRef::named_nn(payload), arguments: vec![input], about }
    }

    fn row_type(&mut self, declared: &Type) {
        let about = format!("{}\n\n{}", declared.about, declared.capability.line());
        let mut fields = vec![(
            "id".to_owned(),
            Slot {
                ty: TypeRef::named_nn(TypeRef::ID),
                arguments: vec![],
                about: "Its id, the same everywhere.".into(),
            },
        )];
        for field in &declared.fields {
            if self.holds(field.capability) && self.reaches(field) {
                fields.push((field.name.clone(), self.row_field(field)));
            }
        }
        self.object(declared.name, &about, fields);
    }

    fn reaches(&self, field: &Field) -> bool {
        match &field.source {
            Source::Link { target, .. } | Source::Many { target, .. } => self.knows(target),
            Source::Column { .. } | Source::Derived { .. } => true,
        }
    }

    fn row_field(&mut self, field: &Field) -> Slot {
        let mut about = field.about.to_owned();
        if let Some(capability) = field.capability {
            about = format!("{about}\n\n{}", capability.line());
        }
        if let Source::Many { target, paged: true, order, .. } = &field.source {
            let mut slot = self.connection(target, *order, about);
            if field.shown.is_some()
                && let TypeRef::NonNull(inner) = slot.ty
            {
                slot.ty = *inner;
            }
            return slot;
        }
        let ty = field.shape().map_or_else(|| TypeRef::named(TypeRef::STRING), |shape| self.output(&shape));
        let taken = if let Source::Derived { arguments, .. } = &field.source { arguments.as_slice() } else { &[] };
        let arguments = taken.iter().map(|member| self.argument(member)).collect();
        Slot { ty, arguments, about }
    }

    /// A field that answers a connection to `target`.
    fn connection(&mut self, target: &'static str, order: (&'static str, bool), about: String) -> Slot {
        let name = suffixed(target, "Connection");
        if !self.objects.contains_key(&name) {
            self.connection_types(target);
        }
        let mut arguments = vec![
            Argument {
                name: "first".into(),
                ty: TypeRef::named(TypeRef::INT),
                default: Some(json!(DEFAULT_PAGE)),
                about: format!("How many rows at most: 0 to {MAX_PAGE}."),
            },
            Argument {
                name: "after".into(),
                ty: TypeRef::named(TypeRef::STRING),
                default: None,
                about: "The cursor after which the page begins, from the same list in the same order.".into(),
            },
        ];
        let declared = &self.model.types[target];
        if let Some(filter) = self.filter_input(declared) {
            arguments.push(Argument {
                name: "filter".into(),
                ty: TypeRef::named(filter),
                default: None,
                about: "Only rows that meet all of these conditions.".into(),
            });
        }
        if let Some(input) = self.order_input(declared) {
            let default = json!([{ "field": upper_snake(order.0), "direction": if order.1 { "DESC" } else { "ASC" } }]);
            arguments.push(Argument {
                name: "orderBy".into(),
                ty: wrapped(&input, true, true),
                default: Some(default),
                about: "The order; rows that are equal in it come in the order of their ids.".into(),
            });
        }
        Slot { ty: TypeRef::named_nn(name), arguments, about }
    }

    fn connection_types(&mut self, target: &str) {
        let plain = |ty, about: &str| Slot { ty, arguments: vec![], about: about.into() };
        let (connection, edge) = (suffixed(target, "Connection"), suffixed(target, "Edge"));
        self.object(
            &connection,
            &format!("A page of a list of {target} (Relay cursor connection)."),
            vec![
                ("nodes".into(), plain(TypeRef::named_nn_list_nn(target), "The rows of the page.")),
                (
                    "edges".into(),
                    plain(TypeRef::named_nn_list_nn(edge.clone()), "The rows of the page with their cursors."),
                ),
                ("pageInfo".into(), plain(TypeRef::named_nn("PageInfo"), "Where the page lies.")),
                (
                    "totalCount".into(),
                    plain(TypeRef::named_nn("Count"), "How many rows the whole list has; reckoned only if asked for."),
                ),
            ],
        );
        self.object(
            &edge,
            &format!("A {target} in a list."),
            vec![
                ("node".into(), plain(TypeRef::named_nn(target), "The row.")),
                (
                    "cursor".into(),
                    plain(TypeRef::named_nn(TypeRef::STRING), "Give it as `after` to go on behind this row."),
                ),
            ],
        );
        self.object(
            "PageInfo",
            "Where a page lies in its list.",
            vec![
                (
                    "hasNextPage".into(),
                    plain(TypeRef::named_nn(TypeRef::BOOLEAN), "Whether there are rows behind the page."),
                ),
                (
                    "hasPreviousPage".into(),
                    plain(TypeRef::named_nn(TypeRef::BOOLEAN), "Always false: lists are read forward."),
                ),
                (
                    "startCursor".into(),
                    plain(TypeRef::named(TypeRef::STRING), "The cursor of the first row; null on an empty page."),
                ),
                (
                    "endCursor".into(),
                    plain(TypeRef::named(TypeRef::STRING), "The cursor of the last row; null on an empty page."),
                ),
            ],
        );
        self.object(
            "Count",
            "How many rows there are.",
            vec![
                ("value".into(), plain(TypeRef::named_nn(TypeRef::INT), "The number; counting ends at 10,000.")),
                (
                    "exact".into(),
                    plain(TypeRef::named_nn(TypeRef::BOOLEAN), "False where there are more than `value`."),
                ),
            ],
        );
    }

    fn filter_input(&mut self, declared: &Type) -> Option<String> {
        let name = suffixed(declared.name, "Filter");
        let known: Vec<&Filter> =
            declared.filters.iter().filter(|filter| self.filter_known(declared, filter)).collect();
        if known.is_empty() {
            return None;
        }
        if !self.inputs.contains_key(&name) {
            let members = known
                .into_iter()
                .map(|filter| {
                    let ty = TypeRef::named(self.operand(filter.operand));
                    Argument { name: filter.name.clone(), ty, default: None, about: filter.about.into() }
                })
                .collect();
            let about = format!(
                "Conditions on a list of {}; all of them must hold. What is left out does not narrow.",
                declared.name
            );
            self.inputs.insert(name.clone(), Taken::Object { about, one_of: false, members });
        }
        Some(name)
    }

    /// A filter is known where the field of its name is; one that has no field is known where its type is.
    fn filter_known(&self, declared: &Type, filter: &Filter) -> bool {
        declared
            .fields
            .iter()
            .find(|field| field.name == filter.name)
            .is_none_or(|field| self.holds(field.capability) && self.reaches(field))
    }

    fn operand(&mut self, operand: Operand) -> String {
        let (name, about, one_of, members) = match operand {
            Operand::Boolean => return TypeRef::BOOLEAN.into(),
            Operand::Text => return TypeRef::STRING.into(),
            Operand::Choice(scalar, _) => {
                let of = self.scalar(scalar);
                let name = suffixed(&of, "Choice");
                let member = |name: &str, ty, about: &str| Argument {
                    name: name.into(),
                    ty,
                    default: None,
                    about: about.into(),
                };
                let members = vec![
                    member("eq", TypeRef::named(of.clone()), "Exactly this."),
                    member("in", wrapped(&of, true, true), "One of these; an empty list matches nothing. At most 100."),
                    member("notIn", wrapped(&of, true, true), "None of these. At most 100."),
                ];
                (name, "Which values are meant; exactly one member is given.", true, members)
            }
            Operand::Times => {
                ("TimeRange".to_owned(), "A span of time; either end may be left out.", false, self.range("DateTime"))
            }
            Operand::Days => {
                ("DayRange".to_owned(), "A span of days; either end may be left out.", false, self.range("Date"))
            }
        };
        self.inputs.entry(name.clone()).or_insert_with(|| Taken::Object { about: about.into(), one_of, members });
        name
    }

    fn range(&mut self, of: &'static str) -> Vec<Argument> {
        self.inputs.insert(of.into(), Taken::Scalar(of));
        let member = |name: &str, about: &str| Argument {
            name: name.into(),
            ty: TypeRef::named(of),
            default: None,
            about: about.into(),
        };
        vec![member("from", "From this on."), member("to", "Up to this, itself not included.")]
    }

    fn order_input(&mut self, declared: &Type) -> Option<String> {
        let fields: Vec<&Field> = declared.fields.iter().filter(|field| self.orders(field)).collect();
        if fields.is_empty() {
            return None;
        }
        let name = suffixed(declared.name, "Order");
        if !self.inputs.contains_key(&name) {
            let by = suffixed(declared.name, "OrderField");
            self.inputs.insert(by.clone(), Taken::Enum(fields.iter().map(|field| upper_snake(&field.name)).collect()));
            self.inputs.insert("OrderDirection".into(), Taken::Enum(vec!["ASC".into(), "DESC".into()]));
            let members = vec![
                Argument { name: "field".into(), ty: TypeRef::named_nn(by), default: None, about: "By what.".into() },
                Argument {
                    name: "direction".into(),
                    ty: TypeRef::named_nn("OrderDirection"),
                    default: Some(json!("ASC")),
                    about: "Rising or falling.".into(),
                },
            ];
            self.inputs.insert(
                name.clone(),
                Taken::Object { about: format!("An order of a list of {}.", declared.name), one_of: false, members },
            );
        }
        Some(name)
    }

    /// Whether lists can be ordered by a field: an order (and a cursor in it) tells what is withheld of a row, so it is
    /// for those who are shown the field of all rows.
    fn orders(&self, field: &Field) -> bool {
        let all = |role| {
            let at = At { role, level: RegionLevel::Community, table: Alias::new("t") };
            field.shown.is_none_or(|shown| shown(&at) == Rule::Always)
        };
        field.orders.is_some() && self.holds(field.capability) && self.standing.role.is_some_and(all)
    }

    /// The GraphQL name of a single value's type, put into the schema.
    fn scalar(&mut self, scalar: Scalar) -> String {
        let name = match scalar {
            Scalar::Text => TypeRef::STRING,
            Scalar::Int => TypeRef::INT,
            Scalar::Boolean => TypeRef::BOOLEAN,
            Scalar::Id(_) | Scalar::AnyId => TypeRef::ID,
            Scalar::Time => "DateTime",
            Scalar::Day => "Date",
            Scalar::Word(words) => {
                self.enums.insert(words.name.into(), words);
                let values = (words.values)().iter().map(|value| value[0].to_owned()).collect();
                self.inputs.insert(words.name.into(), Taken::Enum(values));
                return words.name.into();
            }
        };
        self.inputs.insert(name.into(), Taken::Scalar(name));
        name.into()
    }

    fn output(&mut self, shape: &Shape) -> TypeRef {
        let name = match &shape.base {
            Base::Scalar(scalar) => self.scalar(*scalar),
            Base::Type(target) => (*target).to_owned(),
            Base::Object(object) => {
                let object = object();
                if !self.objects.contains_key(object.name) {
                    self.objects.insert(object.name.into(), vec![]);
                    let fields = object
                        .members
                        .iter()
                        .map(|member| {
                            let slot =
                                Slot { ty: self.output(&member.shape), arguments: vec![], about: member.about.clone() };
                            (member.name.clone(), slot)
                        })
                        .collect();
                    self.object(object.name, &object.about, fields);
                }
                object.name.to_owned()
            }
        };
        wrapped(&name, shape.nullable, shape.list)
    }

    fn input(&mut self, shape: &Shape) -> TypeRef {
        let name = match &shape.base {
            Base::Scalar(scalar) => self.scalar(*scalar),
            Base::Type(target) => unreachable!("{target} has rows and is no input"),
            Base::Object(object) => {
                let Object { name, about, members, one_of } = object();
                if !self.inputs.contains_key(name) {
                    let members = members.iter().map(|member| self.argument(member)).collect();
                    self.inputs.insert(name.into(), Taken::Object { about, one_of, members });
                }
                name.to_owned()
            }
        };
        wrapped(&name, shape.nullable, shape.list)
    }

    fn argument(&mut self, member: &Member) -> Argument {
        Argument {
            name: member.name.clone(),
            ty: self.input(&member.shape),
            default: None,
            about: member.about.clone(),
        }
    }

    fn user_errors(&mut self) {
        let plain = |ty, about: &str| Slot { ty, arguments: vec![], about: about.into() };
        let common = || {
            vec![
                (
                    "code".to_owned(),
                    plain(TypeRef::named_nn(TypeRef::STRING), "What kind of mistake it is. The list is open."),
                ),
                (
                    "message".to_owned(),
                    plain(
                        TypeRef::named_nn(TypeRef::STRING),
                        "What is wrong and what is allowed, for people, in the language of `Accept-Language` (zh-Hans by default).",
                    ),
                ),
                (
                    "path".to_owned(),
                    plain(
                        TypeRef::named_nn_list_nn(TypeRef::STRING),
                        "Where in the arguments: `[\"input\", \"summary\"]`.",
                    ),
                ),
            ]
        };
        self.object("UserError", "One thing a person did wrong.", common());
        self.object("InputError", "A mistake that needs no more words.", common());
        let guest = self.standing.role.is_none();
        let text = || TypeRef::named_nn(TypeRef::STRING);
        let texts = || TypeRef::named_nn_list_nn(TypeRef::STRING);
        for (name, about, more) in [
            (
                "TransitionError",
                "The state does not allow it.",
                vec![
                    ("from", text(), "The present state."),
                    ("allowed", texts(), "The mutations that the caller can do now, by name."),
                ],
            ),
            (
                "RevisionError",
                "It was changed since it was read.",
                vec![("currentRevision", text(), "The present revision.")],
            ),
            (
                "MissingPartiesError",
                "Parties are missing.",
                vec![("missing", texts(), "The kinds of those that are missing.")],
            ),
            (
                "PersonalDataError",
                "A shared text holds personal data.",
                vec![
                    ("paths", texts(), "Where, dotted."),
                    ("found", texts(), "What was found: PHONE, IDENTITY_NUMBER, FLAT_NUMBER, NAME."),
                ],
            ),
        ] {
            // Callers without a token meet the state of a report, and no revision, party or shared text.
            if guest && name != "TransitionError" {
                continue;
            }
            let mut fields = common();
            fields.extend(more.into_iter().map(|(name, ty, about)| (name.to_owned(), plain(ty, about))));
            self.object(name, about, fields);
        }
    }

    fn finish(mut self, resolvers: Resolvers<'_>) -> View {
        for scalar in [TypeRef::STRING, TypeRef::INT, TypeRef::BOOLEAN, TypeRef::ID, TypeRef::FLOAT] {
            self.inputs.insert(scalar.into(), Taken::Scalar(scalar));
        }
        let mutation = self.objects.contains_key("Mutation").then_some("Mutation");
        let mut builder =
            dynamic::Schema::build("Query", mutation, None).extension(super::door::Library).disable_suggestions();
        if self.standing.role.is_some() {
            let id = InterfaceField::new("id", TypeRef::named_nn(TypeRef::ID)).description("Its id.");
            builder = builder.register(Interface::new("Node").description("Anything that has an id.").field(id));
        }
        for (name, fields) in &self.objects {
            builder = if name == "UserError" {
                builder.register(self.interface(name, fields))
            } else {
                builder.register(self.render(name, fields, resolvers))
            };
        }
        for (name, taken) in &self.inputs {
            builder = match taken {
                Taken::Scalar(scalar) => match *scalar {
                    "DateTime" => builder.register(
                        dynamic::Scalar::new("DateTime")
                            .description("A moment, RFC 3339 with offset: `2026-06-30T23:59:59+08:00`.")
                            .specified_by_url("https://www.rfc-editor.org/rfc/rfc3339"),
                    ),
                    "Date" => builder.register(
                        dynamic::Scalar::new("Date")
                            .description("A day: `2026-06-30`.")
                            .specified_by_url("https://www.rfc-editor.org/rfc/rfc3339"),
                    ),
                    _ => builder,
                },
                Taken::Enum(values) => builder.register(self.render_enum(name, values)),
                Taken::Object { about, one_of, members } => {
                    let object = members.iter().fold(InputObject::new(name).description(about), |object, member| {
                        object.field(render_argument(member))
                    });
                    builder.register(if *one_of { object.oneof() } else { object })
                }
            };
        }
        let schema =
            builder.finish().unwrap_or_else(|error| panic!("the schema of {:?}: {}", self.standing.role, error.0));
        let sdl = schema.sdl();
        let mut objects: HashMap<String, HashMap<String, Slot>> =
            self.objects.into_iter().map(|(name, fields)| (name, fields.into_iter().collect())).collect();
        if self.standing.role.is_some() {
            let id = Slot { ty: TypeRef::named_nn(TypeRef::ID), arguments: vec![], about: String::new() };
            objects.insert("Node".into(), HashMap::from([("id".to_owned(), id)]));
        }
        View { standing: self.standing, schema, sdl, objects, inputs: self.inputs.into_iter().collect() }
    }

    fn interface(&self, name: &str, fields: &[(String, Slot)]) -> Interface {
        let interface = Interface::new(name).description(&self.abouts[name]);
        fields.iter().fold(interface, |interface, (name, slot)| {
            interface.field(InterfaceField::new(name, slot.ty.clone()).description(&slot.about))
        })
    }

    fn render(&self, name: &str, fields: &[(String, Slot)], resolvers: Resolvers<'_>) -> dynamic::Object {
        let mut object = dynamic::Object::new(name).description(&self.abouts[name]);
        if self.model.types.contains_key(name) {
            object = object.implement("Node");
        }
        if name.ends_with("Error") {
            object = object.implement("UserError");
        }
        fields.iter().fold(object, |object, (field, slot)| {
            let resolver = resolvers(name, field);
            let rendered =
                dynamic::Field::new(field, slot.ty.clone(), move |context| resolver(context)).description(&slot.about);
            object.field(
                slot.arguments.iter().fold(rendered, |rendered, argument| rendered.argument(render_argument(argument))),
            )
        })
    }

    fn render_enum(&self, name: &str, values: &[String]) -> Enum {
        let Some(words) = self.enums.get(name) else {
            let (about, item): (_, fn(&str) -> String) = if name == "OrderDirection" {
                ("Which way a list is ordered.", |value| if value == "ASC" { "Rising." } else { "Falling." }.into())
            } else {
                ("By what a list can be ordered.", |value| format!("By `{}`.", shape::camel(&value.to_lowercase())))
            };
            return values.iter().fold(Enum::new(name).description(about), |rendered, value| {
                rendered.item(EnumItem::new(value).description(item(value)))
            });
        };
        (words.values)()
            .iter()
            .fold(Enum::new(name).description(shape::about(&[words.about])), |rendered, [value, zh, en]| {
                rendered.item(EnumItem::new(*value).description(format!("{en} ({zh})")))
            })
    }
}

fn render_argument(argument: &Argument) -> InputValue {
    let value = InputValue::new(&argument.name, argument.ty.clone()).description(&argument.about);
    match &argument.default {
        Some(default) => value.default_value(literal(default)),
        None => value,
    }
}

/// A default as the library writes it: upper-case texts are enum values.
fn literal(value: &Value) -> Literal {
    match value {
        Value::Null => Literal::Null,
        Value::Bool(yes) => Literal::Boolean(*yes),
        Value::Number(number) => Literal::Number(number.clone()),
        Value::String(text) => Literal::Enum(Name::new(text)),
        Value::Array(items) => Literal::List(items.iter().map(literal).collect()),
        Value::Object(map) => {
            Literal::Object(map.iter().map(|(name, value)| (Name::new(name), literal(value))).collect())
        }
    }
}

fn first_upper(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `reportedAt` as `REPORTED_AT`.
#[must_use]
pub fn upper_snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() {
            snake.push('_');
        }
        snake.extend(letter.to_uppercase());
    }
    snake
}
