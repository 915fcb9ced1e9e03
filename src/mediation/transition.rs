//! The state machine of a mediation: one table, read by commands, by `allowedActions` and by refusals.

use chrono::{Days, NaiveDate};
use entity::word::{ConfirmationStatus, MediationAction, MediationKind, MediationStatus};

use super::facts::{Facts, Side};
use crate::machine::{self, Machine, Obstacle};
use crate::policy::{Capability, Viewer};

/// How many days a mediation takes unless all sides agree to more.
pub const LIMIT_DAYS: u64 = 30;
/// Within how many days of its effect an agreement can be confirmed by a court (People's Mediation Law, art. 33).
pub const CONFIRMATION_DAYS: u64 = 30;

/// The last day on which the sides can ask a court to confirm an agreement that took effect on a day.
#[must_use]
pub fn confirmation_due(effective_on: NaiveDate) -> NaiveDate {
    effective_on + Days::new(CONFIRMATION_DAYS)
}

/// One row of the table.
pub struct Move {
    /// What is done.
    pub action: MediationAction,
    /// In which states.
    pub from: &'static [MediationStatus],
    /// To which it leads; it stays where there is none. Where there are two, what happened decides.
    pub to: &'static [MediationStatus],
    /// What the caller needs at all.
    pub capability: Capability,
    /// Who does it.
    pub who: Who,
    /// What must hold.
    pub guards: &'static [Guard],
}

/// Who does it, by the mediation and not by the role alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The office that decides on the problem.
    Office,
    /// The mediator.
    Mediator,
    /// A side, for itself.
    Side,
}

/// What must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The viewer is no side of it, in any post.
    NotNamed,
    /// Nothing excludes the viewer from mediating.
    Fit,
    /// There is a mediator.
    Appointed,
    /// There is a side without an account, for which the mediator writes down what it says.
    Unaccounted,
    /// The side has not said yet whether it consents.
    Undecided,
    /// The side has not signed yet.
    Unsigned,
    /// The agreement is in effect.
    Effective,
    /// Judicial confirmation is for people's mediation alone.
    Peoples,
    /// Within 30 days of effect.
    ConfirmationOpen,
    /// The side has not asked for judicial confirmation yet.
    Unasked,
    /// All sides asked for it, and the court has not decided.
    ConfirmationAsked,
}

macro_rules! moves {
    ($($action:ident [$($from:ident)+] -> [$($to:ident)*] $capability:ident $who:ident [$($guard:ident)*];)+) => {
        /// The table.
        pub const MOVES: &[Move] = &[$(Move {
            action: MediationAction::$action,
            from: &[$(MediationStatus::$from),+],
            to: &[$(MediationStatus::$to),*],
            capability: Capability::$capability,
            who: Who::$who,
            guards: &[$(Guard::$guard),*],
        }),+];
    };
}

moves! {
    Appoint [ConsentPending Mediating AgreedWritten AgreedOral] -> [] AppointMediator Office [NotNamed];
    Consent [ConsentPending] -> [Mediating] TakePartInMediation Side [Appointed Undecided];
    Consent [ConsentPending] -> [Mediating] Mediate Mediator [Fit Unaccounted Undecided];
    Refuse [ConsentPending] -> [Refused] TakePartInMediation Side [];
    Refuse [ConsentPending] -> [Refused] Mediate Mediator [Fit Unaccounted];
    State [Mediating] -> [] TakePartInMediation Side [];
    State [Mediating] -> [] Mediate Mediator [Fit Unaccounted];
    Schedule [Mediating] -> [] Mediate Mediator [Fit];
    Attend [Mediating AgreedWritten AgreedOral Terminated] -> [] Mediate Mediator [Fit];
    Extend [Mediating] -> [] Mediate Mediator [Fit];
    Agree [Mediating] -> [AgreedWritten AgreedOral] Mediate Mediator [Fit];
    Sign [AgreedWritten] -> [] TakePartInMediation Side [Unsigned];
    Sign [AgreedWritten] -> [] Mediate Mediator [Fit Unaccounted Unsigned];
    Terminate [Mediating] -> [Terminated] Mediate Mediator [Fit];
    Perform [AgreedWritten AgreedOral] -> [Performed] Mediate Mediator [Fit Effective];
    Breach [AgreedWritten AgreedOral] -> [Breached] Mediate Mediator [Fit Effective];
    AskConfirmation [AgreedWritten AgreedOral] -> [] TakePartInMediation Side [Peoples Effective ConfirmationOpen Unasked];
    AskConfirmation [AgreedWritten AgreedOral] -> [] Mediate Mediator [Fit Unaccounted Peoples Effective ConfirmationOpen Unasked];
    RecordConfirmation [AgreedWritten AgreedOral Performed Breached] -> [] Mediate Mediator [Fit Peoples ConfirmationAsked];
    Recuse [ConsentPending Mediating AgreedWritten AgreedOral] -> [] Mediate Mediator [];
    Recuse [ConsentPending Mediating AgreedWritten AgreedOral] -> [] TakePartInMediation Side [Appointed];
    CheckDossier [ConsentPending Refused Mediating AgreedWritten AgreedOral Terminated Performed Breached] -> [] Mediate Mediator [Fit];
}

