//! Stories with named people, on both databases.

mod areas;
mod orgs;
mod sign_in;
mod statements;
mod town;
