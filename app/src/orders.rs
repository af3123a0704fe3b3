//! What the command line asks to be done. Where a server holds the embedded database, the order goes to it through
//! `linli.sock` in the data folder, and its lines come back; else it is done here.

use crate::engine::{Engine, WORDS, keyed};
use linli_authz::Actor;
use linli_base::{Phone, Problem, Refusal, Result};
use linli_i18n::Lang;
use linli_org::audit::Ordered;
use linli_strength::requests::{self, import::Map};
use serde::{Deserialize, Serialize};
use std::{
    fs::{File, Permissions},
    io::Read,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::mpsc,
};

/// Something to be done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Bring years into the calendar.
    LoadCalendar {
        /// The file's text.
        text: String,
    },
    /// Bring requests in from a table.
    ImportRequests {
        /// The table: CSV, or CSV in `.xz`.
        file: PathBuf,
        /// Which column means what.
        map: PathBuf,
    },
    /// Count all figures anew from the events.
    Recount,
    /// Make an account for one of the three administrators.
    MakeAdministrator {
        /// `system_admin`, `security_admin` or `audit_admin`.
        role: String,
        /// 姓名.
        name: String,
        /// The phone to sign in with.
        phone: String,
    },
    /// Take away what is over its time, or say what would go.
    Retain {
        /// Only say it.
        dry_run: bool,
    },
    /// Say which keys there are and what hangs on each.
    ListKeys,
    /// Add a key to the key file.
    AddKey,
    /// Seal everything anew with the newest key.
    RotateKeys,
    /// Take a key out of the key file.
    DropKey {
        /// Its id.
        id: String,
        /// End sessions, tokens and codes that still hang on it.
        end: bool,
    },
    /// Make an API token that speaks in a person's post.
    MakeToken {
        /// The person's phone.
        phone: String,
        /// The name of the org that the post is in; needed where they have several posts.
        org: Option<String>,
        /// What it is for.
        name: String,
        /// For how many days it holds.
        days: i64,
    },
}

/// What comes back, line by line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Line {
    /// So many of so many are done; 0 where it is not known of how many.
    Progress {
        /// Done.
        done: u64,
        /// Of so many.
        of: u64,
    },
    /// What was found in a row.
    Finding {
        /// The line of the file.
        line: u64,
        /// Whether the row cannot be read; else it is odd, and kept.
        error: bool,
        /// Key of the words `import.<code>`.
        code: String,
        /// What it is about.
        value: String,
    },
    /// What of a class of data is over its time.
    Over {
        /// The class; words under `retention.<class>`.
        class: String,
        /// How many.
        count: i64,
    },
    /// Something to know. Key of the words `said.<key>`.
    Said {
        /// The key.
        key: String,
        /// Their values.
        args: Vec<(String, String)>,
    },
    /// It is done. Key of the words `done.<key>`.
    Done {
        /// The key.
        key: String,
        /// Their values.
        args: Vec<(String, String)>,
    },
    /// It could not be done. Key of the words `refusal.<key>`.
    Refused {
        /// The key.
        key: String,
        /// Their values.
        args: Vec<(String, String)>,
    },
}

fn done(key: &str, args: &[(&str, u64)]) -> Line {
    let args = args.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
    Line::Done { key: key.to_owned(), args }
}

impl From<Problem> for Line {
    fn from(problem: Problem) -> Line {
        let owned = |args: Vec<(&str, String)>| {
            args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
        };
        match problem {
            Problem::Refused(refusal) => {
                Line::Refused { key: refusal.code.to_owned(), args: owned(refusal.args) }
            }
            other => {
                Line::Refused { key: "broken".to_owned(), args: owned(vec![("why", other.to_string())]) }
            }
        }
    }
}

/// Does an order with the engine; its lines go to `out`, the last of which is [`Line::Done`] or [`Line::Refused`].
pub async fn obey(engine: &Engine, order: Order, out: mpsc::UnboundedSender<Line>) {
    let said = match order {
        Order::LoadCalendar { text } => load_calendar(engine, &text, &out).await,
        Order::ImportRequests { file, map } => import(engine, &file, &map, &out).await,
        Order::Recount => recount(engine).await,
        Order::MakeAdministrator { role, name, phone } => administrator(engine, &role, name, phone).await,
        Order::ListKeys => list_keys(engine, &out).await,
        Order::AddKey => add_key(engine).await,
        Order::RotateKeys => rotate_keys(engine, &out).await,
        Order::DropKey { id, end } => drop_key(engine, &id, end).await,
        Order::Retain { dry_run } => retain(engine, dry_run, &out).await,
        Order::MakeToken { phone, org, name, days } => {
            token(engine, &phone, org.as_deref(), name, days).await
        }
    };
    let _ = out.send(said.unwrap_or_else(Line::from));
}

