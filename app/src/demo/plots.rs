use super::{
    script::Script,
    templates::{Lead, Refused, Template},
    work_time::DAY,
};
use linli_base::At;

/// How a past request went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Past {
    Called,
    Rated,
    Partly,
    Redone,
    Reopened,
    Withdrawn,
    Returned,
    ReturnRefused,
    Supplemented,
    SupplementLapsed,
    SentBack,
    Overdue,
    HardToContact,
    Unreached,
    NoPhone,
    Unrated,
    Untrue,
    Thanked,
}

impl Past {
    /// How many of the present year's three hundred; the rest are called back.
    pub(super) const SHARES: [(Past, usize); 16] = [
        (Past::Rated, 62),
        (Past::Partly, 12),
        (Past::Redone, 16),
        (Past::Reopened, 8),
        (Past::Withdrawn, 10),
        (Past::Returned, 12),
        (Past::ReturnRefused, 4),
        (Past::Supplemented, 12),
        (Past::SupplementLapsed, 3),
        (Past::SentBack, 10),
        (Past::Overdue, 14),
        (Past::HardToContact, 6),
        (Past::Unreached, 7),
        (Past::NoPhone, 9),
        (Past::Unrated, 6),
        (Past::Untrue, 5),
    ];

    pub(super) fn suits(self, template: &Template) -> bool {
        let plain = template.level == "normal" && !matches!(template.kind, "praise" | "inquiry");
        match self {
            Past::Called | Past::Rated | Past::Unreached | Past::NoPhone | Past::Unrated => true,
            Past::Thanked => template.kind == "praise",
            Past::Returned | Past::ReturnRefused => plain && template.lead != Lead::Community,
            Past::Untrue => {
                let seen = ["nature.noise", "nature.air", "traffic.parking", "order.site", "clean.pets"];
                plain && template.kind == "complaint" && seen.contains(&template.category)
            }
            _ => plain,
        }
    }

    /// Whether the asker left a phone; otherwise it is left to chance.
    pub(super) fn phone(self) -> Option<bool> {
        match self {
            Past::NoPhone | Past::Unrated => Some(false),
            Past::Rated => None,
            _ => Some(true),
        }
    }

    pub(super) fn play(self, script: &mut Script<'_>) {
        match self {
            Past::Supplemented => {
                script.ask_more(false);
                script.supplement(false);
            }
            Past::SupplementLapsed => {
                script.ask_more(false);
                script.lapse_supplement();
            }
            _ => {}
        }
        script.accept();
        if script.ends == "closed" {
            return;
        }
        self.hand_over(script);
        if script.ends == "withdrawn" {
            return;
        }
        self.answer(script);
        self.close(script);
    }

    fn hand_over(self, script: &mut Script<'_>) {
        match self {
            Past::Returned => {
                script.dispatch_wrongly();
                script.return_it(true);
                script.redispatch();
                script.take_up();
            }
            Past::ReturnRefused => {
                script.dispatch();
                script.return_it(false);
                script.refuse_return();
                script.contact();
                script.work();
            }
            Past::HardToContact => {
                script.dispatch();
                script.sign();
                script.contact_in_vain();
            }
            Past::Withdrawn => {
                script.dispatch();
                if script.set.dice.chance(60) {
                    script.take_up();
                }
                script.withdraw();
            }
            _ => {
                script.dispatch();
                script.take_up();
            }
        }
    }

    fn answer(self, script: &mut Script<'_>) {
        match self {
            Past::Overdue => script.answer((2_700, 5_000), "", "yes"),
            Past::Partly => script.answer((700, 1_500), "", "partly"),
            Past::Untrue => script.answer_untrue(),
            Past::SentBack => {
                script.answer((300, 900), "", "yes");
                script.send_back();
                script.answer((60, 400), "按审核意见补充：", "yes");
            }
            _ => answer_in_time(script),
        }
    }