/// The mutation that does an action.
#[must_use]
pub const fn mutation(action: MediationAction) -> &'static str {
    match action {
        MediationAction::Appoint => "appointMediator",
        MediationAction::Consent => "consentToMediation",
        MediationAction::Refuse => "refuseMediation",
        MediationAction::State => "addStatement",
        MediationAction::Schedule => "scheduleMediationSession",
        MediationAction::Attend => "recordMediationSession",
        MediationAction::Extend => "extendMediation",
        MediationAction::Agree => "recordAgreement",
        MediationAction::Sign => "signAgreement",
        MediationAction::Terminate => "terminateMediation",
        MediationAction::Perform => "recordPerformance",
        MediationAction::Breach => "recordBreach",
        MediationAction::AskConfirmation => "askJudicialConfirmation",
        MediationAction::RecordConfirmation => "recordJudicialConfirmation",
        MediationAction::Recuse => "recuseMediator",
        MediationAction::CheckDossier => "checkDossier",
    }
}

/// A mediation as one viewer finds it on some day.
pub struct Asked<'a> {
    /// What the guards look at.
    pub facts: &'a Facts,
    /// Who asks.
    pub viewer: &'a Viewer,
    /// On which day.
    pub today: NaiveDate,
}

impl Machine for Asked<'_> {
    type Action = MediationAction;
    type State = MediationStatus;
    type Guard = Guard;

    fn state(&self) -> MediationStatus {
        self.facts.status
    }

    fn mutation(&self, action: MediationAction) -> Option<&'static str> {
        Some(mutation(action))
    }

    fn obstacles(&self, action: MediationAction) -> impl Iterator<Item = Option<Obstacle<Guard>>> {
        let own = move |step: &&Move| {
            step.action == action
                && step.capability.held(self.viewer.role, self.viewer.scopes)
                && step.who.is(self.facts)
        };
        MOVES.iter().filter(own).map(|step| {
            let holds = |guard: Guard| guard.holds(step.who, self.facts, self.today);
            Obstacle::of(step.from.contains(&self.facts.status), step.guards, holds)
        })
    }
}

impl Who {
    fn is(self, facts: &Facts) -> bool {
        match self {
            Self::Office => facts.office,
            Self::Mediator => facts.mediator,
            Self::Side => facts.own.is_some(),
        }
    }
}

impl Guard {
    fn holds(self, who: Who, facts: &Facts, today: NaiveDate) -> bool {
        let side = match who {
            Who::Side => facts.own,
            Who::Mediator => facts.unaccounted,
            Who::Office => None,
        };
        let still = |what: fn(&Side) -> bool| side.is_some_and(|side| what(&side));
        match self {
            Self::NotNamed => !facts.named,
            Self::Fit => !facts.unfit,
            Self::Appointed => facts.appointed,
            Self::Unaccounted => facts.unaccounted.is_some(),
            Self::Undecided => still(|side| side.undecided),
            Self::Unsigned => still(|side| side.unsigned),
            Self::Effective => facts.effective_on.is_some(),
            Self::Peoples => facts.kind == MediationKind::Peoples,
            Self::ConfirmationOpen => facts.effective_on.is_some_and(|day| today <= confirmation_due(day)),
            Self::Unasked => still(|side| side.unasked),
            Self::ConfirmationAsked => facts.confirmation == Some(ConfirmationStatus::Requested),
        }
    }
}

impl machine::Guard for Guard {
    fn is_state(self) -> bool {
        matches!(self, Self::Undecided | Self::Unsigned | Self::Effective | Self::Unasked | Self::ConfirmationAsked)
    }

    fn why(self) -> (&'static str, &'static str) {
        match self {
            Self::NotNamed => ("您是本调解的当事人", "you are a side of this mediation"),
            Self::Fit => (
                "须回避：您或您所在（或一年内曾在）的单位与此事有关，或曾为一方提供咨询",
                "you, or an organisation you act for or did within a year, are involved or advised a side",
            ),
            Self::Appointed => ("尚未指定调解员", "there is no mediator"),
            Self::Unaccounted => ("各方当事人均有账号，由本人办理", "each side has an account and acts for itself"),
            Self::Undecided => ("已答复是否同意", "whether it consents was said"),
            Self::Unsigned => ("已签署", "it was signed"),
            Self::Effective => ("协议尚未生效", "the agreement is not in effect"),
            Self::Peoples => ("司法确认只适用于人民调解", "judicial confirmation is for people's mediation alone"),
            Self::ConfirmationOpen => (
                "司法确认的申请期限（生效后30日）已过",
                "the 30 days from its effect for judicial confirmation are over",
            ),
            Self::Unasked => ("已申请司法确认", "judicial confirmation was asked for"),
            Self::ConfirmationAsked => {
                ("没有待决定的司法确认申请", "no request for judicial confirmation waits for a decision")
            }
        }
    }
}
