//! What each field of each type answers, from rows in memory: a resolver a field, without a thought for how many.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};
use entity::word::*;
use entity::*;
use liufang::attachment::link;
use liufang::event::{Kind, Sight};
use liufang::id::{Prefix, TypeId, prefix};
use liufang::policy::Scope;
use liufang::read::revision;
use liufang::vault::Vault;
use serde_json::{Value, json};
use uuid::Uuid;

use super::actions;
use super::rules::{Eye, confidential, is_open};
use crate::support::work::remaining;

/// A row: its type and its place among the rows of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    pub of: &'static str,
    pub at: usize,
}

/// What a field answers before it is narrowed to what is in sight.
pub enum Found {
    /// A value.
    Leaf(Value),
    /// An object that is no row.
    Object(Value),
    /// A row, or none.
    One(Option<Row>),
    /// Rows; `None` where the whole list is withheld.
    Many(Option<Vec<Row>>),
}

/// All types with rows.
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
    ("Viewer", prefix::VIEWER),
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

/// A moment as clients read it.
pub fn moment(time: DateTime<Utc>) -> Value {
    time.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap()).to_rfc3339_opts(SecondsFormat::AutoSi, false).into()
}

pub fn moment_if(time: Option<DateTime<Utc>>) -> Value {
    time.map_or(Value::Null, moment)
}

pub fn word<W: Word>(word: W) -> Value {
    word.value().into()
}

pub fn word_if<W: Word>(word: Option<W>) -> Value {
    word.map_or(Value::Null, |word| word.value().into())
}

/// The value where a condition holds, else null.
pub fn only(shown: bool, value: impl Into<Value>) -> Value {
    if shown { value.into() } else { Value::Null }
}

/// The places of the rows of a table that meet a condition.
pub fn places<M>(rows: &[M], of: &'static str, meets: impl Fn(&M) -> bool) -> Vec<Row> {
    rows.iter().enumerate().filter(|(_, row)| meets(row)).map(|(at, _)| Row { of, at }).collect()
}

macro_rules! tables {
    ($self:ident, $of:expr, $rows:ident => $do:expr) => {{
        let data = &$self.eye.data;
        match $of {
            "Region" => {
                let $rows = &data.regions;
                $do
            }
            "Compound" => {
                let $rows = &data.compounds;
                $do
            }
            "Grid" => {
                let $rows = &data.grids;
                $do
            }
            "Building" => {
                let $rows = &data.buildings;
                $do
            }
            "Organisation" => {
                let $rows = &data.organisations;
                $do
            }
            "LinkageGroup" => {
                let $rows = &data.groups;
                $do
            }
            "Party" => {
                let $rows = &data.parties;
                $do
            }
            "PartySeat" => {
                let $rows = &data.seats;
                $do
            }
            "Appointment" => {
                let $rows = &data.appointments;
                $do
            }
            "Person" | "Viewer" => {
                let $rows = &data.users;
                $do
            }
            "Problem" => {
                let $rows = &data.problems;
                $do
            }
            "Addition" => {
                let $rows = &data.additions;
                $do
            }
            "FollowUp" => {
                let $rows = &data.follow_ups;
                $do
            }
            "Rating" => {
                let $rows = &data.ratings;
                $do
            }
            "Disclosure" => {
                let $rows = &data.disclosures;
                $do
            }
            "TimelineEntry" | "AuditEntry" => {
                let $rows = &data.events;
                $do
            }
            "DispositionTask" => {
                let $rows = &data.tasks;
                $do
            }
            "Disposition" => {
                let $rows = &data.dispositions;
                $do
            }
            "Whistle" => {
                let $rows = &data.whistles;
                $do
            }
            "WhistleCall" => {
                let $rows = &data.calls;
                $do
            }
            "ContactRelease" => {
                let $rows = &data.releases;
                $do
            }
            "VisitOffer" => {
                let $rows = &data.visits;
                $do
            }
            "Attachment" => {
                let $rows = &data.attachments;
                $do
            }
            "Request" => {
                let $rows = &data.requests;
                $do
            }
            "ExtensionRequest" => {
                let $rows = &data.extensions;
                $do
            }
            "Suspension" => {
                let $rows = &data.suspensions;
                $do
            }
            "LedgerEntry" => {
                let $rows = &data.ledger;
                $do
            }
            "Supervision" => {
                let $rows = &data.supervisions;
                $do
            }
            "Mediation" => {
                let $rows = &data.mediations;
                $do
            }
            "MediationSide" => {
                let $rows = &data.sides;
                $do
            }
            "MediationSession" => {
                let $rows = &data.sessions;
                $do
            }
            "MediationStatement" => {
                let $rows = &data.statements;
                $do
            }
            "MediationAgreement" => {
                let $rows = &data.agreements;
                $do
            }
            "MediationObligation" => {
                let $rows = &data.obligations;
                $do
            }
            "InboxItem" => {
                let $rows = &$self.inbox;
                $do
            }
            "Notification" => {
                let $rows = &data.notifications;
                $do
            }
            "Redaction" => {
                let $rows = &data.redactions;
                $do
            }
            "SubjectRequest" => {
                let $rows = &data.subject_requests;
                $do
            }
            other => panic!("no table of {other}"),
        }
    }};
}

/// All fields, as one viewer sees them.
pub struct Fields {
    pub eye: Eye,
    pub vault: Vault,
    pub inbox: Vec<super::inbox::Waiting>,
}

impl Fields {
    pub fn uuid(&self, row: Row) -> Uuid {
        tables!(self, row.of, rows => rows[row.at].id)
    }

    pub fn all(&self, of: &'static str) -> Vec<Row> {
        tables!(self, of, rows => places(rows, of, |_| true))
    }

    pub fn find(&self, of: &'static str, id: Uuid) -> Option<Row> {
        tables!(self, of, rows => rows.iter().position(|row| row.id == id)).map(|at| Row { of, at })
    }

    pub fn one(&self, of: &'static str, id: impl Into<Option<Uuid>>) -> Found {
        Found::One(id.into().and_then(|id| self.find(of, id)))
    }

    pub fn region_of(&self, code: impl Into<Option<i64>>) -> Found {
        let code = code.into();
        let at = self.eye.data.regions.iter().position(|row| Some(row.code) == code);
        Found::One(at.map(|at| Row { of: "Region", at }))
    }

