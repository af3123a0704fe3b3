use crate::{Case, Facts, Field, Input, Outside, Profile};
use linli_authz::{Actor, Role};
use linli_base::{At, Day, Refusal};
use linli_calendar::Calendar;

/// One flow, whole. Names are keys of the room's messages: `state.<name>`, `step.<name>`, `field.<name>`,
/// `option.<field>.<value>`, `refusal.<code>`, `notice.<key>`.
pub struct Procedure {
    /// Stored on the case.
    pub name: &'static str,
    /// Raised when the table changes in a way that running cases would notice.
    pub version: i64,
    /// The first is where a case starts, before its first step.
    pub states: &'static [State],
    /// In the order in which a page offers them.
    pub steps: &'static [Step],
    /// Every clock that a step may start.
    pub clocks: &'static [Clock],
    /// Steps that the program takes by itself, each with the state and how many days at least a case stands there
    /// before it is worth asking.
    pub by_itself: &'static [(&'static str, &'static str, i64)],
    /// Steps that the program takes by itself when a clock has run out: the clock, the step.
    pub run_out: &'static [(&'static str, &'static str)],
    /// Whether people are asked to take its cases on.
    pub taken_on: bool,
    /// Where its room shows a case to its asker: `/orders`, without the number.
    pub page: &'static str,
}

/// Where a case can stand.
pub struct State {
    /// Stored on the case.
    pub name: &'static str,
    /// The code in the domain's papers, such as `S4`.
    pub code: &'static str,
    /// How it is shown.
    pub tone: Tone,
    /// Whether somebody still has to do something.
    pub open: bool,
    /// Whose turn it is.
    pub holder: Holder,
}

/// The five meanings of colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Blue: moving.
    Moving,
    /// Gold: waiting for a confirmation.
    Confirming,
    /// Green: done.
    Done,
    /// Amber: stands, waits for someone.
    Waiting,
    /// Grey: over.
    Ended,
}

/// Whose turn it is in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Nobody's.
    Nobody,
    /// The desk that accepts and dispatches.
    Desk,
    /// The lead handler.
    Lead,
    /// The auditing org.
    Auditor,
    /// The calling org.
    Caller,
    /// The asker.
    Asker,
    /// The city's desk.
    Top,
    /// The office of the street that the case lies in, else the city's desk.
    Street,
}

/// One step of the table.
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the table of its own")]
pub struct Step {
    /// Stored on the event; the API's name of it.
    pub name: &'static str,
    /// The code in the domain's papers, such as `T2`.
    pub code: &'static str,
    /// The states in which it may be taken.
    pub from: &'static [&'static str],
    /// Where it leads.
    pub to: To,
    /// Who may take it: any of these.
    pub by: &'static [Who],
    /// What is asked.
    pub form: &'static [Field],
    /// What must hold before the form is offered.
    pub guards: &'static [Rule],
    /// What must hold of the input.
    pub checks: &'static [Rule],
    /// What it does to the clocks.
    pub clocks: &'static [ClockOp],
    /// Who is told.
    pub notices: &'static [Notice],
    /// The part that the actor plays by taking it.
    pub part: Option<Part>,
    /// Parts whose players may not take it.
    pub separate_from: &'static [Part],
    /// Marks that it puts on the case.
    pub marks: &'static [&'static str],
    /// Marks that it takes off the case.
    pub drops: &'static [&'static str],
    /// Whether a new round begins.
    pub round_up: bool,
    /// Whether the actor becomes the person in charge.
    pub takes_charge: bool,
    /// Whose turn it is afterwards, where it is not the state's holder's.
    pub turn: Option<Holder>,
    /// The last day of the clock that [`ClockOp::StartUntil`] starts; `None` stops it.
    pub until: Option<fn(&Ctx<'_>) -> Option<Day>>,
    /// A system step that follows at once, in the same transaction, where the function says so.
    pub then: Option<fn(&Ctx<'_>) -> Option<&'static str>>,
    /// System steps that linked cases take at once, in the same transaction. They carry nothing on.
    pub carries: &'static [(Link, &'static str)],
    /// The step by which a part of this case begins its own way, in the same transaction.
    pub opens: Option<&'static str>,
    /// The flow and the first step by which a case of another kind begins, in the same transaction, with the asker and
    /// the place of this one: with its words, or with those of the field `words`.
    pub becomes: Option<(&'static str, &'static str)>,
    /// The case that it becomes is the same once more: called the same, with what this makes of what was filled in first.
    pub again: Option<fn(&Input, Day) -> Input>,
    /// What it does to those who take the case on.
    pub takers: Takers,
    /// Whether it leaves its master, whoever handled it and its clocks, to begin anew.
    pub unlinks: bool,
    /// Makes the case confidential, or lifts that.
    pub secrecy: Option<bool>,
    /// Takes the copy down that everybody may read.
    pub hides: bool,
}

/// What a step does to those who take a case on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takers {
    /// Nothing.
    Keep,
    /// Whoever was asked by name has taken it on.
    TakeOn,
    /// Whoever takes the step has taken it on: the org of their hat as lead handler, or they themselves.
    Come,
    /// Whoever takes the step is let go, and nobody else.
    Leave,
    /// Nobody is asked any more; whoever else has it in hand keeps it.
    Unask,
    /// Nobody is asked any more, and whoever had it in hand is let go: people, lead handler and helpers.
    LetGo,
}

/// How another case hangs on this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Cases that stand merged into this one.
    Merged,
    /// The one that this one was merged into.
    Master,
    /// Parts of this one that are open.
    Children,
    /// The one that this one is a part of.
    Parent,
}

