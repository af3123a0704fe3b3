//! Hashing passwords with argon2id, off the runtime's threads and never more than two at once.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use linli_base::{Ids, Problem, Result};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Memory in KiB, passes and lanes: the OWASP password storage cheat sheet's second choice for argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// 2 × 19 MiB is what signing in may take of the memory that we hold ourselves to.
const AT_ONCE: usize = 2;
/// Of nobody's password, at our cost: what is checked where there is no account, so that it takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bGlubGktbm9ib2R5LTAwMQ$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Makes and checks password hashes (PHC strings). Cheap to clone; all clones share the two seats.
#[derive(Clone)]
pub struct Passwords {
    seats: Arc<Semaphore>,
    hashed: Arc<AtomicU64>,
}

impl Default for Passwords {
    fn default() -> Self {
        Passwords { seats: Arc::new(Semaphore::new(AT_ONCE)), hashed: Arc::default() }
    }
}

impl Passwords {
    /// How many hashes were computed, each at the same cost: who can tell by the time whether there is an account is
    /// told by this number too, and a test can compare it.
    pub fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    /// The hash to store, with a salt of its own.
    pub async fn hash(&self, password: String, ids: &dyn Ids) -> Result<String> {
        let mut salt = [0; 16];
        ids.fill(&mut salt);
        self.seated(move || {
            let made: Result<PasswordHash, _> = argon2()?.hash_password_with_salt(password.as_bytes(), &salt);
            Ok(made.map_err(|e| Problem::broken("hash a password", e.to_string()))?.to_string())
        })
        .await
    }

    /// Whether the password is the hash's. Without a hash it takes as long and is not.
    pub async fn check(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.seated(move || {
            let stored = hash.as_deref().unwrap_or(NOBODY);
            let parsed = PasswordHash::new(stored)
                .map_err(|e| Problem::broken("read a password hash", e.to_string()))?;
            Ok(argon2()?.verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some())
        })
        .await
    }

    async fn seated<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let seat = Arc::clone(&self.seats).acquire_owned().await;
        let seat = seat.map_err(|e| Problem::broken("wait for a seat to hash", e))?;
        self.hashed.fetch_add(1, Ordering::Relaxed);
        let done = spawn_blocking(move || {
            let done = work();
            drop(seat);
            done
        });
        done.await.map_err(|e| Problem::broken("hash a password", e))?
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None);
    let params = params.map_err(|e| Problem::broken("set the cost of a password", e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_base::SeededIds;

    #[tokio::test]
    async fn knows_its_own_and_nobody_elses() {
        let (passwords, ids) = (Passwords::default(), SeededIds::new(7));
        let hash = passwords.hash("海边的路灯今晚亮了吗".to_owned(), &ids).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.check("海边的路灯今晚亮了吗".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.check("海边的路灯今晚亮了".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.check("anything at all".to_owned(), None).await.unwrap());
        let cost = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(cost(NOBODY), cost(&hash), "nobody's is as dear");
    }
}
