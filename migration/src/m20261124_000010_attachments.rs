//! Files that were staged, and files that belong to a problem or a disposition.

use sea_orm_migration::prelude::*;

crate::sql::tables! {
    /// Uploads and attachments.
    ["upload", "attachment"], r#"
CREATE TABLE upload (
    id {id} PRIMARY KEY,
    user_id {id} NOT NULL REFERENCES "user" (id),
    folder {text} NOT NULL UNIQUE,
    declared_bytes {int} NOT NULL CHECK (declared_bytes > 0),
    file_name {bytes},
    object_key {text},
    file_type {text} CHECK (file_type IN ('JPEG', 'PNG', 'PDF')),
    bytes {int},
    digest {bytes},
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    received_at {time},
    attached_at {time},
    CHECK ((received_at IS NULL) = (object_key IS NULL) AND (received_at IS NULL) = (file_type IS NULL)
        AND (received_at IS NULL) = (bytes IS NULL) AND (received_at IS NULL) = (digest IS NULL)),
    CHECK (attached_at IS NULL OR received_at IS NOT NULL)
) {strict};
CREATE INDEX upload_user ON upload (user_id, expires_at);
CREATE INDEX upload_expires ON upload (expires_at);

CREATE TABLE attachment (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    addition_id {id} REFERENCES problem_addition (id),
    disposition_id {id} REFERENCES disposition (id),
    original_id {id} REFERENCES attachment (id),
    kind {text} NOT NULL CHECK (kind IN ('BEFORE', 'AFTER', 'DOCUMENT', 'REPORT')),
    status {text} NOT NULL CHECK (status IN ('ATTACHED', 'RELEASED', 'WITHDRAWN')),
    name {text} NOT NULL CHECK (name <> ''),
    file_name {bytes},
    file_type {text} NOT NULL CHECK (file_type IN ('JPEG', 'PNG', 'PDF')),
    bytes {int} NOT NULL CHECK (bytes > 0),
    digest {bytes} NOT NULL,
    object_key {text} UNIQUE,
    uploaded_by {id} NOT NULL REFERENCES "user" (id),
    uploaded_by_role {text} NOT NULL,
    uploaded_by_party_id {id} REFERENCES party (id),
    created_at {time} NOT NULL,
    withdrawn_at {time},
    CHECK ((status = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)),
    CHECK (addition_id IS NULL OR disposition_id IS NULL),
    CHECK (original_id IS NULL OR (disposition_id IS NULL AND file_name IS NULL AND object_key IS NULL AND status <> 'ATTACHED')),
    CHECK (original_id IS NOT NULL OR status <> 'RELEASED'),
    CHECK (original_id IS NOT NULL OR object_key IS NOT NULL OR status = 'WITHDRAWN')
) {strict};
CREATE UNIQUE INDEX attachment_one_copy ON attachment (original_id) WHERE status = 'RELEASED';
CREATE INDEX attachment_problem ON attachment (problem_id, created_at, id);
CREATE INDEX attachment_disposition ON attachment (disposition_id, created_at, id);
CREATE INDEX attachment_original ON attachment (original_id);
CREATE INDEX attachment_withdrawn ON attachment (withdrawn_at) WHERE status = 'WITHDRAWN' AND object_key IS NOT NULL
"#
}
