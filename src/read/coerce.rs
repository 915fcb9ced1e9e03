//! Variables and arguments → values that fit their types, refused as the GraphQL specification (§6.1.2, §6.4.1) says.
//!
//! What comes from a variable is marked with where, so that a plan can be kept and bound to other values: a statement's
//! text depends on the *shape* of the variables alone ([`shape_of`]).

use std::collections::BTreeMap;

use async_graphql::Positioned;
use async_graphql::dynamic::TypeRef;
use async_graphql::parser::types::{BaseType, Type as Written, VariableDefinition};
use async_graphql_value::Value as Literal;
use serde_json::{Map, Number, Value};

use super::schema::{Argument, Taken, View};
use super::shape::parse_time;
use crate::error::{Code, Error, Result};

/// The most items that any list in a request has.
const MOST_ITEMS: usize = 100;

/// Coerced variables by name.
pub type Variables = Map<String, Value>;

/// Where in the variables a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The variable.
    pub variable: String,
    /// The way into it.
    pub pointer: String,
}

/// Arguments, coerced.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The value.
    pub value: Value,
    /// What of it comes from variables: the pointer to it, and from where.
    origins: Vec<(String, Origin)>,
}

/// A part of arguments: as it was when the plan was made, and what of it each request fills in anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    written: Value,
    filled: Vec<(String, Origin)>,
}

impl Given {
    /// A part of it, by JSON pointer; `None` where it is absent.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    /// A part of it, to be bound at each request.
    #[must_use]
    pub fn part(&self, pointer: &str) -> Part {
        let written = self.at(pointer).cloned().unwrap_or_default();
        let filled = self.origins.iter().filter_map(|(place, origin)| {
            if let Some(inner) = below(place, pointer) {
                return Some((inner.to_owned(), origin.clone()));
            }
            let pointer = format!("{}{}", origin.pointer, below(pointer, place)?);
            Some((String::new(), Origin { variable: origin.variable.clone(), pointer }))
        });
        Part { written, filled: filled.collect() }
    }
}

impl Part {
    /// It with the variables of this request.
    #[must_use]
    pub fn fresh(&self, variables: &Variables) -> Value {
        let mut value = self.written.clone();
        for (place, origin) in &self.filled {
            let fresh = variables.get(&origin.variable).and_then(|variable| variable.pointer(&origin.pointer));
            if let (Some(place), Some(fresh)) = (value.pointer_mut(place), fresh) {
                *place = fresh.clone();
            }
        }
        value
    }
}

/// The rest of `pointer` where it leads into (or to) what `above` points to.
fn below<'a>(pointer: &'a str, above: &str) -> Option<&'a str> {
    pointer.strip_prefix(above).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn bad(variable: &str, why: &str) -> Error {
    Error::request(Code::BadVariable, vec![format!("${variable}").into(), why.into()])
}

/// A written type as a type of the schema.
#[must_use]
pub fn type_ref(written: &Written) -> TypeRef {
    let base = match &written.base {
        BaseType::Named(name) => TypeRef::Named(name.to_string().into()),
        BaseType::List(inner) => TypeRef::List(Box::new(type_ref(inner))),
    };
    if written.nullable { base } else { TypeRef::NonNull(Box::new(base)) }
}

/// Coerces the variables of an operation.
///
/// # Errors
/// `BAD_VARIABLE`, with its name and what is wrong; never its value.
pub fn variables(
    view: &View,
    definitions: &[Positioned<VariableDefinition>],
    given: &Map<String, Value>,
) -> Result<Variables> {
    let mut coerced = Map::new();
    for definition in definitions {
        let definition = &definition.node;
        let name = definition.name.node.as_str();
        let ty = type_ref(&definition.var_type.node);
        let value = match (given.get(name), &definition.default_value) {
            (Some(value), _) => coerce(view, &ty, value).map_err(|why| bad(name, &why))?,
            (None, Some(default)) => {
                let default = default.node.clone().into_json().map_err(|_| bad(name, "its default is no value"))?;
                coerce(view, &ty, &default).map_err(|why| bad(name, &why))?
            }
            (None, None) if matches!(ty, TypeRef::NonNull(_)) => return Err(bad(name, &format!("{ty} is required"))),
            (None, None) => continue,
        };
        coerced.insert(name.to_owned(), value);
    }
    Ok(coerced)
}

