//! Passwords, lock-outs, one-time codes and sessions: what counts and for how long. Pure.

use linli_base::{At, Flaw, Ids, Phone};

const MINUTE_MS: i64 = 60_000;

/// Wrong passwords within [`TRY_WINDOW_MS`] that lock a phone.
pub const MAX_TRIES: i64 = 5;
/// Wrong passwords older than this no longer count.
pub const TRY_WINDOW_MS: i64 = 30 * MINUTE_MS;
/// How long a lock-out lasts.
pub const LOCK_MS: i64 = 30 * MINUTE_MS;

/// How long a one-time code holds.
pub const CODE_MS: i64 = 5 * MINUTE_MS;
/// Wrong tries that use a code up.
pub const CODE_TRIES: i64 = 5;
/// Between two codes to the same phone.
pub const CODE_GAP_MS: i64 = MINUTE_MS;
/// Codes to one phone within [`CODE_WINDOW_MS`].
pub const CODES_PER_PHONE: i64 = 6;
/// Codes asked for from one address within [`CODE_WINDOW_MS`]: a community's whole office may share one.
pub const CODES_PER_ADDRESS: i64 = 60;
/// The window of both.
pub const CODE_WINDOW_MS: i64 = 60 * MINUTE_MS;

/// A session of staff ends when it was not used for this long (GB/T 22239-2019 §8.1.4.1),
pub const STAFF_IDLE_MS: i64 = 15 * MINUTE_MS;
/// a resident's after this,
pub const IDLE_MS: i64 = 60 * MINUTE_MS;
/// and either in any case after this.
pub const SESSION_MS: i64 = 12 * 60 * MINUTE_MS;
/// A session's last use is written down at most this often.
pub const SEEN_EVERY_MS: i64 = MINUTE_MS;

/// Fewest characters of a password (NIST SP 800-63B asks for length, not for kinds of characters).
pub const PASSWORD_MIN: usize = 10;
/// A new password is none of so many before it.
pub const PASSWORDS_PAST: i64 = 5;
/// Most characters of a password: beyond it hashing is a way to keep us busy.
pub const PASSWORD_MAX: usize = 128;

/// Guessed first, and long enough to pass otherwise; compared in lower case.
const COMMON: [&str; 26] = [
    "1234567890",
    "0123456789",
    "12345678910",
    "9876543210",
    "1q2w3e4r5t",
    "qwertyuiop",
    "password12",
    "password123",
    "passw0rd123",
    "woaini1314",
    "woaini520520",
    "administrator",
    "1qaz2wsx3edc",
    "qazwsxedcrfv",
    "asdfghjkl;",
    "zxcvbnm,./",
    "abcdefghij",
    "abcd123456",
    "abc1234567",
    "a123456789",
    "aa123456789",
    "iloveyou520",
    "5201314520",
    "letmein123",
    "welcome123",
    "linli-2026",
];

/// Whether a new password will do. Flaws on `password`: `password_short` (`min`), `password_long` (`max`),
/// `password_phone` (it holds the phone's digits), `password_name` (it holds the name), `password_easy` (guessed
/// first, or fewer than four characters over and over).
pub fn password(text: &str, phone: Option<&Phone>, names: &[&str]) -> Result<(), Flaw> {
    let length = text.chars().count();
    if length < PASSWORD_MIN {
        return Err(Flaw::new("password", "password_short").with("min", PASSWORD_MIN));
    }
    if length > PASSWORD_MAX {
        return Err(Flaw::new("password", "password_long").with("max", PASSWORD_MAX));
    }
    if phone.is_some_and(|phone| text.contains(phone.digits())) {
        return Err(Flaw::new("password", "password_phone"));
    }
    let plain = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
    let holds = |name: &&str| name.chars().count() > 1 && plain(text).contains(&plain(name));
    if names.iter().any(holds) {
        return Err(Flaw::new("password", "password_name"));
    }
    let mut distinct: Vec<char> = text.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 4 || COMMON.contains(&text.to_lowercase().as_str()) {
        return Err(Flaw::new("password", "password_easy"));
    }
    Ok(())
}

