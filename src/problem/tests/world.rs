//! A community with a whole group, and people in every role; a neighbour beside it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::disposition_task as task;
use entity::word::{
    AppointmentKind, GridKind, LinkageGroupKind, LinkageGroupStatus, OrganisationKind, PartyKind, RegionLevel, Role,
};
use entity::{
    appointment, building, compound, grid, linkage_group, organisation, party, party_seat, problem, region,
    seat_compound, user,
};
use migration::{Migrator, MigratorTrait};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::app::App;
use crate::auth::tests::{connect, database};
use crate::clock::Clock;
use crate::error::Language;
use crate::gate::Limits;
use crate::id::{Ids, Prefix, TypeId, prefix};
use crate::policy::{Viewer, scopes_of};
use crate::read::door::{Ask, Door};
use crate::vault::Vault;

pub const CITY: i64 = 321_100_000_000;
pub const COUNTY: i64 = 321_181_000_000;
pub const STREET: i64 = 321_181_402_000;
pub const COMMUNITY: i64 = 321_181_402_001;
pub const NEIGHBOUR: i64 = 321_181_402_002;

/// The people; each acts in one post.
#[derive(Clone, Debug)]
pub struct People {
    pub supervisor: Viewer,
    pub street: Viewer,
    pub secretary: Viewer,
    pub police: Viewer,
    pub city: Viewer,
    pub lawyer: Viewer,
    pub property: Viewer,
    pub other_property: Viewer,
    pub owner: Viewer,
    pub grid_worker: Viewer,
    pub other_grid_worker: Viewer,
    pub helper: Viewer,
    pub resident: Viewer,
    pub neighbour: Viewer,
    pub foreign: Viewer,
}

pub struct World {
    pub app: App,
    pub door: Door,
    pub people: People,
    pub grid: Uuid,
    pub micro_grid: Uuid,
    pub other_grid: Uuid,
    pub building: Uuid,
    pub parties: Vec<(PartyKind, Uuid, Uuid)>,
    _directory: tempfile::TempDir,
}

pub fn noon() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap().and_hms_opt(4, 0, 0).unwrap().and_utc()
}

fn start() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

pub fn id(prefix: Prefix, id: Uuid) -> String {
    TypeId(prefix, id).to_string()
}

/// A post to be made.
#[derive(Clone, Copy)]
pub struct Post {
    pub kind: AppointmentKind,
    pub role: Role,
    pub region: i64,
    pub organisation: Option<Uuid>,
    pub party: Option<(Uuid, Uuid)>,
    pub grid: Option<Uuid>,
    pub building: Option<Uuid>,
}

impl Post {
    fn of(kind: AppointmentKind, role: Role, region: i64) -> Self {
        Self { kind, role, region, organisation: None, party: None, grid: None, building: None }
    }
}

fn level(code: i64) -> RegionLevel {
    match code {
        code if code % 100_000_000 == 0 => RegionLevel::City,
        code if code % 1_000_000 == 0 => RegionLevel::County,
        code if code % 1000 == 0 => RegionLevel::Street,
        _ => RegionLevel::Community,
    }
}

/// Who sits where.
struct Seated<'a> {
    group: Uuid,
    parties: &'a [(PartyKind, Uuid, Uuid)],
    rival: Uuid,
    county: Uuid,
    street: Uuid,
    grid: Uuid,
    other_grid: Uuid,
}

struct Maker {
    app: App,
}

impl Maker {
    fn new_id(&self) -> Uuid {
        self.app.ids.next(noon())
    }

    async fn regions(&self) {
        for (code, parent) in [
            (CITY, None),
            (COUNTY, Some(CITY)),
            (STREET, Some(COUNTY)),
            (COMMUNITY, Some(STREET)),
            (NEIGHBOUR, Some(STREET)),
        ] {
            let row = region::ActiveModel {
                code: Set(code),
                id: Set(self.new_id()),
                level: Set(level(code)),
                name: Set(format!("区划{code}")),
                parent_code: Set(parent),
            };
            row.insert(&self.app.db).await.unwrap();
        }
    }

