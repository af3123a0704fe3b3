use super::{
    city::{City, Post},
    dice::Dice,
    pictures::{Picture, VARIANTS},
    site::Site,
    story::{By, ScriptedStep},
    templates::{Lead, Matter, Refused, Template},
    words::{self, Pool},
    work_time::{self, month_day},
};
use linli_authz::Role::{Auditor, Caller, Clerk, Leader, Worker};
use linli_base::{At, OrgId};
use linli_calendar::Calendar;

/// What a script is written against.
pub(super) struct Setting<'a> {
    pub city: &'a City,
    pub calendar: &'a Calendar,
    pub dice: &'a Dice,
}

/// Working minutes to an answer where everybody sets to it at once.
const QUICK: (i64, i64) = (30, 180);

/// A story's steps while they are written. Each method takes one step, some time after the one before.
pub(super) struct Script<'a> {
    pub set: &'a Setting<'a>,
    pub template: &'static Template,
    matter: Matter,
    site: &'a Site<'a>,
    phone: bool,
    /// How often the matter was told before: each telling is answered in words of its own.
    telling: usize,
    /// Whether everybody sets to it at once.
    pub quick: bool,
    /// The lead handler.
    lead: OrgId,
    /// Now, in the script.
    pub at: At,
    pub steps: Vec<ScriptedStep>,
    pub ends: &'static str,
}

impl<'a> Script<'a> {
    /// Begins when the request is said, by an asker who can be called or not, as which telling of its matter.
    pub(super) fn new(
        set: &'a Setting<'a>,
        matter: Matter,
        site: &'a Site<'a>,
        (at, phone, telling): (At, bool, usize),
    ) -> Self {
        let template = matter.template;
        let lead = match template.lead {
            Lead::Community | Lead::With(_) => site.office.id,
            Lead::Unit(name) => set.city.org_named(name).map_or(site.office.id, |org| org.id),
        };
        Script {
            set,
            template,
            matter,
            site,
            phone,
            telling,
            quick: false,
            lead,
            at,
            steps: Vec::new(),
            ends: "accepting",
        }
    }

    /// Working minutes pass; for an urgent matter minutes of the wall clock.
    pub(super) fn pass_time(&mut self, working: (i64, i64), urgent: (i64, i64)) {
        let working = if self.quick { (working.0 / 2, working.1 / 2) } else { working };
        self.at = if self.template.level == "urgent" {
            self.at.plus_ms(self.set.dice.between(urgent.0, urgent.1) * 60_000)
        } else {
            work_time::plus(self.set.calendar, self.at, self.set.dice.between(working.0, working.1))
        };
    }

    /// Minutes of the asker's own time pass, which may be an evening but no night.
    fn leisure(&mut self, from: i64, to: i64) {
        let at = self.at.plus_ms(self.set.dice.between(from, to) * 60_000);
        let minute = at.ms_of_day() / 60_000;
        self.at = if (7 * 60..22 * 60).contains(&minute) { at } else { at.plus_ms(10 * 3_600_000) };
    }

