//! What reporters decide on: releases of contact data, visits by which no identity passes, codes.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::World;

impl World {
    pub(super) async fn reporters_own(&mut self) {
        self.release("neighbour", "second", "PROPERTY_MANAGER", &["PHONE", "ADDRESS"]).await;
        let withdrawn = self.release("neighbour", "second", "OWNER", &["NAME", "PHONE"]).await;
        self.act("neighbour", "withdrawContactRelease", json!({ "release": withdrawn })).await;
        self.release("neighbour", "second", "OWNER", &["NAME"]).await;
        self.release("foreign resident", "neighbour's", "neighbour's police", &["PHONE"]).await;

        let chosen = self.offer("city", "complaint").await;
        self.answer("resident", &chosen, true).await;
        let declined = self.offer("property", "public").await;
        self.answer("resident", &declined, false).await;
        let cancelled = self.offer("property", "public").await;
        self.end_visit("property", "cancelVisit", &cancelled, json!({})).await;
        self.offer("property", "public").await;
        let kept = self.offer("rival", "second").await;
        self.answer("neighbour", &kept, true).await;
        self.wait(TimeDelta::minutes(30));
        self.end_visit("rival", "recordVisit", &kept, json!({ "kept": true })).await;
        self.offer("worker", "given to the grid").await;
        let (problem, key) = (self.id("recorded by the lawyer"), self.key());
        self.act("secretary", "renewReporterCode", json!({ "problem": problem, "idempotencyKey": key })).await;
    }

    async fn release(&mut self, who: &'static str, name: &str, party: &str, fields: &[&str]) -> String {
        let (problem, party, key) = (self.id(name), self.id(party), self.key());
        let input = json!({ "problem": problem, "party": party, "fields": fields, "idempotencyKey": key });
        self.make_row(who, "releaseContact", input).await
    }

    /// Offers one time, some minutes from now.
    async fn offer(&mut self, who: &'static str, name: &str) -> String {
        let (task, key) = (self.task(who, &self.id(name)).await, self.key());
        let time = |minutes| (self.now() + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let input = json!({
            "task": task, "place": "BUILDING_DOOR", "slots": [{ "from": time(20), "to": time(80) }],
            "message": "请带钥匙", "idempotencyKey": key,
        });
        self.make_row(who, "offerVisit", input).await
    }

    async fn answer(&mut self, who: &'static str, visit: &str, yes: bool) {
        if !yes {
            return self.end_visit(who, "declineVisit", visit, json!({})).await;
        }
        let truth = self.truth().await;
        let row = truth.visits.iter().find(|row| row.id == super::uuid(visit)).unwrap();
        let from = row.lapses_at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        self.end_visit(who, "chooseVisit", visit, json!({ "from": from })).await;
    }

    async fn end_visit(&mut self, who: &'static str, mutation: &str, visit: &str, more: Value) {
        let revision = self.revision(who, visit).await;
        let input = super::with(json!({ "visit": visit, "expectedRevision": revision }), more);
        self.act(who, mutation, input).await;
    }
}
