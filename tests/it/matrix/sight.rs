//! Who sees which rows: domain.md §6 as plain predicates over plain rows. Written apart from the server: it knows none
//! of its rules.

use chrono::{Days, TimeDelta};
use entity::word::{
    AppointmentKind, ContactField, OrganisationKind, ProblemVisibility, RegionLevel, Role, TaskRole, TaskStatus, Word,
};
use entity::{
    appointment, contact_release, disposition_task, event, mediation, problem, visit_offer, whistle, whistle_call,
};
use uuid::Uuid;

use crate::support::communities::{Truth, Who};

/// A viewer, and what there is to see.
#[derive(Clone, Copy)]
pub struct Eye<'a> {
    pub who: &'a Who,
    pub truth: &'a Truth,
}

/// What somebody sees of an event in a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// What and who.
    Open,
    /// What, not who.
    Faceless,
    /// That something changed.
    Veiled,
    /// Nothing.
    Not,
}

impl Eye<'_> {
    pub fn role(&self) -> Role {
        self.who.post.role
    }

    fn user(&self) -> Uuid {
        self.who.post.user_id
    }

    fn today(&self) -> chrono::NaiveDate {
        (self.truth.now + TimeDelta::hours(8)).date_naive()
    }

    /// How many of a code's twelve digits count at the viewer's level.
    fn cut(&self) -> i64 {
        let code = self.who.post.region_code;
        [100_000_000, 1_000_000, 1_000].into_iter().find(|cut| code % cut == 0).unwrap_or(1)
    }

    /// In the viewer's region, or below.
    pub fn within(&self, code: i64) -> bool {
        code / self.cut() == self.who.post.region_code / self.cut()
    }

    /// A region that the viewer's is a part of.
    fn above(&self, code: i64) -> bool {
        let own = self.who.post.region_code;
        let higher = [1_000, 1_000_000, 100_000_000].into_iter().filter(|cut| *cut > self.cut());
        higher.into_iter().any(|cut| own / cut * cut == code)
    }

    pub fn region(&self, code: i64) -> bool {
        self.within(code) || self.above(code)
    }

    /// Those of the region, those with a seat in its groups, one's own, the governments above.
    pub fn organisation(&self, id: Uuid) -> bool {
        let Some(row) = self.truth.organisations.iter().find(|row| row.id == id) else { return false };
        let seated = self.truth.seats.iter().any(|seat| seat.organisation_id == id && self.within(seat.community_code));
        let government = row.kind == OrganisationKind::Government && self.above(row.region_code);
        self.within(row.region_code) || seated || self.who.post.organisation_id == Some(id) || government
    }

    /// Those who manage people.
    fn manages(&self) -> bool {
        matches!(self.role(), Role::Secretary | Role::StreetCoordinator)
    }

    /// Posts of the region; a resident's tie to it for those who manage people; one's own wherever they are.
    pub fn post(&self, row: &appointment::Model) -> bool {
        let tie = row.kind == AppointmentKind::Resident;
        row.user_id == self.user() || (self.within(row.region_code) && (!tie || self.manages()))
    }

    /// Whoever holds a post that is seen; for those who manage people also who was invited to their region or by them.
    pub fn person(&self, id: Uuid) -> bool {
        let holds = self.truth.posts.iter().any(|post| post.user_id == id && self.post(post));
        let invited = self.truth.invitations.iter().any(|row| {
            let here = row.community_code.is_some_and(|code| self.within(code));
            row.user_id == id && (here || row.invited_by == Some(self.user()))
        });
        id == self.user() || holds || (self.manages() && invited)
    }

    pub fn holds_today(&self, post: &appointment::Model) -> bool {
        post.started_on <= self.today() && post.ended_on.is_none_or(|ended| ended > self.today())
    }

    /// Posts that hold, or ended within twelve months.
    fn own_posts(&self) -> impl Iterator<Item = &appointment::Model> {
        let since = self.today() - Days::new(365);
        let own = self.truth.posts.iter().filter(|post| post.user_id == self.user());
        own.filter(move |post| post.ended_on.is_none_or(|ended| ended > since))
    }

    /// Whether an organisation of the person is complained of, in any post held within twelve months; where nobody
    /// filled the party, whoever acts for it.
    pub fn concerned(&self, row: &problem::Model) -> bool {
        let mut concerns = self.truth.concerns.iter().filter(|concern| concern.problem_id == row.id);
        concerns.any(|concern| {
            self.own_posts().any(|post| match concern.organisation_id {
                Some(organisation) => post.organisation_id == Some(organisation),
                None => post.party_id == Some(concern.party_id),
            })
        })
    }

    /// Who decides: the convenor; where it is complained of the street; where a street organisation is, the county.
    pub fn decided_by(&self, row: &problem::Model) -> RegionLevel {
        let street = row.community_code / 1_000 * 1_000;
        let convenor = self.truth.groups.iter().find(|group| group.id == row.group_id).unwrap().convenor_party_id;
        let convening: Vec<_> = self
            .truth
            .seats
            .iter()
            .filter(|seat| Some(seat.party_id) == convenor)
            .map(|seat| seat.organisation_id)
            .collect();
        // A confidential problem that leads gave back twice is the street's: no meeting is to hear of it.
        let twice = Self::confidential(row) && row.return_count >= 2;
        let mut level = if twice { RegionLevel::Street } else { RegionLevel::Community };
        for concern in self.truth.concerns.iter().filter(|concern| concern.problem_id == row.id) {
            let organisation = self.truth.organisations.iter().find(|row| Some(row.id) == concern.organisation_id);
            if organisation.is_some_and(|row| row.region_code == street && row.kind == OrganisationKind::Government) {
                return RegionLevel::County;
            }
            if Some(concern.party_id) == convenor || organisation.is_some_and(|row| convening.contains(&row.id)) {
                level = RegionLevel::Street;
            }
        }
        level
    }

    /// Whether the viewer decides on it.
    pub fn office(&self, row: &problem::Model) -> bool {
        self.within(row.community_code)
            && match self.decided_by(row) {
                RegionLevel::Community => matches!(self.role(), Role::Secretary | Role::StreetCoordinator),
                RegionLevel::Street => self.role() == Role::StreetCoordinator,
                RegionLevel::County | RegionLevel::City => self.role() == Role::Supervisor,
            }
    }

    fn confidential(row: &problem::Model) -> bool {
        row.visibility == ProblemVisibility::Confidential
    }

    fn public(row: &problem::Model) -> bool {
        row.visibility == ProblemVisibility::Public
    }

    fn in_own_grid(&self, row: &problem::Model) -> bool {
        let grid = self.who.post.grid_id;
        grid.is_some() && (row.grid_id == grid || row.micro_grid_id == grid)
    }

    /// The grid worker of that grid.
    pub fn ground(&self, row: &problem::Model) -> bool {
        self.role() == Role::GridWorker && self.in_own_grid(row) && !Self::confidential(row)
    }

    pub fn reporter(&self, row: &problem::Model) -> bool {
        row.reporter_id == Some(self.user())
    }

    /// Who recorded it for another, unless complained of.
    pub fn recorder(&self, row: &problem::Model) -> bool {
        row.recorded_by_id == Some(self.user()) && !self.concerned(row)
    }

    /// The tasks on it of the viewer's organisation, through a seat it holds.
    pub fn own_tasks(&self, row: &problem::Model) -> impl Iterator<Item = &disposition_task::Model> {
        let id = row.id;
        self.truth.tasks.iter().filter(move |task| task.problem_id == id && self.given_to_us(task))
    }

    fn given_to_us(&self, task: &disposition_task::Model) -> bool {
        let own = self.who.post.organisation_id;
        let seat = self.truth.seats.iter().find(|seat| seat.id == task.seat_id);
        own.is_some()
            && seat.is_some_and(|seat| {
                seat.organisation_id == own.unwrap_or_default()
                    && seat.ended_on.is_none_or(|ended| ended > self.today())
            })
    }

    /// The tasks that the viewer may act on.
    pub fn acts_on(&self, row: &problem::Model) -> Vec<&disposition_task::Model> {
        if matches!(self.role(), Role::Supervisor | Role::GridHelper | Role::Resident) {
            return vec![];
        }
        if self.role() != Role::GridWorker {
            return self.own_tasks(row).collect();
        }
        let own = |task: &&disposition_task::Model| {
            task.problem_id == row.id && task.grid_id.is_some() && task.grid_id == self.who.post.grid_id
        };
        self.truth.tasks.iter().filter(own).collect()
    }

    /// P: a task, or a complaint that was released.
    fn involved(&self, row: &problem::Model) -> bool {
        let own = self.who.post.organisation_id;
        let released = self.truth.concerns.iter().any(|concern| {
            concern.problem_id == row.id
                && own.is_some()
                && concern.organisation_id == own
                && concern.released_at.is_some()
        });
        self.own_tasks(row).next().is_some() || released
    }

    /// The line "read problems".
    pub fn problem(&self, row: &problem::Model) -> bool {
        let by_role = match self.role() {
            Role::Supervisor => !Self::confidential(row) || self.office(row),
            Role::StreetCoordinator | Role::Secretary => self.office(row),
            Role::Police | Role::CityManagement | Role::Lawyer | Role::PropertyManager | Role::PartyMember => {
                self.involved(row)
            }
            Role::OwnerRepresentative => Self::public(row) || self.involved(row),
            Role::GridWorker => self.ground(row),
            Role::GridHelper => Self::public(row) && self.in_own_grid(row),
            Role::Resident => Self::public(row),
            Role::Partner => false,
        };
        self.within(row.community_code) && (by_role || self.reporter(row) || self.recorder(row))
    }

    /// Whether more is seen of it than what is public.
    pub fn summary(&self, row: &problem::Model) -> bool {
        let public_too = matches!(self.role(), Role::OwnerRepresentative | Role::GridHelper | Role::Resident);
        let involved = self.role() == Role::OwnerRepresentative && self.involved(row);
        self.problem(row) && (!public_too || involved || self.reporter(row) || self.recorder(row))
    }

    /// The office and the grid worker; never who is complained of.
    pub fn trusted(&self, row: &problem::Model) -> bool {
        (self.office(row) || self.ground(row)) && !self.concerned(row)
    }

    /// The office, unless complained of.
    pub fn decides(&self, row: &problem::Model) -> bool {
        self.office(row) && !self.concerned(row)
    }

    /// The office, and a supervisor, unless complained of.
    pub fn oversees(&self, row: &problem::Model) -> bool {
        let above = self.role() == Role::Supervisor || self.office(row);
        self.problem(row) && above && !self.concerned(row)
    }

    /// `report` (原述): the office, the grid worker, the reporter, who recorded it.
    pub fn report(&self, row: &problem::Model) -> bool {
        self.problem(row) && (self.trusted(row) || self.reporter(row) || self.recorder(row))
    }

    /// What a party did, in its words: those who work on it and those above, not who is only told.
    pub fn done(&self, row: &problem::Model) -> bool {
        let above =
            matches!(self.role(), Role::Supervisor | Role::StreetCoordinator | Role::Secretary | Role::GridWorker);
        let works = self.own_tasks(row).any(|task| task.role != TaskRole::Read);
        self.summary(row) && (above || works || self.reporter(row) || self.recorder(row))
    }

    /// A file: of a disposition as its content; of the report as the report, a copy that stands also by those who work
    /// on it, who are never a resident or a helper.
    pub fn attachment(&self, row: &entity::attachment::Model) -> bool {
        let works = !matches!(self.role(), Role::GridHelper | Role::Resident);
        let released = row.original_id.is_some() && row.withdrawn_at.is_none();
        self.of(row.problem_id, |eye, of| {
            let done = works && eye.done(of);
            if row.disposition_id.is_some() { done } else { eye.report(of) || (released && done) }
        })
    }

    /// Whether contact data is there, masked: the office, the grid worker; police and city management with a task from
    /// acknowledgement until 30 days after closure; never who is complained of; of a confidential one the office alone.
    pub fn contact(&self, row: &problem::Model) -> bool {
        ContactField::ALL.iter().any(|field| self.contact_field(row, *field))
    }

    /// The same of one part of it: by office or task the whole; for a party's people what the reporter released to their
    /// organisation, while that holds and they work on it.
    pub fn contact_field(&self, row: &problem::Model, field: ContactField) -> bool {
        let roles = [
            Role::Police,
            Role::CityManagement,
            Role::Lawyer,
            Role::PropertyManager,
            Role::OwnerRepresentative,
            Role::PartyMember,
        ];
        let released = self.truth.releases.iter().filter(|release| self.holds(release)).any(|release| {
            let told = match field {
                ContactField::Name => release.name,
                ContactField::Phone => release.phone,
                ContactField::Address => release.address,
            };
            told && release.problem_id == row.id && self.works_for(row, release.party_id)
        });
        let allowed = roles.contains(&self.role()) && !Self::confidential(row) && !self.concerned(row);
        self.contact_by_office(row) || (allowed && released)
    }

    fn works_for(&self, row: &problem::Model, party: Uuid) -> bool {
        self.own_tasks(row).any(|task| task.party_id == party && Self::kept(task))
    }

    /// A task to lead or to assist that its party did not give up.
    fn kept(task: &disposition_task::Model) -> bool {
        use TaskStatus::{Cancelled, Returned, Transferred, Waived};
        task.role != TaskRole::Read && ![Returned, Transferred, Waived, Cancelled].contains(&task.status)
    }

    fn holds(&self, release: &contact_release::Model) -> bool {
        let ours = self.who.post.organisation_id == Some(release.organisation_id);
        ours && release.withdrawn_at.is_none() && release.expires_at > self.truth.now
    }

    /// A release: the reporter, the office, and those it is for while it holds.
    pub fn release(&self, row: &contact_release::Model) -> bool {
        self.of(row.problem_id, |eye, of| {
            let office = eye.office(of) && !eye.concerned(of);
            eye.problem(of) && (eye.reporter(of) || office || (eye.holds(row) && eye.contact(of)))
        })
    }

    /// An offered visit: the reporter, the office, whoever acts on the task and is not complained of.
    pub fn visit(&self, row: &visit_offer::Model) -> bool {
        self.of(row.problem_id, |eye, of| {
            let office = eye.office(of) && !eye.concerned(of);
            eye.problem(of) && (eye.reporter(of) || office || eye.offers(row))
        })
    }

    pub fn offers(&self, row: &visit_offer::Model) -> bool {
        self.of(row.problem_id, |eye, of| {
            eye.problem(of) && !eye.concerned(of) && eye.acts_on(of).iter().any(|task| task.id == row.task_id)
        })
    }

    fn contact_by_office(&self, row: &problem::Model) -> bool {
        let authority = matches!(self.role(), Role::Police | Role::CityManagement)
            && self.own_tasks(row).any(|task| Self::kept(task) && task.acknowledged_at.is_some())
            && (row.open || row.closed_at.is_some_and(|closed| closed > self.truth.now - TimeDelta::days(30)))
            && !Self::confidential(row)
            && !self.concerned(row);
        self.trusted(row) || authority
    }

    /// The parties complained of.
    pub fn concerns(&self, row: &problem::Model) -> bool {
        self.report(row) || (self.summary(row) && !Self::confidential(row))
    }

    /// Whether the person, or anyone of an organisation of theirs, acknowledged, recorded or submitted.
    pub fn handled(&self, row: &problem::Model) -> bool {
        let ours = |organisation: Uuid| self.own_posts().any(|post| post.organisation_id == Some(organisation));
        let tasks = self.truth.tasks.iter().filter(|task| task.problem_id == row.id && task.role != TaskRole::Read);
        let mut tasks = tasks.filter(|task| task.acknowledged_at.is_some() || task.submitted_at.is_some());
        let mut acts = self.truth.dispositions.iter().filter(|act| act.problem_id == row.id);
        tasks.any(|task| task.acknowledged_by == Some(self.user()) || ours(task.organisation_id))
            || acts.any(|act| act.recorded_by == self.user() || ours(act.organisation_id))
    }

    /// A row of a table below a problem.
    pub fn of(&self, problem: Uuid, rule: impl Fn(&Self, &problem::Model) -> bool) -> bool {
        self.truth.problems.iter().any(|row| row.id == problem && rule(self, row))
    }

    /// What is seen of an event in the timeline of its problem.
    pub fn event(&self, row: &event::Model) -> Sight {
        let Some(of) = self.truth.problems.iter().find(|of| Some(of.id) == row.problem_id) else { return Sight::Not };
        if !self.problem(of) {
            return Sight::Not;
        }
        if super::privacy::apart(&row.kind) {
            return if self.told_of_mediation(&row.kind, of) { Sight::Open } else { Sight::Not };
        }
        if self.trusted(of) || self.role() == Role::Supervisor {
            return Sight::Open;
        }
        let [reporter, party, public] = audiences(&row.kind);
        // Whoever reported is no party by that; one whose organisation works on it is both, and sees what either does.
        let own = self.reporter(of);
        let works = if own { self.involved(of) } else { self.summary(of) };
        let sights = [(own, reporter), (works, party), (!own && !works, public)];
        let open = [Sight::Open, Sight::Faceless, Sight::Veiled];
        let most = open.into_iter().find(|sight| sights.contains(&(true, *sight)));
        most.unwrap_or(Sight::Not)
    }

    /// The audit trail: the region's for those above, but for problems out of sight and those one is complained of in;
    /// one's own calls for everybody.
    pub fn audit(&self, row: &event::Model) -> bool {
        let own = row.actor_id == Some(self.user());
        let whole = matches!(self.role(), Role::Supervisor | Role::StreetCoordinator | Role::Secretary);
        let in_sight = match row.problem_id {
            Some(problem) => self.of(problem, |eye, of| {
                let known = !super::privacy::apart(&row.kind) || eye.told_of_mediation(&row.kind, of);
                eye.problem(of) && !eye.concerned(of) && known
            }),
            // What people send, read, ask about themselves, or do as residents is their own.
            None => {
                let theirs = ["upload.", "notifications.", "subjectRequest."].iter().any(|of| row.kind.starts_with(of));
                let office = self.role() != Role::Supervisor || !super::privacy::apart(&row.kind);
                row.actor_role != Some(Role::Resident) && !theirs && office
            }
        };
        if whole { self.within(row.stream) && in_sight } else { own }
    }

    /// What happens to a mediation is told to the office alone; what is said there to nobody.
    fn told_of_mediation(&self, kind: &str, of: &problem::Model) -> bool {
        let inner = ["statementAdded", "sessionCalled", "sessionRecorded", "dossierChecked"];
        self.office(of)
            && !self.concerned(of)
            && !inner.iter().any(|name| kind.ends_with(name))
            && !kind.starts_with("subjectRequest.")
    }

    /// Who decides on the problem that is mediated, unless complained of.
    pub fn opens(&self, row: &mediation::Model) -> bool {
        self.of(row.problem_id, |eye, of| eye.office(of) && !eye.concerned(of))
    }

    /// Who was appointed to mediate, in that post.
    pub fn mediates(&self, row: &mediation::Model) -> bool {
        matches!(self.role(), Role::Police | Role::Lawyer | Role::GridWorker)
            && row.mediator_post_id == Some(self.who.post.id)
    }

    /// A side, in a post that is no office's.
    pub fn takes_part(&self, row: &mediation::Model) -> bool {
        let office =
            matches!(self.role(), Role::Supervisor | Role::StreetCoordinator | Role::Secretary | Role::Partner);
        !office && self.is_side(row)
    }

    pub fn is_side(&self, row: &mediation::Model) -> bool {
        self.truth.sides.iter().any(|side| side.mediation_id == row.id && side.user_id == Some(self.user()))
    }

    pub fn inside(&self, row: &mediation::Model) -> bool {
        self.mediates(row) || self.takes_part(row)
    }

    pub fn mediation(&self, row: &mediation::Model) -> bool {
        self.within(row.community_code) && (self.opens(row) || self.inside(row))
    }

    /// A row of a table below a mediation.
    pub fn of_mediation(&self, id: Uuid, rule: impl Fn(&Self, &mediation::Model) -> bool) -> bool {
        self.truth.mediations.iter().any(|row| row.id == id && self.mediation(row) && rule(self, row))
    }

    /// Who may not mediate: complained of, handled it, said so, reported it, is a side.
    pub fn unfit(&self, row: &problem::Model) -> bool {
        let said = self.truth.exclusions.iter().any(|one| {
            let firm = self
                .own_posts()
                .any(|post| post.organisation_id.is_some() && post.organisation_id == one.organisation_id);
            one.problem_id == row.id && (one.user_id == self.user() || firm)
        });
        let mut mediations = self.truth.mediations.iter().filter(|one| one.problem_id == row.id);
        let own = self.reporter(row) || row.recorded_by_id == Some(self.user());
        self.concerned(row) || self.handled(row) || said || own || mediations.any(|one| self.is_side(one))
    }

    /// Those who read the names of people who acted.
    pub fn names(&self) -> bool {
        matches!(self.role(), Role::Secretary | Role::StreetCoordinator)
    }

    /// Disclosures of one's own data, and for the office those of its problems.
    pub fn disclosure(&self, row: &entity::disclosure::Model) -> bool {
        let office = |eye: &Self, row: &problem::Model| eye.office(row) && !eye.concerned(row);
        row.subject_id == Some(self.user()) || self.of(row.problem_id, office)
    }

    pub fn whistle_of(&self, call: &whistle_call::Model) -> &whistle::Model {
        self.truth.whistles.iter().find(|row| row.id == call.whistle_id).unwrap()
    }

    fn problem_of(&self, row: &whistle::Model) -> Option<&problem::Model> {
        self.truth.problems.iter().find(|of| Some(of.id) == row.problem_id)
    }

    /// The line "raise a whistle / report in": the region's for those above, the own grid's for its worker, unless it is
    /// over a problem they do not read; and for each organisation that is called.
    pub fn whistle(&self, row: &whistle::Model) -> bool {
        let above = matches!(self.role(), Role::Supervisor | Role::StreetCoordinator | Role::Secretary);
        let problem_read = self.problem_of(row).is_none_or(|of| self.problem(of));
        let reached = (above && problem_read) || self.whistle_ground(row) || !self.called_by(row).is_empty();
        self.within(row.community_code) && reached
    }

    /// Who decides on it: the office; over a problem, who decides on that.
    pub fn whistle_office(&self, row: &whistle::Model) -> bool {
        match self.problem_of(row) {
            Some(of) => self.office(of),
            None => self.names() && self.within(row.community_code),
        }
    }

    pub fn whistle_ground(&self, row: &whistle::Model) -> bool {
        let grid = self.who.post.grid_id;
        let here = grid.is_some() && (row.grid_id == grid || row.micro_grid_id == grid);
        self.role() == Role::GridWorker && here && self.problem_of(row).is_none_or(|of| self.problem(of))
    }

    pub fn whistle_concerned(&self, row: &whistle::Model) -> bool {
        self.problem_of(row).is_some_and(|of| self.concerned(of))
    }

    /// Who is told the names of those who called and came.
    pub fn whistle_names(&self, row: &whistle::Model) -> bool {
        self.names() && self.whistle_office(row) && !self.whistle_concerned(row)
    }

    /// Whether a person acts for an organisation, in any post held within twelve months.
    pub fn ours(&self, organisation: Uuid) -> bool {
        self.own_posts().any(|post| post.organisation_id == Some(organisation))
    }

    /// The calls of the viewer's organisation, through a seat it holds.
    pub fn called_by(&self, row: &whistle::Model) -> Vec<&whistle_call::Model> {
        let comes = matches!(
            self.role(),
            Role::StreetCoordinator
                | Role::Police
                | Role::CityManagement
                | Role::Lawyer
                | Role::PropertyManager
                | Role::OwnerRepresentative
                | Role::PartyMember
        );
        let own = self.who.post.organisation_id.filter(|_| comes);
        let calls = self.truth.calls.iter().filter(|call| call.whistle_id == row.id);
        let held = calls.filter(|call| {
            let seat = self.truth.seats.iter().find(|seat| seat.id == call.seat_id).unwrap();
            Some(seat.organisation_id) == own && seat.ended_on.is_none_or(|ended| ended > self.today())
        });
        held.collect()
    }

    /// `viewer.tasks`: open ones of the organisation, for a grid worker of the grid.
    pub fn own_open(&self, task: &disposition_task::Model) -> bool {
        use TaskStatus::{Acknowledged, Assigned, ReturnRequested, Submitted, Unread};
        let open = matches!(task.status, Assigned | Acknowledged | Submitted | ReturnRequested | Unread);
        let post = &self.who.post;
        let own = if self.role() == Role::GridWorker {
            post.grid_id.is_some() && task.grid_id == post.grid_id
        } else {
            post.organisation_id == Some(task.organisation_id)
        };
        open && own
    }
}

