//! Divides an instance file: `solve INSTANCE PLAN [--seconds S] [--sweeps N] [--seed N] [--threads N]`. With `--seconds`
//! it takes about so long; without it, the same seed gives the same plan on every machine.

use std::{error::Error, path::PathBuf};

use linli_grid::{Instance, Options, Quality, divide};

/// Sweeps by which it is found how long one takes.
const TRIAL: u32 = 40;

/// As many sweeps as fit into so many CPU seconds.
fn sweeps_of(seconds: f64, instance: &Instance, options: Options) -> Result<u32, Box<dyn Error>> {
    let (begun, _) = linli_samples::spent();
    divide(instance, Options { sweeps: 1, ..options })?;
    let (seeded, _) = linli_samples::spent();
    divide(instance, Options { sweeps: TRIAL + 1, ..options })?;
    let (tried, _) = linli_samples::spent();
    let (seed, sweep) = (seeded - begun, (tried - seeded - (seeded - begun)).max(0.005) / f64::from(TRIAL));
    let left = seconds - (tried - begun) - seed;
    // a number of sweeps is whole, and one at least
    Ok(format!("{:.0}", (left / sweep).clamp(1.0, 1e9)).parse()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut paths, mut options, mut seconds) = (Vec::new(), Options::default(), None);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--seconds" => seconds = Some(value()?.parse::<f64>()?),
            "--sweeps" => options.sweeps = value()?.parse()?,
            "--seed" => options.seed = value()?.parse()?,
            "--threads" => options.threads = value()?.parse()?,
            _ => paths.push(PathBuf::from(argument)),
        }
    }
    let [file, plan] = paths.as_slice() else { return Err("INSTANCE and PLAN are needed".into()) };
    let instance = Instance::from_json(&linli_samples::read(file)?)?;
    if let Some(seconds) = seconds {
        options.sweeps = sweeps_of(seconds, &instance, options)?;
    }
    let division = divide(&instance, options)?;
    linli_samples::write(plan, &division.to_json(&instance)?)?;
    println!("{:?}", Quality::of(&instance, &division)?);
    println!("{}", linli_samples::told());
    Ok(())
}
