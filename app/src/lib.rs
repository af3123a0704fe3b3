//! What the program `linli` is put together from.

pub mod demo;
