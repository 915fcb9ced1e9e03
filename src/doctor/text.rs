//! Whether the texts of problems, and of whistles that were blown for none, are still what the record committed to.
//!
//! An event carries a salted hash of each text that it wrote, or that it left none. The last word on a text is to be
//! found in its table; where the salt was destroyed (a redaction) nothing can be said.

use std::collections::{BTreeMap, HashMap};

use entity::{event, problem, redaction, subject_request, whistle, whistle_call};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait, IsolationLevel, QueryFilter,
    QueryOrder, QuerySelect, TransactionTrait,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Break, Wrong};
use crate::error::Result;
use crate::event::commitment;
use crate::event::text::{self, Place, Reader};

/// What the record says of a text last.
struct Said {
    stream: i64,
    seq: i64,
    /// `None`: that there is none.
    hash: Option<String>,
    salt: Option<Vec<u8>>,
}

const PAGE: u64 = 200;

/// The first event of each stream whose commitment does not hold any more.
pub async fn examine(db: &DatabaseConnection) -> Result<BTreeMap<i64, Break>> {
    let mut breaks: BTreeMap<i64, Break> = BTreeMap::new();
    let mut after: Option<Uuid> = None;
    loop {
        let tx = begin(db).await?;
        let problems = problems(&tx, after).await?;
        let Some(last) = problems.last() else { break };
        after = Some(*last);
        let events = event::Column::ProblemId.is_in(problems);
        note(&mut breaks, wrong(&tx, said(&tx, events).await?).await?);
    }
    after = None;
    loop {
        let tx = begin(db).await?;
        let whistles = whistles(&tx, after).await?;
        let Some(last) = whistles.last() else { break };
        after = Some(*last);
        let subjects = [calls(&tx, &whistles).await?, whistles].concat();
        note(&mut breaks, wrong(&tx, said(&tx, without_problem(&tx, subjects).await?).await?).await?);
    }
    after = None;
    loop {
        let tx = begin(db).await?;
        let requests = requests(&tx, after).await?;
        let Some(last) = requests.last() else { return Ok(breaks) };
        after = Some(*last);
        note(&mut breaks, wrong(&tx, said(&tx, without_problem(&tx, requests).await?).await?).await?);
    }
}

/// Keeps the first break of each stream.
fn note(breaks: &mut BTreeMap<i64, Break>, wrong: Vec<Said>) {
    for said in wrong {
        let found = Break { stream: said.stream, seq: said.seq, wrong: Wrong::Text };
        let first = breaks.entry(said.stream).or_insert_with(|| found.clone());
        if found.seq < first.seq {
            *first = found;
        }
    }
}

/// One moment of the database: what is written meanwhile is not half seen.
async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let level = (db.get_database_backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
    Ok(db.begin_with_config(level, None).await?)
}

async fn problems(tx: &DatabaseTransaction, after: Option<Uuid>) -> Result<Vec<Uuid>> {
    let mut select = problem::Entity::find().select_only().column(problem::Column::Id);
    if let Some(after) = after {
        select = select.filter(problem::Column::Id.gt(after));
    }
    Ok(select.order_by_asc(problem::Column::Id).limit(PAGE).into_tuple().all(tx).await?)
}

/// Whistles that belong to no problem.
async fn whistles(tx: &DatabaseTransaction, after: Option<Uuid>) -> Result<Vec<Uuid>> {
    let select = whistle::Entity::find().select_only().column(whistle::Column::Id);
    let mut select = select.filter(whistle::Column::ProblemId.is_null());
    if let Some(after) = after {
        select = select.filter(whistle::Column::Id.gt(after));
    }
    Ok(select.order_by_asc(whistle::Column::Id).limit(PAGE).into_tuple().all(tx).await?)
}

/// What people ask about their data: its events are no part of a problem's record.
async fn requests(tx: &DatabaseTransaction, after: Option<Uuid>) -> Result<Vec<Uuid>> {
    let mut select = subject_request::Entity::find().select_only().column(subject_request::Column::Id);
    if let Some(after) = after {
        select = select.filter(subject_request::Column::Id.gt(after));
    }
    Ok(select.order_by_asc(subject_request::Column::Id).limit(PAGE).into_tuple().all(tx).await?)
}

/// The events of what belongs to no problem's record, and of its redactions.
async fn without_problem(tx: &DatabaseTransaction, mut subjects: Vec<Uuid>) -> Result<Expr> {
    let select = redaction::Entity::find().select_only().column(redaction::Column::Id);
    let select = select.filter(redaction::Column::SubjectId.is_in(subjects.iter().copied()));
    let redactions: Vec<Uuid> = select.into_tuple().all(tx).await?;
    subjects.extend(redactions);
    Ok(event::Column::ProblemId.is_null().and(event::Column::SubjectId.is_in(subjects)))
}

async fn calls(tx: &DatabaseTransaction, whistles: &[Uuid]) -> Result<Vec<Uuid>> {
    let select = whistle_call::Entity::find().select_only().column(whistle_call::Column::Id);
    let select = select.filter(whistle_call::Column::WhistleId.is_in(whistles.iter().copied()));
    Ok(select.into_tuple().all(tx).await?)
}

/// The last word on each text that some events tell of.
async fn said(tx: &DatabaseTransaction, of: Expr) -> Result<BTreeMap<(Place, Uuid), Said>> {
    let events = event::Entity::find().filter(of).order_by_asc(event::Column::Stream).order_by_asc(event::Column::Seq);
    let mut said = BTreeMap::new();
    let mut reader = Reader::default();
    for row in events.all(tx).await? {
        for told in reader.told(&row) {
            let hash = row.data.get(&told.key).and_then(Value::as_str).map(str::to_owned);
            let word = Said { stream: row.stream, seq: row.seq, hash, salt: row.salt.clone() };
            said.insert((told.place, told.id), word);
        }
    }
    Ok(said)
}

/// The words that do not hold.
async fn wrong(tx: &DatabaseTransaction, said: BTreeMap<(Place, Uuid), Said>) -> Result<Vec<Said>> {
    let mut places: BTreeMap<Place, Vec<Uuid>> = BTreeMap::new();
    for (place, id) in said.keys() {
        places.entry(*place).or_default().push(*id);
    }
    let mut texts: HashMap<(Place, Uuid), String> = HashMap::new();
    for (place, ids) in places {
        for (id, text) in text::system_read(tx, place, ids).await? {
            texts.insert((place, id), text);
        }
    }
    let holds = |key: &(Place, Uuid), said: &Said| match (&said.hash, &said.salt) {
        (None, _) => !texts.contains_key(key),
        (Some(_), None) => true,
        (Some(hash), Some(salt)) => texts.get(key).is_some_and(|text| commitment(salt, text) == *hash),
    };
    Ok(said.into_iter().filter(|(key, said)| !holds(key, said)).map(|(_, said)| said).collect())
}
