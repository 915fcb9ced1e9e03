//! An oracle of its own for the shape of answers: keys in the order of the document, all of them and no other, nothing
//! null that cannot be. Written from the specification (§6.3.2, §6.4.3) over the answer's text.

use std::fmt;

use async_graphql::Positioned;
use async_graphql::dynamic::TypeRef;
use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql_value::Value as Literal;
use liufang::read::schema::View;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// JSON with its keys in order.
#[derive(Debug)]
pub enum Ordered {
    Null,
    Text(String),
    Other,
    List(Vec<Ordered>),
    Object(Vec<(String, Ordered)>),
}

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Ordered;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Ordered, E> {
                Ok(Ordered::Null)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Ordered, E> {
                Ok(Ordered::Other)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Ordered, E> {
                Ok(Ordered::Other)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Ordered, E> {
                Ok(Ordered::Other)
            }
            fn visit_str<E>(self, text: &str) -> Result<Ordered, E> {
                Ok(Ordered::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Ordered, A::Error> {
                let mut list = vec![];
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Ordered::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Ordered, A::Error> {
                let mut object = vec![];
                while let Some(member) = members.next_entry()? {
                    object.push(member);
                }
                Ok(Ordered::Object(object))
            }
        }
        deserializer.deserialize_any(Reading)
    }
}

/// Holds an answer's `data` against its document.
pub struct Shape<'a> {
    pub view: &'a View,
    pub document: &'a ExecutableDocument,
    pub variables: &'a Map<String, Value>,
}

impl<'a> Shape<'a> {
    /// What is wrong with the data of an answer.
    pub fn mistake(&self, data: &Ordered) -> Option<String> {
        let (_, operation) = self.document.operations.iter().next().unwrap();
        self.object("Query", &[&operation.node.selection_set.node], data).err()
    }

    /// The value of a condition: the variable's, or its default.
    fn holds(&self, literal: &Literal) -> bool {
        if let Literal::Boolean(yes) = literal {
            return *yes;
        }
        let Literal::Variable(name) = literal else { panic!("{literal} is no condition") };
        let (_, operation) = self.document.operations.iter().next().unwrap();
        let definition = operation.node.variable_definitions.iter().find(|one| one.node.name.node == *name).unwrap();
        let default = definition.node.default_value.as_ref().map(|value| value.node.clone().into_json().unwrap());
        self.variables.get(name.as_str()).cloned().or(default).unwrap().as_bool().unwrap()
    }

    fn included(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let condition = self.holds(&directive.node.get_argument("if").unwrap().node);
            condition == (directive.node.name.node == "include")
        })
    }

    /// The fields that apply to an object of type `of`, grouped by key in the order of their first appearance.
    fn collect(&self, of: &str, set: &'a SelectionSet, fields: &mut Vec<(&'a str, Vec<&'a Field>)>) {
        let applies =
            |condition: &str| condition == of || (condition == "Node" && self.view.objects[of].contains_key("id"));
        for selection in set.items.iter().filter(|selection| self.included(selection.node.directives())) {
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    match fields.iter_mut().find(|(other, _)| *other == key) {
                        Some((_, same)) => same.push(&field.node),
                        None => fields.push((key, vec![&field.node])),
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    if condition.is_none_or(|condition| applies(condition.node.on.node.as_str())) {
                        self.collect(of, &fragment.node.selection_set.node, fields);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.document.fragments[&spread.node.fragment_name.node].node;
                    if applies(fragment.type_condition.node.on.node.as_str()) {
                        self.collect(of, &fragment.selection_set.node, fields);
                    }
                }
            }
        }
    }

    fn object(&self, of: &str, sets: &[&'a SelectionSet], found: &Ordered) -> Result<(), String> {
        let Ordered::Object(members) = found else { return Err(format!("{of} is no object: {found:?}")) };
        // An interface's keys are those of the object's own type.
        let own = members.iter().find(|(name, _)| name == "__typename").map(|(_, value)| value);
        let of = if let (Some(Ordered::Text(own)), "Node") = (own, of) { own.as_str() } else { of };
        let mut fields = vec![];
        for set in sets {
            self.collect(of, set, &mut fields);
        }
        let (expected, keys): (Vec<&str>, Vec<&str>) =
            (fields.iter().map(|(key, _)| *key).collect(), members.iter().map(|(key, _)| key.as_str()).collect());
        if expected != keys {
            return Err(format!("{of}: {expected:?} were asked for, {keys:?} came"));
        }
        for ((key, fields), (_, value)) in fields.iter().zip(members) {
            if fields[0].name.node == "__typename" {
                continue;
            }
            let ty = &self.view.objects[of][fields[0].name.node.as_str()].ty;
            let sets: Vec<_> = fields.iter().map(|field| &field.selection_set.node).collect();
            self.value(ty, &sets, value).map_err(|mistake| format!("{key}: {mistake}"))?;
        }
        Ok(())
    }

    fn value(&self, ty: &TypeRef, sets: &[&'a SelectionSet], found: &Ordered) -> Result<(), String> {
        match (ty, found) {
            (TypeRef::NonNull(_), Ordered::Null) => Err(format!("{ty} is null")),
            (TypeRef::NonNull(inner), found) => self.value(inner, sets, found),
            (_, Ordered::Null) => Ok(()),
            (TypeRef::List(inner), Ordered::List(items)) => {
                items.iter().try_for_each(|item| self.value(inner, sets, item))
            }
            (TypeRef::Named(name), found) if self.view.objects.contains_key(name.as_ref()) => {
                self.object(name, sets, found)
            }
            (TypeRef::Named(_), Ordered::Text(_) | Ordered::Other) => Ok(()),
            (ty, found) => Err(format!("{ty} is {found:?}")),
        }
    }
}
