//! Mediations: who sees which, what their fields answer, what may be done. Written apart from the server's.

use chrono::{Days, NaiveDate};
use entity::word::*;
use entity::*;
use liufang::machine::Guard as _;
use liufang::mediation::transition::Guard;
use liufang::policy::Capability as May;
use liufang::read::revision;
use serde_json::{Value, json};
use uuid::Uuid;

use super::fields::{Fields, Found, Row, many, moment, moment_if, only, places, word, word_if};
use super::rules::Eye;

impl Eye {
    /// Whether an event may be told of: what belongs to a mediation to the office alone, what is said there to nobody.
    pub fn told_of_mediation(&self, row: &event::Model, problem: &problem::Model) -> bool {
        if super::privacy::one_s_own(&row.kind) {
            return false;
        }
        if super::privacy::in_circle(&row.kind) && !row.kind.starts_with("mediation.") {
            return self.trusted_office(problem);
        }
        match row.kind.strip_prefix("mediation.") {
            Some("statementAdded" | "sessionCalled" | "sessionRecorded" | "dossierChecked") => false,
            Some(_) => self.trusted_office(problem),
            None => true,
        }
    }

    fn opened(&self, row: &mediation::Model) -> bool {
        self.data.problems.iter().any(|problem| problem.id == row.problem_id && self.trusted_office(problem))
    }

    fn mediates(&self, row: &mediation::Model) -> bool {
        [Role::Police, Role::Lawyer, Role::GridWorker].contains(&self.viewer.role)
            && row.mediator_post_id == Some(self.viewer.post)
    }

    fn named(&self, row: &mediation::Model) -> bool {
        self.data.sides.iter().any(|side| side.mediation_id == row.id && side.user_id == Some(self.viewer.user))
    }

    fn takes_part(&self, row: &mediation::Model) -> bool {
        May::TakePartInMediation.held(self.viewer.role, self.viewer.scopes) && self.named(row)
    }

    pub fn inside(&self, row: &mediation::Model) -> bool {
        self.mediates(row) || self.takes_part(row)
    }

    fn knows(&self, row: &mediation::Model) -> bool {
        self.covers(row.community_code) && (self.opened(row) || self.inside(row))
    }

    fn unfit(&self, row: &problem::Model) -> bool {
        let me = self.viewer.user;
        let said = self.data.exclusions.iter().any(|one| {
            one.problem_id == row.id
                && (one.user_id == me || one.organisation_id.is_some_and(|firm| self.acts_for(firm)))
        });
        let side = self.data.mediations.iter().any(|one| one.problem_id == row.id && self.named(one));
        let own = row.reporter_id == Some(me) || row.recorded_by_id == Some(me);
        said || side || own || self.concerned(row) || self.handled(row)
    }
}

impl Fields {
    fn above(&self, id: Uuid) -> &mediation::Model {
        self.eye.data.mediations.iter().find(|row| row.id == id).unwrap()
    }

    pub fn sees_of_mediation(&self, row: Row) -> bool {
        let (eye, data, at) = (&self.eye, &self.eye.data, row.at);
        let knows = |community: i64, id: Uuid| eye.covers(community) && eye.knows(self.above(id));
        match row.of {
            "Mediation" => eye.knows(&data.mediations[at]),
            "MediationSide" => knows(data.sides[at].community_code, data.sides[at].mediation_id),
            "MediationSession" => {
                let row = &data.sessions[at];
                knows(row.community_code, row.mediation_id) && eye.inside(self.above(row.mediation_id))
            }
            "MediationStatement" => {
                let row = &data.statements[at];
                let of = self.above(row.mediation_id);
                let own = data.sides.iter().any(|side| side.id == row.side_id && side.user_id == Some(eye.viewer.user));
                eye.covers(row.community_code) && (eye.mediates(of) || own && eye.takes_part(of))
            }
            "MediationAgreement" => knows(data.agreements[at].community_code, data.agreements[at].mediation_id),
            _ => knows(data.obligations[at].community_code, data.obligations[at].mediation_id),
        }
    }

    pub fn mediation(&self, row: Row, name: &str) -> Option<Found> {
        match row.of {
            "Mediation" => self.whole(row.at, name),
            "MediationSide" => self.side(row.at, name),
            "MediationAgreement" => self.agreement(row.at, name),
            _ => self.part(row, name),
        }
    }

    pub fn mediation_overdue(&self, row: &mediation::Model) -> bool {
        row.status == MediationStatus::Mediating && row.due_on.is_some_and(|day| day < self.eye.today())
    }

