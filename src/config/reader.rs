//! One setting after another out of a file and an environment, keeping count of what was wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::FixedOffset;
use toml::{Table, Value};

use super::Format;
use crate::notification::quiet::QuietHours;
use crate::problem::notice::PrivacyNotice;
use crate::vault::KEY_BYTES;

/// What is wrong with the settings, each with where it comes from.
#[derive(Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The configuration has {} fault(s):", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

/// What a setting can be.
pub(super) trait Setting: Sized {
    /// What it must be, for those who wrote something else.
    const WHAT: &'static str;
    /// From the environment.
    fn from_text(text: &str) -> Option<Self>;
    /// From a file: by default from a string.
    fn from_toml(value: &Value) -> Option<Self> {
        value.as_str().and_then(Self::from_text)
    }
}

impl Setting for String {
    const WHAT: &'static str = "a text";
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Setting for SocketAddr {
    const WHAT: &'static str = "an address with a port, such as 127.0.0.1:8000";
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Setting for PrivacyNotice {
    const WHAT: &'static str = "the path of a TOML file with version, effective_on, zh and en; or own";
    fn from_text(path: &str) -> Option<Self> {
        if path == "own" { Some(Self::default()) } else { Self::read(path) }
    }
}

impl Setting for FixedOffset {
    const WHAT: &'static str = "an offset from UTC such as +08:00";
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Setting for Format {
    const WHAT: &'static str = "text or json";
    fn from_text(text: &str) -> Option<Self> {
        match text {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

impl Setting for Vec<String> {
    const WHAT: &'static str = "a list of texts (in the environment: parted by commas)";
    fn from_text(text: &str) -> Option<Self> {
        Some(text.split(',').map(|part| part.trim().to_owned()).collect())
    }
    fn from_toml(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
    }
}

macro_rules! whole_numbers {
    ($($number:ty)+) => { $(impl Setting for $number {
        const WHAT: &'static str = "a whole number";
        fn from_text(text: &str) -> Option<Self> {
            text.parse().ok()
        }
        fn from_toml(value: &Value) -> Option<Self> {
            value.as_integer()?.try_into().ok()
        }
    })+ };
}
whole_numbers! { u32 u64 usize }

/// 32 bytes in base64.
pub(super) struct Key(pub(super) [u8; KEY_BYTES]);

impl Setting for Key {
    const WHAT: &'static str = "32 bytes in base64; `liufang key generate` prints one";
    fn from_text(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

/// Quiet hours, or that there are none.
pub(super) struct Quiet(pub(super) Option<QuietHours>);

impl Setting for Quiet {
    const WHAT: &'static str = "two different times of the day such as 21:00-08:00, or none";
    fn from_text(text: &str) -> Option<Self> {
        if text == "none" { Some(Self(None)) } else { QuietHours::parse(text).map(|hours| Self(Some(hours))) }
    }
}

/// What the names in the environment begin with.
const PREFIX: &str = "LIUFANG_";
/// Names in the environment that are no settings: the file's own path.
const OTHERS: [&str; 1] = ["LIUFANG_CONFIG"];
/// As hosting platforms name the database.
const DATABASE_URL: &str = "DATABASE_URL";

/// A file and an environment, and what was found of them so far.
#[derive(Default)]
pub(super) struct Reader {
    file: String,
    table: Table,
    environment: BTreeMap<String, String>,
    names: Vec<&'static str>,
    faults: Vec<String>,
}

impl Reader {
    pub(super) fn new(file: Option<(String, &str)>, environment: BTreeMap<String, String>) -> Self {
        let mut reader = Self { environment, ..Self::default() };
        // An empty variable is one that is not set: that is how compose files leave them.
        reader.environment.retain(|_, value| !value.is_empty());
        if let Some((name, text)) = file {
            match toml::from_str(text) {
                Ok(table) => reader.table = table,
                Err(error) => {
                    let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
                    // Only the kind of fault: the message's own text may quote the line.
                    let kind = error.message().lines().next().unwrap_or_default();
                    reader.faults.push(format!("{name}, line {line}: this is not TOML: {kind}"));
                }
            }
            reader.file = name;
        }
        reader
    }

    /// The names asked for so far.
    pub(super) fn names(self) -> Vec<&'static str> {
        self.names
    }

    /// A setting that has a default.
    pub(super) fn value<T: Setting>(&mut self, name: &'static str, default: impl FnOnce() -> T) -> T {
        self.optional(name).unwrap_or_else(default)
    }

    /// A number with bounds.
    pub(super) fn within<T>(&mut self, name: &'static str, default: T, bounds: RangeInclusive<T>) -> T
    where
        T: Setting + PartialOrd + fmt::Display,
    {
        let words = format!("must be a whole number from {} to {}", bounds.start(), bounds.end());
        self.find(name, &words, |value: &T| bounds.contains(value).then_some(()).ok_or(words.as_str()))
            .unwrap_or(default)
    }

    /// A setting with a rule of its own.
    pub(super) fn checked<T: Setting>(
        &mut self,
        name: &'static str,
        default: impl FnOnce() -> T,
        rule: impl Fn(&T) -> Result<(), &'static str>,
    ) -> T {
        let words = format!("must be {}", T::WHAT);
        self.find(name, &words, |value: &T| rule(value)).unwrap_or_else(default)
    }

    /// A setting without a default and with a rule of its own.
    pub(super) fn checked_optional<T: Setting>(
        &mut self,
        name: &'static str,
        rule: impl Fn(&T) -> Result<(), &'static str>,
    ) -> Option<T> {
        let words = format!("must be {}", T::WHAT);
        self.find(name, &words, |value: &T| rule(value))
    }

    /// A setting without a default.
    pub(super) fn optional<T: Setting>(&mut self, name: &'static str) -> Option<T> {
        let words = format!("must be {}", T::WHAT);
        self.find(name, &words, |_| Ok(()))
    }

    fn find<'a, T: Setting>(
        &mut self,
        name: &'static str,
        what: &'a str,
        rule: impl Fn(&T) -> Result<(), &'a str>,
    ) -> Option<T> {
        self.names.push(name);
        let (source, found) = self.given(name)?;
        match found.ok_or(what).and_then(|value| rule(&value).map(|()| value)) {
            Ok(value) => Some(value),
            Err(words) => {
                self.faults.push(format!("{source}: {name} {words}"));
                None
            }
        }
    }

    /// Where a setting is given, and what it is if it fits its type: the environment before the file.
    fn given<T: Setting>(&self, name: &str) -> Option<(String, Option<T>)> {
        let variable = variable(name);
        let platform = (name == "database.url").then_some(DATABASE_URL);
        for variable in [Some(variable.as_str()), platform].into_iter().flatten() {
            if let Some(text) = self.environment.get(variable) {
                return Some((format!("environment {variable}"), T::from_text(text)));
            }
        }
        let value = match name.split_once('.') {
            Some((section, key)) => self.table.get(section)?.as_table()?.get(key)?,
            None => self.table.get(name)?,
        };
        Some((self.file.clone(), T::from_toml(value)))
    }

    /// Says what was wrong, also with what nobody asked for.
    pub(super) fn finish(mut self) -> Result<(), Faults> {
        let names: BTreeSet<&str> = self.names.iter().copied().collect();
        let sections: BTreeSet<&str> = names.iter().filter_map(|name| Some(name.split_once('.')?.0)).collect();
        for (key, value) in &self.table {
            match value.as_table() {
                Some(section) if sections.contains(key.as_str()) => {
                    for inner in section.keys().filter(|inner| !names.contains(format!("{key}.{inner}").as_str())) {
                        self.faults.push(format!("{}: there is no setting {key}.{inner}", self.file));
                    }
                }
                None if sections.contains(key.as_str()) => {
                    self.faults.push(format!("{}: {key} must be a section: [{key}]", self.file));
                }
                _ if !names.contains(key.as_str()) => {
                    self.faults.push(format!("{}: there is no setting {key}", self.file));
                }
                _ => {}
            }
        }
        let variables: BTreeSet<String> = names.iter().map(|name| variable(name)).collect();
        for name in self.environment.keys().filter(|name| name.starts_with(PREFIX)) {
            if !variables.contains(name) && !OTHERS.contains(&name.as_str()) {
                self.faults.push(format!("environment {name}: there is no such setting"));
            }
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Faults(self.faults)) }
    }
}

/// The name of a setting in the environment.
fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.replace('.', "_").to_uppercase())
}
