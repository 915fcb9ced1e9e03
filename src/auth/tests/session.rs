use chrono::TimeDelta;
use entity::refresh_token;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::*;
use crate::clock::real_now;

/// As if the used tokens had been used `seconds` ago.
async fn used_before(town: &Town, seconds: i64) {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(real_now() - TimeDelta::seconds(seconds)))
        .filter(refresh_token::Column::UsedAt.is_not_null())
        .exec(&town.app.db)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_refresh_token_gives_the_next() {
    let town = Town::new().await;
    let (first, of) = town.secretary().await;
    let second = town.refresh(&first.refresh_token).await.unwrap();
    assert_ne!(first.refresh_token, second.refresh_token);
    let again = town.viewer(&second).await.unwrap();
    assert_eq!((again.family, again.post), (of.family, of.post));
    assert_ne!(again.token, of.token);
    let third = town.refresh(&second.refresh_token).await.unwrap();
    assert!(town.viewer(&third).await.is_ok() && town.viewer(&first).await.is_ok());
    let kept = refresh_token::Entity::find().all(&town.app.db).await.unwrap();
    let texts = [&first, &second, &third].map(|session| session.refresh_token.as_bytes().to_vec());
    assert!(kept.iter().all(|row| !texts.contains(&row.secret_hash) && row.secret_hash.len() == 32));
    assert!(
        kept.iter()
            .all(|row| !texts.iter().any(|text| row.successor.as_ref().is_some_and(|kept| kept.ends_with(text))))
    );
}

#[tokio::test]
async fn the_same_device_repeating_itself_gets_the_same_successor() {
    let town = Town::new().await;
    let (first, _) = town.secretary().await;
    let second = town.refresh(&first.refresh_token).await.unwrap();
    used_before(&town, 29).await;
    let again = town.refresh(&first.refresh_token).await.unwrap();
    assert_eq!(again.refresh_token, second.refresh_token);
    assert_eq!(again.refresh_token_expires_at, second.refresh_token_expires_at);
    assert!(town.refresh(&second.refresh_token).await.is_ok());
}

#[tokio::test]
async fn two_exchanges_at_once_get_the_same_successor() {
    let town = Town::new().await;
    let (first, _) = town.secretary().await;
    let (one, other) = tokio::join!(town.refresh(&first.refresh_token), town.refresh(&first.refresh_token));
    assert_eq!(one.unwrap().refresh_token, other.unwrap().refresh_token);
}

#[tokio::test]
async fn a_used_token_that_comes_again_later_ends_the_family() {
    let town = Town::new().await;
    let (first, _) = town.secretary().await;
    let second = town.refresh(&first.refresh_token).await.unwrap();
    let apart = town.sign_in("secretary", PASSWORD).await.unwrap();
    used_before(&town, 31).await;
    assert_eq!(refusal(town.refresh(&first.refresh_token).await), (Code::RefreshFailed, "refreshToken".into()));
    assert_eq!(refusal(town.refresh(&second.refresh_token).await).0, Code::RefreshFailed);
    assert_eq!(town.viewer(&first).await, Err(Rejected));
    assert_eq!(town.viewer(&second).await, Err(Rejected));
    assert!(town.viewer(&apart).await.is_ok() && town.refresh(&apart.refresh_token).await.is_ok());
    assert_eq!(town.events().await.last().unwrap(), "tokens.revoked");
}

#[tokio::test]
async fn a_used_token_whose_successor_was_used_ends_the_family_at_once() {
    let town = Town::new().await;
    let (first, _) = town.secretary().await;
    let second = town.refresh(&first.refresh_token).await.unwrap();
    let third = town.refresh(&second.refresh_token).await.unwrap();
    assert_eq!(refusal(town.refresh(&first.refresh_token).await).0, Code::RefreshFailed);
    assert_eq!(refusal(town.refresh(&third.refresh_token).await).0, Code::RefreshFailed);
    assert_eq!(town.viewer(&third).await, Err(Rejected));
}

#[tokio::test]
async fn no_other_refresh_token_is_exchanged() {
    let town = Town::new().await;
    let (session, _) = town.secretary().await;
    for text in ["", "lfr_", "lfr_AAAA", &session.access_token, &session.refresh_token.replace("lfr_", "lfi_")] {
        assert_eq!(refusal(town.refresh(text).await), (Code::RefreshFailed, "refreshToken".into()), "{text}");
    }
    let unknown = super::super::secret::new(super::super::secret::Purpose::Refresh).unwrap().0;
    assert_eq!(refusal(town.refresh(&unknown).await).0, Code::RefreshFailed);
    town.execute("UPDATE \"user\" SET disabled_at = created_at").await;
    assert_eq!(refusal(town.refresh(&session.refresh_token).await).0, Code::RefreshFailed);
    town.execute("UPDATE \"user\" SET disabled_at = NULL").await;
    town.execute("UPDATE refresh_token SET expires_at = '2026-01-01T00:00:00+00:00'").await;
    assert_eq!(refusal(town.refresh(&session.refresh_token).await).0, Code::RefreshFailed);
}

