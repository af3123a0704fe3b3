use crate::KeyRing;
use linli_base::{OsIds, Problem};
use proptest::prelude::*;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::LazyLock,
};
use tempfile::TempDir;
use uuid::Uuid;

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("linli.key");
    (folder, path)
}

fn open(path: &Path) -> Result<KeyRing, String> {
    KeyRing::open_or_create(path, &OsIds).map_err(|problem| problem.to_string())
}

fn append(path: &Path, line: &str) {
    fs::write(path, fs::read_to_string(path).unwrap() + line + "\n").unwrap();
}

/// `k2`, 32 bytes of zero.
const SECOND: &str = "k2 0000000000000000000000000000000000000000000000000000000000000000";

static RING: LazyLock<KeyRing> = LazyLock::new(|| KeyRing::from_secret([7; 32]));

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

proptest! {
    #[test]
    fn what_is_sealed_opens_for_its_row(text in ".{0,40}", row in uuid()) {
        let sealed = RING.seal(&text, row).unwrap();
        prop_assert!(sealed.starts_with("k1:"));
        prop_assert_eq!(RING.open(&sealed, row).unwrap(), text);
    }

    #[test]
    fn and_for_no_other(text in ".{0,40}", row in uuid(), other in uuid()) {
        prop_assume!(row != other);
        let problem = RING.open(&RING.seal(&text, row).unwrap(), other).unwrap_err();
        prop_assert!(matches!(problem, Problem::Broken(_)));
    }

    #[test]
    fn nor_when_one_character_changes(text in ".{0,40}", row in uuid(), place in any::<prop::sample::Index>()) {
        let sealed = RING.seal(&text, row).unwrap();
        let place = place.index(sealed.len());
        let new = if &sealed[place..=place] == "A" { "B" } else { "A" };
        let changed = format!("{}{new}{}", &sealed[..place], &sealed[place + 1..]);
        prop_assert!(RING.open(&changed, row).is_err());
    }

    #[test]
    fn no_nonce_serves_two_texts(one in ".{0,9}", two in ".{0,9}", row in uuid(), other in uuid()) {
        let nonce = |text: &str, row| RING.seal(text, row).unwrap()[3..35].to_owned();
        prop_assert_eq!(nonce(&one, row) == nonce(&two, other), one == two && row == other);
    }

    #[test]
    fn codes_are_eight_characters_of_crockford(case in uuid()) {
        let (code, key) = RING.code(case);
        prop_assert_eq!(code.len(), 8);
        prop_assert!(code.chars().all(|c| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(c)));
        prop_assert_eq!(RING.code_with(case, &key, None).unwrap(), code.clone());
        prop_assert!(RING.code_matches(case, &key, None, &code));
    }

    #[test]
    fn codes_are_forgiven_how_people_type(case in uuid()) {
        let (code, key) = RING.code(case);
        let typed = format!(" {}-{} ", &code[..4], &code[4..]).to_lowercase();
        prop_assert!(RING.code_matches(case, &key, None, &typed));
        prop_assert!(RING.code_matches(case, &key, None, &typed.replace('0', "o").replace('1', "l")));
        prop_assert!(RING.code_matches(case, &key, None, &code.replace('0', "O").replace('1', "I")));
        let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        prop_assert!(RING.code_matches(case, &key, None, &wide));
    }

    #[test]
    fn another_code_is_not_this_one(case in uuid(), other in uuid()) {
        let ((code, key), (strange, _)) = (RING.code(case), RING.code(other));
        prop_assert_eq!(RING.code_matches(case, &key, None, &strange), code == strange);
        prop_assert!(!RING.code_matches(case, &key, None, &code[1..]));
        prop_assert!(!RING.code_matches(case, &key, None, ""));
        prop_assert!(!RING.code_matches(case, "k9", None, &code));
        prop_assert!(RING.code_with(case, "k9", None).is_err());
    }
}

