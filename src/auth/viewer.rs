//! From a request's `Authorization` to a [`Viewer`].

use uuid::Uuid;

use super::post::Held;
use super::token::{self, Reason};
use crate::app::App;
use crate::clock::day;
use crate::error::Error;
use crate::policy::{Scopes, Viewer, scopes_of};

/// Why a caller is taken neither as somebody nor as a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The token does not count: the answer is 401, and nothing more is said.
    Rejected,
    /// It cannot be read for the moment whether it counts: the answer is 503, and the caller comes again.
    Unreadable,
}

/// Who calls, by the `Authorization` header. `None` only where there is no such header: a bad token is never a guest.
///
/// # Errors
/// [`Denied::Unreadable`] where keys, revocations or the post cannot be read; [`Denied::Rejected`] for everything else.
pub async fn authenticate(app: &App, header: Option<&str>) -> Result<Option<Viewer>, Denied> {
    let Some(header) = header else { return Ok(None) };
    match viewer(app, header).await {
        Ok(viewer) => Ok(Some(viewer)),
        Err(Reason::Bad(reason)) => {
            tracing::debug!(reason, "a token was rejected");
            Err(Denied::Rejected)
        }
        Err(Reason::Unreadable(error)) => {
            tracing::warn!(?error, "it cannot be read whether a token counts");
            Err(Denied::Unreadable)
        }
    }
}

async fn viewer(app: &App, header: &str) -> Result<Viewer, Reason> {
    let token = bearer(header).ok_or("it is no bearer token")?;
    app.auth.trust.fresh(app).await?;
    let verified = token::verify(app, token).await?;
    let claims = &verified.1;
    let (user, post) = claims.user().zip(claims.post()).ok_or("its ids cannot be read")?;
    if app.auth.trust.any_revoked(&[claims.jti, claims.fam, post]) {
        return Err("it was revoked".into());
    }
    let held = app.auth.posts.get(app, post).await?.ok_or("its post is unknown")?;
    let appointment = &held.appointment;
    if appointment.user_id != user || appointment.role != claims.role || !held.on(day(app.clock.now())) {
        return Err("its post does not hold".into());
    }
    Ok(of(&held, Scopes::parse(&claims.scope), claims.fam, claims.jti))
}

/// Whom a capability link was given to: the post, sign-in and token that it came from still count.
///
/// # Errors
/// As [`authenticate`].
pub async fn behind_link(app: &App, post: Uuid, family: Uuid, token: Uuid) -> Result<Viewer, Denied> {
    let unreadable = |error| {
        tracing::warn!(?error, "it cannot be read whether a link counts");
        Denied::Unreadable
    };
    app.auth.trust.fresh(app).await.map_err(unreadable)?;
    if app.auth.trust.any_revoked(&[token, family, post]) {
        return Err(Denied::Rejected);
    }
    let held = app.auth.posts.get(app, post).await.map_err(unreadable)?;
    let held = held.filter(|held| held.on(day(app.clock.now()))).ok_or(Denied::Rejected)?;
    Ok(of(&held, scopes_of(held.appointment.role), family, token))
}

/// Whoever holds an appointment today, acting in it without a token: for what the command line does as somebody.
///
/// # Errors
/// `NOT_FOUND` for an appointment that does not hold.
pub async fn in_post(app: &App, appointment: Uuid) -> crate::error::Result<Viewer> {
    let held = app.auth.posts.get(app, appointment).await?;
    let held = held.filter(|held| held.on(day(app.clock.now()))).ok_or_else(|| Error::not_found("appointment"))?;
    Ok(of(&held, scopes_of(held.appointment.role), Uuid::nil(), Uuid::nil()))
}

fn of(held: &Held, scopes: Scopes, family: Uuid, token: Uuid) -> Viewer {
    let appointment = &held.appointment;
    Viewer {
        user: appointment.user_id,
        post: appointment.id,
        role: appointment.role,
        scopes: scopes.and(scopes_of(appointment.role)),
        region: appointment.region_code,
        level: held.level,
        organisation: appointment.organisation_id,
        group: appointment.group_id,
        party: appointment.party_id,
        grid: appointment.grid_id,
        family,
        token,
    }
}

/// The token of a `Bearer` header (RFC 6750 §2.1); the scheme's case does not matter (RFC 9110 §11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim_start_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_header_is_one_word_and_a_token() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc"), Some("abc"));
        for other in ["", "Bearer", "Bearer ", "Basic abc", "abc", "Bearerabc"] {
            assert_eq!(bearer(other), None, "{other}");
        }
    }
}
