//! What a plan names → what the database is given; cursors.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{QueryResult, Value as SqlValue};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Parent, Run};
use crate::error::{Code, Error, Result, Word};
use crate::id::Prefix;
use crate::read::dialect;
use crate::read::model::Holds;
use crate::read::plan::{Becomes, Bind, Input};
use crate::read::shape::parse_time;
use crate::text::word;
use crate::vault::Vault;

/// An id that is malformed, or of a type that cannot be meant.
#[must_use]
pub fn invalid_id() -> Error {
    Error::request(Code::InvalidId, vec![Word::Both("此处所需类型的".into(), "the type that is needed here".into())])
}

/// A text that cannot be looked for.
fn not_sought() -> Error {
    Error::request(Code::TextSize, vec![1.into(), word::MOST_SOUGHT.into()])
}

impl Run<'_> {
    /// The value of a bind.
    pub(super) fn value(&self, bind: &Bind, parents: Option<&[Parent]>, made: Option<Uuid>) -> Result<SqlValue> {
        let backend = self.app.db.get_database_backend();
        Ok(match bind {
            Bind::Known(known) => self.viewer.ok_or_else(|| Error::fault("rows for nobody"))?.known(*known, self.now),
            Bind::Always(value) => value.clone(),
            Bind::Made => made.into(),
            Bind::Parents(holds) => {
                let parents = parents.unwrap_or_default();
                if *holds == Holds::Int {
                    let codes: Vec<i64> = parents
                        .iter()
                        .filter_map(|parent| if let Parent::Int(code) = parent { Some(*code) } else { None })
                        .collect();
                    dialect::numbers(backend, &codes)
                } else {
                    let ids: Vec<Uuid> = parents
                        .iter()
                        .filter_map(|parent| if let Parent::Uuid(id) = parent { Some(*id) } else { None })
                        .collect();
                    dialect::uuids(backend, &ids)
                }
            }
            Bind::Cursor(input, seal, place, holds) => {
                let cursor = self.json(input);
                let values = read(&self.app.vault, seal, cursor.as_str().unwrap_or_default());
                let value = values.as_ref().and_then(|values| values.get(*place));
                value.and_then(|value| held(*holds, value)).ok_or_else(|| Error::request(Code::BadCursor, vec![]))?
            }
            Bind::Input(input) => self.input(input)?,
        })
    }

    fn input(&self, input: &Input) -> Result<SqlValue> {
        let backend = self.app.db.get_database_backend();
        let value = self.json(input);
        let misfit = || Error::request(Code::ValidationFailed, vec!["a value does not fit".into()]);
        match input.becomes {
            Becomes::Id(prefix) => id(&value, prefix).map(Into::into),
            Becomes::Ids(prefix) => {
                let ids = some(&value)?.iter().map(|value| id(value, prefix)).collect::<Result<Vec<_>>>()?;
                Ok(dialect::uuids(backend, &ids))
            }
            // A code that is no number is one that does not exist.
            Becomes::Code => Ok(value.as_str().and_then(code).unwrap_or(-1).into()),
            Becomes::Many(Holds::Int) => {
                let codes: Vec<i64> = some(&value)?.iter().filter_map(|value| code(value.as_str()?)).collect();
                Ok(dialect::numbers(backend, &codes))
            }
            Becomes::Many(_) => {
                let texts: Vec<String> =
                    some(&value)?.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
                Ok(dialect::texts(backend, &texts))
            }
            Becomes::Held(holds) => held(holds, &value).ok_or_else(misfit),
            Becomes::Sought => {
                let sought = value.as_str().and_then(word::sought).ok_or_else(not_sought)?;
                Ok(dialect::sought(backend, &sought).into())
            }
            Becomes::Json => Err(misfit()),
        }
    }

    /// A value with the variables of this request in it: a plan is kept by the shape of the variables alone.
    pub(super) fn json(&self, input: &Input) -> Value {
        input.part.fresh(self.variables)
    }
}

fn some(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().ok_or_else(|| Error::fault("a list that is none"))
}

fn id(value: &Value, prefix: Prefix) -> Result<Uuid> {
    value.as_str().and_then(|text| crate::id::parse(text, prefix)).ok_or_else(invalid_id)
}

fn code(text: &str) -> Option<i64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A JSON value as what a column holds.
fn held(holds: Holds, value: &Value) -> Option<SqlValue> {
    Some(match holds {
        Holds::Text => value.as_str()?.into(),
        Holds::Int => value.as_i64()?.into(),
        Holds::Boolean => value.as_bool()?.into(),
        Holds::Uuid => value.as_str()?.parse::<Uuid>().ok()?.into(),
        Holds::Time => parse_time(value.as_str()?)?.into(),
        Holds::Day => value.as_str()?.parse::<NaiveDate>().ok()?.into(),
        Holds::Bytes | Holds::Json => return None,
    })
}

/// The cursor of a row: the values of its order, sealed, and bound to the list's type and order. It tells nobody what
/// it holds: the order may be by a column that the row does not show.
///
/// # Errors
/// A fault, where a column holds what it was not declared to.
pub fn cursor(vault: &Vault, seal: &str, row: &QueryResult, order: &[(usize, Holds)]) -> Result<String> {
    let mut values = vec![];
    for (index, holds) in order {
        values.push(match holds {
            Holds::Text => json!(row.try_get_by_index::<String>(*index)?),
            Holds::Int => json!(row.try_get_by_index::<i64>(*index)?),
            Holds::Boolean => json!(row.try_get_by_index::<bool>(*index)?),
            Holds::Uuid => json!(row.try_get_by_index::<Uuid>(*index)?),
            Holds::Time => json!(row.try_get_by_index::<DateTime<Utc>>(*index)?.to_rfc3339()),
            Holds::Day => json!(row.try_get_by_index::<NaiveDate>(*index)?),
            Holds::Bytes | Holds::Json => return Err(Error::fault("no order by bytes or JSON")),
        });
    }
    let sealed = vault.seal(&column(seal), Value::Array(values).to_string().as_bytes())?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

fn read(vault: &Vault, seal: &str, cursor: &str) -> Option<Vec<Value>> {
    let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    serde_json::from_slice(&vault.open(&column(seal), &sealed)?).ok()
}

/// What a cursor is sealed for: one type in one order.
fn column(seal: &str) -> String {
    format!("cursor {seal}")
}
