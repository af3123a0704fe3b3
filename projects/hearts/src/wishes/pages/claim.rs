//! A wish as everybody reads it, and claiming it: alone, a part of it, or for one's unit.

use super::{list::hands, show};
use crate::{
    asker::verdict,
    offers::{self, OfferRow, lines},
    services::{
        Heart,
        pages::{Named, heart},
    },
    t::wished as words,
    wishes::{Held, WISH},
};
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use linli_authz::{Actor, Role, Scope};
use linli_base::{Problem, Refusal, Result};
use linli_casework::{Tag, Visitor};
use linli_web::{Page, RawForm, WebError, html_with};

/// A part that can be had.
struct Share {
    value: i64,
    label: String,
    on: bool,
}

/// How the visitor can claim it.
enum Can {
    /// Nobody looks for anybody.
    No,
    /// Not before they sign in.
    SignIn,
    /// Not before a community says that it knows them; whether they have joined.
    Unknown(bool),
    /// They can.
    Yes,
}

#[derive(Template)]
#[template(path = "wishes/show.html")]
struct ShowPage {
    page: Page,
    number: String,
    title: String,
    tag: Tag,
    community: Named,
    place: String,
    words: String,
    heart: Option<&'static str>,
    /// Label and words.
    facts: Vec<(String, String)>,
    hands: String,
    pictures: Vec<String>,
    can: Can,
    /// Several can take it on together.
    several: bool,
    shares: Vec<Share>,
    /// The unit that they may claim for.
    unit: Option<Named>,
    typed: RawForm,
    refused: Option<String>,
    done: Option<String>,
}

/// `POST /wishes/{number}/claim`
pub(super) async fn claim(
    visitor: Visitor,
    Path(number): Path<String>,
    form: RawForm,
) -> Result<Response, WebError> {
    let offer = show::offer(&visitor, &number).await?.ok_or(Problem::NotFound)?;
    let for_unit = form.first("as") == "unit";
    let actor = if for_unit { unit_actor(&visitor) } else { visitor.own.clone() };
    let actor = actor.ok_or(Problem::SignIn)?;
    let mut fields = form.0.clone();
    if for_unit || form.first("as") == "all" {
        fields.insert("share".to_owned(), vec!["0".to_owned()]);
    }
    match visitor.work.step(actor, offer.case_id, "claim", None, fields).await {
        Ok(_) if for_unit => Ok(Redirect::to(&format!("/wishes/{number}?done=claim")).into_response()),
        Ok(_) => Ok(Redirect::to(&format!("/help/{number}?done=claim")).into_response()),
        Err(Problem::Refused(why)) => page(&visitor, offer, form, Some(why), None).await,
        Err(Problem::Conflict { .. }) => Err(Problem::Conflict { by: None }.into()),
        Err(other) => Err(other.into()),
    }
}

/// The visitor with their hat, where they may claim for their unit.
fn unit_actor(visitor: &Visitor) -> Option<Actor> {
    let claims = |staff: &Actor| staff.hat().is_some() && (staff.is(Role::Worker) || staff.is(Role::Leader));
    visitor.staff.clone().filter(claims)
}

pub(super) async fn page(
    visitor: &Visitor,
    offer: OfferRow,
    typed: RawForm,
    refused: Option<Refusal>,
    done: Option<String>,
) -> Result<Response, WebError> {
    let (visit, lang) = (&visitor.visit, visitor.visit.lang);
    let view = visitor.work.view(&Actor::System("which parts are left"), offer.case_id).await?;
    let held = Held::of(&view.loaded.case, &view.loaded.facts);
    let unit = match unit_actor(visitor).as_ref().and_then(Actor::hat) {
        Some(hat) => {
            let scope = Scope::system("name one's own unit");
            linli_org::orgs::names(&mut visitor.work.db().read(), &scope, [hat.org]).await?.pop()
        }
        None => None,
    };
    let day = |day| lang.date_weekday(day, visit.now.day());
    let facts = [
        (words::when(lang), offer.day.map(day)),
        (words::about(lang), Some(offer.about.clone()).filter(|text| !text.is_empty())),
        (words::parts(lang), Some(lines(&offer.parts).collect::<Vec<_>>().join(words::and(lang)))),
    ];
    let facts = facts.into_iter().filter_map(|(label, text)| {
        text.filter(|text| !text.is_empty()).map(|text| (label.to_owned(), text))
    });
    let chosen = typed.first("share");
    let labels: Vec<&str> = lines(&offer.parts).collect();
    let shares = (1..=offer.hands).filter(|part| held.has(*part)).map(|value| Share {
        label: usize::try_from(value - 1)
            .ok()
            .and_then(|place| labels.get(place))
            .map_or_else(|| words::part(lang, value), |label| (*label).to_owned()),
        on: chosen == value.to_string(),
        value,
    });
    let (status, refused) = verdict(visit, refused, &[]);
    let page = ShowPage {
        page: visit.page(offer.title.clone()),
        number: offer.number.clone(),
        tag: Tag::of_asker(&visitor.work, visit, WISH.name, &offer.state),
        community: Named::new(lang, &offer.community, offer.community_en.as_deref()),
        place: offer.place.clone(),
        words: if offer.body == offer.title { String::new() } else { offer.body.clone() },
        heart: offer.heart.as_deref().and_then(Heart::parse).map(|one| heart(lang, one)),
        facts: facts.collect(),
        hands: hands(visitor, &offer),
        pictures: offer
            .pictures
            .clone()
            .and_then(|names| serde_json::from_value(names).ok())
            .unwrap_or_default(),
        can: can(visitor, &offer).await?,
        several: offer.hands > 1,
        shares: shares.collect(),
        unit: unit.map(|org| Named::new(lang, &org.name, org.name_en.as_deref())),
        title: offer.title,
        typed,
        refused,
        done,
    };
    html_with(status, &page)
}

async fn can(visitor: &Visitor, offer: &OfferRow) -> Result<Can> {
    if offer.state != "sought" {
        return Ok(Can::No);
    }
    let Some(own) = &visitor.own else { return Ok(Can::SignIn) };
    let mut read = visitor.work.db().read();
    if unit_actor(visitor).is_some() || offers::known(&mut read, own).await? {
        return Ok(Can::Yes);
    }
    Ok(Can::Unknown(crate::volunteers::of(&mut read, own).await?.is_some()))
}
