// Somebody asks and wants it kept from whoever handles it: the desk releases the words and makes the calls.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

const NAME = '孙一方';
const TELLS = [NAME, '孙**', '13800137021', '7021'];

for (const way of WAYS) {
  test(`confidential (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { stranger, staff } = people;
    const story = `${NAME} 13800137021: ${stranger.words.story}`;
    const receipt = await stranger.say({ phone: '13800137021', name: NAME, story, confidential: true }, () => stranger.check());

    const clerk = await staff(/海韵社区/, /受理派单员/);
    await clerk.open(receipt.number);
    await clerk.sees(NAME);
    await clerk.page.getByRole('article').getByRole('link', { name: message('step.accept', way.lang), exact: true }).click();
    const words = clerk.page.locator('[name="handler_words"]');
    assert.ok(!(await words.inputValue()).includes('13800137021'), 'the number is blanked beforehand');
    await clerk.take('accept', { kind: 'help', category: clerk.words.lamp, level: 'normal', handler_words: clerk.words.lampWords });
    await clerk.take('dispatch', { lead: /路灯管理所|Lighting/ });

    const worker = await staff(/市路灯管理所/, /经办人/);
    const nobody = async () => {
      // a key may have any four digits in it
      const seen = (await worker.page.locator('html').innerHTML()).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '');
      for (const tells of TELLS) assert.ok(!seen.includes(tells), `${tells} on ${worker.page.url()}`);
    };
    await worker.open(receipt.number);
    await nobody();
    await worker.sees(worker.words.lampWords);
    await worker.check();
    await worker.take('sign');
    await worker.take('ask_desk', { question: worker.words.called });
    await nobody();

    await clerk.open(receipt.number);
    await clerk.take('contact', { way: 'phone', result: `${NAME}: ${clerk.words.called}` });
    await clerk.take('tell_handler', { words: clerk.words.called });
    await worker.open(receipt.number);
    await worker.sees(worker.words.called);
    await nobody();
    await worker.take('answer', { truth: 'true', solved: 'yes', reply: worker.words.secretReply });
    for (const path of ['/desk?view=all', '/desk?view=touched', '/tasks', '/inbox']) {
      await worker.page.goto(path);
      await nobody();
    }

    const auditor = await staff(/12345/, /审核员/);
    await auditor.open(receipt.number);
    await auditor.take('pass');
    await stranger.page.goto(`/my/${receipt.number}`);
    await stranger.check();
    await stranger.rate({ contacted: 'yes', solved: 'yes', satisfied: 'satisfied' });
    await stranger.sees(stranger.word('asker_state.closed'));
  });
}
