//! What reporters decide on and prove: the notice they accepted, the code of one without an account, contact releases,
//! visits that pass no identity.

use sea_orm_migration::prelude::*;

crate::sql::change! {
    /// Notices, codes, contact releases, visits.
    r#"
ALTER TABLE problem ADD COLUMN notice_version {text};
ALTER TABLE problem ADD COLUMN notice_accepted_at {time};

CREATE TABLE reporter_code (
    problem_id {id} PRIMARY KEY REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    code_hash {bytes} NOT NULL,
    issued_by {id} NOT NULL REFERENCES "user" (id),
    issued_at {time} NOT NULL
) {strict};

CREATE TABLE contact_release (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    party_id {id} NOT NULL REFERENCES party (id),
    organisation_id {id} NOT NULL REFERENCES organisation (id),
    name {bool} NOT NULL,
    phone {bool} NOT NULL,
    address {bool} NOT NULL,
    released_by {id} NOT NULL REFERENCES "user" (id),
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    withdrawn_at {time},
    CHECK (name OR phone OR address),
    CHECK (expires_at > created_at)
) {strict};
CREATE INDEX contact_release_problem ON contact_release (problem_id, created_at, id);

CREATE TABLE visit_offer (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    task_id {id} NOT NULL REFERENCES disposition_task (id),
    party_id {id} NOT NULL REFERENCES party (id),
    organisation_id {id} NOT NULL REFERENCES organisation (id),
    place {text} NOT NULL CHECK (place IN ('BUILDING_DOOR', 'COMPOUND_GATE', 'COMMUNITY_OFFICE', 'ON_SITE')),
    message {text},
    status {text} NOT NULL CHECK (status IN ('OFFERED', 'CHOSEN', 'DECLINED', 'LAPSED', 'CANCELLED', 'KEPT', 'MISSED')),
    slots {json} NOT NULL,
    lapses_at {time} NOT NULL,
    chosen_from {time},
    chosen_to {time},
    code_word {text},
    offered_by {id} NOT NULL REFERENCES "user" (id),
    created_at {time} NOT NULL,
    ended_at {time},
    revision {int} NOT NULL,
    CHECK (status NOT IN ('CHOSEN', 'KEPT', 'MISSED') OR (chosen_from IS NOT NULL AND chosen_to IS NOT NULL AND code_word IS NOT NULL)),
    CHECK ((status IN ('OFFERED', 'CHOSEN')) = (ended_at IS NULL))
) {strict};
CREATE INDEX visit_offer_problem ON visit_offer (problem_id, created_at, id);
CREATE UNIQUE INDEX visit_offer_one_stands ON visit_offer (task_id) WHERE status IN ('OFFERED', 'CHOSEN')
"#,
    r"
DROP TABLE visit_offer;
DROP TABLE contact_release;
DROP TABLE reporter_code;
ALTER TABLE problem DROP COLUMN notice_accepted_at;
ALTER TABLE problem DROP COLUMN notice_version
"
}
