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

    pub fn is(&self, roles: &[Role]) -> bool {
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
    pub fn own_grid(&self, id: Option<Uuid>) -> bool {
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

    /// A file is read as what it belongs to, the report or what was done; a copy that stands also by those who do.
    pub fn attachment(&self, row: &attachment::Model) -> bool {
        let copy = row.original_id.is_some() && row.withdrawn_at.is_none();
        self.below(row.community_code, row.problem_id, |problem| match row.disposition_id {
            Some(_) => self.words(problem),
            None => self.report(problem) || copy && self.words(problem),
        })
    }

    /// Who sees that there is a name and a phone number, masked: by office, by task, or by a release that holds.
    pub fn contact(&self, row: &problem::Model) -> bool {
        ContactField::ALL.iter().any(|field| self.contact_field(row, *field))
    }

    pub fn contact_field(&self, row: &problem::Model, field: ContactField) -> bool {
        self.contact_by_office(row) || self.released(row, field)
    }

    /// Whether the reporter's release lets a member of a party see a part of the contact data.
    fn released(&self, row: &problem::Model, field: ContactField) -> bool {
        let party = self.is(&PARTIES) && !self.is(&[Role::Partner]) || self.is(&[Role::OwnerRepresentative]);
        let holds = |release: &contact_release::Model| {
            let working = self.own_tasks(row).any(|task| task.party_id == release.party_id && has(task));
            let told = match field {
                ContactField::Name => release.name,
                ContactField::Phone => release.phone,
                ContactField::Address => release.address,
            };
            release.problem_id == row.id && told && working && self.receives(release)
        };
        party && !confidential(row) && !self.concerned(row) && self.data.releases.iter().any(holds)
    }

    fn receives(&self, release: &contact_release::Model) -> bool {
        let ours = shares(Some(release.organisation_id), self.viewer.organisation);
        ours && release.withdrawn_at.is_none() && release.expires_at > self.now
    }

    pub fn release(&self, row: &contact_release::Model) -> bool {
        let Some(problem) = self.above_of(row.problem_id) else { return false };
        let known = self.reporter(problem) || self.trusted_office(problem);
        self.covers(row.community_code) && (known || (self.receives(row) && self.contact(problem)))
    }

    pub fn visit(&self, row: &visit_offer::Model) -> bool {
        let Some(problem) = self.above_of(row.problem_id) else { return false };
        let known = self.reporter(problem) || self.trusted_office(problem);
        self.covers(row.community_code) && (known || self.offers(row))
    }

    /// Whether the viewer acts for who offered a visit.
    pub fn offers(&self, row: &visit_offer::Model) -> bool {
        let acts = !self.is(&[Role::Supervisor, Role::GridHelper, Role::Resident]);
        let ours = |problem: &problem::Model| self.acts_on(problem).iter().any(|task| task.id == row.task_id);
        acts && self.above_of(row.problem_id).is_some_and(|problem| !self.concerned(problem) && ours(problem))
    }

    fn contact_by_office(&self, row: &problem::Model) -> bool {
        let recent = is_open(row) || row.closed_at.is_some_and(|at| at > self.now - TimeDelta::days(30));
        let works = self.own_tasks(row).any(|task| has(task) && task.acknowledged_at.is_some());
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

    /// The office, and a supervisor, unless they are complained of: voiding and what is proposed.
    pub fn oversees(&self, row: &problem::Model) -> bool {
        (self.office(row) || self.is(&[Role::Supervisor])) && !self.concerned(row)
    }

    /// A return is of those who work on the problem, a withdrawal of the reporter and the office, voiding of those above.
    pub fn request(&self, row: &request::Model) -> bool {
        self.below(row.community_code, row.problem_id, |problem| match row.kind {
            RequestKind::Return => self.words(problem),
            RequestKind::Withdrawal => self.reporter(problem) || self.trusted_office(problem),
            RequestKind::Void => self.oversees(problem),
        })
    }

    /// What is or was in force is known to whoever reads the summary; the rest to those above.
    pub fn supervision(&self, row: &supervision::Model) -> bool {
        let known = matches!(row.status, SupervisionStatus::InForce | SupervisionStatus::Lifted);
        self.below(row.community_code, row.problem_id, |problem| {
            (known && self.summary(problem)) || self.oversees(problem)
        })
    }

    /// Something that the secretary or the street is asked to decide.
    pub fn awaits(&self, row: &problem::Model) -> bool {
        let (data, waits) = (&self.data, RequestStatus::Pending);
        data.requests.iter().any(|one| one.problem_id == row.id && one.status == waits && one.kind != RequestKind::Void)
            || data.extensions.iter().any(|one| one.problem_id == row.id && one.status == waits)
            || data.suspensions.iter().any(|one| one.problem_id == row.id && one.status == waits)
    }

    /// Open, and answered for by another than it should be: before dispatch the convenor, or the government above it;
    /// then the lead; on the ledger the owner.
    pub fn orphan(&self, row: &problem::Model) -> bool {
        use ProblemStatus::{Accepted, AwaitingVerification, Dispatched, InProgress, OnLedger, Reported, Suspended};
        let (data, by) = (&self.data, row.accountable_id);
        let government = |cut: i64| {
            let code = row.community_code - row.community_code % cut;
            let is = |one: &organisation::Model| {
                one.id == by && one.region_code == code && one.kind == OrganisationKind::Government
            };
            data.organisations.iter().any(is)
        };
        let convenor = || {
            let group = data.groups.iter().find(|group| group.id == row.group_id).unwrap();
            data.seats
                .iter()
                .any(|seat| seat.organisation_id == by && shares(Some(seat.party_id), group.convenor_party_id))
        };
        let answered = match row.status {
            Reported | Accepted => match row.handled_by {
                RegionLevel::Community => convenor() || government(1000),
                RegionLevel::Street => government(1000),
                RegionLevel::County | RegionLevel::City => government(1_000_000),
            },
            Dispatched | InProgress | Suspended | AwaitingVerification => data.tasks.iter().any(|task| {
                (task.problem_id, task.organisation_id) == (row.id, by)
                    && shares(Some(task.id), row.lead_task_id)
                    && task.ended_at.is_none()
            }),
            OnLedger => data
                .ledger
                .iter()
                .any(|entry| (entry.problem_id, entry.owner_id) == (row.id, by) && entry.ended_at.is_none()),
            ProblemStatus::Declined
            | ProblemStatus::Closed
            | ProblemStatus::Merged
            | ProblemStatus::Withdrawn
            | ProblemStatus::Voided => true,
        };
        !answered
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
        // Whoever reported is no party by reading the summary.
        if self.summary(problem) && (!self.reporter(problem) || self.involved(problem)) {
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
        if !self.is(&[Role::Supervisor, Role::StreetCoordinator, Role::Secretary]) {
            return row.actor_id == Some(self.viewer.user);
        }
        let told = match row.problem_id {
            None => self.told_of_alone(row),
            Some(id) => {
                self.above_of(id).is_some_and(|above| !self.concerned(above) && self.told_of_mediation(row, above))
            }
        };
        self.covers(row.stream) && told
    }

    pub fn whistle_of(&self, call: &whistle_call::Model) -> Option<&whistle::Model> {
        self.data.whistles.iter().find(|row| row.id == call.whistle_id)
    }

    /// Those above and the grid worker read what was blown for no problem, or for one they read; who is called reads it.
    pub fn whistle(&self, row: &whistle::Model) -> bool {
        let above = self.is(&[Role::Supervisor, Role::StreetCoordinator, Role::Secretary]);
        let reached = (above && self.whistles_problem_in_sight(row)) || self.whistle_ground(row);
        self.covers(row.community_code) && (reached || !self.own_calls(row).is_empty())
    }

    fn whistles_problem_in_sight(&self, row: &whistle::Model) -> bool {
        row.problem_id.is_none_or(|id| self.above_of(id).is_some())
    }

    fn whistles_problem(&self, row: &whistle::Model) -> Option<&problem::Model> {
        self.data.problems.iter().find(|problem| Some(problem.id) == row.problem_id)
    }

    pub fn whistle_ground(&self, row: &whistle::Model) -> bool {
        let here = shares(row.grid_id, self.viewer.grid) || shares(row.micro_grid_id, self.viewer.grid);
        self.is(&[Role::GridWorker]) && here && self.whistles_problem_in_sight(row)
    }

    pub fn whistle_office(&self, row: &whistle::Model) -> bool {
        match self.whistles_problem(row) {
            Some(problem) => self.office(problem),
            None => self.is(&[Role::StreetCoordinator, Role::Secretary]),
        }
    }

    pub fn whistle_concerned(&self, row: &whistle::Model) -> bool {
        self.whistles_problem(row).is_some_and(|problem| self.concerned(problem))
    }

    /// Who is told the names of who acted.
    pub fn whistle_names(&self, row: &whistle::Model) -> bool {
        self.is(&[Role::StreetCoordinator, Role::Secretary]) && self.whistle_office(row) && !self.whistle_concerned(row)
    }

    /// The calls that the viewer can answer: of its organisation, through a seat that it holds today.
    pub fn own_calls(&self, row: &whistle::Model) -> Vec<&whistle_call::Model> {
        let answering = self.is(&PARTIES[..5]) || self.is(&[Role::OwnerRepresentative, Role::StreetCoordinator]);
        let calls = self.data.calls.iter().filter(|call| call.whistle_id == row.id && answering);
        let held = calls.filter(|call| {
            let seat = self.data.seats.iter().find(|seat| seat.id == call.seat_id).unwrap();
            shares(Some(seat.organisation_id), self.viewer.organisation)
                && seat.ended_on.is_none_or(|day| day > self.today())
        });
        held.collect()
    }

    /// Whether the person acts for an organisation that is called, in any post.
    pub fn acts_for_called(&self, call: &whistle_call::Model) -> bool {
        self.acts_for(call.organisation_id)
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

/// Whether its party leads or assists by it, and has not given it up.
fn has(task: &disposition_task::Model) -> bool {
    use TaskStatus::{Cancelled, Returned, Transferred, Waived};
    task.role != TaskRole::Read && ![Returned, Transferred, Waived, Cancelled].contains(&task.status)
}
