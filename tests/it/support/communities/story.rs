//! What happens: problems on all their ways.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{FLAT, HOME, NAME, NEIGHBOUR, PHONE, Told, VILLAGE, World, uuid, with};

/// Whom a problem is given to: the lead's party, those who assist with what is asked, those who read.
type Given<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);

impl World {
    pub(super) async fn stories(&mut self) {
        self.long_closed().await;
        self.complaint().await;
        self.states().await;
        self.above_the_office().await;
        self.hidden().await;
        self.elsewhere().await;
        self.staffs_own().await;
        self.alarms().await;
        self.reporters_own().await;
        self.files().await;
        self.courses().await;
        // Contact data that was shown.
        for who in ["secretary", "city", "worker"] {
            let input = json!({ "problem": self.id("complaint"), "purpose": "核实情况" });
            self.act(who, "revealContact", input).await;
        }
    }

    /// Reports; the name is what the problem is called here.
    pub(super) async fn report(&mut self, who: &'static str, name: &'static str, input: Value) -> String {
        let key = self.key();
        let input = with(
            json!({ "report": format!("{name}：请处理。\n第二行"), "acceptedNotice": "2026-11", "idempotencyKey": key }),
            input,
        );
        let text = |name: &str| input[name].as_str().map(str::to_owned);
        let (told_name, phone) = (text("reporterName"), text("reporterPhone"));
        let told: Told = if told_name.is_none() && phone.is_none() {
            let truth = self.truth().await;
            let account = truth.users.iter().find(|user| user.id == self.who(who).post.user_id).unwrap();
            let phone = match who {
                "resident" => Some(PHONE.to_owned()),
                "foreign resident" => Some("13700001111".to_owned()),
                _ => None,
            };
            (Some(account.name.clone()), phone, text("reporterAddress"))
        } else {
            (told_name, phone, text("reporterAddress"))
        };
        // Where a superior office has to decide on it, who reported may still read it.
        let id = self.act(who, "reportProblem", input.clone()).await;
        let Some(id) = id else { panic!("{who} does not see what was reported: {name}") };
        self.told.insert(uuid(&id), told);
        self.ids.insert(name, id.clone());
        id
    }

    /// Acts on a problem that has a revision.
    pub(super) async fn change(&mut self, who: &'static str, mutation: &str, name: &str, input: Value) {
        let problem = self.id(name);
        let revision = self.revision(who, &problem).await;
        self.act(who, mutation, with(json!({ "problem": problem, "expectedRevision": revision }), input)).await;
    }

    pub(super) async fn accept(&mut self, who: &'static str, name: &str, more: Value) {
        let input = json!({
            "title": format!("标题：{name}"), "summary": format!("摘要：{name}"), "domain": "PROPERTY_MANAGEMENT",
            "nature": "EVENT",
        });
        self.change(who, "acceptProblem", name, with(input, more)).await;
    }

    pub(super) async fn dispatch(&mut self, who: &'static str, name: &str, given: Given<'_>) {
        let (lead, assists, reads) = given;
        let task = |party: &&str| json!({ "party": self.id(party), "instruction": format!("请办理：{name}") });
        let input = json!({
            "lead": task(&lead),
            "assists": assists.iter().map(task).collect::<Vec<_>>(),
            "reads": reads.iter().map(|party| json!({ "party": self.id(party) })).collect::<Vec<_>>(),
        });
        self.change(who, "dispatchProblem", name, input).await;
    }

    pub(super) async fn acknowledge(&mut self, who: &'static str, name: &str) {
        let problem = self.id(name);
        let (task, revision) = (self.task(who, &problem).await, self.revision(who, &problem).await);
        self.act(who, "acknowledgeTask", json!({ "task": task, "expectedRevision": revision })).await;
    }

    async fn record(&mut self, who: &'static str, name: &str) {
        let (task, key) = (self.task(who, &self.id(name)).await, self.key());
        let input = json!({
            "task": task, "action": "REPAIR", "content": format!("处置：{name}"), "internalNote": format!("内部：{name}"),
            "reply": format!("答复：{name}"), "idempotencyKey": key,
            "quantity": { "value": 800, "unit": "SQUARE_METRE", "precision": "AT_LEAST" },
        });
        self.act(who, "recordDisposition", input).await;
    }

