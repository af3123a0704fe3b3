use crate::{FromRow, Stmt, Value};
use linli_authz::Scope;
use linli_base::{Problem, Result};
use std::future::Future;

/// What can be asked: [`Read`](crate::Read) and [`Tx`](crate::Tx) both.
pub trait Query: Send {
    /// The rows as they come; use [`all`](Query::all).
    fn rows(
        &mut self,
        stmt: &Stmt,
        scope: &Scope,
        args: &[Value],
    ) -> impl Future<Output = Result<Vec<Vec<Value>>>> + Send;

    /// Whether it is within a write and so may see what nobody else does yet.
    fn writes(&self) -> bool {
        false
    }

    /// All rows.
    fn all<T: FromRow + Send>(
        &mut self,
        stmt: &Stmt,
        scope: &Scope,
        args: &[Value],
    ) -> impl Future<Output = Result<Vec<T>>> + Send {
        async move { self.rows(stmt, scope, args).await?.into_iter().map(T::from_row).collect() }
    }

    /// The row, or none; more than one is [`Problem::Broken`].
    fn maybe<T: FromRow + Send>(
        &mut self,
        stmt: &Stmt,
        scope: &Scope,
        args: &[Value],
    ) -> impl Future<Output = Result<Option<T>>> + Send {
        async move {
            let mut rows = self.rows(stmt, scope, args).await?;
            if rows.len() > 1 {
                return Err(Problem::broken(
                    "reading one row",
                    format!("{}: {} rows", stmt.name, rows.len()),
                ));
            }
            rows.pop().map(T::from_row).transpose()
        }
    }

    /// The row; none is [`Problem::NotFound`].
    fn one<T: FromRow + Send>(
        &mut self,
        stmt: &Stmt,
        scope: &Scope,
        args: &[Value],
    ) -> impl Future<Output = Result<T>> + Send {
        async move { self.maybe(stmt, scope, args).await?.ok_or(Problem::NotFound) }
    }
}
