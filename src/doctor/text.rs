//! Whether the texts of problems, and of whistles that were blown for none, are still what the record committed to.
//!
//! An event carries a salted hash of each text that it wrote, or that it left none. The last word on a text is to be
//! found in its table; where the salt was destroyed (a redaction) nothing can be said.

use std::collections::{BTreeMap, HashMap};

use entity::{event, problem, whistle, whistle_call};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait, IsolationLevel,
    QueryFilter, QueryOrder, QuerySelect, TransactionTrait,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Break, Wrong};
use crate::error::Result;
use crate::event::{Kind, commitment};
use crate::id::{Prefix, parse, prefix};

/// Where a text stands: table and column.
type Place = (&'static str, &'static str);

/// The texts by what they are part of and by their name there.
const TEXTS: &[(Prefix, &str, Place)] = &[
    (prefix::PROBLEM, "report", ("problem", "report")),
    (prefix::PROBLEM, "place", ("problem", "place")),
    (prefix::PROBLEM, "title", ("problem", "title")),
    (prefix::PROBLEM, "summary", ("problem", "summary")),
    (prefix::PROBLEM, "publicSummary", ("problem", "public_summary")),
    (prefix::PROBLEM, "reason", ("problem", "reason")),
    (prefix::PROBLEM, "otherChannel", ("problem", "other_channel")),
    (prefix::PROBLEM, "reply", ("problem", "reply")),
    (prefix::PROBLEM, "referredTo", ("problem", "referred_to")),
    (prefix::DISPOSITION, "content", ("disposition", "content")),
    (prefix::DISPOSITION, "internalNote", ("disposition", "internal_note")),
    (prefix::DISPOSITION, "reply", ("disposition", "reply")),
    (prefix::TASK, "feedback", ("disposition_task", "feedback")),
    (prefix::FOLLOW_UP, "note", ("follow_up", "note")),
    (prefix::RATING, "comment", ("rating", "comment")),
    (prefix::DISCLOSURE, "purpose", ("disclosure", "purpose")),
    (prefix::WHISTLE, "summary", ("whistle", "summary")),
    (prefix::WHISTLE, "place", ("whistle", "place")),
    (prefix::WHISTLE, "reason", ("whistle", "reason")),
    (prefix::WHISTLE_CALL, "place", ("whistle_call", "place")),
    (prefix::WHISTLE_CALL, "note", ("whistle_call", "note")),
    (prefix::WHISTLE_CALL, "reason", ("whistle_call", "reason")),
    (prefix::VISIT, "message", ("visit_offer", "message")),
    (prefix::REQUEST, "reason", ("request", "reason")),
    (prefix::REQUEST, "decision", ("request", "decision")),
    (prefix::EXTENSION, "reason", ("extension_request", "reason")),
    (prefix::EXTENSION, "decision", ("extension_request", "decision")),
    (prefix::SUSPENSION, "reason", ("suspension", "reason")),
    (prefix::SUSPENSION, "decision", ("suspension", "decision")),
    (prefix::LEDGER_ENTRY, "reason", ("ledger_entry", "reason")),
    (prefix::SUPERVISION, "reason", ("supervision", "reason")),
    (prefix::SUPERVISION, "endReason", ("supervision", "end_reason")),
    (prefix::MEDIATION, "matter", ("mediation", "matter")),
    (prefix::MEDIATION, "remedies", ("mediation", "remedies")),
    (prefix::MEDIATION_SESSION, "place", ("mediation_session", "place")),
    (prefix::MEDIATION_SESSION, "notes", ("mediation_session", "notes")),
    (prefix::STATEMENT, "content", ("mediation_statement", "content")),
    (prefix::AGREEMENT, "content", ("mediation_agreement", "content")),
    (prefix::OBLIGATION, "content", ("mediation_obligation", "content")),
];

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
        let Some(last) = whistles.last() else { return Ok(breaks) };
        after = Some(*last);
        let subjects = [calls(&tx, &whistles).await?, whistles].concat();
        let events = event::Column::ProblemId.is_null().and(event::Column::SubjectId.is_in(subjects));
        note(&mut breaks, wrong(&tx, said(&tx, events).await?).await?);
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