    pub fn id(&self, row: Row) -> Value {
        let prefix = TYPES.iter().find(|(of, _)| *of == row.of).unwrap().1;
        TypeId(prefix, self.uuid(row)).to_string().into()
    }

    /// Whether the viewer may read a row.
    pub fn sees(&self, row: Row) -> bool {
        let (eye, data, at) = (&self.eye, &self.eye.data, row.at);
        match row.of {
            "Region" => eye.region(&data.regions[at]),
            "Compound" => eye.covers(data.compounds[at].community_code),
            "Grid" => eye.covers(data.grids[at].community_code),
            "Building" => eye.covers(data.buildings[at].community_code),
            "Organisation" => eye.organisation(&data.organisations[at]),
            "LinkageGroup" => eye.covers(data.groups[at].community_code),
            "Party" => eye.covers(data.parties[at].community_code),
            "PartySeat" => eye.covers(data.seats[at].community_code),
            "Appointment" => eye.appointment(&data.appointments[at]),
            "Person" => eye.person(&data.users[at]),
            "Viewer" => data.users[at].id == eye.viewer.user,
            "Problem" => eye.problem(&data.problems[at]),
            "Addition" => {
                let row = &data.additions[at];
                eye.below(row.community_code, row.problem_id, |problem| eye.report(problem))
            }
            "FollowUp" => {
                let row = &data.follow_ups[at];
                eye.below(row.community_code, row.problem_id, |problem| eye.rating(problem))
            }
            "Rating" => {
                let row = &data.ratings[at];
                eye.below(row.community_code, row.problem_id, |problem| eye.rating(problem))
            }
            "Disclosure" => eye.disclosure(&data.disclosures[at]),
            "TimelineEntry" => eye.sight(&data.events[at]) != Sight::Unseen,
            "AuditEntry" => eye.audit(&data.events[at]),
            "DispositionTask" => {
                let row = &data.tasks[at];
                eye.below(row.community_code, row.problem_id, |problem| eye.summary(problem))
            }
            "Disposition" => {
                let row = &data.dispositions[at];
                eye.below(row.community_code, row.problem_id, |problem| eye.summary(problem))
            }
            "Whistle" => eye.whistle(&data.whistles[at]),
            "WhistleCall" => eye.whistle_of(&data.calls[at]).is_some_and(|whistle| eye.whistle(whistle)),
            "ContactRelease" => eye.release(&data.releases[at]),
            "VisitOffer" => eye.visit(&data.visits[at]),
            "Attachment" => eye.attachment(&data.attachments[at]),
            "Request" => eye.request(&data.requests[at]),
            "ExtensionRequest" => {
                let row = &data.extensions[at];
                eye.below(row.community_code, row.problem_id, |problem| eye.words(problem))
            }
            "Suspension" => {
                let row = &data.suspensions[at];
                eye.below(row.community_code, row.problem_id, |problem| eye.words(problem))
            }
            "LedgerEntry" => {
                let row = &data.ledger[at];
                eye.below(row.community_code, row.problem_id, |problem| eye.summary(problem))
            }
            "Supervision" => eye.supervision(&data.supervisions[at]),
            "InboxItem" => self.sees_waiting(at),
            "Notification" => super::inbox::told(eye, &data.notifications[at]),
            "Redaction" => eye.redaction(&data.redactions[at]),
            "SubjectRequest" => eye.subject_request(&data.subject_requests[at]),
            of if of.starts_with("Mediation") => self.sees_of_mediation(row),
            other => panic!("no rule of {other}"),
        }
    }

    /// What a field of a row answers.
    pub fn field(&self, row: Row, name: &str) -> Found {
        if name == "id" {
            return Found::Leaf(self.id(row));
        }
        let found = match row.of {
            "Region" => self.region(row.at, name),
            "Compound" | "Grid" | "Building" | "Organisation" => self.place(row, name),
            "LinkageGroup" | "Party" | "PartySeat" => self.group(row, name),
            "Appointment" => self.appointment(row.at, name),
            "Person" if name == "name" => Some(Found::Leaf(self.eye.data.users[row.at].name.clone().into())),
            "Viewer" => self.viewer(row.at, name),
            "Problem" => self.problem(row.at, name),
            "TimelineEntry" | "AuditEntry" => self.event(row, name),
            "DispositionTask" => self.task(row.at, name),
            "Disposition" => self.disposition(row.at, name),
            "Whistle" => self.whistle(row.at, name),
            "WhistleCall" => self.call(row.at, name),
            "ContactRelease" => self.release(row.at, name),
            "VisitOffer" => self.visit(row.at, name),
            "Attachment" => self.attachment(row.at, name),
            "Request" => self.request(row.at, name),
            "ExtensionRequest" => self.extension(row.at, name),
            "Suspension" => self.suspension(row.at, name),
            "LedgerEntry" => self.entry(row.at, name),
            "Supervision" => self.supervision(row.at, name),
            "InboxItem" => self.waiting(row.at, name),
            "Notification" => self.notification(row.at, name),
            "Redaction" => self.redaction(row.at, name),
            "SubjectRequest" => self.subject_request(row.at, name),
            of if of.starts_with("Mediation") => self.mediation(row, name),
            _ => self.record(row, name),
        };
        found.unwrap_or_else(|| panic!("the reference knows no {}.{name}", row.of))
    }

    fn region(&self, at: usize, name: &str) -> Option<Found> {
        let data = &self.eye.data;
        let row = &data.regions[at];
        let code = row.code;
        Some(match name {
            "code" => Found::Leaf(code.to_string().into()),
            "level" => Found::Leaf(word(row.level)),
            "name" => Found::Leaf(row.name.clone().into()),
            "parent" => self.region_of(row.parent_code),
            "children" => many(places(&data.regions, "Region", |row| row.parent_code == Some(code))),
            "compounds" => many(places(&data.compounds, "Compound", |row| row.community_code == code)),
            "grids" => many(places(&data.grids, "Grid", |row| row.community_code == code)),
            "buildings" => many(places(&data.buildings, "Building", |row| row.community_code == code)),
            "organisations" => many(places(&data.organisations, "Organisation", |row| row.region_code == code)),
            "groups" => many(places(&data.groups, "LinkageGroup", |row| row.community_code == code)),
            "staff" => many(self.staff(|row| row.region_code == code)),
            _ => return None,
        })
    }