#[tokio::test]
async fn signing_out_ends_that_sign_in_and_no_other() {
    let town = Town::new().await;
    let (session, of) = town.secretary().await;
    let next = town.refresh(&session.refresh_token).await.unwrap();
    let apart = town.sign_in("secretary", PASSWORD).await.unwrap();
    assert!(sessions::sign_out(town.call(&of, "signOut"), &session.refresh_token).await.unwrap(), "a used one will do");
    for ended in [&session, &next] {
        assert_eq!(town.viewer(ended).await, Err(Rejected));
        assert_eq!(refusal(town.refresh(&ended.refresh_token).await).0, Code::RefreshFailed);
    }
    assert!(town.viewer(&apart).await.is_ok());
    assert_eq!(town.events().await.last().unwrap(), "session.ended");
}

#[tokio::test]
async fn nobody_signs_another_out() {
    let town = Town::new().await;
    let (session, of) = town.secretary().await;
    let user = town.person("resident").await;
    town.resident(user, COMMUNITY).await;
    let resident = town.sign_in("resident", PASSWORD).await.unwrap();
    let unknown = super::super::secret::new(super::super::secret::Purpose::Refresh).unwrap().0;
    for text in [resident.refresh_token.as_str(), &unknown, "nonsense"] {
        let refused = sessions::sign_out(town.call(&of, "signOut"), text).await;
        assert_eq!(refusal(refused), (Code::NotFound, "refreshToken".into()));
    }
    assert!(town.viewer(&resident).await.is_ok() && town.viewer(&session).await.is_ok());
}

#[tokio::test]
async fn acting_in_another_post_stays_in_the_sign_in() {
    let town = Town::new().await;
    let (session, of) = town.secretary().await;
    let second = town.resident(of.user, ELSEWHERE).await;
    let stranger = town.person("stranger").await;
    let foreign = town.resident(stranger, COMMUNITY).await;
    let later = town.resident(of.user, ELSEWHERE).await;
    let act_as = async |post| sessions::act_as(town.call(&of, "actAs"), post).await;
    town.execute("UPDATE refresh_token SET expires_at = '2099-01-01T00:00:00+00:00'").await;
    let other = act_as(second).await.unwrap();
    assert!(other.refresh_token_expires_at < real_now() + TimeDelta::days(31));
    town.execute("UPDATE refresh_token SET expires_at = '2030-01-01T00:00:00+00:00'").await;
    let viewer = town.viewer(&other).await.unwrap();
    assert_eq!((viewer.post, viewer.role, viewer.region), (second, Role::Resident, ELSEWHERE));
    assert_eq!(viewer.family, of.family);
    assert_eq!(town.refresh(&other.refresh_token).await.unwrap().post.id.0, second);
    entity::appointment::Entity::update_many()
        .col_expr(entity::appointment::Column::StartedOn, Expr::value(crate::clock::day(noon(16))))
        .filter(entity::appointment::Column::Id.eq(later))
        .exec(&town.app.db)
        .await
        .unwrap();
    for post in [foreign, later, of.user] {
        assert_eq!(refusal(act_as(post).await), (Code::NotFound, "post".into()));
    }
    sessions::sign_out(town.call(&of, "signOut"), &session.refresh_token).await.unwrap();
    assert_eq!(town.viewer(&other).await, Err(Rejected));
}

#[tokio::test]
async fn acting_in_another_post_makes_no_sign_in_last_longer() {
    let town = Town::new().await;
    let (_, of) = town.secretary().await;
    let soon = real_now() + TimeDelta::hours(1);
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::ExpiresAt, Expr::value(soon))
        .exec(&town.app.db)
        .await
        .unwrap();
    let other = sessions::act_as(town.call(&of, "actAs"), of.post).await.unwrap();
    assert_eq!(other.refresh_token_expires_at, soon);
}

#[tokio::test]
async fn nobody_acts_on_in_a_sign_in_that_was_ended() {
    let town = Town::new().await;
    let (session, of) = town.secretary().await;
    let second = town.resident(of.user, ELSEWHERE).await;
    sessions::sign_out(town.call(&of, "signOut"), &session.refresh_token).await.unwrap();
    // As a call whose token was looked at just before.
    let refused = sessions::act_as(town.call(&of, "actAs"), second).await;
    assert_eq!(refusal(refused).0, Code::Unauthenticated);
}

#[tokio::test]
async fn signing_out_while_acting_in_another_post_leaves_no_token_behind() {
    let town = Town::new().await;
    let (_, of) = town.secretary().await;
    let second = town.resident(of.user, ELSEWHERE).await;
    for _ in 0..20 {
        let session = town.sign_in("secretary", PASSWORD).await.unwrap();
        let of = town.viewer(&session).await.unwrap();
        let (acted, _) = tokio::join!(
            sessions::act_as(town.call(&of, "actAs"), second),
            sessions::sign_out(town.call(&of, "signOut"), &session.refresh_token),
        );
        if let Ok(acted) = acted {
            assert_eq!(refusal(town.refresh(&acted.refresh_token).await).0, Code::RefreshFailed);
        }
    }
}

#[tokio::test]
async fn a_sign_in_under_way_while_the_password_is_set_fails() {
    let town = Town::new().await;
    town.secretary().await;
    let shown = accounts::system_find(&town.app.db, "secretary").await.unwrap().unwrap();
    accounts::set_password(&town.app, "secretary", "green gate, second floor").await.unwrap();
    let late = sessions::start(&town.app, shown.id, shown.password_changed_at).await;
    assert_eq!(refusal(late.map(|_| ())), (Code::SignInFailed, String::new()));
    assert!(town.sign_in("secretary", "green gate, second floor").await.is_ok());
}
