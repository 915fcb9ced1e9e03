//! What each field of each row shows to each viewer. A type or field that is not here fails the tests.

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat, TimeDelta, Utc};
use entity::word::{
    AppointmentKind, ContactField, ProblemAction, ProblemStatus, ProblemVisibility, RedactionStatus, RequestKind,
    RequestStatus, Role, SupervisionGrounds, SupervisionStatus, TaskRole, TaskStatus, VisitStatus, WhistleAction,
    WhistleCallStatus, WhistleStatus, Word,
};
use entity::{
    contact_release, disposition, disposition_task, event, problem, redaction, visit_offer, whistle, whistle_call,
};
use liufang::id::{Prefix, prefix};
use serde_json::{Value, json};
use uuid::Uuid;

use super::sight::{Eye, Sight};
use crate::support::communities::{Told, World, typed};
use crate::support::sdl::SOUGHT;
use crate::support::work::remaining;

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
    /// A piece of this text of the row, with some of it marked.
    Piece(&'static str, String),
    /// Something, or null: what it is, other tests look at.
    There(bool),
}

use Shows::{At, Just, Link, Nothing, Piece, Rows, Text, There};

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
    ("Whistle", prefix::WHISTLE),
    ("WhistleCall", prefix::WHISTLE_CALL),
    ("ContactRelease", prefix::RELEASE),
    ("VisitOffer", prefix::VISIT),
    ("Attachment", prefix::ATTACHMENT),
    ("Request", prefix::REQUEST),
    ("ExtensionRequest", prefix::EXTENSION),
    ("Suspension", prefix::SUSPENSION),
    ("LedgerEntry", prefix::LEDGER_ENTRY),
    ("Supervision", prefix::SUPERVISION),
    ("Mediation", prefix::MEDIATION),
    ("MediationSide", prefix::MEDIATION_SIDE),
    ("MediationSession", prefix::MEDIATION_SESSION),
    ("MediationStatement", prefix::STATEMENT),
    ("MediationAgreement", prefix::AGREEMENT),
    ("MediationObligation", prefix::OBLIGATION),
    ("InboxItem", prefix::INBOX_ITEM),
    ("Notification", prefix::NOTIFICATION),
    ("Redaction", prefix::REDACTION),
    ("SubjectRequest", prefix::SUBJECT_REQUEST),
];

