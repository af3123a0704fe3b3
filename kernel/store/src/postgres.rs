//! A pool of connections; each write on its own, re-run where the server asks for it.

use crate::{
    Migrations, Tx, Value, migrate,
    render::{Dialect, Rendered},
};
use deadpool_postgres::{Manager, ManagerConfig, Object, RecyclingMethod, Runtime};
use futures_util::future::{try_join_all, try_join3};
use linli_base::{At, Broken, Problem, Refusal, Result};
use std::{
    error::Error,
    fmt::{self, Display},
    future::poll_fn,
    mem::take,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    str::FromStr,
    task::Poll,
    time::Duration,
};
use tokio_postgres::{
    NoTls,
    error::{DbError, SqlState},
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

/// How often a write is re-run that lost a race.
const TRIES: usize = 5;
/// For reads, and as many for writes.
const CONNECTIONS: usize = 8;
/// How long a free connection is waited for.
const WAIT: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(crate) struct Pool {
    /// Connections on which the server refuses whatever writes.
    reads: deadpool_postgres::Pool,
    writes: deadpool_postgres::Pool,
    schema: String,
}

impl Pool {
    pub async fn open(url: &str, schema: &str) -> Result<Pool> {
        Pool::with(url, schema, CONNECTIONS, WAIT).await
    }

    async fn with(url: &str, schema: &str, connections: usize, wait: Duration) -> Result<Pool> {
        let sound = !schema.is_empty()
            && schema.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !sound {
            return Err(Refusal::new("schema_name").with("schema", schema).into());
        }
        let config =
            tokio_postgres::Config::from_str(url).map_err(|e| Problem::broken("reading DATABASE_URL", e))?;
        let pool = |more: &str| {
            let mut config = config.clone();
            // a server that has gone without a word is noticed as soon as one that says so
            let idle = wait.max(Duration::from_secs(1)); // whole seconds, and not none
            config.connect_timeout(wait).tcp_user_timeout(wait).keepalives_idle(idle);
            // nothing asked here runs so long that it would pay to compile it
            config.options(format!("-c search_path={schema} -c timezone=UTC -c jit=off{more}"));
            let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
            deadpool_postgres::Pool::builder(Manager::from_config(config, NoTls, recycling))
                .max_size(connections)
                .wait_timeout(Some(wait))
                .create_timeout(Some(wait))
                .runtime(Runtime::Tokio1)
                .build()
                .map_err(|e| Problem::broken("opening the database", e))
        };
        let opened = Pool {
            reads: pool(" -c default_transaction_read_only=on")?,
            writes: pool("")?,
            schema: schema.to_owned(),
        };
        drop(get(&opened.writes).await?);
        Ok(opened)
    }

    pub async fn read(&self, out: &Rendered) -> Result<Vec<Vec<Value>>> {
        ask(&get(&self.reads).await?, out).await
    }

    /// A connection that reads.
    pub async fn reader(&self) -> Result<Object> {
        get(&self.reads).await
    }

    /// A connection that writes.
    pub async fn writer(&self) -> Result<Object> {
        get(&self.writes).await
    }

    pub fn schema(&self) -> &str {
        &self.schema
    }

    pub async fn drop_schema(&self) -> Result<()> {
        let sql = format!("DROP SCHEMA {} CASCADE", self.schema);
        get(&self.writes).await?.batch_execute(&sql).await.map_err(problem)
    }

    pub async fn copy_schema(&self, from: &str) -> Result<bool> {
        let conn = get(&self.writes).await?;
        let tables = "SELECT tablename FROM pg_tables WHERE schemaname = $1";
        let tables = conn.query(tables, &[&from]).await.map_err(problem)?;
        // the order of tables is nobody's matter while references are not checked
        let mut sql = "BEGIN; SET LOCAL session_replication_role = replica;".to_owned();
        for table in &tables {
            let (table, to): (&str, _) = (table.get(0), &self.schema);
            sql.push_str(&format!(
                "DELETE FROM {to}.{table}; INSERT INTO {to}.{table} SELECT * FROM {from}.{table};"
            ));
        }
        conn.batch_execute(&format!("{sql} COMMIT")).await.map_err(problem)?;
        Ok(!tables.is_empty())
    }

    pub async fn prepares(&self, sql: &str) -> Result<()> {
        get(&self.writes).await?.prepare(sql).await.map(|_| ()).map_err(problem)
    }
}

pub(crate) async fn ask(client: &Object, out: &Rendered) -> Result<Vec<Vec<Value>>> {
    let stmt = client.prepare_cached(&out.sql).await.map_err(problem)?;
    let given = given(out);
    let rows = client.query(&stmt, &refs(&given)).await.map_err(problem)?;
    rows.iter().map(values).collect()
}

async fn get(pool: &deadpool_postgres::Pool) -> Result<Object> {
    pool.get().await.map_err(unavailable)
}

/// A panic in it becomes [`Problem::Broken`].
async fn contained<R>(write: impl Future<Output = Result<R>>) -> Result<R> {
    let mut write = pin!(write);
    poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| write.as_mut().poll(cx)))
            .unwrap_or_else(|_| Poll::Ready(Err(Problem::broken("writing", "a write panicked"))))
    })
    .await
}

