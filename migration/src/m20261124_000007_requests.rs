//! What parties and offices ask of each other about a problem, mergers, the ledger, supervision.

use sea_orm_migration::prelude::*;

const UP: &str = r#"
ALTER TABLE problem ADD COLUMN return_count {int} NOT NULL DEFAULT 0;
ALTER TABLE problem ADD COLUMN merged_into_id {id} REFERENCES problem (id);
ALTER TABLE problem ADD COLUMN follows_id {id} REFERENCES problem (id);
ALTER TABLE problem ADD COLUMN merged_at {time};
ALTER TABLE problem ADD COLUMN archive_at {time};
ALTER TABLE problem ADD COLUMN archived_at {time};
ALTER TABLE problem ADD COLUMN due_from {time};
ALTER TABLE problem ADD COLUMN reminded_percent {int} NOT NULL DEFAULT 0;
ALTER TABLE problem ADD COLUMN remind_at {time};
CREATE INDEX problem_merged_into ON problem (merged_into_id, reported_at, id);
CREATE INDEX problem_follows ON problem (follows_id);
CREATE INDEX problem_archive ON problem (archive_at) WHERE archive_at IS NOT NULL;
CREATE INDEX problem_remind ON problem (remind_at) WHERE remind_at IS NOT NULL;
UPDATE problem SET archive_at = closed_at WHERE status = 'CLOSED';
UPDATE problem SET archive_at = reported_at WHERE status IN ('DECLINED', 'WITHDRAWN');
UPDATE problem SET remind_at = due_at, reminded_percent = 80, due_from = reported_at WHERE due_at IS NOT NULL;

CREATE TABLE request (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    kind {text} NOT NULL CHECK (kind IN ('RETURN', 'WITHDRAWAL', 'VOID')),
    task_id {id} REFERENCES disposition_task (id),
    suggested_party_id {id} REFERENCES party (id),
    reason {text} NOT NULL CHECK (reason <> ''),
    status {text} NOT NULL CHECK (status IN ('PENDING', 'APPROVED', 'REFUSED', 'LAPSED')),
    asked_by {id} NOT NULL REFERENCES "user" (id),
    asked_party_id {id} REFERENCES party (id),
    asked_at {time} NOT NULL,
    lapses_at {time},
    decided_by {id} REFERENCES "user" (id),
    decided_at {time},
    decision {text},
    CHECK ((kind = 'RETURN') = (task_id IS NOT NULL)),
    CHECK (kind = 'RETURN' OR suggested_party_id IS NULL),
    CHECK ((status = 'PENDING') = (decided_at IS NULL))
) {strict};
CREATE UNIQUE INDEX request_one_pending ON request (problem_id, kind) WHERE status = 'PENDING' AND kind <> 'RETURN';
CREATE UNIQUE INDEX request_one_return ON request (task_id) WHERE status = 'PENDING';
CREATE INDEX request_problem ON request (problem_id, asked_at, id);
CREATE INDEX request_lapses ON request (lapses_at) WHERE status = 'PENDING';

CREATE TABLE extension_request (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    task_id {id} NOT NULL UNIQUE REFERENCES disposition_task (id),
    reason {text} NOT NULL CHECK (reason <> ''),
    status {text} NOT NULL CHECK (status IN ('PENDING', 'APPROVED', 'REFUSED', 'LAPSED')),
    due_at {time} NOT NULL,
    asked_until {time} NOT NULL,
    granted_until {time},
    asked_by {id} NOT NULL REFERENCES "user" (id),
    asked_at {time} NOT NULL,
    decided_by {id} REFERENCES "user" (id),
    decided_at {time},
    decision {text},
    CHECK ((status = 'PENDING') = (decided_at IS NULL)),
    CHECK ((status = 'APPROVED') = (granted_until IS NOT NULL)),
    CHECK (decided_by IS NULL OR decided_by <> asked_by)
) {strict};
CREATE INDEX extension_request_problem ON extension_request (problem_id, asked_at, id);
CREATE INDEX extension_request_pending ON extension_request (due_at) WHERE status = 'PENDING';

CREATE TABLE suspension (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    task_id {id} NOT NULL REFERENCES disposition_task (id),
    reason {text} NOT NULL CHECK (reason <> ''),
    status {text} NOT NULL CHECK (status IN ('PENDING', 'APPROVED', 'REFUSED', 'LAPSED')),
    asked_until {day} NOT NULL,
    granted_until {day},
    asked_by {id} NOT NULL REFERENCES "user" (id),
    asked_at {time} NOT NULL,
    decided_by {id} REFERENCES "user" (id),
    decided_at {time},
    decision {text},
    resumed_at {time},
    CHECK ((status = 'PENDING') = (decided_at IS NULL)),
    CHECK ((status = 'APPROVED') = (granted_until IS NOT NULL)),
    CHECK (resumed_at IS NULL OR status = 'APPROVED'),
    CHECK (decided_by IS NULL OR decided_by <> asked_by)
) {strict};
CREATE UNIQUE INDEX suspension_one_pending ON suspension (task_id) WHERE status = 'PENDING';
CREATE UNIQUE INDEX suspension_one_stands ON suspension (problem_id) WHERE status = 'APPROVED' AND resumed_at IS NULL;
CREATE INDEX suspension_problem ON suspension (problem_id, asked_at, id);
CREATE INDEX suspension_pending ON suspension (asked_until) WHERE status = 'PENDING';
CREATE INDEX suspension_ends ON suspension (granted_until) WHERE status = 'APPROVED' AND resumed_at IS NULL;

