//! Redactions, legal holds, requests about one's data: written apart from the server's.

use entity::word::*;
use entity::*;
use liufang::id::{Prefix, TypeId};
use liufang::read::revision;
use serde_json::json;

use super::fields::{Fields, Found, moment, moment_if, only, word, word_if};
use super::rules::Eye;

/// The kinds of events that are told to the office alone, or to nobody, and never with a name.
pub fn in_circle(kind: &str) -> bool {
    ["mediation.", "redaction.", "legalHold.", "subjectRequest."].iter().any(|of| kind.starts_with(of))
}

/// Those that nobody is told of but who did it.
pub fn one_s_own(kind: &str) -> bool {
    ["subjectRequest.", "upload.", "notifications."].iter().any(|of| kind.starts_with(of))
}

impl Eye {
    /// Whether an event of no problem may be told of: never what people do as residents, send, read, or ask about
    /// themselves.
    pub fn told_of_alone(&self, row: &event::Model) -> bool {
        let office = self.is(&[Role::Secretary, Role::StreetCoordinator]) || !in_circle(&row.kind);
        row.actor_role != Some(Role::Resident) && !one_s_own(&row.kind) && office
    }

    fn keeps(&self, community: i64) -> bool {
        self.is(&[Role::Secretary, Role::StreetCoordinator]) && self.covers(community)
    }

    pub fn redaction(&self, row: &redaction::Model) -> bool {
        let Some(problem) = row.problem_id else { return self.keeps(row.community_code) };
        self.below(row.community_code, problem, |above| {
            let done = row.status == RedactionStatus::Done;
            let missed = match row.audience {
                RedactionAudience::Shared => self.report(above) || self.summary(above),
                RedactionAudience::Report => self.report(above),
                RedactionAudience::Office => false,
            };
            self.trusted_office(above) || done && missed
        })
    }

    pub fn answers(&self, row: &subject_request::Model) -> bool {
        let others = row.person_id != Some(self.viewer.user);
        others
            && match row.problem_id {
                None => self.keeps(row.community_code),
                Some(id) => self.below(row.community_code, id, |above| self.trusted_office(above)),
            }
    }

    pub fn subject_request(&self, row: &subject_request::Model) -> bool {
        row.person_id == Some(self.viewer.user) || self.answers(row)
    }

    pub fn request_late(&self, row: &subject_request::Model) -> bool {
        row.status == SubjectRequestStatus::Received && row.due_at < self.now
    }
}

impl Fields {
    pub fn redaction(&self, at: usize, name: &str) -> Option<Found> {
        let (eye, data) = (&self.eye, &self.eye.data);
        let row = &data.redactions[at];
        let office = row.problem_id.map_or_else(
            || eye.keeps(row.community_code),
            |id| eye.above_of(id).is_some_and(|above| eye.trusted_office(above)),
        );
        Some(Found::Leaf(match name {
            "subject" => {
                let known: &[Prefix] = &[liufang::id::prefix::PROBLEM, liufang::id::prefix::DISPOSITION];
                let prefix = known.iter().find(|prefix| prefix.0 == row.subject).unwrap();
                TypeId(*prefix, row.subject_id).to_string().into()
            }
            "field" => row.field.clone().into(),
            "basis" => word(row.basis),
            "status" => word(row.status),
            "note" => only(office, json!(row.note)),
            "askedAt" => moment(row.asked_at),
            "askedByRole" => word_if(row.asked_by_role),
            "redactedAt" => moment_if(row.decided_at),
            "byRole" => word_if(row.decided_by_role),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            _ => return None,
        }))
    }

    pub fn subject_request(&self, at: usize, name: &str) -> Option<Found> {
        let (eye, data) = (&self.eye, &self.eye.data);
        let row = &data.subject_requests[at];
        Some(Found::Leaf(match name {
            "kind" => word(row.kind),
            "status" => word(row.status),
            "content" => json!(row.content),
            "askedAt" => moment(row.asked_at),
            "dueAt" => moment(row.due_at),
            "answeredAt" => moment_if(row.ended_at),
            "answer" => json!(row.answer),
            "refusal" => word_if(row.refusal),
            "revision" => revision::show(&self.vault, row.id, row.revision).into(),
            "overdue" => eye.request_late(row).into(),
            "problem" => return Some(self.one("Problem", row.problem_id)),
            "community" => return Some(self.region_of(row.community_code)),
            "person" => {
                let named = eye.answers(row) && row.problem_id.is_none();
                return Some(self.one("Person", row.person_id.filter(|_| named)));
            }
            _ => return None,
        }))
    }
}
