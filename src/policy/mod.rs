//! Who may do what: the scopes, the one table of capabilities, and the viewer it is asked for.
//!
//! The table decides what each role's schema contains, the `Scope:` line of a description, the check before a command,
//! and (through [`rows`]) the rows of every select. A capability without a line here does not exist.

pub mod rows;
pub mod rule;

use std::fmt;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::word::{RegionLevel, Role, Word};
use sea_orm::Value;
use uuid::Uuid;

use crate::error::{Error, Result};
use rule::Known;

macro_rules! scopes {
    ($($variant:ident $name:literal $about:literal;)+) => {
        /// What a token may be narrowed to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Scope {
            $(#[doc = $about] $variant,)+
        }

        impl Scope {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// As tokens and clients have it: `problem:read`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
            /// What it opens.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about),+ }
            }
        }
    };
}

scopes! {
    Any "any" "Who am I, vocabularies, ids; held by every token.";
    GroupRead "group:read" "Regions, grids, buildings, groups, parties, organisations, names and kinds of appointments.";
    GroupManage "group:manage" "Create and change groups, seats, grids and appointments; invite people.";
    ProblemRead "problem:read" "Problems, tasks, dispositions, timelines.";
    ProblemReport "problem:report" "Report, add, appeal, withdraw, rate, reopen.";
    ProblemDispatch "problem:dispatch" "Accept, decline, dispatch, merge, decide on what parties ask for.";
    ProblemSupervise "problem:supervise" "Carry on the ledger, void, supervise.";
    ProblemVerify "problem:verify" "Verify, close, rework, follow up.";
    TaskWrite "task:write" "Every act on a task; record a disposition; report in when called.";
    MediationRead "mediation:read" "Mediations that one has a part in, or that the office opened.";
    MediationWrite "mediation:write" "Open a mediation, mediate, take part as a side.";
    ContactReveal "contact:reveal" "Reveal a reporter's contact data, with a record.";
    StatsRead "stats:read" "Statistics.";
    AuditRead "audit:read" "The audit trail.";
    WhistleRead "whistle:read" "Whistles, and who was called and came.";
    WhistleRaise "whistle:raise" "Raise a whistle, call further parties, excuse, close, cancel.";
    InboxRead "inbox:read" "What waits for the person in all posts, and notifications: kind, number and due time, no more.";
    InboxWrite "inbox:write" "Mark notifications as read.";
    PrivacyManage "privacy:manage" "Redact and erase, hold, set retention, answer what people ask about their data.";
}

/// A set of scopes, as a token carries it; [`Scope::Any`] is always in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scopes(u64);

impl Scopes {
    /// No scope but `any`.
    pub const NONE: Self = Self(1);

    /// Whether `scope` is in it.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u64) != 0
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Its scopes in order, without `any`.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| *scope != Scope::Any && self.has(*scope))
    }

    /// Reads the `scope` claim (RFC 8693 §4.2: names parted by spaces); unknown names are left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        text.split(' ').filter_map(|name| Scope::ALL.iter().find(|scope| scope.name() == name)).copied().collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        Self(scopes.into_iter().fold(Self::NONE.0, |set, scope| set | 1 << scope as u64))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Scope::name).collect();
        f.write_str(&names.join(" "))
    }
}

/// How far a capability reaches for a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Not at all: what needs it is unknown to the role.
    None,
    /// Everything in its region.
    Full,
    /// Everything in its region, without personal data.
    Masked,
    /// Where its own organisation is involved, through a seat it holds.
    Party,
    /// Public rows, and where its own organisation is involved.
    PublicOrParty,
    /// Its own grid and that grid's micro-grids.
    Grid,
    /// Public rows of its own grid, and its own records.
    PublicInGrid,
    /// Public rows, and its own records.
    PublicOrOwn,
    /// Its own records.
    Own,
}

/// The roles in the order of the table's columns.
pub const ROLES: [Role; 13] = [
    Role::Supervisor,
    Role::StreetCoordinator,
    Role::Secretary,
    Role::Police,
    Role::CityManagement,
    Role::Lawyer,
    Role::PropertyManager,
    Role::OwnerRepresentative,
    Role::PartyMember,
    Role::GridWorker,
    Role::GridHelper,
    Role::Resident,
    Role::Partner,
];

