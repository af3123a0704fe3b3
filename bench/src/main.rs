//! Measures the program, always beside a reference of the same run. `make bench`; `--help` says what can be set.

mod city;
mod fill;
mod load;
mod measure;
mod report;
mod server;

use city::City;
use clap::{Parser, Subcommand};
use linli_base::Result;
use linli_store::Config as Store;
use measure::Plan;
use report::Report;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures, and shows a table.
    Run {
        /// How many cases the cities have, the smallest first.
        #[arg(long, value_delimiter = ',', default_value = "10000,1000000")]
        cases: Vec<usize>,
        /// Also on this PostgreSQL.
        #[arg(long)]
        postgres: Option<String>,
        /// Not on SQLite.
        #[arg(long)]
        no_sqlite: bool,
        #[arg(long, default_value_t = 32)]
        clients: usize,
        /// Rows whose names begin so, and no others: "desk,create".
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
        /// How long each page is asked.
        #[arg(long, default_value_t = 5.0)]
        seconds: f64,
        /// How many requests are created.
        #[arg(long, default_value_t = 9_000)]
        creates: usize,
        /// Where the cities are kept.
        #[arg(long, default_value = "target/bench")]
        home: PathBuf,
        /// A table to import, with its map.
        #[arg(long, num_args = 2, value_names = ["TABLE", "MAP"])]
        import: Vec<PathBuf>,
        /// Where the table is written.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Prints what one create asks of the database.
    Asks {
        #[arg(long)]
        postgres: Option<String>,
    },
    #[command(hide = true)]
    Serve { data: PathBuf, url: Option<String>, schema: Option<String> },
    #[command(hide = true)]
    Bare { file: PathBuf },
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            say(&problem.to_string());
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the command line speaks")]
fn say(text: &str) {
    eprintln!("{text}");
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve { data, url, schema } => {
            let store = match url.zip(schema) {
                Some((url, schema)) => Store::Server { url, schema },
                None => Store::Embedded { folder: data.clone() },
            };
            Box::pin(server::serve(&data, store)).await
        }
        Command::Bare { file } => server::bare(&file).await,
        Command::Asks { postgres } => {
            let home = PathBuf::from("target/bench");
            let works = city::record(&home, "asks", postgres.as_deref(), 1).await?;
            for work in works {
                work.texts().iter().for_each(|text| say(text));
            }
            Ok(())
        }
        Command::Run { cases, postgres, no_sqlite, clients, only, seconds, creates, home, import, out } => {
            let plan = Plan { clients, seconds, creates, only };
            let mut report = Report::default();
            let sqlite = (!no_sqlite).then_some(("SQLite", None));
            let databases =
                sqlite.into_iter().chain(postgres.as_deref().map(|url| ("PostgreSQL", Some(url))));
            let mut done = Ok(());
            for (name, url) in databases {
                done = Box::pin(database(&home, (name, url), &cases, &plan, &import, &mut report)).await;
                if done.is_err() {
                    break;
                }
            }
            // what was measured before something failed is told too
            report.show(clients, seconds, out.as_deref())?;
            done
        }
    }
}

/// Measures all cities on one database.
async fn database(
    home: &Path,
    (name, url): (&'static str, Option<&str>),
    cases: &[usize],
    plan: &Plan,
    import: &[PathBuf],
    report: &mut Report,
) -> Result<()> {
    let recorded = if plan.wants("create") {
        Arc::new(city::record(home, name, url, plan.creates).await?)
    } else {
        Arc::default()
    };
    let mut small = Vec::new();
    for many in cases {
        say(&format!("{name}, {many} cases"));
        let city = City::open(home, name, url, *many, recorded.clone()).await?;
        let seen = Box::pin(measure::city(&city, plan, report, &small)).await?;
        if small.is_empty() {
            small = seen;
        }
    }
    if let [table, map] = import {
        let city = City::open(home, name, url, 1_000, Arc::default()).await?;
        measure::import(&city, table, map, report).await?;
    }
    Ok(())
}