    fn whole(&self, at: usize, name: &str) -> Option<Found> {
        let (eye, data) = (&self.eye, &self.eye.data);
        let row = &data.mediations[at];
        let mediator = eye.mediates(row);
        Some(Found::Leaf(match name {
            "kind" => word(row.kind),
            "status" => word(row.status),
            "matter" => row.matter.clone().into(),
            "openedAt" => moment(row.opened_at),
            "consentedAt" => moment_if(row.consented_at),
            "dueOn" => json!(row.due_on),
            "endedAt" => moment_if(row.ended_at),
            "overdue" => self.mediation_overdue(row).into(),
            "form" => word_if(row.form),
            "remedies" => only(eye.inside(row), json!(row.remedies)),
            "revision" => revision::show(&self.vault, row.id, row.revision).into(),
            "allowedActions" => return Some(Found::Object(self.actions(row))),
            "problemSummary" => {
                let of = data.problems.iter().find(|problem| problem.id == row.problem_id).unwrap();
                only(mediator || eye.opened(row), json!(of.summary))
            }
            "recusalGround" => only(eye.opened(row), word_if(row.recusal_ground)),
            "recusalReason" => only(eye.opened(row), json!(row.recusal_reason)),
            "dossier" => return Some(Found::Object(only(mediator, dossier(row)))),
            "dossierMissing" => only(mediator, missing(row)),
            "dossierComplete" => only(mediator, missing(row).is_empty()),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "community" => return Some(self.region_of(row.community_code)),
            "mediator" => return Some(self.one("Appointment", row.mediator_post_id)),
            "agreement" => {
                let found = places(&data.agreements, "MediationAgreement", |one| one.mediation_id == row.id);
                return Some(Found::One(found.first().copied()));
            }
            "sides" => return Some(many(places(&data.sides, "MediationSide", |one| one.mediation_id == row.id))),
            "sessions" => {
                return Some(many(places(&data.sessions, "MediationSession", |one| one.mediation_id == row.id)));
            }
            "statements" => {
                return Some(many(places(&data.statements, "MediationStatement", |one| one.mediation_id == row.id)));
            }
            _ => return None,
        }))
    }

    fn side(&self, at: usize, name: &str) -> Option<Found> {
        let eye = &self.eye;
        let row = &eye.data.sides[at];
        let of = self.above(row.mediation_id);
        let own = row.user_id == Some(eye.viewer.user) && eye.takes_part(of);
        Some(Found::Leaf(match name {
            "number" => row.number.into(),
            "consent" => word(row.consent),
            "consentMethod" => word_if(row.consent_method),
            "consentAt" => moment_if(row.consent_at),
            "signedOn" => json!(row.signed_on),
            "confirmationAskedOn" => json!(row.asked_on),
            "own" => own.into(),
            "createdAt" => moment(row.created_at),
            "mediation" => return Some(self.one("Mediation", row.mediation_id)),
            "person" => {
                let masked = row.phone.is_some().then_some("138****1234");
                let phone = if own { row.phone.is_some().then_some("13812341234") } else { masked };
                return Some(Found::Object(if own || of.consented_at.is_some() && eye.inside(of) {
                    json!({ "state": "VISIBLE", "name": "欧阳一", "phone": phone })
                } else if eye.opened(of) {
                    json!({ "state": "MASKED", "name": "欧*", "phone": masked })
                } else {
                    json!({ "state": "WITHHELD", "name": null, "phone": null })
                }));
            }
            _ => return None,
        }))
    }

    fn agreement(&self, at: usize, name: &str) -> Option<Found> {
        let data = &self.eye.data;
        let row = &data.agreements[at];
        Some(Found::Leaf(match name {
            "form" => word(row.form),
            "content" => row.content.clone().into(),
            "effectiveOn" => json!(row.effective_on),
            "createdAt" => moment(row.created_at),
            "mediation" => return Some(self.one("Mediation", row.mediation_id)),
            "obligations" => {
                return Some(many(places(&data.obligations, "MediationObligation", |one| one.agreement_id == row.id)));
            }
            "judicialConfirmation" => {
                let peoples = self.above(row.mediation_id).kind == MediationKind::Peoples;
                let due = row.effective_on.filter(|_| peoples).map(last_day);
                return Some(Found::Object(json!(due.map(|due| {
                    let left = (due - self.eye.today()).num_days();
                    json!({
                        "status": word_if(row.confirmation), "dueOn": due, "requestedOn": row.requested_on,
                        "daysLeft": (row.confirmation.is_none() && left >= 0).then_some(left),
                        "decidedOn": row.decided_on,
                    })
                }))));
            }
            _ => return None,
        }))
    }

