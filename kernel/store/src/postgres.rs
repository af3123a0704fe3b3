//! A pool of connections; each write on its own, re-run where the server asks for it.

use crate::{Migrations, Tx, Value, migrate, render::Rendered};
use deadpool_postgres::{Manager, ManagerConfig, Object, RecyclingMethod, Transaction};
use linli_base::{At, Broken, Problem, Refusal, Result};
use std::{error::Error, str::FromStr};
use tokio_postgres::{
    NoTls,
    error::SqlState,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

/// How often a write is re-run that lost a race.
const TRIES: usize = 5;
const CONNECTIONS: usize = 16;

#[derive(Clone)]
pub(crate) struct Pool {
    pool: deadpool_postgres::Pool,
    schema: String,
}

impl Pool {
    pub async fn open(url: &str, schema: &str) -> Result<Pool> {
        let sound = !schema.is_empty()
            && schema.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !sound {
            return Err(Refusal::new("schema_name").with("schema", schema).into());
        }
        let mut config =
            tokio_postgres::Config::from_str(url).map_err(|e| Problem::broken("reading DATABASE_URL", e))?;
        config.options(format!("-c search_path={schema} -c timezone=UTC"));
        let manager =
            Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(CONNECTIONS)
            .build()
            .map_err(|e| Problem::broken("opening the database", e))?;
        let opened = Pool { pool, schema: schema.to_owned() };
        drop(opened.get().await?);
        Ok(opened)
    }

    async fn get(&self) -> Result<Object> {
        self.pool.get().await.map_err(unavailable)
    }

    pub async fn read(&self, out: &Rendered) -> Result<Vec<Vec<Value>>> {
        let client = self.get().await?;
        let stmt = client.prepare_cached(&out.sql).await.map_err(problem)?;
        let given = given(out);
        let rows = client.query(&stmt, &refs(&given)).await.map_err(problem)?;
        rows.iter().map(values).collect()
    }

    pub async fn drop_schema(&self) -> Result<()> {
        let sql = format!("DROP SCHEMA {} CASCADE", self.schema);
        self.get().await?.batch_execute(&sql).await.map_err(problem)
    }

    pub async fn prepares(&self, sql: &str) -> Result<()> {
        self.get().await?.prepare(sql).await.map(|_| ()).map_err(problem)
    }
}

pub(crate) async fn write<R, F>(pool: &Pool, f: F) -> Result<R>
where
    F: AsyncFn(&mut Tx<'_>) -> Result<R>,
{
    let mut tries = 0;
    loop {
        tries += 1;
        let mut client = pool.get().await?;
        let tx = client.transaction().await.map_err(problem)?;
        let result = f(&mut Tx::postgres(&tx)).await;
        let result = match result {
            Ok(done) => tx.commit().await.map(|()| done).map_err(problem),
            Err(e) => {
                let _ = tx.rollback().await;
                Err(e)
            }
        };
        match result {
            Err(e) if tries < TRIES && lost_a_race(&e) => {}
            other => return other,
        }
    }
}

pub(crate) async fn migrate(pool: &Pool, rooms: &[Migrations], now: At) -> Result<()> {
    let mut client = pool.get().await?;
    let tx = client.transaction().await.map_err(problem)?;
    // Copies that start together wait for each other here.
    tx.batch_execute("SELECT pg_advisory_xact_lock(7236543)").await.map_err(problem)?;
    tx.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {}", pool.schema)).await.map_err(problem)?;
    migrate::postgres(&tx, rooms, now).await?;
    tx.commit().await.map_err(problem)
}

pub(crate) async fn run(tx: &Transaction<'_>, out: &Rendered) -> Result<u64> {
    let stmt = tx.prepare_cached(&out.sql).await.map_err(problem)?;
    let given = given(out);
    tx.execute(&stmt, &refs(&given)).await.map_err(problem)
}

pub(crate) async fn rows(tx: &Transaction<'_>, out: &Rendered) -> Result<Vec<Vec<Value>>> {
    let stmt = tx.prepare_cached(&out.sql).await.map_err(problem)?;
    let given = given(out);
    let rows = tx.query(&stmt, &refs(&given)).await.map_err(problem)?;
    rows.iter().map(values).collect()
}

fn given(out: &Rendered) -> Vec<Given> {
    out.args.iter().cloned().map(Given).collect()
}

fn refs(given: &[Given]) -> Vec<&(dyn ToSql + Sync)> {
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
struct Given(Value);

impl ToSql for Given {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (&self.0, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Bool(v), _) => v.to_sql_checked(ty, out),
            (Value::Int(v), &Type::INT4) => i32::try_from(*v)?.to_sql_checked(ty, out),
            (Value::Int(v), _) => v.to_sql_checked(ty, out),
            (Value::Real(v), _) => v.to_sql_checked(ty, out),
            (Value::Text(v), _) => v.to_sql_checked(ty, out),
            (Value::Uuid(v), _) => v.to_sql_checked(ty, out),
            (Value::Json(v), _) => v.to_sql_checked(ty, out),
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

fn lost_a_race(problem: &Problem) -> bool {
    let Problem::Broken(broken) = problem else { return false };
    let code = broken.cause.downcast_ref::<tokio_postgres::Error>().and_then(tokio_postgres::Error::code);
    code.is_some_and(|code| {
        *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
    })
}

pub(crate) fn problem(e: tokio_postgres::Error) -> Problem {
    if e.is_closed()
        || e.code().is_some_and(|code| code.code().starts_with("57P") || code.code().starts_with("08"))
    {
        return unavailable(e);
    }
    if let Some(db) = e.as_db_error() {
        if *db.code() == SqlState::UNIQUE_VIOLATION {
            return Refusal::new("taken").with("index", db.constraint().unwrap_or_default()).into();
        }
        if *db.code() == SqlState::DISK_FULL {
            return unavailable(e);
        }
    }
    Problem::broken("asking the database", e)
}
