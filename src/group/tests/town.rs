//! A street with two communities, and what stands in the first.

use chrono::{DateTime, NaiveDate, Utc};
use entity::word::{
    AppointmentKind, LinkageGroupKind, OrganisationKind, PartyKind, ProblemChannel, ProblemStatus, ProblemVisibility,
    RegionLevel, Role, SupervisionLevel, TaskRole, TaskStatus,
};
use entity::{appointment, disposition_task, linkage_group, problem, user};
use migration::{Migrator, MigratorTrait};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait};
use tokio::sync::Notify;
use uuid::Uuid;

use super::super::command::{
    ActivateGroupInput, AddPartyInput, AddSeatInput, AppointPersonInput, CreateLinkageGroupInput, EndAppointmentInput,
};
use super::super::service;
use crate::act::Call;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Code, Error, Result, UserError};
use crate::id::Ids;
use crate::policy::{Viewer, scopes_of};
use crate::read::revision;
use crate::read::shape::Id;
use crate::region::command::{CreateBuildingInput, CreateCompoundInput, CreateGridInput, CreateOrganisationInput};
use crate::region::service as places;
use crate::vault::{KEY_BYTES, Vault};

pub const CITY: i64 = 321_100_000_000;
pub const COUNTY: i64 = 321_181_000_000;
pub const STREET: i64 = 321_181_402_000;
pub const COMMUNITY: i64 = 321_181_402_001;
pub const NEIGHBOUR: i64 = 321_181_402_002;

pub struct Town {
    pub app: App,
    _directory: tempfile::TempDir,
}

pub fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 7, day).unwrap()
}

fn noon() -> DateTime<Utc> {
    day(15).and_hms_opt(4, 0, 0).unwrap().and_utc()
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(5).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| options.foreign_keys(true).pragma("journal_mode", "WAL"));
    Database::connect(options).await.unwrap()
}

async fn database(directory: &tempfile::TempDir) -> DatabaseConnection {
    let Ok(server) = std::env::var("LIUFANG_TEST_POSTGRES") else {
        return connect(&format!("sqlite://{}?mode=rwc", directory.path().join("town.db").display())).await;
    };
    let name = format!("group_{}", Ids::default().next(noon()).simple());
    let db = connect(&format!("{server}/postgres")).await;
    db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    connect(&format!("{server}/{name}")).await
}

/// The refusal of a result that must be one.
pub fn refused<T: std::fmt::Debug>(result: Result<T>) -> UserError {
    match result {
        Err(Error::Refused(mut errors)) => errors.remove(0),
        other => panic!("{other:?}"),
    }
}

pub fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    refused(result).complaint.code
}

