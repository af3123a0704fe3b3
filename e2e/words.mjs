// The words that the stories look for. Those of the procedure and of personal data come from their own messages; those
// of the other pages stand here, as a person reads them.

import { readFileSync } from 'node:fs';

const FILES = Object.entries({
  'core/casework': ['figures', 'intake', 'privacy'],
  'projects/hearts': ['alliances', 'helping', 'lanes', 'matching', 'ordering', 'orders', 'services', 'wishes', 'wishing'],
  'projects/strength': ['links', 'pages', 'requests'],
}).flatMap(([crate, names]) => names.map((name) => `${crate}/messages/${name}`));
const MESSAGES = new Map(FILES.flatMap((file) => [...readMessages(new URL(`../${file}.toml`, import.meta.url))]));

/** The words of a key such as `step.accept`. */
export function message(key, lang) {
  const words = MESSAGES.get(`${key} ${lang}`);
  if (!words) throw new Error(`no words for ${key} in ${lang}`);
  return words;
}

/** `[a.b]` followed by `zh = "…"` and `en = "…"`. */
function readMessages(url) {
  const words = new Map();
  let key = '';
  for (const line of readFileSync(url, 'utf8').split('\n')) {
    key = line.match(/^\[(.+)\]$/)?.[1] ?? key;
    const [, lang, quoted] = line.match(/^(zh|en) = (".*")$/) ?? [];
    if (lang) words.set(`${key} ${lang}`, JSON.parse(quoted));
  }
  return words;
}

export const PAGES = {
  zh: {
    confidential: /对办理单位保密/,
    mergeInto: '并入这一件',
    sameStory: '文苑路口那盏路灯不亮好几天了，孩子放学看不清路，请来修。',
    lampWords: '文苑路口东侧路灯不亮，孩子放学看不清路。',
    part: '灯杆基座下沉，请重新浇筑基座。',
    partReply: '灯杆基座下沉的地方11月20日已经重新浇筑，11月22日验收合格，可以立杆。',
    mergedReply: '文苑路口那盏路灯的整流器11月20日换了，当晚亮灯，市路灯管理所下周再来查看一次。',
    secretReply: '文苑路口东侧路灯的进线11月21日重新接好，当晚亮灯，市路灯管理所每月巡查一次。',
    story: '文苑路口的路灯不亮，上周五晚上开始的，孩子放学看不清路。',
    place: '文苑路口东侧',
    say: /说一说/,
    what: /发生了什么/,
    where: /在哪里/,
    community: /哪个社区/,
    phone: /手机号/,
    name: /怎么称呼您/,
    next: /^继续/,
    submit: /交给社区/,
    received: /收到了/,
    rate: /评价/,
    code: /查询码/,
    lookUp: /看进度|查进度|打开/,
    signIn: '登录',
    password: /密码/,
    lamp: /路灯/,
    called: '打了电话，问清是路口东侧第二盏。',
    reply: '文苑路口路灯的灯头和进线已经换好，11月20日晚上亮灯，以后由市路灯管理所每月巡查一次。',
    secondReply: '文苑路口东侧第二盏路灯换了控制器，11月21日晚上试过是亮的，市路灯管理所一周后再来看一次。',
    firstStep: '灯杆的预算批下来',
    secondStep: '新灯杆立好，灯亮了',
    watchedReply: '文苑路口东侧路灯的灯杆和电缆都换过了，11月25日晚上试过是亮的，市路灯管理所每周来看一次。',
  },
  en: {
    confidential: /Keep it confidential/,
    mergeInto: 'Merge into it',
    sameStory: 'The street light at Wenyuan crossing is out for days, children cannot see the road, please mend it.',
    lampWords: 'The street light east of Wenyuan crossing is out, children cannot see the road.',
    part: 'The foot of the lamp post sinks; please cast it anew.',
    partReply: 'The foot of the lamp post was cast anew on 20 November and checked on 22 November; the post can stand.',
    mergedReply: 'The ballast of the street light at Wenyuan crossing was changed on 20 November; it burns since that night.',
    secretReply: 'The cable of the street light east of Wenyuan crossing was joined again on 21 November; it burns since then.',
    story: 'The street light at Wenyuan crossing is out since Friday evening, children cannot see the road.',
    place: 'East side of Wenyuan crossing',
    say: /Say it/,
    what: /What happened|What is wrong/,
    where: /Where/,
    community: /Which community/,
    phone: /phone|mobile/i,
    name: /call you|your name/i,
    next: /^Continue/,
    submit: /to the community/,
    received: /Received/,
    rate: /Rate/,
    code: /Look-up code/i,
    lookUp: /progress|track|open/i,
    signIn: 'Sign in',
    password: /Password/,
    lamp: /lamp/i,
    called: 'Called; it is the second lamp on the east side of the crossing.',
    reply:
      'The light at Wenyuan crossing has a new lamp and cable and is on since 20 November. The Lighting Office now checks it monthly.',
    secondReply:
      'The second light at Wenyuan crossing has a new control box and was on in the evening of 21 November. The Lighting Office looks again in a week.',
    firstStep: 'The funds for the lamp post are approved',
    secondStep: 'The new post stands and the lamp is lit',
    watchedReply:
      'The post and cable of the street light at Wenyuan crossing were replaced and the light was on in the evening of 25 November. The Lighting Office comes weekly.',
  },
};
