//! The closed vocabularies (the domain's glossary): each value once, with its Chinese and English label.
//!
//! Stored as the upper-snake text that clients see; the database holds each column to its list by a check.

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, Value, ValueType, ValueTypeErr};
use sea_orm::{ActiveValue, ColIdx, DbErr, IntoActiveValue, QueryResult, TryGetError, TryGetable};

/// What every vocabulary can say of itself, for schemas, `vocabulary` answers and refusals.
pub trait Word: Copy + Eq + 'static {
    /// The name of the vocabulary, as clients see it: `ProblemStatus`.
    const NAME: &'static str;
    /// What the vocabulary is, in one sentence.
    const ABOUT: &'static str;
    /// All values in their natural order.
    const ALL: &'static [Self];
    /// The stored and shown text: `IN_PROGRESS`.
    fn value(self) -> &'static str;
    /// The label in Chinese.
    fn zh(self) -> &'static str;
    /// The label in English.
    fn en(self) -> &'static str;
    /// The value of a text, if it is one of the vocabulary's.
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.value() == text)
    }
}

macro_rules! vocabulary {
    ($(#[doc = $about:literal])+ $name:ident { $($variant:ident = $value:tt, $zh:literal, $en:literal;)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(
                #[doc = concat!($en, " (", $zh, ").")]
                #[serde(rename = $value)]
                $variant,
            )+
        }

        impl Word for $name {
            const NAME: &'static str = stringify!($name);
            const ABOUT: &'static str = concat!($($about),+);
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn value(self) -> &'static str {
                match self { $(Self::$variant => $value),+ }
            }
            fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }
            fn en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }
        }

        impl From<$name> for Value {
            fn from(word: $name) -> Self {
                word.value().into()
            }
        }

        impl TryGetable for $name {
            fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
                let text = String::try_get_by(row, index)?;
                Self::parse(&text).ok_or_else(|| TryGetError::DbErr(DbErr::Type(format!("no {} is {text}", Self::NAME))))
            }
        }

        impl ValueType for $name {
            fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                <String as ValueType>::try_from(value).ok().and_then(|text| Self::parse(&text)).ok_or(ValueTypeErr)
            }
            fn type_name() -> String {
                Self::NAME.to_owned()
            }
            fn array_type() -> ArrayType {
                ArrayType::String
            }
            fn column_type() -> ColumnType {
                ColumnType::Text
            }
        }

        impl Nullable for $name {
            fn null() -> Value {
                Value::String(None)
            }
        }

        impl IntoActiveValue<$name> for $name {
            fn into_active_value(self) -> ActiveValue<$name> {
                ActiveValue::Set(self)
            }
        }
    };
}

vocabulary! {
    /// The level of a region (行政区划层级).
    RegionLevel {
        City = "CITY", "市", "city";
        County = "COUNTY", "县级市、区、县", "county";
        Street = "STREET", "街道、镇、开发区", "street or town";
        Community = "COMMUNITY", "社区、村", "community or village";
    }
}

vocabulary! {
    /// The kind of a grid (网格): a micro-grid is part of one comprehensive grid.
    GridKind {
        Comprehensive = "COMPREHENSIVE", "综合网格", "comprehensive grid";
        Micro = "MICRO", "微网格", "micro-grid";
    }
}

vocabulary! {
    /// The kind of an organisation (单位类别).
    OrganisationKind {
        PartyBranch = "PARTY_BRANCH", "党组织", "Party branch";
        PoliceStation = "POLICE_STATION", "派出所", "police station";
        CityManagement = "CITY_MANAGEMENT", "城管中队", "city management squad";
        LawFirm = "LAW_FIRM", "律师事务所", "law firm";
        PropertyCompany = "PROPERTY_COMPANY", "物业公司", "property company";
        OwnersCommittee = "OWNERS_COMMITTEE", "业主委员会", "owners' committee";
        Village = "VILLAGE", "村", "village";
        HealthCentre = "HEALTH_CENTRE", "卫生院", "health centre";
        SocialOrganisation = "SOCIAL_ORGANISATION", "社会组织", "social organisation";
        Government = "GOVERNMENT", "政府、街道办事处", "government office of a street, county or city";
        Other = "OTHER", "其他单位", "other organisation";
    }
}

vocabulary! {
    /// The kind of a linkage group (联动小组类别).
    LinkageGroupKind {
        SixParty = "SIX_PARTY", "六方联动小组", "six-party linkage group";
        Consortium = "CONSORTIUM", "联合体", "consortium of any number of organisations";
    }
}

vocabulary! {
    /// Where a linkage group stands (小组状态): it acts only while ACTIVE.
    LinkageGroupStatus {
        Forming = "FORMING", "筹建中", "being formed";
        Active = "ACTIVE", "已启动", "active";
        Dissolved = "DISSOLVED", "已解散", "dissolved";
    }
}

