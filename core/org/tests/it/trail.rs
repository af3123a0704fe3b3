use crate::{
    browser::Browser,
    town::{ROOMS, Town},
};
use axum::http::StatusCode;
use linli_authz::{Actor, Role, Scope};
use linli_org::audit::{self, Entry, Flaw};
use linli_store::{Tx, args, statements};
use linli_testkit::{TestDb, db_test};
use serde_json::json;

const HOUR: i64 = 3_600_000;

statements! {
    CHANGE(unscoped "an intruder") = "UPDATE audit SET reason = $1 WHERE id = (SELECT id FROM audit WHERE act = 'phone.see' ORDER BY at, id LIMIT 1)";
    REMOVE(unscoped "an intruder") = "DELETE FROM audit WHERE id = (SELECT id FROM audit WHERE act = 'phone.see' ORDER BY at, id LIMIT 1)";
    PUT_IN(unscoped "an intruder") = "INSERT INTO audit (id, at, copy, person_id, post_id, org_id, act, subject_kind, subject_id, reason, detail, seal_day, seal_seq)
        SELECT $1, at, copy, person_id, post_id, org_id, 'session.begin', subject_kind, subject_id, NULL, detail, seal_day, seal_seq
        FROM audit WHERE seal_seq IS NOT NULL ORDER BY at, id LIMIT 1";
    DROP_SEAL(unscoped "an intruder") = "DELETE FROM audit_seal WHERE seq = 1";
    FORGE_SEAL(unscoped "an intruder") = "UPDATE audit_seal SET count = count + 1 WHERE seq = 2";
    EARLY(unscoped "an intruder") = "UPDATE audit_seal SET dropped_at = to_at WHERE seq = 1";
}

/// 周敏 looks at so many phones.
async fn looks(town: &Town, many: usize) {
    let (org, subject) = (town.org.clone(), town.org.world.ids.uuid(town.org.world.now()));
    let done = town.org.db.write(async move |tx: &mut Tx<'_>| {
        for nth in 0..many {
            let reason = format!("第 {nth} 次核对");
            let entry = Entry {
                copy: "test",
                actor: &Actor::System("a test"),
                act: "phone.see",
                subject_kind: "cases",
                subject: Some(subject),
                reason: Some(&reason),
                detail: json!({ "number": "260929-0001", "按": "电话", "n": nth }),
            };
            audit::audit(tx, &org.world, &entry).await?;
        }
        Ok(())
    });
    done.await.unwrap();
}

async fn sealed(db: TestDb) -> Town {
    let town = Town::new(db).await;
    looks(&town, 501).await;
    town.clock.advance_ms(HOUR);
    assert_eq!(audit::seal(&town.org.db, town.org.world.now()).await.unwrap(), 501);
    town.clock.advance_ms(24 * HOUR);
    looks(&town, 3).await;
    town.clock.advance_ms(HOUR);
    assert_eq!(audit::seal(&town.org.db, town.org.world.now()).await.unwrap(), 3);
    assert_eq!(audit::verify(&town.org.db).await.unwrap(), []);
    town
}