/// Answers that are no rows, and where they are held to what is true.
pub const ANSWERS: &[(&str, &str)] = &[
    ("Viewer", "here: one row, oneself"),
    ("Query", "the paths"),
    ("Mutation", "the paths"),
    ("Reporter", "here: Problem.reporter"),
    ("AllowedAction", "here: Problem.allowedActions"),
    ("AllowedWhistleAction", "here: Whistle.allowedActions"),
    ("Quantity", "here: Disposition.quantity"),
    ("Followed", "here: Problem.followed"),
    ("NotificationText", "inbox: Notification.text"),
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
    ("Snippet", "here: Problem.snippet"),
    ("SnippetPart", "here: Problem.snippet"),
    ("SimilarProblem", "search"),
    ("VocabularyEntry", "constants"),
    ("RevealedContact", "here: contact data is revealed to those alone who see it masked"),
    ("VisitSlot", "here: VisitOffer.slots"),
    ("PrivacyNotice", "the server's own text, the same for everybody"),
    ("ReportAudience", "the unit tests of the reporters' room"),
    ("ReportReader", "the unit tests of the reporters' room"),
    ("Session", "signing in"),
    ("SessionPost", "signing in"),
    ("PersonInvitation", "signing in"),
    ("InvitedPerson", "signing in"),
    ("AcceptedInvitation", "signing in"),
    ("Remaining", "here: remaining of Problem and DispositionTask"),
    ("CalendarDay", "calendar"),
    ("OpeningHours", "calendar"),
    ("TimeLimit", "limits"),
    ("Retention", "the unit tests of the privacy room"),
    ("FileLink", "here: Attachment.link"),
    ("UploadTarget", "files over HTTP"),
    ("UploadHeader", "files over HTTP"),
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
        "Whistle" => ids!(whistles),
        "WhistleCall" => ids!(calls),
        "ContactRelease" => ids!(releases),
        "VisitOffer" => ids!(visits),
        "Attachment" => ids!(attachments),
        "Request" => ids!(requests),
        "ExtensionRequest" => ids!(extensions),
        "Suspension" => ids!(suspensions),
        "LedgerEntry" => ids!(ledger),
        "Supervision" => ids!(supervisions),
        "Mediation" => ids!(mediations),
        "MediationSide" => ids!(sides),
        "MediationSession" => ids!(sessions),
        "MediationStatement" => ids!(statements),
        "MediationAgreement" => ids!(agreements),
        "MediationObligation" => ids!(obligations),
        "InboxItem" => ids!(waiting),
        "Notification" => ids!(notifications),
        "Redaction" => ids!(redactions),
        "SubjectRequest" => ids!(subject_requests),
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
        "Whistle" => row!(eye, whistles, id).is_some_and(|row| eye.whistle(row)),
        "WhistleCall" => row!(eye, calls, id).is_some_and(|row| eye.whistle(eye.whistle_of(row))),
        "ContactRelease" => row!(eye, releases, id).is_some_and(|row| eye.release(row)),
        "VisitOffer" => row!(eye, visits, id).is_some_and(|row| eye.visit(row)),
        "Attachment" => row!(eye, attachments, id).is_some_and(|row| eye.attachment(row)),
        "Request" => row!(eye, requests, id).is_some_and(|row| {
            eye.of(row.problem_id, |eye, problem| match row.kind {
                // Of those who work on it, not of a resident who reported it.
                RequestKind::Return => !matches!(eye.role(), Role::Resident | Role::GridHelper) && eye.done(problem),
                RequestKind::Withdrawal => eye.problem(problem) && (eye.reporter(problem) || eye.decides(problem)),
                RequestKind::Void => eye.oversees(problem),
            })
        }),
        "ExtensionRequest" => row!(eye, extensions, id).is_some_and(|row| eye.of(row.problem_id, Eye::done)),
        "Suspension" => row!(eye, suspensions, id).is_some_and(|row| eye.of(row.problem_id, Eye::done)),
        "LedgerEntry" => row!(eye, ledger, id).is_some_and(|row| eye.of(row.problem_id, Eye::summary)),
        "Supervision" => row!(eye, supervisions, id).is_some_and(|row| {
            let known = matches!(row.status, SupervisionStatus::InForce | SupervisionStatus::Lifted);
            eye.of(row.problem_id, |eye, problem| (known && eye.summary(problem)) || eye.oversees(problem))
        }),
        "Redaction" => row!(eye, redactions, id).is_some_and(|row| eye.redaction(row)),
        "SubjectRequest" => row!(eye, subject_requests, id).is_some_and(|row| eye.subject_request(row)),
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
        "InboxItem" => super::inbox::waits(eye, id),
        "Notification" => row!(eye, notifications, id).is_some_and(|row| super::inbox::told(eye, row)),
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
        "Whistle" => whistle(eye, row!(eye, whistles, id).unwrap(), field),
        "WhistleCall" => call(eye, row!(eye, calls, id).unwrap(), field),
        "Attachment" => attachment(eye, row!(eye, attachments, id).unwrap(), field),
        "TimelineEntry" => timeline(eye, row!(eye, events, id).unwrap(), field),
        "AuditEntry" => audit(eye, row!(eye, events, id).unwrap(), field),
        "ContactRelease" => release(eye, row!(eye, releases, id).unwrap(), field),
        "VisitOffer" => visit(eye, row!(eye, visits, id).unwrap(), field),
        "Request" | "ExtensionRequest" | "Suspension" | "LedgerEntry" | "Supervision" => course(eye, name, id, field),
        "Mediation"
        | "MediationSide"
        | "MediationSession"
        | "MediationStatement"
        | "MediationAgreement"
        | "MediationObligation" => super::mediation::shows(world, eye, name, id, field),
        "InboxItem" => super::inbox::item(eye, id, field),
        "Notification" => super::inbox::notification(row!(eye, notifications, id).unwrap(), field),
        "Redaction" | "SubjectRequest" => super::privacy::shows(eye, name, id, field),
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
        "whistleCalls" => those!(eye, calls, "WhistleCall", |call| {
            let own = post.organisation_id == Some(call.organisation_id);
            own && matches!(call.status, WhistleCallStatus::Called | WhistleCallStatus::ReportedIn)
        }),
        "mediations" => those!(eye, mediations, "Mediation", |row| eye.inside(row)),
        "inbox" => those!(eye, waiting, "InboxItem", |_| true),
        "notifications" => those!(eye, notifications, "Notification", |_| true),
        "subjectRequests" => those!(eye, subject_requests, "SubjectRequest", |row| row.person_id == Some(id)),
        _ => return None,
    })
}

/// A moment on the clocks of the places served, as clients read it.
fn clock(time: DateTime<Utc>) -> String {
    let there = time.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap());
    there.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// What is shown where something holds, and null elsewhere.
