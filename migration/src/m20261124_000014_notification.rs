//! What waits for people, over all their posts; what they are told of.

use sea_orm_migration::prelude::*;

crate::sql::change! {
    /// The inbox, a view; notifications, and how far they are made.
    //
    // The id of an item is made of the latter halves of two ids, which are random: 62 bits of each.
    // The columns are not called by the names of keys, for they are none. The lists of states are those of the
    // indexes: both databases take a partial index where its condition is said word by word.
    r#"
CREATE INDEX disposition_task_waiting ON disposition_task (organisation_id, due_order, id)
    WHERE status IN ('ASSIGNED', 'ACKNOWLEDGED', 'UNREAD');
CREATE INDEX disposition_task_waiting_grid ON disposition_task (grid_id, due_order, id)
    WHERE status IN ('ASSIGNED', 'ACKNOWLEDGED', 'UNREAD');
CREATE INDEX whistle_call_waiting ON whistle_call (organisation_id, due_at, id)
    WHERE status IN ('CALLED', 'REPORTED_IN');

CREATE VIEW inbox_item AS
SELECT
    {sqlite unhex(substr(hex(a.id), 17) || substr(hex(t.id), 17)) AS id,}
    {postgres CAST(substr(replace(CAST(a.id AS text), '-', ''), 17) || substr(replace(CAST(t.id AS text), '-', ''), 17) AS uuid) AS id,}
    'TASK' AS kind, p.number AS number, t.problem_id AS problem, t.community_code AS community, t.due_at AS due_at,
    t.due_order AS due_order, t.assigned_at AS created_at, s.ended_on AS seat_ended_on, FALSE AS by_grid, a.id AS post,
    a.user_id AS person, a.role AS role, a.region_code AS region, a.grid_id AS grid, a.started_on AS started_on,
    a.ended_on AS ended_on
FROM appointment AS a
JOIN disposition_task AS t ON t.organisation_id = a.organisation_id AND t.status IN ('ASSIGNED', 'ACKNOWLEDGED', 'UNREAD')
JOIN party_seat AS s ON s.id = t.seat_id AND s.organisation_id = a.organisation_id
JOIN problem AS p ON p.id = t.problem_id
UNION ALL
SELECT
    {sqlite unhex(substr(hex(a.id), 17) || substr(hex(t.id), 17)) AS id,}
    {postgres CAST(substr(replace(CAST(a.id AS text), '-', ''), 17) || substr(replace(CAST(t.id AS text), '-', ''), 17) AS uuid) AS id,}
    'TASK', p.number, t.problem_id, t.community_code, t.due_at,
    t.due_order, t.assigned_at, NULL, TRUE, a.id,
    a.user_id, a.role, a.region_code, a.grid_id, a.started_on,
    a.ended_on
FROM appointment AS a
JOIN disposition_task AS t ON t.grid_id = a.grid_id AND t.status IN ('ASSIGNED', 'ACKNOWLEDGED', 'UNREAD')
JOIN problem AS p ON p.id = t.problem_id
UNION ALL
SELECT
    {sqlite unhex(substr(hex(a.id), 17) || substr(hex(t.id), 17)) AS id,}
    {postgres CAST(substr(replace(CAST(a.id AS text), '-', ''), 17) || substr(replace(CAST(t.id AS text), '-', ''), 17) AS uuid) AS id,}
    'TASK', p.number, t.problem_id, t.community_code, t.due_at,
    t.due_order, t.assigned_at, NULL, TRUE, a.id,
    a.user_id, a.role, a.region_code, a.grid_id, a.started_on,
    a.ended_on
FROM appointment AS a
JOIN grid AS g ON g.parent_id = a.grid_id
JOIN disposition_task AS t ON t.grid_id = g.id AND t.status IN ('ASSIGNED', 'ACKNOWLEDGED', 'UNREAD')
JOIN problem AS p ON p.id = t.problem_id
UNION ALL
SELECT
    {sqlite unhex(substr(hex(a.id), 17) || substr(hex(c.id), 17)) AS id,}
    {postgres CAST(substr(replace(CAST(a.id AS text), '-', ''), 17) || substr(replace(CAST(c.id AS text), '-', ''), 17) AS uuid) AS id,}
    'WHISTLE', NULL, NULL, c.community_code, c.due_at,
    c.due_at, c.called_at, s.ended_on, FALSE, a.id,
    a.user_id, a.role, a.region_code, a.grid_id, a.started_on,
    a.ended_on
FROM appointment AS a
JOIN whistle_call AS c ON c.organisation_id = a.organisation_id AND c.status IN ('CALLED', 'REPORTED_IN')
JOIN party_seat AS s ON s.id = c.seat_id AND s.organisation_id = a.organisation_id;

CREATE TABLE notification (
    id {id} PRIMARY KEY,
    event_id {id} NOT NULL REFERENCES event (id),
    user_id {id} NOT NULL REFERENCES "user" (id),
    post_id {id} REFERENCES appointment (id),
    kind {text} NOT NULL CHECK (kind IN ('TRIAGE_WANTED', 'TASK_ASSIGNED', 'TASK_DUE_SOON', 'TASK_OVERDUE', 'TASK_ENDED',
        'DEADLINE_MOVED', 'DECISION_WANTED', 'DECIDED', 'VERIFICATION_WANTED', 'REWORK', 'SUPERVISED', 'PROBLEM_ACCEPTED',
        'PROBLEM_DECLINED', 'PROBLEM_ADVANCED', 'PROBLEM_CLOSED', 'PROBLEM_REOPENED', 'PROBLEM_ENDED', 'VISIT_OFFERED',
        'VISIT_CHANGED', 'MEDIATION_CONSENT_WANTED', 'MEDIATION_ADVANCED', 'MEDIATION_DUE', 'WHISTLE_CALLED', 'WHISTLE_UNANSWERED',
        'WHISTLE_ENDED')),
    number {text},
    due_at {time},
    created_at {time} NOT NULL,
    read_at {time},
    urgent {bool} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('PENDING', 'DELIVERED', 'FAILED', 'SKIPPED')),
    attempts {int} NOT NULL,
    next_at {time} NOT NULL,
    delivered_at {time},
    CHECK ((status = 'DELIVERED') = (delivered_at IS NOT NULL))
) {strict};
CREATE UNIQUE INDEX notification_once ON notification (event_id, user_id, COALESCE(post_id, user_id));
CREATE INDEX notification_user ON notification (user_id, created_at, id);
CREATE INDEX notification_unread ON notification (user_id, created_at, id) WHERE read_at IS NULL;
CREATE INDEX notification_post ON notification (post_id);
CREATE INDEX notification_pending ON notification (urgent, next_at, id) WHERE status = 'PENDING';
CREATE INDEX notification_read ON notification (read_at) WHERE read_at IS NOT NULL;

CREATE TABLE notification_cursor (
    id {int} PRIMARY KEY CHECK (id = 1),
    position {int} NOT NULL
) {strict};
INSERT INTO notification_cursor (id, position) SELECT 1, COALESCE(MAX(position), 0) FROM event
"#,
    r"
DROP TABLE notification_cursor;
DROP TABLE notification;
DROP VIEW inbox_item;
DROP INDEX whistle_call_waiting;
DROP INDEX disposition_task_waiting_grid;
DROP INDEX disposition_task_waiting
"
}
