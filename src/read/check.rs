//! What the library's rules let pass and the specification does not; and the cut of an operation to its introspection.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::dynamic::TypeRef;
use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet, VariableDefinition,
};
use async_graphql_value::Value as Literal;

use super::coerce::{Variables, may_stand};
use super::schema::{Taken, View};
use crate::error::{Code, Error, Result};

/// Each variable must be of a type that may stand where it is used (§5.8.5).
///
/// # Errors
/// `VALIDATION_FAILED`, naming the variable.
pub fn variable_usages(view: &View, document: &ExecutableDocument) -> Result<()> {
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        let definitions = operation
            .variable_definitions
            .iter()
            .map(|definition| (definition.node.name.node.as_str(), &definition.node))
            .collect();
        let root = if operation.ty == OperationType::Mutation { "Mutation" } else { "Query" };
        Usages { view, document, definitions }.set(root, &operation.selection_set.node)?;
    }
    Ok(())
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
        match literal {
            Literal::Variable(name) => match self.definitions.get(name.as_str()) {
                Some(definition) if may_stand(definition, ty, has_default) => Ok(()),
                _ => Err(Error::request(
                    Code::ValidationFailed,
                    vec![format!("variable ${name} cannot stand where {ty} is expected").into()],
                )),
            },
            Literal::List(items) => {
                let inner = list_item(ty);
                items.iter().try_for_each(|item| self.value(inner, false, item))
            }
            Literal::Object(members) => {
                let Some(Taken::Object { members: known, .. }) = self.view.inputs.get(ty.type_name()) else {
                    return Ok(());
                };
                for (name, member) in members {
                    if let Some(argument) = known.iter().find(|argument| argument.name == name.as_str()) {
                        self.value(&argument.ty, argument.default.is_some(), member)?;
                    }
                }
                Ok(())
            }
            Literal::Null
            | Literal::Number(_)
            | Literal::String(_)
            | Literal::Boolean(_)
            | Literal::Binary(_)
            | Literal::Enum(_) => Ok(()),
        }
    }
}

fn list_item(ty: &TypeRef) -> &TypeRef {
    match ty {
        TypeRef::NonNull(inner) => list_item(inner),
        TypeRef::List(inner) => inner,
        TypeRef::Named(_) => ty,
    }
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
                        async_graphql::parser::types::InlineFragment {
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
