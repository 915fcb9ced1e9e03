//! What leaves the straight road: requests, pauses, the ledger, mergers, supervision, and who answers for a problem.

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::*;
use entity::*;
use uuid::Uuid;

use super::{Maker, day, days_ago, noon};

/// Who asked, and what was decided, by whom.
struct Asking {
    status: RequestStatus,
    asked_by: Uuid,
    asked_at: DateTime<Utc>,
    decided_by: Option<Uuid>,
    decided_at: Option<DateTime<Utc>>,
    decision: Option<String>,
}

impl Maker<'_> {
    /// Of every problem that was made.
    pub(super) fn courses(&mut self) {
        for at in 0..self.data.problems.len() {
            self.merger(at);
            let row = self.data.problems[at].clone();
            let of_problem = self.data.tasks.iter().filter(|task| task.problem_id == row.id);
            let tasks: Vec<disposition_task::Model> = of_problem.cloned().collect();
            self.requests(&row, &tasks);
            self.extensions(&row, &tasks);
            self.suspensions(&row, &tasks);
            self.ledger(&row);
            self.supervisions(&row);
            self.answers(at, &tasks);
        }
    }

    fn asking(&mut self, status: RequestStatus) -> Asking {
        let asked_by = self.some_user();
        let waits = status == RequestStatus::Pending;
        let other = self.some_user();
        let by_person = matches!(status, RequestStatus::Approved | RequestStatus::Refused) && other != asked_by;
        let decided = self.dice.chance(50) || status == RequestStatus::Refused;
        Asking {
            status,
            asked_by,
            asked_at: days_ago(self.dice.below(6).try_into().unwrap()),
            decided_by: by_person.then_some(other),
            decided_at: (!waits).then(|| days_ago(1)),
            decision: (decided && by_person).then(|| "decision".into()),
        }
    }

    /// A status; one that waits only where none does.
    fn status(&mut self, free: bool) -> RequestStatus {
        let status = *self.dice.pick(RequestStatus::ALL);
        if status == RequestStatus::Pending && !free { RequestStatus::Lapsed } else { status }
    }

    fn requests(&mut self, row: &problem::Model, tasks: &[disposition_task::Model]) {
        let mut asked: Vec<(RequestKind, Option<Uuid>, RequestStatus)> = vec![];
        for task in tasks.iter().filter(|task| task.role != TaskRole::Read) {
            if task.status == TaskStatus::ReturnRequested {
                asked.push((RequestKind::Return, Some(task.id), RequestStatus::Pending));
            }
            for _ in 0..self.dice.below(2) {
                let status = self.status(task.status != TaskStatus::ReturnRequested);
                asked.push((RequestKind::Return, Some(task.id), status));
            }
        }
        for kind in [RequestKind::Withdrawal, RequestKind::Void] {
            let mut free = true;
            for _ in 0..self.dice.below(4).saturating_sub(1) {
                let status = self.status(free);
                free &= status != RequestStatus::Pending;
                asked.push((kind, None, status));
            }
        }
        let parties: Vec<Uuid> = self
            .data
            .parties
            .iter()
            .filter(|party| party.community_code == row.community_code)
            .map(|party| party.id)
            .collect();
        for (kind, task_id, status) in asked {
            let (id, asking) = (self.id(), self.asking(status));
            self.data.requests.push(request::Model {
                id,
                problem_id: row.id,
                community_code: row.community_code,
                kind,
                task_id,
                suggested_party_id: task_id.and_then(|_| self.dice.maybe(50, |dice| *dice.pick(&parties))),
                reason: "request reason".into(),
                status: asking.status,
                asked_by: asking.asked_by,
                asked_party_id: self.dice.maybe(60, |dice| *dice.pick(&parties)),
                asked_at: asking.asked_at,
                lapses_at: (kind == RequestKind::Void).then(|| asking.asked_at + TimeDelta::days(7)),
                decided_by: asking.decided_by,
                decided_at: asking.decided_at,
                decision: asking.decision,
            });
        }
    }

    fn extensions(&mut self, row: &problem::Model, tasks: &[disposition_task::Model]) {
        for task in tasks {
            let leads = Some(task.id) == row.lead_task_id;
            if !self.dice.chance(if leads { 70 } else { 15 }) {
                continue;
            }
            let (id, status) = (self.id(), self.status(true));
            let asking = self.asking(status);
            self.data.extensions.push(extension_request::Model {
                id,
                problem_id: row.id,
                community_code: row.community_code,
                task_id: task.id,
                reason: "extension reason".into(),
                status,
                due_at: noon(),
                asked_until: noon() + TimeDelta::days(2),
                granted_until: (status == RequestStatus::Approved).then(|| noon() + TimeDelta::days(1)),
                asked_by: asking.asked_by,
                asked_at: asking.asked_at,
                decided_by: asking.decided_by,
                decided_at: asking.decided_at,
                decision: asking.decision,
            });
        }
    }

    fn suspensions(&mut self, row: &problem::Model, tasks: &[disposition_task::Model]) {
        let mut standing = row.status == ProblemStatus::Suspended;
        for task in tasks {
            let leads = Some(task.id) == row.lead_task_id;
            let mut waits = false;
            for place in 0..self.dice.below(if leads { 3 } else { 2 }).max(usize::from(leads && standing)) {
                let stands = leads && standing && place == 0;
                standing &= !stands;
                let (id, status) = (self.id(), if stands { RequestStatus::Approved } else { self.status(!waits) });
                waits |= status == RequestStatus::Pending;
                let asking = self.asking(status);
                let approved = status == RequestStatus::Approved;
                self.data.suspensions.push(suspension::Model {
                    id,
                    problem_id: row.id,
                    community_code: row.community_code,
                    task_id: task.id,
                    reason: "suspension reason".into(),
                    status,
                    asked_until: day(75),
                    granted_until: approved.then(|| day(70)),
                    asked_by: asking.asked_by,
                    asked_at: asking.asked_at,
                    decided_by: asking.decided_by,
                    decided_at: asking.decided_at,
                    decision: asking.decision,
                    resumed_at: (approved && !stands).then(|| days_ago(1)),
                });
            }
        }
    }

    fn ledger(&mut self, row: &problem::Model) {
        let carried = row.status == ProblemStatus::OnLedger;
        let times = usize::from(self.dice.chance(25)) + usize::from(carried);
        let owners: Vec<Uuid> = self.data.organisations.iter().map(|owner| owner.id).collect();
        for place in 0..times {
            let (id, carried_by) = (self.id(), self.some_user());
            let stands = carried && place == 0;
            self.data.ledger.push(ledger_entry::Model {
                id,
                problem_id: row.id,
                community_code: row.community_code,
                owner_id: *self.dice.pick(&owners),
                reason: "ledger reason".into(),
                review_on: day(60 + self.dice.below(4) as u64),
                carried_at: days_ago(self.dice.below(6).try_into().unwrap()),
                carried_by,
                reviewed_at: self.dice.maybe(40, |_| days_ago(1)),
                passed_on: self.dice.maybe(20, |_| day(58)),
                ended_at: (!stands).then(|| days_ago(1)),
            });
        }
    }

    fn supervisions(&mut self, row: &problem::Model) {
        let mut in_force = row.supervision != SupervisionLevel::None;
        let mut proposed = vec![];
        for _ in 0..self.dice.below(4) + usize::from(in_force) {
            let mut status = *self.dice.pick(SupervisionStatus::ALL);
            let grounds = *self.dice.pick(SupervisionGrounds::ALL);
            if in_force {
                status = SupervisionStatus::InForce;
                in_force = false;
            } else if status == SupervisionStatus::InForce || proposed.contains(&grounds) {
                status = SupervisionStatus::Lifted;
            }
            if status == SupervisionStatus::Proposed {
                proposed.push(grounds);
            }
            let raised = matches!(status, SupervisionStatus::InForce | SupervisionStatus::Lifted);
            let ended = matches!(status, SupervisionStatus::Lifted | SupervisionStatus::Dismissed);
            // The system proposes, too, and what ends with a problem is ended by nobody.
            let (asker, above, other) = (self.some_user(), self.some_user(), self.some_user());
            let (by_person, by_other) = (self.dice.chance(60), self.dice.chance(70));
            let roles = [Role::Supervisor, Role::StreetCoordinator];
            let id = self.id();
            self.data.supervisions.push(supervision::Model {
                id,
                problem_id: row.id,
                community_code: row.community_code,
                level: *self.dice.pick(&[SupervisionLevel::Normal, SupervisionLevel::Yellow, SupervisionLevel::Red]),
                grounds,
                status,
                reason: by_person.then(|| "supervision reason".into()),
                proposed_at: days_ago(self.dice.below(6).try_into().unwrap()),
                proposed_by: by_person.then_some(asker),
                proposed_role: by_person.then_some(Role::Secretary),
                raised_at: raised.then(|| days_ago(1)),
                raised_by: raised.then_some(above),
                raised_role: raised.then(|| *self.dice.pick(&roles)),
                ended_at: ended.then(|| days_ago(0)),
                ended_by: (ended && by_other).then_some(other),
                ended_role: (ended && by_other).then(|| *self.dice.pick(&roles)),
                end_reason: (ended && by_other).then(|| "end reason".into()),
            });
        }
    }

    /// Goes into one of the problems before it, and follows where that one leads; or went, and came back.
    fn merger(&mut self, at: usize) {
        let row = self.data.problems[at].clone();
        let before = self.data.problems[..at].iter().filter(|other| other.community_code == row.community_code);
        let before: Vec<(Uuid, Option<Uuid>)> = before.map(|other| (other.id, other.follows_id)).collect();
        let merged = row.status == ProblemStatus::Merged;
        if before.is_empty() || !(merged || self.dice.chance(10)) {
            return;
        }
        let (into_id, further) = *self.dice.pick(&before);
        let merged_at = days_ago(*self.dice.pick(&[1, 29, 30, 31]));
        let (id, merged_by) = (self.id(), self.some_user());
        self.data.merges.push(problem_merge::Model {
            id,
            problem_id: row.id,
            into_id,
            community_code: row.community_code,
            reason: "merge reason".into(),
            former_status: ProblemStatus::Accepted,
            former_due_at: None,
            former_due_rule: None,
            merged_by,
            merged_at,
            undone_at: (!merged).then(|| days_ago(0)),
        });
        let cancelled =
            self.data.tasks.iter().filter(|task| task.problem_id == row.id && task.status == TaskStatus::Cancelled);
        let cancelled: Vec<(Uuid, TaskRole)> = cancelled.map(|task| (task.id, task.role)).collect();
        self.data.merged_tasks.extend(cancelled.into_iter().map(|(task_id, role)| merged_task::Model {
            merge_id: id,
            task_id,
            former_status: if role == TaskRole::Read { TaskStatus::Unread } else { TaskStatus::Assigned },
        }));
        if merged {
            let target = further.unwrap_or(into_id);
            let count = row.reporter_count;
            let row = &mut self.data.problems[at];
            (row.merged_into_id, row.follows_id, row.merged_at) = (Some(into_id), Some(target), Some(merged_at));
            let above = self.data.problems.iter_mut().find(|other| other.id == into_id).unwrap();
            above.reporter_count += count;
        }
    }

    /// Who answers for it: as it should be, mostly, and sometimes another.
    fn answers(&mut self, at: usize, tasks: &[disposition_task::Model]) {
        use ProblemStatus::{AwaitingVerification, Dispatched, InProgress, OnLedger, Suspended};
        if self.dice.chance(25) {
            return;
        }
        let row = &self.data.problems[at];
        let government = |cut: i64| {
            let code = row.community_code / cut * cut;
            self.data.organisations.iter().find(|one| one.region_code == code).map(|one| one.id)
        };
        let given = [Dispatched, InProgress, Suspended, AwaitingVerification].contains(&row.status);
        let lead = tasks.iter().find(|task| Some(task.id) == row.lead_task_id).map(|task| task.organisation_id);
        let owner = self.data.ledger.iter().find(|entry| entry.problem_id == row.id && entry.ended_at.is_none());
        let group = self.data.groups.iter().find(|group| group.id == row.group_id).unwrap();
        let seat = self.data.seats.iter().find(|seat| Some(seat.party_id) == group.convenor_party_id);
        let answers = if given {
            lead
        } else if row.status == OnLedger {
            owner.map(|entry| entry.owner_id)
        } else {
            match row.handled_by {
                RegionLevel::Community => seat.map(|seat| seat.organisation_id),
                RegionLevel::Street => government(1000),
                RegionLevel::County | RegionLevel::City => government(1_000_000),
            }
        };
        if let Some(id) = answers {
            self.data.problems[at].accountable_id = id;
        }
    }
}