pub(crate) async fn write<R, F>(pool: &Pool, f: F) -> Result<R>
where
    F: AsyncFn(&mut Tx<'_>) -> Result<R>,
{
    let mut tries = 0;
    loop {
        tries += 1;
        let mut writing = Writing::new(get(&pool.writes).await?);
        let mut lent = Tx::postgres(&mut writing);
        let result = contained(f(&mut lent)).await;
        let result = match lent.answer(result) {
            Ok(done) => writing.commit().await.map(|()| done),
            Err(e) => {
                writing.roll_back().await;
                Err(e)
            }
        };
        match result {
            Err(e) if tries < TRIES && lost_a_race(&e) => {}
            other => return other,
        }
    }
}

/// A transaction. What gives no rows waits, and goes on its way with what is asked next or with the end, so that a
/// write that asks nothing is one way to the server and back.
pub(crate) struct Writing {
    /// `None` once it is let go of.
    client: Option<Object>,
    begun: bool,
    waiting: Vec<Rendered>,
}

impl Writing {
    fn new(client: Object) -> Writing {
        Writing { client: Some(client), begun: false, waiting: Vec::new() }
    }

    /// Runs it before what is asked next, or at the end.
    pub fn wait(&mut self, out: Rendered) {
        self.waiting.push(out);
    }

    pub async fn run(&mut self, out: &Rendered) -> Result<u64> {
        let client = held(self.client.as_ref())?;
        let stmt = client.prepare_cached(&out.sql).await.map_err(problem)?;
        let run = async { client.execute(&stmt, &refs(&given(out))).await.map_err(problem) };
        after(client, &mut self.begun, together(take(&mut self.waiting)), run).await
    }

    pub async fn rows(&mut self, out: &Rendered) -> Result<Vec<Vec<Value>>> {
        let client = held(self.client.as_ref())?;
        let stmt = client.prepare_cached(&out.sql).await.map_err(problem)?;
        let rows = async { client.query(&stmt, &refs(&given(out))).await.map_err(problem) };
        let rows = after(client, &mut self.begun, together(take(&mut self.waiting)), rows).await?;
        rows.iter().map(values).collect()
    }

    async fn commit(mut self) -> Result<()> {
        let mut waiting = together(take(&mut self.waiting));
        let client = held(self.client.as_ref())?;
        if !self.begun && waiting.len() <= 1 {
            let Some(out) = waiting.pop() else { return Ok(()) };
            let stmt = client.prepare_cached(&out.sql).await.map_err(problem)?;
            // alone, a statement is a transaction of its own, whether it stands or falls
            self.begun = true;
            let done = client.execute(&stmt, &refs(&given(&out))).await;
            self.begun = false;
            return done.map(|_| ()).map_err(problem);
        }
        let end = async { client.batch_execute("COMMIT").await.map_err(problem) };
        let done = after(client, &mut self.begun, waiting, end).await;
        match done {
            Ok(()) => self.begun = false,
            Err(_) => self.roll_back().await,
        }
        done
    }

    async fn roll_back(mut self) {
        if let (true, Ok(client)) = (self.begun, held(self.client.as_ref())) {
            self.begun = client.batch_execute("ROLLBACK").await.is_err();
        }
    }
}

fn held(client: Option<&Object>) -> Result<&Object> {
    client.ok_or_else(|| Problem::broken("writing", "its connection is gone"))
}

/// Sends the beginning where it has not begun, what waits, and what comes last, all before the first answer; the
/// server works them off in order and does nothing more once one has failed.
async fn after<T>(
    client: &Object,
    begun: &mut bool,
    waiting: Vec<Rendered>,
    last: impl Future<Output = Result<T>>,
) -> Result<T> {
    let mut sent = Vec::new();
    for out in waiting {
        let stmt = client.prepare_cached(&out.sql).await.map_err(problem)?;
        sent.push(async move { client.execute(&stmt, &refs(&given(&out))).await.map_err(problem) });
    }
    let begins = !std::mem::replace(begun, true);
    let begin = async { if begins { client.batch_execute("BEGIN").await.map_err(problem) } else { Ok(()) } };
    // these send when they are first polled, which is in this order
    try_join3(begin, try_join_all(sent), last).await.map(|((), _, last)| last)
}

/// So many rows for one table become one statement: few sizes, so that few texts are prepared.
const ROWS: [usize; 3] = [64, 16, FEWEST];
const FEWEST: usize = 4;

/// Neighbours that only put rows into a table, or into different ones, become one statement: the server answers each by
/// itself, and to send an answer costs it as much as a small row.
fn together(waiting: Vec<Rendered>) -> Vec<Rendered> {
    let (mut alike, mut groups): (Vec<Vec<Rendered>>, Vec<Vec<Rendered>>) = (Vec::new(), Vec::new());
    for out in waiting {
        match alike.last_mut().filter(|some| some.first().is_some_and(|one| one.sql == out.sql)) {
            Some(some) => some.push(out),
            None => alike.push(vec![out]),
        }
    }
    for out in alike.into_iter().flat_map(in_rows) {
        let joins = |group: &&mut Vec<Rendered>| {
            filled(&out.sql).is_some_and(|table| {
                group.iter().all(|before| filled(&before.sql).is_some_and(|other| other != table))
            })
        };
        match groups.last_mut().filter(joins) {
            Some(group) => group.push(out),
            None => groups.push(vec![out]),
        }
    }
    groups.into_iter().filter_map(joined).collect()
}

/// Statements of one text as statements of several rows, where each puts one and changes none that is there.
fn in_rows(alike: Vec<Rendered>) -> Vec<Rendered> {
    let Some(text) = alike.get(FEWEST - 1).map(|one| one.sql.clone()) else { return alike };
    let Some((head, row, tail)) = parted(&text) else { return alike };
    let (mut all, mut left) = (Vec::new(), alike.into_iter());
    for size in ROWS {
        while left.len() >= size {
            let (mut rows, mut args) = (Vec::new(), Vec::new());
            for one in left.by_ref().take(size) {
                rows.push(renumbered(row, args.len()));
                args.extend(one.args);
            }
            all.push(Rendered { sql: format!("{head}{}{tail}", rows.join(", ")).into(), args });
        }
    }
    all.extend(left);
    all
}

/// A text that puts one row: what stands before the row, the row, and what stands behind it.
fn parted(sql: &str) -> Option<(&str, &str, &str)> {
    let from = sql.find(" VALUES (")? + " VALUES ".len();
    let (head, rest) = sql.split_at(from);
    let (row, tail) = rest.split_at(rest.find(')')? + 1);
    let one = filled(sql).is_some() && !sql.contains("DO UPDATE") && row.matches('(').count() == 1;
    one.then_some((head, row, tail))
}

/// The table that a statement puts rows into, where it reads none.
fn filled(sql: &str) -> Option<&str> {
    let table = sql.strip_prefix("INSERT INTO ")?.split(' ').next()?;
    (!sql.contains("SELECT")).then_some(table)
}

fn joined(mut group: Vec<Rendered>) -> Option<Rendered> {
    if group.len() < 2 {
        return group.pop();
    }
    let (mut parts, mut args) = (Vec::new(), Vec::new());
    for (nth, out) in group.into_iter().enumerate() {
        parts.push(format!("p{nth} AS ({})", renumbered(&out.sql, args.len())));
        args.extend(out.args);
    }
    // what a WITH writes is written, whether or not anything is asked of it
    Some(Rendered { sql: format!("WITH {} SELECT WHERE FALSE", parts.join(", ")).into(), args })
}

/// A text whose placeholders come `by` later.
fn renumbered(sql: &str, by: usize) -> String {
    let mut parts = sql.split('$');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_at(part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len()));
        Dialect::Postgres.mark(number.parse().unwrap_or(0) + by, &mut all);
        all.push_str(rest);
    }
    all
}

