//! Ids: `TypeID`s outside (a prefix and base32 of a UUIDv7), UUIDs inside; and the one source of new ones.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

/// The prefix of a type's ids, as in `problem_01j…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix(pub &'static str);

/// The prefixes, one for each type that clients can name.
pub mod prefix {
    use super::Prefix;

    /// Of an appointment.
    pub const APPOINTMENT: Prefix = Prefix("appointment");
    /// Of an entry of the audit trail.
    pub const AUDIT: Prefix = Prefix("audit");
    /// Of a building.
    pub const BUILDING: Prefix = Prefix("building");
    /// Of a compound.
    pub const COMPOUND: Prefix = Prefix("compound");
    /// Of a disclosure record.
    pub const DISCLOSURE: Prefix = Prefix("disclosure");
    /// Of a disposition.
    pub const DISPOSITION: Prefix = Prefix("disposition");
    /// Of an event.
    pub const EVENT: Prefix = Prefix("event");
    /// Of a follow-up.
    pub const FOLLOW_UP: Prefix = Prefix("followup");
    /// Of a grid.
    pub const GRID: Prefix = Prefix("grid");
    /// Of a linkage group.
    pub const GROUP: Prefix = Prefix("group");
    /// Of an invitation.
    pub const INVITATION: Prefix = Prefix("invitation");
    /// Of an organisation.
    pub const ORGANISATION: Prefix = Prefix("organisation");
    /// Of a party.
    pub const PARTY: Prefix = Prefix("party");
    /// Of a problem.
    pub const PROBLEM: Prefix = Prefix("problem");
    /// Of an addition to a report.
    pub const ADDITION: Prefix = Prefix("addition");
    /// Of a rating.
    pub const RATING: Prefix = Prefix("rating");
    /// Of something asked for about a problem.
    pub const REQUEST: Prefix = Prefix("request");
    /// Of an extension that is asked for.
    pub const EXTENSION: Prefix = Prefix("extension");
    /// Of a suspension.
    pub const SUSPENSION: Prefix = Prefix("suspension");
    /// Of an entry of the ledger.
    pub const LEDGER_ENTRY: Prefix = Prefix("ledgerentry");
    /// Of supervision.
    pub const SUPERVISION: Prefix = Prefix("supervision");
    /// Of a region.
    pub const REGION: Prefix = Prefix("region");
    /// Of a seat.
    pub const SEAT: Prefix = Prefix("seat");
    /// Of a disposition task.
    pub const TASK: Prefix = Prefix("task");
    /// Of a person with an account.
    pub const USER: Prefix = Prefix("user");
    /// Of a person with an account, as that person sees it.
    pub const VIEWER: Prefix = Prefix("viewer");
    /// Of a whistle.
    pub const WHISTLE: Prefix = Prefix("whistle");
    /// Of a call that a whistle makes.
    pub const WHISTLE_CALL: Prefix = Prefix("whistlecall");
    /// Of a contact release.
    pub const RELEASE: Prefix = Prefix("release");
    /// Of an offered visit.
    pub const VISIT: Prefix = Prefix("visit");
    /// Of an attachment.
    pub const ATTACHMENT: Prefix = Prefix("attachment");
    /// Of a file that was staged.
    pub const UPLOAD: Prefix = Prefix("upload");
    /// Of a mediation.
    pub const MEDIATION: Prefix = Prefix("mediation");
    /// Of a side of a mediation.
    pub const MEDIATION_SIDE: Prefix = Prefix("mediationside");
    /// Of a session of a mediation.
    pub const MEDIATION_SESSION: Prefix = Prefix("mediationsession");
    /// Of a side's statement.
    pub const STATEMENT: Prefix = Prefix("statement");
    /// Of a mediation's agreement.
    pub const AGREEMENT: Prefix = Prefix("agreement");
    /// Of what a side owes by an agreement.
    pub const OBLIGATION: Prefix = Prefix("obligation");
    /// Of what waits for a person in a post.
    pub const INBOX_ITEM: Prefix = Prefix("inboxitem");
    /// Of a notification.
    pub const NOTIFICATION: Prefix = Prefix("notification");
    /// Of a redaction.
    pub const REDACTION: Prefix = Prefix("redaction");
    /// Of what a person asks about their data.
    pub const SUBJECT_REQUEST: Prefix = Prefix("subjectrequest");
    /// Of why somebody may not mediate.
    pub const EXCLUSION: Prefix = Prefix("exclusion");
    /// Of a merger of problems.
    pub const MERGER: Prefix = Prefix("merger");
}

