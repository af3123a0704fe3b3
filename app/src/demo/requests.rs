use super::{
    city::City,
    dice::Dice,
    first_years,
    names::SURNAMES,
    people, phone,
    pictures::{Picture, VARIANTS},
    plots::{self, Open, Past},
    script::{Script, Setting},
    site::Site,
    story::{Asker, Story},
    templates::{self, Matter, REFUSED, Refused, Template},
    words,
    work_time::moment,
};
use linli_base::{At, Day};
use linli_calendar::Calendar;
use std::collections::{BTreeMap, BTreeSet};

/// Past requests of the present year, all over by the loading day.
const PAST: usize = 300;
/// Of these, how many no desk could take.
const REFUSALS: usize = 10;
/// Askers have the phones from this number on; staff those below it.
const FIRST_ASKER: usize = 5_000;
const SOURCES: [&str; 8] = ["web", "web", "web", "phone", "phone", "wechat", "patrol", "window"];
const ENDINGS: [&str; 8] =
    ["", "", "谢谢。", "麻烦了。", "等回信。", "拜托了。", "希望能有人来看看。", "先谢谢了。"];

/// Which years are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Years {
    /// The year before the loading day: 300 past and 60 open requests. For tests that need no more.
    Present,
    /// The months of the article too, with 2,137 more.
    All,
}

/// The requests of a city loaded at `now`, in the order in which they are said. All of the present year but the seven
/// that wait to be accepted happen before the loading day; these seven are said in the two hours before `now`. The
/// same seed and loading day give the same words and steps; those of the article's months hang on the seed alone.
pub fn stories(city: &City, calendar: &Calendar, seed: u64, now: At, years: Years) -> Vec<Story> {
    let mut told = Told::default();
    if years == Years::All {
        let dice = Dice::new(seed.rotate_left(16));
        told = first_years::tell(Teller::new(&Setting { city, calendar, dice: &dice }, now, told));
    }
    let dice = Dice::new(seed.rotate_left(32) ^ now.day().0.unsigned_abs());
    let set = Setting { city, calendar, dice: &dice };
    let mut teller = Teller::new(&set, now, told);
    teller.open();
    teller.past();
    teller.refused();
    let mut stories = teller.told.stories;
    stories.sort_by_key(|story| story.at);
    for (story, number) in stories.iter_mut().zip(1..) {
        story.number = number;
    }
    stories
}

/// What has been told so far.
#[derive(Default)]
pub(super) struct Told {
    bodies: BTreeSet<String>,
    /// How often each matter was told, by its text.
    tellings: BTreeMap<&'static str, usize>,
    askers: usize,
    stories: Vec<Story>,
}

pub(super) struct Teller<'a> {
    pub set: &'a Setting<'a>,
    pub now: At,
    /// Matters still to be drawn before any comes up again.
    deck: Vec<Matter>,
    pub told: Told,
}