impl Drop for Writing {
    /// Closes a connection whose transaction was let go of before its end.
    fn drop(&mut self) {
        if self.begun {
            self.client.take().map(Object::take);
        }
    }
}

pub(crate) async fn migrate(pool: &Pool, rooms: &[Migrations], now: At) -> Result<()> {
    let mut client = get(&pool.writes).await?;
    let tx = client.transaction().await.map_err(problem)?;
    // Copies that start together wait for each other here.
    tx.batch_execute("SELECT pg_advisory_xact_lock(7236543)").await.map_err(problem)?;
    tx.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {}", pool.schema)).await.map_err(problem)?;
    migrate::postgres(&tx, rooms, now).await?;
    tx.commit().await.map_err(problem)
}

fn given(out: &Rendered) -> Vec<Given<'_>> {
    out.args.iter().map(Given).collect()
}

fn refs<'a>(given: &'a [Given<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    given.iter().map(|one| -> &(dyn ToSql + Sync) { one }).collect()
}

fn values(row: &tokio_postgres::Row) -> Result<Vec<Value>> {
    let broken = |e| Problem::broken("reading a column", e);
    row.columns()
        .iter()
        .enumerate()
        .map(|(n, column)| {
            Ok(match *column.type_() {
                Type::INT8 => row.try_get::<_, Option<i64>>(n).map_err(broken)?.into(),
                Type::INT4 => row.try_get::<_, Option<i32>>(n).map_err(broken)?.map(i64::from).into(),
                Type::FLOAT8 => row.try_get::<_, Option<f64>>(n).map_err(broken)?.into(),
                Type::BOOL => row.try_get::<_, Option<bool>>(n).map_err(broken)?.into(),
                Type::TEXT | Type::VARCHAR | Type::NAME => {
                    row.try_get::<_, Option<String>>(n).map_err(broken)?.into()
                }
                Type::UUID => row.try_get::<_, Option<uuid::Uuid>>(n).map_err(broken)?.into(),
                Type::JSONB => row.try_get::<_, Option<serde_json::Value>>(n).map_err(broken)?.into(),
                ref other => {
                    return Err(Problem::broken(
                        "reading a column",
                        format!("{other} is not in the contract"),
                    ));
                }
            })
        })
        .collect()
}

