//! The state machines of what people ask about their data and of redactions: one table each.

use entity::word::{RedactionStatus, SubjectRequestStatus, Word};

use crate::error::{Error, Result};

/// One row of a table: what is done, by whom, from where to where.
pub struct Move<S: 'static> {
    /// The mutation.
    pub mutation: &'static str,
    /// In Chinese and English.
    pub words: (&'static str, &'static str),
    /// Who does it.
    pub who: Who,
    /// In which state.
    pub from: S,
    /// To which it leads.
    pub to: &'static [S],
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The person who asks.
    Person,
    /// Who answers.
    Office,
}

/// Requests about one's data.
pub const REQUESTS: &[Move<SubjectRequestStatus>] = &[
    Move {
        mutation: "answerSubjectRequest",
        words: ("答复", "answer it"),
        who: Who::Office,
        from: SubjectRequestStatus::Received,
        to: &[SubjectRequestStatus::Answered, SubjectRequestStatus::Refused],
    },
    Move {
        mutation: "withdrawSubjectRequest",
        words: ("撤回", "withdraw it"),
        who: Who::Person,
        from: SubjectRequestStatus::Received,
        to: &[SubjectRequestStatus::Withdrawn],
    },
];

/// Redactions that are asked for; meanwhile the text is taken out by the decision alone.
pub const REDACTIONS: &[Move<RedactionStatus>] = &[Move {
    mutation: "decideRedaction",
    words: ("决定", "decide on it"),
    who: Who::Office,
    from: RedactionStatus::Pending,
    to: &[RedactionStatus::Done, RedactionStatus::Refused],
}];

/// Says no unless `mutation` can be done in a state.
///
/// # Errors
/// `INVALID_TRANSITION`, with what can be done by the same caller.
pub fn require<S: Word + PartialEq>(moves: &[Move<S>], mutation: &str, who: Who, from: S) -> Result<()> {
    let open = moves.iter().filter(|one| one.from == from && one.who == who);
    let open: Vec<_> = open.map(|one| (one.mutation, one.words.0, one.words.1)).collect();
    if open.iter().any(|(name, ..)| *name == mutation) { Ok(()) } else { Err(Error::invalid_transition(from, &open)) }
}
