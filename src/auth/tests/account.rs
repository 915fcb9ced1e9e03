use entity::invitation;
use sea_orm::EntityTrait;

use super::super::command::{AcceptInvitationInput, InvitePersonInput};
use super::super::invitation::{self as invitations, AcceptedInvitation, PersonInvitation};
use super::*;

const NEW: &str = "green gate, second floor";

fn invited(username: &str, key: &str) -> InvitePersonInput {
    InvitePersonInput {
        name: "Li Test".into(),
        username: username.into(),
        phone: Some("139 0000-1111".into()),
        region_code: None,
        idempotency_key: key.into(),
    }
}

async fn invite(town: &Town, viewer: &Viewer, input: InvitePersonInput) -> Result<PersonInvitation> {
    invitations::invite(town.call(viewer, "invitePerson"), input).await
}

async fn accept(town: &Town, secret: &str, password: &str, username: Option<&str>) -> Result<AcceptedInvitation> {
    let (secret, password, username) = (secret.to_owned(), password.to_owned(), username.map(str::to_owned));
    invitations::accept(town.guest(), AcceptInvitationInput { secret, password, username }).await
}

#[tokio::test]
async fn an_invited_person_gets_an_account_once() {
    let town = Town::new().await;
    let (_, secretary) = town.secretary().await;
    let invitation = invite(&town, &secretary, invited("Li.Test", "1")).await.unwrap();
    assert_eq!(invitation.person.username, "li.test");
    let secret = invitation.secret.unwrap();
    assert!(secret.starts_with("lfi_"));
    assert_eq!(refusal(town.sign_in("li.test", "").await).0, Code::SignInFailed);
    assert_eq!(refusal(accept(&town, &secret, "short", None).await), (Code::WeakPassword, "password".into()));
    assert_eq!(refusal(accept(&town, &secret, NEW, Some("secretary")).await), (Code::Duplicate, "username".into()));
    let accepted = accept(&town, &secret, NEW, Some("lily")).await.unwrap();
    assert_eq!(accepted.username, "lily");
    assert!(accepted.session.is_none(), "there is no post yet");
    town.resident(invitation.person.id.0, COMMUNITY).await;
    assert!(town.sign_in("lily", NEW).await.is_ok());
    assert_eq!(refusal(accept(&town, &secret, NEW, None).await), (Code::InvitationFailed, "secret".into()));
    let events = town.events().await;
    assert!(["person.invited", "invitation.accepted"].iter().all(|kind| events.iter().any(|event| event == kind)));
}

#[tokio::test]
async fn an_invited_person_with_a_post_is_signed_in() {
    let town = Town::new().await;
    let (_, secretary) = town.secretary().await;
    let invitation = invite(&town, &secretary, invited("li.test", "1")).await.unwrap();
    town.resident(invitation.person.id.0, COMMUNITY).await;
    let accepted = accept(&town, &invitation.secret.unwrap(), NEW, None).await.unwrap();
    assert_eq!(town.viewer(&accepted.session.unwrap()).await.unwrap().user, invitation.person.id.0);
}

#[tokio::test]
async fn an_invitation_that_is_unknown_or_expired_does_not_hold() {
    let town = Town::new().await;
    let (session, secretary) = town.secretary().await;
    let secret = invite(&town, &secretary, invited("li.test", "1")).await.unwrap().secret.unwrap();
    let unknown = super::super::secret::new(super::super::secret::Purpose::Invitation).unwrap().0;
    for text in ["", &unknown, &session.refresh_token] {
        assert_eq!(refusal(accept(&town, text, NEW, None).await), (Code::InvitationFailed, "secret".into()));
    }
    town.execute("UPDATE invitation SET expires_at = '2026-01-01T00:00:00+00:00'").await;
    assert_eq!(refusal(accept(&town, &secret, "short", None).await).0, Code::InvitationFailed);
}