impl Town {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let db = database(&directory).await;
        Migrator::up(&db, None).await.unwrap();
        let app = App {
            config: Config::default(),
            db,
            clock: Clock::stopped(noon()),
            ids: Ids::default(),
            vault: Vault::new(&[7; KEY_BYTES]),
            calendars: crate::calendar::kept::Calendars::default(),
            committed: Notify::new(),
            files: crate::attachment::store::Files::in_memory(),
            adapter: Box::new(crate::notification::adapter::InMemory::default()),
            auth: crate::auth::Auth::new(crate::auth::Settings::default()).unwrap(),
        };
        let town = Self { app, _directory: directory };
        // Whom `viewer` makes.
        town.named(Uuid::from_u128(1), "赵某").await;
        let city = viewer(Role::Supervisor, CITY);
        for code in [CITY, COUNTY, STREET, COMMUNITY, NEIGHBOUR] {
            let new = places::NewRegion { code, name: format!("区划{code}") };
            places::create_region(town.call(&city), new).await.unwrap();
        }
        town
    }

    pub fn call<'a>(&'a self, viewer: &'a Viewer) -> Call<'a> {
        Call { app: &self.app, viewer, command: "test", digest: vec![] }
    }

    pub fn key(&self) -> String {
        self.app.ids.next(noon()).to_string()
    }

    pub async fn organisation(&self, viewer: &Viewer, region: i64, kind: OrganisationKind, name: &str) -> Result<Uuid> {
        let input = CreateOrganisationInput {
            region_code: region.to_string(),
            kind,
            name: name.into(),
            idempotency_key: self.key(),
        };
        places::create_organisation(self.call(viewer), input).await
    }

    pub async fn compound(&self, viewer: &Viewer, name: &str) -> Uuid {
        let input = CreateCompoundInput {
            community_code: COMMUNITY.to_string(),
            name: name.into(),
            idempotency_key: self.key(),
        };
        places::create_compound(self.call(viewer), input).await.unwrap()
    }

    pub async fn grid(&self, viewer: &Viewer, code: &str) -> Result<Uuid> {
        let input = CreateGridInput { code: code.into(), name: format!("网格{code}"), idempotency_key: self.key() };
        places::create_grid(self.call(viewer), input).await
    }

    pub async fn building(
        &self,
        viewer: &Viewer,
        compound: Uuid,
        micro_grid: Option<Uuid>,
        name: &str,
    ) -> Result<Uuid> {
        let input = CreateBuildingInput {
            compound: Id::new(compound),
            grid: None,
            micro_grid: micro_grid.map(Id::new),
            name: name.into(),
            idempotency_key: self.key(),
        };
        places::create_building(self.call(viewer), input).await
    }

    pub async fn group(&self, viewer: &Viewer, community: i64, kind: LinkageGroupKind) -> Result<Uuid> {
        let input = CreateLinkageGroupInput {
            community_code: community.to_string(),
            kind,
            name: "小组".into(),
            idempotency_key: self.key(),
        };
        service::create_group(self.call(viewer), input).await
    }

    pub async fn party(&self, viewer: &Viewer, group: Uuid, kind: PartyKind) -> Result<Uuid> {
        let input = AddPartyInput { group: Id::new(group), kind, name: None, idempotency_key: self.key() };
        service::add_party(self.call(viewer), input).await
    }

    pub async fn seat(&self, viewer: &Viewer, party: Uuid, organisation: Uuid, compounds: &[Uuid]) -> Result<Uuid> {
        let input = AddSeatInput {
            party: Id::new(party),
            organisation: Id::new(organisation),
            compounds: compounds.iter().copied().map(Id::new).collect(),
            started_on: None,
            idempotency_key: self.key(),
        };
        service::add_seat(self.call(viewer), input).await
    }

    /// A party with an organisation of its own in its seat.
    pub async fn filled(&self, viewer: &Viewer, group: Uuid, kind: PartyKind) -> (Uuid, Uuid) {
        use entity::word::Word as _;
        let party = self.party(viewer, group, kind).await.unwrap();
        let name = format!("{}{}", kind.zh(), self.key());
        let organisation = self.organisation(viewer, COMMUNITY, OrganisationKind::Other, &name).await.unwrap();
        self.seat(viewer, party, organisation, &[]).await.unwrap();
        (party, organisation)
    }

    pub async fn revision(&self, group: Uuid) -> String {
        let row = linkage_group::Entity::find_by_id(group).one(&self.app.db).await.unwrap().unwrap();
        self.shown(group, row.revision)
    }

    fn shown(&self, id: Uuid, revision: i64) -> String {
        revision::show(&self.app.vault, id, revision)
    }

    pub async fn activate(&self, viewer: &Viewer, group: Uuid, convenor: Option<Uuid>) -> Result<Uuid> {
        let expected_revision = self.revision(group).await;
        let input = ActivateGroupInput { group: Id::new(group), convenor: convenor.map(Id::new), expected_revision };
        service::activate(self.call(viewer), input).await
    }

    pub async fn person(&self, name: &str) -> Uuid {
        let id = self.app.ids.next(noon());
        self.named(id, name).await;
        id
    }

    async fn named(&self, id: Uuid, name: &str) {
        let row = user::ActiveModel {
            id: Set(id),
            name: Set(name.into()),
            username: Set(id.to_string()),
            password_hash: Set(None),
            password_changed_at: Set(None),
            phone: Set(None),
            phone_hash: Set(None),
            created_at: Set(noon()),
            disabled_at: Set(None),
        };
        user::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
    }

    /// What an appointment asks for, but its place.
    pub fn post(&self, person: Uuid, kind: AppointmentKind) -> AppointPersonInput {
        AppointPersonInput {
            person: Id::new(person),
            kind,
            identity: None,
            selected_by: None,
            region_code: None,
            party: None,
            organisation: None,
            grid: None,
            building: None,
            started_on: None,
            idempotency_key: self.key(),
        }
    }

    pub async fn install(&self, input: AppointPersonInput) -> Result<Uuid> {
        service::install(self.call(&viewer(Role::Supervisor, CITY)), input).await
    }

    pub async fn representative(&self, party: Uuid, person: Uuid) -> Result<Uuid> {
        let input = AppointPersonInput {
            party: Some(Id::new(party)),
            ..self.post(person, AppointmentKind::PartyRepresentative)
        };
        self.install(input).await
    }

    pub async fn end(&self, viewer: &Viewer, post: Uuid, successor: Option<Uuid>) -> Result<Uuid> {
        let row = self.appointment(post).await;
        let input = EndAppointmentInput {
            appointment: Id::new(post),
            hand_over_to: successor.map(Id::new),
            expected_revision: self.shown(post, row.revision),
        };
        service::end_appointment(self.call(viewer), input).await
    }

    pub async fn appointment(&self, id: Uuid) -> appointment::Model {
        appointment::Entity::find_by_id(id).one(&self.app.db).await.unwrap().unwrap()
    }

    /// An open problem of a group, and its lead task where a seat is given.
    pub async fn problem(&self, group: Uuid, accountable: Uuid, lead: Option<(Uuid, Uuid)>, grid: Option<Uuid>) {
        let (id, task) = (self.app.ids.next(noon()), self.app.ids.next(noon()));
        let row = problem::ActiveModel {
            id: Set(id),
            community_code: Set(COMMUNITY),
            number: Set(id.to_string()),
            group_id: Set(group),
            channel: Set(ProblemChannel::Resident),
            status: Set(ProblemStatus::Reported),
            visibility: Set(ProblemVisibility::Parties),
            urgent_claimed: Set(false),
            urgent: Set(false),
            supervision: Set(SupervisionLevel::None),
            escalated_to_meeting: Set(false),
            handled_by: Set(RegionLevel::Community),
            public_safety: Set(false),
            report: Set("路灯不亮".into()),
            accountable_id: Set(accountable),
            reported_at: Set(noon()),
            rework_count: Set(0),
            reopen_count: Set(0),
            reporter_count: Set(1),
            revision: Set(1),
            ..Default::default()
        };
        problem::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
        let Some((party, seat)) = lead else { return };
        let row = disposition_task::ActiveModel {
            id: Set(task),
            problem_id: Set(id),
            community_code: Set(COMMUNITY),
            role: Set(TaskRole::Lead),
            status: Set(TaskStatus::Acknowledged),
            party_id: Set(party),
            seat_id: Set(seat),
            organisation_id: Set(accountable),
            grid_id: Set(grid),
            assigned_at: Set(noon()),
            ..Default::default()
        };
        disposition_task::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
    }
}

pub fn viewer(role: Role, region: i64) -> Viewer {
    Viewer {
        user: Uuid::from_u128(1),
        post: Uuid::from_u128(2),
        role,
        scopes: scopes_of(role),
        region,
        level: crate::policy::rule::level_of(region).unwrap(),
        organisation: None,
        group: None,
        party: None,
        grid: None,
        family: Uuid::from_u128(3),
        token: Uuid::from_u128(4),
    }
}