/// What the reporter, the parties and everybody else are told of a kind of event.
fn audiences(kind: &str) -> [Sight; 3] {
    use Sight::{Faceless, Not, Open, Veiled};
    match kind {
        "problem.accepted" | "problem.declined" | "problem.dispatched" | "task.acknowledged" | "task.submitted"
        | "problem.closed" | "problem.suspended" | "problem.resumed" => [Open, Open, Open],
        "problem.reported" => [Open, Faceless, Veiled],
        "problem.reworked"
        | "task.returned"
        | "task.transferred"
        | "task.cancelled"
        | "problem.carriedOnLedger"
        | "problem.takenOffLedger" => [Open, Open, Veiled],
        // The called come and go in sight of the reporter and of those who work on it.
        "disposition.recorded"
        | "attachment.recorded"
        | "attachment.recordWithdrawn"
        | "deadline.moved"
        | "problem.escalated"
        | "extension.granted"
        | "supervision.raised"
        | "supervision.lifted"
        | "whistle.raised"
        | "whistle.partyCalled"
        | "whistle.reportedIn"
        | "whistle.done"
        | "whistle.excused"
        | "whistle.closed"
        | "whistle.cancelled" => [Open, Open, Not],
        "problem.handedUp" | "problem.appealed" | "problem.reopened" | "problem.withdrawn" | "problem.voided"
        | "problem.merged" | "problem.unmerged" => [Open, Veiled, Veiled],
        // What parties ask for is between them and the office.
        "task.returnRequested"
        | "task.returnRefused"
        | "task.waived"
        | "extension.requested"
        | "extension.refused"
        | "extension.lapsed"
        | "suspension.requested"
        | "suspension.refused"
        | "suspension.lapsed"
        | "ledger.reviewed"
        | "whistle.unanswered" => [Not, Open, Not],
        "deadline.reminded" => [Not, Faceless, Not],
        "problem.followedUp"
        | "problem.rated"
        | "contact.revealed"
        | "attachment.released"
        | "attachment.copyWithdrawn" => [Open, Veiled, Not],
        "problem.added"
        | "contact.released"
        | "contact.withdrawn"
        | "contact.corrected"
        | "withdrawal.requested"
        | "withdrawal.refused"
        | "attachment.added"
        | "attachment.withdrawn"
        | "data.erased" => [Open, Not, Not],
        _ if kind.starts_with("visit.") => [Open, Not, Not],
        _ => [Not, Not, Not],
    }
}
