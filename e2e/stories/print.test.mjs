// A case, a list and one's own progress on paper: what is said is there, what can only be pressed is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

/** A4 at 96 dots an inch without its margins. */
const PAPER = { width: 718, height: 1047 };

for (const way of WAYS) {
  test(`printed (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const zhao = people.stranger;
    const receipt = await zhao.say({ phone: '13800137081', name: '赵敏' });
    await zhao.scan(receipt);
    const clerk = await people.staff(/海韵社区/, /受理派单员/);

    await paper(zhao.page);
    await whole(zhao.page, [receipt.number, zhao.words.place]);

    await clerk.open(receipt.number);
    const own = clerk.page.url();
    await paper(clerk.page);
    await whole(clerk.page, [receipt.number, clerk.words.story, message('step.say', way.lang)]);
    assert.equal(await clerk.page.locator('.mid').isVisible(), false, 'a case without its list');

    for (const path of ['/desk?view=all', '/orgs', '/areas']) {
      await clerk.page.goto(path);
      await whole(clerk.page, []);
      if (path.startsWith('/desk')) {
        assert.ok((await clerk.page.locator('.mid .lr:visible').count()) > 5, 'the list itself');
        assert.equal(await clerk.page.locator('article').isVisible(), false, 'a list without the case');
      } else {
        assert.ok((await clerk.page.locator('main :is(tr, li):visible').count()) > 5, path);
      }
    }
    assert.match(own, /case=/);
  });
}

async function paper(page) {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize(PAPER);
}

/** Nothing to press is printed, nothing is cut off, the words are there, and it becomes a document. */
async function whole(page, words) {
  for (const what of ['button', 'a.btn', 'input', 'nav', 'summary']) {
    const shown = page.locator(what).filter({ visible: true });
    assert.equal(await shown.count(), 0, `${what} on paper: ${await shown.allInnerTexts()}`);
  }
  for (const said of words) await page.getByText(said).filter({ visible: true }).first().waitFor();
  const cut = await page.evaluate(() => {
    const root = document.documentElement;
    const boxes = [...document.querySelectorAll('main, main *')].filter((it) => it.checkVisibility());
    const hides = boxes.filter((it) => /auto|scroll/.test(getComputedStyle(it).overflowY) && it.scrollHeight > it.clientHeight + 1);
    const wide = boxes.filter((it) => root.scrollWidth > window.innerWidth && it.getBoundingClientRect().right > window.innerWidth + 1);
    return [...hides, ...wide].map((it) => it.outerHTML.slice(0, 120));
  });
  assert.deepEqual(cut, [], page.url());
  const document = await page.pdf({ format: 'A4' });
  assert.equal(document.subarray(0, 5).toString(), '%PDF-');
}
