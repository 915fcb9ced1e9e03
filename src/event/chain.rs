//! How events are written: each row's hash is over itself and the row before it in its stream.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::word::Word;
use entity::{event, event_stream};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QuerySelect};
use serde_json::{Value, json};

use super::{Actor, Event};
use crate::error::{Error, Result};
use crate::id::Ids;
use crate::vault::sha256;

/// Writes `events` as the last statements of a transaction, stream by stream in ascending order.
///
/// # Errors
/// A fault of the database.
pub async fn write(
    tx: &DatabaseTransaction,
    ids: &Ids,
    actor: Actor,
    now: DateTime<Utc>,
    events: Vec<Event>,
) -> Result<()> {
    let mut streams: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    for event in events {
        streams.entry(event.stream).or_default().push(event);
    }
    for (stream, events) in streams {
        let mut head = head(tx, stream).await?;
        let mut rows = vec![];
        for event in events {
            let row = row(&head, ids, actor, now, event);
            head = event_stream::Model { stream, seq: row.seq, hash: row.hash.clone() };
            rows.push(event::ActiveModel::from(row));
        }
        event::Entity::insert_many(rows).exec_without_returning(tx).await?;
        let head = event_stream::ActiveModel { stream: Set(stream), seq: Set(head.seq), hash: Set(head.hash) };
        event_stream::Entity::update(head).exec(tx).await?;
    }
    Ok(())
}

/// The head of a stream, locked until the commit; made where there is none.
async fn head(tx: &DatabaseTransaction, stream: i64) -> Result<event_stream::Model> {
    let select = || {
        let select = event_stream::Entity::find_by_id(stream);
        if tx.get_database_backend() == DbBackend::Postgres { select.lock_exclusive() } else { select }
    };
    if let Some(head) = select().one(tx).await? {
        return Ok(head);
    }
    let first = event_stream::ActiveModel { stream: Set(stream), seq: Set(0), hash: Set(vec![0; 32]) };
    let nothing = OnConflict::column(event_stream::Column::Stream).do_nothing().to_owned();
    event_stream::Entity::insert(first).on_conflict(nothing).exec_without_returning(tx).await?;
    select().one(tx).await?.ok_or_else(|| Error::fault("a stream that was just made is not there"))
}

fn row(head: &event_stream::Model, ids: &Ids, actor: Actor, now: DateTime<Utc>, event: Event) -> event::Model {
    let commits = event.committed_texts.iter().any(|(_, text)| text.is_some());
    let salt: Option<Vec<u8>> = commits.then(|| ids.bytes::<16>().to_vec());
    let mut data = event.data;
    for (name, text) in &event.committed_texts {
        let commitment = text.as_ref().map(|text| commitment(salt.as_deref().unwrap_or_default(), text));
        data.insert(format!("{name}Hash"), json!(commitment));
    }
    let mut row = event::Model {
        id: ids.next(now),
        stream: head.stream,
        seq: head.seq + 1,
        position: None,
        kind: event.kind.name().into(),
        subject: event.kind.subject().0.into(),
        subject_id: event.subject,
        problem_id: event.problem,
        community_code: (event.stream % 1000 != 0).then_some(event.stream),
        actor_id: actor.user,
        actor_role: actor.role,
        actor_party_id: actor.party,
        data: Value::Object(data),
        salt,
        occurred_at: now,
        previous_hash: head.hash.clone(),
        hash: vec![],
    };
    row.hash = hash(&row);
    row
}

/// What an event says of a text: it can be proved by who has the text and the salt, and not read.
#[must_use]
pub fn commitment(salt: &[u8], text: &str) -> String {
    hex(&sha256(&[salt, text.as_bytes()]))
}

/// The hash of a row: over everything but its global position and its salt, in one canonical JSON text.
#[must_use]
pub fn hash(row: &event::Model) -> Vec<u8> {
    let body = json!([
        row.stream,
        row.seq,
        row.id,
        row.kind,
        row.subject,
        row.subject_id,
        row.problem_id,
        row.community_code,
        row.actor_id,
        row.actor_role.map(Word::value),
        row.actor_party_id,
        row.data,
        row.occurred_at.timestamp_micros(),
    ]);
    sha256(&[&row.previous_hash, body.to_string().as_bytes()])
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
