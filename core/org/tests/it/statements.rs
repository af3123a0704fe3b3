use crate::town::ROOMS;
use linli_testkit::{TestDb, db_test, prepare_all};

#[db_test(ROOMS)]
async fn every_statement_prepares(db: TestDb) {
    let statements: Vec<_> = linli_org::statements().collect();
    prepare_all(&db, &statements).await;
    assert_eq!(linli_store::lint(ROOMS, &statements), Vec::<String>::new());
}