vocabulary! {
    /// The kind of a party of a group (一方的类别): the first six make a six-party group.
    PartyKind {
        PartyBranch = "PARTY_BRANCH", "党支部", "Party branch";
        Police = "POLICE", "公安", "police";
        CityManagement = "CITY_MANAGEMENT", "城管", "city management";
        Lawyer = "LAWYER", "律师", "lawyer";
        PropertyManager = "PROPERTY_MANAGER", "物业", "property manager";
        Owner = "OWNER", "业主", "owners";
        Village = "VILLAGE", "村", "village";
        HealthCentre = "HEALTH_CENTRE", "卫生院", "health centre";
        SocialOrganisation = "SOCIAL_ORGANISATION", "社会组织", "social organisation";
        Other = "OTHER", "其他", "other";
    }
}

vocabulary! {
    /// The kind of an appointment (任职类别).
    AppointmentKind {
        Supervisor = "SUPERVISOR", "督导员", "supervisor of a city or county";
        StreetCoordinator = "STREET_COORDINATOR", "街道协调员", "street coordinator";
        Secretary = "SECRETARY", "社区书记", "community secretary";
        PartyRepresentative = "PARTY_REPRESENTATIVE", "一方代表", "representative of a party";
        Resident = "RESIDENT", "居民", "resident";
        GridHead = "GRID_HEAD", "网格长", "grid head";
        GridWorker = "GRID_WORKER", "网格员", "grid worker";
        BuildingLeader = "BUILDING_LEADER", "楼栋长", "building leader";
        RedSteward = "RED_STEWARD", "红色管家", "red steward";
        Volunteer = "VOLUNTEER", "志愿者", "volunteer";
    }
}

vocabulary! {
    /// The background of an appointed person (身份).
    AppointmentIdentity {
        PartyMemberCadre = "PARTY_MEMBER_CADRE", "党员干部", "Party-member cadre";
        Resident = "RESIDENT", "居民群众", "resident";
        Volunteer = "VOLUNTEER", "志愿者", "volunteer";
        ReserveCadre = "RESERVE_CADRE", "后备干部", "reserve cadre";
        Retiree = "RETIREE", "退休人员", "retiree";
    }
}

vocabulary! {
    /// How an appointed person was chosen (产生方式).
    SelectedBy {
        Organisation = "ORGANISATION", "组织推荐", "recommended by the organisation";
        Residents = "RESIDENTS", "群众推选", "elected by residents";
        Oneself = "SELF", "个人自荐", "self-nominated";
    }
}

vocabulary! {
    /// What a token may act as (角色): follows from the post it acts in.
    Role {
        Supervisor = "SUPERVISOR", "督导员", "supervisor of a city or county";
        StreetCoordinator = "STREET_COORDINATOR", "街道协调员", "street coordinator";
        Secretary = "SECRETARY", "社区书记", "community secretary, the convenor";
        Police = "POLICE", "公安", "police";
        CityManagement = "CITY_MANAGEMENT", "城管", "city management";
        Lawyer = "LAWYER", "律师", "lawyer";
        PropertyManager = "PROPERTY_MANAGER", "物业", "property manager";
        OwnerRepresentative = "OWNER_REPRESENTATIVE", "业主代表", "owner representative";
        PartyMember = "PARTY_MEMBER", "联合体成员单位", "member of a consortium";
        GridWorker = "GRID_WORKER", "网格员", "grid worker";
        GridHelper = "GRID_HELPER", "网格协助员", "grid helper";
        Resident = "RESIDENT", "居民", "resident";
        Partner = "PARTNER", "对接单位", "partner agency's client";
    }
}

vocabulary! {
    /// Where a problem stands in the case life cycle (问题状态).
    ProblemStatus {
        Reported = "REPORTED", "已上报", "reported, awaiting acceptance";
        Accepted = "ACCEPTED", "已立案", "accepted, awaiting dispatch";
        Declined = "DECLINED", "不予受理", "declined";
        Dispatched = "DISPATCHED", "已派遣", "dispatched, awaiting the lead";
        InProgress = "IN_PROGRESS", "处置中", "in progress";
        Suspended = "SUSPENDED", "缓办", "suspended";
        AwaitingVerification = "AWAITING_VERIFICATION", "待核查", "awaiting verification";
        Closed = "CLOSED", "已结案", "closed";
        OnLedger = "ON_LEDGER", "挂账", "carried on the ledger";
        Merged = "MERGED", "已并案", "merged into another";
        Withdrawn = "WITHDRAWN", "已撤回", "withdrawn";
        Voided = "VOIDED", "已作废", "voided";
    }
}