macro_rules! capabilities {
    ($($variant:ident $scope:ident [$($reach:ident)+] $about:literal;)+) => {
        /// What can be done here: the lines of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Capability {
            $(#[doc = $about] $variant,)+
        }

        impl Capability {
            /// All lines.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The scope a token needs for it.
            #[must_use]
            pub const fn scope(self) -> Scope {
                match self { $(Self::$variant => Scope::$scope),+ }
            }
            /// How far it reaches for each role, in the order of [`ROLES`].
            const fn reaches(self) -> [Reach; 13] {
                match self { $(Self::$variant => [$(letter::$reach),+]),+ }
            }
            /// What it is.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about),+ }
            }
        }
    };
}

/// The letters of the table.
mod letter {
    use super::Reach;
    pub const F: Reach = Reach::Full;
    pub const M: Reach = Reach::Masked;
    pub const P: Reach = Reach::Party;
    pub const W: Reach = Reach::PublicOrParty;
    pub const G: Reach = Reach::Grid;
    pub const H: Reach = Reach::PublicInGrid;
    pub const R: Reach = Reach::PublicOrOwn;
    pub const O: Reach = Reach::Own;
    #[expect(non_upper_case_globals, reason = "a dash in the table")]
    pub const x: Reach = Reach::None;
}