    /// Who holds a post in the strict sense today.
    fn staff(&self, there: impl Fn(&appointment::Model) -> bool) -> Vec<Row> {
        places(&self.eye.data.appointments, "Appointment", |row| {
            there(row) && row.kind != AppointmentKind::Resident && self.eye.holds_today(row)
        })
    }

    fn place(&self, row: Row, name: &str) -> Option<Found> {
        let data = &self.eye.data;
        Some(match row.of {
            "Compound" => {
                let row = &data.compounds[row.at];
                match name {
                    "name" => Found::Leaf(row.name.clone().into()),
                    "community" => self.region_of(row.community_code),
                    "buildings" => many(places(&data.buildings, "Building", |other| other.compound_id == row.id)),
                    _ => return None,
                }
            }
            "Grid" => {
                let row = &data.grids[row.at];
                match name {
                    "code" => Found::Leaf(row.code.to_string().into()),
                    "kind" => Found::Leaf(word(row.kind)),
                    "name" => Found::Leaf(row.name.clone().into()),
                    "community" => self.region_of(row.community_code),
                    "parent" => self.one("Grid", row.parent_id),
                    "microGrids" => many(places(&data.grids, "Grid", |other| other.parent_id == Some(row.id))),
                    "buildings" => many(places(&data.buildings, "Building", |other| other.grid_id == Some(row.id))),
                    "microGridBuildings" => {
                        many(places(&data.buildings, "Building", |other| other.micro_grid_id == Some(row.id)))
                    }
                    "staff" => many(self.staff(|post| post.grid_id == Some(row.id))),
                    _ => return None,
                }
            }
            "Building" => {
                let row = &data.buildings[row.at];
                match name {
                    "name" => Found::Leaf(row.name.clone().into()),
                    "community" => self.region_of(row.community_code),
                    "compound" => self.one("Compound", row.compound_id),
                    "grid" => self.one("Grid", row.grid_id),
                    "microGrid" => self.one("Grid", row.micro_grid_id),
                    "leaders" => many(self.leaders(row.id)),
                    _ => return None,
                }
            }
            _ => {
                let row = &data.organisations[row.at];
                match name {
                    "name" => Found::Leaf(row.name.clone().into()),
                    "kind" => Found::Leaf(word(row.kind)),
                    "region" => self.region_of(row.region_code),
                    _ => return None,
                }
            }
        })
    }

    fn leaders(&self, building: Uuid) -> Vec<Row> {
        places(&self.eye.data.appointments, "Appointment", |post| {
            post.building_id == Some(building)
                && post.kind == AppointmentKind::BuildingLeader
                && self.eye.holds_today(post)
        })
    }

    pub fn has_leader(&self, at: usize) -> bool {
        !self.leaders(self.eye.data.buildings[at].id).is_empty()
    }

    fn group(&self, row: Row, name: &str) -> Option<Found> {
        let data = &self.eye.data;
        Some(match row.of {
            "LinkageGroup" => {
                let row = &data.groups[row.at];
                match name {
                    "name" => Found::Leaf(row.name.clone().into()),
                    "kind" => Found::Leaf(word(row.kind)),
                    "status" => Found::Leaf(word(row.status)),
                    "createdAt" => Found::Leaf(moment(row.created_at)),
                    "activatedAt" => Found::Leaf(moment_if(row.activated_at)),
                    "dissolvedAt" => Found::Leaf(moment_if(row.dissolved_at)),
                    "revision" => Found::Leaf(revision::show(&self.vault, row.id, row.revision).into()),
                    "community" => self.region_of(row.community_code),
                    "convenor" => self.one("Party", row.convenor_party_id),
                    "parties" => many(places(&data.parties, "Party", |other| other.group_id == row.id)),
                    _ => return None,
                }
            }
            "Party" => {
                let row = &data.parties[row.at];
                match name {
                    "name" => Found::Leaf(row.name.clone().into()),
                    "kind" => Found::Leaf(word(row.kind)),
                    "createdAt" => Found::Leaf(moment(row.created_at)),
                    "vacancyReason" => Found::Leaf(json!(row.vacancy_reason)),
                    "vacancyUntil" => Found::Leaf(json!(row.vacancy_until)),
                    "vacancyActingParty" => self.one("Party", row.vacancy_acting_party_id),
                    "group" => self.one("LinkageGroup", row.group_id),
                    "seats" => many(places(&data.seats, "PartySeat", |other| other.party_id == row.id)),
                    "representatives" => many(places(&data.appointments, "Appointment", |post| {
                        post.party_id == Some(row.id) && post.kind != AppointmentKind::Resident
                    })),
                    _ => return None,
                }
            }
            _ => {
                let row = &data.seats[row.at];
                let covered = |id: Uuid| data.covers.iter().any(|one| (one.seat_id, one.compound_id) == (row.id, id));
                match name {
                    "startedOn" => Found::Leaf(json!(row.started_on)),
                    "endedOn" => Found::Leaf(json!(row.ended_on)),
                    "party" => self.one("Party", row.party_id),
                    "group" => self.one("LinkageGroup", row.group_id),
                    "organisation" => self.one("Organisation", row.organisation_id),
                    "compounds" => many(places(&data.compounds, "Compound", |other| covered(other.id))),
                    _ => return None,
                }
            }
        })
    }

    fn appointment(&self, at: usize, name: &str) -> Option<Found> {
        let row = &self.eye.data.appointments[at];
        Some(match name {
            "kind" => Found::Leaf(word(row.kind)),
            "role" => Found::Leaf(word(row.role)),
            "identity" => Found::Leaf(word_if(row.identity)),
            "selectedBy" => Found::Leaf(word_if(row.selected_by)),
            "startedOn" => Found::Leaf(json!(row.started_on)),
            "endedOn" => Found::Leaf(json!(row.ended_on)),
            "label" => Found::Leaf(format!("{} · {}", row.kind.en(), self.place_of(row)).into()),
            "revision" => Found::Leaf(revision::show(&self.vault, row.id, row.revision).into()),
            "person" => self.one("Person", row.user_id),
            "region" => self.region_of(row.region_code),
            "organisation" => self.one("Organisation", row.organisation_id),
            "group" => self.one("LinkageGroup", row.group_id),
            "party" => self.one("Party", row.party_id),
            "grid" => self.one("Grid", row.grid_id),
            "building" => self.one("Building", row.building_id),
            _ => return None,
        })
    }

