//! What hangs together with a case, and what may be the same matter.

use super::line::{Due, DueColumns, Tag, due, pick};
use crate::{Beside, CaseView, Casework};
use linli_authz::Actor;
use linli_base::Result;
use linli_procedure::{Link, Procedure};
use linli_web::Visit;

/// Less alike than this, a case is not offered unasked.
const OFFER_FROM: f32 = 0.2;
/// From here on it is very alike.
const VERY: f32 = 0.35;

/// Both, as a case's page shows them.
pub(super) struct Around {
    pub beside: Vec<Group>,
    pub near: Vec<Same>,
}

/// Cases under a heading.
pub(super) struct Group {
    pub label: String,
    pub cases: Vec<Other>,
}

/// One that hangs together with this one.
pub(super) struct Other {
    pub number: String,
    /// Where the reader may read it.
    pub href: Option<String>,
    pub facts: Vec<String>,
    pub tag: Tag,
    pub due: Option<Due>,
}

/// One that may be the same matter.
pub(super) struct Same {
    pub id: String,
    pub href: String,
    pub title: String,
    pub facts: Vec<String>,
    pub alike: &'static str,
    pub merge: String,
    pub version: i64,
}

impl Around {
    /// On a case that may be merged: what its asker said is the same, and while a form is open what may be.
    pub async fn load(
        work: &Casework,
        visit: &Visit,
        actor: &Actor,
        view: &CaseView,
        form: bool,
    ) -> Result<Around> {
        let beside = groups(work, visit, view, &work.beside(actor, view).await?);
        let merge = view.steps.iter().find_map(|step| {
            let master = step.carries.iter().find(|(link, _)| *link == Link::Master)?;
            (step.from.contains(&view.loaded.case.state.as_str()) && !step.unlinks)
                .then_some((step.name, master.1))
        });
        let near = match merge {
            Some(merge) => same(work, visit, actor, view, merge, form).await?,
            None => Vec::new(),
        };
        Ok(Around { beside, near })
    }
}

fn groups(work: &Casework, visit: &Visit, view: &CaseView, all: &[Beside]) -> Vec<Group> {
    let (lang, loaded) = (visit.lang, &view.loaded);
    let id = loaded.row.id;
    let master = loaded.master().map(|link| link.id);
    let of = |label: String, fits: &dyn Fn(&Beside) -> bool| Group {
        label,
        cases: all.iter().filter(|one| fits(one)).map(|one| other(work, visit, one)).collect(),
    };
    let merged = |one: &Beside| one.row.master_id == Some(id);
    let children = |one: &Beside| one.row.parent_id == Some(id);
    let asked = loaded.merged().count() + 1;
    let mut groups = vec![
        of(crate::t::beside::master(lang).to_owned(), &|one| Some(one.row.id) == master),
        of(crate::t::beside::parent(lang).to_owned(), &|one| Some(one.row.id) == loaded.case.parent),
        of(crate::t::beside::merged(lang, asked), &merged),
        of(crate::t::beside::children(lang).to_owned(), &children),
    ];
    groups.retain(|group| !group.cases.is_empty());
    groups
}

fn other(work: &Casework, visit: &Visit, one: &Beside) -> Other {
    let row = &one.row;
    let lead = row.lead.as_deref().map(|zh| pick(visit, zh, row.lead_en.as_deref()).to_owned());
    let columns = DueColumns {
        at: row.due_at,
        clock: row.due_clock.as_deref(),
        provisional: row.due_provisional,
        paused: row.due_paused,
        yellow: row.yellow_at,
        red: row.card_red_at,
    };
    Other {
        number: row.number.clone(),
        href: one.seen.then(|| format!("/cases/{}", row.id)),
        facts: [visit.lang.moment(row.happened_at, visit.now)].into_iter().chain(lead).collect(),
        tag: Tag::of_staff(work, visit, &row.procedure, &row.state),
        due: due(work, visit, &columns),
    }
}

async fn same(
    work: &Casework,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    (merge, joined): (&str, &str),
    form: bool,
) -> Result<Vec<Same>> {
    let (lang, row) = (visit.lang, &view.loaded.row);
    let procedure: &Procedure = view.loaded.procedure;
    let states = procedure.step(joined).map_or(&[][..], |step| step.from);
    let settings = work.settings();
    let days = settings.profile(&row.profile, row.profile_version)?.number("near_days");
    let wished = work.wished(actor, view, states).await?;
    let wish = wished.as_ref().map(|near| near.id);
    let near = if form { work.near(actor, view, states, days).await? } else { Vec::new() };
    let near = near.into_iter().filter(|near| near.alike >= OFFER_FROM && Some(near.id) != wish);
    let shown = wished.into_iter().chain(near).map(|near| {
        let moment = lang.moment(near.happened_at, visit.now);
        let shared = match super::suggest::quoted(visit, &near.shared) {
            words if words.is_empty() => words,
            words => crate::t::beside::shared(lang, words),
        };
        let facts = [near.number, moment, near.place, shared].into_iter().filter(|fact| !fact.is_empty());
        Same {
            href: format!("/cases/{}", near.id),
            id: near.id.to_string(),
            title: near.title,
            facts: facts.collect(),
            alike: if Some(near.id) == wish {
                crate::t::beside::wished(lang)
            } else if near.alike >= VERY {
                crate::t::beside::very_alike(lang)
            } else {
                crate::t::beside::alike(lang)
            },
            merge: format!("/cases/{}/steps/{merge}", row.id),
            version: row.version,
        }
    });
    Ok(shown.collect())
}
