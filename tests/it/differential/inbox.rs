//! What waits for a person and what they were told of, in words: a row is there for each post of the person that would
//! see it among its own open tasks and calls, or the requests it answers, if it were the one acted in.

use entity::word::*;
use entity::*;
use liufang::policy::{Viewer, scopes_of};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fields::{Fields, Found, moment, moment_if, word};
use super::rules::Eye;
use crate::support::world::{Data, level};

/// Something open, and a post of its organisation or grid.
pub struct Waiting {
    pub id: Uuid,
    pub kind: InboxKind,
    /// The place of the task or call among its kind.
    at: usize,
    post: Uuid,
    /// Whether the viewer may read it.
    seen: bool,
}

const OPEN: [TaskStatus; 3] = [TaskStatus::Assigned, TaskStatus::Acknowledged, TaskStatus::Unread];

/// The latter halves of two ids.
fn joined(post: Uuid, of: Uuid) -> Uuid {
    let bytes = [&post.as_bytes()[8..], &of.as_bytes()[8..]].concat();
    Uuid::from_slice(&bytes).unwrap()
}

/// Everything open, with each post of its organisation or grid.
pub fn waiting(eye: &Eye) -> Vec<Waiting> {
    let data = &eye.data;
    let mut found = vec![];
    for post in &data.appointments {
        let own = (post.user_id == eye.viewer.user && eye.holds_today(post)).then(|| within(data, post));
        let seat = |id: Uuid| data.seats.iter().find(|seat| seat.id == id).unwrap().organisation_id;
        let there = |organisation: Uuid| post.organisation_id == Some(organisation);
        for (at, task) in data.tasks.iter().enumerate().filter(|(_, task)| OPEN.contains(&task.status)) {
            let grid = data.grids.iter().find(|grid| Some(grid.id) == task.grid_id);
            let in_grid = grid.is_some_and(|grid| {
                post.grid_id == Some(grid.id) || (grid.parent_id.is_some() && post.grid_id == grid.parent_id)
            });
            if in_grid || (there(task.organisation_id) && there(seat(task.seat_id))) {
                let seen = own.as_ref().is_some_and(|own| waits_in(own, task));
                found.push(Waiting { id: joined(post.id, task.id), kind: InboxKind::Task, at, post: post.id, seen });
            }
        }
        for (at, call) in data.calls.iter().enumerate() {
            let open = [WhistleCallStatus::Called, WhistleCallStatus::ReportedIn].contains(&call.status);
            if open && there(call.organisation_id) && there(seat(call.seat_id)) {
                let seen = own.as_ref().is_some_and(|own| {
                    let whistle = own.whistle_of(call).unwrap();
                    own.covers(call.community_code) && own.own_calls(whistle).iter().any(|one| one.id == call.id)
                });
                found.push(Waiting { id: joined(post.id, call.id), kind: InboxKind::Whistle, at, post: post.id, seen });
            }
        }
        for (at, asked) in data.subject_requests.iter().enumerate() {
            let open = asked.status == SubjectRequestStatus::Received && asked.person_id != Some(post.user_id);
            let parts = match level(post.region_code) {
                RegionLevel::Community => Some(1),
                RegionLevel::Street => Some(1_000),
                RegionLevel::County => Some(1_000_000),
                RegionLevel::City => None,
            };
            if open && parts.is_some_and(|part| asked.community_code / part == post.region_code / part) {
                let (id, kind) = (joined(post.id, asked.id), InboxKind::SubjectRequest);
                found.push(Waiting {
                    id,
                    kind,
                    at,
                    post: post.id,
                    seen: own.as_ref().is_some_and(|own| own.answers(asked)),
                });
            }
        }
    }
    found
}

/// The same person, acting in a post.
fn within(data: &Data, post: &appointment::Model) -> Eye {
    let viewer = Viewer {
        user: post.user_id,
        post: post.id,
        region: post.region_code,
        level: level(post.region_code),
        organisation: post.organisation_id,
        group: post.group_id,
        party: post.party_id,
        grid: post.grid_id,
        ..Viewer::nobody(post.role, scopes_of(post.role))
    };
    Eye::of(data.clone(), viewer)
}

