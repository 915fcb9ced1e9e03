//! Lists: pages in a keyset order, of the root or of each parent in one statement.

use async_graphql::parser::types::Field as Selected;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order};
use serde_json::Value;

use super::collect::{Collected, members, sets};
use super::select::{Making, column, input};
use super::{Becomes, Bind, Conn, Edge, Fetch, Frame, Input, List, Planner};
use crate::error::{Code, Error, Result};
use crate::policy::rule::{At, Rule};
use crate::read::coerce::{self, Given};
use crate::read::dialect::{self, Grouped, MOST_COUNTED};
use crate::read::model::{Asked, Column, Filter, Holds, Join, Operand, Type};
use crate::read::schema::{DEFAULT_PAGE, MAX_PAGE, upper_snake};
use crate::read::shape::Scalar;

/// What list is asked for.
pub struct Ask<'a> {
    /// Of which type.
    pub target: &'static str,
    /// How its rows belong to a parent; `None` at the root.
    pub join: Option<&'a Join>,
    /// Which of them.
    pub only: Option<fn(&At) -> Rule>,
    /// A connection or a plain list.
    pub paged: bool,
    /// The order if none is asked for.
    pub order: (&'static str, bool),
    /// The field's name.
    pub parent: &'a str,
}

/// What a list's selection asks for.
struct Asking {
    fields: Option<Vec<(String, Conn)>>,
    rows: bool,
    count: bool,
}

/// A list's arguments, read.
struct Page<'a> {
    given: Given,
    size: usize,
    order: Vec<(&'a Column, bool)>,
}

