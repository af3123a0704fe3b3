//! A step's form, made from its table.

use super::{
    clash::Clash,
    kept,
    line::pick,
    strip::{self, Until},
    suggest::{Suggestion, suggest},
};
use crate::{CaseView, Casework};
use linli_authz::{Actor, Permission, Tier};
use linli_base::{AreaId, Result};
use linli_org::{OrgKind, OrgState, orgs::OrgFilter};
use linli_procedure::{Field, FieldKind, Need, Said, Sets, Step};
use linli_web::{Flaws, RawForm, Visit};
use std::collections::BTreeSet;

/// More choices than these stand in a list.
const RADIOS: usize = 8;

/// A form to be filled in.
pub(super) struct StepForm {
    pub step: &'static str,
    pub action: String,
    pub title: String,
    pub submit: String,
    pub fields: Vec<FieldView>,
    pub version: i64,
    pub back: String,
    pub flaws: Flaws,
    /// Why it was not taken, in words.
    pub refused: Option<String>,
    /// What the reply gate found.
    pub findings: Vec<String>,
    /// Someone was faster.
    pub clash: Option<Clash>,
    /// Until when the case is to be finished, where the step starts that clock.
    pub until: Option<Until>,
    /// What the step is judged by: the answer of the handler.
    pub quote: Option<(String, String)>,
    /// From what suggestions are learnt, where there are any.
    pub learnt: Option<String>,
}

impl StepForm {
    /// Whether the step can still be taken.
    pub fn is_open(&self) -> bool {
        self.clash.as_ref().is_none_or(|clash| clash.open)
    }
}

/// A field as the template draws it.
pub(super) struct FieldView {
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    pub kind: &'static str,
    pub optional: bool,
    /// `field:a,b`: only where that field has one of the values.
    pub when: String,
    pub value: String,
    pub max: usize,
    pub groups: Vec<Group>,
    /// Pictures that came before, as the form carries them.
    pub kept: Vec<String>,
    /// What is suggested, and why.
    pub suggested: Option<String>,
    /// The value that one tap fills in.
    pub fill: Option<String>,
    /// Checks that are suggested; they stand before the others.
    pub offered: Vec<Choice>,
}

impl FieldView {
    /// Puts what is suggested first in its list, under a heading, chosen by nobody yet; `false` where it is not among
    /// the options.
    pub fn suggest(&mut self, heading: &str, suggestion: Suggestion) -> bool {
        let wanted = |choice: &Choice| suggestion.values.contains(&choice.value);
        if !suggestion.values.is_empty() && !self.groups.iter().any(|group| group.options.iter().any(wanted))
        {
            return false;
        }
        if self.kind == "select" || self.kind == "checks" {
            let mut offered = Vec::new();
            for group in &mut self.groups {
                offered
                    .extend(group.options.extract_if(.., |choice| suggestion.values.contains(&choice.value)));
            }
            self.groups.retain(|group| !group.options.is_empty());
            if self.kind == "checks" {
                self.offered = offered;
            } else if !offered.is_empty() {
                self.fill = suggestion.values.into_iter().next();
                self.groups.insert(0, Group { label: heading.to_owned(), options: offered });
            }
        }
        self.suggested = Some(suggestion.text);
        true
    }
}

/// Options under a heading; one without a heading is the whole list.
pub(super) struct Group {
    pub label: String,
    pub options: Vec<Choice>,
}

/// One option.
pub(super) struct Choice {
    pub value: String,
    pub label: String,
    pub on: bool,
}

/// The form of a step with nothing filled in but what the case says already.
pub(super) async fn form(
    work: &Casework,
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    step: &'static Step,
    back: &str,
) -> Result<StepForm> {
    filled(work, org, visit, actor, view, step, back, &RawForm::default()).await
}