async fn load_calendar(engine: &Engine, text: &str, out: &mpsc::UnboundedSender<Line>) -> Result<Line> {
    let tell = |seen: usize| drop(out.send(Line::Progress { done: count(seen), of: 0 }));
    let moved = engine.work.load_calendar(text, tell).await?;
    linli_org::audit::ordered(&engine.org, Ordered::Calendar, count(moved)).await?;
    Ok(done("calendar", &[("moved", count(moved))]))
}

async fn recount(engine: &Engine) -> Result<Line> {
    engine.work.rebuild_figures().await?;
    let cases = engine.work.count_figures().await?;
    Ok(done("recount", &[("cases", count(cases))]))
}

async fn retain(engine: &Engine, dry_run: bool, out: &mpsc::UnboundedSender<Line>) -> Result<Line> {
    for over in engine.work.retention_plan().await? {
        if let Some(count) = over.count {
            let _ = out.send(Line::Over { class: over.class.to_owned(), count });
        }
    }
    let went = if dry_run { 0 } else { engine.work.retain(&engine.uploads).await? };
    Ok(done("retained", &[("count", went)]))
}

async fn list_keys(engine: &Engine, out: &mpsc::UnboundedSender<Line>) -> Result<Line> {
    let (org, now) = (&engine.org, engine.site.world.now());
    let (keys, nobodys) = linli_org::keys::standing(&mut org.db.read(), &keyed(), &org.keys, now).await?;
    for key in &keys {
        let word = match (key.held, key.making, key.from_at) {
            (false, ..) => "key_lacking",
            (true, true, _) => "key_making",
            (true, false, Some(at)) if at > now => "key_waiting",
            (true, false, _) => "key_old",
        };
        let needs: Vec<String> = key.needs.iter().map(|(place, rows)| format!("{place} {rows}")).collect();
        let args = [
            ("id", key.id.clone()),
            ("from", key.from_at.map(|at| at.day().to_string()).unwrap_or_default()),
            ("rows", key.rows().to_string()),
            ("places", needs.join(", ")),
        ];
        let args = args.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let _ = out.send(Line::Said { key: word.to_owned(), args });
    }
    Ok(done("keys", &[("keys", count(keys.len())), ("nobodys", u64::try_from(nobodys).unwrap_or(0))]))
}

async fn add_key(engine: &Engine) -> Result<Line> {
    let id = linli_org::keys::add(&engine.org, engine.alone).await?;
    let word = if engine.alone { "key_added" } else { "key_added_copies" };
    let args = [("id", id), ("path", engine.org.keys.path())];
    let args = args.map(|(name, value)| (name.to_owned(), value)).to_vec();
    Ok(Line::Done { key: word.to_owned(), args })
}

