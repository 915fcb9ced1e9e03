//! What takes a notification to a person: an SMS gateway, a messenger, e-mail. Here is the trait, and one that keeps
//! messages in memory and tells nobody.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use uuid::Uuid;

/// What is to be said to whom. It holds a number, a verb and a due time: no title, no place, no person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The notification's id: the same each time it is sent again, so that a gateway can leave out what it has.
    pub notification: Uuid,
    /// The person with the account. How to reach them is for the adapter to find out, at that moment.
    pub recipient: Uuid,
    /// The text in Chinese.
    pub zh: String,
    /// The text in English.
    pub en: String,
}

/// It did not get through; it is tried again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undelivered;

/// One way to people.
pub trait Adapter: Send + Sync {
    /// Its name, for the log.
    fn name(&self) -> &'static str;
    /// Takes a message, at least once: a server that ends after this and before it has noted so sends it again.
    fn deliver<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), Undelivered>>;
}

/// Keeps the last messages in memory. Nobody is told anything outside: what people read is the list of their notifications.
#[derive(Default)]
pub struct InMemory(Mutex<VecDeque<Message>>);

/// How many it keeps.
const KEPT: usize = 100;

impl InMemory {
    /// What it took last, the oldest first.
    #[must_use]
    pub fn taken(&self) -> Vec<Message> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Adapter for InMemory {
    fn name(&self) -> &'static str {
        "memory"
    }
    fn deliver<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), Undelivered>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(message.clone());
        Box::pin(std::future::ready(Ok(())))
    }
}
