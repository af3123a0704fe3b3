//! Divisions, figures, reasons and neighbours, on towns made here.
#![expect(clippy::unwrap_used, reason = "clippy's exception for tests does not reach what they share")]

mod adjacency;
mod divide;
mod figures;
mod fuzz;
mod reasons;
mod town;
