//! Problems, tasks, dispositions, follow-ups, ratings.

use sea_orm_migration::prelude::*;

crate::sql::tables! {
    /// The case life cycle.
    ["problem", "problem_concern", "problem_addition", "closure", "disposition_task", "disposition", "follow_up", "rating"], r#"
CREATE TABLE problem (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    number {text} NOT NULL UNIQUE,
    group_id {id} NOT NULL REFERENCES linkage_group (id),
    compound_id {id} REFERENCES compound (id),
    grid_id {id} REFERENCES grid (id),
    micro_grid_id {id} REFERENCES grid (id),
    building_id {id} REFERENCES building (id),
    channel {text} NOT NULL CHECK (channel IN ('GRID_PATROL', 'RESIDENT', 'HOUSEHOLD_VISIT', 'HOTLINE_12345', 'JOINT_MEETING', 'PARTNER_AGENCY')),
    nature {text} CHECK (nature IN ('COMPONENT', 'EVENT')),
    domain {text} CHECK (domain IN ('ENVIRONMENT', 'SAFETY', 'PROPERTY_MANAGEMENT', 'RESIDENT_DISPUTE', 'INFRASTRUCTURE', 'COMMUNITY_SERVICE')),
    complexity {text} CHECK (complexity IN ('SIMPLE', 'ORDINARY', 'COMPLEX')),
    status {text} NOT NULL CHECK (status IN ('REPORTED', 'ACCEPTED', 'DECLINED', 'DISPATCHED', 'IN_PROGRESS', 'SUSPENDED',
        'AWAITING_VERIFICATION', 'CLOSED', 'ON_LEDGER', 'MERGED', 'WITHDRAWN', 'VOIDED')),
    open {bool} GENERATED ALWAYS AS (status NOT IN ('DECLINED', 'CLOSED', 'MERGED', 'WITHDRAWN', 'VOIDED')) STORED,
    visibility {text} NOT NULL CHECK (visibility IN ('PUBLIC', 'PARTIES', 'CONFIDENTIAL')),
    urgent_claimed {bool} NOT NULL,
    urgent {bool} NOT NULL,
    supervision {text} NOT NULL CHECK (supervision IN ('NONE', 'NORMAL', 'YELLOW', 'RED')),
    escalated_to_meeting {bool} NOT NULL,
    handled_by {text} NOT NULL CHECK (handled_by IN ('COMMUNITY', 'STREET', 'COUNTY')),
    public_safety {bool} NOT NULL,
    report {text} NOT NULL CHECK (report <> ''),
    place {text},
    title {text},
    summary {text},
    public_summary {text},
    reply {text},
    reason {text},
    other_channel {text},
    outcome {text} CHECK (outcome IN ('SOLVED', 'PARTLY_SOLVED', 'UNFOUNDED', 'REFERRED', 'NOT_SOLVABLE')),
    referred_to {text},
    reporter_id {id} REFERENCES "user" (id),
    reporter_name {bytes},
    reporter_phone {bytes},
    reporter_phone_hash {bytes},
    reporter_address {bytes},
    recorded_by_id {id} REFERENCES "user" (id),
    recorded_by_party_id {id} REFERENCES party (id),
    accountable_id {id} NOT NULL REFERENCES organisation (id),
    lead_task_id {id} {sqlite REFERENCES disposition_task (id)},
    lead_party_id {id} REFERENCES party (id),
    lead_organisation_id {id} REFERENCES organisation (id),
    reported_at {time} NOT NULL,
    accepted_at {time},
    declined_at {time},
    declined_by_id {id} REFERENCES "user" (id),
    dispatched_at {time},
    due_at {time},
    due_order {time} GENERATED ALWAYS AS (COALESCE(due_at, '9999-12-31T00:00:00+00:00')) STORED,
    due_rule {text},
    closed_at {time},
    rework_count {int} NOT NULL,
    reopen_count {int} NOT NULL,
    reporter_count {int} NOT NULL,
    revision {int} NOT NULL,
    CHECK (status IN ('REPORTED', 'DECLINED', 'WITHDRAWN', 'MERGED', 'VOIDED') OR (summary IS NOT NULL AND title IS NOT NULL AND domain IS NOT NULL)),
    CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL)),
    CHECK (status <> 'CLOSED' OR (outcome IS NOT NULL AND reply IS NOT NULL)),
    CHECK (status <> 'DECLINED' OR reason IS NOT NULL),
    CHECK (status NOT IN ('DISPATCHED', 'IN_PROGRESS', 'SUSPENDED', 'AWAITING_VERIFICATION') OR lead_task_id IS NOT NULL),
    CHECK (visibility <> 'PUBLIC' OR public_summary IS NOT NULL),
    CHECK (urgent_claimed OR NOT urgent OR accepted_at IS NOT NULL)
) {strict};
CREATE INDEX problem_community ON problem (community_code, reported_at, id);
CREATE INDEX problem_street ON problem ((community_code / 1000), reported_at, id);
CREATE INDEX problem_county ON problem ((community_code / 1000000), reported_at, id);
CREATE INDEX problem_city ON problem ((community_code / 100000000), reported_at, id);
CREATE INDEX problem_community_due ON problem (community_code, due_order, id);
CREATE INDEX problem_street_due ON problem ((community_code / 1000), due_order, id);
CREATE INDEX problem_county_due ON problem ((community_code / 1000000), due_order, id);
CREATE INDEX problem_city_due ON problem ((community_code / 100000000), due_order, id);
CREATE INDEX problem_group ON problem (group_id, reported_at, id);
CREATE INDEX problem_group_open ON problem (group_id, reported_at, id) WHERE open;
CREATE INDEX problem_grid ON problem (grid_id, reported_at, id);
CREATE INDEX problem_micro_grid ON problem (micro_grid_id, reported_at, id);
CREATE INDEX problem_lead ON problem (lead_party_id, reported_at, id);
CREATE INDEX problem_reporter ON problem (reporter_id, reported_at, id);
CREATE INDEX problem_closed ON problem (community_code, closed_at);
CREATE INDEX problem_open_due ON problem (community_code, due_at) WHERE open;