    fn part(&self, row: Row, name: &str) -> Option<Found> {
        let (eye, data) = (&self.eye, &self.eye.data);
        Some(match row.of {
            "MediationSession" => {
                let row = &data.sessions[row.at];
                let attended = |id: Uuid| data.attended.iter().any(|one| (one.session_id, one.side_id) == (row.id, id));
                let own = row.noted_by == Some(eye.viewer.user) && eye.mediates(self.above(row.mediation_id));
                match name {
                    "startsAt" => Found::Leaf(moment(row.starts_at)),
                    "place" => Found::Leaf(row.place.clone().into()),
                    "notes" => Found::Leaf(only(own, json!(row.notes))),
                    "createdAt" => Found::Leaf(moment(row.created_at)),
                    "attendees" => many(places(&data.sides, "MediationSide", |side| attended(side.id))),
                    "mediation" => self.one("Mediation", row.mediation_id),
                    _ => return None,
                }
            }
            "MediationStatement" => {
                let row = &data.statements[row.at];
                match name {
                    "content" => Found::Leaf(row.content.clone().into()),
                    "createdAt" => Found::Leaf(moment(row.created_at)),
                    "side" => self.one("MediationSide", row.side_id),
                    "mediation" => self.one("Mediation", row.mediation_id),
                    _ => return None,
                }
            }
            _ => {
                let row = &data.obligations[row.at];
                let late = row.status == ObligationStatus::Open && row.due_on < eye.today();
                match name {
                    "content" => Found::Leaf(row.content.clone().into()),
                    "dueOn" => Found::Leaf(json!(row.due_on)),
                    "status" => Found::Leaf(word(row.status)),
                    "settledOn" => Found::Leaf(json!(row.settled_on)),
                    "overdue" => Found::Leaf(late.into()),
                    "createdAt" => Found::Leaf(moment(row.created_at)),
                    "side" => self.one("MediationSide", row.side_id),
                    "agreement" => self.one("MediationAgreement", row.agreement_id),
                    _ => return None,
                }
            }
        })
    }

    /// The answer of `allowedActions`.
    fn actions(&self, row: &mediation::Model) -> Value {
        let ways = self.ways(row);
        let told = MediationAction::ALL.iter().filter_map(|action| {
            let of = ways.iter().filter(|way| way.0 == *action && way.1);
            let verdicts = of.map(|(_, _, states, guards)| {
                let guard = guards.iter().find(|(holds, _)| !holds);
                if !states.contains(&row.status) {
                    (2, Some(format!("it is {}", row.status.en())))
                } else if let Some((_, guard)) = guard {
                    (1, Some(guard.why().1.to_owned()))
                } else {
                    (0, None)
                }
            });
            let (rank, reason) = verdicts.min_by_key(|verdict| verdict.0)?;
            let mutation = liufang::mediation::transition::mutation(*action);
            Some(json!({ "action": action.value(), "mutation": mutation, "allowed": rank == 0, "reason": reason }))
        });
        told.collect()
    }

