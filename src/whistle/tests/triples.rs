//! Every (state, command, role): what the table allows passes; everything else is refused with where it stands and what
//! is open, and `allowedActions` says the same before.

use entity::word::{PartyKind, Role, WhistleAction, WhistleStatus, Word};
use serde_json::{Value, json};

use super::world::look;
use crate::policy::Viewer;
use crate::problem::tests::world::World;
use crate::whistle::transition::{MOVES, mutation};

/// How far a whistle has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Raised,
    /// The police are there; the others are awaited.
    Responding,
    /// All came and are done.
    Answered,
    Closed,
    Cancelled,
}

impl Stage {
    const ALL: [Self; 5] = [Self::Raised, Self::Responding, Self::Answered, Self::Closed, Self::Cancelled];

    fn status(self) -> WhistleStatus {
        match self {
            Self::Raised => WhistleStatus::Raised,
            Self::Responding | Self::Answered => WhistleStatus::Responding,
            Self::Closed => WhistleStatus::Closed,
            Self::Cancelled => WhistleStatus::Cancelled,
        }
    }

    async fn make(self, world: &World) -> String {
        let people = &world.people;
        let whistle = world.blow(&people.grid_worker, json!({})).await;
        match self {
            Self::Raised => {}
            Self::Responding => world.come(&people.police, &whistle).await,
            Self::Answered => world.answer_all(&whistle).await,
            Self::Closed => {
                world.answer_all(&whistle).await;
                let input = world.on_whistle(&whistle, json!({})).await;
                world.run(&people.secretary, "closeWhistle", "whistle", input).await.unwrap();
            }
            Self::Cancelled => {
                let input = world.on_whistle(&whistle, json!({ "reason": "误报" })).await;
                world.run(&people.secretary, "cancelWhistle", "whistle", input).await.unwrap();
            }
        }
        whistle
    }
}

