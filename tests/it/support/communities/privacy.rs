//! Texts that were taken out, a legal hold, and what people ask about their data.

use serde_json::{Value, json};

use super::{World, uuid, with};

impl World {
    pub(super) async fn privacy(&mut self) {
        let asked = self.ask_to_redact("secretary", "second", "summary").await;
        self.act("street", "decideRedaction", json!({ "redaction": asked, "approve": false })).await;
        self.ask_to_redact("secretary", "public", "place").await;
        self.redact("street", "complaint", "place").await;
        let (problem, key) = (self.id("about the convenor"), self.key());
        let input = json!({ "problem": problem, "kind": "ACCESS", "content": "谁看过我的资料", "idempotencyKey": key });
        self.make_row("resident", "askAboutMyData", input).await;
        let problem = self.id("about the convenor");
        let revision = self.revision("resident", &problem).await;
        // As it was told: what payloads showed before is compared with what was told in the end.
        let (_, _, address) = self.told[&uuid(&problem)].clone();
        let input = json!({ "problem": problem, "expectedRevision": revision, "address": address });
        self.act("resident", "correctContact", input).await;
        self.asked("resident", json!({ "kind": "EXPLANATION", "content": "为何保存我的电话" })).await;
        let refused = self.asked("neighbour", json!({ "kind": "DELETION" })).await;
        let revision = self.revision("secretary", &refused).await;
        let answer = json!({
            "subjectRequest": refused, "expectedRevision": revision, "answer": "问题仍在办理", "refusal": "STILL_HANDLED",
        });
        self.act("secretary", "answerSubjectRequest", answer).await;
        self.asked("foreign resident", json!({ "kind": "ACCESS" })).await;
        let withdrawn = self.asked("leader", json!({ "kind": "CORRECTION" })).await;
        let revision = self.revision("leader", &withdrawn).await;
        let input = json!({ "subjectRequest": withdrawn, "expectedRevision": revision });
        self.act("leader", "withdrawSubjectRequest", input).await;
        let problem = self.id("accepted");
        let revision = self.revision("street", &problem).await;
        let hold = json!({ "problem": problem, "expectedRevision": revision, "reason": "涉诉保全" });
        self.act("street", "setLegalHold", hold).await;
        let problem = self.id("withdrawn");
        let revision = self.revision("street", &problem).await;
        let erasing = json!({ "problem": problem, "expectedRevision": revision, "basis": "CONSENT_WITHDRAWN" });
        self.act("street", "eraseData", erasing).await;
        let revision = self.revision("street", &problem).await;
        let hold = json!({ "problem": problem, "expectedRevision": revision, "reason": "误设" });
        self.act("street", "setLegalHold", hold).await;
        let revision = self.revision("street", &problem).await;
        let lifting = json!({ "problem": problem, "expectedRevision": revision });
        self.act("street", "liftLegalHold", lifting).await;
    }

    async fn asked(&mut self, who: &'static str, more: Value) -> String {
        let key = self.key();
        self.make_row(who, "askAboutMyData", with(json!({ "idempotencyKey": key }), more)).await
    }

    async fn ask_to_redact(&mut self, who: &'static str, name: &str, field: &str) -> String {
        let (subject, key) = (self.id(name), self.key());
        let input = json!({
            "subject": subject, "field": field, "basis": "MISTAKEN_PUBLICATION", "note": "误写", "idempotencyKey": key,
        });
        self.make_row(who, "askForRedaction", input).await
    }

    async fn redact(&mut self, who: &'static str, name: &str, field: &str) {
        let (subject, key) = (self.id(name), self.key());
        let revision = self.revision(who, &subject).await;
        let input = json!({
            "subject": subject, "field": field, "expectedRevision": revision, "basis": "COURT_ORDER",
            "idempotencyKey": key,
        });
        self.make_row(who, "redactText", input).await;
    }
}
