//! Places, groups and people.

use chrono::TimeDelta;
use entity::appointment;
use entity::word::Role;
use entity::word::{AppointmentKind, OrganisationKind, RegionLevel};
use liufang::act::Call;
use liufang::auth::account;
use liufang::group::command::AppointPersonInput;
use liufang::group::service as groups;
use liufang::id::prefix;
use liufang::policy::{Viewer, scopes_of};
use liufang::read::shape::Id;
use liufang::region::command::CreateOrganisationInput;
use liufang::region::service::{self as regions, NewRegion};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CITY, COUNTY, HOME, NAME, NEIGHBOUR, OTHER_STREET, PHONE, STREET, VILLAGE, Who, World, typed, uuid, with};
use crate::support::sdl;

/// The six of a group, with what fills each.
const SIX: [(&str, &str); 6] = [
    ("PARTY_BRANCH", "PARTY_BRANCH"),
    ("POLICE", "POLICE_STATION"),
    ("CITY_MANAGEMENT", "CITY_MANAGEMENT"),
    ("LAWYER", "LAW_FIRM"),
    ("PROPERTY_MANAGER", "PROPERTY_COMPANY"),
    ("OWNER", "OWNERS_COMMITTEE"),
];

impl World {
    pub(super) async fn places(&mut self) {
        self.above().await;
        self.home().await;
        self.neighbour().await;
        self.village().await;
        self.staff().await;
        self.residents().await;
    }

    /// The operator: what the command line does, with all of its rules.
    fn operator() -> Viewer {
        Viewer { region: CITY, level: RegionLevel::City, ..sdl::bare(Role::Supervisor, scopes_of(Role::Supervisor)) }
    }

    async fn above(&mut self) {
        let viewer = Self::operator();
        for code in [CITY, COUNTY, STREET, OTHER_STREET, HOME, NEIGHBOUR, VILLAGE] {
            let call = Call { app: self.app(), viewer: &viewer, command: "test", digest: vec![] };
            regions::create_region(call, NewRegion { code, name: format!("区划{code}") }).await.unwrap();
        }
        for (code, name) in [(COUNTY, "市政府"), (STREET, "街道办"), (OTHER_STREET, "镇政府")] {
            let (kind, idempotency_key) = (OrganisationKind::Government, self.key());
            let input =
                CreateOrganisationInput { region_code: code.to_string(), kind, name: name.into(), idempotency_key };
            let call = Call { app: self.app(), viewer: &viewer, command: "test", digest: vec![] };
            let id = regions::create_organisation(call, input).await.unwrap();
            self.ids.insert(name, typed(prefix::ORGANISATION, id));
        }
        for (label, kind, region) in [
            ("supervisor", AppointmentKind::Supervisor, COUNTY),
            ("street", AppointmentKind::StreetCoordinator, STREET),
            ("other street", AppointmentKind::StreetCoordinator, OTHER_STREET),
        ] {
            self.install(label, kind, json!({ "regionCode": region.to_string() })).await;
        }
    }

    /// Puts a new person in a post, as the operator does.
    async fn install(&mut self, label: &'static str, kind: AppointmentKind, place: Value) -> Uuid {
        let username = label.replace(' ', ".").replace("'s", "");
        let user = account::add_user(self.app(), &format!("人员{label}"), &username, None).await.unwrap();
        self.post(label, user, kind, place).await;
        user
    }

    async fn post(&mut self, label: &'static str, user: Uuid, kind: AppointmentKind, place: Value) {
        fn id<T>(place: &Value, name: &str) -> Option<Id<T>> {
            place[name].as_str().map(|id| Id::new(uuid(id)))
        }
        let input = AppointPersonInput {
            person: Id::new(user),
            kind,
            identity: None,
            selected_by: None,
            region_code: place["regionCode"].as_str().map(str::to_owned),
            party: id(&place, "party"),
            organisation: id(&place, "organisation"),
            grid: id(&place, "grid"),
            building: id(&place, "building"),
            started_on: None,
            idempotency_key: self.key(),
        };
        let viewer = Self::operator();
        let call = Call { app: self.app(), viewer: &viewer, command: "test", digest: vec![] };
        let post = groups::install(call, input).await.unwrap_or_else(|error| panic!("{label}: {error:?}"));
        self.seat_down(label, post).await;
    }

