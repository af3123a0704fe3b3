use linli_procedure::{
    Field, FieldKind as K, Need,
    Said::{Beside, Body, Pictures, Place, Title},
    Sets::{self, Agrees, Nothing, Shown},
};

const fn must(name: &'static str, kind: K, sets: Sets) -> Field {
    Field { name, kind, need: Need::Must, sets }
}

const fn may(name: &'static str, kind: K, sets: Sets) -> Field {
    Field { name, kind, need: Need::May, sets }
}

/// The most that take one wish on together.
pub const MOST_HANDS: i64 = 4;

/// Keys of the catalogue's groups: what somebody must be able to do.
pub const SKILLS: &[&str] = &[
    "health.care",
    "health.help",
    "culture.events",
    "culture.sport",
    "environment.clean",
    "environment.repair",
    "community.mutual",
    "community.peace",
    "elders.home",
    "elders.company",
    "education.young",
    "law.advice",
    "law.safety",
    "work.jobs",
    "work.home",
    "hardship.relief",
    "hardship.wish",
    "daily.errands",
];

/// Until when it would be good.
pub const WISH: &[Field] = &[may("before", K::Day, Nothing)];

pub const PUBLISH: &[Field] = &[
    must("shown_title", K::Line(30), Shown(Title)),
    must("shown_body", K::Text(200), Shown(Body)),
    must("shown_place", K::Line(30), Shown(Place)),
    must("heart", K::Choice(&["safe", "warm", "delight", "ease", "joy"]), Nothing),
    must("skill", K::Choice(SKILLS), Nothing),
    may("about", K::Line(40), Shown(Beside)),
    may("before", K::Day, Nothing),
    may("hands", K::Number(1, MOST_HANDS), Nothing),
    may("parts", K::Text(120), Shown(Beside)),
];

/// The asker reads both.
pub const SET_ASIDE: &[Field] = &[
    must(
        "ground",
        K::Choice(&["not_feasible", "not_reasonable", "said_before", "to_sell", "other_way"]),
        Nothing,
    ),
    must("why", K::Text(200), Nothing),
];

pub const ASK: &[Field] =
    &[must("helper_person", K::Helper, Sets::Asked), may("handover", K::Text(500), Nothing)];

pub const GIVE: &[Field] = &[must("provider", K::Org, Sets::Lead), may("handover", K::Text(500), Nothing)];

/// Which part, from 1; 0 is all that is left.
pub const CLAIM: &[Field] =
    &[may("share", K::Number(0, MOST_HANDS), Nothing), may("words", K::Text(200), Nothing)];

pub const WORDS: &[Field] = &[may("words", K::Text(200), Nothing)];

pub const NEWS: &[Field] = &[must("words", K::Text(200), Nothing)];

pub const FULFIL: &[Field] = &[
    must("minutes", K::Number(5, 600), Nothing),
    may("reply", K::Text(500), Nothing),
    may("pictures", K::Pictures(4), Nothing),
];

pub const THANK: &[Field] = &[
    must("came_true", K::Choice(&["yes", "no"]), Nothing),
    may("words", K::Text(300), Nothing),
    may("show_pictures", K::Yes, Agrees("pictures")),
];

pub const SHARE: &[Field] = &[
    must("shown_title", K::Line(30), Shown(Title)),
    must("shown_body", K::Text(300), Shown(Body)),
    must("shown_place", K::Line(30), Shown(Place)),
    may("with_pictures", K::Yes, Shown(Pictures)),
];

pub const TURN: &[Field] = &[must("why", K::Text(200), Nothing)];
