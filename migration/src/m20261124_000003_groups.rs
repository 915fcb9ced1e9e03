//! Groups, parties, seats, appointments; the refresh tokens that act in a post.

use sea_orm_migration::prelude::*;

crate::sql::tables! {
    /// Who works together, and in what post.
    ["linkage_group", "party", "party_seat", "seat_compound", "appointment", "refresh_token"], r#"
CREATE TABLE linkage_group (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    kind {text} NOT NULL CHECK (kind IN ('SIX_PARTY', 'CONSORTIUM')),
    name {text} NOT NULL CHECK (name <> ''),
    status {text} NOT NULL CHECK (status IN ('FORMING', 'ACTIVE', 'DISSOLVED')),
    convenor_party_id {id} {sqlite REFERENCES party (id)},
    created_at {time} NOT NULL,
    activated_at {time},
    dissolved_at {time},
    revision {int} NOT NULL,
    CHECK (status <> 'ACTIVE' OR (convenor_party_id IS NOT NULL AND activated_at IS NOT NULL))
) {strict};
CREATE UNIQUE INDEX linkage_group_one_active ON linkage_group (community_code) WHERE kind = 'SIX_PARTY' AND status = 'ACTIVE';
CREATE INDEX linkage_group_community ON linkage_group (community_code, created_at, id);
CREATE INDEX linkage_group_street ON linkage_group ((community_code / 1000), created_at, id);
CREATE INDEX linkage_group_county ON linkage_group ((community_code / 1000000), created_at, id);
CREATE INDEX linkage_group_city ON linkage_group ((community_code / 100000000), created_at, id);

CREATE TABLE party (
    id {id} PRIMARY KEY,
    group_id {id} NOT NULL REFERENCES linkage_group (id),
    community_code {int} NOT NULL REFERENCES region (code),
    kind {text} NOT NULL CHECK (kind IN ('PARTY_BRANCH', 'POLICE', 'CITY_MANAGEMENT', 'LAWYER', 'PROPERTY_MANAGER', 'OWNER',
        'VILLAGE', 'HEALTH_CENTRE', 'SOCIAL_ORGANISATION', 'OTHER')),
    name {text} NOT NULL CHECK (name <> ''),
    vacancy_reason {text},
    vacancy_until {day},
    vacancy_acting_party_id {id} REFERENCES party (id),
    created_at {time} NOT NULL,
    UNIQUE (group_id, name),
    CHECK ((vacancy_reason IS NULL) = (vacancy_until IS NULL))
) {strict};
CREATE UNIQUE INDEX party_kind_once ON party (group_id, kind)
    WHERE kind IN ('PARTY_BRANCH', 'POLICE', 'CITY_MANAGEMENT', 'LAWYER', 'PROPERTY_MANAGER', 'OWNER');
CREATE INDEX party_group ON party (group_id, created_at, id);
{postgres ALTER TABLE linkage_group ADD FOREIGN KEY (convenor_party_id) REFERENCES party (id)};

CREATE TABLE party_seat (
    id {id} PRIMARY KEY,
    party_id {id} NOT NULL REFERENCES party (id),
    group_id {id} NOT NULL REFERENCES linkage_group (id),
    community_code {int} NOT NULL REFERENCES region (code),
    organisation_id {id} NOT NULL REFERENCES organisation (id),
    started_on {day} NOT NULL,
    ended_on {day},
    CHECK (ended_on IS NULL OR ended_on >= started_on)
) {strict};
CREATE UNIQUE INDEX party_seat_once ON party_seat (party_id, organisation_id) WHERE ended_on IS NULL;
CREATE INDEX party_seat_party ON party_seat (party_id, started_on, id);
CREATE INDEX party_seat_organisation ON party_seat (organisation_id, community_code);

CREATE TABLE seat_compound (
    seat_id {id} NOT NULL REFERENCES party_seat (id),
    compound_id {id} NOT NULL REFERENCES compound (id),
    community_code {int} NOT NULL REFERENCES region (code),
    PRIMARY KEY (seat_id, compound_id)
) {strict};
CREATE INDEX seat_compound_compound ON seat_compound (compound_id);

CREATE TABLE appointment (
    id {id} PRIMARY KEY,
    user_id {id} NOT NULL REFERENCES "user" (id),
    kind {text} NOT NULL CHECK (kind IN ('SUPERVISOR', 'STREET_COORDINATOR', 'SECRETARY', 'PARTY_REPRESENTATIVE', 'RESIDENT',
        'GRID_HEAD', 'GRID_WORKER', 'BUILDING_LEADER', 'RED_STEWARD', 'VOLUNTEER')),
    role {text} NOT NULL CHECK (role IN ('SUPERVISOR', 'STREET_COORDINATOR', 'SECRETARY', 'POLICE', 'CITY_MANAGEMENT', 'LAWYER',
        'PROPERTY_MANAGER', 'OWNER_REPRESENTATIVE', 'PARTY_MEMBER', 'GRID_WORKER', 'GRID_HELPER', 'RESIDENT')),
    identity {text} CHECK (identity IN ('PARTY_MEMBER_CADRE', 'RESIDENT', 'VOLUNTEER', 'RESERVE_CADRE', 'RETIREE')),
    selected_by {text} CHECK (selected_by IN ('ORGANISATION', 'RESIDENTS', 'SELF')),
    region_code {int} NOT NULL REFERENCES region (code),
    community_code {int} REFERENCES region (code),
    organisation_id {id} REFERENCES organisation (id),
    group_id {id} REFERENCES linkage_group (id),
    party_id {id} REFERENCES party (id),
    grid_id {id} REFERENCES grid (id),
    building_id {id} REFERENCES building (id),
    started_on {day} NOT NULL,
    ended_on {day},
    created_at {time} NOT NULL,
    revision {int} NOT NULL,
    CHECK (community_code IS NULL OR community_code = region_code),
    CHECK (ended_on IS NULL OR ended_on >= started_on),
    CHECK (kind IN ('SUPERVISOR', 'STREET_COORDINATOR') OR community_code IS NOT NULL),
    CHECK (kind NOT IN ('SUPERVISOR', 'STREET_COORDINATOR', 'SECRETARY', 'PARTY_REPRESENTATIVE') OR organisation_id IS NOT NULL),
    CHECK (kind <> 'PARTY_REPRESENTATIVE' OR party_id IS NOT NULL),
    CHECK (kind NOT IN ('GRID_HEAD', 'GRID_WORKER') OR grid_id IS NOT NULL),
    CHECK (kind <> 'BUILDING_LEADER' OR building_id IS NOT NULL),
    CHECK (kind <> 'RESIDENT' OR (identity IS NULL AND organisation_id IS NULL))
) {strict};
CREATE INDEX appointment_user ON appointment (user_id, started_on, id);
CREATE INDEX appointment_party ON appointment (party_id, started_on, id);
CREATE INDEX appointment_organisation ON appointment (organisation_id, started_on, id);
CREATE INDEX appointment_grid ON appointment (grid_id, started_on, id);
CREATE INDEX appointment_building ON appointment (building_id, started_on, id);
CREATE INDEX appointment_community ON appointment (community_code, started_on, id);
CREATE INDEX appointment_region ON appointment (region_code, started_on, id);

CREATE TABLE refresh_token (
    id {id} PRIMARY KEY,
    family {id} NOT NULL,
    user_id {id} NOT NULL REFERENCES "user" (id),
    appointment_id {id} NOT NULL REFERENCES appointment (id),
    secret_hash {bytes} NOT NULL UNIQUE,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    used_at {time},
    successor {bytes},
    revoked_at {time}
) {strict};
CREATE INDEX refresh_token_family ON refresh_token (family);
CREATE INDEX refresh_token_user ON refresh_token (user_id, created_at);
CREATE INDEX refresh_token_appointment ON refresh_token (appointment_id);
CREATE INDEX refresh_token_expires ON refresh_token (expires_at)
"#
}
