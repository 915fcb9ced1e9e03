//! Events: facts written in the transaction that made them; outbox, timeline and audit chain in one table.
//!
//! Each kind is a line of one table: what it happens to, who sees it in a problem's timeline and how, its words. An
//! event carries ids, codes and commitments, never free text: [`Event::with`] takes nothing else.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::word::{Role, Word};
use entity::{event, event_stream};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QuerySelect};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::id::{Ids, Prefix, TypeId, prefix};
use crate::policy::Viewer;
use crate::vault::sha256;

/// The stream of what concerns no region.
pub const INSTALLATION: i64 = 0;

/// What an audience sees of an event in a problem's timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// What happened, and who did it as a party or role.
    Seen,
    /// What happened, but not who did it.
    Faceless,
    /// Only that the community changed the state.
    Veiled,
    /// Nothing.
    Unseen,
}

macro_rules! kinds {
    ($($variant:ident $name:literal $subject:ident [$reporter:ident $party:ident $public:ident] $zh:literal $en:literal;)+) => {
        /// What can happen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = concat!("`", $name, "`: ", $en, " (", $zh, ").")] $variant,)+
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// As it is stored and shown: `problem.accepted`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
            /// The type of what it happens to.
            #[must_use]
            pub fn subject(self) -> Prefix {
                match self { $(Self::$variant => prefix::$subject),+ }
            }
            /// What the problem's reporter sees of it.
            #[must_use]
            pub fn for_reporter(self) -> Sight {
                match self { $(Self::$variant => Sight::$reporter),+ }
            }
            /// What a party with a task on the problem (or a concerned one it was released to) sees of it.
            #[must_use]
            pub fn for_party(self) -> Sight {
                match self { $(Self::$variant => Sight::$party),+ }
            }
            /// What everybody else sees of it, where the problem is public.
            #[must_use]
            pub fn for_public(self) -> Sight {
                match self { $(Self::$variant => Sight::$public),+ }
            }
            /// What happened, in Chinese.
            #[must_use]
            pub fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }
            /// What happened, in English.
            #[must_use]
            pub fn en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }
        }
    };
}

