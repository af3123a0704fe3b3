//! Makes typed functions of the messages.

fn main() {
    linli_i18n::build::messages();
}
