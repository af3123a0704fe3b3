use crate::{Casework, rules::case_of, store};
use linli_authz::{Actor, Permission, Role, Scope};
use linli_base::{AreaId, At, CaseId, Day, OrgId, Result};
use linli_procedure::{
    Candidates, Case, Ctx, Done, Facts, Input, Outside, Procedure, Step, knows_asker, may_take,
};
use linli_store::{Query, args};
use std::collections::BTreeMap;

/// A case with all that a decision about it needs.
pub struct Loaded {
    /// Its row with its words.
    pub row: store::CaseRow,
    /// As the rules see it.
    pub case: Case,
    /// What has been done.
    pub facts: Facts,
    /// Its events.
    pub events: Vec<store::EventRow>,
    /// Its table.
    pub procedure: &'static Procedure,
    /// What hangs together with it.
    pub links: Vec<store::LinkRow>,
}

/// A case with what its page shows.
pub struct CaseView {
    /// The case.
    pub loaded: Loaded,
    /// What was said in each event that still has its text: event, then field by field.
    pub texts: BTreeMap<String, Input>,
    /// Its pictures.
    pub files: Vec<store::FileRow>,
    /// The steps that the actor may take now, in the table's order.
    pub steps: Vec<&'static Step>,
    /// Whether the actor may know who asked; else nothing here tells it.
    pub knows: bool,
}

impl CaseView {
    /// Where the procedure's own room shows it to its asker: `/orders/260929-0021` for an order.
    pub fn asker_page(&self) -> String {
        format!("{}/{}", self.loaded.procedure.page, self.loaded.row.number)
    }
}

impl Loaded {
    /// Reads a case within the scope; one outside does not exist.
    pub(crate) async fn read(
        query: &mut impl Query,
        work: &Casework,
        scope: &Scope,
        id: CaseId,
    ) -> Result<Loaded> {
        let row: store::CaseRow = query.one(&store::BY_ID, scope, args![id]).await?;
        let helpers: Vec<store::HelperRow> = query.all(&store::HELPERS, scope, args![id]).await?;
        let events: Vec<store::EventRow> = query.all(&store::EVENTS, scope, args![id]).await?;
        let procedure = work.procedure(&row.procedure)?;
        let takers: Vec<store::TakerRow> =
            if procedure.taken_on { query.all(&store::TAKERS, scope, args![id]).await? } else { Vec::new() };
        let case = case_of(&row, helpers.into_iter().map(|helper| helper.org_id).collect(), &takers)?;
        let facts = Facts(events.iter().map(done).collect());
        let links = crate::links::linked(query, &case, &facts, id).await?;
        Ok(Loaded { row, case, facts, events, procedure, links })
    }
}

fn done(event: &store::EventRow) -> Done {
    Done {
        step: event.step.clone(),
        from: event.from_state.clone(),
        to: event.to_state.clone(),
        at: event.happened_at,
        recorded: event.recorded_at,
        round: event.round,
        person: event.person_id,
        org: event.org_id,
        input: serde_json::from_value(event.input.clone()).unwrap_or_default(),
    }
}

/// Who could audit or call back next, nearest first: the org one tier above the lead handler's, then the city desk.
/// Calling starts at the street of the case. Each with the people who hold the role that day.
pub(crate) async fn candidates(
    query: &mut impl Query,
    case: &Case,
    matter: &str,
    now: At,
) -> Result<Outside> {
    let scope = Scope::system("who could take the next turn");
    let top = linli_org::orgs::city_desk(query, &scope).await?;
    let mut outside = Outside { matter: matter.to_owned(), top, ..Outside::default() };
    let chain = match case.lead {
        Some(lead) => linli_org::orgs::tiers_above(query, &scope, lead).await?,
        None => top.into_iter().collect(),
    };
    let street = match case.areas.street {
        Some(street) => linli_org::orgs::leading(query, &scope, street).await?,
        None => None,
    };
    let today = now.day();
    for org in &chain {
        outside.audit.push(people(query, &scope, *org, Role::Auditor, today).await?);
    }
    let callers: Vec<OrgId> = street.into_iter().chain(top).collect();
    for org in callers {
        outside.call.push(people(query, &scope, org, Role::Caller, today).await?);
    }
    Ok(outside)
}