// The secretary, the street (and the supervisor and grid worker where they read the problem) see all kinds, with names;
// those of mediations as [`Kind::circle`] says, and nobody's name.
kinds! {
    // kind              name                      subject       [reporter party    public]  words
    ProblemReported      "problem.reported"        PROBLEM       [Seen     Faceless Veiled]   "上报了问题" "the problem was reported";
    ProblemAdded         "problem.added"           PROBLEM       [Seen     Unseen   Unseen]   "补充了情况" "something was added to the report";
    ProblemAccepted      "problem.accepted"        PROBLEM       [Seen     Seen     Seen]     "立案" "the problem was accepted";
    ProblemDeclined      "problem.declined"        PROBLEM       [Seen     Seen     Seen]     "不予受理" "the problem was declined";
    ProblemHandedUp      "problem.handedUp"        PROBLEM       [Seen     Veiled   Veiled]   "移交上级办理" "the problem was handed to the office above";
    ProblemAppealed      "problem.appealed"        PROBLEM       [Seen     Veiled   Veiled]   "提出申诉" "an appeal was made";
    ProblemDispatched    "problem.dispatched"      PROBLEM       [Seen     Seen     Seen]     "派遣" "the problem was dispatched";
    TaskAcknowledged     "task.acknowledged"       TASK          [Seen     Seen     Seen]     "签收了任务" "a task was acknowledged";
    TaskRead             "task.read"               TASK          [Unseen   Unseen   Unseen]   "已阅" "a task was read";
    DispositionRecorded  "disposition.recorded"    DISPOSITION   [Seen     Seen     Unseen]   "记录了处置" "a disposition was recorded";
    TaskSubmitted        "task.submitted"          TASK          [Seen     Seen     Seen]     "提交了反馈" "feedback was submitted";
    ProblemClosed        "problem.closed"          PROBLEM       [Seen     Seen     Seen]     "核查结案" "the problem was verified and closed";
    ProblemReworked      "problem.reworked"        PROBLEM       [Seen     Seen     Veiled]   "退回返工" "the problem was sent back for rework";
    ProblemFollowedUp    "problem.followedUp"      FOLLOW_UP     [Seen     Veiled   Unseen]   "回访" "a follow-up was made";
    ProblemRated         "problem.rated"           RATING        [Seen     Veiled   Unseen]   "评价" "the closure was rated";
    ProblemReopened      "problem.reopened"        PROBLEM       [Seen     Veiled   Veiled]   "重新启动" "the problem was reopened";
    ProblemWithdrawn     "problem.withdrawn"       PROBLEM       [Seen     Veiled   Veiled]   "撤回" "the problem was withdrawn";
    ContactRevealed      "contact.revealed"        DISCLOSURE    [Seen     Veiled   Unseen]   "查看了联系方式" "contact data was revealed";
    TextOverridden       "problem.textOverridden"  PROBLEM       [Unseen   Unseen   Unseen]   "确认文本可含个人信息" "a text with personal data was let through";
    RegionCreated        "region.created"          REGION        [Unseen   Unseen   Unseen]   "新建行政区划" "a region was created";
    CompoundCreated      "compound.created"        COMPOUND      [Unseen   Unseen   Unseen]   "新建小区" "a compound was created";
    GridCreated          "grid.created"            GRID          [Unseen   Unseen   Unseen]   "新建网格" "a grid was created";
    BuildingCreated      "building.created"        BUILDING      [Unseen   Unseen   Unseen]   "新建楼栋" "a building was created";
    OrganisationCreated  "organisation.created"    ORGANISATION  [Unseen   Unseen   Unseen]   "新建单位" "an organisation was created";
    GroupCreated         "group.created"           GROUP         [Unseen   Unseen   Unseen]   "新建小组" "a group was created";
    PartyAdded           "party.added"             PARTY         [Unseen   Unseen   Unseen]   "加入一方" "a party was added";
    SeatAdded            "seat.added"              SEAT          [Unseen   Unseen   Unseen]   "设立席位" "a seat was added";
    SeatEnded            "seat.ended"              SEAT          [Unseen   Unseen   Unseen]   "席位终止" "a seat ended";
    VacancyRecorded      "vacancy.recorded"        PARTY         [Unseen   Unseen   Unseen]   "记录空缺" "a vacancy was recorded";
    GroupActivated       "group.activated"         GROUP         [Unseen   Unseen   Unseen]   "小组启动" "a group was activated";
    PersonAdded          "person.added"            USER          [Unseen   Unseen   Unseen]   "新增人员" "a person was added";
    GroupDissolved       "group.dissolved"         GROUP         [Unseen   Unseen   Unseen]   "小组解散" "a group was dissolved";
    PersonInvited        "person.invited"          USER          [Unseen   Unseen   Unseen]   "邀请人员" "a person was invited";
    InvitationAccepted   "invitation.accepted"     USER          [Unseen   Unseen   Unseen]   "接受邀请" "an invitation was accepted";
    PersonAppointed      "person.appointed"        APPOINTMENT   [Unseen   Unseen   Unseen]   "任职" "a person was appointed";
    AppointmentEnded     "appointment.ended"       APPOINTMENT   [Unseen   Unseen   Unseen]   "任职终止" "an appointment ended";
    PasswordChanged      "password.changed"        USER          [Unseen   Unseen   Unseen]   "修改密码" "a password was changed";
    SignedIn             "session.started"         USER          [Unseen   Unseen   Unseen]   "登录" "someone signed in";
    SignedOut            "session.ended"           USER          [Unseen   Unseen   Unseen]   "退出登录" "someone signed out";
    TokensRevoked        "tokens.revoked"          USER          [Unseen   Unseen   Unseen]   "令牌作废" "tokens were revoked";
    KeyRotated           "key.rotated"             USER          [Unseen   Unseen   Unseen]   "更换签名密钥" "the signing key was rotated";
    MediationOpened      "mediation.opened"        MEDIATION     [Unseen   Unseen   Unseen]   "启动调解" "a mediation was opened";
    MediatorAppointed    "mediation.mediatorAppointed" MEDIATION     [Unseen   Unseen   Unseen]   "指定调解员" "a mediator was appointed";
    MediationConsented   "mediation.consented"     MEDIATION     [Unseen   Unseen   Unseen]   "同意调解" "a side consented to the mediation";
    MediationRefused     "mediation.refused"       MEDIATION     [Unseen   Unseen   Unseen]   "拒绝调解" "a side refused the mediation";
    MediatorRecused      "mediation.mediatorRecused" MEDIATION     [Unseen   Unseen   Unseen]   "调解员回避" "the mediator was recused";
    MediationExtended    "mediation.extended"      MEDIATION     [Unseen   Unseen   Unseen]   "延长调解期限" "the mediation's limit was extended";
    MediationAgreed      "mediation.agreed"        AGREEMENT     [Unseen   Unseen   Unseen]   "达成调解协议" "an agreement was recorded";
    ObligationRecorded   "mediation.obligationRecorded" OBLIGATION    [Unseen   Unseen   Unseen]   "记录协议义务" "an obligation was recorded";
    AgreementSigned      "mediation.agreementSigned" AGREEMENT     [Unseen   Unseen   Unseen]   "签署调解协议" "a side signed the agreement";
    MediationTerminated  "mediation.terminated"    MEDIATION     [Unseen   Unseen   Unseen]   "终止调解" "the mediation was terminated";
    ObligationPerformed  "mediation.obligationPerformed" OBLIGATION    [Unseen   Unseen   Unseen]   "协议义务已履行" "an obligation was performed";
    ObligationBreached   "mediation.obligationBreached" OBLIGATION    [Unseen   Unseen   Unseen]   "协议义务未履行" "an obligation was breached";
    ConfirmationAsked    "mediation.confirmationAsked" AGREEMENT     [Unseen   Unseen   Unseen]   "申请司法确认" "a side asked for judicial confirmation";
    ConfirmationRecorded "mediation.confirmationRecorded" AGREEMENT     [Unseen   Unseen   Unseen]   "记录司法确认" "the court's decision was recorded";
    AdviceDeclared       "mediation.adviceDeclared" PROBLEM       [Unseen   Unseen   Unseen]   "申报曾提供咨询" "it was declared that a side was advised";
    StatementAdded       "mediation.statementAdded" STATEMENT     [Unseen   Unseen   Unseen]   "当事人陈述" "a side made a statement";
    SessionCalled        "mediation.sessionCalled" MEDIATION_SESSION [Unseen   Unseen   Unseen]   "召集调解会" "a session was called";
    SessionRecorded      "mediation.sessionRecorded" MEDIATION_SESSION [Unseen   Unseen   Unseen]   "记录调解会" "a session was recorded";
    DossierChecked       "mediation.dossierChecked" MEDIATION     [Unseen   Unseen   Unseen]   "核对卷宗" "the dossier was checked";
}

