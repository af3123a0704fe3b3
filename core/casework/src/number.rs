use crate::{Casework, rules::number_of, store};
use linli_authz::Scope;
use linli_base::{Day, Result};
use linli_store::{Query, args};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Mutex;

/// The most numbers that a copy takes at once.
const MOST: i64 = 64;

/// Numbers that this copy has taken from a day's counter and not given yet: the next one, how many are left, and how
/// many it took. Each time it takes twice as many, so that a quiet day has no gaps and a busy one no queue.
#[derive(Clone, Default)]
pub(crate) struct Numbers(Arc<Mutex<BTreeMap<Day, Block>>>);

#[derive(Clone, Copy, Default)]
struct Block {
    next: i64,
    left: i64,
    took: i64,
}

impl Casework {
    /// The next number of a day.
    pub(crate) async fn number(&self, day: Day) -> Result<String> {
        let mut numbers = self.numbers.0.lock().await;
        let block = numbers.get(&day).copied().unwrap_or_default();
        let block = if block.left > 0 {
            block
        } else {
            let took = (block.took * 2).clamp(1, MOST);
            Block { next: self.take_numbers(day, took).await?, left: took, took }
        };
        // only today's, and yesterday's for whoever was late over midnight
        numbers.retain(|kept, _| kept.0 >= day.0 - 1);
        numbers.insert(day, Block { next: block.next + 1, left: block.left - 1, ..block });
        Ok(number_of(day, block.next))
    }

    /// Takes so many numbers of a day at once; answers the first.
    pub async fn take_numbers(&self, day: Day, many: i64) -> Result<i64> {
        let scope = Scope::system("number a case");
        let taken: store::NumberRow = self
            .db
            .write(async move |tx| tx.one(&store::NEXT_NUMBERS, &scope, args![day, many]).await)
            .await?;
        Ok(taken.number - many + 1)
    }
}
