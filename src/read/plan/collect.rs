//! Selections → fields by response key (§6.3.2): fragments, `@skip` and `@include`, merging.

use async_graphql::Positioned;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql_value::Value as Literal;

use super::Planner;
use crate::error::{Code, Error, Result};
use crate::read::shape::{Base, Shape};

/// The fields of a selection by response key, in order; a key may be selected several times.
pub type Collected<'a> = Vec<(String, Vec<&'a Field>)>;

/// What was asked of a value that is an object (or a list of them).
#[derive(Clone, Debug)]
pub struct Pruned(pub Vec<(String, Asked)>);

/// A field of such an object.
#[derive(Clone, Debug)]
pub enum Asked {
    /// `__typename`.
    TypeName(String),
    /// A member, and what was asked of it.
    Member(String, Option<Pruned>),
}

impl<'a> Planner<'a> {
    /// The fields that `sets` select of an object of type `name`.
    pub(super) fn collect(&self, name: &str, sets: &[&'a SelectionSet]) -> Result<Collected<'a>> {
        let mut collected: Collected<'a> = vec![];
        for set in sets {
            self.collect_into(name, set, &mut collected)?;
        }
        Ok(collected)
    }

    fn collect_into(&self, name: &str, set: &'a SelectionSet, collected: &mut Collected<'a>) -> Result<()> {
        for selection in &set.items {
            if self.left_out(&selection.node) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => add(collected, &field.node)?,
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node)
                        && self.applies(&fragment.node.type_condition.node.on.node, name)
                    {
                        self.collect_into(name, &fragment.node.selection_set.node, collected)?;
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    if condition.is_none_or(|condition| self.applies(&condition.node.on.node, name)) {
                        self.collect_into(name, &fragment.node.selection_set.node, collected)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn applies(&self, condition: &str, name: &str) -> bool {
        condition == name
            || (condition == "Node" && self.model.types.contains_key(name))
            || (condition == "UserError" && name.ends_with("Error"))
    }

    fn left_out(&self, selection: &Selection) -> bool {
        selection.directives().iter().any(|directive| {
            let condition = match directive.node.get_argument("if").map(|argument| &argument.node) {
                Some(Literal::Boolean(yes)) => *yes,
                Some(Literal::Variable(name)) => {
                    self.variables.get(name.as_str()).and_then(serde_json::Value::as_bool).unwrap_or(false)
                }
                _ => false,
            };
            match directive.node.name.node.as_str() {
                "skip" => condition,
                "include" => !condition,
                _ => false,
            }
        })
    }

    /// What `fields` ask of a value of `shape`; `None` for a single value.
    pub(super) fn prune(&self, shape: &Shape, fields: &[&'a Field]) -> Result<Option<Pruned>> {
        let Base::Object(object) = &shape.base else { return Ok(None) };
        let object = object();
        let mut pruned = vec![];
        for (key, fields) in self.collect(object.name, &sets(fields))? {
            let name = fields[0].name.node.as_str();
            if name == "__typename" {
                pruned.push((key, Asked::TypeName(object.name.to_owned())));
            } else if let Some(member) = object.members.iter().find(|member| member.name == name) {
                pruned.push((key, Asked::Member(name.to_owned(), self.prune(&member.shape, &fields)?)));
            }
        }
        Ok(Some(Pruned(pruned)))
    }

    /// What `fields` ask of a user error of type `name`: its members are single values all.
    pub(super) fn prune_error(&self, name: &'static str, fields: &[&'a Field]) -> Result<Pruned> {
        let collected = self.collect(name, &sets(fields))?;
        Ok(Pruned(
            collected
                .into_iter()
                .map(|(key, fields)| {
                    let member = fields[0].name.node.to_string();
                    let asked = if member == "__typename" {
                        Asked::TypeName(name.to_owned())
                    } else {
                        Asked::Member(member, None)
                    };
                    (key, asked)
                })
                .collect(),
        ))
    }
}

/// The selection sets of fields with one response key.
pub fn sets<'a>(fields: &[&'a Field]) -> Vec<&'a SelectionSet> {
    fields.iter().map(|field| &field.selection_set.node).collect()
}

/// The members `names` of an object without arguments, by response key.
pub fn members(collected: Collected<'_>) -> Vec<(String, String)> {
    collected.into_iter().map(|(key, fields)| (key, fields[0].name.node.to_string())).collect()
}

/// Adds a field; one with the same key must be the same field with the same arguments (§5.3.2).
fn add<'a>(collected: &mut Collected<'a>, field: &'a Field) -> Result<()> {
    let key = field.response_key().node.as_str();
    match collected.iter_mut().find(|(other, _)| other == key) {
        None => collected.push((key.to_owned(), vec![field])),
        Some((_, fields)) => {
            if fields[0].name.node != field.name.node || !same_arguments(fields[0], field) {
                let why = format!("fields \"{key}\" conflict: give one of them an alias");
                return Err(Error::request(Code::ValidationFailed, vec![why.into()]));
            }
            fields.push(field);
        }
    }
    Ok(())
}

fn same_arguments(one: &Field, other: &Field) -> bool {
    let find = |field: &'_ Field, name: &str| {
        field
            .arguments
            .iter()
            .find(|(given, _)| given.node == name)
            .map(|(_, value): &(_, Positioned<Literal>)| value.node.clone())
    };
    one.arguments.len() == other.arguments.len()
        && one.arguments.iter().all(|(name, value)| find(other, &name.node).as_ref() == Some(&value.node))
}
