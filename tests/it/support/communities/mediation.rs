//! Mediations on all their ways.

use chrono::TimeDelta;
use liufang::id::prefix;
use serde_json::{Value, json};

use super::{World, typed, uuid, with};

/// Someone without an account, who is a side.
const OTHER: &str = "端木青山";

impl World {
    pub(super) async fn mediations(&mut self) {
        self.agreed().await;
        self.broken().await;
        self.without_agreement().await;
        let (by, name) = ("foreign secretary", "neighbour's mediation");
        self.open(by, name, "neighbour's", ("foreign worker", &["foreign resident"])).await;
    }

    /// Opens one: between those who have an account and one who has not.
    async fn open(&mut self, by: &'static str, name: &'static str, of: &str, told: (&str, &[&str])) {
        let (mediator, sides) = told;
        let person = |who: &&str| json!({ "person": typed(prefix::USER, self.who(who).post.user_id) });
        let mut sides: Vec<Value> = sides.iter().map(person).collect();
        sides.push(json!({ "name": OTHER, "phone": "13966667777" }));
        let mediator = typed(prefix::APPOINTMENT, self.who(mediator).post.id);
        let input = json!({
            "problem": self.id(of), "kind": "PEOPLES", "matter": format!("纠纷：{name}"), "mediator": mediator,
            "sides": sides, "idempotencyKey": self.key(),
        });
        let id = self.make_row(by, "openMediation", input).await;
        self.ids.insert(name, id);
    }

    /// A side's id, by its place.
    async fn side(&self, name: &str, place: i64) -> String {
        let (truth, mediation) = (self.truth().await, uuid(&self.id(name)));
        let side = truth.sides.iter().find(|side| side.mediation_id == mediation && side.number == place);
        typed(prefix::MEDIATION_SIDE, side.unwrap_or_else(|| panic!("{name} has no side {place}")).id)
    }

    /// Acts on a mediation by its revision.
    async fn step(&mut self, who: &'static str, mutation: &str, name: &str, more: Value) {
        let mediation = self.id(name);
        let revision = self.revision(who, &mediation).await;
        let input = with(json!({ "mediation": mediation, "expectedRevision": revision }), more);
        self.act(who, mutation, input).await;
    }

    /// The side with an account and, by the mediator, the one without do the same.
    async fn both(&mut self, whose: (&'static str, &'static str), mutation: &str, name: &str) {
        self.step(whose.0, mutation, name, json!({})).await;
        let side = self.side(name, 2).await;
        let more = if mutation == "consentToMediation" {
            json!({ "side": side, "method": "IN_PERSON" })
        } else {
            json!({ "side": side })
        };
        self.step(whose.1, mutation, name, more).await;
    }

    async fn agreement(&mut self, who: &'static str, name: &str, form: &str) {
        let sides = [self.side(name, 1).await, self.side(name, 2).await];
        let today = (self.now() + TimeDelta::hours(8)).date_naive().to_string();
        let owed =
            sides.clone().map(|side| json!({ "side": side, "content": format!("义务：{name}"), "dueOn": today }));
        let more =
            json!({ "form": form, "content": format!("协议：{name}"), "obligations": owed, "consenting": sides });
        self.step(who, "recordAgreement", name, more).await;
    }

    async fn settle(&mut self, who: &'static str, mutation: &str, name: &str) {
        let (truth, id) = (self.truth().await, uuid(&self.id(name)));
        let owed = truth.obligations.iter().find(|one| one.mediation_id == id).unwrap();
        let obligation = typed(prefix::OBLIGATION, owed.id);
        let revision = self.revision(who, &self.id(name)).await;
        self.act(who, mutation, json!({ "obligation": obligation, "expectedRevision": revision })).await;
    }

    async fn agreed(&mut self) {
        let (name, who) = ("mediation", ("resident", "police"));
        self.open("secretary", name, "accepted", ("police", &["resident"])).await;
        self.both(who, "consentToMediation", name).await;
        let (mediation, key) = (self.id(name), self.key());
        let said = json!({ "mediation": mediation, "content": "陈述：我没有错", "idempotencyKey": key });
        self.act("resident", "addStatement", said).await;
        let (side, key) = (self.side(name, 2).await, self.key());
        let said = json!({ "mediation": mediation, "side": side, "content": "陈述：他有错", "idempotencyKey": key });
        self.act("police", "addStatement", said).await;
        let key = self.key();
        let session = json!({
            "mediation": mediation, "startsAt": "2026-05-05T09:00:00+08:00", "place": "调解室", "idempotencyKey": key,
        });
        let session = self.make_row("police", "scheduleMediationSession", session).await;
        let notes = json!({ "session": session, "attendees": [side], "notes": "笔录：只来了一方" });
        self.act("police", "recordMediationSession", notes).await;
        let sides = [self.side(name, 1).await, side];
        let due = (self.now() + TimeDelta::days(60)).date_naive().to_string();
        self.step("police", "extendMediation", name, json!({ "dueOn": due, "consenting": sides })).await;
        self.agreement("police", name, "WRITTEN").await;
        self.both(who, "signAgreement", name).await;
        self.both(who, "askJudicialConfirmation", name).await;
        self.step("police", "recordJudicialConfirmation", name, json!({ "confirmed": true })).await;
        let dossier = json!({ "mediation": mediation, "present": ["APPLICATION", "AGREEMENT"] });
        self.act("police", "checkDossier", dossier).await;
        self.settle("police", "recordPerformance", name).await;
    }

    async fn broken(&mut self) {
        let (name, who) = ("broken mediation", ("neighbour", "police"));
        self.open("street", name, "accepted", ("police", &["neighbour"])).await;
        self.both(who, "consentToMediation", name).await;
        self.agreement("police", name, "ORAL").await;
        self.wait(TimeDelta::days(1));
        self.settle("police", "recordBreach", name).await;
    }

    async fn without_agreement(&mut self) {
        self.open("secretary", "pending mediation", "public", ("micro worker", &["neighbour", "helper"])).await;
        self.step("neighbour", "consentToMediation", "pending mediation", json!({})).await;
        self.open("secretary", "refused mediation", "by the owner", ("worker", &["leader"])).await;
        self.step("leader", "refuseMediation", "refused mediation", json!({})).await;
        let name = "terminated mediation";
        self.open("secretary", name, "second", ("lawyer", &["neighbour"])).await;
        self.both(("neighbour", "lawyer"), "consentToMediation", name).await;
        self.step("lawyer", "terminateMediation", name, json!({ "remedies": "可向人民法院起诉" })).await;
        // What the secretary does not know of: the convenor is complained of.
        let name = "mediation about the convenor";
        self.open("street", name, "about the convenor", ("other worker", &["owner"])).await;
        let recusal = json!({ "ground": "RELATED", "reason": "系对方亲属" });
        self.step("owner", "recuseMediator", name, recusal.clone()).await;
        let mediator = typed(prefix::APPOINTMENT, self.who("worker").post.id);
        self.step("street", "appointMediator", name, json!({ "mediator": mediator })).await;
        self.step("owner", "recuseMediator", name, recusal).await;
    }
}