    async fn submit(&mut self, who: &'static str, name: &str) {
        let problem = self.id(name);
        let (task, revision) = (self.task(who, &problem).await, self.revision(who, &problem).await);
        let input = json!({ "task": task, "expectedRevision": revision, "feedback": format!("反馈：{name}") });
        self.act(who, "submitFeedback", input).await;
    }

    /// Done by its lead alone.
    pub(super) async fn do_alone(&mut self, who: &'static str, name: &str) {
        self.acknowledge(who, name).await;
        self.record(who, name).await;
        self.submit(who, name).await;
    }

    pub(super) async fn close(&mut self, who: &'static str, name: &str, more: Value) {
        let input = json!({ "outcome": "SOLVED", "reply": format!("已办结：{name}") });
        self.change(who, "closeProblem", name, with(input, more)).await;
    }

    pub(super) fn in_first(&self) -> Value {
        json!({ "building": self.id("first building") })
    }

    /// Closed so long ago that the authority which handled it sees no contact data any more.
    async fn long_closed(&mut self) {
        let name = "closed long ago";
        let place = self.in_first();
        self.report("resident", name, with(place, json!({ "reporterAddress": FLAT }))).await;
        self.accept("secretary", name, json!({ "publicSummary": "公开：早已办结" })).await;
        self.dispatch("secretary", name, ("POLICE", &[], &["LAWYER"])).await;
        self.do_alone("police", name).await;
        self.close("worker", name, json!({})).await;
        self.wait(TimeDelta::days(40));
    }

    /// The complaint about the property company, from its report to its rating.
    async fn complaint(&mut self) {
        let name = "complaint";
        let place = self.in_first();
        let input = json!({
            "report": format!("我是{NAME}，住1幢{FLAT}，电话{PHONE}，物业三个月不修电梯。\n请不要说是我说的。"),
            "place": format!("1幢{FLAT}门口"), "reporterAddress": format!("1幢{FLAT}"),
            "concerns": [self.id("PROPERTY_MANAGER")], "urgent": true,
        });
        self.report("resident", name, with(place, input)).await;
        let (problem, key) = (self.id(name), self.key());
        let added = json!({
            "problem": problem, "content": format!("补充：{NAME}，{FLAT}，请打{PHONE}"), "idempotencyKey": key,
        });
        self.act("resident", "addToReport", added).await;
        self.accept("secretary", name, json!({ "urgent": true })).await;
        self.dispatch("secretary", name, ("CITY_MANAGEMENT", &["PROPERTY_MANAGER", "OWNER"], &["LAWYER"])).await;
        self.acknowledge("city", name).await;
        self.acknowledge("property", name).await;
        self.acknowledge("owner", name).await;
        self.acknowledge("lawyer", name).await;
        for who in ["property", "city"] {
            self.record(who, name).await;
            self.submit_if_assist(who, name).await;
        }
        self.submit("owner", name).await;
        self.submit("city", name).await;
        let tasks = json!({ "reason": "电梯又停了", "tasks": [self.task("property", &problem).await] });
        self.change("secretary", "reworkProblem", name, tasks).await;
        for who in ["property", "city"] {
            self.record(who, name).await;
            self.submit(who, name).await;
        }
        self.close("secretary", name, json!({ "outcome": "PARTLY_SOLVED", "reason": "曳引机待换" })).await;
        let key = self.key();
        let visit = json!({
            "problem": problem, "method": "CALL", "reached": true, "satisfaction": "DISSATISFIED",
            "note": format!("{NAME}在电话{PHONE}里说还在响"), "idempotencyKey": key,
        });
        self.act("secretary", "followUp", visit).await;
        let key = self.key();
        let rating = json!({
            "problem": problem, "satisfaction": "DISSATISFIED", "comment": format!("{FLAT}还是没有电梯，{NAME}"),
            "idempotencyKey": key,
        });
        self.act("resident", "rateProblem", rating).await;
        let reason = json!({ "reason": format!("{NAME}（{FLAT}）：电梯还是停的") });
        self.change("resident", "reopenProblem", name, reason).await;
        self.acknowledge("city", name).await;
    }

