//! A small world with something of everything, laid out by chance from a seed: people in every role and at every level,
//! problems in every state, posts and seats that ended, complaints against the viewers' own organisations.

use std::fmt::Debug;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use entity::word::*;
use entity::*;
use liufang::app::App;
use liufang::clock::{self, Clock};
use liufang::error::Language;
use liufang::event::Kind;
use liufang::gate::Limits;
use liufang::id::Ids;
use liufang::policy::{Viewer, rule, scopes_of};
use liufang::read::door::{Ask, Door};
use liufang::schema;
use sea_orm::ActiveValue::NotSet;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend,
    EntityTrait, IntoActiveModel, TransactionTrait,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

mod course;

use super::Backing;
use super::dice::Dice;

pub const CITY: i64 = 321_100_000_000;
pub const COUNTY: i64 = 321_181_000_000;
pub const STREET: i64 = 321_181_402_000;
pub const COMMUNITY: i64 = 321_181_402_001;
/// The community, one beside it, one of another street, one of another county.
pub const COMMUNITIES: [i64; 4] = [COMMUNITY, 321_181_402_002, 321_181_403_001, 321_182_401_001];

/// The moment at which it is looked at.
pub fn noon() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap().and_hms_opt(4, 0, 0).unwrap().and_utc()
}

/// The whole world in memory, and a door to the same in a database.
pub struct World {
    pub app: App,
    pub door: Door,
    pub viewers: Vec<Viewer>,
    pub data: Data,
    db: Backing,
}

macro_rules! data {
    ($($field:ident $table:ident)+) => {
        /// All rows of a database.
        #[derive(Clone, Default)]
        pub struct Data {
            $(pub $field: Vec<$table::Model>,)+
        }

        impl Data {
            /// Reads all rows of every table.
            pub async fn read(db: &DatabaseConnection) -> Self {
                Self { $($field: $table::Entity::find().all(db).await.unwrap(),)+ }
            }
        }
    };
}

impl Data {
    /// Whether a problem's contact data was taken out of the record.
    pub fn erased(&self, row: &problem::Model) -> bool {
        let taken = row.reporter_name.is_none() && row.reporter_phone.is_none() && row.reporter_address.is_none();
        let told = |one: &redaction::Model| {
            (one.subject.as_str(), one.subject_id, one.field.as_str()) == ("problem", row.id, "reporter")
                && one.status == RedactionStatus::Done
        };
        taken && self.redactions.iter().any(told)
    }
}

data! {
    regions region
    compounds compound
    grids grid
    buildings building
    organisations organisation
    groups linkage_group
    parties party
    seats party_seat
    covers seat_compound
    appointments appointment
    users user
    invitations invitation
    problems problem
    concerns problem_concern
    additions problem_addition
    closures closure
    tasks disposition_task
    dispositions disposition
    follow_ups follow_up
    ratings rating
    disclosures disclosure
    requests request
    extensions extension_request
    suspensions suspension
    ledger ledger_entry
    merges problem_merge
    merged_tasks merged_task
    supervisions supervision
    events event
    whistles whistle
    calls whistle_call
    releases contact_release
    visits visit_offer
    attachments attachment
    mediations mediation
    sides mediation_side
    sessions mediation_session
    attended mediation_attendance
    statements mediation_statement
    agreements mediation_agreement
    obligations mediation_obligation
    exclusions mediation_exclusion
    notifications notification
    redactions redaction
    subject_requests subject_request
}

async fn put<A>(db: &DatabaseTransaction, rows: Vec<A>)
where
    A: ActiveModelTrait + ActiveModelBehavior + Debug + Send + 'static,
{
    for rows in rows.chunks(100) {
        A::Entity::insert_many(rows.to_vec()).exec_without_returning(db).await.unwrap();
    }
}

fn active<M: IntoActiveModel<A> + Clone, A: ActiveModelTrait>(rows: &[M]) -> Vec<A> {
    rows.iter().map(|row| row.clone().into_active_model()).collect()
}

pub fn level(code: i64) -> RegionLevel {
    match code {
        code if code % 100_000_000 == 0 => RegionLevel::City,
        code if code % 1_000_000 == 0 => RegionLevel::County,
        code if code % 1000 == 0 => RegionLevel::Street,
        _ => RegionLevel::Community,
    }
}

fn day(days: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(days)
}

pub(super) fn days_ago(days: i64) -> DateTime<Utc> {
    noon() - TimeDelta::days(days)
}

/// Lays the world out.
pub(super) struct Maker<'a> {
    pub(super) app: &'a App,
    pub(super) dice: Dice,
    pub(super) data: Data,
    pub(super) viewers: Vec<Viewer>,
}

/// A post to be made.
struct Post {
    kind: AppointmentKind,
    role: Role,
    region: i64,
    organisation: Option<Uuid>,
    party: Option<(Uuid, Uuid)>,
    grid: Option<Uuid>,
    building: Option<Uuid>,
    started: NaiveDate,
    ended: Option<NaiveDate>,
}

impl Post {
    fn of(kind: AppointmentKind, role: Role, region: i64) -> Self {
        let (organisation, party, grid, building) = (None, None, None, None);
        Self { kind, role, region, organisation, party, grid, building, started: day(0), ended: None }
    }
}