/// Who may know of an event at all, besides who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circle {
    /// Those who read the problem's record.
    Record,
    /// Of these the office alone: that there is a mediation is nobody else's business.
    Office,
    /// Nobody: what is said in a mediation is for those who are there.
    Doer,
}

impl Kind {
    /// Who may know of it.
    #[must_use]
    pub fn circle(self) -> Circle {
        if matches!(self, Self::StatementAdded | Self::SessionCalled | Self::SessionRecorded | Self::DossierChecked) {
            Circle::Doer
        } else if self.name().starts_with("mediation.") {
            Circle::Office
        } else {
            Circle::Record
        }
    }
}

/// Something that happened, to be written at the commit.
#[derive(Clone, Debug)]
pub struct Event {
    kind: Kind,
    stream: i64,
    subject: Uuid,
    problem: Option<Uuid>,
    data: Map<String, Value>,
    committed_texts: Vec<(&'static str, Option<String>)>,
}

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
impl Fact for chrono::NaiveDate {
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
    RegionLevel GridKind OrganisationKind LinkageGroupKind PartyKind AppointmentKind Role ProblemStatus ProblemDomain
    ProblemNature ProblemChannel ProblemVisibility ClosureOutcome TaskRole TaskStatus DispositionAction FollowUpMethod
    MediationKind ConsentMethod AgreementForm ConfirmationStatus RecusalGround DossierDocument
}

impl Event {
    /// `kind` happened to the row `subject`, in the region of `stream` (0: the installation).
    #[must_use]
    pub fn new(kind: Kind, stream: i64, subject: Uuid) -> Self {
        Self { kind, stream, subject, problem: None, data: Map::new(), committed_texts: vec![] }
    }

    /// Whether tokens that were given out no longer count after it.
    #[must_use]
    pub fn ends_tokens(&self) -> bool {
        matches!(
            self.kind,
            Kind::AppointmentEnded | Kind::SignedOut | Kind::TokensRevoked | Kind::PasswordChanged | Kind::KeyRotated
        )
    }

    /// It is part of a problem's timeline.
    #[must_use]
    pub fn on(mut self, problem: Uuid) -> Self {
        self.problem = Some(problem);
        self
    }

    /// Carries a fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: &impl Fact) -> Self {
        self.data.insert(name.into(), fact.json());
        self
    }

    /// Carries a salted commitment to a text: it can be proved later, and not read.
    #[must_use]
    pub fn commits(mut self, name: &'static str, text: &str) -> Self {
        self.committed_texts.push((name, Some(text.to_owned())));
        self
    }

