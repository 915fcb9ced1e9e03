//! Who may read what, as the domain's rules say it in words: plain predicates over rows in memory, written apart from the
//! server's.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use entity::word::*;
use entity::*;
use liufang::event::{Kind, Sight};
use liufang::policy::Viewer;
use uuid::Uuid;

use crate::support::world::{Data, level, noon};

/// Someone who looks at the rows.
pub struct Eye {
    pub data: Data,
    pub viewer: Viewer,
    pub now: DateTime<Utc>,
}

/// The parties' roles, who read what their organisation is involved in.
const PARTIES: [Role; 6] =
    [Role::Police, Role::CityManagement, Role::Lawyer, Role::PropertyManager, Role::PartyMember, Role::Partner];

fn shares<T: PartialEq + Copy>(one: Option<T>, other: Option<T>) -> bool {
    one.is_some() && one == other
}

impl Eye {
    pub fn of(data: Data, viewer: Viewer) -> Self {
        Self { data, viewer, now: noon() }
    }

    fn is(&self, roles: &[Role]) -> bool {
        roles.contains(&self.viewer.role)
    }

    pub fn today(&self) -> NaiveDate {
        (self.now + TimeDelta::hours(8)).date_naive()
    }

    /// Whether a code begins as the viewer's region's does.
    pub fn covers(&self, code: i64) -> bool {
        let length = match level(self.viewer.region) {
            RegionLevel::City => 4,
            RegionLevel::County => 6,
            RegionLevel::Street => 9,
            RegionLevel::Community => 12,
        };
        code > 0 && code.to_string()[..length] == self.viewer.region.to_string()[..length]
    }

    /// Whether a code is that of a region which holds the viewer's.
    fn above(&self, code: i64) -> bool {
        let mut at = self.data.regions.iter().find(|row| row.code == self.viewer.region);
        while let Some(parent) = at.and_then(|row| row.parent_code) {
            if parent == code {
                return true;
            }
            at = self.data.regions.iter().find(|row| row.code == parent);
        }
        false
    }

    fn manages(&self) -> bool {
        self.is(&[Role::StreetCoordinator, Role::Secretary])
    }

    pub fn region(&self, row: &region::Model) -> bool {
        self.covers(row.code) || self.above(row.code)
    }

    pub fn organisation(&self, row: &organisation::Model) -> bool {
        let seated =
            self.data.seats.iter().any(|seat| seat.organisation_id == row.id && self.covers(seat.community_code));
        self.covers(row.region_code)
            || seated
            || self.viewer.organisation == Some(row.id)
            || (row.kind == OrganisationKind::Government && self.above(row.region_code))
    }

    pub fn appointment(&self, row: &appointment::Model) -> bool {
        let tie = row.kind == AppointmentKind::Resident;
        row.user_id == self.viewer.user || (self.covers(row.region_code) && (!tie || self.manages()))
    }

    pub fn person(&self, row: &user::Model) -> bool {
        let holds = self.data.appointments.iter().any(|post| post.user_id == row.id && self.appointment(post));
        let invited = self.data.invitations.iter().any(|one| {
            one.user_id == row.id
                && (one.community_code.is_some_and(|code| self.covers(code))
                    || one.invited_by == Some(self.viewer.user))
        });
        row.id == self.viewer.user || holds || (self.manages() && invited)
    }

    pub fn holds_today(&self, row: &appointment::Model) -> bool {
        row.started_on <= self.today() && row.ended_on.is_none_or(|day| day > self.today())
    }

    /// The viewer's posts that exclude: those held, and those that ended within a year.
    fn excluding(&self) -> impl Iterator<Item = &appointment::Model> {
        let year_ago = self.today() - Days::new(365);
        let mine = self.data.appointments.iter().filter(|post| post.user_id == self.viewer.user);
        mine.filter(move |post| post.ended_on.is_none_or(|day| day > year_ago))
    }

    pub fn acts_for(&self, organisation: Uuid) -> bool {
        self.excluding().any(|post| post.organisation_id == Some(organisation))
    }

    pub fn concerned(&self, row: &problem::Model) -> bool {
        self.data.concerns.iter().filter(|concern| concern.problem_id == row.id).any(|concern| {
            match concern.organisation_id {
                Some(organisation) => self.acts_for(organisation),
                None => self.excluding().any(|post| post.party_id == Some(concern.party_id)),
            }
        })
    }

