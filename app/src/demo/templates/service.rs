use super::{
    super::pictures::Scene, ADVICE, CIVIL, COMPLAINT, CULTURE, EDUCATION, FIRE, HEALTH, HELP, INQUIRY,
    INSURANCE, LABOUR, Lead, MARKET, POLICE, REPORT, Spot, TRAFFIC, Template,
};

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        category: "market.consumer",
        lead: Lead::Unit(MARKET),
        spot: Spot::Crossing,
        titles: ["{place}理发店关门，卡里还有钱", "{road}健身房不退钱"],
        bodies: [
            "{place}的理发店{when}突然关了，我卡里还有{n}百块，电话打不通。",
            "{road}上的健身房办卡时说随时退，现在说只能转让，合同上也没写。",
        ],
        replies: [
            "{place}理发店的老板已联系上，{done}起在原址旁退卡，您的余额{n}日内原路退回。",
            "{road}健身房的退费调解{done}已达成：扣去用过的天数，余款七日内退，合同条款也责令改了。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "market.food",
        lead: Lead::Unit(MARKET),
        titles: ["{market}熟食像是变质了", "{place}小吃店后厨太脏"],
        bodies: [
            "在{market}买的熟食{when}吃了拉肚子，家里{n}个人都不舒服，票还留着。",
            "{place}小吃店后厨苍蝇乱飞，生肉直接放地上，请去查查。",
        ],
        replies: [
            "{market}那家熟食{done}已抽样送检并下架同批，结果七日内出；冷柜温度不够，已责令整改。",
            "{place}小吃店经现场核实存在问题，{done}停业整改三天，纱窗和货架装好后复查合格。",
        ],
        ..REPORT
    },
    Template {
        category: "market.price",
        lead: Lead::Unit(MARKET),
        titles: ["{place}停车场多收钱", "{market}缺斤少两"],
        bodies: [
            "{place}停车场牌子上写半小时内免费，我停了十来分钟也扣钱，问看门的说系统就这样。",
            "{market}有个水果摊，{when}买的回家一称少了二两，不止我一个。",
        ],
        replies: [
            "{place}停车场的计时已校正，免费时段重新设好，{done}把多收的退给了{n}辆车。",
            "{market}那个摊的秤{done}已没收并处罚，市场入口放了公平秤，谁都可以复称。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "school.entry",
        lead: Lead::Unit(EDUCATION),
        months: (3, 8),
        titles: ["{compound}划到哪个小学", "随迁孩子上学要什么材料"],
        bodies: [
            "孩子今年上一年级，住{compound}，刚换的房，想问划到哪个小学，什么时候报名？",
            "我们在海阳打工{n}年了，租住{compound}，孩子上小学要哪些材料，没有社保行不行？",
        ],
        replies: [
            "{compound}今年的学区已在教体局网站公布，{done}可以查；报名从六月中旬起，先网上登记再核材料。",
            "随迁子女上学凭居住证明和务工证明，{done}已把清单发到{compound}社区，社保不是必须，材料不全可先登记。",
        ],
        ..INQUIRY
    },
    Template {
        category: "school.care",
        lead: Lead::With(EDUCATION),
        titles: ["建议社区办四点半课堂", "建议寒暑假办个假期班"],
        bodies: [
            "{compound}双职工多，孩子四点多放学没人接，社区能不能办个托管，写写作业也行。",
            "寒暑假孩子没处去，建议在党群服务中心开个假期班，我们有{n}位家长愿意轮流来。",
        ],
        replies: [
            "四点半课堂{done}已在党群服务中心开班，先收三十名，{compound}的双职工家庭优先，不收钱。",
            "假期托管班定在放假后第一周开，{done}已开始登记，家长志愿者和大学生各排了班。",
        ],
        ..ADVICE
    },
    Template {
        category: "school.safety",
        lead: Lead::With(TRAFFIC),
        spot: Spot::Crossing,
        titles: ["{place}校门口太乱", "放学时{road}车和孩子挤一起"],
        bodies: [
            "{place}上学放学时车堵成一团，孩子在车缝里钻，{when}刮倒一个。",
            "{road}学校门口没有斑马线，建议放学半小时临时限行，装{n}个减速带。",
        ],
        replies: [
            "{place}校门口{done}起上下学各半小时有交警和护学岗，家长车辆即停即走，设了等候区。",
            "{road}学校门前的斑马线{done}已施划，装了{n}道减速带和爆闪灯，孩子们走专用通道。",
        ],
        ..HELP
    },
    Template {
        category: "school.sports",
        lead: Lead::Unit(EDUCATION),
        titles: ["周末学校操场能不能开放", "建议{park}修个篮球场"],
        bodies: [
            "{compound}附近没处打球，学校操场周末锁着，能不能登记了进去？",
            "{park}旁边空地长草，建议修个篮球场，年轻人就不在路上踢球了，我们{n}个人签了名。",
        ],
        replies: [
            "{compound}附近的学校操场{done}起周末早晚开放，刷身份证登记，名额和时间在门口公示。",
            "{park}旁空地的篮球场已列入今年健身设施计划，{done}完成选址，{next}开工。",
        ],
        ..ADVICE
    },
    Template {
        category: "health.care",
        lead: Lead::Unit(HEALTH),
        titles: ["社区卫生站周末开不开", "老人在家能不能上门换药"],
        bodies: [
            "{compound}附近的卫生站周末开门吗？老人每周要量血压取药，不想跑大医院。",
            "家住{compound}，父亲卧床{n}个月，褥疮要换药，社区医生能不能上门？",
        ],
        replies: [
            "{compound}的社区卫生站周六全天、周日上午开，取慢病药可以开{n}周的量，{done}起也能电话预约。",
            "卧床老人可以签家庭医生上门换药，{done}护士已到家看过，每周两次，材料费走医保。",
        ],
        ..INQUIRY
    },
    Template {
        category: "health.insurance",
        lead: Lead::Unit(INSURANCE),
        titles: ["异地看病怎么报销", "居民医保断缴怎么补"],
        bodies: [
            "母亲在外地做手术，回来能报多少，要不要先备案？我们户口在{compound}。",
            "去年忘了交居民医保，今年补交有没有等待期？家在{compound}，{n}口人。",
        ],
        replies: [
            "异地住院在手机上备案后可直接结算，{done}已帮您查到医院在联网名单里，{compound}社区也能代办。",
            "居民医保今年集中缴费期内交，次年一月起用；断缴的补交后有{n}个月等待期，{done}已短信发您办法。",
        ],
        ..INQUIRY
    },
    Template {
        category: "health.public",
        lead: Lead::Unit(HEALTH),
        titles: ["孩子疫苗在哪打", "流感疫苗还有没有"],
        bodies: [
            "刚搬到{compound}，孩子{n}个月，疫苗本是外地的，去哪里接着打？",
            "想给家里老人打流感疫苗，{compound}附近哪里有，要不要钱？",
        ],
        replies: [
            "{compound}归社区卫生服务中心接种，带上疫苗本和孩子证件，外地记录{done}已能联网查，周三周六接种。",
            "流感疫苗{done}已到货，六十五岁以上老人免费，在{compound}社区卫生站打，带身份证即可。",
        ],
        ..INQUIRY
    },
    Template {
        category: "welfare.elder",
        lead: Lead::With(CIVIL),
        titles: ["建议{compound}办老年食堂", "独居老人吃饭是个难事"],
        bodies: [
            "{compound}八十岁以上老人有二三十位，做饭费劲，建议办个助餐点，便宜点就行。",
            "楼上大爷一个人住，天天煮面条，社区能不能送饭？我们可以帮着搭把手。",
        ],
        replies: [
            "{compound}助餐点{done}已试营业，午餐两荤两素，七十岁以上有补贴，行动不便的{n}位由志愿者送上门。",
            "独居老人送餐{done}已安排上，从这周起每天中午送，邻居愿意搭把手的已登记，谢谢您。",
        ],
        ..ADVICE
    },
    Template {
        category: "welfare.aid",
        lead: Lead::With(CIVIL),
        spot: Spot::Building,
        titles: ["家里有人得大病，想申请救助", "低保怎么申请"],
        bodies: [
            "住{place}，家里顶梁柱{when}查出大病，花了{n}万多，还要交房租，能申请什么救助？",
            "{place}的邻居一个人带孩子，没有工作，想替她问低保怎么办。",
        ],
        replies: [
            "临时救助申请已受理，{done}社区帮着把材料备齐报街道，医疗救助同时申请，{next}前有结果。",
            "低保由本人到社区申请，材料{done}已上门帮着备好，核查期间先给了一笔临时生活补助。",
        ],
        ..HELP
    },
    Template {
        category: "welfare.disabled",
        titles: ["残疾人证到期怎么换", "轮椅坏了能不能借一个"],
        bodies: [
            "住{compound}，腿脚不方便，残疾人证快到期了，能不能不去大厅办？",
            "{compound}一位老人轮椅坏了，等配件要{n}天，社区有没有能借的？",
        ],
        replies: [
            "残疾人证换领可以上门评定，{done}已登记，工作人员这周来家里，照片也能现场拍。",
            "社区辅具站{done}已借出一台轮椅，先用{n}周，坏的那台帮着送去修了。",
        ],
        ..HELP
    },
    Template {
        category: "welfare.community",
        titles: ["党群服务中心几点关门", "想借社区活动室开家长会"],
        bodies: [
            "下班六点多了，{compound}这边的党群服务中心还开吗？想办个证明。",
            "我们{n}位家长想周末借活动室开个读书会，{compound}的，怎么预约？",
        ],
        replies: [
            "党群服务中心工作日开到十七点半，周三延到二十点；{compound}的证明事项{done}已能在手机上先填，来了就取。",
            "活动室周末可以借，{done}已帮您登记下周六上午，三十人以内不收费，用完关灯锁门就行。",
        ],
        ..INQUIRY
    },
    Template {
        category: "labour.wages",
        lead: Lead::Unit(LABOUR),
        spot: Spot::Crossing,
        titles: ["{place}饭店拖欠工资", "工地{n}个月没发钱"],
        bodies: [
            "我在{place}一家饭店干了半年，老板{when}关门不见人，欠我{n}个月工资。",
            "{road}工地我们几个瓦工{n}个月没发钱，包工头说甲方没给，要过年了。",
        ],
        replies: [
            "{place}饭店的欠薪已查实，监察员{done}找到老板，{n}个月工资分两笔付清，第一笔已到账。",
            "{road}工地的欠薪{done}已从工资保证金里先行支付，{n}个月的都补齐了，总包被约谈。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "labour.pension",
        lead: Lead::Unit(LABOUR),
        titles: ["养老认证手机上过不去", "交了{n}年社保，什么时候能退"],
        bodies: [
            "母亲八十多岁，人脸认证老通不过，怕停了养老金，住{compound}，能不能来家里办？",
            "住{compound}，断断续续交过社保，想问还差几年，能不能一次补齐？",
        ],
        replies: [
            "养老金认证{done}已由网格员上门用手机办好，{compound}行动不便的老人都可以预约，不会停发。",
            "您的社保年限{done}已查明并打印，寄到{compound}社区；断缴不能一次补齐，可按灵活就业续交。",
        ],
        ..INQUIRY
    },
    Template {
        category: "labour.jobs",
        lead: Lead::Unit(LABOUR),
        titles: ["四十多岁想学门手艺", "附近有没有招工的"],
        bodies: [
            "下岗在家，住{compound}，想学月嫂或者电工，有没有免费的班？",
            "孩子上学了，我想在{compound}附近找个能接孩子的活，{n}个小时也行。",
        ],
        replies: [
            "免费技能班{done}已开始报名，月嫂和电工各一期，{compound}社区可以代报，结业有证。",
            "社区就业驿站{done}已把{n}条钟点工信息发给您，离{compound}最近的走路十分钟，可以先去看看。",
        ],
        ..INQUIRY
    },
    Template {
        category: "safety.fire",
        level: "urgent",
        lead: Lead::With(FIRE),
        scene: Some(Scene::Parking),
        titles: ["{place}消防通道被锁死", "急：{compound}消防车道堵了"],
        bodies: [
            "{place}的消防门被铁链锁着，旁边{n}辆车顶着停，真出事车进不来。",
            "{compound}消防车道上焊了个铁架子，{when}才发现，请马上来拆。",
        ],
        replies: [
            "{place}消防门的铁链{done}已当场剪开，{n}辆车挪走，物业被责令整改，通道地面重画了标线。",
            "{compound}消防车道上的铁架{done}已拆除，消防车实地试开一遍，能到每栋楼下。",
        ],
        ..REPORT
    },
    Template {
        category: "safety.papers",
        lead: Lead::Unit(POLICE),
        titles: ["居住证在哪里办", "老人身份证过期，出不了门"],
        bodies: [
            "租住在{compound}，想给全家{n}口人办居住证，要房东来吗？",
            "父亲瘫痪在床，身份证{when}到期，取钱取不了，能上门照相吗？住{compound}。",
        ],
        replies: [
            "居住证带租房合同到{compound}社区警务室就能办，房东不用来，{done}起全家可以一次办。",
            "民警{done}已带相机上门采集，身份证十五日内寄到{compound}，急用可先开临时证明。",
        ],
        ..INQUIRY
    },
    Template {
        category: "safety.police",
        lead: Lead::With(POLICE),
        titles: ["{compound}接连丢电瓶", "{place}晚上有人拉车门"],
        bodies: [
            "{compound}车棚{when}一晚上丢了{n}个电瓶，监控说是坏的，大家都不敢停。",
            "{place}半夜有人挨个拉车门，邻居行车记录仪拍到了，请加强巡逻。",
        ],
        replies: [
            "{compound}车棚监控{done}已修复，民警根据线索抓获一人，追回电瓶{n}个，请失主去认领。",
            "{place}一带{done}起夜间增加两班巡逻，社区装了{n}个摄像头，拉车门的人已被查明处理。",
        ],
        ..HELP
    },
    Template {
        category: "school.culture",
        lead: Lead::Unit(CULTURE),
        titles: ["建议多放露天电影", "{compound}想要个读书角"],
        bodies: [
            "夏天在{park}放过一次露天电影，老老少少都来，建议每月放{n}场。",
            "{compound}孩子多，图书馆太远，能不能在社区设个流动书架？",
        ],
        replies: [
            "{park}的露天电影已排进文化进社区计划，{done}定下每月{n}场，片单提前贴出来。",
            "{compound}的流动书架{done}已送到社区活动室，{n}百册，每季度换一批，刷借书证就能借。",
        ],
        ..ADVICE
    },
];
