//! The only place where SQLite and PostgreSQL differ.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Alias, ArrayType, Expr, SelectStatement};
use sea_orm::{DbBackend, Value};
use uuid::Uuid;

use super::model::Holds;
use super::plan::{Bind, Making};
use crate::text::word::{Found, Sought};

/// Where counting ends.
pub const MOST_COUNTED: i64 = 10_000;

/// Whether `expr` is among the values of a list that is bound at `place`.
#[must_use]
pub fn among(backend: DbBackend, holds: Holds, place: Expr) -> Box<dyn Fn(Expr) -> Expr> {
    let text = match (backend == DbBackend::Postgres, holds == Holds::Uuid) {
        (true, _) => "$1 = ANY($2)",
        (false, true) => "? IN (SELECT unhex(value) FROM json_each(?))",
        (false, false) => "? IN (SELECT value FROM json_each(?))",
    };
    Box::new(move |expr| Expr::cust_with_exprs(text, [expr, place.clone()]))
}

/// A list of UUIDs, as it is bound.
#[must_use]
pub fn uuids(backend: DbBackend, ids: &[Uuid]) -> Value {
    if backend == DbBackend::Postgres {
        return Value::Array(ArrayType::Uuid, Some(Box::new(ids.iter().map(|id| (*id).into()).collect())));
    }
    serde_json::to_string(&ids.iter().map(|id| id.simple().to_string()).collect::<Vec<_>>()).unwrap_or_default().into()
}

/// A list of whole numbers, as it is bound.
#[must_use]
pub fn numbers(backend: DbBackend, numbers: &[i64]) -> Value {
    if backend == DbBackend::Postgres {
        return Value::Array(
            ArrayType::BigInt,
            Some(Box::new(numbers.iter().map(|number| (*number).into()).collect())),
        );
    }
    serde_json::to_string(numbers).unwrap_or_default().into()
}

/// A list of texts, as it is bound.
#[must_use]
pub fn texts(backend: DbBackend, texts: &[String]) -> Value {
    if backend == DbBackend::Postgres {
        return Value::Array(
            ArrayType::String,
            Some(Box::new(texts.iter().map(|text| text.as_str().into()).collect())),
        );
    }
    serde_json::to_string(texts).unwrap_or_default().into()
}

/// What a full-text index keeps of a text: its letters in their order, its words (each behind a `w`), and marks, which are
/// letters followed by a number. So nothing of one kind can be taken for another.
#[must_use]
pub fn kept(backend: DbBackend, found: &Found, marks: &[String]) -> String {
    let words = found.words.iter().map(|word| format!("w{word}")).chain(marks.iter().cloned());
    if backend == DbBackend::Postgres {
        let mut places: BTreeMap<char, Vec<String>> = BTreeMap::new();
        for (letter, place) in found.letters.iter().zip(1..) {
            if let Some(letter) = letter {
                places.entry(*letter).or_default().push(i32::to_string(&place));
            }
        }
        let letters = places.into_iter().map(|(letter, places)| format!("'{letter}':{}", places.join(",")));
        return letters.chain(words.map(|word| format!("'{word}'"))).collect::<Vec<_>>().join(" ");
    }
    // Where a letter is not kept, something stands for it, so that its neighbours do not meet.
    let letters = found.letters.iter().map(|letter| letter.map_or_else(|| "zz".to_owned(), String::from));
    letters.chain(words).collect::<Vec<_>>().join(" ")
}

/// What a full-text index is asked.
#[must_use]
pub fn sought(backend: DbBackend, sought: &Sought) -> String {
    let (quote, and, or, next) =
        if backend == DbBackend::Postgres { ('\'', " & ", " | ", "' <-> '") } else { ('"', " AND ", " OR ", " ") };
    let words: Vec<String> = sought.words.iter().map(|word| format!("{quote}w{word}{quote}")).collect();
    let run = |run: &Vec<char>| {
        let letters: Vec<String> = run.iter().copied().map(String::from).collect();
        format!("{quote}{}{quote}", letters.join(next))
    };
    let runs: Vec<String> = sought.runs.iter().map(run).collect();
    let either: Vec<String> =
        [words, runs].iter().filter(|side| !side.is_empty()).map(|side| format!("({})", side.join(and))).collect();
    either.join(or)
}