vocabulary! {
    /// What can be done about a problem (可进行的操作).
    ProblemAction {
        Add = "ADD", "补充", "add to the report";
        Accept = "ACCEPT", "立案", "accept";
        Decline = "DECLINE", "不予受理", "decline";
        Appeal = "APPEAL", "申诉", "appeal";
        Dispatch = "DISPATCH", "派遣", "dispatch";
        Acknowledge = "ACKNOWLEDGE", "签收", "acknowledge a task";
        Record = "RECORD", "记录处置", "record a disposition";
        Submit = "SUBMIT", "反馈", "submit feedback";
        Close = "CLOSE", "核查结案", "verify and close";
        Rework = "REWORK", "退回返工", "send back for rework";
        FollowUp = "FOLLOW_UP", "回访", "follow up";
        Rate = "RATE", "评价", "rate";
        Reopen = "REOPEN", "重新启动", "reopen";
        Withdraw = "WITHDRAW", "撤回", "withdraw";
        RevealContact = "REVEAL_CONTACT", "查看联系方式", "reveal the reporter's contact data";
        RequestReturn = "REQUEST_RETURN", "申请退回", "ask to return a task";
        DecideReturn = "DECIDE_RETURN", "审批退回", "decide on a return";
        TransferTask = "TRANSFER_TASK", "转办", "transfer a task";
        WaiveTask = "WAIVE_TASK", "免除协办", "waive an assisting task";
        CancelTask = "CANCEL_TASK", "取消任务", "cancel a task";
        RequestExtension = "REQUEST_EXTENSION", "申请延期", "ask for an extension";
        DecideExtension = "DECIDE_EXTENSION", "审批延期", "decide on an extension";
        RequestSuspension = "REQUEST_SUSPENSION", "申请缓办", "ask for a suspension";
        DecideSuspension = "DECIDE_SUSPENSION", "审批缓办", "decide on a suspension";
        Resume = "RESUME", "恢复办理", "resume";
        CarryOnLedger = "CARRY_ON_LEDGER", "挂账", "carry on the ledger";
        ReviewLedger = "REVIEW_LEDGER", "挂账复核", "review on the ledger";
        TakeOffLedger = "TAKE_OFF_LEDGER", "销账续办", "take off the ledger";
        RequestVoid = "REQUEST_VOID", "申请作废", "ask for voiding";
        ConfirmVoid = "CONFIRM_VOID", "确认作废", "confirm voiding";
        RequestWithdrawal = "REQUEST_WITHDRAWAL", "申请撤回", "ask for a withdrawal";
        DecideWithdrawal = "DECIDE_WITHDRAWAL", "审批撤回", "decide on a withdrawal";
        Merge = "MERGE", "并案", "merge into another";
        Unmerge = "UNMERGE", "撤销并案", "undo the merger";
        ProposeSupervision = "PROPOSE_SUPERVISION", "提请督办", "propose supervision";
        RaiseSupervision = "RAISE_SUPERVISION", "督办", "raise supervision";
        LiftSupervision = "LIFT_SUPERVISION", "解除督办", "lift supervision";
    }
}

vocabulary! {
    /// What a problem is about (问题领域).
    ProblemDomain {
        Environment = "ENVIRONMENT", "环境卫生", "environment";
        Safety = "SAFETY", "安全管理", "safety";
        PropertyManagement = "PROPERTY_MANAGEMENT", "物业管理", "property management";
        ResidentDispute = "RESIDENT_DISPUTE", "居民纠纷", "resident disputes";
        Infrastructure = "INFRASTRUCTURE", "基础设施", "infrastructure";
        CommunityService = "COMMUNITY_SERVICE", "社区服务", "community services";
    }
}

vocabulary! {
    /// Whether a problem is a thing or a happening (部件、事件).
    ProblemNature {
        Component = "COMPONENT", "部件", "component: a thing";
        Event = "EVENT", "事件", "event: a happening";
    }
}

vocabulary! {
    /// The way a problem came in (来源).
    ProblemChannel {
        GridPatrol = "GRID_PATROL", "网格巡查", "grid patrol";
        Resident = "RESIDENT", "居民诉求", "resident";
        HouseholdVisit = "HOUSEHOLD_VISIT", "入户走访", "household visit";
        Hotline12345 = "HOTLINE_12345", "12345热线", "hotline 12345";
        JointMeeting = "JOINT_MEETING", "联席会议", "joint meeting";
        PartnerAgency = "PARTNER_AGENCY", "对接单位", "partner agency";
    }
}

vocabulary! {
    /// Who may read a problem (公开范围).
    ProblemVisibility {
        Public = "PUBLIC", "公开", "public, by its public summary";
        Parties = "PARTIES", "参与方", "the parties involved";
        Confidential = "CONFIDENTIAL", "保密", "confidential";
    }
}

