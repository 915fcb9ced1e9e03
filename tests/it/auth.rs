//! Signing in, as a client does it: through the HTTP door, on both databases.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::refresh_token;
use liufang::auth::{account, key};
use liufang::clock::real_now;
use liufang::id::{parse, prefix};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{Reply, Told};

/// What is asked of every session.
const SESSION: &str =
    "session { accessToken accessTokenExpiresAt refreshToken post { id kind role } posts { id kind } }
    userErrors { code path message }";
const ME: &str = "{ viewer { role username } }";

/// Runs one of the mutations of signing in and gives its payload.
async fn session(told: &Told, token: Option<&str>, name: &str, input: Value) -> Value {
    let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let document = format!("mutation($input: {upper}Input!) {{ {name}(input: $input) {{ {SESSION} }} }}");
    told.server.ask(token, &document, json!({ "input": input })).await.data()[name].clone()
}

async fn sign_in(told: &Told, role: &str) -> Value {
    let account = told.account(role);
    let input = json!({ "username": account.username, "password": account.password });
    session(told, None, "signIn", input).await["session"].clone()
}

async fn refresh(told: &Told, from: &Value) -> Value {
    session(told, None, "refreshToken", json!({ "refreshToken": from["refreshToken"] })).await
}

fn token(session: &Value) -> &str {
    session["accessToken"].as_str().unwrap_or_else(|| panic!("{session}"))
}

/// The status of a request with a session's access token.
async fn status(told: &Told, session: &Value) -> u16 {
    me(told, session).await.status
}

async fn me(told: &Told, session: &Value) -> Reply {
    told.server.ask(Some(token(session)), ME, json!({})).await
}

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or_else(|| panic!("{payload}"))
}

/// Runs a mutation that answers `done`, as a session.
async fn done(told: &Told, session: &Value, name: &str, input: Value) -> Value {
    let upper = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let document =
        format!("mutation($input: {upper}Input!) {{ {name}(input: $input) {{ done userErrors {{ code path }} }} }}");
    told.server.ask(Some(token(session)), &document, json!({ "input": input })).await.data()[name].clone()
}

/// As if the used refresh tokens had been used `seconds` ago.
async fn used_before(told: &Told, seconds: i64) {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(real_now() - TimeDelta::seconds(seconds)))
        .filter(refresh_token::Column::UsedAt.is_not_null())
        .exec(&told.server.inside.app.db)
        .await
        .unwrap();
}

#[track_caller]
fn refused_token(reply: &Reply) {
    assert_eq!((reply.status, reply.refusal()), (401, "UNAUTHENTICATED"));
    assert_eq!(reply.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
}

/// Gives the resident a second post, and answers its id.
async fn second_post(told: &Told) -> Value {
    let resident = sign_in(told, "RESIDENT").await;
    let posts = told.data("RESIDENT", "{ viewer { posts { person { id } } } }").await;
    let person = posts["viewer"]["posts"][0]["person"]["id"].clone();
    let input =
        json!({ "person": person, "kind": "VOLUNTEER", "regionCode": "321181402001", "idempotencyKey": "second" });
    let document = "mutation($input: AppointPersonInput!) { appointPerson(input: $input) {
        appointment { id revision } userErrors { code path } } }";
    let given = told.ask("SECRETARY", document, json!({ "input": input })).await;
    let given = given.data()["appointPerson"]["appointment"].clone();
    assert!(given["id"].is_string() && resident["post"]["id"] != given["id"], "{given}");
    given
}

