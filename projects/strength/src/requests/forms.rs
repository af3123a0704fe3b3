use linli_procedure::{Field, FieldKind as K, Need, Part, Sets};

/// 咨询 求助 投诉 举报 建议 表扬
pub const KINDS: &[&str] = &["inquiry", "help", "complaint", "report", "advice", "praise"];
/// 特急 紧急 一般 复杂
pub const LEVELS: &[&str] = &["urgent", "pressing", "normal", "complex"];

pub(super) const fn field(name: &'static str, kind: K, need: Need, sets: Sets) -> Field {
    Field { name, kind, need, sets }
}

pub(super) const fn must(name: &'static str, kind: K) -> Field {
    field(name, kind, Need::Must, Sets::Nothing)
}

pub(super) const fn may(name: &'static str, kind: K) -> Field {
    field(name, kind, Need::May, Sets::Nothing)
}

const SOLVED: K = K::Choice(&["yes", "partly", "no"]);
const CONTACTED: K = K::Choice(&["yes", "no"]);
const SATISFIED: K = K::Choice(&["satisfied", "basically", "unsatisfied"]);

/// A public request that the asker says is the same matter; the desk decides.
pub const SAY: &[Field] = &[may(linli_casework::SAME, K::Case)];

pub const ACCEPT: &[Field] = &[
    field("kind", K::Choice(KINDS), Need::Must, Sets::Kind),
    field("category", K::Category, Need::Must, Sets::Category),
    field("level", K::Choice(LEVELS), Need::Must, Sets::Level),
    field("area", K::Area, Need::May, Sets::Area),
    HANDLER_WORDS,
    HANDLER_PLACE,
    HANDLER_PICTURES,
];

pub const REFUSE: &[Field] = &[
    must(
        "ground",
        K::Choice(&["court", "petition", "disclosure", "discipline", "secret", "not_public", "unclear"]),
    ),
    must("told", K::Text(500)),
];

pub const DISPATCH: &[Field] = &[
    field("lead", K::Org, Need::Must, Sets::Lead),
    field("helpers", K::Orgs, Need::May, Sets::Helpers),
    may("instruction", K::Text(500)),
];

pub const CONTACT: &[Field] = &[
    must("way", K::Choice(&["phone", "visit", "message", "public_note"])),
    may("happened", K::Moment),
    must("result", K::Text(500)),
];

pub const TRY_CONTACT: &[Field] =
    &[must("way", K::Choice(&["phone", "visit", "message"])), may("words", K::Text(200))];

pub const ANSWER: &[Field] = &[
    must("truth", K::Choice(&["true", "untrue", "beyond"])),
    must("solved", SOLVED),
    field("why_not", K::Text(500), Need::When("solved", &["partly", "no"]), Sets::Nothing),
    must("reply", K::Text(2000)),
    may("before", K::Pictures(4)),
    may("after", K::Pictures(4)),
    may("override", K::Text(300)),
];

pub const PASS: &[Field] = &[
    field("confirm", K::Choice(&["untrue", "beyond"]), Need::May, Sets::Mark),
    may("reply", K::Text(2000)),
    may("opinion", K::Text(300)),
];

pub const SEND_BACK: &[Field] = &[must("reason", K::Text(500))];

pub const CALL_BACK: &[Field] = &[
    must("contacted", CONTACTED),
    must("solved", SOLVED),
    may("satisfied", SATISFIED),
    may("process", SATISFIED),
    may("words", K::Text(500)),
];

pub const TRY_CALL: &[Field] = &[may("words", K::Text(200))];

pub const RATE: &[Field] = CALL_BACK;

pub const REOPEN: &[Field] = &[must("reason", K::Text(500)), may("pictures", K::Pictures(4))];

pub const RETURN: &[Field] = &[must("basis", K::Text(500)), must("suggest", K::Org)];

pub const REASON: &[Field] = &[must("reason", K::Text(500))];

pub const APPEAL: &[Field] = &[must("reason", K::Text(500))];

pub const ASK_MORE: &[Field] = &[must("wanted", K::Text(300))];

pub const SUPPLEMENT: &[Field] = &[must("words", K::Text(1000)), may("pictures", K::Pictures(4))];

pub const ASSIGN: &[Field] = &[field("person", K::Person, Need::Must, Sets::Person)];

pub const ADD_HELPER: &[Field] = &[field("helpers", K::Orgs, Need::Must, Sets::Helpers)];

pub const DROP_HELPER: &[Field] = &[field("helper", K::Org, Need::Must, Sets::DropHelper)];

pub const NOTE: &[Field] =
    &[must("words", K::Text(1000)), may("pictures", K::Pictures(4)), may("show_asker", K::Yes)];

pub const CORRECT: &[Field] = &[
    field("kind", K::Choice(KINDS), Need::May, Sets::Kind),
    field("category", K::Category, Need::May, Sets::Category),
    field("level", K::Choice(LEVELS), Need::May, Sets::Level),
    field("area", K::Area, Need::May, Sets::Area),
    may("why", K::Text(300)),
];

pub const WITHDRAW: &[Field] = &[may("reason", K::Text(300))];

pub const PROPOSE_EXCLUSION: &[Field] =
    &[must("code", K::Choice(&["untrue", "beyond", "abuse", "held"])), must("reason", K::Text(500))];

// cases that are handled together, and parts of a case

pub const MERGE: &[Field] = &[field("master", K::Case, Need::Must, Sets::Master)];

pub const ANSWERED_WITH: &[Field] = &[
    field("lead", K::Org, Need::Must, Sets::Lead),
    must("reply", K::Text(2000)),
    field("confirm", K::Choice(&["untrue", "beyond"]), Need::May, Sets::Mark),
    field("handlers", K::People, Need::Must, Sets::Played(Part::Handler)),
    field("auditors", K::People, Need::Must, Sets::Played(Part::Auditor)),
];

pub const SPLIT: &[Field] = &[must("unit", K::Org), must("part", K::Text(1000))];

pub const SPLIT_OFF: &[Field] = &[
    field("lead", K::Org, Need::Must, Sets::Lead),
    field("kind", K::Choice(KINDS), Need::May, Sets::Kind),
    field("category", K::Category, Need::May, Sets::Category),
    field("level", K::Choice(LEVELS), Need::May, Sets::Level),
];

// what the handler of a confidential case reads

const HANDLER_WORDS: Field = field("handler_words", K::Text(2000), Need::May, Sets::Handler);
const HANDLER_PLACE: Field = field("handler_place", K::Line(200), Need::May, Sets::Handler);
const HANDLER_PICTURES: Field = field("handler_pictures", K::Yes, Need::May, Sets::Handler);

pub const KEEP_SECRET: &[Field] = &[HANDLER_WORDS, HANDLER_PLACE, HANDLER_PICTURES];

pub const ASK_DESK: &[Field] = &[must("question", K::Text(500))];

pub const TELL_HANDLER: &[Field] = &[must("words", K::Text(1000)), may("pictures", K::Pictures(4))];
