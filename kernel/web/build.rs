//! Makes typed functions of the messages, and embeds what `web/` has built: each file of `web/dist` with the digest
//! of its content in its address, and packed.

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::{
    env,
    error::Error,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    linli_i18n::build::messages();
    let dist = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../web/dist");
    // an absent folder would mean building anew each time
    fs::create_dir_all(&dist)?;
    let dist = dist.canonicalize()?;
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut names = Vec::new();
    collect(&dist, "", &mut names)?;
    names.sort();
    if names.is_empty() {
        println!("cargo::warning=web/dist is empty: pages will have no style; run `make web`");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut code = String::from("static FILES: &[File] = &[\n");
    for (i, name) in names.iter().enumerate() {
        code += &file(&dist, &out, i, name)?;
    }
    fs::write(out.join("assets.rs"), code + "];\n")?;
    Ok(())
}

fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), names)?;
        } else if !entry.file_name().to_string_lossy().starts_with('.') {
            names.push(name);
        }
    }
    Ok(())
}

fn file(dist: &Path, out: &Path, i: usize, name: &str) -> Result<String, Box<dyn Error>> {
    let path = dist.join(name);
    let bytes = fs::read(&path)?;
    let digest =
        Sha256::digest(&bytes).iter().take(6).fold(String::new(), |text, b| text + &format!("{b:02x}"));
    let url = match name.rsplit_once('.') {
        Some((stem, ext)) => format!("/static/{stem}.{digest}.{ext}"),
        None => format!("/static/{name}.{digest}"),
    };
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes)?;
    let packed = encoder.finish()?;
    let gzip = if packed.len() < bytes.len() * 9 / 10 {
        let to = out.join(format!("asset-{i}.gz"));
        fs::write(&to, packed)?;
        format!("Some(include_bytes!({:?}))", to.display().to_string())
    } else {
        "None".to_owned()
    };
    let path = path.display().to_string();
    Ok(format!("File {{ name: {name:?}, url: {url:?}, bytes: include_bytes!({path:?}), gzip: {gzip} }},\n"))
}
