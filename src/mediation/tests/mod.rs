//! Mediations through the door, in the world of the problems' tests.

mod course;
mod name;
mod recusal;
mod sight;
mod table;

use entity::mediation;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::id::prefix;
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, with, without};

/// Where a test takes a mediation to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Opened,
    Refused,
    Mediating,
    Terminated,
    Written,
    Signed,
    Asked,
    Oral,
    Performed,
    Breached,
}

/// A mediation of a problem of the resident: by the lawyer, between the resident and one without an account.
pub struct Story<'a> {
    pub world: &'a World,
    pub mediation: String,
}

/// A dispute, accepted.
pub async fn dispute(world: &World) -> String {
    let report = without(world.complaint(), "concerns");
    let problem = world.run(&world.people.resident, "reportProblem", "problem", report).await.unwrap();
    let acceptance = with(world.acceptance(&problem).await, json!({ "domain": "RESIDENT_DISPUTE" }));
    world.run(&world.people.secretary, "acceptProblem", "problem", acceptance).await.unwrap();
    problem
}

/// What opens a mediation of it.
pub fn opening(world: &World, problem: &str) -> Value {
    json!({
        "problem": problem, "kind": "PEOPLES", "matter": "楼上漏水的赔偿",
        "mediator": id(prefix::APPOINTMENT, world.people.lawyer.post),
        "sides": [
            { "person": id(prefix::USER, world.people.resident.user) },
            { "name": "赵六顺", "phone": "13900002222" },
        ],
        "idempotencyKey": world.key(),
    })
}

impl<'a> Story<'a> {
    pub async fn open(world: &'a World, problem: &str) -> Self {
        Self::with(world, opening(world, problem)).await
    }

    pub async fn with(world: &'a World, opening: Value) -> Self {
        let mediation = world.run(&world.people.secretary, "openMediation", "mediation", opening).await.unwrap();
        Self { world, mediation }
    }

    pub async fn row(&self) -> mediation::Model {
        let id = crate::id::parse(&self.mediation, prefix::MEDIATION).unwrap();
        mediation::Entity::find_by_id(id).one(&self.world.app.db).await.unwrap().unwrap()
    }

    /// An input with the mediation and its revision as it is.
    pub async fn input(&self, more: Value) -> Value {
        let row = self.row().await;
        let revision = crate::read::revision::show(&self.world.app.vault, row.id, row.revision);
        with(json!({ "mediation": self.mediation, "expectedRevision": revision }), more)
    }

    /// The same for what is created.
    pub fn creation(&self, more: Value) -> Value {
        with(json!({ "mediation": self.mediation, "idempotencyKey": self.world.key() }), more)
    }

    pub async fn see(&self, viewer: &Viewer, fields: &str) -> Value {
        let query = format!("query($id: ID!) {{ mediation(id: $id) {{ {fields} }} }}");
        self.world.data(viewer, &query, json!({ "id": self.mediation })).await["mediation"].take()
    }

    /// The ids of its sides, in order.
    pub async fn sides(&self) -> Vec<String> {
        let seen = self.see(&self.world.people.secretary, "sides { nodes { id } }").await;
        let nodes = seen["sides"]["nodes"].as_array().unwrap();
        nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn session(&self) -> String {
        let seen = self.see(&self.world.people.lawyer, "sessions { nodes { id } }").await;
        seen["sessions"]["nodes"][0]["id"].as_str().unwrap_or("mediationsession_00000000000000000000000000").to_owned()
    }

    pub async fn obligations(&self) -> Vec<String> {
        let seen = self.see(&self.world.people.secretary, "agreement { obligations { nodes { id } } }").await;
        let nodes = seen["agreement"]["obligations"]["nodes"].as_array().cloned().unwrap_or_default();
        nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn agreement(&self, form: &str) -> Value {
        let sides = self.sides().await;
        let today = crate::clock::day(self.world.app.clock.now()).to_string();
        self.input(json!({
            "form": form, "content": "甲方赔偿乙方修缮费用，双方互不追究。", "consenting": sides,
            "obligations": [
                { "side": sides[0], "content": "赔偿800元", "dueOn": today },
                { "side": sides[1], "content": "修好水管", "dueOn": today },
            ],
        }))
        .await
    }

    /// Does something that must take effect.
    pub async fn act(&self, viewer: &Viewer, name: &str, input: Value) {
        let done = self.world.run(viewer, name, shown(name), input).await;
        done.unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Both sides do something: the resident themself, and the mediator for the other.
    pub async fn both(&self, name: &str) {
        let people = &self.world.people;
        let input = self.input(json!({})).await;
        self.act(&people.resident, name, input).await;
        let mut input = self.input(json!({ "side": self.sides().await[1] })).await;
        if name == "consentToMediation" {
            input["method"] = json!("IN_PERSON");
        }
        self.act(&people.lawyer, name, input).await;
    }

    pub async fn settle(&self, name: &str, obligation: &str) {
        let input = without(self.input(json!({ "obligation": obligation })).await, "mediation");
        self.act(&self.world.people.lawyer, name, input).await;
    }

    /// Takes it from where it was opened to a stage.
    pub async fn to(self, stage: Stage) -> Self {
        let lawyer = &self.world.people.lawyer;
        match stage {
            Stage::Opened => return self,
            Stage::Refused => {
                let input = self.input(json!({})).await;
                self.act(&self.world.people.resident, "refuseMediation", input).await;
                return self;
            }
            Stage::Mediating
            | Stage::Terminated
            | Stage::Written
            | Stage::Signed
            | Stage::Asked
            | Stage::Oral
            | Stage::Performed
            | Stage::Breached => {}
        }
        self.both("consentToMediation").await;
        let session = self.creation(json!({ "startsAt": "2026-03-05T09:00:00+08:00", "place": "社区调解室" }));
        self.act(lawyer, "scheduleMediationSession", session).await;
        match stage {
            Stage::Terminated => {
                let input = self.input(json!({ "remedies": "可向人民法院起诉" })).await;
                self.act(lawyer, "terminateMediation", input).await;
            }
            Stage::Oral => {
                let input = self.agreement("ORAL").await;
                self.act(lawyer, "recordAgreement", input).await;
            }
            Stage::Written | Stage::Signed | Stage::Asked | Stage::Performed | Stage::Breached => {
                let input = self.agreement("WRITTEN").await;
                self.act(lawyer, "recordAgreement", input).await;
                if stage != Stage::Written {
                    self.both("signAgreement").await;
                }
            }
            Stage::Opened | Stage::Refused | Stage::Mediating => {}
        }
        match stage {
            Stage::Asked => self.both("askJudicialConfirmation").await,
            Stage::Performed => {
                for obligation in self.obligations().await {
                    self.settle("recordPerformance", &obligation).await;
                }
            }
            Stage::Breached => {
                self.world.wait(chrono::TimeDelta::days(1));
                let obligation = &self.obligations().await[0];
                self.settle("recordBreach", obligation).await;
            }
            Stage::Opened
            | Stage::Refused
            | Stage::Mediating
            | Stage::Terminated
            | Stage::Written
            | Stage::Signed
            | Stage::Oral => {}
        }
        self
    }
}

/// What a mutation's payload shows.
pub fn shown(name: &str) -> &'static str {
    match name {
        "addStatement" => "statement",
        "scheduleMediationSession" | "recordMediationSession" => "session",
        "recordPerformance" | "recordBreach" => "obligation",
        _ => "mediation",
    }
}

/// The code of a refusal.
pub fn code(error: &Value) -> &str {
    error["code"].as_str().or(error["extensions"]["code"].as_str()).unwrap_or("?")
}