pub fn only(holds: bool, shows: Shows) -> Shows {
    if holds { shows } else { Nothing }
}

/// Of the texts that may be read, the first of those that have most of what was looked for; of a confidential problem none.
fn snippet(eye: &Eye<'_>, row: &problem::Model) -> Shows {
    let (more, report) = (eye.summary(row), eye.report(row));
    let additions = eye.truth.additions.iter().filter(|one| one.problem_id == row.id);
    let additions: Vec<_> = additions.map(|one| one.content.as_str()).collect();
    let texts = [
        ("TITLE", row.title.clone().filter(|_| more)),
        ("SUMMARY", row.summary.clone().filter(|_| more)),
        ("PUBLIC_SUMMARY", row.public_summary.clone()),
        ("REPORT", Some(row.report.clone()).filter(|_| report)),
        ("PLACE", row.place.clone().filter(|_| report)),
        ("ADDITION", Some(additions.join("\n")).filter(|_| report)),
    ];
    let of = |text: &str| SOUGHT.split(' ').filter(|word| text.contains(word)).count();
    let texts = texts.into_iter().filter_map(|(source, text)| text.map(|text| (of(&text), source, text)));
    let texts: Vec<_> = texts.filter(|(most, ..)| *most > 0).collect();
    let most = texts.iter().map(|(most, ..)| *most).max();
    let found = texts.into_iter().find(|(own, ..)| Some(*own) == most);
    match found.filter(|_| row.visibility != ProblemVisibility::Confidential) {
        Some((_, source, text)) => Piece(source, text),
        None => Nothing,
    }
}

/// Why a problem was merged into another, where that stands.
fn merged<'a>(eye: &'a Eye<'_>, row: &problem::Model) -> Option<&'a str> {
    let merges = eye.truth.merges.iter().filter(|merge| merge.problem_id == row.id);
    merges.filter(|merge| merge.undone_at.is_none()).map(|merge| merge.reason.as_str()).next()
}

fn problem(world: &World, eye: &Eye<'_>, row: &problem::Model, field: &str) -> Option<Shows> {
    let (more, report) = (eye.summary(row), eye.report(row));
    Some(match field {
        "number" => just(&row.number),
        "title" => {
            let first = || row.report.lines().next().unwrap_or_default().chars().take(60).collect::<String>();
            only(more, just(row.title.clone().or_else(|| report.then(first))))
        }
        "snippet" => snippet(eye, row),
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
        "remaining" => only(more && row.open, just(row.due_at.map(|due| remaining(eye.truth.now, due)))),
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
        "whistles" => those!(eye, whistles, "Whistle", |whistle| whistle.problem_id == Some(row.id)),
        "contactReleases" => those!(eye, releases, "ContactRelease", |release| release.problem_id == row.id),
        "visitOffers" => those!(eye, visits, "VisitOffer", |visit| visit.problem_id == row.id),
        "noticeVersion" => only(report, just("2026-11")),
        "noticeAcceptedAt" => only(report, At(Some(row.reported_at))),
        "attachments" => those!(eye, attachments, "Attachment", |file| file.problem_id == row.id),
        // Off the straight road.
        "requests" => those!(eye, requests, "Request", |other| other.problem_id == row.id),
        "extensions" => those!(eye, extensions, "ExtensionRequest", |other| other.problem_id == row.id),
        "suspensions" => those!(eye, suspensions, "Suspension", |other| other.problem_id == row.id),
        "ledgerEntries" => those!(eye, ledger, "LedgerEntry", |other| other.problem_id == row.id),
        "supervisions" => those!(eye, supervisions, "Supervision", |other| other.problem_id == row.id),
        "mergedInto" => only(eye.decides(row), Link("Problem", row.merged_into_id)),
        "mergeReason" => only(eye.decides(row), just(merged(eye, row))),
        "merged" => {
            let merged = those!(eye, problems, "Problem", |other| other.merged_into_id == Some(row.id));
            only(eye.decides(row), merged)
        }
        "followed" => {
            let target = eye.truth.problems.iter().find(|other| Some(other.id) == row.follows_id);
            let office = |target| eye.decides(row) && eye.problem(target) && eye.decides(target);
            let target = target.filter(|target| eye.reporter(row) || office(target));
            target.map_or(Nothing, |target| {
                just(json!({
                    "status": target.status.value(), "outcome": target.outcome.map(Word::value), "reply": target.reply,
                    "closedAt": target.closed_at.map(clock),
                }))
            })
        }
        "returnCount" => only(more, just(row.return_count)),
        "archivedAt" => only(more, At(row.archived_at)),
        "mediations" => those!(eye, mediations, "Mediation", |other| other.problem_id == row.id),
        "redactions" => those!(eye, redactions, "Redaction", |other| other.problem_id == Some(row.id)),
        "legalHoldSince" => only(eye.decides(row), At(row.held_at)),
        "legalHoldUntil" => only(eye.decides(row), day(row.held_until)),
        "legalHoldReason" => only(eye.decides(row), just(&row.hold_reason)),
        _ => return None,
    })
}