/// Coerces a JSON value to an input type.
///
/// # Errors
/// What is wrong, without the value.
pub fn coerce(view: &View, ty: &TypeRef, value: &Value) -> Result<Value, String> {
    match ty {
        TypeRef::NonNull(_) if value.is_null() => Err(format!("{ty} cannot be null")),
        TypeRef::NonNull(inner) => coerce(view, inner, value),
        _ if value.is_null() => Ok(Value::Null),
        TypeRef::List(inner) => {
            let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            if items.len() > MOST_ITEMS {
                return Err(format!("a list has at most {MOST_ITEMS} items"));
            }
            items.iter().map(|item| coerce(view, inner, item)).collect::<Result<_, _>>().map(Value::Array)
        }
        TypeRef::Named(name) => match view.inputs.get(name.as_ref()) {
            None => Err(format!("there is no input type {name}")),
            Some(Taken::Scalar(scalar)) => self::scalar(scalar, value),
            Some(Taken::Enum(values)) => match value.as_str() {
                Some(text) if values.iter().any(|value| value == text) => Ok(value.clone()),
                _ => Err(format!("{name} is one of {}", values.join(", "))),
            },
            Some(Taken::Object { one_of, members, .. }) => object(view, name, *one_of, members, value),
        },
    }
}

/// Coerces a JSON value to a scalar.
///
/// # Errors
/// What is wrong, without the value.
pub fn scalar(name: &str, value: &Value) -> Result<Value, String> {
    let fits = match (name, value) {
        ("Int", Value::Number(number)) => {
            // 3.0 is a whole number too (§3.5.1).
            let whole = number.as_i64().or_else(|| number.to_string().strip_suffix(".0")?.parse().ok());
            return whole
                .filter(|whole| i32::try_from(*whole).is_ok())
                .map(|whole| Value::Number(Number::from(whole)))
                .ok_or_else(|| "Int is a whole number of 32 bits".to_owned());
        }
        ("ID", Value::Number(number)) if number.is_i64() || number.is_u64() => {
            return Ok(Value::String(number.to_string()));
        }
        ("Float", Value::Number(_)) | ("String" | "ID", Value::String(_)) | ("Boolean", Value::Bool(_)) => true,
        ("DateTime", Value::String(text)) => parse_time(text).is_some(),
        ("Date", Value::String(text)) => text.parse::<chrono::NaiveDate>().is_ok() && text.len() == 10,
        _ => false,
    };
    let what = match name {
        "DateTime" => "DateTime is written as in RFC 3339, with offset: 2026-06-30T23:59:59+08:00".to_owned(),
        "Date" => "Date is written 2026-06-30".to_owned(),
        _ => format!("this is no {name}"),
    };
    if fits { Ok(value.clone()) } else { Err(what) }
}

fn object(view: &View, name: &str, one_of: bool, members: &[Argument], value: &Value) -> Result<Value, String> {
    let Value::Object(given) = value else { return Err(format!("{name} is an object")) };
    if let Some(unknown) = given.keys().find(|key| members.iter().all(|member| member.name != **key)) {
        // An unknown key is the caller's own word, and cut, in case it is not meant as one.
        return Err(format!("{name} has no {}", unknown.chars().take(40).collect::<String>()));
    }
    if one_of && (given.len() != 1 || given.values().any(Value::is_null)) {
        let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
        return Err(format!("{name} takes exactly one of {}", names.join(", ")));
    }
    let mut coerced = Map::new();
    for member in members {
        let value = match (given.get(&member.name), &member.default) {
            (Some(value), _) => coerce(view, &member.ty, value).map_err(|why| format!("{}: {why}", member.name))?,
            (None, Some(default)) => default.clone(),
            (None, None) if matches!(member.ty, TypeRef::NonNull(_)) => {
                return Err(format!("{}: {} is required", member.name, member.ty));
            }
            (None, None) => continue,
        };
        coerced.insert(member.name.clone(), value);
    }
    Ok(Value::Object(coerced))
}

