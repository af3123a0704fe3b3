//! The whole program, put together, on both databases.
#![cfg(test)]

mod article;
mod attacks;
mod backup;
mod city;
mod client;
mod doctor;
mod kept;
mod keys;
mod privacy;
mod program;
mod routes;
mod upgrade;