both! {
    async fn a_person_signs_in_refreshes_and_signs_out(db: Backing) {
        let told = Told::on(db).await;
        let first = sign_in(&told, "POLICE").await;
        assert_eq!(first["post"]["role"], "POLICE");
        let username = &told.account("POLICE").username;
        assert_eq!(me(&told, &first).await.data(), &json!({ "viewer": { "role": "POLICE", "username": username } }));
        let expires: DateTime<Utc> = first["accessTokenExpiresAt"].as_str().unwrap().parse().unwrap();
        assert!(expires - real_now() <= TimeDelta::minutes(15));

        let second = refresh(&told, &first).await["session"].clone();
        assert!(second["refreshToken"] != first["refreshToken"] && second["accessToken"] != first["accessToken"]);
        assert_eq!((status(&told, &first).await, status(&told, &second).await), (200, 200));

        let apart = sign_in(&told, "POLICE").await;
        let stranger = sign_in(&told, "LAWYER").await;
        let input = json!({ "refreshToken": second["refreshToken"] });
        assert_eq!(code(&done(&told, &stranger, "signOut", input.clone()).await), "NOT_FOUND");
        assert_eq!(done(&told, &second, "signOut", input).await["done"], true);
        for ended in [&first, &second] {
            refused_token(&me(&told, ended).await);
            assert_eq!(code(&refresh(&told, ended).await), "REFRESH_FAILED");
        }
        assert_eq!(status(&told, &apart).await, 200, "another sign-in goes on");
    }

    async fn a_lost_answer_can_be_asked_for_again_and_a_stolen_token_ends_the_sign_in(db: Backing) {
        let told = Told::on(db).await;
        let first = sign_in(&told, "RESIDENT").await;
        let second = refresh(&told, &first).await["session"].clone();
        used_before(&told, 29).await;
        let again = refresh(&told, &first).await["session"].clone();
        assert_eq!(again["refreshToken"], second["refreshToken"]);
        assert_eq!(status(&told, &again).await, 200);

        used_before(&told, 31).await;
        assert_eq!(code(&refresh(&told, &first).await), "REFRESH_FAILED");
        for ended in [&first, &second, &again] {
            refused_token(&me(&told, ended).await);
            assert_eq!(code(&refresh(&told, ended).await), "REFRESH_FAILED");
        }
        assert_eq!(status(&told, &sign_in(&told, "RESIDENT").await).await, 200);
    }

    async fn a_person_acts_in_one_post_at_a_time_and_an_ended_one_is_over_at_once(db: Backing) {
        let told = Told::on(db).await;
        let given = second_post(&told).await;
        let resident = sign_in(&told, "RESIDENT").await;
        assert_eq!(resident["posts"].as_array().unwrap().len(), 2);
        let helper = session(&told, Some(token(&resident)), "actAs", json!({ "post": given["id"] })).await["session"].clone();
        assert_eq!((&helper["post"]["kind"], &helper["post"]["role"]), (&json!("VOLUNTEER"), &json!("GRID_HELPER")));
        assert_eq!(me(&told, &helper).await.data()["viewer"]["role"], "GRID_HELPER");
        assert_eq!(me(&told, &resident).await.data()["viewer"]["role"], "RESIDENT");
        let foreign = sign_in(&told, "LAWYER").await["post"]["id"].clone();
        let refused = session(&told, Some(token(&resident)), "actAs", json!({ "post": foreign })).await;
        assert_eq!(code(&refused), "NOT_FOUND");

        let document = "mutation($input: EndAppointmentInput!) { endAppointment(input: $input) {
            appointment { endedOn } userErrors { code path } } }";
        let input = json!({ "appointment": given["id"], "expectedRevision": given["revision"] });
        let ended = told.ask("SECRETARY", document, json!({ "input": input })).await;
        assert_eq!(ended.data()["endAppointment"]["appointment"]["endedOn"], "2026-07-15", "{}", ended.body);
        refused_token(&me(&told, &helper).await);
        assert_eq!(code(&refresh(&told, &helper).await), "REFRESH_FAILED");
        assert_eq!(status(&told, &resident).await, 200, "the other post goes on");
        assert_eq!(refresh(&told, &resident).await["session"]["posts"].as_array().unwrap().len(), 1);
    }

    async fn a_changed_password_ends_the_other_sign_ins(db: Backing) {
        let told = Told::on(db).await;
        let (mine, other) = (sign_in(&told, "OWNER_REPRESENTATIVE").await, sign_in(&told, "OWNER_REPRESENTATIVE").await);
        let password = &told.account("OWNER_REPRESENTATIVE").password;
        let new = "green gate, second floor";
        let change = |from: &str, to: &str| json!({ "currentPassword": from, "newPassword": to });
        let wrong = done(&told, &mine, "changePassword", change("not the password", new)).await;
        assert_eq!(wrong["userErrors"], json!([{ "code": "WRONG_PASSWORD", "path": ["input", "currentPassword"] }]));
        assert_eq!(code(&done(&told, &mine, "changePassword", change(password, "short")).await), "WEAK_PASSWORD");
        assert_eq!(done(&told, &mine, "changePassword", change(password, new)).await["done"], true);
        refused_token(&me(&told, &other).await);
        assert_eq!(status(&told, &mine).await, 200);
        let username = &told.account("OWNER_REPRESENTATIVE").username;
        let old = session(&told, None, "signIn", json!({ "username": username, "password": password })).await;
        assert_eq!(code(&old), "SIGN_IN_FAILED");
        let now = session(&told, None, "signIn", json!({ "username": username, "password": new })).await;
        assert_eq!(status(&told, &now["session"]).await, 200);
    }

    async fn an_invited_person_gets_an_account_once(db: Backing) {
        let told = Told::on(db).await;
        let document = "mutation($input: InvitePersonInput!) { invitePerson(input: $input) {
            invitation { secret person { id username } } userErrors { code path } } }";
        let input = json!({ "name": "李测", "username": "Li.Test", "phone": "139 0000 1111", "idempotencyKey": "li" });
        let invited = told.ask("SECRETARY", document, json!({ "input": input })).await;
        let invited = invited.data()["invitePerson"]["invitation"].clone();
        assert_eq!(invited["person"]["username"], "li.test");
        let again = told.ask("SECRETARY", document, json!({ "input": input })).await;
        assert_eq!(again.data()["invitePerson"]["invitation"]["secret"], json!(null), "it is shown once");
        assert_eq!(told.ask("RESIDENT", document, json!({ "input": input })).await.refusal(), "VALIDATION_FAILED");

        let accept = async |secret: &Value, password: &str| {
            let document = "mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) {
                accepted { username session { accessToken } } userErrors { code path } } }";
            let input = json!({ "secret": secret, "password": password });
            told.server.ask(None, document, json!({ "input": input })).await.data()["acceptInvitation"].clone()
        };
        let password = "green gate, second floor";
        assert_eq!(code(&accept(&json!("lfi_nothing"), password).await), "INVITATION_FAILED");
        assert_eq!(code(&accept(&invited["secret"], "short").await), "WEAK_PASSWORD");
        let accepted = accept(&invited["secret"], password).await;
        assert_eq!(accepted["accepted"], json!({ "username": "li.test", "session": null }), "there is no post yet");
        assert_eq!(code(&accept(&invited["secret"], password).await), "INVITATION_FAILED");
        let input = json!({ "username": "li.test", "password": password });
        assert_eq!(code(&session(&told, None, "signIn", input.clone()).await), "NO_POST");

        let post = json!({ "person": invited["person"]["id"], "kind": "RESIDENT", "regionCode": "321181402001", "idempotencyKey": "tie" });
        let document = "mutation($input: AppointPersonInput!) { appointPerson(input: $input) { userErrors { code path } } }";
        let given = told.ask("SECRETARY", document, json!({ "input": post })).await;
        assert_eq!(given.data()["appointPerson"]["userErrors"], json!([]));
        assert_eq!(session(&told, None, "signIn", input).await["session"]["post"]["role"], "RESIDENT");
    }

    async fn a_wrong_password_and_a_name_that_is_not_there_are_the_same_bytes(db: Backing) {
        let told = Told::on(db).await;
        let try_it = async |username: &str, password: &str| {
            let document = format!("mutation($input: SignInInput!) {{ signIn(input: $input) {{ {SESSION} }} }}");
            let input = json!({ "query": document, "variables": { "input": { "username": username, "password": password } } });
            let answer = told.server.post(&input.to_string()).send().await.unwrap();
            let mut headers: Vec<_> = answer.headers().iter().filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()))
                .map(|(name, value)| (name.to_string(), value.clone())).collect();
            headers.sort_by(|one, other| one.0.cmp(&other.0));
            (answer.status(), headers, answer.bytes().await.unwrap())
        };
        let lawyer = told.account("LAWYER");
        let wrong = try_it(&lawyer.username, "not the password").await;
        assert_eq!(wrong, try_it("nobody.at.all", "not the password").await);
        for _ in 0..9 {
            assert_eq!(try_it(&lawyer.username, "not the password").await, wrong);
        }
        assert_eq!(try_it(&lawyer.username, &lawyer.password).await, wrong, "the name is locked, and nothing says so");
        let text = String::from_utf8(wrong.2.to_vec()).unwrap();
        assert!(text.contains("SIGN_IN_FAILED") && !text.contains("lawyer"), "{text}");
    }

    async fn an_address_that_fails_too_often_waits(db: Backing) {
        let told = Told::on(db).await;
        for name in 0..60 {
            let input = json!({ "username": format!("nobody{name}"), "password": "not the password" });
            assert_eq!(code(&session(&told, None, "signIn", input).await), "SIGN_IN_FAILED");
        }
        let lawyer = told.account("LAWYER");
        let document = format!("mutation($input: SignInInput!) {{ signIn(input: $input) {{ {SESSION} }} }}");
        let input = json!({ "username": lawyer.username, "password": lawyer.password });
        let reply = told.server.ask(None, &document, json!({ "input": input })).await;
        assert_eq!((reply.status, reply.refusal()), (429, "TOO_MANY_REQUESTS"));
        assert!(reply.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
        assert_eq!(reply.body["errors"][0]["extensions"]["retryable"], true);
        assert_eq!(told.ask("LAWYER", ME, json!({})).await.status, 200, "who is signed in goes on");
    }

    async fn a_token_whose_time_is_over_is_told_so(db: Backing) {
        let told = Told::on(db).await;
        let lawyer = sign_in(&told, "LAWYER").await;
        let post = parse(lawyer["post"]["id"].as_str().unwrap(), prefix::APPOINTMENT).unwrap();
        let over = account::issue(&told.server.inside.app, post, TimeDelta::minutes(-10)).await.unwrap();
        refused_token(&told.server.ask(Some(&over), ME, json!({})).await);
        refused_token(&told.server.ask(Some(&over), "{ vocabulary { value } }", json!({})).await);
        let schema = told.server.get("/schema.graphql").bearer_auth(&over).send().await.unwrap();
        refused_token(&Reply::of(schema).await);
    }

    async fn a_new_key_signs_and_the_tokens_of_the_old_one_still_count(db: Backing) {
        let told = Told::on(db).await;
        let before = sign_in(&told, "LAWYER").await;
        key::rotate(&told.server.inside.app).await.unwrap();
        let after = sign_in(&told, "LAWYER").await;
        let kid = |session: &Value| token(session).split('.').next().unwrap().to_owned();
        assert_ne!(kid(&before), kid(&after));
        assert_eq!((status(&told, &before).await, status(&told, &after).await), (200, 200));
        let keys: Value = told.server.get("/.well-known/jwks.json").send().await.unwrap().json().await.unwrap();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    }

    async fn a_server_that_cannot_read_who_calls_asks_to_come_again(db: Backing) {
        let told = Told::on(db).await;
        let lawyer = sign_in(&told, "LAWYER").await;
        assert_eq!(status(&told, &lawyer).await, 200);
        let db = &told.server.inside.app.db;
        db.execute_unprepared("ALTER TABLE revocation RENAME TO away").await.unwrap();
        let began = Instant::now();
        let refused = loop {
            let reply = me(&told, &lawyer).await;
            if reply.status != 200 {
                break reply;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert!(began.elapsed() < Duration::from_secs(2), "what was read counts for a second: {:?}", began.elapsed());
        assert_eq!((refused.status, refused.refusal()), (503, "UNAVAILABLE"));
        assert_eq!(refused.body["errors"][0]["extensions"]["retryable"], true);
        assert_eq!((refused.header("retry-after"), refused.header("www-authenticate")), (Some("1"), None));
        let schema = told.server.get("/schema.graphql").bearer_auth(token(&lawyer)).send().await.unwrap();
        assert_eq!(schema.status(), 503);
        assert_eq!(told.server.ask(None, "{ vocabulary { value } }", json!({})).await.status, 200, "a guest is a guest");
        db.execute_unprepared("ALTER TABLE away RENAME TO revocation").await.unwrap();
        assert_eq!(status(&told, &lawyer).await, 200);
    }

    async fn writers_that_wait_do_not_keep_a_token_from_counting(db: Backing) {
        let told = Told::on(db).await;
        let lawyer = sign_in(&told, "LAWYER").await;
        let app = &told.server.inside.app;
        let first = liufang::act::begin(&app.db).await.unwrap();
        // On SQLite each of these waits for the first, on PostgreSQL each has begun: with a connection either way.
        for _ in 0..app.config.database.connections {
            let db = app.db.clone();
            tokio::spawn(async move {
                let _busy = liufang::act::begin(&db).await;
                std::future::pending::<()>().await;
            });
        }
        while tokio::time::timeout(Duration::from_millis(50), app.db.ping()).await.is_ok() {}
        app.auth.tokens_ended();
        // The engine answers this without the database.
        let reply = told.server.ask(Some(token(&lawyer)), "{ __typename }", json!({})).await;
        assert_eq!((reply.status, reply.data()), (200, &json!({ "__typename": "Query" })));
        drop(first);
    }
}
