//! The command line.

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use linli_app::{
    backup::{self, Manifest},
    config::Config,
    doctor::{self, Finding},
    engine::{Engine, WORDS},
    orders::{self, Line, Order},
    serve::{self, Mode},
};
use linli_base::{Day, Problem, Refusal, Result, World};
use linli_calendar::Calendar;
use linli_casework::Settings;
use linli_i18n::Lang;
use linli_store::{Config as Store, Db};
use std::{path::PathBuf, process::ExitCode};
use tokio::sync::mpsc;
use tracing_subscriber::EnvFilter;

/// Linli 邻里, the working platform of a city's neighbourhoods.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves pages and the API. Settings: `DATA`, `PORT`, `LISTEN`, `BASE_URL`, `DATABASE_URL`, `SCHEMA`, `LINLI_KEY_FILE`.
    Serve {
        /// The invented city 海阳市; made where it is not there yet.
        #[arg(long)]
        demo: bool,
        /// The invented city, for a phone on the same network: nothing is unmasked or exported.
        #[arg(long)]
        demo_open: bool,
        /// The invented city without the months that the article tells of: loads quicker.
        #[arg(long)]
        present_only: bool,
    },
    /// Brings the tables up to date and ends.
    Migrate,
    /// Working days.
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// Brings data in.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Makes a token with which a program speaks in a person's post; it is shown once.
    Token {
        /// The person's phone.
        #[arg(long)]
        phone: String,
        /// The org whose post it is, where they have several.
        #[arg(long)]
        org: Option<String>,
        /// What it is for.
        #[arg(long)]
        name: String,
        /// For how many days it holds, at most 366.
        #[arg(long, default_value_t = 90)]
        days: i64,
    },
    /// Looks at all that is stored and says what is wrong; also while the program runs. Ends with 1 where it finds
    /// something.
    Doctor {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Counts all figures anew from the events, where the doctor finds that they do not agree.
    Recount,
    /// The keys that seal phones, codes and second factors.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Writes everything but the key file into one file; also while the program runs.
    Backup {
        /// The file; it must not be there yet.
        file: PathBuf,
    },
    /// Puts a backup into an empty data folder or schema, and has the doctor look at it.
    Restore {
        /// The file.
        file: PathBuf,
    },
    /// Makes an account for one of the three administrators; its first password is shown once.
    Administrator {
        /// Which: system, security or audit.
        #[arg(long)]
        role: String,
        /// 姓名.
        #[arg(long)]
        name: String,
        /// The phone to sign in with.
        #[arg(long)]
        phone: String,
    },
    /// Takes away what is over its time, as every night; or only says what would go.
    Retention {
        /// Says what would go and takes nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Prints the API's description.
    Openapi,
}

#[derive(Subcommand)]
enum CalendarCommand {
    /// Prints the date so many working days later.
    Add {
        /// `YYYY-MM-DD`
        date: String,
        /// How many working days.
        days: i64,
    },
    /// Brings a year and recomputes running due times, with an entry in each case's timeline.
    Load {
        /// A year's notice as JSON or in the lines of holidays.txt.
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Says which keys there are and how many rows need each.
    List,
    /// Adds a new key to the key file; also while the program runs.
    Add,
    /// Seals everything anew with the newest key; also while the program runs, and again after a kill.
    Rotate,
    /// Takes a key that nothing needs any more out of the key file.
    Drop {
        /// Its id.
        id: String,
        /// Ends the sessions, API tokens and recovery codes that still hang on it.
        #[arg(long)]
        end: bool,
    },
}

#[derive(Subcommand)]
enum ImportCommand {
    /// Requests from a CSV table, also `.xz`. All or nothing; the same row is brought once.
    Requests {
        /// The table.
        file: PathBuf,
        /// Which column means what.
        #[arg(long)]
        map: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Cli::parse().command).await {
        Ok(code) => code,
        Err(problem) => {
            say(&Line::from(problem));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode> {
    let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match command {
        Command::Serve { demo, demo_open, present_only } => {
            let mode = Mode { demo: demo || demo_open, open: demo_open, present_only };
            serve::serve(Config::read(mode.demo, mode.open, &env)?, mode).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate => {
            Engine::open(&Config::read(false, false, &env)?, World::system(), false).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Token { phone, org, name, days } => {
            order(&Config::read(false, false, &env)?, Order::MakeToken { phone, org, name, days }).await
        }
        Command::Doctor { json } => examine(&Config::read(false, false, &env)?, json).await,
        Command::Backup { file } => {
            let config = Config::read(false, false, &env)?;
            let told =
                |table: &str| eprint(&words("backup.table", &[("table".to_owned(), table.to_owned())]));
            let manifest = Box::pin(backup::backup(&config, &World::system(), &file, told)).await?;
            say(&kept("backup", &manifest));
            if !manifest.missing.is_empty() {
                let missing = manifest.missing.len().to_string();
                eprint(&words("backup.missing", &[("missing".to_owned(), missing)]));
                return Ok(ExitCode::FAILURE);
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Restore { file } => {
            let config = Config::read(false, false, &env)?;
            let told =
                |table: &str| eprint(&words("backup.table", &[("table".to_owned(), table.to_owned())]));
            let manifest = Box::pin(backup::restore(&config, &World::system(), &file, told)).await?;
            say(&kept("restore", &manifest));
            examine(&config, false).await
        }
        Command::Recount => order(&Config::read(false, false, &env)?, Order::Recount).await,
        Command::Administrator { role, name, phone } => {
            let role = format!("{role}_admin");
            order(&Config::read(false, false, &env)?, Order::MakeAdministrator { role, name, phone }).await
        }
        Command::Retention { dry_run } => {
            order(&Config::read(false, false, &env)?, Order::Retain { dry_run }).await
        }
        Command::Keys(keys) => {
            let asked = match keys {
                KeysCommand::List => Order::ListKeys,
                KeysCommand::Add => Order::AddKey,
                KeysCommand::Rotate => Order::RotateKeys,
                KeysCommand::Drop { id, end } => Order::DropKey { id, end },
            };
            order(&Config::read(false, false, &env)?, asked).await
        }
        Command::Openapi => {
            print(&linli_app::api::openapi());
            Ok(ExitCode::SUCCESS)
        }
        Command::Calendar(CalendarCommand::Add { date, days }) => {
            let day = Day::parse(&date).ok_or_else(|| Refusal::new("date").with("date", &date))?;
            let calendar = calendar(&Config::read(false, false, &env)?).await;
            let later = calendar.working_day_after(day, days);
            print(&if calendar.provisional(later) {
                format!("{later} provisional")
            } else {
                later.to_string()
            });
            Ok(ExitCode::SUCCESS)
        }
        Command::Calendar(CalendarCommand::Load { file }) => {
            let text = std::fs::read_to_string(&file)
                .map_err(|e| Refusal::new("file").with("file", file.display()).with("why", e))?;
            order(&Config::read(false, false, &env)?, Order::LoadCalendar { text }).await
        }
        Command::Import(ImportCommand::Requests { file, map }) => {
            let whole = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
            let import = Order::ImportRequests { file: whole(file), map: whole(map) };
            order(&Config::read(false, false, &env)?, import).await
        }
    }
}

/// What a backup or a restore ends with.
fn kept(key: &str, manifest: &Manifest) -> Line {
    let args = [("rows", manifest.rows()), ("pictures", manifest.pictures)];
    let args = args.map(|(name, value)| (name.to_owned(), value.to_string())).to_vec();
    Line::Done { key: key.to_owned(), args }
}

/// Has the doctor look and tells what it sees.
async fn examine(config: &Config, json: bool) -> Result<ExitCode> {
    let told = |finding: Finding| {
        if json {
            print(&serde_json::to_string(&finding).unwrap_or_default());
        } else {
            shown(&finding);
        }
    };
    let well = Box::pin(doctor::examine(config, &World::system(), told)).await?;
    if !json {
        print(&words(if well { "doctor_end.well" } else { "doctor_end.ill" }, &[]));
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn shown(finding: &Finding) {
    let name = words(&format!("doctor.{}", finding.check), &[]);
    let args = [("looked", finding.looked.to_string()), ("wrong", finding.wrong.to_string())];
    let mut args = args.map(|(name, value)| (name.to_owned(), value)).to_vec();
    args.push(("seconds".to_owned(), format!("{:.1}", finding.seconds)));
    if finding.wrong == 0 {
        print(&format!("✓ {name}  {}", words("doctor_end.right", &args)));
        return finding.notes.iter().for_each(|note| print(&format!("    {note}")));
    }
    print(&format!("✗ {name}  {}", words("doctor_end.wrong", &args)));
    finding.examples.iter().for_each(|example| print(&format!("    {example}")));
    print(&format!("  → {}", words(&format!("doctor_do.{}", finding.check), &[])));
}

/// The calendar with the years that this city has loaded, where a database is there and free; else the program's own.
async fn calendar(config: &Config) -> Calendar {
    let there = match &config.store {
        Store::Embedded { folder } => folder.join("linli.db").exists(),
        Store::Server { .. } => true,
    };
    if there
        && let Ok(db) = Db::open(&config.store).await
        && let Ok(settings) = Settings::load(&db, &[], World::system().now()).await
    {
        return settings.calendar;
    }
    Calendar::builtin()
}

/// Has an order obeyed, by the server that holds the data or here, and shows what comes back.
async fn order(config: &Config, order: Order) -> Result<ExitCode> {
    let (out, mut lines) = mpsc::unbounded_channel();
    let (config, sent) = (config.clone(), order);
    let work = tokio::spawn(async move {
        match orders::hand(&config.data, &sent, out.clone()).await {
            Some(talked) => talked,
            None => {
                let engine = Engine::open(&config, World::system(), false).await?;
                orders::obey(&engine, sent, out).await;
                Ok(())
            }
        }
    });
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len}") {
        bar.set_style(style);
    }
    let mut code = ExitCode::SUCCESS;
    while let Some(line) = lines.recv().await {
        match &line {
            Line::Progress { done, of } => {
                bar.set_length(*of);
                bar.set_position(*done);
            }
            Line::Refused { .. } => code = ExitCode::FAILURE,
            Line::Done { key, .. } if key == "import_errors" => code = ExitCode::FAILURE,
            Line::Finding { .. } | Line::Over { .. } | Line::Said { .. } | Line::Done { .. } => {}
        }
        bar.suspend(|| say(&line));
    }
    bar.finish_and_clear();
    work.await.map_err(|e| Problem::broken("obeying an order", e))??;
    Ok(code)
}

fn lang() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok());
    if set.is_some_and(|set| set.starts_with("en")) { Lang::En } else { Lang::Zh }
}

fn words(key: &str, args: &[(String, String)]) -> String {
    let args: Vec<(&str, String)> = args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    WORDS.text(lang(), key, &args)
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the command line speaks")]
fn say(line: &Line) {
    match line {
        Line::Progress { .. } => {}
        Line::Finding { line, error, code, value } => {
            let kind = words(if *error { "import.error" } else { "import.warning" }, &[]);
            println!("{line}\t{kind}\t{}\t{value}", words(&format!("import.{code}"), &[]));
        }
        Line::Over { class, count } => {
            let class = words(&format!("retention.{class}"), &[]);
            println!(
                "{}",
                words(
                    "done.retention",
                    &[("class".to_owned(), class), ("count".to_owned(), count.to_string())]
                )
            );
        }
        Line::Said { key, args } => println!("{}", words(&format!("said.{key}"), args)),
        Line::Done { key, args } => println!("{}", words(&format!("done.{key}"), args)),
        Line::Refused { key, args } => eprintln!("{}", words(&format!("refusal.{key}"), args)),
    }
}

#[expect(clippy::print_stderr, reason = "the command line speaks")]
fn eprint(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stdout, reason = "the command line speaks")]
fn print(text: &str) {
    println!("{text}");
}
