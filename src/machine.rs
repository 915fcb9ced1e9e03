//! What every state machine (状态机) of the domains has in common: a table of moves, asked for one viewer. A domain keeps
//! its table and says what its guards look at; which answer a refusal and `allowedActions` give is said here, once.

use entity::word::Word;

use crate::error::{self, Code, Error, Language, Result};

/// Something that must hold before a move.
pub trait Guard: Copy {
    /// Whether it speaks of where things stand, and not of who asks, when, or what is lacking.
    fn is_state(self) -> bool;
    /// Why not, in Chinese and English.
    fn why(self) -> (&'static str, &'static str);
}

/// What stands in the way of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle<G> {
    /// The state.
    State,
    /// A guard.
    Guard(G),
}

impl<G: Guard> Obstacle<G> {
    /// What stands in the way of a move: the state, or the first guard that does not hold.
    pub fn of(in_state: bool, guards: &[G], holds: impl Fn(G) -> bool) -> Option<Self> {
        if !in_state {
            return Some(Self::State);
        }
        guards.iter().copied().find(|guard| !holds(*guard)).map(Self::Guard)
    }

    /// Why not, in Chinese and English.
    #[must_use]
    pub fn why(self, state: impl Word) -> (String, String) {
        match self {
            Self::State => (format!("现处于“{}”", state.zh()), format!("it is {}", state.en())),
            Self::Guard(guard) => {
                let (zh, en) = guard.why();
                (zh.into(), en.into())
            }
        }
    }
}

/// What can be said of one action for one viewer, whose it is at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed<A, G> {
    /// The action.
    pub action: A,
    /// The mutation that does it.
    pub mutation: &'static str,
    /// What stands in the way; `None`: it can be done now.
    pub obstacle: Option<Obstacle<G>>,
}

impl<A, G: Guard> Allowed<A, G> {
    /// Why it cannot be done in a state.
    #[must_use]
    pub fn reason(&self, state: impl Word, language: Language) -> Option<String> {
        let (zh, en) = self.obstacle?.why(state);
        Some(match language {
            Language::ZhHans => zh,
            Language::En => en,
        })
    }
}

/// A table of moves, with the facts, the viewer and the time that it is asked for.
pub trait Machine {
    /// What can be done.
    type Action: Word + PartialEq + 'static;
    /// Where things stand.
    type State: Word;
    /// What must hold.
    type Guard: Guard;

    /// Where things stand now.
    fn state(&self) -> Self::State;

    /// The mutation by which the viewer does an action; none where there is none for the viewer.
    fn mutation(&self, action: Self::Action) -> Option<&'static str>;

    /// For each move of an action that is the viewer's at all, what stands in its way.
    fn obstacles(&self, action: Self::Action) -> impl Iterator<Item = Option<Obstacle<Self::Guard>>>;

    /// What can be said of an action by the best of its moves: free, then held up by a guard, then by the state. None: it
    /// is not the viewer's at all.
    fn about(&self, action: Self::Action) -> Option<Allowed<Self::Action, Self::Guard>> {
        let mutation = self.mutation(action)?;
        let obstacle = self.obstacles(action).min_by_key(|obstacle| match obstacle {
            None => 0,
            Some(Obstacle::Guard(_)) => 1,
            Some(Obstacle::State) => 2,
        })?;
        Some(Allowed { action, mutation, obstacle })
    }

    /// What the viewer may do at some time, and what stands in the way now.
    fn allowed(&self) -> impl Iterator<Item = Allowed<Self::Action, Self::Guard>> {
        Self::Action::ALL.iter().filter_map(|action| self.about(*action))
    }

    /// Says no unless `action` can be done now.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with the present state and what can be done in it; `FORBIDDEN` with the reason.
    fn require(&self, action: Self::Action) -> Result<()> {
        match self.about(action).map(|allowed| allowed.obstacle) {
            Some(None) => Ok(()),
            Some(Some(Obstacle::Guard(guard))) if !guard.is_state() => {
                let (zh, en) = guard.why();
                Err(Error::refused(Code::Forbidden, "", vec![error::Word::both(zh, en)]))
            }
            Some(Some(Obstacle::State | Obstacle::Guard(_))) => Err(self.refusal(self.state())),
            None => Err(Error::not_yours()),
        }
    }

    /// The refusal of a move out of `from`, a state of it or of a part of it: with what can be done now.
    fn refusal(&self, from: impl Word) -> Error {
        let free = self.allowed().filter(|allowed| allowed.obstacle.is_none());
        let open: Vec<_> = free.map(|one| (one.mutation, one.action.zh(), one.action.en())).collect();
        Error::invalid_transition(from, &open)
    }
}
