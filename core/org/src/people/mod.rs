//! People and their posts.
//!
//! A person holds posts in orgs from a day to a day; roles hang on the post. A phone is sealed, and found again by
//! its look-up column; nothing here shows one whole but [`phone_of`], which writes the audit trail.

mod actions;
mod rules;
pub(crate) mod store;

pub use actions::{
    EditPerson, NewPerson, NewPost, add_post, create, edit, end_post, own_name, own_phone, phone_of,
    reopen_post, set_password,
};
pub(crate) use actions::{give_password, insert_person, insert_post, insert_sole, phone_taken};
pub use rules::{EndPost, Particulars, PersonForm, PostForm, Seat};
pub use store::PersonRow;

pub use crate::orgs::MemberRow as PostRow;
use linli_authz::{Permission, Scope};
use linli_base::{Day, PersonId, PostId, Result};
use linli_i18n::masked_name;
use linli_store::{Query, args};

/// A person's name, masked where the scope does not let it be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Who.
    pub id: PersonId,
    /// 姓名, or 姓 with ** behind.
    pub name: String,
    /// The English name, where it may be shown and there is one.
    pub name_en: Option<String>,
}

/// Staff see names; anyone else sees them masked.
fn sees_names(scope: &Scope) -> bool {
    matches!(scope.permission(), Permission::OrgSee | Permission::OrgEdit | Permission::System(_))
}

/// The person of this key.
pub async fn by_id(q: &mut impl Query, scope: &Scope, id: PersonId) -> Result<PersonRow> {
    q.one(&store::BY_ID, scope, args![id]).await
}

/// The names of people, masked unless the scope is `OrgSee`, `OrgEdit` or the system's. Unknown ids are left out.
pub async fn names(q: &mut impl Query, scope: &Scope, ids: &[PersonId]) -> Result<Vec<Name>> {
    let list = linli_store::Value::List(ids.iter().map(|id| (*id).into()).collect());
    let rows: Vec<store::NameRow> = q.all(&store::NAMES, scope, &[list]).await?;
    Ok(rows.into_iter().map(|row| shown(scope, row.id, row.name, row.name_en)).collect())
}

fn shown(scope: &Scope, id: PersonId, name: String, name_en: Option<String>) -> Name {
    if sees_names(scope) {
        Name { id, name, name_en }
    } else {
        Name { id, name: masked_name(&name), name_en: None }
    }
}

/// Who holds each of the posts, masked likewise: for whom somebody acts who was lent one.
pub async fn holders(q: &mut impl Query, scope: &Scope, posts: &[PostId]) -> Result<Vec<(PostId, Name)>> {
    let list = linli_store::Value::List(posts.iter().map(|id| (*id).into()).collect());
    let rows: Vec<store::HolderRow> = q.all(&store::HOLDERS, scope, &[list]).await?;
    Ok(rows.into_iter().map(|row| (row.post, shown(scope, row.id, row.name, row.name_en))).collect())
}

/// The name of one person, masked likewise.
pub async fn name(q: &mut impl Query, scope: &Scope, id: PersonId) -> Result<Option<String>> {
    Ok(names(q, scope, &[id]).await?.into_iter().next().map(|name| name.name))
}

/// A person's posts, the open ones first, then the latest.
pub async fn posts(q: &mut impl Query, scope: &Scope, id: PersonId) -> Result<Vec<PostRow>> {
    q.all(&store::POSTS, scope, args![id]).await
}

/// One post with its person and org.
pub async fn post(q: &mut impl Query, scope: &Scope, id: PostId) -> Result<PostRow> {
    q.one(&store::POST, scope, args![id]).await
}

/// People whose name holds the text, with the post that they hold on the day, at most `limit`.
pub async fn search(
    q: &mut impl Query,
    scope: &Scope,
    text: &str,
    day: Day,
    limit: i64,
) -> Result<Vec<PostRow>> {
    let like = crate::text::like(text);
    let like_en = crate::text::like(&crate::text::title_case(text));
    q.all(&store::SEARCH, scope, args![like, like_en, day, limit]).await
}