/// Coerces a field's arguments.
///
/// # Errors
/// `VALIDATION_FAILED` or `BAD_VARIABLE`, as where they come from.
pub fn arguments(
    view: &View,
    slot: &[Argument],
    written: &[(Positioned<async_graphql::Name>, Positioned<Literal>)],
    variables: &Variables,
) -> Result<Given> {
    let mut value = Map::new();
    let mut resolving = Resolving { view, variables, origins: vec![] };
    for argument in slot {
        let literal = written.iter().find(|(name, _)| name.node == argument.name).map(|(_, literal)| &literal.node);
        let pointer = format!("/{}", argument.name);
        let resolved = literal.map(|literal| resolving.resolve(&argument.ty, literal, &pointer));
        let coerced = match resolved.flatten() {
            Some(json) => coerce(view, &argument.ty, &json).map_err(|why| misfit(&argument.name, &why))?,
            None => match &argument.default {
                Some(default) => default.clone(),
                None if matches!(argument.ty, TypeRef::NonNull(_)) => {
                    return Err(misfit(&argument.name, "it is required"));
                }
                None => continue,
            },
        };
        value.insert(argument.name.clone(), coerced);
    }
    Ok(Given { value: Value::Object(value), origins: resolving.origins })
}

fn misfit(argument: &str, why: &str) -> Error {
    Error::request(Code::ValidationFailed, vec![format!("argument {argument}: {why}").into()])
}

/// Literals → JSON, with the variables of this request and where they stand.
struct Resolving<'a> {
    view: &'a View,
    variables: &'a Variables,
    origins: Vec<(String, Origin)>,
}

impl Resolving<'_> {
    /// A literal where `ty` is expected; `None` where it is a variable that was not given. A single value stands for a
    /// list of one here already, so that its variables are found where they will be.
    fn resolve(&mut self, ty: &TypeRef, literal: &Literal, pointer: &str) -> Option<Value> {
        let ty = nullable(ty);
        Some(match (literal, ty) {
            (Literal::Variable(name), _) => {
                let value = self.variables.get(name.as_str())?.clone();
                let origin = Origin { variable: name.to_string(), pointer: String::new() };
                self.origins.push((pointer.to_owned(), origin));
                value
            }
            (Literal::Null | Literal::Binary(_), _) => Value::Null,
            (Literal::List(items), ty) => {
                let inner = if let TypeRef::List(inner) = ty { inner } else { ty };
                let item = |(place, item)| self.resolve(inner, item, &format!("{pointer}/{place}")).unwrap_or_default();
                items.iter().enumerate().map(item).collect()
            }
            (single, TypeRef::List(inner)) => vec![self.resolve(inner, single, &format!("{pointer}/0"))?].into(),
            (Literal::Number(number), _) => Value::Number(number.clone()),
            (Literal::String(text), _) => Value::String(text.clone()),
            (Literal::Boolean(yes), _) => Value::Bool(*yes),
            (Literal::Enum(name), _) => Value::String(name.to_string()),
            (Literal::Object(given), _) => {
                let view = self.view;
                let Some(Taken::Object { members, .. }) = view.inputs.get(ty.type_name()) else {
                    return Some(Value::Object(Map::new()));
                };
                let resolved = given.iter().filter_map(|(name, value)| {
                    let known = members.iter().find(|member| member.name == name.as_str());
                    let ty = known.map_or(ty, |member| &member.ty);
                    Some((name.to_string(), self.resolve(ty, value, &format!("{pointer}/{name}"))?))
                });
                Value::Object(resolved.collect())
            }
        })
    }
}

