//! `classify OUT --train FILE… --test FILE`: learns from the rows of the training files and says the label of each row of
//! the last file. Rows are JSON lines `{label, title, text}` or `{label, tokens}`.

use std::{env, error::Error, path::Path};

#[derive(serde::Deserialize)]
struct Row {
    label: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    tokens: String,
}

fn rows(file: &str) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for line in linli_samples::read(Path::new(file))?.lines().filter(|line| !line.trim().is_empty()) {
        let row: Row = serde_json::from_str(line)?;
        // most texts begin with their title already
        let title = if row.text.starts_with(&row.title) { "" } else { &row.title };
        rows.push((row.label, format!("{title} {} {}", row.text, row.tokens)));
    }
    Ok(rows)
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let usage = "classify OUT --train FILE… --test FILE";
    let (out, rest) = args.split_first().ok_or(usage)?;
    let split = rest.iter().position(|arg| arg == "--test").ok_or(usage)?;
    let (train, test) = rest.split_at(split);
    let mut known = Vec::new();
    for file in train.iter().skip(1) {
        known.extend(rows(file)?);
    }
    let asked = rows(test.get(1).ok_or(usage)?)?;
    let known: Vec<(&str, &str)> =
        known.iter().map(|(label, text)| (label.as_str(), text.as_str())).collect();
    let start = linli_samples::spent().0;
    let classifier = linli_text::Classifier::train(&known);
    let trained = linli_samples::spent().0;
    let said: Vec<_> = asked.iter().map(|(_, text)| classifier.predict(text)).collect();
    let done = linli_samples::spent().0;
    let mut lines = String::new();
    for ((label, _), said) in asked.iter().zip(&said) {
        let (predicted, confidence) =
            said.as_ref().map_or(("", 0.0), |said| (said.label.as_str(), said.confidence));
        let row = serde_json::json!({ "label": label, "predicted": predicted, "confidence": confidence });
        lines.push_str(&format!("{row}\n"));
    }
    linli_samples::write(Path::new(out), &lines)?;
    println!(
        "{} rows learnt in {:.2} s, {} said in {:.2} s; {}",
        known.len(),
        trained - start,
        asked.len(),
        done - trained,
        linli_samples::told()
    );
    Ok(())
}