    fn close(self, script: &mut Script<'_>) {
        script.pass((self == Past::Untrue).then_some("untrue"));
        match self {
            Past::Rated | Past::NoPhone => script.rate("yes"),
            Past::Partly => script.call_back("partly"),
            Past::Unreached => script.call_in_vain(),
            Past::Unrated => script.lapse_unrated(),
            Past::Redone => {
                script.call_back("no");
                again(script);
                script.call_back("yes");
            }
            Past::Reopened => {
                script.rate("yes");
                script.reopen();
                again(script);
                script.call_back("yes");
            }
            _ => script.call_back("yes"),
        }
    }
}

/// Within the term of its kind and level.
fn answer_in_time(script: &mut Script<'_>) {
    let minutes = match (script.template.kind, script.template.level) {
        (_, "pressing") => (20, 110),
        ("inquiry", _) => (20, 200),
        _ => (200, 1_650),
    };
    script.answer(minutes, "", "yes");
}

fn again(script: &mut Script<'_>) {
    script.contact();
    script.answer((300, 1_200), "您说得对，上一次没有做彻底，这次换了人重新办，并且复核过。", "yes");
    script.pass(None);
}

/// A past request that no desk may take. Who appeals is refused once more, by somebody else.
pub(super) fn refused(script: &mut Script<'_>, why: &Refused, appeals: bool) {
    script.refuse(why);
    if appeals {
        script.appeal();
        script.refuse(why);
    }
}

/// How far an open request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    ToAccept,
    ToDispatch,
    ToSign,
    Working,
    Yellow,
    Overdue,
    SecondRound,
    Auditing,
    Calling,
    Supplementing,
    Returned,
}

impl Open {
    /// How many of the sixty.
    pub(super) const SHARES: [(Open, usize); 11] = [
        (Open::ToAccept, 7),
        (Open::ToDispatch, 5),
        (Open::ToSign, 6),
        (Open::Working, 8),
        (Open::Yellow, 6),
        (Open::Overdue, 5),
        (Open::SecondRound, 3),
        (Open::Auditing, 7),
        (Open::Calling, 7),
        (Open::Supplementing, 3),
        (Open::Returned, 3),
    ];

    pub(super) fn suits(self, template: &Template) -> bool {
        let plain = template.level == "normal" && !matches!(template.kind, "praise" | "inquiry");
        match self {
            Open::ToAccept | Open::ToDispatch => template.level != "urgent" && template.kind != "praise",
            Open::Returned => plain && template.lead != Lead::Community,
            _ => plain,
        }
    }

    /// On which working day before the loading day it is said (the first is the last one before), and in which
    /// minutes of that day.
    pub(super) fn said(self) -> (i64, (i64, i64)) {
        match self {
            Open::ToAccept => (1, (1_000, 1_040)),
            Open::ToDispatch => (1, (880, 980)),
            Open::ToSign => (1, (800, 860)),
            Open::Supplementing => (1, (515, 580)),
            Open::Returned => (2, (480, 660)),
            Open::Working => (3, (480, 1_200)),
            Open::Yellow => (5, (480, 1_200)),
            Open::Auditing | Open::Calling => (6, (480, 780)),
            Open::Overdue => (7, (480, 1_200)),
            Open::SecondRound => (7, (480, 600)),
        }
    }

    pub(super) fn play(self, script: &mut Script<'_>) {
        match self {
            Open::ToAccept => return,
            Open::Supplementing => return script.ask_more(false),
            _ => script.accept(),
        }
        match self {
            Open::ToDispatch => return,
            Open::Returned => {
                script.dispatch_wrongly();
                return script.return_it(true);
            }
            _ => script.dispatch(),
        }
        if self == Open::ToSign {
            return;
        }
        script.take_up();
        match self {
            Open::Auditing => script.answer((2 * DAY, 3 * DAY), "", "yes"),
            Open::Calling => {
                script.answer((DAY, 2 * DAY), "", "yes");
                script.pass(None);
            }
            Open::SecondRound => {
                script.answer((300, DAY + 100), "", "yes");
                script.pass(None);
                script.call_back("no");
                script.contact();
            }
            _ => {}
        }
    }
}

/// Whether all of it lies before an instant.
pub(super) fn is_before(script: &Script<'_>, until: At) -> bool {
    script.at < until
}