/// The columns of a keyset with their direction; the id is last.
type Keyset = Vec<(&'static str, Holds, bool)>;

impl<'a> Planner<'a> {
    /// Plans a list that the field `ask.parent` of `parent` selects.
    pub(super) fn list(&mut self, parent: &str, ask: &Ask<'_>, selected: &[&'a Selected]) -> Result<(List, u64)> {
        let target = self.declared(ask.target)?;
        let page = self.page(parent, ask, target, selected[0])?;
        let keyset = keyset(&page);
        let seal = seal(target.name, &keyset);
        let mut making = Making::new();
        let table = making.alias();
        let asking = if ask.paged {
            self.connection(&mut making, target, &table, selected)?
        } else {
            Asking { fields: None, rows: true, count: false }
        };
        let plain = if ask.paged { None } else { Some(self.collect(target.name, &sets(selected))?) };
        let mut row_cost = 1;
        let fetch = if asking.rows {
            let made = self.rows_statement(making, target, &table, ask, &page, &keyset, &seal, plain)?;
            row_cost = made.1.saturating_add(1);
            Some(made.0)
        } else {
            None
        };
        let count = if asking.count { Some(self.count_statement(target, ask, &page.given)?) } else { None };
        let cost = 1_u64.saturating_add(row_cost.saturating_mul(page.size as u64));
        Ok((List { fetch, count, key: None, shown: None, page: page.size, connection: asking.fields, seal }, cost))
    }

    fn page(&self, parent: &str, ask: &Ask<'_>, target: &'a Type, selected: &Selected) -> Result<Page<'a>> {
        let slot = self.view.objects.get(parent).and_then(|fields| fields.get(ask.parent));
        let slot =
            slot.ok_or_else(|| Error::fault(format!("{parent}.{} is not in the caller's schema", ask.parent)))?;
        let given = coerce::arguments(self.view, &slot.arguments, &selected.arguments, self.variables)?;
        let size = match given.at("/first").and_then(Value::as_i64) {
            _ if !ask.paged => MAX_PAGE,
            None => DEFAULT_PAGE,
            Some(first) if (0..=MAX_PAGE).contains(&first) => first,
            Some(_) => return Err(Error::request(Code::PageSize, vec![MAX_PAGE.into()])),
        };
        let asked = given.at("/orderBy").and_then(Value::as_array);
        let mut order = vec![];
        for one in asked.into_iter().flatten() {
            let name = one["field"].as_str().unwrap_or_default();
            let field = target.fields.iter().find(|field| upper_snake(&field.name) == name);
            let column =
                field.and_then(|field| field.orders.as_ref()).ok_or_else(|| Error::fault("an unknown order passed"))?;
            if order.iter().any(|(other, _)| *other == column) {
                let why = format!("orderBy names {name} twice");
                return Err(Error::request(Code::ValidationFailed, vec![why.into()]));
            }
            order.push((column, one["direction"] == "DESC"));
        }
        if asked.is_none() {
            let field = target.fields.iter().find(|field| field.name == ask.order.0);
            order.extend(field.and_then(|field| field.orders.as_ref()).map(|column| (column, ask.order.1)));
        }
        Ok(Page { given, size: usize::try_from(size).unwrap_or_default(), order })
    }

    /// What a connection's selection asks for: its fields, whether it needs rows, whether it needs the count.
    fn connection(
        &mut self,
        making: &mut Making,
        target: &'a Type,
        table: &Alias,
        selected: &[&'a Selected],
    ) -> Result<Asking> {
        let (mut fields, mut rows, mut count) = (vec![], false, false);
        let name = format!("{}Connection", target.name);
        for (key, selected) in self.collect(&name, &sets(selected))? {
            let asked = match selected[0].name.node.as_str() {
                "nodes" => Conn::Nodes(self.row(making, target, table, &selected)?),
                "edges" => Conn::Edges(self.edges(making, target, table, &selected)?),
                "pageInfo" => Conn::PageInfo(members(self.collect("PageInfo", &sets(&selected))?)),
                "totalCount" => Conn::Count(members(self.collect("Count", &sets(&selected))?)),
                _ => Conn::TypeName(name.clone()),
            };
            rows |= matches!(asked, Conn::Nodes(_) | Conn::Edges(_) | Conn::PageInfo(_));
            count |= matches!(asked, Conn::Count(_));
            fields.push((key, asked));
        }
        Ok(Asking { fields: Some(fields), rows, count })
    }

    fn row(
        &mut self,
        making: &mut Making,
        target: &'a Type,
        table: &Alias,
        selected: &[&'a Selected],
    ) -> Result<Frame> {
        let fields = self.collect(target.name, &sets(selected))?;
        self.frame(making, target, table, fields)
    }

    fn edges(
        &mut self,
        making: &mut Making,
        target: &'a Type,
        table: &Alias,
        selected: &[&'a Selected],
    ) -> Result<Vec<(String, Edge)>> {
        let name = format!("{}Edge", target.name);
        let mut fields = vec![];
        for (key, selected) in self.collect(&name, &sets(selected))? {
            let edge = match selected[0].name.node.as_str() {
                "node" => Edge::Node(self.row(making, target, table, &selected)?),
                "cursor" => Edge::Cursor,
                _ => Edge::TypeName(name.clone()),
            };
            fields.push((key, edge));
        }
        Ok(fields)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one statement")]
    fn rows_statement(
        &mut self,
        mut making: Making,
        target: &'a Type,
        table: &Alias,
        ask: &Ask<'_>,
        page: &Page<'_>,
        keyset: &Keyset,
        seal: &str,
        plain: Option<Collected<'a>>,
    ) -> Result<(Fetch, u64)> {
        self.statements += 1;
        let frame = self.frame(&mut making, target, table, plain.unwrap_or_default())?;
        let order = keyset
            .iter()
            .map(|(name, holds, _)| (making.select(format!("{}.{name}", table.0), column(table, name)), *holds))
            .collect();
        let mut rule = self.conditions(&mut making, target, table, ask, &page.given)?;
        if page.given.at("/after").is_some_and(|after| !after.is_null()) {
            rule = rule & Rule::When(after(&mut making, table, keyset, &page.given, seal));
        }
        let grouped = tie(self.backend, &mut making, target, table, ask, &mut rule, false);
        let rule = if rule == Rule::Always { None } else { Some(rule.expr()) };
        making.select.cond_where(sea_orm::sea_query::Cond::all().add_option(rule));
        let limit = page.size + 1;
        let select = making.select.clone();
        let (sql, binds) = if let Some(grouped) = grouped {
            let order: Vec<_> = keyset
                .iter()
                .map(|(name, _, falls)| format!("\"{}\".\"{name}\"{}", table.0, if *falls { " DESC" } else { "" }))
                .collect();
            grouped.rows(&mut making, select, &order.join(", "), limit)
        } else {
            let mut select = select;
            for (name, _, falls) in keyset {
                select.order_by((table.clone(), Alias::new(*name)), if *falls { Order::Desc } else { Order::Asc });
            }
            let (sql, binds) = making.build(self.backend, &select);
            (format!("{sql} LIMIT {limit}"), binds)
        };
        let group = ask.join.and_then(key_of).map(|holds| (making.width(), holds));
        Ok((Fetch { sql, binds, frame, group, order, lists: making.lists }, making.cost))
    }

    fn count_statement(&mut self, target: &'a Type, ask: &Ask<'_>, given: &Given) -> Result<(String, Vec<Bind>)> {
        self.statements += 1;
        let mut making = Making::new();
        let table = making.alias();
        making.select.expr(Expr::cust("1"));
        let mut rule = self.conditions(&mut making, target, &table, ask, given)?;
        let grouped = tie(self.backend, &mut making, target, &table, ask, &mut rule, true);
        making.select.and_where(rule.expr());
        let select = making.select.clone();
        if let Some(grouped) = grouped {
            return Ok(grouped.counts(&mut making, &select));
        }
        let (inner, binds) = making.build(self.backend, &select);
        Ok((format!("SELECT COUNT(*) FROM ({inner} LIMIT {}) AS n", MOST_COUNTED + 1), binds))
    }

    /// The row scope, the declaration's own condition and the filter.
    fn conditions(
        &self,
        making: &mut Making,
        target: &'a Type,
        table: &Alias,
        ask: &Ask<'_>,
        given: &Given,
    ) -> Result<Rule> {
        let at = self.at(table)?;
        let mut rule = self.rows(target, table)?;
        if let Some(only) = ask.only {
            rule = rule & only(&at);
        }
        let Some(Value::Object(asked)) = given.at("/filter") else { return Ok(rule) };
        for (name, operand) in asked.iter().filter(|(_, operand)| !operand.is_null()) {
            let filter = target
                .filters
                .iter()
                .find(|filter| filter.name == *name)
                .ok_or_else(|| Error::fault("an unknown filter passed"))?;
            let asked = self.asked(making, filter, operand, given, &format!("/filter/{name}"));
            rule = rule & (filter.sql)(&at, &asked);
        }
        Ok(rule)
    }

    fn asked(&self, making: &mut Making, filter: &Filter, operand: &Value, given: &Given, pointer: &str) -> Asked {
        let mut part = |member: &str, becomes: Becomes| {
            operand.get(member).filter(|value| !value.is_null())?;
            Some(input(making, Input { part: given.part(&format!("{pointer}/{member}")), becomes }))
        };
        match filter.operand {
            Operand::Boolean => Asked::Boolean(operand.as_bool().unwrap_or_default()),
            Operand::Text => {
                let sought = Input { part: given.part(pointer), becomes: Becomes::Sought };
                Asked::Text(dialect::found(self.backend, input(making, sought)))
            }
            Operand::Times => {
                Asked::Range(part("from", Becomes::Held(Holds::Time)), part("to", Becomes::Held(Holds::Time)))
            }
            Operand::Days => {
                Asked::Range(part("from", Becomes::Held(Holds::Day)), part("to", Becomes::Held(Holds::Day)))
            }
            Operand::Choice(scalar, holds) => {
                let (one, many) = match scalar {
                    Scalar::Id(prefix) => (Becomes::Id(prefix), Becomes::Ids(prefix)),
                    Scalar::Text
                    | Scalar::Int
                    | Scalar::Boolean
                    | Scalar::AnyId
                    | Scalar::Time
                    | Scalar::Day
                    | Scalar::Word(_) => {
                        (if holds == Holds::Int { Becomes::Code } else { Becomes::Held(holds) }, Becomes::Many(holds))
                    }
                };
                if let Some(value) = part("eq", one) {
                    Asked::Eq(value)
                } else if let Some(values) = part("in", many) {
                    Asked::In(dialect::among(self.backend, holds, values))
                } else if let Some(values) = part("notIn", many) {
                    Asked::NotIn(dialect::among(self.backend, holds, values))
                } else {
                    Asked::Range(None, None)
                }
            }
        }
    }
}

/// What the key of a parent is, where there is one.
pub fn key_of(join: &Join) -> Option<Holds> {
    match join {
        Join::Column { ours: "code", .. } => Some(Holds::Int),
        Join::Column { .. } | Join::Through { .. } => Some(Holds::Uuid),
        Join::Viewer => None,
    }
}

/// Puts the table into the statement, tied to its parents.
fn tie<'b>(
    backend: sea_orm::DbBackend,
    making: &mut Making,
    target: &Type,
    table: &'b Alias,
    ask: &'b Ask<'_>,
    rule: &mut Rule,
    counting: bool,
) -> Option<Grouped<'b>> {
    static BETWEEN: std::sync::LazyLock<Alias> = std::sync::LazyLock::new(|| Alias::new("j"));
    let grouped = match ask.join {
        None | Some(Join::Viewer) => {
            making.select.from_as(Alias::new(&target.table), table.clone());
            return None;
        }
        Some(join @ Join::Column { theirs, .. }) => {
            making.select.from_as(Alias::new(&target.table), table.clone());
            Grouped { backend, key: (table, theirs), holds: key_of(join).unwrap_or(Holds::Uuid) }
        }
        Some(Join::Through { table: between, ours, theirs }) => {
            // The target's table stands before the joins of its links, which look back at it.
            making.select.from_as(Alias::new(between), BETWEEN.clone());
            making.select.from_as(Alias::new(&target.table), table.clone());
            let scope = std::mem::replace(rule, Rule::Always);
            *rule = Rule::When(column(table, "id").eq(column(&BETWEEN, theirs))) & scope;
            Grouped { backend, key: (&*BETWEEN, ours), holds: Holds::Uuid }
        }
    };
    let tie = grouped.tie(making, counting);
    let scope = std::mem::replace(rule, Rule::Always);
    *rule = Rule::When(tie) & scope;
    Some(grouped)
}

fn keyset(page: &Page<'_>) -> Keyset {
    let falls = page.order.last().is_some_and(|(_, falls)| *falls);
    let mut keyset: Keyset = page.order.iter().map(|(column, falls)| (column.name, column.holds, *falls)).collect();
    keyset.push(("id", Holds::Uuid, falls));
    keyset
}

/// What a cursor is bound to: a list of this type in this order.
fn seal(target: &str, keyset: &Keyset) -> String {
    let order: Vec<_> =
        keyset.iter().map(|(name, _, falls)| format!("{name}{}", if *falls { "-" } else { "+" })).collect();
    format!("{target}:{}", order.join(","))
}

/// The rows behind a cursor. One direction is one row comparison, which an index can seek to; mixed ones cannot be.
fn after(making: &mut Making, table: &Alias, keyset: &Keyset, given: &Given, seal: &str) -> Expr {
    let cursor = Input { part: given.part("/after"), becomes: Becomes::Json };
    let mut values = vec![];
    for (place, (_, holds, _)) in keyset.iter().enumerate() {
        values.push(making.place(Bind::Cursor(cursor.clone(), seal.to_owned(), place, *holds)));
    }
    let columns: Vec<Expr> = keyset.iter().map(|(name, ..)| column(table, name)).collect();
    let behind = |falls: bool, column: Expr, value: Expr| if falls { column.lt(value) } else { column.gt(value) };
    if keyset.iter().all(|(_, _, falls)| *falls == keyset[0].2) {
        return behind(keyset[0].2, Expr::tuple(columns), Expr::tuple(values));
    }
    let mut any = Rule::Never;
    for (place, (_, _, falls)) in keyset.iter().enumerate() {
        let equal = (0..place)
            .fold(Rule::Always, |rule, before| rule & Rule::When(columns[before].clone().eq(values[before].clone())));
        any = any | (equal & Rule::When(behind(*falls, columns[place].clone(), values[place].clone())));
    }
    any.expr()
}
