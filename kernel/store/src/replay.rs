//! What a piece of work asked of the database, kept so that a bench can ask just that again: the same texts and rows
//! through the same connections, without what decided them.

use crate::{Db, Entry, Tx, render::Rendered, search::Asked};
use linli_base::Result;
use std::sync::{Arc, Mutex, PoisonError};

static HEARD: Mutex<Option<Vec<Heard>>> = Mutex::new(None);

/// One thing that was asked.
#[derive(Clone, Debug)]
pub(crate) enum Heard {
    Read(Rendered),
    Search(&'static str, Asked),
    /// What follows, until the next read or begin, is one write.
    Begin,
    Run(Rendered),
    Rows(Rendered),
    All(Vec<Rendered>),
    Put(&'static str, Vec<Entry>),
}

/// All that one piece of work asked, in order.
#[derive(Clone, Debug, Default)]
pub struct Work(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    Read(Rendered),
    Search(&'static str, Asked),
    Write(Arc<[Heard]>),
}

pub(crate) fn hear(what: impl FnOnce() -> Heard) {
    if let Some(heard) = HEARD.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        heard.push(what());
    }
}

/// Listens from now on to all that this process asks.
pub fn listen() {
    *HEARD.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
}

/// What was asked since, with which listening ends.
pub fn heard() -> Work {
    let heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
    let (mut steps, mut writing) = (Vec::new(), Vec::new());
    for one in heard {
        let ends = matches!(one, Heard::Read(_) | Heard::Search(..) | Heard::Begin);
        if ends && !writing.is_empty() {
            steps.push(Step::Write(std::mem::take(&mut writing).into()));
        }
        match one {
            Heard::Read(out) => steps.push(Step::Read(out)),
            Heard::Search(index, asked) => steps.push(Step::Search(index, asked)),
            Heard::Begin => {}
            part => writing.push(part),
        }
    }
    if !writing.is_empty() {
        steps.push(Step::Write(writing.into()));
    }
    Work(steps)
}

impl Db {
    /// Asks it all again; the rows must be new to this database.
    pub async fn replay(&self, work: &Work) -> Result<()> {
        for step in &work.0 {
            match step {
                Step::Read(out) => drop(self.rendered(out.clone()).await?),
                Step::Search(index, asked) => drop(self.searched(index, asked.clone()).await?),
                Step::Write(parts) => {
                    let parts = parts.clone();
                    Box::pin(self.write(async move |tx| again(tx, &parts).await)).await?;
                }
            }
        }
        Ok(())
    }
}

async fn again(tx: &mut Tx<'_>, parts: &[Heard]) -> Result<()> {
    for part in parts {
        match part {
            Heard::Run(out) => drop(tx.run_rendered(out).await?),
            Heard::Rows(out) => drop(tx.rows_rendered(out).await?),
            Heard::All(all) => tx.all_rendered(all)?,
            Heard::Put(index, entries) => tx.search_put(index, entries),
            Heard::Read(_) | Heard::Search(..) | Heard::Begin => {}
        }
    }
    Ok(())
}

impl Work {
    /// How many statements it asks, a search entry counted as one.
    pub fn statements(&self) -> usize {
        let one = |part: &Heard| match part {
            Heard::All(all) => all.len(),
            Heard::Put(_, entries) => entries.len(),
            _ => 1,
        };
        self.0
            .iter()
            .map(|step| match step {
                Step::Read(_) | Step::Search(..) => 1,
                Step::Write(parts) => parts.iter().map(one).sum(),
            })
            .sum()
    }

    /// The texts, for whoever wants to see what it asks.
    pub fn texts(&self) -> Vec<String> {
        let of = |out: &Rendered| out.sql.to_string();
        let part = |part: &Heard| match part {
            Heard::All(all) => all.iter().map(of).collect(),
            Heard::Run(out) | Heard::Rows(out) | Heard::Read(out) => vec![of(out)],
            Heard::Put(index, _) => vec![format!("search_put {index}")],
            Heard::Search(..) | Heard::Begin => Vec::new(),
        };
        self.0
            .iter()
            .flat_map(|step| match step {
                Step::Read(out) => vec![format!("read: {}", of(out))],
                Step::Search(index, _) => vec![format!("search: {index}")],
                Step::Write(parts) => parts.iter().flat_map(part).collect(),
            })
            .collect()
    }
}
