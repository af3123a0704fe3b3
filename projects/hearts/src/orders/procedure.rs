use super::{forms as f, guards as g};
use linli_authz::Role::{Auditor, Caller, Clerk, Leader, Worker};
use linli_procedure::{
    Clock,
    ClockOp::{Start, StartAt, StartUntil, Stop},
    Holder, Notice, Part, Procedure,
    Recipient::{self, Lead},
    State, Step, Takers, To, Tone,
    Who::{self, Anyone, Asked, Asker, Comer, Desk, System, Taker},
};

/// The order 点单: somebody is asked, comes, and the asker says how it was. Its cases have figures of their own, so they
/// carry the mark that leaves them out of those of requests.
pub static ORDER: Procedure = Procedure {
    name: "order",
    version: 2,
    states: STATES,
    steps: STEPS,
    clocks: CLOCKS,
    by_itself: &[("rating", "unrated", 7), ("agreed", "remind", 0)],
    run_out: &[("take", "lapse"), ("come", "nobody_came"), ("again", "go_on")],
    taken_on: true,
    page: "/orders",
};

const fn state(name: &'static str, code: &'static str, tone: Tone, open: bool, holder: Holder) -> State {
    State { name, code, tone, open, holder }
}

static STATES: &[State] = &[
    state("choosing", "D0", Tone::Ended, true, Holder::Nobody),
    state("assigning", "D1", Tone::Moving, true, Holder::Desk),
    state("offered", "D1b", Tone::Waiting, true, Holder::Desk),
    state("asking", "D2", Tone::Waiting, true, Holder::Lead),
    state("agreed", "D3", Tone::Moving, true, Holder::Lead),
    state("serving", "D4", Tone::Moving, true, Holder::Lead),
    state("rating", "D5", Tone::Confirming, true, Holder::Asker),
    state("reviewing", "D6", Tone::Confirming, true, Holder::Street),
    state("served", "D7", Tone::Done, false, Holder::Nobody),
    state("paused", "H1", Tone::Waiting, true, Holder::Desk),
    state("cancelled", "X1", Tone::Ended, false, Holder::Nobody),
    state("turned", "X2", Tone::Ended, false, Holder::Nobody),
];

/// `visit` is the time that was agreed; the terms of the others stand in the profile.
static CLOCKS: &[Clock] = &[
    Clock { name: "assign", carded: false },
    Clock { name: "take", carded: false },
    Clock { name: "come", carded: false },
    Clock { name: "visit", carded: false },
    Clock { name: "evaluate", carded: false },
    Clock { name: "again", carded: false },
];

const TAKER: &[Who] = &[Taker, Who::Lead(Worker), Who::Lead(Leader)];
const TO_ASSIGN: &[&str] = &["assigning", "paused"];
const TO_ASK: &[&str] = &["assigning", "paused", "offered"];

/// One that is cancelled was this once; the next one comes all the same.
const SERIES: &[&str] = &[
    "assigning",
    "offered",
    "asking",
    "agreed",
    "serving",
    "rating",
    "reviewing",
    "served",
    "paused",
    "cancelled",
];

const fn tell(to: Recipient, key: &'static str) -> Notice {
    Notice { to, key }
}

