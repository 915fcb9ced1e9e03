//! A row's columns and facts, for derived fields.

use chrono::{DateTime, NaiveDate, Utc};
use entity::word::Word;
use sea_orm::{QueryResult, TryGetable};
use serde_json::Value;
use uuid::Uuid;

/// What a derived field asked for of a row, by name. A name it did not ask for, or a null, is `None`.
pub struct Cells<'a> {
    row: &'a QueryResult,
    places: &'a [(&'static str, usize)],
}

impl<'a> Cells<'a> {
    /// Some columns of a row.
    #[must_use]
    pub fn new(row: &'a QueryResult, places: &'a [(&'static str, usize)]) -> Self {
        Self { row, places }
    }

    fn get<T: TryGetable>(&self, name: &str) -> Option<T> {
        let (_, place) = self.places.iter().find(|(other, _)| *other == name)?;
        self.row.try_get_by_index::<Option<T>>(*place).ok().flatten()
    }

    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)
    }
    /// A word of a vocabulary.
    #[must_use]
    pub fn word<W: Word>(&self, name: &str) -> Option<W> {
        W::parse(&self.get::<String>(name)?)
    }
    /// A whole number.
    #[must_use]
    pub fn int(&self, name: &str) -> Option<i64> {
        self.get(name)
    }
    /// Yes or no; a null is no.
    #[must_use]
    pub fn yes(&self, name: &str) -> bool {
        self.get(name).unwrap_or_default()
    }
    /// A UUID.
    #[must_use]
    pub fn uuid(&self, name: &str) -> Option<Uuid> {
        self.get(name)
    }
    /// A moment.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<DateTime<Utc>> {
        self.get(name)
    }
    /// A day.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        self.get(name)
    }
    /// Bytes.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.get(name)
    }
    /// JSON.
    #[must_use]
    pub fn json(&self, name: &str) -> Option<Value> {
        self.get(name)
    }
}