/// A type without the mark that it cannot be null.
#[must_use]
pub fn nullable(ty: &TypeRef) -> &TypeRef {
    if let TypeRef::NonNull(inner) = ty { inner } else { ty }
}

/// Whether a variable may stand where a type is expected (§5.8.5).
#[must_use]
pub fn may_stand(variable: &VariableDefinition, place: &TypeRef, has_default: bool) -> bool {
    let ty = type_ref(&variable.var_type.node);
    match place {
        TypeRef::NonNull(inner) if !matches!(ty, TypeRef::NonNull(_)) => {
            let filled = has_default
                || variable.default_value.as_ref().is_some_and(|default| default.node != async_graphql::Value::Null);
            filled && compatible(&ty, inner)
        }
        TypeRef::NonNull(_) | TypeRef::List(_) | TypeRef::Named(_) => compatible(&ty, place),
    }
}

fn compatible(variable: &TypeRef, place: &TypeRef) -> bool {
    match (variable, place) {
        (TypeRef::NonNull(variable), TypeRef::NonNull(place)) | (TypeRef::List(variable), TypeRef::List(place)) => {
            compatible(variable, place)
        }
        (TypeRef::NonNull(variable), place) => compatible(variable, place),
        (TypeRef::Named(variable), TypeRef::Named(place)) => variable == place,
        (TypeRef::Named(_) | TypeRef::List(_), TypeRef::NonNull(_))
        | (TypeRef::Named(_), TypeRef::List(_))
        | (TypeRef::List(_), TypeRef::Named(_)) => false,
    }
}

/// What of the variables a plan depends on: all of it but single texts and moments, and lists of them; of an id, its
/// prefix; of a list of ids, how many there are of each prefix, for they cost as much.
#[must_use]
pub fn shape_of(variables: &Variables) -> String {
    let mut shape = String::new();
    for (name, value) in variables {
        shape.push_str(name);
        shape.push('=');
        shape_into(value, &mut shape);
        shape.push(';');
    }
    shape
}

fn shape_into(value: &Value, shape: &mut String) {
    match value {
        Value::Null => shape.push('0'),
        Value::Bool(yes) => shape.push(if *yes { 't' } else { 'f' }),
        Value::Number(number) => shape.push_str(&number.to_string()),
        // A word of an enum changes the plan where it is an order, and looks like no id and no text of a person.
        Value::String(text)
            if text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') =>
        {
            shape.push('\'');
            shape.push_str(text);
        }
        Value::String(text) => match crate::id::split(text) {
            Some((prefix, _)) => {
                shape.push('#');
                shape.push_str(prefix);
            }
            None => shape.push('s'),
        },
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let mut prefixes: BTreeMap<&str, usize> = BTreeMap::new();
            for item in items {
                let prefix = item.as_str().and_then(crate::id::split).map_or("", |(prefix, _)| prefix);
                *prefixes.entry(prefix).or_default() += 1;
            }
            // How many other texts there are is no matter of the plan.
            if prefixes.len() == 1 {
                prefixes.remove("");
            }
            let counted: Vec<_> = prefixes.iter().map(|(prefix, count)| format!("{prefix}{count}")).collect();
            shape.push('[');
            shape.push_str(&counted.join(","));
            shape.push(']');
        }
        Value::Array(items) => {
            shape.push('(');
            for item in items {
                shape_into(item, shape);
            }
            shape.push(')');
        }
        Value::Object(map) => {
            shape.push('{');
            for (name, member) in map {
                shape.push_str(name);
                shape.push(':');
                shape_into(member, shape);
            }
            shape.push('}');
        }
    }
}