// The supervisor's F from triage down is the street's column, for problems of a concerned street alone (see rows::problem::office).
// F full · M masked · P own party · W public + P · G own grid · H public of own grid + O · R public + O · O own · x none
capabilities! {
    // capability     scope            SU ST SE PO CI LA PR OW PM GW GH RE PT
    AskAnything       Any             [F  F  F  F  F  F  F  F  F  F  F  F  F] "ask who one is and what words mean";
    ReadGroups        GroupRead       [F  F  F  F  F  F  F  F  F  F  F  F  F] "read regions, groups and posts";
    ManageGroups      GroupManage     [x  F  F  x  x  x  x  x  x  x  x  x  x] "manage grids, groups, people; invite";
    ReportProblem     ProblemReport   [F  F  F  P  P  P  P  O  P  P  O  O  F] "report a problem, add to it";
    ReporterActs      ProblemReport   [O  O  O  O  O  O  O  O  O  O  O  O  x] "appeal or withdraw one's own problem";
    ReadProblems      ProblemRead     [M  F  F  P  P  P  P  W  P  G  H  R  P] "read problems";
    ReadTasks         ProblemRead     [M  F  F  P  P  P  P  P  P  G  x  x  P] "read tasks and what was done";
    TriageProblem     ProblemDispatch [F  F  F  x  x  x  x  x  x  x  x  x  x] "accept, decline, dispatch, merge; decide on returns, extensions and suspensions; transfer, waive and cancel tasks";
    ActOnTask         TaskWrite       [x  P  P  P  P  P  P  P  P  G  x  x  P] "act on a task";
    VerifyProblem     ProblemVerify   [F  F  F  x  x  x  x  x  x  G  x  x  x] "verify, close, send back";
    FollowUpProblem   ProblemVerify   [F  F  F  x  x  x  x  x  x  G  x  x  x] "follow up; record a rating for a reporter without account";
    KeepLedger        ProblemSupervise [F F  x  x  x  x  x  x  x  x  x  x  x] "carry a problem on the ledger";
    RequestVoid       ProblemSupervise [F F  x  x  x  x  x  x  x  x  x  x  x] "ask for voiding";
    ConfirmVoid       ProblemSupervise [F F  x  x  x  x  x  x  x  x  x  x  x] "confirm voiding that another asked for";
    ProposeSupervision ProblemSupervise [F F F  x  x  x  x  x  x  x  x  x  x] "propose supervision";
    RaiseSupervision  ProblemSupervise [F F  x  x  x  x  x  x  x  x  x  x  x] "raise and lift supervision";
    RateProblem       ProblemReport   [x  x  x  x  x  x  x  O  x  x  O  O  x] "rate";
    ReopenProblem     ProblemReport   [F  F  F  x  x  x  x  O  x  x  O  O  x] "reopen";
    RevealContact     ContactReveal   [F  F  F  P  P  P  P  P  P  G  x  x  x] "reveal the reporter's contact data";
    ReadStatistics    StatsRead       [F  F  F  P  P  P  P  R  P  G  R  R  P] "read statistics";
    ReadAudit         AuditRead       [F  F  F  O  O  O  O  O  O  O  O  O  O] "read the audit trail";
    ReadWhistles      WhistleRead     [M  F  F  P  P  P  P  P  P  G  x  x  x] "read whistles";
    RaiseWhistle      WhistleRaise    [F  F  F  x  x  x  x  x  x  G  x  x  x] "raise a whistle";
    ReportIn          TaskWrite       [x  P  x  P  P  P  P  P  P  x  x  x  x] "report in when called";
    SetLimits         GroupManage     [x  F  F  x  x  x  x  x  x  x  x  x  x] "set time limits";
    StageUpload       Any             [F  F  F  F  F  F  F  F  F  F  F  F  F] "stage a file, to attach it to what one may report or do";
    ReadMediations    MediationRead   [F  F  F  O  O  O  O  O  O  O  O  O  x] "read mediations";
    AppointMediator   MediationWrite  [F  F  F  x  x  x  x  x  x  x  x  x  x] "open a mediation, appoint the mediator";
    Mediate           MediationWrite  [x  x  x  O  x  O  x  x  x  O  x  x  x] "mediate where appointed";
    TakePartInMediation MediationWrite [x x  x  O  O  O  O  O  O  O  O  O  x] "take part in a mediation as a side";
    ReadInbox         InboxRead       [O  O  O  O  O  O  O  O  O  O  O  O  x] "read one's inbox and notifications, of all posts";
    MarkNotifications InboxWrite      [O  O  O  O  O  O  O  O  O  O  O  O  x] "mark one's notifications as read";
    EraseData         PrivacyManage   [F  F  x  x  x  x  x  x  x  x  x  x  x] "redact texts, erase data, hold by law";
    AskErasure        PrivacyManage   [F  F  F  x  x  x  x  x  x  x  x  x  x] "ask for a redaction; read what is asked";
    SetRetention      PrivacyManage   [x  F  x  x  x  x  x  x  x  x  x  x  x] "set how long data is kept";
    AnswerSubjectRequest PrivacyManage [F F  F  x  x  x  x  x  x  x  x  x  x] "answer what people ask about their data";
    AskAboutOwnData   Any             [O  O  O  O  O  O  O  O  O  O  O  O  x] "ask about one's own data";
}

impl Capability {
    /// How far it reaches for `role`.
    #[must_use]
    pub fn reach(self, role: Role) -> Reach {
        let place = ROLES.iter().position(|other| *other == role).unwrap_or_default();
        self.reaches()[place]
    }

    /// The roles for which it reaches so far.
    #[must_use]
    pub fn reached(self, reach: Reach) -> Vec<Role> {
        ROLES.into_iter().filter(|role| self.reach(*role) == reach).collect()
    }

    /// Whether a caller of `role` with a token of `scopes` has it at all.
    #[must_use]
    pub fn held(self, role: Role, scopes: Scopes) -> bool {
        scopes.has(self.scope()) && !matches!(self.reach(role), Reach::None)
    }

    /// The last line of a description: `Scope: problem:read. Roles: …`.
    #[must_use]
    pub fn line(self) -> String {
        let roles: Vec<_> =
            ROLES.iter().filter(|role| self.reach(**role) != Reach::None).map(|role| role.value()).collect();
        let roles = if roles.len() == ROLES.len() { "all".to_owned() } else { roles.join(", ") };
        format!("Scope: {}. Roles: {roles}.", self.scope().name())
    }
}

/// All scopes that `role` has any use for.
#[must_use]
pub fn scopes_of(role: Role) -> Scopes {
    Capability::ALL
        .iter()
        .filter(|capability| capability.reach(role) != Reach::None)
        .map(|capability| capability.scope())
        .collect()
}