/// The form of a step with what was typed.
#[expect(clippy::too_many_arguments, reason = "all that a form is made of")]
pub(super) async fn filled(
    work: &Casework,
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    step: &'static Step,
    back: &str,
    typed: &RawForm,
) -> Result<StepForm> {
    let mut fields = Vec::new();
    let secret = view.loaded.case.confidential || step.secrecy == Some(true);
    let shows = step.form.iter().any(|field| field.sets == Sets::Shown(Said::Title));
    let copied = if shows { Some(work.copy_of(&view.loaded).await?) } else { None };
    for field in step.form.iter().filter(|field| secret || field.sets != Sets::Handler) {
        let mut shown = field_view(work, org, visit, actor, view, field, typed).await?;
        if let (true, Some(copied)) = (typed.all(field.name).is_empty(), &copied) {
            shown.value = proposed(field, copied).unwrap_or(shown.value);
        }
        fields.push(shown);
    }
    let learnt = suggest(work, org, visit, actor, view, step, &mut fields).await?;
    let answers = ["pass", "send_back", "call_back"].contains(&step.name);
    let timeline = view.timeline();
    let quote = timeline
        .iter()
        .rev()
        .map(|entry| entry.said.text("reply"))
        .find(|reply| answers && !reply.is_empty())
        .map(linli_base::pii::mask);
    Ok(StepForm {
        step: step.name,
        action: format!("/cases/{}/steps/{}", view.loaded.row.id, step.name),
        title: visit.text(&format!("step.{}", step.name), &[]),
        submit: visit
            .words
            .lookup(visit.lang, &format!("do.{}", step.name), &[])
            .unwrap_or_else(|| visit.text(&format!("step.{}", step.name), &[])),
        fields,
        version: view.loaded.row.version,
        back: back.to_owned(),
        flaws: Flaws::default(),
        refused: None,
        findings: Vec::new(),
        clash: None,
        until: strip::promised(work, visit, view, step)?,
        quote: quote.map(|reply| (visit.text("field.reply", &[]), reply.clone())),
        learnt: learnt.map(|cases| crate::t::suggest::note(visit.lang, cases)),
    })
}

/// What a field of what is shown to everybody begins with.
fn proposed(field: &Field, [title, body, place]: &[String; 3]) -> Option<String> {
    match field.sets {
        Sets::Shown(Said::Title) => Some(title.clone()),
        Sets::Shown(Said::Body) => Some(body.clone()),
        Sets::Shown(Said::Place) => Some(place.clone()),
        _ => None,
    }
}