    async fn submit_if_assist(&mut self, who: &'static str, name: &str) {
        if who == "property" {
            self.submit(who, name).await;
        }
    }

    /// One problem in each state, public ones and others.
    async fn states(&mut self) {
        for name in ["reported", "declined", "appealed", "withdrawn", "accepted", "dispatched", "public"] {
            let place = self.in_first();
            self.report("resident", name, with(place, json!({ "place": format!("{name}处") }))).await;
        }
        for name in ["declined", "appealed"] {
            let input = json!({ "reason": "不属本社区", "otherChannel": "12345" });
            self.change("secretary", "declineProblem", name, input).await;
        }
        self.change("resident", "appealProblem", "appealed", json!({ "reason": format!("{NAME}不服") })).await;
        self.change("resident", "withdrawProblem", "withdrawn", json!({ "reason": format!("{NAME}搬走了") })).await;
        self.accept("secretary", "accepted", json!({})).await;
        self.accept("secretary", "dispatched", json!({ "domain": "RESIDENT_DISPUTE", "complexity": "SIMPLE" })).await;
        self.dispatch("secretary", "dispatched", ("LAWYER", &["OWNER"], &["POLICE"])).await;
        self.accept("secretary", "public", json!({ "publicSummary": "公开：1幢路灯" })).await;
        self.dispatch("secretary", "public", ("PROPERTY_MANAGER", &["CITY_MANAGEMENT"], &[])).await;
        self.acknowledge("property", "public").await;
        self.record("property", "public").await;

        // Of the second compound: the other property company, another grid.
        let second = json!({ "building": self.id("second building") });
        self.report("neighbour", "second", with(second.clone(), json!({ "reporterAddress": "2幢1室" }))).await;
        self.accept("secretary", "second", json!({ "publicSummary": "公开：第二小区" })).await;
        self.dispatch("secretary", "second", ("PROPERTY_MANAGER", &["OWNER"], &["POLICE"])).await;
        self.acknowledge("rival", "second").await;
        self.record("rival", "second").await;

        // A whole compound, no grid known at first; done by grid workers for the police.
        let grid = json!({ "grid": self.id("grid"), "place": "广场" });
        self.report("neighbour", "given to the grid", grid).await;
        self.accept("secretary", "given to the grid", json!({})).await;
        let lead = json!({ "party": self.id("POLICE"), "grid": self.id("grid"), "instruction": "请网格走访" });
        self.change("secretary", "dispatchProblem", "given to the grid", json!({ "lead": lead })).await;
        self.acknowledge("worker", "given to the grid").await;
        self.record("worker", "given to the grid").await;

        self.report("neighbour", "closed", with(second, json!({ "place": "东门" }))).await;
        self.accept("secretary", "closed", json!({ "nature": "COMPONENT" })).await;
        self.dispatch("secretary", "closed", ("POLICE", &[], &[])).await;
        self.do_alone("police", "closed").await;
        let outcome = json!({ "outcome": "REFERRED", "referredTo": "市住建局", "publicSummary": "公开：已移送" });
        self.close("secretary", "closed", outcome).await;
        let (problem, key) = (self.id("closed"), self.key());
        let visit = json!({ "problem": problem, "method": "VISIT", "reached": false, "idempotencyKey": key });
        self.act("other worker", "followUp", visit).await;
    }

