mod areas;
mod orgs;
mod sign_in;
mod town;