/// The condition on a full-text index for what is bound at `place`: on PostgreSQL the column `tokens` of the table, on
/// SQLite a table `…_index` beside it.
#[must_use]
pub fn found(backend: DbBackend, place: Expr) -> Box<dyn Fn(&'static str, &'static str, Expr) -> Expr> {
    Box::new(move |index, mark, key| {
        let text = if backend == DbBackend::Postgres {
            format!(
                "\"{index}\".\"tokens\" @@ CAST('{mark}' || CAST($1 AS text) || ' & (' || CAST($2 AS text) || ')' AS tsquery)"
            )
        } else {
            format!(
                "\"{index}\".\"id\" IN (SELECT rowid FROM \"{index}_index\" WHERE \"{index}_index\" MATCH '{mark}' || ? || ' AND (' || ? || ')')"
            )
        };
        Expr::cust_with_exprs(text, [key, place.clone()])
    })
}

/// How the rows of many parents are found in one statement.
pub struct Grouped<'a> {
    /// For which database.
    pub backend: DbBackend,
    /// The column that holds the parent's key: table and name.
    pub key: (&'a Alias, &'a str),
    /// What the key is.
    pub holds: Holds,
}

impl Grouped<'_> {
    /// The condition that ties a row to its parent (or, on SQLite, to any of them).
    pub fn tie(&self, making: &mut Making, counting: bool) -> Expr {
        let column = Expr::col((self.key.0.clone(), Alias::new(self.key.1)));
        if self.backend == DbBackend::Postgres {
            return Expr::cust_with_exprs("$1 = p.k", [column]);
        }
        if counting {
            let equal = if self.holds == Holds::Uuid { "? = unhex(p.value)" } else { "? = p.value" };
            return Expr::cust_with_exprs(equal, [column]);
        }
        let parents = making.place(Bind::Parents(self.holds));
        among(self.backend, self.holds, parents)(column)
    }

    /// The statement that finds the first `limit` rows of each parent, in `order` (as SQL); the parent's key is its last column.
    pub fn rows(
        &self,
        making: &mut Making,
        mut select: SelectStatement,
        order: &str,
        limit: usize,
    ) -> (String, Vec<Bind>) {
        let key = format!("\"{}\".\"{}\"", self.key.0.0, self.key.1);
        if self.backend == DbBackend::Postgres {
            let (inner, mut binds) = making.build(self.backend, &select);
            binds.push(Bind::Parents(self.holds));
            let (parents, array) = (binds.len(), self.array());
            let lateral = format!("CROSS JOIN LATERAL ({inner} ORDER BY {order} LIMIT {limit}) AS x");
            return (format!("SELECT x.*, p.k FROM unnest(${parents}::{array}) AS p(k) {lateral}"), binds);
        }
        select.expr_as(Expr::cust(key.clone()), Alias::new("k"));
        select
            .expr_as(Expr::cust(format!("ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {order})")), Alias::new("rn"));
        let (inner, binds) = making.build(self.backend, &select);
        (format!("SELECT * FROM ({inner}) WHERE rn <= {limit} ORDER BY k, rn"), binds)
    }

    /// The statement that counts the rows of each parent: the count, then the parent's key.
    pub fn counts(&self, making: &mut Making, select: &SelectStatement) -> (String, Vec<Bind>) {
        let (inner, mut binds) = making.build(self.backend, select);
        let most = MOST_COUNTED + 1;
        if self.backend == DbBackend::Postgres {
            binds.push(Bind::Parents(self.holds));
            let (parents, array) = (binds.len(), self.array());
            return (
                format!(
                    "SELECT (SELECT COUNT(*) FROM ({inner} LIMIT {most}) AS n), p.k FROM unnest(${parents}::{array}) AS p(k)"
                ),
                binds,
            );
        }
        let value = if self.holds == Holds::Uuid { "unhex(p.value)" } else { "p.value" };
        binds.push(Bind::Parents(self.holds));
        (format!("SELECT (SELECT COUNT(*) FROM ({inner} LIMIT {most})), {value} FROM json_each(?) AS p"), binds)
    }

    fn array(&self) -> &'static str {
        match self.holds {
            Holds::Uuid => "uuid[]",
            Holds::Int => "bigint[]",
            Holds::Text | Holds::Boolean | Holds::Time | Holds::Day | Holds::Bytes | Holds::Json => "text[]",
        }
    }
}
