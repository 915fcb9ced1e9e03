//! One statement's columns, joins and conditions.

use std::sync::Arc;

use async_graphql::parser::types::Field as Selected;
use sea_orm::sea_query::{
    Alias, CaseStatement, Expr, ExprTrait, JoinType, PostgresQueryBuilder, Query, SelectStatement, SqliteQueryBuilder,
};
use sea_orm::{DbBackend, Value as SqlValue};

use super::collect::{Collected, sets};
use super::{Bind, Frame, Input, List, Out, Planner};
use crate::error::{Error, Result};
use crate::policy::rule::{At, Known, Rule, place, viewer};
use crate::read::coerce::{self, Part};
use crate::read::model::{Column, Field, Join, Key, Show, Source, Type};

/// Places below this are facts of the viewer.
const FIRST_PLACE: u32 = 256;

/// A table in a statement, and the type of its rows.
#[derive(Clone, Copy)]
struct Row<'a, 't> {
    declared: &'a Type,
    table: &'t Alias,
}

/// A statement in the making.
pub struct Making {
    /// The select.
    pub select: SelectStatement,
    /// What its places stand for.
    binds: Vec<Bind>,
    columns: Vec<String>,
    aliases: usize,
    /// What one of its rows costs.
    pub cost: u64,
    /// The lists in its rows.
    pub lists: Vec<List>,
}

impl Making {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self { select: Query::select(), binds: vec![], columns: vec![], aliases: 0, cost: 0, lists: vec![] }
    }

    /// A place for a bind.
    pub fn place(&mut self, bind: Bind) -> Expr {
        self.binds.push(bind);
        place(FIRST_PLACE + u32::try_from(self.binds.len() - 1).unwrap_or(u32::MAX))
    }

    /// A fresh table name.
    pub(super) fn alias(&mut self) -> Alias {
        self.aliases += 1;
        Alias::new(format!("t{}", self.aliases - 1))
    }

    /// Selects an expression under a key that says what it is; once for each key.
    pub(super) fn select(&mut self, key: String, expr: Expr) -> usize {
        if let Some(place) = self.columns.iter().position(|other| *other == key) {
            return place;
        }
        self.columns.push(key);
        self.select.expr_as(expr, Alias::new(format!("c{}", self.columns.len() - 1)));
        self.columns.len() - 1
    }

    /// How many columns it has.
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    /// The text and binds.
    pub(in crate::read) fn build(&self, backend: DbBackend, select: &SelectStatement) -> (String, Vec<Bind>) {
        let (sql, values) = if backend == DbBackend::Postgres {
            select.build(PostgresQueryBuilder)
        } else {
            select.build(SqliteQueryBuilder)
        };
        let binds = values.0.into_iter().map(|value| {
            let SqlValue::Unsigned(Some(place)) = value else { return Bind::Always(value) };
            match place.checked_sub(FIRST_PLACE) {
                Some(place) => self.binds[place as usize].clone(),
                None => Bind::Known(Known::ALL[place as usize]),
            }
        });
        (sql, binds.collect())
    }
}

/// A column of a table in a statement.
pub fn column(table: &Alias, name: &'static str) -> Expr {
    Expr::col((table.clone(), Alias::new(name)))
}

impl<'a> Planner<'a> {
    /// Where rules are asked for a table of this statement.
    pub(super) fn at(&self, table: &Alias) -> Result<At> {
        let role = self.view.standing.role.ok_or_else(|| Error::fault("rows for a caller without a role"))?;
        Ok(At { role, level: self.level, table: table.clone() })
    }