#[derive(Debug)]
struct Given<'a>(&'a Value);

impl ToSql for Given<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self.0, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Bool(v), _) => v.to_sql_checked(ty, out),
            (Value::Int(v), &Type::INT4) => i32::try_from(*v)?.to_sql_checked(ty, out),
            (Value::Int(v), _) => v.to_sql_checked(ty, out),
            (Value::Real(v), _) => v.to_sql_checked(ty, out),
            (Value::Text(v), _) => v.to_sql_checked(ty, out),
            (Value::Uuid(v), _) => v.to_sql_checked(ty, out),
            (Value::Json(v), _) => v.to_sql_checked(ty, out),
            (Value::List(values), &(Type::UUID_ARRAY | Type::INT8_ARRAY | Type::TEXT_ARRAY)) => {
                values.iter().map(Given).collect::<Vec<_>>().to_sql(ty, out)
            }
            (Value::List(_), _) => Err("a list stands only in {list:n}".into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn unavailable(e: impl Error + Send + Sync + 'static) -> Problem {
    Problem::Unavailable(Broken { doing: "reaching the database", cause: e.into() })
}

/// What the server said, without what it says of a row: its detail repeats values, and so do its words about a value
/// that it cannot read (class 22).
#[derive(Debug)]
struct Said {
    code: SqlState,
    words: String,
}

impl Said {
    fn new(e: &DbError) -> Said {
        let code = e.code().clone();
        let words = if code.code().starts_with("22") { "a value cannot be taken" } else { e.message() };
        Said { words: words.to_owned(), code }
    }
}

impl Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.words, self.code.code())
    }
}

