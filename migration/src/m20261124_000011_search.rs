//! What the texts of problems are found by.

use sea_orm_migration::prelude::*;

// On the way back the plain table goes first: it takes SQLite's write lock, waiting for it. A full-text table is read before
// it is dropped, and a transaction that has read does not wait to write.
crate::sql::change! {
    /// Words and letters, one row for each audience of a problem.
    r"
CREATE TABLE problem_text (
    id {int} {postgres GENERATED ALWAYS AS IDENTITY} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    audience {text} NOT NULL CHECK (audience IN ('PUBLIC', 'SHARED', 'REPORT')),
    digest {bytes} NOT NULL,
    {postgres tokens tsvector NOT NULL,}
    UNIQUE (problem_id, audience)
) {strict};
{sqlite CREATE VIRTUAL TABLE problem_text_index USING fts5 (tokens, content = '', contentless_delete = 1, tokenize = 'ascii')}
{postgres CREATE INDEX problem_text_tokens ON problem_text USING gin (tokens)}
",
    r"
DROP TABLE problem_text;
{sqlite DROP TABLE problem_text_index}
"
}