/// Crockford's base32 in lower case, as the `TypeID` specification (0.3) has it.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX_LENGTH: usize = 26;

/// An id as clients see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeId(pub Prefix, pub Uuid);

impl fmt::Display for TypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.0)?;
        f.write_char('_')?;
        let number = self.1.as_u128();
        for place in (0..SUFFIX_LENGTH).rev() {
            f.write_char(char::from(ALPHABET[(number >> (place * 5) & 31) as usize]))?;
        }
        Ok(())
    }
}

/// Reads an id that must have `prefix`; `None` for anything else, malformed or of another type.
#[must_use]
pub fn parse(text: &str, prefix: Prefix) -> Option<Uuid> {
    let (before, id) = split(text)?;
    (before == prefix.0).then_some(id)
}

/// Reads an id of any type: its prefix and its UUID.
#[must_use]
pub fn split(text: &str) -> Option<(&str, Uuid)> {
    let (before, suffix) = text.rsplit_once('_')?;
    if suffix.len() != SUFFIX_LENGTH || suffix.as_bytes()[0] > b'7' {
        return None;
    }
    let mut number: u128 = 0;
    for byte in suffix.bytes() {
        let digit = ALPHABET.iter().position(|letter| *letter == byte)?;
        number = number << 5 | digit as u128;
    }
    Some((before, Uuid::from_u128(number)))
}

/// The one source of new ids and of randomness that is not a secret; seeded in the demo, so that its ids are the same each time.
#[derive(Clone)]
pub struct Ids(Arc<Mutex<StdRng>>);

impl Default for Ids {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(rand::make_rng())))
    }
}

impl Ids {
    /// A source whose ids depend on nothing but the seed and the times it is given.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// A new UUIDv7 of time `now`.
    #[must_use]
    pub fn next(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// Random bytes that need not be secret: salts, the random part of an id.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes);
        bytes
    }

    /// A random number below `bound`.
    #[must_use]
    pub fn below(&self, bound: u32) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_and_write_as_the_specification_says() {
        for (text, uuid) in [
            ("prefix_00000000000000000000000000", "00000000-0000-0000-0000-000000000000"),
            ("prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
            ("prefix_0123456789abcdefghjkmnpqrs", "0110c853-1d09-52d8-d73e-1194e95b5f19"),
            ("prefix_01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057"),
        ] {
            let uuid: Uuid = uuid.parse().unwrap();
            assert_eq!(parse(text, Prefix("prefix")), Some(uuid));
            assert_eq!(TypeId(Prefix("prefix"), uuid).to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in [
            "",
            "_",
            "prefix_",
            "prefix_1",
            "00000000000000000000000000",
            "prefix_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "prefix_0123456789ABCDEFGHJKMNPQRS",
            "prefix_i123456789abcdefghjkmnpqrs",
            "other_00000000000000000000000000",
            "prefix_é000000000000000000000000",
        ] {
            assert_eq!(parse(text, Prefix("prefix")), None, "{text}");
        }
    }

    #[test]
    fn a_seed_gives_the_same_ids() {
        let now = DateTime::from_timestamp(1_784_000_000, 0).unwrap();
        assert_eq!(Ids::seeded(1).next(now), Ids::seeded(1).next(now));
        assert_ne!(Ids::default().next(now), Ids::default().next(now));
    }
}
