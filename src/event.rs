//! Events: facts written in the transaction that made them; outbox, timeline and audit chain in one table.
//!
//! Each kind is a line of one table: what it happens to, who sees it in a problem's timeline and how, its words. An
//! event carries ids, codes and commitments, never free text: [`Event::with`] takes nothing else.

mod chain;
mod fact;
pub mod text;

use entity::word::Role;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::id::{Prefix, prefix};
use crate::policy::Viewer;
pub use chain::{commitment, hash, hex, write};
pub use fact::Fact;

/// The stream of what concerns no region.
pub const INSTALLATION: i64 = 0;

/// What an audience sees of an event in a problem's timeline, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    ReturnRequested      "task.returnRequested"    TASK          [Unseen   Seen     Unseen]   "申请退回任务" "the return of a task was asked for";
    ReturnApproved       "task.returned"           TASK          [Seen     Seen     Veiled]   "退回了任务" "a task was returned";
    ReturnRefused        "task.returnRefused"      TASK          [Unseen   Seen     Unseen]   "未同意退回" "the return of a task was refused";
    ProblemEscalated     "problem.escalated"       PROBLEM       [Seen     Seen     Unseen]   "提交联席会议" "the problem was put to the joint meeting";
    TaskTransferred      "task.transferred"        TASK          [Seen     Seen     Veiled]   "转办" "a task was transferred";
    TaskWaived           "task.waived"             TASK          [Unseen   Seen     Unseen]   "免除协办" "an assisting task was waived";
    TaskCancelled        "task.cancelled"          TASK          [Seen     Seen     Veiled]   "取消了任务" "a task was cancelled";
    ExtensionRequested   "extension.requested"     EXTENSION     [Unseen   Seen     Unseen]   "申请延期" "an extension was asked for";
    ExtensionGranted     "extension.granted"       EXTENSION     [Seen     Seen     Unseen]   "准予延期" "an extension was granted";
    ExtensionRefused     "extension.refused"       EXTENSION     [Unseen   Seen     Unseen]   "未准予延期" "an extension was refused";
    ExtensionLapsed      "extension.lapsed"        EXTENSION     [Unseen   Seen     Unseen]   "延期申请失效" "an extension that was asked for lapsed";
    SuspensionRequested  "suspension.requested"    SUSPENSION    [Unseen   Seen     Unseen]   "申请缓办" "a suspension was asked for";
    SuspensionGranted    "problem.suspended"       SUSPENSION    [Seen     Seen     Seen]     "缓办" "the problem was suspended";
    SuspensionRefused    "suspension.refused"      SUSPENSION    [Unseen   Seen     Unseen]   "未准予缓办" "a suspension was refused";
    SuspensionLapsed     "suspension.lapsed"       SUSPENSION    [Unseen   Seen     Unseen]   "缓办申请失效" "a suspension that was asked for lapsed";
    ProblemResumed       "problem.resumed"         PROBLEM       [Seen     Seen     Seen]     "恢复办理" "work on the problem went on";
    CarriedOnLedger      "problem.carriedOnLedger" LEDGER_ENTRY  [Seen     Seen     Veiled]   "挂账" "the problem was put on the ledger";
    LedgerReviewed       "ledger.reviewed"         LEDGER_ENTRY  [Unseen   Seen     Unseen]   "挂账复核" "the problem on the ledger was looked at again";
    LedgerReviewPassed   "ledger.reviewPassed"     LEDGER_ENTRY  [Unseen   Unseen   Unseen]   "挂账逾期未复核" "a review date on the ledger passed";
    TakenOffLedger       "problem.takenOffLedger"  LEDGER_ENTRY  [Seen     Seen     Veiled]   "销账续办" "the problem was taken off the ledger";
    VoidRequested        "void.requested"          REQUEST       [Unseen   Unseen   Unseen]   "申请作废" "voiding was asked for";
    VoidLapsed           "void.lapsed"             REQUEST       [Unseen   Unseen   Unseen]   "作废申请失效" "voiding that was asked for lapsed";
    ProblemVoided        "problem.voided"          PROBLEM       [Seen     Veiled   Veiled]   "作废" "the problem was voided";
    WithdrawalRequested  "withdrawal.requested"    REQUEST       [Seen     Unseen   Unseen]   "申请撤回" "a withdrawal was asked for";
    WithdrawalRefused    "withdrawal.refused"      REQUEST       [Seen     Unseen   Unseen]   "未同意撤回" "a withdrawal was refused";
    ProblemMerged        "problem.merged"          MERGER        [Seen     Veiled   Veiled]   "并案" "the problem was merged into another";
    ProblemJoined        "problem.joined"          PROBLEM       [Unseen   Unseen   Unseen]   "并入了另一问题" "another problem was merged into it";
    ProblemUnmerged      "problem.unmerged"        PROBLEM       [Seen     Veiled   Veiled]   "撤销并案" "the merger was undone";
    ProblemParted        "problem.parted"          PROBLEM       [Unseen   Unseen   Unseen]   "并入的问题已撤出" "a problem that was merged into it was taken out";
    SupervisionProposed  "supervision.proposed"    SUPERVISION   [Unseen   Unseen   Unseen]   "提请督办" "supervision was proposed";
    SupervisionRaised    "supervision.raised"      SUPERVISION   [Seen     Seen     Unseen]   "督办" "supervision was raised";
    SupervisionLifted    "supervision.lifted"      SUPERVISION   [Seen     Seen     Unseen]   "解除督办" "supervision was lifted";
    SupervisionDismissed "supervision.dismissed"   SUPERVISION   [Unseen   Unseen   Unseen]   "未采纳督办提请" "a proposal of supervision was dismissed";
    DeadlineReminded     "deadline.reminded"       PROBLEM       [Unseen   Faceless Unseen]   "时限提醒" "a limit was reminded of";
    ProblemArchived      "problem.archived"        PROBLEM       [Unseen   Unseen   Unseen]   "归档" "the problem was archived";
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
    WhistleRaised        "whistle.raised"          WHISTLE       [Seen     Seen     Unseen]   "吹哨" "a whistle was blown: parties were called to the spot";
    WhistlePartyCalled   "whistle.partyCalled"     WHISTLE_CALL  [Seen     Seen     Unseen]   "增调一方到场" "another party was called to the spot";
    WhistleReportedIn    "whistle.reportedIn"      WHISTLE_CALL  [Seen     Seen     Unseen]   "报到" "a called party reported in";
    WhistleDone          "whistle.done"            WHISTLE_CALL  [Seen     Seen     Unseen]   "办结到场事项" "a called party did its part";
    WhistleExcused       "whistle.excused"         WHISTLE_CALL  [Seen     Seen     Unseen]   "免除到场" "a called party was excused";
    WhistleUnanswered    "whistle.unanswered"      WHISTLE_CALL  [Unseen   Seen     Unseen]   "逾时未报到" "a called party did not report in in time";
    WhistleClosed        "whistle.closed"          WHISTLE       [Seen     Seen     Unseen]   "销哨" "the whistle was closed";
    WhistleCancelled     "whistle.cancelled"       WHISTLE       [Seen     Seen     Unseen]   "撤哨" "the whistle was cancelled";
    WhistleOverridden    "whistle.textOverridden"  WHISTLE       [Unseen   Unseen   Unseen]   "确认吹哨文本可含个人信息" "a whistle's text with personal data was let through";
    ContactReleased      "contact.released"        RELEASE       [Seen     Unseen   Unseen]   "授权查看联系方式" "contact data was released to a party";
    ReleaseWithdrawn     "contact.withdrawn"       RELEASE       [Seen     Unseen   Unseen]   "撤回联系方式授权" "a release of contact data was withdrawn";
    VisitOffered         "visit.offered"           VISIT         [Seen     Unseen   Unseen]   "提供预约时间" "times for a visit were offered";
    VisitChosen          "visit.chosen"            VISIT         [Seen     Unseen   Unseen]   "选定预约时间" "a time for a visit was chosen";
    VisitDeclined        "visit.declined"          VISIT         [Seen     Unseen   Unseen]   "谢绝预约" "a visit was declined";
    VisitCancelled       "visit.cancelled"         VISIT         [Seen     Unseen   Unseen]   "取消预约" "a visit was cancelled";
    VisitKept            "visit.kept"              VISIT         [Seen     Unseen   Unseen]   "双方赴约" "a visit was kept";
    VisitMissed          "visit.missed"            VISIT         [Seen     Unseen   Unseen]   "未能赴约" "a visit was missed";
    ReporterCodeIssued   "report.codeIssued"       PROBLEM       [Unseen   Unseen   Unseen]   "发放查询码" "the reporter's code was issued";
    ReportLookedUp       "report.lookedUp"         PROBLEM       [Unseen   Unseen   Unseen]   "凭查询码查询了进展" "the reporter looked it up by number and code";
    ReporterCodeRefused  "report.codeRefused"      PROBLEM       [Unseen   Unseen   Unseen]   "查询码不正确" "a wrong code was given for the report";
    DeadlineMoved        "deadline.moved"          PROBLEM       [Seen     Seen     Unseen]   "重新计算了时限" "the deadline was reckoned anew";
    CalendarLoaded       "calendar.loaded"         REGION        [Unseen   Unseen   Unseen]   "更新了工作日历" "the working calendar was loaded";
    TimeLimitSet         "timeLimit.set"           REGION        [Unseen   Unseen   Unseen]   "设定了时限" "a time limit was set";
    TimeLimitRemoved     "timeLimit.removed"       REGION        [Unseen   Unseen   Unseen]   "取消了时限" "a time limit was removed";
    UploadStaged         "upload.staged"           UPLOAD        [Unseen   Unseen   Unseen]   "准备上传文件" "a file was announced";
    UploadReceived       "upload.received"         UPLOAD        [Unseen   Unseen   Unseen]   "收到文件" "a file was received";
    AttachmentAdded      "attachment.added"        ATTACHMENT    [Seen     Unseen   Unseen]   "添加了附件" "a file was added to the report";
    AttachmentRecorded   "attachment.recorded"     ATTACHMENT    [Seen     Seen     Unseen]   "添加了处置附件" "a file was added to a disposition";
    AttachmentReleased   "attachment.released"     ATTACHMENT    [Seen     Veiled   Unseen]   "向各方提供了附件副本" "a copy of a file was released to the parties";
    AttachmentWithdrawn  "attachment.withdrawn"    ATTACHMENT    [Seen     Unseen   Unseen]   "撤回了附件" "a file of the report was withdrawn";
    RecordWithdrawn      "attachment.recordWithdrawn" ATTACHMENT [Seen     Seen     Unseen]   "撤回了处置附件" "a file of a disposition was withdrawn";
    CopyWithdrawn        "attachment.copyWithdrawn" ATTACHMENT   [Seen     Veiled   Unseen]   "收回了附件副本" "a released copy was withdrawn";
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
    MediationOverdue     "mediation.overdue"       MEDIATION     [Unseen   Unseen   Unseen]   "调解超过期限" "a mediation's limit has passed";
    ConfirmationClosing  "mediation.confirmationClosing" AGREEMENT [Unseen   Unseen   Unseen]   "司法确认期限将届满" "the time to ask for judicial confirmation runs out";
    ObligationDue        "mediation.obligationDue" OBLIGATION    [Unseen   Unseen   Unseen]   "协议义务到期" "an obligation is due";
    ConfirmationAsked    "mediation.confirmationAsked" AGREEMENT     [Unseen   Unseen   Unseen]   "申请司法确认" "a side asked for judicial confirmation";
    ConfirmationRecorded "mediation.confirmationRecorded" AGREEMENT     [Unseen   Unseen   Unseen]   "记录司法确认" "the court's decision was recorded";
    AdviceDeclared       "mediation.adviceDeclared" EXCLUSION     [Unseen   Unseen   Unseen]   "申报曾提供咨询" "it was declared that a side was advised";
    StatementAdded       "mediation.statementAdded" STATEMENT     [Unseen   Unseen   Unseen]   "当事人陈述" "a side made a statement";
    SessionCalled        "mediation.sessionCalled" MEDIATION_SESSION [Unseen   Unseen   Unseen]   "召集调解会" "a session was called";
    SessionRecorded      "mediation.sessionRecorded" MEDIATION_SESSION [Unseen   Unseen   Unseen]   "记录调解会" "a session was recorded";
    DossierChecked       "mediation.dossierChecked" MEDIATION     [Unseen   Unseen   Unseen]   "核对卷宗" "the dossier was checked";
    NotificationsRead    "notifications.read"      USER          [Unseen   Unseen   Unseen]   "阅读了通知" "notifications were read";
    TextRedacted         "redaction.done"          REDACTION     [Unseen   Unseen   Unseen]   "删除了文本" "a text was taken out of the record";
    RedactionAsked       "redaction.asked"         REDACTION     [Unseen   Unseen   Unseen]   "提请删除文本" "it was asked to take a text out of the record";
    RedactionRefused     "redaction.refused"       REDACTION     [Unseen   Unseen   Unseen]   "不予删除文本" "a text was left in the record";
    DataErased           "data.erased"             PROBLEM       [Seen     Unseen   Unseen]   "删除了个人信息" "personal data was erased";
    LegalHoldSet         "legalHold.set"           PROBLEM       [Unseen   Unseen   Unseen]   "设定法律保留" "a legal hold was set";
    LegalHoldLifted      "legalHold.lifted"        PROBLEM       [Unseen   Unseen   Unseen]   "解除法律保留" "a legal hold was lifted";
    RetentionSet         "retention.set"           REGION        [Unseen   Unseen   Unseen]   "设定了保存期限" "a retention was set";
    SubjectRequestMade   "subjectRequest.made"     SUBJECT_REQUEST [Unseen Unseen   Unseen]   "提出个人信息权利请求" "a person asked about their data";
    SubjectRequestAnswered "subjectRequest.answered" SUBJECT_REQUEST [Unseen Unseen Unseen]   "答复个人信息权利请求" "a request about one's data was answered";
    SubjectRequestRefused "subjectRequest.refused" SUBJECT_REQUEST [Unseen Unseen   Unseen]   "不予支持个人信息权利请求" "a request about one's data was refused";
    SubjectRequestWithdrawn "subjectRequest.withdrawn" SUBJECT_REQUEST [Unseen Unseen Unseen] "撤回个人信息权利请求" "a request about one's data was withdrawn";
    SubjectRequestOverdue "subjectRequest.overdue" SUBJECT_REQUEST [Unseen Unseen   Unseen]   "个人信息权利请求逾期未答复" "a request about one's data was not answered in time";
    ContactCorrected     "contact.corrected"       PROBLEM       [Seen     Unseen   Unseen]   "更正了联系方式" "contact data was corrected";
}

