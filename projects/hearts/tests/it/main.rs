//! The rooms of 连心, through the real actions, on both databases.
#![cfg(test)]

mod alliances;
mod browser;
mod claims;
mod orders;
mod pages;
mod programmes;
mod services;
mod street;
mod town;
mod volunteers;
mod wishes;

use linli_testkit::{TestDb, db_test, prepare_all};

#[db_test(street::ROOMS)]
async fn every_statement_prepares(db: TestDb) {
    prepare_all(&db, &linli_hearts::statements().collect::<Vec<_>>()).await;
}
