//! The privacy notice (隐私告知) that whoever reports accepts: a text with a version, in a plain file.

use std::fs;
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::answer;
use crate::error::{Code, Error, Result};
use crate::policy::Capability;
use crate::read::model::Query;

answer! {
    /// The privacy notice (隐私告知): what is kept of a report, who reads it, how long, and what the reporter can ask for.
    pub struct PrivacyNotice {
        /// Its version: what `reportProblem` takes as `acceptedNotice`.
        pub version: String,
        /// Since which day it is the one to accept.
        pub effective_on: NaiveDate,
        /// The text in Chinese.
        pub zh: String,
        /// The text in English.
        pub en: String,
    }
}

/// The notice that comes with the program, where the settings name no file.
static OWN: LazyLock<PrivacyNotice> = LazyLock::new(|| {
    PrivacyNotice::parse(include_str!("notice.toml")).unwrap_or_else(|| unreachable!("a test reads it"))
});

impl Default for PrivacyNotice {
    fn default() -> Self {
        OWN.clone()
    }
}

impl PrivacyNotice {
    /// Reads a notice: a TOML file with `version`, `effective_on`, `zh` and `en`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let table: toml::Table = toml::from_str(text).ok()?;
        let text = |name: &str| {
            let text = table.get(name)?.as_str()?.trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let version = text("version").filter(|version| version.chars().count() <= 40)?;
        Some(Self { version, effective_on: text("effective_on")?.parse().ok()?, zh: text("zh")?, en: text("en")? })
    }

    /// The notice in a file.
    #[must_use]
    pub fn read(path: &str) -> Option<Self> {
        Self::parse(&fs::read_to_string(path).ok()?)
    }

    /// Says no unless it is this version that was accepted.
    ///
    /// # Errors
    /// `NOTICE_OUTDATED`, which names the present version.
    pub fn check(&self, accepted: &str) -> Result<()> {
        if accepted == self.version {
            return Ok(());
        }
        Err(Error::refused(Code::NoticeOutdated, "acceptedNotice", vec![self.version.as_str().into()]))
    }
}

/// The query for it.
#[must_use]
pub fn query() -> Query {
    Query::value::<PrivacyNotice, _>(
        "privacyNotice",
        Capability::AskAnything,
        vec![],
        |caller, _| Box::pin(async move { Ok(caller.app.config.privacy_notice.clone()) }),
        "The present privacy notice (隐私告知), which whoever reports accepts by its version. No token is needed.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_that_comes_with_the_program_can_be_read() {
        let own = PrivacyNotice::default();
        assert_eq!(own.version, "2026-11");
        assert!(own.zh.contains("个人信息保护法") && own.en.contains("Personal Information Protection Law"));
        assert!(own.check("2026-11").is_ok());
        assert!(
            matches!(own.check("2025-01"), Err(Error::Refused(errors)) if errors[0].complaint.words == ["2026-11".into()])
        );
    }

    #[test]
    fn a_notice_lacks_nothing() {
        let whole = "version = 'a'\neffective_on = '2026-01-01'\nzh = '告知'\nen = 'notice'";
        assert!(PrivacyNotice::parse(whole).is_some());
        for (from, to) in [("'a'", "''"), ("2026-01-01", "soon"), ("zh", "cn"), ("en = ", "= "), ("'notice'", "' '")] {
            assert!(PrivacyNotice::parse(&whole.replacen(from, to, 1)).is_none(), "{from}");
        }
        assert!(PrivacyNotice::read("nowhere.toml").is_none());
    }
}