/// Who asks: one person (or client) in one post.
#[derive(Clone, Debug, PartialEq)]
pub struct Viewer {
    /// The person.
    pub user: Uuid,
    /// The appointment acted in.
    pub post: Uuid,
    /// The role that follows from it.
    pub role: Role,
    /// The scopes of the token.
    pub scopes: Scopes,
    /// The region of the post.
    pub region: i64,
    /// That region's level.
    pub level: RegionLevel,
    /// The organisation of the post.
    pub organisation: Option<Uuid>,
    /// The group of the post.
    pub group: Option<Uuid>,
    /// The party of the post.
    pub party: Option<Uuid>,
    /// The grid of the post.
    pub grid: Option<Uuid>,
    /// The sign-in the token descends from.
    pub family: Uuid,
    /// The token's id.
    pub token: Uuid,
}

/// The span in which a post that was held still excludes from judging.
const EXCLUSION: TimeDelta = TimeDelta::days(365);

/// The first day on which a post that was held still excludes, at `now`: one that ended after it does.
#[must_use]
pub fn exclusion_day(now: DateTime<Utc>) -> NaiveDate {
    crate::clock::day(now - EXCLUSION)
}

impl Viewer {
    /// The operator of the installation, who acts before anybody holds a post: no person, and no token.
    pub fn operator(region: i64, level: RegionLevel) -> Self {
        Self { region, level, ..Self::nobody(Role::StreetCoordinator, Scopes::NONE) }
    }

    /// A role and scopes without a person, a place or a token: enough to know a schema, and in reach of no row.
    #[must_use]
    pub fn nobody(role: Role, scopes: Scopes) -> Self {
        Self {
            user: Uuid::nil(),
            post: Uuid::nil(),
            role,
            scopes,
            region: 0,
            level: RegionLevel::Community,
            organisation: None,
            group: None,
            party: None,
            grid: None,
            family: Uuid::nil(),
            token: Uuid::nil(),
        }
    }

    /// A reporter without account, who has shown the number and the code of a report: a resident of the community, and no
    /// person that is known.
    #[must_use]
    pub fn reporter_without_account(community: i64) -> Self {
        Self { region: community, ..Self::nobody(Role::Resident, scopes_of(Role::Resident)) }
    }

    /// Whether it is one of those.
    #[must_use]
    pub fn is_without_account(&self) -> bool {
        self.user.is_nil() && self.role == Role::Resident
    }

    /// The person, where it is one that is known.
    #[must_use]
    pub fn person(&self) -> Option<Uuid> {
        (!self.user.is_nil()).then_some(self.user)
    }

    /// The value behind a name that statements know the viewer's facts by.
    #[must_use]
    pub fn known(&self, known: Known, now: DateTime<Utc>) -> Value {
        match known {
            Known::User => self.user.into(),
            Known::Post => self.post.into(),
            Known::Organisation => self.organisation.into(),
            Known::Group => self.group.into(),
            Known::Party => self.party.into(),
            Known::Grid => self.grid.into(),
            Known::Region => self.region.into(),
            Known::RegionKey => (self.region / rule::divisor(self.level)).into(),
            Known::Now => now.into(),
            Known::Today => crate::clock::day(now).into(),
            Known::ExclusionDay => exclusion_day(now).into(),
            Known::ContactDay => (now - TimeDelta::days(30)).into(),
        }
    }

    /// Whether a community lies in the viewer's region.
    #[must_use]
    pub fn covers(&self, code: i64) -> bool {
        let divisor = rule::divisor(self.level);
        code / divisor == self.region / divisor
    }

    /// Says no unless the viewer holds `capability`. The schema holds nothing that needs a capability its viewers lack,
    /// so this is the second door.
    ///
    /// # Errors
    /// `NOT_FOUND`, which tells nothing of what is lacking.
    pub fn require(&self, capability: Capability) -> Result<Reach> {
        if capability.held(self.role, self.scopes) {
            Ok(capability.reach(self.role))
        } else {
            Err(Error::not_found(""))
        }
    }
}
