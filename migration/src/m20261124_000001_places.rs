//! Regions, compounds, grids, buildings, organisations.

use sea_orm_migration::prelude::*;

crate::sql::tables! {
    /// The places that everything else lies in, and who is there.
    ["region", "compound", "grid", "building", "organisation"], r"
CREATE TABLE region (
    code {int} PRIMARY KEY CHECK (code BETWEEN 100000000000 AND 999999999999),
    id {id} NOT NULL UNIQUE,
    level {text} NOT NULL CHECK (level IN ('CITY', 'COUNTY', 'STREET', 'COMMUNITY')),
    name {text} NOT NULL CHECK (name <> ''),
    parent_code {int} REFERENCES region (code),
    CHECK ((level = 'CITY') = (parent_code IS NULL)),
    CHECK (CASE level
        WHEN 'CITY' THEN code % 100000000 = 0
        WHEN 'COUNTY' THEN code % 1000000 = 0 AND code % 100000000 <> 0 AND parent_code = code / 100000000 * 100000000
        WHEN 'STREET' THEN code % 1000 = 0 AND code % 1000000 <> 0 AND parent_code = code / 1000000 * 1000000
        ELSE code % 1000 <> 0 AND parent_code = code / 1000 * 1000 END)
) {strict};
CREATE INDEX region_parent ON region (parent_code, code);
CREATE INDEX region_level ON region (level, code);

CREATE TABLE compound (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    name {text} NOT NULL CHECK (name <> ''),
    UNIQUE (community_code, name)
) {strict};

CREATE TABLE grid (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    code {int} NOT NULL UNIQUE,
    kind {text} NOT NULL CHECK (kind IN ('COMPREHENSIVE', 'MICRO')),
    parent_id {id} REFERENCES grid (id),
    name {text} NOT NULL CHECK (name <> ''),
    CHECK ((kind = 'MICRO') = (parent_id IS NOT NULL)),
    CHECK (CASE kind WHEN 'COMPREHENSIVE' THEN code / 1000 = community_code ELSE code / 100000 = community_code END)
) {strict};
CREATE INDEX grid_community ON grid (community_code, code);
CREATE INDEX grid_parent ON grid (parent_id, code);

CREATE TABLE building (
    id {id} PRIMARY KEY,
    community_code {int} NOT NULL REFERENCES region (code),
    compound_id {id} NOT NULL REFERENCES compound (id),
    grid_id {id} REFERENCES grid (id),
    micro_grid_id {id} REFERENCES grid (id),
    name {text} NOT NULL CHECK (name <> ''),
    UNIQUE (compound_id, name)
) {strict};
CREATE INDEX building_community ON building (community_code, name, id);
CREATE INDEX building_grid ON building (grid_id, name, id);
CREATE INDEX building_micro_grid ON building (micro_grid_id, name, id);

CREATE TABLE organisation (
    id {id} PRIMARY KEY,
    region_code {int} NOT NULL REFERENCES region (code),
    kind {text} NOT NULL CHECK (kind IN ('PARTY_BRANCH', 'POLICE_STATION', 'CITY_MANAGEMENT', 'LAW_FIRM',
        'PROPERTY_COMPANY', 'OWNERS_COMMITTEE', 'VILLAGE', 'HEALTH_CENTRE', 'SOCIAL_ORGANISATION', 'GOVERNMENT', 'OTHER')),
    name {text} NOT NULL CHECK (name <> ''),
    UNIQUE (region_code, name)
) {strict};
CREATE INDEX organisation_name ON organisation (name, id);
CREATE INDEX organisation_kind ON organisation (kind, name, id);
CREATE UNIQUE INDEX organisation_government ON organisation (region_code) WHERE kind = 'GOVERNMENT'
"
}
