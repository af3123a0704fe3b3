//! The whole program, put together, on both databases.
#![cfg(test)]

mod article;
mod backup;
mod city;
mod doctor;
mod program;
mod upgrade;
