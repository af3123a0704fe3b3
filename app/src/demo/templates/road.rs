use super::{
    super::pictures::Scene, ADVICE, COMPLAINT, HELP, LAMPS, Lead, POLICE, REPORT, ROADS, Spot, TELECOM,
    TRAFFIC, Template, URBAN,
};

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        category: "road.lamp",
        lead: Lead::Unit(LAMPS),
        spot: Spot::Crossing,
        scene: Some(Scene::Lamp),
        titles: ["{place}路灯不亮", "{place}的过街灯坏了"],
        bodies: [
            "{place}的路灯从{when}起就不亮，一共{n}盏连着黑。晚上接孩子放学，过马路看不清车。",
            "{place}过街灯一闪一闪，{when}彻底灭了。旁边有老人摔过一跤，麻烦来看看。",
        ],
        replies: [
            "{place}的路灯修好了，{done}晚上亮灯。原因是灯头进水烧了进线，{n}盏一起换了新灯头，接线盒也重新封过。",
            "{place}过街灯已恢复照明。查下来是地下电缆接头老化，{done}换了{n}米电缆，当晚试亮正常。",
        ],
        ..HELP
    },
    Template {
        category: "road.lamp",
        scene: Some(Scene::Lamp),
        titles: ["{place}院里的灯都不亮", "{compound}里面的路灯黑了一片"],
        bodies: [
            "{compound}院里的庭院灯{when}开始不亮，{place}那一段最黑，电动车差点撞到人。",
            "跟物业说了{n}回，{place}的路灯还是没人修，天一黑就得打手电走。",
        ],
        replies: [
            "{place}的庭院灯已修复，{done}和物业一起更换{n}只灯泡和定时开关，网格员连着看了两晚，都亮。",
            "{compound}路灯的配电箱漏电跳闸，{done}请电工换了漏电保护器，{place}一段已恢复照明。",
        ],
        ..HELP
    },
    Template {
        category: "road.surface",
        lead: Lead::Unit(ROADS),
        spot: Spot::Crossing,
        scene: Some(Scene::Pothole),
        titles: ["{place}路面有个大坑", "{road}路面塌了一块"],
        bodies: [
            "{place}机动车道上有个坑，脸盆那么大，{when}下过雨更深了，已经有{n}辆电动车颠倒。",
            "{road}靠近{compound}的路面往下陷，车一过就咚的一声，怕底下空了。",
        ],
        replies: [
            "{place}的路面坑洞{done}已经填补：先用探地雷达看过下面没有空洞，再切边、回填、铺沥青，面积{n}平方米。",
            "{road}沉陷处已修复。下面是雨水管接口漏沙，{done}补好接口后重做了路基和面层，当天放行。",
        ],
        ..HELP
    },
    Template {
        category: "road.pavement",
        lead: Lead::Unit(ROADS),
        spot: Spot::Crossing,
        scene: Some(Scene::Pothole),
        titles: ["{place}人行道砖松了", "{road}人行道踩一脚溅一身水"],
        bodies: [
            "{place}人行道的砖翘起来{n}块，推婴儿车过不去，老人容易绊倒。",
            "{road}这边人行道砖下面是空的，{when}下雨后踩上去溅一身泥水。盲道也断了。",
        ],
        replies: [
            "{place}人行道松动的砖{done}已重新铺好，垫层换成了水泥砂浆，盲道一并接通。",
            "{road}人行道{n}处空鼓已整改，{done}完工。养护班今后每月巡一次这一段。",
        ],
        ..HELP
    },
    Template {
        category: "road.manhole",
        level: "urgent",
        lead: Lead::Unit(ROADS),
        spot: Spot::Crossing,
        scene: Some(Scene::Manhole),
        titles: ["{place}井盖没了", "急：{road}一个井盖碎了"],
        bodies: [
            "{place}有个井盖不见了，井口敞着，我用树枝先挡上了，请马上来人，怕孩子掉下去。",
            "{road}靠{compound}一侧井盖碎成两半，陷下去了，晚上根本看不见，太危险。",
        ],
        replies: [
            "{place}的井盖已更换，加装了防坠网。接报后先围挡，{done}当天换上球墨铸铁井盖，周边{n}个井也查过，完好。",
            "{road}破损的井盖{done}已经换新并清理了井口，现场围挡撤除，通行恢复。",
        ],
        ..HELP
    },
    Template {
        category: "road.manhole",
        lead: Lead::Unit(ROADS),
        spot: Spot::Crossing,
        titles: ["{place}井盖响得睡不着", "井盖咣当响，{compound}临街住户受不了"],
        bodies: [
            "{place}的井盖松了，车一压就咣当响，半夜尤其厉害，{when}以来没睡过整觉。",
            "{compound}临街这面，马路上有{n}个井盖高低不平，大车过一次响一次。",
        ],
        replies: [
            "{place}的井盖{done}已加装防响胶圈，夜里又去听过一次，车过不再响。",
            "{compound}外{n}个井盖的井座已重新找平，{done}完工，井盖与路面高差在五毫米以内。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "road.drain",
        lead: Lead::With(ROADS),
        months: (6, 9),
        scene: Some(Scene::Flood),
        titles: ["{place}一下雨就淹", "{compound}门口积水没过脚脖子"],
        bodies: [
            "{when}一场雨，{place}积水到小腿，车都进不来，等了{n}个小时才退。",
            "{compound}门口的雨水篦子堵死了，一下雨就积水，上学的孩子只能趟水。",
        ],
        replies: [
            "{place}积水的原因是雨水篦子被树叶和泥堵住，{done}已清淤{n}处，冲洗管道四十米，试水半小时排净。",
            "{compound}门口的雨水支管已疏通，{done}又加了一道篦子。汛期每次预报有雨前，网格员先来清一遍。",
        ],
        ..HELP
    },
    Template {
        category: "road.signs",
        spot: Spot::Building,
        titles: ["{place}没有楼号牌", "{compound}门牌掉了，快递找不到"],
        bodies: [
            "{place}的楼号牌{when}被风刮掉了，救护车来过一次找不着楼，想请补上。",
            "{compound}的单元门牌有{n}块看不清字，外卖快递天天打电话问。",
        ],
        replies: [
            "{place}的楼号牌已补装，{done}挂好，用的是反光字，夜里也看得见。",
            "{compound}{n}块看不清的门牌{done}已更换，同时核对了全小区的楼号和单元号。",
        ],
        ..HELP
    },
    Template {
        category: "road.works",
        lead: Lead::Unit(ROADS),
        spot: Spot::Crossing,
        titles: ["{place}挖开的路一直没恢复", "{road}施工围挡摆了很久没人干活"],
        bodies: [
            "{place}路面挖开后只铺了钢板，{when}以来没人管，车过去又响又颠。",
            "{road}围挡占了大半条路，里面连着{n}天没有工人，早晚堵得厉害，到底什么时候完？",
        ],
        replies: [
            "{place}的管沟{done}已回填并恢复沥青路面，钢板运走。工期拖后是因为等管件，施工单位已被约谈。",
            "{road}围挡已拆除一半，先恢复双向通行；余下的雨水管{done}完成闭水试验，{next}前全部拆完。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "road.other",
        lead: Lead::Unit(ROADS),
        spot: Spot::Crossing,
        titles: ["{place}护栏被撞倒", "{road}隔离桩断了{n}根"],
        bodies: [
            "{place}的护栏{when}被车撞倒，横在非机动车道上，骑车的都往机动车道绕。",
            "{road}人行道口的隔离桩断了{n}根，铁茬子露在外面，晚上容易绊到人。",
        ],
        replies: [
            "{place}倒伏的护栏{done}已扶正加固，更换{n}节，反光条也补齐了。",
            "{road}断掉的隔离桩已清理并换成弹性桩，{done}装好，地面螺栓都已磨平。",
        ],
        ..HELP
    },
    Template {
        category: "traffic.parking",
        lead: Lead::With(TRAFFIC),
        scene: Some(Scene::Parking),
        titles: ["{place}门口天天乱停车", "{compound}出入口被车堵住"],
        bodies: [
            "{place}两边停满了车，只剩一条缝，{when}救护车倒了好几把才进来。",
            "晚上七点以后{compound}出入口总被外来车堵着，打挪车电话{n}次没人接。",
        ],
        replies: [
            "{place}两侧{done}已划禁停黄线，装了{n}根隔离柱，交警每晚来巡一次，连续一周没有再堵。",
            "{compound}出入口的占道车辆已劝离，{done}施划网状线，违停由交警抓拍处理。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "traffic.lights",
        lead: Lead::Unit(TRAFFIC),
        spot: Spot::Crossing,
        titles: ["{place}红绿灯时间太短", "{place}信号灯坏了，东西向不亮"],
        bodies: [
            "{place}行人绿灯只有十几秒，老人走到一半就变红，希望长一点。",
            "{place}的信号灯{when}起东西向不亮，南北向常绿，路口乱成一团，差点碰上{n}回。",
        ],
        replies: [
            "{place}行人绿灯已由十五秒调整为二十八秒，{done}起用，早晚高峰另有一套配时。",
            "{place}信号灯故障是控制板烧坏，{done}已更换并恢复，{n}个方向都试过，正常。",
        ],
        ..HELP
    },
    Template {
        category: "traffic.parking",
        lead: Lead::With(TRAFFIC),
        spot: Spot::Crossing,
        titles: ["建议{road}划几个限时车位", "{place}接送孩子没地方停"],
        bodies: [
            "{road}附近有学校有药店，建议划{n}个限时半小时的车位，别让长停的占了。",
            "{place}早晚接送孩子的车多，能不能错时开放旁边单位的院子？",
        ],
        replies: [
            "{road}限时车位的建议已采纳，{done}施划{n}个限停三十分钟的车位，配了提示牌。",
            "{place}旁的单位同意工作日早晚错时开放院内车位，{done}已挂牌，社区网格员帮着引导。",
        ],
        ..ADVICE
    },
    Template {
        category: "traffic.bus",
        lead: Lead::With(ROADS),
        spot: Spot::Crossing,
        titles: ["{place}公交站没有坐的地方", "{road}公交站亭漏雨"],
        bodies: [
            "{place}的公交站等车的多是老人，站久了腿疼，想加条长椅。",
            "{road}公交站亭顶棚破了，{when}下雨等车的人都淋着，站牌也褪色看不清。",
        ],
        replies: [
            "{place}公交站的长椅{done}已安装，两条，靠背加了扶手，方便老人起身。",
            "{road}站亭顶棚已更换，站牌重新印制，{done}装好，夜间灯箱也恢复了。",
        ],
        ..ADVICE
    },
    Template {
        category: "traffic.post",
        titles: ["{place}快递堆在路上", "{compound}快递点占了消防门"],
        bodies: [
            "{place}每天下午快递直接摊在地上分，人行道走不了，下雨也扔在那里。",
            "{compound}快递点把货架摆到单元门前，{n}个大箱子挡着，轮椅出不来。",
        ],
        replies: [
            "{place}的快递点{done}已搬进旁边的门头房，室外不再分拣，人行道已清理出来。",
            "{compound}快递货架{done}已移走，和站点约定每天两次清点，门前两米内不放货。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "order.stalls",
        lead: Lead::With(URBAN),
        spot: Spot::Crossing,
        scene: Some(Scene::Stall),
        titles: ["{place}早市占道", "{market}外面摊子摆到马路上"],
        bodies: [
            "{place}每天早上六点多摆满了菜摊，一地菜叶子，公交车都拐不过弯。",
            "{market}里面空着摊位，外面摊子却摆到机动车道，{when}还为抢位置吵架。",
        ],
        replies: [
            "{place}的流动摊点已引导进{market}，{done}起免收{n}个月摊位费，早上有人值守劝导。",
            "{market}外的占道摊位{done}已清理，划了经营线，线外的由执法中队当场处理。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "order.adverts",
        spot: Spot::Building,
        titles: ["{place}楼道贴满小广告", "{compound}墙上喷的电话擦不掉"],
        bodies: [
            "{place}从一楼到顶楼都是开锁通下水的小广告，防盗门上也贴，{when}又贴了一层。",
            "{compound}外墙喷了{n}处办证电话，难看，也怕老人上当。",
        ],
        replies: [
            "{place}楼道里的小广告{done}已由志愿者和保洁清理干净，单元门贴了公共信息栏，有事贴那里。",
            "{compound}外墙{n}处喷涂已用涂料覆盖，{done}完成，号码交执法部门停机处理。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "order.bikes",
        lead: Lead::With(URBAN),
        spot: Spot::Crossing,
        titles: ["{place}共享单车堆成山", "共享电车把{place}盲道占了"],
        bodies: [
            "{place}共享单车横七竖八，倒了一片也没人扶，{when}我数了有几十辆。",
            "{place}的盲道上全是共享电单车，视力不好的邻居{n}次撞上去。",
        ],
        replies: [
            "{place}的共享单车{done}已清运一批，画了停放框，运营企业每天早晚各整理一次。",
            "{place}盲道上的电单车已移开，{done}起企业在系统里设了禁停区，停在盲道上还不了车。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "order.illegal",
        lead: Lead::Unit(URBAN),
        spot: Spot::Building,
        titles: ["{place}顶楼在盖房子", "{place}一楼把绿地圈成自家院"],
        bodies: [
            "{place}顶楼住户{when}开始在楼顶搭彩钢房，天天敲，怕把防水弄坏。",
            "{place}一楼拆了窗下墙，还把门前绿地圈进去{n}平方米，别人家都有意见。",
        ],
        replies: [
            "{place}楼顶的彩钢房经核实没有规划许可，{done}已由当事人自行拆除，楼顶防水查过没有破损。",
            "{place}圈占的绿地{done}已拆除围栏、恢复绿化，窗下墙由房主请原设计单位出图恢复，{next}前完成。",
        ],
        ..REPORT
    },
    Template {
        category: "order.lines",
        level: "pressing",
        lead: Lead::Unit(TELECOM),
        spot: Spot::Crossing,
        titles: ["{place}线缆垂下来了", "{road}一根线断了垂在人行道上"],
        bodies: [
            "{place}一捆黑线垂到一人高，{when}大风又低了一截，大车一过就挂住。",
            "{road}靠{compound}那边电线杆上的线断了一头，垂在人行道上，不知道带不带电。",
        ],
        replies: [
            "{place}垂落的是通信光缆，不带电，{done}已重新挂高到五米以上，废线{n}根剪除。",
            "{road}断头的线缆已核实为停用电话线，{done}拆除清运，杆上其余线缆重新绑扎。",
        ],
        ..HELP
    },
    Template {
        category: "order.site",
        lead: Lead::Unit(URBAN),
        spot: Spot::Building,
        titles: ["工地半夜还在打桩，{place}没法睡", "{compound}后面工地夜里施工"],
        bodies: [
            "{place}后面的工地连着{n}晚干到十二点以后，孩子要考试，没法休息。",
            "{compound}旁边工地{when}凌晨还在浇混凝土，泵车轰隆隆的，窗户都震。",
        ],
        replies: [
            "{place}后的工地夜间施工没有办理证明，{done}已责令停工并立案，今后二十二点后停机。",
            "{compound}旁工地因浇筑须连续作业，手续齐全但没有告知居民；{done}已补贴公告，完成后不再夜里施工。",
        ],
        ..COMPLAINT
    },
    Template {
        category: "clean.pets",
        lead: Lead::With(POLICE),
        titles: ["{compound}有人遛狗不拴绳", "{place}草坪上都是狗粪"],
        bodies: [
            "{compound}有几户遛狗从来不拴绳，{when}在{place}把孩子吓哭了，主人还说不咬人。",
            "{place}早晚各有{n}条狗没人牵，草坪上都是狗粪，带小孩不敢过去。",
        ],
        replies: [
            "{compound}遛狗不拴绳的{n}户，社区和民警{done}已上门，都补办了登记，写了文明养犬承诺。",
            "{place}的狗粪已清理，{done}装了拾便箱和提示牌，民警每周来巡两次，牵绳情况好转。",
        ],
        ..COMPLAINT
    },
];