/// The wrong passwords given for a phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// How many since `since`.
    pub failed: i64,
    /// The first that counts.
    pub since: At,
    /// Until when no password is looked at.
    pub locked_until: Option<At>,
}

impl Tries {
    /// Until when it is locked, where it is.
    pub fn locked(&self, now: At) -> Option<At> {
        self.locked_until.filter(|until| *until > now)
    }

    /// With one more wrong password; the fifth within the window locks.
    #[must_use]
    pub fn and_another(self, now: At) -> Tries {
        let stale =
            self.failed == 0 || self.since.plus_ms(TRY_WINDOW_MS) <= now || self.locked_until.is_some();
        let counted =
            if stale { Tries { failed: 1, since: now, locked_until: None } } else { self.one_more() };
        let full = counted.failed >= MAX_TRIES;
        Tries { locked_until: full.then(|| now.plus_ms(LOCK_MS)), ..counted }
    }

    fn one_more(self) -> Tries {
        Tries { failed: self.failed + 1, ..self }
    }
}

/// A count within a window that starts with the first: codes per phone, codes per address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sends {
    /// How many since `from`.
    pub count: i64,
    /// The first that counts.
    pub from: At,
}

impl Sends {
    /// With one more, or the milliseconds until one more is allowed.
    pub fn and_another(before: Option<Sends>, limit: i64, now: At) -> Result<Sends, i64> {
        match before {
            Some(sends) if sends.from.plus_ms(CODE_WINDOW_MS) > now => {
                if sends.count >= limit {
                    return Err(sends.from.0 + CODE_WINDOW_MS - now.0);
                }
                Ok(Sends { count: sends.count + 1, ..sends })
            }
            _ => Ok(Sends { count: 1, from: now }),
        }
    }
}

/// Six digits from random bytes, each equally likely to within one in 18 billion.
pub fn code(random: [u8; 8]) -> String {
    format!("{:06}", u64::from_le_bytes(random) % 1_000_000)
}

/// Whether what was typed can be a code at all: six digits, spaces forgiven. Flaw: `code_form`.
pub fn parse_code(text: &str) -> Result<String, Flaw> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(Flaw::new("code", "code_form"))
    }
}

/// Whether a session that may rest so long still holds.
pub fn session_alive(seen: At, ends: At, idle_ms: i64, now: At) -> bool {
    now < ends && now < seen.plus_ms(idle_ms)
}

/// What a session still asks for before it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// The code of the second factor.
    Code,
    /// Another password.
    Password,
    /// A second factor to be set up.
    Enrol,
}

impl Wants {
    /// The spelling in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Wants::Code => "code",
            Wants::Password => "password",
            Wants::Enrol => "enrol",
        }
    }

    /// Reads that spelling; anything else asks for a code, which is the safe way to be wrong.
    pub fn parse(name: &str) -> Wants {
        [Wants::Password, Wants::Enrol].into_iter().find(|wants| wants.name() == name).unwrap_or(Wants::Code)
    }

    /// What comes next. `second`: whether the code of the second factor was given, where there is one; `must`: there
    /// has to be one; `stale`: the password is to be changed.
    pub const fn next(second: Option<bool>, must: bool, stale: bool) -> Option<Wants> {
        match second {
            Some(false) => Some(Wants::Code),
            _ if stale => Some(Wants::Password),
            None if must => Some(Wants::Enrol),
            _ => None,
        }
    }
}

/// A password to be handed over: four groups of four, without letters that look alike.
pub fn made_password(ids: &dyn Ids) -> String {
    let mut bytes = [0; 16];
    ids.fill(&mut bytes);
    grouped(&bytes, 4)
}

/// Random bytes as letters and digits that cannot be mistaken, 5 bits each, in groups.
pub(crate) fn grouped(bytes: &[u8], group: usize) -> String {
    let mut out = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at % group == 0 {
            out.push('-');
        }
        out.push(ALPHABET.get(usize::from(byte % 32)).copied().map_or('0', char::from));
    }
    out
}

