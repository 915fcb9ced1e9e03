//! What each field of a mediation, and of what belongs to it, shows to each viewer: domain.md §5, written anew.

use chrono::{Days, TimeDelta};
use entity::word::{
    AgreementForm, ConfirmationStatus, DossierDocument, MediationAction, MediationKind, MediationStatus,
    ObligationStatus, SideConsent, Word,
};
use entity::{mediation, mediation_agreement, mediation_side};
use serde_json::{Value, json};
use uuid::Uuid;

use super::oracle::Shows::{self, At, Just, Link, Rows};
use super::oracle::{day, just, may_word, only, region, word};
use super::sight::Eye;
use crate::support::communities::World;

pub fn shows(world: &World, eye: &Eye<'_>, name: &str, id: Uuid, field: &str) -> Option<Shows> {
    let truth = eye.truth;
    match name {
        "Mediation" => whole(eye, truth.mediations.iter().find(|row| row.id == id)?, field),
        "MediationSide" => side(world, eye, truth.sides.iter().find(|row| row.id == id)?, field),
        "MediationAgreement" => agreement(eye, truth.agreements.iter().find(|row| row.id == id)?, field),
        "MediationSession" => {
            let row = truth.sessions.iter().find(|row| row.id == id)?;
            let attended = truth.attended.iter().filter(|one| one.session_id == id);
            let own = row.noted_by == Some(eye.who.post.user_id) && eye.of_mediation(row.mediation_id, Eye::mediates);
            Some(match field {
                "startsAt" => At(Some(row.starts_at)),
                "place" => just(&row.place),
                "notes" => only(own, just(&row.notes)),
                "createdAt" => At(Some(row.created_at)),
                "attendees" => Rows("MediationSide", attended.map(|one| one.side_id).collect()),
                "mediation" => Link("Mediation", Some(row.mediation_id)),
                _ => return None,
            })
        }
        "MediationStatement" => {
            let row = truth.statements.iter().find(|row| row.id == id)?;
            Some(match field {
                "content" => just(&row.content),
                "createdAt" => At(Some(row.created_at)),
                "side" => Link("MediationSide", Some(row.side_id)),
                "mediation" => Link("Mediation", Some(row.mediation_id)),
                _ => return None,
            })
        }
        _ => {
            let row = truth.obligations.iter().find(|row| row.id == id)?;
            Some(match field {
                "content" => just(&row.content),
                "dueOn" => day(Some(row.due_on)),
                "status" => word(row.status),
                "settledOn" => day(row.settled_on),
                "overdue" => just(row.status == ObligationStatus::Open && row.due_on < today(eye)),
                "createdAt" => At(Some(row.created_at)),
                "side" => Link("MediationSide", Some(row.side_id)),
                "agreement" => Link("MediationAgreement", Some(row.agreement_id)),
                _ => return None,
            })
        }
    }
}

fn today(eye: &Eye<'_>) -> chrono::NaiveDate {
    (eye.truth.now + TimeDelta::hours(8)).date_naive()
}

fn whole(eye: &Eye<'_>, row: &mediation::Model, field: &str) -> Option<Shows> {
    let truth = eye.truth;
    let mediator = eye.mediates(row);
    let (office, inside) = (eye.opens(row), eye.inside(row));
    let belong = |ids: Vec<Uuid>, name| Rows(name, ids);
    Some(match field {
        "kind" => word(row.kind),
        "status" => word(row.status),
        "matter" => just(&row.matter),
        "openedAt" => At(Some(row.opened_at)),
        "consentedAt" => At(row.consented_at),
        "dueOn" => day(row.due_on),
        "endedAt" => At(row.ended_at),
        "overdue" => just(row.status == MediationStatus::Mediating && row.due_on.is_some_and(|due| due < today(eye))),
        "form" => may_word(row.form),
        "remedies" => only(inside, just(&row.remedies)),
        "revision" => Shows::Text,
        "allowedActions" => Just(actions(eye, row)),
        "problemSummary" => {
            let summary = truth.problems.iter().find(|of| of.id == row.problem_id).and_then(|of| of.summary.clone());
            only(mediator || office, just(summary))
        }
        "recusalGround" => only(office, may_word(row.recusal_ground)),
        "recusalReason" => only(office, just(&row.recusal_reason)),
        "dossier" => only(mediator, Just(dossier(row))),
        "dossierMissing" => only(mediator, just(missing(row))),
        "dossierComplete" => only(mediator, just(missing(row).is_empty())),
        "problem" => Link("Problem", Some(row.problem_id)),
        "community" => region(eye, Some(row.community_code)),
        "mediator" => Link("Appointment", row.mediator_post_id),
        "agreement" => {
            Link("MediationAgreement", truth.agreements.iter().find(|one| one.mediation_id == row.id).map(|one| one.id))
        }
        "sides" => belong(
            truth.sides.iter().filter(|one| one.mediation_id == row.id).map(|one| one.id).collect(),
            "MediationSide",
        ),
        "sessions" => belong(
            truth.sessions.iter().filter(|one| one.mediation_id == row.id).map(|one| one.id).collect(),
            "MediationSession",
        ),
        "statements" => belong(
            truth.statements.iter().filter(|one| one.mediation_id == row.id).map(|one| one.id).collect(),
            "MediationStatement",
        ),
        _ => return None,
    })
}

