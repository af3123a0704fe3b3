// Each page of docs/routes.txt, as somebody who may open it: axe finds nothing in both sizes, both languages and the
// elder mode, and at 400 % (1280 px, of which 320 are left) nothing scrolls sideways.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { narrow, openBrowser } from '../harness.mjs';
import { demoAccounts, Resident, Staff } from '../people.mjs';
import { message } from '../words.mjs';
import { CITY } from './loop.mjs';

const LINES = readFileSync(new URL('../../docs/routes.txt', import.meta.url), 'utf8').split('\n');
const ROLES = LINES.flatMap((line) => line.match(/^# \d+ +(\S+)$/)?.[1] ?? []);
const ROUTES = LINES.flatMap((line) => {
  const [, path, answers] = line.match(/^GET +(\S+) +([\d ]+)$/) ?? [];
  return path ? [{ path, answers: answers.split(' ') }] : [];
});

/** Whom of the demo's accounts a role of the list is, by words of its row. */
const ACCOUNTS = {
  'city.clerk': [/12345受理中心/, /受理员/],
  'city.leader': [/12345受理中心/, /主任/],
  'city.auditor': [/12345受理中心/, /审核员/],
  'comm.clerk': [/海韵社区/, /受理派单员/],
  'comm.worker': [/海韵社区/, /社区工作者/],
  'unit.worker': [/市路灯管理所/, /经办人/],
  system: [/系统管理员/],
  security: [/安全管理员/],
  audit: [/审计管理员/],
};

/** No pages: files, data, and what only leads on. */
const APART = [
  /^\/api\//, /^\/hsds/, /\.csv$/, /\/export$/, /^\/pictures\//, /^\/say\/pictures\//, /^\/static\//, /^\/switch$/, /^\/hat$/,
  /^\/sessions$/, /^\/cases\/\{id\}\/steps\//, /^\/cases\/kept\//, /^\/settings\/profile\/preview$/, /^\/sign-in\/second$/,
  /^\/inbox\/\{id\}$/,
];

const PROGRAMME = `/programmes?q=${encodeURIComponent('海韵社区居民委员会')}`;
const OFFICE = `/orgs?q=${encodeURIComponent('海韵社区居民委员会')}`;

/** What stands for the places of a path: who opens it, and on which page stands the link that leads there. */
const LED = {
  '/areas/{id}': ['comm.clerk', '/areas', /^\/areas\/[^/]+$/],
  '/article/{figure}': ['stranger', '/article', /^\/article\/[^/]+$/],
  '/catalogue/new': ['comm.clerk', '/catalogue', /^\/catalogue\/new/],
  '/catalogue/{id}': ['comm.clerk', '/catalogue', /^\/catalogue\/[0-9a-f]/],
  '/cases/{id}': ['comm.clerk', '/tasks', /^\/cases\/[^/?]+$/],
  '/claims/{id}': ['comm.worker', '/claims', /^\/claims\/[0-9a-f]/],
  '/help/near/{number}': ['unit.worker', '/help/near', /^\/help\/near\/\d/],
  '/alliances/{id}': ['stranger', '/alliances', /^\/alliances\/[0-9a-f]/],
  '/alliances/{id}/edit': ['comm.clerk', ['/alliances?q=%E6%B5%B7%E9%9F%B5', /^\/alliances\/[0-9a-f]/], /\/edit$/],
  '/programmes/{id}': ['stranger', '/programmes', /^\/programmes\/[0-9a-f]/],
  '/programmes/{id}/edit': ['comm.clerk', [PROGRAMME, /^\/programmes\/[0-9a-f]/], /\/edit$/],
  '/programmes/{id}/activities/new': ['comm.clerk', [PROGRAMME, /^\/programmes\/[0-9a-f]/], /\/activities\/new$/],
  '/programmes/{id}/activities/{activity}': ['comm.clerk', [PROGRAMME, /^\/programmes\/[0-9a-f]/], /\/activities\/[0-9a-f-]{36}$/],
  '/poster': ['stranger', '/poster'],
  '/wishes/{number}': ['stranger', '/wishes', /^\/wishes\/\d/],
  '/help/{number}': ['unit.worker', '/help', /^\/help\/\d{6}-/],
  '/figures/cases': ['city.clerk', '/figures', /^\/figures\/cases\?/],
  '/orgs/{id}': ['comm.clerk', '/orgs', /^\/orgs\/[^/]+$/],
  '/orgs/{id}/people/new': ['system', ['/orgs', /^\/orgs\/[^/]+$/], /\/people\/new$/],
  '/people/{id}': ['comm.clerk', [OFFICE, /^\/orgs\/[^/]+$/], /^\/people\/[^/]+$/],
  '/people/{id}/account': ['security', '/security?q=%E7%8E%8B', /\/account$/],
  '/people/{id}/edit': ['system', [OFFICE, /^\/orgs\/[^/]+$/, /^\/people\/[^/]+$/], /\/edit$/],
  '/people/{id}/posts/new': ['system', [OFFICE, /^\/orgs\/[^/]+$/, /^\/people\/[^/]+$/], /\/posts\/new$/],
  '/posts/{id}/end': ['system', [OFFICE, /^\/orgs\/[^/]+$/, /^\/people\/[^/]+$/], /\/end$/],
  '/posts/{id}/roles': ['security', ['/security?q=%E7%8E%8B', /\/account$/], /\/roles$/],
  '/public/{number}': ['stranger', '/public', /^\/public\/[^/]+$/],
  '/public-review/{id}': ['city.clerk', '/public-review', /^\/public-review\/[^/]+$/],
  '/settings/profile/versions/{version}': ['system', '/settings/profile/versions/shandong-4'],
  '/services/{id}': ['stranger', '/services', /^\/services\/[0-9a-f]/],
};

/** The pages of one's own case, for whoever has its code. */
const OWN = (number) => ({
  '/my/{number}': `/my/${number}`,
  '/my/{number}/data': `/my/${number}/data`,
  '/my/{number}/data/ask': `/my/${number}/data/ask`,
  '/my/{number}/data/correct': `/my/${number}/data/correct`,
  '/my/{number}/data/erase': `/my/${number}/data/erase`,
  '/my/{number}/receipt': `/my/${number}/receipt`,
  '/my/{number}/{step}': `/my/${number}/withdraw`,
  '/r/{number}': `/r/${number}`,
});

const WAYS = [
  { lang: 'zh', size: 'phone' },
  { lang: 'en', size: 'desk' },
  { lang: 'zh', size: 'phone', elder: true },
  { lang: 'en', size: 'phone', elder: true },
];

for (const { lang, size, elder } of WAYS) {
  const name = `${CITY.database}, ${size}, ${lang}${elder ? ', elder' : ''}`;
  test(`each page stands up to axe and to 400 % (${name})`, async (t) => {
    const browser = await openBrowser();
    t.after(() => browser.close());
    const find = await demoAccounts(browser, CITY.url);
    const people = new Map();
    const as = async (role) => {
      if (people.has(role)) return people.get(role);
      const person = await (role === 'stranger' ? Resident : Staff).at(browser, { url: CITY.url, size, lang });
      if (elder) await person.page.goto('/switch?elder=1&back=/');
      if (role !== 'stranger') await person.signIn(find(...ACCOUNTS[role]).phone);
      people.set(role, person);
      return person;
    };
    const zhao = await as('stranger');
    const receipt = await zhao.say({ phone: '13800137061', name: '赵敏' });
    await zhao.scan(receipt);
    const own = { ...OWN(receipt.number), ...(await ordered(zhao)) };

    for (const { path, answers } of ROUTES.filter(({ path }) => !APART.some((no) => no.test(path)))) {
      await t.test(path, async () => {
        const { role, at } = await way(path, answers);
        const { page } = await as(role);
        const answer = await page.goto(at);
        assert.equal(answer.status(), 200, at);
        await (await as(role)).check();
        await narrow(page);
      });
    }

    /** Who opens a page, and where. */
    async function way(path, answers) {
      if (own[path]) return { role: 'stranger', at: own[path] };
      const led = LED[path];
      if (!led) {
        const role = ['stranger', 'comm.clerk', ...Object.keys(ACCOUNTS)].find((role) => answers[ROLES.indexOf(role)] === '200');
        assert.ok(role && !path.includes('{'), `somebody to open ${path}`);
        return { role, at: path };
      }
      const [role, from, last] = led;
      const [first, ...links] = [from, last ?? []].flat();
      const { page } = await as(role);
      let at = first;
      for (const link of links) {
        at = await linkOn(page, at, link);
      }
      return { role, at };
    }
  });
}

test(`a page that is not there (${CITY.database})`, async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const lost = await Resident.at(browser, { url: CITY.url, size: 'phone', lang: 'zh' });
  assert.equal((await lost.page.goto('/nowhere')).status(), 404);
  await lost.check();
  await narrow(lost.page);
});

/** Orders from the list of a community: the form, and the order. */
async function ordered(zhao) {
  const { page } = zhao;
  const place = lang(zhao, '海韵社区', 'Haiyun Community');
  await page.goto('/services');
  await page.getByRole('main').getByRole('combobox').selectOption({ label: place });
  await page.getByRole('main').getByRole('button', { name: message('services.look', zhao.lang), exact: true }).click();
  const list = new URL(page.url());
  const item = await linkOn(page, list.pathname + list.search, /^\/services\/[0-9a-f]/);
  const form = await linkOn(page, item, /^\/order\//);
  await page.goto(form);
  await page.locator('[name=place]').fill('锦和苑5号楼1单元301');
  await page.locator('[name=phone]').fill('13800137062');
  await zhao.press(message('ordering.send', zhao.lang));
  await page.waitForURL(/receipt/);
  const number = page.url().match(/\d{6}-\d{4,}/)[0];
  return { '/order/{item}': form, '/orders/{number}': `/orders/${number}` };
}

const lang = (person, zh, en) => (person.lang === 'zh' ? zh : en);

/** A link of a page. The figures of a city that was loaded just now are counted within a minute. */
async function linkOn(page, path, link) {
  const deadline = Date.now() + (path === '/figures' ? 300_000 : 0);
  for (;;) {
    await page.goto(path);
    const all = await page.getByRole('main').locator('a[href]').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    const found = all.find((href) => link.test(href));
    if (found) return found;
    assert.ok(Date.now() < deadline, `a link ${link} on ${path}`);
    await page.waitForTimeout(1_000);
  }
}
