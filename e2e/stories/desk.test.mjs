// A worker goes through the day from case to case, by link and by key, and rings an asker for a reason; a clerk keeps a
// case beyond its time by law; whoever works on no case has nothing to search.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SIZES } from '../harness.mjs';
import { message } from '../words.mjs';
import { cast, CITY, untilContacted, WAYS } from './loop.mjs';

const WORDS = {
  zh: { call: '打电话', before: '上一件', after: '下一件', held: '法院调取卷宗', export: 'Excel' },
  en: { call: 'Call', before: 'Previous', after: 'Next', held: 'taken as evidence by the court', export: 'Excel' },
};

for (const way of WAYS) {
  test(`from case to case (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const words = WORDS[way.lang];
    const worker = await people.staff(/海韵社区/, /受理派单员/);
    const { page } = worker;
    await page.goto('/tasks');
    await worker.check();
    // other stories go on meanwhile with cases of today: one goes through older ones, and each page says what is beside it
    const today = new RegExp(new Date().toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' }).replaceAll('-', '').slice(2) + '-');
    const tasks = await page.locator('main .tk').evaluateAll((all) =>
      all.map((one) => ({ text: one.innerText, href: one.querySelector('h2 a').getAttribute('href') })),
    );
    const older = tasks.filter(({ text }) => !today.test(text));
    assert.ok(older.length > 2, 'there is something to do');

    const is = (path) => page.waitForURL((at) => at.pathname === path);
    await page.goto(older[0].href);
    const beside = async (name) => {
      const link = page.getByRole('link', { name, exact: true });
      return { link, path: new URL(await link.getAttribute('href'), CITY.url).pathname };
    };
    const go = async (name, how) => {
      const { link, path } = await beside(name);
      await how(link);
      await is(path);
    };
    await go(words.after, (link) => link.click());
    await worker.check();
    await go(words.after, () => page.keyboard.press('j'));
    await go(words.before, () => page.keyboard.press('k'));
    await go(words.before, (link) => link.click());

    // the phone on a task leads to the form that asks why, and then it can be dialled
    await page.goto('/tasks');
    await page.getByRole('main').getByRole('link', { name: words.call, exact: true }).first().click();
    await page.waitForURL(/see=phone/);
    await worker.check();
    await page.locator('#reason').fill(words.held);
    await page.locator('form[action$="/unmask"] button').click();
    const whole = page.locator('[data-whole] a');
    assert.match(await whole.getAttribute('href'), /^tel:1\d{10}$/);
    await worker.check();
  });

  test(`kept by law (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const [say, words] = [(key) => message(key, way.lang), WORDS[way.lang]];
    const zhao = people.stranger;
    const receipt = await zhao.say({ phone: '13800137071', name: '赵敏' });
    const clerk = await people.staff(/海韵社区/, /受理派单员/);
    await clerk.open(receipt.number);
    const article = clerk.page.getByRole('article');
    await article.getByText(say('legal.set'), { exact: true }).first().click();
    await article.locator('#hold-reason').fill(words.held);
    await clerk.check();
    await article.locator('form[action$="/hold"] button').click();
    await clerk.page.waitForURL(/done=held/);
    await clerk.sees(words.held);
    await clerk.check();

    await zhao.scan(receipt);
    await zhao.page.goto(`/my/${receipt.number}/data`);
    await zhao.sees(say('mine.held'));
    await zhao.check();
    await zhao.page.goto(`/my/${receipt.number}/data/erase`);
    await zhao.check();

    await article.locator('form[action$="/lift"] button').click();
    await clerk.page.waitForURL(/done=lifted/);
    await zhao.page.goto(`/my/${receipt.number}/data`);
    assert.equal(await zhao.page.getByText(say('mine.held')).count(), 0);
  });
}

test(`nothing to search for an administrator (${CITY.database})`, async (t) => {
  const people = await cast(WAYS[0]);
  t.after(() => people.browser.close());
  for (const [who, there] of [[/系统管理员/, 0], [/审计管理员/, 0], [/审核员/, 1]]) {
    const { page } = await people.staff(who, /12345受理中心/);
    assert.equal(await page.locator('header').getByRole('searchbox').count(), there, String(who));
    assert.equal(await page.locator('header a[href="/inbox"]').count(), there, String(who));
  }
});

test(`a strip of days stands in one line on a phone (${CITY.database})`, async (t) => {
  const people = await cast(WAYS[0]);
  t.after(() => people.browser.close());
  const { receipt, worker } = await untilContacted(people);
  await people.stranger.scan(receipt);
  for (const { page } of [people.stranger, worker]) {
    assert.equal(page.viewportSize().width, SIZES.phone.width);
    const tops = await page.locator('.days').first().locator('.d').evaluateAll((all) => all.map((one) => one.offsetTop));
    assert.ok(tops.length >= 6, `${tops.length} days`);
    assert.equal(new Set(tops).size, 1, `${tops.length} days in one line`);
  }
});
