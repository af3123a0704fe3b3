//! Divides the buildings of a city into grids 网格: connected, of like size, compact, housing estates kept whole.
//! Pure: no files, no clock, and the same seed gives the same division on any number of threads.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod adjacency;
mod anneal;
mod draw;
mod instance;
mod quality;
mod random;
mod reasons;
mod seed;
mod solve;
mod zone;

pub use adjacency::{Line, Neighbourhood, neighbourhood};
pub use draw::svg;
pub use instance::{Band, Barrier, BarrierKind, Building, Division, Edge, GridError, Instance};
pub use quality::Quality;
pub use reasons::{OutOfBand, Reason, reasons};
pub use solve::{Options, divide};
