//! Signing in with a code that is sent to the phone.

use super::{
    actions::{begin, failed, to_newest_key},
    rules::{self, CODE_GAP_MS, CODE_MS, CODE_TRIES, CODES_PER_ADDRESS, CODES_PER_PHONE, Sends},
    store::{self, AccountRow, CodeRow, CodeSentRow, SendsRow},
};
use crate::{
    Came, NewSession, OrgState,
    keys::{self, store::MOVE_CODE},
};
use linli_base::{At, Phone, Problem, Result};
use linli_notify::{Address, Kind, Message};
use linli_store::{Query, Tx, args};
use subtle::ConstantTimeEq;

/// Sends a code to the phone in the words made from it, where an account has the phone; the answer is the same where
/// none has. Too many: within a
/// minute of the last, or beyond the hour's number for the phone or the address.
pub async fn send_code(
    org: &OrgState,
    phone: &Phone,
    came: &Came,
    words: impl FnOnce(&str) -> String,
) -> Result<()> {
    let now = org.world.now();
    let (lookup, lookups) = (org.keys.lookup(phone.digits()), org.keys.lookups(phone.digits()));
    let mut random = [0; 8];
    org.world.ids.fill(&mut random);
    let code = rules::code(random);
    let digest = org.keys.token_digest(&bound(phone, &code));
    let (address, others) = (came.address.clone(), lookups.clone());
    let noted = org.db.write(async move |tx: &mut Tx<'_>| {
        if let Some(address) = &address {
            note_sender(tx, address, now).await?;
        }
        to_newest_key(tx, &MOVE_CODE, &lookup, &others).await?;
        note_code(tx, &lookup, &digest, now).await
    });
    noted.await?;
    let account: Option<AccountRow> =
        org.db.read().maybe(&store::ACCOUNT, &store::scope(), args![keys::any(lookups)]).await?;
    if account.is_some() {
        // Not awaited: how long it takes must not tell that there is an account.
        let notify = org.notify.clone();
        let message = Message { to: Address::Phone(phone.clone()), kind: Kind::Code, text: words(&code) };
        tokio::spawn(async move {
            if let Err(problem) = notify.send(&message).await {
                tracing::error!(%problem, "a one-time code could not be sent");
            }
        });
    }
    Ok(())
}

async fn note_sender(tx: &mut Tx<'_>, address: &str, now: At) -> Result<()> {
    let scope = store::scope();
    let row: SendsRow = tx.one(&store::LOCK_SENDER, &scope, args![address]).await?;
    let before = Sends { count: row.sends, from: row.sends_from };
    let sends = Sends::and_another(Some(before), CODES_PER_ADDRESS, now).map_err(too_many)?;
    tx.run(&store::SET_SENDER, &scope, args![address, sends.count, sends.from]).await?;
    Ok(())
}

async fn note_code(tx: &mut Tx<'_>, lookup: &str, digest: &str, now: At) -> Result<()> {
    let scope = store::scope();
    let row: CodeSentRow = tx.one(&store::LOCK_CODE, &scope, args![lookup]).await?;
    let gap = row.sent_at.0 + CODE_GAP_MS - now.0;
    if gap > 0 {
        return Err(too_many(gap));
    }
    let before = Sends { count: row.sends, from: row.sends_from };
    let sends = Sends::and_another(Some(before), CODES_PER_PHONE, now).map_err(too_many)?;
    let set = args![lookup, digest, now, now.plus_ms(CODE_MS), sends.count, sends.from];
    tx.run(&store::SET_CODE, &scope, set).await?;
    Ok(())
}

fn too_many(wait_ms: i64) -> Problem {
    Problem::TooMany { retry_after_s: wait_ms.div_euclid(1000) + 1 }
}

/// Bound to the phone, with our key: six digits alone could be tried out against a stolen table.
fn bound(phone: &Phone, code: &str) -> String {
    format!("{code} {}", phone.digits())
}

/// Signs in with the last code sent to the phone. Refusal: `code_wrong`, also where it is used up, too old, or was
/// never sent because no account has the phone.
pub async fn with_code(org: &OrgState, phone: &Phone, code: &str, came: Came) -> Result<NewSession> {
    let now = org.world.now();
    let (lookup, lookups) = (org.keys.lookup(phone.digits()), org.keys.lookups(phone.digits()));
    let (key, given) = (lookup.clone(), org.keys.token_digests(&bound(phone, code)));
    let person = org.db.write(async move |tx: &mut Tx<'_>| {
        let scope = store::scope();
        to_newest_key(tx, &MOVE_CODE, &key, &lookups).await?;
        let sent: Option<CodeRow> = tx.maybe(&store::TRY_CODE, &scope, args![key.as_str()]).await?;
        let right = sent.is_some_and(|sent| {
            let same = given.iter().any(|given| bool::from(sent.digest.as_bytes().ct_eq(given.as_bytes())));
            same && now < sent.expires_at && sent.tries <= CODE_TRIES
        });
        if !right {
            return Ok(None);
        }
        tx.run(&store::USE_CODE, &scope, args![key.as_str()]).await?;
        let account: Option<AccountRow> =
            tx.maybe(&store::ACCOUNT, &scope, args![keys::any(lookups.clone())]).await?;
        Ok(account.map(|account| account.id))
    });
    match person.await? {
        Some(person) => begin(org, person, lookup, came, "code").await,
        None => {
            failed(org, "code", &lookup, None, false).await?;
            Err(Problem::refused("code_wrong"))
        }
    }
}
