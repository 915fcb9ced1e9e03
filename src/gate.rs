//! Bounds on a document, before anything expensive is done with it: bytes and nesting before it is parsed; operations,
//! aliases, root fields, depth and expanded fields before it is checked against a schema.

use std::collections::{HashMap, HashSet};

use async_graphql::Positioned;
use async_graphql::parser::types::{
    ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, parser};

use crate::error::{Code, Error, Result};

/// How large a document may be. Each has its own code, and its figure is in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Brackets within brackets.
    pub nesting: usize,
    /// Fields within fields.
    pub depth: usize,
    /// Aliases.
    pub aliases: usize,
    /// Root fields of a query.
    pub root_fields: usize,
    /// Root fields of a mutation.
    pub mutations: usize,
    /// Fields with all fragments spread.
    pub fields: usize,
    /// Fields, multiplied by the sizes of the pages they are in.
    pub cost: u64,
    /// List statements.
    pub statements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nesting: 64,
            depth: 16,
            aliases: 50,
            root_fields: 20,
            mutations: 1,
            fields: 2000,
            cost: 10_000,
            statements: 16,
        }
    }
}

/// Parses a document within the limits.
///
/// # Errors
/// `PARSE_ERROR`, `VALIDATION_FAILED` and the limits' own codes.
pub fn parse(text: &str, limits: &Limits) -> Result<ExecutableDocument> {
    scan(text, limits.nesting)?;
    let document = parser::parse_query(text)
        .map_err(|error| Error::request(Code::ParseError, vec![shorten(&error.to_string()).into()]))?;
    measure(&document, limits)?;
    Ok(document)
}

/// How many fields are written in a document.
#[must_use]
pub fn fields(document: &ExecutableDocument) -> usize {
    fn of(set: &SelectionSet) -> usize {
        set.items
            .iter()
            .map(|selection| match &selection.node {
                Selection::Field(field) => 1 + of(&field.node.selection_set.node),
                Selection::InlineFragment(fragment) => of(&fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => 1,
            })
            .sum()
    }
    let operations: usize =
        document.operations.iter().map(|(_, operation)| of(&operation.node.selection_set.node)).sum();
    operations + document.fragments.values().map(|fragment| of(&fragment.node.selection_set.node)).sum::<usize>()
}

fn shorten(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

/// An open bracket; inside arguments, a brace opens an input object, whose keys must differ (§5.6.3).
enum Open {
    Other,
    Object(HashSet<String>),
}

/// Counts nested brackets outside strings and comments, and refuses an input object with two equal keys, which the
/// parser would let pass.
fn scan(text: &str, nesting: usize) -> Result<()> {
    let bytes = text.as_bytes();
    let (mut at, mut open, mut arguments) = (0, Vec::<Open>::new(), 0_usize);
    let mut name = String::new();
    while at < bytes.len() {
        match bytes[at] {
            b'#' => {
                let end = bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                at = end.map_or(bytes.len(), |end| at + end);
            }
            b'"' => at = string_end(bytes, at),
            bracket @ (b'(' | b'[' | b'{') => {
                arguments += usize::from(bracket == b'(');
                open.push(if bracket == b'{' && arguments > 0 { Open::Object(HashSet::new()) } else { Open::Other });
                if open.len() > nesting {
                    return Err(Error::request(Code::NestingTooDeep, vec![nesting.into()]));
                }
            }
            bracket @ (b')' | b']' | b'}') => {
                arguments -= usize::from(bracket == b')' && arguments > 0);
                open.pop();
            }
            b':' => {
                if let Some(Open::Object(keys)) = open.last_mut()
                    && !keys.insert(std::mem::take(&mut name))
                {
                    return Err(Error::request(
                        Code::ValidationFailed,
                        vec!["an input object has the same key twice".into()],
                    ));
                }
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
                let end = bytes[at..]
                    .iter()
                    .position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
                    .map_or(bytes.len(), |end| at + end);
                text[at..end].clone_into(&mut name);
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// The last byte of the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let block = bytes[at..].starts_with(b"\"\"\"");
    let mut end = at + if block { 3 } else { 1 };
    while end < bytes.len() {
        if block && bytes[end..].starts_with(b"\\\"\"\"") {
            end += 4;
        } else if block && bytes[end..].starts_with(b"\"\"\"") {
            return end + 2;
        } else if !block && bytes[end] == b'\\' {
            end += 2;
        } else if !block && matches!(bytes[end], b'"' | b'\n' | b'\r') {
            return end;
        } else {
            end += 1;
        }
    }
    end
}

/// How large a selection is once its fragments are spread.
#[derive(Clone, Copy, Default)]
struct Size {
    fields: usize,
    aliases: usize,
    depth: usize,
    roots: usize,
}

struct Measure<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: HashMap<&'a str, Option<Size>>,
}

fn measure(document: &ExecutableDocument, limits: &Limits) -> Result<()> {
    let mut measure = Measure { fragments: &document.fragments, known: HashMap::new() };
    for (_, operation) in document.operations.iter() {
        measure.operation(&operation.node, limits)?;
    }
    for name in document.fragments.keys() {
        measure.fragment(name)?;
    }
    Ok(())
}

impl<'a> Measure<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition, limits: &Limits) -> Result<()> {
        let size = self.set(&operation.selection_set.node)?;
        let over = |is: usize, limit: usize, code: Code| {
            if is > limit { Err(Error::request(code, vec![limit.into()])) } else { Ok(()) }
        };
        over(size.depth, limits.depth, Code::DepthLimit)?;
        over(size.aliases, limits.aliases, Code::AliasLimit)?;
        over(size.fields, limits.fields, Code::FieldLimit)?;
        match operation.ty {
            OperationType::Mutation => over(size.roots, limits.mutations, Code::MutationLimit),
            OperationType::Query | OperationType::Subscription => {
                over(size.roots, limits.root_fields, Code::RootFieldLimit)
            }
        }
    }

    fn set(&mut self, set: &'a SelectionSet) -> Result<Size> {
        let mut size = Size::default();
        for selection in &set.items {
            let part = match &selection.node {
                Selection::Field(field) => {
                    let inner = self.set(&field.node.selection_set.node)?;
                    Size {
                        fields: inner.fields.saturating_add(1),
                        aliases: inner.aliases.saturating_add(usize::from(field.node.alias.is_some())),
                        depth: inner.depth + 1,
                        roots: 1,
                    }
                }
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
            };
            size.fields = size.fields.saturating_add(part.fields);
            size.aliases = size.aliases.saturating_add(part.aliases);
            size.roots = size.roots.saturating_add(part.roots);
            size.depth = size.depth.max(part.depth);
        }
        Ok(size)
    }

    /// A fragment's size, reckoned once; one that spreads itself has none.
    fn fragment(&mut self, name: &'a str) -> Result<Size> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(Error::request(Code::ValidationFailed, vec!["a fragment spreads itself".into()])),
            None => {}
        }
        let Some(fragment) = self.fragments.get(name) else { return Ok(Size::default()) };
        self.known.insert(name, None);
        let size = self.set(&fragment.node.selection_set.node)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }
}
