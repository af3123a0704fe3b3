//! The whole program, put together, on both databases.
#![cfg(test)]

mod backup;
mod city;
mod doctor;
mod privacy;
mod program;
mod upgrade;