/// Crockford's base 32 in small letters.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(text: &str) -> Option<&'static str> {
        let phone = Phone::parse("phone", "13800005678").unwrap();
        password(text, Some(&phone), &["周敏", "Zhou Min"]).err().map(|flaw| flaw.code)
    }

    #[test]
    fn passwords_need_length_and_some_wit() {
        assert_eq!(refused("short"), Some("password_short"));
        assert_eq!(refused("13800005678"), Some("password_phone"));
        assert_eq!(refused("me13800005678"), Some("password_phone"));
        assert_eq!(refused("周敏的海边小屋有灯"), Some("password_short"));
        assert_eq!(refused("周敏的海边小屋一直有灯"), Some("password_name"));
        assert_eq!(refused("i am ZHOUMIN now"), Some("password_name"));
        assert_eq!(refused("QwertyUIOP"), Some("password_easy"));
        assert_eq!(refused("abababababab"), Some("password_easy"));
        assert_eq!(refused(&"长".repeat(129)), Some("password_long"));
        assert_eq!(refused("海边的路灯今晚亮了吗"), None);
        assert_eq!(refused("correct horse"), None);
    }

    #[test]
    fn nothing_is_whole_before_it_is_proven() {
        assert_eq!(Wants::next(Some(false), true, true), Some(Wants::Code));
        assert_eq!(Wants::next(Some(true), true, true), Some(Wants::Password));
        assert_eq!(Wants::next(None, true, false), Some(Wants::Enrol));
        assert_eq!(Wants::next(None, false, false), None);
        assert_eq!(Wants::parse("nonsense"), Wants::Code);
        for wants in [Wants::Code, Wants::Password, Wants::Enrol] {
            assert_eq!(Wants::parse(wants.name()), wants);
        }
    }

    #[test]
    fn five_wrong_ones_lock_for_half_an_hour() {
        let now = At(1_000_000);
        let four = (0..4).fold(Tries::default(), |tries, _| tries.and_another(now));
        assert_eq!(four.locked(now), None);
        let five = four.and_another(now);
        assert_eq!(five.locked(now), Some(now.plus_ms(LOCK_MS)));
        assert_eq!(five.locked(now.plus_ms(LOCK_MS)), None);
        let after = five.and_another(now.plus_ms(LOCK_MS));
        assert_eq!((after.failed, after.locked_until), (1, None));
    }

    proptest! {
        #[test]
        fn never_more_than_five_looked_at_in_any_window(gaps in prop::collection::vec(0..600_000_i64, 1..80)) {
            let (mut now, mut tries, mut looked) = (At(0), Tries::default(), Vec::new());
            for gap in gaps {
                now = now.plus_ms(gap);
                if tries.locked(now).is_none() {
                    tries = tries.and_another(now);
                    looked.push(now);
                }
            }
            // A window that starts with the first wrong one can touch the next: at most 4 before and 5 in it.
            for at in &looked {
                let within = looked.iter().filter(|t| **t >= *at && t.0 < at.0 + TRY_WINDOW_MS).count();
                prop_assert!(within <= 9);
            }
        }

        #[test]
        fn sends_stay_under_the_limit(gaps in prop::collection::vec(0..900_000_i64, 1..60), limit in 1..10_i64) {
            let (mut now, mut sends) = (At(0), None);
            for gap in gaps {
                now = now.plus_ms(gap);
                match Sends::and_another(sends, limit, now) {
                    Ok(next) => {
                        prop_assert!(next.count <= limit && next.from <= now);
                        sends = Some(next);
                    }
                    Err(wait) => {
                        prop_assert!(wait > 0);
                        let later = Sends::and_another(sends, limit, now.plus_ms(wait));
                        prop_assert!(later.is_ok());
                    }
                }
            }
        }

        #[test]
        fn codes_are_six_digits(random: [u8; 8]) {
            let made = code(random);
            prop_assert_eq!(parse_code(&made).unwrap(), made);
        }

        #[test]
        fn sessions_end(seen in 0..SESSION_MS, later in 0..2 * SESSION_MS) {
            let alive = session_alive(At(seen), At(SESSION_MS), IDLE_MS, At(later));
            prop_assert_eq!(alive, later < SESSION_MS && later < seen + IDLE_MS);
        }
    }
}