    /// A type by name. It is in the caller's schema, or the document would not have passed.
    pub(super) fn declared(&self, name: &str) -> Result<&'a Type> {
        let declared = self.model.types.get(name).filter(|declared| self.view.standing.holds(declared.capability));
        declared.ok_or_else(|| Error::fault(format!("the type {name} is not in the caller's schema")))
    }

    /// The row scope of a type: part of every statement that touches its table.
    pub(super) fn rows(&self, declared: &Type, table: &Alias) -> Result<Rule> {
        Ok((declared.rows)(&self.at(table)?))
    }

    /// Selects what `fields` ask of a row of `declared` in `table`.
    pub(super) fn frame(
        &mut self,
        making: &mut Making,
        declared: &'a Type,
        table: &Alias,
        fields: Collected<'a>,
    ) -> Result<Frame> {
        let name = table.0.clone();
        let id = making.select(format!("{name}.id"), column(table, "id"));
        let mut out = vec![];
        for (key, selected) in fields {
            making.cost = making.cost.saturating_add(1);
            let asked = selected[0].name.node.as_str();
            let written = match asked {
                "__typename" => Out::TypeName(declared.name),
                "id" => Out::Id(declared.prefix),
                _ => {
                    let field = declared.fields.iter().find(|field| field.name == asked);
                    let field = field
                        .filter(|field| field.capability.is_none_or(|capability| self.view.standing.holds(capability)));
                    let field = field.ok_or_else(|| {
                        Error::fault(format!("{}.{asked} is not in the caller's schema", declared.name))
                    })?;
                    self.field(making, Row { declared, table }, field, &selected)?
                }
            };
            out.push((key, written));
        }
        Ok(Frame { id, fields: out })
    }

    fn field(
        &mut self,
        making: &mut Making,
        row: Row<'a, '_>,
        field: &'a Field,
        selected: &[&'a Selected],
    ) -> Result<Out> {
        let table = row.table;
        let at = self.at(table)?;
        let shown = field.shown.map_or(Rule::Always, |rule| rule(&at));
        match &field.source {
            Source::Column { column, show } => Ok(cell(making, table, &field.name, column, *show, &shown)),
            Source::Derived { columns, facts, shape, rule, work, .. } => {
                if shown == Rule::Never {
                    return Ok(Out::Null);
                }
                self.work |= work;
                let name = table_name(table);
                let gate = flag(making, &name, &field.name, &shown);
                let mut cells = vec![];
                for column in columns {
                    let expr = self::column(table, column.name);
                    cells.push((
                        column.name,
                        guarded(making, &format!("{name}.{}", column.name), &field.name, expr, &shown),
                    ));
                }
                for fact in facts {
                    let key = format!("{name}.{}:{}", field.name, fact.name);
                    cells.push((fact.name, guarded(making, &key, &field.name, (fact.sql)(&at), &shown)));
                }
                Ok(Out::Derived {
                    cells: Arc::from(cells),
                    shown: gate,
                    rule: *rule,
                    given: self.given(row.declared.name, field, selected[0])?,
                    pruned: self.prune(shape, selected)?,
                })
            }
            Source::Link { key, target, to, .. } => {
                let target = self.declared(target)?;
                if shown == Rule::Never {
                    return Ok(Out::Null);
                }
                let alias = making.alias();
                let from = match key {
                    Key::Column(key) => column(table, key),
                    Key::Viewer(known) => viewer(*known),
                };
                let on = Rule::When(column(&alias, to).eq(from)) & shown & self.rows(target, &alias)?;
                making.select.join_as(JoinType::LeftJoin, Alias::new(&target.table), alias.clone(), on.expr());
                let fields = self.collect(target.name, &sets(selected))?;
                Ok(Out::Link(self.frame(making, target, &alias, fields)?))
            }
            Source::Many { .. } => self.list_field(making, row, field, selected, &shown),
        }
    }

    /// The arguments of a field.
    fn given(&self, parent: &str, field: &Field, selected: &Selected) -> Result<Part> {
        let slot = self.view.objects.get(parent).and_then(|fields| fields.get(&field.name));
        let slot =
            slot.ok_or_else(|| Error::fault(format!("{parent}.{} is not in the caller's schema", field.name)))?;
        Ok(coerce::arguments(self.view, &slot.arguments, &selected.arguments, self.variables)?.part(""))
    }

    /// A list in a row: one further statement for all rows.
    fn list_field(
        &mut self,
        making: &mut Making,
        row: Row<'a, '_>,
        field: &'a Field,
        selected: &[&'a Selected],
        shown: &Rule,
    ) -> Result<Out> {
        let Source::Many { target, join, only, paged, order } = &field.source else { return Ok(Out::Null) };
        let table = row.table;
        let name = table_name(table);
        let ours = match join {
            Join::Column { ours, .. } => Some(*ours),
            Join::Through { .. } => Some("id"),
            Join::Viewer => None,
        };
        let key = ours.map(|ours| making.select(format!("{name}.{ours}"), column(table, ours)));
        let gate = match shown {
            Rule::Never => Some(making.select(format!("{name}.{}?", field.name), Expr::cust("FALSE"))),
            Rule::Always | Rule::When(_) => flag(making, &name, &field.name, shown),
        };
        let ask = super::list::Ask {
            target,
            join: Some(join),
            only: *only,
            paged: *paged,
            order: *order,
            parent: &field.name,
        };
        let (mut list, cost) = self.list(row.declared.name, &ask, selected)?;
        making.cost = making.cost.saturating_add(cost);
        list.key = key.zip(super::list::key_of(join));
        list.shown = gate;
        making.lists.push(list);
        Ok(Out::List(making.lists.len() - 1))
    }
}

fn table_name(table: &Alias) -> String {
    table.0.clone()
}

fn cell(making: &mut Making, table: &Alias, field: &str, column: &Column, show: Show, shown: &Rule) -> Out {
    if *shown == Rule::Never {
        return Out::Null;
    }
    let key = format!("{}.{}", table_name(table), column.name);
    Out::Cell(guarded(making, &key, field, self::column(table, column.name), shown), column.holds, show)
}

/// Selects `expr` where `shown` holds: what is withheld never leaves the database.
fn guarded(making: &mut Making, key: &str, field: &str, expr: Expr, shown: &Rule) -> usize {
    match shown {
        Rule::Always => making.select(key.to_owned(), expr),
        Rule::Never => making.select("null".to_owned(), Expr::cust("NULL")),
        Rule::When(rule) => {
            let case = CaseStatement::new().case(rule.clone(), expr);
            making.select(format!("{key} if {field}"), case.into())
        }
    }
}

/// Selects whether a rule holds; `None` where it always does.
fn flag(making: &mut Making, table: &str, field: &str, shown: &Rule) -> Option<usize> {
    match shown {
        Rule::Always | Rule::Never => None,
        Rule::When(rule) => Some(making.select(format!("{table}.{field}?"), rule.clone())),
    }
}

/// An input's place.
pub fn input(making: &mut Making, input: Input) -> Expr {
    making.place(Bind::Input(input))
}
