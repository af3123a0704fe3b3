//! Which post a person acts in.

use super::{
    prelude::*,
    views::{Named, role_names},
};
use crate::sign_in;
use linli_base::PostId;
use linli_web::is_own_path;

#[derive(Template)]
#[template(path = "org/hats.html")]
struct HatsPage {
    page: Page,
    lang: Lang,
    back: String,
    hats: Vec<HatLine>,
}

struct HatLine {
    post: PostId,
    org: Named,
    title: Named,
    area: Option<String>,
    until: Option<String>,
    roles: String,
    instead: Option<String>,
    worn: bool,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(super) struct To {
    #[serde(default)]
    back: String,
}

/// Which hat, and where to go with it.
#[derive(Deserialize)]
pub(super) struct Chosen {
    hat: PostId,
    #[serde(default)]
    back: String,
}

/// `GET /hats`
pub(super) async fn list(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Query(To { back }): Query<To>,
) -> Answer {
    let lang = visit.lang;
    let worn = who.actor.hat().map(|hat| hat.post);
    let choices = sign_in::hats_of(&mut org.db.read(), who.person, visit.now.day()).await?;
    let line = |choice: &sign_in::HatChoice| HatLine {
        post: choice.hat.post,
        org: Named::new(lang, &choice.hat.org_name, choice.org_name_en.as_deref()),
        title: Named::new(lang, &choice.title, choice.title_en.as_deref()),
        instead: choice
            .instead_of
            .as_ref()
            .map(|(name, en)| t::hats::instead(lang, Named::new(lang, name, en.as_deref()).text)),
        area: choice.area_name.clone(),
        until: choice.to_day.map(|day| t::hats::until(lang, lang.date_year(day))),
        roles: role_names(lang, &choice.hat.roles),
        worn: worn == Some(choice.hat.post),
    };
    let hats = choices.iter().map(line).collect();
    html(&HatsPage { page: visit.page(t::hats::title(lang)), lang, back, hats })
}

/// `POST /hats`
pub(super) async fn wear(
    State(org): State<OrgState>,
    who: SignedIn,
    ProtectedForm(chosen): ProtectedForm<Chosen>,
) -> Answer {
    let hat = sign_in::wear(&org, who.id, who.person, chosen.hat).await?;
    let own = is_own_path(&chosen.back) && !chosen.back.starts_with("/hats");
    let to = if own { chosen.back.as_str() } else { super::sign_in::home(&hat) };
    Ok(Redirect::to(to).into_response())
}