impl<'a> Teller<'a> {
    fn new(set: &'a Setting<'a>, now: At, told: Told) -> Teller<'a> {
        Teller { set, now, deck: Vec::new(), told }
    }

    fn today(&self) -> Day {
        self.now.day()
    }

    fn open(&mut self) {
        let shares = Open::SHARES.iter().flat_map(|(plot, count)| std::iter::repeat_n(*plot, *count));
        for (plot, serial) in shares.zip(0_i64..) {
            let (days, (from, to)) = plot.said();
            let day = self.set.calendar.working_day_before(self.today(), days);
            let at = match plot {
                Open::ToAccept => self.now.plus_ms(-(7 + 16 * serial) * 60_000),
                _ => moment(day, self.set.dice.between(from, to)),
            };
            let matter = self.draw(day, |template| plot.suits(template));
            let phone = plot == Open::SecondRound || self.set.dice.chance(92);
            self.tell(matter, at, phone, |script| {
                plot.play(script);
                true
            });
        }
    }

    fn past(&mut self) {
        let mut plots: Vec<Past> =
            Past::SHARES.iter().flat_map(|(plot, count)| std::iter::repeat_n(*plot, *count)).collect();
        plots.resize(PAST - REFUSALS, Past::Called);
        self.set.dice.shuffle(&mut plots);
        let until = self.today().start();
        for plot in plots {
            let phone = plot.phone().unwrap_or_else(|| self.set.dice.chance(75));
            let mut back = self.set.dice.between(9, 364);
            while !self.past_one(plot, self.today().plus(-back), phone, until) {
                back += 9;
            }
        }
    }

    fn past_one(&mut self, plot: Past, day: Day, phone: bool, until: At) -> bool {
        self.one(
            day,
            |template| plot.suits(template),
            phone,
            |script| {
                plot.play(script);
                let over = plots::is_before(script, until);
                script.archive(until);
                over
            },
        )
    }

    /// A story of a matter that suits, said on the day, where `play` says that it holds.
    pub(super) fn one(
        &mut self,
        day: Day,
        suits: impl Fn(&Template) -> bool,
        phone: bool,
        play: impl FnOnce(&mut Script<'_>) -> bool,
    ) -> bool {
        let matter = self.draw(day, suits);
        let at = self.hour(matter.template, day);
        let told = self.tell(matter, at, phone, play);
        if !told {
            // under the others: it may be one that never fits
            self.deck.insert(0, matter);
        }
        told
    }

    fn refused(&mut self) {
        for ((why, matter), serial) in refusals().take(REFUSALS).zip(0_i64..) {
            let day = self.today().plus(-20 - 33 * serial);
            self.refused_one(why, matter, day, serial % 5 == 0);
        }
    }

    pub(super) fn refused_one(
        &mut self,
        why: &'static Refused,
        matter: Matter,
        day: Day,
        appeals: bool,
    ) -> bool {
        let (at, until) = (self.hour(&why.matter, day), self.today().start());
        self.tell(matter, at, true, |script| {
            plots::refused(script, why, appeals);
            plots::is_before(script, until)
        })
    }

    /// The next matter of the deck that fits the season; the deck is shuffled anew when none of it does.
    fn draw(&mut self, day: Day, suits: impl Fn(&Template) -> bool) -> Matter {
        let month = day.ymd().1;
        loop {
            let fits = |matter: &Matter| matter.template.fits(month) && suits(matter.template);
            if let Some(at) = self.deck.iter().rposition(fits) {
                return self.deck.remove(at);
            }
            let mut more: Vec<Matter> = templates::all().flat_map(Template::matters).collect();
            self.set.dice.shuffle(&mut more);
            more.append(&mut self.deck);
            self.deck = more;
        }
    }

    /// What cannot wait is said in the first hours of a working day, the rest from seven in the morning to ten at
    /// night.
    pub(super) fn hour(&self, template: &Template, day: Day) -> At {
        let dice = self.set.dice;
        if template.level == "normal" {
            return moment(day, dice.between(7 * 60, 22 * 60));
        }
        moment(self.set.calendar.working_day_after(day.plus(-1), 1), dice.between(8 * 60 + 20, 9 * 60 + 40))
    }

    /// Writes a story where `play` says that it holds.
    pub(super) fn tell(
        &mut self,
        matter: Matter,
        at: At,
        phone: bool,
        play: impl FnOnce(&mut Script<'_>) -> bool,
    ) -> bool {
        let telling = self.told.tellings.get(matter.body).copied().unwrap_or(0);
        let Some((site, title, body)) = self.words(matter, telling) else { return false };
        let mut script = Script::new(self.set, matter, &site, (at, phone, telling));
        if !play(&mut script) {
            return false;
        }
        let (steps, ends) = (script.steps, script.ends);
        self.told.tellings.insert(matter.body, telling + 1);
        self.told.bodies.insert(body.clone());
        let asker = self.asker(phone);
        let dice = self.set.dice;
        let pictures = matter.template.scene.filter(|_| dice.chance(85)).map(|scene| Picture {
            scene,
            mended: false,
            variant: dice.below(VARIANTS),
        });
        self.told.stories.push(Story {
            number: 0,
            at,
            source: dice.word(&SOURCES),
            title,
            body,
            place: site.place.clone(),
            point: site.point,
            area: site.grid.id,
            asker,
            pictures: pictures.into_iter().collect(),
            steps,
            ends,
        });
        true
    }

    /// A place with title and text that were not told before.
    fn words(&self, matter: Matter, telling: usize) -> Option<(Site<'a>, String, String)> {
        let dice = self.set.dice;
        let detail = words::detail(matter.template, telling);
        (0..100).find_map(|_| {
            let site = Site::draw(self.set.city, dice, matter.template.spot)?;
            let title = site.fill(matter.title);
            let body = site.fill(matter.body) + detail + dice.word(&ENDINGS);
            (!self.told.bodies.contains(&body)).then_some((site, title, body))
        })
    }

    fn asker(&mut self, reachable: bool) -> Asker {
        let dice = self.set.dice;
        self.told.askers += 1;
        let serial = self.told.askers;
        let name = match dice.below(10) {
            0 => None,
            1..=5 => {
                let (surname, _) = *dice.pick(&SURNAMES);
                Some(format!("{surname}{}", dice.pick(&["女士", "先生", "阿姨", "师傅"])))
            }
            _ => Some(people::name(600 + serial).0),
        };
        Asker { name, phone: reachable.then(|| phone(FIRST_ASKER + serial)) }
    }
}

/// What no desk may take, each telling once.
pub(super) fn refusals() -> impl Iterator<Item = (&'static Refused, Matter)> + Clone {
    REFUSED.iter().flat_map(|why| why.matter.matters().map(move |matter| (why, matter)))
}
