//! An item of a list, read and changed.

use super::{
    desk::{self, Asked},
    form::Form,
    panel::{self, Sent},
    prelude::*,
};
use linli_org::audit::{Entry, audit};
use serde_json::json;

/// `GET /catalogue/{id}`
pub(super) async fn show(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<ItemId>,
    Query(asked): Query<Asked>,
) -> Answer {
    shown(&org, &visit, &who.actor, asked, id, Sent::default()).await
}

pub(super) async fn shown(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    asked: Asked,
    id: ItemId,
    sent: Sent,
) -> Answer {
    let book = desk::open(org, visit, actor, &asked).await?;
    let status = match (sent.clash, sent.flaws.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, true) => StatusCode::OK,
    };
    let panel = panel::open(org, visit, (&book, &asked), id, sent).await?;
    desk::page(org, visit, actor, (book, asked), Some(panel), status).await
}

/// `POST /catalogue/{id}`: `do` says what: `save`, `city` as the city has it, anything else the form again with a line
/// of prices more or less.
pub(super) async fn save(
    State(org): State<OrgState>,
    visit: Visit,
    who: SignedIn,
    Path(id): Path<ItemId>,
    Query(asked): Query<Asked>,
    raw: RawForm,
) -> Answer {
    let actor = &who.actor;
    let book = desk::open(&org, &visit, actor, &asked).await?;
    let (line, community) = (book.line(id)?.clone(), book.id());
    if !book.may_edit {
        return Err(Problem::Forbidden { owner: None }.into());
    }
    let form = Form::typed(&raw);
    let what = raw.first("do");
    if !matches!(what, "save" | "city") || !raw.first("drop").is_empty() {
        return shown(&org, &visit, actor, asked, id, Sent { form: Some(form), ..Sent::default() }).await;
    }
    let before: Vec<&Terms> = [&line.terms.1].into_iter().chain(&line.city).collect();
    let change = match (what, Day::parse(&form.from), community) {
        ("city", Some(from), Some(community)) => Ok(Change::City(community, from)),
        ("city", None, _) => Err(vec![Flaw::new("from_day", "not_a_date")]),
        _ => form.read(&before).map(|(terms, from)| Change::Terms(terms, from)),
    };
    let seen: Option<services::ChoiceId> = raw.first("seen").parse().ok();
    let done = match change {
        Ok(change) => act(&org, actor, (id, community), seen, change).await,
        Err(flaws) => Err(Problem::Invalid(flaws)),
    };
    let sent = match done {
        Ok(()) => {
            let place = places::key(book.community.as_ref());
            return Ok(Redirect::to(&format!("/catalogue/{id}?in={place}&done=saved")).into_response());
        }
        Err(Problem::Invalid(flaws)) => Sent { form: Some(form), flaws, ..Sent::default() },
        Err(Problem::Refused(refusal)) if refusal.code == "changed_meanwhile" => {
            Sent { form: Some(form), clash: true, ..Sent::default() }
        }
        Err(other) => return Err(other.into()),
    };
    shown(&org, &visit, actor, asked, id, sent).await
}

enum Change {
    Terms(Terms, Day),
    City(AreaId, Day),
}

/// Changes the list and notes it in the trail.
async fn act(
    org: &OrgState,
    actor: &Actor,
    (item, community): (ItemId, Option<AreaId>),
    seen: Option<services::ChoiceId>,
    change: Change,
) -> Result<()> {
    let wanted = if community.is_some() { Permission::ServicesEdit } else { Permission::Configure };
    let (scope, state, actor) = (actor.may(wanted)?, org.clone(), actor.clone());
    let written = org.db.write(async move |tx| {
        let world = &state.world;
        let (act, from) = match &change {
            Change::Terms(terms, from) => {
                let by = actor.person();
                services::choose(tx, &scope, world, (item, community), seen, terms.clone(), *from, by)
                    .await?;
                ("service.change", from)
            }
            Change::City(community, from) => {
                let seen = seen.ok_or_else(|| Problem::refused("changed_meanwhile"))?;
                services::as_the_city(tx, &scope, world, (item, *community), seen, *from).await?;
                ("service.as_city", from)
            }
        };
        let (copy, subject): (&str, _) = (&state.copy, Some(item.0));
        let detail = json!({ "community": community.map(|id| id.to_string()), "from_day": from.to_string() });
        let entry =
            Entry { copy, actor: &actor, act, subject_kind: "service_item", subject, reason: None, detail };
        audit(tx, world, &entry).await
    });
    written.await
}