    /// Gives somebody a token for a post.
    pub(super) async fn seat_down(&mut self, label: &'static str, post: Uuid) {
        let row = appointment::Entity::find_by_id(post).one(&self.app().db).await.unwrap().unwrap();
        let token = account::issue(self.app(), post, TimeDelta::hours(8)).await.unwrap();
        self.people.insert(label, Who { label, post: row, token });
    }

    /// Makes a row and keeps it by name.
    async fn keep(&mut self, who: &'static str, name: &'static str, mutation: &str, input: Value) -> String {
        let key = self.key();
        let id = self.make_row(who, mutation, with(input, json!({ "idempotencyKey": key }))).await;
        self.ids.insert(name, id.clone());
        id
    }

    async fn home(&mut self) {
        let code = HOME.to_string();
        let by = "street";
        for name in ["first compound", "second compound"] {
            self.keep(by, name, "createCompound", json!({ "communityCode": code, "name": name })).await;
        }
        for (name, end) in [("grid", "001"), ("micro grid", "00101"), ("other grid", "002"), ("spare grid", "00201")] {
            self.keep(by, name, "createGrid", json!({ "code": format!("{code}{end}"), "name": name })).await;
        }
        let first = json!({ "compound": self.id("first compound"), "microGrid": self.id("micro grid"), "name": "1幢" });
        self.keep(by, "first building", "createBuilding", first).await;
        let second = json!({ "compound": self.id("second compound"), "grid": self.id("other grid"), "name": "1幢" });
        self.keep(by, "second building", "createBuilding", second).await;

        let group = json!({ "communityCode": code, "kind": "SIX_PARTY", "name": "六方联动小组" });
        let group = self.keep(by, "group", "createLinkageGroup", group).await;
        let names = ["branch", "police", "city", "law firm", "property", "owners"];
        for ((kind, filled), name) in SIX.into_iter().zip(names) {
            let organisation = json!({ "regionCode": code, "kind": filled, "name": name });
            let organisation = self.keep(by, name, "createOrganisation", organisation).await;
            let party = self.keep(by, kind, "addParty", json!({ "group": group, "kind": kind })).await;
            let split = ["CITY_MANAGEMENT", "PROPERTY_MANAGER"].contains(&kind);
            let compounds = if split { vec![self.id("first compound")] } else { vec![] };
            let seat = json!({ "party": party, "organisation": organisation, "compounds": compounds });
            self.keep(by, "seat", "addSeat", seat).await;
        }
        // In the second compound another property company works, and the street itself does the city management.
        let rival = json!({ "regionCode": code, "kind": "PROPERTY_COMPANY", "name": "rival" });
        let rival = self.keep(by, "rival", "createOrganisation", rival).await;
        for (party, organisation) in [("PROPERTY_MANAGER", rival), ("CITY_MANAGEMENT", self.id("街道办"))] {
            let compounds = [self.id("second compound")];
            let seat = json!({ "party": self.id(party), "organisation": organisation, "compounds": compounds });
            self.keep(by, "seat of the second compound", "addSeat", seat).await;
        }
        self.activate(by, "group", None).await;
    }

    async fn activate(&mut self, by: &'static str, group: &str, convenor: Option<&str>) {
        let group = self.id(group);
        let revision = self.revision(by, &group).await;
        let convenor = convenor.map(|party| self.id(party));
        let input = json!({ "group": group, "expectedRevision": revision, "convenor": convenor });
        self.act(by, "activateGroup", input).await;
    }