    pub fn handled(&self, row: &problem::Model) -> bool {
        let me = self.viewer.user;
        let tasks = self.data.tasks.iter().filter(|task| task.problem_id == row.id && task.role != TaskRole::Read);
        let mut acted = tasks.filter(|task| task.acknowledged_at.is_some() || task.submitted_at.is_some());
        let mut acts = self.data.dispositions.iter().filter(|act| act.problem_id == row.id);
        let submitted = self.data.events.iter().any(|event| {
            event.problem_id == Some(row.id) && event.kind == Kind::TaskSubmitted.name() && event.actor_id == Some(me)
        });
        submitted
            || acted.any(|task| task.acknowledged_by == Some(me) || self.acts_for(task.organisation_id))
            || acts.any(|act| act.recorded_by == me || self.acts_for(act.organisation_id))
    }

    /// Tasks of the viewer's organisation through a seat that it holds today.
    pub fn own_tasks(&self, row: &problem::Model) -> impl Iterator<Item = &disposition_task::Model> {
        let of_problem = self.data.tasks.iter().filter(move |task| task.problem_id == row.id);
        of_problem.filter(|task| {
            let seat = self.data.seats.iter().find(|seat| seat.id == task.seat_id).unwrap();
            shares(Some(seat.organisation_id), self.viewer.organisation)
                && seat.ended_on.is_none_or(|day| day > self.today())
        })
    }

    fn involved(&self, row: &problem::Model) -> bool {
        let released = self.data.concerns.iter().any(|concern| {
            concern.problem_id == row.id
                && shares(concern.organisation_id, self.viewer.organisation)
                && concern.released_at.is_some()
        });
        self.own_tasks(row).next().is_some() || released
    }

    /// Whether it is the viewer's grid, or a micro-grid of that.
    fn own_grid(&self, id: Option<Uuid>) -> bool {
        let part = self.data.grids.iter().any(|grid| Some(grid.id) == id && shares(grid.parent_id, self.viewer.grid));
        shares(id, self.viewer.grid) || part
    }

    fn in_own_grid(&self, row: &problem::Model) -> bool {
        shares(row.grid_id, self.viewer.grid) || shares(row.micro_grid_id, self.viewer.grid)
    }

    pub fn reporter(&self, row: &problem::Model) -> bool {
        row.reporter_id == Some(self.viewer.user)
    }

    pub fn recorder(&self, row: &problem::Model) -> bool {
        row.recorded_by_id == Some(self.viewer.user) && !self.concerned(row)
    }

    fn own(&self, row: &problem::Model) -> bool {
        self.reporter(row) || self.recorder(row)
    }

    pub fn office(&self, row: &problem::Model) -> bool {
        match row.handled_by {
            RegionLevel::Community => self.is(&[Role::Secretary, Role::StreetCoordinator]),
            RegionLevel::Street => self.is(&[Role::StreetCoordinator]),
            RegionLevel::County => self.is(&[Role::Supervisor]) && self.viewer.level == RegionLevel::County,
            RegionLevel::City => false,
        }
    }

    pub fn ground(&self, row: &problem::Model) -> bool {
        self.is(&[Role::GridWorker]) && self.in_own_grid(row) && !confidential(row)
    }

    pub fn problem(&self, row: &problem::Model) -> bool {
        let public = row.visibility == ProblemVisibility::Public;
        let reached = match self.viewer.role {
            Role::Supervisor => !confidential(row) || self.office(row),
            Role::StreetCoordinator | Role::Secretary => self.office(row),
            Role::OwnerRepresentative => public || self.involved(row),
            Role::GridWorker => self.ground(row),
            Role::GridHelper => public && self.in_own_grid(row),
            Role::Resident => public,
            Role::Police
            | Role::CityManagement
            | Role::Lawyer
            | Role::PropertyManager
            | Role::PartyMember
            | Role::Partner => self.involved(row),
        };
        self.covers(row.community_code) && (reached || self.own(row))
    }

    pub fn summary(&self, row: &problem::Model) -> bool {
        match self.viewer.role {
            Role::OwnerRepresentative => self.involved(row) || self.own(row),
            Role::GridHelper | Role::Resident => self.own(row),
            Role::Supervisor
            | Role::StreetCoordinator
            | Role::Secretary
            | Role::GridWorker
            | Role::Police
            | Role::CityManagement
            | Role::Lawyer
            | Role::PropertyManager
            | Role::PartyMember
            | Role::Partner => true,
        }
    }

    pub fn trusted(&self, row: &problem::Model) -> bool {
        (self.office(row) || self.ground(row)) && !self.concerned(row)
    }

    pub fn trusted_office(&self, row: &problem::Model) -> bool {
        self.office(row) && !self.concerned(row)
    }

