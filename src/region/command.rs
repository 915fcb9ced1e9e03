//! The mutations on places.

use entity::word::OrganisationKind;
use entity::{compound, grid};

use crate::input;
use crate::policy::Capability::ManageGroups;
use crate::read::model::Command;
use crate::read::shape::Id;
use crate::region::service;

input! {
    /// A new compound (小区).
    pub struct CreateCompoundInput {
        /// The 12-digit code of its community.
        pub community_code: String,
        /// Its name, unique in the community; at most 60 characters.
        pub name: String,
        /// A text of your own, up to 100 bytes; the same key and input take effect once (kept 24 hours).
        pub idempotency_key: String,
    }
}

input! {
    /// A new grid (网格).
    pub struct CreateGridInput {
        /// Its code. The community's 12 digits and 3 more make a comprehensive grid (综合网格); 2 more after those a micro-grid (微网格) of it.
        pub code: String,
        /// Its name; at most 60 characters.
        pub name: String,
        /// A text of your own, up to 100 bytes; the same key and input take effect once (kept 24 hours).
        pub idempotency_key: String,
    }
}

input! {
    /// A new building (楼栋).
    pub struct CreateBuildingInput {
        /// Its compound (小区).
        pub compound: Id<compound::Entity>,
        /// Its comprehensive grid; follows from `microGrid` where that is given.
        pub grid: Option<Id<grid::Entity>>,
        /// Its micro-grid.
        pub micro_grid: Option<Id<grid::Entity>>,
        /// Its name, unique in the compound, as in `12幢`; at most 60 characters.
        pub name: String,
        /// A text of your own, up to 100 bytes; the same key and input take effect once (kept 24 hours).
        pub idempotency_key: String,
    }
}

input! {
    /// A new organisation (单位).
    pub struct CreateOrganisationInput {
        /// The 12-digit code of the region it sits in.
        pub region_code: String,
        /// Its kind. A GOVERNMENT is that of a street, county or city, one each.
        pub kind: OrganisationKind,
        /// Its name, unique in the region; at most 60 characters.
        pub name: String,
        /// A text of your own, up to 100 bytes; the same key and input take effect once (kept 24 hours).
        pub idempotency_key: String,
    }
}

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    vec![
        Command::of(
            "createCompound",
            ManageGroups,
            ("compound", "Compound"),
            |call, input: CreateCompoundInput| Box::pin(service::create_compound(call, input)),
            "Adds a residential compound (小区) to a community of your region. Refused with DUPLICATE where the name is taken.",
        ),
        Command::of(
            "createGrid",
            ManageGroups,
            ("grid", "Grid"),
            |call, input: CreateGridInput| Box::pin(service::create_grid(call, input)),
            "Adds a comprehensive grid (综合网格) or a micro-grid (微网格) to a community of your region. Refused with DUPLICATE where the code is taken, with INVALID_VALUE where a micro-grid's comprehensive grid is not there.",
        ),
        Command::of(
            "createBuilding",
            ManageGroups,
            ("building", "Building"),
            |call, input: CreateBuildingInput| Box::pin(service::create_building(call, input)),
            "Adds a building (楼栋) to a compound of your region. Refused with DUPLICATE where the name is taken.",
        ),
        Command::of(
            "createOrganisation",
            ManageGroups,
            ("organisation", "Organisation"),
            |call, input: CreateOrganisationInput| Box::pin(service::create_organisation(call, input)),
            "Adds an organisation (单位) that sits in your region. Refused with DUPLICATE where the name is taken, or the region has its government already.",
        ),
    ]
}
