//! The names of the demo city. The city, its four streets and their codes are real (Vonng/adcode, CC-BY 4.0);
//! communities, compounds, roads and people are invented.

/// A street: code, name, English name, and latitude and longitude in GCJ-02.
pub(super) struct Street {
    pub code: &'static str,
    pub name: &'static str,
    pub name_en: &'static str,
    pub lat: f64,
    pub lon: f64,
}

/// 海阳市 in GCJ-02. Source: Vonng/adcode.
pub(super) const CITY: Street =
    Street { code: "370687", name: "海阳市", name_en: "Haiyang", lat: 36.688, lon: 121.173_793 };

/// Source: Vonng/adcode, except the point of 龙山, which has none there: it is placed by hand between 东村 and the
/// coast west of 凤城.
pub(super) const STREETS: [Street; 4] = [
    Street {
        code: "370687001", name: "方圆街道", name_en: "Fangyuan", lat: 36.779_648, lon: 121.182_363
    },
    Street { code: "370687002", name: "东村街道", name_en: "Dongcun", lat: 36.778_747, lon: 121.154_852 },
    Street {
        code: "370687003", name: "凤城街道", name_en: "Fengcheng", lat: 36.708_82, lon: 121.244_774
    },
    Street { code: "370687004", name: "龙山街道", name_en: "Longshan", lat: 36.722, lon: 121.196 },
];

/// A community with its main road and the number of its grids. Invented.
pub(super) struct Community {
    pub name: &'static str,
    pub name_en: &'static str,
    pub road: &'static str,
    pub road_en: &'static str,
    pub grids: usize,
}

const fn of(
    name: &'static str,
    name_en: &'static str,
    road: &'static str,
    road_en: &'static str,
    grids: usize,
) -> Community {
    Community { name, name_en, road, road_en, grids }
}

/// Six a street, in the order of [`STREETS`]; 114 grids in all.
pub(super) const COMMUNITIES: [[Community; 6]; 4] = [
    [
        of("海韵", "Haiyun", "云帆路", "Yunfan Road", 5),
        of("望潮", "Wangchao", "望潮街", "Wangchao Street", 4),
        of("书香", "Shuxiang", "书香路", "Shuxiang Road", 6),
        of("槐荫", "Huaiyin", "槐荫街", "Huaiyin Street", 5),
        of("和顺", "Heshun", "和顺路", "Heshun Road", 4),
        of("翠屏", "Cuiping", "翠屏路", "Cuiping Road", 5),
    ],
    [
        of("松涛", "Songtao", "松涛路", "Songtao Road", 5),
        of("桐华", "Tonghua", "桐华街", "Tonghua Street", 5),
        of("榴园", "Liuyuan", "石榴街", "Shiliu Street", 4),
        of("康宁", "Kangning", "康宁路", "Kangning Road", 6),
        of("锦程", "Jincheng", "锦程路", "Jincheng Road", 4),
        of("仁里", "Renli", "仁里街", "Renli Street", 5),
    ],
    [
        of("听海", "Tinghai", "听海路", "Tinghai Road", 4),
        of("鸥歌", "Ouge", "鸥歌街", "Ouge Street", 5),
        of("帆影", "Fanying", "帆影路", "Fanying Road", 5),
        of("蓝湾", "Lanwan", "蓝湾路", "Lanwan Road", 4),
        of("渔歌", "Yuge", "渔歌街", "Yuge Street", 6),
        of("潮音", "Chaoyin", "潮音路", "Chaoyin Road", 4),
    ],
    [
        of("云岭", "Yunling", "云岭路", "Yunling Road", 5),
        of("竹溪", "Zhuxi", "竹溪街", "Zhuxi Street", 4),
        of("麦香", "Maixiang", "麦香路", "Maixiang Road", 5),
        of("兰亭", "Lanting", "兰亭路", "Lanting Road", 5),
        of("枫桥", "Fengqiao", "枫桥街", "Fengqiao Street", 4),
        of("泉清", "Quanqing", "清泉路", "Qingquan Road", 5),
    ],
];

/// First and second halves of the names of compounds: 12 × 10 pairs, each used at most once.
pub(super) const STEM_HEADS: [(&str, &str); 12] = [
    ("锦", "Jin"),
    ("瑞", "Rui"),
    ("嘉", "Jia"),
    ("福", "Fu"),
    ("安", "An"),
    ("景", "Jing"),
    ("祥", "Xiang"),
    ("泰", "Tai"),
    ("华", "Hua"),
    ("丽", "Li"),
    ("鸿", "Hong"),
    ("玉", "Yu"),
];
pub(super) const STEM_TAILS: [(&str, &str); 10] = [
    ("和", "he"),
    ("宁", "ning"),
    ("泽", "ze"),
    ("庭", "ting"),
    ("源", "yuan"),
    ("雅", "ya"),
    ("澜", "lan"),
    ("秋", "qiu"),
    ("澄", "cheng"),
    ("棠", "tang"),
];
pub(super) const COMPOUND_KINDS: [(&str, &str); 6] = [
    ("苑", "Court"),
    ("花园", "Garden"),
    ("小区", "Estate"),
    ("家园", "Homes"),
    ("里", "Lane"),
    ("新村", "New Village"),
];

