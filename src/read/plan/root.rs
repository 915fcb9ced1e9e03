//! Root fields.

use std::collections::HashMap;

use async_graphql::parser::types::{Field as Selected, OperationDefinition, OperationType};
use sea_orm::sea_query::{Alias, ExprTrait};
use serde_json::Value;

use super::collect::{Collected, sets};
use super::list::Ask;
use super::select::{Making, column};
use super::{Becomes, Bind, Fetch, Input, Paid, Plan, Planner, Root};
use crate::error::{Code, Error, Result};
use crate::policy::rule::{At, Rule};
use crate::read::coerce::{self, Given};
use crate::read::model::{Answer, By, Holds, Payload, Show, Type};

/// What a statement of a value that is no row costs: as much as a page of a list.
const VALUE_COST: u64 = 100;

/// Plans an operation that has passed the caller's schema.
///
/// # Errors
/// `VALIDATION_FAILED`, `PAGE_SIZE`, `INVALID_ID`: what the schema cannot say.
pub fn of<'a>(mut planner: Planner<'a>, operation: &'a OperationDefinition) -> Result<Plan> {
    let name = match operation.ty {
        OperationType::Mutation => "Mutation",
        OperationType::Query | OperationType::Subscription => "Query",
    };
    let mut roots = vec![];
    for (key, selected) in planner.collect(name, &[&operation.selection_set.node])? {
        let root = planner.root(name, &selected)?;
        roots.push((key, root));
    }
    Ok(Plan { roots, statements: planner.statements, cost: planner.cost, work: planner.work })
}

