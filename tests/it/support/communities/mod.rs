//! A world to look at with everybody's eyes: three communities in two streets, people in every role, and problems in
//! every state, all made through the door.

mod alarm;
mod course;
mod mediation;
mod place;
mod privacy;
mod reporter;
mod story;
pub mod truth;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use entity::appointment;
use entity::word::Role;
use liufang::app::App;
use liufang::gate::Limits;
use liufang::id::{Prefix, TypeId, prefix};
use liufang::notification::service::make;
use liufang::relay;
use serde_json::{Value, json};
use uuid::Uuid;

pub use truth::Truth;

use super::sdl;
use super::{Backing, Server};

pub const CITY: i64 = 321_100_000_000;
pub const COUNTY: i64 = 321_181_000_000;
/// Of the home community and its neighbour.
pub const STREET: i64 = 321_181_402_000;
/// Of the community with a consortium.
pub const OTHER_STREET: i64 = 321_181_403_000;
pub const HOME: i64 = 321_181_402_001;
pub const NEIGHBOUR: i64 = 321_181_402_002;
pub const VILLAGE: i64 = 321_181_403_001;

/// The reporter of the complaint about the property company, and what tells who it was.
pub const NAME: &str = "司马问渠";
pub const PHONE: &str = "13855501234";
pub const FLAT: &str = "3单元1702室";

/// A person in a post.
#[derive(Clone, Debug)]
pub struct Who {
    /// What the tests call it.
    pub label: &'static str,
    /// The post.
    pub post: appointment::Model,
    /// An access token that acts in it.
    pub token: String,
}

impl Who {
    pub fn role(&self) -> Role {
        self.post.role
    }
}

/// What a mutation's payload showed, and what there was at that moment.
pub struct Shown {
    pub who: &'static str,
    pub mutation: String,
    pub target: String,
    pub row: Value,
    pub truth: Truth,
}

/// What was told of a reporter: name, phone, address.
pub type Told = (Option<String>, Option<String>, Option<String>);

/// The world.
pub struct World {
    pub server: Server,
    pub people: BTreeMap<&'static str, Who>,
    /// Rows by name: problems, places, parties.
    pub ids: BTreeMap<&'static str, String>,
    /// What was told of each problem's reporter.
    pub told: BTreeMap<Uuid, Told>,
    /// What payloads showed, where it was asked for.
    pub shown: Vec<Shown>,
    watched: bool,
    keys: u32,
}

impl World {
    /// Makes it; where it is watched, each mutation asks for all that its payload can show, and keeps it.
    pub async fn make(db: Backing, watched: bool) -> Self {
        let mut config = db.config();
        config.limits = Limits {
            fields: 1_000_000,
            root_fields: 1000,
            cost: 1_000_000_000,
            statements: 10_000,
            aliases: 10_000,
            ..config.limits
        };
        let app = App::start(config).await.unwrap_or_else(|error| panic!("{error:?}"));
        app.clock.stop_at(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap());
        let mut world = Self {
            server: Server::start(app).await.keeping(db),
            people: BTreeMap::new(),
            ids: BTreeMap::new(),
            told: BTreeMap::new(),
            shown: vec![],
            watched,
            keys: 0,
        };
        world.places().await;
        world.stories().await;
        world.mediations().await;
        world.privacy().await;
        // Of all that happened.
        relay::relay(&world.app().db).await.unwrap_or_else(|error| panic!("{error:?}"));
        make::system_make(world.app()).await.unwrap_or_else(|error| panic!("{error:?}"));
        world
    }

    pub fn app(&self) -> &App {
        &self.server.inside.app
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app().clock.now()
    }

    pub fn wait(&self, span: TimeDelta) {
        self.app().clock.stop_at(self.now() + span);
    }

    pub fn who(&self, label: &str) -> &Who {
        self.people.get(label).unwrap_or_else(|| panic!("nobody is {label}"))
    }

    pub fn id(&self, name: &str) -> String {
        self.ids.get(name).unwrap_or_else(|| panic!("nothing is {name}")).clone()
    }

    pub async fn truth(&self) -> Truth {
        Truth::load(self.app()).await
    }

    pub fn key(&mut self) -> String {
        self.keys += 1;
        format!("key-{}", self.keys)
    }

    /// Asks as somebody.
    pub async fn ask(&self, who: &str, document: &str, variables: Value) -> Value {
        self.server.ask(Some(&self.who(who).token), document, variables).await.body
    }

    /// The data of an answer without errors.
    pub async fn data(&self, who: &str, document: &str, variables: Value) -> Value {
        let mut body = self.ask(who, document, variables).await;
        assert!(body.get("errors").is_none(), "{who}: {document}: {body}");
        body["data"].take()
    }

