//! Shapes of values: what a field answers and what an argument takes, each declared once in Rust.
//!
//! [`answer!`](crate::answer) makes a struct that is also a GraphQL object; [`input!`](crate::input) one that is also an input object. Their doc
//! comments are the descriptions that clients read.

use chrono::{DateTime, NaiveDate, Utc};
use entity::word::Word;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::{Code, UserError};
use crate::id::{Prefix, TypeId};

/// A vocabulary with its labels, as data.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary {
    /// Its GraphQL name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Each value with its Chinese and English label.
    pub values: fn() -> Vec<[&'static str; 3]>,
}

impl Vocabulary {
    /// That of a [`Word`].
    #[must_use]
    pub const fn of<W: Word>() -> Self {
        Self {
            name: W::NAME,
            about: W::ABOUT,
            values: || W::ALL.iter().map(|word| [word.value(), word.zh(), word.en()]).collect(),
        }
    }
}

/// What a single value is.
#[derive(Clone, Copy, Debug)]
pub enum Scalar {
    /// Text.
    Text,
    /// A whole number, 32 bits as GraphQL has it.
    Int,
    /// Yes or no.
    Boolean,
    /// An id of one type.
    Id(Prefix),
    /// An id of any type.
    AnyId,
    /// A moment, RFC 3339.
    Time,
    /// A day, `2026-06-30`.
    Day,
    /// One of a vocabulary.
    Word(Vocabulary),
}

/// What a field answers or an argument takes.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The value or object.
    pub base: Base,
    /// Whether it may be null (or left out).
    pub nullable: bool,
    /// Whether it is a list; then its items are never null.
    pub list: bool,
}

/// The value or object of a [`Shape`].
#[derive(Clone, Debug)]
pub enum Base {
    /// A single value.
    Scalar(Scalar),
    /// An object made by [`answer!`](crate::answer), or an input object made by [`input!`](crate::input).
    Object(fn() -> Object),
    /// A type with rows, by name.
    Type(&'static str),
}

/// An object or input object that is no row.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its GraphQL name.
    pub name: &'static str,
    /// What it is.
    pub about: String,
    /// Its members.
    pub members: Vec<Member>,
    /// For an input: whether exactly one member is given.
    pub one_of: bool,
}

/// A member of an [`Object`].
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name, camelCase.
    pub name: String,
    /// What it is.
    pub about: String,
    /// What it holds.
    pub shape: Shape,
}

impl Shape {
    /// A value that is always there.
    #[must_use]
    pub const fn scalar(scalar: Scalar) -> Self {
        Self { base: Base::Scalar(scalar), nullable: false, list: false }
    }
    /// The same, but it may be null.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Its members, where it is an object.
    pub fn members(&self) -> Vec<Member> {
        match self.base {
            Base::Object(object) => object().members,
            Base::Scalar(_) | Base::Type(_) => vec![],
        }
    }
}

/// A Rust type that a field can answer.
pub trait Output {
    /// Its shape.
    fn shape() -> Shape;
    /// Its JSON, whole; the engine leaves out what was not asked for.
    fn json(&self) -> Value;
}

/// A Rust type that an argument can be read into. The engine has checked the value against the shape; what is left to
/// read is what only a person can get wrong: an id of another type.
pub trait Input: Sized {
    /// Its shape.
    fn shape() -> Shape;
    /// Reads it; where it cannot be, says so in `mistakes` and gives `None`.
    fn read(value: &Value, path: &str, mistakes: &mut Vec<UserError>) -> Option<Self>;
}

/// A marker for a type's ids in [`Id`].
pub trait Named {
    /// The prefix of its ids.
    const PREFIX: Prefix;
    /// What it is called in Chinese and English.
    const WORDS: (&'static str, &'static str);
}

/// An id of one type, in inputs and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id<T>(pub Uuid, std::marker::PhantomData<T>);

impl<T> Id<T> {
    /// The id of a row.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id, std::marker::PhantomData)
    }
}

impl<T: Named> Output for Id<T> {
    fn shape() -> Shape {
        Shape::scalar(Scalar::Id(T::PREFIX))
    }
    fn json(&self) -> Value {
        TypeId(T::PREFIX, self.0).to_string().into()
    }
}

impl<T: Named> Input for Id<T> {
    fn shape() -> Shape {
        Shape::scalar(Scalar::Id(T::PREFIX))
    }
    fn read(value: &Value, path: &str, mistakes: &mut Vec<UserError>) -> Option<Self> {
        let id = value.as_str().and_then(|text| crate::id::parse(text, T::PREFIX));
        if id.is_none() {
            let (zh, en) = T::WORDS;
            mistakes.push(UserError::new(Code::InvalidId, path, vec![crate::error::Word::Both(zh.into(), en.into())]));
        }
        id.map(Self::new)
    }
}