    /// What the secretary does not decide: the convenor complained of, the street complained of.
    async fn above_the_office(&mut self) {
        let place = self.in_first();
        let input = json!({ "concerns": [self.id("PARTY_BRANCH")], "reporterAddress": FLAT });
        self.report("resident", "about the convenor", with(place.clone(), input)).await;
        self.accept("street", "about the convenor", json!({})).await;
        self.dispatch("street", "about the convenor", ("POLICE", &["PARTY_BRANCH"], &[])).await;
        self.acknowledge("police", "about the convenor").await;

        let input = json!({ "building": self.id("second building"), "concerns": [self.id("CITY_MANAGEMENT")] });
        self.report("resident", "about the street", input).await;
        self.accept("supervisor", "about the street", json!({ "publicSummary": "公开：占道" })).await;
        self.dispatch("supervisor", "about the street", ("POLICE", &["CITY_MANAGEMENT"], &["OWNER"])).await;
        self.acknowledge("police", "about the street").await;
        self.record("police", "about the street").await;

        // Found out at triage: it goes up by itself.
        self.report("resident", "handed up", place).await;
        let input = json!({ "concerns": [self.id("PARTY_BRANCH")] });
        self.accept("secretary", "handed up", input).await;
    }

    async fn hidden(&mut self) {
        let place = self.in_first();
        let hidden = json!({
            "confidential": true, "concerns": [self.id("PROPERTY_MANAGER")], "reporterAddress": FLAT,
        });
        self.report("resident", "confidential", with(place.clone(), hidden)).await;
        self.accept("secretary", "confidential", json!({})).await;
        self.dispatch("secretary", "confidential", ("POLICE", &["OWNER"], &[])).await;
        self.acknowledge("police", "confidential").await;
        self.record("police", "confidential").await;

        let hidden = json!({ "confidential": true });
        self.report("neighbour", "confidential, reported", with(place.clone(), hidden)).await;

        let about = json!({ "concerns": [self.id("LAWYER"), self.id("OWNER")] });
        self.report("neighbour", "about lawyer and owners", with(place.clone(), about)).await;
        self.accept("secretary", "about lawyer and owners", json!({})).await;
        self.dispatch("secretary", "about lawyer and owners", ("POLICE", &["LAWYER"], &[])).await;

        let about = json!({ "concerns": [self.id("POLICE")], "reporterAddress": FLAT });
        self.report("resident", "about the police", with(place, about)).await;
        self.accept("secretary", "about the police", json!({})).await;
        self.dispatch("secretary", "about the police", ("CITY_MANAGEMENT", &["POLICE"], &[])).await;
        self.acknowledge("police", "about the police").await;
        self.acknowledge("city", "about the police").await;
    }

    async fn elsewhere(&mut self) {
        let place = json!({ "building": self.id("neighbour's building"), "reporterAddress": "3幢3单元" });
        let about = json!({ "concerns": [self.id("neighbour's property")] });
        self.report("foreign resident", "neighbour's", with(place.clone(), about)).await;
        self.accept("foreign secretary", "neighbour's", json!({ "publicSummary": "公开：隔壁" })).await;
        let given = ("neighbour's police", &["neighbour's property"][..], &["neighbour's owners"][..]);
        self.dispatch("foreign secretary", "neighbour's", given).await;
        self.acknowledge("foreign property", "neighbour's").await;
        self.submit("foreign property", "neighbour's").await;
        self.do_alone("foreign police", "neighbour's").await;
        self.report("foreign resident", "neighbour's, reported", place).await;
        let code = NEIGHBOUR.to_string();
        self.report("foreign worker", "neighbour's patrol", json!({ "communityCode": code, "place": "河边" })).await;

        let place = json!({ "grid": self.id("village's grid"), "place": "村口" });
        self.report("member", "village's", place.clone()).await;
        self.accept("village's secretary", "village's", json!({})).await;
        self.dispatch("village's secretary", "village's", ("villagers", &[], &["health centre"])).await;
        self.do_alone("member", "village's").await;
        self.close("other street", "village's", json!({})).await;
        let code = VILLAGE.to_string();
        self.report("other member", "village's, reported", json!({ "communityCode": code, "place": "桥头" })).await;
    }

