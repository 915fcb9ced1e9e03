//! The one error, and the one list of codes with their texts in zh-Hans and English.
//!
//! [`Error`] has no `Display`: what a client reads is made from a [`Code`] and its parameters, and a fault of ours says
//! `INTERNAL` and nothing of its cause.

use serde_json::{Map, Value, json};

/// What went wrong, for the place that answers.
#[derive(Debug)]
pub enum Error {
    /// What a person may do wrong: goes into `userErrors`.
    Refused(Vec<UserError>),
    /// What a program does wrong: goes into the top-level `errors`.
    Request(Complaint),
    /// A fault of ours; logged once where it is answered.
    Fault(String),
}

/// The result of nearly everything.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A code with what its text needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Complaint {
    /// What kind of thing it is.
    pub code: Code,
    /// What the text's `{}` are, in order.
    pub words: Vec<Word>,
}

impl Word {
    /// A word with its Chinese and its English.
    pub fn both(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Both(zh.into(), en.into())
    }
}

/// A word in a text: the same in both languages, or one for each.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// A figure, a name, a value.
    Same(String),
    /// Chinese and English.
    Both(String, String),
}

impl<T: ToString> From<T> for Word {
    fn from(text: T) -> Self {
        Self::Same(text.to_string())
    }
}

/// One mistake in a mutation's input or in what it asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct UserError {
    /// Code and text.
    pub complaint: Complaint,
    /// Where in the input: `["input", "summary"]`.
    pub path: Vec<String>,
    /// What a special error says more: `from`, `allowed`, `currentRevision`, `missing`.
    pub more: Map<String, Value>,
}

impl Complaint {
    /// `code`, its text filled with `words`.
    #[must_use]
    pub fn new(code: Code, words: Vec<Word>) -> Self {
        Self { code, words }
    }

    /// Of one that says to come back later: after how many seconds, its first word.
    pub fn seconds(&self) -> u64 {
        match self.words.first() {
            Some(Word::Same(seconds)) => seconds.parse().unwrap_or(1),
            Some(Word::Both(..)) | None => 1,
        }
    }

    /// The text in `language`.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let text = match language {
            Language::ZhHans => self.code.zh(),
            Language::En => self.code.en(),
        };
        let mut words = self.words.iter();
        let mut message = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("{}") {
            message.push_str(&rest[..at]);
            match (words.next(), language) {
                (Some(Word::Same(word)), _)
                | (Some(Word::Both(word, _)), Language::ZhHans)
                | (Some(Word::Both(_, word)), Language::En) => {
                    message.push_str(word);
                }
                (None, _) => {}
            }
            rest = &rest[at + 2..];
        }
        message.push_str(rest);
        message
    }
}

impl UserError {
    /// A mistake at `path` of the input (dotted: `concerns.0`); an empty path means the input as a whole.
    #[must_use]
    pub fn new(code: Code, path: &str, words: Vec<Word>) -> Self {
        let path = std::iter::once("input")
            .chain(path.split('.'))
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        Self { complaint: Complaint::new(code, words), path, more: Map::new() }
    }

    /// Says one thing more, under the name a client sees.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// The GraphQL type of it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.complaint.code.user_error_type()
    }

    /// As JSON with all of its fields.
    #[must_use]
    pub fn to_json(&self, language: Language) -> Value {
        let mut map = self.more.clone();
        map.insert("__typename".into(), json!(self.type_name()));
        map.insert("code".into(), json!(self.complaint.code.text()));
        map.insert("message".into(), json!(self.complaint.message(language)));
        map.insert("path".into(), json!(self.path));
        Value::Object(map)
    }
}

impl Error {
    /// A refusal for one mistake.
    #[must_use]
    pub fn refused(code: Code, path: &str, words: Vec<Word>) -> Self {
        UserError::new(code, path, words).into()
    }

    /// A row that is missing or out of the caller's sight; both are the same.
    #[must_use]
    pub fn not_found(path: &str) -> Self {
        Self::refused(Code::NotFound, path, vec![])
    }

    /// The refusal of what is not the caller's to do, in whatever state.
    #[must_use]
    pub fn not_yours() -> Self {
        Self::refused(Code::Forbidden, "", vec![Word::both("不由您办理", "it is not yours to do")])
    }

    /// The refusal of what cannot be done in a state: where it stands, and the moves that are open to the caller, each by
    /// its mutation and in Chinese and English.
    #[must_use]
    pub fn invalid_transition(from: impl entity::word::Word, open: &[(&str, &str, &str)]) -> Self {
        let list = |none: &str, comma: &str, words: Vec<&str>| {
            if words.is_empty() { none.to_owned() } else { words.join(comma) }
        };
        let zh = list("无", "、", open.iter().map(|(_, zh, _)| *zh).collect());
        let en = list("nothing", ", ", open.iter().map(|(.., en)| *en).collect());
        let words = vec![Word::both(from.zh(), from.en()), Word::Both(zh, en)];
        let allowed: Vec<_> = open.iter().map(|(mutation, ..)| *mutation).collect();
        UserError::new(Code::InvalidTransition, "", words)
            .with("from", json!(from.value()))
            .with("allowed", json!(allowed))
            .into()
    }

