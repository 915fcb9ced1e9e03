//! Whistles: for problems and for none, answered in time, late and not at all, in each state.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{VILLAGE, World, with};

impl World {
    pub(super) async fn alarms(&mut self) {
        self.responding().await;
        self.for_problems().await;
        self.ended().await;
        self.elsewhere_called().await;
    }

    async fn blow(&mut self, who: &'static str, name: &'static str, parties: &[&str], more: Value) {
        let calls: Vec<_> = parties.iter().map(|party| json!({ "party": self.id(party) })).collect();
        let key = self.key();
        let input = json!({
            "grounds": "CROSS_PARTY", "summary": format!("吹哨：{name}"), "place": format!("{name}处"), "calls": calls,
            "idempotencyKey": key,
        });
        let whistle = self.make_row(who, "raiseWhistle", with(input, more)).await;
        self.ids.insert(name, whistle);
    }

    /// Acts on the call of a party.
    async fn on_call(&mut self, who: &'static str, mutation: &str, of: (&str, &str), more: Value) {
        let (party, name) = of;
        let call = self.call(party, &self.id(name)).await;
        let revision = self.revision(who, &call).await;
        self.act(who, mutation, with(json!({ "call": call, "expectedRevision": revision }), more)).await;
    }

    async fn come(&mut self, who: &'static str, of: (&str, &str)) {
        let position = json!({ "latitudeMicrodegrees": 32_012_345, "longitudeMicrodegrees": 119_456_789 });
        self.on_call(who, "reportIn", of, json!({ "place": "东门", "position": position })).await;
    }

    async fn finish(&mut self, who: &'static str, of: (&str, &str)) {
        self.on_call(who, "recordWhistleDone", of, json!({ "note": "已到场处置" })).await;
    }

    async fn end(&mut self, who: &'static str, mutation: &str, name: &str, more: Value) {
        let whistle = self.id(name);
        let revision = self.revision(who, &whistle).await;
        self.act(who, mutation, with(json!({ "whistle": whistle, "expectedRevision": revision }), more)).await;
    }

    async fn responding(&mut self) {
        let name = "fire";
        let place = json!({ "building": self.id("first building"), "grounds": "EMERGENCY" });
        self.blow("secretary", name, &["POLICE", "CITY_MANAGEMENT", "PROPERTY_MANAGER", "OWNER"], place).await;
        self.come("police", ("POLICE", name)).await;
        self.finish("police", ("POLICE", name)).await;
        self.on_call("street", "excuseCall", ("PROPERTY_MANAGER", name), json!({ "reason": "已在抢修" })).await;
        self.wait(TimeDelta::minutes(35));
        self.come("city", ("CITY_MANAGEMENT", name)).await;

        // In the second compound: the other property company.
        let place = json!({ "building": self.id("second building") });
        self.blow("other worker", "flood", &["PROPERTY_MANAGER", "POLICE"], place).await;
        self.come("rival", ("PROPERTY_MANAGER", "flood")).await;
    }

    /// For a complaint, for one about the convenor, for one about the street.
    async fn for_problems(&mut self) {
        let about = json!({ "problem": self.id("complaint") });
        self.blow("worker", "over the complaint", &["PROPERTY_MANAGER", "LAWYER"], about).await;
        self.come("property", ("PROPERTY_MANAGER", "over the complaint")).await;
        let about = json!({ "problem": self.id("about the convenor") });
        self.blow("street", "over the convenor", &["POLICE", "CITY_MANAGEMENT"], about).await;
        let about = json!({ "problem": self.id("about the street") });
        self.blow("supervisor", "over the street", &["POLICE", "PROPERTY_MANAGER"], about).await;
        self.come("police", ("POLICE", "over the street")).await;
        self.on_call("supervisor", "excuseCall", ("PROPERTY_MANAGER", "over the street"), json!({ "reason": "不需" }))
            .await;
    }

    async fn ended(&mut self) {
        let place = json!({ "grid": self.id("micro grid") });
        self.blow("micro worker", "false alarm", &["POLICE"], place.clone()).await;
        self.end("micro worker", "cancelWhistle", "false alarm", json!({ "reason": "误报" })).await;
        let name = "over";
        self.blow("secretary", name, &["LAWYER"], place).await;
        let (whistle, party, key) = (self.id(name), self.id("OWNER"), self.key());
        let further = json!({ "whistle": whistle, "party": party, "idempotencyKey": key });
        self.act("worker", "callParty", further).await;
        for (who, party) in [("lawyer", "LAWYER"), ("owner", "OWNER")] {
            self.come(who, (party, name)).await;
            self.finish(who, (party, name)).await;
        }
        self.end("secretary", "closeWhistle", name, json!({})).await;
    }

    async fn elsewhere_called(&mut self) {
        let place = json!({ "building": self.id("neighbour's building") });
        self.blow("foreign secretary", "neighbour's whistle", &["neighbour's police", "neighbour's city"], place).await;
        self.come("foreign police", ("neighbour's police", "neighbour's whistle")).await;
        let code = json!({ "communityCode": VILLAGE.to_string() });
        self.blow("other street", "village's whistle", &["villagers", "health centre"], code).await;
        self.come("member", ("villagers", "village's whistle")).await;
    }
}