    /// The name of what a post is in.
    fn place_of(&self, row: &appointment::Model) -> &str {
        let data = &self.eye.data;
        let party = data.parties.iter().find(|party| Some(party.id) == row.party_id).map(|party| &party.name);
        let grid = data.grids.iter().find(|grid| Some(grid.id) == row.grid_id).map(|grid| &grid.name);
        let house = data.buildings.iter().find(|house| Some(house.id) == row.building_id).map(|house| &house.name);
        let region = data.regions.iter().find(|region| region.code == row.region_code).map(|region| &region.name);
        party.or(grid).or(house).or(region).unwrap()
    }

    fn viewer(&self, at: usize, name: &str) -> Option<Found> {
        use TaskStatus::{Acknowledged, Assigned, ReturnRequested, Submitted, Unread};
        let (data, viewer) = (&self.eye.data, &self.eye.viewer);
        Some(match name {
            "name" => Found::Leaf(data.users[at].name.clone().into()),
            "username" => Found::Leaf(data.users[at].username.clone().into()),
            "role" => Found::Leaf(word(viewer.role)),
            "scopes" => Found::Leaf(viewer.scopes.iter().map(Scope::name).collect()),
            "post" => self.one("Appointment", viewer.post),
            "posts" => many(places(&data.appointments, "Appointment", |post| {
                post.user_id == viewer.user && self.eye.holds_today(post)
            })),
            "region" => self.region_of(viewer.region),
            "tasks" => many(places(&data.tasks, "DispositionTask", |task| {
                let own = if viewer.role == Role::GridWorker {
                    self.eye.own_grid(task.grid_id)
                } else {
                    Some(task.organisation_id) == viewer.organisation
                };
                own && [Assigned, Acknowledged, Submitted, ReturnRequested, Unread].contains(&task.status)
            })),
            "disclosures" => many(places(&data.disclosures, "Disclosure", |row| row.subject_id == Some(viewer.user))),
            "whistleCalls" => many(places(&data.calls, "WhistleCall", |call| {
                let open = [WhistleCallStatus::Called, WhistleCallStatus::ReportedIn].contains(&call.status);
                Some(call.organisation_id) == viewer.organisation && open
            })),
            "mediations" => many(places(&data.mediations, "Mediation", |row| self.eye.inside(row))),
            "inbox" => many(self.all("InboxItem")),
            "notifications" => many(self.all("Notification")),
            "subjectRequests" => {
                many(places(&data.subject_requests, "SubjectRequest", |row| row.person_id == Some(viewer.user)))
            }
            _ => return None,
        })
    }

    fn problem(&self, at: usize, name: &str) -> Option<Found> {
        let (eye, data) = (&self.eye, &self.eye.data);
        let row = &data.problems[at];
        let (summary, report) = (eye.summary(row), eye.report(row));
        Some(match name {
            "number" => Found::Leaf(row.number.clone().into()),
            "title" => {
                let first: Option<String> = row.report.lines().next().map(|line| line.chars().take(60).collect());
                let title = row.title.clone().or(first.filter(|_| report));
                Found::Leaf(only(summary, json!(title)))
            }
            "report" => Found::Leaf(only(report, row.report.clone())),
            "place" => Found::Leaf(only(report, json!(row.place))),
            "summary" => Found::Leaf(only(summary, json!(row.summary))),
            "publicSummary" => Found::Leaf(json!(row.public_summary)),
            "reply" => Found::Leaf(only(report, json!(row.reply))),
            "reason" => Found::Leaf(only(eye.reason(row), json!(row.reason))),
            "otherChannel" => Found::Leaf(only(summary, json!(row.other_channel))),
            "outcome" => Found::Leaf(word_if(row.outcome)),
            "referredTo" => Found::Leaf(only(summary, json!(row.referred_to))),
            "status" => Found::Leaf(word(row.status)),
            "open" => Found::Leaf(is_open(row).into()),
            "domain" => Found::Leaf(word_if(row.domain)),
            "nature" => Found::Leaf(word_if(row.nature)),
            "complexity" => Found::Leaf(only(summary, word_if(row.complexity))),
            "channel" => Found::Leaf(only(summary, word(row.channel))),
            "visibility" => Found::Leaf(word(row.visibility)),
            "urgent" => Found::Leaf(only(summary, row.urgent)),
            "urgentClaimed" => Found::Leaf(only(report, row.urgent_claimed)),
            "supervision" => Found::Leaf(only(summary, word(row.supervision))),
            "escalatedToMeeting" => Found::Leaf(only(summary, row.escalated_to_meeting)),
            "reworkCount" => Found::Leaf(only(summary, row.rework_count)),
            "reopenCount" => Found::Leaf(only(report, row.reopen_count)),
            "reporterCount" => Found::Leaf(only(eye.trusted_office(row), row.reporter_count)),
            "revision" => Found::Leaf(only(summary, revision::show(&self.vault, row.id, row.revision))),
            "allowedActions" => Found::Object(actions::allowed(eye, row)),
            "reporter" => Found::Object(self.reporter(row)),
            "remaining" => {
                let due = row.due_at.filter(|_| summary && is_open(row));
                Found::Object(json!(due.map(|due| remaining(eye.now, due))))
            }
            "returnCount" => Found::Leaf(only(summary, row.return_count)),
            "followed" => Found::Object(self.followed(row)),
            _ => return self.problem_links(row, name).or_else(|| self.problem_times(row, name)),
        })
    }

