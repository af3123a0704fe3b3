use linli_procedure::{Field, FieldKind as K, Need, Sets};

const fn field(name: &'static str, kind: K, need: Need, sets: Sets) -> Field {
    Field { name, kind, need, sets }
}

const fn must(name: &'static str, kind: K) -> Field {
    field(name, kind, Need::Must, Sets::Nothing)
}

const fn may(name: &'static str, kind: K) -> Field {
    field(name, kind, Need::May, Sets::Nothing)
}

/// Day and part of the day that were wished for; none is *any*. And how often it comes again.
pub const WANTED: &[Field] = &[
    may("wanted_day", K::Day),
    may("wanted_part", K::Choice(&["morning", "afternoon", "evening"])),
    field("every", K::Choice(SERIES), Need::May, Sets::Mark),
];

/// Marks of an order that comes again.
pub const SERIES: &[&str] = &["weekly", "fortnightly", "four_weekly"];

pub const ASK: &[Field] =
    &[field("helper_person", K::Helper, Need::Must, Sets::Asked), may("handover", K::Text(500))];

pub const GIVE: &[Field] =
    &[field("provider", K::Org, Need::Must, Sets::Lead), may("handover", K::Text(500))];

pub const WHEN: &[Field] = &[must("when", K::Moment), may("words", K::Text(200))];

pub const DECLINE: &[Field] = &[may("words", K::Text(200))];

pub const WHY: &[Field] = &[must("why", K::Text(200))];

pub const ARRIVE: &[Field] = &[may("door", K::Line(4))];

pub const DID: &[Field] = &[
    must("minutes", K::Number(5, 600)),
    may("reply", K::Text(500)),
    may("paid", K::Money),
    may("pictures", K::Pictures(4)),
];

pub const RATE: &[Field] = &[
    must("solved", K::Choice(&["yes", "partly", "no"])),
    must("satisfied", K::Choice(&["satisfied", "basically", "unsatisfied"])),
    may("words", K::Text(500)),
];

pub const EVALUATE: &[Field] =
    &[must("kept", K::Choice(&["kept", "partly", "not_kept"])), must("answer", K::Text(500))];

/// Why it is none for somebody who helps; the asker reads it.
pub const TURN: &[Field] = &[must("why", K::Text(200))];

pub const COMPLAIN: &[Field] = &[must("words", K::Text(500))];

pub const PAUSE: &[Field] = &[must("why", K::Text(200)), must("again", K::Day)];
