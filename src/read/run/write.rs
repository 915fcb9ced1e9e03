//! Rows → JSON text, in the order of the selection.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::{Cells, Fetched, Parent, Run, cursor, parent};
use crate::error::{Error, Result};
use crate::id::TypeId;
use crate::read::dialect::MOST_COUNTED;
use crate::read::model::{Holds, Look, Show};
use crate::read::plan::{Asked, Conn, Edge, Fetch, Frame, List, Out, Pruned};
use crate::read::revision;
use crate::read::shape::format_time;

/// A JSON string.
pub fn text(text: &str, out: &mut String) {
    // Most of what is written needs no escape.
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&Value::from(text).to_string());
    }
}

fn key(place: usize, name: &str, out: &mut String) {
    if place > 0 {
        out.push(',');
    }
    text(name, out);
    out.push(':');
}

/// Whether a row says that something in it is shown.
pub fn shown(row: &QueryResult, index: Option<usize>) -> Result<bool> {
    Ok(match index {
        None => true,
        Some(index) => row.try_get_by_index::<Option<bool>>(index)?.unwrap_or_default(),
    })
}

/// A value that is no row: what was asked of it, or all of it.
pub fn pruned(value: &Value, asked: Option<&Pruned>, out: &mut String) {
    match (value, asked) {
        (Value::Array(items), _) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                pruned(item, asked, out);
            }
            out.push(']');
        }
        (Value::Object(map), Some(Pruned(asked))) => {
            out.push('{');
            for (place, (name, asked)) in asked.iter().enumerate() {
                key(place, name, out);
                match asked {
                    Asked::TypeName(name) => text(name, out),
                    Asked::Member(member, inner) => {
                        pruned(map.get(member).unwrap_or(&Value::Null), inner.as_ref(), out);
                    }
                }
            }
            out.push('}');
        }
        (Value::String(string), _) => text(string, out),
        (value, _) => out.push_str(&value.to_string()),
    }
}

