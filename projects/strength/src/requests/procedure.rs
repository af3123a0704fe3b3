use super::{forms as f, guards as g, oversight as o};
use linli_authz::Role::{Auditor, Caller, Clerk, Leader, Worker};
use linli_procedure::{
    Clock,
    ClockOp::{Pause, Renew, Reopen, Resume, Start, StartOnce, Stop},
    Holder, Link, Notice, Part, Procedure, Recipient, State, Step, To, Tone,
    Who::{self, Anyone, Asker, Desk, Helper, System},
};

/// The request 诉求: T1–T27 of the case rules, parts (T28) and confidentiality (T29). A row of several arrows is several
/// steps.
pub static REQUEST: Procedure = Procedure {
    name: "request",
    version: 2,
    states: STATES,
    steps: STEPS,
    clocks: CLOCKS,
    by_itself: &[
        ("closed", "archive", 29),
        ("calling", "close_unrated", 14),
        ("supplementing", "no_supplement", 4),
    ],
    page: "/my",
    ..Procedure::DEFAULT
};

const fn state(name: &'static str, code: &'static str, tone: Tone, open: bool, holder: Holder) -> State {
    State { name, code, tone, open, holder }
}

static STATES: &[State] = &[
    state("draft", "D0", Tone::Ended, true, Holder::Nobody),
    state("accepting", "S1", Tone::Moving, true, Holder::Desk),
    state("dispatching", "S2", Tone::Moving, true, Holder::Desk),
    state("signing", "S3", Tone::Moving, true, Holder::Lead),
    state("working", "S4", Tone::Moving, true, Holder::Lead),
    state("auditing", "S5", Tone::Confirming, true, Holder::Auditor),
    state("calling", "S6", Tone::Confirming, true, Holder::Caller),
    state("closed", "S7", Tone::Done, false, Holder::Nobody),
    state("archived", "S8", Tone::Ended, false, Holder::Nobody),
    state("refused", "X1", Tone::Ended, false, Holder::Nobody),
    state("withdrawn", "X2", Tone::Ended, false, Holder::Nobody),
    state("merged", "X3", Tone::Ended, false, Holder::Nobody),
    state("supplementing", "W1", Tone::Waiting, true, Holder::Asker),
    state("returned", "R1", Tone::Waiting, true, Holder::Desk),
    state("held", "H1", Tone::Waiting, true, Holder::Lead),
];

/// `decide` is the desk's clock for a returned case, `milestone` and `review` are those of a held one; the others are
/// those of the clock table.
static CLOCKS: &[Clock] = &[
    Clock { name: "accept", carded: false },
    Clock { name: "dispatch", carded: false },
    Clock { name: "sign", carded: false },
    Clock { name: "decide", carded: false },
    Clock { name: "contact", carded: false },
    Clock { name: "finish", carded: true },
    Clock { name: "audit", carded: false },
    Clock { name: "call_back", carded: false },
    Clock { name: "milestone", carded: false },
    Clock { name: "review", carded: false },
];

const LEAD: &[Who] = &[Who::Lead(Worker), Who::Lead(Leader)];
const OPEN: &[&str] = &[
    "accepting",
    "dispatching",
    "signing",
    "working",
    "auditing",
    "calling",
    "supplementing",
    "returned",
    "held",
];
const LEAD_OR_DESK: &[Who] = &[Who::Lead(Worker), Who::Lead(Leader), Desk(Clerk)];

/// Where a case may stand that others are merged into: its answer has not passed yet.
pub const MASTERS: &[&str] =
    &["accepting", "dispatching", "signing", "working", "auditing", "supplementing", "returned", "held"];

const fn tell(to: Recipient, key: &'static str) -> Notice {
    Notice { to, key }
}