    async fn organisation(&self, region_code: i64, kind: OrganisationKind, name: &str) -> Uuid {
        let id = self.new_id();
        let row = organisation::ActiveModel {
            id: Set(id),
            region_code: Set(region_code),
            kind: Set(kind),
            name: Set(name.into()),
        };
        row.insert(&self.app.db).await.unwrap();
        id
    }

    async fn compound(&self, name: &str) -> Uuid {
        let id = self.new_id();
        let row = compound::ActiveModel { id: Set(id), community_code: Set(COMMUNITY), name: Set(name.into()) };
        row.insert(&self.app.db).await.unwrap();
        id
    }

    async fn grid(&self, code: i64, parent: Option<Uuid>) -> Uuid {
        let id = self.new_id();
        let row = grid::ActiveModel {
            id: Set(id),
            community_code: Set(COMMUNITY),
            code: Set(code),
            kind: Set(if parent.is_some() { GridKind::Micro } else { GridKind::Comprehensive }),
            parent_id: Set(parent),
            name: Set(format!("网格{code}")),
        };
        row.insert(&self.app.db).await.unwrap();
        id
    }

    async fn group(&self, community: i64) -> (Uuid, Vec<(PartyKind, Uuid, Uuid)>) {
        let id = self.new_id();
        let row = linkage_group::ActiveModel {
            id: Set(id),
            community_code: Set(community),
            kind: Set(LinkageGroupKind::SixParty),
            name: Set("六方联动小组".into()),
            status: Set(LinkageGroupStatus::Forming),
            convenor_party_id: Set(None),
            created_at: Set(noon()),
            activated_at: Set(None),
            dissolved_at: Set(None),
            revision: Set(1),
        };
        row.insert(&self.app.db).await.unwrap();
        let mut parties = vec![];
        for (kind, filled) in [
            (PartyKind::PartyBranch, OrganisationKind::PartyBranch),
            (PartyKind::Police, OrganisationKind::PoliceStation),
            (PartyKind::CityManagement, OrganisationKind::CityManagement),
            (PartyKind::Lawyer, OrganisationKind::LawFirm),
            (PartyKind::PropertyManager, OrganisationKind::PropertyCompany),
            (PartyKind::Owner, OrganisationKind::OwnersCommittee),
        ] {
            let party = self.new_id();
            let row = party::ActiveModel {
                id: Set(party),
                group_id: Set(id),
                community_code: Set(community),
                kind: Set(kind),
                name: Set(format!("{kind:?}")),
                vacancy_reason: Set(None),
                vacancy_until: Set(None),
                vacancy_acting_party_id: Set(None),
                created_at: Set(noon()),
            };
            row.insert(&self.app.db).await.unwrap();
            let organisation = self.organisation(community, filled, &format!("{kind:?}单位")).await;
            parties.push((kind, party, organisation));
        }
        let active = linkage_group::ActiveModel {
            id: Set(id),
            status: Set(LinkageGroupStatus::Active),
            convenor_party_id: Set(Some(parties[0].1)),
            activated_at: Set(Some(noon())),
            ..Default::default()
        };
        active.update(&self.app.db).await.unwrap();
        (id, parties)
    }

    async fn seat(&self, group: Uuid, community: i64, party: Uuid, organisation: Uuid, compounds: &[Uuid]) -> Uuid {
        let id = self.new_id();
        let row = party_seat::ActiveModel {
            id: Set(id),
            party_id: Set(party),
            group_id: Set(group),
            community_code: Set(community),
            organisation_id: Set(organisation),
            started_on: Set(start()),
            ended_on: Set(None),
        };
        row.insert(&self.app.db).await.unwrap();
        for compound in compounds {
            let row = seat_compound::ActiveModel {
                seat_id: Set(id),
                compound_id: Set(*compound),
                community_code: Set(community),
            };
            row.insert(&self.app.db).await.unwrap();
        }
        id
    }

