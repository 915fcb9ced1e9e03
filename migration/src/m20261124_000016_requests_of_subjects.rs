//! Requests about one's data wait in the inbox of who answers them; who has no account asks too, and nobody asks the same
//! twice at a time.

use sea_orm_migration::prelude::*;

/// The id of an item of the inbox: the latter halves of those of the post and of what waits.
macro_rules! id {
    ($waits:literal) => {
        concat!(
            "{sqlite unhex(substr(hex(a.id), 17) || substr(hex(",
            $waits,
            ".id), 17)) AS id,}
{postgres CAST(substr(replace(CAST(a.id AS text), '-', ''), 17) || substr(replace(CAST(",
            $waits,
            ".id AS text), '-', ''), 17) AS uuid) AS id,}"
        )
    };
}

/// What waited before: tasks and calls to the spot.
macro_rules! before {
    () => {
        concat!(
            "
CREATE VIEW inbox_item AS
SELECT ",
            id!("t"),
            "
    'TASK' AS kind, p.number AS number, t.problem_id AS problem, t.community_code AS community, t.due_at AS due_at,
    t.due_order AS due_order, t.assigned_at AS created_at, s.ended_on AS seat_ended_on, FALSE AS by_grid, a.id AS post,
    a.user_id AS person, a.role AS role, a.region_code AS region, a.grid_id AS grid, a.started_on AS started_on,
    a.ended_on AS ended_on
FROM appointment AS a
JOIN disposition_task AS t ON t.organisation_id = a.organisation_id AND t.status IN ('ASSIGNED', 'ACKNOWLEDGED', 'UNREAD')
JOIN party_seat AS s ON s.id = t.seat_id AND s.organisation_id = a.organisation_id
JOIN problem AS p ON p.id = t.problem_id
UNION ALL
SELECT ",
            id!("t"),
            "
    'TASK', p.number, t.problem_id, t.community_code, t.due_at,
    t.due_order, t.assigned_at, NULL, TRUE, a.id,
    a.user_id, a.role, a.region_code, a.grid_id, a.started_on,
    a.ended_on
FROM appointment AS a
JOIN disposition_task AS t ON t.grid_id = a.grid_id AND t.status IN ('ASSIGNED', 'ACKNOWLEDGED', 'UNREAD')
JOIN problem AS p ON p.id = t.problem_id
UNION ALL
SELECT ",
            id!("t"),
            "
    'TASK', p.number, t.problem_id, t.community_code, t.due_at,
    t.due_order, t.assigned_at, NULL, TRUE, a.id,
    a.user_id, a.role, a.region_code, a.grid_id, a.started_on,
    a.ended_on
FROM appointment AS a
JOIN grid AS g ON g.parent_id = a.grid_id
JOIN disposition_task AS t ON t.grid_id = g.id AND t.status IN ('ASSIGNED', 'ACKNOWLEDGED', 'UNREAD')
JOIN problem AS p ON p.id = t.problem_id
UNION ALL
SELECT ",
            id!("c"),
            "
    'WHISTLE', NULL, NULL, c.community_code, c.due_at,
    c.due_at, c.called_at, s.ended_on, FALSE, a.id,
    a.user_id, a.role, a.region_code, a.grid_id, a.started_on,
    a.ended_on
FROM appointment AS a
JOIN whistle_call AS c ON c.organisation_id = a.organisation_id AND c.status IN ('CALLED', 'REPORTED_IN')
JOIN party_seat AS s ON s.id = c.seat_id AND s.organisation_id = a.organisation_id
"
        )
    };
}

/// Requests about one's data, for the posts of a region that the community is (a part of); nobody answers oneself.
macro_rules! requests {
    ($of:literal) => {
        concat!(
            "UNION ALL
SELECT ",
            id!("r"),
            "
    'SUBJECT_REQUEST', (SELECT p.number FROM problem AS p WHERE p.id = r.problem_id), r.problem_id, r.community_code,
    r.due_at, r.due_at, r.asked_at, NULL, FALSE, a.id,
    a.user_id, a.role, a.region_code, a.grid_id, a.started_on,
    a.ended_on
FROM appointment AS a
JOIN subject_request AS r ON ",
            $of,
            " AND r.status = 'RECEIVED' AND (r.person_id IS NULL OR r.person_id <> a.user_id)
"
        )
    };
}

/// SQLite changes no column: the table is made anew, with `$person` as the column of who asks.
macro_rules! anew {
    ($person:literal, $check:literal) => {
        concat!(
            "
PRAGMA defer_foreign_keys = ON;
CREATE TABLE subject_request_kept AS SELECT * FROM subject_request;
DROP TABLE subject_request;
CREATE TABLE subject_request (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    problem_id {id} REFERENCES problem (id),
    person_id ",
            $person,
            ",
    kind {text} NOT NULL CHECK (kind IN ('ACCESS', 'CORRECTION', 'DELETION', 'EXPLANATION')),
    content {text},
    status {text} NOT NULL CHECK (status IN ('RECEIVED', 'ANSWERED', 'REFUSED', 'WITHDRAWN')),
    asked_at {time} NOT NULL,
    due_at {time} NOT NULL,
    reminded_at {time},
    ended_at {time},
    answered_by {id} REFERENCES \"user\" (id),
    answer {text},
    refusal {text} CHECK (refusal IN ('STILL_HANDLED', 'LEGAL_HOLD', 'LEGAL_DUTY', 'NOT_IDENTIFIED', 'NOT_HELD')),
    revision {int} NOT NULL,
    CHECK ((status = 'RECEIVED') = (ended_at IS NULL)),
    CHECK ((status = 'REFUSED') = (refusal IS NOT NULL)),
    CHECK ((status IN ('ANSWERED', 'REFUSED')) = (answer IS NOT NULL))",
            $check,
            "
) {strict};
INSERT INTO subject_request SELECT * FROM subject_request_kept;
DROP TABLE subject_request_kept;
CREATE INDEX subject_request_community ON subject_request (community_code, asked_at, id);
CREATE INDEX subject_request_street ON subject_request ((community_code / 1000), asked_at, id);
CREATE INDEX subject_request_county ON subject_request ((community_code / 1000000), asked_at, id);
CREATE INDEX subject_request_city ON subject_request ((community_code / 100000000), asked_at, id);
CREATE INDEX subject_request_person ON subject_request (person_id, asked_at, id);
CREATE INDEX subject_request_problem ON subject_request (problem_id);
CREATE INDEX subject_request_waits ON subject_request (due_at, id) WHERE status = 'RECEIVED' AND reminded_at IS NULL;
"
        )
    };
}

crate::sql::change! {
    /// The inbox with requests about one's data; such requests of reporters without account, each once at a time.
    //
    // Who asked the same again while the first was open has asked once.
    concat!(
        "DROP VIEW inbox_item;
{sqlite ", anew!("{id} REFERENCES \"user\" (id)", ",
    CHECK (person_id IS NOT NULL OR problem_id IS NOT NULL)"), "}
{postgres ALTER TABLE subject_request ALTER COLUMN person_id DROP NOT NULL;
ALTER TABLE subject_request ADD CONSTRAINT subject_request_asked_by CHECK (person_id IS NOT NULL OR problem_id IS NOT NULL);
}
UPDATE subject_request SET status = 'WITHDRAWN', ended_at = asked_at, revision = revision + 1
WHERE status = 'RECEIVED' AND EXISTS (
    SELECT 1 FROM subject_request AS first
    WHERE first.status = 'RECEIVED' AND first.person_id = subject_request.person_id AND first.kind = subject_request.kind
    AND COALESCE(first.problem_id, first.person_id) = COALESCE(subject_request.problem_id, subject_request.person_id)
    AND first.id < subject_request.id
);
CREATE UNIQUE INDEX subject_request_one_open ON subject_request (COALESCE(person_id, problem_id), kind, COALESCE(problem_id, person_id))
    WHERE status = 'RECEIVED';
CREATE INDEX subject_request_open ON subject_request (community_code, due_at, id) WHERE status = 'RECEIVED';
CREATE INDEX subject_request_open_street ON subject_request ((community_code / 1000), due_at, id) WHERE status = 'RECEIVED';
CREATE INDEX subject_request_open_county ON subject_request ((community_code / 1000000), due_at, id) WHERE status = 'RECEIVED';
",
        before!(),
        requests!("r.community_code = a.region_code"),
        requests!("r.community_code / 1000 = a.region_code / 1000 AND a.region_code % 1000 = 0"),
        requests!("r.community_code / 1000000 = a.region_code / 1000000 AND a.region_code % 1000000 = 0"),
    ),
    concat!(
        "DROP VIEW inbox_item;
DROP INDEX subject_request_open_county;
DROP INDEX subject_request_open_street;
DROP INDEX subject_request_open;
DROP INDEX subject_request_one_open;
UPDATE redaction SET subject_request_id = NULL
WHERE subject_request_id IN (SELECT id FROM subject_request WHERE person_id IS NULL);
DELETE FROM subject_request WHERE person_id IS NULL;
{sqlite ", anew!("{id} NOT NULL REFERENCES \"user\" (id)", ""), "}
{postgres ALTER TABLE subject_request DROP CONSTRAINT subject_request_asked_by;
ALTER TABLE subject_request ALTER COLUMN person_id SET NOT NULL;
}",
        before!(),
    )
}
