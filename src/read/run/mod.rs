//! Statements → rows → JSON.

mod bind;
mod cells;
mod write;

use std::collections::{BTreeSet, HashMap};

use async_graphql::Value as Literal;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

pub use bind::{cursor, invalid_id};
pub use cells::Cells;

use super::coerce::Variables;
use super::model::{Answer, Done, Holds, Model};
use super::plan::{Bind, Fetch, List, Paid, Plan, Root};
use crate::act::Caller;
use crate::app::App;
use crate::error::{Error, Language, Result, UserError};
use crate::policy::Viewer;

/// One answer in the making.
pub struct Run<'a> {
    /// The server.
    pub app: &'a App,
    /// All declarations.
    pub model: &'a Model,
    /// Who asks; `None` without a token.
    pub viewer: Option<&'a Viewer>,
    /// In what language.
    pub language: Language,
    /// The caller's network address, for throttling alone.
    pub address: Option<std::net::IpAddr>,
    /// The moment of the request: one for all of its statements.
    pub now: DateTime<Utc>,
    /// The coerced variables.
    pub variables: &'a Variables,
    /// What the library says of the introspection in it.
    pub library: Option<Literal>,
}

/// The rows of a statement and of the lists in them.
#[derive(Default)]
pub struct Fetched {
    rows: Vec<QueryResult>,
    /// The rows of each parent.
    groups: HashMap<Parent, Vec<usize>>,
    counts: HashMap<Parent, i64>,
    lists: Vec<Fetched>,
}

/// The key of a parent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Parent {
    /// There is none: a list at the root, or the viewer's own.
    Nobody,
    Uuid(Uuid),
    Int(i64),
}