vocabulary! {
    /// How hard a dispute is (难易程度): decides its default limit.
    ProblemComplexity {
        Simple = "SIMPLE", "简单", "simple";
        Ordinary = "ORDINARY", "一般", "ordinary";
        Complex = "COMPLEX", "疑难", "complex";
    }
}

vocabulary! {
    /// What came of a problem at closure (结案结果).
    ClosureOutcome {
        Solved = "SOLVED", "已解决", "solved";
        PartlySolved = "PARTLY_SOLVED", "部分解决", "partly solved";
        Unfounded = "UNFOUNDED", "不属实", "unfounded";
        Referred = "REFERRED", "已移送", "referred to another authority";
        NotSolvable = "NOT_SOLVABLE", "客观条件所限", "not solvable for outside reasons";
    }
}

vocabulary! {
    /// How closely a problem is supervised (督办级别).
    SupervisionLevel {
        None = "NONE", "未督办", "none";
        Normal = "NORMAL", "一般督办", "normal";
        Yellow = "YELLOW", "黄牌督办", "yellow";
        Red = "RED", "红牌督办", "red";
    }
}

vocabulary! {
    /// What is asked about a problem and waits for a decision (申请类别).
    RequestKind {
        Return = "RETURN", "退回", "the return of a task";
        Withdrawal = "WITHDRAWAL", "撤回", "a withdrawal after dispatch";
        Void = "VOID", "作废", "voiding";
    }
}

vocabulary! {
    /// Where a request stands (申请状态).
    RequestStatus {
        Pending = "PENDING", "待批", "waiting for a decision";
        Approved = "APPROVED", "已批准", "approved";
        Refused = "REFUSED", "未批准", "refused";
        Lapsed = "LAPSED", "已失效", "lapsed without a decision";
    }
}

vocabulary! {
    /// On what grounds a problem is supervised (督办缘由).
    SupervisionGrounds {
        Overdue = "OVERDUE", "超时限过半", "overdue by half its limit";
        Reworked = "REWORKED", "两次返工", "sent back for rework twice";
        ReviewPassed = "REVIEW_PASSED", "挂账逾期未复核", "a review date on the ledger has passed";
        Asked = "ASKED", "社区提请", "asked for by the community";
        Other = "OTHER", "其他", "other";
    }
}

vocabulary! {
    /// Where supervision stands (督办状态).
    SupervisionStatus {
        Proposed = "PROPOSED", "待定", "proposed";
        InForce = "IN_FORCE", "督办中", "in force";
        Lifted = "LIFTED", "已解除", "lifted";
        Dismissed = "DISMISSED", "未采纳", "dismissed";
    }
}

vocabulary! {
    /// The part a task gives its party (任务角色).
    TaskRole {
        Lead = "LEAD", "主办", "lead";
        Assist = "ASSIST", "协办", "assist";
        Read = "READ", "阅知", "read";
    }
}

vocabulary! {
    /// Where a disposition task stands (任务状态).
    TaskStatus {
        Assigned = "ASSIGNED", "已派发", "assigned";
        Acknowledged = "ACKNOWLEDGED", "已签收", "acknowledged";
        Submitted = "SUBMITTED", "已反馈", "feedback submitted";
        Done = "DONE", "已办结", "done";
        ReturnRequested = "RETURN_REQUESTED", "申请退回", "return requested";
        Returned = "RETURNED", "已退回", "returned";
        Transferred = "TRANSFERRED", "已转办", "transferred";
        Waived = "WAIVED", "已免除", "waived";
        Cancelled = "CANCELLED", "已取消", "cancelled";
        Unread = "UNREAD", "未阅", "unread";
        Read = "READ", "已阅", "read";
    }
}

vocabulary! {
    /// What a party did on a problem (处置方式).
    DispositionAction {
        Visit = "VISIT", "上门走访", "visit";
        Talk = "TALK", "沟通协商", "talk";
        Repair = "REPAIR", "维修", "repair";
        Clean = "CLEAN", "清理", "clean";
        Enforce = "ENFORCE", "执法", "enforce";
        Mediate = "MEDIATE", "调解", "mediate";
        Advise = "ADVISE", "法律咨询", "advise";
        Other = "OTHER", "其他", "other";
    }
}

vocabulary! {
    /// The unit of a quantity of work (计量单位).
    QuantityUnit {
        SquareMetre = "SQUARE_METRE", "平方米", "square metre";
        Metre = "METRE", "米", "metre";
        Piece = "PIECE", "只、件", "piece";
        Household = "HOUSEHOLD", "户", "household";
        Person = "PERSON", "人", "person";
    }
}

vocabulary! {
    /// How exact a quantity is (精度): 余 is `AT_LEAST`, 约 is `ABOUT`.
    QuantityPrecision {
        Exact = "EXACT", "准确", "exact";
        AtLeast = "AT_LEAST", "余", "at least";
        About = "ABOUT", "约", "about";
    }
}