    fn problem_links(&self, row: &problem::Model, name: &str) -> Option<Found> {
        let (eye, data) = (&self.eye, &self.eye.data);
        let summary = eye.summary(row);
        let among = |party: Uuid| data.concerns.iter().any(|one| (one.problem_id, one.party_id) == (row.id, party));
        Some(match name {
            "group" => self.one("LinkageGroup", row.group_id),
            "community" => self.region_of(row.community_code),
            "compound" => self.one("Compound", row.compound_id),
            "grid" => self.one("Grid", row.grid_id),
            "microGrid" => self.one("Grid", row.micro_grid_id.filter(|_| summary)),
            "building" => self.one("Building", row.building_id.filter(|_| summary)),
            "leadParty" => self.one("Party", row.lead_party_id),
            "accountable" => self.one("Organisation", Some(row.accountable_id).filter(|_| summary)),
            "concerns" => {
                let parties = places(&data.parties, "Party", |party| among(party.id));
                Found::Many(eye.concerns(row).then_some(parties))
            }
            "additions" => many(places(&data.additions, "Addition", |one| one.problem_id == row.id)),
            "followUps" => many(places(&data.follow_ups, "FollowUp", |one| one.problem_id == row.id)),
            "ratings" => many(places(&data.ratings, "Rating", |one| one.problem_id == row.id)),
            "timeline" => many(places(&data.events, "TimelineEntry", |one| one.problem_id == Some(row.id))),
            "disclosures" => many(places(&data.disclosures, "Disclosure", |one| one.problem_id == row.id)),
            "tasks" => many(places(&data.tasks, "DispositionTask", |one| one.problem_id == row.id)),
            "dispositions" => many(places(&data.dispositions, "Disposition", |one| one.problem_id == row.id)),
            "whistles" => many(places(&data.whistles, "Whistle", |one| one.problem_id == Some(row.id))),
            "contactReleases" => many(places(&data.releases, "ContactRelease", |one| one.problem_id == row.id)),
            "visitOffers" => many(places(&data.visits, "VisitOffer", |one| one.problem_id == row.id)),
            "attachments" => many(places(&data.attachments, "Attachment", |one| one.problem_id == row.id)),
            "requests" => many(places(&data.requests, "Request", |one| one.problem_id == row.id)),
            "extensions" => many(places(&data.extensions, "ExtensionRequest", |one| one.problem_id == row.id)),
            "suspensions" => many(places(&data.suspensions, "Suspension", |one| one.problem_id == row.id)),
            "ledgerEntries" => many(places(&data.ledger, "LedgerEntry", |one| one.problem_id == row.id)),
            "supervisions" => many(places(&data.supervisions, "Supervision", |one| one.problem_id == row.id)),
            "mergeReason" => {
                let stands =
                    eye.data.merges.iter().find(|merge| merge.problem_id == row.id && merge.undone_at.is_none());
                Found::Leaf(only(eye.trusted_office(row), json!(stands.map(|merge| &merge.reason))))
            }
            "mergedInto" => self.one("Problem", row.merged_into_id.filter(|_| eye.trusted_office(row))),
            "merged" => {
                let merged = places(&data.problems, "Problem", |one| one.merged_into_id == Some(row.id));
                Found::Many(eye.trusted_office(row).then_some(merged))
            }
            "mediations" => many(places(&data.mediations, "Mediation", |one| one.problem_id == row.id)),
            "redactions" => many(places(&data.redactions, "Redaction", |one| one.problem_id == Some(row.id))),
            _ => return None,
        })
    }

    fn problem_times(&self, row: &problem::Model, name: &str) -> Option<Found> {
        let summary = self.eye.summary(row);
        Some(Found::Leaf(match name {
            "reportedAt" => moment(row.reported_at),
            "acceptedAt" => moment_if(row.accepted_at),
            "dispatchedAt" => moment_if(row.dispatched_at),
            "dueAt" => only(summary, moment_if(row.due_at)),
            "due" => only(summary, moment_if(Some(due(row.due_at)))),
            "closedAt" => moment_if(row.closed_at),
            "overdue" => only(summary, self.overdue(row)),
            "archivedAt" => only(summary, moment_if(row.archived_at)),
            "noticeVersion" => only(self.eye.report(row), json!(row.notice_version)),
            "legalHoldSince" => only(self.eye.trusted_office(row), moment_if(row.held_at)),
            "legalHoldUntil" => only(self.eye.trusted_office(row), json!(row.held_until)),
            "legalHoldReason" => only(self.eye.trusted_office(row), json!(row.hold_reason)),
            "noticeAcceptedAt" => only(self.eye.report(row), moment_if(row.notice_accepted_at)),
            _ => return None,
        }))
    }

    fn release(&self, at: usize, name: &str) -> Option<Found> {
        let row = &self.eye.data.releases[at];
        Some(Found::Leaf(match name {
            "fields" => {
                let told = [(row.name, "NAME"), (row.phone, "PHONE"), (row.address, "ADDRESS")];
                told.into_iter().filter(|(told, _)| *told).map(|(_, field)| field).collect()
            }
            "createdAt" => moment(row.created_at),
            "expiresAt" => moment(row.expires_at),
            "withdrawnAt" => moment_if(row.withdrawn_at),
            "inForce" => (row.withdrawn_at.is_none() && row.expires_at > self.eye.now).into(),
            "party" => return Some(self.one("Party", row.party_id)),
            "organisation" => return Some(self.one("Organisation", row.organisation_id)),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            _ => return None,
        }))
    }

    fn visit(&self, at: usize, name: &str) -> Option<Found> {
        let row = &self.eye.data.visits[at];
        let working = self.eye.data.tasks.iter().any(|task| task.id == row.task_id && task.ended_at.is_none());
        let meets = self.eye.offers(row) && working
            || self.eye.above_of(row.problem_id).is_some_and(|one| self.eye.reporter(one));
        Some(Found::Leaf(match name {
            "status" if row.status == VisitStatus::Offered && row.lapses_at <= self.eye.now => "LAPSED".into(),
            "status" => word(row.status),
            "place" => word(row.place),
            "message" => json!(row.message),
            // The world's offers have one time, an hour long.
            "slots" => {
                let (from, to) = (moment(row.lapses_at), moment(row.lapses_at + chrono::TimeDelta::hours(1)));
                return Some(Found::Object(json!([{ "from": from, "to": to }])));
            }
            "chosenFrom" => moment_if(row.chosen_from),
            "chosenTo" => moment_if(row.chosen_to),
            "codeWord" => only(meets, json!(row.code_word)),
            "createdAt" => moment(row.created_at),
            "lapsesAt" => moment(row.lapses_at),
            "endedAt" => moment_if(row.ended_at),
            "revision" => revision::show(&self.vault, row.id, row.revision).into(),
            "task" => return Some(self.one("DispositionTask", row.task_id)),
            "party" => return Some(self.one("Party", row.party_id)),
            "organisation" => return Some(self.one("Organisation", row.organisation_id)),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            _ => return None,
        }))
    }