impl Maker<'_> {
    pub(super) fn id(&self) -> Uuid {
        self.app.ids.next(noon())
    }

    fn places(&mut self) {
        let mut codes = vec![];
        for community in COMMUNITIES {
            for divisor in [100_000_000, 1_000_000, 1000, 1] {
                let code = community / divisor * divisor;
                if !codes.contains(&code) {
                    codes.push(code);
                    let above = match level(code) {
                        RegionLevel::City => None,
                        RegionLevel::County => Some(100_000_000),
                        RegionLevel::Street => Some(1_000_000),
                        RegionLevel::Community => Some(1000),
                    };
                    let parent_code = above.map(|by| code / by * by);
                    let (id, name) = (self.id(), format!("区划{code}"));
                    self.data.regions.push(region::Model { code, id, level: level(code), name, parent_code });
                }
            }
        }
        for code in codes {
            if level(code) != RegionLevel::Community {
                self.organisation(code, OrganisationKind::Government, "政府");
            }
        }
        for community_code in COMMUNITIES {
            for name in ["振兴花园", "Willow Court"] {
                self.data.compounds.push(compound::Model { id: self.id(), community_code, name: name.into() });
            }
            let comprehensive: Vec<Uuid> =
                (1..=2).map(|number| self.grid(community_code, community_code * 1000 + number, None)).collect();
            for number in 1..=2 {
                let code = (community_code * 1000 + 1) * 100 + number;
                self.grid(community_code, code, Some(comprehensive[0]));
            }
            for number in 1..=4 {
                self.building(community_code, number);
            }
        }
    }

    fn grid(&mut self, community_code: i64, code: i64, parent_id: Option<Uuid>) -> Uuid {
        let kind = if parent_id.is_some() { GridKind::Micro } else { GridKind::Comprehensive };
        let id = self.id();
        self.data.grids.push(grid::Model { id, community_code, code, kind, parent_id, name: format!("网格{code}") });
        id
    }

    fn building(&mut self, community_code: i64, number: usize) {
        let compounds: Vec<Uuid> =
            self.data.compounds.iter().filter(|row| row.community_code == community_code).map(|row| row.id).collect();
        let compound_id = compounds[number % 2];
        let grids: Vec<grid::Model> =
            self.data.grids.iter().filter(|row| row.community_code == community_code).cloned().collect();
        let grid = self.dice.maybe(80, |dice| dice.pick(&grids).clone());
        let grid_id = grid.as_ref().map(|grid| grid.parent_id.unwrap_or(grid.id));
        let micro_grid_id = grid.filter(|grid| grid.parent_id.is_some()).map(|grid| grid.id);
        let (id, name) = (self.id(), format!("{number}幢"));
        self.data.buildings.push(building::Model { id, community_code, compound_id, grid_id, micro_grid_id, name });
    }

    fn organisation(&mut self, region_code: i64, kind: OrganisationKind, name: &str) -> Uuid {
        let id = self.id();
        let name = format!("{name}{region_code}");
        self.data.organisations.push(organisation::Model { id, region_code, kind, name });
        id
    }

    fn group(&mut self, community_code: i64, kind: LinkageGroupKind) {
        let six = kind == LinkageGroupKind::SixParty;
        let id = self.id();
        let kinds: &[(PartyKind, OrganisationKind)] = if six {
            &[
                (PartyKind::PartyBranch, OrganisationKind::PartyBranch),
                (PartyKind::Police, OrganisationKind::PoliceStation),
                (PartyKind::CityManagement, OrganisationKind::CityManagement),
                (PartyKind::Lawyer, OrganisationKind::LawFirm),
                (PartyKind::PropertyManager, OrganisationKind::PropertyCompany),
                (PartyKind::Owner, OrganisationKind::OwnersCommittee),
            ]
        } else {
            &[(PartyKind::HealthCentre, OrganisationKind::HealthCentre), (PartyKind::Other, OrganisationKind::Other)]
        };
        let parties: Vec<Uuid> = kinds
            .iter()
            .map(|(kind, filled)| {
                let party = self.party(id, community_code, *kind);
                let organisation = self.organisation(community_code, *filled, &format!("{kind:?}"));
                self.seat((id, party), community_code, organisation, None);
                party
            })
            .collect();
        if six {
            let rival = self.organisation(community_code, OrganisationKind::PropertyCompany, "Rival");
            self.seat((id, parties[4]), community_code, rival, None);
            let gone = self.organisation(community_code, OrganisationKind::PoliceStation, "Gone");
            self.seat((id, parties[1]), community_code, gone, Some(day(30)));
            // An organisation from beyond the region that sits in it.
            let beyond = self.organisation(CITY, OrganisationKind::LawFirm, &format!("Beyond{community_code}-"));
            self.seat((id, parties[3]), community_code, beyond, Some(clock::day(noon())));
        }
        self.data.groups.push(linkage_group::Model {
            id,
            community_code,
            kind,
            name: format!("小组{kind:?}"),
            status: if six { LinkageGroupStatus::Active } else { LinkageGroupStatus::Forming },
            convenor_party_id: six.then_some(parties[0]),
            created_at: days_ago(if six { 50 } else { 40 }),
            activated_at: six.then(|| days_ago(45)),
            dissolved_at: None,
            revision: 3,
        });
    }

    fn party(&mut self, group_id: Uuid, community_code: i64, kind: PartyKind) -> Uuid {
        let id = self.id();
        let vacant = kind == PartyKind::Owner;
        let acting = self.data.parties.iter().find(|party| party.group_id == group_id).map(|party| party.id);
        self.data.parties.push(party::Model {
            id,
            group_id,
            community_code,
            kind,
            name: format!("{kind:?}"),
            vacancy_reason: vacant.then(|| "换届".to_owned()),
            vacancy_until: vacant.then(|| day(200)),
            vacancy_acting_party_id: acting.filter(|_| vacant),
            created_at: days_ago(50),
        });
        id
    }

    fn seat(&mut self, of: (Uuid, Uuid), community_code: i64, organisation_id: Uuid, ended_on: Option<NaiveDate>) {
        let id = self.id();
        let (group_id, party_id) = of;
        let started_on = day(self.dice.below(3) as u64);
        let row = party_seat::Model { id, party_id, group_id, community_code, organisation_id, started_on, ended_on };
        self.data.seats.push(row);
        let compounds: Vec<Uuid> = self
            .data
            .compounds
            .iter()
            .filter(|row| row.community_code == community_code && self.dice.chance(30))
            .map(|row| row.id)
            .collect();
        self.data.covers.extend(compounds.into_iter().map(|compound_id| seat_compound::Model {
            seat_id: id,
            compound_id,
            community_code,
        }));
    }

    fn user(&mut self, name: &str) -> Uuid {
        let id = self.id();
        let phone = Some(self.app.vault.seal("user.phone", b"13900001111").unwrap());
        self.data.users.push(user::Model {
            id,
            name: name.into(),
            username: format!("{name}-{}", self.data.users.len()),
            password_hash: None,
            password_changed_at: None,
            phone,
            phone_hash: None,
            created_at: days_ago(60),
            disabled_at: None,
        });
        id
    }

    fn post(&mut self, user: Uuid, post: &Post) -> Viewer {
        let id = self.id();
        let staff = !matches!(post.kind, AppointmentKind::Resident);
        let identity = self.dice.maybe(50, |dice| *dice.pick(AppointmentIdentity::ALL)).filter(|_| staff);
        self.data.appointments.push(appointment::Model {
            id,
            user_id: user,
            kind: post.kind,
            role: post.role,
            identity,
            selected_by: self.dice.maybe(50, |dice| *dice.pick(SelectedBy::ALL)),
            region_code: post.region,
            community_code: (level(post.region) == RegionLevel::Community).then_some(post.region),
            organisation_id: post.organisation,
            group_id: post.party.map(|party| party.0),
            party_id: post.party.map(|party| party.1),
            grid_id: post.grid,
            building_id: post.building,
            started_on: post.started,
            ended_on: post.ended,
            created_at: days_ago(50),
            revision: 1,
        });
        Viewer {
            user,
            post: id,
            role: post.role,
            scopes: scopes_of(post.role),
            region: post.region,
            level: level(post.region),
            organisation: post.organisation,
            group: post.party.map(|party| party.0),
            party: post.party.map(|party| party.1),
            grid: post.grid,
            family: self.id(),
            token: self.id(),
        }
    }

    /// A person who is also one of the viewers.
    fn person(&mut self, post: &Post) -> Uuid {
        let user = self.user(&format!("{:?}", post.role));
        let viewer = self.post(user, post);
        self.viewers.push(viewer);
        user
    }

    fn government(&self, code: i64) -> Option<Uuid> {
        let found = self.data.organisations.iter().find(|row| row.region_code == code);
        found.map(|row| row.id)
    }

    /// A post for a party of the six of a community.
    fn representing(&self, community: i64, kind: PartyKind, role: Role) -> Post {
        let party = self.data.parties.iter().find(|row| row.kind == kind && row.community_code == community).unwrap();
        let seat = self.data.seats.iter().find(|row| row.party_id == party.id).unwrap();
        Post {
            organisation: Some(seat.organisation_id),
            party: Some((party.group_id, party.id)),
            ..Post::of(AppointmentKind::PartyRepresentative, role, community)
        }
    }

    fn grids_of(&self, community: i64) -> Vec<Uuid> {
        self.data.grids.iter().filter(|row| row.community_code == community).map(|row| row.id).collect()
    }

    fn above(&mut self) {
        use AppointmentKind::{StreetCoordinator, Supervisor};
        for (kind, role, region) in [
            (Supervisor, Role::Supervisor, CITY),
            (Supervisor, Role::Supervisor, COUNTY),
            (StreetCoordinator, Role::StreetCoordinator, STREET),
        ] {
            let organisation = self.government(region);
            self.person(&Post { organisation, ..Post::of(kind, role, region) });
        }
    }

    fn staff(&mut self, community: i64) {
        for (party, role) in [
            (PartyKind::PartyBranch, Role::Secretary),
            (PartyKind::Police, Role::Police),
            (PartyKind::CityManagement, Role::CityManagement),
            (PartyKind::Lawyer, Role::Lawyer),
            (PartyKind::PropertyManager, Role::PropertyManager),
            (PartyKind::Owner, Role::OwnerRepresentative),
            (PartyKind::HealthCentre, Role::PartyMember),
        ] {
            let post = self.representing(community, party, role);
            self.person(&post);
        }
        let grids = self.grids_of(community);
        let building = self.data.buildings.iter().find(|row| row.community_code == community).map(|row| row.id);
        let worker = Post::of(AppointmentKind::GridWorker, Role::GridWorker, community);
        self.person(&Post { grid: Some(grids[0]), ..worker });
        let leader = Post::of(AppointmentKind::BuildingLeader, Role::GridHelper, community);
        self.person(&Post { grid: Some(grids[2]), building, ..leader });
        self.person(&Post { building, ..Post::of(AppointmentKind::Resident, Role::Resident, community) });
    }

    /// Second posts, ended ones, coming ones; people without any.
    fn others(&mut self) {
        let people: Vec<Viewer> = self.viewers.clone();
        let holds = |role| people.iter().find(|viewer| viewer.role == role).unwrap().user;
        for (user, kind, role, ended) in [
            (holds(Role::GridWorker), PartyKind::PropertyManager, Role::PropertyManager, Some(day(20))),
            (holds(Role::Secretary), PartyKind::Lawyer, Role::Lawyer, None),
            (holds(Role::Police), PartyKind::Owner, Role::OwnerRepresentative, Some(clock::day(noon()))),
            // A year and a day ago, and a day less: the one excludes no more.
            (holds(Role::Resident), PartyKind::PropertyManager, Role::PropertyManager, Some(day(60) - Days::new(365))),
            (holds(Role::Lawyer), PartyKind::PropertyManager, Role::PropertyManager, Some(day(61) - Days::new(365))),
        ] {
            let started = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
            let post = Post { started, ended, ..self.representing(COMMUNITY, kind, role) };
            self.post(user, &post);
        }
        let building = self.data.buildings[1].id;
        let coming = Post::of(AppointmentKind::BuildingLeader, Role::GridHelper, COMMUNITY);
        let coming = Post { started: day(90), building: Some(building), ..coming };
        let user = self.user("coming");
        self.post(user, &coming);
        let invited = self.user("invited");
        self.user("nobody");
        let by = Some(holds(Role::Secretary));
        for (user_id, community_code, invited_by) in
            [(invited, Some(COMMUNITIES[1]), by), (holds(Role::Resident), Some(COMMUNITIES[2]), None)]
        {
            let (id, secret_hash) = (self.id(), self.id().as_bytes().to_vec());
            let (created_at, expires_at, accepted_at) = (days_ago(9), noon(), None);
            self.data.invitations.push(invitation::Model {
                id,
                community_code,
                user_id,
                secret_hash,
                invited_by,
                created_at,
                expires_at,
                accepted_at,
            });
        }
        // A partner's client holds no post.
        let organisation = self.data.seats[4].organisation_id;
        let mut partner = people[3].clone();
        partner.role = Role::Partner;
        partner.scopes = scopes_of(Role::Partner);
        (partner.user, partner.post) = (self.id(), self.id());
        (partner.organisation, partner.group, partner.party) = (Some(organisation), None, None);
        self.viewers.push(partner);
    }

    pub(super) fn some_user(&mut self) -> Uuid {
        let users = &self.data.users;
        users[self.dice.below(users.len())].id
    }

    #[expect(clippy::too_many_lines, reason = "a column a line")]
    fn problem(&mut self, community_code: i64, number: usize) {
        use ProblemStatus::{
            AwaitingVerification, Closed, Declined, Dispatched, InProgress, Merged, Reported, Suspended, Voided,
            Withdrawn,
        };
        let dice = &mut self.dice;
        let status = *dice.pick(ProblemStatus::ALL);
        let early = [Reported, Declined, Withdrawn, Merged, Voided].contains(&status);
        let written = !early || dice.chance(50);
        let visibility = *dice.pick(ProblemVisibility::ALL);
        let closed_at = (status == Closed).then(|| days_ago([0, 10, 15, 29, 30, 31, 60][dice.below(7)]));
        let urgent_claimed = dice.chance(30);
        let due_at = dice.maybe(70, |dice| noon() + TimeDelta::hours([-50, -1, 0, 1, 30, 100][dice.below(6)]));
        let led = [Dispatched, InProgress, Suspended, AwaitingVerification].contains(&status) || dice.chance(40);
        let handled_by =
            *dice.pick(&[RegionLevel::Community, RegionLevel::Community, RegionLevel::Street, RegionLevel::County]);
        let (domain, nature) = (*dice.pick(ProblemDomain::ALL), *dice.pick(ProblemNature::ALL));
        let outcome = (status == Closed).then(|| *dice.pick(ClosureOutcome::ALL));
        let text =
            |dice: &mut Dice, percent, word: &str| dice.maybe(percent, |_| format!("{word} \"{number}\"\n第二行"));
        let id = self.app.ids.next(noon());
        let parties: Vec<party::Model> =
            self.data.parties.iter().filter(|row| row.community_code == community_code).cloned().collect();
        let group_id = parties[0].group_id;
        let in_community: Vec<building::Model> =
            self.data.buildings.iter().filter(|row| row.community_code == community_code).cloned().collect();
        let building = dice.maybe(60, |dice| dice.pick(&in_community).clone());
        let leader = led.then(|| dice.pick(&parties).clone());
        let users: Vec<Uuid> = self
            .viewers
            .iter()
            .map(|viewer| viewer.user)
            .filter(|user| self.data.users.iter().any(|row| row.id == *user))
            .collect();
        let reporter_id = dice.maybe(70, |dice| *dice.pick(&users));
        let sealed = |column, text: &str| self.app.vault.seal(column, text.as_bytes()).unwrap();
        let accountable = self.data.organisations.iter().find(|row| row.region_code == community_code).unwrap().id;
        let model = problem::Model {
            id,
            community_code,
            number: format!("ZXL-2026-{number:05}-1"),
            group_id,
            compound_id: building.as_ref().map(|row| row.compound_id),
            grid_id: building.as_ref().and_then(|row| row.grid_id),
            micro_grid_id: building.as_ref().and_then(|row| row.micro_grid_id),
            building_id: building.map(|row| row.id),
            channel: *dice.pick(ProblemChannel::ALL),
            nature: written.then_some(nature),
            domain: written.then_some(domain),
            complexity: dice.maybe(30, |dice| *dice.pick(ProblemComplexity::ALL)),
            status,
            open: false,
            visibility,
            urgent_claimed,
            urgent: urgent_claimed && dice.chance(50),
            supervision: *dice.pick(SupervisionLevel::ALL),
            escalated_to_meeting: dice.chance(20),
            handled_by,
            public_safety: dice.chance(20),
            report: format!("报告{number}\n电话"),
            place: text(dice, 50, "place"),
            title: written.then(|| format!("title {number}")),
            summary: written.then(|| format!("summary {number}")),
            public_summary: text(dice, 40, "public").or((visibility == ProblemVisibility::Public).then(|| "p".into())),
            reply: text(dice, 40, "reply").or((status == Closed).then(|| "r".into())),
            reason: text(dice, 40, "reason").or((status == Declined).then(|| "n".into())),
            other_channel: text(dice, 20, "channel"),
            outcome,
            referred_to: text(dice, 10, "referred"),
            reporter_id,
            reporter_name: dice.maybe(80, |_| sealed("problem.reporter_name", "王小明")),
            reporter_phone: dice.maybe(80, |_| sealed("problem.reporter_phone", "13812341234")),
            reporter_phone_hash: None,
            reporter_address: dice.maybe(50, |_| sealed("problem.reporter_address", "1幢301")),
            recorded_by_id: dice.maybe(40, |dice| *dice.pick(&users)),
            recorded_by_party_id: None,
            accountable_id: accountable,
            lead_task_id: led.then(|| self.app.ids.next(noon())),
            lead_party_id: leader.map(|party| party.id),
            lead_organisation_id: None,
            reported_at: days_ago(40) + TimeDelta::hours(i64::try_from(dice.below(20)).unwrap()),
            accepted_at: written.then(|| days_ago(20)),
            declined_at: (status == Declined || dice.chance(20)).then(|| days_ago([3, 15, 16][dice.below(3)])),
            declined_by_id: dice.maybe(20, |dice| *dice.pick(&users)),
            dispatched_at: led.then(|| days_ago(18)),
            due_at,
            due_order: noon(),
            due_rule: None,
            closed_at,
            rework_count: i64::try_from(dice.below(3)).unwrap(),
            reopen_count: i64::try_from(dice.below(2)).unwrap(),
            reporter_count: 1,
            revision: i64::try_from(dice.below(9)).unwrap(),
            notice_version: dice.maybe(70, |_| "2026-11".into()),
            notice_accepted_at: dice.maybe(70, |_| days_ago(40)),
            return_count: i64::try_from(dice.below(3)).unwrap(),
            merged_into_id: None,
            follows_id: None,
            merged_at: None,
            archive_at: None,
            due_from: None,
            reminded_percent: 0,
            remind_at: None,
            archived_at: closed_at.and_then(|_| dice.maybe(30, |_| days_ago(1))),
            held_at: None,
            held_until: None,
            hold_reason: None,
            contact_idle_at: None,
            report_idle_at: None,
            files_idle_at: None,
        };
        self.data.problems.push(model);
        self.parts(number);
    }

    /// What is kept with the problem that was just made.
    fn parts(&mut self, number: usize) {
        let row = self.data.problems.last().unwrap().clone();
        let (problem_id, community_code) = (row.id, row.community_code);
        let seats: Vec<party_seat::Model> =
            self.data.seats.iter().filter(|seat| seat.community_code == community_code).cloned().collect();
        for (place, seat) in seats.iter().enumerate() {
            if self.dice.chance(15)
                && !self.data.concerns.iter().any(|row| (row.problem_id, row.party_id) == (problem_id, seat.party_id))
            {
                let organisation_id = self.dice.maybe(70, |_| seat.organisation_id);
                let released_at = self.dice.maybe(50, |_| days_ago(5));
                let party_id = seat.party_id;
                let row = problem_concern::Model { problem_id, party_id, community_code, organisation_id, released_at };
                self.data.concerns.push(row);
            }
            // The lead comes first, of the first seat.
            let lead = row.lead_task_id.filter(|_| place == 0);
            if lead.is_some() || self.dice.chance(30) {
                self.task(problem_id, seat, place, lead);
            }
        }
        self.reporters_own(&row);
        for _ in 0..self.dice.below(3) {
            let (id, added_by) = (self.id(), Some(self.some_user()));
            let created_at = days_ago(self.dice.below(5).try_into().unwrap());
            let content = format!("addition {number}");
            self.data.additions.push(problem_addition::Model {
                id,
                problem_id,
                community_code,
                content,
                added_by,
                created_at,
            });
        }
        for _ in 0..self.dice.below(5) {
            self.disposition(problem_id, &seats);
        }
        for _ in 0..self.dice.below(2) {
            let (id, followed_up_by, reached) = (self.id(), self.some_user(), self.dice.chance(70));
            self.data.follow_ups.push(follow_up::Model {
                id,
                problem_id,
                community_code,
                method: *self.dice.pick(FollowUpMethod::ALL),
                reached,
                satisfaction: self.dice.maybe(60, |dice| *dice.pick(Satisfaction::ALL)).filter(|_| reached),
                note: self.dice.maybe(50, |_| "note".into()),
                followed_up_by,
                created_at: days_ago(2),
            });
        }
        self.files(&row);
        self.closures(&row);
        for _ in 0..self.dice.below(2) {
            let (id, viewer_id) = (self.id(), self.some_user());
            self.data.disclosures.push(disclosure::Model {
                id,
                community_code,
                problem_id,
                subject_id: row.reporter_id,
                viewer_id,
                viewer_role: *self.dice.pick(&[Role::Secretary, Role::Police]),
                viewer_party_id: self.dice.maybe(50, |_| seats[0].party_id),
                fields: json!(["name", "phone"]),
                purpose: "回电".into(),
                created_at: days_ago(1),
            });
        }
    }

    fn task(&mut self, problem_id: Uuid, seat: &party_seat::Model, place: usize, lead: Option<Uuid>) {
        use TaskStatus::{Acknowledged, Assigned, Cancelled, ReturnRequested, Submitted};
        let role = *self.dice.pick(TaskRole::ALL);
        let role = if lead.is_some() { TaskRole::Lead } else { role };
        let status = if role == TaskRole::Read {
            *self.dice.pick(&[TaskStatus::Unread, TaskStatus::Read, Cancelled])
        } else {
            let fitting: Vec<TaskStatus> = TaskStatus::ALL
                .iter()
                .copied()
                .filter(|status| !matches!(status, TaskStatus::Unread | TaskStatus::Read))
                .collect();
            *self.dice.pick(&fitting)
        };
        let open = [Assigned, Acknowledged, Submitted, ReturnRequested];
        let given = self
            .data
            .tasks
            .iter()
            .any(|row| row.problem_id == problem_id && row.role == TaskRole::Lead && open.contains(&row.status));
        let role = if role == TaskRole::Lead && lead.is_none() && given { TaskRole::Assist } else { role };
        let grids = self.grids_of(seat.community_code);
        let id = lead.unwrap_or_else(|| self.app.ids.next(noon()));
        let ended = !open.contains(&status) && role != TaskRole::Read;
        let acknowledged_by = Some(self.some_user());
        let acknowledged = self.dice.chance(50);
        self.data.tasks.push(disposition_task::Model {
            id,
            problem_id,
            community_code: seat.community_code,
            role,
            status,
            party_id: seat.party_id,
            seat_id: seat.id,
            organisation_id: seat.organisation_id,
            grid_id: self.dice.maybe(30, |dice| *dice.pick(&grids)),
            instruction: self.dice.maybe(60, |_| format!("instruction {place}")),
            assigned_at: days_ago(self.dice.below(4).try_into().unwrap()),
            due_at: self.dice.maybe(60, |dice| noon() + TimeDelta::hours([-3, 0, 5][dice.below(3)])),
            due_order: noon(),
            acknowledged_at: acknowledged.then(|| days_ago(1)),
            acknowledged_by: acknowledged_by.filter(|_| acknowledged),
            submitted_at: self.dice.maybe(30, |_| days_ago(1)),
            ended_at: ended.then(|| days_ago(1)),
            linked_task_id: None,
            feedback: self.dice.maybe(40, |_| "feedback".into()),
            end_reason: [TaskStatus::Waived, TaskStatus::Cancelled].contains(&status).then(|| "ended".into()),
        });
    }

    /// Releases of contact data to those with tasks, some of which hold; visits offered under tasks.
    fn reporters_own(&mut self, row: &problem::Model) {
        let tasks: Vec<_> = self.data.tasks.iter().filter(|task| task.problem_id == row.id).cloned().collect();
        let (problem_id, community_code) = (row.id, row.community_code);
        for task in tasks {
            if self.dice.chance(60) {
                let (party_id, organisation_id) = (task.party_id, task.organisation_id);
                let before = |other: &contact_release::Model| {
                    (other.problem_id, other.organisation_id) == (problem_id, organisation_id)
                };
                let stands = self.data.releases.iter().any(before);
                let phone = self.dice.chance(50);
                let name = self.dice.chance(50) || !phone;
                let expires_at =
                    [noon() - TimeDelta::hours(1), noon(), noon() + TimeDelta::days(3)][self.dice.below(3)];
                let withdrawn = stands || self.dice.chance(25);
                let (id, released_by, address) = (self.id(), self.some_user(), self.dice.chance(30));
                let created_at = days_ago(self.dice.below(4).try_into().unwrap()) - TimeDelta::hours(2);
                self.data.releases.push(contact_release::Model {
                    id,
                    problem_id,
                    community_code,
                    party_id,
                    organisation_id,
                    name,
                    phone,
                    address,
                    released_by,
                    created_at,
                    expires_at,
                    withdrawn_at: withdrawn.then(|| noon() - TimeDelta::hours(1)),
                });
            }
            if self.dice.chance(50) {
                let status = *self.dice.pick(VisitStatus::ALL);
                let lapses_at =
                    [noon() - TimeDelta::hours(1), noon(), noon() + TimeDelta::hours(1)][self.dice.below(3)];
                let met = [VisitStatus::Chosen, VisitStatus::Kept, VisitStatus::Missed].contains(&status);
                let stands = [VisitStatus::Chosen, VisitStatus::Offered].contains(&status);
                let time = |time: DateTime<Utc>| json!(time.to_rfc3339());
                let slot = json!({ "from": time(lapses_at), "to": time(lapses_at + TimeDelta::hours(1)) });
                let (id, offered_by, place) = (self.id(), self.some_user(), *self.dice.pick(VisitPlace::ALL));
                let message = self.dice.maybe(50, |_| "message".into());
                let created_at = days_ago(self.dice.below(3).try_into().unwrap());
                self.data.visits.push(visit_offer::Model {
                    id,
                    problem_id,
                    community_code,
                    task_id: task.id,
                    party_id: task.party_id,
                    organisation_id: task.organisation_id,
                    place,
                    message,
                    status,
                    slots: json!([slot]),
                    lapses_at,
                    chosen_from: met.then_some(lapses_at),
                    chosen_to: met.then(|| lapses_at + TimeDelta::hours(1)),
                    code_word: met.then(|| "0042".into()),
                    offered_by,
                    created_at,
                    ended_at: (!stands).then(|| days_ago(1)),
                    revision: 1,
                });
            }
        }
    }

    fn disposition(&mut self, problem_id: Uuid, seats: &[party_seat::Model]) {
        let seat = self.dice.pick(seats).clone();
        let (id, recorded_by) = (self.id(), self.some_user());
        let tasks: Vec<Uuid> =
            self.data.tasks.iter().filter(|row| row.problem_id == problem_id).map(|row| row.id).collect();
        let counted = self.dice.chance(40);
        self.data.dispositions.push(disposition::Model {
            id,
            problem_id,
            community_code: seat.community_code,
            task_id: if tasks.is_empty() { None } else { self.dice.maybe(70, |dice| *dice.pick(&tasks)) },
            party_id: seat.party_id,
            organisation_id: seat.organisation_id,
            action: *self.dice.pick(DispositionAction::ALL),
            content: "content".into(),
            internal_note: self.dice.maybe(40, |_| "internal".into()),
            reply: self.dice.maybe(40, |_| "reply".into()),
            quantity_value: counted.then_some(800),
            quantity_unit: counted.then_some(QuantityUnit::SquareMetre),
            quantity_precision: counted.then_some(QuantityPrecision::AtLeast),
            recorded_by,
            created_at: days_ago(self.dice.below(3).try_into().unwrap()),
        });
    }

    /// Files of the report, of what was done, and copies.
    fn files(&mut self, of: &problem::Model) {
        let acts: Vec<Uuid> =
            self.data.dispositions.iter().filter(|row| row.problem_id == of.id).map(|row| row.id).collect();
        let additions: Vec<Uuid> =
            self.data.additions.iter().filter(|row| row.problem_id == of.id).map(|row| row.id).collect();
        for place in 0..self.dice.below(4) {
            let (id, copy, uploaded_by) = (self.id(), self.id(), self.some_user());
            let disposition_id = if acts.is_empty() { None } else { self.dice.maybe(40, |dice| *dice.pick(&acts)) };
            let addition_id =
                if additions.is_empty() { None } else { self.dice.maybe(30, |dice| *dice.pick(&additions)) };
            let parties = &self.data.parties;
            let (gone, name) = (self.dice.chance(20), self.dice.chance(60));
            let file = attachment::Model {
                id,
                problem_id: of.id,
                community_code: of.community_code,
                addition_id: addition_id.filter(|_| disposition_id.is_none()),
                disposition_id,
                original_id: None,
                kind: *self.dice.pick(AttachmentKind::ALL),
                status: if gone { AttachmentStatus::Withdrawn } else { AttachmentStatus::Attached },
                name: format!("photo-{place}.jpg"),
                file_name: name.then(|| self.app.vault.seal("attachment.file_name", b"given.jpg").unwrap()),
                file_type: *self.dice.pick(FileType::ALL),
                bytes: 1000,
                digest: vec![7; 32],
                object_key: Some(id.to_string()),
                uploaded_by,
                uploaded_by_role: *self.dice.pick(Role::ALL),
                uploaded_by_party_id: self.dice.maybe(50, |dice| dice.pick(parties).id),
                created_at: days_ago(self.dice.below(3).try_into().unwrap()),
                withdrawn_at: gone.then(|| days_ago(0)),
            };
            if disposition_id.is_none() && self.dice.chance(50) {
                let back = gone || self.dice.chance(30);
                self.data.attachments.push(attachment::Model {
                    id: copy,
                    addition_id: None,
                    original_id: Some(id),
                    status: if back { AttachmentStatus::Withdrawn } else { AttachmentStatus::Released },
                    file_name: None,
                    object_key: None,
                    withdrawn_at: back.then(|| days_ago(0)),
                    ..file.clone()
                });
            }
            self.data.attachments.push(file);
        }
    }

    fn closures(&mut self, row: &problem::Model) {
        let stands = row.status == ProblemStatus::Closed;
        for place in 0..2 {
            if place == 1 && !stands || place == 0 && self.dice.chance(60) {
                continue;
            }
            let (id, closure_rating) = (self.id(), self.id());
            self.data.closures.push(closure::Model {
                id,
                problem_id: row.id,
                community_code: row.community_code,
                status: ProblemStatus::Closed,
                outcome: row.outcome.or(Some(ClosureOutcome::Solved)),
                domain: row.domain,
                lead_party_id: row.lead_party_id,
                ended_at: days_ago(20 - place),
                resumed_at: (place == 0).then(|| days_ago(19)),
            });
            if self.dice.chance(50) {
                self.data.ratings.push(rating::Model {
                    id: closure_rating,
                    problem_id: row.id,
                    community_code: row.community_code,
                    closure_id: id,
                    satisfaction: *self.dice.pick(Satisfaction::ALL),
                    comment: self.dice.maybe(50, |_| "comment".into()),
                    rated_by: row.reporter_id,
                    created_at: days_ago(1),
                });
            }
        }
    }

    fn events(&mut self) {
        for seq in 1..=400_i64 {
            let kind = *self.dice.pick(Kind::ALL);
            let problem = self.dice.maybe(80, |dice| dice.below(1000));
            let problem = problem.map(|place| &self.data.problems[place % self.data.problems.len()]);
            let stream =
                problem.map_or_else(|| *self.dice.pick(&[0, STREET, COUNTY, COMMUNITY]), |row| row.community_code);
            let (problem_id, reporter) = (problem.map(|row| row.id), problem.and_then(|row| row.reporter_id));
            let (id, subject_id) = (self.id(), problem_id.unwrap_or(self.data.users[0].id));
            let actor_id = if self.dice.chance(40) { reporter } else { Some(self.some_user()) };
            let parties = &self.data.parties;
            self.data.events.push(event::Model {
                id,
                stream,
                seq,
                position: None,
                kind: kind.name().into(),
                subject: kind.subject().0.into(),
                subject_id,
                problem_id,
                community_code: (level(stream) == RegionLevel::Community).then_some(stream),
                actor_id,
                actor_role: self.dice.maybe(80, |dice| *dice.pick(Role::ALL)),
                actor_party_id: self.dice.maybe(50, |dice| dice.pick(parties).id),
                data: if self.dice.chance(50) { json!({ "domain": "SAFETY", "outcome": "SOLVED" }) } else { json!({}) },
                salt: None,
                occurred_at: days_ago(6) + TimeDelta::hours(self.dice.below(40).try_into().unwrap()),
                previous_hash: vec![0; 32],
                hash: vec![0; 32],
            });
        }
    }

    /// A whistle for a problem of the community or for none, somewhere in it, with calls that stand as it does.
    fn whistle(&mut self, community_code: i64) {
        let number = self.data.whistles.len();
        let of_community = |code: i64| code == community_code;
        let problems: Vec<problem::Model> =
            self.data.problems.iter().filter(|row| of_community(row.community_code)).cloned().collect();
        let problem_id = self.dice.maybe(60, |dice| dice.pick(&problems).id);
        let grids: Vec<grid::Model> =
            self.data.grids.iter().filter(|row| of_community(row.community_code)).cloned().collect();
        let grid = self.dice.maybe(70, |dice| dice.pick(&grids).clone());
        let status = *self.dice.pick(WhistleStatus::ALL);
        let raised_at = noon() - TimeDelta::minutes([5, 29, 30, 31, 90, 3000][self.dice.below(6)]);
        let over = [WhistleStatus::Closed, WhistleStatus::Cancelled].contains(&status);
        let groups: Vec<Uuid> =
            self.data.groups.iter().filter(|row| of_community(row.community_code)).map(|row| row.id).collect();
        let row = whistle::Model {
            id: self.id(),
            community_code,
            group_id: *self.dice.pick(&groups),
            problem_id,
            grounds: *self.dice.pick(WhistleGrounds::ALL),
            summary: format!("whistle {number}"),
            place: Some(format!("spot {number}")),
            compound_id: None,
            grid_id: grid.as_ref().map(|grid| grid.parent_id.unwrap_or(grid.id)),
            micro_grid_id: grid.filter(|grid| grid.parent_id.is_some()).map(|grid| grid.id),
            building_id: None,
            status,
            open: !over,
            raised_at,
            raised_by: self.some_user(),
            raised_by_role: *self.dice.pick(&[Role::Secretary, Role::GridWorker]),
            due_at: raised_at + TimeDelta::minutes(30),
            due_rule: "WHISTLE_RESPONSE".into(),
            ended_at: over.then(noon),
            reason: (status == WhistleStatus::Cancelled).then(|| "mistake".into()),
            revision: 2,
        };
        let seats: Vec<party_seat::Model> =
            self.data.seats.iter().filter(|seat| of_community(seat.community_code)).cloned().collect();
        for seat in seats {
            if self.dice.chance(40) {
                self.call(&row, &seat);
            }
        }
        self.data.whistles.push(row);
    }

    fn call(&mut self, whistle: &whistle::Model, seat: &party_seat::Model) {
        use WhistleCallStatus::{Called, Cancelled, Done, Excused, ReportedIn};
        let fitting: &[WhistleCallStatus] = match whistle.status {
            WhistleStatus::Raised => &[Called, Excused],
            WhistleStatus::Responding => &[Called, ReportedIn, Done, Excused],
            WhistleStatus::Closed => &[Done, Excused],
            WhistleStatus::Cancelled => &[Cancelled, Excused],
        };
        let status = *self.dice.pick(fitting);
        let called_at = whistle.raised_at + TimeDelta::minutes(self.dice.below(3).try_into().unwrap());
        let came = [ReportedIn, Done].contains(&status);
        let located = came && self.dice.chance(50);
        let (id, person) = (self.id(), self.some_user());
        let late = self.dice.below(60).try_into().unwrap();
        self.data.calls.push(whistle_call::Model {
            id,
            whistle_id: whistle.id,
            community_code: whistle.community_code,
            party_id: seat.party_id,
            seat_id: seat.id,
            organisation_id: seat.organisation_id,
            status,
            called_at,
            called_by: whistle.raised_by,
            due_at: called_at + TimeDelta::minutes(30),
            due_rule: "WHISTLE_RESPONSE".into(),
            reported_in_at: came.then(|| called_at + TimeDelta::minutes(late)),
            reported_in_by: came.then_some(person),
            place: came.then(|| "gate".into()),
            latitude_microdegrees: located.then_some(32_012_345),
            longitude_microdegrees: located.then_some(119_456_789),
            done_at: (status == Done).then(noon),
            done_by: (status == Done).then_some(person),
            note: (status == Done).then(|| "note".into()),
            excused_at: (status == Excused).then(noon),
            excused_by: (status == Excused).then_some(person),
            reason: (status == Excused).then(|| "reason".into()),
            reminded_at: None,
            revision: 1,
        });
    }

    /// What people were told of, in posts that they hold or held, and as persons; someone who also works in a grid.
    fn told(&mut self) {
        let grid = self.grids_of(COMMUNITY)[0];
        let worker = Post::of(AppointmentKind::GridWorker, Role::GridWorker, COMMUNITY);
        let city = self.viewers.iter().find(|viewer| viewer.role == Role::CityManagement).unwrap().user;
        self.post(city, &Post { grid: Some(grid), ..worker });
        // A partner's client is no person.
        let person = |viewer: &&Viewer| self.data.users.iter().any(|user| user.id == viewer.user);
        let people: Vec<Uuid> = self.viewers.iter().filter(person).map(|viewer| viewer.user).collect();
        let events: Vec<Uuid> = self.data.events.iter().map(|event| event.id).collect();
        let numbers: Vec<String> = self.data.problems.iter().map(|problem| problem.number.clone()).collect();
        for (place, user_id) in people.iter().enumerate() {
            let posts: Vec<Uuid> =
                self.data.appointments.iter().filter(|post| post.user_id == *user_id).map(|post| post.id).collect();
            for number in 0..7_usize {
                let created_at = noon() - TimeDelta::hours(i64::try_from(number / 2).unwrap());
                let (id, kind) = (self.id(), *self.dice.pick(NotificationKind::ALL));
                self.data.notifications.push(notification::Model {
                    id,
                    event_id: events[(place * 7 + number) % events.len()],
                    user_id: *user_id,
                    post_id: self.dice.maybe(70, |dice| posts.get(dice.below(posts.len().max(1))).copied()).flatten(),
                    kind,
                    number: self.dice.maybe(80, |dice| dice.pick(&numbers).clone()),
                    due_at: self.dice.maybe(60, |_| noon() + TimeDelta::hours(5)),
                    created_at,
                    read_at: self.dice.maybe(40, |_| noon()),
                    urgent: false,
                    status: DeliveryStatus::Skipped,
                    attempts: 0,
                    next_at: created_at,
                    delivered_at: None,
                });
            }
        }
    }

    async fn store(&self) {
        let data = &self.data;
        let tx = self.app.db.begin().await.unwrap();
        let db = &tx;
        // Rows that name each other: SQLite looks at the end whether all are there, PostgreSQL is told not to look.
        let postgres = db.get_database_backend() == DbBackend::Postgres;
        let unordered =
            if postgres { "SET LOCAL session_replication_role = replica" } else { "PRAGMA defer_foreign_keys = ON" };
        db.execute_unprepared(unordered).await.unwrap();
        put(db, active(&data.regions)).await;
        put(db, active(&data.compounds)).await;
        put(db, active(&data.grids)).await;
        put(db, active(&data.buildings)).await;
        put(db, active(&data.organisations)).await;
        put(db, active(&data.groups)).await;
        put(db, active(&data.parties)).await;
        put(db, active(&data.seats)).await;
        put(db, active(&data.covers)).await;
        put(db, active(&data.users)).await;
        put(db, active(&data.appointments)).await;
        put(db, active(&data.invitations)).await;
        // What the database makes itself is not given to it.
        let problems = active(&data.problems);
        put(
            db,
            problems.into_iter().map(|row| problem::ActiveModel { open: NotSet, due_order: NotSet, ..row }).collect(),
        )
        .await;
        put(db, active(&data.concerns)).await;
        put(db, active(&data.additions)).await;
        put(db, active(&data.closures)).await;
        let tasks = active(&data.tasks);
        put(db, tasks.into_iter().map(|row| disposition_task::ActiveModel { due_order: NotSet, ..row }).collect())
            .await;
        put(db, active(&data.dispositions)).await;
        put(db, active(&data.follow_ups)).await;
        put(db, active(&data.ratings)).await;
        put(db, active(&data.disclosures)).await;
        put(db, active(&data.requests)).await;
        put(db, active(&data.extensions)).await;
        put(db, active(&data.suspensions)).await;
        put(db, active(&data.ledger)).await;
        put(db, active(&data.merges)).await;
        put(db, active(&data.merged_tasks)).await;
        put(db, active(&data.supervisions)).await;
        put(db, active(&data.events)).await;
        let whistles = active(&data.whistles);
        put(db, whistles.into_iter().map(|row| whistle::ActiveModel { open: NotSet, ..row }).collect()).await;
        put(db, active(&data.calls)).await;
        put(db, active(&data.releases)).await;
        put(db, active(&data.visits)).await;
        put(db, active(&data.attachments)).await;
        let mediations = active(&data.mediations);
        put(db, mediations.into_iter().map(|row| mediation::ActiveModel { due_order: NotSet, ..row }).collect()).await;
        put(db, active(&data.sides)).await;
        put(db, active(&data.sessions)).await;
        put(db, active(&data.attended)).await;
        put(db, active(&data.statements)).await;
        put(db, active(&data.agreements)).await;
        put(db, active(&data.obligations)).await;
        put(db, active(&data.exclusions)).await;
        put(db, active(&data.notifications)).await;
        put(db, active(&data.subject_requests)).await;
        put(db, active(&data.redactions)).await;
        tx.commit().await.unwrap();
    }
}

