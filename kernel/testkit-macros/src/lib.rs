//! `#[db_test]`: one test body, run on both databases.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Makes two tests of `async fn name(db: TestDb)`: `name::sqlite` and `name::postgres`. The argument is an expression
/// of the type `&[Migrations]`: the rooms whose tables the test needs.
#[proc_macro_attribute]
pub fn db_test(rooms: TokenStream, item: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let name = tokens.windows(2).find_map(|pair| match pair {
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word.to_string() == "fn" => {
            Some(name.to_string())
        }
        _ => None,
    });
    let braced =
        matches!(tokens.last(), Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace);
    let (Some(name), true) = (name, braced) else {
        return "compile_error!(\"#[db_test] stands on an async fn with a body\");"
            .parse()
            .unwrap_or_default();
    };
    let rooms = rooms.to_string();
    let tests: TokenStream = format!(
        "mod {name} {{
            #[allow(unused_imports, clippy::allow_attributes)] use super::*;
            {item}
            #[test]
            fn sqlite() {{ ::linli_testkit::on_sqlite({rooms}, |db| ::std::boxed::Box::pin({name}(db))); }}
            #[test]
            fn postgres() {{ ::linli_testkit::on_postgres({rooms}, |db| ::std::boxed::Box::pin({name}(db))); }}
        }}"
    )
    .parse()
    .unwrap_or_default();
    tests
}