impl Error for Said {}

fn lost_a_race(problem: &Problem) -> bool {
    let Problem::Broken(broken) = problem else { return false };
    broken.cause.downcast_ref::<Said>().is_some_and(|said| {
        [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(&said.code)
    })
}

pub(crate) fn problem(e: tokio_postgres::Error) -> Problem {
    let Some(db) = e.as_db_error() else {
        let lost = e.is_closed() || e.source().is_some_and(<dyn Error>::is::<std::io::Error>);
        return if lost { unavailable(e) } else { Problem::broken("asking the database", e) };
    };
    let class = db.code().code().get(..2).unwrap_or_default();
    if *db.code() == SqlState::UNIQUE_VIOLATION {
        return Refusal::new("taken").with("index", db.constraint().unwrap_or_default()).into();
    }
    if class == "08" || db.code().code().starts_with("57P") || *db.code() == SqlState::DISK_FULL {
        return unavailable(Said::new(db));
    }
    Problem::broken("asking the database", Said::new(db))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(sql: &str, args: &[i64]) -> Rendered {
        Rendered { sql: sql.into(), args: args.iter().map(|&n| Value::Int(n)).collect() }
    }

    #[test]
    fn rows_for_different_tables_go_together() {
        let all = together(vec![
            waits("INSERT INTO a (x, y) VALUES ($1, $2)", &[1, 2]),
            waits("INSERT INTO b (x) VALUES ($1) ON CONFLICT (x) DO NOTHING", &[3]),
            waits("INSERT INTO a (x, y) VALUES ($2, $1)", &[4, 5]),
            waits("UPDATE a SET x = $1", &[6]),
            waits("INSERT INTO b (x) SELECT x FROM a", &[]),
            waits("INSERT INTO c (x) VALUES ($1)", &[7]),
        ]);
        let texts: Vec<&str> = all.iter().map(|out| &*out.sql).collect();
        assert_eq!(
            texts,
            [
                "WITH p0 AS (INSERT INTO a (x, y) VALUES ($1, $2)), \
                 p1 AS (INSERT INTO b (x) VALUES ($3) ON CONFLICT (x) DO NOTHING) SELECT WHERE FALSE",
                "INSERT INTO a (x, y) VALUES ($2, $1)",
                "UPDATE a SET x = $1",
                "INSERT INTO b (x) SELECT x FROM a",
                "INSERT INTO c (x) VALUES ($1)",
            ]
        );
        assert_eq!(all.first().map(|out| out.args.len()), Some(3));
    }

    #[test]
    fn rows_for_one_table_go_together() {
        let row = |n| waits("INSERT INTO a (x, y) VALUES ($1, $2) ON CONFLICT DO NOTHING", &[n, -n]);
        let mut all: Vec<Rendered> = (0..22).map(row).collect();
        all.extend(
            [1, 2].map(|n| waits("INSERT INTO a (x) VALUES ($1) ON CONFLICT (x) DO UPDATE SET x = 1", &[n])),
        );
        let all = together(all);
        let args: Vec<usize> = all.iter().map(|out| out.args.len()).collect();
        assert_eq!(args, [32, 8, 2, 2, 1, 1]);
        assert_eq!(
            &*all[1].sql,
            "INSERT INTO a (x, y) VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8) ON CONFLICT DO NOTHING"
        );
        assert!(matches!(all[1].args[..], [Value::Int(16), Value::Int(-16), Value::Int(17), ..]));
    }

    #[tokio::test]
    async fn a_connection_is_not_waited_for_without_end() {
        let Ok(url) = std::env::var("LINLI_TEST_DATABASE_URL") else { return };
        let pool = Pool::with(&url, "public", 1, Duration::from_millis(50)).await.unwrap();
        let held = get(&pool.writes).await.unwrap();
        assert!(matches!(get(&pool.writes).await, Err(Problem::Unavailable(_))));
        drop(held);
        drop(get(&pool.writes).await.unwrap());
    }
}