    /// Reported by those who act on others': for somebody who consents, or for themselves.
    async fn staffs_own(&mut self) {
        let place = self.in_first();
        let other = json!({
            "reporterName": "诸葛远山", "reporterPhone": "13944445678", "reporterAddress": "1幢401室", "consent": true,
            "concerns": [self.id("PROPERTY_MANAGER")],
        });
        self.report("worker", "on behalf", with(place.clone(), other.clone())).await;
        self.accept("street", "on behalf", json!({})).await;
        // Recorded by the lawyer, and by one who is complained of.
        self.report("lawyer", "recorded by the lawyer", with(place.clone(), other.clone())).await;
        self.accept("secretary", "recorded by the lawyer", json!({})).await;
        self.dispatch("secretary", "recorded by the lawyer", ("CITY_MANAGEMENT", &[], &[])).await;
        for who in ["police", "owner", "helper", "secretary", "leader"] {
            let name = match who {
                "police" => "by the police",
                "owner" => "by the owner",
                "helper" => "by the helper",
                "leader" => "by the leader",
                _ => "by the secretary",
            };
            let about = json!({ "concerns": [self.id("PROPERTY_MANAGER")], "reporterAddress": "9幢901室" });
            self.report(who, name, with(place.clone(), about)).await;
        }
        self.accept("secretary", "by the police", json!({})).await;
        self.dispatch("secretary", "by the police", ("PROPERTY_MANAGER", &[], &["LAWYER"])).await;
        self.accept("secretary", "by the owner", json!({})).await;
        self.dispatch("secretary", "by the owner", ("PROPERTY_MANAGER", &["OWNER"], &[])).await;
        let code = HOME.to_string();
        self.report("street", "by the street", json!({ "communityCode": code, "place": "社区门口" })).await;
    }

    /// Photos of reports and of what was done; copies that were released, one of them withdrawn.
    async fn files(&mut self) {
        for name in ["dispatched", "confidential", "about the police"] {
            let mut copies = vec![];
            for _ in 0..2 {
                let file = self
                    .attach("resident", "attachToReport", json!({ "problem": self.id(name), "kind": "REPORT" }))
                    .await;
                let key = self.key();
                let input = json!({ "attachment": file, "idempotencyKey": key });
                copies.push(self.make_row("secretary", "releaseAttachment", input).await);
            }
            self.act("secretary", "withdrawAttachment", json!({ "attachment": copies[0] })).await;
            let file = json!({ "problem": self.id(name), "kind": "BEFORE" });
            let file = self.attach("resident", "attachToReport", file).await;
            if name == "dispatched" {
                self.act("resident", "withdrawAttachment", json!({ "attachment": file })).await;
            }
        }
        for (who, name) in [("rival", "second"), ("police", "confidential"), ("police", "about the street")] {
            let disposition = self.disposition(name).await;
            self.attach(who, "attachToDisposition", json!({ "disposition": disposition, "kind": "AFTER" })).await;
        }
        let own = self.disposition("neighbour's").await;
        self.ids.insert("neighbour's disposition", own);
    }

    async fn disposition(&self, name: &str) -> String {
        let (truth, problem) = (self.truth().await, uuid(&self.id(name)));
        let found = truth.dispositions.iter().find(|row| row.problem_id == problem);
        super::typed(liufang::id::prefix::DISPOSITION, found.unwrap_or_else(|| panic!("nothing was done on {name}")).id)
    }

    /// Sends a photo and attaches it.
    async fn attach(&mut self, who: &'static str, mutation: &str, input: Value) -> String {
        let mut photo = std::io::Cursor::new(vec![]);
        image::DynamicImage::new_rgb8(4, 4).write_to(&mut photo, image::ImageFormat::Jpeg).unwrap();
        let photo = photo.into_inner();
        let (key, other) = (self.key(), self.key());
        let document = "mutation($input: StageUploadInput!) { stageUpload(input: $input) { target { id url } } }";
        let staged = json!({ "fileName": "王小明拍的.jpg", "bytes": photo.len(), "idempotencyKey": key });
        let data = self.data(who, document, json!({ "input": staged })).await;
        let target = &data["stageUpload"]["target"];
        let url = target["url"].as_str().unwrap();
        assert_eq!(self.server.request("PUT", url).body(photo).send().await.unwrap().status(), 204);
        let input = with(input, json!({ "upload": target["id"], "idempotencyKey": other }));
        self.make_row(who, mutation, input).await
    }
}