    /// The same of a text that may not be there: then it is kept that there was none.
    #[must_use]
    pub fn commits_if(mut self, name: &'static str, text: Option<&str>) -> Self {
        self.committed_texts.push((name, text.map(str::to_owned)));
        self
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Actor {
    user: Option<Uuid>,
    role: Option<Role>,
    party: Option<Uuid>,
}

impl Actor {
    /// A viewer; the operator is the system.
    #[must_use]
    pub fn of(viewer: &Viewer) -> Self {
        if viewer.user.is_nil() {
            return Self::system();
        }
        Self { user: Some(viewer.user), role: Some(viewer.role), party: viewer.party }
    }

    /// A person who is in no post at that moment (signing in, accepting an invitation).
    #[must_use]
    pub fn person(user: Uuid) -> Self {
        Self { user: Some(user), ..Self::default() }
    }

    /// The command line, the scheduler.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }
}

/// Writes `events` as the last statements of a transaction, stream by stream in ascending order.
///
/// # Errors
/// A fault of the database.
pub async fn write(
    tx: &DatabaseTransaction,
    ids: &Ids,
    actor: Actor,
    now: DateTime<Utc>,
    events: Vec<Event>,
) -> Result<()> {
    let mut streams: BTreeMap<i64, Vec<Event>> = BTreeMap::new();
    for event in events {
        streams.entry(event.stream).or_default().push(event);
    }
    for (stream, events) in streams {
        let mut head = head(tx, stream).await?;
        let mut rows = vec![];
        for event in events {
            let row = row(&head, ids, actor, now, event);
            head = event_stream::Model { stream, seq: row.seq, hash: row.hash.clone() };
            rows.push(event::ActiveModel::from(row));
        }
        event::Entity::insert_many(rows).exec_without_returning(tx).await?;
        let head = event_stream::ActiveModel { stream: Set(stream), seq: Set(head.seq), hash: Set(head.hash) };
        event_stream::Entity::update(head).exec(tx).await?;
    }
    Ok(())
}

/// The head of a stream, locked until the commit; made where there is none.
async fn head(tx: &DatabaseTransaction, stream: i64) -> Result<event_stream::Model> {
    let select = || {
        let select = event_stream::Entity::find_by_id(stream);
        if tx.get_database_backend() == DbBackend::Postgres { select.lock_exclusive() } else { select }
    };
    if let Some(head) = select().one(tx).await? {
        return Ok(head);
    }
    let first = event_stream::ActiveModel { stream: Set(stream), seq: Set(0), hash: Set(vec![0; 32]) };
    let nothing = OnConflict::column(event_stream::Column::Stream).do_nothing().to_owned();
    event_stream::Entity::insert(first).on_conflict(nothing).exec_without_returning(tx).await?;
    select().one(tx).await?.ok_or_else(|| Error::fault("a stream that was just made is not there"))
}

fn row(head: &event_stream::Model, ids: &Ids, actor: Actor, now: DateTime<Utc>, event: Event) -> event::Model {
    let commits = event.committed_texts.iter().any(|(_, text)| text.is_some());
    let salt: Option<Vec<u8>> = commits.then(|| ids.bytes::<16>().to_vec());
    let mut data = event.data;
    for (name, text) in &event.committed_texts {
        let commitment = text.as_ref().map(|text| commitment(salt.as_deref().unwrap_or_default(), text));
        data.insert(format!("{name}Hash"), json!(commitment));
    }
    let mut row = event::Model {
        id: ids.next(now),
        stream: head.stream,
        seq: head.seq + 1,
        position: None,
        kind: event.kind.name().into(),
        subject: event.kind.subject().0.into(),
        subject_id: event.subject,
        problem_id: event.problem,
        community_code: (event.stream % 1000 != 0).then_some(event.stream),
        actor_id: actor.user,
        actor_role: actor.role,
        actor_party_id: actor.party,
        data: Value::Object(data),
        salt,
        occurred_at: now,
        previous_hash: head.hash.clone(),
        hash: vec![],
    };
    row.hash = hash(&row);
    row
}

/// What an event says of a text: it can be proved by who has the text and the salt, and not read.
#[must_use]
pub fn commitment(salt: &[u8], text: &str) -> String {
    hex(&sha256(&[salt, text.as_bytes()]))
}

/// The hash of a row: over everything but its global position and its salt, in one canonical JSON text.
#[must_use]
pub fn hash(row: &event::Model) -> Vec<u8> {
    let body = json!([
        row.stream,
        row.seq,
        row.id,
        row.kind,
        row.subject,
        row.subject_id,
        row.problem_id,
        row.community_code,
        row.actor_id,
        row.actor_role.map(Word::value),
        row.actor_party_id,
        row.data,
        row.occurred_at.timestamp_micros(),
    ]);
    sha256(&[&row.previous_hash, body.to_string().as_bytes()])
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
