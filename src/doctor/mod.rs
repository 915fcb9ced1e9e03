//! The examination of a database: whether the hash chain of each stream of events holds, and whether the texts of problems
//! are what the events committed to.

mod text;

use std::collections::BTreeMap;

use entity::{event, event_stream};
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::Result;
use crate::event::hash;

/// The first bad row of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The stream.
    pub stream: i64,
    /// The row's place in it.
    pub seq: i64,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What can be wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// One or more rows before this one are gone.
    Gap,
    /// It does not carry the hash of the row before it.
    Link,
    /// Its content is not what its hash was made of.
    Content,
    /// The stream's head does not stand at its last row.
    Head,
    /// A text that it committed to is another now.
    Text,
}

impl Wrong {
    /// As a sentence's end.
    pub fn about(self) -> &'static str {
        match self {
            Self::Gap => "the row before it is missing",
            Self::Link => "it does not follow from the row before it",
            Self::Content => "it was changed after it was written",
            Self::Head => "the stream's head does not stand at its last row",
            Self::Text => "a text that it committed to was changed",
        }
    }

    /// As a word, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gap => "GAP",
            Self::Link => "LINK",
            Self::Content => "CONTENT",
            Self::Head => "HEAD",
            Self::Text => "TEXT",
        }
    }
}

/// What an examination found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many streams there are.
    pub streams: usize,
    /// How many events were read.
    pub events: u64,
    /// The first bad row of each stream that has one, by stream.
    pub breaks: Vec<Break>,
}

const PAGE: u64 = 1000;

/// Reads every event and checks that it follows from the one before it and is what its hash was made of; then, where the
/// chain holds, that the texts it committed to are what they were.
///
/// # Errors
/// A fault of the database.
pub async fn examine(db: &DatabaseConnection) -> Result<Report> {
    // The heads are read first: what is written meanwhile lies behind them.
    let mut heads: BTreeMap<i64, event_stream::Model> =
        event_stream::Entity::find().all(db).await?.into_iter().map(|head| (head.stream, head)).collect();
    let mut report = Report::default();
    let mut after: Option<(i64, i64)> = None;
    let mut chain: Option<Chain> = None;
    loop {
        let page = page(db, after).await?;
        for row in &page {
            if chain.as_ref().is_none_or(|chain| chain.stream != row.stream) {
                report.close(chain.replace(Chain::new(row.stream, heads.remove(&row.stream))));
            }
            if let Some(chain) = &mut chain {
                chain.take(row);
            }
            report.events += 1;
        }
        match page.last() {
            Some(row) => after = Some((row.stream, row.seq)),
            None => break,
        }
    }
    report.close(chain);
    for (stream, head) in heads {
        report.close(Some(Chain::new(stream, Some(head))));
    }
    for (stream, found) in text::examine(db).await? {
        if report.breaks.iter().all(|other| other.stream != stream) {
            report.breaks.push(found);
        }
    }
    report.breaks.sort_by_key(|found| found.stream);
    Ok(report)
}

async fn page(db: &DatabaseConnection, after: Option<(i64, i64)>) -> Result<Vec<event::Model>> {
    let mut select = event::Entity::find();
    if let Some((stream, seq)) = after {
        let later = Condition::all().add(event::Column::Stream.eq(stream)).add(event::Column::Seq.gt(seq));
        select = select.filter(Condition::any().add(event::Column::Stream.gt(stream)).add(later));
    }
    let ordered = select.order_by_asc(event::Column::Stream).order_by_asc(event::Column::Seq);
    Ok(ordered.limit(PAGE).all(db).await?)
}

impl Report {
    fn close(&mut self, chain: Option<Chain>) {
        let Some(chain) = chain else { return };
        self.streams += 1;
        self.breaks.extend(chain.end());
    }
}

/// A stream as far as it has been read.
struct Chain {
    stream: i64,
    head: Option<event_stream::Model>,
    /// The hash that stood at the head's number.
    at_head: Option<Vec<u8>>,
    seq: i64,
    hash: Vec<u8>,
    broken: Option<Break>,
}

impl Chain {
    fn new(stream: i64, head: Option<event_stream::Model>) -> Self {
        let first = vec![0; 32];
        let at_head = head.as_ref().filter(|head| head.seq == 0).map(|_| first.clone());
        Self { stream, head, at_head, seq: 0, hash: first, broken: None }
    }

    fn take(&mut self, row: &event::Model) {
        let wrong = if row.seq != self.seq + 1 {
            Some(Wrong::Gap)
        } else if row.previous_hash != self.hash {
            Some(Wrong::Link)
        } else if hash(row) != row.hash {
            Some(Wrong::Content)
        } else {
            None
        };
        if let Some(wrong) = wrong {
            self.broken.get_or_insert(Break { stream: self.stream, seq: row.seq, wrong });
        }
        self.seq = row.seq;
        self.hash.clone_from(&row.hash);
        if self.head.as_ref().is_some_and(|head| head.seq == row.seq) {
            self.at_head = Some(row.hash.clone());
        }
    }

    fn end(self) -> Option<Break> {
        let stands = self.head.as_ref().is_some_and(|head| self.at_head.as_ref() == Some(&head.hash));
        let seq = self.seq;
        self.broken.or_else(|| (!stands).then_some(Break { stream: self.stream, seq, wrong: Wrong::Head }))
    }
}
