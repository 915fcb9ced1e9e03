use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use entity::signing_key;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::super::{key, token, trust};
use super::*;
use crate::clock::real_now;
use crate::event::{Actor, Event, Kind};
use crate::{act, auth};

fn part(token: &str, which: usize) -> Value {
    let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(which).unwrap()).unwrap();
    serde_json::from_slice(&body).unwrap()
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token of the server's own key, with what a forger could not change.
async fn signed(town: &Town, header: impl FnOnce(&mut Header), claims: Value) -> String {
    let signer = key::signer(&town.app).await.unwrap();
    let mut made = token::header(signer.id);
    header(&mut made);
    jsonwebtoken::encode(&made, &claims, &signer.key).unwrap()
}

#[tokio::test]
async fn a_token_is_as_rfc_9068_says() {
    let town = Town::new().await;
    let (session, viewer) = town.secretary().await;
    let (header, claims) = (part(&session.access_token, 0), part(&session.access_token, 1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
    let names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    for name in ["iss", "aud", "sub", "client_id", "jti", "iat", "exp", "scope", "post", "role", "region", "fam"] {
        assert!(names.iter().any(|other| other == name), "{name}");
    }
    assert!(claims["sub"].as_str().unwrap().starts_with("user_"));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
    assert_eq!(claims["jti"], viewer.token.to_string());
    assert_eq!(claims["region"], "321181402001");
}

#[tokio::test]
async fn no_header_is_a_guest_and_any_other_is_not() {
    let town = Town::new().await;
    let (session, _) = town.secretary().await;
    assert_eq!(authenticate(&town.app, None).await, Ok(None));
    let long = format!("Bearer {}", "a".repeat(5000));
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "Basic c2VjcmV0",
        &session.access_token,
        &session.refresh_token,
        &long,
    ] {
        assert_eq!(authenticate(&town.app, Some(header)).await, Err(Rejected), "{header}");
    }
    assert!(town.viewer(&session).await.is_ok());
}

#[tokio::test]
async fn a_forged_token_does_not_count() {
    let town = Town::new().await;
    let (session, _) = town.secretary().await;
    let claims = part(&session.access_token, 1);
    let [head, body, signature] = session.access_token.split('.').collect::<Vec<_>>()[..] else { panic!() };
    let mut none = part(&session.access_token, 0);
    none["alg"] = json!("none");
    let mut street = claims.clone();
    street["role"] = json!("STREET_COORDINATOR");
    let public = signing_key::Entity::find().one(&town.app.db).await.unwrap().unwrap();
    let confused = |secret: &[u8]| {
        let header = Header { alg: Algorithm::HS256, ..token::header(public.id) };
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap()
    };
    let other = Town::new().await;
    let foreign = signed(&other, |header| header.kid = Some(public.id.to_string()), claims.clone()).await;
    let forged = [
        format!("{}.{body}.", encode(&none)),
        format!("{}.{body}.{signature}", encode(&none)),
        format!("{head}.{}.{signature}", encode(&street)),
        format!("{head}.{body}."),
        format!("{head}.{body}.{}", signature.chars().rev().collect::<String>()),
        format!("{head}.{body}.{signature}."),
        confused(&public.public_key),
        confused(URL_SAFE_NO_PAD.encode(&public.public_key).as_bytes()),
        foreign,
    ];
    for token in forged {
        assert_eq!(viewer(&town.app, &token).await, Err(Rejected), "{token}");
    }
}

#[tokio::test]
async fn a_signed_token_of_another_make_does_not_count() {
    let town = Town::new().await;
    let (session, _) = town.secretary().await;
    let claims = part(&session.access_token, 1);
    let user = town.person("other").await;
    let post = town.resident(user, COMMUNITY).await;
    let other_post = crate::id::TypeId(crate::id::prefix::APPOINTMENT, post).to_string();
    assert!(viewer(&town.app, &signed(&town, |_| (), claims.clone()).await).await.is_ok());
    let changes: [fn(&mut Header); 6] = [
        |header| header.typ = Some("JWT".into()),
        |header| header.typ = None,
        |header| header.kid = None,
        |header| header.kid = Some("1".into()),
        |header| header.kid = Some(Uuid::nil().to_string()),
        |header| header.crit = Some(vec!["b64".into()]),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        assert_eq!(viewer(&town.app, &signed(&town, change, claims.clone()).await).await, Err(Rejected), "{place}");
    }
    let now = real_now().timestamp();
    for change in [
        json!({ "iss": "https://elsewhere.example" }),
        json!({ "aud": "elsewhere" }),
        json!({ "aud": ["liufang", "elsewhere"] }),
        json!({ "iat": now - 900, "exp": now - 6 }),
        json!({ "iat": now + 60, "exp": now + 120 }),
        json!({ "nbf": now + 60 }),
        json!({ "exp": now + 901, "iat": now - 1 }),
        json!({ "iat": now, "exp": now }),
        json!({ "exp": i64::MAX, "iat": i64::MIN }),
        json!({ "sub": other_post }),
        json!({ "post": other_post }),
        json!({ "role": "STREET_COORDINATOR" }),
        json!({ "iss": null }),
        json!({ "aud": null }),
        json!({ "exp": null }),
        json!({ "iat": null }),
        json!({ "jti": null }),
        json!({ "fam": null }),
    ] {
        let mut altered = claims.clone();
        for (name, value) in change.as_object().unwrap() {
            altered[name] = value.clone();
            if value.is_null() {
                altered.as_object_mut().unwrap().remove(name);
            }
        }
        assert_eq!(viewer(&town.app, &signed(&town, |_| (), altered).await).await, Err(Rejected), "{change}");
    }
}

#[tokio::test]
async fn a_token_has_no_scope_that_its_role_lacks() {
    let town = Town::new().await;
    let (session, secretary) = town.secretary().await;
    let mut claims = part(&session.access_token, 1);
    claims["scope"] = json!("group:read nonsense");
    let narrow = viewer(&town.app, &signed(&town, |_| (), claims.clone()).await).await.unwrap();
    assert_eq!(narrow.scopes.to_string(), "group:read");
    let user = town.person("resident").await;
    town.resident(user, COMMUNITY).await;
    let resident = town.sign_in("resident", PASSWORD).await.unwrap();
    let mut claims = part(&resident.access_token, 1);
    claims["scope"] = json!(secretary.scopes.to_string());
    let wide = viewer(&town.app, &signed(&town, |_| (), claims).await).await.unwrap();
    assert_eq!(wide.scopes, crate::policy::scopes_of(Role::Resident));
}

#[tokio::test]
async fn only_a_server_of_long_tokens_issues_and_accepts_them() {
    let demo = Settings { longest_minutes: 12 * 60, ..cheap() };
    let town = Town::with(demo).await;
    let (session, of) = town.secretary().await;
    let token = accounts::issue(&town.app, of.post, TimeDelta::hours(12)).await.unwrap();
    assert_eq!(viewer(&town.app, &token).await.unwrap().post, of.post);
    assert!(accounts::issue(&town.app, of.post, TimeDelta::hours(13)).await.is_err());
    assert_eq!(refusal(accounts::issue(&town.app, of.user, TimeDelta::minutes(1)).await).0, Code::NotFound);
    let ordinary = town.instance(cheap(), 7).await;
    assert_eq!(viewer(&ordinary, &token).await, Err(Rejected));
    assert!(viewer(&ordinary, &session.access_token).await.is_ok());
    assert!(accounts::issue(&ordinary, of.post, TimeDelta::hours(12)).await.is_err());
}

#[tokio::test]
async fn a_former_key_verifies_until_its_tokens_are_gone() {
    let town = Town::new().await;
    let (before, _) = town.secretary().await;
    let elsewhere = town.instance(cheap(), 7).await;
    assert!(viewer(&elsewhere, &before.access_token).await.is_ok());
    let kid = key::rotate(&town.app).await.unwrap();
    let after = town.sign_in("secretary", PASSWORD).await.unwrap();
    assert_eq!(part(&after.access_token, 0)["kid"], kid.to_string());
    assert!(town.viewer(&before).await.is_ok());
    assert_eq!(key::jwks(&town.app).await.unwrap()["keys"].as_array().unwrap().len(), 2);
    let keys = signing_key::Entity::find().all(&town.app.db).await.unwrap();
    assert!(keys.iter().all(|row| row.private_key.is_some() == (row.id == kid)));
    elsewhere.auth.trust.expire();
    assert!(viewer(&elsewhere, &after.access_token).await.is_ok());
    let long_ago = real_now() - TimeDelta::hours(1);
    let old = signing_key::ActiveModel { retired_at: Set(Some(long_ago)), ..Default::default() };
    signing_key::Entity::update_many()
        .set(old)
        .filter(signing_key::Column::Id.ne(kid))
        .exec(&town.app.db)
        .await
        .unwrap();
    town.app.auth.trust.expire();
    assert_eq!(town.viewer(&before).await, Err(Rejected));
    assert!(town.viewer(&after).await.is_ok());
    assert!(town.events().await.contains(&"key.rotated".to_owned()));
}

#[tokio::test]
async fn instances_that_start_together_make_one_key() {
    let town = Town::new().await;
    let (one, other) = (town.instance(cheap(), 7).await, town.instance(cheap(), 7).await);
    let (a, b, c) = tokio::join!(key::signer(&one), key::signer(&other), key::signer(&town.app));
    assert!(a.as_ref().unwrap().id == b.unwrap().id && a.unwrap().id == c.unwrap().id);
    assert_eq!(signing_key::Entity::find().all(&town.app.db).await.unwrap().len(), 1);
    let jwks = key::jwks(&one).await.unwrap();
    assert_eq!((&jwks["keys"][0]["crv"], &jwks["keys"][0]["kty"]), (&json!("Ed25519"), &json!("OKP")));
    assert_eq!(URL_SAFE_NO_PAD.decode(jwks["keys"][0]["x"].as_str().unwrap()).unwrap().len(), 32);
    assert!(jwks["keys"][0].get("d").is_none());
    let misconfigured = town.instance(cheap(), 8).await;
    assert!(matches!(key::signer(&misconfigured).await, Err(Error::Fault(cause)) if cause.contains("configured")));
}

#[tokio::test]
async fn what_is_revoked_does_not_count_here_at_once_and_elsewhere_when_next_read() {
    let town = Town::new().await;
    town.secretary().await;
    let elsewhere = town.instance(cheap(), 7).await;
    let subjects: [fn(&Viewer) -> Uuid; 3] = [|of| of.token, |of| of.family, |of| of.post];
    for subject in subjects {
        let session = town.sign_in("secretary", PASSWORD).await.unwrap();
        let of = town.viewer(&session).await.unwrap();
        assert!(viewer(&elsewhere, &session.access_token).await.is_ok());
        let tx = act::begin(&town.app.db).await.unwrap();
        trust::revoke(&tx, subject(&of)).await.unwrap();
        let event = Event::new(Kind::TokensRevoked, COMMUNITY, of.user);
        auth::commit(&town.app, tx, Actor::system(), vec![event]).await.unwrap();
        assert_eq!(town.viewer(&session).await, Err(Rejected));
        elsewhere.auth.trust.read(&elsewhere).await.unwrap();
        assert_eq!(viewer(&elsewhere, &session.access_token).await, Err(Rejected));
    }
}

#[tokio::test]
async fn ending_an_appointment_ends_its_tokens() {
    let town = Town::new().await;
    let user = town.person("several").await;
    let (ended, other) = (town.resident(user, COMMUNITY).await, town.resident(user, ELSEWHERE).await);
    let session = town.sign_in("several", PASSWORD).await.unwrap();
    let of = town.viewer(&session).await.unwrap();
    assert_eq!(of.post, ended);
    let kept = sessions::act_as(town.call(&of, "actAs"), other).await.unwrap();
    let mut act = town.call(&of, "endAppointment").begin().await.unwrap();
    auth::revoke_post(&act.tx, ended, act.now).await.unwrap();
    act.emit(Event::new(Kind::AppointmentEnded, COMMUNITY, ended));
    act.commit().await.unwrap();
    assert_eq!(town.viewer(&session).await, Err(Rejected));
    assert_eq!(refusal(town.refresh(&session.refresh_token).await).0, Code::RefreshFailed);
    assert_eq!(town.viewer(&kept).await.unwrap().post, other);
    assert!(town.refresh(&kept.refresh_token).await.is_ok());
}

#[tokio::test]
async fn a_post_that_has_ended_by_date_does_not_count() {
    let town = Town::new().await;
    let user = town.person("resident").await;
    town.resident(user, COMMUNITY).await;
    town.execute("UPDATE appointment SET ended_on = '2026-07-16'").await;
    let session = town.sign_in("resident", PASSWORD).await.unwrap();
    assert!(town.viewer(&session).await.is_ok());
    town.app.clock.stop_at("2026-07-15T15:59:59Z".parse().unwrap());
    assert!(town.viewer(&session).await.is_ok());
    town.app.clock.stop_at("2026-07-15T16:00:00Z".parse().unwrap());
    assert_eq!(town.viewer(&session).await, Err(Rejected), "the day begins at midnight in China");
    assert_eq!(refusal(town.refresh(&session.refresh_token).await).0, Code::RefreshFailed);
}

#[tokio::test]
async fn no_token_counts_where_revocations_cannot_be_read() {
    let town = Town::new().await;
    let (session, _) = town.secretary().await;
    town.execute("ALTER TABLE revocation RENAME TO away").await;
    assert!(town.viewer(&session).await.is_ok(), "what was read a moment ago still counts");
    town.app.auth.trust.expire();
    assert_eq!(town.viewer(&session).await, Err(Unreadable));
    town.execute("ALTER TABLE away RENAME TO revocation").await;
    assert!(town.viewer(&session).await.is_ok());
}

#[tokio::test]
async fn a_reading_that_began_before_a_revocation_does_not_count() {
    let town = Town::new().await;
    let (session, _) = town.secretary().await;
    let trust = &town.app.auth.trust;
    let (read, ()) = tokio::join!(trust.read(&town.app), async { trust.expire() });
    read.unwrap();
    town.execute("ALTER TABLE revocation RENAME TO away").await;
    assert_eq!(town.viewer(&session).await, Err(Unreadable), "it is read once more");
}

#[tokio::test]
async fn a_post_that_cannot_be_read_is_no_reason_to_reject() {
    let town = Town::new().await;
    let (session, of) = town.secretary().await;
    let other = town.resident(of.user, ELSEWHERE).await;
    let other = sessions::act_as(town.call(&of, "actAs"), other).await.unwrap();
    assert!(town.viewer(&session).await.is_ok());
    town.execute("ALTER TABLE appointment RENAME TO away").await;
    assert!(town.viewer(&session).await.is_ok(), "its post was read a moment ago");
    assert_eq!(town.viewer(&other).await, Err(Unreadable));
}

#[tokio::test]
async fn who_calls_is_read_while_writers_hold_every_other_connection() {
    let town = Town::new().await;
    let (session, _) = town.secretary().await;
    let first = act::begin(&town.app.db).await.unwrap();
    // On SQLite each of these waits for the first, on PostgreSQL each has begun: with a connection either way.
    for _ in 0..5 {
        let db = town.app.db.clone();
        tokio::spawn(async move {
            let _busy = act::begin(&db).await;
            std::future::pending::<()>().await;
        });
    }
    while tokio::time::timeout(std::time::Duration::from_millis(50), town.app.db.ping()).await.is_ok() {}
    town.app.auth.trust.expire();
    assert!(town.viewer(&session).await.is_ok());
    drop(first);
}

#[tokio::test]
async fn what_no_token_needs_is_swept_out() {
    let town = Town::new().await;
    let (session, of) = town.secretary().await;
    sessions::sign_out(town.call(&of, "signOut"), &session.refresh_token).await.unwrap();
    key::rotate(&town.app).await.unwrap();
    let act = town.call(&of, "createCompound").begin().await.unwrap();
    let event = Event::new(Kind::CompoundCreated, COMMUNITY, of.user);
    let kept = async |mut act: act::Act<'_>| {
        act.emit(event);
        town.call(&of, "createCompound").commit_once(act, "once", of.user).await
    };
    kept(act).await.unwrap();
    trust::sweep(&town.app).await.unwrap();
    let count = async || {
        (
            entity::revocation::Entity::find().all(&town.app.db).await.unwrap().len(),
            entity::refresh_token::Entity::find().all(&town.app.db).await.unwrap().len(),
            signing_key::Entity::find().all(&town.app.db).await.unwrap().len(),
            entity::idempotency_key::Entity::find().all(&town.app.db).await.unwrap().len(),
        )
    };
    assert_eq!(count().await, (1, 1, 2, 1));
    town.execute("UPDATE revocation SET until = '2026-01-01T00:00:00+00:00'").await;
    town.execute("UPDATE refresh_token SET expires_at = '2026-01-01T00:00:00+00:00'").await;
    town.execute("UPDATE signing_key SET retired_at = '2026-01-01T00:00:00+00:00' WHERE retired_at IS NOT NULL").await;
    trust::sweep(&town.app).await.unwrap();
    town.app.clock.stop_at(noon(16));
    trust::sweep(&town.app).await.unwrap();
    assert_eq!(count().await, (0, 0, 1, 0));
}

#[tokio::test]
async fn the_watch_reads_and_sweeps() {
    let town = Town::new().await;
    let (session, of) = town.secretary().await;
    sessions::sign_out(town.call(&of, "signOut"), &session.refresh_token).await.unwrap();
    town.execute("UPDATE revocation SET until = '2026-01-01T00:00:00+00:00'").await;
    let swept = async {
        while !entity::revocation::Entity::find().all(&town.app.db).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = auth::watch(&town.app) => panic!("the watch ended"),
        () = swept => {}
    }
}