    /// What came of the problem that it leads to: for its reporter, and the office that decides on both.
    fn followed(&self, row: &problem::Model) -> Value {
        let told = |other: &problem::Model| {
            let office = |one| self.eye.problem(one) && self.eye.trusted_office(one);
            self.eye.reporter(row) || (office(row) && office(other))
        };
        let target = self.eye.data.problems.iter().find(|other| Some(other.id) == row.follows_id);
        let target = target.filter(|other| told(other));
        target.map_or(Value::Null, |target| {
            json!({
                "status": word(target.status), "outcome": word_if(target.outcome), "reply": target.reply,
                "closedAt": moment_if(target.closed_at),
            })
        })
    }

    pub fn overdue(&self, row: &problem::Model) -> bool {
        is_open(row) && row.due_at.is_some_and(|at| at < self.eye.now)
    }

    fn reporter(&self, row: &problem::Model) -> Value {
        let open = |column: &str, sealed: &Option<Vec<u8>>| self.vault.open_text(column, sealed.as_ref()?);
        let name = open("problem.reporter_name", &row.reporter_name);
        let phone = open("problem.reporter_phone", &row.reporter_phone);
        let address = open("problem.reporter_address", &row.reporter_address);
        if self.eye.data.erased(row) && (self.eye.reporter(row) || self.eye.contact(row)) {
            json!({ "state": "ERASED", "name": null, "phone": null, "address": null })
        } else if self.eye.reporter(row) {
            json!({ "state": "VISIBLE", "name": name, "phone": phone, "address": address })
        } else if self.eye.contact(row) {
            // 王小明 and 13812341234, as the world has them.
            let told = |field| self.eye.contact_field(row, field);
            let name = name.filter(|_| told(ContactField::Name)).map(|_| "王*");
            let phone = phone.filter(|_| told(ContactField::Phone)).map(|_| "138****1234");
            json!({ "state": "MASKED", "name": name, "phone": phone, "address": null })
        } else {
            json!({ "state": "WITHHELD", "name": null, "phone": null, "address": null })
        }
    }

    fn record(&self, row: Row, name: &str) -> Option<Found> {
        let (eye, data) = (&self.eye, &self.eye.data);
        let (problem, created_at) = match row.of {
            "Addition" => (data.additions[row.at].problem_id, data.additions[row.at].created_at),
            "FollowUp" => (data.follow_ups[row.at].problem_id, data.follow_ups[row.at].created_at),
            "Rating" => (data.ratings[row.at].problem_id, data.ratings[row.at].created_at),
            _ => (data.disclosures[row.at].problem_id, data.disclosures[row.at].created_at),
        };
        match name {
            "createdAt" => return Some(Found::Leaf(moment(created_at))),
            "problem" => return Some(self.one("Problem", problem)),
            _ => {}
        }
        let trusted = eye.above_of(problem).is_some_and(|problem| eye.trusted(problem));
        Some(Found::Leaf(match (row.of, name) {
            ("Addition", "content") => data.additions[row.at].content.clone().into(),
            ("FollowUp", "method") => word(data.follow_ups[row.at].method),
            ("FollowUp", "reached") => data.follow_ups[row.at].reached.into(),
            ("FollowUp", "satisfaction") => word_if(data.follow_ups[row.at].satisfaction),
            ("FollowUp", "note") => only(trusted, json!(data.follow_ups[row.at].note)),
            ("Rating", "satisfaction") => word(data.ratings[row.at].satisfaction),
            ("Rating", "comment") => json!(data.ratings[row.at].comment),
            ("Disclosure", "fields") => data.disclosures[row.at].fields.clone(),
            ("Disclosure", "purpose") => data.disclosures[row.at].purpose.clone().into(),
            ("Disclosure", "actorRole") => word(data.disclosures[row.at].viewer_role),
            ("Disclosure", "actorParty") => return Some(self.one("Party", data.disclosures[row.at].viewer_party_id)),
            _ => return None,
        }))
    }

    fn event(&self, row: Row, name: &str) -> Option<Found> {
        let (eye, data) = (&self.eye, &self.eye.data);
        let audit = row.of == "AuditEntry";
        let row = &data.events[row.at];
        let kind = *Kind::ALL.iter().find(|kind| kind.name() == row.kind).unwrap();
        let sight = if audit { Sight::Seen } else { eye.sight(row) };
        let (faced, veiled) = (sight == Sight::Seen, sight == Sight::Veiled);
        let problem = data.problems.iter().find(|problem| Some(problem.id) == row.problem_id);
        let told = row.actor_id == Some(eye.viewer.user) || !problem.is_some_and(|one| eye.concerned(one));
        let acted = if audit { told } else { faced };
        Some(Found::Leaf(match name {
            "type" => if veiled { "problem.changed" } else { kind.name() }.into(),
            "text" if veiled => "the community changed the state".into(),
            // The world's events carry a domain and an outcome, or nothing.
            "text" if row.data.get("domain").is_some() => format!("{} (safety, solved)", kind.en()).into(),
            "text" => kind.en().into(),
            "at" => moment(row.occurred_at),
            "actorRole" => only(acted, word_if(row.actor_role)),
            "actorParty" => return Some(self.one("Party", row.actor_party_id.filter(|_| acted))),
            "actorName" => {
                let named = [Role::Secretary, Role::StreetCoordinator].contains(&eye.viewer.role);
                let is = |person: Option<Uuid>| person.is_some() && person == row.actor_id;
                let source = problem.is_some_and(|one| {
                    let withheld = !eye.reporter(one) && !eye.contact(one);
                    is(one.reporter_id) || is(one.recorded_by_id) && withheld
                });
                let name = data.users.iter().find(|user| Some(user.id) == row.actor_id).map(|user| user.name.clone());
                let of_mediation = super::privacy::in_circle(&row.kind);
                only(faced && told && named && !source && !of_mediation, json!(name))
            }
            "subject" => TypeId(kind.subject(), row.subject_id).to_string().into(),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            _ => return None,
        }))
    }