impl Run<'_> {
    /// Reads all that the caller gave, before anything is looked up or done.
    ///
    /// # Errors
    /// `INVALID_ID`, `BAD_CURSOR`: what is no mistake of shape.
    pub fn check(&self, plan: &Plan) -> Result<()> {
        for bind in plan.texts().into_iter().flat_map(|(_, binds)| binds) {
            if matches!(bind, Bind::Input(_) | Bind::Cursor(..)) {
                self.value(bind, None, None)?;
            }
        }
        Ok(())
    }

    /// Answers a plan: the text of `data`.
    ///
    /// # Errors
    /// A top-level error; what a mutation refuses is in its payload.
    pub async fn data(&self, plan: &Plan) -> Result<String> {
        if plan.work {
            self.app.calendars.now(&self.app.db).await?;
        }
        let mut out = String::with_capacity(1024);
        out.push('{');
        for (place, (key, root)) in plan.roots.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            write::text(key, &mut out);
            out.push(':');
            self.root(key, root, &mut out).await?;
        }
        out.push('}');
        Ok(out)
    }

    async fn root(&self, key: &str, root: &Root, out: &mut String) -> Result<()> {
        match root {
            Root::TypeName(name) => write::text(name, out),
            Root::Library => {
                let value = match &self.library {
                    Some(Literal::Object(map)) => map.get(key).cloned().unwrap_or_default(),
                    _ => Literal::Null,
                };
                out.push_str(&serde_json::to_string(&value).map_err(|error| Error::fault(error.to_string()))?);
            }
            Root::One(fetch) => {
                let fetched = self.fetch(fetch, None, None).await?;
                match fetched.rows.first() {
                    Some(row) => self.object(&fetch.frame, row, &fetched, &fetch.lists, out)?,
                    None => out.push_str("null"),
                }
            }
            Root::Many(list) => {
                let fetched = self.list(list, None).await?;
                self.write_list(list, &fetched, &Parent::Nobody, out)?;
            }
            Root::Nodes { ids, single, types } => self.nodes(&self.json(ids), *single, types, out).await?,
            Root::Value { name, given, pruned } => {
                let Some(Answer::Value { run, .. }) = self.model.queries.get(name.as_str()).map(|query| &query.answer)
                else {
                    return Err(Error::fault(format!("there is no query {name}")));
                };
                let Value::Object(arguments) = given.part("").fresh(self.variables) else {
                    return Err(Error::fault("arguments are an object"));
                };
                let caller =
                    Caller { app: self.app, viewer: self.viewer, language: self.language, address: self.address };
                let value = run(caller, arguments).await?;
                write::pruned(&value, pruned.as_ref(), out);
            }
            Root::Command { name, given, payload } => self.command(name, given, payload, out).await?,
        }
        Ok(())
    }

    async fn command(
        &self,
        name: &str,
        given: &super::coerce::Given,
        payload: &[(String, Paid)],
        out: &mut String,
    ) -> Result<()> {
        let command =
            self.model.commands.get(name).ok_or_else(|| Error::fault(format!("there is no mutation {name}")))?;
        let caller = Caller { app: self.app, viewer: self.viewer, language: self.language, address: self.address };
        let input = given.part("/input").fresh(self.variables);
        let (done, errors) = match (command.run)(caller, input).await {
            Ok(done) => (Some(done), vec![]),
            Err(Error::Refused(errors)) => (None, errors),
            Err(error) => return Err(error),
        };
        out.push('{');
        for (place, (key, paid)) in payload.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            write::text(key, out);
            out.push(':');
            match (paid, &done) {
                (Paid::TypeName(name), _) => write::text(name, out),
                (Paid::Errors(pruned), _) => write_errors(&errors, pruned, self.language, out),
                (Paid::Row(fetch), Some(Done::Row(id) | Done::Both(id, _))) => {
                    let fetched = self.fetch(fetch, None, Some(*id)).await?;
                    match fetched.rows.first() {
                        Some(row) => self.object(&fetch.frame, row, &fetched, &fetch.lists, out)?,
                        None => out.push_str("null"),
                    }
                }
                (Paid::Value(pruned), Some(Done::Value(value) | Done::Both(_, value))) => {
                    write::pruned(value, pruned.as_ref(), out);
                }
                (Paid::Row(_) | Paid::Value(_), _) => out.push_str("null"),
            }
        }
        out.push('}');
        Ok(())
    }

    async fn nodes(
        &self,
        ids: &Value,
        single: bool,
        types: &HashMap<&'static str, Fetch>,
        out: &mut String,
    ) -> Result<()> {
        let ids: Vec<&Value> = if single { vec![ids] } else { ids.as_array().into_iter().flatten().collect() };
        let split: Vec<(&str, Uuid)> = ids.iter().filter_map(|id| crate::id::split(id.as_str()?)).collect();
        if split.len() != ids.len() {
            return Err(bind::invalid_id());
        }
        let mut found = HashMap::new();
        for (prefix, fetch) in types {
            let mut wanted: Vec<Parent> =
                split.iter().filter(|(other, _)| other == prefix).map(|(_, id)| Parent::Uuid(*id)).collect();
            wanted.sort();
            wanted.dedup();
            found.insert(*prefix, (fetch, self.fetch(fetch, Some(&wanted), None).await?));
        }
        if !single {
            out.push('[');
        }
        for (place, (prefix, id)) in split.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            let Some((fetch, fetched)) = found.get(prefix) else { return Err(bind::invalid_id()) };
            match fetched.groups.get(&Parent::Uuid(*id)).and_then(|rows| rows.first()) {
                Some(row) => self.object(&fetch.frame, &fetched.rows[*row], fetched, &fetch.lists, out)?,
                None => out.push_str("null"),
            }
        }
        if !single {
            out.push(']');
        }
        Ok(())
    }

    /// Runs a statement and those of the lists in its rows.
    async fn fetch(&self, fetch: &Fetch, parents: Option<&[Parent]>, made: Option<Uuid>) -> Result<Fetched> {
        let rows = self.query(&fetch.sql, &fetch.binds, parents, made).await?;
        let mut groups: HashMap<Parent, Vec<usize>> = HashMap::new();
        for (place, row) in rows.iter().enumerate() {
            let key = match fetch.group {
                Some((index, holds)) => parent(row, index, holds)?.unwrap_or(Parent::Nobody),
                None => Parent::Nobody,
            };
            groups.entry(key).or_default().push(place);
        }
        let mut fetched = Fetched { rows, groups, ..Fetched::default() };
        for list in &fetch.lists {
            // Each parent once, however many rows link to it; where a link leads nowhere there is none.
            let mut keys = BTreeSet::new();
            for row in &fetched.rows {
                if let Some((index, holds)) = list.key
                    && write::shown(row, list.shown)?
                {
                    keys.extend(parent(row, index, holds)?);
                }
            }
            let keys: Vec<_> = keys.into_iter().collect();
            let unneeded = fetched.rows.is_empty() || (list.key.is_some() && keys.is_empty());
            let inner = if unneeded {
                Fetched::default()
            } else {
                Box::pin(self.list(list, list.key.map(|_| keys.as_slice()))).await?
            };
            fetched.lists.push(inner);
        }
        Ok(fetched)
    }

    async fn list(&self, list: &List, parents: Option<&[Parent]>) -> Result<Fetched> {
        let mut fetched = match &list.fetch {
            Some(fetch) => Box::pin(self.fetch(fetch, parents, None)).await?,
            None => Fetched::default(),
        };
        if let Some((sql, binds)) = &list.count {
            for row in self.query(sql, binds, parents, None).await? {
                let key = match (parents, list.key) {
                    (Some(_), Some((_, holds))) => parent(&row, 1, holds)?.unwrap_or(Parent::Nobody),
                    _ => Parent::Nobody,
                };
                fetched.counts.insert(key, row.try_get_by_index(0)?);
            }
        }
        Ok(fetched)
    }

    async fn query(
        &self,
        sql: &str,
        binds: &[Bind],
        parents: Option<&[Parent]>,
        made: Option<Uuid>,
    ) -> Result<Vec<QueryResult>> {
        let values = binds.iter().map(|bind| self.value(bind, parents, made)).collect::<Result<Vec<_>>>()?;
        let backend = self.app.db.get_database_backend();
        Ok(self.app.db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?)
    }
}

/// The key of the parent that a row names; `None` where that is null.
fn parent(row: &QueryResult, index: usize, holds: Holds) -> Result<Option<Parent>> {
    Ok(match holds {
        Holds::Int => row.try_get_by_index::<Option<i64>>(index)?.map(Parent::Int),
        Holds::Uuid | Holds::Text | Holds::Boolean | Holds::Time | Holds::Day | Holds::Bytes | Holds::Json => {
            row.try_get_by_index::<Option<Uuid>>(index)?.map(Parent::Uuid)
        }
    })
}

fn write_errors(
    errors: &[UserError],
    pruned: &HashMap<&'static str, super::plan::Pruned>,
    language: Language,
    out: &mut String,
) {
    out.push('[');
    for (place, error) in errors.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write::pruned(&error.to_json(language), pruned.get(error.type_name()), out);
    }
    out.push(']');
}