vocabulary! {
    /// How a follow-up was made (回访方式).
    FollowUpMethod {
        Visit = "VISIT", "上门", "visit";
        Call = "CALL", "电话", "call";
    }
}

vocabulary! {
    /// How satisfied a reporter is (满意度).
    Satisfaction {
        VerySatisfied = "VERY_SATISFIED", "非常满意", "very satisfied";
        Satisfied = "SATISFIED", "满意", "satisfied";
        Neutral = "NEUTRAL", "一般", "neutral";
        Dissatisfied = "DISSATISFIED", "不满意", "dissatisfied";
        VeryDissatisfied = "VERY_DISSATISFIED", "非常不满意", "very dissatisfied";
    }
}

vocabulary! {
    /// What a caller sees of a personal datum in this row (个人信息状态).
    PersonalState {
        Visible = "VISIBLE", "可见", "shown in full";
        Masked = "MASKED", "脱敏", "shown masked";
        Withheld = "WITHHELD", "不可见", "withheld, whether or not there is one";
        Erased = "ERASED", "已删除", "taken out of the record; `redactions` says on what basis";
    }
}

vocabulary! {
    /// Why a whistle is blown (吹哨事由).
    WhistleGrounds {
        PublicSafety = "PUBLIC_SAFETY", "公共安全", "public safety";
        Emergency = "EMERGENCY", "突发事件", "emergency";
        Enforcement = "ENFORCEMENT", "需执法处置", "enforcement is needed";
        CrossParty = "CROSS_PARTY", "多方协同", "several parties are needed together";
        Overdue = "OVERDUE", "久拖未决", "long left undecided";
        Other = "OTHER", "其他", "other";
    }
}

vocabulary! {
    /// Where a whistle stands (吹哨状态).
    WhistleStatus {
        Raised = "RAISED", "已响哨", "raised, nobody has reported in";
        Responding = "RESPONDING", "处置中", "the called parties are responding";
        Closed = "CLOSED", "已销哨", "closed";
        Cancelled = "CANCELLED", "已撤哨", "cancelled, raised by mistake";
    }
}

vocabulary! {
    /// Where a party that was called to the spot stands (报到状态).
    WhistleCallStatus {
        Called = "CALLED", "待报到", "called, not there yet";
        ReportedIn = "REPORTED_IN", "已报到", "reported in";
        Done = "DONE", "已办结", "its part is done";
        Excused = "EXCUSED", "已免除", "excused";
        Cancelled = "CANCELLED", "已取消", "cancelled with the whistle";
    }
}

vocabulary! {
    /// What can be done about a whistle (吹哨可进行的操作).
    WhistleAction {
        CallParty = "CALL_PARTY", "增调", "call another party";
        ReportIn = "REPORT_IN", "报到", "report in";
        RecordDone = "RECORD_DONE", "办结本方事项", "record that one's part is done";
        Excuse = "EXCUSE", "免除到场", "excuse a party";
        Close = "CLOSE", "销哨", "close";
        Cancel = "CANCEL", "撤哨", "cancel";
    }
}

vocabulary! {
    /// A part of a reporter's contact data that can be released by itself (联系信息项).
    ContactField {
        Name = "NAME", "姓名", "name";
        Phone = "PHONE", "电话", "phone number";
        Address = "ADDRESS", "住址", "home address";
    }
}

vocabulary! {
    /// When someone may come to a reporter's contact data (联系信息的可见条件).
    ContactAccess {
        Recorded = "RECORDED", "随时可查，每次留痕", "at any time, each time with a record";
        WithTask = "WITH_TASK", "签收任务后至结案后30日，每次留痕", "from the acknowledgement of a task until 30 days after closure, each time with a record";
        ByRelease = "BY_RELEASE", "仅在本人授权后", "only by the reporter's own release";
        Never = "NEVER", "任何情况下不可见", "never";
    }
}

vocabulary! {
    /// Where a visit that passes no identity is to be (预约地点).
    VisitPlace {
        BuildingDoor = "BUILDING_DOOR", "楼栋门口", "at the building's door";
        CompoundGate = "COMPOUND_GATE", "小区门口", "at the compound's gate";
        CommunityOffice = "COMMUNITY_OFFICE", "社区办公室", "at the community office";
        OnSite = "ON_SITE", "问题现场", "where the problem is";
    }
}

vocabulary! {
    /// Where an offered visit stands (预约状态).
    VisitStatus {
        Offered = "OFFERED", "待选择", "offered";
        Chosen = "CHOSEN", "已约定", "chosen";
        Declined = "DECLINED", "已谢绝", "declined";
        Lapsed = "LAPSED", "已过期", "lapsed";
        Cancelled = "CANCELLED", "已取消", "cancelled";
        Kept = "KEPT", "已赴约", "kept";
        Missed = "MISSED", "未赴约", "missed";
    }
}

