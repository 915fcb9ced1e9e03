//! A schema as its text says it: what tests generate documents from, and walk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
};
use entity::word::{RegionLevel, Role, Word as _};
use liufang::gate::Limits;
use liufang::policy::{Scopes, Viewer, scopes_of};
use liufang::read::door::Door;

/// A schema.
pub struct Sdl {
    /// Its types by name.
    pub types: BTreeMap<String, Kind>,
    /// Their descriptions.
    pub about: BTreeMap<String, String>,
}

/// A type.
pub enum Kind {
    /// A scalar.
    Scalar,
    /// An object, with what it implements.
    Object { fields: Vec<Field>, implements: Vec<String> },
    /// An interface.
    Interface { fields: Vec<Field> },
    /// An enum: its values and their descriptions.
    Enum(Vec<(String, String)>),
    /// An input.
    Input(Vec<Member>),
}

/// A field.
pub struct Field {
    pub name: String,
    pub about: String,
    pub arguments: Vec<Member>,
    pub ty: Ty,
}

/// An argument or an input's member.
pub struct Member {
    pub name: String,
    pub about: String,
    pub ty: Ty,
}

/// A type where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ty {
    pub base: String,
    pub list: bool,
    pub required: bool,
}

impl Sdl {
    /// Reads a schema's text.
    pub fn parse(text: &str) -> Self {
        let document = parse_schema(text).unwrap_or_else(|error| panic!("{error}"));
        let mut sdl = Self { types: BTreeMap::new(), about: BTreeMap::new() };
        for definition in document.definitions {
            let TypeSystemDefinition::Type(declared) = definition else { continue };
            let name = declared.node.name.node.to_string();
            sdl.about.insert(name.clone(), words(declared.node.description.as_ref()));
            let kind = match declared.node.kind {
                TypeKind::Scalar => Kind::Scalar,
                TypeKind::Object(object) => Kind::Object {
                    fields: object.fields.iter().map(field).collect(),
                    implements: object.implements.iter().map(|name| name.node.to_string()).collect(),
                },
                TypeKind::Interface(interface) => {
                    Kind::Interface { fields: interface.fields.iter().map(field).collect() }
                }
                TypeKind::Union(_) => panic!("{name}: there are no unions"),
                TypeKind::Enum(values) => {
                    let value = |value: &Positioned<async_graphql::parser::types::EnumValueDefinition>| {
                        (value.node.value.node.to_string(), words(value.node.description.as_ref()))
                    };
                    Kind::Enum(values.values.iter().map(value).collect())
                }
                TypeKind::InputObject(input) => Kind::Input(input.fields.iter().map(member).collect()),
            };
            sdl.types.insert(name, kind);
        }
        sdl
    }

    /// The fields of an object or interface; none of what is neither, or not there.
    pub fn fields(&self, name: &str) -> &[Field] {
        match self.types.get(name) {
            Some(Kind::Object { fields, .. } | Kind::Interface { fields }) => fields,
            Some(Kind::Scalar | Kind::Enum(_) | Kind::Input(_)) | None => &[],
        }
    }

    /// A field of a type.
    pub fn field(&self, name: &str, field: &str) -> Option<&Field> {
        self.fields(name).iter().find(|found| found.name == field)
    }

    /// The members of an input.
    pub fn members(&self, name: &str) -> &[Member] {
        match self.types.get(name) {
            Some(Kind::Input(members)) => members,
            Some(Kind::Scalar | Kind::Enum(_) | Kind::Object { .. } | Kind::Interface { .. }) | None => &[],
        }
    }

    /// The objects that implement an interface.
    pub fn implementers(&self, interface: &str) -> BTreeSet<&str> {
        let implementing = self.types.iter().filter(|(_, kind)| match kind {
            Kind::Object { implements, .. } => implements.iter().any(|name| name == interface),
            Kind::Scalar | Kind::Interface { .. } | Kind::Enum(_) | Kind::Input(_) => false,
        });
        implementing.map(|(name, _)| name.as_str()).collect()
    }

    /// Whether a type is a row: it has an id by which `node` finds it.
    pub fn is_row(&self, name: &str) -> bool {
        self.implementers("Node").contains(name)
    }

