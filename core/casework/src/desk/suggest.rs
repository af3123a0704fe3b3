//! What is suggested beside the fields of a step's form: what the case has not been given yet, learnt from cases that
//! people have decided about. Nothing is filled in.

use super::{field::FieldView, line::category};
use crate::{
    CaseView, Casework,
    intake::{Guess, Hand, Handlers, Model, Share, Within},
};
use linli_authz::{Actor, Permission};
use linli_base::Result;
use linli_org::OrgState;
use linli_procedure::{Sets, Step};
use linli_web::Visit;
use std::sync::Arc;

/// A suggestion in words, with the values of the options that it names.
#[derive(Default)]
pub(super) struct Suggestion {
    pub text: String,
    pub values: Vec<String>,
}

/// Puts suggestions beside the fields; answers from how many cases they are learnt, where there are any.
pub(super) async fn suggest(
    work: &Casework,
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    step: &Step,
    fields: &mut [FieldView],
) -> Result<Option<usize>> {
    let case = &view.loaded.case;
    let wanted = |sets: &Sets| match sets {
        Sets::Category => case.category.is_none(),
        Sets::Level => case.level.is_none(),
        Sets::Lead | Sets::Helpers => case.category.is_some(),
        _ => false,
    };
    let fits = step.form.iter().any(|field| wanted(&field.sets));
    // whoever may not know who asked does not read the words, and nothing learns from such cases
    if case.confidential || !fits {
        return Ok(None);
    }
    let Some(model) = work.learnt() else { return Ok(None) };
    let handlers = case.category.as_deref().and_then(|category| model.handlers(category, case.areas));
    let guesses = guesses(&model, view, step.form.iter().any(|field| field.sets == Sets::Category)).await?;
    let mut any = false;
    for field in step.form.iter().filter(|field| wanted(&field.sets)) {
        let Some(shown) = fields.iter_mut().find(|shown| shown.name == field.name) else { continue };
        let found = match field.sets {
            Sets::Category => Some(choice(work, visit, "category", guesses[0].as_ref())),
            Sets::Level => guesses[1].as_ref().map(|guess| choice(work, visit, "level", Some(guess))),
            Sets::Lead => lead(org, visit, actor, view, handlers.as_ref()).await?,
            _ => helpers(org, visit, actor, view, handlers.as_ref()).await?,
        };
        if let Some(found) = found {
            any |= shown.suggest(crate::t::suggest::heading(visit.lang), found);
        }
    }
    Ok(any.then_some(model.cases))
}

/// Category and level, off the threads that answer: the dictionary is read the first time.
async fn guesses(model: &Arc<Model>, view: &CaseView, wanted: bool) -> Result<[Option<Guess>; 2]> {
    if !wanted {
        return Ok([None, None]);
    }
    let (model, row) = (model.clone(), &view.loaded.row);
    let (title, body) = (row.title.clone(), row.body.clone());
    let guess =
        tokio::task::spawn_blocking(move || [model.category(&title, &body), model.level(&title, &body)]);
    guess.await.map_err(|e| linli_base::Problem::broken("suggesting", e))
}

fn choice(work: &Casework, visit: &Visit, field: &str, guess: Option<&Guess>) -> Suggestion {
    let lang = visit.lang;
    let Some(guess) = guess else {
        return Suggestion { text: crate::t::suggest::unsure(lang).to_owned(), values: Vec::new() };
    };
    let what = match field {
        "category" => category(work, visit, Some(&guess.value)).unwrap_or_default(),
        _ => visit.text(&format!("option.{field}.{}", guess.value), &[]),
    };
    // what is usual needs no reason
    let words = if guess.value == "normal" { String::new() } else { quoted(visit, &guess.words) };
    let text = if words.is_empty() {
        crate::t::suggest::choice_plain(lang, what, guess.percent)
    } else {
        crate::t::suggest::choice(lang, what, guess.percent, words)
    };
    Suggestion { text, values: vec![guess.value.clone()] }
}

/// Words as they are quoted.
pub(super) fn quoted(visit: &Visit, words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| crate::t::suggest::word(visit.lang, word)).collect();
    quoted.join(if visit.lang.is_zh() { "" } else { ", " })
}

async fn lead(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    handlers: Option<&Handlers>,
) -> Result<Option<Suggestion>> {
    let Some(found) = handlers else { return Ok(None) };
    let Some((id, name)) = named(org, visit, actor, view, found.lead).await? else { return Ok(None) };
    // who returned it is not suggested again
    if view.loaded.case.lead.is_some_and(|lead| lead.to_string() == id) {
        return Ok(None);
    }
    let lang = visit.lang;
    let place = match found.within {
        Within::Community => crate::t::suggest::in_community(lang),
        Within::Street => crate::t::suggest::in_street(lang),
        Within::City => crate::t::suggest::in_city(lang),
    };
    // elsewhere the territory is another office
    let text = if found.within == Within::Community || matches!(found.lead.hand, Hand::Org(_)) {
        crate::t::suggest::lead(lang, name, place, found.of, found.lead.count)
    } else {
        crate::t::suggest::lead_territory(lang, name, place, found.of, found.lead.count)
    };
    Ok(Some(Suggestion { text, values: vec![id] }))
}

async fn helpers(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    handlers: Option<&Handlers>,
) -> Result<Option<Suggestion>> {
    let (mut names, mut values) = (Vec::new(), Vec::new());
    let Some(found) = handlers else { return Ok(None) };
    for share in &found.helpers {
        if let Some((id, name)) = named(org, visit, actor, view, *share).await? {
            names.push(crate::t::suggest::helper(visit.lang, name, found.of, share.count));
            values.push(id);
        }
    }
    let text = crate::t::suggest::helpers(visit.lang, names.join(crate::t::case::comma(visit.lang)));
    Ok((!values.is_empty()).then_some(Suggestion { text, values }))
}

/// The org of a hand where the case lies: key and name.
async fn named(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    share: Share,
) -> Result<Option<(String, String)>> {
    let (scope, mut read) = (actor.may(Permission::OrgSee)?, org.db.read());
    let areas = view.loaded.case.areas;
    let id = match share.hand {
        Hand::Org(id) => Some(id),
        Hand::Community | Hand::Street => {
            let area = if share.hand == Hand::Community { areas.community } else { areas.street };
            match area {
                Some(area) => linli_org::orgs::leading(&mut read, &scope, area).await?,
                None => None,
            }
        }
    };
    let found = linli_org::orgs::names(&mut read, &scope, id).await?;
    let name = |org: &linli_org::orgs::NameRow| {
        super::line::pick(visit, &org.name, org.name_en.as_deref()).to_owned()
    };
    Ok(found.first().map(|org| (org.id.to_string(), name(org))))
}
