//! What each field of each row shows to each viewer. A type or field that is not here fails the tests.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::word::{AppointmentKind, ProblemAction, ProblemStatus, Role, TaskRole, TaskStatus, Word};
use entity::{disposition, disposition_task, event, problem};
use liufang::id::{Prefix, prefix};
use serde_json::{Value, json};
use uuid::Uuid;

use super::sight::{Eye, Sight};
use crate::support::communities::{Told, World, typed};

/// What a field shows.
pub enum Shows {
    /// This.
    Just(Value),
    /// This moment.
    At(Option<DateTime<Utc>>),
    /// Some text, whatever it says: revisions are opaque, words are for people.
    Text,
    /// The row with this key, where it is in sight.
    Link(&'static str, Option<Uuid>),
    /// Those of these rows that are in sight.
    Rows(&'static str, Vec<Uuid>),
    /// Null.
    Nothing,
}

use Shows::{At, Just, Link, Nothing, Rows, Text};

/// Every type of rows, with its prefix.
pub const TYPES: &[(&str, Prefix)] = &[
    ("Region", prefix::REGION),
    ("Compound", prefix::COMPOUND),
    ("Grid", prefix::GRID),
    ("Building", prefix::BUILDING),
    ("Organisation", prefix::ORGANISATION),
    ("LinkageGroup", prefix::GROUP),
    ("Party", prefix::PARTY),
    ("PartySeat", prefix::SEAT),
    ("Appointment", prefix::APPOINTMENT),
    ("Person", prefix::USER),
    ("Problem", prefix::PROBLEM),
    ("Addition", prefix::ADDITION),
    ("FollowUp", prefix::FOLLOW_UP),
    ("Rating", prefix::RATING),
    ("Disclosure", prefix::DISCLOSURE),
    ("TimelineEntry", prefix::EVENT),
    ("AuditEntry", prefix::AUDIT),
    ("DispositionTask", prefix::TASK),
    ("Disposition", prefix::DISPOSITION),
    ("Mediation", prefix::MEDIATION),
    ("MediationSide", prefix::MEDIATION_SIDE),
    ("MediationSession", prefix::MEDIATION_SESSION),
    ("MediationStatement", prefix::STATEMENT),
    ("MediationAgreement", prefix::AGREEMENT),
    ("MediationObligation", prefix::OBLIGATION),
];

/// Answers that are no rows, and where they are held to what is true.
pub const ANSWERS: &[(&str, &str)] = &[
    ("Viewer", "here: one row, oneself"),
    ("Query", "the paths"),
    ("Mutation", "the paths"),
    ("Reporter", "here: Problem.reporter"),
    ("AllowedAction", "here: Problem.allowedActions"),
    ("Quantity", "here: Disposition.quantity"),
    ("AllowedMediationAction", "mediation: Mediation.allowedActions"),
    ("DossierItem", "mediation: Mediation.dossier"),
    ("MediationPerson", "mediation: MediationSide.person"),
    ("JudicialConfirmation", "mediation: MediationAgreement.judicialConfirmation"),
    ("PageInfo", "here: each list"),
    ("Count", "here: each list"),
    ("ProblemStatistics", "statistics"),
    ("DomainCount", "statistics"),
    ("StatusCount", "statistics"),
    ("PartyCount", "statistics"),
    ("MonthCount", "statistics"),
    ("VocabularyEntry", "constants"),
    ("RevealedContact", "here: contact data is revealed to those alone who see it masked"),
    ("Session", "signing in"),
    ("SessionPost", "signing in"),
    ("PersonInvitation", "signing in"),
    ("InvitedPerson", "signing in"),
    ("AcceptedInvitation", "signing in"),
];

/// The keys of all rows of a type.
pub fn rows(eye: &Eye<'_>, name: &str) -> Vec<Uuid> {
    let truth = eye.truth;
    macro_rules! ids {
        ($($table:ident)+) => { vec![$(truth.$table.iter().map(|row| row.id).collect::<Vec<_>>()),+].concat() };
    }
    match name {
        "Region" => ids!(regions),
        "Compound" => ids!(compounds),
        "Grid" => ids!(grids),
        "Building" => ids!(buildings),
        "Organisation" => ids!(organisations),
        "LinkageGroup" => ids!(groups),
        "Party" => ids!(parties),
        "PartySeat" => ids!(seats),
        "Appointment" => ids!(posts),
        "Person" | "Viewer" => ids!(users),
        "Problem" => ids!(problems),
        "Addition" => ids!(additions),
        "FollowUp" => ids!(follow_ups),
        "Rating" => ids!(ratings),
        "Disclosure" => ids!(disclosures),
        "TimelineEntry" | "AuditEntry" => ids!(events),
        "DispositionTask" => ids!(tasks),
        "Disposition" => ids!(dispositions),
        "Mediation" => ids!(mediations),
        "MediationSide" => ids!(sides),
        "MediationSession" => ids!(sessions),
        "MediationStatement" => ids!(statements),
        "MediationAgreement" => ids!(agreements),
        "MediationObligation" => ids!(obligations),
        _ => panic!("the oracle knows no type {name}"),
    }
}

/// Finds a row by its id.
macro_rules! row {
    ($eye:expr, $table:ident, $id:expr) => {
        $eye.truth.$table.iter().find(|row| row.id == $id)
    };
}

/// Whether a row is in sight.
pub fn visible(eye: &Eye<'_>, name: &str, id: Uuid) -> bool {
    match name {
        "Region" => row!(eye, regions, id).is_some_and(|row| eye.region(row.code)),
        "Compound" => row!(eye, compounds, id).is_some_and(|row| eye.within(row.community_code)),
        "Grid" => row!(eye, grids, id).is_some_and(|row| eye.within(row.community_code)),
        "Building" => row!(eye, buildings, id).is_some_and(|row| eye.within(row.community_code)),
        "Organisation" => eye.organisation(id),
        "LinkageGroup" => row!(eye, groups, id).is_some_and(|row| eye.within(row.community_code)),
        "Party" => row!(eye, parties, id).is_some_and(|row| eye.within(row.community_code)),
        "PartySeat" => row!(eye, seats, id).is_some_and(|row| eye.within(row.community_code)),
        "Appointment" => row!(eye, posts, id).is_some_and(|row| eye.post(row)),
        "Person" => eye.person(id),
        "Viewer" => id == eye.who.post.user_id,
        "Problem" => row!(eye, problems, id).is_some_and(|row| eye.problem(row)),
        "Addition" => row!(eye, additions, id).is_some_and(|row| eye.of(row.problem_id, Eye::report)),
        "FollowUp" => row!(eye, follow_ups, id).is_some_and(|row| eye.of(row.problem_id, judged)),
        "Rating" => row!(eye, ratings, id).is_some_and(|row| eye.of(row.problem_id, judged)),
        "Disclosure" => row!(eye, disclosures, id).is_some_and(|row| eye.disclosure(row)),
        "TimelineEntry" => row!(eye, events, id).is_some_and(|row| eye.event(row) != Sight::Not),
        "AuditEntry" => row!(eye, events, id).is_some_and(|row| eye.audit(row)),
        "DispositionTask" => row!(eye, tasks, id).is_some_and(|row| eye.of(row.problem_id, Eye::summary)),
        "Disposition" => row!(eye, dispositions, id).is_some_and(|row| eye.of(row.problem_id, Eye::summary)),
        "Mediation" => row!(eye, mediations, id).is_some_and(|row| eye.mediation(row)),
        "MediationSide" => row!(eye, sides, id).is_some_and(|row| eye.of_mediation(row.mediation_id, |_, _| true)),
        "MediationAgreement" => {
            row!(eye, agreements, id).is_some_and(|row| eye.of_mediation(row.mediation_id, |_, _| true))
        }
        "MediationObligation" => {
            row!(eye, obligations, id).is_some_and(|row| eye.of_mediation(row.mediation_id, |_, _| true))
        }
        "MediationSession" => {
            row!(eye, sessions, id).is_some_and(|row| eye.of_mediation(row.mediation_id, Eye::inside))
        }
        "MediationStatement" => row!(eye, statements, id).is_some_and(|row| {
            let side = row!(eye, sides, row.side_id);
            let own = side.is_some_and(|side| side.user_id == Some(eye.who.post.user_id));
            eye.of_mediation(row.mediation_id, |eye, of| eye.mediates(of) || (eye.takes_part(of) && own))
        }),
        _ => panic!("the oracle knows no type {name}"),
    }
}

/// A single rating or follow-up: the reporter, the office, the grid worker.
fn judged(eye: &Eye<'_>, row: &problem::Model) -> bool {
    eye.problem(row) && (eye.reporter(row) || eye.trusted(row))
}

pub fn word<W: Word>(word: W) -> Shows {
    Just(json!(word.value()))
}

pub fn may_word<W: Word>(word: Option<W>) -> Shows {
    Just(json!(word.map(Word::value)))
}

pub fn day(day: Option<NaiveDate>) -> Shows {
    Just(json!(day.map(|day| day.to_string())))
}

pub fn just<T: serde::Serialize>(value: T) -> Shows {
    Just(json!(value))
}

/// The key of a region by its code.
pub fn region(eye: &Eye<'_>, code: Option<i64>) -> Shows {
    Link("Region", eye.truth.regions.iter().find(|row| Some(row.code) == code).map(|row| row.id))
}

/// The keys of the rows of a table for which something holds.
macro_rules! those {
    ($eye:expr, $table:ident, $name:literal, $rule:expr) => {
        Rows($name, $eye.truth.$table.iter().filter($rule).map(|row| row.id).collect())
    };
}

/// What a field of a row in sight shows; `None` where the oracle does not know it.
pub fn shows(world: &World, eye: &Eye<'_>, name: &str, id: Uuid, field: &str) -> Option<Shows> {
    if field == "id" {
        let own = TYPES.iter().find(|(other, _)| *other == name).map_or(prefix::VIEWER, |(_, own)| *own);
        return Some(just(typed(own, id)));
    }
    match name {
        "Region" | "Compound" | "Grid" | "Building" | "Organisation" => place(eye, name, id, field),
        "LinkageGroup" | "Party" | "PartySeat" => group(eye, name, id, field),
        "Appointment" => post(eye, id, field),
        "Person" => (field == "name").then(|| just(&row!(eye, users, id).unwrap().name)),
        "Viewer" => viewer(eye, id, field),
        "Problem" => problem(world, eye, row!(eye, problems, id).unwrap(), field),
        "DispositionTask" => task(eye, row!(eye, tasks, id).unwrap(), field),
        "Disposition" => disposition(eye, row!(eye, dispositions, id).unwrap(), field),
        "TimelineEntry" => timeline(eye, row!(eye, events, id).unwrap(), field),
        "AuditEntry" => audit(eye, row!(eye, events, id).unwrap(), field),
        "Mediation"
        | "MediationSide"
        | "MediationSession"
        | "MediationStatement"
        | "MediationAgreement"
        | "MediationObligation" => super::mediation::shows(world, eye, name, id, field),
        _ => record(eye, name, id, field),
    }
}

fn place(eye: &Eye<'_>, name: &str, id: Uuid, field: &str) -> Option<Shows> {
    let today = |post: &&entity::appointment::Model| eye.holds_today(post) && post.kind != AppointmentKind::Resident;
    Some(match name {
        "Region" => {
            let row = row!(eye, regions, id)?;
            let code = row.code;
            match field {
                "code" => just(code.to_string()),
                "level" => word(row.level),
                "name" => just(&row.name),
                "parent" => region(eye, row.parent_code),
                "children" => those!(eye, regions, "Region", |row| row.parent_code == Some(code)),
                "compounds" => those!(eye, compounds, "Compound", |row| row.community_code == code),
                "grids" => those!(eye, grids, "Grid", |row| row.community_code == code),
                "buildings" => those!(eye, buildings, "Building", |row| row.community_code == code),
                "organisations" => those!(eye, organisations, "Organisation", |row| row.region_code == code),
                "groups" => those!(eye, groups, "LinkageGroup", |row| row.community_code == code),
                "staff" => those!(eye, posts, "Appointment", |row| row.region_code == code && today(row)),
                _ => return None,
            }
        }
        "Compound" => {
            let row = row!(eye, compounds, id)?;
            match field {
                "name" => just(&row.name),
                "community" => region(eye, Some(row.community_code)),
                "buildings" => those!(eye, buildings, "Building", |other| other.compound_id == id),
                _ => return None,
            }
        }
        "Grid" => {
            let row = row!(eye, grids, id)?;
            match field {
                "code" => just(row.code.to_string()),
                "kind" => word(row.kind),
                "name" => just(&row.name),
                "community" => region(eye, Some(row.community_code)),
                "parent" => Link("Grid", row.parent_id),
                "microGrids" => those!(eye, grids, "Grid", |other| other.parent_id == Some(id)),
                "buildings" => those!(eye, buildings, "Building", |other| other.grid_id == Some(id)),
                "microGridBuildings" => those!(eye, buildings, "Building", |other| other.micro_grid_id == Some(id)),
                "staff" => those!(eye, posts, "Appointment", |post| post.grid_id == Some(id) && today(post)),
                _ => return None,
            }
        }
        "Building" => {
            let row = row!(eye, buildings, id)?;
            match field {
                "name" => just(&row.name),
                "community" => region(eye, Some(row.community_code)),
                "compound" => Link("Compound", Some(row.compound_id)),
                "grid" => Link("Grid", row.grid_id),
                "microGrid" => Link("Grid", row.micro_grid_id),
                "leaders" => those!(eye, posts, "Appointment", |post| {
                    post.building_id == Some(id)
                        && eye.holds_today(post)
                        && post.kind == AppointmentKind::BuildingLeader
                }),
                _ => return None,
            }
        }
        _ => {
            let row = row!(eye, organisations, id)?;
            match field {
                "name" => just(&row.name),
                "kind" => word(row.kind),
                "region" => region(eye, Some(row.region_code)),
                _ => return None,
            }
        }
    })
}

fn group(eye: &Eye<'_>, name: &str, id: Uuid, field: &str) -> Option<Shows> {
    Some(match name {
        "LinkageGroup" => {
            let row = row!(eye, groups, id)?;
            match field {
                "name" => just(&row.name),
                "kind" => word(row.kind),
                "status" => word(row.status),
                "createdAt" => At(Some(row.created_at)),
                "activatedAt" => At(row.activated_at),
                "dissolvedAt" => At(row.dissolved_at),
                "revision" => Text,
                "community" => region(eye, Some(row.community_code)),
                "convenor" => Link("Party", row.convenor_party_id),
                "parties" => those!(eye, parties, "Party", |party| party.group_id == id),
                _ => return None,
            }
        }
        "Party" => {
            let row = row!(eye, parties, id)?;
            match field {
                "name" => just(&row.name),
                "kind" => word(row.kind),
                "createdAt" => At(Some(row.created_at)),
                "vacancyReason" => just(&row.vacancy_reason),
                "vacancyUntil" => day(row.vacancy_until),
                "vacancyActingParty" => Link("Party", row.vacancy_acting_party_id),
                "group" => Link("LinkageGroup", Some(row.group_id)),
                "seats" => those!(eye, seats, "PartySeat", |seat| seat.party_id == id),
                "representatives" => those!(eye, posts, "Appointment", |post| {
                    post.party_id == Some(id) && post.kind != AppointmentKind::Resident
                }),
                _ => return None,
            }
        }
        _ => {
            let row = row!(eye, seats, id)?;
            let covered = eye.truth.covered.iter().filter(|covered| covered.seat_id == id);
            match field {
                "startedOn" => day(Some(row.started_on)),
                "endedOn" => day(row.ended_on),
                "party" => Link("Party", Some(row.party_id)),
                "group" => Link("LinkageGroup", Some(row.group_id)),
                "organisation" => Link("Organisation", Some(row.organisation_id)),
                "compounds" => Rows("Compound", covered.map(|covered| covered.compound_id).collect()),
                _ => return None,
            }
        }
    })
}

fn post(eye: &Eye<'_>, id: Uuid, field: &str) -> Option<Shows> {
    let row = row!(eye, posts, id)?;
    Some(match field {
        "kind" => word(row.kind),
        "role" => word(row.role),
        "identity" => may_word(row.identity),
        "selectedBy" => may_word(row.selected_by),
        "startedOn" => day(Some(row.started_on)),
        "endedOn" => day(row.ended_on),
        "revision" | "label" => Text,
        "person" => Link("Person", Some(row.user_id)),
        "region" => region(eye, Some(row.region_code)),
        "organisation" => Link("Organisation", row.organisation_id),
        "group" => Link("LinkageGroup", row.group_id),
        "party" => Link("Party", row.party_id),
        "grid" => Link("Grid", row.grid_id),
        "building" => Link("Building", row.building_id),
        _ => return None,
    })
}

fn viewer(eye: &Eye<'_>, id: Uuid, field: &str) -> Option<Shows> {
    let row = row!(eye, users, id)?;
    let post = &eye.who.post;
    Some(match field {
        "name" => just(&row.name),
        "username" => just(&row.username),
        "role" => word(post.role),
        "scopes" => Text,
        "post" => Link("Appointment", Some(post.id)),
        "posts" => those!(eye, posts, "Appointment", |post| post.user_id == id && eye.holds_today(post)),
        "region" => region(eye, Some(post.region_code)),
        "tasks" => those!(eye, tasks, "DispositionTask", |task| eye.own_open(task)),
        "disclosures" => those!(eye, disclosures, "Disclosure", |row| row.subject_id == Some(id)),
        "mediations" => those!(eye, mediations, "Mediation", |row| eye.inside(row)),
        _ => return None,
    })
}

/// What is shown where something holds, and null elsewhere.
pub fn only(holds: bool, shows: Shows) -> Shows {
    if holds { shows } else { Nothing }
}

fn problem(world: &World, eye: &Eye<'_>, row: &problem::Model, field: &str) -> Option<Shows> {
    let (more, report) = (eye.summary(row), eye.report(row));
    Some(match field {
        "number" => just(&row.number),
        "title" => {
            let first = || row.report.lines().next().unwrap_or_default().chars().take(60).collect::<String>();
            only(more, just(row.title.clone().or_else(|| report.then(first))))
        }
        "publicSummary" => just(&row.public_summary),
        "outcome" => may_word(row.outcome),
        "status" => word(row.status),
        "open" => just(row.open),
        "domain" => may_word(row.domain),
        "nature" => may_word(row.nature),
        "visibility" => word(row.visibility),
        "reportedAt" => At(Some(row.reported_at)),
        "acceptedAt" => At(row.accepted_at),
        "dispatchedAt" => At(row.dispatched_at),
        "closedAt" => At(row.closed_at),
        "group" => Link("LinkageGroup", Some(row.group_id)),
        "community" => region(eye, Some(row.community_code)),
        "compound" => Link("Compound", row.compound_id),
        "grid" => Link("Grid", row.grid_id),
        "leadParty" => Link("Party", row.lead_party_id),
        // What the parties are told.
        "summary" => only(more, just(&row.summary)),
        "otherChannel" => only(more, just(&row.other_channel)),
        "referredTo" => only(more, just(&row.referred_to)),
        "complexity" => only(more, may_word(row.complexity)),
        "channel" => only(more, word(row.channel)),
        "urgent" => only(more, just(row.urgent)),
        "supervision" => only(more, word(row.supervision)),
        "escalatedToMeeting" => only(more, just(row.escalated_to_meeting)),
        "reworkCount" => only(more, just(row.rework_count)),
        "revision" => only(more, Text),
        "microGrid" => only(more, Link("Grid", row.micro_grid_id)),
        "building" => only(more, Link("Building", row.building_id)),
        "accountable" => only(more, Link("Organisation", Some(row.accountable_id))),
        "dueAt" => only(more, At(row.due_at)),
        "due" => only(more, At(Some(row.due_order))),
        "overdue" => only(more, just(row.open && row.due_at.is_some_and(|due| due < eye.truth.now))),
        "reason" => only(report || (more && row.status != ProblemStatus::Withdrawn), just(&row.reason)),
        "concerns" => {
            let parties = eye.truth.concerns.iter().filter(|concern| concern.problem_id == row.id);
            only(eye.concerns(row), Rows("Party", parties.map(|concern| concern.party_id).collect()))
        }
        // The reporter's own words, and what is kept with them.
        "report" => only(report, just(&row.report)),
        "place" => only(report, just(&row.place)),
        "reply" => only(report, just(&row.reply)),
        "urgentClaimed" => only(report, just(row.urgent_claimed)),
        "reopenCount" => only(report, just(row.reopen_count)),
        "reporterCount" => only(eye.office(row) && !eye.concerned(row), just(row.reporter_count)),
        "reporter" => Just(reporter(&world.told[&row.id], eye, row)),
        "allowedActions" => Just(actions(eye, row)),
        "additions" => those!(eye, additions, "Addition", |other| other.problem_id == row.id),
        "followUps" => those!(eye, follow_ups, "FollowUp", |other| other.problem_id == row.id),
        "ratings" => those!(eye, ratings, "Rating", |other| other.problem_id == row.id),
        "timeline" => those!(eye, events, "TimelineEntry", |event| event.problem_id == Some(row.id)),
        "disclosures" => those!(eye, disclosures, "Disclosure", |other| other.problem_id == row.id),
        "tasks" => those!(eye, tasks, "DispositionTask", |task| task.problem_id == row.id),
        "dispositions" => those!(eye, dispositions, "Disposition", |act| act.problem_id == row.id),
        "mediations" => those!(eye, mediations, "Mediation", |other| other.problem_id == row.id),
        _ => return None,
    })
}

/// The reporter: in full to themself, masked to those who may have it revealed, withheld from everybody else.
fn reporter(told: &Told, eye: &Eye<'_>, row: &problem::Model) -> Value {
    let (name, phone, address) = told;
    if eye.reporter(row) {
        return json!({ "state": "VISIBLE", "name": name, "phone": phone, "address": address });
    }
    if eye.contact(row) {
        let name = name.as_ref().map(|name| format!("{}*", name.chars().next().unwrap()));
        let phone = phone.as_ref().map(|phone| format!("{}****{}", &phone[..3], &phone[7..]));
        return json!({ "state": "MASKED", "name": name, "phone": phone, "address": null });
    }
    json!({ "state": "WITHHELD", "name": null, "phone": null, "address": null })
}

/// What may be done: the name of each action that is the viewer's at some time, and whether it can be done now.
fn actions(eye: &Eye<'_>, row: &problem::Model) -> Value {
    let able = |action: ProblemAction| action_now(eye, row, action).map(|now| json!([action.value(), now]));
    ProblemAction::ALL.iter().copied().filter_map(able).collect()
}

fn action_now(eye: &Eye<'_>, row: &problem::Model, action: ProblemAction) -> Option<bool> {
    use ProblemAction as A;
    use ProblemStatus as S;
    let role = eye.role();
    let (office, concerned) = (eye.office(row), eye.concerned(row));
    let (reporter, verifier) = (eye.reporter(row), office || eye.ground(row));
    let is = |states: &[S]| states.contains(&row.status);
    let within_15_days =
        |from: Option<DateTime<Utc>>| from.is_some_and(|from| eye.truth.now < from + TimeDelta::days(15));
    let residents = matches!(role, Role::OwnerRepresentative | Role::GridHelper | Role::Resident);
    let offices = matches!(role, Role::Supervisor | Role::StreetCoordinator | Role::Secretary);
    match action {
        A::Add => (reporter || eye.recorder(row)).then_some(row.open),
        A::Accept | A::Decline => {
            let declined_here =
                row.declined_by_id.is_some_and(|by| by == eye.who.post.user_id || role == Role::Secretary);
            office.then_some(is(&[S::Reported]) && !concerned && !declined_here)
        }
        A::Appeal => reporter.then_some(is(&[S::Declined]) && within_15_days(row.declined_at)),
        A::Dispatch => office.then_some(is(&[S::Accepted]) && !concerned),
        A::Acknowledge | A::Record | A::Submit => task_action(eye, row, action),
        A::Close | A::Rework => verifier.then_some(is(&[S::AwaitingVerification]) && !concerned && !eye.handled(row)),
        A::FollowUp => verifier.then_some(is(&[S::Closed]) && !concerned),
        A::Rate => {
            let standing = eye.truth.closures.iter().filter(|end| end.problem_id == row.id && end.resumed_at.is_none());
            let rated =
                standing.into_iter().any(|end| eye.truth.ratings.iter().any(|other| other.closure_id == end.id));
            (reporter && residents).then_some(is(&[S::Closed]) && !rated)
        }
        A::Reopen => {
            let own = reporter && (residents || offices);
            let closed = is(&[S::Closed]);
            (own || office).then_some(closed && ((own && within_15_days(row.closed_at)) || (office && !concerned)))
        }
        A::Withdraw => reporter.then_some(is(&[S::Reported, S::Accepted]) && !row.public_safety),
        A::RevealContact => {
            let roles = offices || matches!(role, Role::Police | Role::CityManagement | Role::GridWorker);
            let ended = is(&[S::Merged, S::Withdrawn, S::Voided]);
            (roles && eye.contact(row)).then_some(!ended)
        }
    }
}

/// The acts on a task that is still open: the best of one's own tasks decides.
fn task_action(eye: &Eye<'_>, row: &problem::Model, action: ProblemAction) -> Option<bool> {
    use ProblemStatus as S;
    use TaskStatus as T;
    let under_way = [S::Dispatched, S::InProgress, S::Suspended];
    let later = [S::AwaitingVerification, S::OnLedger, S::Closed];
    let of_problem = || eye.truth.tasks.iter().filter(|task| task.problem_id == row.id);
    let assists_open = of_problem().any(|task| {
        task.role == TaskRole::Assist && matches!(task.status, T::Assigned | T::Acknowledged | T::ReturnRequested)
    });
    let lead = of_problem().find(|task| Some(task.id) == row.lead_task_id);
    let disposed = lead.is_some_and(|lead| {
        eye.truth.dispositions.iter().any(|act| {
            let since =
                act.created_at >= lead.assigned_at && lead.submitted_at.is_none_or(|sent| act.created_at > sent);
            act.problem_id == row.id && since
        })
    });
    let open = |task: &&&disposition_task::Model| {
        matches!(task.status, T::Assigned | T::Unread | T::Acknowledged | T::ReturnRequested | T::Submitted)
    };
    let own = eye.acts_on(row);
    let verdicts = own.iter().filter(open).filter_map(|task| {
        let is = |states: &[S]| states.contains(&row.status);
        let (assigned, acknowledged) = (task.status == T::Assigned, task.status == T::Acknowledged);
        match (action, task.role) {
            (ProblemAction::Acknowledge, TaskRole::Lead) => Some(is(&[S::Dispatched]) && assigned),
            (ProblemAction::Acknowledge, TaskRole::Assist) => Some(is(&under_way) && assigned),
            (ProblemAction::Acknowledge, TaskRole::Read) => {
                Some((is(&under_way) || is(&later)) && task.status == T::Unread)
            }
            (ProblemAction::Record, TaskRole::Lead) => Some(is(&[S::InProgress, S::Suspended]) && acknowledged),
            (ProblemAction::Record, TaskRole::Assist) => Some(is(&under_way) && acknowledged),
            (ProblemAction::Submit, TaskRole::Lead) => {
                Some(is(&[S::InProgress]) && acknowledged && !assists_open && disposed)
            }
            (ProblemAction::Submit, TaskRole::Assist) => Some(is(&[S::Dispatched, S::InProgress]) && acknowledged),
            _ => None,
        }
    });
    verdicts.max()
}

fn task(eye: &Eye<'_>, row: &disposition_task::Model, field: &str) -> Option<Shows> {
    use TaskStatus as T;
    let own = eye.who.post.organisation_id == Some(row.organisation_id);
    let words = own || eye.of(row.problem_id, Eye::done);
    Some(match field {
        "role" => word(row.role),
        "status" => word(row.status),
        "instruction" => only(words, just(&row.instruction)),
        "feedback" => only(words, just(&row.feedback)),
        "assignedAt" => At(Some(row.assigned_at)),
        "dueAt" => At(row.due_at),
        "due" => At(Some(row.due_order)),
        "acknowledgedAt" => At(row.acknowledged_at),
        "submittedAt" => At(row.submitted_at),
        "endedAt" => At(row.ended_at),
        "overdue" => {
            let waits = matches!(row.status, T::Assigned | T::Acknowledged | T::ReturnRequested);
            just(waits && row.due_at.is_some_and(|due| due < eye.truth.now))
        }
        "problem" => Link("Problem", Some(row.problem_id)),
        "party" => Link("Party", Some(row.party_id)),
        "organisation" => Link("Organisation", Some(row.organisation_id)),
        "grid" => Link("Grid", row.grid_id),
        _ => return None,
    })
}

fn disposition(eye: &Eye<'_>, row: &disposition::Model, field: &str) -> Option<Shows> {
    let quantity = row.quantity_value.map(|value| {
        json!({
            "value": value, "unit": row.quantity_unit.map(Word::value),
            "precision": row.quantity_precision.map(Word::value),
        })
    });
    Some(match field {
        "action" => word(row.action),
        "content" => only(eye.of(row.problem_id, Eye::done), just(&row.content)),
        "internalNote" => only(eye.of(row.problem_id, Eye::trusted), just(&row.internal_note)),
        "reply" => only(eye.of(row.problem_id, Eye::report), just(&row.reply)),
        "quantity" => just(quantity),
        "createdAt" => At(Some(row.created_at)),
        "problem" => Link("Problem", Some(row.problem_id)),
        "task" => Link("DispositionTask", row.task_id),
        "party" => Link("Party", Some(row.party_id)),
        "organisation" => Link("Organisation", Some(row.organisation_id)),
        _ => return None,
    })
}

/// The name of who did it, for those who read names; never a reporter's.
fn actor_name(eye: &Eye<'_>, row: &event::Model) -> Option<String> {
    let problem = eye.truth.problems.iter().find(|of| Some(of.id) == row.problem_id);
    let reporter = problem.and_then(|of| of.reporter_id);
    // Of whom one is complained of, one is told only what one did oneself: who else acted would tell who complained.
    let told = row.actor_id == Some(eye.who.post.user_id) || !problem.is_some_and(|of| eye.concerned(of));
    // Of a mediation nobody is named: its sides are to each other alone.
    let told = told && !row.kind.starts_with("mediation.");
    let actor = row.actor_id.filter(|actor| told && eye.names() && Some(*actor) != reporter)?;
    eye.truth.users.iter().find(|user| user.id == actor).map(|user| user.name.clone())
}

fn timeline(eye: &Eye<'_>, row: &event::Model, field: &str) -> Option<Shows> {
    let sight = eye.event(row);
    let faced = sight == Sight::Open;
    Some(match field {
        "type" => just(if sight == Sight::Veiled { "problem.changed" } else { &row.kind }),
        "text" if sight == Sight::Veiled => just("社区变更了状态"),
        "text" => Text,
        "at" => At(Some(row.occurred_at)),
        "actorRole" => only(faced, may_word(row.actor_role)),
        "actorParty" => only(faced, Link("Party", row.actor_party_id)),
        "actorName" => only(faced, just(actor_name(eye, row))),
        _ => return None,
    })
}

fn audit(eye: &Eye<'_>, row: &event::Model, field: &str) -> Option<Shows> {
    Some(match field {
        "type" => just(&row.kind),
        "text" => Text,
        "subject" => just(typed(Prefix(subject(&row.subject)), row.subject_id)),
        "at" => At(Some(row.occurred_at)),
        "actorRole" => may_word(row.actor_role),
        "actorParty" => Link("Party", row.actor_party_id),
        "actorName" => just(actor_name(eye, row)),
        "problem" => Link("Problem", row.problem_id),
        _ => return None,
    })
}

/// The prefix that an event's subject is stored under.
fn subject(stored: &str) -> &'static str {
    let known = TYPES.iter().map(|(_, prefix)| prefix.0);
    known.into_iter().find(|prefix| *prefix == stored).unwrap_or_else(|| panic!("{stored} is no prefix"))
}

fn record(eye: &Eye<'_>, name: &str, id: Uuid, field: &str) -> Option<Shows> {
    Some(match name {
        "Addition" => {
            let row = row!(eye, additions, id)?;
            match field {
                "content" => just(&row.content),
                "createdAt" => At(Some(row.created_at)),
                "problem" => Link("Problem", Some(row.problem_id)),
                _ => return None,
            }
        }
        "FollowUp" => {
            let row = row!(eye, follow_ups, id)?;
            match field {
                "method" => word(row.method),
                "reached" => just(row.reached),
                "satisfaction" => may_word(row.satisfaction),
                "note" => only(eye.of(row.problem_id, Eye::trusted), just(&row.note)),
                "createdAt" => At(Some(row.created_at)),
                "problem" => Link("Problem", Some(row.problem_id)),
                _ => return None,
            }
        }
        "Rating" => {
            let row = row!(eye, ratings, id)?;
            match field {
                "satisfaction" => word(row.satisfaction),
                "comment" => just(&row.comment),
                "createdAt" => At(Some(row.created_at)),
                "problem" => Link("Problem", Some(row.problem_id)),
                _ => return None,
            }
        }
        "Disclosure" => {
            let row = row!(eye, disclosures, id)?;
            match field {
                "fields" => just(&row.fields),
                "purpose" => just(&row.purpose),
                "createdAt" => At(Some(row.created_at)),
                "actorRole" => word(row.viewer_role),
                "actorParty" => Link("Party", row.viewer_party_id),
                "problem" => Link("Problem", Some(row.problem_id)),
                _ => return None,
            }
        }
        _ => panic!("the oracle knows no type {name}"),
    })
}
