// A community founds an alliance. A neighbour becomes a volunteer and joins it, and so does a unit. The community makes
// a programme with two activities; the neighbour signs up for both, one is called off and she reads why; an activity
// that is over has those who came ticked, and she agrees to be thanked in public and takes it back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

const COPY = {
  zh: { community: '海韵社区', skill: '精神慰藉', name: '海韵拾光联盟', about: '周末陪老人。', title: '教老人用手机', what: '一对一，慢慢教。', place: '社区活动室', why: '老师病了' },
  en: { community: 'Haiyun Community', skill: 'Company', name: 'Haiyun Evening Alliance', about: 'Weekends with the elderly.', title: 'Phones made easy', what: 'One to one, slowly.', place: 'The community room', why: 'The teacher is ill' },
};

/** A day from now on, as a form has it. */
const day = (days) => new Date(Date.now() + (days * 24 + 8) * 3_600_000).toISOString().slice(0, 10);

for (const way of WAYS) {
  test(`an alliance, a programme and thanks (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { staff, stranger } = people;
    const [words, told] = [(key) => message(key, way.lang), COPY[way.lang]];

    // the community founds it
    const clerk = await staff(/海韵社区/, /受理派单员/);
    const desk = clerk.page.getByRole('main');
    await clerk.page.goto('/alliances');
    await clerk.check();
    await desk.getByRole('link', { name: words('alliance.found') }).click();
    await clerk.check();
    await desk.locator('form.sec').getByRole('button').click();
    await clerk.page.getByRole('alert').waitFor();
    await clerk.check();
    await desk.locator('[name=name]').fill(told.name);
    await desk.locator('[name=about]').fill(told.about);
    await desk.locator('form.sec').getByRole('button').click();
    await clerk.page.waitForURL(/\/alliances\/[0-9a-f-]{36}$/);
    await clerk.sees(told.name);
    await clerk.check();
    const alliance = new URL(clerk.page.url()).pathname;

    // who is no volunteer is told what to do; a volunteer joins, and a unit
    await stranger.page.goto(alliance);
    await stranger.sees(words('alliance.first'));
    await stranger.check();
    const lin = await staff(/市路灯管理所/, /经办人/);
    const helping = lin.page.getByRole('main');
    await lin.page.goto('/help/me');
    const me = helping.locator('form').first();
    await me.locator('[name=community]').selectOption({ label: told.community });
    await me.getByLabel(told.skill, { exact: true }).check();
    for (const time of await me.locator('[name=times]').all()) await time.check();
    await me.getByRole('button').last().click();
    await lin.page.waitForURL(/saved/);
    await lin.page.goto(alliance);
    await lin.press(words('alliance.join'));
    await lin.sees(words('alliance.joined'));
    await lin.check();
    const leader = await staff(/市路灯管理所/, /负责人/);
    await leader.page.goto(alliance);
    await leader.page.getByRole('main').locator('form:has([name=as][value=unit]) button').click();
    await leader.page.getByRole('main').locator('form[action$="/leave"]:has([name=as])').waitFor();
    await leader.check();

    // a programme of it, with two activities
    await clerk.page.goto('/programmes');
    await clerk.check();
    await desk.getByRole('link', { name: words('programme.make') }).click();
    await clerk.check();
    await desk.locator('[name=org]').selectOption({ label: told.name });
    await desk.locator('[name=title]').fill(told.title);
    await desk.locator('[name=about]').fill(told.what);
    await desk.locator('form.sec').getByRole('button').click();
    await clerk.page.waitForURL(/\/programmes\/[0-9a-f-]{36}$/);
    await clerk.check();
    const programme = new URL(clerk.page.url()).pathname;
    const add = async (days) => {
      await clerk.page.goto(`${programme}/activities/new`);
      await clerk.check();
      for (const [name, value] of Object.entries({ day: day(days), from: '09:00', to: '11:00', place: told.place, wanted: '1' })) {
        await desk.locator(`[name=${name}]`).fill(value);
      }
      await clerk.press(words('programme.add_do'));
      await clerk.page.waitForURL(new RegExp(`${programme}$`));
    };
    await add(2);
    await add(9);

    // she signs up for both; who comes later finds it full
    await lin.page.goto('/help');
    await lin.sees(words('programme.near'));
    await lin.check();
    for (let n = 0; n < 2; n += 1) {
      await lin.page.goto(programme);
      await helping.locator('form[action$="/sign"] button').first().click();
      await helping.locator('form[action$="/sign-off"]').nth(n).waitFor();
    }
    await lin.check();
    await stranger.page.goto(programme);
    await stranger.sees(words('programme.full'));
    await stranger.check();

    // one is called off, and she reads why at home
    await clerk.page.goto(programme);
    await desk.locator('a[href*="/activities/"]').filter({ hasText: words('programme.manage') }).first().click();
    await clerk.sees(words('programme.move_it'));
    await clerk.check();
    await desk.locator('summary').click();
    await desk.locator('[name=reason]').fill(told.why);
    await desk.locator('form[action$="/off"] button').click();
    await clerk.sees(told.why);
    await clerk.check();
    await lin.page.goto('/help');
    await lin.sees(told.why);
    await lin.check();

    // she agrees to be thanked, and takes it back
    await lin.page.goto('/help/hours');
    await lin.check();
    await helping.locator('#thanks [name=name][value=masked]').check();
    await lin.press(words('thanks.agree'));
    await helping.locator('form[action="/help/thanks/back"]').waitFor();
    await lin.check();
    const many = async () => {
      await stranger.page.goto('/thanks');
      return stranger.page.getByRole('main').locator('.list > li').count();
    };
    const before = await many();
    await stranger.check();
    await helping.locator('form[action="/help/thanks/back"] button').click();
    await helping.locator('form[action="/help/thanks"]').waitFor();
    assert.equal(await many(), before - 1, 'gone at once');
  });
}
