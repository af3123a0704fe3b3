//! Time-based one-time passwords (RFC 6238 over RFC 4226): HMAC-SHA-1, six digits, steps of 30 seconds. Pure.

use hmac::{Hmac, KeyInit, Mac};
use linli_base::At;
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// Bytes of a secret: as long as what SHA-1 makes (RFC 4226 §4).
pub(crate) const SECRET_BYTES: usize = 20;
const STEP_MS: i64 = 30_000;

/// The code of a secret for a time step.
pub(crate) fn code(secret: &[u8], step: i64) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = digest.last().map_or(0, |last| usize::from(last & 0xf));
    let four = digest.iter().skip(offset).take(4);
    let number = four.fold(0_u64, |number, byte| number << 8 | u64::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The step of this code, where it is the secret's for now, the step before or the one after, and later than `last`.
pub(crate) fn step_of(secret: &[u8], typed: &str, last: i64, now: At) -> Option<i64> {
    let here = now.0.div_euclid(STEP_MS);
    [here, here - 1, here + 1]
        .into_iter()
        .filter(|step| *step > last)
        .find(|step| bool::from(code(secret, *step).as_bytes().ct_eq(typed.as_bytes())))
}

/// Base 32 as authenticators read it (RFC 4648, without padding).
pub(crate) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letter = |bits: u32| {
        usize::try_from(bits & 31).ok().and_then(|at| LETTERS.get(at)).copied().map_or('A', char::from)
    };
    let (mut out, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        (held, bits) = (held << 8 | u32::from(*byte), bits + 8);
        while bits >= 5 {
            bits -= 5;
            out.push(letter(held >> bits));
        }
        held &= 31;
    }
    if bits > 0 {
        out.push(letter(held << (5 - bits)));
    }
    out
}

/// The bytes of a base 32 text; `None` where it is none.
pub(crate) fn unbase32(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for c in text.chars() {
        let value = match c {
            'A'..='Z' => u32::from(c) - u32::from('A'),
            '2'..='7' => u32::from(c) - u32::from('2') + 26,
            _ => return None,
        };
        (held, bits) = (held << 5 | value, bits + 5);
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
        held &= 0xff;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B, SHA-1, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000_i64, "353130"),
        ] {
            assert_eq!(code(SECRET, seconds / 30), wanted, "{seconds}");
        }
    }

    #[test]
    fn a_code_serves_once_and_for_its_neighbours() {
        let now = At(1_111_111_109_000);
        let step = 1_111_111_109 / 30;
        assert_eq!(step_of(SECRET, "081804", 0, now), Some(step));
        assert_eq!(step_of(SECRET, "081804", 0, now.plus_ms(30_000)), Some(step));
        assert_eq!(step_of(SECRET, "081804", 0, now.plus_ms(60_000)), None);
        assert_eq!(step_of(SECRET, "081804", 0, now.plus_ms(-30_000)), Some(step));
        assert_eq!(step_of(SECRET, "081804", step, now), None, "once");
        assert_eq!(step_of(SECRET, "050471", step, now), Some(step + 1));
        assert_eq!(step_of(SECRET, "081804", step + 1, now), None, "nor after a later one");
    }

    #[test]
    fn base32_is_that_of_the_rfc() {
        // RFC 4648 §10
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(unbase32("mzxw"), None);
    }

    proptest! {
        #[test]
        fn base32_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(unbase32(&base32(&bytes)), Some(bytes));
        }
    }
}