#[tokio::test]
async fn inviting_again_replaces_the_link_until_it_is_accepted() {
    let town = Town::new().await;
    let (_, secretary) = town.secretary().await;
    let first = invite(&town, &secretary, invited("li.test", "1")).await.unwrap();
    let repeated = invite(&town, &secretary, invited("li.test", "1")).await.unwrap();
    assert_eq!((repeated.id, repeated.secret), (first.id, None), "the same key takes effect once");
    let second = invite(&town, &secretary, invited("li.test", "2")).await.unwrap();
    assert_eq!(second.person.id, first.person.id);
    assert_eq!(refusal(accept(&town, &first.secret.unwrap(), NEW, None).await).0, Code::InvitationFailed);
    accept(&town, &second.secret.unwrap(), NEW, None).await.unwrap();
    let refused = invite(&town, &secretary, invited("li.test", "3")).await;
    assert_eq!(refusal(refused), (Code::Duplicate, "username".into()));
    assert_eq!(invitation::Entity::find().all(&town.app.db).await.unwrap().len(), 2);
}

#[tokio::test]
async fn people_are_invited_to_ones_own_region_only() {
    let town = Town::new().await;
    let (_, secretary) = town.secretary().await;
    for code in ["321181403001", "321181402000", "321181402099", "nonsense"] {
        let input = InvitePersonInput { region_code: Some(code.into()), ..invited("li.test", code) };
        assert_eq!(refusal(invite(&town, &secretary, input).await), (Code::NotFound, "regionCode".into()), "{code}");
    }
    for (place, input) in [
        InvitePersonInput { name: " ".into(), ..invited("li.test", "1") },
        InvitePersonInput { username: "a b c".into(), ..invited("", "1") },
        InvitePersonInput { phone: Some("call me".into()), ..invited("li.test", "1") },
        InvitePersonInput { idempotency_key: String::new(), ..invited("li.test", "1") },
        invited("secretary", "1"),
    ]
    .into_iter()
    .enumerate()
    {
        let codes = [Code::Required, Code::InvalidValue, Code::InvalidValue, Code::OutOfRange, Code::Duplicate];
        assert_eq!(refusal(invite(&town, &secretary, input).await).0, codes[place]);
    }
    let input = InvitePersonInput { region_code: Some(COMMUNITY.to_string()), ..invited("li.test", "1") };
    invite(&town, &secretary, input).await.unwrap();
}

