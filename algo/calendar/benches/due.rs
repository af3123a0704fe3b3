//! A million due times.

fn main() {}