impl Run<'_> {
    /// A row as an object.
    pub(super) fn object(
        &self,
        frame: &Frame,
        row: &QueryResult,
        fetched: &Fetched,
        lists: &[List],
        out: &mut String,
    ) -> Result<()> {
        let Some(id) = row.try_get_by_index::<Option<Uuid>>(frame.id)? else {
            out.push_str("null");
            return Ok(());
        };
        out.push('{');
        for (place, (name, field)) in frame.fields.iter().enumerate() {
            key(place, name, out);
            match field {
                Out::TypeName(name) => text(name, out),
                Out::Id(prefix) => write_id(TypeId(*prefix, id), out),
                Out::Null => out.push_str("null"),
                Out::Cell(index, holds, show) => self.cell(row, id, *index, *holds, *show, out)?,
                Out::Derived { cells, shown: gate, rule, given, pruned: asked } => {
                    if shown(row, *gate)? {
                        let viewer = self.viewer.ok_or_else(|| Error::fault("a row for nobody"))?;
                        let look = Look {
                            cells: Cells::new(row, cells),
                            viewer,
                            now: self.now,
                            language: self.language,
                            vault: &self.app.vault,
                            given: &given.fresh(self.variables),
                            work: &self.app.calendars,
                        };
                        pruned(&rule(&look), asked.as_ref(), out);
                    } else {
                        out.push_str("null");
                    }
                }
                Out::Link(frame) => self.object(frame, row, fetched, lists, out)?,
                Out::List(place) => {
                    let list = &lists[*place];
                    if shown(row, list.shown)? {
                        let parent = list.key.map_or(Ok(None), |(index, holds)| parent(row, index, holds))?;
                        let parent = parent.unwrap_or(Parent::Nobody);
                        self.write_list(list, &fetched.lists[*place], &parent, out)?;
                    } else {
                        out.push_str("null");
                    }
                }
            }
        }
        out.push('}');
        Ok(())
    }

    fn cell(
        &self,
        row: &QueryResult,
        id: Uuid,
        index: usize,
        holds: Holds,
        show: Show,
        out: &mut String,
    ) -> Result<()> {
        macro_rules! some {
            ($type:ty) => {
                match row.try_get_by_index::<Option<$type>>(index)? {
                    Some(value) => value,
                    None => {
                        out.push_str("null");
                        return Ok(());
                    }
                }
            };
        }
        let fault = |_| Error::fault("a text that cannot be written");
        match (holds, show) {
            (Holds::Text, _) => text(&some!(String), out),
            (Holds::Int, Show::Revision) => text(&revision::show(&self.app.vault, id, some!(i64)), out),
            (Holds::Int, Show::Code) => write!(out, "\"{}\"", some!(i64)).map_err(fault)?,
            (Holds::Int, _) => write!(out, "{}", some!(i64)).map_err(fault)?,
            (Holds::Boolean, _) => out.push_str(if some!(bool) { "true" } else { "false" }),
            (Holds::Uuid, Show::Id(prefix)) => write_id(TypeId(prefix, some!(Uuid)), out),
            (Holds::Time, _) => text(&format_time(some!(DateTime<Utc>)), out),
            (Holds::Day, _) => write!(out, "\"{}\"", some!(NaiveDate)).map_err(fault)?,
            (Holds::Json, _) => out.push_str(&some!(Value).to_string()),
            (Holds::Uuid | Holds::Bytes, _) => return Err(Error::fault("a column that is not shown as such")),
        }
        Ok(())
    }

    /// A list of one parent (or of the root).
    pub(super) fn write_list(&self, list: &List, fetched: &Fetched, parent: &Parent, out: &mut String) -> Result<()> {
        let none = vec![];
        let all = fetched.groups.get(parent).unwrap_or(&none);
        let rows = &all[..all.len().min(list.page)];
        let Some(connection) = &list.connection else {
            let Some(fetch) = &list.fetch else { return Err(Error::fault("a plain list without rows")) };
            return self.items(&fetch.frame, rows, fetched, fetch, out);
        };
        out.push('{');
        for (place, (name, field)) in connection.iter().enumerate() {
            key(place, name, out);
            match (field, &list.fetch) {
                (Conn::TypeName(name), _) => text(name, out),
                (Conn::Nodes(frame), Some(fetch)) => self.items(frame, rows, fetched, fetch, out)?,
                (Conn::Edges(edges), Some(fetch)) => self.edges(list, edges, rows, fetched, fetch, out)?,
                (Conn::PageInfo(members), Some(fetch)) => {
                    self.page_info(list, members, (rows, all.len() > list.page), fetched, fetch, out)?;
                }
                (Conn::Count(members), _) => {
                    write_count(members, fetched.counts.get(parent).copied().unwrap_or_default(), out);
                }
                (Conn::Nodes(_) | Conn::Edges(_) | Conn::PageInfo(_), None) => {
                    return Err(Error::fault("a connection without rows"));
                }
            }
        }
        out.push('}');
        Ok(())
    }

    fn items(&self, frame: &Frame, rows: &[usize], fetched: &Fetched, fetch: &Fetch, out: &mut String) -> Result<()> {
        out.push('[');
        for (place, row) in rows.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            self.object(frame, &fetched.rows[*row], fetched, &fetch.lists, out)?;
        }
        out.push(']');
        Ok(())
    }

    fn edges(
        &self,
        list: &List,
        edges: &[(String, Edge)],
        rows: &[usize],
        fetched: &Fetched,
        fetch: &Fetch,
        out: &mut String,
    ) -> Result<()> {
        out.push('[');
        for (nth, row) in rows.iter().enumerate() {
            if nth > 0 {
                out.push(',');
            }
            let row = &fetched.rows[*row];
            out.push('{');
            for (place, (name, edge)) in edges.iter().enumerate() {
                key(place, name, out);
                match edge {
                    Edge::TypeName(name) => text(name, out),
                    Edge::Node(frame) => self.object(frame, row, fetched, &fetch.lists, out)?,
                    Edge::Cursor => text(&cursor(&self.app.vault, &list.seal, row, &fetch.order)?, out),
                }
            }
            out.push('}');
        }
        out.push(']');
        Ok(())
    }

    fn page_info(
        &self,
        list: &List,
        members: &[(String, String)],
        (rows, more): (&[usize], bool),
        fetched: &Fetched,
        fetch: &Fetch,
        out: &mut String,
    ) -> Result<()> {
        out.push('{');
        for (place, (name, member)) in members.iter().enumerate() {
            key(place, name, out);
            let row = match member.as_str() {
                "__typename" => {
                    text("PageInfo", out);
                    continue;
                }
                "hasNextPage" => {
                    out.push_str(if more { "true" } else { "false" });
                    continue;
                }
                "hasPreviousPage" => {
                    out.push_str("false");
                    continue;
                }
                "startCursor" => rows.first(),
                _ => rows.last(),
            };
            match row {
                Some(row) => text(&cursor(&self.app.vault, &list.seal, &fetched.rows[*row], &fetch.order)?, out),
                None => out.push_str("null"),
            }
        }
        out.push('}');
        Ok(())
    }
}

fn write_count(members: &[(String, String)], count: i64, out: &mut String) {
    out.push('{');
    for (place, (name, member)) in members.iter().enumerate() {
        key(place, name, out);
        match member.as_str() {
            "__typename" => text("Count", out),
            "exact" => out.push_str(if count <= MOST_COUNTED { "true" } else { "false" }),
            _ => out.push_str(&count.min(MOST_COUNTED).to_string()),
        }
    }
    out.push('}');
}

fn write_id(id: TypeId, out: &mut String) {
    let _ = write!(out, "\"{id}\"");
}