/// The reporter: in full to themself, masked to those who may have it revealed, withheld from everybody else.
fn reporter(told: &Told, eye: &Eye<'_>, row: &problem::Model) -> Value {
    let (name, phone, address) = told;
    let taken = |one: &redaction::Model| {
        one.problem_id == Some(row.id) && one.field == "reporter" && one.status == RedactionStatus::Done
    };
    if eye.truth.redactions.iter().any(taken) && row.reporter_name.is_none() {
        let state = if eye.reporter(row) || eye.contact(row) { "ERASED" } else { "WITHHELD" };
        return json!({ "state": state, "name": null, "phone": null, "address": null });
    }
    // What was erased is there for nobody.
    let (name, phone, address) = (
        &name.clone().filter(|_| row.reporter_name.is_some()),
        &phone.clone().filter(|_| row.reporter_phone.is_some()),
        &address.clone().filter(|_| row.reporter_address.is_some()),
    );
    if eye.reporter(row) {
        return json!({ "state": "VISIBLE", "name": name, "phone": phone, "address": address });
    }
    if eye.contact(row) {
        let told = |field| eye.contact_field(row, field);
        let (name, phone) =
            (name.clone().filter(|_| told(ContactField::Name)), phone.clone().filter(|_| told(ContactField::Phone)));
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
        A::Acknowledge
        | A::Record
        | A::Submit
        | A::RequestReturn
        | A::RequestExtension
        | A::RequestSuspension
        | A::Resume => task_action(eye, row, action),
        A::Close | A::Rework => verifier.then_some(is(&[S::AwaitingVerification]) && !concerned && !eye.handled(row)),
        A::FollowUp => verifier.then_some(is(&[S::Closed]) && !concerned),
        A::Rate => {
            let standing = eye.truth.closures.iter().filter(|end| end.problem_id == row.id && end.resumed_at.is_none());
            let rated =
                standing.into_iter().any(|end| eye.truth.ratings.iter().any(|other| other.closure_id == end.id));
            let target = eye.truth.problems.iter().find(|other| Some(other.id) == row.follows_id);
            let told = is(&[S::Merged]) && target.is_some_and(|target| target.status == S::Closed);
            (reporter && residents).then_some((is(&[S::Closed]) || told) && !rated)
        }
        A::Reopen => {
            let own = reporter && (residents || offices);
            let closed = is(&[S::Closed]);
            (own || office).then_some(closed && ((own && within_15_days(row.closed_at)) || (office && !concerned)))
        }
        A::Withdraw => reporter.then_some(is(&[S::Reported, S::Accepted]) && !row.public_safety),
        A::RevealContact => {
            let roles = !matches!(role, Role::GridHelper | Role::Resident | Role::Partner);
            let ended = is(&[S::Merged, S::Withdrawn, S::Voided]);
            (roles && eye.contact(row)).then_some(!ended)
        }
        A::RequestWithdrawal => {
            let early = is(&[S::Reported, S::Accepted]);
            let asks = reporter && role != Role::Partner;
            let (asked, _) = asked_for(eye, row, RequestKind::Withdrawal);
            asks.then_some(row.open && !early && !row.public_safety && !asked)
        }
        A::DecideReturn
        | A::TransferTask
        | A::WaiveTask
        | A::CancelTask
        | A::DecideExtension
        | A::DecideSuspension
        | A::DecideWithdrawal
        | A::Merge
        | A::Unmerge => office.then(|| !concerned && decided_now(eye, row, action)),
        A::CarryOnLedger | A::ReviewLedger | A::TakeOffLedger | A::RequestVoid => {
            let street = office && role != Role::Secretary;
            street.then(|| !concerned && ledger_now(eye, row, action))
        }
        A::ConfirmVoid => {
            let (asked, own) = asked_for(eye, row, RequestKind::Void);
            overseer(eye, row).then_some(row.open && !concerned && asked && !own)
        }
        A::ProposeSupervision => {
            let mut standing = eye.truth.supervisions.iter().filter(|other| other.problem_id == row.id);
            let proposed = standing
                .any(|other| other.status == SupervisionStatus::Proposed && other.grounds == SupervisionGrounds::Asked);
            office.then_some(row.open && !concerned && !proposed)
        }
        A::RaiseSupervision => overseer(eye, row).then_some(row.open && !concerned),
        A::LiftSupervision => {
            let mut standing = eye.truth.supervisions.iter().filter(|other| other.problem_id == row.id);
            let stands =
                standing.any(|other| matches!(other.status, SupervisionStatus::Proposed | SupervisionStatus::InForce));
            overseer(eye, row).then_some(row.open && !concerned && stands)
        }
    }
}

