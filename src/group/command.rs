//! The mutations on groups and posts.

use chrono::NaiveDate;
use entity::word::{AppointmentIdentity, AppointmentKind, LinkageGroupKind, PartyKind, SelectedBy};
use entity::{appointment, building, compound, grid, linkage_group, organisation, party, party_seat, user};

use crate::group::service;
use crate::input;
use crate::policy::Capability::ManageGroups;
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// A new linkage group (联动小组), not yet active.
    pub struct CreateLinkageGroupInput {
        /// The 12-digit code of its community.
        pub community_code: String,
        /// Whether it is a six-party group or a consortium.
        pub kind: LinkageGroupKind,
        /// Its name; at most 60 characters.
        pub name: String,
        /// A text of your own, up to 100 bytes; the same key and input take effect once (kept 24 hours).
        pub idempotency_key: String,
    }
}

input! {
    /// A party (一方) that joins a group.
    pub struct AddPartyInput {
        /// The group.
        pub group: Id<linkage_group::Entity>,
        /// Its kind. A six-party group takes each of `PARTY_BRANCH`, POLICE, `CITY_MANAGEMENT`, LAWYER, `PROPERTY_MANAGER` and OWNER once and no other; a consortium takes any, those six once each.
        pub kind: PartyKind,
        /// Its name, unique in the group, at most 60 characters; the kind's Chinese label where left out.
        pub name: Option<String>,
        /// A text of your own, up to 100 bytes; the same key and input take effect once (kept 24 hours).
        pub idempotency_key: String,
    }
}

input! {
    /// A seat (席位): an organisation fills a party.
    pub struct AddSeatInput {
        /// The party.
        pub party: Id<party::Entity>,
        /// The organisation that fills it.
        pub organisation: Id<organisation::Entity>,
        /// The compounds it covers; an empty list means the whole community. No two seats of a party cover the same compound.
        pub compounds: Vec<Id<compound::Entity>>,
        /// Its first day; today where left out.
        pub started_on: Option<NaiveDate>,
        /// A text of your own, up to 100 bytes; the same key and input take effect once (kept 24 hours).
        pub idempotency_key: String,
    }
}

input! {
    /// The end of a seat, today.
    pub struct EndSeatInput {
        /// The seat.
        pub seat: Id<party_seat::Entity>,
        /// The `revision` of its group as you read it.
        pub expected_revision: String,
    }
}

input! {
    /// A vacancy (空缺) of a party, as known at activation or later.
    pub struct RecordVacancyInput {
        /// The vacant party; never the convenor's.
        pub party: Id<party::Entity>,
        /// Why it is vacant; at most 200 characters, read by the whole community: without phone, identity or flat numbers.
        pub reason: String,
        /// Its last day; today or later.
        pub until: NaiveDate,
        /// The party of the same group that acts for it meanwhile.
        pub acting_party: Id<party::Entity>,
        /// The `revision` of its group as you read it.
        pub expected_revision: String,
    }
}

input! {
    /// The activation (启动) of a group.
    pub struct ActivateGroupInput {
        /// The group.
        pub group: Id<linkage_group::Entity>,
        /// The party that convenes it. A consortium names it; a six-party group is convened by its Party branch.
        pub convenor: Option<Id<party::Entity>>,
        /// The group's `revision` as you read it.
        pub expected_revision: String,
    }
}

input! {
    /// The dissolution (解散) of a group.
    pub struct DissolveGroupInput {
        /// The group.
        pub group: Id<linkage_group::Entity>,
        /// The group's `revision` as you read it.
        pub expected_revision: String,
    }
}

input! {
    /// A post (任职) for a person. What of region, party, grid, building and organisation is given depends on the kind.
    pub struct AppointPersonInput {
        /// The person: one in sight, or one your region invited.
        pub person: Id<user::Entity>,
        /// What post it is. SECRETARY is appointed by the street; supervisors and street coordinators are not appointed here.
        pub kind: AppointmentKind,
        /// The person's background; not for RESIDENT.
        pub identity: Option<AppointmentIdentity>,
        /// How the person was chosen; not for RESIDENT.
        pub selected_by: Option<SelectedBy>,
        /// The 12-digit code of the community: for SECRETARY, and for RESIDENT, `RED_STEWARD`, VOLUNTEER where neither grid nor building is given. Of other posts it follows.
        pub region_code: Option<String>,
        /// The party: for `PARTY_REPRESENTATIVE`; for SECRETARY the Party branch's, where there is one.
        pub party: Option<Id<party::Entity>>,
        /// The organisation: for SECRETARY, and for `PARTY_REPRESENTATIVE` one with a seat of the party (the only one where left out). Other posts may name one.
        pub organisation: Option<Id<organisation::Entity>>,
        /// The grid: for `GRID_HEAD` and `GRID_WORKER`; `RED_STEWARD`, VOLUNTEER and `BUILDING_LEADER` may name one.
        pub grid: Option<Id<grid::Entity>>,
        /// The building: for `BUILDING_LEADER`; RESIDENT, `RED_STEWARD` and VOLUNTEER may name one.
        pub building: Option<Id<building::Entity>>,
        /// Its first day; today where left out.
        pub started_on: Option<NaiveDate>,
        /// A text of your own, up to 100 bytes; the same key and input take effect once (kept 24 hours).
        pub idempotency_key: String,
    }
}