static STEPS: &[Step] = &[
    Step {
        name: "say",
        code: "T1",
        from: &["draft"],
        to: To::State("accepting"),
        by: &[Anyone],
        form: f::SAY,
        clocks: &[Start("accept")],
        notices: &[tell(Recipient::Asker, "received"), tell(Recipient::Holder, "new")],
        ..Step::DEFAULT
    },
    Step {
        name: "accept",
        code: "T2",
        from: &["accepting"],
        to: To::OneOf(&["dispatching", "closed"], g::praise_is_closed),
        by: &[Desk(Clerk)],
        form: f::ACCEPT,
        checks: &[g::PLACED, g::RELEASED],
        clocks: &[Stop("accept"), Start("dispatch")],
        notices: &[tell(Recipient::Asker, "accepted")],
        part: Some(Part::Desk),
        separate_from: &[Part::Refuser],
        then: Some(o::said_again),
        ..Step::DEFAULT
    },
    Step {
        name: "dispatch",
        code: "T5",
        from: &["dispatching"],
        to: To::State("signing"),
        by: &[Desk(Clerk)],
        form: f::DISPATCH,
        clocks: &[Stop("dispatch"), Start("sign"), StartOnce("finish")],
        notices: &[
            tell(Recipient::Lead, "dispatched"),
            tell(Recipient::Helpers, "helping"),
            tell(Recipient::Asker, "dispatched_to"),
        ],
        part: Some(Part::Desk),
        marks: &["first_handler"],
        ..Step::DEFAULT
    },
    Step {
        name: "sign",
        code: "T6",
        from: &["signing"],
        to: To::State("working"),
        by: LEAD,
        clocks: &[Stop("sign"), Start("contact")],
        notices: &[tell(Recipient::Asker, "signed")],
        part: Some(Part::Handler),
        takes_charge: true,
        then: Some(g::after_sign),
        ..Step::DEFAULT
    },
    Step {
        name: "contact",
        code: "T9a",
        from: &["working"],
        by: LEAD_OR_DESK,
        form: f::CONTACT,
        guards: &[g::NOT_A_PART, g::WHO_CONTACTS],
        checks: &[g::WAY_FITS, g::NOT_LATER_THAN_NOW],
        clocks: &[Stop("contact")],
        notices: &[tell(Recipient::Asker, "contacted"), tell(Recipient::Lead, "contacted_for_you")],
        part: Some(Part::Handler),
        marks: &["contacted"],
        ..Step::DEFAULT
    },
    Step {
        name: "try_contact",
        code: "T9b",
        from: &["working"],
        by: LEAD_OR_DESK,
        form: f::TRY_CONTACT,
        guards: &[g::WHO_CONTACTS, g::REACHABLE, g::NOT_CONTACTED, g::TRIES_APART],
        part: Some(Part::Handler),
        then: Some(g::third_try_counts),
        ..Step::DEFAULT
    },
    Step {
        name: "count_contact",
        code: "T9c",
        from: &["working"],
        by: &[System],
        clocks: &[Stop("contact")],
        marks: &["contacted"],
        ..Step::DEFAULT
    },
    Step {
        name: "answer",
        code: "T12",
        from: &["working"],
        to: To::State("auditing"),
        by: LEAD,
        form: f::ANSWER,
        guards: &[g::CONTACTED, g::PARTS_DONE],
        checks: &[g::REPLY_GATE],
        clocks: &[Stop("finish"), Start("audit")],
        notices: &[tell(Recipient::Holder, "to_audit"), tell(Recipient::Asker, "answered")],
        part: Some(Part::Handler),
        drops: &["extension_asked", "hold_asked"],
        ..Step::DEFAULT
    },
    Step {
        name: "pass",
        code: "T13a",
        from: &["auditing"],
        to: To::OneOf(&["calling", "closed"], g::a_part_is_closed),
        by: &[Who::Holder(Auditor)],
        form: f::PASS,
        clocks: &[Stop("audit"), Start("call_back")],
        notices: &[tell(Recipient::Asker, "rate"), tell(Recipient::Holder, "to_call")],
        part: Some(Part::Auditor),
        separate_from: &[Part::Handler, Part::Asker],
        drops: o::SUPERVISION,
        carries: &[(Link::Merged, "answered_with"), (Link::Parent, "child_done")],
        ..Step::DEFAULT
    },
    Step {
        name: "send_back",
        code: "T13b",
        from: &["auditing"],
        to: To::State("working"),
        by: &[Who::Holder(Auditor)],
        form: f::SEND_BACK,
        clocks: &[Stop("audit"), Reopen("finish")],
        notices: &[tell(Recipient::Lead, "sent_back")],
        part: Some(Part::Auditor),
        separate_from: &[Part::Handler, Part::Asker],
        ..Step::DEFAULT
    },
    Step {
        name: "call_back",
        code: "T14a",
        from: &["calling"],
        to: To::OneOf(&["closed", "calling"], g::closed_when_solved),
        by: &[Who::Holder(Caller)],
        form: f::CALL_BACK,
        guards: &[g::REACHABLE],
        clocks: &[Stop("call_back")],
        part: Some(Part::Caller),
        separate_from: &[Part::Handler, Part::Asker, Part::Auditor],
        then: Some(g::redo_when_unsolved),
        ..Step::DEFAULT
    },
    Step {
        name: "try_call",
        code: "T14b",
        from: &["calling"],
        by: &[Who::Holder(Caller)],
        form: f::TRY_CALL,
        guards: &[g::REACHABLE],
        part: Some(Part::Caller),
        separate_from: &[Part::Handler, Part::Asker, Part::Auditor],
        then: Some(g::third_call_closes),
        ..Step::DEFAULT
    },
    Step {
        name: "rate",
        code: "T14c",
        from: &["calling"],
        to: To::OneOf(&["closed", "calling"], g::closed_when_solved),
        by: &[Asker],
        form: f::RATE,
        clocks: &[Stop("call_back")],
        notices: &[tell(Recipient::Lead, "rated")],
        then: Some(g::redo_when_unsolved),
        ..Step::DEFAULT
    },
    Step {
        name: "close_unreached",
        code: "T14d",
        from: &["calling"],
        to: To::State("closed"),
        by: &[System],
        notices: &[tell(Recipient::Asker, "unreached")],
        marks: &["unreached"],
        ..Step::DEFAULT
    },
    Step {
        name: "close_unrated",
        code: "T14e",
        from: &["calling"],
        to: To::State("closed"),
        by: &[System],
        guards: &[g::NOBODY_TO_CALL, g::RATING_LAPSED],
        marks: &["unrated"],
        ..Step::DEFAULT
    },
    Step {
        name: "redo",
        code: "T15a",
        from: &["calling"],
        to: To::State("working"),
        by: &[System],
        guards: &[g::HAS_LEAD],
        clocks: &[Start("finish"), Start("contact")],
        notices: &[
            tell(Recipient::Lead, "redo"),
            tell(Recipient::SecretDesk, "secret_again"),
            tell(Recipient::Asker, "taken_up"),
        ],
        drops: &["contacted", "untrue", "beyond", "extended"],
        round_up: true,
        then: Some(super::oversight::round_supervised),
        ..Step::DEFAULT
    },
    Step {
        name: "redo_new",
        code: "T15b",
        from: &["calling"],
        to: To::State("accepting"),
        by: &[System],
        guards: &[g::HAS_NO_LEAD],
        clocks: &[Start("accept")],
        notices: &[tell(Recipient::Holder, "new"), tell(Recipient::Asker, "taken_up")],
        round_up: true,
        ..Step::DEFAULT
    },
    Step {
        name: "archive",
        code: "T16",
        from: &["closed"],
        to: To::State("archived"),
        by: &[System],
        guards: &[g::LONG_CLOSED],
        ..Step::DEFAULT
    },
    Step {
        name: "reopen",
        code: "T21a",
        from: &["closed"],
        to: To::State("working"),
        by: &[Asker],
        form: f::REOPEN,
        guards: &[g::HAS_LEAD, g::REOPENS_ONCE, g::REOPENS_IN_TIME],
        clocks: &[Start("finish"), Start("contact")],
        notices: &[
            tell(Recipient::Lead, "reopened"),
            tell(Recipient::SecretDesk, "secret_again"),
            tell(Recipient::Asker, "taken_up"),
        ],
        drops: &[
            "contacted",
            "untrue",
            "beyond",
            "unreached",
            "unrated",
            "extended",
            "excluded",
            "exclusion_proposed",
        ],
        round_up: true,
        ..Step::DEFAULT
    },
    Step {
        name: "reopen_new",
        code: "T21b",
        from: &["closed"],
        to: To::State("accepting"),
        by: &[Asker],
        form: f::REOPEN,
        guards: &[g::HAS_NO_LEAD, g::REOPENS_ONCE, g::REOPENS_IN_TIME],
        clocks: &[Start("accept")],
        notices: &[tell(Recipient::Holder, "new"), tell(Recipient::Asker, "taken_up")],
        drops: &["unreached", "unrated"],
        round_up: true,
        ..Step::DEFAULT
    },
    Step {
        name: "return",
        code: "T7",
        from: &["signing", "working"],
        to: To::State("returned"),
        by: &[Who::Lead(Leader)],
        form: f::RETURN,
        guards: &[o::NOT_DESIGNATED, g::FIRST_ROUND, g::NOT_URGENT, g::RETURNS_ONCE, g::RETURNS_IN_TIME],
        clocks: &[Stop("sign"), Start("decide")],
        notices: &[tell(Recipient::Desk, "returned")],
        drops: &["extension_asked", "hold_asked"],
        then: Some(o::goes_up),
        ..Step::DEFAULT
    },
    Step {
        name: "redispatch",
        code: "T8a",
        from: &["returned"],
        to: To::State("signing"),
        by: &[Desk(Clerk)],
        form: f::DISPATCH,
        guards: &[o::NOT_RAISED],
        checks: &[g::ANOTHER_UNIT],
        clocks: &[Stop("decide"), Start("sign")],
        notices: &[
            tell(Recipient::Lead, "dispatched"),
            tell(Recipient::Helpers, "helping"),
            tell(Recipient::Asker, "dispatched_to"),
        ],
        part: Some(Part::Desk),
        drops: &["first_handler", "contacted"],
        ..Step::DEFAULT
    },
    Step {
        name: "refuse_return",
        code: "T8b",
        from: &["returned"],
        to: To::State("working"),
        by: &[Desk(Clerk)],
        form: f::REASON,
        guards: &[o::NOT_RAISED],
        clocks: &[Stop("decide"), StartOnce("contact")],
        notices: &[tell(Recipient::Lead, "return_refused")],
        part: Some(Part::Desk),
        ..Step::DEFAULT
    },
    o::RAISE,
    o::DESIGNATE,
    Step {
        name: "refuse",
        code: "T3",
        from: &["accepting"],
        to: To::State("refused"),
        by: &[Desk(Clerk)],
        form: f::REFUSE,
        notices: &[tell(Recipient::Asker, "refused")],
        part: Some(Part::Refuser),
        separate_from: &[Part::Refuser],
        carries: &[(Link::Merged, "master_ended")],
        ..Step::DEFAULT
    },
    Step {
        name: "appeal",
        code: "T19",
        from: &["refused"],
        to: To::State("accepting"),
        by: &[Asker],
        form: f::APPEAL,
        guards: &[g::APPEALS_ONCE, g::APPEALS_IN_TIME],
        clocks: &[Start("accept")],
        notices: &[tell(Recipient::Holder, "appealed")],
        marks: &["appealed"],
        ..Step::DEFAULT
    },
    Step {
        name: "ask_more",
        code: "T22a",
        from: &["accepting"],
        to: To::State("supplementing"),
        by: &[Desk(Clerk)],
        form: f::ASK_MORE,
        clocks: &[Pause("accept")],
        notices: &[tell(Recipient::Asker, "more_wanted")],
        ..Step::DEFAULT
    },
    Step {
        name: "ask_more_working",
        code: "T22b",
        from: &["working"],
        to: To::State("supplementing"),
        by: LEAD_OR_DESK,
        form: f::ASK_MORE,
        guards: &[g::NOT_A_PART, g::WHO_CONTACTS],
        clocks: &[Pause("finish")],
        notices: &[tell(Recipient::Asker, "more_wanted")],
        part: Some(Part::Handler),
        ..Step::DEFAULT
    },
    Step {
        name: "supplement",
        code: "T22c",
        from: &["supplementing"],
        to: To::Back,
        by: &[Asker],
        form: f::SUPPLEMENT,
        clocks: &[Resume("accept"), Resume("finish")],
        notices: &[tell(Recipient::Holder, "supplemented"), tell(Recipient::Desk, "supplemented")],
        ..Step::DEFAULT
    },
    Step {
        name: "no_supplement",
        code: "T22d",
        from: &["supplementing"],
        to: To::Back,
        by: &[System],
        guards: &[g::SUPPLEMENT_LAPSED],
        clocks: &[Resume("accept"), Resume("finish")],
        notices: &[tell(Recipient::Holder, "not_supplemented")],
        ..Step::DEFAULT
    },
    o::ASK_EXTENSION,
    o::GRANT_EXTENSION,
    o::REFUSE_EXTENSION,
    o::LAPSE_EXTENSION,
    o::ASK_HOLD,
    o::GRANT_HOLD,
    o::REFUSE_HOLD,
    o::REACH_MILESTONE,
    o::REVIEW_HOLD,
    o::FINISH_HOLD,
    o::MISS_MILESTONE,
    o::END_HOLD,
    Step {
        name: "assign",
        code: "T24",
        from: &["working"],
        by: LEAD,
        form: f::ASSIGN,
        notices: &[tell(Recipient::Lead, "assigned")],
        ..Step::DEFAULT
    },
    Step {
        name: "add_helper",
        code: "T25a",
        from: &["working"],
        by: LEAD_OR_DESK,
        form: f::ADD_HELPER,
        checks: &[g::HELPER_IS_NOT_LEAD],
        notices: &[tell(Recipient::Helpers, "helping")],
        ..Step::DEFAULT
    },
    Step {
        name: "drop_helper",
        code: "T25b",
        from: &["working"],
        by: LEAD_OR_DESK,
        form: f::DROP_HELPER,
        guards: &[g::HAS_HELPERS],
        ..Step::DEFAULT
    },
    Step {
        name: "note",
        code: "T26",
        from: &["working"],
        by: &[Who::Lead(Worker), Who::Lead(Leader), Helper(Worker), Helper(Leader)],
        form: f::NOTE,
        part: Some(Part::Handler),
        ..Step::DEFAULT
    },
    Step {
        name: "correct",
        code: "T27",
        from: &["accepting", "dispatching", "signing", "working", "auditing"],
        by: &[Desk(Clerk)],
        form: f::CORRECT,
        checks: &[g::SOMETHING_CHANGES],
        clocks: &[Renew],
        ..Step::DEFAULT
    },
    o::PROBLEM,
    o::SUPERVISE,
    o::SUPERVISE_1,
    o::SUPERVISE_2,
    o::LIFT,
    Step {
        name: "withdraw",
        code: "T18",
        from: &["accepting", "dispatching", "signing", "working", "supplementing", "returned"],
        to: To::State("withdrawn"),
        by: &[Asker],
        form: f::WITHDRAW,
        notices: &[tell(Recipient::Desk, "withdrawn"), tell(Recipient::Lead, "withdrawn")],
        carries: &[(Link::Merged, "master_ended"), (Link::Children, "parent_ended")],
        ..Step::DEFAULT
    },
    Step {
        name: "propose_exclusion",
        code: "E1",
        from: &["working", "auditing", "calling", "closed", "archived"],
        by: &[Desk(Clerk), Who::Lead(Leader)],
        form: f::PROPOSE_EXCLUSION,
        guards: &[g::NOT_EXCLUDED],
        checks: &[g::HELD_BEFORE],
        marks: &["exclusion_proposed"],
        ..Step::DEFAULT
    },
    Step {
        name: "exclude",
        code: "E2a",
        from: &["working", "auditing", "calling", "closed", "archived"],
        by: &[Desk(Auditor)],
        guards: &[g::EXCLUSION_PROPOSED, g::NOT_THE_PROPOSER],
        checks: &[g::ABOVE_THE_LEAD],
        notices: &[tell(Recipient::Lead, "excluded")],
        separate_from: &[Part::Handler, Part::Asker],
        marks: &["excluded"],
        drops: &["exclusion_proposed"],
        ..Step::DEFAULT
    },
    Step {
        name: "refuse_exclusion",
        code: "E2b",
        from: &["working", "auditing", "calling", "closed", "archived"],
        by: &[Desk(Auditor)],
        form: f::REASON,
        guards: &[g::EXCLUSION_PROPOSED, g::NOT_THE_PROPOSER],
        checks: &[g::ABOVE_THE_LEAD],
        notices: &[tell(Recipient::Lead, "exclusion_refused")],
        separate_from: &[Part::Handler, Part::Asker],
        drops: &["exclusion_proposed"],
        ..Step::DEFAULT
    },
    Step {
        name: "restore",
        code: "E3",
        from: &["working", "auditing", "calling", "closed", "archived"],
        by: &[Desk(Auditor)],
        form: f::REASON,
        guards: &[g::EXCLUDED],
        checks: &[g::ABOVE_THE_LEAD],
        notices: &[tell(Recipient::Lead, "restored")],
        separate_from: &[Part::Handler, Part::Asker],
        drops: &["excluded"],
        ..Step::DEFAULT
    },
    Step {
        name: "import_answered",
        code: "T23a",
        from: &["draft"],
        to: To::State("calling"),
        by: &[System],
        marks: &["imported", "not_assessed"],
        ..Step::DEFAULT
    },
    Step {
        name: "import_open",
        code: "T23b",
        from: &["draft"],
        to: To::State("accepting"),
        by: &[System],
        marks: &["imported", "not_assessed"],
        ..Step::DEFAULT
    },
    // cases that are handled together 并案
    Step {
        name: "merge",
        code: "T4a",
        from: &["accepting", "dispatching", "signing"],
        to: To::State("merged"),
        by: &[Desk(Clerk)],
        form: f::MERGE,
        guards: &[g::NOT_A_PART, g::NOTHING_MERGED, g::PARTS_DONE],
        checks: &[g::SAME_MATTER],
        notices: &[tell(Recipient::Asker, "merged"), tell(Recipient::Lead, "merged_away")],
        part: Some(Part::Desk),
        carries: &[(Link::Master, "takes_in")],
        ..Step::DEFAULT
    },
    Step { name: "takes_in", code: "T4b", from: MASTERS, by: &[System], ..Step::DEFAULT },
    Step {
        name: "answered_with",
        code: "T4c",
        from: &["merged"],
        to: To::State("calling"),
        by: &[System],
        form: f::ANSWERED_WITH,
        clocks: &[Start("call_back")],
        notices: &[tell(Recipient::Asker, "rate"), tell(Recipient::Holder, "to_call")],
        ..Step::DEFAULT
    },
    Step {
        name: "unmerge",
        code: "T4d",
        from: &["merged"],
        to: To::State("accepting"),
        by: &[Desk(Clerk)],
        form: f::REASON,
        clocks: &[Start("accept")],
        notices: &[tell(Recipient::Asker, "unmerged")],
        part: Some(Part::Desk),
        drops: &["first_handler"],
        unlinks: true,
        carries: &[(Link::Master, "lets_go")],
        ..Step::DEFAULT
    },
    Step { name: "lets_go", code: "T4e", from: MASTERS, by: &[System], ..Step::DEFAULT },
    Step {
        name: "master_ended",
        code: "T4f",
        from: &["merged"],
        to: To::State("accepting"),
        by: &[System],
        clocks: &[Start("accept")],
        notices: &[tell(Recipient::Asker, "unmerged"), tell(Recipient::Holder, "master_ended")],
        drops: &["first_handler"],
        unlinks: true,
        ..Step::DEFAULT
    },
    // parts of a case 拆分
    Step {
        name: "split",
        code: "T28a",
        from: &["working"],
        by: LEAD_OR_DESK,
        form: f::SPLIT,
        guards: &[g::NOT_A_PART, g::ROOM_FOR_PARTS],
        opens: Some("split_off"),
        ..Step::DEFAULT
    },
    Step {
        name: "split_off",
        code: "T28b",
        from: &["draft"],
        to: To::State("signing"),
        by: &[System],
        form: f::SPLIT_OFF,
        clocks: &[Start("sign"), Start("finish")],
        notices: &[tell(Recipient::Lead, "dispatched")],
        marks: &["first_handler"],
        ..Step::DEFAULT
    },
    Step {
        name: "child_done",
        code: "T28c",
        from: &["signing", "working", "supplementing", "returned", "held"],
        by: &[System],
        notices: &[tell(Recipient::Lead, "child_done")],
        ..Step::DEFAULT
    },
    Step {
        name: "end_child",
        code: "T28d",
        from: &["signing", "working", "returned", "held"],
        to: To::State("withdrawn"),
        by: &[Desk(Clerk)],
        form: f::REASON,
        guards: &[g::IS_A_PART],
        notices: &[tell(Recipient::Lead, "child_ended")],
        carries: &[(Link::Parent, "child_done")],
        ..Step::DEFAULT
    },
    Step {
        name: "parent_ended",
        code: "T28e",
        from: &["signing", "working", "auditing", "returned", "held"],
        to: To::State("withdrawn"),
        by: &[System],
        notices: &[tell(Recipient::Lead, "child_ended")],
        ..Step::DEFAULT
    },
    // confidential cases 保密
    Step {
        name: "keep_secret",
        code: "T29a",
        from: OPEN,
        by: &[Desk(Clerk)],
        form: f::KEEP_SECRET,
        guards: &[g::NOT_A_PART, g::NOT_SECRET],
        checks: &[g::RELEASES],
        notices: &[tell(Recipient::Lead, "kept_secret")],
        secrecy: Some(true),
        ..Step::DEFAULT
    },
    Step {
        name: "lift_secrecy",
        code: "T29b",
        from: OPEN,
        by: &[Asker],
        form: f::WITHDRAW,
        guards: &[g::SECRET],
        notices: &[tell(Recipient::Desk, "secrecy_lifted"), tell(Recipient::Lead, "secrecy_lifted")],
        secrecy: Some(false),
        ..Step::DEFAULT
    },
    Step {
        name: "contact_wanted",
        code: "T29c",
        from: &["working"],
        by: &[System],
        notices: &[tell(Recipient::Desk, "contact_wanted")],
        ..Step::DEFAULT
    },
    Step {
        name: "ask_desk",
        code: "T29d",
        from: &["signing", "working"],
        by: &[Who::Lead(Worker), Who::Lead(Leader), Helper(Worker), Helper(Leader)],
        form: f::ASK_DESK,
        guards: &[g::SECRET],
        notices: &[tell(Recipient::Desk, "asked_desk")],
        part: Some(Part::Handler),
        ..Step::DEFAULT
    },
    Step {
        name: "tell_handler",
        code: "T29e",
        from: &["signing", "working"],
        by: &[Desk(Clerk)],
        form: f::TELL_HANDLER,
        guards: &[g::SECRET],
        notices: &[tell(Recipient::Lead, "desk_told")],
        ..Step::DEFAULT
    },
    Step {
        name: "import_closed",
        code: "T23c",
        from: &["draft"],
        to: To::State("closed"),
        by: &[System],
        marks: &["imported", "not_assessed"],
        ..Step::DEFAULT
    },
];
