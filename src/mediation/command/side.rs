//! What sides do, or the mediator writes down for one without an account.

use entity::word::{ConsentMethod, RecusalGround};
use entity::{mediation, mediation_side};

use super::MEDIATION;
use crate::input;
use crate::mediation::service::{agreement, consent, session};
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;

macro_rules! answers {
    ($(#[doc = $about:literal] $name:ident;)+) => {
        $(
            input! {
                #[doc = $about]
                pub struct $name {
                    /// The mediation.
                    pub mediation: Id<mediation::Entity>,
                    /// The mediation's `revision` as it was read.
                    pub expected_revision: String,
                    /// For the mediator: the side without an account that said so. Otherwise one's own.
                    pub side: Option<Id<mediation_side::Entity>>,
                    /// For the mediator: how it said so.
                    pub method: Option<ConsentMethod>,
                }
            }

            impl From<$name> for consent::Answer {
                fn from(input: $name) -> Self {
                    let $name { mediation, expected_revision, side, method } = input;
                    Self { mediation: mediation.0, expected_revision, side: side.map(|id| id.0), method }
                }
            }
        )+
    };
}

answers! {
    /// A side's consent.
    ConsentToMediationInput;
    /// A side's refusal.
    RefuseMediationInput;
}

input! {
    /// What a side says.
    pub struct AddStatementInput {
        /// The mediation.
        pub mediation: Id<mediation::Entity>,
        /// For the mediator: the side without an account that said so. Otherwise one's own.
        pub side: Option<Id<mediation_side::Entity>>,
        /// The words; up to 5000 characters. Read by the side itself and the mediator, and by nobody else.
        pub content: String,
        /// A key of the caller's choice: the same key and input say so once.
        pub idempotency_key: String,
    }
}

macro_rules! steps {
    ($(#[doc = $about:literal] $name:ident;)+) => {
        $(
            input! {
                #[doc = $about]
                pub struct $name {
                    /// The mediation.
                    pub mediation: Id<mediation::Entity>,
                    /// The mediation's `revision` as it was read.
                    pub expected_revision: String,
                    /// For the mediator: the side without an account that did so. Otherwise one's own.
                    pub side: Option<Id<mediation_side::Entity>>,
                }
            }

            impl From<$name> for agreement::Step {
                fn from(input: $name) -> Self {
                    let $name { mediation, expected_revision, side } = input;
                    Self { mediation: mediation.0, expected_revision, side: side.map(|id| id.0) }
                }
            }
        )+
    };
}

steps! {
    /// A side's signature.
    SignAgreementInput;
    /// A side's request for judicial confirmation.
    AskJudicialConfirmationInput;
}

input! {
    /// A recusal (回避).
    pub struct RecuseMediatorInput {
        /// The mediation.
        pub mediation: Id<mediation::Entity>,
        /// The mediation's `revision` as it was read.
        pub expected_revision: String,
        /// Why.
        pub ground: RecusalGround,
        /// The same in words, for the secretary and the street; up to 2000 characters, no personal data.
        pub reason: String,
    }
}

/// The mutations.
pub fn commands() -> Vec<Command> {
    let both = Capability::TakePartInMediation;
    vec![
        Command::of(
            "consentToMediation",
            both,
            MEDIATION,
            |call, input: ConsentToMediationInput| Box::pin(consent::consent(call, input.into())),
            "Consents to a mediation (同意调解), and to be named to the other sides and to the mediator once all have. With the last consent mediating begins, for 30 days.",
        ),
        Command::of(
            "refuseMediation",
            both,
            MEDIATION,
            |call, input: RefuseMediationInput| Box::pin(consent::refuse(call, input.into())),
            "Refuses a mediation (拒绝调解), also after having consented, while another side has not. Nobody is named then.",
        ),
        Command::of(
            "recuseMediator",
            both,
            MEDIATION,
            |call, input: RecuseMediatorInput| Box::pin(consent::recuse(call, input)),
            "Withdraws as the mediator, or asks the mediator to withdraw (回避), which takes effect at once; the secretary or the street appoints another. Whoever withdrew cannot be appointed again; on the ground of advice nobody of the organisation can. For a mediator who withdrew the payload's mediation is null without an error.",
        ),
        Command::of(
            "addStatement",
            both,
            ("statement", "MediationStatement"),
            |call, input: AddStatementInput| Box::pin(session::state(call, input)),
            "Says something in a mediation (陈述), for the mediator alone.",
        ),
        Command::of(
            "signAgreement",
            both,
            MEDIATION,
            |call, input: SignAgreementInput| Box::pin(agreement::sign(call, input.into())),
            "Signs a written agreement (签署调解协议). It takes effect when the last side signs.",
        ),
        Command::of(
            "askJudicialConfirmation",
            both,
            MEDIATION,
            |call, input: AskJudicialConfirmationInput| Box::pin(agreement::ask_confirmation(call, input.into())),
            "Asks for judicial confirmation (申请司法确认) of an agreement, within 30 days of its effect. It is asked for when the last side has.",
        ),
    ]
}
