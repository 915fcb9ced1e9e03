//! Where an attachment can go: one table, read by the commands and by their refusals.

use entity::word::AttachmentStatus;

use crate::error::{Error, Result};

/// What can be done with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Give the parties a copy.
    Release,
    /// Take it back.
    Withdraw,
}

/// Of what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// Of the report.
    Report,
    /// Of a disposition.
    Disposition,
}

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The office that decides on the problem, unless it is complained of.
    Office,
    /// Who attached it.
    Author,
}

/// One row of the table.
#[derive(Debug)]
pub struct Move {
    /// What is done.
    pub action: Action,
    /// In which state.
    pub from: AttachmentStatus,
    /// To which it leads: of a release, the state of the copy.
    pub to: AttachmentStatus,
    /// Of what.
    pub of: Parent,
    /// By whom.
    pub who: Who,
}

/// The table. What a party recorded is evidence: it takes none of it back by itself.
pub const MOVES: [Move; 4] = {
    use Action::{Release, Withdraw};
    use AttachmentStatus::{Attached, Released, Withdrawn};
    [
        Move { action: Release, from: Attached, to: Released, of: Parent::Report, who: Who::Office },
        Move { action: Withdraw, from: Released, to: Withdrawn, of: Parent::Report, who: Who::Office },
        Move { action: Withdraw, from: Attached, to: Withdrawn, of: Parent::Report, who: Who::Author },
        Move { action: Withdraw, from: Attached, to: Withdrawn, of: Parent::Disposition, who: Who::Office },
    ]
};

/// What the table looks at.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Where it stands.
    pub status: AttachmentStatus,
    /// Of what it is.
    pub of: Parent,
    /// Whether the viewer is the office.
    pub office: bool,
    /// Whether the viewer attached it.
    pub author: bool,
}

impl Action {
    /// The mutation that does it.
    #[must_use]
    pub const fn mutation(self) -> &'static str {
        match self {
            Self::Release => "releaseAttachment",
            Self::Withdraw => "withdrawAttachment",
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Release => ("提供副本", "release a copy"),
            Self::Withdraw => ("撤回", "withdraw"),
        }
    }
}

impl Facts {
    /// The moves that are the viewer's, in whatever state.
    fn moves(self) -> impl Iterator<Item = &'static Move> {
        MOVES.iter().filter(move |step| {
            step.of == self.of
                && match step.who {
                    Who::Office => self.office,
                    Who::Author => self.author,
                }
        })
    }
}

/// The move, where the viewer can make it now.
///
/// # Errors
/// `INVALID_TRANSITION` with the present state and what can be done in it; `FORBIDDEN` where it is not the viewer's.
pub fn require(action: Action, facts: Facts) -> Result<&'static Move> {
    let of_action: Vec<_> = facts.moves().filter(|step| step.action == action).collect();
    if let Some(step) = of_action.iter().find(|step| step.from == facts.status) {
        return Ok(step);
    }
    if of_action.is_empty() {
        return Err(Error::not_yours());
    }
    let open = facts.moves().filter(|step| step.from == facts.status).map(|step| {
        let (zh, en) = step.action.words();
        (step.action.mutation(), zh, en)
    });
    Err(Error::invalid_transition(facts.status, &open.collect::<Vec<_>>()))
}
