//! What leaves the straight road: returns, transfers, extensions, pauses, the ledger, voiding, mergers, supervision.

use chrono::Days;
use entity::word::TaskRole;
use liufang::id::prefix;
use serde_json::{Value, json};

use super::{FLAT, NAME, World, typed, uuid, with};

impl World {
    pub(super) async fn courses(&mut self) {
        self.returns().await;
        self.tasks_changed().await;
        self.extensions().await;
        self.pauses().await;
        self.voided().await;
        self.withdrawn_late().await;
        self.mergers().await;
        self.supervised().await;
    }

    /// A problem that is dispatched.
    async fn given(&mut self, who: &'static str, name: &'static str, to: (&str, &[&str], &[&str])) {
        let place = self.in_first();
        self.report(who, name, with(place, json!({ "reporterAddress": FLAT }))).await;
        self.accept("secretary", name, json!({})).await;
        self.dispatch("secretary", name, to).await;
    }

    /// Asks for something under one's own task.
    async fn ask_under(&mut self, who: &'static str, mutation: &str, name: &str, input: Value) -> String {
        let problem = self.id(name);
        let (task, revision) = (self.task(who, &problem).await, self.revision(who, &problem).await);
        let own = json!({ "task": task, "expectedRevision": revision, "reason": format!("理由：{mutation} {name}") });
        self.make_row(who, mutation, with(own, input)).await
    }

    /// Decides on what was asked for.
    async fn decide(&mut self, who: &'static str, mutation: &str, name: &str, input: Value) {
        let revision = self.revision(who, &self.id(name)).await;
        let decided = json!({ "expectedRevision": revision });
        self.act(who, mutation, with(decided, input)).await;
    }

    async fn returns(&mut self) {
        let name = "returned";
        self.given("resident", name, ("LAWYER", &["OWNER", "PROPERTY_MANAGER"], &["POLICE"])).await;
        let suggested = json!({ "suggestedParty": self.id("CITY_MANAGEMENT") });
        let asked = self.ask_under("lawyer", "requestReturn", name, suggested.clone()).await;
        let no = json!({ "request": asked, "approve": false, "reason": "仍由你方办理" });
        self.decide("secretary", "decideReturn", name, no).await;
        self.acknowledge("lawyer", name).await;
        let asked = self.ask_under("lawyer", "requestReturn", name, suggested).await;
        let yes = json!({ "request": asked, "approve": true, "reason": "改派城管" });
        self.decide("secretary", "decideReturn", name, yes).await;
        self.dispatch("secretary", name, ("CITY_MANAGEMENT", &[], &[])).await;
        // One that assists waits for a decision.
        self.ask_under("owner", "requestReturn", name, json!({})).await;
        let task = self.task("property", &self.id(name)).await;
        let waived = json!({ "task": task, "reason": "主办方已解决" });
        self.decide("secretary", "waiveTask", name, waived).await;
        // The second return is for the joint meeting.
        let asked = self.ask_under("city", "requestReturn", name, json!({})).await;
        self.decide("street", "decideReturn", name, json!({ "request": asked, "approve": true })).await;

        // Of a confidential one it is for the street.
        let name = "confidential, handed up";
        let place = self.in_first();
        let hidden = json!({ "confidential": true, "reporterAddress": FLAT });
        self.report("resident", name, with(place, hidden)).await;
        self.accept("secretary", name, json!({})).await;
        for (lead, who, by) in [("POLICE", "police", "secretary"), ("LAWYER", "lawyer", "street")] {
            self.dispatch("secretary", name, (lead, &[], &[])).await;
            let asked = self.ask_under(who, "requestReturn", name, json!({})).await;
            self.decide(by, "decideReturn", name, json!({ "request": asked, "approve": true })).await;
        }
    }

    async fn tasks_changed(&mut self) {
        let name = "transferred";
        self.given("neighbour", name, ("POLICE", &["OWNER"], &[])).await;
        self.acknowledge("police", name).await;
        let task = self.task("police", &self.id(name)).await;
        let to = json!({ "task": task, "to": { "party": self.id("CITY_MANAGEMENT"), "instruction": "请接办" } });
        self.decide("secretary", "transferTask", name, to).await;
        self.acknowledge("city", name).await;
        let name = "cancelled";
        self.given("resident", name, ("PROPERTY_MANAGER", &["POLICE"], &["LAWYER"])).await;
        let lead = self.task("property", &self.id(name)).await;
        let cancel = json!({ "task": lead, "reason": "不宜由物业办理" });
        self.decide("secretary", "cancelTask", name, cancel).await;
    }

    /// More time: asked for, granted, refused; a problem for which it was in vain is carried on the ledger.
    async fn extensions(&mut self) {
        for (name, who, party) in [
            ("extension asked", "police", "POLICE"),
            ("on the ledger", "city", "CITY_MANAGEMENT"),
            ("off the ledger", "property", "PROPERTY_MANAGER"),
        ] {
            self.given("resident", name, (party, &["OWNER"], &["LAWYER"])).await;
            self.acknowledge(who, name).await;
            let truth = self.truth().await;
            let lead =
                truth.tasks.iter().find(|task| (task.problem_id, task.role) == (uuid(&self.id(name)), TaskRole::Lead));
            let (from, due) = lead.map(|task| (task.assigned_at, task.due_at.unwrap())).unwrap();
            let until = json!({ "until": due + (due - from) / 8 });
            let asked = self.ask_under(who, "requestExtension", name, until).await;
            if name == "extension asked" {
                continue;
            }
            let granted = name == "on the ledger";
            let decided = json!({ "extension": asked, "approve": granted, "reason": format!("决定：{name}") });
            self.decide("secretary", "decideExtension", name, decided).await;
            let review = self.now().date_naive() + Days::new(40);
            let carried = json!({ "owner": self.id("街道办"), "reviewOn": review, "reason": format!("挂账：{name}") });
            self.change("street", "carryOnLedger", name, carried).await;
        }
        let review = self.now().date_naive() + Days::new(60);
        let again = json!({ "reviewOn": review, "owner": self.id("city") });
        self.change("street", "reviewLedger", "on the ledger", again).await;
        self.change("street", "takeOffLedger", "off the ledger", json!({})).await;
    }