    async fn person(&self, post: Post) -> Viewer {
        let id = self.new_id();
        let sealed = self.app.vault.seal("user.phone", b"13900001111").unwrap();
        let row = user::ActiveModel {
            id: Set(id),
            name: Set(format!("测试{}", post.role as u8)),
            username: Set(id.to_string()),
            password_hash: Set(None),
            password_changed_at: Set(None),
            phone: Set(Some(sealed)),
            phone_hash: Set(None),
            created_at: Set(noon()),
            disabled_at: Set(None),
        };
        row.insert(&self.app.db).await.unwrap();
        self.post(id, post).await
    }

    async fn post(&self, user: Uuid, post: Post) -> Viewer {
        let id = self.new_id();
        let row = appointment::ActiveModel {
            id: Set(id),
            user_id: Set(user),
            kind: Set(post.kind),
            role: Set(post.role),
            identity: Set(None),
            selected_by: Set(None),
            region_code: Set(post.region),
            community_code: Set((post.region % 1000 != 0).then_some(post.region)),
            organisation_id: Set(post.organisation),
            group_id: Set(post.party.map(|party| party.0)),
            party_id: Set(post.party.map(|party| party.1)),
            grid_id: Set(post.grid),
            building_id: Set(post.building),
            started_on: Set(start()),
            ended_on: Set(None),
            created_at: Set(noon()),
            revision: Set(1),
        };
        row.insert(&self.app.db).await.unwrap();
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
            family: self.new_id(),
            token: self.new_id(),
        }
    }

    async fn people(&self, seated: &Seated<'_>, beyond: (Uuid, Uuid, Uuid)) -> People {
        let Seated { group, parties, rival, county, street, grid, other_grid } = *seated;
        let representative = |place: usize, role| Post {
            organisation: Some(parties[place].2),
            party: Some((group, parties[place].1)),
            ..Post::of(AppointmentKind::PartyRepresentative, role, COMMUNITY)
        };
        let worker =
            |grid| Post { grid: Some(grid), ..Post::of(AppointmentKind::GridWorker, Role::GridWorker, COMMUNITY) };
        let of = |kind, role, region, organisation| Post {
            organisation: Some(organisation),
            ..Post::of(kind, role, region)
        };
        People {
            supervisor: self.person(of(AppointmentKind::Supervisor, Role::Supervisor, COUNTY, county)).await,
            street: self.person(of(AppointmentKind::StreetCoordinator, Role::StreetCoordinator, STREET, street)).await,
            secretary: self.person(representative(0, Role::Secretary)).await,
            police: self.person(representative(1, Role::Police)).await,
            city: self.person(representative(2, Role::CityManagement)).await,
            lawyer: self.person(representative(3, Role::Lawyer)).await,
            property: self.person(representative(4, Role::PropertyManager)).await,
            other_property: self
                .person(Post { organisation: Some(rival), ..representative(4, Role::PropertyManager) })
                .await,
            owner: self.person(representative(5, Role::OwnerRepresentative)).await,
            grid_worker: self.person(worker(grid)).await,
            other_grid_worker: self.person(worker(other_grid)).await,
            helper: self
                .person(Post { grid: Some(grid), ..Post::of(AppointmentKind::Volunteer, Role::GridHelper, COMMUNITY) })
                .await,
            resident: self.person(Post::of(AppointmentKind::Resident, Role::Resident, COMMUNITY)).await,
            neighbour: self.person(Post::of(AppointmentKind::Resident, Role::Resident, COMMUNITY)).await,
            foreign: self
                .person(Post {
                    organisation: Some(beyond.2),
                    party: Some((beyond.0, beyond.1)),
                    ..Post::of(AppointmentKind::PartyRepresentative, Role::Secretary, NEIGHBOUR)
                })
                .await,
        }
    }
}

