//! The state machine of a whistle: one table, read by commands, by `allowedActions` and by refusals.

use entity::word::{WhistleAction, WhistleStatus};

use super::facts::Facts;
use crate::machine::{self, Machine, Obstacle};
use crate::policy::{Capability, Viewer};

/// One row of the table.
pub struct Move {
    /// What is done.
    pub action: WhistleAction,
    /// In which states.
    pub from: &'static [WhistleStatus],
    /// To which it leads; it stays where there is none.
    pub to: Option<WhistleStatus>,
    /// What the caller needs at all.
    pub capability: Capability,
    /// Who does it.
    pub who: Who,
    /// What must hold.
    pub guards: &'static [Guard],
}

/// Who does it, by the whistle and not by the role alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who decides on it: the secretary and the street; where it was blown for a problem, who decides on that.
    Office,
    /// The office, or the grid worker of its grid.
    Convening,
    /// The office, or who blew it.
    Raiser,
    /// A called organisation.
    Called,
}

/// What must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// No organisation of the viewer is complained of in its problem.
    NotConcerned,
    /// The call waits for a report-in.
    Waiting,
    /// The called party is on the spot and not done.
    Present,
    /// The call is not over.
    Undone,
    /// The call is of no organisation of the viewer's.
    NotOwn,
    /// Each called party came and did its part, or was excused.
    AllDone,
}

macro_rules! moves {
    ($($action:ident [$($from:ident)+] -> [$($to:ident)?] $capability:ident $who:ident [$($guard:ident)*];)+) => {
        /// The table.
        pub const MOVES: &[Move] = &[$(Move {
            action: WhistleAction::$action,
            from: &[$(WhistleStatus::$from),+],
            to: moves!(@ $($to)?),
            capability: Capability::$capability,
            who: Who::$who,
            guards: &[$(Guard::$guard),*],
        }),+];
    };
    (@ $to:ident) => { Some(WhistleStatus::$to) };
    (@) => { None };
}

moves! {
    CallParty [Raised Responding] -> [] RaiseWhistle Convening [NotConcerned];
    ReportIn [Raised Responding] -> [Responding] ReportIn Called [Waiting];
    RecordDone [Responding] -> [] ReportIn Called [Present];
    Excuse [Raised Responding] -> [] RaiseWhistle Office [NotConcerned Undone NotOwn];
    Close [Raised Responding] -> [Closed] RaiseWhistle Convening [NotConcerned AllDone];
    Cancel [Raised] -> [Cancelled] RaiseWhistle Raiser [NotConcerned];
}

/// The mutation that does an action.
#[must_use]
pub const fn mutation(action: WhistleAction) -> &'static str {
    match action {
        WhistleAction::CallParty => "callParty",
        WhistleAction::ReportIn => "reportIn",
        WhistleAction::RecordDone => "recordWhistleDone",
        WhistleAction::Excuse => "excuseCall",
        WhistleAction::Close => "closeWhistle",
        WhistleAction::Cancel => "cancelWhistle",
    }
}

/// A whistle as one viewer finds it.
pub struct Asked<'a> {
    /// What the guards look at.
    pub facts: &'a Facts,
    /// Who asks.
    pub viewer: &'a Viewer,
}

impl Machine for Asked<'_> {
    type Action = WhistleAction;
    type State = WhistleStatus;
    type Guard = Guard;

    fn state(&self) -> WhistleStatus {
        self.facts.status
    }

    fn mutation(&self, action: WhistleAction) -> Option<&'static str> {
        Some(mutation(action))
    }

    fn obstacles(&self, action: WhistleAction) -> impl Iterator<Item = Option<Obstacle<Guard>>> {
        let own = move |step: &&Move| {
            step.action == action
                && step.capability.held(self.viewer.role, self.viewer.scopes)
                && step.who.is(self.facts)
        };
        MOVES.iter().filter(own).map(|step| {
            Obstacle::of(step.from.contains(&self.facts.status), step.guards, |guard| guard.holds(self.facts))
        })
    }
}

impl Who {
    fn is(self, facts: &Facts) -> bool {
        match self {
            Self::Office => facts.office,
            Self::Convening => facts.office || facts.ground,
            Self::Raiser => facts.office || facts.raiser,
            Self::Called => facts.called,
        }
    }
}

impl Guard {
    fn holds(self, facts: &Facts) -> bool {
        match self {
            Self::NotConcerned => !facts.concerned,
            Self::Waiting => facts.waiting,
            Self::Present => facts.present,
            Self::Undone => facts.undone,
            Self::NotOwn => facts.excusable,
            Self::AllDone => !facts.undone,
        }
    }
}

impl machine::Guard for Guard {
    fn is_state(self) -> bool {
        matches!(self, Self::Waiting | Self::Present | Self::Undone)
    }

    fn why(self) -> (&'static str, &'static str) {
        match self {
            Self::NotConcerned => (
                "须回避：您或您所在（或一年内曾在）的单位与此事有关",
                "you, or an organisation you act for or did within a year, are involved",
            ),
            Self::Waiting => ("没有待报到的调度", "no call waits for a report-in"),
            Self::Present => ("没有已报到、待办结的调度", "no called party is on the spot and not done"),
            Self::Undone => ("没有待到场或待办结的调度", "no call is open"),
            Self::NotOwn => ("不能免除本单位到场", "nobody excuses an organisation of its own"),
            Self::AllDone => ("尚有单位未到场或未办结", "a called party has not come or is not done"),
        }
    }
}