async fn rotate_keys(engine: &Engine, out: &mpsc::UnboundedSender<Line>) -> Result<Line> {
    if let Some(wait) = linli_org::keys::waiting_ms(&engine.org).await? {
        let wait = u64::try_from(wait).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    let tell = |moved: u64| drop(out.send(Line::Progress { done: moved, of: 0 }));
    let rotated = linli_org::keys::rotate(&engine.org, &keyed(), tell).await?;
    Ok(done("keys_rotated", &[("moved", rotated.moved), ("shut", rotated.shut)]))
}

async fn drop_key(engine: &Engine, id: &str, end: bool) -> Result<Line> {
    let ended = linli_org::keys::drop_key(&engine.org, &keyed(), id, end).await?;
    let args = vec![("id".to_owned(), id.to_owned()), ("ended".to_owned(), ended.to_string())];
    Ok(Line::Done { key: "key_dropped".to_owned(), args })
}

async fn import(engine: &Engine, file: &Path, map: &Path, out: &mpsc::UnboundedSender<Line>) -> Result<Line> {
    let unread = |path: &Path, why: &dyn std::fmt::Display| -> Problem {
        Refusal::new("file").with("file", path.display()).with("why", why).into()
    };
    let text = std::fs::read_to_string(map).map_err(|e| unread(map, &e))?;
    let map = Map::read(&text).map_err(|e| unread(map, &e))?;
    let opened = File::open(file).map_err(|e| unread(file, &e))?;
    let packed = file.extension().is_some_and(|end| end == "xz");
    let mut table: Box<dyn Read + Send> =
        if packed { Box::new(liblzma::read::XzDecoder::new(opened)) } else { Box::new(opened) };
    let (rows, findings) = requests::read(&map, &mut table)?;
    let errors = findings.iter().filter(|finding| finding.error).count();
    let warnings = findings.len() - errors;
    findings.into_iter().for_each(|finding| tell(out, finding));
    if errors > 0 {
        return Ok(done("import_errors", &[("errors", count(errors)), ("rows", count(rows.len()))]));
    }
    let of = count(rows.len());
    let progress = |now: usize| drop(out.send(Line::Progress { done: count(now), of }));
    let brought = requests::bring(&engine.work, rows, progress).await?;
    let misplaced = brought.findings.len();
    brought.findings.into_iter().for_each(|finding| tell(out, finding));
    if misplaced > 0 {
        return Ok(done("import_errors", &[("errors", count(misplaced)), ("rows", of)]));
    }
    linli_org::audit::ordered(&engine.org, Ordered::Import, brought.new).await?;
    let numbers = [
        ("new", brought.new),
        ("already", count(brought.already)),
        ("warnings", count(warnings)),
        ("outside", count(brought.outside)),
    ];
    Ok(done("import", &numbers))
}

/// The first password is told once; it is changed at the first sign-in.
async fn administrator(engine: &Engine, role: &str, name: String, phone: String) -> Result<Line> {
    let role = linli_authz::Role::parse(role).filter(|role| role.administers());
    let role = role.ok_or_else(|| Problem::refused("no_administrator"))?;
    let form = linli_org::people::PersonForm { name, phone, ..Default::default() };
    let words = |lang| WORDS.text(lang, &format!("role.{}", role.name()), &[]);
    let titles = (words(Lang::Zh), words(Lang::En));
    let password = linli_org::guard::first_administrator(&engine.org, role, &form, titles).await?;
    Ok(Line::Done { key: "administrator".to_owned(), args: vec![("password".to_owned(), password)] })
}

/// The token is told once and stored nowhere. Refusals: `no_person`, `which_post` (`posts`).
async fn token(engine: &Engine, phone: &str, org: Option<&str>, name: String, days: i64) -> Result<Line> {
    let phone = Phone::parse("phone", phone)?;
    let person = linli_org::sign_in::person_of(&engine.org, &phone).await?;
    let person = person.ok_or_else(|| Problem::refused("no_person"))?;
    let now = engine.site.world.now();
    let hats = linli_org::sign_in::hats_of(&mut engine.org.db.read(), person, now.day()).await?;
    let fits = |hat: &linli_authz::Hat| org.is_none_or(|org| hat.org_name == org);
    let mut posts = hats.iter().map(|choice| &choice.hat).filter(|hat| fits(hat));
    let (Some(hat), None) = (posts.next(), posts.next()) else {
        let names: Vec<&str> = hats.iter().map(|choice| choice.hat.org_name.as_str()).collect();
        return Err(Refusal::new("which_post").with("posts", names.join("、")).into());
    };
    let ends_at = now.day().plus(days.clamp(1, 366)).end();
    let new = linli_org::sign_in::NewToken { person, post: hat.post, name, ends_at };
    let (_, token) = linli_org::sign_in::make_token(&engine.org, &Actor::System("linli token"), new).await?;
    let args = vec![("token".to_owned(), token), ("until".to_owned(), ends_at.plus_ms(-1).day().to_string())];
    Ok(Line::Done { key: "token".to_owned(), args })
}

fn tell(out: &mpsc::UnboundedSender<Line>, finding: requests::import::Finding) {
    let requests::import::Finding { line, error, code, value } = finding;
    let _ = out.send(Line::Finding { line, error, code: code.to_owned(), value });
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Where the server listens for orders.
pub fn socket(data: &Path) -> PathBuf {
    data.join("linli.sock")
}

/// Obeys orders that come through the socket, one after the other, until told to stop.
pub async fn listen(engine: Engine, data: PathBuf, stop: impl Future<Output = ()>) {
    let path = socket(&data);
    let _ = std::fs::remove_file(&path);
    let listener = match UnixListener::bind(&path) {
        Ok(listener) => listener,
        Err(e) => return tracing::warn!("no orders through {}: {e}", path.display()),
    };
    let _ = std::fs::set_permissions(&path, Permissions::from_mode(0o600));
    tokio::pin!(stop);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.map(|(stream, _)| stream),
            () = &mut stop => break,
        };
        match stream {
            Ok(stream) => {
                if let Err(e) = hear(&engine, stream).await {
                    tracing::warn!("an order was lost: {e}");
                }
            }
            Err(e) => tracing::warn!("an order was lost: {e}"),
        }
    }
    let _ = std::fs::remove_file(&path);
}

async fn hear(engine: &Engine, stream: UnixStream) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut text = String::new();
    BufReader::new(read).read_line(&mut text).await?;
    let order: Order = serde_json::from_str(&text)?;
    let (out, mut lines) = mpsc::unbounded_channel();
    let engine = engine.clone();
    let work = tokio::spawn(async move { obey(&engine, order, out).await });
    while let Some(line) = lines.recv().await {
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        write.write_all(text.as_bytes()).await?;
    }
    work.await.map_err(std::io::Error::other)
}

/// Hands an order to the server that holds the data folder; `None` where none does.
pub async fn hand(data: &Path, order: &Order, out: mpsc::UnboundedSender<Line>) -> Option<Result<()>> {
    let stream = UnixStream::connect(socket(data)).await.ok()?;
    Some(talk(stream, order, out).await.map_err(|e| Problem::broken("talking to the server", e)))
}

async fn talk(stream: UnixStream, order: &Order, out: mpsc::UnboundedSender<Line>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut text = serde_json::to_string(order)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await?;
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        let _ = out.send(serde_json::from_str(&line)?);
    }
    Ok(())
}