static STEPS: &[Step] = &[
    Step {
        name: "order",
        code: "O1",
        from: &["choosing"],
        to: To::State("assigning"),
        by: &[Anyone],
        form: f::WANTED,
        clocks: &[Start("assign")],
        notices: &[tell(Recipient::Asker, "order_received"), tell(Recipient::Holder, "order_new")],
        marks: &["not_assessed"],
        ..Step::DEFAULT
    },
    Step {
        name: "ask",
        code: "O2a",
        from: TO_ASK,
        to: To::State("asking"),
        by: &[Desk(Clerk)],
        form: f::ASK,
        clocks: &[Stop("assign"), Stop("come"), Stop("again"), Start("take")],
        notices: &[tell(Recipient::Asked, "order_asked")],
        part: Some(Part::Desk),
        ..Step::DEFAULT
    },
    Step {
        name: "give",
        code: "O2b",
        from: TO_ASK,
        to: To::State("asking"),
        by: &[Desk(Clerk)],
        form: f::GIVE,
        clocks: &[Stop("assign"), Stop("come"), Stop("again"), Start("take")],
        notices: &[tell(Lead, "order_given")],
        part: Some(Part::Desk),
        ..Step::DEFAULT
    },
    Step {
        name: "offer",
        code: "O2c",
        from: TO_ASSIGN,
        to: To::State("offered"),
        by: &[Desk(Clerk)],
        clocks: &[Stop("assign"), Stop("again"), Start("come")],
        part: Some(Part::Desk),
        ..Step::DEFAULT
    },
    Step {
        name: "come",
        code: "O3b",
        from: &["offered"],
        to: To::State("agreed"),
        by: &[Comer],
        form: f::WHEN,
        checks: &[g::AHEAD],
        clocks: &[Stop("come"), StartAt("visit", "when")],
        notices: &[tell(Recipient::Asker, "order_taken"), tell(Recipient::Desk, "order_come")],
        part: Some(Part::Handler),
        takers: Takers::Come,
        ..Step::DEFAULT
    },
    Step {
        name: "nobody_came",
        code: "O4d",
        from: &["offered"],
        to: To::State("assigning"),
        by: &[System],
        guards: &[g::NOBODY_CAME],
        clocks: &[Stop("come"), Start("assign")],
        notices: &[tell(Recipient::Desk, "order_nobody")],
        ..Step::DEFAULT
    },
    Step {
        name: "stop_offer",
        code: "O4e",
        from: &["offered"],
        to: To::State("assigning"),
        by: &[Desk(Clerk)],
        clocks: &[Stop("come"), Start("assign")],
        ..Step::DEFAULT
    },
    Step {
        name: "take_on",
        code: "O3",
        from: &["asking"],
        to: To::State("agreed"),
        by: &[Asked, Who::Lead(Worker), Who::Lead(Leader)],
        form: f::WHEN,
        checks: &[g::AHEAD],
        clocks: &[Stop("take"), StartAt("visit", "when")],
        notices: &[tell(Recipient::Asker, "order_taken")],
        part: Some(Part::Handler),
        takers: Takers::TakeOn,
        ..Step::DEFAULT
    },
    Step {
        name: "decline",
        code: "O4a",
        from: &["asking"],
        to: To::State("assigning"),
        by: &[Asked, Who::Lead(Worker), Who::Lead(Leader)],
        form: f::DECLINE,
        clocks: &[Stop("take"), Start("assign")],
        notices: &[tell(Recipient::Desk, "order_declined")],
        takers: Takers::LetGo,
        ..Step::DEFAULT
    },
    Step {
        name: "lapse",
        code: "O4b",
        from: &["asking"],
        to: To::State("assigning"),
        by: &[System],
        guards: &[g::NOBODY_SAID],
        clocks: &[Stop("take"), Start("assign")],
        notices: &[tell(Recipient::Desk, "order_lapsed")],
        takers: Takers::LetGo,
        ..Step::DEFAULT
    },
    Step {
        name: "call_off",
        code: "O4c",
        from: &["asking"],
        to: To::State("assigning"),
        by: &[Desk(Clerk)],
        clocks: &[Stop("take"), Start("assign")],
        takers: Takers::LetGo,
        ..Step::DEFAULT
    },
    Step {
        name: "arrive",
        code: "O6a",
        from: &["agreed"],
        to: To::State("serving"),
        by: TAKER,
        form: f::ARRIVE,
        checks: &[g::DOOR],
        clocks: &[Stop("visit")],
        part: Some(Part::Handler),
        ..Step::DEFAULT
    },
    Step {
        name: "here",
        code: "O6b",
        from: &["agreed"],
        to: To::State("serving"),
        by: &[Asker],
        clocks: &[Stop("visit")],
        ..Step::DEFAULT
    },
    Step {
        name: "did",
        code: "O7",
        from: &["agreed", "serving"],
        to: To::State("rating"),
        by: TAKER,
        form: f::DID,
        clocks: &[Stop("visit")],
        notices: &[tell(Recipient::Asker, "order_done")],
        part: Some(Part::Handler),
        ..Step::DEFAULT
    },
    Step {
        name: "rearrange",
        code: "O5a",
        from: &["agreed"],
        by: &[Asker, Taker, Who::Lead(Worker), Who::Lead(Leader), Desk(Clerk)],
        form: f::WHEN,
        checks: &[g::AHEAD],
        clocks: &[StartAt("visit", "when")],
        notices: &[
            tell(Recipient::Asker, "order_moved"),
            tell(Recipient::Takers, "order_moved"),
            tell(Lead, "order_moved"),
        ],
        ..Step::DEFAULT
    },
    Step {
        name: "remind",
        code: "O5c",
        from: &["agreed"],
        by: &[System],
        guards: &[g::SOON],
        notices: &[
            tell(Recipient::Asker, "order_soon"),
            tell(Recipient::Takers, "order_soon"),
            tell(Lead, "order_soon"),
        ],
        ..Step::DEFAULT
    },
    Step {
        name: "give_back",
        code: "O5b",
        from: &["agreed", "serving"],
        to: To::State("assigning"),
        by: TAKER,
        form: f::WHY,
        clocks: &[Stop("visit"), Start("assign")],
        notices: &[tell(Recipient::Desk, "order_given_back"), tell(Recipient::Asker, "order_looking_again")],
        takers: Takers::LetGo,
        ..Step::DEFAULT
    },
    Step {
        name: "rate_order",
        code: "O8a",
        from: &["rating"],
        to: To::State("reviewing"),
        by: &[Asker, Desk(Clerk), Desk(Caller)],
        form: f::RATE,
        clocks: &[Start("evaluate")],
        notices: &[
            tell(Recipient::Takers, "order_rated"),
            tell(Lead, "order_rated"),
            tell(Recipient::Holder, "order_to_evaluate"),
        ],
        separate_from: &[Part::Handler],
        ..Step::DEFAULT
    },
    Step {
        name: "unrated",
        code: "O8b",
        from: &["rating"],
        to: To::State("reviewing"),
        by: &[System],
        guards: &[g::UNRATED],
        clocks: &[Start("evaluate")],
        notices: &[tell(Recipient::Holder, "order_to_evaluate")],
        ..Step::DEFAULT
    },
    Step {
        name: "evaluate",
        code: "O9a",
        from: &["reviewing"],
        to: To::State("served"),
        by: &[Who::Holder(Auditor), Who::Holder(Leader)],
        form: f::EVALUATE,
        clocks: &[Stop("evaluate")],
        notices: &[tell(Recipient::Asker, "order_closed")],
        part: Some(Part::Auditor),
        separate_from: &[Part::Handler, Part::Asker],
        ..Step::DEFAULT
    },
    Step {
        name: "do_again",
        code: "O9b",
        from: &["reviewing"],
        to: To::State("assigning"),
        by: &[Who::Holder(Auditor), Who::Holder(Leader)],
        form: f::WHY,
        clocks: &[Stop("evaluate"), Start("assign")],
        notices: &[tell(Recipient::Desk, "order_again"), tell(Recipient::Asker, "order_looking_again")],
        part: Some(Part::Auditor),
        separate_from: &[Part::Handler, Part::Asker],
        takers: Takers::LetGo,
        round_up: true,
        ..Step::DEFAULT
    },
    Step {
        name: "pause",
        code: "H1a",
        from: &["assigning"],
        to: To::State("paused"),
        by: &[Desk(Clerk)],
        form: f::PAUSE,
        checks: &[g::LATER],
        clocks: &[Stop("assign"), StartUntil("again")],
        until: Some(g::again),
        notices: &[tell(Recipient::Asker, "order_paused")],
        ..Step::DEFAULT
    },
    Step {
        name: "go_on",
        code: "H1b",
        from: &["paused"],
        to: To::State("assigning"),
        by: &[System, Desk(Clerk)],
        guards: &[g::TIME_AGAIN],
        clocks: &[Stop("again"), Start("assign")],
        notices: &[tell(Recipient::Holder, "order_again")],
        ..Step::DEFAULT
    },
    Step {
        name: "turn",
        code: "X2",
        from: TO_ASSIGN,
        to: To::State("turned"),
        by: &[Desk(Clerk)],
        form: f::TURN,
        notices: &[tell(Recipient::Asker, "order_turned")],
        drops: f::SERIES,
        becomes: Some(("request", "say")),
        ..Step::DEFAULT
    },
    Step {
        name: "complain",
        code: "O10",
        from: &["rating", "reviewing", "served"],
        by: &[Asker],
        form: f::COMPLAIN,
        becomes: Some(("request", "say")),
        ..Step::DEFAULT
    },
    Step {
        name: "repeat",
        code: "O11a",
        from: SERIES,
        by: &[System],
        guards: &[g::COMES_AGAIN],
        drops: f::SERIES,
        becomes: Some(("order", "order")),
        again: Some(super::series::next),
        ..Step::DEFAULT
    },
    Step {
        name: "end_series",
        code: "O11b",
        from: SERIES,
        by: &[Asker, Desk(Clerk), System],
        guards: &[g::COMES_AGAIN],
        drops: f::SERIES,
        notices: &[tell(Recipient::Asker, "order_series_over")],
        ..Step::DEFAULT
    },
    Step {
        name: "cancel",
        code: "X1",
        from: &["assigning", "offered", "asking", "agreed", "paused"],
        to: To::State("cancelled"),
        by: &[Asker, Desk(Clerk)],
        form: f::DECLINE,
        notices: &[
            tell(Recipient::Takers, "order_cancelled"),
            tell(Lead, "order_cancelled"),
            tell(Recipient::Desk, "order_cancelled"),
            tell(Recipient::Asker, "order_cancelled"),
        ],
        ..Step::DEFAULT
    },
];