    async fn neighbour(&mut self) {
        let (code, by) = (NEIGHBOUR.to_string(), "street");
        let compound = json!({ "communityCode": code, "name": "隔壁花园" });
        let compound = self.keep(by, "neighbour's compound", "createCompound", compound).await;
        let grid = json!({ "code": format!("{code}001"), "name": "隔壁网格" });
        let grid = self.keep(by, "neighbour's grid", "createGrid", grid).await;
        let building = json!({ "compound": compound, "grid": grid, "name": "1幢" });
        self.keep(by, "neighbour's building", "createBuilding", building).await;
        let group = json!({ "communityCode": code, "kind": "SIX_PARTY", "name": "隔壁小组" });
        let group = self.keep(by, "neighbour's group", "createLinkageGroup", group).await;
        let names = [
            "neighbour's branch",
            "neighbour's police",
            "neighbour's city",
            "neighbour's law firm",
            "neighbour's property",
            "neighbour's owners",
        ];
        for ((kind, filled), name) in SIX.into_iter().zip(names) {
            let organisation = json!({ "regionCode": code, "kind": filled, "name": name });
            let organisation = self.keep(by, "neighbour's organisation", "createOrganisation", organisation).await;
            let party = self.keep(by, name, "addParty", json!({ "group": group, "kind": kind })).await;
            let seat = json!({ "party": party, "organisation": organisation, "compounds": [] });
            self.keep(by, "neighbour's seat", "addSeat", seat).await;
        }
        self.activate(by, "neighbour's group", None).await;
    }

    async fn village(&mut self) {
        let (code, by) = (VILLAGE.to_string(), "other street");
        let grid = json!({ "code": format!("{code}001"), "name": "村网格" });
        self.keep(by, "village's grid", "createGrid", grid).await;
        let group = json!({ "communityCode": code, "kind": "CONSORTIUM", "name": "联合体" });
        let group = self.keep(by, "consortium", "createLinkageGroup", group).await;
        for (name, kind, filled) in [
            ("village's branch", "PARTY_BRANCH", Some("PARTY_BRANCH")),
            ("villagers", "VILLAGE", Some("VILLAGE")),
            ("health centre", "HEALTH_CENTRE", Some("HEALTH_CENTRE")),
            ("vacant", "SOCIAL_ORGANISATION", None),
        ] {
            let party = json!({ "group": group, "kind": kind, "name": name });
            let party = self.keep(by, name, "addParty", party).await;
            let Some(filled) = filled else { continue };
            let organisation = json!({ "regionCode": code, "kind": filled, "name": name });
            let organisation = self.keep(by, "village's organisation", "createOrganisation", organisation).await;
            let seat = json!({ "party": party, "organisation": organisation, "compounds": [] });
            self.keep(by, "village's seat", "addSeat", seat).await;
        }
        let vacancy = json!({
            "party": self.id("vacant"), "reason": "尚在遴选", "until": "2026-12-31",
            "actingParty": self.id("villagers"), "expectedRevision": self.revision(by, &group).await,
        });
        self.act(by, "recordVacancy", vacancy).await;
        self.activate(by, "consortium", Some("village's branch")).await;
        // A group that was, with a seat that ended before it.
        let past = json!({ "communityCode": code, "kind": "CONSORTIUM", "name": "旧联合体" });
        let past = self.keep(by, "past group", "createLinkageGroup", past).await;
        let party = json!({ "group": past, "kind": "OTHER", "name": "旧方" });
        let party = self.keep(by, "past party", "addParty", party).await;
        let seat = json!({ "party": party, "organisation": self.id("village's organisation"), "compounds": [] });
        let seat = self.keep(by, "past seat", "addSeat", seat).await;
        let revision = self.revision(by, &past).await;
        self.act(by, "endSeat", json!({ "seat": seat, "expectedRevision": revision })).await;
        let revision = self.revision(by, &past).await;
        self.act(by, "dissolveGroup", json!({ "group": past, "expectedRevision": revision })).await;
    }

