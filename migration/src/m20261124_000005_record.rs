//! Events, disclosures, idempotency keys.

use sea_orm_migration::prelude::*;

crate::sql::tables! {
    /// What happened, who was shown what, and what was already done.
    ["event_stream", "event", "disclosure", "idempotency_key"], r#"
CREATE TABLE event_stream (
    stream {int} PRIMARY KEY,
    seq {int} NOT NULL,
    hash {bytes} NOT NULL
) {strict};

CREATE TABLE event (
    id {id} PRIMARY KEY,
    stream {int} NOT NULL,
    seq {int} NOT NULL,
    position {int} UNIQUE,
    kind {text} NOT NULL,
    subject {text} NOT NULL,
    subject_id {id} NOT NULL,
    problem_id {id} REFERENCES problem (id),
    community_code {int},
    actor_id {id} REFERENCES "user" (id),
    actor_role {text},
    actor_party_id {id} REFERENCES party (id),
    data {json} NOT NULL,
    salt {bytes},
    occurred_at {time} NOT NULL,
    previous_hash {bytes} NOT NULL,
    hash {bytes} NOT NULL,
    UNIQUE (stream, seq)
) {strict};
CREATE INDEX event_problem ON event (problem_id, occurred_at, id);
CREATE INDEX event_actor ON event (actor_id, occurred_at, id);
CREATE INDEX event_stream_time ON event (stream, occurred_at, id);
CREATE INDEX event_street ON event ((stream / 1000), occurred_at, id);
CREATE INDEX event_county ON event ((stream / 1000000), occurred_at, id);
CREATE INDEX event_city ON event ((stream / 100000000), occurred_at, id);
CREATE INDEX event_unrelayed ON event (stream, seq) WHERE position IS NULL;

CREATE TABLE disclosure (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    problem_id {id} NOT NULL REFERENCES problem (id),
    subject_id {id} REFERENCES "user" (id),
    viewer_id {id} NOT NULL REFERENCES "user" (id),
    viewer_role {text} NOT NULL,
    viewer_party_id {id} REFERENCES party (id),
    fields {json} NOT NULL,
    purpose {text} NOT NULL CHECK (purpose <> ''),
    created_at {time} NOT NULL
) {strict};
CREATE INDEX disclosure_subject ON disclosure (subject_id, created_at, id);
CREATE INDEX disclosure_problem ON disclosure (problem_id, created_at, id);
CREATE INDEX disclosure_viewer ON disclosure (viewer_id, created_at);

CREATE TABLE idempotency_key (
    caller {id} NOT NULL,
    key {text} NOT NULL,
    command {text} NOT NULL,
    digest {bytes} NOT NULL,
    created {json} NOT NULL,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    PRIMARY KEY (caller, key)
) {strict};
CREATE INDEX idempotency_key_expires ON idempotency_key (expires_at)
"#
}