async fn calls(tx: &DatabaseTransaction, whistles: &[Uuid]) -> Result<Vec<Uuid>> {
    let select = whistle_call::Entity::find().select_only().column(whistle_call::Column::Id);
    let select = select.filter(whistle_call::Column::WhistleId.is_in(whistles.iter().copied()));
    Ok(select.into_tuple().all(tx).await?)
}

/// The last word on each text that some events tell of.
async fn said(tx: &DatabaseTransaction, of: Expr) -> Result<BTreeMap<(Place, Uuid), Said>> {
    let events = event::Entity::find().filter(of).order_by_asc(event::Column::Stream).order_by_asc(event::Column::Seq);
    let mut said = BTreeMap::new();
    let mut asked = HashMap::new();
    for row in events.all(tx).await? {
        for (place, id, name) in told(&row).into_iter().chain(of_request(&row, &mut asked)) {
            let hash = row.data.get(format!("{name}Hash")).and_then(Value::as_str).map(str::to_owned);
            let word = Said { stream: row.stream, seq: row.seq, hash, salt: row.salt.clone() };
            said.insert((place, id), word);
        }
    }
    Ok(said)
}

/// The texts that an event tells of: those of its subject, an addition, and the problem's reply where a disposition gives
/// one.
fn told(row: &event::Model) -> Vec<(Place, Uuid, &'static str)> {
    let hash = |name: &str| row.data.get(format!("{name}Hash"));
    let own = TEXTS.iter().filter(|(subject, name, _)| subject.0 == row.subject && hash(name).is_some());
    let mut found: Vec<_> = own.map(|(_, name, place)| (*place, row.subject_id, *name)).collect();
    let addition = row.data.get("addition").and_then(Value::as_str).and_then(|id| parse(id, prefix::ADDITION));
    if let Some(id) = addition {
        found.push((("problem_addition", "content"), id, "addition"));
    }
    let replies = row.subject == prefix::DISPOSITION.0 && hash("reply").is_some_and(Value::is_string);
    if let Some(problem) = row.problem_id.filter(|_| replies) {
        found.push((("problem", "reply"), problem, "reply"));
    }
    found
}

/// The texts of a request that an event of its task or of its problem tells of: a return's, and the consent to a
/// withdrawal. A decision is on what was asked for last.
fn of_request(row: &event::Model, asked: &mut HashMap<Uuid, Uuid>) -> Option<(Place, Uuid, &'static str)> {
    let is = |kind: Kind| row.kind == kind.name();
    if is(Kind::ReturnRequested) {
        let request = row.data.get("request").and_then(Value::as_str).and_then(|id| parse(id, prefix::REQUEST))?;
        asked.insert(row.subject_id, request);
        return Some((("request", "reason"), request, "reason"));
    }
    if is(Kind::WithdrawalRequested) {
        asked.insert(row.problem_id?, row.subject_id);
    }
    let decided = is(Kind::ReturnApproved) || is(Kind::ReturnRefused) || is(Kind::ProblemWithdrawn);
    let decided = decided && row.data.get("decisionHash").is_some();
    let request = asked.get(&row.subject_id).filter(|_| decided)?;
    Some((("request", "decision"), *request, "decision"))
}

/// The words that do not hold.
async fn wrong(tx: &DatabaseTransaction, said: BTreeMap<(Place, Uuid), Said>) -> Result<Vec<Said>> {
    let mut places: BTreeMap<Place, Vec<Uuid>> = BTreeMap::new();
    for (place, id) in said.keys() {
        places.entry(*place).or_default().push(*id);
    }
    let mut texts: HashMap<(Place, Uuid), String> = HashMap::new();
    for (place, ids) in places {
        for (id, text) in read(tx, place, ids).await? {
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

async fn read(tx: &DatabaseTransaction, (table, column): Place, ids: Vec<Uuid>) -> Result<Vec<(Uuid, String)>> {
    let mut found = vec![];
    for ids in ids.chunks(500) {
        let select = Query::select()
            .columns([Alias::new("id"), Alias::new(column)])
            .from(Alias::new(table))
            .and_where(Expr::col(Alias::new("id")).is_in(ids.iter().copied()))
            .and_where(Expr::col(Alias::new(column)).is_not_null())
            .take();
        for row in tx.query_all(&select).await? {
            found.push((row.try_get("", "id")?, row.try_get("", column)?));
        }
    }
    Ok(found)
}