impl World {
    /// A world on `db`, the same for the same seed, with `problems` in its first community and some elsewhere.
    pub async fn new(db: Backing, seed: u64, problems: usize) -> Self {
        // A fault says no more than its number; what it was is in the log of a test that fails.
        let _ = tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).with_test_writer().try_init();
        let mut app = db.app().await;
        app.clock = Clock::stopped(noon());
        app.ids = Ids::seeded(seed);
        let mut maker = Maker { app: &app, dice: Dice::new(seed), data: Data::default(), viewers: vec![] };
        maker.places();
        for community in COMMUNITIES {
            maker.group(community, LinkageGroupKind::SixParty);
            maker.group(community, LinkageGroupKind::Consortium);
        }
        maker.above();
        maker.staff(COMMUNITY);
        let of_community = maker.viewers.len();
        maker.staff(COMMUNITIES[1]);
        maker.viewers.truncate(of_community);
        maker.others();
        for number in 0..problems {
            maker.problem(COMMUNITY, number);
        }
        for (place, community) in COMMUNITIES[1..].iter().enumerate() {
            for number in 0..8 {
                maker.problem(*community, problems + place * 8 + number);
            }
        }
        maker.courses();
        maker.events();
        for (place, community) in COMMUNITIES.iter().enumerate() {
            for _ in 0..if place == 0 { 24 } else { 6 } {
                maker.whistle(*community);
            }
        }
        maker.mediations();
        maker.told();
        maker.privacy();
        maker.store().await;
        liufang::search::service::reindex(&app, |_, _| {}).await.unwrap_or_else(|error| panic!("{error:?}"));
        let viewers = maker.viewers;
        let data = Box::pin(Data::read(&app.db)).await;
        Self { door: Door::new(schema::model(), Limits::default()), app, viewers, data, db }
    }

    /// A single connection to its database.
    pub async fn connection(&self) -> DatabaseConnection {
        let database = liufang::config::Database { url: self.db.url.clone(), connections: 1 };
        liufang::db::connect(&database).await.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// The viewer of a role whose region is the lowest.
    pub fn viewer(&self, role: Role) -> &Viewer {
        self.viewers
            .iter()
            .filter(|viewer| viewer.role == role)
            .min_by_key(|viewer| rule::divisor(viewer.level))
            .unwrap()
    }

    /// The whole answer, as text.
    pub async fn text(&self, viewer: &Viewer, query: &str, variables: &Map<String, Value>) -> String {
        self.body(viewer, query, None, variables.clone()).await
    }

    /// The whole answer to one of a document's operations.
    pub async fn operation(&self, viewer: &Viewer, query: &str, name: Option<String>, variables: Value) -> Value {
        let Value::Object(variables) = variables else { panic!("variables are an object") };
        serde_json::from_str(&self.body(viewer, query, name, variables).await).unwrap()
    }

    async fn body(
        &self,
        viewer: &Viewer,
        query: &str,
        operation: Option<String>,
        variables: Map<String, Value>,
    ) -> String {
        let (query, language) = (query.to_owned(), Language::En);
        let ask = Ask { query, operation, variables, language, address: None, queries_only: false };
        self.door.answer(&self.app, Some(viewer), ask, "test").await.body
    }

    /// The whole answer.
    pub async fn ask(&self, viewer: &Viewer, query: &str, variables: Value) -> Value {
        let Value::Object(variables) = variables else { panic!("variables are an object") };
        serde_json::from_str(&self.text(viewer, query, &variables).await).unwrap()
    }

    /// The data of an answer without errors.
    pub async fn data(&self, viewer: &Viewer, query: &str, variables: Value) -> Value {
        let mut answer = self.ask(viewer, query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer}\n{query}");
        answer["data"].take()
    }

    /// The code of a refusal.
    pub async fn refusal(&self, viewer: &Viewer, query: &str, variables: Value) -> String {
        let answer = self.ask(viewer, query, variables).await;
        assert!(answer.get("data").is_none_or(Value::is_null), "{answer}\n{query}");
        answer["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
    }
}
