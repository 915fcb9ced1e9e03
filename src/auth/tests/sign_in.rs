use std::sync::atomic::Ordering::Relaxed;

use entity::word::{AppointmentKind, Role};

use super::*;
use crate::read::model::{Done, Payload};

#[tokio::test]
async fn a_person_signs_in_and_acts_in_a_post() {
    let town = Town::new().await;
    let (session, viewer) = town.secretary().await;
    assert!(session.refresh_token.starts_with("lfr_"));
    assert_eq!((viewer.role, viewer.region, viewer.level), (Role::Secretary, COMMUNITY, RegionLevel::Community));
    assert_eq!((viewer.post, viewer.scopes), (session.post.id.0, crate::policy::scopes_of(Role::Secretary)));
    assert!(viewer.organisation.is_some());
    assert_eq!(session.post.organisation_name.as_deref(), Some("organisation of 321181402001"));
    assert_eq!(session.post.region_name, "region 321181402001");
    assert_eq!(session.posts.len(), 1);
    assert_eq!(town.events().await, ["person.added", "person.appointed", "session.started"]);
    assert!(town.sign_in(" SECRETARY ", PASSWORD).await.is_ok(), "capitals and spaces around do not matter");
}

#[tokio::test]
async fn every_failure_is_the_same_answer_after_the_same_work() {
    let town = Town::new().await;
    let user = town.person("known").await;
    town.resident(user, COMMUNITY).await;
    town.person("disabled").await;
    town.execute("UPDATE \"user\" SET disabled_at = created_at WHERE username = 'disabled'").await;
    accounts::add_user(&town.app, "Wang Test", "without", None).await.unwrap();
    town.person("locked").await;
    for _ in 0..10 {
        town.sign_in("locked", "wrong").await.unwrap_err();
    }
    let mut answers = vec![];
    for (username, password) in [
        ("known", "wrong"),
        ("unknown", PASSWORD),
        ("", ""),
        ("disabled", PASSWORD),
        ("without", ""),
        ("locked", PASSWORD),
    ] {
        let before = town.app.auth.passwords.checked.load(Relaxed);
        let Err(Error::Refused(mistakes)) = town.sign_in(username, password).await else { panic!("{username}") };
        assert_eq!(town.app.auth.passwords.checked.load(Relaxed), before + 1, "{username}");
        answers.push(mistakes);
    }
    assert_eq!(answers[0][0].complaint.code, Code::SignInFailed);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[tokio::test]
async fn names_are_locked_whether_or_not_they_exist() {
    let town = Town::new().await;
    let user = town.person("known").await;
    town.resident(user, COMMUNITY).await;
    for _ in 0..9 {
        town.sign_in("known", "wrong").await.unwrap_err();
    }
    assert!(town.sign_in("known", PASSWORD).await.is_ok(), "a success clears the name");
    for name in ["known", "unknown"] {
        for _ in 0..10 {
            assert_eq!(refusal(town.sign_in(name, "wrong").await), (Code::SignInFailed, String::new()));
        }
    }
    assert_eq!(refusal(town.sign_in("known", PASSWORD).await).0, Code::SignInFailed);
    let later = crate::clock::real_now() + chrono::TimeDelta::minutes(16);
    for name in ["known", "unknown"] {
        assert!(town.app.auth.throttle.names.charge(name.to_owned(), crate::clock::real_now()).is_err());
        assert!(town.app.auth.throttle.names.charge(name.to_owned(), later).is_ok());
    }
}

#[tokio::test]
async fn an_address_that_fails_too_often_waits_and_does_no_work() {
    let town = Town::new().await;
    let user = town.person("known").await;
    town.resident(user, COMMUNITY).await;
    let from = |address: &str| guest(&town.app, Some(address.parse().unwrap()));
    for attempt in 0..70 {
        sessions::sign_in(from("2001:db8::1"), "known", PASSWORD).await.unwrap_or_else(|_| panic!("{attempt}"));
    }
    for name in 0..60 {
        let failed = sessions::sign_in(from(&format!("2001:db8::{name}")), &format!("name{name}"), "wrong").await;
        assert_eq!(refusal(failed).0, Code::SignInFailed);
    }
    let before = town.app.auth.passwords.checked.load(Relaxed);
    assert_eq!(refusal(sessions::sign_in(from("2001:db8::1"), "known", PASSWORD).await).0, Code::TooManyRequests);
    assert_eq!(town.app.auth.passwords.checked.load(Relaxed), before);
    assert!(sessions::sign_in(from("192.0.2.1"), "known", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn only_a_right_password_learns_that_there_is_no_post() {
    let town = Town::new().await;
    let user = town.person("idle").await;
    assert_eq!(refusal(town.sign_in("idle", PASSWORD).await), (Code::NoPost, String::new()));
    assert_eq!(refusal(town.sign_in("idle", "wrong").await).0, Code::SignInFailed);
    town.resident(user, COMMUNITY).await;
    town.app.clock.stop_at("2026-06-30T04:00:00Z".parse().unwrap());
    assert_eq!(refusal(town.sign_in("idle", PASSWORD).await).0, Code::NoPost, "the post has not begun");
    town.app.clock.stop_at(noon(1));
    assert!(town.sign_in("idle", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_sign_in_acts_in_the_post_used_last_or_else_held_first() {
    let town = Town::new().await;
    let user = town.person("several").await;
    let first = town.resident(user, COMMUNITY).await;
    let second = town.post(user, AppointmentKind::Volunteer, Role::GridHelper, ELSEWHERE).await;
    let session = town.sign_in("several", PASSWORD).await.unwrap();
    assert_eq!(session.post.id.0, first);
    assert_eq!(session.posts.iter().map(|post| post.id.0).collect::<Vec<_>>(), [first, second]);
    let viewer = town.viewer(&session).await.unwrap();
    sessions::act_as(town.call(&viewer, "actAs"), second).await.unwrap();
    assert_eq!(town.sign_in("several", PASSWORD).await.unwrap().post.id.0, second);
}

#[tokio::test]
async fn a_hash_of_former_figures_is_made_anew() {
    let town = Town::new().await;
    let (_, _) = town.secretary().await;
    let dearer = town.instance(Settings { iterations: 2, ..cheap() }, 7).await;
    sessions::sign_in(guest(&dearer, None), "secretary", PASSWORD).await.unwrap();
    let person = accounts::system_find(&town.app.db, "secretary").await.unwrap().unwrap();
    assert!(!dearer.auth.passwords.outdated(&person.password_hash.unwrap()));
    assert!(town.sign_in("secretary", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn the_mutations_take_and_answer_json() {
    let town = Town::new().await;
    let (session, viewer) = town.secretary().await;
    let commands = super::super::command::commands();
    let named = |name: &str| commands.iter().find(|command| command.name == name).unwrap();
    let sign_in = named("signIn");
    assert!(sign_in.capability.is_none());
    assert!(matches!(sign_in.payload, Payload::Value { name: "session", .. }));
    let input = serde_json::json!({ "username": "secretary", "password": PASSWORD });
    let Done::Value(answer) = (sign_in.run)(town.guest(), input).await.unwrap() else { panic!("a row") };
    assert_eq!(answer["post"]["role"], "SECRETARY");
    assert!(answer["accessToken"].is_string() && answer["refreshTokenExpiresAt"].is_string());
    let input = serde_json::json!({ "refreshToken": session.refresh_token });
    let sign_out = named("signOut");
    assert_eq!(refusal((sign_out.run)(town.guest(), input.clone()).await.map(|_| ())).0, Code::NotFound);
    let caller = Caller { viewer: Some(&viewer), ..town.guest() };
    assert!(matches!((sign_out.run)(caller, input).await.unwrap(), Done::Value(answer) if answer == true));
}
