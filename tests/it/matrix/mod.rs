//! Role × field × row: what every caller is shown of every row by every path, against an oracle written apart.
//!
//! The paths are made from each caller's own schema, so a new type or field is looked at by itself, and fails here until
//! the oracle says what it shows.

mod inbox;
mod look;
mod mediation;
mod oracle;
mod privacy;
mod sight;

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use entity::word::{ContactField, Role, Word};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::communities::{Truth, World, typed};
use crate::support::sdl::{self, Kind, Sdl};
use look::Look;
use oracle::{ANSWERS, TYPES};
use sight::Eye;

/// How many faults are told at once.
const TOLD: usize = 60;

#[track_caller]
fn none(faults: &[String]) {
    let told: Vec<_> = faults.iter().take(TOLD).map(String::as_str).collect();
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), told.join("\n"));
}

both! {
    async fn each_caller_is_shown_by_every_path_what_the_oracle_says_and_no_more(db: Backing) {
        let world = World::make(db, false).await;
        let truth = world.truth().await;
        let mut faults = vec![];
        for label in world.people.keys() {
            let mut look = Look::of(&world, &truth, label);
            look.at_ids().await;
            look.at_lists().await;
            look.at_single_rows().await;
            faults.extend(look.faults);
        }
        none(&faults);
        not_in_vain(&world, &truth);
        decided_above(&world, &truth);
    }

    async fn a_payload_shows_what_the_oracle_says_at_that_moment(db: Backing) {
        let world = World::make(db, true).await;
        let mut faults = vec![];
        let mut seen = BTreeSet::new();
        for shown in &world.shown {
            let mut look = Look::of(&world, &shown.truth, shown.who);
            look.payload(shown);
            faults.extend(look.faults);
            // A payload is empty where the command put the row out of sight: one complaint went to the street.
            if shown.row.is_null() {
                assert_eq!((shown.mutation.as_str(), shown.who), ("acceptProblem", "secretary"));
            }
            seen.insert(shown.mutation.clone());
        }
        none(&faults);
        let answering: BTreeSet<_> = all_roles().flat_map(|(_, sdl)| row_mutations(sdl)).collect();
        let unseen: Vec<_> = answering.difference(&seen).collect();
        assert!(unseen.is_empty(), "mutations whose payload nobody looked at: {unseen:?}");
    }

    /// What a caller may see masked can be revealed to them, and nothing else to nobody.
    async fn contact_data_is_revealed_to_those_alone_who_see_it_masked(db: Backing) {
        let world = World::make(db, false).await;
        let document = "mutation($input: RevealContactInput!) { revealContact(input: $input) {
            contact { name phone address } userErrors { code } } }";
        let labels: Vec<_> = world.people.keys().copied().collect();
        for label in labels {
            let who = world.who(label);
            let able = ![Role::GridHelper, Role::Resident, Role::Partner].contains(&who.role());
            let mut truth = world.truth().await;
            for (problem, told) in &world.told {
                world.wait(TimeDelta::minutes(3));
                truth.now = world.now();
                let eye = Eye { who, truth: &truth };
                let row = truth.problems.iter().find(|row| row.id == *problem).unwrap();
                let input = json!({ "problem": typed(liufang::id::prefix::PROBLEM, *problem), "purpose": "核实" });
                let body = world.ask(label, document, json!({ "input": input })).await;
                if !able {
                    assert_eq!(body["errors"][0]["extensions"]["code"], "VALIDATION_FAILED", "{label}: {body}");
                    continue;
                }
                let payload = &body["data"]["revealContact"];
                let status = row.status.value();
                let ended = ["MERGED", "WITHDRAWN", "VOIDED"].contains(&status);
                let code = payload["userErrors"][0]["code"].as_str();
                if !eye.problem(row) {
                    assert_eq!(code, Some("NOT_FOUND"), "{label}: {body}");
                } else if !eye.contact(row) {
                    assert_eq!(code, Some("FORBIDDEN"), "{label}: {body}");
                } else if ended {
                    assert_eq!(code, Some("INVALID_TRANSITION"), "{label}: {body}");
                } else {
                    let seen = |field, value: &Option<String>| value.clone().filter(|_| eye.contact_field(row, field));
                    let (name, phone, address) = told;
                    let name = seen(ContactField::Name, name);
                    let (phone, address) = (seen(ContactField::Phone, phone), seen(ContactField::Address, address));
                    let contact = json!({ "name": name, "phone": phone, "address": address });
                    assert_eq!((code, &payload["contact"]), (None, &contact), "{label}: {body}");
                    let before = truth.disclosures.len();
                    truth = world.truth().await;
                    assert_eq!(truth.disclosures.len(), before + 1, "{label}");
                }
            }
        }
    }
}