/// Departments and units of the city: name, English name, and whether it is a company or institution.
pub(super) const DEPARTMENTS: [(&str, &str, bool); 22] = [
    ("市住房保障中心", "Housing Security Centre", true),
    ("市综合行政执法局", "Urban Management and Law Enforcement Bureau", false),
    ("市市政养护中心", "Municipal Maintenance Centre", true),
    ("市路灯管理所", "Street Lighting Office", true),
    ("市自来水公司", "Water Supply Company", true),
    ("市供热公司", "Heating Company", true),
    ("市供电公司", "Power Supply Company", true),
    ("市燃气公司", "Gas Company", true),
    ("市园林环卫中心", "Parks and Sanitation Centre", true),
    ("市生态环境分局", "Ecology and Environment Bureau", false),
    ("市交警大队", "Traffic Police", false),
    ("市市场监督管理局", "Market Regulation Bureau", false),
    ("市教育和体育局", "Education and Sports Bureau", false),
    ("市卫生健康局", "Health Bureau", false),
    ("市民政局", "Civil Affairs Bureau", false),
    ("市人力资源和社会保障局", "Human Resources and Social Security Bureau", false),
    ("市医疗保障局", "Healthcare Security Bureau", false),
    ("市文化和旅游局", "Culture and Tourism Bureau", false),
    ("市公安局", "Public Security Bureau", false),
    ("市消防救援大队", "Fire and Rescue Brigade", false),
    ("市物业管理办公室", "Property Management Office", true),
    ("市通信发展办公室", "Telecommunications Office", true),
];

/// Common family names.
pub(super) const SURNAMES: [(&str, &str); 32] = [
    ("王", "Wang"),
    ("李", "Li"),
    ("张", "Zhang"),
    ("刘", "Liu"),
    ("陈", "Chen"),
    ("杨", "Yang"),
    ("赵", "Zhao"),
    ("黄", "Huang"),
    ("周", "Zhou"),
    ("吴", "Wu"),
    ("徐", "Xu"),
    ("孙", "Sun"),
    ("胡", "Hu"),
    ("朱", "Zhu"),
    ("高", "Gao"),
    ("林", "Lin"),
    ("何", "He"),
    ("郭", "Guo"),
    ("马", "Ma"),
    ("罗", "Luo"),
    ("梁", "Liang"),
    ("宋", "Song"),
    ("郑", "Zheng"),
    ("谢", "Xie"),
    ("韩", "Han"),
    ("唐", "Tang"),
    ("冯", "Feng"),
    ("于", "Yu"),
    ("董", "Dong"),
    ("姜", "Jiang"),
    ("曲", "Qu"),
    ("迟", "Chi"),
];

/// Given names out of herbs, seasons and old books, so that nobody takes them for a neighbour's.
pub(super) const GIVEN_NAMES: [(&str, &str); 50] = [
    ("望舒", "Wangshu"),
    ("砚秋", "Yanqiu"),
    ("知微", "Zhiwei"),
    ("予安", "Yu'an"),
    ("若谷", "Ruogu"),
    ("清和", "Qinghe"),
    ("景行", "Jingxing"),
    ("怀瑾", "Huaijin"),
    ("思齐", "Siqi"),
    ("敏之", "Minzhi"),
    ("云舒", "Yunshu"),
    ("书言", "Shuyan"),
    ("立冬", "Lidong"),
    ("谷雨", "Guyu"),
    ("白露", "Bailu"),
    ("小满", "Xiaoman"),
    ("海宁", "Haining"),
    ("松年", "Songnian"),
    ("鹤鸣", "Heming"),
    ("采薇", "Caiwei"),
    ("子衿", "Zijin"),
    ("木兰", "Mulan"),
    ("南星", "Nanxing"),
    ("半夏", "Banxia"),
    ("青禾", "Qinghe"),
    ("长庚", "Changgeng"),
    ("启明", "Qiming"),
    ("北辰", "Beichen"),
    ("星河", "Xinghe"),
    ("远山", "Yuanshan"),
    ("晓川", "Xiaochuan"),
    ("听雨", "Tingyu"),
    ("如初", "Ruchu"),
    ("念慈", "Nianci"),
    ("守拙", "Shouzhuo"),
    ("嘉树", "Jiashu"),
    ("修竹", "Xiuzhu"),
    ("问渠", "Wenqu"),
    ("行舟", "Xingzhou"),
    ("澄怀", "Chenghuai"),
    ("乐山", "Leshan"),
    ("近水", "Jinshui"),
    ("有光", "Youguang"),
    ("初晴", "Chuqing"),
    ("见山", "Jianshan"),
    ("临溪", "Linxi"),
    ("秋实", "Qiushi"),
    ("冬青", "Dongqing"),
    ("夏至", "Xiazhi"),
    ("春生", "Chunsheng"),
];
