// Two people ask for the same lamp. The desk merges the second into the first, the lamp office splits off the foot of
// the post, and each of the two is answered and asked by themselves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

/** The open case shows the word of a key. */
const onCase = (person, key) => person.page.getByRole('article').getByText(message(key, person.lang)).first().waitFor();

for (const way of WAYS) {
  test(`merged, split and answered each (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { stranger, staff } = people;
    const first = await stranger.say({ phone: '13800137011', name: '赵敏' });

    const clerk = await staff(/海韵社区/, /受理派单员/);
    await clerk.open(first.number);
    await clerk.take('accept', { kind: 'help', category: clerk.words.lamp, level: 'normal' });
    await clerk.take('dispatch', { lead: /路灯管理所|Lighting/ });

    const neighbour = await people.resident(true);
    const second = await neighbour.say({ phone: '13800137012', name: '钱勇', story: neighbour.words.sameStory });
    await clerk.open(second.number);
    await clerk.mergeInto(first.number);
    await onCase(clerk, 'state.merged');
    await clerk.check();

    await neighbour.page.goto(`/my/${second.number}`);
    await neighbour.sees(first.number);
    await neighbour.check();
    const seen = await neighbour.page.getByRole('main').innerText();
    for (const theirs of ['赵敏', '7011', neighbour.words.story.slice(-12)]) {
      assert.ok(!seen.includes(theirs), `nothing of the other asker: ${theirs} in ${seen}`);
    }

    const worker = await staff(/市路灯管理所/, /经办人/);
    await worker.open(first.number);
    await worker.take('sign');
    await worker.take('contact', { way: 'phone', result: worker.words.called });
    await worker.take('split', { unit: /海韵社区|Haiyun/, part: worker.words.part });
    await onCase(worker, 'state.signing');
    await worker.check();
    const answer = worker.page.getByRole('article').getByRole('link', { name: worker.word('step.answer') });
    assert.equal(await answer.count(), 0, 'no answer while a part is open');
    await clerk.open(first.number);
    await clerk.page.getByRole('article').getByRole('listitem').filter({ hasText: message('state.signing', way.lang) })
      .getByRole('link').first().click();
    await clerk.page.waitForURL(/\/cases\//);
    await clerk.check();
    await clerk.take('end_child', { reason: clerk.words.called });

    await worker.open(first.number);
    await worker.take('answer', { truth: 'true', solved: 'yes', reply: worker.words.mergedReply });
    const auditor = await staff(/12345/, /审核员/);
    await auditor.open(first.number);
    await auditor.take('pass');

    await neighbour.page.goto(`/my/${second.number}`);
    await neighbour.sees(neighbour.words.mergedReply);
    await neighbour.rate({ contacted: 'no', solved: 'yes', satisfied: 'satisfied' });
    await neighbour.sees(neighbour.word('asker_state.closed'));
    await stranger.page.goto(`/my/${first.number}`);
    await stranger.sees(stranger.word('asker_state.calling'));
  });
}