    /// Runs a mutation that must take effect; the id of the row its payload shows, if it shows one.
    pub async fn act(&mut self, who: &'static str, mutation: &str, input: Value) -> Option<String> {
        self.wait(TimeDelta::minutes(1));
        let watched = self.watched;
        let sdl = sdl::of(self.who(who).role());
        let upper = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
        let payload = sdl.fields(&format!("{upper}Payload"));
        assert!(!payload.is_empty(), "{who} cannot {mutation}");
        let field = payload.iter().find(|field| field.name != "userErrors").unwrap();
        let target = field.ty.base.clone();
        let row = sdl.is_row(&target);
        let selection = match (row, watched) {
            (true, true) => sdl.all_of(&target),
            (true, false) => "{ id }".into(),
            (false, _) => sdl.leaves_of(&target),
        };
        let name = field.name.clone();
        let document = format!(
            "mutation($input: {upper}Input!) {{ {mutation}(input: $input) {{ {name} {selection} \
             userErrors {{ code path message }} }} }}"
        );
        let mut data = self.data(who, &document, json!({ "input": input })).await;
        let mut payload = data[mutation].take();
        assert_eq!(payload["userErrors"], json!([]), "{who}: {mutation} {input}");
        let shown = payload[&name].take();
        let made = shown["id"].as_str().map(str::to_owned);
        if row && watched {
            let truth = self.truth().await;
            let mutation = mutation.to_owned();
            self.shown.push(Shown { who, mutation, target, row: shown, truth });
        } else if mutation == "invitePerson" {
            // What is no row is handed on whole.
            return Some(shown.to_string());
        }
        made
    }

    /// The same, where the row is in sight afterwards.
    pub async fn make_row(&mut self, who: &'static str, mutation: &str, input: Value) -> String {
        self.act(who, mutation, input).await.unwrap_or_else(|| panic!("{mutation} showed {who} nothing"))
    }

    /// A row's revision, as somebody reads it.
    pub async fn revision(&self, who: &str, id: &str) -> String {
        self.seen(who, id).await.unwrap_or_else(|| panic!("{who} sees no revision of {id}"))
    }

    /// The same, where the row is in sight.
    pub async fn seen(&self, who: &str, id: &str) -> Option<String> {
        let name = match id.split_once('_').map(|(prefix, _)| prefix) {
            Some("problem") => "Problem",
            Some("group") => "LinkageGroup",
            Some("appointment") => "Appointment",
            Some("whistle") => "Whistle",
            Some("whistlecall") => "WhistleCall",
            Some("visit") => "VisitOffer",
            Some("mediation") => "Mediation",
            Some("subjectrequest") => "SubjectRequest",
            _ => panic!("{id} has no revision"),
        };
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {name} {{ revision }} }} }}");
        let data = self.data(who, &document, json!({ "id": id })).await;
        data["node"]["revision"].as_str().map(ToOwned::to_owned)
    }

    /// The latest call of a party by a whistle.
    pub async fn call(&self, party: &str, whistle: &str) -> String {
        let (truth, party, whistle) = (self.truth().await, uuid(&self.id(party)), uuid(whistle));
        let calls = truth.calls.iter().filter(|call| (call.whistle_id, call.party_id) == (whistle, party));
        typed(prefix::WHISTLE_CALL, calls.max_by_key(|call| call.called_at).unwrap().id)
    }

    /// The open task of somebody's organisation (or grid) on a problem.
    pub async fn task(&self, who: &str, problem: &str) -> String {
        let (truth, post) = (self.truth().await, self.who(who).post.clone());
        let problem = uuid(problem);
        let own = |task: &&entity::disposition_task::Model| {
            let mine = if post.role == Role::GridWorker {
                task.grid_id == post.grid_id
            } else {
                Some(task.organisation_id) == post.organisation_id
            };
            task.problem_id == problem && mine
        };
        let task = truth.tasks.iter().filter(own).max_by_key(|task| task.assigned_at);
        typed(prefix::TASK, task.unwrap_or_else(|| panic!("{who} has no task on it")).id)
    }
}

/// An id as clients write it.
pub fn typed(prefix: Prefix, id: Uuid) -> String {
    TypeId(prefix, id).to_string()
}

/// The id behind it.
pub fn uuid(text: &str) -> Uuid {
    liufang::id::split(text).unwrap_or_else(|| panic!("{text} is an id")).1
}

/// An object with more in it, or other things.
pub fn with(mut input: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("an object") };
    input.as_object_mut().unwrap().extend(more);
    input
}