impl World {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let db = connect(&database(&directory).await).await;
        Migrator::up(&db, None).await.unwrap();
        let app = App {
            config: crate::config::Config::default(),
            db,
            clock: Clock::stopped(noon()),
            ids: Ids::seeded(7),
            vault: Vault::new(&[7; 32]),
            calendars: crate::calendar::kept::Calendars::default(),
            committed: Notify::new(),
            files: crate::attachment::store::Files::in_memory(),
            adapter: Box::new(crate::notification::adapter::InMemory::default()),
            auth: crate::auth::Auth::new(crate::auth::Settings::default()).unwrap(),
        };
        let maker = Maker { app };
        maker.regions().await;
        let county = maker.organisation(COUNTY, OrganisationKind::Government, "市政府").await;
        let street = maker.organisation(STREET, OrganisationKind::Government, "街道办").await;
        let (compound, other) = (maker.compound("振兴花园").await, maker.compound("别处花园").await);
        let grid = maker.grid(COMMUNITY * 1000 + 1, None).await;
        let micro_grid = maker.grid(COMMUNITY * 100_000 + 101, Some(grid)).await;
        let other_grid = maker.grid(COMMUNITY * 1000 + 2, None).await;
        let house = maker.new_id();
        let row = building::ActiveModel {
            id: Set(house),
            community_code: Set(COMMUNITY),
            compound_id: Set(compound),
            grid_id: Set(Some(grid)),
            micro_grid_id: Set(Some(micro_grid)),
            name: Set("1幢".into()),
        };
        row.insert(&maker.app.db).await.unwrap();
        let (group, parties) = maker.group(COMMUNITY).await;
        for (kind, party, organisation) in &parties {
            let compounds = if *kind == PartyKind::PropertyManager { vec![compound] } else { vec![] };
            maker.seat(group, COMMUNITY, *party, *organisation, &compounds).await;
        }
        let rival = maker.organisation(COMMUNITY, OrganisationKind::PropertyCompany, "另一物业").await;
        maker.seat(group, COMMUNITY, parties[4].1, rival, &[other]).await;
        let (beyond, beyond_parties) = maker.group(NEIGHBOUR).await;
        for (_, party, organisation) in &beyond_parties {
            maker.seat(beyond, NEIGHBOUR, *party, *organisation, &[]).await;
        }
        let seated = Seated { group, parties: &parties, rival, county, street, grid, other_grid };
        let people = maker.people(&seated, (beyond, beyond_parties[0].1, beyond_parties[0].2)).await;
        Self {
            app: maker.app,
            door: Door::new(crate::schema::model(), Limits::default()),
            people,
            grid,
            micro_grid,
            other_grid,
            building: house,
            parties,
            _directory: directory,
        }
    }

    /// Gives a person another post, with the organisation of `other`.
    pub async fn also(&self, person: &Viewer, other: &Viewer, ended: Option<NaiveDate>) {
        let row = appointment::ActiveModel {
            id: Set(self.app.ids.next(noon())),
            user_id: Set(person.user),
            kind: Set(AppointmentKind::PartyRepresentative),
            role: Set(other.role),
            identity: Set(None),
            selected_by: Set(None),
            region_code: Set(COMMUNITY),
            community_code: Set(Some(COMMUNITY)),
            organisation_id: Set(other.organisation),
            group_id: Set(other.group),
            party_id: Set(other.party),
            grid_id: Set(None),
            building_id: Set(None),
            started_on: Set(NaiveDate::from_ymd_opt(2024, 1, 1).unwrap()),
            ended_on: Set(ended),
            created_at: Set(noon()),
            revision: Set(1),
        };
        row.insert(&self.app.db).await.unwrap();
    }

    /// Another person who acts like `like`.
    pub async fn colleague(&self, like: &Viewer) -> Viewer {
        let user = self.app.ids.next(noon());
        let row = user::ActiveModel {
            id: Set(user),
            name: Set("同事".into()),
            username: Set(user.to_string()),
            password_hash: Set(None),
            password_changed_at: Set(None),
            phone: Set(None),
            phone_hash: Set(None),
            created_at: Set(noon()),
            disabled_at: Set(None),
        };
        row.insert(&self.app.db).await.unwrap();
        Viewer { user, ..like.clone() }
    }

    pub fn party(&self, kind: PartyKind) -> String {
        let (_, party, _) = self.parties.iter().find(|(other, ..)| *other == kind).unwrap();
        id(prefix::PARTY, *party)
    }

    pub fn wait(&self, span: TimeDelta) {
        self.app.clock.stop_at(self.app.clock.now() + span);
    }

    /// The whole answer to a document.
    pub async fn ask(&self, viewer: &Viewer, query: &str, variables: Value) -> Value {
        let Value::Object(variables) = variables else { panic!("variables are an object") };
        self.answer(viewer, query, variables).await
    }

    async fn answer(&self, viewer: &Viewer, query: &str, variables: Map<String, Value>) -> Value {
        let ask = Ask {
            query: query.into(),
            operation: None,
            variables,
            language: Language::En,
            address: None,
            queries_only: false,
        };
        let answer = self.door.answer(&self.app, Some(viewer), ask, "test").await;
        serde_json::from_str(&answer.body).unwrap()
    }

    /// The data of an answer without errors.
    pub async fn data(&self, viewer: &Viewer, query: &str, variables: Value) -> Value {
        let mut answer = self.ask(viewer, query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].take()
    }

    /// Runs a mutation whose payload shows a row: the row's id, or its refusal's code.
    pub async fn run(&self, viewer: &Viewer, name: &str, shown: &str, input: Value) -> Result<String, Value> {
        let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        let query = format!(
            "mutation($input: {upper}Input!) {{ {name}(input: $input) {{ {shown} {{ id }} userErrors {{ __typename code message path ... on TransitionError {{ from allowed }} ... on PersonalDataError {{ paths found }} }} }} }}"
        );
        self.wait(TimeDelta::seconds(1));
        let input =
            if name == "reportProblem" { with(json!({ "acceptedNotice": self.notice() }), input) } else { input };
        let answer = self.ask(viewer, &query, json!({ "input": input })).await;
        if answer.get("errors").is_some() {
            return Err(answer["errors"][0].clone());
        }
        let payload = &answer["data"][name];
        match payload["userErrors"].get(0) {
            Some(error) => Err(error.clone()),
            None => Ok(payload[shown]["id"].as_str().unwrap_or_default().to_owned()),
        }
    }

    pub async fn code(&self, viewer: &Viewer, name: &str, shown: &str, input: Value) -> String {
        match self.run(viewer, name, shown, input).await {
            Ok(id) => format!("done: {id}"),
            Err(error) => error["code"].as_str().or(error["extensions"]["code"].as_str()).unwrap_or("?").to_owned(),
        }
    }

    pub fn key(&self) -> String {
        self.app.ids.next(noon()).to_string()
    }

    /// A report of the resident about the property company.
    pub fn complaint(&self) -> Value {
        json!({
            "building": id(prefix::BUILDING, self.building),
            "report": "我是王小明，住1幢2单元301室，电话13812341234，物业不修电梯。\n已三个月。",
            "place": "1幢电梯",
            "reporterAddress": "1幢2单元301室",
            "concerns": [self.party(PartyKind::PropertyManager)],
            "acceptedNotice": self.notice(),
            "idempotencyKey": self.key(),
        })
    }

    /// The version of the present privacy notice.
    pub fn notice(&self) -> String {
        self.app.config.privacy_notice.version.clone()
    }

    pub async fn report(&self, viewer: &Viewer) -> String {
        self.run(viewer, "reportProblem", "problem", self.complaint()).await.unwrap()
    }

    pub async fn revision(&self, problem: &str) -> String {
        let id = crate::id::parse(problem, prefix::PROBLEM).unwrap();
        let row = problem::Entity::find_by_id(id).one(&self.app.db).await.unwrap().unwrap();
        crate::read::revision::show(&self.app.vault, id, row.revision)
    }

    pub async fn row(&self, problem: &str) -> problem::Model {
        let id = crate::id::parse(problem, prefix::PROBLEM).unwrap();
        problem::Entity::find_by_id(id).one(&self.app.db).await.unwrap().unwrap()
    }

    pub async fn acceptance(&self, problem: &str) -> Value {
        json!({
            "problem": problem, "expectedRevision": self.revision(problem).await, "title": "电梯久停未修",
            "summary": "1幢电梯停用三个月，请物业尽快修复。", "domain": "PROPERTY_MANAGEMENT", "nature": "COMPONENT",
        })
    }

    pub async fn accept(&self, problem: &str) {
        let input = self.acceptance(problem).await;
        self.run(&self.people.secretary, "acceptProblem", "problem", input).await.unwrap();
    }

    /// Dispatches to the city management, with the property company to put things right.
    pub async fn dispatch(&self, problem: &str) {
        let input = json!({
            "problem": problem, "expectedRevision": self.revision(problem).await,
            "lead": { "party": self.party(PartyKind::CityManagement) },
            "assists": [{ "party": self.party(PartyKind::PropertyManager), "instruction": "请修复电梯" }],
            "reads": [{ "party": self.party(PartyKind::Lawyer) }],
        });
        self.run(&self.people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    }

    /// The id of a viewer's task on a problem.
    pub async fn task(&self, viewer: &Viewer, problem: &str) -> String {
        self.own_task(viewer, problem).await.unwrap()
    }

    pub async fn own_task(&self, viewer: &Viewer, problem: &str) -> Option<String> {
        let row = task::Entity::find()
            .filter(task::Column::ProblemId.eq(crate::id::parse(problem, prefix::PROBLEM).unwrap()))
            .filter(task::Column::OrganisationId.eq(viewer.organisation))
            .order_by_desc(task::Column::AssignedAt)
            .one(&self.app.db)
            .await
            .unwrap();
        row.map(|row| id(prefix::TASK, row.id))
    }

    pub async fn acknowledge(&self, viewer: &Viewer, problem: &str) {
        let input =
            json!({ "task": self.task(viewer, problem).await, "expectedRevision": self.revision(problem).await });
        self.run(viewer, "acknowledgeTask", "task", input).await.unwrap();
    }

    pub async fn record(&self, viewer: &Viewer, problem: &str) -> String {
        let input = json!({
            "task": self.task(viewer, problem).await, "action": "REPAIR", "content": "更换曳引机",
            "internalNote": "费用待核", "reply": "电梯已修好", "idempotencyKey": self.key(),
            "quantity": { "value": 1, "unit": "PIECE", "precision": "EXACT" },
        });
        self.run(viewer, "recordDisposition", "disposition", input).await.unwrap()
    }

    pub async fn submit(&self, viewer: &Viewer, problem: &str) {
        let input = json!({
            "task": self.task(viewer, problem).await, "expectedRevision": self.revision(problem).await,
            "feedback": "已修复并试运行",
        });
        self.run(viewer, "submitFeedback", "task", input).await.unwrap();
    }

    /// A problem on its way to verification.
    pub async fn handled(&self) -> String {
        let problem = self.report(&self.people.resident).await;
        self.accept(&problem).await;
        self.dispatch(&problem).await;
        self.acknowledge(&self.people.city, &problem).await;
        self.acknowledge(&self.people.property, &problem).await;
        self.record(&self.people.property, &problem).await;
        self.submit(&self.people.property, &problem).await;
        self.submit(&self.people.city, &problem).await;
        problem
    }

    pub async fn closing(&self, problem: &str) -> Value {
        json!({
            "problem": problem, "expectedRevision": self.revision(problem).await, "outcome": "SOLVED",
            "reply": "电梯已恢复运行，感谢反映。",
        })
    }

    pub async fn close(&self, viewer: &Viewer, problem: &str) {
        let input = self.closing(problem).await;
        self.run(viewer, "closeProblem", "problem", input).await.unwrap();
    }
}

/// A problem's fields for a viewer.
pub async fn see(world: &World, viewer: &Viewer, problem: &str, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ problem(id: $id) {{ {fields} }} }}");
    world.data(viewer, &query, json!({ "id": problem })).await["problem"].take()
}

/// An input with more in it, or other things.
pub fn with(mut input: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("an object") };
    input.as_object_mut().unwrap().extend(more);
    input
}

/// An input without one of its fields.
pub fn without(mut input: Value, field: &str) -> Value {
    input.as_object_mut().unwrap().remove(field);
    input
}