impl<T: Output> Output for Option<T> {
    fn shape() -> Shape {
        T::shape().nullable()
    }
    fn json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Output::json)
    }
}

impl<T: Input> Input for Option<T> {
    fn shape() -> Shape {
        T::shape().nullable()
    }
    fn read(value: &Value, path: &str, mistakes: &mut Vec<UserError>) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::read(value, path, mistakes).map(Some) }
    }
}

impl<T: Output> Output for Vec<T> {
    fn shape() -> Shape {
        Shape { list: true, ..T::shape() }
    }
    fn json(&self) -> Value {
        self.iter().map(Output::json).collect()
    }
}

impl<T: Input> Input for Vec<T> {
    fn shape() -> Shape {
        Shape { list: true, ..T::shape() }
    }
    fn read(value: &Value, path: &str, mistakes: &mut Vec<UserError>) -> Option<Self> {
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let read: Vec<_> =
            items.iter().enumerate().map(|(place, item)| T::read(item, &format!("{path}.{place}"), mistakes)).collect();
        read.into_iter().collect()
    }
}

macro_rules! plain {
    ($type:ty, $scalar:expr, $read:expr, $write:expr) => {
        impl Output for $type {
            fn shape() -> Shape {
                Shape::scalar($scalar)
            }
            fn json(&self) -> Value {
                let write: fn(&Self) -> Value = $write;
                write(self)
            }
        }
        impl Input for $type {
            fn shape() -> Shape {
                Shape::scalar($scalar)
            }
            fn read(value: &Value, path: &str, mistakes: &mut Vec<UserError>) -> Option<Self> {
                let read: fn(&Value) -> Option<Self> = $read;
                let value = read(value);
                if value.is_none() {
                    mistakes.push(UserError::new(Code::Required, path, vec![]));
                }
                value
            }
        }
    };
}

plain!(String, Scalar::Text, |value| value.as_str().map(str::to_owned), |text| text.as_str().into());
plain!(bool, Scalar::Boolean, Value::as_bool, |yes| (*yes).into());
plain!(i64, Scalar::Int, Value::as_i64, |number| (*number).into());
plain!(DateTime<Utc>, Scalar::Time, |value| parse_time(value.as_str()?), |time| format_time(*time).into());
plain!(NaiveDate, Scalar::Day, |value| value.as_str()?.parse().ok(), |day| day.to_string().into());

/// Reads a moment as clients write it; microseconds are kept, finer parts cut.
#[must_use]
pub fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    use chrono::SubsecRound;
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc().trunc_subsecs(6))
}

/// A moment as clients read it: RFC 3339 with the offset of the places served.
#[must_use]
pub fn format_time(time: DateTime<Utc>) -> String {
    time.with_timezone(&crate::clock::OFFSET).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}

macro_rules! vocabularies {
    ($($word:ident)+) => {
        $(
            impl Output for entity::word::$word {
                fn shape() -> Shape {
                    Shape::scalar(Scalar::Word(Vocabulary::of::<Self>()))
                }
                fn json(&self) -> Value {
                    self.value().into()
                }
            }
            impl Input for entity::word::$word {
                fn shape() -> Shape {
                    Shape::scalar(Scalar::Word(Vocabulary::of::<Self>()))
                }
                fn read(value: &Value, path: &str, mistakes: &mut Vec<UserError>) -> Option<Self> {
                    let word = value.as_str().and_then(Self::parse);
                    if word.is_none() {
                        mistakes.push(UserError::new(Code::Required, path, vec![]));
                    }
                    word
                }
            }
        )+
        /// Every vocabulary that clients meet.
        pub const VOCABULARIES: &[Vocabulary] = &[$(Vocabulary::of::<entity::word::$word>()),+];
    };
}

vocabularies! {
    RegionLevel GridKind OrganisationKind LinkageGroupKind LinkageGroupStatus PartyKind AppointmentKind
    AppointmentIdentity SelectedBy Role ProblemStatus ProblemAction ProblemDomain ProblemNature ProblemChannel ProblemVisibility
    ProblemComplexity ClosureOutcome SupervisionLevel SupervisionGrounds SupervisionStatus RequestKind RequestStatus
    TaskRole TaskStatus DispositionAction QuantityUnit QuantityPrecision FollowUpMethod Satisfaction PersonalState
    WhistleGrounds WhistleStatus WhistleCallStatus WhistleAction ContactField ContactAccess VisitPlace VisitStatus
    SearchedText DayKind LimitStep LimitUnit AttachmentKind AttachmentStatus MediationKind MediationStatus
    MediationAction SideConsent ConsentMethod AgreementForm ObligationStatus ConfirmationStatus RecusalGround
    DossierDocument InboxKind NotificationKind RedactionBasis RedactionStatus RetentionClass SubjectRequestKind
    SubjectRequestStatus SubjectRefusal
}

