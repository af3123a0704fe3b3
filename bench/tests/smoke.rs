//! The bench at its smallest, so that it does not rot: it measures nothing here.
#![cfg(test)]

use std::process::Command;

#[test]
fn a_small_city_is_filled_asked_and_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_linli-bench"))
        .args(["run", "--cases", "420,480", "--seconds", "0.1", "--creates", "8", "--clients", "2", "--home"])
        .arg(folder.path())
        .output()
        .unwrap();
    let (out, errors) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{errors}");
    for what in ["home", "case", "desk, a community's", "search, the city's", "create"] {
        for cases in [420, 480] {
            let row = out.lines().find(|line| line.starts_with(&format!("| {what} | SQLite | {cases} |")));
            let a_second = row.and_then(|row| row.split(" | ").nth(3)?.parse::<f64>().ok());
            assert!(a_second.is_some_and(|a_second| a_second > 0.0), "{what}, {cases}: {out}");
        }
    }
    assert!(out.contains("its cost at fewer"), "{out}");
}
