//! `dedup TEXTS PLAN`: groups near-duplicates of a file `{"text":[..]}`, as `{"cluster":[..]}`.

use std::{env, error::Error, path::Path};

#[derive(serde::Deserialize)]
struct Texts {
    text: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [texts, plan] = args.as_slice() else { return Err("dedup TEXTS PLAN".into()) };
    let texts: Texts = serde_json::from_str(&linli_samples::read(Path::new(texts))?)?;
    let (before, _) = linli_samples::spent();
    let cluster = linli_text::duplicates(&texts.text);
    let took = linli_samples::spent().0 - before;
    linli_samples::write(Path::new(plan), &serde_json::json!({ "cluster": cluster }).to_string())?;
    println!("{} texts, grouped in {took:.2} s; {}", texts.text.len(), linli_samples::told());
    Ok(())
}
