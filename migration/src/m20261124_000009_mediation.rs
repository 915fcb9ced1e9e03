//! Mediations: their sides, sessions, statements, agreements.

use sea_orm_migration::prelude::*;

crate::sql::tables! {
    /// Mediation of disputes.
    ["mediation", "mediation_side", "mediation_session", "mediation_attendance", "mediation_statement",
        "mediation_agreement", "mediation_obligation", "mediation_exclusion"], r#"
CREATE TABLE mediation (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    kind {text} NOT NULL CHECK (kind IN ('PEOPLES', 'PUBLIC_SECURITY', 'ADMINISTRATIVE')),
    status {text} NOT NULL CHECK (status IN ('CONSENT_PENDING', 'REFUSED', 'MEDIATING', 'AGREED_WRITTEN', 'AGREED_ORAL',
        'TERMINATED', 'PERFORMED', 'BREACHED')),
    matter {text} NOT NULL CHECK (matter <> ''),
    mediator_post_id {id} REFERENCES appointment (id),
    mediator_id {id} REFERENCES "user" (id),
    opened_at {time} NOT NULL,
    consented_at {time},
    due_on {day},
    due_order {day} GENERATED ALWAYS AS (COALESCE(due_on, '9999-12-31')) STORED,
    ended_at {time},
    remedies {text},
    form {text} CHECK (form IN ('WRITTEN', 'ORAL')),
    confirmed {bool} NOT NULL,
    dossier {json} NOT NULL,
    recusal_ground {text} CHECK (recusal_ground IN ('ADVISED_A_SIDE', 'RELATED', 'INTERESTED', 'OTHER')),
    recusal_reason {text},
    reminded_at {time},
    revision {int} NOT NULL,
    CHECK ((mediator_post_id IS NULL) = (mediator_id IS NULL)),
    CHECK ((status IN ('CONSENT_PENDING', 'REFUSED')) = (consented_at IS NULL)),
    CHECK ((consented_at IS NULL) = (due_on IS NULL)),
    CHECK ((status IN ('REFUSED', 'TERMINATED', 'PERFORMED', 'BREACHED')) = (ended_at IS NOT NULL)),
    CHECK ((status = 'TERMINATED') = (remedies IS NOT NULL)),
    CHECK ((status IN ('AGREED_WRITTEN', 'AGREED_ORAL', 'PERFORMED', 'BREACHED')) = (form IS NOT NULL)),
    CHECK (status <> 'AGREED_WRITTEN' OR form = 'WRITTEN'),
    CHECK (status <> 'AGREED_ORAL' OR form = 'ORAL'),
    CHECK (NOT confirmed OR (form IS NOT NULL AND kind = 'PEOPLES'))
) {strict};
CREATE INDEX mediation_community ON mediation (community_code, opened_at, id);
CREATE INDEX mediation_street ON mediation ((community_code / 1000), opened_at, id);
CREATE INDEX mediation_county ON mediation ((community_code / 1000000), opened_at, id);
CREATE INDEX mediation_city ON mediation ((community_code / 100000000), opened_at, id);
CREATE INDEX mediation_community_due ON mediation (community_code, due_order, id);
CREATE INDEX mediation_street_due ON mediation ((community_code / 1000), due_order, id);
CREATE INDEX mediation_county_due ON mediation ((community_code / 1000000), due_order, id);
CREATE INDEX mediation_city_due ON mediation ((community_code / 100000000), due_order, id);
CREATE INDEX mediation_problem ON mediation (problem_id, opened_at, id);
CREATE INDEX mediation_post ON mediation (mediator_post_id, opened_at, id);
CREATE INDEX mediation_running_due ON mediation (due_on, id) WHERE status = 'MEDIATING' AND reminded_at IS NULL;

CREATE TABLE mediation_side (
    id {id} PRIMARY KEY,
    mediation_id {id} NOT NULL REFERENCES mediation (id),
    community_code {int} NOT NULL REFERENCES region (code),
    number {int} NOT NULL CHECK (number > 0),
    user_id {id} REFERENCES "user" (id),
    name {bytes} NOT NULL,
    phone {bytes},
    consent {text} NOT NULL CHECK (consent IN ('PENDING', 'CONSENTED', 'REFUSED')),
    consent_method {text} CHECK (consent_method IN ('ONLINE', 'IN_PERSON', 'IN_WRITING', 'BY_PHONE')),
    consent_at {time},
    signed_on {day},
    asked_on {day},
    created_at {time} NOT NULL,
    UNIQUE (mediation_id, number),
    UNIQUE (mediation_id, user_id),
    CHECK ((consent = 'PENDING') = (consent_at IS NULL)),
    CHECK ((consent = 'PENDING') = (consent_method IS NULL))
) {strict};
CREATE INDEX mediation_side_order ON mediation_side (mediation_id, number, id);
CREATE INDEX mediation_side_user ON mediation_side (user_id, mediation_id);

CREATE TABLE mediation_session (
    id {id} PRIMARY KEY,
    mediation_id {id} NOT NULL REFERENCES mediation (id),
    community_code {int} NOT NULL REFERENCES region (code),
    starts_at {time} NOT NULL,
    place {text} NOT NULL CHECK (place <> ''),
    notes {text},
    noted_by {id} REFERENCES "user" (id),
    created_at {time} NOT NULL,
    CHECK ((notes IS NULL) = (noted_by IS NULL))
) {strict};
CREATE INDEX mediation_session_order ON mediation_session (mediation_id, starts_at, id);

CREATE TABLE mediation_attendance (
    session_id {id} NOT NULL REFERENCES mediation_session (id),
    side_id {id} NOT NULL REFERENCES mediation_side (id),
    community_code {int} NOT NULL REFERENCES region (code),
    PRIMARY KEY (session_id, side_id)
) {strict};
CREATE INDEX mediation_attendance_side ON mediation_attendance (side_id);

CREATE TABLE mediation_statement (
    id {id} PRIMARY KEY,
    mediation_id {id} NOT NULL REFERENCES mediation (id),
    community_code {int} NOT NULL REFERENCES region (code),
    side_id {id} NOT NULL REFERENCES mediation_side (id),
    content {text} NOT NULL CHECK (content <> ''),
    recorded_by {id} NOT NULL REFERENCES "user" (id),
    created_at {time} NOT NULL
) {strict};
CREATE INDEX mediation_statement_order ON mediation_statement (mediation_id, created_at, id);

CREATE TABLE mediation_agreement (
    id {id} PRIMARY KEY,
    mediation_id {id} NOT NULL UNIQUE REFERENCES mediation (id),
    community_code {int} NOT NULL REFERENCES region (code),
    form {text} NOT NULL CHECK (form IN ('WRITTEN', 'ORAL')),
    content {text} NOT NULL CHECK (content <> ''),
    effective_on {day},
    confirmation {text} CHECK (confirmation IN ('REQUESTED', 'CONFIRMED', 'REFUSED')),
    requested_on {day},
    decided_on {day},
    reminded_at {time},
    created_at {time} NOT NULL,
    CHECK (form = 'WRITTEN' OR effective_on IS NOT NULL),
    CHECK ((confirmation IS NULL) = (requested_on IS NULL)),
    CHECK (requested_on IS NULL OR effective_on IS NOT NULL),
    CHECK (COALESCE(confirmation IN ('CONFIRMED', 'REFUSED'), FALSE) = (decided_on IS NOT NULL))
) {strict};
CREATE INDEX mediation_agreement_effect ON mediation_agreement (effective_on, id)
    WHERE requested_on IS NULL AND reminded_at IS NULL;

CREATE TABLE mediation_obligation (
    id {id} PRIMARY KEY,
    agreement_id {id} NOT NULL REFERENCES mediation_agreement (id),
    mediation_id {id} NOT NULL REFERENCES mediation (id),
    community_code {int} NOT NULL REFERENCES region (code),
    side_id {id} NOT NULL REFERENCES mediation_side (id),
    content {text} NOT NULL CHECK (content <> ''),
    due_on {day} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('OPEN', 'PERFORMED', 'BREACHED')),
    settled_on {day},
    reminded_at {time},
    created_at {time} NOT NULL,
    CHECK ((status = 'OPEN') = (settled_on IS NULL))
) {strict};
CREATE INDEX mediation_obligation_order ON mediation_obligation (agreement_id, due_on, id);
CREATE INDEX mediation_obligation_open ON mediation_obligation (due_on, id) WHERE status = 'OPEN' AND reminded_at IS NULL;

CREATE TABLE mediation_exclusion (
    id {id} PRIMARY KEY,
    problem_id {id} NOT NULL REFERENCES problem (id),
    community_code {int} NOT NULL REFERENCES region (code),
    user_id {id} NOT NULL REFERENCES "user" (id),
    organisation_id {id} REFERENCES organisation (id),
    ground {text} NOT NULL CHECK (ground IN ('ADVISED_A_SIDE', 'RELATED', 'INTERESTED', 'OTHER')),
    reason {text} NOT NULL CHECK (reason <> ''),
    declared_by {id} NOT NULL REFERENCES "user" (id),
    created_at {time} NOT NULL
) {strict};
CREATE INDEX mediation_exclusion_problem ON mediation_exclusion (problem_id)
"#
}