/// Where a step leads.
pub enum To {
    /// Always there.
    State(&'static str),
    /// Nowhere: the state stays.
    Stay,
    /// To where the case was before it was sent here.
    Back,
    /// To one of these; the function says which.
    OneOf(&'static [&'static str], fn(&Ctx<'_>) -> &'static str),
}

/// Who may take a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever asks: signed in as the asker, or with the look-up code.
    Asker,
    /// Anybody at all.
    Anyone,
    /// The role, in the case's desk or in an org whose area covers the case.
    Desk(Role),
    /// The role, in the lead handler's org.
    Lead(Role),
    /// The role, in a helper's org.
    Helper(Role),
    /// The role, in the org whose turn it is.
    Holder(Role),
    /// The role, in an org that covers the case and is not the lead handler's.
    Over(Role),
    /// The person who is asked to take it on.
    Asked,
    /// A person who has taken it on.
    Taker,
    /// Somebody without a hat who comes by themselves: neither the asker nor one who has taken it on. They need not
    /// reach the case; the room says whether it is offered to them.
    Comer,
    /// The same for the org of their hat, with this role in it, while the case has no lead handler.
    ComerFor(Role),
    /// The program: jobs, imports, steps that follow from others.
    System,
}

/// A part that a person plays in a case; parts are kept apart (separation of duty).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Who asked.
    Asker,
    /// Who accepted or dispatched.
    Desk,
    /// Who refused to accept.
    Refuser,
    /// Who signed, contacted, worked or answered, in any round, helpers too.
    Handler,
    /// Who audited.
    Auditor,
    /// Who called back.
    Caller,
}

/// A named rule: says yes, or refuses with words.
pub struct Rule {
    /// For the diagram and the docs.
    pub name: &'static str,
    /// The decision.
    pub check: fn(&Ctx<'_>) -> Result<(), Refusal>,
}

/// A clock of the procedure. Its term comes from the profile by `name`.
pub struct Clock {
    /// Key of the profile's terms and of the words `clock.<name>`.
    pub name: &'static str,
    /// Whether cards (yellow before, red after) are shown for it.
    pub carded: bool,
}

/// What a step does to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockOp {
    /// Starts it anew.
    Start(&'static str),
    /// Starts it anew, to run out with the day that the step's `until` says; stops it where there is none.
    StartUntil(&'static str),
    /// Extends it by the working days that the field of the second name holds.
    Extend(&'static str, &'static str),
    /// Starts it, to run out at the moment that the field of the second name holds.
    StartAt(&'static str, &'static str),
    /// Starts it unless it has already run in this round.
    StartOnce(&'static str),
    /// Stops it.
    Stop(&'static str),
    /// Lets it go on after a stop, as if it had not stopped.
    Reopen(&'static str),
    /// Holds it.
    Pause(&'static str),
    /// Lets it go on after a hold.
    Resume(&'static str),
    /// Stops every clock.
    StopAll,
    /// Gives running clocks the terms that now apply.
    Renew,
}

/// Who is told, and with which words.
pub struct Notice {
    /// Who.
    pub to: Recipient,
    /// Key of the words, under `notice.`.
    pub key: &'static str,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// Whoever asked.
    Asker,
    /// The desk.
    Desk,
    /// The desk of a confidential case: it speaks with the asker.
    SecretDesk,
    /// The lead handler.
    Lead,
    /// The helpers.
    Helpers,
    /// The person who is asked to take it on.
    Asked,
    /// The people who have, or had before the step, taken it on.
    Takers,
    /// Whose turn it is after the step.
    Holder,
    /// The office a tier above the lead handler.
    Above,
    /// The office of the street that the case lies in.
    Street,
    /// The city's desk.
    Top,
}

/// All that a decision looks at.
pub struct Ctx<'a> {
    /// The table.
    pub procedure: &'a Procedure,
    /// The case as it stands.
    pub case: &'a Case,
    /// What has been done so far.
    pub facts: &'a Facts,
    /// What the action loaded from elsewhere.
    pub outside: &'a Outside,
    /// What was filled in; empty while guards decide whether to offer the form.
    pub input: &'a Input,
    /// Who acts.
    pub actor: &'a Actor,
    /// When.
    pub now: At,
    /// The working days.
    pub calendar: &'a Calendar,
    /// The city's numbers.
    pub profile: &'a Profile,
}

impl Procedure {
    /// What a procedure is where the table says nothing: use with `..Procedure::DEFAULT`.
    pub const DEFAULT: Procedure = Procedure {
        name: "",
        version: 1,
        states: &[],
        steps: &[],
        clocks: &[],
        by_itself: &[],
        run_out: &[],
        taken_on: false,
        page: "",
    };

    /// The state of the name.
    pub fn state(&self, name: &str) -> Option<&'static State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// The step of the name.
    pub fn step(&self, name: &str) -> Option<&'static Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The clock of the name.
    pub fn clock(&self, name: &str) -> Option<&'static Clock> {
        self.clocks.iter().find(|clock| clock.name == name)
    }
}

impl Step {
    /// What a step is where the table says nothing: use with `..Step::DEFAULT`.
    pub const DEFAULT: Step = Step {
        name: "",
        code: "",
        from: &[],
        to: To::Stay,
        by: &[],
        form: &[],
        guards: &[],
        checks: &[],
        clocks: &[],
        notices: &[],
        part: None,
        separate_from: &[],
        marks: &[],
        drops: &[],
        round_up: false,
        takes_charge: false,
        turn: None,
        until: None,
        then: None,
        carries: &[],
        opens: None,
        becomes: None,
        again: None,
        takers: Takers::Keep,
        unlinks: false,
        secrecy: None,
        hides: false,
    };
}
