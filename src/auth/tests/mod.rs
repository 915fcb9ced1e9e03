//! Signing in, through the functions that commands, the door and the command line call, on a migrated database: SQLite, or
//! PostgreSQL where `LIUFANG_TEST_POSTGRES` names a server.

mod account;
mod session;
mod sign_in;
mod token;

use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::word::{AppointmentKind, OrganisationKind, RegionLevel, Role};
use entity::{appointment, organisation, region};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, IntoActiveModel,
};
use tokio::sync::Notify;
use uuid::Uuid;

use super::Denied::{self, Rejected, Unreadable};
use super::session::{self as sessions, Session};
use super::{Auth, Settings, account as accounts, administrator, authenticate};
use crate::act::{Call, Caller};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Code, Error, Language, Result};
use crate::id::Ids;
use crate::policy::Viewer;
use crate::vault::{KEY_BYTES, Vault};

pub(super) const PASSWORD: &str = "corner shop, blue door";
pub(super) const COUNTY: i64 = 321_181_000_000;
pub(super) const STREET: i64 = 321_181_402_000;
pub(super) const COMMUNITY: i64 = 321_181_402_001;
pub(super) const ELSEWHERE: i64 = 321_181_403_001;

/// A server in a town of two streets with a community each, on a day in July.
pub(super) struct Town {
    pub(super) app: App,
    directory: tempfile::TempDir,
    url: String,
    moments: AtomicI64,
}

pub(super) fn noon(day: u32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(2026, 7, day).unwrap().and_hms_opt(4, 0, 0).unwrap().and_utc()
}

pub(super) fn cheap() -> Settings {
    Settings { memory_kib: 8, iterations: 1, ..Settings::default() }
}

fn app(db: DatabaseConnection, aside: DatabaseConnection, settings: Settings, key: u8) -> App {
    App {
        config: Config::default(),
        db,
        clock: Clock::stopped(noon(15)),
        ids: Ids::default(),
        vault: Vault::new(&[key; KEY_BYTES]),
        calendars: crate::calendar::kept::Calendars::default(),
        committed: Notify::new(),
        files: crate::attachment::store::Files::in_memory(),
        adapter: Box::new(crate::notification::adapter::InMemory::default()),
        auth: Auth::new(settings).unwrap().reading_aside(aside),
    }
}

pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(5).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| options.foreign_keys(true).pragma("journal_mode", "WAL"));
    Database::connect(options).await.unwrap()
}

/// The address of an empty database.
pub(crate) async fn database(directory: &tempfile::TempDir) -> String {
    let Ok(server) = std::env::var("LIUFANG_TEST_POSTGRES") else {
        return format!("sqlite://{}?mode=rwc", directory.path().join("town.db").display());
    };
    let name = format!("town_{}", Ids::default().next(noon(1)).simple());
    let db = connect(&format!("{server}/postgres")).await;
    db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    format!("{server}/{name}")
}

impl Town {
    pub(super) async fn new() -> Self {
        Self::with(cheap()).await
    }