/// The street, in place of a concerned one the county; and a supervisor, who confirms and supervises.
fn overseer(eye: &Eye<'_>, row: &problem::Model) -> bool {
    eye.role() == Role::Supervisor || (eye.office(row) && eye.role() != Role::Secretary)
}

/// Whether something of a kind waits for a decision, and whether the viewer asked for it.
fn asked_for(eye: &Eye<'_>, row: &problem::Model, kind: RequestKind) -> (bool, bool) {
    let of_problem = eye.truth.requests.iter().filter(|other| other.problem_id == row.id && other.kind == kind);
    let askers: Vec<_> =
        of_problem.filter(|other| other.status == RequestStatus::Pending).map(|other| other.asked_by).collect();
    (!askers.is_empty(), askers.contains(&eye.who.post.user_id))
}

/// Whether the secretary or the street can decide or change it now.
fn decided_now(eye: &Eye<'_>, row: &problem::Model, action: ProblemAction) -> bool {
    use ProblemAction as A;
    use ProblemStatus as S;
    use TaskStatus as T;
    let me = eye.who.post.user_id;
    let is = |states: &[S]| states.contains(&row.status);
    let given = is(&[S::Dispatched, S::InProgress]);
    let other = is(&[S::Accepted, S::Suspended, S::OnLedger]);
    let of_problem = || eye.truth.tasks.iter().filter(|task| task.problem_id == row.id);
    let waits =
        |task: &disposition_task::Model| matches!(task.status, T::Assigned | T::Acknowledged | T::ReturnRequested);
    let (any, assist) =
        (of_problem().any(waits), of_problem().any(|task| waits(task) && task.role == TaskRole::Assist));
    let pending = RequestStatus::Pending;
    let asked = |kind| asked_for(eye, row, kind);
    let mut extensions = eye.truth.extensions.iter().filter(|one| Some(one.task_id) == row.lead_task_id);
    let mut pauses = eye.truth.suspensions.iter().filter(|one| one.problem_id == row.id);
    if action == A::DecideReturn {
        (given || other) && asked(RequestKind::Return) == (true, false)
    } else if [A::TransferTask, A::CancelTask].contains(&action) {
        (given && any) || (other && assist)
    } else if action == A::WaiveTask {
        (given || other) && assist
    } else if action == A::DecideExtension {
        is(&[S::InProgress]) && extensions.any(|one| one.status == pending && one.asked_by != me)
    } else if action == A::DecideSuspension {
        is(&[S::InProgress]) && pauses.any(|one| one.status == pending && one.asked_by != me)
    } else if action == A::DecideWithdrawal {
        row.open && !is(&[S::Reported, S::Accepted]) && asked(RequestKind::Withdrawal).0
    } else if action == A::Merge {
        // An appeal is the street's to decide, and not to be merged away by who declined.
        let declined_here = row.declined_by_id.is_some_and(|by| by == me || eye.role() == Role::Secretary);
        row.open && !(is(&[S::Reported]) && declined_here)
    } else {
        // A merger is undone within 30 days.
        is(&[S::Merged]) && row.merged_at.is_some_and(|at| eye.truth.now < at + TimeDelta::days(30))
    }
}

