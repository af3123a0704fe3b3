use super::{
    super::pictures::Scene, ADVICE, COMPLAINT, FIRE, GAS, HEAT, HELP, HOUSING, INQUIRY, Lead, MARKET, POWER,
    PROPERTY, REPORT, ROADS, Spot, TELECOM, Template, WATER,
};

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        category: "home.manager",
        lead: Lead::With(PROPERTY),
        titles: ["{compound}物业费涨了没说法", "{compound}物业收钱不干活"],
        bodies: [
            "{compound}物业{when}贴通知涨物业费，没开过业主会，也不公布账目，问了{n}次都说等领导。",
            "物业费一年不少收，{place}的垃圾两天不清，门岗常年没人，想请社区管管。",
        ],
        replies: [
            "{compound}物业涨价通知已撤回。{done}社区召集物业和楼长开会，账目公示在门口，涨不涨等业主大会表决。",
            "{compound}物业的三项整改{done}已完成：门岗补{n}人，垃圾一天两清，每月在群里公布做了什么。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "home.lift",
        level: "pressing",
        lead: Lead::With(MARKET),
        spot: Spot::Building,
        titles: ["{place}电梯停了{n}天", "{place}电梯一直修不好，老人下不了楼"],
        bodies: [
            "{place}电梯{when}就停了，楼上有坐轮椅的邻居，已经{n}天没下过楼。",
            "{place}电梯修了坏坏了修，物业说等配件，高层老人买菜都成问题。",
        ],
        replies: [
            "{place}电梯{done}已恢复运行，换了门机皮带，市场监管所的人到场看过试运行{n}趟。",
            "{place}电梯配件到货，{done}修好。停梯期间社区给行动不便的邻居送了菜和药，名单留着备用。",
        ],
        ..HELP
    },
    Template {
        category: "home.lift",
        lead: Lead::With(MARKET),
        spot: Spot::Building,
        titles: ["{place}电梯晃得厉害", "{place}电梯门夹人"],
        bodies: [
            "{place}电梯上到高层左右晃，{when}有一下像往下掉了一截，吓得腿软。",
            "{place}电梯门关得太快，{n}位老人被夹过，按开门键也不灵。",
        ],
        replies: [
            "{place}电梯晃动是导靴磨损，{done}已更换并重新校了导轨，检验员现场测过，平稳。",
            "{place}电梯门的光幕{done}已更换，关门时间调慢了三秒，试了{n}次不再夹人。",
        ],
        ..HELP
    },
    Template {
        category: "home.stairs",
        spot: Spot::Building,
        scene: Some(Scene::Door),
        titles: ["{place}单元门关不上", "{place}门禁坏了谁都能进"],
        bodies: [
            "{place}单元门的闭门器坏了，整天敞着，{when}楼道里丢了一辆自行车。",
            "{place}门禁{n}个月不好用，发传单的随便进，晚上心里不踏实。",
        ],
        replies: [
            "{place}单元门的闭门器已更换，{done}装好，门能自己关上，锁舌也调过。",
            "{place}门禁主板{done}已换新，旧卡照用，丢卡的邻居到社区登记补发。",
        ],
        ..HELP
    },
    Template {
        category: "home.stairs",
        spot: Spot::Building,
        scene: Some(Scene::Lamp),
        titles: ["{place}楼道灯不亮", "{place}楼梯摸黑上"],
        bodies: [
            "{place}三楼到五楼声控灯全坏了，跺脚也不亮，家里老人晚上不敢倒垃圾。",
            "{place}楼道{when}起一片黑，手机照着爬楼，{n}层都这样。",
        ],
        replies: [
            "{place}楼道的声控灯{done}已换{n}只，从一楼到顶楼都试亮了。",
            "{place}楼道灯不亮是总闸跳了，{done}已查出短路的一段线并更换，灯全部恢复。",
        ],
        ..HELP
    },
    Template {
        category: "home.stairs",
        spot: Spot::Building,
        titles: ["{place}楼道堆满东西", "{place}楼梯间停电动车"],
        bodies: [
            "{place}楼道里堆着旧沙发和纸箱，{n}家都有份，真着火了往哪跑。",
            "{place}有人把电动车推进楼梯间过夜，{when}还从家里拉线充电，说了不听。",
        ],
        replies: [
            "{place}楼道的杂物{done}已清理，拉走{n}车，和几家都当面说好了，旧家具预约上门收。",
            "{place}楼梯间的电动车{done}已推到车棚，网格员一周内每晚来看一次，没有再进楼。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "home.leak",
        lead: Lead::With(HOUSING),
        spot: Spot::Building,
        months: (4, 10),
        scene: Some(Scene::Leak),
        titles: ["{place}顶楼漏雨", "{place}屋面漏水，墙皮掉了"],
        bodies: [
            "{place}顶层一下雨就漏，{when}用了{n}个盆接水，墙皮一块块往下掉。",
            "{place}屋面防水早过了年限，维修基金一直批不下来，卧室墙上都长毛了。",
        ],
        replies: [
            "{place}屋面{done}已重做防水一百二十平方米，用的是维修基金应急使用，淋水试验两小时不漏。",
            "{place}漏雨处先做了临时封堵，{done}完成；大修的维修基金表决已过三分之二，{next}进场。",
        ],
        ..HELP
    },
    Template {
        category: "home.leak",
        spot: Spot::Building,
        scene: Some(Scene::Leak),
        titles: ["楼上漏水不肯修，{place}", "{place}卫生间天花板滴水"],
        bodies: [
            "{place}楼上卫生间漏到我家，找了{n}次，人家说不是他家的事，请社区给调解。",
            "{place}天花板{when}开始滴水，楼上出租户联系不到房东，灯都不敢开。",
        ],
        replies: [
            "{place}漏水经两家同意开检查口，查明是楼上马桶下水接口松，{done}已修好，费用由楼上承担。",
            "{place}楼上的房东联系上了，{done}已请人换了地漏和软管，观察三天不再滴水，吊顶钱也谈妥。",
        ],
        ..HELP
    },
    Template {
        category: "home.charging",
        scene: Some(Scene::Charger),
        titles: ["{compound}车棚充电桩断电", "{place}车棚插座都不好用"],
        bodies: [
            "{compound}车棚的充电桩{when}起全没电，扫码扣钱不充，{n}位邻居都遇上了。",
            "{place}的充电口坏了一半，大家抢着用，有人就往楼上拉线。",
        ],
        replies: [
            "{compound}车棚充电桩{done}已恢复，断电是配电箱进水；多扣的钱运营方按记录退回{n}位。",
            "{place}坏掉的{n}个充电口{done}已更换，又加装了两组，车棚里贴了报修二维码。",
        ],
        ..HELP
    },
    Template {
        category: "home.charging",
        lead: Lead::With(FIRE),
        spot: Spot::Building,
        scene: Some(Scene::Charger),
        titles: ["{place}有人从窗户拉线充电", "{place}飞线充电，太吓人"],
        bodies: [
            "{place}至少{n}户从窗户往下甩插排给电动车充电，{when}下雨还插着。",
            "{place}一楼窗外挂着三四根飞线，旁边就是燃气管，劝过被骂回来。",
        ],
        replies: [
            "{place}的飞线{done}已全部拆除，消防员到现场讲了火灾案例，{n}户改到车棚充电。",
            "{place}飞线充电已整改，{done}社区给这栋楼旁加了一组充电口，电价和家里差不多。",
        ],
        ..REPORT
    },
    Template {
        category: "home.equipment",
        scene: Some(Scene::Swing),
        titles: ["{place}健身器材松动", "{park}的漫步机断了"],
        bodies: [
            "{place}的健身器材底座晃，{when}一位大妈差点翻下来，孩子们还在上面玩。",
            "{park}的漫步机踏板断了一边，露着{n}个螺丝头，挂过裤子。",
        ],
        replies: [
            "{place}健身器材底座的螺栓{done}已更换并加了一道固定，其余{n}件也查过，没有松动。",
            "{park}的漫步机{done}已换新踏板，螺丝头加了护帽，旁边贴了报修电话12345。",
        ],
        ..HELP
    },
    Template {
        category: "home.committee",
        titles: ["想问{compound}怎么成立业委会", "{compound}业主大会要多少人同意"],
        bodies: [
            "{compound}交房好几年了还没有业委会，我们有{n}位邻居愿意牵头，需要什么手续？",
            "{compound}想换物业，听说要开业主大会，表决比例是多少，社区能不能来指导？",
        ],
        replies: [
            "{compound}成立业委会由业主联名向社区提出，{done}已把申请表和步骤送给{n}位牵头人，筹备组由社区指导。",
            "{compound}业主大会表决要三分之二参与、参与者过半数同意，见《民法典》第二百七十八条；社区{done}已约好下周来讲一次。",
        ],
        ..INQUIRY
    },
    Template {
        category: "home.lawful",
        level: "pressing",
        lead: Lead::Unit(HOUSING),
        spot: Spot::Building,
        titles: ["{place}装修在砸墙，像是承重墙", "{place}有人砸承重墙"],
        bodies: [
            "{place}有一户装修，{when}电镐打了一天，楼上墙裂了{n}道缝，怀疑砸的是承重墙。",
            "{place}装修把阳台边的墙掏了一个大洞，钢筋都露出来了，请快来看看。",
        ],
        replies: [
            "{place}装修户已停工。{done}结构工程师到场，核实拆的是隔墙，裂缝在抹灰层，不影响安全，房主负责补好。",
            "{place}墙上的洞经查明伤到承重墙，{done}已责令停工，由加固单位支撑，恢复方案{next}前报审。",
        ],
        ..REPORT
    },
    Template {
        category: "home.access",
        spot: Spot::Building,
        titles: ["建议{place}加个坡道", "{place}门口想装个扶手"],
        bodies: [
            "{place}住着{n}位坐轮椅的老人，门口五级台阶，每次都要人抬，能不能修个坡道？",
            "{place}单元门口没有扶手，{when}下雪老人滑倒，建议装一道扶手。",
        ],
        replies: [
            "{place}门口的坡道{done}已修好，坡度缓，轮椅自己能上，两边有扶手。",
            "{place}的不锈钢扶手{done}已安装，台阶贴了防滑条，{n}位老人试过都说稳当。",
        ],
        ..ADVICE
    },
    Template {
        category: "supply.water",
        level: "pressing",
        lead: Lead::Unit(WATER),
        spot: Spot::Building,
        titles: ["{place}停水了", "{compound}一早没水"],
        bodies: [
            "{place}{when}起没有水，也没见通知，家里有{n}个月大的孩子，什么时候来？",
            "{compound}好几栋楼早上没水，物业说不知道，麻烦查一下是不是管子爆了。",
        ],
        replies: [
            "{place}{done}已恢复供水。停水是二次供水泵跳闸，换了控制器；刚来水会发黄，放几分钟就清。",
            "{compound}外主管爆裂，抢修后{done}已恢复供水，抢修期间送了{n}车水。",
        ],
        ..HELP
    },
    Template {
        category: "supply.water",
        lead: Lead::With(WATER),
        spot: Spot::Building,
        titles: ["{place}水压太小", "{place}自来水又小又浑"],
        bodies: [
            "{place}高层水压小，晚上七八点热水器都打不着火，反映过{n}次。",
            "{place}自来水{when}变得又小又浑，洗菜都不放心。",
        ],
        replies: [
            "{place}水压已调高，{done}更换了加压泵的压力传感器，晚高峰实测零点二八兆帕。",
            "{place}立管的滤网{done}已清洗，取样检测浊度合格，报告贴在单元门口。",
        ],
        ..HELP
    },
    Template {
        category: "supply.power",
        level: "pressing",
        lead: Lead::Unit(POWER),
        spot: Spot::Building,
        titles: ["{place}整个单元停电", "{compound}跳闸，冰箱都化了"],
        bodies: [
            "{place}{when}突然停电，别的单元有电，家里有人用制氧机，麻烦快一点。",
            "{compound}这{n}天每到晚上就跳闸，空调不敢开，到底是哪里的问题？",
        ],
        replies: [
            "{place}停电是单元总开关烧坏，{done}已更换送电，制氧机用户登记为重点户，停电先通知。",
            "{compound}跳闸是变压器过载，{done}已切换到备用变，负荷降下来了，扩容{next}前完成。",
        ],
        ..HELP
    },
    Template {
        category: "supply.gas",
        level: "urgent",
        lead: Lead::Unit(GAS),
        spot: Spot::Building,
        titles: ["{place}楼道有燃气味", "急：{place}闻到煤气味"],
        bodies: [
            "{place}一进楼道就有燃气味，{when}更浓了，已经让邻居开窗，没敢按电铃。",
            "{place}地下室入口燃气味很重，{n}位邻居都闻到了，请马上来人测。",
        ],
        replies: [
            "{place}的燃气味来自立管接头微漏，抢修员到场关阀通风，{done}已更换接头，复测浓度为零。",
            "{place}漏气点已查明并修复：一户胶管老化，{done}换成金属波纹管，全单元逐户测过，安全。",
        ],
        ..HELP
    },
    Template {
        category: "supply.gas",
        lead: Lead::Unit(GAS),
        titles: ["燃气表不走字怎么办", "{compound}燃气卡充不进去"],
        bodies: [
            "我家燃气表{when}起不走字，能用气，会不会以后一起算钱？住{compound}。",
            "{compound}换了新燃气表，旧卡充不进钱，手机上也绑不上，去哪里办？",
        ],
        replies: [
            "您家燃气表已登记更换，{done}上门换表。换表前的用气参照前{n}个月的平均算，多退少补。",
            "{compound}新燃气表改用手机缴费，旧卡余额{done}已转入新户号，老人可到营业厅用现金充。",
        ],
        ..INQUIRY
    },
    Template {
        category: "supply.heat",
        level: "pressing",
        lead: Lead::Unit(HEAT),
        spot: Spot::Building,
        months: (11, 3),
        titles: ["{place}暖气不热", "{place}好几个房间暖气不热"],
        bodies: [
            "{place}暖气片摸着温吞，{when}屋里只有十五度，老人盖两床被。",
            "{place}从供暖到现在{n}个房间一直不热，放了好几次气也没用。",
        ],
        replies: [
            "{place}供暖已恢复正常，{done}清洗了入户滤网，又测室温二十一度。",
            "{place}不热是楼前阀门没全开，{done}已调整并排气，{n}个房间都测过，在二十度以上。",
        ],
        ..HELP
    },
    Template {
        category: "supply.heat",
        lead: Lead::Unit(HEAT),
        months: (9, 12),
        titles: ["今年{compound}取暖费怎么交", "房子空着能不能停暖"],
        bodies: [
            "{compound}今年取暖费什么时候开始交，手机上能办吗？家里老人不会用。",
            "{compound}有套房子空着，想办停暖，要收多少，最晚哪天办？",
        ],
        replies: [
            "{compound}取暖费可在手机、营业厅和社区代收点交，{done}已开通，月底前交清；老人可由网格员帮办。",
            "{compound}空置房可以停暖，收两成热能损耗费；{done}已把表格发给您，供暖前十天交到营业厅就行。",
        ],
        ..INQUIRY
    },
    Template {
        category: "supply.sewage",
        lead: Lead::With(ROADS),
        spot: Spot::Building,
        scene: Some(Scene::Flood),
        titles: ["{place}污水井返水", "{place}楼前粪水冒出来了"],
        bodies: [
            "{place}前面的污水井{when}开始往外冒，臭得开不了窗，一楼厕所也返。",
            "{place}化粪池{n}年没清了，一到早上就冒，路过都捂鼻子。",
        ],
        replies: [
            "{place}污水井{done}已疏通，是厨房油脂结块堵了管，高压冲洗六十米，地面也消了毒。",
            "{place}化粪池{done}已清掏{n}车，今后半年清一次，日期贴在物业栏里。",
        ],
        ..HELP
    },
    Template {
        category: "supply.telecom",
        lead: Lead::Unit(TELECOM),
        spot: Spot::Building,
        titles: ["{place}宽带老断", "{compound}手机没信号"],
        bodies: [
            "{place}宽带{when}起一到晚上就断，孩子上网课卡得不行，报修{n}次说没问题。",
            "{compound}电梯里和地下车库手机没信号，万一被困打不出电话。",
        ],
        replies: [
            "{place}宽带掉线是楼道分光器老化，{done}已更换，测速达标，{n}天内不再断。",
            "{compound}电梯和地库的信号{done}已加装室分天线，三家运营商都试过，能通话。",
        ],
        ..HELP
    },
];