vocabulary! {
    /// Which of a problem's texts something was found in (检索命中的文本).
    SearchedText {
        Title = "TITLE", "标题", "title";
        Summary = "SUMMARY", "转办摘要", "summary for the parties";
        PublicSummary = "PUBLIC_SUMMARY", "公开摘要", "public summary";
        Report = "REPORT", "原述", "report";
        Place = "PLACE", "地点", "place in the reporter's words";
        Addition = "ADDITION", "补充", "addition to the report";
    }
}

vocabulary! {
    /// Whose reading a searched text is for (检索文本的读者): never shown to clients.
    TextAudience {
        Public = "PUBLIC", "公众", "everyone who sees the problem";
        Shared = "SHARED", "各方", "the parties";
        Report = "REPORT", "诉求人与社区", "the reporter and the office";
    }
}

vocabulary! {
    /// What a day is in the working calendar (日期类型).
    DayKind {
        Workday = "WORKDAY", "工作日", "working day";
        RestDay = "REST_DAY", "休息日", "day of rest";
        Holiday = "HOLIDAY", "节假日", "holiday";
        MakeUpWorkday = "MAKE_UP_WORKDAY", "调休上班", "make-up workday";
    }
}

vocabulary! {
    /// A step of a problem's life that has a time limit (时限环节).
    LimitStep {
        Triage = "TRIAGE", "受理", "to accept or decline";
        Acknowledge = "ACKNOWLEDGE", "签收", "to acknowledge";
        Handle = "HANDLE", "办理", "to handle";
        Verify = "VERIFY", "核查", "to verify";
    }
}

vocabulary! {
    /// What a time limit is counted in (时限单位).
    LimitUnit {
        WorkingMinutes = "WORKING_MINUTES", "工作分钟", "minutes of working time";
        WorkingDays = "WORKING_DAYS", "工作日", "working days";
        ClockMinutes = "CLOCK_MINUTES", "分钟", "minutes";
    }
}

vocabulary! {
    /// What an attachment shows (附件类别).
    AttachmentKind {
        Before = "BEFORE", "处置前", "before";
        After = "AFTER", "处置后", "after";
        Document = "DOCUMENT", "文书材料", "document";
        Report = "REPORT", "上报材料", "part of the report";
    }
}

vocabulary! {
    /// Where an attachment stands (附件状态).
    AttachmentStatus {
        Attached = "ATTACHED", "原件", "attached";
        Released = "RELEASED", "已提供各方", "released to the parties";
        Withdrawn = "WITHDRAWN", "已撤回", "withdrawn";
    }
}

vocabulary! {
    /// What a file is, by its content (文件类型).
    FileType {
        Jpeg = "JPEG", "JPEG 图片", "JPEG image";
        Png = "PNG", "PNG 图片", "PNG image";
        Pdf = "PDF", "PDF 文档", "PDF document";
    }
}

vocabulary! {
    /// The kind of a mediation (调解类别): judicial confirmation is for PEOPLES alone.
    MediationKind {
        Peoples = "PEOPLES", "人民调解", "people's mediation";
        PublicSecurity = "PUBLIC_SECURITY", "公安调解", "mediation by the public security organ";
        Administrative = "ADMINISTRATIVE", "行政调解", "administrative mediation";
    }
}

vocabulary! {
    /// Where a mediation stands (调解状态).
    MediationStatus {
        ConsentPending = "CONSENT_PENDING", "待同意", "waiting for the sides' consent";
        Refused = "REFUSED", "拒绝调解", "refused by a side";
        Mediating = "MEDIATING", "调解中", "being mediated";
        AgreedWritten = "AGREED_WRITTEN", "已达成书面协议", "agreed in writing";
        AgreedOral = "AGREED_ORAL", "已达成口头协议", "agreed orally";
        Terminated = "TERMINATED", "调解终止", "terminated without an agreement";
        Performed = "PERFORMED", "已履行", "performed";
        Breached = "BREACHED", "未履行", "breached";
    }
}

vocabulary! {
    /// What can be done about a mediation (调解可进行的操作).
    MediationAction {
        Appoint = "APPOINT", "指定调解员", "appoint a mediator";
        Consent = "CONSENT", "同意调解", "consent";
        Refuse = "REFUSE", "拒绝调解", "refuse";
        State = "STATE", "陈述", "add a statement";
        Schedule = "SCHEDULE", "召集调解会", "call a session";
        Attend = "ATTEND", "记录调解会", "record a session";
        Extend = "EXTEND", "延长期限", "extend the limit";
        Agree = "AGREE", "达成协议", "record an agreement";
        Sign = "SIGN", "签署协议", "sign the agreement";
        Terminate = "TERMINATE", "终止调解", "terminate";
        Perform = "PERFORM", "记录履行", "record performance";
        Breach = "BREACH", "记录违约", "record a breach";
        AskConfirmation = "ASK_CONFIRMATION", "申请司法确认", "ask for judicial confirmation";
        RecordConfirmation = "RECORD_CONFIRMATION", "记录司法确认", "record the court's decision";
        Recuse = "RECUSE", "回避", "recuse the mediator";
        CheckDossier = "CHECK_DOSSIER", "核对卷宗", "check the dossier";
    }
}

