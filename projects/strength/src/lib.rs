//! 聚力 Strength: what residents ask for, and how the city answers.

pub mod requests;

/// The words of this project.
pub mod t {
    linli_i18n::messages!();
}

/// The procedures of this project.
pub static PROCEDURES: &[&linli_procedure::Procedure] = &[&requests::REQUEST];

/// The profiles that the program brings, the default one last.
pub static PROFILES: &[&str] =
    &[include_str!("../profiles/beijing.toml"), include_str!("../profiles/shandong.toml")];