#[test]
fn the_first_start_makes_a_file_that_only_we_read() {
    let (_folder, path) = folder();
    let first = open(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let row = Uuid::from_u128(7);
    let sealed = first.seal("13800005678", row).unwrap();
    assert_eq!(open(&path).unwrap().open(&sealed, row).unwrap(), "13800005678");
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing else is left behind");
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let (_folder, path) = folder();
    open(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let problem = KeyRing::open_or_create(&path, &OsIds).unwrap_err();
    let Problem::Refused(refusal) = problem else { panic!("{problem}") };
    assert_eq!(refusal.code, "key_file_open");
    assert_eq!(refusal.args[1], ("mode", "640".to_owned()));
}

#[test]
fn a_file_that_is_no_key_file_is_refused_and_kept() {
    let (_folder, path) = folder();
    open(&path).unwrap();
    let good = fs::read_to_string(&path).unwrap();
    let refused = |text: &str, words: &str| {
        fs::write(&path, text).unwrap();
        let said = open(&path).unwrap_err();
        assert!(said.contains(words), "{said}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    };
    refused("", "holds no key");
    refused(good.trim_end().strip_suffix(|_: char| true).unwrap(), "line 2 is not a key");
    refused(&format!("{good}K:2 abc"), "line 3 is not a key");
    refused(&format!("{good}{}", SECOND.replace("k2", "k1")), "two keys with the id k1");
    let missing = path.with_file_name("no/such/folder");
    assert!(open(&missing).unwrap_err().contains("no/such/folder"));
}

#[test]
fn an_old_key_goes_on_opening_after_a_new_one() {
    let (_folder, path) = folder();
    let row = Uuid::from_u128(7);
    let before = open(&path).unwrap();
    let (sealed, (code, key)) = (before.seal("病情", row).unwrap(), before.code(row));
    append(&path, SECOND);
    let after = open(&path).unwrap();
    assert_eq!(after.open(&sealed, row).unwrap(), "病情");
    assert_eq!(after.code_with(row, &key, None).unwrap(), code);
    assert!(after.code_matches(row, &key, None, &code));
    assert!(after.seal("病情", row).unwrap().starts_with("k2:"));
    assert_eq!(after.code(row).1, "k2");
    let phone = "13800005678";
    assert!(after.lookups(phone).contains(&before.lookup(phone)), "phones are still found");
    assert!(after.token_digests("t").contains(&before.token_digest("t")), "tokens still hold");
    assert_eq!(after.lookups(phone)[0], after.lookup(phone));
    let bare = before.lookup(phone).split_off(3);
    assert!(after.lookups(phone).contains(&bare), "also those made before ids were written in front");
    assert_eq!(before.cookie_key(), after.cookie_key(), "copies old and new take each other's cookies");
}

#[test]
fn a_ring_that_was_open_before_a_key_was_added_reads_what_it_sealed() {
    let (_folder, path) = folder();
    let row = Uuid::from_u128(7);
    let (old, new) = (open(&path).unwrap(), open(&path).unwrap());
    new.add("k2", &OsIds).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(new.seal("病情", row).unwrap().starts_with("k1:"), "nothing is made with it yet");
    new.make_with("k2");
    let sealed = new.seal("病情", row).unwrap();
    assert!(sealed.starts_with("k2:") && new.lookup("1").starts_with("k2:"));
    assert_eq!(old.open(&sealed, row).unwrap(), "病情");
    assert_eq!((old.making().as_str(), new.making().as_str()), ("k1", "k2"));
    assert_eq!(old.marks(), new.marks());

    let (code, key) = old.code(row);
    let kept = new.seal_code(row, &code).unwrap();
    new.forget("k1").unwrap();
    assert_eq!(open(&path).unwrap().marks(), new.marks());
    assert!(new.code_with(row, &key, None).is_err(), "its key is gone");
    assert!(new.code_matches(row, "k2", Some(&kept), &code), "the code is not");
    assert!(new.code_with(row, "k2", Some(&sealed)).is_err(), "what else is sealed for the row is no code");
    assert!(new.add("k2", &OsIds).unwrap_err().to_string().contains("k2"), "there is one");
    let said = old.open("k9:AAAA", row).unwrap_err().to_string();
    assert!(said.contains("opening a sealed field"), "{said}");
}

#[test]
fn equality_is_found_and_purposes_stay_apart() {
    assert_eq!(RING.lookup("3706871990 0101-001x"), RING.lookup("37068719900101001X"));
    assert_ne!(RING.lookup("13800005678"), RING.lookup("13800005679"));
    assert_eq!(RING.lookup("13800005678").len(), 3 + 64);
    assert_ne!(RING.lookup("T"), RING.token_digest("T"));
    assert_ne!(RING.cookie_key(), RING.csrf_key());
}

#[test]
fn debug_tells_no_secret() {
    assert_eq!(format!("{:?}", *RING), r#"["k1"]"#);
}
