//! Divides an instance file: `solve INSTANCE PLAN [--sweeps N] [--seed N] [--threads N]`.

use std::{error::Error, path::PathBuf};

use linli_grid::{Instance, Options, Quality, divide};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut paths, mut options) = (Vec::new(), Options::default());
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--sweeps" => options.sweeps = value()?.parse()?,
            "--seed" => options.seed = value()?.parse()?,
            "--threads" => options.threads = value()?.parse()?,
            _ => paths.push(PathBuf::from(argument)),
        }
    }
    let [file, plan] = paths.as_slice() else { return Err("INSTANCE and PLAN are needed".into()) };
    let instance = Instance::from_json(&linli_samples::read(file)?)?;
    let division = divide(&instance, options)?;
    linli_samples::write(plan, &division.to_json(&instance)?)?;
    println!("{:?}", Quality::of(&instance, &division)?);
    println!("{}", linli_samples::told());
    Ok(())
}
