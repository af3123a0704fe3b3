//! What the program `linli` is put together from.

pub mod api;
pub mod article;
pub mod backup;
pub mod config;
pub mod demo;
mod demo_page;
pub mod doctor;
pub mod engine;
pub mod health;
pub mod listen;
pub mod load;
mod notices;
pub mod orders;
pub mod serve;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The words of the program itself.
pub mod t {
    linli_i18n::messages!();
}
