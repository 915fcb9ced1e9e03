//! Statistics (统计): counts of problems over a period, for whom they are.
//!
//! The secretary, the street and the supervisor count what they can read. Parties, grid workers and the public count
//! less, over closed calendar months and longer, and counts below five are suppressed (see `suppress.rs`).

mod count;
pub mod period;
pub mod read;
mod suppress;
#[cfg(test)]
mod tests;

use crate::read::model::Domain;

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain { queries: read::queries(), ..Domain::default() }
}