    fn take(&mut self, step: &'static str, by: By, input: Vec<(&'static str, String)>) {
        let pick = self.set.dice.below(6);
        self.steps.push(ScriptedStep { step, at: self.at, by, pick, input, pictures: Vec::new() });
    }

    fn show(&mut self, field: &'static str, mended: bool) {
        let variant = self.site.place.len() % VARIANTS;
        if let (Some(scene), Some(last)) = (self.template.scene, self.steps.last_mut()) {
            last.pictures.push((field, Picture { scene, mended, variant }));
        }
    }

    fn say(&self, from: &Pool) -> String {
        self.site.fill(self.set.dice.word(from.of(self.template)))
    }

    pub(super) fn accept(&mut self) {
        self.pass_time((4, 38), (2, 7));
        let (kind, level) = (self.template.kind.to_owned(), self.template.level.to_owned());
        let category = self.template.category.to_owned();
        let input = vec![
            ("kind", kind),
            ("category", category),
            ("level", level),
            ("area", self.site.grid.id.to_string()),
        ];
        self.take("accept", By::Desk(Clerk), input);
        self.ends = if self.template.kind == "praise" { "closed" } else { "dispatching" };
    }

    pub(super) fn dispatch(&mut self) {
        self.pass_time((8, 50), (2, 8));
        self.hand("dispatch", self.lead);
    }

    /// To a unit that it is not for, which will say so.
    pub(super) fn dispatch_wrongly(&mut self) {
        self.pass_time((8, 50), (2, 8));
        self.hand("dispatch", self.other());
    }

    /// Who else might be thought to be the lead handler: the community for a department's matter, and the other way.
    fn other(&self) -> OrgId {
        match self.template.lead {
            Lead::With(name) => self.set.city.org_named(name).map_or(self.lead, |org| org.id),
            Lead::Unit(_) | Lead::Community => self.site.office.id,
        }
    }

    fn hand(&mut self, step: &'static str, lead: OrgId) {
        let mut input = vec![("lead", lead.to_string())];
        if let Lead::With(name) = self.template.lead
            && let Some(helper) = self.set.city.org_named(name).filter(|org| org.id != lead)
        {
            input.push(("helpers", helper.id.to_string()));
        }
        if self.set.dice.chance(30) {
            input.push(("instruction", self.say(&words::INSTRUCTIONS)));
        }
        self.take(step, By::Desk(Clerk), input);
        self.ends = "signing";
    }

    pub(super) fn sign(&mut self) {
        self.pass_time((12, 100), (4, 20));
        self.take("sign", By::Lead(Worker), Vec::new());
        self.ends = "working";
    }

    pub(super) fn contact(&mut self) {
        self.pass_time((15, 160), (4, 15));
        let (way, result) = if self.phone {
            (self.set.dice.word(&["phone", "phone", "visit"]), self.say(&words::TALKS))
        } else {
            ("public_note", self.site.fill("没有留电话，先写在进度里：{place}已经到现场看过，正在安排。"))
        };
        self.take("contact", By::Lead(Worker), vec![("way", way.to_owned()), ("result", result)]);
    }

    /// Three calls that nobody takes, which count as one that was taken.
    pub(super) fn contact_in_vain(&mut self) {
        for _ in 0..3 {
            self.pass_time((250, 330), (245, 300));
            let input = vec![("way", "phone".to_owned()), ("words", "响铃无人接听，已发短信。".to_owned())];
            self.take("try_contact", By::Lead(Worker), input);
        }
    }

    /// What may happen on the way: a person put in charge, a note, a higher level.
    pub(super) fn work(&mut self) {
        if self.quick || self.template.level != "normal" || self.template.kind == "inquiry" {
            return;
        }
        if self.set.dice.chance(15)
            && let Some(person) = self.worker()
        {
            self.pass_time((10, 60), (1, 2));
            self.take("assign", By::Lead(Leader), vec![("person", person)]);
        }
        if self.set.dice.chance(30) {
            self.pass_time((60, 240), (5, 10));
            let words = self.say(&words::NOTES);
            self.take("note", By::Lead(Worker), vec![("words", words), ("show_asker", "yes".to_owned())]);
            self.show("pictures", false);
        }
        if self.set.dice.chance(6) {
            self.pass_time((20, 90), (1, 2));
            let why = "现场看过，涉及两家以上，改为复杂。".to_owned();
            self.take("correct", By::Desk(Clerk), vec![("level", "complex".to_owned()), ("why", why)]);
        }
    }

    fn worker(&self) -> Option<String> {
        let works =
            |post: &&Post| post.org == self.lead && post.area.is_none() && post.roles.contains(&Worker);
        self.set.city.posts.iter().rfind(works).map(|post| post.person.to_string())
    }

    /// From the dispatch to the first word with the asker.
    pub(super) fn take_up(&mut self) {
        self.sign();
        self.contact();
        self.work();
    }

    /// The answer, after so many working minutes; `again` begins one that mends an earlier one.
    pub(super) fn answer(&mut self, after: (i64, i64), again: &str, solved: &'static str) {
        self.pass_time(if self.quick { QUICK } else { after }, (40, 160));
        let reply = self.reply(again, solved);
        self.answer_with("true", solved, reply);
    }

    pub(super) fn answer_untrue(&mut self) {
        self.pass_time(if self.quick { QUICK } else { (300, 900) }, (40, 160));
        let done = month_day(self.at.day());
        let title = self.site.fill(self.matter.title);
        let reply = format!(
            "您好。您说的“{title}”，我们{done}白天和晚上各去看了一次，也问了{}的邻居，没有发现这样的情况，经核实不属实。\
             可能是临时的一两次，再遇到请拍张照片马上说，当天到。",
            self.site.place
        );
        self.answer_with("untrue", "yes", reply);
    }

    fn answer_with(&mut self, truth: &str, solved: &'static str, reply: String) {
        let mut input = vec![("truth", truth.to_owned()), ("solved", solved.to_owned()), ("reply", reply)];
        if solved != "yes" {
            input.push(("why_not", "还剩一部分没有办完，已经排好日子。".to_owned()));
        }
        self.take("answer", By::Lead(Worker), input);
        if truth == "true" {
            self.show("before", false);
            self.show("after", true);
        }
        self.ends = "auditing";
    }

    fn reply(&self, again: &str, solved: &str) -> String {
        let day = self.at.day();
        let next = month_day(self.set.calendar.working_day_after(day, 5));
        let rest =
            if solved == "yes" { "" } else { "还剩一部分，{next}前办完，到时再告诉您。" };
        let (greeting, (check, farewell)) = (self.say(&words::GREETINGS), self.closing());
        self.site
            .fill(&format!("{greeting}{again}{}{check}{rest}{farewell}", self.matter.reply))
            .replace("{done}", &month_day(day))
            .replace("{next}", &next)
    }

    /// How it was checked, and the last words: another pair for each telling, until all have been said.
    fn closing(&self) -> (&'static str, &'static str) {
        let (checks, farewells) = (words::CHECKS.of(self.template), words::FAREWELLS.of(self.template));
        let check = self.telling % checks.len();
        let farewell = (self.telling / checks.len() + check) % farewells.len();
        let word = |from: &[&'static str], at: usize| from.get(at).copied().unwrap_or_default();
        (word(checks, check), word(farewells, farewell))
    }

    /// How long after it was said the first and the last answer came, in milliseconds.
    pub(super) fn answered_after(&self, said: At) -> Option<(i64, i64)> {
        let mut answers = self.steps.iter().filter(|step| step.step == "answer");
        let first = answers.next()?.at;
        let last = answers.next_back().map_or(first, |step| step.at);
        Some((first.0 - said.0, last.0 - said.0))
    }

    pub(super) fn pass(&mut self, confirm: Option<&'static str>) {
        self.pass_time((25, 240), (10, 40));
        let input = confirm.map(|mark| ("confirm", mark.to_owned())).into_iter().collect();
        self.take("pass", By::Holder(Auditor), input);
        self.ends = "calling";
    }

    pub(super) fn send_back(&mut self) {
        self.pass_time((25, 240), (10, 40));
        let reason = self.say(&words::REASONS_BACK);
        self.take("send_back", By::Holder(Auditor), vec![("reason", reason)]);
        self.ends = "working";
    }

    pub(super) fn call_back(&mut self, solved: &'static str) {
        self.pass_time((30, 500), (20, 90));
        let input = self.verdict(solved);
        self.take("call_back", By::Holder(Caller), input);
        self.after_verdict(solved);
    }

    pub(super) fn rate(&mut self, solved: &'static str) {
        self.leisure(40, 2_600);
        let input = self.verdict(solved);
        self.take("rate", By::Asker, input);
        self.after_verdict(solved);
    }

    fn after_verdict(&mut self, solved: &str) {
        self.ends = if solved == "no" { "working" } else { "closed" };
    }

    fn verdict(&self, solved: &str) -> Vec<(&'static str, String)> {
        let dice = self.set.dice;
        let satisfied = match (solved, dice.below(10)) {
            ("no", _) => "unsatisfied",
            ("partly", _) | ("yes", 0 | 1) => "basically",
            _ => "satisfied",
        };
        let contacted = if dice.chance(95) { "yes" } else { "no" };
        let mut input = vec![
            ("contacted", contacted.to_owned()),
            ("solved", solved.to_owned()),
            ("satisfied", satisfied.to_owned()),
        ];
        if dice.chance(60) {
            input.push(("process", satisfied.to_owned()));
        }
        if solved == "no" {
            input.push(("words", self.say(&words::GRUMBLES)));
        } else if dice.chance(45) {
            input.push(("words", self.say(&words::PRAISES)));
        }
        input
    }

    /// Three calls on three days that nobody takes, which close it.
    pub(super) fn call_in_vain(&mut self) {
        for _ in 0..3 {
            self.pass_time((work_time::DAY, work_time::DAY + 60), (1_440, 1_500));
            self.take("try_call", By::Holder(Caller), vec![("words", "无人接听。".to_owned())]);
        }
        self.ends = "closed";
    }

    /// Nobody rates it in fifteen days, and there is nobody to call.
    pub(super) fn lapse_unrated(&mut self) {
        self.at = work_time::moment(self.at.day().plus(16), 180);
        self.take("close_unrated", By::System, Vec::new());
        self.ends = "closed";
    }

    pub(super) fn reopen(&mut self) {
        self.leisure(1_600, 12_000);
        let reason = self.say(&words::GRUMBLES);
        self.take("reopen", By::Asker, vec![("reason", reason)]);
        self.show("pictures", false);
        self.ends = "working";
    }

    /// The unit says that it is not for it; `rightly` after [`Script::dispatch_wrongly`].
    pub(super) fn return_it(&mut self, rightly: bool) {
        self.pass_time((60, 260), (20, 30));
        let basis = "到现场看过，按职责清单这一项由建议的单位负责，现场照片和清单页已附。".to_owned();
        let suggest = if rightly { self.lead } else { self.other() };
        self.take("return", By::Lead(Leader), vec![("basis", basis), ("suggest", suggest.to_string())]);
        self.ends = "returned";
    }

    pub(super) fn redispatch(&mut self) {
        self.pass_time((20, 180), (5, 10));
        self.hand("redispatch", self.lead);
    }

    pub(super) fn refuse_return(&mut self) {
        self.pass_time((20, 180), (5, 10));
        let reason = "去年同类都由贵单位办结，职责清单第三项写明，请继续办理。".to_owned();
        self.take("refuse_return", By::Desk(Clerk), vec![("reason", reason)]);
        self.ends = "working";
    }

    pub(super) fn ask_more(&mut self, working: bool) {
        self.pass_time((20, 90), (5, 10));
        let wanted = self.question().0.to_owned();
        let (step, by) =
            if working { ("ask_more_working", By::Lead(Worker)) } else { ("ask_more", By::Desk(Clerk)) };
        self.take(step, by, vec![("wanted", wanted)]);
        self.ends = "supplementing";
    }

    /// What is asked for, and the asker's answer to it.
    fn question(&self) -> (&'static str, &'static str) {
        words::QUESTIONS.get(self.site.place.len() % words::QUESTIONS.len()).copied().unwrap_or_default()
    }

    pub(super) fn supplement(&mut self, working: bool) {
        self.leisure(30, 1_500);
        let words = self.site.fill(self.question().1);
        self.take("supplement", By::Asker, vec![("words", words)]);
        self.show("pictures", false);
        self.ends = if working { "working" } else { "accepting" };
    }

    /// The asker does not answer within five working days.
    pub(super) fn lapse_supplement(&mut self) {
        self.at = work_time::moment(self.set.calendar.working_day_after(self.at.day(), 6), 180);
        self.take("no_supplement", By::System, Vec::new());
        self.ends = "accepting";
    }

    pub(super) fn withdraw(&mut self) {
        self.leisure(60, 1_200);
        let reason = self.set.dice.word(&["自己弄好了。", "邻居已经说过同一件事。", "弄清楚了，是我看错。"]);
        self.take("withdraw", By::Asker, vec![("reason", reason.to_owned())]);
        self.ends = "withdrawn";
    }

    pub(super) fn refuse(&mut self, why: &Refused) {
        self.pass_time((10, 60), (5, 10));
        let input = vec![("ground", why.ground.to_owned()), ("told", why.told.to_owned())];
        self.take("refuse", By::Desk(Clerk), input);
        self.ends = "refused";
    }

    pub(super) fn appeal(&mut self) {
        self.leisure(600, 2_000);
        let reason = "我说的是现在现场的安全问题，和原来那件不是一回事，请再看一下。".to_owned();
        self.take("appeal", By::Asker, vec![("reason", reason)]);
        self.ends = "accepting";
    }

    /// Thirty days after it closed, where that day has come.
    pub(super) fn archive(&mut self, until: At) {
        let at = work_time::moment(self.at.day().plus(31), 120);
        if self.ends == "closed" && at < until {
            self.at = at;
            self.take("archive", By::System, Vec::new());
            self.ends = "archived";
        }
    }
}