async fn field_view(
    work: &Casework,
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    field: &Field,
    typed: &RawForm,
) -> Result<FieldView> {
    let case = &view.loaded.case;
    let standing = match field.name {
        "kind" => case.kind.clone(),
        "category" => case.category.clone(),
        "level" => case.level.clone().or_else(|| Some("normal".to_owned())),
        "area" => case.areas.grid.map(|id| id.to_string()),
        // as many as were asked for, where somebody decides on it
        "days" if case.has("extension_asked") => {
            let asked = view.loaded.facts.last("ask_extension");
            asked.map(|done| done.input.number("days").to_string())
        }
        _ => None,
    };
    let (row, settings) = (&view.loaded.row, work.settings());
    let max_days = settings.profile(&row.profile, row.profile_version)?.number("extend_wd");
    let given = typed.all(field.name);
    let on = |value: &str| {
        if given.is_empty() {
            standing.as_deref() == Some(value)
        } else {
            given.iter().any(|one| one == value)
        }
    };
    let choice = |value: &str, label: String| Choice { on: on(value), value: value.to_owned(), label };
    let (kind, max, groups) = match field.kind {
        FieldKind::Line(max) => ("line", max, Vec::new()),
        FieldKind::Text(max) => ("text", max, Vec::new()),
        FieldKind::Choice(choices) => {
            let label = |value: &str| visit.text(&format!("option.{}.{value}", field.name), &[]);
            let options = choices.iter().map(|value| choice(value, label(value))).collect();
            let kind = if choices.len() > RADIOS { "select" } else { "radio" };
            (kind, 0, vec![Group { label: String::new(), options }])
        }
        FieldKind::Category => ("select", 0, categories(work, visit, &choice)),
        FieldKind::Area => ("select", 0, grids(org, visit, actor, case.areas.community, &choice).await?),
        FieldKind::Org if field.name == "helper" => {
            let mut options = Vec::new();
            let scope = actor.may(Permission::OrgSee)?;
            let helpers = case.helpers.iter().copied();
            for org in linli_org::orgs::names(&mut org.db.read(), &scope, helpers).await? {
                let name = pick(visit, &org.name, org.name_en.as_deref()).to_owned();
                options.push(choice(&org.id.to_string(), name));
            }
            ("select", 0, vec![Group { label: String::new(), options }])
        }
        FieldKind::Org => {
            let mut groups = orgs(org, visit, actor, case.areas.community, &choice).await?;
            if let Some(offered) = work.orgs_for(&view.loaded).await? {
                let offered: BTreeSet<String> = offered.iter().map(ToString::to_string).collect();
                groups.iter_mut().for_each(|group| group.options.retain(|one| offered.contains(&one.value)));
                groups.retain(|group| !group.options.is_empty());
            }
            ("select", 0, groups)
        }
        FieldKind::Orgs => ("checks", 0, orgs(org, visit, actor, case.areas.community, &choice).await?),
        FieldKind::Person => ("select", 0, people(org, visit, actor, view, &choice).await?),
        FieldKind::Helper => ("select", 0, helpers(work, visit, view, &choice).await?),
        FieldKind::Money => ("money", 0, Vec::new()),
        FieldKind::Day => ("day", 0, Vec::new()),
        FieldKind::Number(_, max) => ("number", usize::try_from(max).unwrap_or(0), Vec::new()),
        FieldKind::Moment => ("moment", 0, Vec::new()),
        FieldKind::Yes => ("yes", 0, Vec::new()),
        FieldKind::Pictures(max) => ("pictures", max, Vec::new()),
        FieldKind::Phone => ("phone", 0, Vec::new()),
        FieldKind::Case => ("line", 20, Vec::new()),
        FieldKind::People => ("line", 0, Vec::new()),
    };
    Ok(FieldView {
        name: field.name,
        label: visit.text(&format!("field.{}", field.name), &[]),
        hint: visit
            .words
            .lookup(visit.lang, &format!("hint.{}", field.name), &[("max", max_days.to_string())])
            .unwrap_or_default(),
        kind,
        // words for the handler are a must wherever they are asked; the room's rule says so
        optional: field.need == Need::May && field.name != "handler_words",
        when: match field.need {
            Need::When(other, values) => format!("{other}:{}", values.join(",")),
            Need::Must | Need::May => String::new(),
        },
        value: given
            .first()
            .or(standing.as_ref().filter(|_| kind == "number"))
            .cloned()
            .or_else(|| view.released(field.name))
            .unwrap_or_default(),
        max,
        groups,
        kept: typed.all(&kept::field(field.name)).to_vec(),
        suggested: None,
        fill: None,
        offered: Vec::new(),
    })
}

fn categories(
    work: &Casework,
    visit: &Visit,
    choice: &(dyn Fn(&str, String) -> Choice + Sync),
) -> Vec<Group> {
    let group = |group: &crate::Group| Group {
        label: pick(visit, &group.zh, Some(&group.en)).to_owned(),
        options: (group.categories.iter())
            .filter_map(|key| work.categories().get(key))
            .map(|category| choice(&category.key, pick(visit, &category.zh, Some(&category.en)).to_owned()))
            .collect(),
    };
    work.categories().groups().iter().map(group).collect()
}