    fn task(&self, at: usize, name: &str) -> Option<Found> {
        let eye = &self.eye;
        let row = &eye.data.tasks[at];
        let own = Some(row.organisation_id) == eye.viewer.organisation;
        let words = own || eye.above_of(row.problem_id).is_some_and(|problem| eye.words(problem));
        Some(Found::Leaf(match name {
            "role" => word(row.role),
            "status" => word(row.status),
            "instruction" => only(words, json!(row.instruction)),
            "feedback" => only(words, json!(row.feedback)),
            "endReason" => only(words, json!(row.end_reason)),
            "assignedAt" => moment(row.assigned_at),
            "dueAt" => moment_if(row.due_at),
            "due" => moment(due(row.due_at)),
            "acknowledgedAt" => moment_if(row.acknowledged_at),
            "submittedAt" => moment_if(row.submitted_at),
            "endedAt" => moment_if(row.ended_at),
            "overdue" => self.task_overdue(row).into(),
            "remaining" => {
                use TaskStatus::{Acknowledged, Assigned, ReturnRequested};
                let due = row.due_at.filter(|_| [Assigned, Acknowledged, ReturnRequested].contains(&row.status));
                return Some(Found::Object(json!(due.map(|due| remaining(eye.now, due)))));
            }
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "party" => return Some(self.one("Party", row.party_id)),
            "organisation" => return Some(self.one("Organisation", row.organisation_id)),
            "grid" => return Some(self.one("Grid", row.grid_id)),
            _ => return None,
        }))
    }

    pub fn task_overdue(&self, row: &disposition_task::Model) -> bool {
        use TaskStatus::{Acknowledged, Assigned, ReturnRequested};
        let waits = [Assigned, Acknowledged, ReturnRequested].contains(&row.status);
        waits && row.due_at.is_some_and(|at| at < self.eye.now)
    }

    fn disposition(&self, at: usize, name: &str) -> Option<Found> {
        let eye = &self.eye;
        let row = &eye.data.dispositions[at];
        let may = |rule: fn(&Eye, &problem::Model) -> bool| {
            eye.above_of(row.problem_id).is_some_and(|problem| rule(eye, problem))
        };
        Some(Found::Leaf(match name {
            "action" => word(row.action),
            "content" => only(may(Eye::words), row.content.clone()),
            "internalNote" => only(may(Eye::trusted), json!(row.internal_note)),
            "reply" => only(may(Eye::report), json!(row.reply)),
            "quantity" => {
                let quantity = row.quantity_value.map(|value| {
                    json!({ "value": value, "unit": word_if(row.quantity_unit), "precision": word_if(row.quantity_precision) })
                });
                return Some(Found::Object(json!(quantity)));
            }
            "createdAt" => moment(row.created_at),
            "attachments" => {
                let files = &eye.data.attachments;
                return Some(many(places(files, "Attachment", |one| one.disposition_id == Some(row.id))));
            }
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "task" => return Some(self.one("DispositionTask", row.task_id)),
            "party" => return Some(self.one("Party", row.party_id)),
            "organisation" => return Some(self.one("Organisation", row.organisation_id)),
            _ => return None,
        }))
    }

    fn whistle(&self, at: usize, name: &str) -> Option<Found> {
        let (eye, data) = (&self.eye, &self.eye.data);
        let row = &data.whistles[at];
        Some(Found::Leaf(match name {
            "grounds" => word(row.grounds),
            "summary" => row.summary.clone().into(),
            "place" => json!(row.place),
            "status" => word(row.status),
            "open" => [WhistleStatus::Raised, WhistleStatus::Responding].contains(&row.status).into(),
            "raisedAt" => moment(row.raised_at),
            "raisedByRole" => word(row.raised_by_role),
            "dueAt" => moment(row.due_at),
            "endedAt" => moment_if(row.ended_at),
            "reason" => json!(row.reason),
            "revision" => revision::show(&self.vault, row.id, row.revision).into(),
            "overdue" => self.whistle_overdue(row).into(),
            "allowedActions" => return Some(Found::Object(actions::of_whistle(eye, row))),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "group" => return Some(self.one("LinkageGroup", row.group_id)),
            "community" => return Some(self.region_of(row.community_code)),
            "compound" => return Some(self.one("Compound", row.compound_id)),
            "grid" => return Some(self.one("Grid", row.grid_id)),
            "microGrid" => return Some(self.one("Grid", row.micro_grid_id)),
            "building" => return Some(self.one("Building", row.building_id)),
            "raisedBy" => return Some(self.one("Person", Some(row.raised_by).filter(|_| eye.whistle_names(row)))),
            "calls" => return Some(many(places(&data.calls, "WhistleCall", |call| call.whistle_id == row.id))),
            _ => return None,
        }))
    }

    pub fn whistle_overdue(&self, row: &whistle::Model) -> bool {
        self.eye.data.calls.iter().any(|call| call.whistle_id == row.id && self.call_overdue(call))
    }

    pub fn call_overdue(&self, row: &whistle_call::Model) -> bool {
        row.status == WhistleCallStatus::Called && row.due_at < self.eye.now
    }

    /// Whether a whistle calls one of some parties (by id).
    pub fn calls_one(&self, row: &whistle::Model, among: impl Fn(&str) -> bool) -> bool {
        let calls = self.eye.data.calls.iter().filter(|call| call.whistle_id == row.id);
        calls.into_iter().any(|call| among(&TypeId(prefix::PARTY, call.party_id).to_string()))
    }

    fn call(&self, at: usize, name: &str) -> Option<Found> {
        let eye = &self.eye;
        let row = &eye.data.calls[at];
        let whistle = eye.whistle_of(row).unwrap();
        let own = Some(row.organisation_id) == eye.viewer.organisation;
        let near = own || eye.whistle_office(whistle) || eye.whistle_ground(whistle);
        let named = own || eye.whistle_names(whistle);
        Some(Found::Leaf(match name {
            "status" => word(row.status),
            "calledAt" => moment(row.called_at),
            "dueAt" => moment(row.due_at),
            "revision" => revision::show(&self.vault, row.id, row.revision).into(),
            "overdue" => self.call_overdue(row).into(),
            "late" => row.reported_in_at.is_some_and(|at| at > row.due_at).into(),
            "reportedInAt" => moment_if(row.reported_in_at),
            "place" => json!(row.place),
            "latitudeMicrodegrees" => only(near, json!(row.latitude_microdegrees)),
            "longitudeMicrodegrees" => only(near, json!(row.longitude_microdegrees)),
            "doneAt" => moment_if(row.done_at),
            "note" => json!(row.note),
            "excusedAt" => moment_if(row.excused_at),
            "reason" => json!(row.reason),
            "whistle" => return Some(self.one("Whistle", row.whistle_id)),
            "party" => return Some(self.one("Party", row.party_id)),
            "organisation" => return Some(self.one("Organisation", row.organisation_id)),
            "reportedInBy" => return Some(self.one("Person", row.reported_in_by.filter(|_| named))),
            "doneBy" => return Some(self.one("Person", row.done_by.filter(|_| named))),
            _ => return None,
        }))
    }