    /// The ways to do something: by whom it is given, in these states, unless a guard says why not.
    fn ways(&self, row: &mediation::Model) -> Vec<Way> {
        use MediationAction as A;
        use MediationStatus::{AgreedOral, AgreedWritten, Breached, ConsentPending, Mediating, Performed, Terminated};
        let (eye, data) = (&self.eye, &self.eye.data);
        let (office, mediator, side) = (eye.opened(row), eye.mediates(row), eye.takes_part(row));
        let problem = data.problems.iter().find(|problem| problem.id == row.problem_id).unwrap();
        let fit = (!eye.unfit(problem), Guard::Fit);
        let sides: Vec<_> = data.sides.iter().filter(|one| one.mediation_id == row.id).collect();
        let mine = |what: fn(&mediation_side::Model) -> bool| {
            sides.iter().any(|one| one.user_id == Some(eye.viewer.user) && what(one))
        };
        let bare =
            |what: fn(&mediation_side::Model) -> bool| sides.iter().any(|one| one.user_id.is_none() && what(one));
        let others = (bare(|_| true), Guard::Unaccounted);
        let undecided = |one: &mediation_side::Model| one.consent == SideConsent::Pending;
        let unsigned = |one: &mediation_side::Model| one.signed_on.is_none();
        let unasked = |one: &mediation_side::Model| one.asked_on.is_none();
        let appointed = (row.mediator_post_id.is_some(), Guard::Appointed);
        let agreement = data.agreements.iter().find(|one| one.mediation_id == row.id);
        let effect = agreement.and_then(|one| one.effective_on);
        let effective = (effect.is_some(), Guard::Effective);
        let window = (effect.is_some_and(|day| eye.today() <= last_day(day)), Guard::ConfirmationOpen);
        let peoples = (row.kind == MediationKind::Peoples, Guard::Peoples);
        let asked = agreement.is_some_and(|one| one.confirmation == Some(ConfirmationStatus::Requested));
        let (agreed, living) =
            (vec![AgreedWritten, AgreedOral], vec![ConsentPending, Mediating, AgreedWritten, AgreedOral]);
        let confirm = vec![peoples, effective, window];
        vec![
            (A::Appoint, office, living.clone(), vec![(!eye.named(row), Guard::NotNamed)]),
            (A::Consent, side, vec![ConsentPending], vec![appointed, (mine(undecided), Guard::Undecided)]),
            (A::Consent, mediator, vec![ConsentPending], vec![fit, others, (bare(undecided), Guard::Undecided)]),
            (A::Refuse, side, vec![ConsentPending], vec![]),
            (A::Refuse, mediator, vec![ConsentPending], vec![fit, others]),
            (A::State, side, vec![Mediating], vec![]),
            (A::State, mediator, vec![Mediating], vec![fit, others]),
            (A::Schedule, mediator, vec![Mediating], vec![fit]),
            (A::Attend, mediator, [&agreed[..], &[Mediating, Terminated]].concat(), vec![fit]),
            (A::Extend, mediator, vec![Mediating], vec![fit]),
            (A::Agree, mediator, vec![Mediating], vec![fit]),
            (A::Sign, side, vec![AgreedWritten], vec![(mine(unsigned), Guard::Unsigned)]),
            (A::Sign, mediator, vec![AgreedWritten], vec![fit, others, (bare(unsigned), Guard::Unsigned)]),
            (A::Terminate, mediator, vec![Mediating], vec![fit]),
            (A::Perform, mediator, agreed.clone(), vec![fit, effective]),
            (A::Breach, mediator, agreed.clone(), vec![fit, effective]),
            (A::AskConfirmation, side, agreed.clone(), [&confirm[..], &[(mine(unasked), Guard::Unasked)]].concat()),
            (
                A::AskConfirmation,
                mediator,
                agreed.clone(),
                [&[fit, others][..], &confirm, &[(bare(unasked), Guard::Unasked)]].concat(),
            ),
            (
                A::RecordConfirmation,
                mediator,
                [&agreed[..], &[Performed, Breached]].concat(),
                vec![fit, peoples, (asked, Guard::ConfirmationAsked)],
            ),
            (A::Recuse, mediator, living.clone(), vec![]),
            (A::Recuse, side, living, vec![appointed]),
            (A::CheckDossier, mediator, MediationStatus::ALL.to_vec(), vec![fit]),
        ]
    }
}

/// What is done, whether it is the viewer's, in which states, what must hold.
type Way = (MediationAction, bool, Vec<MediationStatus>, Vec<(bool, Guard)>);

fn last_day(effective_on: NaiveDate) -> NaiveDate {
    effective_on + Days::new(30)
}

/// The documents in their order, whether each has to be there, and is.
fn documents(row: &mediation::Model) -> Vec<(DossierDocument, bool, bool)> {
    use DossierDocument as D;
    let ended = [MediationStatus::Performed, MediationStatus::Breached].contains(&row.status);
    let terminated = row.status == MediationStatus::Terminated;
    let needed = |document: DossierDocument| match document {
        D::Application => row.kind == MediationKind::Peoples,
        D::Acceptance => true,
        D::Consent | D::Investigation => row.consented_at.is_some(),
        D::Record => row.form.is_some() || terminated,
        D::Agreement => row.form == Some(AgreementForm::Written),
        D::RegisterEntry => row.form == Some(AgreementForm::Oral),
        D::FollowUp => ended,
        D::Termination => terminated,
        D::Confirmation => row.confirmed,
    };
    let there = |document: D| row.dossier.as_array().unwrap().contains(&json!(document.value()));
    D::ALL.iter().map(|document| (*document, needed(*document), there(*document))).collect()
}

fn missing(row: &mediation::Model) -> Vec<&'static str> {
    let absent = documents(row).into_iter().filter(|(_, needed, there)| *needed && !there);
    absent.map(|(document, ..)| document.value()).collect()
}

fn dossier(row: &mediation::Model) -> Value {
    let item = |(document, mandatory, present): (DossierDocument, bool, bool)| json!({ "document": document.value(), "mandatory": mandatory, "present": present });
    documents(row).into_iter().map(item).collect()
}