    /// The row type of a connection: `Problem` of `ProblemConnection`.
    pub fn connected<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_suffix("Connection").filter(|row| self.is_row(row))
    }

    /// A selection of what a row shows by itself: scalars, values, the ids of what it links to; no lists of rows.
    pub fn leaves_of(&self, name: &str) -> String {
        let selected = self.fields(name).iter().filter_map(|field| {
            let base = &field.ty.base;
            match self.types.get(base) {
                Some(Kind::Object { .. }) if self.connected(base).is_some() => None,
                Some(Kind::Object { .. }) if self.is_row(base) => {
                    (!field.ty.list).then(|| format!("{} {{ id }}", field.name))
                }
                Some(Kind::Object { .. }) => Some(format!("{} {}", field.asked(), self.leaves_of(base))),
                Some(Kind::Scalar | Kind::Enum(_) | Kind::Input(_) | Kind::Interface { .. }) | None => {
                    Some(field.name.clone())
                }
            }
        });
        format!("{{ {} }}", selected.collect::<Vec<_>>().join(" "))
    }

    /// A selection of what is a row's own: its leaves without links.
    pub fn own_of(&self, name: &str) -> String {
        let own = self
            .fields(name)
            .iter()
            .filter(|field| !matches!(self.types.get(&field.ty.base), Some(Kind::Object { .. })));
        format!("{{ {} }}", own.map(|field| field.name.as_str()).collect::<Vec<_>>().join(" "))
    }

    /// A selection of all that a row shows: what it links to and its lists with their leaves.
    pub fn all_of(&self, name: &str) -> String {
        let selected = self.fields(name).iter().map(|field| {
            let (name, base) = (field.asked(), &field.ty.base);
            match (self.connected(base), self.types.get(base)) {
                (Some(row), _) => format!("{name}(first: 100) {}", self.page_of(row)),
                (None, Some(Kind::Object { .. })) => format!("{name} {}", self.leaves_of(base)),
                (None, _) => name,
            }
        });
        format!("{{ {} }}", selected.collect::<Vec<_>>().join(" "))
    }

    /// A selection of a page of rows.
    pub fn page_of(&self, row: &str) -> String {
        format!(
            "{{ nodes {} edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage endCursor }} \
             totalCount {{ value exact }} }}",
            self.leaves_of(row)
        )
    }

    /// The names of the root fields.
    pub fn roots(&self) -> BTreeSet<String> {
        ["Query", "Mutation"].into_iter().flat_map(|root| self.fields(root)).map(|field| field.name.clone()).collect()
    }
}

/// What is looked for, where a field wants a text.
pub const SOUGHT: &str = "住 请";

impl Field {
    /// The field with the arguments that it must have.
    pub fn asked(&self) -> String {
        let given = self.arguments.iter().filter(|argument| argument.ty.required).map(|argument| {
            assert_eq!(argument.name, "text", "nobody knows what to give {}", self.name);
            format!("text: \"{SOUGHT}\"")
        });
        let given: Vec<_> = given.collect();
        if given.is_empty() { self.name.clone() } else { format!("{}({})", self.name, given.join(", ")) }
    }
}

fn words(text: Option<&Positioned<String>>) -> String {
    text.map(|text| text.node.trim().to_owned()).unwrap_or_default()
}

fn field(field: &Positioned<FieldDefinition>) -> Field {
    Field {
        name: field.node.name.node.to_string(),
        about: words(field.node.description.as_ref()),
        arguments: field.node.arguments.iter().map(member).collect(),
        ty: ty(&field.node.ty.node),
    }
}

fn member(member: &Positioned<InputValueDefinition>) -> Member {
    Member {
        name: member.node.name.node.to_string(),
        about: words(member.node.description.as_ref()),
        ty: ty(&member.node.ty.node),
    }
}

fn ty(written: &Type) -> Ty {
    match &written.base {
        BaseType::Named(name) => Ty { base: name.to_string(), list: false, required: !written.nullable },
        BaseType::List(inner) => Ty { list: true, required: !written.nullable, ..ty(inner) },
    }
}

/// The text of a caller's schema; without a role, of callers without a token.
pub fn text(role: Option<Role>, scopes: Option<Scopes>) -> String {
    static DOOR: LazyLock<Door> = LazyLock::new(|| Door::new(liufang::schema::model(), Limits::default()));
    let viewer = role.map(|role| bare(role, scopes.unwrap_or_else(|| scopes_of(role))));
    DOOR.sdl(viewer.as_ref())
}

/// The schema of a role, read once.
pub fn of(role: Role) -> &'static Sdl {
    static READ: LazyLock<BTreeMap<&'static str, Sdl>> =
        LazyLock::new(|| Role::ALL.iter().map(|role| (role.value(), Sdl::parse(&text(Some(*role), None)))).collect());
    &READ[role.value()]
}

/// A viewer of whom nothing is known but the role and the scopes.
pub fn bare(role: Role, scopes: Scopes) -> Viewer {
    Viewer { region: 321_100_000_000, level: RegionLevel::City, ..Viewer::nobody(role, scopes) }
}
