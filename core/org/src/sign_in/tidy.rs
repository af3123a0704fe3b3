//! What a job clears away.

use super::{
    rules::{CODE_WINDOW_MS, TRY_WINDOW_MS},
    store,
};
use linli_base::{At, Result};
use linli_store::{Db, Tx, args};

/// Clears ended sessions, and the tries, codes and senders that no longer count. Safe to run at any time.
pub async fn tidy(db: &Db, now: At) -> Result<()> {
    let tidied = db.write(async move |tx: &mut Tx<'_>| {
        let scope = store::scope();
        tx.run(&store::TIDY_SESSIONS, &scope, args![now]).await?;
        tx.run(&store::TIDY_TRIES, &scope, args![now.plus_ms(-TRY_WINDOW_MS), now]).await?;
        tx.run(&store::TIDY_CODES, &scope, args![now.plus_ms(-CODE_WINDOW_MS)]).await?;
        tx.run(&store::TIDY_SENDERS, &scope, args![now.plus_ms(-CODE_WINDOW_MS)]).await?;
        Ok(())
    });
    tidied.await
}
