// Zhao Min lets her neighbours read about the lamp. Nothing is to be seen before the clerk has read it and taken out
// what tells who she is; it is gone the moment she takes it back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

const PHONE = '13800137051';
const SAID = {
  zh: { story: `锦和苑5号楼2单元的楼道灯坏了，我是赵敏敏，电话${PHONE}。`, body: '楼道灯坏了，晚上看不清路。', title: '楼道灯坏了', kept: '锦和苑' },
  en: {
    story: `The stair light of Jinhe Yuan building 5, unit 2 is out, I am 赵敏敏, phone ${PHONE}.`,
    body: 'The stair light is out.',
    title: 'The stair light is out',
    kept: 'Jinhe Yuan',
  },
};

for (const way of WAYS) {
  test(`public by decision (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { stranger: zhao, staff } = people;
    const [words, said] = [(key) => message(key, way.lang), SAID[way.lang]];
    const { number, ...receipt } = await zhao.say({ phone: PHONE, name: '赵敏敏', story: said.story });
    const reader = await people.resident(false);
    const status = async () => (await reader.page.goto(`/public/${number}`)).status();
    assert.equal(await status(), 404, 'nothing is public by itself');

    const clerk = await staff(/海韵社区/, /受理派单员/);
    const waits = clerk.page.getByRole('main').getByRole('link').filter({ hasText: number });
    await clerk.page.goto('/public-review');
    assert.equal(await waits.count(), 0, 'and nobody is asked to make it so');

    await zhao.scan({ number, ...receipt });
    await zhao.page.goto(`/my/${number}/data`);
    const form = zhao.page.locator('form[action$="/consents"]');
    assert.equal(await form.getByRole('checkbox', { checked: true }).count(), 0, 'nothing is ticked beforehand');
    await form.getByRole('checkbox', { name: words('consent.public') }).check();
    await form.getByRole('button').click();
    await zhao.sees(words('mine.public_waiting'));
    await zhao.check();
    assert.equal(await status(), 404, 'and not before a person has read it');

    await clerk.page.goto('/public-review');
    await clerk.check();
    await waits.click();
    const body = clerk.page.locator('[name="body"]');
    const proposed = await body.inputValue();
    assert.ok(proposed.includes(said.kept), proposed);
    for (const theirs of [PHONE, '赵敏敏', '5号楼', '2单元', 'building 5', 'unit 2']) {
      assert.ok(!proposed.includes(theirs), `${theirs} in ${proposed}`);
    }
    const show = clerk.page.getByRole('button', { name: words('public.approve'), exact: true });
    await body.fill(said.story);
    await show.click();
    await clerk.page.getByRole('alert').waitFor();
    await clerk.sees(words('flaw.still_personal'));
    await clerk.check();
    await clerk.page.locator('[name="title"]').fill(said.title);
    await body.fill(said.body);
    await show.click();
    await clerk.page.waitForURL(/\/public-review$/);

    await reader.page.goto('/public');
    await reader.page.getByRole('link').filter({ hasText: said.title }).first().waitFor();
    assert.equal(await status(), 200);
    await reader.sees(said.body);
    const read = await reader.page.content();
    for (const theirs of [PHONE, '赵敏敏', '5号楼', 'building 5']) assert.ok(!read.includes(theirs), theirs);
    await zhao.page.goto(`/public/${number}`);
    await zhao.check();

    await zhao.page.goto(`/my/${number}/data`);
    await zhao.sees(words('mine.public_shown'));
    await form.getByRole('checkbox', { name: words('consent.public') }).uncheck();
    await form.getByRole('button').click();
    await zhao.sees(words('mine.saved'));
    assert.equal(await status(), 404, 'gone at once');
  });
}
