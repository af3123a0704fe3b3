use super::{COMPLAINT, HELP, Spot, Template};

/// A matter that no desk may take, with the ground and what the asker is told.
pub(in super::super) struct Refused {
    pub matter: Template,
    pub ground: &'static str,
    pub told: &'static str,
}

/// Grounds as in the hotline rules: what lies with a court, the petition office, discipline; disclosure; private law.
pub(in super::super) static REFUSED: [Refused; 5] = [
    Refused {
        matter: Template {
            category: "housing.developer",
            spot: Spot::Building,
            titles: ["{place}购房合同官司判得不公", "和开发商的官司想请再查"],
            bodies: [
                "我在{place}买的房，和开发商打官司，一审{when}判了，我不服，请政府出面。",
                "{compound}的房子面积缩水，法院正在审，想请你们先让开发商赔。",
            ],
            ..COMPLAINT
        },
        ground: "court",
        told: "这件事法院正在审理，我们不能替法院判断。对判决不服，可以在判决书写明的期限内上诉；需要法律援助，可以打12348。",
    },
    Refused {
        matter: Template {
            category: "village.land",
            titles: ["老宅征收补偿信访后没下文", "土地补偿的信访件催办"],
            bodies: [
                "我家老宅补偿的事{when}已经在信访局登记，又过了{n}个星期没人答复，想在这里也登记一份。",
                "{compound}这边征地补偿我已经走信访，给了受理告知书，能不能你们再派一次？",
            ],
            ..COMPLAINT
        },
        ground: "petition",
        told: "这件事信访部门已经受理，正在办理期限内，这里不再重复登记。凭受理告知书上的编号可以查进度，到期没有答复可以申请复查。",
    },
    Refused {
        matter: Template {
            category: "public.law",
            titles: ["邻居借钱不还", "合伙生意散伙分不清账"],
            bodies: [
                "{compound}一位邻居借了我{n}万块，{when}说没钱，请你们让他还。",
                "和朋友在{market}合伙，散伙后账算不清，希望政府来分。",
            ],
            ..HELP
        },
        ground: "not_public",
        told: "借款和合伙账目是当事人之间的民事纠纷，不在受理范围。可以先找社区人民调解委员会调解，调不成可以向法院起诉。",
    },
    Refused {
        matter: Template {
            category: "public.service",
            titles: ["要求公开{compound}改造的招标文件", "申请看{road}改造的预算"],
            bodies: [
                "我想要{compound}老旧小区改造的全部招标文件和合同，请{n}天内给我。",
                "{road}改造花了多少钱，请把预算决算明细给我一份。",
            ],
            ..HELP
        },
        ground: "disclosure",
        told: "这属于政府信息公开申请，另有法定程序。请在市政府网站“依申请公开”栏目填写，或到市政务服务中心窗口递交，二十个工作日内答复。",
    },
    Refused {
        matter: Template {
            category: "public.other",
            spot: Spot::Crossing,
            titles: ["你们看着办", "那个地方有问题"],
            bodies: [
                "{road}那边有问题，{when}就有，你们自己去看，反正得管。",
                "说了{n}回了，还是那样，你们心里清楚。",
            ],
            ..COMPLAINT
        },
        ground: "unclear",
        told: "没有写明是什么事、在什么位置，也没能联系上您问清，暂时无法派出。请写清地点和情况再说一次，或打12345由话务员代填。",
    },
];