CREATE TABLE problem_concern (
    problem_id {id} NOT NULL REFERENCES problem (id),
    party_id {id} NOT NULL REFERENCES party (id),
    community_code {int} NOT NULL REFERENCES region (code),
    organisation_id {id} REFERENCES organisation (id),
    released_at {time},
    PRIMARY KEY (problem_id, party_id)
) {strict};
CREATE INDEX problem_concern_party ON problem_concern (party_id, problem_id);
CREATE INDEX problem_concern_organisation ON problem_concern (organisation_id, problem_id);

CREATE TABLE problem_addition (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    content {text} NOT NULL CHECK (content <> ''),
    added_by {id} REFERENCES "user" (id),
    created_at {time} NOT NULL
) {strict};
CREATE INDEX problem_addition_problem ON problem_addition (problem_id, created_at, id);

CREATE TABLE closure (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    status {text} NOT NULL CHECK (status IN ('DECLINED', 'CLOSED', 'MERGED', 'WITHDRAWN', 'VOIDED')),
    outcome {text} CHECK (outcome IN ('SOLVED', 'PARTLY_SOLVED', 'UNFOUNDED', 'REFERRED', 'NOT_SOLVABLE')),
    domain {text} CHECK (domain IN ('ENVIRONMENT', 'SAFETY', 'PROPERTY_MANAGEMENT', 'RESIDENT_DISPUTE', 'INFRASTRUCTURE', 'COMMUNITY_SERVICE')),
    lead_party_id {id} REFERENCES party (id),
    ended_at {time} NOT NULL,
    resumed_at {time},
    CHECK ((status = 'CLOSED') = (outcome IS NOT NULL)),
    CHECK (resumed_at IS NULL OR resumed_at >= ended_at)
) {strict};
CREATE UNIQUE INDEX closure_one_stands ON closure (problem_id) WHERE resumed_at IS NULL;
CREATE INDEX closure_problem ON closure (problem_id, ended_at);
CREATE INDEX closure_community ON closure (community_code, ended_at);
CREATE INDEX closure_street ON closure ((community_code / 1000), ended_at);
CREATE INDEX closure_county ON closure ((community_code / 1000000), ended_at);
CREATE INDEX closure_city ON closure ((community_code / 100000000), ended_at);

