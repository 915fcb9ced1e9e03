//! The state machine of an offered visit (预约上门): one table, read by the commands and by refusals.

use chrono::{DateTime, Utc};
use entity::visit_offer;
use entity::word::{VisitStatus, Word};
use serde_json::json;

use crate::error::{self, Code, Error, UserError};

/// What is done about an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The reporter chooses a time.
    Choose,
    /// The reporter declines, also what was chosen.
    Decline,
    /// The party takes it back.
    Cancel,
    /// The party says whether both came.
    Record,
}

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The problem's reporter.
    Reporter,
    /// Whoever acts on the task under which it was offered.
    Party,
}

/// One row of the table.
pub struct Move {
    /// What is done.
    pub action: Action,
    /// In which states.
    pub from: &'static [VisitStatus],
    /// To which it leads; where there are two, what happened decides.
    pub to: &'static [VisitStatus],
    /// Who does it.
    pub who: Who,
    /// By which mutation.
    pub mutation: &'static str,
}

macro_rules! moves {
    ($($action:ident [$($from:ident)+] -> [$($to:ident)+] $who:ident $mutation:literal;)+) => {
        /// The table. An offer lapses by itself when the last of its times begins.
        pub const MOVES: &[Move] = &[$(Move {
            action: Action::$action,
            from: &[$(VisitStatus::$from),+],
            to: &[$(VisitStatus::$to),+],
            who: Who::$who,
            mutation: $mutation,
        }),+];
    };
}

moves! {
    Choose [Offered] -> [Chosen] Reporter "chooseVisit";
    Decline [Offered Chosen] -> [Declined] Reporter "declineVisit";
    Cancel [Offered Chosen] -> [Cancelled] Party "cancelVisit";
    Record [Chosen] -> [Kept Missed] Party "recordVisit";
}

/// Where an offer stands at `now`: one that nobody answered lapses by itself.
#[must_use]
pub fn standing(status: VisitStatus, lapses_at: DateTime<Utc>, now: DateTime<Utc>) -> VisitStatus {
    if status == VisitStatus::Offered && lapses_at <= now { VisitStatus::Lapsed } else { status }
}

/// Says no unless `action` can be done now by one of `who`.
///
/// # Errors
/// `INVALID_TRANSITION` with the present state and what can be done in it; `FORBIDDEN` for who has no part in it.
pub fn require(action: Action, row: &visit_offer::Model, who: &[Who], now: DateTime<Utc>) -> Result<(), Error> {
    let status = standing(row.status, row.lapses_at, now);
    let own = || MOVES.iter().filter(|step| who.contains(&step.who));
    if own().all(|step| step.action != action) {
        return Err(Error::not_yours());
    }
    if own().any(|step| step.action == action && step.from.contains(&status)) {
        return Ok(());
    }
    let open: Vec<_> = own().filter(|step| step.from.contains(&status)).map(|step| step.mutation).collect();
    let list = |none: &str| if open.is_empty() { none.to_owned() } else { open.join(", ") };
    let words = vec![error::Word::both(status.zh(), status.en()), error::Word::both(list("无"), list("nothing"))];
    let refusal = UserError::new(Code::InvalidTransition, "", words);
    Err(refusal.with("from", json!(status.value())).with("allowed", json!(open)).into())
}
