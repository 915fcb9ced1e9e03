//! What the library's rules let pass and the specification does not; and the cut of an operation to its introspection.

use std::collections::HashMap;

use async_graphql::dynamic::TypeRef;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, InlineFragment, OperationDefinition, OperationType,
    Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value as Literal;

use super::coerce::{self, Variables, may_stand, nullable, type_ref};
use super::schema::{Argument, Taken, View};
use crate::error::{Code, Error, Result};

/// Each value must be of the type of its place (§5.6.1), each variable of a type that may stand where it is used (§5.8.5),
/// and `__typename`, which the library's rules do not look at, is a leaf without arguments.
///
/// # Errors
/// `VALIDATION_FAILED`, naming the variable or the type.
pub fn values(view: &View, document: &ExecutableDocument) -> Result<()> {
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        let definitions = operation
            .variable_definitions
            .iter()
            .map(|definition| (definition.node.name.node.as_str(), &definition.node))
            .collect();
        let root = if operation.ty == OperationType::Mutation { "Mutation" } else { "Query" };
        let usages = Usages { view, document, definitions };
        for definition in &operation.variable_definitions {
            if let Some(default) = &definition.node.default_value {
                let ty = type_ref(&definition.node.var_type.node);
                usages.value(&ty, false, &default.node.clone().into_value())?;
            }
        }
        usages.set(root, &operation.selection_set.node)?;
    }
    Ok(())
}

fn misfit(why: String) -> Error {
    Error::request(Code::ValidationFailed, vec![why.into()])
}

struct Usages<'a> {
    view: &'a View,
    document: &'a ExecutableDocument,
    definitions: HashMap<&'a str, &'a VariableDefinition>,
}

