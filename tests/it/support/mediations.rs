//! Mediations by chance, in every state: some by the viewers, some between them.

use chrono::{Days, TimeDelta};
use entity::word::*;
use entity::*;
use serde_json::json;
use uuid::Uuid;

use super::world::{Maker, days_ago, noon};

impl Maker<'_> {
    pub(super) fn mediations(&mut self) {
        let problems = self.data.problems.clone();
        for problem in problems {
            for _ in 0..[0, 0, 1, 2][self.dice.below(4)] {
                self.mediation(&problem);
            }
            if self.dice.chance(10) {
                let (id, user_id) = (self.id(), self.some_user());
                let organisations: Vec<Uuid> = self.data.organisations.iter().map(|row| row.id).collect();
                self.data.exclusions.push(mediation_exclusion::Model {
                    id,
                    problem_id: problem.id,
                    community_code: problem.community_code,
                    user_id,
                    organisation_id: self.dice.maybe(50, |dice| *dice.pick(&organisations)),
                    ground: *self.dice.pick(RecusalGround::ALL),
                    reason: "reason".into(),
                    declared_by: user_id,
                    created_at: days_ago(1),
                });
            }
        }
    }

    fn mediation(&mut self, problem: &problem::Model) {
        use MediationStatus::{
            AgreedOral, AgreedWritten, Breached, ConsentPending, Mediating, Performed, Refused, Terminated,
        };
        let (id, problem_id, community_code) = (self.id(), problem.id, problem.community_code);
        let status = *self.dice.pick(MediationStatus::ALL);
        let kind = *self.dice.pick(MediationKind::ALL);
        let consented = ![ConsentPending, Refused].contains(&status);
        let form = match status {
            AgreedWritten => Some(AgreementForm::Written),
            AgreedOral => Some(AgreementForm::Oral),
            Performed | Breached => Some(*self.dice.pick(AgreementForm::ALL)),
            ConsentPending | Refused | Mediating | Terminated => None,
        };
        let mediates = [Role::Police, Role::Lawyer, Role::GridWorker];
        let posts: Vec<(Uuid, Uuid)> = self
            .data
            .appointments
            .iter()
            .filter(|post| mediates.contains(&post.role) && post.community_code == Some(community_code))
            .map(|post| (post.id, post.user_id))
            .collect();
        let post = if posts.is_empty() { None } else { self.dice.maybe(85, |dice| *dice.pick(&posts)) };
        let due_on = consented.then(|| noon().date_naive() + Days::new(self.dice.below(20) as u64) - Days::new(10));
        let ended = [Refused, Terminated, Performed, Breached].contains(&status);
        let documents: Vec<&str> =
            DossierDocument::ALL.iter().filter(|_| self.dice.chance(50)).map(|word| word.value()).collect();
        let recused = self.dice.chance(30);
        self.data.mediations.push(mediation::Model {
            id,
            problem_id,
            community_code,
            kind,
            status,
            matter: "matter".into(),
            mediator_post_id: post.map(|post| post.0),
            mediator_id: post.map(|post| post.1),
            opened_at: days_ago(20) + TimeDelta::hours(self.dice.below(9).try_into().unwrap()),
            consented_at: consented.then(|| days_ago(15)),
            due_on,
            due_order: noon().date_naive(),
            ended_at: ended.then(|| days_ago(2)),
            remedies: (status == Terminated).then(|| "remedies".into()),
            form,
            confirmed: form.is_some() && kind == MediationKind::Peoples && self.dice.chance(30),
            dossier: json!(documents),
            recusal_ground: recused.then(|| *self.dice.pick(RecusalGround::ALL)),
            recusal_reason: recused.then(|| "because".into()),
            reminded_at: None,
            revision: i64::try_from(self.dice.below(9)).unwrap(),
        });
        let sides = self.sides_of(id, community_code, consented);
        self.said(id, community_code, &sides);
        if let Some(form) = form {
            self.agreement(id, community_code, form, &sides);
        }
    }

    fn sides_of(&mut self, mediation_id: Uuid, community_code: i64, consented: bool) -> Vec<Uuid> {
        let mut users: Vec<Uuid> = self.data.users.iter().map(|row| row.id).collect();
        let mut sides = vec![];
        for number in 1..=2 + i64::try_from(self.dice.below(2)).unwrap() {
            let id = self.id();
            let user_id = self.dice.maybe(60, |dice| dice.below(users.len())).map(|place| users.remove(place));
            let consent = if consented { SideConsent::Consented } else { *self.dice.pick(SideConsent::ALL) };
            let said = consent != SideConsent::Pending;
            let sealed = |column, text: &str| self.app.vault.seal(column, text.as_bytes()).unwrap();
            let (name, phone) =
                (sealed("mediation_side.name", "欧阳一"), sealed("mediation_side.phone", "13812341234"));
            self.data.sides.push(mediation_side::Model {
                id,
                mediation_id,
                community_code,
                number,
                user_id,
                name,
                phone: self.dice.maybe(70, |_| phone),
                consent,
                consent_method: said.then(|| *self.dice.pick(ConsentMethod::ALL)),
                consent_at: said.then(|| days_ago(15)),
                signed_on: self.dice.maybe(40, |_| days_ago(9).date_naive()),
                asked_on: self.dice.maybe(40, |_| days_ago(8).date_naive()),
                created_at: days_ago(20),
            });
            sides.push(id);
        }
        sides
    }

    fn said(&mut self, mediation_id: Uuid, community_code: i64, sides: &[Uuid]) {
        let users: Vec<Uuid> = self.viewers.iter().map(|viewer| viewer.user).collect();
        let mediator = self.data.mediations.last().and_then(|row| row.mediator_id);
        for _ in 0..self.dice.below(3) {
            let (id, recorded_by) = (self.id(), self.some_user());
            self.data.statements.push(mediation_statement::Model {
                id,
                mediation_id,
                community_code,
                side_id: *self.dice.pick(sides),
                content: "statement".into(),
                recorded_by,
                created_at: days_ago(self.dice.below(9).try_into().unwrap()),
            });
            let id = self.id();
            let by = if self.dice.chance(60) { mediator } else { None };
            let other = *self.dice.pick(&users);
            let known = self.data.users.iter().any(|row| row.id == other);
            let noted_by = by.or(if known && self.dice.chance(40) { Some(other) } else { None });
            self.data.sessions.push(mediation_session::Model {
                id,
                mediation_id,
                community_code,
                starts_at: days_ago(self.dice.below(9).try_into().unwrap()),
                place: "place".into(),
                notes: noted_by.map(|_| "notes".into()),
                noted_by,
                created_at: days_ago(10),
            });
            for side_id in sides.iter().copied() {
                if self.dice.chance(50) {
                    self.data.attended.push(mediation_attendance::Model { session_id: id, side_id, community_code });
                }
            }
        }
    }

    fn agreement(&mut self, mediation_id: Uuid, community_code: i64, form: AgreementForm, sides: &[Uuid]) {
        let agreement_id = self.id();
        let today = noon().date_naive();
        let days = [0, 5, 29, 30, 31, 40][self.dice.below(6)];
        let effective_on = (form == AgreementForm::Oral || self.dice.chance(70)).then(|| today - Days::new(days));
        let confirmation = effective_on.and_then(|_| self.dice.maybe(40, |dice| *dice.pick(ConfirmationStatus::ALL)));
        let decided = confirmation.is_some_and(|status| status != ConfirmationStatus::Requested);
        self.data.agreements.push(mediation_agreement::Model {
            id: agreement_id,
            mediation_id,
            community_code,
            form,
            content: "agreement".into(),
            effective_on,
            confirmation,
            requested_on: confirmation.map(|_| today),
            decided_on: decided.then_some(today),
            reminded_at: None,
            created_at: days_ago(9),
        });
        for _ in 0..=self.dice.below(2) {
            let id = self.id();
            let status = *self.dice.pick(ObligationStatus::ALL);
            self.data.obligations.push(mediation_obligation::Model {
                id,
                agreement_id,
                mediation_id,
                community_code,
                side_id: *self.dice.pick(sides),
                content: "obligation".into(),
                due_on: today + Days::new(self.dice.below(4) as u64) - Days::new(2),
                status,
                settled_on: (status != ObligationStatus::Open).then_some(today),
                reminded_at: None,
                created_at: days_ago(9),
            });
        }
    }
}
