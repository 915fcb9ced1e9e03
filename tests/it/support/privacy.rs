//! Redactions, legal holds and requests about one's data by chance, in every state.

use chrono::TimeDelta;
use entity::word::*;
use entity::*;

use super::world::{COMMUNITY, Maker, days_ago, noon};

impl Maker<'_> {
    pub(super) fn privacy(&mut self) {
        let problems = self.data.problems.clone();
        for problem in &problems {
            for _ in 0..self.dice.below(3) {
                self.redaction(problem.community_code, Some(problem));
            }
            if self.dice.chance(40) {
                self.subject_request(problem.community_code, Some(problem));
            }
        }
        for _ in 0..3 {
            self.redaction(COMMUNITY, None);
            self.subject_request(COMMUNITY, None);
        }
        for at in 0..self.data.problems.len() {
            if self.dice.chance(15) {
                self.erased(at);
            }
            if self.dice.chance(20) {
                let until = self.dice.maybe(50, |_| noon().date_naive());
                let row = &mut self.data.problems[at];
                (row.held_at, row.held_until, row.hold_reason) = (Some(days_ago(1)), until, Some("held".into()));
            }
        }
    }

    /// A problem of which the contact data was taken out.
    fn erased(&mut self, at: usize) {
        let problem = self.data.problems[at].clone();
        self.redaction(problem.community_code, Some(&problem));
        let taken = self.data.redactions.last_mut().unwrap();
        (taken.field, taken.audience, taken.status) =
            ("reporter".into(), RedactionAudience::Report, RedactionStatus::Done);
        (taken.decided_by, taken.decided_by_role, taken.decided_at) = (None, None, Some(days_ago(0)));
        let row = &mut self.data.problems[at];
        (row.reporter_name, row.reporter_phone, row.reporter_address) = (None, None, None);
        row.reporter_phone_hash = None;
    }

    fn redaction(&mut self, community_code: i64, problem: Option<&problem::Model>) {
        let (id, asked_by, by) = (self.id(), self.some_user(), self.some_user());
        let taken = self.data.redactions.iter().any(|one| {
            one.status == RedactionStatus::Pending && problem.is_some_and(|problem| problem.id == one.subject_id)
        });
        let mut status = *self.dice.pick(RedactionStatus::ALL);
        if status == RedactionStatus::Pending && taken {
            status = RedactionStatus::Done;
        }
        let decided = status != RedactionStatus::Pending;
        let by_person = self.dice.chance(80);
        let subject_id = problem.map_or_else(|| self.id(), |problem| problem.id);
        self.data.redactions.push(redaction::Model {
            id,
            community_code,
            problem_id: problem.map(|problem| problem.id),
            subject: "problem".into(),
            subject_id,
            field: (*self.dice.pick(&["report", "summary", "reply"])).into(),
            audience: *self.dice.pick(RedactionAudience::ALL),
            basis: *self.dice.pick(RedactionBasis::ALL),
            note: self.dice.maybe(50, |_| "note".into()),
            subject_request_id: None,
            status,
            asked_by: by_person.then_some(asked_by),
            asked_by_role: by_person.then_some(Role::Secretary),
            asked_at: days_ago(self.dice.below(9).try_into().unwrap()),
            decided_by: decided.then_some(by),
            decided_by_role: decided.then_some(Role::StreetCoordinator),
            decided_at: decided.then(|| days_ago(0)),
        });
    }

    fn subject_request(&mut self, community_code: i64, problem: Option<&problem::Model>) {
        let (id, asker, officer) = (self.id(), self.some_user(), self.some_user());
        let (kind, mut status) = (*self.dice.pick(SubjectRequestKind::ALL), *self.dice.pick(SubjectRequestStatus::ALL));
        let problem_id = problem.map(|problem| problem.id);
        // Some of those who reported have no account.
        let person_id = Some(asker).filter(|_| problem_id.is_none() || self.dice.chance(80));
        let open = self.data.subject_requests.iter().any(|one| {
            let same = (one.person_id, one.problem_id, one.kind) == (person_id, problem_id, kind);
            same && one.status == SubjectRequestStatus::Received
        });
        if status == SubjectRequestStatus::Received && open {
            status = SubjectRequestStatus::Withdrawn;
        }
        let answered = [SubjectRequestStatus::Answered, SubjectRequestStatus::Refused].contains(&status);
        let asked_at = days_ago(self.dice.below(30).try_into().unwrap());
        self.data.subject_requests.push(subject_request::Model {
            id,
            community_code,
            problem_id,
            person_id,
            kind,
            content: self.dice.maybe(70, |_| "content".into()),
            status,
            asked_at,
            due_at: asked_at + TimeDelta::days(21),
            reminded_at: None,
            ended_at: (status != SubjectRequestStatus::Received).then(|| days_ago(0)),
            answered_by: answered.then_some(officer),
            answer: answered.then(|| "answer".into()),
            refusal: (status == SubjectRequestStatus::Refused).then(|| *self.dice.pick(SubjectRefusal::ALL)),
            revision: i64::try_from(self.dice.below(9)).unwrap(),
        });
    }
}
