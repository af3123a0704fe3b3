// The figures: an auditor of the city looks, unfolds a street, opens a number and comes to a case; axe finds nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../harness.mjs';
import { demoAccounts, Staff } from '../people.mjs';
import { message } from '../words.mjs';
import { CITY, WAYS } from './loop.mjs';

for (const { size, lang } of WAYS) {
  test(`from a rate to its cases (${CITY.database}, ${size}, ${lang})`, async (t) => {
    const browser = await openBrowser();
    t.after(() => browser.close());
    const find = await demoAccounts(browser, CITY.url);
    const clerk = await Staff.at(browser, { url: CITY.url, size, lang });
    await clerk.signIn(find(/12345/, /受理派单/).phone);
    const { page } = clerk;
    const rates = page.locator('.pair > section');
    // the last whole month, of which the other stories change nothing
    await page.goto('/figures');
    await clerk.press(message('figures.earlier', lang));
    await page.waitForURL(/at=/);
    assert.equal(await rates.count(), 5);
    await clerk.check();

    const table = page.locator('table').first();
    assert.equal(await table.locator('tbody tr').count(), 5, 'the city and its four streets');
    await table.locator('tbody tr').nth(1).locator('a').first().press('Enter');
    await page.waitForURL(/open=/);
    assert.ok((await table.locator('tbody tr').count()) > 5, 'the communities of the street');
    await clerk.check();

    const denominator = rates.nth(1).locator('a.v').last();
    const said = Number((await denominator.innerText()).replace(',', ''));
    await denominator.click();
    await page.waitForURL(/figures\/cases/);
    assert.match(await page.locator('h1').innerText(), new RegExp(`\\b${said}\\b`));
    await clerk.check();
    let rows = 0;
    for (;;) {
      rows += await page.locator('tbody tr').count();
      const next = page.locator('a[rel=next]');
      if ((await next.count()) === 0) break;
      await next.click();
      await page.waitForLoadState();
    }
    assert.equal(rows, said, 'the list is as long as the number says');
    await page.locator('tbody a[href^="/cases/"]').first().click();
    await page.waitForURL(/\/cases\/[0-9a-f-]{36}/);
  });
}
