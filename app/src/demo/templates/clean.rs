use super::{
    super::pictures::Scene, ADVICE, COMPLAINT, HELP, Lead, NATURE, PARKS, POLICE, PRAISE, REPORT, Spot,
    Template, URBAN,
};

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        category: "clean.rubbish",
        lead: Lead::With(PARKS),
        scene: Some(Scene::Rubbish),
        titles: ["{place}垃圾桶满了没人收", "{compound}垃圾堆到路上"],
        bodies: [
            "{place}的垃圾桶{when}就满了，袋子堆了一地，猫狗一扒到处都是。",
            "{compound}{n}个垃圾桶天天满，收运车隔天才来，天一热味道进屋。",
        ],
        replies: [
            "{place}的垃圾{done}已清运，桶身冲洗过。收运改为每天早晚两次，周末也来。",
            "{compound}已加{n}个垃圾桶，{done}起一天两运，网格员拍照核对了一周，没有再满出来。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "clean.rubbish",
        scene: Some(Scene::Rubbish),
        titles: ["{place}装修垃圾堆了很久", "{compound}角落成了建筑垃圾场"],
        bodies: [
            "{place}一堆装修垃圾，碎砖、马桶都有，{when}到现在没人拉，占了{n}个车位。",
            "{compound}西墙根谁家装修完就往那倒，下雨流黄泥汤，走路都绕着。",
        ],
        replies: [
            "{place}的装修垃圾{done}已清运{n}车，车位腾出来了，物业定了临时堆放点，装修前先登记。",
            "{compound}墙根的建筑垃圾{done}已清完并补种草皮，装了一个摄像头，谁倒找谁拉走。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "clean.sweeping",
        lead: Lead::Unit(PARKS),
        spot: Spot::Crossing,
        titles: ["{place}路边没人扫", "{road}落叶堵了路沿"],
        bodies: [
            "{place}路边{n}天没扫了，烟头塑料袋一层，风一刮满街飞。",
            "{road}落叶把雨水口都盖住了，骑车打滑，{when}有人摔了。",
        ],
        replies: [
            "{place}已安排补扫，{done}起早上六点前扫一遍、白天巡回捡拾，责任人的牌子挂在灯杆上。",
            "{road}落叶{done}已清理，雨水口全部露出来，落叶季每天机扫{n}趟。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "clean.toilet",
        lead: Lead::Unit(PARKS),
        spot: Spot::Crossing,
        titles: ["{park}厕所没有水", "{road}公厕晚上锁门"],
        bodies: [
            "{park}的公共厕所{when}没水冲，门也坏了{n}扇，又脏又臭。",
            "{road}公厕晚上八点就锁，散步的人和出租车司机没处去，能不能晚一点关？",
        ],
        replies: [
            "{park}公厕的进水阀{done}已更换，{n}扇门修好，改为每两小时保洁一次。",
            "{road}公厕{done}起开到晚上十一点，门口换了感应灯，旁边商户也愿意夜里借用。",
        ],
        ..HELP
    },
    Template {
        category: "clean.green",
        lead: Lead::With(PARKS),
        spot: Spot::Building,
        scene: Some(Scene::Tree),
        titles: ["{place}大树挡光", "{place}枯树枝要掉下来了"],
        bodies: [
            "{place}窗前的法桐长到四楼，白天也要开灯，虫子顺着树枝爬进来。",
            "{place}门口有根枯枝胳膊粗，{when}刮风掉下来{n}根小的，砸到车就麻烦了。",
        ],
        replies: [
            "{place}窗前的法桐{done}已修剪，去掉挡光的侧枝，离窗两米以上，树势不受影响。",
            "{place}的枯枝{done}已锯除清运，周围{n}棵树也查过，另有一棵做了支撑。",
        ],
        ..HELP
    },
    Template {
        category: "clean.green",
        level: "pressing",
        lead: Lead::Unit(PARKS),
        spot: Spot::Crossing,
        months: (6, 10),
        scene: Some(Scene::Tree),
        titles: ["{place}大树倒在路上", "大风把{road}的树刮歪了"],
        bodies: [
            "{when}大风，{place}一棵树倒了，横在路上压着一辆车，请来清理。",
            "{road}有{n}棵行道树被风刮得斜靠在电线上，看着随时要倒。",
        ],
        replies: [
            "{place}倒伏的树{done}已锯断清运，道路恢复通行，压坏的车辆按保险流程登记。",
            "{road}{n}棵倾斜的行道树{done}已扶正支撑，靠电线的枝条请供电公司停电后修剪完成。",
        ],
        ..HELP
    },
    Template {
        category: "clean.park",
        lead: Lead::Unit(PARKS),
        titles: ["{park}长椅烂了", "{park}地砖翘了，孩子磕破腿"],
        bodies: [
            "{park}的木长椅断了{n}条，老人散步没地方坐，钉子还露着。",
            "{park}活动场的地砖翘起来，{when}孩子滑滑板磕破了腿。",
        ],
        replies: [
            "{park}断掉的长椅{done}已更换{n}条，换成了防腐木，钉头都已沉平。",
            "{park}活动场翘起的地砖{done}已重铺，接缝磨平，其余地方也敲查了一遍。",
        ],
        ..HELP
    },
    Template {
        category: "clean.park",
        lead: Lead::With(PARKS),
        titles: ["建议{park}加饮水点和遮阳", "{park}可不可以多几盏灯"],
        bodies: [
            "{park}夏天一点阴凉没有，带孩子待不住，建议搭个凉棚，再有个接水的地方。",
            "晚上去{park}锻炼的人多，北边几十米没有灯，建议补上。",
        ],
        replies: [
            "{park}的凉棚列入这批口袋公园改造，{done}已定图，{next}开工；饮水点先由党群服务中心提供。",
            "{park}北侧加装{n}盏庭院灯的建议已采纳，{done}装好，晚上十点半后减半亮。",
        ],
        ..ADVICE
    },
    Template {
        category: "clean.pests",
        spot: Spot::Building,
        months: (5, 10),
        titles: ["{place}蚊子太多", "{compound}下水道爬蟑螂"],
        bodies: [
            "{place}后面有个积水坑，蚊子成团，孩子身上咬了{n}个包，能不能打打药？",
            "{compound}下水道蟑螂往屋里爬，自己打药没用，{when}越来越多。",
        ],
        replies: [
            "{place}后的积水坑{done}已填平，绿化带和井口喷了药，用药前在群里提醒关窗、看好宠物。",
            "{compound}下水井{done}已统一投药灭蟑，{n}栋楼同一天做，两周后再做一次。",
        ],
        ..HELP
    },
    Template {
        category: "nature.noise",
        titles: ["{place}广场舞音响太大", "{park}早上五点多就放音乐甩鞭子"],
        bodies: [
            "{place}每天晚上两拨跳舞的比着放音响，关上窗还震，孩子写不了作业。",
            "{park}早上五点半就有人甩鞭子放音乐，{when}吵起来过{n}次。",
        ],
        replies: [
            "{place}两支舞蹈队{done}已约定合用一个定向音响，晚上八点半收场，社区配了分贝仪，网格员看着。",
            "{park}早上七点前不再放音乐、不甩鞭，{done}几位带头的都签了约定，牌子立在入口。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "nature.noise",
        lead: Lead::With(POLICE),
        spot: Spot::Building,
        titles: ["{place}楼下烧烤店吵到半夜", "{place}一楼歌厅震得床晃"],
        bodies: [
            "{place}楼下烧烤店把桌子摆到外面，{when}喝酒划拳到一点多，没法睡。",
            "{place}一楼开了唱歌的，低音炮一响，楼上{n}层都跟着震。",
        ],
        replies: [
            "{place}楼下烧烤店的外摆{done}已收回店内，民警和社区当面约定二十二点半后不再接待室外客人。",
            "{place}一楼的低音炮{done}已拆除，墙面补了隔音棉，夜间实测四十二分贝，没有超标。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "nature.fumes",
        lead: Lead::With(URBAN),
        spot: Spot::Building,
        titles: ["{place}楼下饭店油烟直排", "饭店油烟味进{place}楼道"],
        bodies: [
            "{place}楼下饭店的排烟管直接对着后窗，中午晚上都呛人，跟老板说过{n}次没用。",
            "{place}楼道里全是炒菜味，{when}换了老板后更重，晾的衣服都是油味。",
        ],
        replies: [
            "{place}楼下饭店{done}已装油烟净化器，排烟管改到楼顶以上，执法队员带仪器测过，达标。",
            "{place}楼道串味是烟道裂缝，{done}已封补，饭店净化器也清洗了，约定每{n}个月洗一次。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "nature.air",
        lead: Lead::Unit(NATURE),
        spot: Spot::Crossing,
        titles: ["{place}拉土车扬尘", "{road}一过车全是灰"],
        bodies: [
            "{place}拉土车不盖篷布，一路撒一路扬，{when}窗台擦了又一层土。",
            "{road}边上料场不苫盖，风一吹{compound}都是灰，开不了窗。",
        ],
        replies: [
            "{place}撒漏的渣土车已查到{n}辆，{done}处罚到位，路面冲洗，工地出口装了洗车台。",
            "{road}料场{done}已全部苫盖并开了喷淋，扬尘监测数据挂在门口，超标自动停工。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "nature.water",
        lead: Lead::Unit(NATURE),
        months: (4, 10),
        titles: ["{compound}旁边河沟发臭", "{park}边的水沟有人排污水"],
        bodies: [
            "{compound}旁边河沟{when}发黑发臭，水面漂着一层油，窗户不敢开。",
            "{park}边上水沟有根管子夜里往外排带沫的水，已经{n}天了。",
        ],
        replies: [
            "{compound}旁的河沟{done}已清淤，查到一处雨污混接并改接，水质复测不再黑臭。",
            "{park}旁的排口{done}已封堵，排水的洗车店补办手续、装了沉淀池，罚款已开。",
        ],
        ..REPORT
    },
    Template {
        category: "public.thanks",
        titles: ["谢谢{compound}的网格员", "给社区点个赞"],
        bodies: [
            "{when}我母亲在{place}摔倒，网格员跑前跑后送到医院，还垫了钱，一定要谢谢。",
            "{compound}的社区工作者下大雪那{n}天天天扫雪，自己家都顾不上，说声谢谢。",
        ],
        replies: ["", ""],
        ..PRAISE
    },
    Template {
        category: "public.thanks",
        spot: Spot::Crossing,
        titles: ["表扬{place}修灯的师傅", "{road}环卫大姐捡到钱包还给我"],
        bodies: [
            "上次说的{place}路灯，第二天就来人修了，师傅爬上爬下{n}趟，水都没喝一口。",
            "{when}我钱包掉在{road}，环卫大姐等了我一个小时，一分没少，请替我谢谢她。",
        ],
        replies: ["", ""],
        ..PRAISE
    },
];