/// The documents that have to be there by now.
fn mandatory(row: &mediation::Model) -> Vec<DossierDocument> {
    use DossierDocument as D;
    let mut needed = vec![D::Acceptance];
    if row.kind == MediationKind::Peoples {
        needed.push(D::Application);
    }
    if row.consented_at.is_some() {
        needed.extend([D::Consent, D::Investigation]);
    }
    match row.form {
        Some(AgreementForm::Written) => needed.extend([D::Record, D::Agreement]),
        Some(AgreementForm::Oral) => needed.extend([D::Record, D::RegisterEntry]),
        None if row.status == MediationStatus::Terminated => needed.extend([D::Record, D::Termination]),
        None => {}
    }
    if [MediationStatus::Performed, MediationStatus::Breached].contains(&row.status) {
        needed.push(D::FollowUp);
    }
    if row.confirmed {
        needed.push(D::Confirmation);
    }
    needed
}

fn present(row: &mediation::Model, document: DossierDocument) -> bool {
    row.dossier.as_array().unwrap().iter().any(|one| one == document.value())
}

fn missing(row: &mediation::Model) -> Vec<&'static str> {
    let needed = mandatory(row);
    let all = DossierDocument::ALL.iter().copied();
    all.filter(|document| needed.contains(document) && !present(row, *document)).map(Word::value).collect()
}

fn dossier(row: &mediation::Model) -> Value {
    let needed = mandatory(row);
    let item = |document: &DossierDocument| {
        json!({
            "document": document.value(), "mandatory": needed.contains(document), "present": present(row, *document),
        })
    };
    DossierDocument::ALL.iter().map(item).collect()
}

fn side(world: &World, eye: &Eye<'_>, row: &mediation_side::Model, field: &str) -> Option<Shows> {
    let truth = eye.truth;
    let of = truth.mediations.iter().find(|of| of.id == row.mediation_id)?;
    let own = row.user_id == Some(eye.who.post.user_id) && eye.takes_part(of);
    Some(match field {
        "number" => just(row.number),
        "consent" => word(row.consent),
        "consentMethod" => may_word(row.consent_method),
        "consentAt" => At(row.consent_at),
        "signedOn" => day(row.signed_on),
        "confirmationAskedOn" => day(row.asked_on),
        "own" => just(own),
        "createdAt" => At(Some(row.created_at)),
        "mediation" => Link("Mediation", Some(row.mediation_id)),
        "person" => {
            let vault = &world.app().vault;
            let name = vault.open_text("mediation_side.name", &row.name).unwrap();
            let phone = row.phone.as_ref().map(|phone| vault.open_text("mediation_side.phone", phone).unwrap());
            let masked = phone.as_ref().map(|phone| format!("{}****{}", &phone[..3], &phone[7..]));
            let named = of.consented_at.is_some() && eye.inside(of);
            if own {
                Just(json!({ "state": "VISIBLE", "name": name, "phone": phone }))
            } else if named {
                Just(json!({ "state": "VISIBLE", "name": name, "phone": masked }))
            } else if eye.opens(of) {
                let first = name.chars().next().unwrap();
                Just(json!({ "state": "MASKED", "name": format!("{first}*"), "phone": masked }))
            } else {
                Just(json!({ "state": "WITHHELD", "name": null, "phone": null }))
            }
        }
        _ => return None,
    })
}