/// Whether a task can be acted on in the post: by a party's people through a seat it holds, by a grid's workers.
fn waits_in(own: &Eye, task: &disposition_task::Model) -> bool {
    let readable = own.below(task.community_code, task.problem_id, |problem| own.summary(problem));
    let problem = own.data.problems.iter().find(|problem| problem.id == task.problem_id).unwrap();
    let acts = match own.viewer.role {
        Role::GridWorker => own.own_grid(task.grid_id),
        Role::Supervisor | Role::GridHelper | Role::Resident => false,
        Role::StreetCoordinator
        | Role::Secretary
        | Role::Police
        | Role::CityManagement
        | Role::Lawyer
        | Role::PropertyManager
        | Role::OwnerRepresentative
        | Role::PartyMember
        | Role::Partner => own.own_tasks(problem).any(|one| one.id == task.id),
    };
    readable && acts
}

/// One's own, of the person or of a post held today.
pub fn told(eye: &Eye, row: &notification::Model) -> bool {
    let held =
        row.post_id.is_none_or(|post| eye.data.appointments.iter().any(|one| one.id == post && eye.holds_today(one)));
    row.user_id == eye.viewer.user && held
}

impl Fields {
    pub fn sees_waiting(&self, at: usize) -> bool {
        self.inbox[at].seen
    }

    pub fn waiting_due(&self, at: usize) -> Option<chrono::DateTime<chrono::Utc>> {
        let row = &self.inbox[at];
        match row.kind {
            InboxKind::Task => self.eye.data.tasks[row.at].due_at,
            InboxKind::Whistle => Some(self.eye.data.calls[row.at].due_at),
            InboxKind::SubjectRequest => Some(self.eye.data.subject_requests[row.at].due_at),
        }
    }

    pub fn waiting(&self, at: usize, name: &str) -> Option<Found> {
        let (data, row) = (&self.eye.data, &self.inbox[at]);
        let due = self.waiting_due(at);
        let (problem, since) = match row.kind {
            InboxKind::Task => (Some(data.tasks[row.at].problem_id), data.tasks[row.at].assigned_at),
            InboxKind::Whistle => (None, data.calls[row.at].called_at),
            InboxKind::SubjectRequest => {
                (data.subject_requests[row.at].problem_id, data.subject_requests[row.at].asked_at)
            }
        };
        Some(match name {
            "kind" => Found::Leaf(word(row.kind)),
            "number" => {
                let problem = problem.and_then(|id| data.problems.iter().find(|one| one.id == id));
                Found::Leaf(json!(problem.map(|problem| &problem.number)))
            }
            "dueAt" => Found::Leaf(moment_if(due)),
            "overdue" => Found::Leaf(due.is_some_and(|due| due < self.eye.now).into()),
            "createdAt" => Found::Leaf(moment(since)),
            "post" => self.one("Appointment", row.post),
            _ => return None,
        })
    }

    pub fn notification(&self, at: usize, name: &str) -> Option<Found> {
        let row = &self.eye.data.notifications[at];
        Some(match name {
            "kind" => Found::Leaf(word(row.kind)),
            "number" => Found::Leaf(json!(row.number)),
            "dueAt" => Found::Leaf(moment_if(row.due_at)),
            "createdAt" => Found::Leaf(moment(row.created_at)),
            "readAt" => Found::Leaf(moment_if(row.read_at)),
            "text" => Found::Object(text(row)),
            "post" => self.one("Appointment", row.post_id),
            _ => return None,
        })
    }
}

fn text(row: &notification::Model) -> Value {
    let due = row.due_at.map(|due| (due + chrono::TimeDelta::hours(8)).format("%F %H:%M").to_string());
    let end = |before: &str| due.as_ref().map_or(String::new(), |due| format!("{before}{due}"));
    let begin = |after: &str| row.number.as_ref().map_or(String::new(), |number| format!("{number}{after}"));
    json!({
        "zh": format!("{}{}{}", begin(" "), row.kind.zh(), end("，时限 ")),
        "en": format!("{}{}{}", begin(": "), row.kind.en(), end("; due ")),
    })
}