vocabulary! {
    /// Whether a side of a mediation consents (同意情况).
    SideConsent {
        Pending = "PENDING", "待答复", "not said yet";
        Consented = "CONSENTED", "同意", "consents";
        Refused = "REFUSED", "拒绝", "refuses";
    }
}

vocabulary! {
    /// How a side of a mediation gave its answer (答复方式).
    ConsentMethod {
        Online = "ONLINE", "线上", "in this system";
        InPerson = "IN_PERSON", "当面", "in person";
        InWriting = "IN_WRITING", "书面", "in writing";
        ByPhone = "BY_PHONE", "电话", "by phone";
    }
}

vocabulary! {
    /// The form of a mediation's agreement (协议形式).
    AgreementForm {
        Written = "WRITTEN", "书面协议", "written";
        Oral = "ORAL", "口头协议", "oral, entered in the register";
    }
}

vocabulary! {
    /// Whether an obligation of an agreement was met (履行情况).
    ObligationStatus {
        Open = "OPEN", "待履行", "open";
        Performed = "PERFORMED", "已履行", "performed";
        Breached = "BREACHED", "未履行", "breached";
    }
}

vocabulary! {
    /// What became of a request for judicial confirmation (司法确认情况).
    ConfirmationStatus {
        Requested = "REQUESTED", "已申请", "requested";
        Confirmed = "CONFIRMED", "已确认", "confirmed by the court";
        Refused = "REFUSED", "不予确认", "refused by the court";
    }
}

vocabulary! {
    /// Why a person may not mediate (回避事由).
    RecusalGround {
        AdvisedASide = "ADVISED_A_SIDE", "曾为一方提供法律咨询", "advised one side";
        Related = "RELATED", "与一方有亲属等关系", "is related to a side";
        Interested = "INTERESTED", "与纠纷有利害关系", "has an interest in the matter";
        Other = "OTHER", "其他事由", "another ground";
    }
}

vocabulary! {
    /// A document of a mediation's dossier (调解卷宗材料).
    DossierDocument {
        Application = "APPLICATION", "申请书", "application";
        Acceptance = "ACCEPTANCE", "受理登记表", "acceptance register";
        Consent = "CONSENT", "同意调解书", "the sides' consent";
        Investigation = "INVESTIGATION", "调查记录", "record of the investigation";
        Record = "RECORD", "调解记录", "record of the mediation";
        Agreement = "AGREEMENT", "调解协议书", "written agreement";
        RegisterEntry = "REGISTER_ENTRY", "口头协议登记表", "register entry of the oral agreement";
        FollowUp = "FOLLOW_UP", "回访记录", "record of the follow-up";
        Termination = "TERMINATION", "调解终止告知书", "notice of termination with the remedies";
        Confirmation = "CONFIRMATION", "司法确认裁定书", "the court's ruling";
    }
}

vocabulary! {
    /// What waits for a person (待办类别).
    InboxKind {
        Task = "TASK", "处置任务", "a task";
        Whistle = "WHISTLE", "吹哨报到", "a call to the spot";
        SubjectRequest = "SUBJECT_REQUEST", "个人信息权利请求", "a request about one's data";
    }
}