    fn attachment(&self, at: usize, name: &str) -> Option<Found> {
        let eye = &self.eye;
        let row = &eye.data.attachments[at];
        let told = eye.above_of(row.problem_id).is_some_and(|problem| eye.report(problem));
        Some(Found::Leaf(match name {
            "kind" => word(row.kind),
            "status" => word(row.status),
            "name" => row.name.clone().into(),
            // As the world has it.
            "fileName" => only(told && row.file_name.is_some(), "given.jpg"),
            "contentType" => match row.file_type {
                FileType::Jpeg => "image/jpeg",
                FileType::Png => "image/png",
                FileType::Pdf => "application/pdf",
            }
            .into(),
            "bytes" => row.bytes.into(),
            "sha256" => "07".repeat(32).into(),
            "createdAt" => moment(row.created_at),
            "withdrawnAt" => moment_if(row.withdrawn_at),
            "uploadedByRole" => word(row.uploaded_by_role),
            "uploadedByParty" => return Some(self.one("Party", row.uploaded_by_party_id)),
            "link" => {
                let until = eye.now + TimeDelta::minutes(5);
                let link = row.withdrawn_at.is_none().then(|| {
                    let url = link::make(&self.vault, link::Purpose::Read, row.id, &eye.viewer, until);
                    json!({ "url": url, "expiresAt": moment(until) })
                });
                return Some(Found::Object(json!(link)));
            }
            "original" => return Some(self.one("Attachment", row.original_id)),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "addition" => return Some(self.one("Addition", row.addition_id)),
            "disposition" => return Some(self.one("Disposition", row.disposition_id)),
            _ => return None,
        }))
    }

    fn request(&self, at: usize, name: &str) -> Option<Found> {
        let row = &self.eye.data.requests[at];
        Some(Found::Leaf(match name {
            "kind" => word(row.kind),
            "status" => word(row.status),
            "reason" => row.reason.clone().into(),
            "askedAt" => moment(row.asked_at),
            "lapsesAt" => moment_if(row.lapses_at),
            "decidedAt" => moment_if(row.decided_at),
            "decision" => json!(row.decision),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "task" => return Some(self.one("DispositionTask", row.task_id)),
            "suggestedParty" => return Some(self.one("Party", row.suggested_party_id)),
            "askedByParty" => return Some(self.one("Party", row.asked_party_id)),
            _ => return None,
        }))
    }

    fn extension(&self, at: usize, name: &str) -> Option<Found> {
        let row = &self.eye.data.extensions[at];
        Some(Found::Leaf(match name {
            "status" => word(row.status),
            "reason" => row.reason.clone().into(),
            "formerDueAt" => moment(row.due_at),
            "askedUntil" => moment(row.asked_until),
            "grantedUntil" => moment_if(row.granted_until),
            "askedAt" => moment(row.asked_at),
            "decidedAt" => moment_if(row.decided_at),
            "decision" => json!(row.decision),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "task" => return Some(self.one("DispositionTask", row.task_id)),
            _ => return None,
        }))
    }

    fn suspension(&self, at: usize, name: &str) -> Option<Found> {
        let row = &self.eye.data.suspensions[at];
        Some(Found::Leaf(match name {
            "status" => word(row.status),
            "reason" => row.reason.clone().into(),
            "askedUntilOn" => json!(row.asked_until),
            "grantedUntilOn" => json!(row.granted_until),
            "askedAt" => moment(row.asked_at),
            "decidedAt" => moment_if(row.decided_at),
            "decision" => json!(row.decision),
            "resumedAt" => moment_if(row.resumed_at),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "task" => return Some(self.one("DispositionTask", row.task_id)),
            _ => return None,
        }))
    }

    fn entry(&self, at: usize, name: &str) -> Option<Found> {
        let row = &self.eye.data.ledger[at];
        Some(Found::Leaf(match name {
            "reason" => row.reason.clone().into(),
            "reviewOn" => json!(row.review_on),
            "carriedAt" => moment(row.carried_at),
            "reviewedAt" => moment_if(row.reviewed_at),
            "endedAt" => moment_if(row.ended_at),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "owner" => return Some(self.one("Organisation", row.owner_id)),
            _ => return None,
        }))
    }

    fn supervision(&self, at: usize, name: &str) -> Option<Found> {
        let eye = &self.eye;
        let row = &eye.data.supervisions[at];
        // Why, and who proposed it: for those above.
        let why = eye.above_of(row.problem_id).is_some_and(|problem| eye.oversees(problem));
        Some(Found::Leaf(match name {
            "level" => word(row.level),
            "grounds" => word(row.grounds),
            "status" => word(row.status),
            "reason" => only(why, json!(row.reason)),
            "proposedAt" => moment(row.proposed_at),
            "proposedByRole" => only(why, word_if(row.proposed_role)),
            "raisedAt" => moment_if(row.raised_at),
            "raisedByRole" => word_if(row.raised_role),
            "endedAt" => moment_if(row.ended_at),
            "endedByRole" => word_if(row.ended_role),
            "endReason" => only(why, json!(row.end_reason)),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            _ => return None,
        }))
    }

    /// Whether a problem's complaint is told to the viewer and is of one of some parties (by id).
    pub fn complained_of(&self, row: &problem::Model, among: impl Fn(&str) -> bool) -> (bool, bool) {
        let told = self.eye.report(row) || (self.eye.summary(row) && !confidential(row));
        let concerns = self.eye.data.concerns.iter().filter(|one| one.problem_id == row.id);
        let mut parties = concerns.map(|one| TypeId(prefix::PARTY, one.party_id).to_string());
        (told, parties.any(|party| among(&party)))
    }
}

pub fn many(rows: Vec<Row>) -> Found {
    Found::Many(Some(rows))
}

/// The due time for ordering.
pub fn due(at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    at.unwrap_or_else(|| "9999-12-31T00:00:00Z".parse().unwrap())
}