/// Whether the street can do it now.
fn ledger_now(eye: &Eye<'_>, row: &problem::Model, action: ProblemAction) -> bool {
    use ProblemStatus as S;
    let of_lead = eye.truth.extensions.iter().find(|one| Some(one.task_id) == row.lead_task_id);
    if action == ProblemAction::CarryOnLedger {
        let under_way = [S::InProgress, S::Suspended].contains(&row.status);
        under_way && of_lead.is_some_and(|one| one.status != RequestStatus::Pending)
    } else if action == ProblemAction::RequestVoid {
        row.open && !asked_for(eye, row, RequestKind::Void).0
    } else {
        row.status == S::OnLedger
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
            (ProblemAction::RequestReturn, TaskRole::Lead) => {
                Some(is(&[S::Dispatched, S::InProgress]) && (assigned || acknowledged))
            }
            (ProblemAction::RequestReturn, TaskRole::Assist) => Some(is(&under_way) && (assigned || acknowledged)),
            // Before the limit passes, and once a task.
            (ProblemAction::RequestExtension, TaskRole::Lead) => {
                let in_time = row.due_at.is_none_or(|due| eye.truth.now < due);
                let asked = eye.truth.extensions.iter().any(|one| Some(one.task_id) == row.lead_task_id);
                Some(is(&[S::InProgress]) && acknowledged && in_time && !asked)
            }
            (ProblemAction::RequestSuspension, TaskRole::Lead) => {
                let mut asked = eye.truth.suspensions.iter().filter(|one| one.problem_id == row.id);
                let waits = asked.any(|one| one.status == RequestStatus::Pending);
                Some(is(&[S::InProgress]) && acknowledged && !waits)
            }
            (ProblemAction::Resume, TaskRole::Lead) => Some(is(&[S::Suspended])),
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
        "endReason" => only(words, just(&row.end_reason)),
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
        "remaining" => {
            let waits = matches!(row.status, T::Assigned | T::Acknowledged | T::ReturnRequested);
            just(row.due_at.filter(|_| waits).map(|due| remaining(eye.truth.now, due)))
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
        "attachments" => those!(eye, attachments, "Attachment", |file| file.disposition_id == Some(row.id)),
        _ => return None,
    })
}

/// A file: everything of it, but the name that a person gave it, which goes with the report.
fn attachment(eye: &Eye<'_>, row: &entity::attachment::Model, field: &str) -> Option<Shows> {
    let named = row.file_name.is_some() && eye.of(row.problem_id, Eye::report);
    Some(match field {
        "kind" => word(row.kind),
        "status" => word(row.status),
        "name" => just(&row.name),
        "fileName" => only(named, just("王小明拍的.jpg")),
        "contentType" => just("image/jpeg"),
        "bytes" => just(row.bytes),
        "sha256" => Text,
        "createdAt" => At(Some(row.created_at)),
        "withdrawnAt" => At(row.withdrawn_at),
        "uploadedByRole" => word(row.uploaded_by_role),
        "uploadedByParty" => Link("Party", row.uploaded_by_party_id),
        "link" => There(row.withdrawn_at.is_none()),
        "original" => Link("Attachment", row.original_id),
        "problem" => Link("Problem", Some(row.problem_id)),
        "addition" => Link("Addition", row.addition_id),
        "disposition" => Link("Disposition", row.disposition_id),
        _ => return None,
    })
}

fn release(eye: &Eye<'_>, row: &contact_release::Model, field: &str) -> Option<Shows> {
    let fields = [("NAME", row.name), ("PHONE", row.phone), ("ADDRESS", row.address)];
    Some(match field {
        "fields" => just(fields.iter().filter(|(_, told)| *told).map(|(name, _)| *name).collect::<Vec<_>>()),
        "createdAt" => At(Some(row.created_at)),
        "expiresAt" => At(Some(row.expires_at)),
        "withdrawnAt" => At(row.withdrawn_at),
        "inForce" => just(row.withdrawn_at.is_none() && row.expires_at > eye.truth.now),
        "party" => Link("Party", Some(row.party_id)),
        "organisation" => Link("Organisation", Some(row.organisation_id)),
        "problem" => Link("Problem", Some(row.problem_id)),
        _ => return None,
    })
}