vocabulary! {
    /// What a person is told of (通知类别); its label is the verb of the text.
    NotificationKind {
        TriageWanted = "TRIAGE_WANTED", "有新上报，待受理", "a new report awaits triage";
        TaskAssigned = "TASK_ASSIGNED", "有新任务", "there is a new task";
        TaskDueSoon = "TASK_DUE_SOON", "时限将至", "the limit is near";
        TaskOverdue = "TASK_OVERDUE", "已逾期", "the limit has passed";
        TaskEnded = "TASK_ENDED", "任务已终止", "the task was ended";
        DeadlineMoved = "DEADLINE_MOVED", "时限有变动", "the limit was moved";
        DecisionWanted = "DECISION_WANTED", "有申请待审批", "a decision is wanted";
        Decided = "DECIDED", "申请已有答复", "what was asked for is decided";
        VerificationWanted = "VERIFICATION_WANTED", "待核查", "verification is wanted";
        Rework = "REWORK", "退回返工", "it was sent back for rework";
        Supervised = "SUPERVISED", "督办有变化", "supervision has changed";
        ProblemAccepted = "PROBLEM_ACCEPTED", "已立案", "it was accepted";
        ProblemDeclined = "PROBLEM_DECLINED", "不予受理", "it was declined";
        ProblemAdvanced = "PROBLEM_ADVANCED", "办理有进展", "it went on";
        ProblemClosed = "PROBLEM_CLOSED", "已核查结案", "it was verified and closed";
        ProblemReopened = "PROBLEM_REOPENED", "已重新启动", "it was reopened";
        ProblemEnded = "PROBLEM_ENDED", "已终止办理", "it is not handled any more";
        VisitOffered = "VISIT_OFFERED", "待选预约时间", "a time for a visit can be chosen";
        VisitChanged = "VISIT_CHANGED", "预约有变化", "a visit has changed";
        MediationConsentWanted = "MEDIATION_CONSENT_WANTED", "待答复是否同意调解", "consent to a mediation is asked for";
        MediationAdvanced = "MEDIATION_ADVANCED", "调解有进展", "a mediation went on";
        MediationDue = "MEDIATION_DUE", "调解事项到期", "something of a mediation is due";
        WhistleCalled = "WHISTLE_CALLED", "吹哨，请到场报到", "a whistle: report in on the spot";
        WhistleUnanswered = "WHISTLE_UNANSWERED", "吹哨逾时未报到", "a whistle was not answered in time";
        WhistleEnded = "WHISTLE_ENDED", "不必再到场", "nobody need come any more";
    }
}

vocabulary! {
    /// Whether a notification was delivered (送达情况).
    DeliveryStatus {
        Pending = "PENDING", "待送达", "to be delivered";
        Delivered = "DELIVERED", "已送达", "delivered";
        Failed = "FAILED", "未能送达", "could not be delivered";
        Skipped = "SKIPPED", "不再送达", "not delivered any more";
    }
}

vocabulary! {
    /// On what basis personal data was taken out of the record (删除依据).
    RedactionBasis {
        SubjectRequest = "SUBJECT_REQUEST", "本人请求", "the person concerned asked for it";
        ConsentWithdrawn = "CONSENT_WITHDRAWN", "撤回同意", "consent was withdrawn";
        Retention = "RETENTION", "保存期限届满", "it was kept long enough";
        CourtOrder = "COURT_ORDER", "法院或监管机关决定", "a court or authority ordered it";
        MistakenPublication = "MISTAKEN_PUBLICATION", "误公开", "it was published by mistake";
        UnlawfulContent = "UNLAWFUL_CONTENT", "违法收集或侵害他人", "it was collected unlawfully, or harms another";
    }
}

vocabulary! {
    /// Where a redaction stands (删除状态).
    RedactionStatus {
        Pending = "PENDING", "待决定", "asked for";
        Done = "DONE", "已删除", "done";
        Refused = "REFUSED", "不予删除", "refused";
    }
}

vocabulary! {
    /// Who is told that a text is missing, and why (删除告知范围).
    RedactionAudience {
        Shared = "SHARED", "各方", "those who read the summary";
        Report = "REPORT", "原述可见者", "those who read the report";
        Office = "OFFICE", "办理机关", "the office alone";
    }
}

vocabulary! {
    /// A class of data that is kept for a span of its own (数据类别).
    RetentionClass {
        Contact = "CONTACT", "联系方式", "the reporter's name, phone and address";
        ReportText = "REPORT_TEXT", "原述文本", "the reporter's words";
        Attachment = "ATTACHMENT", "附件", "files";
    }
}

vocabulary! {
    /// What a person asks about their data (个人信息权利请求类型).
    SubjectRequestKind {
        Access = "ACCESS", "查阅、复制", "access";
        Correction = "CORRECTION", "更正、补充", "correction";
        Deletion = "DELETION", "删除", "deletion";
        Explanation = "EXPLANATION", "解释说明", "explanation";
    }
}

vocabulary! {
    /// Where a request about one's data stands (个人信息权利请求状态).
    SubjectRequestStatus {
        Received = "RECEIVED", "已收到", "received";
        Answered = "ANSWERED", "已答复", "answered";
        Refused = "REFUSED", "不予支持", "refused";
        Withdrawn = "WITHDRAWN", "已撤回", "withdrawn";
    }
}

vocabulary! {
    /// On what ground a request about one's data is refused (不予支持理由).
    SubjectRefusal {
        StillHandled = "STILL_HANDLED", "问题仍在办理", "the problem is still being dealt with";
        LegalHold = "LEGAL_HOLD", "依法保留", "the law has it kept";
        LegalDuty = "LEGAL_DUTY", "履行法定职责所必需", "a statutory duty needs it";
        NotIdentified = "NOT_IDENTIFIED", "无法核实身份", "the person could not be identified";
        NotHeld = "NOT_HELD", "未持有相关信息", "no such data is held";
    }
}
