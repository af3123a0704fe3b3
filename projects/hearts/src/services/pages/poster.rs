//! `/poster`: a sheet for a lobby, to be printed, with what leads to saying it, ordering, wishing and helping.

use super::prelude::*;
use linli_web::Qr;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default, rename = "in")]
    place: String,
}

/// What a code leads to.
struct Way {
    title: String,
    hint: String,
    qr: Qr,
}

#[derive(Template)]
#[template(path = "services/poster.html")]
struct PosterPage {
    page: Page,
    place: Named,
    chosen: String,
    streets: Vec<Street>,
    ways: Vec<Way>,
    /// To be typed by whoever has no camera at hand.
    address: String,
}

/// `GET /poster?in=`
pub(super) async fn show(State(org): State<OrgState>, visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let (lang, read) = (visit.lang, &mut org.db.read());
    let community = places::community(read, lang, &asked.place).await?;
    let place = super::query(&[("in", &places::key(community.as_ref()))]);
    let ways = [
        ("say", "/say".to_owned()),
        ("order", format!("/services{place}")),
        ("wish", format!("/wish{place}")),
        ("help", "/help/near".to_owned()),
    ];
    let way = |(key, path): (&str, String)| {
        let text = |part: &str| visit.text(&format!("poster.{key}{part}"), &[]);
        Ok(Way { title: text(""), hint: text("_hint"), qr: Qr::of(&format!("{}{path}", visit.base_url))? })
    };
    html(&PosterPage {
        page: visit.page(t::poster::title(lang)),
        place: places::name(lang, community.as_ref()),
        chosen: places::key(community.as_ref()),
        streets: places::streets(read, lang).await?,
        ways: ways.into_iter().map(way).collect::<Result<_>>()?,
        address: visit.base_url.to_string(),
    })
}