fn visit(eye: &Eye<'_>, row: &visit_offer::Model, field: &str) -> Option<Shows> {
    let lapsed = row.status == VisitStatus::Offered && row.lapses_at <= eye.truth.now;
    let working = eye.truth.tasks.iter().any(|task| task.id == row.task_id && task.ended_at.is_none());
    let meets = eye.offers(row) && working || eye.of(row.problem_id, Eye::reporter);
    Some(match field {
        "status" => word(if lapsed { VisitStatus::Lapsed } else { row.status }),
        "place" => word(row.place),
        "message" => just(&row.message),
        "slots" => just(&row.slots),
        "chosenFrom" => At(row.chosen_from),
        "chosenTo" => At(row.chosen_to),
        "codeWord" => only(meets, just(&row.code_word)),
        "createdAt" => At(Some(row.created_at)),
        "lapsesAt" => At(Some(row.lapses_at)),
        "endedAt" => At(row.ended_at),
        "revision" => Text,
        "task" => Link("DispositionTask", Some(row.task_id)),
        "party" => Link("Party", Some(row.party_id)),
        "organisation" => Link("Organisation", Some(row.organisation_id)),
        "problem" => Link("Problem", Some(row.problem_id)),
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
    let told = told && !super::privacy::apart(&row.kind);
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
    let known = TYPES
        .iter()
        .map(|(_, prefix)| prefix.0)
        .chain([prefix::UPLOAD, prefix::MERGER, prefix::EXCLUSION].map(|of| of.0));
    known.into_iter().find(|prefix| *prefix == stored).unwrap_or_else(|| panic!("{stored} is no prefix"))
}

/// What is asked for, the ledger, supervision.
fn course(eye: &Eye<'_>, name: &str, id: Uuid, field: &str) -> Option<Shows> {
    Some(match name {
        "Request" => {
            let row = row!(eye, requests, id)?;
            match field {
                "kind" => word(row.kind),
                "status" => word(row.status),
                "reason" => just(&row.reason),
                "decision" => just(&row.decision),
                "askedAt" => At(Some(row.asked_at)),
                "lapsesAt" => At(row.lapses_at),
                "decidedAt" => At(row.decided_at),
                "problem" => Link("Problem", Some(row.problem_id)),
                "task" => Link("DispositionTask", row.task_id),
                "suggestedParty" => Link("Party", row.suggested_party_id),
                "askedByParty" => Link("Party", row.asked_party_id),
                _ => return None,
            }
        }
        "ExtensionRequest" => {
            let row = row!(eye, extensions, id)?;
            match field {
                "status" => word(row.status),
                "reason" => just(&row.reason),
                "decision" => just(&row.decision),
                "formerDueAt" => At(Some(row.due_at)),
                "askedUntil" => At(Some(row.asked_until)),
                "grantedUntil" => At(row.granted_until),
                "askedAt" => At(Some(row.asked_at)),
                "decidedAt" => At(row.decided_at),
                "problem" => Link("Problem", Some(row.problem_id)),
                "task" => Link("DispositionTask", Some(row.task_id)),
                _ => return None,
            }
        }
        "Suspension" => {
            let row = row!(eye, suspensions, id)?;
            match field {
                "status" => word(row.status),
                "reason" => just(&row.reason),
                "decision" => just(&row.decision),
                "askedUntilOn" => day(Some(row.asked_until)),
                "grantedUntilOn" => day(row.granted_until),
                "askedAt" => At(Some(row.asked_at)),
                "decidedAt" => At(row.decided_at),
                "resumedAt" => At(row.resumed_at),
                "problem" => Link("Problem", Some(row.problem_id)),
                "task" => Link("DispositionTask", Some(row.task_id)),
                _ => return None,
            }
        }
        "LedgerEntry" => {
            let row = row!(eye, ledger, id)?;
            match field {
                "reason" => just(&row.reason),
                "reviewOn" => day(Some(row.review_on)),
                "carriedAt" => At(Some(row.carried_at)),
                "reviewedAt" => At(row.reviewed_at),
                "endedAt" => At(row.ended_at),
                "problem" => Link("Problem", Some(row.problem_id)),
                "owner" => Link("Organisation", Some(row.owner_id)),
                _ => return None,
            }
        }
        _ => {
            let row = row!(eye, supervisions, id)?;
            let why = eye.of(row.problem_id, Eye::oversees);
            match field {
                "level" => word(row.level),
                "grounds" => word(row.grounds),
                "status" => word(row.status),
                "reason" => only(why, just(&row.reason)),
                "proposedAt" => At(Some(row.proposed_at)),
                "proposedByRole" => only(why, may_word(row.proposed_role)),
                "raisedAt" => At(row.raised_at),
                "raisedByRole" => may_word(row.raised_role),
                "endedAt" => At(row.ended_at),
                "endedByRole" => may_word(row.ended_role),
                "endReason" => only(why, just(&row.end_reason)),
                "problem" => Link("Problem", Some(row.problem_id)),
                _ => return None,
            }
        }
    })
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

/// Everybody who sees a whistle sees what it is about; its problem where that is in sight.
fn whistle(eye: &Eye<'_>, row: &whistle::Model, field: &str) -> Option<Shows> {
    Some(match field {
        "grounds" => word(row.grounds),
        "summary" => just(&row.summary),
        "place" => just(&row.place),
        "status" => word(row.status),
        "open" => just(matches!(row.status, WhistleStatus::Raised | WhistleStatus::Responding)),
        "raisedAt" => At(Some(row.raised_at)),
        "raisedByRole" => word(row.raised_by_role),
        "dueAt" => At(Some(row.raised_at + TimeDelta::minutes(30))),
        "endedAt" => At(row.ended_at),
        "reason" => just(&row.reason),
        "revision" => Text,
        "overdue" => just(calls_of(eye, row).any(|call| late_now(eye, call))),
        "allowedActions" => {
            let able =
                |action: &WhistleAction| whistle_action(eye, row, *action).map(|now| json!([action.value(), now]));
            Just(WhistleAction::ALL.iter().filter_map(able).collect())
        }
        "problem" => Link("Problem", row.problem_id),
        "group" => Link("LinkageGroup", Some(row.group_id)),
        "community" => region(eye, Some(row.community_code)),
        "compound" => Link("Compound", row.compound_id),
        "grid" => Link("Grid", row.grid_id),
        "microGrid" => Link("Grid", row.micro_grid_id),
        "building" => Link("Building", row.building_id),
        "raisedBy" => only(eye.whistle_names(row), Link("Person", Some(row.raised_by))),
        "calls" => those!(eye, calls, "WhistleCall", |call| call.whistle_id == row.id),
        _ => return None,
    })
}

fn calls_of<'a>(eye: &Eye<'a>, row: &whistle::Model) -> impl Iterator<Item = &'a whistle_call::Model> {
    let id = row.id;
    eye.truth.calls.iter().filter(move |call| call.whistle_id == id)
}

/// Not there, and the 30 minutes are over.
fn late_now(eye: &Eye<'_>, call: &whistle_call::Model) -> bool {
    call.status == WhistleCallStatus::Called && call.called_at + TimeDelta::minutes(30) < eye.truth.now
}

/// The state machine of a whistle: nobody leaves before it is done.
fn whistle_action(eye: &Eye<'_>, row: &whistle::Model, action: WhistleAction) -> Option<bool> {
    use WhistleAction as A;
    use WhistleCallStatus as C;
    let open = matches!(row.status, WhistleStatus::Raised | WhistleStatus::Responding);
    let (office, ground) = (eye.whistle_office(row), eye.whistle_ground(row));
    let apart = !eye.whistle_concerned(row);
    let own = eye.called_by(row);
    let mut awaited = calls_of(eye, row).filter(|call| matches!(call.status, C::Called | C::ReportedIn)).peekable();
    let done = awaited.peek().is_none();
    let of_others = awaited.any(|call| !eye.ours(call.organisation_id));
    match action {
        A::CallParty => (office || ground).then_some(open && apart),
        A::ReportIn => (!own.is_empty()).then_some(open && own.iter().any(|call| call.status == C::Called)),
        A::RecordDone => (!own.is_empty())
            .then_some(row.status == WhistleStatus::Responding && own.iter().any(|call| call.status == C::ReportedIn)),
        A::Excuse => office.then_some(open && apart && of_others),
        A::Close => (office || ground).then_some(open && apart && done),
        A::Cancel => {
            let raiser = matches!(eye.role(), Role::GridWorker) && row.raised_by == eye.who.post.user_id;
            (office || raiser).then_some(row.status == WhistleStatus::Raised && apart)
        }
    }
}

fn call(eye: &Eye<'_>, row: &whistle_call::Model, field: &str) -> Option<Shows> {
    let whistle = eye.whistle_of(row);
    let own = eye.who.post.organisation_id == Some(row.organisation_id);
    let near = own || eye.whistle_office(whistle) || eye.whistle_ground(whistle);
    let named = own || eye.whistle_names(whistle);
    Some(match field {
        "status" => word(row.status),
        "calledAt" => At(Some(row.called_at)),
        "dueAt" => At(Some(row.called_at + TimeDelta::minutes(30))),
        "revision" => Text,
        "overdue" => just(late_now(eye, row)),
        "late" => just(row.reported_in_at.is_some_and(|came| came > row.called_at + TimeDelta::minutes(30))),
        "reportedInAt" => At(row.reported_in_at),
        "place" => just(&row.place),
        "latitudeMicrodegrees" => only(near, just(row.latitude_microdegrees)),
        "longitudeMicrodegrees" => only(near, just(row.longitude_microdegrees)),
        "doneAt" => At(row.done_at),
        "note" => just(&row.note),
        "excusedAt" => At(row.excused_at),
        "reason" => just(&row.reason),
        "whistle" => Link("Whistle", Some(row.whistle_id)),
        "party" => Link("Party", Some(row.party_id)),
        "organisation" => Link("Organisation", Some(row.organisation_id)),
        "reportedInBy" => only(named, Link("Person", row.reported_in_by)),
        "doneBy" => only(named, Link("Person", row.done_by)),
        _ => return None,
    })
}
