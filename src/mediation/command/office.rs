//! Opening a mediation, appointing the mediator, declaring what excludes from mediating.

use entity::word::MediationKind;
use entity::{appointment, mediation, problem, user};

use super::MEDIATION;
use crate::input;
use crate::mediation::service::open;
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// A side of a mediation (当事人): a person with an account, or the name of one without.
    pub struct MediationSideInput {
        /// The person, who holds a post in the community, be it a resident's.
        pub person: Option<Id<user::Entity>>,
        /// The name of a person without an account.
        pub name: Option<String>,
        /// That person's phone number.
        pub phone: Option<String>,
    }
}

input! {
    /// A mediation to be opened.
    pub struct OpenMediationInput {
        /// The problem, accepted and open.
        pub problem: Id<problem::Entity>,
        /// What kind it is; a `PUBLIC_SECURITY` one is the police's.
        pub kind: MediationKind,
        /// What the dispute is about, for all sides; up to 2000 characters, no personal data, nobody's name.
        pub matter: String,
        /// The post of the mediator: police, lawyer or grid worker of the community, who is not involved.
        pub mediator: Id<appointment::Entity>,
        /// The sides, two to ten. They are named to each other and to the mediator when all have consented.
        pub sides: Vec<MediationSideInput>,
        /// Why the matter may stay as it is though it seems to hold personal data; kept in the audit trail.
        pub override_reason: Option<String>,
        /// A key of the caller's choice: the same key and input open once.
        pub idempotency_key: String,
    }
}

input! {
    /// Another mediator.
    pub struct AppointMediatorInput {
        /// The mediation.
        pub mediation: Id<mediation::Entity>,
        /// The mediation's `revision` as it was read.
        pub expected_revision: String,
        /// The post of the mediator: police, lawyer or grid worker of the community, who is not involved.
        pub mediator: Id<appointment::Entity>,
    }
}

input! {
    /// A declaration of having advised a side.
    pub struct DeclareAdviceInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// What was advised on, without names; up to 2000 characters. Kept, and shown to nobody.
        pub reason: String,
        /// A key of the caller's choice: the same key and input declare once.
        pub idempotency_key: String,
    }
}

/// The mutations.
pub fn commands() -> Vec<Command> {
    vec![
        Command::of(
            "openMediation",
            Capability::AppointMediator,
            MEDIATION,
            |call, input: OpenMediationInput| Box::pin(open::open(call, input)),
            "Opens a mediation (启动调解) of the dispute that a problem is about, and appoints the mediator. It waits for the consent of all sides.",
        ),
        Command::of(
            "appointMediator",
            Capability::AppointMediator,
            MEDIATION,
            |call, input: AppointMediatorInput| Box::pin(open::appoint(call, input)),
            "Appoints another mediator (另行指定调解员), after a recusal or instead of the present one.",
        ),
        Command::value(
            "declareAdvice",
            Capability::Mediate,
            "declared",
            |call, input: DeclareAdviceInput| Box::pin(open::declare(call, input)),
            "Declares that the caller's organisation, or the caller, advised a side of the dispute that a problem is about (申报曾提供咨询): none of its people can mediate there.",
        ),
    ]
}
