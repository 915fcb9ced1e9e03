//! What is taken out of the record, how long what is kept, what is kept by law, and what people ask about their data.

use sea_orm_migration::prelude::*;

crate::sql::change! {
    /// Redactions, retention, legal hold, requests about one's data.
    r#"
ALTER TABLE problem ADD COLUMN held_at {time};
ALTER TABLE problem ADD COLUMN held_until {day};
ALTER TABLE problem ADD COLUMN hold_reason {text};
ALTER TABLE problem ADD COLUMN contact_idle_at {time};
ALTER TABLE problem ADD COLUMN report_idle_at {time};
ALTER TABLE problem ADD COLUMN files_idle_at {time};
UPDATE problem SET contact_idle_at = (SELECT ended_at FROM closure WHERE closure.problem_id = problem.id AND resumed_at IS NULL) WHERE NOT open;
UPDATE problem SET report_idle_at = contact_idle_at, files_idle_at = contact_idle_at WHERE contact_idle_at IS NOT NULL;
CREATE INDEX problem_contact_idle ON problem (contact_idle_at, id) WHERE contact_idle_at IS NOT NULL;
CREATE INDEX problem_report_idle ON problem (report_idle_at, id) WHERE report_idle_at IS NOT NULL;
CREATE INDEX problem_files_idle ON problem (files_idle_at, id) WHERE files_idle_at IS NOT NULL;

CREATE TABLE retention (
    id {id} PRIMARY KEY,
    region_code {int} NOT NULL REFERENCES region (code),
    class {text} NOT NULL CHECK (class IN ('CONTACT', 'REPORT_TEXT', 'ATTACHMENT')),
    days {int} CHECK (days > 0),
    revision {int} NOT NULL
) {strict};
CREATE UNIQUE INDEX retention_one ON retention (region_code, class);

CREATE TABLE subject_request (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    problem_id {id} REFERENCES problem (id),
    person_id {id} NOT NULL REFERENCES "user" (id),
    kind {text} NOT NULL CHECK (kind IN ('ACCESS', 'CORRECTION', 'DELETION', 'EXPLANATION')),
    content {text},
    status {text} NOT NULL CHECK (status IN ('RECEIVED', 'ANSWERED', 'REFUSED', 'WITHDRAWN')),
    asked_at {time} NOT NULL,
    due_at {time} NOT NULL,
    reminded_at {time},
    ended_at {time},
    answered_by {id} REFERENCES "user" (id),
    answer {text},
    refusal {text} CHECK (refusal IN ('STILL_HANDLED', 'LEGAL_HOLD', 'LEGAL_DUTY', 'NOT_IDENTIFIED', 'NOT_HELD')),
    revision {int} NOT NULL,
    CHECK ((status = 'RECEIVED') = (ended_at IS NULL)),
    CHECK ((status = 'REFUSED') = (refusal IS NOT NULL)),
    CHECK ((status IN ('ANSWERED', 'REFUSED')) = (answer IS NOT NULL))
) {strict};
CREATE INDEX subject_request_community ON subject_request (community_code, asked_at, id);
CREATE INDEX subject_request_street ON subject_request ((community_code / 1000), asked_at, id);
CREATE INDEX subject_request_county ON subject_request ((community_code / 1000000), asked_at, id);
CREATE INDEX subject_request_city ON subject_request ((community_code / 100000000), asked_at, id);
CREATE INDEX subject_request_person ON subject_request (person_id, asked_at, id);
CREATE INDEX subject_request_problem ON subject_request (problem_id);
CREATE INDEX subject_request_waits ON subject_request (due_at, id) WHERE status = 'RECEIVED' AND reminded_at IS NULL;

CREATE TABLE redaction (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    problem_id {id} REFERENCES problem (id),
    subject {text} NOT NULL,
    subject_id {id} NOT NULL,
    field {text} NOT NULL,
    audience {text} NOT NULL CHECK (audience IN ('SHARED', 'REPORT', 'OFFICE')),
    basis {text} NOT NULL CHECK (basis IN ('SUBJECT_REQUEST', 'CONSENT_WITHDRAWN', 'RETENTION', 'COURT_ORDER', 'MISTAKEN_PUBLICATION',
        'UNLAWFUL_CONTENT')),
    note {text},
    subject_request_id {id} REFERENCES subject_request (id),
    status {text} NOT NULL CHECK (status IN ('PENDING', 'DONE', 'REFUSED')),
    asked_by {id} REFERENCES "user" (id),
    asked_by_role {text},
    asked_at {time} NOT NULL,
    decided_by {id} REFERENCES "user" (id),
    decided_by_role {text},
    decided_at {time},
    CHECK ((status = 'PENDING') = (decided_at IS NULL))
) {strict};
CREATE UNIQUE INDEX redaction_one_pending ON redaction (subject_id, field) WHERE status = 'PENDING';
CREATE INDEX redaction_community ON redaction (community_code, asked_at, id);
CREATE INDEX redaction_street ON redaction ((community_code / 1000), asked_at, id);
CREATE INDEX redaction_county ON redaction ((community_code / 1000000), asked_at, id);
CREATE INDEX redaction_city ON redaction ((community_code / 100000000), asked_at, id);
CREATE INDEX redaction_problem ON redaction (problem_id, asked_at, id);
CREATE INDEX redaction_request ON redaction (subject_request_id)
"#,
    r"
DROP TABLE redaction;
DROP TABLE subject_request;
DROP TABLE retention;
DROP INDEX problem_files_idle;
DROP INDEX problem_report_idle;
DROP INDEX problem_contact_idle;
ALTER TABLE problem DROP COLUMN files_idle_at;
ALTER TABLE problem DROP COLUMN report_idle_at;
ALTER TABLE problem DROP COLUMN contact_idle_at;
ALTER TABLE problem DROP COLUMN hold_reason;
ALTER TABLE problem DROP COLUMN held_until;
ALTER TABLE problem DROP COLUMN held_at
"
}