impl<'a> Planner<'a> {
    fn root(&mut self, parent: &'static str, selected: &[&'a Selected]) -> Result<Root> {
        self.spend(1);
        let name = selected[0].name.node.as_str();
        match name {
            "__typename" => return Ok(Root::TypeName(parent)),
            "__schema" | "__type" => return Ok(Root::Library),
            _ => {}
        }
        let slot = self.view.objects.get(parent).and_then(|fields| fields.get(name));
        let slot = slot.ok_or_else(|| Error::fault(format!("{parent}.{name} is not in the caller's schema")))?;
        let given = coerce::arguments(self.view, &slot.arguments, &selected[0].arguments, self.variables)?;
        if parent == "Mutation" {
            return self.command(name, given, selected);
        }
        match name {
            "node" | "nodes" => return self.nodes(name == "node", &given, selected),
            _ => {}
        }
        let query = self.model.queries.get(name).ok_or_else(|| Error::fault(format!("there is no query {name}")))?;
        match &query.answer {
            Answer::One { target, by, only } => self.one(target, by, *only, &given, selected).map(Root::One),
            Answer::Many { target, only, order } => {
                let ask = Ask { target, join: None, only: *only, paged: true, order: *order, parent: name };
                let (list, cost) = self.list(parent, &ask, selected)?;
                self.spend(cost);
                Ok(Root::Many(list))
            }
            Answer::Value { shape, statements, .. } => {
                self.statements += statements;
                self.spend(*statements as u64 * VALUE_COST);
                Ok(Root::Value { name: name.to_owned(), given, pruned: self.prune(shape, selected)? })
            }
        }
    }

    fn one(
        &mut self,
        target: &str,
        by: &[By],
        only: Option<fn(&At) -> Rule>,
        given: &Given,
        selected: &[&'a Selected],
    ) -> Result<Fetch> {
        let target = self.declared(target)?;
        let chosen: Vec<&By> =
            by.iter().filter(|by| given.at(&format!("/{}", by.name)).is_some_and(|value| !value.is_null())).collect();
        if !by.is_empty() && chosen.len() != 1 {
            let names: Vec<_> = by.iter().map(|by| by.name).collect();
            let why = format!("give exactly one of {}", names.join(", "));
            return Err(Error::request(Code::ValidationFailed, vec![why.into()]));
        }
        let chosen = chosen.first().map(|by| {
            let pointer = format!("/{}", by.name);
            let becomes = match by.show {
                Show::Id(prefix) => Becomes::Id(prefix),
                Show::Code => Becomes::Code,
                Show::Plain | Show::Word(_) | Show::Revision => Becomes::Held(by.column.holds),
            };
            (by.column.name, Bind::Input(Input { part: given.part(&pointer), becomes }))
        });
        let fields = self.collect(target.name, &sets(selected))?;
        self.single(target, chosen, only, fields)
    }

    /// The statement of one row.
    fn single(
        &mut self,
        target: &'a Type,
        by: Option<(&'static str, Bind)>,
        only: Option<fn(&At) -> Rule>,
        fields: Collected<'a>,
    ) -> Result<Fetch> {
        self.statements += 1;
        let mut making = Making::new();
        let table = making.alias();
        let frame = self.frame(&mut making, target, &table, fields)?;
        let mut rule = self.rows(target, &table)?;
        if let Some((name, bind)) = by {
            let value = making.place(bind);
            rule = Rule::When(column(&table, name).eq(value)) & rule;
        }
        if let Some(only) = only {
            rule = rule & only(&self.at(&table)?);
        }
        making.select.from_as(Alias::new(&target.table), table).and_where(rule.expr());
        self.spend(making.cost);
        let (sql, binds) = making.build(self.backend, &making.select);
        Ok(Fetch { sql: format!("{sql} LIMIT 1"), binds, frame, group: None, order: vec![], lists: making.lists })
    }

    fn nodes(&mut self, single: bool, given: &Given, selected: &[&'a Selected]) -> Result<Root> {
        let pointer = if single { "/id" } else { "/ids" };
        let written = given.at(pointer).cloned().unwrap_or_default();
        let ids: Vec<&Value> = if single { vec![&written] } else { written.as_array().into_iter().flatten().collect() };
        let mut types: HashMap<&'static str, Fetch> = HashMap::new();
        for id in &ids {
            let prefix = id.as_str().and_then(crate::id::split).map(|(prefix, _)| prefix);
            let known =
                self.model.types.values().find(|declared| {
                    Some(declared.prefix.0) == prefix && self.view.standing.holds(declared.capability)
                });
            let Some(target) = known else { return Err(crate::read::run::invalid_id()) };
            if !types.contains_key(target.prefix.0) {
                let of_type = |id: &&&Value| id.as_str().and_then(crate::id::split).map(|(prefix, _)| prefix) == prefix;
                let rows = ids.iter().filter(of_type).count() as u64;
                types.insert(target.prefix.0, self.node_statement(target, selected, rows)?);
            }
        }
        Ok(Root::Nodes { ids: Input { part: given.part(pointer), becomes: Becomes::Json }, single, types })
    }

    /// The statement that finds rows of one type by their ids.
    fn node_statement(&mut self, target: &'a Type, selected: &[&'a Selected], rows: u64) -> Result<Fetch> {
        self.statements += 1;
        let fields = self.collect(target.name, &sets(selected))?;
        let mut making = Making::new();
        let table = making.alias();
        let frame = self.frame(&mut making, target, &table, fields)?;
        let parents = making.place(Bind::Parents(Holds::Uuid));
        let among = crate::read::dialect::among(self.backend, Holds::Uuid, parents)(column(&table, "id"));
        let rule = Rule::When(among) & self.rows(target, &table)?;
        making.select.from_as(Alias::new(&target.table), table).and_where(rule.expr());
        self.spend(making.cost.saturating_add(1).saturating_mul(rows));
        let (sql, binds) = making.build(self.backend, &making.select);
        let group = Some((frame.id, Holds::Uuid));
        Ok(Fetch { sql, binds, frame, group, order: vec![], lists: making.lists })
    }

    fn command(&mut self, name: &str, given: Given, selected: &[&'a Selected]) -> Result<Root> {
        let command =
            self.model.commands.get(name).ok_or_else(|| Error::fault(format!("there is no mutation {name}")))?;
        let payload = format!("{}{}Payload", name[..1].to_uppercase(), &name[1..]);
        let mut fields = vec![];
        for (key, selected) in self.collect(&payload, &sets(selected))? {
            let asked = selected[0].name.node.as_str();
            let paid = match (&command.payload, asked) {
                (_, "__typename") => Paid::TypeName(payload.clone()),
                (_, "userErrors") => {
                    let names =
                        ["InputError", "TransitionError", "RevisionError", "MissingPartiesError", "PersonalDataError"];
                    let pruned = names.into_iter().map(|name| Ok((name, self.prune_error(name, &selected)?)));
                    Paid::Errors(pruned.collect::<Result<_>>()?)
                }
                (Payload::Row { beside: Some((name, shape, _)), .. }, asked) if asked == *name => {
                    Paid::Value(self.prune(shape, &selected)?)
                }
                (Payload::Row { target, .. }, _) => {
                    let target = self.declared(target)?;
                    let fields = self.collect(target.name, &sets(&selected))?;
                    Paid::Row(Box::new(self.single(target, Some(("id", Bind::Made)), None, fields)?))
                }
                (Payload::Value { shape, .. }, _) => Paid::Value(self.prune(shape, &selected)?),
            };
            fields.push((key, paid));
        }
        Ok(Root::Command { name: name.to_owned(), given, payload: fields })
    }
}
