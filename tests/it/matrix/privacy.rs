//! Redactions and requests about one's data, as the domain page has them: the street erases, the secretary asks; whoever
//! misses a text is told why.

use entity::word::{RedactionAudience, RedactionStatus, Role, SubjectRequestStatus};
use entity::{redaction, subject_request};
use liufang::id::{TypeId, prefix};
use uuid::Uuid;

use super::oracle::{Shows, just, may_word, only, word};
use super::sight::Eye;
use Shows::{At, Link, Text};

/// What is told to the office alone, or to nobody, and never with a name.
pub fn apart(kind: &str) -> bool {
    let of = kind.split('.').next().unwrap_or_default();
    ["mediation", "redaction", "legalHold", "subjectRequest"].contains(&of)
}

impl Eye<'_> {
    /// The secretary and the street of a community.
    fn of_the_community(&self, community: i64) -> bool {
        matches!(self.role(), Role::Secretary | Role::StreetCoordinator) && self.within(community)
    }

    pub fn redaction(&self, row: &redaction::Model) -> bool {
        let Some(problem) = row.problem_id else { return self.of_the_community(row.community_code) };
        self.of(problem, |eye, of| {
            let office = eye.office(of) && !eye.concerned(of);
            let readable = match row.audience {
                RedactionAudience::Office => false,
                RedactionAudience::Report => eye.report(of),
                RedactionAudience::Shared => eye.report(of) || eye.summary(of),
            };
            eye.problem(of) && (office || (readable && row.status == RedactionStatus::Done))
        })
    }

    pub fn is_to_answer(&self, row: &subject_request::Model) -> bool {
        if row.person_id == Some(self.who.post.user_id) {
            return false;
        }
        match row.problem_id {
            None => self.of_the_community(row.community_code),
            Some(problem) => self.of(problem, |eye, of| eye.problem(of) && eye.office(of) && !eye.concerned(of)),
        }
    }

    pub fn subject_request(&self, row: &subject_request::Model) -> bool {
        row.person_id == Some(self.who.post.user_id) || self.is_to_answer(row)
    }
}

pub fn shows(eye: &Eye<'_>, name: &str, id: Uuid, field: &str) -> Option<Shows> {
    let truth = eye.truth;
    if name == "Redaction" {
        let row = truth.redactions.iter().find(|row| row.id == id)?;
        let office = row.problem_id.map_or_else(
            || eye.of_the_community(row.community_code),
            |problem| eye.of(problem, |eye, of| eye.problem(of) && eye.office(of) && !eye.concerned(of)),
        );
        return Some(match field {
            "subject" => {
                let known = [prefix::PROBLEM, prefix::ADDITION, prefix::DISPOSITION, prefix::WHISTLE];
                let prefix = *known.iter().find(|prefix| prefix.0 == row.subject)?;
                just(TypeId(prefix, row.subject_id).to_string())
            }
            "field" => just(&row.field),
            "basis" => word(row.basis),
            "status" => word(row.status),
            "note" => only(office, just(&row.note)),
            "askedAt" => At(Some(row.asked_at)),
            "askedByRole" => may_word(row.asked_by_role),
            "redactedAt" => At(row.decided_at),
            "byRole" => may_word(row.decided_by_role),
            "problem" => Link("Problem", row.problem_id),
            _ => return None,
        });
    }
    let row = truth.subject_requests.iter().find(|row| row.id == id)?;
    Some(match field {
        "kind" => word(row.kind),
        "status" => word(row.status),
        "content" => just(&row.content),
        "askedAt" => At(Some(row.asked_at)),
        "dueAt" => At(Some(row.due_at)),
        "answeredAt" => At(row.ended_at),
        "answer" => just(&row.answer),
        "refusal" => may_word(row.refusal),
        "revision" => Text,
        "overdue" => just(row.status == SubjectRequestStatus::Received && row.due_at < truth.now),
        "problem" => Link("Problem", row.problem_id),
        "community" => super::oracle::region(eye, Some(row.community_code)),
        "person" => only(eye.is_to_answer(row) && row.problem_id.is_none(), Link("Person", row.person_id)),
        _ => return None,
    })
}