    async fn staff(&mut self) {
        let representative = AppointmentKind::PartyRepresentative;
        for (label, party) in [
            ("secretary", "PARTY_BRANCH"),
            ("police", "POLICE"),
            ("city", "CITY_MANAGEMENT"),
            ("lawyer", "LAWYER"),
            ("property", "PROPERTY_MANAGER"),
            ("rival", "PROPERTY_MANAGER"),
            ("owner", "OWNER"),
            ("foreign secretary", "neighbour's branch"),
            ("foreign police", "neighbour's police"),
            ("foreign property", "neighbour's property"),
            ("village's secretary", "village's branch"),
            ("member", "villagers"),
            ("other member", "health centre"),
        ] {
            let organisation = ["city", "property", "rival"].contains(&label).then(|| self.id(label));
            self.install(label, representative, json!({ "party": self.id(party), "organisation": organisation })).await;
        }
        for (label, grid) in [
            ("worker", "grid"),
            ("micro worker", "micro grid"),
            ("other worker", "other grid"),
            ("foreign worker", "neighbour's grid"),
        ] {
            self.install(label, AppointmentKind::GridWorker, json!({ "grid": self.id(grid) })).await;
        }
        let home = json!({ "regionCode": HOME.to_string(), "grid": self.id("grid") });
        self.install("helper", AppointmentKind::Volunteer, home).await;
        self.install("leader", AppointmentKind::BuildingLeader, json!({ "building": self.id("first building") })).await;
        // A grid worker who was the law firm's lawyer until now: what it is complained of still excludes.
        let party = json!({ "party": self.id("LAWYER") });
        let user = self.install("former lawyer", representative, party).await;
        let post = typed(prefix::APPOINTMENT, self.who("former lawyer").post.id);
        let revision = self.revision("street", &post).await;
        self.act("street", "endAppointment", json!({ "appointment": post, "expectedRevision": revision })).await;
        let grid = json!({ "grid": self.id("grid") });
        self.post("former lawyer", user, AppointmentKind::GridWorker, grid).await;
        // The same person in a post as secretary: complained of, and yet of the office.
        let second = json!({ "regionCode": HOME.to_string(), "organisation": self.id("branch") });
        self.post("former lawyer, secretary", user, AppointmentKind::Secretary, second).await;
    }

    async fn residents(&mut self) {
        for (label, by, name, phone, community) in [
            ("resident", "secretary", NAME, Some(PHONE), HOME),
            ("neighbour", "secretary", "居民邻居", None, HOME),
            ("foreign resident", "foreign secretary", "居民隔壁", Some("13700001111"), NEIGHBOUR),
        ] {
            let key = self.key();
            let invited = json!({
                "name": name, "username": label.replace(' ', "."), "phone": phone,
                "regionCode": community.to_string(), "idempotencyKey": key,
            });
            let invited = self.act(by, "invitePerson", invited).await.unwrap();
            let invited: Value = serde_json::from_str(&invited).unwrap();
            let document = "mutation($input: AcceptInvitationInput!) {
                acceptInvitation(input: $input) { accepted { username } userErrors { code } } }";
            let input = json!({ "secret": invited["secret"], "password": "corner shop, blue door" });
            let accepted = self.server.ask(None, document, json!({ "input": input })).await;
            assert_eq!(accepted.data()["acceptInvitation"]["userErrors"], json!([]));
            let key = self.key();
            let post = json!({
                "person": invited["person"]["id"], "kind": "RESIDENT", "regionCode": community.to_string(),
                "building": (community == HOME).then(|| self.id("first building")), "idempotencyKey": key,
            });
            let post = self.make_row(by, "appointPerson", post).await;
            self.seat_down(label, uuid(&post)).await;
        }
    }
}
