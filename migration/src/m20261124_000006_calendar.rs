//! The working calendar, time limits, and the clocks that run by them.

use sea_orm_migration::prelude::*;

crate::sql::change! {
    /// Which days are worked, how long each step may take, and since when it runs.
    r"
CREATE TABLE calendar_state (
    id {int} PRIMARY KEY CHECK (id = 1),
    revision {int} NOT NULL
) {strict};
INSERT INTO calendar_state (id, revision) VALUES (1, 1);

CREATE TABLE calendar_year (
    region_code {int} NOT NULL,
    year {int} NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    source {text} NOT NULL,
    loaded_at {time} NOT NULL,
    PRIMARY KEY (region_code, year)
) {strict};

CREATE TABLE calendar_day (
    region_code {int} NOT NULL,
    day {day} NOT NULL,
    kind {text} NOT NULL CHECK (kind IN ('HOLIDAY', 'MAKE_UP_WORKDAY')),
    name {text} NOT NULL CHECK (name <> ''),
    hours {text} CHECK (hours <> ''),
    CHECK (kind <> 'HOLIDAY' OR hours IS NULL),
    PRIMARY KEY (region_code, day)
) {strict};

CREATE TABLE calendar_hours (
    region_code {int} NOT NULL,
    weekday {int} NOT NULL CHECK (weekday BETWEEN 0 AND 7),
    spans {text} NOT NULL,
    PRIMARY KEY (region_code, weekday)
) {strict};

CREATE TABLE time_limit (
    id {id} PRIMARY KEY,
    region_code {int} NOT NULL REFERENCES region (code),
    step {text} NOT NULL CHECK (step IN ('TRIAGE', 'ACKNOWLEDGE', 'HANDLE', 'VERIFY')),
    urgent {bool} NOT NULL,
    domain {text} CHECK (domain IN ('ENVIRONMENT', 'SAFETY', 'PROPERTY_MANAGEMENT', 'RESIDENT_DISPUTE', 'INFRASTRUCTURE',
        'COMMUNITY_SERVICE')),
    nature {text} CHECK (nature IN ('COMPONENT', 'EVENT')),
    complexity {text} CHECK (complexity IN ('SIMPLE', 'ORDINARY', 'COMPLEX')),
    amount {int} NOT NULL CHECK (amount > 0),
    unit {text} NOT NULL CHECK (unit IN ('WORKING_MINUTES', 'WORKING_DAYS', 'CLOCK_MINUTES')),
    revision {int} NOT NULL
) {strict};
CREATE UNIQUE INDEX time_limit_one ON time_limit
    (region_code, step, urgent, COALESCE(domain, ''), COALESCE(nature, ''), COALESCE(complexity, ''));

CREATE TABLE clock_segment (
    clock_id {id} NOT NULL,
    seq {int} NOT NULL,
    community_code {int} NOT NULL REFERENCES region (code),
    problem_id {id} NOT NULL REFERENCES problem (id),
    task_id {id} REFERENCES disposition_task (id),
    rule {text} NOT NULL,
    chosen_at {time},
    step_started_at {time} NOT NULL,
    started_at {time} NOT NULL,
    ended_at {time},
    CHECK ((rule = 'CHOSEN') = (chosen_at IS NOT NULL)),
    CHECK (clock_id = COALESCE(task_id, problem_id)),
    PRIMARY KEY (clock_id, seq),
    CHECK (started_at >= step_started_at AND (ended_at IS NULL OR ended_at >= started_at))
) {strict};
CREATE INDEX clock_segment_problem ON clock_segment (problem_id, clock_id, seq);
CREATE UNIQUE INDEX clock_segment_running ON clock_segment (clock_id) WHERE ended_at IS NULL;

CREATE TABLE deadline_backlog (
    community_code {int} PRIMARY KEY REFERENCES region (code),
    after_id {id},
    asked_at {time} NOT NULL
) {strict};
CREATE INDEX problem_open ON problem (community_code, id) WHERE open
", r"
DROP INDEX problem_open;
DROP TABLE deadline_backlog;
DROP TABLE clock_segment;
DROP TABLE time_limit;
DROP TABLE calendar_hours;
DROP TABLE calendar_day;
DROP TABLE calendar_year;
DROP TABLE calendar_state
"
}
