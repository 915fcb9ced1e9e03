//! How often signing in may fail, by name and by address.
//!
//! Each key has a bucket that an attempt fills by one and time empties (GCRA: one moment is all that is kept of it).
//! An attempt is charged before the password is looked at, so that many at once count as many, and given back when it
//! succeeds. A name need not exist to be charged: a locked name tells nothing. Buckets are of this instance.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// The buckets of names and of addresses.
pub struct Throttle {
    /// By user name, or by person where the person is signed in: ten failures, then one a quarter of an hour.
    pub names: Meter,
    /// By network address, where many people may sit behind one: sixty failures, then two a minute.
    pub addresses: Meter,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { names: Meter::new(10, TimeDelta::minutes(15)), addresses: Meter::new(60, TimeDelta::seconds(30)) }
    }
}

/// Buckets of one size. A bucket is the moment at which it will be empty again.
pub struct Meter {
    size: TimeDelta,
    each: TimeDelta,
    most: usize,
    hasher: RandomState,
    empty_at: Mutex<HashMap<u64, DateTime<Utc>>>,
}

/// How many buckets are kept; beyond it the emptiest half is dropped.
const MOST: usize = 100_000;

impl Meter {
    fn new(burst: i32, each: TimeDelta) -> Self {
        Self { size: each * burst, each, most: MOST, hasher: RandomState::new(), empty_at: Mutex::default() }
    }

    /// Counts an attempt; where the bucket is full, says how long until one more may be made.
    ///
    /// # Errors
    /// The time to wait. The attempt is then not counted.
    pub fn charge(&self, key: impl Hash, now: DateTime<Utc>) -> Result<(), TimeDelta> {
        let key = self.hasher.hash_one(key);
        let mut buckets = self.buckets();
        let empty_at = buckets.get(&key).map_or(now, |at| (*at).max(now)) + self.each;
        let over = empty_at - now - self.size;
        if over > TimeDelta::zero() {
            return Err(over);
        }
        if buckets.len() >= self.most {
            make_room(&mut buckets, self.most, now);
        }
        buckets.insert(key, empty_at);
        Ok(())
    }

    /// Takes back one attempt: it was no failure.
    pub fn give_back(&self, key: impl Hash) {
        if let Some(empty_at) = self.buckets().get_mut(&self.hasher.hash_one(key)) {
            *empty_at -= self.each;
        }
    }

    /// Forgets all attempts.
    pub fn clear(&self, key: impl Hash) {
        self.buckets().remove(&self.hasher.hash_one(key));
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<u64, DateTime<Utc>>> {
        self.empty_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(buckets: &mut HashMap<u64, DateTime<Utc>>, most: usize, now: DateTime<Utc>) {
    buckets.retain(|_, empty_at| *empty_at > now);
    if buckets.len() >= most {
        let mut moments: Vec<_> = buckets.values().copied().collect();
        let (_, median, _) = moments.select_nth_unstable(most / 2);
        let median = *median;
        buckets.retain(|_, empty_at| *empty_at > median);
    }
}

/// What of an address counts: all of an IPv4 one, the network half of an IPv6 one.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_784_000_000 + minutes * 60, 0).unwrap()
    }

    #[test]
    fn a_bucket_takes_its_burst_and_then_one_a_while() {
        let meter = Meter::new(3, TimeDelta::minutes(15));
        for _ in 0..3 {
            assert_eq!(meter.charge("a", at(0)), Ok(()));
        }
        assert_eq!(meter.charge("a", at(0)), Err(TimeDelta::minutes(15)));
        assert_eq!(meter.charge("a", at(10)), Err(TimeDelta::minutes(5)), "a refused attempt is not counted");
        assert_eq!(meter.charge("a", at(15)), Ok(()));
        assert_eq!(meter.charge("a", at(15)), Err(TimeDelta::minutes(15)));
        assert_eq!(meter.charge("b", at(15)), Ok(()));
        assert_eq!(meter.charge("a", at(60)), Ok(()));
    }

    #[test]
    fn a_success_gives_back_or_clears() {
        let meter = Meter::new(1, TimeDelta::minutes(1));
        assert_eq!(meter.charge("a", at(0)), Ok(()));
        meter.give_back("a");
        assert_eq!(meter.charge("a", at(0)), Ok(()));
        meter.clear("a");
        assert_eq!(meter.charge("a", at(0)), Ok(()));
        assert!(meter.charge("a", at(0)).is_err());
    }

    #[test]
    fn the_buckets_are_bounded_and_the_fullest_stay() {
        let meter = Meter { most: 100, ..Meter::new(10, TimeDelta::minutes(1)) };
        for _ in 0..10 {
            assert_eq!(meter.charge("victim", at(0)), Ok(()));
        }
        for name in 0..1000 {
            let _ = meter.charge(name, at(0));
        }
        assert!(meter.buckets().len() <= 100);
        assert!(meter.charge("victim", at(0)).is_err());
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }
}
