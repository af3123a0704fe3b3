//! `solve INSTANCE PLAN [--unit]`: reads a `match-instance/1`, writes the optimal plan, checks its certificate.
mod common;

use linli_matching::{Matching, verify};
use std::{error::Error, path::Path, time::Instant};

#[expect(clippy::disallowed_methods, reason = "measures how long it takes")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let unit = args.iter().position(|arg| arg == "--unit").map(|at| args.remove(at)).is_some();
    let [instance, plan] = args.as_slice() else { return Err("solve INSTANCE PLAN [--unit]".into()) };
    let instance = common::instance(Path::new(instance))?;
    let instance = if unit { instance.unit() } else { instance };
    let begun = Instant::now();
    let matching = Matching::solve(instance);
    let took = begun.elapsed();
    let pairs: Vec<_> = matching.pairs().collect();
    let cost = verify(&matching.now(), &pairs, &matching.certificate())?;
    let pairs: Vec<String> = pairs.iter().map(|pair| format!("[{},{}]", pair.helper, pair.need)).collect();
    linli_samples::write(Path::new(plan), &format!("{{\"pairs\":[{}]}}\n", pairs.join(",")))?;
    println!("cost {cost}, proven; {} pairs; solved in {:.4} s", pairs.len(), took.as_secs_f64());
    println!("{}", linli_samples::told());
    Ok(())
}