/// Who may know of an event at all, besides who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circle {
    /// Those who read the problem's record.
    Record,
    /// Of these the office alone: that there is a mediation, a redaction or a legal hold is nobody else's business.
    Office,
    /// Nobody: what is said in a mediation is for those who are there, what is asked about one's data for who asks. A
    /// file that is sent, seconds before a report has one, would tell who reported.
    Doer,
}

impl Kind {
    /// Who may know of it.
    #[must_use]
    pub fn circle(self) -> Circle {
        let said =
            matches!(self, Self::StatementAdded | Self::SessionCalled | Self::SessionRecorded | Self::DossierChecked);
        let own = ["subjectRequest.", "upload.", "notifications."].iter().any(|of| self.name().starts_with(of));
        if said || own {
            Circle::Doer
        } else if ["mediation.", "redaction.", "legalHold."].iter().any(|of| self.name().starts_with(of)) {
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
    committed_texts: Vec<(String, Option<String>)>,
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

    /// It is part of a problem's timeline, where there is one.
    #[must_use]
    pub fn on(mut self, problem: impl Into<Option<Uuid>>) -> Self {
        self.problem = problem.into();
        self
    }

    /// The problem whose timeline it is part of.
    #[must_use]
    pub fn problem(&self) -> Option<Uuid> {
        self.problem
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
        self.committed_texts.push((name.to_owned(), Some(text.to_owned())));
        self
    }

    /// The same of a text that may not be there: then it is kept that there was none.
    #[must_use]
    pub fn commits_if(mut self, name: &'static str, text: Option<&str>) -> Self {
        self.committed_texts.push((name.to_owned(), text.map(str::to_owned)));
        self
    }

    /// Commits to a text of something else than its subject, by the text's key ([`text::key`]).
    #[must_use]
    pub fn commits_to(mut self, key: &str, text: &str) -> Self {
        self.committed_texts.push((key.to_owned(), Some(text.to_owned())));
        self
    }

    /// Keeps a commitment to such a text that does not hold as it was: what was tampered with is not made good.
    #[must_use]
    pub fn keeps_broken(mut self, key: &str, hash: Value) -> Self {
        self.data.insert(format!("{key}Hash"), hash);
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
        if viewer.user.is_nil() && !viewer.is_without_account() {
            return Self::system();
        }
        Self { user: viewer.person(), role: Some(viewer.role), party: viewer.party }
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