fn agreement(eye: &Eye<'_>, row: &mediation_agreement::Model, field: &str) -> Option<Shows> {
    let truth = eye.truth;
    let of = truth.mediations.iter().find(|of| of.id == row.mediation_id)?;
    Some(match field {
        "form" => word(row.form),
        "content" => just(&row.content),
        "effectiveOn" => day(row.effective_on),
        "createdAt" => At(Some(row.created_at)),
        "mediation" => Link("Mediation", Some(row.mediation_id)),
        "obligations" => Rows(
            "MediationObligation",
            truth.obligations.iter().filter(|one| one.agreement_id == row.id).map(|one| one.id).collect(),
        ),
        "judicialConfirmation" => {
            let due = row.effective_on.filter(|_| of.kind == MediationKind::Peoples).map(|day| day + Days::new(30));
            Just(due.map_or(Value::Null, |due| {
                let left = (due - today(eye)).num_days();
                json!({
                    "status": row.confirmation.map(Word::value), "dueOn": due,
                    "daysLeft": (row.confirmation.is_none() && left >= 0).then_some(left),
                    "requestedOn": row.requested_on, "decidedOn": row.decided_on,
                })
            }))
        }
        _ => return None,
    })
}

/// What may be done: the name of each action that is the viewer's at some time, and whether it can be done now.
fn actions(eye: &Eye<'_>, row: &mediation::Model) -> Value {
    MediationAction::ALL
        .iter()
        .filter_map(|action| now(eye, row, *action).map(|now| json!([action.value(), now])))
        .collect()
}

fn now(eye: &Eye<'_>, row: &mediation::Model, action: MediationAction) -> Option<bool> {
    use MediationAction as A;
    use MediationStatus as S;
    let (mediator, part) = (eye.mediates(row), eye.takes_part(row));
    let fit = !eye.of(row.problem_id, Eye::unfit);
    let is = |states: &[S]| states.contains(&row.status);
    let agreed = [S::AgreedWritten, S::AgreedOral];
    let living = is(&[S::ConsentPending, S::Mediating]) || is(&agreed);
    let agreement = eye.truth.agreements.iter().find(|one| one.mediation_id == row.id);
    let effective = agreement.and_then(|one| one.effective_on);
    let window = effective.is_some_and(|day| today(eye) <= day + Days::new(30)) && row.kind == MediationKind::Peoples;
    let sides = || eye.truth.sides.iter().filter(|side| side.mediation_id == row.id);
    let own = |what: fn(&mediation_side::Model) -> bool| {
        sides().any(|side| side.user_id == Some(eye.who.post.user_id) && what(side))
    };
    let others = |what: fn(&mediation_side::Model) -> bool| sides().any(|side| side.user_id.is_none() && what(side));
    // What a side does for itself, and the mediator for one without an account.
    let either = |state: bool, what: fn(&mediation_side::Model) -> bool, side: bool| {
        (mediator || part).then_some(state && ((part && side && own(what)) || (mediator && fit && others(what))))
    };
    let alone = |state: bool| mediator.then_some(state && fit);
    match action {
        A::Appoint => eye.opens(row).then_some(living && !eye.is_side(row)),
        A::Consent => either(
            is(&[S::ConsentPending]),
            |side| side.consent == SideConsent::Pending,
            row.mediator_post_id.is_some(),
        ),
        A::Refuse => either(is(&[S::ConsentPending]), |_| true, true),
        A::State => either(is(&[S::Mediating]), |_| true, true),
        A::Schedule | A::Extend | A::Agree | A::Terminate => alone(is(&[S::Mediating])),
        A::Attend => alone(is(&[S::Mediating, S::Terminated]) || is(&agreed)),
        A::Sign => either(is(&[S::AgreedWritten]), |side| side.signed_on.is_none(), true),
        A::Perform | A::Breach => alone(is(&agreed) && effective.is_some()),
        A::AskConfirmation => either(is(&agreed) && window, |side| side.asked_on.is_none(), true),
        A::RecordConfirmation => {
            let asked = agreement.is_some_and(|one| one.confirmation == Some(ConfirmationStatus::Requested));
            alone((is(&agreed) || is(&[S::Performed, S::Breached])) && asked && row.kind == MediationKind::Peoples)
        }
        A::Recuse => (mediator || part).then_some(living && (mediator || row.mediator_post_id.is_some())),
        A::CheckDossier => alone(true),
    }
}
