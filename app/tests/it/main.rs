//! The whole program, put together, on both databases.
#![cfg(test)]

mod city;
mod program;