CREATE TABLE disposition_task (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    role {text} NOT NULL CHECK (role IN ('LEAD', 'ASSIST', 'READ')),
    status {text} NOT NULL CHECK (status IN ('ASSIGNED', 'ACKNOWLEDGED', 'SUBMITTED', 'DONE', 'RETURN_REQUESTED', 'RETURNED',
        'TRANSFERRED', 'WAIVED', 'CANCELLED', 'UNREAD', 'READ')),
    party_id {id} NOT NULL REFERENCES party (id),
    seat_id {id} NOT NULL REFERENCES party_seat (id),
    organisation_id {id} NOT NULL REFERENCES organisation (id),
    grid_id {id} REFERENCES grid (id),
    instruction {text},
    assigned_at {time} NOT NULL,
    due_at {time},
    due_order {time} GENERATED ALWAYS AS (COALESCE(due_at, '9999-12-31T00:00:00+00:00')) STORED,
    acknowledged_at {time},
    acknowledged_by {id} REFERENCES "user" (id),
    submitted_at {time},
    ended_at {time},
    linked_task_id {id} REFERENCES disposition_task (id),
    feedback {text},
    CHECK ((role = 'READ') = (status IN ('UNREAD', 'READ')) OR (role = 'READ' AND status = 'CANCELLED'))
) {strict};
{postgres ALTER TABLE problem ADD FOREIGN KEY (lead_task_id) REFERENCES disposition_task (id)};
CREATE UNIQUE INDEX disposition_task_one_lead ON disposition_task (problem_id)
    WHERE role = 'LEAD' AND status IN ('ASSIGNED', 'ACKNOWLEDGED', 'SUBMITTED', 'RETURN_REQUESTED');
CREATE INDEX disposition_task_problem ON disposition_task (problem_id, assigned_at, id);
CREATE INDEX disposition_task_organisation ON disposition_task (organisation_id, assigned_at, id);
CREATE INDEX disposition_task_party ON disposition_task (party_id, assigned_at, id);
CREATE INDEX disposition_task_grid ON disposition_task (grid_id, assigned_at, id);
CREATE INDEX disposition_task_seat ON disposition_task (seat_id);
CREATE INDEX disposition_task_community ON disposition_task (community_code, assigned_at, id);
CREATE INDEX disposition_task_street ON disposition_task ((community_code / 1000), assigned_at, id);
CREATE INDEX disposition_task_county ON disposition_task ((community_code / 1000000), assigned_at, id);
CREATE INDEX disposition_task_city ON disposition_task ((community_code / 100000000), assigned_at, id);
CREATE INDEX disposition_task_community_due ON disposition_task (community_code, due_order, id);
CREATE INDEX disposition_task_street_due ON disposition_task ((community_code / 1000), due_order, id);
CREATE INDEX disposition_task_county_due ON disposition_task ((community_code / 1000000), due_order, id);
CREATE INDEX disposition_task_city_due ON disposition_task ((community_code / 100000000), due_order, id);

CREATE TABLE disposition (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    task_id {id} REFERENCES disposition_task (id),
    party_id {id} NOT NULL REFERENCES party (id),
    organisation_id {id} NOT NULL REFERENCES organisation (id),
    action {text} NOT NULL CHECK (action IN ('VISIT', 'TALK', 'REPAIR', 'CLEAN', 'ENFORCE', 'MEDIATE', 'ADVISE', 'OTHER')),
    content {text} NOT NULL CHECK (content <> ''),
    internal_note {text},
    reply {text},
    quantity_value {int} CHECK (quantity_value > 0),
    quantity_unit {text} CHECK (quantity_unit IN ('SQUARE_METRE', 'METRE', 'PIECE', 'HOUSEHOLD', 'PERSON')),
    quantity_precision {text} CHECK (quantity_precision IN ('EXACT', 'AT_LEAST', 'ABOUT')),
    recorded_by {id} NOT NULL REFERENCES "user" (id),
    created_at {time} NOT NULL,
    CHECK ((quantity_value IS NULL) = (quantity_unit IS NULL) AND (quantity_value IS NULL) = (quantity_precision IS NULL))
) {strict};
CREATE INDEX disposition_problem ON disposition (problem_id, created_at, id);
CREATE INDEX disposition_task_id ON disposition (task_id);

CREATE TABLE follow_up (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    method {text} NOT NULL CHECK (method IN ('VISIT', 'CALL')),
    reached {bool} NOT NULL,
    satisfaction {text} CHECK (satisfaction IN ('VERY_SATISFIED', 'SATISFIED', 'NEUTRAL', 'DISSATISFIED', 'VERY_DISSATISFIED')),
    note {text},
    followed_up_by {id} NOT NULL REFERENCES "user" (id),
    created_at {time} NOT NULL,
    CHECK (reached OR satisfaction IS NULL)
) {strict};
CREATE INDEX follow_up_problem ON follow_up (problem_id, created_at, id);

CREATE TABLE rating (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    closure_id {id} NOT NULL UNIQUE REFERENCES closure (id),
    satisfaction {text} NOT NULL CHECK (satisfaction IN ('VERY_SATISFIED', 'SATISFIED', 'NEUTRAL', 'DISSATISFIED', 'VERY_DISSATISFIED')),
    comment {text},
    rated_by {id} REFERENCES "user" (id),
    created_at {time} NOT NULL
) {strict};
CREATE INDEX rating_problem ON rating (problem_id, created_at, id)
"#
}