#[tokio::test]
async fn a_phone_is_kept_sealed() {
    let town = Town::new().await;
    let (_, secretary) = town.secretary().await;
    invite(&town, &secretary, invited("li.test", "1")).await.unwrap();
    let person = accounts::system_find(&town.app.db, "li.test").await.unwrap().unwrap();
    let sealed = person.phone.unwrap();
    assert_eq!(town.app.vault.open_text("user.phone", &sealed).as_deref(), Some("13900001111"));
    assert_eq!(person.phone_hash, Some(town.app.vault.hash("phone", "13900001111")));
    assert!(!String::from_utf8_lossy(&sealed).contains("1390"));
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sign_ins() {
    let town = Town::new().await;
    let (session, of) = town.secretary().await;
    let apart = town.sign_in("secretary", PASSWORD).await.unwrap();
    let change =
        async |from: &str, to: &str| sessions::change_password(town.call(&of, "changePassword"), from, to).await;
    assert_eq!(refusal(change(PASSWORD, "secretary").await), (Code::WeakPassword, "newPassword".into()));
    assert_eq!(refusal(change("wrong", NEW).await), (Code::WrongPassword, "currentPassword".into()));
    assert!(change(PASSWORD, NEW).await.unwrap());
    assert_eq!(town.viewer(&apart).await, Err(Rejected));
    assert_eq!(refusal(town.refresh(&apart.refresh_token).await).0, Code::RefreshFailed);
    assert!(town.viewer(&session).await.is_ok() && town.refresh(&session.refresh_token).await.is_ok());
    assert_eq!(refusal(town.sign_in("secretary", PASSWORD).await).0, Code::SignInFailed);
    assert!(town.sign_in("secretary", NEW).await.is_ok());
    for _ in 0..10 {
        assert_eq!(refusal(change("wrong", PASSWORD).await).0, Code::WrongPassword);
    }
    assert_eq!(refusal(change(NEW, PASSWORD).await).0, Code::TooManyRequests);
}

#[tokio::test]
async fn the_command_line_adds_people_and_sets_passwords() {
    let town = Town::new().await;
    let (session, _) = town.secretary().await;
    let add =
        async |name: &str, username: &str, password| accounts::add_user(&town.app, name, username, password).await;
    assert_eq!(refusal(add("Wang", "Secretary", None).await), (Code::Duplicate, "username".into()));
    assert_eq!(refusal(add("Wang", "no", None).await), (Code::InvalidValue, "username".into()));
    assert_eq!(refusal(add("", "wang", None).await), (Code::Required, "name".into()));
    assert_eq!(refusal(add(&"王".repeat(51), "wang", None).await), (Code::TooLong, "name".into()));
    assert_eq!(refusal(add("Wang", "wang", Some("short")).await), (Code::WeakPassword, "password".into()));
    let set = async |username: &str, password: &str| accounts::set_password(&town.app, username, password).await;
    assert_eq!(refusal(set("nobody", NEW).await), (Code::NotFound, "username".into()));
    assert_eq!(refusal(set("secretary", "short").await), (Code::WeakPassword, "password".into()));
    set("Secretary", NEW).await.unwrap();
    assert_eq!(town.viewer(&session).await, Err(Rejected));
    assert!(town.sign_in("secretary", NEW).await.is_ok());
}

#[tokio::test]
async fn the_command_line_appoints_the_first_administrators() {
    let town = Town::new().await;
    town.person("wang").await;
    let appoint = async |username: &str, kind, region| {
        let username = username.to_owned();
        administrator::appoint(&town.app, administrator::Appointing { username, kind, region, organisation: None })
            .await
    };
    let of = |code, path: &str| (code, path.to_owned());
    assert_eq!(refusal(appoint("nobody", AppointmentKind::Supervisor, COUNTY).await), of(Code::NotFound, "username"));
    assert_eq!(
        refusal(appoint("wang", AppointmentKind::Supervisor, COUNTY + 1_000_000).await),
        of(Code::NotFound, "region")
    );
    assert_eq!(refusal(appoint("wang", AppointmentKind::Supervisor, STREET).await), of(Code::InvalidValue, "region"));
    assert_eq!(refusal(appoint("wang", AppointmentKind::Volunteer, COMMUNITY).await), of(Code::InvalidValue, "kind"));
    let no_office = appoint("wang", AppointmentKind::StreetCoordinator, ELSEWHERE - 1).await;
    assert_eq!(refusal(no_office), of(Code::NotFound, "organisation"));
    appoint("wang", AppointmentKind::Supervisor, COUNTY).await.unwrap();
    assert_eq!(refusal(appoint("wang", AppointmentKind::Supervisor, COUNTY).await), of(Code::Duplicate, "kind"));
    let viewer = town.viewer(&town.sign_in("wang", PASSWORD).await.unwrap()).await.unwrap();
    assert_eq!((viewer.role, viewer.region, viewer.level), (Role::Supervisor, COUNTY, RegionLevel::County));
}

#[tokio::test]
async fn the_command_line_holds_to_the_rules_of_posts() {
    let town = Town::new().await;
    let user = town.person("manager").await;
    town.post(user, AppointmentKind::Volunteer, Role::PropertyManager, COMMUNITY).await;
    let appoint = async |region| {
        let (username, kind) = ("manager".to_owned(), AppointmentKind::Secretary);
        administrator::appoint(&town.app, administrator::Appointing { username, kind, region, organisation: None })
            .await
    };
    assert_eq!(refusal(appoint(COMMUNITY).await), (Code::IncompatiblePosts, "kind".into()));
    town.execute("UPDATE appointment SET ended_on = '2026-07-14'").await;
    assert_eq!(refusal(appoint(COMMUNITY).await).0, Code::IncompatiblePosts, "it excludes for twelve months");
    appoint(ELSEWHERE).await.unwrap();
    town.app.clock.stop_at(noon(15) + chrono::TimeDelta::days(366));
    appoint(COMMUNITY).await.unwrap();
    town.person("disabled").await;
    town.execute("UPDATE \"user\" SET disabled_at = created_at WHERE username = 'disabled'").await;
    let (username, kind) = ("disabled".to_owned(), AppointmentKind::Secretary);
    let asked = administrator::Appointing { username, kind, region: COMMUNITY, organisation: None };
    assert_eq!(refusal(administrator::appoint(&town.app, asked).await).0, Code::Forbidden);
}