input! {
    /// The end of a post, today.
    pub struct EndAppointmentInput {
        /// The post.
        pub appointment: Id<appointment::Entity>,
        /// Who takes over its open tasks where nobody else who holds a post today can: a post of the same organisation (or of the same grid) that may begin later.
        pub hand_over_to: Option<Id<appointment::Entity>>,
        /// The post's `revision` as you read it.
        pub expected_revision: String,
    }
}

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    let mut commands = on_groups();
    commands.extend(on_posts());
    commands
}

fn on_groups() -> Vec<Command> {
    vec![
        Command::of(
            "createLinkageGroup",
            ManageGroups,
            ("linkageGroup", "LinkageGroup"),
            |call, input: CreateLinkageGroupInput| Box::pin(service::create_group(call, input)),
            "Sets up a linkage group (联动小组) for a community of your region. It is FORMING until it is activated.",
        ),
        Command::of(
            "addParty",
            ManageGroups,
            ("party", "Party"),
            |call, input: AddPartyInput| Box::pin(service::add_party(call, input)),
            "Adds a party (一方) to a group that is not dissolved. Refused with DUPLICATE where its kind or name is taken.",
        ),
        Command::of(
            "addSeat",
            ManageGroups,
            ("seat", "PartySeat"),
            |call, input: AddSeatInput| Box::pin(service::add_seat(call, input)),
            "Gives an organisation a seat (席位) of a party; a recorded vacancy ends with it. Refused with DUPLICATE, naming them, where another seat covers the same compounds.",
        ),
        Command::of(
            "endSeat",
            ManageGroups,
            ("seat", "PartySeat"),
            |call, input: EndSeatInput| Box::pin(service::end_seat(call, input)),
            "Ends a seat today, and with it the posts of those who represented the party for its organisation. Refused with OPEN_TASKS while tasks are open on it, and with FORBIDDEN for the convenor's last seat.",
        ),
        Command::of(
            "recordVacancy",
            ManageGroups,
            ("party", "Party"),
            |call, input: RecordVacancyInput| Box::pin(service::record_vacancy(call, input)),
            "Records that a party is vacant (空缺): why, until when, who acts meanwhile. Refused with FORBIDDEN for the convenor's party.",
        ),
        Command::of(
            "activateGroup",
            ManageGroups,
            ("linkageGroup", "LinkageGroup"),
            |call, input: ActivateGroupInput| Box::pin(service::activate(call, input)),
            "Activates a group once its parties are complete (六方齐): each has a seat that holds today or a recorded vacancy. Refused with MISSING_PARTIES naming those that are not, and with DUPLICATE where the community has an active six-party group.",
        ),
        Command::of(
            "dissolveGroup",
            ManageGroups,
            ("linkageGroup", "LinkageGroup"),
            |call, input: DissolveGroupInput| Box::pin(service::dissolve(call, input)),
            "Dissolves a group (解散): its seats and its representatives' posts end. Refused with OPEN_PROBLEMS while it has any.",
        ),
    ]
}

fn on_posts() -> Vec<Command> {
    vec![
        Command::of(
            "appointPerson",
            ManageGroups,
            ("appointment", "Appointment"),
            |call, input: AppointPersonInput| Box::pin(service::appoint(call, input)),
            "Gives a person a post (任职); the role follows from it. Refused with INCOMPATIBLE_POSTS where the person holds, or held in the last 12 months, a post that excludes it, and with FORBIDDEN for posts that are given from above.",
        ),
        Command::of(
            "endAppointment",
            ManageGroups,
            ("appointment", "Appointment"),
            |call, input: EndAppointmentInput| Box::pin(service::end_appointment(call, input)),
            "Ends a post today, and its tokens at once. Refused with OPEN_TASKS while its holder is the last one on open tasks, unless `handOverTo` names who takes them over.",
        ),
    ]
}