/// `snake_case` as clients have it: `snakeCase`.
#[must_use]
pub fn camel(name: &str) -> String {
    let name = name.trim_start_matches("r#");
    let mut camel = String::with_capacity(name.len());
    for (place, part) in name.split('_').enumerate() {
        let mut letters = part.chars();
        match letters.next() {
            Some(first) if place > 0 => camel.extend(first.to_uppercase()),
            Some(first) => camel.push(first),
            None => {}
        }
        camel.push_str(letters.as_str());
    }
    camel
}

/// Doc lines as one description.
#[must_use]
pub fn about(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// Takes `member` out of a coerced input object.
#[must_use]
pub fn member<'a>(map: &'a Map<String, Value>, member: &str) -> &'a Value {
    map.get(member).unwrap_or(&Value::Null)
}

/// A struct that is also a GraphQL object of the same name. Doc comments are its descriptions.
#[macro_export]
macro_rules! answer {
    ($(#[doc = $about:literal])+ pub struct $name:ident { $($(#[doc = $line:literal])+ pub $field:ident: $type:ty,)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone)]
        pub struct $name {
            $($(#[doc = $line])+ pub $field: $type,)+
        }

        /// Its name alone: what it holds may be personal, or a secret.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl $crate::read::shape::Output for $name {
            fn shape() -> $crate::read::shape::Shape {
                fn object() -> $crate::read::shape::Object {
                    $crate::read::shape::Object {
                        name: stringify!($name),
                        about: $crate::read::shape::about(&[$($about),+]),
                        one_of: false,
                        members: vec![$($crate::read::shape::Member {
                            name: $crate::read::shape::camel(stringify!($field)),
                            about: $crate::read::shape::about(&[$($line),+]),
                            shape: <$type as $crate::read::shape::Output>::shape(),
                        }),+],
                    }
                }
                $crate::read::shape::Shape {
                    base: $crate::read::shape::Base::Object(object), nullable: false, list: false,
                }
            }
            fn json(&self) -> serde_json::Value {
                let mut map = serde_json::Map::new();
                $(map.insert(
                    $crate::read::shape::camel(stringify!($field)),
                    $crate::read::shape::Output::json(&self.$field),
                );)+
                map.into()
            }
        }
    };
}

/// A struct that is also a GraphQL input object of the same name. Doc comments are its descriptions; an `Option` may be
/// left out. With `one of` before it, exactly one member must be given (all are `Option`).
#[macro_export]
macro_rules! input {
    (@ $one_of:literal, $(#[doc = $about:literal])+ pub struct $name:ident { $($(#[doc = $line:literal])+ pub $field:ident: $type:ty,)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone)]
        pub struct $name {
            $($(#[doc = $line])+ pub $field: $type,)+
        }

        /// Its name alone: what it holds may be personal, or a secret.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl $crate::read::shape::Input for $name {
            fn shape() -> $crate::read::shape::Shape {
                fn object() -> $crate::read::shape::Object {
                    $crate::read::shape::Object {
                        name: stringify!($name),
                        about: $crate::read::shape::about(&[$($about),+]),
                        one_of: $one_of,
                        members: vec![$($crate::read::shape::Member {
                            name: $crate::read::shape::camel(stringify!($field)),
                            about: $crate::read::shape::about(&[$($line),+]),
                            shape: <$type as $crate::read::shape::Input>::shape(),
                        }),+],
                    }
                }
                $crate::read::shape::Shape {
                    base: $crate::read::shape::Base::Object(object), nullable: false, list: false,
                }
            }
            fn read(
                value: &serde_json::Value,
                path: &str,
                mistakes: &mut Vec<$crate::error::UserError>,
            ) -> Option<Self> {
                let empty = serde_json::Map::new();
                let map = value.as_object().unwrap_or(&empty);
                let within = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                $(
                    let name = $crate::read::shape::camel(stringify!($field));
                    let $field = <$type as $crate::read::shape::Input>::read(
                        $crate::read::shape::member(map, &name), &within(&name), mistakes,
                    );
                )+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
    (one of $($rest:tt)+) => { $crate::input!(@ true, $($rest)+); };
    ($($rest:tt)+) => { $crate::input!(@ false, $($rest)+); };
}
