// Grandmother Sun reads large letters, has pages read to her, and asks the community to call her, by keyboard alone;
// the clerk finds it on the desk.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, elderSizes, openBrowser, SIZES, visitor } from '../harness.mjs';
import { demoAccounts, Staff } from '../people.mjs';
import { CITY } from './loop.mjs';

const PAGES = ['/', '/say', '/call', '/find', '/services', '/me', '/privacy', '/accessibility', '/sign-in', '/article'];

for (const lang of ['zh', 'en']) {
  for (const size of Object.keys(SIZES)) {
    test(`letters and targets of the elder mode (${CITY.database}, ${size}, ${lang})`, async (t) => {
      const browser = await openBrowser();
      t.after(() => browser.close());
      const page = await elder(browser, { size, lang });
      for (const path of PAGES) {
        await t.test(path, async () => {
          await page.goto(path);
          await elderSizes(page);
          await axe(page);
        });
      }
    });
  }
}

test(`call me, by keyboard (${CITY.database})`, async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await elder(browser, { size: 'phone', lang: 'zh' });

  // the first stop is the way past the bar, and each stop is seen
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), '跳到正文');
  await page.keyboard.press('Enter');
  await tabTo(page, /把这一页读给我听/);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, 'none');
  await tabTo(page, /请社区打给我/);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/call');

  // nothing typed: it says what is missing, and keeps the rest
  await tabTo(page, /请打给我/);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByRole('textbox', { name: '打哪个电话' }).getAttribute('aria-invalid'), 'true');
  await axe(page);

  await tabTo(page, /^$/, 'f-phone');
  await page.keyboard.type('19900009321');
  await page.keyboard.press('Tab');
  await page.keyboard.type('孙奶奶');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.getByRole('combobox', { name: /哪个社区/ }).selectOption({ label: '海韵社区' });
  await tabTo(page, /请打给我/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /收到了/ }).waitFor();
  const number = (await page.getByRole('main').innerText()).match(/\b\d{6}-\d{4,}\b/)[0];
  await elderSizes(page);
  await axe(page);

  const find = await demoAccounts(browser, CITY.url);
  const clerk = await Staff.at(browser, { url: CITY.url, size: 'desk', lang: 'zh' });
  await clerk.signIn(find(/海韵社区/, /受理派单员/).phone);
  await clerk.open(number);
  await clerk.sees('请社区打给我：上午');
  await clerk.sees(/孙\*\*|孙奶奶/);
});

test(`read aloud is there where the browser speaks, and only there (${CITY.database})`, async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await elder(browser, { size: 'phone', lang: 'zh' });
  const read = page.getByRole('button', { name: '把这一页读给我听' });
  for (const path of ['/', '/call', '/find']) {
    await page.goto(path);
    await read.waitFor();
  }
  await page.addInitScript(() => delete globalThis.speechSynthesis);
  await page.addInitScript(() => delete Object.getPrototypeOf(globalThis).speechSynthesis);
  await page.goto('/call');
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(await read.isVisible(), false);
});

async function elder(browser, { size, lang }) {
  const page = await visitor(browser, { url: CITY.url, size, lang });
  await page.goto('/switch?elder=1&back=/');
  return page;
}

function focused(page) {
  return page.evaluate(() => (document.activeElement.innerText ?? '').trim());
}

/** Goes on with Tab until the focus is on what these words or this id name. */
async function tabTo(page, words, id = '') {
  for (let presses = 0; presses < 60; presses += 1) {
    const [text, at, pressed] = await page.evaluate(() => {
      const it = document.activeElement;
      return [(it.innerText ?? '').trim(), it.id, it.matches('a, button')];
    });
    if (id ? at === id : pressed && words.test(text)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not reach ${id || words}`);
}