impl Usages<'_> {
    fn set(&self, parent: &str, set: &SelectionSet) -> Result<()> {
        for selection in &set.items {
            self.directives(selection.node.directives())?;
            match &selection.node {
                Selection::Field(field) => self.field(parent, &field.node)?,
                Selection::InlineFragment(fragment) => {
                    let condition = fragment
                        .node
                        .type_condition
                        .as_ref()
                        .map_or(parent, |condition| condition.node.on.node.as_str());
                    self.set(condition, &fragment.node.selection_set.node)?;
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        self.set(&fragment.node.type_condition.node.on.node, &fragment.node.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&self, parent: &str, field: &Field) -> Result<()> {
        if field.name.node == "__typename" {
            let bare = field.arguments.is_empty() && field.selection_set.node.items.is_empty();
            return if bare { Ok(()) } else { Err(misfit("__typename takes no arguments and no selection".into())) };
        }
        let Some(slot) = self.view.objects.get(parent).and_then(|fields| fields.get(field.name.node.as_str())) else {
            return Ok(());
        };
        for (name, literal) in &field.arguments {
            if let Some(argument) = slot.arguments.iter().find(|argument| argument.name == name.node.as_str()) {
                self.value(&argument.ty, argument.default.is_some(), &literal.node)?;
            }
        }
        self.set(slot.ty.type_name(), &field.selection_set.node)
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<()> {
        let boolean = TypeRef::named_nn(TypeRef::BOOLEAN);
        for (_, literal) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            self.value(&boolean, false, &literal.node)?;
        }
        Ok(())
    }

    fn value(&self, ty: &TypeRef, has_default: bool, literal: &Literal) -> Result<()> {
        let misfit = || Err(misfit(format!("{ty} is expected where {literal} stands")));
        match (literal, nullable(ty)) {
            (Literal::Variable(name), _) => match self.definitions.get(name.as_str()) {
                Some(definition) if may_stand(definition, ty, has_default) => Ok(()),
                _ => Err(self::misfit(format!("variable ${name} cannot stand where {ty} is expected"))),
            },
            (Literal::Null, _) if matches!(ty, TypeRef::NonNull(_)) => misfit(),
            (Literal::Null, _) => Ok(()),
            (Literal::List(items), TypeRef::List(inner)) => {
                items.iter().try_for_each(|item| self.value(inner, false, item))
            }
            (single, TypeRef::List(inner)) => self.value(inner, false, single),
            (literal, named) => match (self.view.inputs.get(named.type_name()), literal) {
                (Some(Taken::Object { one_of, members, .. }), Literal::Object(given)) => {
                    self.object(named, *one_of, members, given)
                }
                (Some(Taken::Enum(values)), Literal::Enum(word)) if values.iter().any(|value| word == value) => Ok(()),
                (Some(Taken::Scalar(scalar)), _) if single(scalar, literal) => Ok(()),
                _ => misfit(),
            },
        }
    }

    fn object(&self, ty: &TypeRef, one_of: bool, members: &[Argument], given: &IndexMap<Name, Literal>) -> Result<()> {
        if let Some(unknown) = given.keys().find(|name| members.iter().all(|member| member.name != name.as_str())) {
            return Err(misfit(format!("{ty} has no {unknown}")));
        }
        if one_of && given.len() != 1 {
            let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
            return Err(misfit(format!("{ty} takes exactly one of {}", names.join(", "))));
        }
        for member in members {
            let required = matches!(member.ty, TypeRef::NonNull(_));
            match given.get(member.name.as_str()) {
                // The one member that is given is never null (§3.10.1), nor may its variable be.
                Some(literal) if one_of => {
                    self.value(&TypeRef::NonNull(Box::new(member.ty.clone())), false, literal)?;
                }
                Some(literal) => self.value(&member.ty, member.default.is_some(), literal)?,
                None if required && member.default.is_none() => {
                    return Err(misfit(format!("{}: {} is required", member.name, member.ty)));
                }
                None => {}
            }
        }
        Ok(())
    }
}

/// Whether a literal is a value of a scalar. Unlike in a variable, 3.0 is no whole number here.
fn single(scalar: &str, literal: &Literal) -> bool {
    let value = match literal {
        Literal::Number(number) if number.is_f64() && scalar != "Float" => return false,
        Literal::Number(number) => serde_json::Value::Number(number.clone()),
        Literal::String(text) => serde_json::Value::String(text.clone()),
        Literal::Boolean(yes) => serde_json::Value::Bool(*yes),
        Literal::Variable(_)
        | Literal::Null
        | Literal::Binary(_)
        | Literal::Enum(_)
        | Literal::List(_)
        | Literal::Object(_) => return false,
    };
    coerce::scalar(scalar, &value).is_ok()
}

/// A document as the library's rules see all of it: they pass `__typename` by, and with it what its directives use, so
/// each such field with directives stands in a fragment that carries them.
#[must_use]
pub fn in_full(document: &ExecutableDocument) -> ExecutableDocument {
    fn set(set: &mut SelectionSet) {
        for selection in &mut set.items {
            match &mut selection.node {
                Selection::Field(field) if field.node.name.node == "__typename" => {
                    let directives = std::mem::take(&mut field.node.directives);
                    if !directives.is_empty() {
                        let inner = SelectionSet { items: vec![selection.clone()] };
                        let fragment = InlineFragment {
                            type_condition: None,
                            directives,
                            selection_set: Positioned::new(inner, selection.pos),
                        };
                        selection.node = Selection::InlineFragment(Positioned::new(fragment, selection.pos));
                    }
                }
                Selection::Field(field) => set_of(&mut field.node.selection_set),
                Selection::InlineFragment(fragment) => set_of(&mut fragment.node.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    fn set_of(positioned: &mut Positioned<SelectionSet>) {
        set(&mut positioned.node);
    }
    let mut document = document.clone();
    match &mut document.operations {
        DocumentOperations::Single(operation) => set_of(&mut operation.node.selection_set),
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                set_of(&mut operation.node.selection_set);
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        set_of(&mut fragment.node.selection_set);
    }
    document
}

/// An operation cut down to its introspection, fragments spread and variables filled in, so that nothing in it is unused.
#[must_use]
pub fn introspection(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> ExecutableDocument {
    let cut = Cut { document, variables };
    let mut operation = operation.clone();
    operation.variable_definitions.clear();
    operation.selection_set.node = cut.set(&operation.selection_set.node, true);
    ExecutableDocument {
        operations: DocumentOperations::Single(Positioned::new(operation, async_graphql::Pos::default())),
        fragments: HashMap::new(),
    }
}

struct Cut<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
}

impl Cut<'_> {
    fn set(&self, set: &SelectionSet, root: bool) -> SelectionSet {
        let mut items = vec![];
        for selection in &set.items {
            let mut node = selection.node.clone();
            match &mut node {
                Selection::Field(field) => {
                    let field = &mut field.node;
                    if root && !matches!(field.name.node.as_str(), "__schema" | "__type") {
                        continue;
                    }
                    field.arguments.iter_mut().for_each(|(_, literal)| self.fill(&mut literal.node));
                    self.fill_directives(&mut field.directives);
                    field.selection_set.node = self.set(&field.selection_set.node, false);
                }
                Selection::InlineFragment(fragment) => {
                    self.fill_directives(&mut fragment.node.directives);
                    fragment.node.selection_set.node = self.set(&fragment.node.selection_set.node, root);
                    if fragment.node.selection_set.node.items.is_empty() {
                        continue;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) else { continue };
                    let mut directives = spread.node.directives.clone();
                    self.fill_directives(&mut directives);
                    let inner = self.set(&fragment.node.selection_set.node, root);
                    if inner.items.is_empty() {
                        continue;
                    }
                    node = Selection::InlineFragment(Positioned::new(
                        InlineFragment {
                            type_condition: Some(fragment.node.type_condition.clone()),
                            directives,
                            selection_set: Positioned::new(inner, selection.pos),
                        },
                        selection.pos,
                    ));
                }
            }
            items.push(Positioned::new(node, selection.pos));
        }
        SelectionSet { items }
    }

    fn fill_directives(&self, directives: &mut [Positioned<Directive>]) {
        for (_, literal) in directives.iter_mut().flat_map(|directive| &mut directive.node.arguments) {
            self.fill(&mut literal.node);
        }
    }

    fn fill(&self, literal: &mut Literal) {
        if let Literal::Variable(name) = literal {
            *literal = match self.variables.get(name.as_str()) {
                Some(serde_json::Value::String(text)) => Literal::String(text.clone()),
                Some(serde_json::Value::Bool(yes)) => Literal::Boolean(*yes),
                Some(serde_json::Value::Number(number)) => Literal::Number(number.clone()),
                _ => Literal::Null,
            };
        }
    }
}
