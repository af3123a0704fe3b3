//! Draws a plan: `draw INSTANCE PLAN OUT.svg`. Says which grids are out of band, and why.

use std::{error::Error, path::PathBuf};

use linli_grid::{Division, Instance, reasons, svg};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [file, plan, picture] = paths.as_slice() else {
        return Err("INSTANCE, PLAN and OUT.svg are needed".into());
    };
    let instance = Instance::from_json(&linli_samples::read(file)?)?;
    let division = Division::from_json(&instance, &linli_samples::read(plan)?)?;
    linli_samples::write(picture, &svg(&instance, &division)?)?;
    for out in reasons(&instance, &division)? {
        println!("grid {}: {} households, {:?}", out.grid, out.households, out.reason);
    }
    println!("{}", linli_samples::told());
    Ok(())
}