    pub(super) async fn with(settings: Settings) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = database(&directory).await;
        let db = connect(&url).await;
        Migrator::up(&db, None).await.unwrap();
        let town = Self { app: app(db, connect(&url).await, settings, 7), directory, url, moments: AtomicI64::new(0) };
        town.found().await;
        town
    }

    /// Another instance on the same database.
    pub(super) async fn instance(&self, settings: Settings, key: u8) -> App {
        assert!(self.directory.path().exists());
        app(connect(&self.url).await, connect(&self.url).await, settings, key)
    }

    async fn found(&self) {
        use RegionLevel::{City, Community, County, Street};
        for (code, level, parent) in [
            (321_100_000_000, City, None),
            (COUNTY, County, Some(321_100_000_000)),
            (STREET, Street, Some(COUNTY)),
            (ELSEWHERE - 1, Street, Some(COUNTY)),
            (COMMUNITY, Community, Some(STREET)),
            (ELSEWHERE, Community, Some(ELSEWHERE - 1)),
        ] {
            let (id, name) = (self.id(), format!("region {code}"));
            let row = region::Model { code, id, level, name, parent_code: parent }.into_active_model();
            row.insert(&self.app.db).await.unwrap();
        }
        for (region_code, kind) in [
            (COUNTY, OrganisationKind::Government),
            (STREET, OrganisationKind::Government),
            (COMMUNITY, OrganisationKind::PartyBranch),
            (ELSEWHERE, OrganisationKind::PartyBranch),
        ] {
            let (id, name) = (self.id(), format!("organisation of {region_code}"));
            let row = organisation::Model { id, region_code, kind, name }.into_active_model();
            row.insert(&self.app.db).await.unwrap();
        }
    }

    /// A moment of the first of July, each later than the one before.
    fn moment(&self) -> DateTime<Utc> {
        noon(1) + TimeDelta::seconds(self.moments.fetch_add(1, Ordering::Relaxed))
    }

    fn id(&self) -> Uuid {
        self.app.ids.next(self.moment())
    }

    pub(super) async fn person(&self, username: &str) -> Uuid {
        accounts::add_user(&self.app, "Wang Test", username, Some(PASSWORD)).await.unwrap()
    }

    pub(super) async fn resident(&self, user: Uuid, community: i64) -> Uuid {
        self.post(user, AppointmentKind::Resident, Role::Resident, community).await
    }

    /// A post without an organisation: kind and role need not agree.
    pub(super) async fn post(&self, user: Uuid, kind: AppointmentKind, role: Role, community: i64) -> Uuid {
        let row = appointment::ActiveModel {
            id: Set(self.id()),
            user_id: Set(user),
            kind: Set(kind),
            role: Set(role),
            identity: Set(None),
            selected_by: Set(None),
            region_code: Set(community),
            community_code: Set(Some(community)),
            organisation_id: Set(None),
            group_id: Set(None),
            party_id: Set(None),
            grid_id: Set(None),
            building_id: Set(None),
            started_on: Set(NaiveDate::from_ymd_opt(2026, 7, 1).unwrap()),
            ended_on: Set(None),
            created_at: Set(self.moment()),
            revision: Set(1),
        };
        row.insert(&self.app.db).await.unwrap().id
    }

    /// A secretary of the community, signed in.
    pub(super) async fn secretary(&self) -> (Session, Viewer) {
        self.person("secretary").await;
        let appointing = administrator::Appointing {
            username: "secretary".into(),
            kind: AppointmentKind::Secretary,
            region: COMMUNITY,
            organisation: None,
        };
        administrator::appoint(&self.app, appointing).await.unwrap();
        let session = self.sign_in("secretary", PASSWORD).await.unwrap();
        let viewer = self.viewer(&session).await.unwrap();
        (session, viewer)
    }

    pub(super) fn guest(&self) -> Caller<'_> {
        guest(&self.app, None)
    }

    pub(super) async fn sign_in(&self, username: &str, password: &str) -> Result<Session> {
        sessions::sign_in(self.guest(), username, password).await
    }

    pub(super) async fn refresh(&self, token: &str) -> Result<Session> {
        sessions::refresh(self.guest(), token).await
    }

    pub(super) async fn viewer(&self, session: &Session) -> Result<Viewer, Denied> {
        viewer(&self.app, &session.access_token).await
    }

    pub(super) fn call<'a>(&'a self, viewer: &'a Viewer, command: &'static str) -> Call<'a> {
        Call { app: &self.app, viewer, command, digest: vec![1] }
    }

    pub(super) async fn execute(&self, sql: &str) {
        self.app.db.execute_unprepared(sql).await.unwrap();
    }

    /// Kinds of events, stream by stream.
    pub(super) async fn events(&self) -> Vec<String> {
        use sea_orm::{EntityTrait, QueryOrder};
        let rows = entity::event::Entity::find()
            .order_by_asc(entity::event::Column::Stream)
            .order_by_asc(entity::event::Column::Seq)
            .all(&self.app.db)
            .await
            .unwrap();
        rows.into_iter().map(|row| row.kind).collect()
    }
}

pub(super) fn guest(app: &App, address: Option<IpAddr>) -> Caller<'_> {
    Caller { app, viewer: None, language: Language::En, address }
}

pub(super) async fn viewer(app: &App, token: &str) -> Result<Viewer, Denied> {
    authenticate(app, Some(&format!("Bearer {token}"))).await.map(|viewer| viewer.unwrap())
}

/// The code of a refusal and where it is.
pub(super) fn refusal<T: std::fmt::Debug>(result: Result<T>) -> (Code, String) {
    match result.unwrap_err() {
        Error::Refused(mistakes) => (mistakes[0].complaint.code, mistakes[0].path[1..].join(".")),
        Error::Request(complaint) => (complaint.code, String::new()),
        Error::Fault(cause) => panic!("a fault: {cause}"),
    }
}