async fn intrude(
    town: &Town,
    statement: &'static linli_store::Stmt,
    args: Vec<linli_store::Value>,
) -> Vec<(i64, Flaw)> {
    let done = town
        .org
        .db
        .write(async move |tx: &mut Tx<'_>| tx.run(statement, &Scope::system("an intruder"), &args).await);
    assert!(done.await.unwrap() > 0, "{}", statement.name);
    let found = audit::verify(&town.org.db).await.unwrap();
    found.into_iter().map(|flawed| (flawed.seq, flawed.flaw)).collect()
}

#[db_test(ROOMS)]
async fn a_row_that_was_changed_is_found(db: TestDb) {
    let town = sealed(db).await;
    assert_eq!(intrude(&town, &CHANGE, args!["没有看过"].to_vec()).await, [(1, Flaw::Rows)]);
}

#[db_test(ROOMS)]
async fn a_row_that_was_removed_is_found(db: TestDb) {
    let town = sealed(db).await;
    assert_eq!(intrude(&town, &REMOVE, Vec::new()).await, [(1, Flaw::Rows)]);
}

#[db_test(ROOMS)]
async fn a_row_that_was_put_in_is_found(db: TestDb) {
    let town = sealed(db).await;
    let id = town.org.world.ids.uuid(town.org.world.now());
    assert_eq!(intrude(&town, &PUT_IN, args![id].to_vec()).await, [(1, Flaw::Rows)]);
}

#[db_test(ROOMS)]
async fn a_seal_that_is_gone_or_forged_is_found(db: TestDb) {
    let town = sealed(db).await;
    // 501 rows made two seals on the first day; the second day's began at 1 again, over the last of the first
    let forged = intrude(&town, &FORGE_SEAL, Vec::new()).await;
    assert_eq!(forged, [(2, Flaw::Chain)]);
    let gone = intrude(&town, &DROP_SEAL, Vec::new()).await;
    assert!(gone.contains(&(2, Flaw::Gap)) && gone.contains(&(1, Flaw::Missing)), "{gone:?}");
}

#[db_test(ROOMS)]
async fn rows_are_kept_for_half_a_year_and_then_only_their_seal(db: TestDb) {
    let town = sealed(db).await;
    town.clock.advance_ms(180 * 24 * HOUR);
    assert_eq!(audit::drop_old(&town.org.db, &town.org.world).await.unwrap(), 0);
    town.clock.advance_ms(10 * 24 * HOUR);
    assert_eq!(audit::drop_old(&town.org.db, &town.org.world).await.unwrap(), 504);
    town.clock.advance_ms(HOUR);
    audit::seal(&town.org.db, town.org.world.now()).await.unwrap();
    assert_eq!(audit::verify(&town.org.db).await.unwrap(), []);
    let flawed = intrude(&town, &EARLY, Vec::new()).await;
    assert!(flawed.contains(&(1, Flaw::Early)), "{flawed:?}");
}

#[db_test(ROOMS)]
async fn sealing_twice_at_once_forks_nothing(db: TestDb) {
    let town = Town::new(db).await;
    looks(&town, 40).await;
    town.clock.advance_ms(HOUR);
    let now = town.org.world.now();
    let (one, two) = tokio::join!(audit::seal(&town.org.db, now), audit::seal(&town.org.db, now));
    // on PostgreSQL the second may find its number taken; then its job is run again
    assert!(one.is_ok() || two.is_ok());
    audit::seal(&town.org.db, now).await.unwrap();
    assert_eq!(audit::verify(&town.org.db).await.unwrap(), []);
}

/// 周敏's post has the roles and nothing else; what she does is done in pages.
#[db_test(ROOMS)]
async fn an_auditor_reads_what_was_done_in_plain_words(db: TestDb) {
    let town = Town::new(db).await;
    let zhou = town.staff("周敏", 1, town.fangyuan_office, &[Role::Clerk]).await;
    town.staff("郑安", 2, town.city_desk, &[Role::SecurityAdmin]).await;
    town.staff("何审", 3, town.city_desk, &[Role::AuditAdmin]).await;
    let (mut clerk, mut security, mut auditor) =
        (Browser::new(&town), Browser::new(&town), Browser::new(&town));
    clerk.sign_in("13800000001").await;
    clerk.get("/sign-in").await;
    clerk.post("/sign-in", &[("phone", "13800000001"), ("password", "不是这一句呀")]).await;
    security.sign_in("13800000002").await;
    assert_eq!(security.to, "/security");
    let roles = format!("/posts/{}/roles", zhou.post);
    security.get(&roles).await;
    let given = [("roles", "clerk"), ("roles", "caller")];
    assert_eq!(security.post(&roles, &given).await, StatusCode::SEE_OTHER);
    assert_eq!(security.get("/audit").await, StatusCode::FORBIDDEN);
    assert_eq!(clerk.get("/areas").await, StatusCode::SEE_OTHER, "who may do something else signs in again");

    town.clock.advance_ms(60_000);
    audit::seal(&town.org.db, town.org.world.now()).await.unwrap();
    auditor.sign_in("13800000003").await;
    assert_eq!(auditor.to, "/audit");
    assert_eq!(auditor.get("/audit").await, StatusCode::OK);
    assert!(auditor.says("[role=status]").contains("完整"), "{}", auditor.says("[role=status]"));
    let lines = auditor.says("main ol li");
    assert!(lines.contains("郑安 把方圆街道办事处工作人员的授权从“受理派单”改为“受理派单、回访”"), "{lines}");
    assert!(lines.contains("未登录的人 登录失败"), "{lines}");
    assert!(!lines.contains("13800000001") && !auditor.text.contains("13800000001"));
    auditor.get("/audit?who=%E9%83%91%E5%AE%89&act=post.roles").await;
    assert_eq!(auditor.says("main ol li strong"), "郑安");
    auditor.get("/audit?act=audit.search").await;
    assert!(auditor.says("main ol li").contains("何审 查了审计记录"));
    auditor.get("/audit").await;
    assert_eq!(auditor.post("/audit/verify", &[]).await, StatusCode::OK);
    assert!(auditor.says("[role=status]").contains("一条不差"));
    auditor.get("/audit.csv?act=post.roles").await;
    assert!(auditor.text.starts_with("\u{feff}时间,谁"), "{}", auditor.text);
    assert!(auditor.text.contains("post.roles"));
    auditor.get("/audit?act=audit.export").await;
    assert!(auditor.says("main ol li").contains("导出了 1 条审计记录"));
    for path in ["/areas", "/orgs", "/security", &roles] {
        assert_eq!(auditor.get(path).await, StatusCode::FORBIDDEN, "{path}");
    }
    auditor.cookies.insert("lang".to_owned(), "en".to_owned());
    auditor.get("/audit?act=post.roles").await;
    assert!(auditor.says("main ol li").contains("changed the roles of"));
    town.clock.advance_ms(15 * 60_000 - 1);
    auditor.get("/audit").await;
    town.clock.advance_ms(15 * 60_000 - 1);
    auditor.get("/audit").await;
    auditor.get("/audit.csv").await;
    assert_eq!(auditor.status, StatusCode::OK);
    town.clock.advance_ms(120_000);
    auditor.get("/audit.csv").await;
    assert_eq!(auditor.to, "/prove?back=/audit.csv", "a file asks again after half an hour");
}
