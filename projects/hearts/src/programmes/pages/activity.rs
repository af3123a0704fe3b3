use super::Line;
use crate::{
    asker::verdict,
    programmes::{self, Activity, Signed, Time},
    services::pages::Named,
    t::programme as words,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{At, Day, Flaw, PersonId, Problem, Refusal, Result};
use linli_casework::Casework;
use linli_org::SignedIn;
use linli_procedure::moment;
use linli_web::{Flaws, Page, RawForm, Visit, WebError, html_with};
use uuid::Uuid;

/// Somebody who signed up: key, name, whether they came, whether it is the visitor.
struct Person {
    id: String,
    name: Named,
    came: bool,
    own: bool,
}

#[derive(Template)]
#[template(path = "alliances/activity.html")]
struct ActivityPage {
    page: Page,
    programme: String,
    /// The programme's name.
    title: Named,
    /// `None` for one that is to be added.
    line: Option<Line>,
    people: Vec<Person>,
    typed: RawForm,
    flaws: Flaws,
    refused: Option<String>,
}

impl ActivityPage {
    /// Whether its time may be written: it is new, or has not begun.
    fn to_write(&self) -> bool {
        self.line.as_ref().is_none_or(Line::open)
    }

    /// Whether somebody is left to be ticked.
    fn to_tick(&self) -> bool {
        self.people.iter().any(|person| !person.came)
    }
}

/// Where it is asked, and by whom.
struct Seen<'a> {
    work: &'a Casework,
    visit: &'a Visit,
    who: &'a SignedIn,
    programme: Uuid,
    activity: Option<Uuid>,
}

/// `GET /programmes/{id}/activities/new`
pub(super) async fn new(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(programme): Path<Uuid>,
) -> Result<Response, WebError> {
    Seen { work: &work, visit: &visit, who: &who, programme, activity: None }.page(None, &[], None).await
}

/// `POST /programmes/{id}/activities/new`
pub(super) async fn add(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path(programme): Path<Uuid>,
    form: RawForm,
) -> Result<Response, WebError> {
    let added = match time(&form) {
        Ok(time) => programmes::add(work.db(), work.world(), &who.actor, programme, time).await,
        Err(flaws) => Err(Problem::Invalid(flaws)),
    };
    let seen = Seen { work: &work, visit: &visit, who: &who, programme, activity: None };
    seen.answer(added.map(drop), Some(form)).await
}

/// `GET /programmes/{id}/activities/{activity}`: who has signed up, and who came.
pub(super) async fn show(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path((programme, activity)): Path<(Uuid, Uuid)>,
) -> Result<Response, WebError> {
    let seen = Seen { work: &work, visit: &visit, who: &who, programme, activity: Some(activity) };
    seen.page(None, &[], None).await
}

/// `POST /programmes/{id}/activities/{activity}`: another time, place or number.
pub(super) async fn save(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path((programme, activity)): Path<(Uuid, Uuid)>,
    form: RawForm,
) -> Result<Response, WebError> {
    let changed = match time(&form) {
        Ok(time) => programmes::change_time(work.db(), work.world(), &who.actor, activity, time).await,
        Err(flaws) => Err(Problem::Invalid(flaws)),
    };
    let seen = Seen { work: &work, visit: &visit, who: &who, programme, activity: Some(activity) };
    seen.answer(changed, Some(form)).await
}

/// `POST /programmes/{id}/activities/{activity}/off`, with a reason.
pub(super) async fn call_off(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path((programme, activity)): Path<(Uuid, Uuid)>,
    form: RawForm,
) -> Result<Response, WebError> {
    let reason = form.first("reason");
    let off = programmes::call_off(work.db(), work.world(), &who.actor, activity, reason).await;
    let seen = Seen { work: &work, visit: &visit, who: &who, programme, activity: Some(activity) };
    seen.answer(off, None).await
}

