use super::{forms as f, guards as g};
use linli_authz::Role::{Caller, Clerk, Leader, Worker};
use linli_procedure::{
    Clock,
    ClockOp::{Start, Stop},
    Holder, Notice, Part, Procedure,
    Recipient::{self, Lead},
    State, Step, Takers, To, Tone,
    Who::{self, Anyone, Asked, Asker, Comer, ComerFor, Desk, System, Taker},
};

/// The wish 微心愿: screened, shown where the asker agreed, claimed by one, by several or by a unit, and it came true when
/// the asker says so.
pub static WISH: Procedure = Procedure {
    name: "wish",
    version: 1,
    states: STATES,
    steps: STEPS,
    clocks: CLOCKS,
    by_itself: &[("thanking", "unthanked", 14)],
    run_out: &[("take", "lapse"), ("fulfil", "nudge"), ("last", "let_go")],
    taken_on: true,
    page: "/wishes",
};

const fn state(name: &'static str, code: &'static str, tone: Tone, open: bool, holder: Holder) -> State {
    State { name, code, tone, open, holder }
}

static STATES: &[State] = &[
    state("wishing", "W0", Tone::Ended, true, Holder::Nobody),
    state("screening", "W1", Tone::Moving, true, Holder::Desk),
    state("sought", "W2", Tone::Moving, true, Holder::Desk),
    state("inviting", "W3", Tone::Waiting, true, Holder::Lead),
    state("claimed", "W4", Tone::Moving, true, Holder::Lead),
    state("thanking", "W5", Tone::Confirming, true, Holder::Asker),
    state("fulfilled", "W6", Tone::Done, false, Holder::Nobody),
    state("unsaid", "W7", Tone::Ended, false, Holder::Nobody),
    state("set_aside", "X1", Tone::Ended, false, Holder::Nobody),
    state("taken_back", "X2", Tone::Ended, false, Holder::Nobody),
    state("turned", "X3", Tone::Ended, false, Holder::Nobody),
];

/// `fulfil` runs while somebody has it in hand and nothing is heard, `last` after they were asked.
static CLOCKS: &[Clock] = &[
    Clock { name: "screen", carded: false },
    Clock { name: "take", carded: false },
    Clock { name: "fulfil", carded: false },
    Clock { name: "last", carded: false },
];

const TAKER: &[Who] = &[Taker, Who::Lead(Worker), Who::Lead(Leader)];
const TO_ASK: &[&str] = &["screening", "sought"];
const IN_HAND: &[&str] = &["sought", "claimed"];

const fn tell(to: Recipient, key: &'static str) -> Notice {
    Notice { to, key }
}

