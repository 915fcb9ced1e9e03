//! Capability links to one file: to read it, or to send it. What a link says stands in it, signed with a key of its own;
//! it counts for some minutes, and only while the post and the sign-in it came from do.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::policy::Viewer;
use crate::vault::Vault;

/// How long a link to read counts.
pub const READ: TimeDelta = TimeDelta::minutes(5);
/// How long a link to send counts.
pub const SEND: TimeDelta = TimeDelta::minutes(15);

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To read an attachment.
    Read,
    /// To send the bytes of an upload.
    Send,
}

/// What a link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The attachment or upload.
    pub subject: Uuid,
    /// The post it was given to.
    pub post: Uuid,
    /// The sign-in of the token that asked for it.
    pub family: Uuid,
    /// That token's id.
    pub token: Uuid,
}

const ID: usize = 16;
const SAID: usize = 1 + 8 + 4 * ID;

/// A path at which `viewer` can do `purpose` on `subject` until a moment.
#[must_use]
pub fn make(vault: &Vault, purpose: Purpose, subject: Uuid, viewer: &Viewer, until: DateTime<Utc>) -> String {
    let mut said = vec![purpose as u8];
    said.extend(until.timestamp_micros().to_be_bytes());
    for id in [subject, viewer.post, viewer.family, viewer.token] {
        said.extend(id.as_bytes());
    }
    let tag = vault.sign_link(&said);
    format!("/files/{}", URL_SAFE_NO_PAD.encode([said, tag].concat()))
}

/// What a link says, if it is one of ours for `purpose` and still counts.
#[must_use]
pub fn read(vault: &Vault, purpose: Purpose, token: &str, now: DateTime<Utc>) -> Option<Link> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (said, tag) = bytes.split_at_checked(SAID)?;
    if !vault.is_link(said, tag) || said[0] != purpose as u8 {
        return None;
    }
    let until = i64::from_be_bytes(said[1..9].try_into().ok()?);
    let id = |place: usize| Uuid::from_slice(&said[9 + place * ID..9 + (place + 1) * ID]).ok();
    (now.timestamp_micros() < until).then_some(())?;
    Some(Link { subject: id(0)?, post: id(1)?, family: id(2)?, token: id(3)? })
}

#[cfg(test)]
mod tests {
    use entity::word::Role;

    use super::*;
    use crate::policy::Scopes;

    #[test]
    fn a_link_counts_for_its_purpose_until_its_time_and_unchanged() {
        let vault = Vault::new(&[7; 32]);
        let viewer = Viewer::nobody(Role::Resident, Scopes::NONE);
        let (now, subject) = (DateTime::from_timestamp(1_784_000_000, 0).unwrap(), Uuid::from_u128(5));
        let path = make(&vault, Purpose::Read, subject, &viewer, now + READ);
        let token = path.strip_prefix("/files/").unwrap();
        assert_eq!(read(&vault, Purpose::Read, token, now).unwrap().subject, subject);
        assert_eq!(read(&vault, Purpose::Send, token, now), None);
        assert_eq!(read(&vault, Purpose::Read, token, now + READ), None);
        assert_eq!(read(&Vault::new(&[8; 32]), Purpose::Read, token, now), None);
        for place in 0..token.len() {
            let mut other = token.as_bytes().to_vec();
            other[place] = if other[place] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(read(&vault, Purpose::Read, &other, now), None, "{place}");
        }
        assert_eq!(read(&vault, Purpose::Read, "", now), None);
        assert_eq!(read(&vault, Purpose::Read, &token[..20], now), None);
    }
}