/// `POST /programmes/{id}/activities/{activity}/came`: those who are ticked.
pub(super) async fn came(
    State(work): State<Casework>,
    visit: Visit,
    who: SignedIn,
    Path((programme, activity)): Path<(Uuid, Uuid)>,
    form: RawForm,
) -> Result<Response, WebError> {
    let people: Vec<PersonId> = form.all("person").iter().filter_map(|person| person.parse().ok()).collect();
    let came = programmes::came(work.db(), work.world(), &who.actor, activity, people).await;
    let seen = Seen { work: &work, visit: &visit, who: &who, programme, activity: Some(activity) };
    seen.answer(came, None).await
}

fn time(form: &RawForm) -> Result<Time, Vec<Flaw>> {
    let day = Day::parse(form.first("day"));
    let at = |field: &str| moment(&format!("{}T{}", day?, form.first(field)));
    match (day, at("from"), at("to")) {
        (Some(_), Some(begins), Some(ends)) => Ok(Time {
            begins,
            ends,
            place: form.first("place").to_owned(),
            wanted: form.first("wanted").parse().unwrap_or(0),
        }),
        (None, _, _) => Err(vec![Flaw::new("day", "not_a_date")]),
        (_, from, to) => {
            let missing = |field, at: Option<At>| at.is_none().then(|| Flaw::new(field, "missing"));
            Err(missing("from", from).into_iter().chain(missing("to", to)).collect())
        }
    }
}

/// What stands there, as the form sends it.
fn typed(one: &Activity) -> RawForm {
    let clock = |at: At| {
        let minutes = at.ms_of_day() / 60_000;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    };
    let fields = [
        ("day", one.begins_at.day().to_string()),
        ("from", clock(one.begins_at)),
        ("to", clock(one.ends_at)),
        ("place", one.place.clone()),
        ("wanted", one.wanted.to_string()),
    ];
    RawForm::of(fields.map(|(name, value)| (name, vec![value])))
}

impl Seen<'_> {
    async fn answer(&self, done: Result<()>, form: Option<RawForm>) -> Result<Response, WebError> {
        match done {
            Ok(()) => {
                let of = self.activity.map(|id| format!("/activities/{id}")).unwrap_or_default();
                Ok(Redirect::to(&format!("/programmes/{}{of}", self.programme)).into_response())
            }
            Err(Problem::Invalid(flaws)) => self.page(form, &flaws, None).await,
            Err(Problem::Refused(why)) => self.page(form, &[], Some(why)).await,
            Err(other) => Err(other.into()),
        }
    }

    async fn page(
        &self,
        form: Option<RawForm>,
        flaws: &[Flaw],
        refused: Option<Refusal>,
    ) -> Result<Response, WebError> {
        let (visit, lang, mut read) = (self.visit, self.visit.lang, self.work.db().read());
        let one = programmes::run(&mut read, &self.who.actor, self.programme, visit.now).await?;
        let found = match self.activity {
            Some(id) => Some(programmes::signed(&mut read, &self.who.actor, id, visit.now).await?),
            None => None,
        };
        if found.as_ref().is_some_and(|(activity, _)| activity.programme != self.programme) {
            return Err(Problem::NotFound.into());
        }
        let person = |person: &Signed| Person {
            id: person.person.to_string(),
            name: Named::new(lang, &person.name, person.name_en.as_deref()),
            came: person.came_at.is_some(),
            own: person.person == self.who.person,
        };
        let (status, refused) = verdict(visit, refused, flaws);
        let stands = found.as_ref().map(|(activity, _)| typed(activity));
        let page = ActivityPage {
            page: visit.page(if found.is_some() { words::activity(lang) } else { words::add(lang) }),
            programme: self.programme.to_string(),
            title: Named::new(lang, &one.title, one.title_en.as_deref()),
            people: found.iter().flat_map(|(_, people)| people).map(person).collect(),
            line: found.map(|(activity, _)| Line::new(visit, &activity, false)),
            typed: form.or(stands).unwrap_or_default(),
            flaws: visit.flaws(flaws),
            refused,
        };
        html_with(status, &page)
    }
}
