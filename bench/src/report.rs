//! The table: on the screen, and in a file.

use crate::load::Measured;
use linli_base::{Problem, Result, World};
use std::{fmt::Write, path::Path, time::Duration};

/// One row.
pub struct Row {
    pub what: String,
    pub on: &'static str,
    pub cases: usize,
    pub measured: Measured,
    pub reference: Option<Measured>,
    /// What it asks of the database, asked again without it: no page that asks so much can be quicker.
    pub statements: Option<Measured>,
    /// What it is held to; `None`: it is only told.
    pub bars: Vec<(String, bool)>,
}

/// All that a run has measured.
#[derive(Default)]
pub struct Report {
    pub rows: Vec<Row>,
    /// Memory, start, import.
    pub facts: Vec<(String, String, Option<bool>)>,
}

fn ms(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

impl Row {
    /// Held to a share of its reference's answers a second.
    #[must_use]
    pub fn share(mut self, least: f64) -> Row {
        let share = self.reference.as_ref().map_or(0.0, |other| self.measured.a_second / other.a_second);
        self.bars.push((format!("{share:.2} of the reference, ≥ {least}"), share >= least));
        self
    }

    /// Held to a time for 99 of 100.
    #[must_use]
    pub fn p99(mut self, most_ms: f64) -> Row {
        let p99 = self.measured.p99.as_secs_f64() * 1e3;
        self.bars.push((format!("p99 ≤ {most_ms} ms"), p99 <= most_ms));
        self
    }

    /// Held to what it cost at fewer cases, by what one answer takes the machine.
    #[must_use]
    pub fn beside(mut self, small: &Measured, most: f64) -> Row {
        let times = small.a_second / self.measured.a_second;
        self.bars.push((format!("{times:.2} × its cost at fewer, ≤ {most}"), times <= most));
        self
    }

    fn line(&self) -> String {
        let a_second = |other: &Option<Measured>| {
            other.as_ref().map_or("–".to_owned(), |other| format!("{:.0}", other.a_second))
        };
        let (statements, other) = (a_second(&self.statements), a_second(&self.reference));
        let bars: Vec<String> = self
            .bars
            .iter()
            .map(|(bar, met)| format!("{bar}: {}", if *met { "met" } else { "**not met**" }))
            .collect();
        let m = &self.measured;
        format!(
            "| {} | {} | {} | {:.0} | {} | {} | {statements} | {other} | {} |",
            self.what,
            self.on,
            self.cases,
            m.a_second,
            ms(m.p50),
            ms(m.p99),
            bars.join("; ")
        )
    }
}

impl Report {
    /// As Markdown.
    pub fn text(&self, clients: usize, seconds: f64) -> String {
        let now = World::system().now();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let mut out = format!(
            "# Bench\n\n{now}, {cores} cores shared by server, database and clients; load of the machine at the end: \
             {}. {clients} clients on loopback, {seconds} s a row. *a second* is answers, times are milliseconds. \
             SQLite's file was read through before.\n\n\
             | what | database | cases | a second | p50 | p99 | its statements alone | reference a second | bars |\n\
             |---|---|---|---|---|---|---|---|---|\n",
            load.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
        );
        for row in &self.rows {
            let _ = writeln!(out, "{}", row.line());
        }
        out.push_str("\n| what | measured | bar |\n|---|---|---|\n");
        for (what, measured, met) in &self.facts {
            let met = met.map_or("", |met| if met { "met" } else { "**not met**" });
            let _ = writeln!(out, "| {what} | {measured} | {met} |");
        }
        out.push_str(
            "\nThe reference of *create* is what one create asks of the database, recorded and asked again: the same \
             texts and rows, through the store's own connections and shared commits, by as many clients, without HTTP \
             and without deciding anything. That of a page is a bare handler which answers with the same bytes; *its \
             statements alone* are what the page asks of the database, asked again by as many clients without HTTP.\n",
        );
        out
    }

    /// Shows it, and writes it where wanted.
    #[expect(clippy::print_stdout, reason = "a bench tells what it measured")]
    pub fn show(&self, clients: usize, seconds: f64, out: Option<&Path>) -> Result<()> {
        let text = self.text(clients, seconds);
        println!("{text}");
        match out {
            Some(path) => std::fs::write(path, text).map_err(|e| Problem::broken("writing the results", e)),
            None => Ok(()),
        }
    }
}