    pub fn report(&self, row: &problem::Model) -> bool {
        self.own(row) || self.trusted(row)
    }

    pub fn rating(&self, row: &problem::Model) -> bool {
        self.reporter(row) || self.trusted(row)
    }

    pub fn reason(&self, row: &problem::Model) -> bool {
        self.report(row) || (self.summary(row) && row.status != ProblemStatus::Withdrawn)
    }

    pub fn concerns(&self, row: &problem::Model) -> bool {
        self.report(row) || (self.summary(row) && !confidential(row))
    }

    /// Who reads what a party did in its own words.
    pub fn words(&self, row: &problem::Model) -> bool {
        if self.is(&[Role::Supervisor, Role::StreetCoordinator, Role::Secretary, Role::GridWorker]) {
            return true;
        }
        let works = self.own_tasks(row).any(|task| task.role != TaskRole::Read);
        (self.is(&PARTIES) || self.is(&[Role::OwnerRepresentative])) && (works || self.own(row))
    }

    /// Who sees that there is a name and a phone number, masked.
    pub fn contact(&self, row: &problem::Model) -> bool {
        let recent = is_open(row) || row.closed_at.is_some_and(|at| at > self.now - TimeDelta::days(30));
        let works = self.own_tasks(row).any(|task| task.role != TaskRole::Read && task.acknowledged_at.is_some());
        let authority = self.is(&[Role::Police, Role::CityManagement]) && works && recent;
        self.trusted(row) || (authority && !confidential(row) && !self.concerned(row))
    }

    /// The problem that a row below it belongs to, if the viewer may read it.
    pub fn above_of(&self, id: Uuid) -> Option<&problem::Model> {
        self.data.problems.iter().find(|row| row.id == id).filter(|row| self.problem(row))
    }

    pub fn below(&self, community: i64, problem: Uuid, also: impl Fn(&problem::Model) -> bool) -> bool {
        self.covers(community) && self.above_of(problem).is_some_and(also)
    }

    pub fn disclosure(&self, row: &disclosure::Model) -> bool {
        let office = self.above_of(row.problem_id).is_some_and(|problem| self.trusted_office(problem));
        row.subject_id == Some(self.viewer.user) || office
    }

    /// What the viewer sees of an event of a problem in sight: the most that any audience of the viewer does.
    pub fn sight(&self, row: &event::Model) -> Sight {
        let Some(problem) = row.problem_id.and_then(|id| self.above_of(id)) else { return Sight::Unseen };
        let kind = *Kind::ALL.iter().find(|kind| kind.name() == row.kind).unwrap();
        if !self.told_of_mediation(row, problem) {
            return Sight::Unseen;
        }
        if (self.is(&[Role::Supervisor]) && !self.concerned(problem)) || self.trusted(problem) {
            return Sight::Seen;
        }
        let mut sights = vec![kind.for_public()];
        if self.reporter(problem) {
            sights.push(kind.for_reporter());
        }
        if self.summary(problem) {
            sights.push(kind.for_party());
        }
        let rank = |sight: &Sight| match sight {
            Sight::Unseen => 0,
            Sight::Veiled => 1,
            Sight::Faceless => 2,
            Sight::Seen => 3,
        };
        sights.into_iter().max_by_key(rank).unwrap()
    }

    pub fn audit(&self, row: &event::Model) -> bool {
        if self.is(&[Role::Supervisor, Role::StreetCoordinator, Role::Secretary]) {
            self.covers(row.stream)
                && row.problem_id.is_none_or(|id| {
                    self.above_of(id).is_some_and(|above| !self.concerned(above) && self.told_of_mediation(row, above))
                })
        } else {
            row.actor_id == Some(self.viewer.user)
        }
    }

    /// The tasks that the viewer can act on.
    pub fn acts_on(&self, row: &problem::Model) -> Vec<&disposition_task::Model> {
        if self.is(&[Role::GridWorker]) {
            let of_problem = self.data.tasks.iter().filter(|task| task.problem_id == row.id);
            return of_problem.filter(|task| self.own_grid(task.grid_id)).collect();
        }
        self.own_tasks(row).collect()
    }
}

pub fn confidential(row: &problem::Model) -> bool {
    row.visibility == ProblemVisibility::Confidential
}

pub fn is_open(row: &problem::Model) -> bool {
    use ProblemStatus::{Closed, Declined, Merged, Voided, Withdrawn};
    ![Declined, Closed, Merged, Withdrawn, Voided].contains(&row.status)
}