/// What the domain page says: whether it can be done, at this stage, by one of this role.
fn expected(stage: Stage, action: WhistleAction, role: Role) -> Answer {
    use WhistleAction::{CallParty, Cancel, Close, Excuse, RecordDone, ReportIn};
    let offices = [Role::StreetCoordinator, Role::Secretary];
    let called = [Role::Police, Role::CityManagement, Role::PropertyManager];
    let may = match action {
        // The grid worker blew it.
        CallParty | Close | Cancel => offices.contains(&role) || role == Role::GridWorker,
        Excuse => offices.contains(&role),
        ReportIn | RecordDone => called.contains(&role),
    };
    let known = match action {
        CallParty | Close | Cancel | Excuse => may || [Role::Supervisor, Role::GridWorker].contains(&role),
        ReportIn | RecordDone => ![Role::Supervisor, Role::Secretary, Role::GridWorker].contains(&role),
    };
    let in_sight = ![Role::Lawyer, Role::OwnerRepresentative, Role::Resident, Role::GridHelper].contains(&role);
    let none = [Role::Resident, Role::GridHelper].contains(&role);
    if none || !known {
        return Answer::Unknown;
    }
    if !in_sight {
        return Answer::NotFound;
    }
    if !may {
        return Answer::Forbidden;
    }
    let police = role == Role::Police;
    let open = matches!(stage, Stage::Raised | Stage::Responding | Stage::Answered);
    match action {
        CallParty if open => Answer::Done,
        // About the call of the police.
        Excuse if stage == Stage::Raised || stage == Stage::Responding => Answer::Done,
        ReportIn if stage == Stage::Raised || (stage == Stage::Responding && !police) => Answer::Done,
        RecordDone if stage == Stage::Responding && police => Answer::Done,
        Close if stage == Stage::Answered => Answer::Done,
        Close if open => Answer::Awaited,
        Cancel if stage == Stage::Raised => Answer::Done,
        CallParty | Excuse | ReportIn | RecordDone | Close | Cancel => Answer::InvalidTransition,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Done,
    Unknown,
    NotFound,
    Forbidden,
    Awaited,
    InvalidTransition,
}

async fn input(world: &World, viewer: &Viewer, whistle: &str, action: WhistleAction) -> (&'static str, Value) {
    let people = &world.people;
    // A party answers its own call; everybody else tries the one of the police.
    let called = [Role::Police, Role::CityManagement, Role::PropertyManager].contains(&viewer.role);
    let of = if called { viewer } else { &people.police };
    match action {
        WhistleAction::CallParty => {
            let party = world.party(PartyKind::Lawyer);
            ("call", json!({ "whistle": whistle, "party": party, "idempotencyKey": world.key() }))
        }
        WhistleAction::ReportIn => ("call", world.on_call(of, whistle, json!({ "place": "门口" })).await),
        WhistleAction::RecordDone => ("call", world.on_call(of, whistle, json!({ "note": "已办" })).await),
        WhistleAction::Excuse => ("call", world.on_call(&people.police, whistle, json!({ "reason": "不需" })).await),
        WhistleAction::Close => ("whistle", world.on_whistle(whistle, json!({})).await),
        WhistleAction::Cancel => ("whistle", world.on_whistle(whistle, json!({ "reason": "误报" })).await),
    }
}

async fn told(world: &World, viewer: &Viewer, whistle: &str) -> Vec<String> {
    let seen = look(world, viewer, whistle, "allowedActions { action mutation allowed reason }").await;
    let actions = seen["allowedActions"].as_array().cloned().unwrap_or_default();
    assert!(actions.iter().all(|action| action["allowed"] == action["reason"].is_null()), "{actions:?}");
    let open = actions.into_iter().filter(|action| action["allowed"] == true);
    open.map(|action| action["mutation"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_state_command_and_role_is_as_the_table_says() {
    let world = World::new().await;
    let people = world.people.clone();
    let mut done = 0;
    for stage in Stage::ALL {
        for viewer in [
            &people.supervisor,
            &people.street,
            &people.secretary,
            &people.police,
            &people.city,
            &people.lawyer,
            &people.property,
            &people.owner,
            &people.grid_worker,
            &people.helper,
            &people.resident,
        ] {
            let mut whistle = stage.make(&world).await;
            for action in WhistleAction::ALL {
                let wanted = expected(stage, *action, viewer.role);
                let what = format!("{stage:?} {} {:?}", action.value(), viewer.role);
                let unknown = [Role::Resident, Role::GridHelper].contains(&viewer.role);
                let open = if unknown { vec![] } else { told(&world, viewer, &whistle).await };
                let (shown, input) = input(&world, viewer, &whistle, *action).await;
                let found = world.run(viewer, mutation(*action), shown, input).await;
                let code = found.as_ref().err().map(|error| {
                    error["code"].as_str().or(error["extensions"]["code"].as_str()).unwrap_or("?").to_owned()
                });
                let code = match code.as_deref() {
                    None => Answer::Done,
                    Some("VALIDATION_FAILED") => Answer::Unknown,
                    Some("NOT_FOUND") => Answer::NotFound,
                    Some("FORBIDDEN") => Answer::Forbidden,
                    Some("PARTIES_AWAITED") => Answer::Awaited,
                    Some("INVALID_TRANSITION") => Answer::InvalidTransition,
                    Some(other) => panic!("{what}: {other}"),
                };
                assert_eq!(code, wanted, "{what}: {found:?}");
                assert_eq!(open.contains(&mutation(*action).to_owned()), code == Answer::Done, "{what}: told {open:?}");
                if code == Answer::InvalidTransition {
                    let refused = found.unwrap_err();
                    assert_eq!(refused["from"], stage.status().value(), "{what}");
                    assert!(!refused["allowed"].as_array().unwrap().contains(&json!(mutation(*action))), "{what}");
                } else if code == Answer::Done {
                    done += 1;
                    let to = MOVES.iter().find(|step| step.action == *action).unwrap().to;
                    assert_eq!(world.whistle_row(&whistle).await.status, to.unwrap_or(stage.status()), "{what}");
                    whistle = stage.make(&world).await;
                }
            }
        }
    }
    assert_eq!(done, 25);
}
