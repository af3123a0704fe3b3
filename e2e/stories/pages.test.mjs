// Each page that is reached without a case, in both languages and sizes: axe finds nothing, nothing scrolls sideways.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, SIZES, visitor } from '../harness.mjs';
import { demoAccounts, Staff } from '../people.mjs';
import { CITY } from './loop.mjs';

const OPEN = ['/', '/say', '/find', '/me', '/privacy', '/accessibility', '/sign-in', '/demo', '/nowhere'];
const STAFF = ['/desk', '/tasks', '/inbox', '/areas', '/orgs', '/hats', '/me/sessions', '/me/lending', '/me/password', '/prove'];

for (const lang of ['zh', 'en']) {
  for (const size of Object.keys(SIZES)) {
    test(`pages stand up to axe (${CITY.database}, ${size}, ${lang})`, async (t) => {
      const browser = await openBrowser();
      t.after(() => browser.close());
      const stranger = new Staff(await visitor(browser, { url: CITY.url, size, lang }), lang);
      for (const path of OPEN) await look(t, stranger, path);

      const find = await demoAccounts(browser, CITY.url);
      const clerk = await Staff.at(browser, { url: CITY.url, size, lang });
      await clerk.signIn(find(/海韵社区/, /受理派单员/).phone);
      for (const path of STAFF) await look(t, clerk, path);
      for (const [list, one] of [['/areas', 'a[href^="/areas/"]'], ['/orgs', 'a[href^="/orgs/"]']]) {
        await clerk.page.goto(list);
        await look(t, clerk, await clerk.page.locator(`main ${one}`).first().getAttribute('href'));
      }

      const guard = await Staff.at(browser, { url: CITY.url, size, lang });
      await guard.signIn(find(/安全管理员/).phone);
      await look(t, guard, '/security');
      await guard.page.goto(`/security?q=${encodeURIComponent('王')}`);
      const account = await guard.page.locator('main a[href$="/account"]').first().getAttribute('href');
      await look(t, guard, account);
      await look(t, guard, await guard.page.locator('main a[href$="/roles"]').first().getAttribute('href'));
    });
  }
}

test(`the big letters of the elder mode (${CITY.database})`, async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const elder = new Staff(await visitor(browser, { url: CITY.url, size: 'phone', lang: 'zh' }), 'zh');
  await elder.page.goto('/');
  await elder.press(/长辈版/);
  for (const path of ['/', '/say', '/find', '/me']) await look(t, elder, path);
});

/** A part of the test for each page, so that one page's fault does not hide the next one's. */
function look(t, person, path) {
  return t.test(path, async () => {
    const answer = await person.page.goto(path);
    assert.equal(answer.status(), path === '/nowhere' ? 404 : 200);
    await person.check();
  });
}
