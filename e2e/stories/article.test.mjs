// Whoever looks at the demo sets the article beside the records, and opens the records behind each number.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, openBrowser, SIZES, visitor } from '../harness.mjs';
import { CITY } from './loop.mjs';

const FIGURES = {
  staff: 16, funds: 24, premises: 8, grids: 114, grid_workers: 114, closed: 1, requests: 50, at_once: 1, conference: 22,
};

for (const size of Object.keys(SIZES)) {
  test(`the article and this city (${CITY.database}, ${size})`, async (t) => {
    const browser = await openBrowser();
    t.after(() => browser.close());
    const page = await visitor(browser, { url: CITY.url, size, lang: 'zh' });
    await page.goto('/');
    await page.getByRole('link', { name: '文章与本市' }).click();
    await page.getByRole('heading', { level: 1, name: '文章与本市' }).waitFor();

    // the stories' city has no requests of those months, and the page says so
    await page.getByText('少 2,100').waitFor();
    await axe(page);

    await page.getByRole('link', { name: '按今天' }).click();
    await page.waitForURL('**/article?on=today');
    await page.getByText('对得上').first().waitFor();
    assert.match(await page.getByRole('main').innerText(), /2,040/);
    await axe(page);

    for (const [figure, least] of Object.entries(FIGURES)) {
      await page.goto('/article?on=today');
      await page.locator(`a[href="/article/${figure}?on=today"]`).last().click();
      await page.waitForURL(`**/article/${figure}?on=today`);
      const rows = await page.locator('tbody tr').count();
      assert.ok(rows >= least, `${figure}: ${rows} rows`);
      await axe(page);
    }
    await page.goto('/article/requests?on=today');
    const first = await page.locator('tbody tr').first().innerText();
    await page.getByRole('link', { name: '往后' }).click();
    await page.waitForURL(/after=/);
    assert.notEqual(await page.locator('tbody tr').first().innerText(), first);
  });
}
