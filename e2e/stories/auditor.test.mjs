// An auditor's day: what was done yesterday and this morning, who looked at what and why, whether the trail is whole,
// and a file to take along.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openBrowser } from '../harness.mjs';
import { demoAccounts, Staff } from '../people.mjs';
import { CITY, WAYS } from './loop.mjs';

const WORDS = {
  zh: { title: '审计', who: '谁做的', find: '找', check: '全部核对', whole: /一条不差/, file: '导出表格', empty: '没有这样的记录', reason: '约上门时间' },
  en: { title: 'Audit', who: 'Who', find: 'Find', check: 'Check everything', whole: /nothing was changed/, file: 'Export', empty: 'No such rows', reason: 'to agree on a visit' },
};

for (const { size, lang } of WAYS) {
  test(`an auditor's day (${CITY.database}, ${size}, ${lang})`, async (t) => {
    const browser = await openBrowser();
    t.after(() => browser.close());
    const find = await demoAccounts(browser, CITY.url);
    const words = WORDS[lang];

    // somebody signs in, so that there is something to read
    const clerk = await Staff.at(browser, { url: CITY.url, size, lang });
    await clerk.signIn(find(/海韵社区/, /受理派单员/).phone);
    const name = (await clerk.page.locator('details.hat summary b').innerText()).trim();

    // looks at an asker's phone, and says why
    await clerk.page.goto('/tasks');
    await clerk.page.locator('a[href$="see=phone"]').first().click();
    const why = `${words.reason} ${size}`;
    await clerk.page.locator('#reason').fill(why);
    await clerk.page.locator('form[action$="/unmask"] button').click();
    await clerk.page.locator('[data-whole] a').waitFor();
    const number = (await clerk.page.getByRole('article').innerText()).match(/\d{6}-\d{4}/)[0];

    const reader = await Staff.at(browser, { url: CITY.url, size, lang });
    await reader.signIn(find(/12345受理中心/, /审核员/).phone);
    await reader.page.goto('/looks');
    const look = await reader.page.getByRole('row').filter({ hasText: why }).first().innerText();
    assert.match(look, new RegExp(number), `who looked at what, and why: ${look}`);
    assert.ok(look.includes(name), `${name} in ${look}`);
    await reader.check();

    const auditor = await Staff.at(browser, { url: CITY.url, size, lang });
    await auditor.signIn(find(/审计管理员/).phone);
    const { page } = auditor;
    assert.equal(new URL(page.url()).pathname, '/audit');
    await page.getByRole('heading', { name: words.title, level: 1 }).waitFor();
    await auditor.check();

    await page.getByLabel(words.who, { exact: true }).fill(name);
    await page.getByRole('button', { name: words.find, exact: true }).click();
    await page.waitForURL(/who=/);
    assert.match(await page.locator('main ol li').first().innerText(), new RegExp(name));
    await auditor.sees(why);
    await auditor.check();

    await page.getByRole('button', { name: words.check }).click();
    await page.getByText(words.whole).waitFor();

    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: words.file }).click()]);
    assert.match(readFileSync(await file.path(), 'utf8'), /session\.begin/);

    await page.goto('/audit?who=nobody-of-this-name');
    await page.getByRole('heading', { name: words.empty }).waitFor();
    await auditor.check();

    for (const elsewhere of ['/desk', '/orgs', '/security']) {
      const answer = await page.goto(elsewhere);
      assert.equal(answer.status(), 403, elsewhere);
    }
  });
}
