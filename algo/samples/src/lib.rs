//! What the examples of the cores share: reading an instance file, writing a plan, and saying what it took. The cores
//! themselves read nothing.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

/// A file as it is read; `.gz` and `.xz` are unpacked.
pub fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let file = BufReader::new(File::open(path)?);
    Ok(match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(file))),
        Some("xz") => Box::new(BufReader::new(liblzma::bufread::XzDecoder::new_multi_decoder(file))),
        _ => Box::new(file),
    })
}

/// A whole file as text.
pub fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text)?;
    Ok(text)
}

/// Writes a file.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(text.as_bytes())?;
    file.flush()
}

/// CPU seconds of this process so far, and its most memory in MB; 0 where the system does not say.
pub fn spent() -> (f64, f64) {
    // fields 14 and 15 of proc(5) after the name in brackets; the kernel tells them in hundredths of a second
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = most.and_then(|most| most.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0);
    ((ticks(11) + ticks(12)) / 100.0, kb / 1024.0)
}

/// The line that an example ends with: `cpu 0.14 s, memory 31 MB`.
pub fn told() -> String {
    let (cpu, memory) = spent();
    format!("cpu {cpu:.2} s, memory {memory:.0} MB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_or_not_it_is_the_same_text() {
        let folder = std::env::temp_dir().join(format!("linli-samples-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = "路灯\n".repeat(1000);
        write(&folder.join("a.json"), &text).unwrap();
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        std::fs::write(folder.join("a.json.gz"), gz.finish().unwrap()).unwrap();
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
        xz.write_all(text.as_bytes()).unwrap();
        std::fs::write(folder.join("a.json.xz"), xz.finish().unwrap()).unwrap();
        for name in ["a.json", "a.json.gz", "a.json.xz"] {
            assert_eq!(read(&folder.join(name)).unwrap(), text, "{name}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_run_takes_memory() {
        let (cpu, memory) = spent();
        assert!(cpu >= 0.0 && memory > 0.5, "{cpu} {memory}");
    }
}
