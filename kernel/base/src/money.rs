//! Money is whole fen; people read and write yuan.

/// Fen as people write yuan: `12`, `12.50`. Not for debts: nothing here is below zero.
pub fn yuan(fen: i64) -> String {
    if fen % 100 == 0 { (fen / 100).to_string() } else { format!("{}.{:02}", fen / 100, fen % 100) }
}

/// `12`, `12.5` or `12.50` yuan in fen; `None` for anything else, and from a thousand million yuan on.
pub fn fen(yuan: &str) -> Option<i64> {
    let (whole, rest) = yuan.split_once('.').unwrap_or((yuan, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || rest.len() > 2 || !digits(whole) || !digits(rest) {
        return None;
    }
    let (whole, rest): (i64, i64) = (whole.parse().ok()?, format!("{rest:0<2}").parse().ok()?);
    Some(whole * 100 + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_to_the_fen() {
        let read = ["25", "25.5", "0.05", "", "x", "-1", "1.234", "1e3", ".5"].map(fen);
        assert_eq!(read, [Some(2_500), Some(2_550), Some(5), None, None, None, None, None, None]);
        assert_eq!([2_500, 2_550, 5].map(yuan), ["25", "25.50", "0.05"]);
    }
}