/// Grids within the person's area by community, the case's own community first.
pub(super) async fn grids(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    own: Option<AreaId>,
    choice: &(dyn Fn(&str, String) -> Choice + Sync),
) -> Result<Vec<Group>> {
    let scope = actor.may(Permission::OrgSee)?;
    let mut read = org.db.read();
    let communities = linli_org::areas::of_tier(&mut read, &scope, Tier::Community).await?;
    let grids = linli_org::areas::of_tier(&mut read, &scope, Tier::Grid).await?;
    let within = actor.hat().and_then(|hat| hat.area);
    let mut groups: Vec<(bool, Group)> = communities
        .into_iter()
        .filter(|area| match within {
            Some((Tier::Street, street)) => area.parent == Some(street),
            Some((Tier::Community, community)) => area.id == community,
            _ => true,
        })
        .map(|area| {
            let options = grids.iter().filter(|grid| grid.parent == Some(area.id)).map(|grid| {
                choice(&grid.id.to_string(), pick(visit, &grid.name, grid.name_en.as_deref()).to_owned())
            });
            let label = pick(visit, &area.name, area.name_en.as_deref()).to_owned();
            (Some(area.id) != own, Group { label, options: options.collect() })
        })
        .collect();
    groups.sort_by_key(|(other, _)| *other);
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

/// Orgs that can be given work: the office of the case's community first (most cases are the territory's), then
/// units, departments and the other offices.
async fn orgs(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    community: Option<AreaId>,
    choice: &(dyn Fn(&str, String) -> Choice + Sync),
) -> Result<Vec<Group>> {
    let scope = actor.may(Permission::OrgSee)?;
    let mut read = org.db.read();
    let own = match community {
        Some(community) => linli_org::orgs::office_of(&mut read, &scope, community).await?,
        None => None,
    };
    let named = |org: &linli_org::Org| {
        choice(&org.id.to_string(), pick(visit, &org.name, org.name_en.as_deref()).to_owned())
    };
    let mut groups = Vec::new();
    if let Some(own) = &own {
        let label = crate::t::case::territory(visit.lang).to_owned();
        groups.push(Group { label, options: vec![named(own)] });
    }
    for (kind, label) in [
        (OrgKind::Unit, crate::t::case::units(visit.lang)),
        (OrgKind::Department, crate::t::case::departments(visit.lang)),
        (OrgKind::Office, crate::t::case::offices(visit.lang)),
    ] {
        let filter = OrgFilter { kind: Some(kind), ..OrgFilter::default() };
        let found = linli_org::orgs::list(&mut read, &scope, &filter, 200).await?;
        let others = found.iter().filter(|org| own.as_ref().is_none_or(|own| own.id != org.id));
        groups.push(Group { label: label.to_owned(), options: others.map(named).collect() });
    }
    Ok(groups)
}

/// Whoever works in the lead handler's org today.
async fn people(
    org: &OrgState,
    visit: &Visit,
    actor: &Actor,
    view: &CaseView,
    choice: &(dyn Fn(&str, String) -> Choice + Sync),
) -> Result<Vec<Group>> {
    let Some(lead) = view.loaded.case.lead else { return Ok(Vec::new()) };
    let scope = actor.may(Permission::OrgSee)?;
    let members = linli_org::orgs::members(&mut org.db.read(), &scope, lead, visit.now.day()).await?;
    let options = members.iter().map(|member| {
        choice(&member.person.to_string(), pick(visit, &member.name, member.name_en.as_deref()).to_owned())
    });
    Ok(vec![Group { label: String::new(), options: options.collect() }])
}

/// Who may be asked to take the case on, each with why.
async fn helpers(
    work: &Casework,
    visit: &Visit,
    view: &CaseView,
    choice: &(dyn Fn(&str, String) -> Choice + Sync),
) -> Result<Vec<Group>> {
    let found = work.helpers_of(&view.loaded).await?;
    let options = found.iter().map(|helper| {
        let why = helper.why.iter().map(|(key, args)| visit.text(&format!("why.{key}"), args));
        let words: Vec<String> =
            std::iter::once(pick(visit, &helper.name, helper.name_en.as_deref()).to_owned())
                .chain(why)
                .collect();
        choice(&helper.person.to_string(), words.join(" · "))
    });
    Ok(vec![Group { label: String::new(), options: options.collect() }])
}