    /// What a failed write means: `refusal` where a unique index kept it out, a fault otherwise. So a race ends like a
    /// look before.
    #[must_use]
    pub fn unless_unique(error: sea_orm::DbErr, refusal: UserError) -> Self {
        match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => refusal.into(),
            Some(_) | None => error.into(),
        }
    }

    /// A top-level error.
    #[must_use]
    pub fn request(code: Code, words: Vec<Word>) -> Self {
        Self::Request(Complaint::new(code, words))
    }

    /// A fault, with its cause for the log.
    #[must_use]
    pub fn fault(cause: impl Into<String>) -> Self {
        Self::Fault(cause.into())
    }
}

impl From<UserError> for Error {
    fn from(error: UserError) -> Self {
        Self::Refused(vec![error])
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.to_string())
    }
}

/// The languages of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Simplified Chinese, the default.
    #[default]
    ZhHans,
    /// English.
    En,
}

impl Language {
    /// The first language of an `Accept-Language` header that there are texts for (RFC 9110 §12.5.4), by weight.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let mut best = (0.0_f32, Self::ZhHans);
        for part in header.split(',') {
            let mut pieces = part.split(';').map(str::trim);
            let tag = pieces.next().unwrap_or_default().to_ascii_lowercase();
            let weight = pieces.find_map(|piece| piece.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
            let language = match tag.split('-').next() {
                Some("en") => Self::En,
                Some("zh" | "*") => Self::ZhHans,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

macro_rules! codes {
    ($($variant:ident $text:literal $kind:ident $zh:literal $en:literal;)+) => {
        /// Every code that a client can meet. The list is open: clients treat an unknown one by its place.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`: ", $en)] $variant,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// As clients see it.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
            /// The Chinese text; `{}` stand for its words.
            #[must_use]
            pub fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }
            /// The English text.
            #[must_use]
            pub fn en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }
            /// The GraphQL type of a user error with this code.
            #[must_use]
            pub fn user_error_type(self) -> &'static str {
                match self { $(Self::$variant => stringify!($kind)),+ }
            }
        }
    };
}

