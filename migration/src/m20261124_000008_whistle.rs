//! Whistles and the calls they make.

use sea_orm_migration::prelude::*;

crate::sql::tables! {
    /// Who was called to the spot, and who came.
    ["whistle", "whistle_call"], r#"
CREATE TABLE whistle (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    group_id {id} NOT NULL REFERENCES linkage_group (id),
    problem_id {id} REFERENCES problem (id),
    grounds {text} NOT NULL CHECK (grounds IN ('PUBLIC_SAFETY', 'EMERGENCY', 'ENFORCEMENT', 'CROSS_PARTY', 'OVERDUE', 'OTHER')),
    summary {text} NOT NULL CHECK (summary <> ''),
    place {text},
    compound_id {id} REFERENCES compound (id),
    grid_id {id} REFERENCES grid (id),
    micro_grid_id {id} REFERENCES grid (id),
    building_id {id} REFERENCES building (id),
    status {text} NOT NULL CHECK (status IN ('RAISED', 'RESPONDING', 'CLOSED', 'CANCELLED')),
    open {bool} GENERATED ALWAYS AS (status IN ('RAISED', 'RESPONDING')) STORED,
    raised_at {time} NOT NULL,
    raised_by {id} NOT NULL REFERENCES "user" (id),
    raised_by_role {text} NOT NULL CHECK (raised_by_role IN ('SUPERVISOR', 'STREET_COORDINATOR', 'SECRETARY', 'GRID_WORKER')),
    due_at {time} NOT NULL,
    due_rule {text} NOT NULL,
    ended_at {time},
    reason {text},
    revision {int} NOT NULL,
    CHECK ((status IN ('CLOSED', 'CANCELLED')) = (ended_at IS NOT NULL)),
    CHECK ((status = 'CANCELLED') = (reason IS NOT NULL)),
    CHECK (due_at >= raised_at),
    CHECK (place IS NOT NULL OR compound_id IS NOT NULL OR grid_id IS NOT NULL OR building_id IS NOT NULL)
) {strict};
CREATE INDEX whistle_community ON whistle (community_code, raised_at, id);
CREATE INDEX whistle_street ON whistle ((community_code / 1000), raised_at, id);
CREATE INDEX whistle_county ON whistle ((community_code / 1000000), raised_at, id);
CREATE INDEX whistle_city ON whistle ((community_code / 100000000), raised_at, id);
CREATE INDEX whistle_community_open ON whistle (community_code, raised_at, id) WHERE open;
CREATE INDEX whistle_group ON whistle (group_id, raised_at, id);
CREATE INDEX whistle_problem ON whistle (problem_id, raised_at, id);
CREATE INDEX whistle_grid ON whistle (grid_id, raised_at, id);
CREATE INDEX whistle_micro_grid ON whistle (micro_grid_id, raised_at, id);

CREATE TABLE whistle_call (
    id {id} PRIMARY KEY,
    whistle_id {id} NOT NULL REFERENCES whistle (id),
    community_code {int} NOT NULL REFERENCES region (code),
    party_id {id} NOT NULL REFERENCES party (id),
    seat_id {id} NOT NULL REFERENCES party_seat (id),
    organisation_id {id} NOT NULL REFERENCES organisation (id),
    status {text} NOT NULL CHECK (status IN ('CALLED', 'REPORTED_IN', 'DONE', 'EXCUSED', 'CANCELLED')),
    called_at {time} NOT NULL,
    called_by {id} NOT NULL REFERENCES "user" (id),
    due_at {time} NOT NULL,
    due_rule {text} NOT NULL,
    reported_in_at {time},
    reported_in_by {id} REFERENCES "user" (id),
    place {text},
    latitude_microdegrees {int} CHECK (latitude_microdegrees BETWEEN -90000000 AND 90000000),
    longitude_microdegrees {int} CHECK (longitude_microdegrees BETWEEN -180000000 AND 180000000),
    done_at {time},
    done_by {id} REFERENCES "user" (id),
    note {text},
    excused_at {time},
    excused_by {id} REFERENCES "user" (id),
    reason {text},
    reminded_at {time},
    revision {int} NOT NULL,
    CHECK (due_at >= called_at),
    CHECK ((reported_in_at IS NULL) = (reported_in_by IS NULL) AND (reported_in_at IS NULL) = (place IS NULL)),
    CHECK ((latitude_microdegrees IS NULL) = (longitude_microdegrees IS NULL)),
    CHECK (latitude_microdegrees IS NULL OR reported_in_at IS NOT NULL),
    CHECK (status NOT IN ('CALLED', 'CANCELLED') OR reported_in_at IS NULL),
    CHECK (status NOT IN ('REPORTED_IN', 'DONE') OR reported_in_at IS NOT NULL),
    CHECK ((status = 'DONE') = (done_at IS NOT NULL) AND (status = 'DONE') = (done_by IS NOT NULL) AND (status = 'DONE') = (note IS NOT NULL)),
    CHECK ((status = 'EXCUSED') = (excused_at IS NOT NULL) AND (status = 'EXCUSED') = (excused_by IS NOT NULL)
        AND (status = 'EXCUSED') = (reason IS NOT NULL))
) {strict};
CREATE UNIQUE INDEX whistle_call_one_open ON whistle_call (whistle_id, seat_id) WHERE status IN ('CALLED', 'REPORTED_IN');
CREATE INDEX whistle_call_whistle ON whistle_call (whistle_id, called_at, id);
CREATE INDEX whistle_call_organisation ON whistle_call (organisation_id, called_at, id);
CREATE INDEX whistle_call_party ON whistle_call (party_id, whistle_id);
CREATE INDEX whistle_call_seat ON whistle_call (seat_id);
CREATE INDEX whistle_call_unanswered ON whistle_call (due_at, id) WHERE status = 'CALLED' AND reminded_at IS NULL;
CREATE INDEX whistle_call_awaited ON whistle_call (whistle_id, due_at) WHERE status = 'CALLED'
"#
}