    async fn pauses(&mut self) {
        for (name, who, party, report) in [
            ("suspended", "police", "POLICE", "resident"),
            ("resumed", "lawyer", "LAWYER", "neighbour"),
            ("suspension refused", "property", "PROPERTY_MANAGER", "neighbour"),
        ] {
            self.given(report, name, (party, &[], &["OWNER"])).await;
            self.acknowledge(who, name).await;
            let until = json!({ "until": self.now().date_naive() + Days::new(10) });
            let asked = self.ask_under(who, "requestSuspension", name, until).await;
            let granted = name != "suspension refused";
            let decided = json!({ "suspension": asked, "approve": granted, "reason": format!("决定：{name}") });
            self.decide("secretary", "decideSuspension", name, decided).await;
        }
        self.change("lawyer", "resumeProblem", "resumed", json!({})).await;
        let until = json!({ "until": self.now().date_naive() + Days::new(20) });
        self.ask_under("lawyer", "requestSuspension", "resumed", until).await;
    }

    async fn voided(&mut self) {
        for name in ["void asked", "voided"] {
            self.given("resident", name, ("CITY_MANAGEMENT", &["PROPERTY_MANAGER"], &[])).await;
            let revision = self.revision("street", &self.id(name)).await;
            let why =
                json!({ "problem": self.id(name), "expectedRevision": revision, "reason": format!("重复：{name}") });
            let asked = self.make_row("street", "requestVoid", why).await;
            if name == "voided" {
                self.decide("supervisor", "confirmVoid", name, json!({ "request": asked })).await;
            }
        }
    }

    async fn withdrawn_late(&mut self) {
        for name in ["withdrawal asked", "withdrawal refused", "withdrawn late"] {
            self.given("resident", name, ("PROPERTY_MANAGER", &["LAWYER"], &["OWNER"])).await;
            let revision = self.revision("resident", &self.id(name)).await;
            let why = json!({
                "problem": self.id(name), "expectedRevision": revision, "reason": format!("{NAME}（{FLAT}）：不用了"),
            });
            let asked = self.make_row("resident", "requestWithdrawal", why).await;
            let decision = match name {
                "withdrawal asked" => continue,
                "withdrawal refused" => json!({ "approve": false, "reason": format!("{NAME}，还须办完") }),
                _ => json!({ "approve": true }),
            };
            self.decide("secretary", "decideWithdrawal", name, with(json!({ "request": asked }), decision)).await;
        }
    }

    /// Merged into one that goes on, into one that is closed since, and out again.
    async fn mergers(&mut self) {
        self.given("neighbour", "target", ("POLICE", &[], &["LAWYER"])).await;
        for (name, by) in [("merged", "resident"), ("merged, rated", "neighbour"), ("unmerged", "resident")] {
            self.given(by, name, ("PROPERTY_MANAGER", &["OWNER"], &["POLICE"])).await;
            let into = if name == "merged, rated" { "target" } else { "on the ledger" };
            let into = json!({ "into": self.id(into), "reason": format!("{NAME}已报过同一件事") });
            self.change("secretary", "mergeProblem", name, into).await;
        }
        self.change("secretary", "unmergeProblem", "unmerged", json!({})).await;
        self.do_alone("police", "target").await;
        self.close("secretary", "target", json!({})).await;
        let (problem, key) = (self.id("merged, rated"), self.key());
        let rating = json!({ "problem": problem, "satisfaction": "SATISFIED", "idempotencyKey": key });
        self.act("neighbour", "rateProblem", rating).await;
    }

    /// Proposed, raised on a proposal and without, lifted, dismissed; why is for those above alone.
    async fn supervised(&mut self) {
        let why = format!("{NAME}多次来访");
        let proposed = json!({ "level": "NORMAL", "reason": why });
        for name in ["complaint", "public", "suspended", "about the police"] {
            self.change("secretary", "proposeSupervision", name, proposed.clone()).await;
        }
        let truth = self.truth().await;
        let of = |name: &str| {
            let row = truth.supervisions.iter().find(|row| row.problem_id == uuid(&self.id(name))).unwrap();
            typed(prefix::SUPERVISION, row.id)
        };
        let (followed, dismissed) = (of("public"), of("suspended"));
        let raised = json!({ "level": "YELLOW", "proposal": followed, "reason": why });
        self.change("supervisor", "raiseSupervision", "public", raised).await;
        let closed = json!({ "supervision": dismissed, "reason": why });
        self.decide("street", "liftSupervision", "suspended", closed).await;
        for (name, by) in [("second", "street"), ("on the ledger", "street"), ("about the street", "supervisor")] {
            let raised = json!({ "level": "RED", "grounds": "OTHER", "reason": why });
            self.change(by, "raiseSupervision", name, raised).await;
        }
        let truth = self.truth().await;
        let lifted = truth.supervisions.iter().find(|row| row.problem_id == uuid(&self.id("second"))).unwrap();
        let lifted = json!({ "supervision": typed(prefix::SUPERVISION, lifted.id), "reason": why });
        self.decide("street", "liftSupervision", "second", lifted).await;
    }
}
