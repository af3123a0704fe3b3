//! `/alliances`: for everybody to see, for volunteers and units to join, for a desk to found, change and end.

mod edit;
mod list;
mod show;

use crate::services::{self, pages::Named};
use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use linli_authz::Tier;
use linli_base::Result;
use linli_casework::{Casework, Uploads};
use linli_i18n::Lang;
use linli_org::Area;
use linli_store::Query;
use linli_web::{RawForm, Site};

/// `/alliances` and what lies below it. To be laid inside `linli_org::who` and `linli_web::dress`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    Casework: FromRef<S>,
    Uploads: FromRef<S>,
{
    Router::new()
        .route("/alliances", get(list::show))
        .route("/alliances/new", get(edit::new).post(edit::found))
        .route("/alliances/{id}", get(show::show))
        .route("/alliances/{id}/join", post(show::join))
        .route("/alliances/{id}/leave", post(show::leave))
        .route("/alliances/{id}/edit", get(edit::show).post(edit::save))
        .route("/alliances/{id}/end", post(edit::end))
}

/// A street or a community to choose.
pub(crate) struct Place {
    pub value: String,
    pub name: Named,
    /// A community of the street above it.
    pub inside: bool,
    pub on: bool,
}

/// The places of a form.
pub(crate) fn places(lang: Lang, areas: &[Area], chosen: &str) -> Vec<Place> {
    let only = areas.len() == 1;
    let place = |area: &Area| Place {
        value: area.id.to_string(),
        name: Named::new(lang, &area.name, area.name_en.as_deref()),
        inside: area.tier == Tier::Community,
        on: only || area.id.to_string() == chosen,
    };
    areas.iter().map(place).collect()
}

/// The catalogue's groups as choices: key, name, whether it is chosen.
pub(crate) async fn skills(
    q: &mut impl Query,
    lang: Lang,
    chosen: &[String],
) -> Result<Vec<(String, Named, bool)>> {
    let groups = services::groups(q).await?.into_iter();
    let skill = groups.map(|row| {
        let (name, on) = (Named::new(lang, &row.name, Some(&row.name_en)), chosen.contains(&row.key));
        (row.key, name, on)
    });
    Ok(skill.collect())
}

/// What a field says in English; `None` where nothing stands in it.
pub(crate) fn english(form: &RawForm, field: &str) -> Option<String> {
    Some(form.first(field).to_owned()).filter(|text| !text.is_empty())
}
