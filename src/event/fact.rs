//! What an event may carry. A text is none of it: there is no way to put one in.

use chrono::{DateTime, NaiveDate, Utc};
use entity::word::Word;
use serde_json::Value;

use crate::id::TypeId;

/// What an event may carry: ids, codes, numbers, moments.
pub trait Fact {
    /// As JSON.
    fn json(&self) -> Value;
}

impl Fact for TypeId {
    fn json(&self) -> Value {
        self.to_string().into()
    }
}
impl Fact for i64 {
    fn json(&self) -> Value {
        (*self).into()
    }
}
impl Fact for NaiveDate {
    fn json(&self) -> Value {
        self.to_string().into()
    }
}
impl Fact for bool {
    fn json(&self) -> Value {
        (*self).into()
    }
}
impl Fact for DateTime<Utc> {
    fn json(&self) -> Value {
        crate::read::shape::format_time(*self).into()
    }
}
impl<T: Fact> Fact for Vec<T> {
    fn json(&self) -> Value {
        self.iter().map(Fact::json).collect()
    }
}
impl<T: Fact> Fact for Option<T> {
    fn json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Fact::json)
    }
}
macro_rules! words_are_facts {
    ($($word:ident)+) => { $(impl Fact for entity::word::$word {
        fn json(&self) -> Value {
            self.value().into()
        }
    })+ };
}
words_are_facts! {
    MediationKind
    ConsentMethod
    AgreementForm
    ConfirmationStatus
    RecusalGround
    DossierDocument
    RegionLevel
    GridKind
    OrganisationKind
    LinkageGroupKind
    PartyKind
    AppointmentKind
    Role
    ProblemStatus
    ProblemDomain
    ProblemNature
    ProblemChannel
    ProblemVisibility
    ClosureOutcome
    TaskRole
    TaskStatus
    DispositionAction
    FollowUpMethod
    SupervisionLevel
    SupervisionGrounds
    WhistleGrounds
    ProblemComplexity
    LimitStep
    LimitUnit
    AttachmentKind
    FileType
    RedactionBasis
    RedactionAudience
    RetentionClass
    SubjectRequestKind
    SubjectRefusal
    ContactField
}
