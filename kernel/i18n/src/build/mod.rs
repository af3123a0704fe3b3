//! The generator: reads `messages/*.toml`, writes typed functions. Only for build scripts (feature `build`).

mod read;
mod write;

pub use read::read;
pub use write::write;

use std::{env, fs, path::Path, process};

/// [`generate`] from the folder `messages`.
pub fn messages() {
    generate("messages");
}

/// Reads the calling crate's `<folder>/*.toml` and writes `messages.rs` into `OUT_DIR` for `linli_i18n::messages!()`.
/// Ends the build where a language or a value is missing, naming file and key.
pub fn generate(folder: &str) {
    let folder = format!("{}/{folder}", env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed={folder}");
    let done = files(Path::new(&folder)).and_then(|files| {
        let code = write(&read(&files)?);
        let to = env::var("OUT_DIR").unwrap_or_default() + "/messages.rs";
        fs::write(&to, code).map_err(|e| vec![format!("{to}: {e}")])
    });
    if let Err(wrong) = done {
        for line in wrong {
            println!("cargo::error={line}");
        }
        process::exit(1);
    }
}

/// The folder's `*.toml` in the order of their names: name and text.
fn files(folder: &Path) -> Result<Vec<(String, String)>, Vec<String>> {
    let failed = |e: std::io::Error| vec![format!("{}: {e}", folder.display())];
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, fs::read_to_string(&path).map_err(failed)?));
        }
    }
    files.sort();
    Ok(files)
}
