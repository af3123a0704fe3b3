//! Reading instances for the examples.

use linli_matching::{Edge, Instance};
use serde::Deserialize;
use std::{error::Error, path::Path};

#[derive(Deserialize)]
struct Read {
    left: Left,
    right: Right,
    edge: Edges,
}

#[derive(Deserialize)]
struct Left {
    capacity: Vec<u32>,
}

#[derive(Deserialize)]
struct Right {
    demand: Vec<u32>,
    penalty: Vec<i64>,
}

#[derive(Deserialize)]
struct Edges {
    u: Vec<u32>,
    v: Vec<u32>,
    cost: Vec<i64>,
}

/// A `match-instance/1`.
pub fn instance(path: &Path) -> Result<Instance, Box<dyn Error>> {
    let Read { left, right, edge } = serde_json::from_reader(linli_samples::open(path)?)?;
    let edges = edge.u.into_iter().zip(edge.v).zip(edge.cost);
    let edges = edges.map(|((helper, need), cost)| Edge { helper, need, cost }).collect();
    Ok(Instance::new(left.capacity, right.demand, right.penalty, edges)?)
}