static STEPS: &[Step] = &[
    Step {
        name: "wish",
        code: "C1",
        from: &["wishing"],
        to: To::State("screening"),
        by: &[Anyone],
        form: f::WISH,
        clocks: &[Start("screen")],
        notices: &[tell(Recipient::Asker, "wish_received"), tell(Recipient::Holder, "wish_new")],
        marks: &["not_assessed"],
        ..Step::DEFAULT
    },
    Step {
        name: "publish",
        code: "C2a",
        from: &["screening"],
        to: To::State("sought"),
        by: &[Desk(Clerk)],
        form: f::PUBLISH,
        clocks: &[Stop("screen")],
        notices: &[tell(Recipient::Asker, "wish_published")],
        part: Some(Part::Desk),
        ..Step::DEFAULT
    },
    Step {
        name: "ask",
        code: "C2b",
        from: TO_ASK,
        to: To::State("inviting"),
        by: &[Desk(Clerk)],
        form: f::ASK,
        clocks: &[Stop("screen"), Start("take")],
        notices: &[tell(Recipient::Asked, "wish_asked")],
        part: Some(Part::Desk),
        ..Step::DEFAULT
    },
    Step {
        name: "give",
        code: "C2c",
        from: TO_ASK,
        to: To::State("inviting"),
        by: &[Desk(Clerk)],
        form: f::GIVE,
        clocks: &[Stop("screen"), Start("take")],
        notices: &[tell(Lead, "wish_given")],
        part: Some(Part::Desk),
        ..Step::DEFAULT
    },
    Step {
        name: "claim",
        code: "C3",
        from: &["sought"],
        to: To::OneOf(&["claimed", "sought"], g::after_claim),
        by: &[Comer, ComerFor(Worker), ComerFor(Leader)],
        form: f::CLAIM,
        checks: &[g::FREE],
        clocks: &[Start("fulfil")],
        notices: &[tell(Recipient::Asker, "wish_claimed"), tell(Recipient::Desk, "wish_claimed_desk")],
        part: Some(Part::Handler),
        takers: Takers::Come,
        ..Step::DEFAULT
    },
    Step {
        name: "take_on",
        code: "C4",
        from: &["inviting"],
        to: To::State("claimed"),
        by: &[Asked, Who::Lead(Worker), Who::Lead(Leader)],
        form: f::WORDS,
        clocks: &[Stop("take"), Start("fulfil")],
        notices: &[tell(Recipient::Asker, "wish_claimed"), tell(Recipient::Desk, "wish_claimed_desk")],
        part: Some(Part::Handler),
        takers: Takers::TakeOn,
        ..Step::DEFAULT
    },
    Step {
        name: "decline",
        code: "C5a",
        from: &["inviting"],
        to: To::OneOf(&["sought", "screening"], g::back),
        by: &[Asked, Who::Lead(Worker), Who::Lead(Leader)],
        form: f::WORDS,
        clocks: &[Stop("take")],
        notices: &[tell(Recipient::Desk, "wish_declined")],
        takers: Takers::Unask,
        ..Step::DEFAULT
    },
    Step {
        name: "lapse",
        code: "C5b",
        from: &["inviting"],
        to: To::OneOf(&["sought", "screening"], g::back),
        by: &[System],
        guards: &[g::NOBODY_SAID],
        clocks: &[Stop("take")],
        notices: &[tell(Recipient::Desk, "wish_unanswered")],
        takers: Takers::Unask,
        ..Step::DEFAULT
    },
    Step {
        name: "call_off",
        code: "C5c",
        from: &["inviting"],
        to: To::OneOf(&["sought", "screening"], g::back),
        by: &[Desk(Clerk)],
        clocks: &[Stop("take")],
        takers: Takers::Unask,
        ..Step::DEFAULT
    },
    Step {
        name: "news",
        code: "C6a",
        from: IN_HAND,
        by: TAKER,
        form: f::NEWS,
        clocks: &[Stop("last"), Start("fulfil")],
        notices: &[tell(Recipient::Asker, "wish_news")],
        ..Step::DEFAULT
    },
    Step {
        name: "nudge",
        code: "C6b",
        from: IN_HAND,
        by: &[System],
        guards: &[g::SILENT],
        clocks: &[Stop("fulfil"), Start("last")],
        notices: &[tell(Recipient::Takers, "wish_still"), tell(Lead, "wish_still")],
        ..Step::DEFAULT
    },
    Step {
        name: "let_go",
        code: "C6c",
        from: IN_HAND,
        to: To::OneOf(&["sought", "screening"], g::back),
        by: &[System],
        guards: &[g::STILL_SILENT],
        clocks: &[Stop("last"), Stop("fulfil")],
        notices: &[
            tell(Recipient::Takers, "wish_let_go"),
            tell(Lead, "wish_let_go"),
            tell(Recipient::Desk, "wish_back"),
            tell(Recipient::Asker, "wish_looking_again"),
        ],
        takers: Takers::LetGo,
        ..Step::DEFAULT
    },
    Step {
        name: "leave",
        code: "C6d",
        from: IN_HAND,
        to: To::OneOf(&["sought", "screening"], g::back),
        by: TAKER,
        form: f::WORDS,
        clocks: &[Stop("fulfil"), Stop("last")],
        notices: &[tell(Recipient::Desk, "wish_back"), tell(Recipient::Asker, "wish_looking_again")],
        takers: Takers::Leave,
        then: Some(g::others_stay),
        ..Step::DEFAULT
    },
    Step {
        name: "stay",
        code: "C6e",
        from: &["sought", "screening"],
        by: &[System],
        clocks: &[Start("fulfil")],
        ..Step::DEFAULT
    },
    Step {
        name: "fulfil",
        code: "C7",
        from: IN_HAND,
        to: To::State("thanking"),
        by: TAKER,
        form: f::FULFIL,
        clocks: &[Stop("fulfil"), Stop("last")],
        notices: &[tell(Recipient::Asker, "wish_done"), tell(Recipient::Desk, "wish_done_desk")],
        part: Some(Part::Handler),
        ..Step::DEFAULT
    },
    Step {
        name: "thank",
        code: "C8a",
        from: &["thanking", "unsaid"],
        to: To::OneOf(&["fulfilled", "claimed"], g::said),
        by: &[Asker, Desk(Clerk), Desk(Caller)],
        form: f::THANK,
        clocks: &[Start("fulfil")],
        notices: &[tell(Recipient::Takers, "wish_thanked"), tell(Lead, "wish_thanked")],
        separate_from: &[Part::Handler],
        ..Step::DEFAULT
    },
    Step {
        name: "unthanked",
        code: "C8b",
        from: &["thanking"],
        to: To::State("unsaid"),
        by: &[System],
        guards: &[g::UNSAID],
        notices: &[tell(Recipient::Desk, "wish_unsaid")],
        ..Step::DEFAULT
    },
    Step {
        name: "share",
        code: "C9",
        from: &["fulfilled"],
        by: &[Desk(Clerk)],
        form: f::SHARE,
        ..Step::DEFAULT
    },
    Step {
        name: "set_aside",
        code: "X1",
        from: TO_ASK,
        to: To::State("set_aside"),
        by: &[Desk(Clerk)],
        form: f::SET_ASIDE,
        notices: &[tell(Recipient::Asker, "wish_set_aside"), tell(Recipient::Takers, "wish_over")],
        part: Some(Part::Desk),
        hides: true,
        ..Step::DEFAULT
    },
    Step {
        name: "take_back",
        code: "X2",
        from: &["screening", "sought", "inviting", "claimed"],
        to: To::State("taken_back"),
        by: &[Asker, Desk(Clerk)],
        form: f::WORDS,
        notices: &[
            tell(Recipient::Takers, "wish_over"),
            tell(Lead, "wish_over"),
            tell(Recipient::Desk, "wish_over"),
            tell(Recipient::Asker, "wish_taken_back"),
        ],
        hides: true,
        ..Step::DEFAULT
    },
    Step {
        name: "turn",
        code: "X3",
        from: TO_ASK,
        to: To::State("turned"),
        by: &[Desk(Clerk)],
        form: f::TURN,
        notices: &[tell(Recipient::Asker, "wish_turned"), tell(Recipient::Takers, "wish_over")],
        becomes: Some(("request", "say")),
        hides: true,
        ..Step::DEFAULT
    },
];