CREATE TABLE ledger_entry (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    owner_id {id} NOT NULL REFERENCES organisation (id),
    reason {text} NOT NULL CHECK (reason <> ''),
    review_on {day} NOT NULL,
    carried_at {time} NOT NULL,
    carried_by {id} NOT NULL REFERENCES "user" (id),
    reviewed_at {time},
    passed_on {day},
    ended_at {time}
) {strict};
CREATE UNIQUE INDEX ledger_entry_one_stands ON ledger_entry (problem_id) WHERE ended_at IS NULL;
CREATE INDEX ledger_entry_problem ON ledger_entry (problem_id, carried_at, id);
CREATE INDEX ledger_entry_owner ON ledger_entry (owner_id);
CREATE INDEX ledger_entry_review ON ledger_entry (review_on) WHERE ended_at IS NULL;

CREATE TABLE problem_merge (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    into_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    reason {text} NOT NULL CHECK (reason <> ''),
    former_status {text} NOT NULL,
    former_due_at {time},
    former_due_rule {text},
    merged_by {id} NOT NULL REFERENCES "user" (id),
    merged_at {time} NOT NULL,
    undone_at {time},
    CHECK (problem_id <> into_id)
) {strict};
CREATE UNIQUE INDEX problem_merge_one_stands ON problem_merge (problem_id) WHERE undone_at IS NULL;
CREATE INDEX problem_merge_into ON problem_merge (into_id);

CREATE TABLE merged_task (
    merge_id {id} NOT NULL REFERENCES problem_merge (id),
    task_id {id} NOT NULL REFERENCES disposition_task (id),
    former_status {text} NOT NULL,
    PRIMARY KEY (merge_id, task_id)
) {strict};

CREATE TABLE supervision (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    level {text} NOT NULL CHECK (level IN ('NORMAL', 'YELLOW', 'RED')),
    grounds {text} NOT NULL CHECK (grounds IN ('OVERDUE', 'REWORKED', 'REVIEW_PASSED', 'ASKED', 'OTHER')),
    status {text} NOT NULL CHECK (status IN ('PROPOSED', 'IN_FORCE', 'LIFTED', 'DISMISSED')),
    reason {text},
    proposed_at {time} NOT NULL,
    proposed_by {id} REFERENCES "user" (id),
    proposed_role {text},
    raised_at {time},
    raised_by {id} REFERENCES "user" (id),
    raised_role {text},
    ended_at {time},
    ended_by {id} REFERENCES "user" (id),
    ended_role {text},
    end_reason {text},
    CHECK (status IN ('PROPOSED', 'DISMISSED') OR raised_at IS NOT NULL),
    CHECK ((status IN ('LIFTED', 'DISMISSED')) = (ended_at IS NOT NULL))
) {strict};
CREATE UNIQUE INDEX supervision_one_in_force ON supervision (problem_id) WHERE status = 'IN_FORCE';
CREATE UNIQUE INDEX supervision_one_proposed ON supervision (problem_id, grounds) WHERE status = 'PROPOSED';
CREATE INDEX supervision_problem ON supervision (problem_id, proposed_at, id)
"#;

const DOWN: &str = r"
DROP TABLE supervision;
DROP TABLE merged_task;
DROP TABLE problem_merge;
DROP TABLE ledger_entry;
DROP TABLE suspension;
DROP TABLE extension_request;
DROP TABLE request;
DROP INDEX problem_remind;
DROP INDEX problem_archive;
DROP INDEX problem_follows;
DROP INDEX problem_merged_into;
ALTER TABLE problem DROP COLUMN remind_at;
ALTER TABLE problem DROP COLUMN reminded_percent;
ALTER TABLE problem DROP COLUMN due_from;
ALTER TABLE problem DROP COLUMN archived_at;
ALTER TABLE problem DROP COLUMN archive_at;
ALTER TABLE problem DROP COLUMN merged_at;
ALTER TABLE problem DROP COLUMN follows_id;
ALTER TABLE problem DROP COLUMN merged_into_id;
ALTER TABLE problem DROP COLUMN return_count
";

crate::sql::change! {
    /// Returns, extensions, suspensions, the ledger, voiding, merging, supervision.
    UP, DOWN
}