/// The office that decides on a problem is one that is not complained of, at each of the levels.
fn decided_above(world: &World, truth: &Truth) {
    let eye = Eye { who: world.who("street"), truth };
    for row in &truth.problems {
        assert_eq!(row.handled_by, eye.decided_by(row), "{}", row.report);
    }
    let levels: BTreeSet<_> = truth.problems.iter().map(|row| row.handled_by.value()).collect();
    assert_eq!(levels, BTreeSet::from(["COMMUNITY", "COUNTY", "STREET"]));
}

fn all_roles() -> impl Iterator<Item = (Role, &'static Sdl)> {
    Role::ALL.iter().map(|role| (*role, sdl::of(*role)))
}

/// The mutations whose payload shows a row.
fn row_mutations(sdl: &Sdl) -> Vec<String> {
    let shows_row = |payload: &str| sdl.fields(payload).iter().any(|field| sdl.is_row(&field.ty.base));
    sdl.fields("Mutation").iter().filter(|field| shows_row(&field.ty.base)).map(|field| field.name.clone()).collect()
}

#[test]
fn the_oracle_knows_every_type() {
    for (role, sdl) in all_roles() {
        let rows = sdl.implementers("Node");
        for (name, kind) in &sdl.types {
            let Kind::Object { .. } = kind else { continue };
            let made = sdl.connected(name).is_some()
                || name.strip_suffix("Edge").is_some_and(|row| sdl.is_row(row))
                || name.ends_with("Payload")
                || sdl.implementers("UserError").contains(name.as_str());
            let row = TYPES.iter().any(|(known, _)| known == name);
            let answer = ANSWERS.iter().any(|(known, _)| known == name);
            assert!(made || row || answer, "{}: the oracle does not know {name}", role.value());
            assert!(!row || rows.contains(name.as_str()), "{name} is no row");
        }
    }
}

/// The oracle knows every field, and for each type there are rows that are seen and rows that are not.
fn not_in_vain(world: &World, truth: &Truth) {
    let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, sdl) in all_roles() {
        for name in sdl.implementers("Node") {
            let known = sdl.fields(name).iter().map(|field| field.name.clone());
            fields.entry(name.to_owned()).or_default().extend(known);
        }
    }
    for (name, fields) in &fields {
        let looks = world.people.values().map(|who| Eye { who, truth });
        let (mut seen, mut hidden) = (0, 0);
        for eye in looks {
            let ids: Vec<Uuid> = oracle::rows(&eye, name);
            seen += ids.iter().filter(|id| oracle::visible(&eye, name, **id)).count();
            hidden += ids.iter().filter(|id| !oracle::visible(&eye, name, **id)).count();
            let unknown: Vec<_> =
                fields.iter().filter(|field| oracle::shows(world, &eye, name, ids[0], field).is_none()).collect();
            assert!(unknown.is_empty(), "the oracle does not know {name} {unknown:?}");
        }
        assert!(seen > 0 && hidden > 0, "{name}: {seen} seen, {hidden} hidden");
    }
}

/// The value at a name, null where there is none.
fn at<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}