codes! {
    // What a program does wrong: top-level errors.
    ParseError "PARSE_ERROR" InputError "文档不符合 GraphQL 语法：{}" "The document is not GraphQL: {}";
    ValidationFailed "VALIDATION_FAILED" InputError "文档与架构不符：{}" "The document does not fit the schema: {}";
    BadVariable "BAD_VARIABLE" InputError "变量 {} 不合要求：{}" "Variable {} does not fit: {}";
    BadRequest "BAD_REQUEST" InputError "请求不合要求：{}" "The request does not fit: {}";
    MethodNotAllowed "METHOD_NOT_ALLOWED" InputError "此处只接受 {}。" "Only {} is accepted here.";
    NotAcceptable "NOT_ACCEPTABLE" InputError "可用的答复格式：{}。" "Answers come as {}.";
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" InputError "请求正文须为 {}。" "The body must be {}.";
    BodyTooLarge "BODY_TOO_LARGE" InputError "请求正文超过 {} 字节。" "The body is over {} bytes.";
    NestingTooDeep "NESTING_TOO_DEEP" InputError "括号嵌套超过 {} 层。" "Brackets are nested over {} deep.";
    DepthLimit "DEPTH_LIMIT" InputError "字段嵌套超过 {} 层。" "Fields are nested over {} deep.";
    AliasLimit "ALIAS_LIMIT" InputError "别名超过 {} 个。" "There are over {} aliases.";
    RootFieldLimit "ROOT_FIELD_LIMIT" InputError "根字段超过 {} 个。" "There are over {} root fields.";
    MutationLimit "MUTATION_LIMIT" InputError "一次请求只能有 {} 个变更。" "A request may have {} mutation only.";
    FieldLimit "FIELD_LIMIT" InputError "展开后的字段超过 {} 个。" "The document expands to over {} fields.";
    CostLimit "COST_LIMIT" InputError "费用 {} 超过上限 {}。" "The cost {} is over the limit of {}.";
    StatementLimit "STATEMENT_LIMIT" InputError "需要 {} 次列表查询，上限为 {}。" "This needs {} list look-ups; the limit is {}.";
    TextSize "TEXT_SIZE" InputError "text 须有 {} 至 {} 个字符，其中要有文字或数字。" "`text` must have {} to {} characters, a letter or digit among them.";
    PageSize "PAGE_SIZE" InputError "first 须在 0 到 {} 之间。" "`first` must be between 0 and {}.";
    BadCursor "BAD_CURSOR" InputError "游标无效，或不属于此列表的排序。" "The cursor is not one of this list in this order.";
    BadPeriod "BAD_PERIOD" InputError "时段不合要求：{}" "The period does not fit: {}";
    TimedOut "TIMED_OUT" InputError "处理超过 {} 秒。" "This took over {} seconds.";
    Unauthenticated "UNAUTHENTICATED" InputError "需要有效的访问令牌。" "A valid access token is needed.";
    TooManyRequests "TOO_MANY_REQUESTS" InputError "请求过多，请于 {} 秒后再试。" "Too many requests; try again in {} seconds.";
    Unavailable "UNAVAILABLE" InputError "服务暂时不可用。" "The service is not available for the moment.";
    Internal "INTERNAL" InputError "服务器内部错误，请提供请求编号。" "Something went wrong here; quote the request id.";
    // What a person may do wrong: user errors.
    InvalidId "INVALID_ID" InputError "不是有效的{}编号。" "This is not an id of {}.";
    NotFound "NOT_FOUND" InputError "没有找到。" "Not found.";
    Forbidden "FORBIDDEN" InputError "不可进行此操作：{}" "This may not be done: {}";
    Required "REQUIRED" InputError "此项必填。" "This is required.";
    TooLong "TOO_LONG" InputError "超过 {} 个字。" "This is over {} characters.";
    OutOfRange "OUT_OF_RANGE" InputError "须在 {} 到 {} 之间。" "This must be between {} and {}.";
    InvalidValue "INVALID_VALUE" InputError "不合要求：{}" "This does not fit: {}";
    Duplicate "DUPLICATE" InputError "已经存在：{}" "This exists already: {}";
    PersonalDataInText "PERSONAL_DATA_IN_TEXT" PersonalDataError "此文本会给多方阅读，含有个人信息（{}）。" "This text is read by several parties and holds personal data ({}).";
    InvalidTransition "INVALID_TRANSITION" TransitionError "现处于“{}”，可进行的操作：{}。" "It is {}; what can be done now: {}.";
    RevisionConflict "REVISION_CONFLICT" RevisionError "内容已被他人更改，请重新读取。" "It has changed since you read it; read it again.";
    IdempotencyKeyReused "IDEMPOTENCY_KEY_REUSED" InputError "此幂等键已用于另一项输入。" "This idempotency key was used for another input.";
    NoActiveGroup "NO_ACTIVE_GROUP" InputError "该社区没有已启动的联动小组。" "This community has no active linkage group.";
    MissingParties "MISSING_PARTIES" MissingPartiesError "六方未齐，缺：{}。" "Parties are missing: {}.";
    IncompatiblePosts "INCOMPATIBLE_POSTS" InputError "不能兼任：{}" "These posts cannot be held together: {}";
    OpenTasks "OPEN_TASKS" InputError "还有未办结的任务无人接手，请先移交。" "Open tasks would be left without anyone; hand them over first.";
    OpenProblems "OPEN_PROBLEMS" InputError "小组还有未办结的问题，不能解散。" "The group has open problems and cannot be dissolved.";
    ConsentMissing "CONSENT_MISSING" InputError "代他人上报须有本人同意。" "Reporting for another person needs that person's consent.";
    SignInFailed "SIGN_IN_FAILED" InputError "用户名或密码不对，或尝试过多。" "The user name or password is wrong, or there were too many attempts.";
    NoPost "NO_POST" InputError "您目前没有任职，请联系社区或街道。" "You hold no post at present; ask your community or street.";
    RefreshFailed "REFRESH_FAILED" InputError "刷新令牌无效，请重新登录。" "The refresh token does not hold; sign in again.";
    InvitationFailed "INVITATION_FAILED" InputError "邀请无效或已过期。" "The invitation does not hold or has expired.";
    WeakPassword "WEAK_PASSWORD" InputError "密码须有 {} 到 {} 个字符，不与用户名相同，也不是容易猜到的密码。" "A password has {} to {} characters and is neither the user name nor easily guessed.";
    WrongPassword "WRONG_PASSWORD" InputError "原密码不对。" "The present password is wrong.";
    PartiesAwaited "PARTIES_AWAITED" MissingPartiesError "尚有单位未到场或未办结：{}。" "Called parties have not come or are not done: {}.";
    NoticeOutdated "NOTICE_OUTDATED" InputError "请先阅读并同意现行隐私告知（版本 {}）。" "Read and accept the present privacy notice first (version {}).";
    ReportCodeFailed "REPORT_CODE_FAILED" InputError "编号或查询码不对，或尝试过多。" "The number or the code is wrong, or there were too many attempts.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_both_texts_with_the_same_places() {
        for code in Code::ALL {
            assert!(!code.zh().is_empty() && !code.en().is_empty(), "{}", code.text());
            assert_eq!(code.zh().matches("{}").count(), code.en().matches("{}").count(), "{}", code.text());
        }
    }

    #[test]
    fn the_language_follows_the_header_and_is_chinese_by_default() {
        for (header, language) in [
            ("", Language::ZhHans),
            ("en", Language::En),
            ("en-GB,en;q=0.9,zh;q=0.8", Language::En),
            ("fr", Language::ZhHans),
            ("en;q=0.5, zh-CN", Language::ZhHans),
            ("fr, en;q=0.3", Language::En),
            ("*", Language::ZhHans),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
