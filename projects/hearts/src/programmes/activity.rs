use super::{
    activity, run,
    store::{self, Activity, Signed},
};
use crate::flaws::flaw;
use linli_authz::{Actor, Scope};
use linli_base::{At, Flaw, PersonId, Problem, Result, World};
use linli_store::{Db, Query, args};
use uuid::Uuid;

/// The shortest and the longest activity, in minutes.
const MINUTES: (i64, i64) = (15, 600);
/// How long it may be said who came, in days; then a sign-up of whoever did not is dropped.
pub(crate) const BACK: i64 = 60;
/// The most who are wanted.
const MOST: i64 = 500;

/// When, where, and how many are wanted.
#[derive(Clone, Debug)]
pub struct Time {
    /// Its beginning.
    pub begins: At,
    /// Its end, the same day.
    pub ends: At,
    /// Where to meet.
    pub place: String,
    /// How many are wanted.
    pub wanted: i64,
}

impl Time {
    fn check(&self, now: At) -> Result<()> {
        let minutes = minutes(self.begins, self.ends);
        let (least, most) = MINUTES;
        let short = !(least..=most).contains(&minutes) || self.begins.day() != self.ends.day();
        let flaws: Vec<Flaw> = [
            (self.begins <= now).then(|| Flaw::new("day", "activity_past")),
            short.then(|| Flaw::new("to", "activity_minutes").with("from", least).with("to", most / 60)),
            flaw("place", &self.place, 60),
            (!(1..=MOST).contains(&self.wanted))
                .then(|| Flaw::new("wanted", "not_a_number").with("from", 1).with("to", MOST)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if flaws.is_empty() { Ok(()) } else { Err(Problem::Invalid(flaws)) }
    }
}

fn minutes(begins: At, ends: At) -> i64 {
    (ends.0 - begins.0) / 60_000
}

fn scope() -> Scope {
    Scope::system("run an activity")
}

/// Adds a time to a programme. Flaws by field; refusal: `programme_over`.
pub async fn add(db: &Db, world: &World, actor: &Actor, programme: Uuid, time: Time) -> Result<Uuid> {
    let now = world.now();
    run(&mut db.read(), actor, programme, now).await?;
    time.check(now)?;
    let id = world.ids.uuid(now);
    let added = db.write(async move |tx| {
        let row = args![id, programme, time.begins, time.ends, time.place.as_str(), time.wanted];
        tx.run(&store::ADD_ACTIVITY, &scope(), row).await
    });
    if added.await? == 0 { Err(Problem::refused("programme_over")) } else { Ok(id) }
}

/// The activity, for whoever runs its programme.
async fn of_ours(db: &Db, world: &World, actor: &Actor, id: Uuid) -> Result<Activity> {
    let mut read = db.read();
    let found = activity(&mut read, id).await?;
    run(&mut read, actor, found.programme, world.now()).await?;
    Ok(found)
}

/// Moves it before it begins; whoever signed up sees it. Flaws by field, `wanted` where more have signed up than that;
/// refusal: `activity_over` where it has begun or was called off.
pub async fn change_time(db: &Db, world: &World, actor: &Actor, id: Uuid, time: Time) -> Result<()> {
    let (found, now) = (of_ours(db, world, actor, id).await?, world.now());
    time.check(now)?;
    if time.wanted < found.signed {
        return Err(Flaw::new("wanted", "wanted_below").with("now", found.signed).into());
    }
    let changed = db.write(async move |tx| {
        let row = args![id, time.begins, time.ends, time.place.as_str(), time.wanted, now];
        tx.run(&store::CHANGE_ACTIVITY, &scope(), row).await
    });
    if changed.await? == 0 { Err(Problem::refused("activity_over")) } else { Ok(()) }
}

/// Calls it off before it begins, with a reason that those who signed up read. Flaws: `reason`; refusal:
/// `activity_over`.
pub async fn call_off(db: &Db, world: &World, actor: &Actor, id: Uuid, reason: &str) -> Result<()> {
    of_ours(db, world, actor, id).await?;
    if let Some(flaw) = flaw("reason", reason, 200) {
        return Err(flaw.into());
    }
    let (now, reason) = (world.now(), reason.to_owned());
    let off = db
        .write(async move |tx| tx.run(&store::CALL_OFF, &scope(), args![id, now, reason.as_str()]).await)
        .await?;
    if off == 0 { Err(Problem::refused("activity_over")) } else { Ok(()) }
}

/// Who has signed up, by name; for whoever runs it.
pub async fn signed(q: &mut impl Query, actor: &Actor, id: Uuid, now: At) -> Result<(Activity, Vec<Signed>)> {
    let found = activity(q, id).await?;
    run(q, actor, found.programme, now).await?;
    let people = q.all(&store::SIGNED, &scope(), args![id]).await?;
    Ok((found, people))
}

/// These came: each gets the activity's minutes, once, confirmed by whoever says it; of oneself they wait for the desk.
/// Refusal: `activity_not_over`.
pub async fn came(db: &Db, world: &World, actor: &Actor, id: Uuid, people: Vec<PersonId>) -> Result<()> {
    let (found, now, by) = (of_ours(db, world, actor, id).await?, world.now(), actor.person());
    if found.off_at.is_some() || found.ends_at > now {
        return Err(Problem::refused("activity_not_over"));
    }
    let community = run(&mut db.read(), actor, found.programme, now).await?.community;
    let (day, long) = (found.begins_at.day(), minutes(found.begins_at, found.ends_at));
    let lines: Vec<(Uuid, PersonId)> =
        people.into_iter().map(|person| (world.ids.uuid(now), person)).collect();
    db.write(async move |tx| {
        for (line, person) in &lines {
            if tx.run(&store::CAME, &scope(), args![id, *person, now, by]).await? == 0 {
                continue;
            }
            let confirmed = (by != Some(*person)).then_some(now);
            let (what, what_en) = (found.title.as_str(), found.title_en.clone());
            let by = by.filter(|_| confirmed.is_some());
            let row = args![*line, *person, community, day, long, what, what_en, now, confirmed, by];
            tx.run(&store::LOG_CAME, &scope(), row).await?;
        }
        Ok(())
    })
    .await
}

/// Lets go of sign-ups of whoever did not come, some time after; nobody is to read from them who that was. Safe to run
/// twice.
pub async fn tidy(db: &Db, now: At) -> Result<()> {
    let since = now.day().plus(-BACK).start();
    db.write(async move |tx| tx.run(&store::SWEEP, &scope(), args![since]).await.map(drop)).await
}
