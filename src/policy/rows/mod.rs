//! Row rules: which rows of a type a viewer may read, and which of their texts.

pub mod attachment;
pub mod contact;
pub mod inbox;
pub mod mediation;
pub mod notification;
pub mod place;
pub mod post;
pub mod privacy;
pub mod problem;
pub mod record;
pub mod reporter;
pub mod request;
pub mod search;
pub mod whistle;

use entity::word::Role;

use super::rule::Rule;

/// Who keeps the record of what belongs to no problem: the secretary and the street.
fn keeps(role: Role) -> Rule {
    match role {
        Role::Secretary | Role::StreetCoordinator => Rule::Always,
        Role::Supervisor
        | Role::Police
        | Role::CityManagement
        | Role::Lawyer
        | Role::PropertyManager
        | Role::OwnerRepresentative
        | Role::PartyMember
        | Role::GridWorker
        | Role::GridHelper
        | Role::Resident
        | Role::Partner => Rule::Never,
    }
}
