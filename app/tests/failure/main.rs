//! What happens when the program, the database or the disk ends in the middle of work: the real binary, killed.
//! `LINLI_ROUNDS` says how often (3), `LINLI_SEED` how it is diced.
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "how long a start and an answer take is measured")]

mod clients;
mod copies;
mod disk;
mod kill;
mod program;
mod server;