async fn people(
    query: &mut impl Query,
    scope: &Scope,
    org: OrgId,
    role: Role,
    day: Day,
) -> Result<Candidates> {
    let rows: Vec<store::CandidateRow> =
        query.all(&store::CANDIDATES, scope, args![org, role.name(), day]).await?;
    Ok(Candidates { org, people: rows.into_iter().map(|row| row.person_id).collect() })
}

/// The area columns of an area with the desk that accepts there.
pub(crate) async fn place_of(
    query: &mut impl Query,
    area: AreaId,
) -> Result<(linli_procedure::Areas, Option<OrgId>)> {
    let scope = Scope::system("the columns of an area");
    let columns = linli_org::areas::columns(query, &scope, area).await?;
    let areas =
        linli_procedure::Areas { street: columns.street, community: columns.community, grid: columns.grid };
    let desk = linli_org::orgs::desk_of(query, &scope, areas.community, areas.street).await?;
    Ok((areas, desk))
}

impl Casework {
    /// A case as the actor may see it, with the steps that they may take.
    pub async fn view(&self, actor: &Actor, id: CaseId) -> Result<CaseView> {
        let scope = actor.may(Permission::CaseSee)?;
        let (mut case, mut words, mut pictures) = (self.db.read(), self.db.read(), self.db.read());
        let id_of = args![id];
        let (mut loaded, texts, mut files) = tokio::try_join!(
            Loaded::read(&mut case, self, &scope, id),
            words.all::<store::EventText>(&store::EVENT_TEXTS, &scope, id_of),
            pictures.all::<store::FileRow>(&store::FILES, &scope, id_of),
        )?;
        let settings = self.settings();
        let profile = settings.profile(&loaded.row.profile, loaded.row.profile_version)?;
        let steps = if actor.may(Permission::CaseStep).is_ok() {
            let ctx = Ctx {
                procedure: loaded.procedure,
                case: &loaded.case,
                facts: &loaded.facts,
                outside: &Outside { links: loaded.outside_links(), ..Outside::default() },
                input: Input::EMPTY,
                actor,
                now: self.world.now(),
                calendar: &settings.calendar,
                profile,
            };
            loaded.procedure.steps.iter().filter(|step| may_take(step, &ctx).is_ok()).collect()
        } else {
            Vec::new()
        };
        let mut texts = texts
            .into_iter()
            .map(|text| (text.event_id.to_string(), serde_json::from_str(&text.body).unwrap_or_default()))
            .collect();
        let knows = knows_asker(actor, &loaded.case);
        if !knows {
            crate::release::hide(&mut loaded, &mut texts, &mut files);
        }
        Ok(CaseView { loaded, texts, files, steps, knows })
    }

    /// The area columns of an area with the desk that accepts there.
    pub async fn place_of(&self, area: AreaId) -> Result<(linli_procedure::Areas, Option<OrgId>)> {
        place_of(&mut self.db.read(), area).await
    }

    /// Who could audit and call back a case of this lead handler in this street, for whoever brings cases in.
    pub async fn outside_of(&self, lead: Option<OrgId>, street: Option<AreaId>) -> Result<Outside> {
        let mut case = Case::blank("");
        (case.lead, case.areas.street) = (lead, street);
        candidates(&mut self.db.read(), &case, "", self.world.now()).await
    }

    /// A case as the rules see it, for whoever replays; within a transaction.
    pub async fn case_in(&self, tx: &mut linli_store::Tx<'_>, id: CaseId) -> Result<Case> {
        Ok(Loaded::read(tx, self, &Scope::system("replay"), id).await?.case)
    }

    /// The id of a case by its number. Tells nothing else.
    pub async fn find(&self, number: &str) -> Result<Option<CaseId>> {
        Ok(self.numbered(number).await?.map(|row| row.id))
    }

    async fn numbered(&self, number: &str) -> Result<Option<store::EarlierRow>> {
        let scope = Scope::system("find a case by its number");
        self.db.read().maybe(&store::ID_BY_NUMBER, &scope, args![number]).await
    }

    /// Whether `typed` is the look-up code of the case of this number; then whoever typed it acts as its asker.
    pub async fn by_code(&self, number: &str, typed: &str) -> Result<Option<CaseId>> {
        let Some(row) = self.numbered(number).await? else { return Ok(None) };
        let right = self.keys.code_matches(row.id.0, &row.code_key, row.code_sealed.as_deref(), typed);
        Ok(right.then_some(row.id))
    }
}
