use crate::Problem;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

/// Where a list goes on: the sort key and id of the last row shown. Opaque to clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The value sorted by, of the last row.
    pub key: i64,
    /// Its id, which breaks ties.
    pub id: Uuid,
}

impl Cursor {
    /// As it stands in a link.
    pub fn encode(&self) -> String {
        let mut bytes = self.key.to_be_bytes().to_vec();
        bytes.extend_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a link's cursor. Flaw: `cursor`.
    pub fn decode(text: &str) -> Result<Cursor, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        let read = || {
            let (key, id) = bytes.split_first_chunk::<8>()?;
            Some(Cursor { key: i64::from_be_bytes(*key), id: Uuid::from_slice(id).ok()? })
        };
        read().ok_or_else(|| Problem::invalid("cursor", "cursor"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was() {
        let cursor = Cursor { key: -7, id: Uuid::from_u128(42) };
        assert_eq!(Cursor::decode(&cursor.encode()).unwrap(), cursor);
        assert!(Cursor::decode("nonsense").is_err());
    }
}
