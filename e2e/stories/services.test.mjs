// Zhao Min looks up who does what in her community, and what it costs. The clerk changes a price from tomorrow on; the
// street lamp office claims what nobody does, the clerk vets it, and only then Zhao Min reads its name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

const STORY = {
  zh: { place: '海韵社区', repairs: '家电水电', item: '独居探访', unit: '市路灯管理所', brings: '四人轮班，每周三下午', yuan: '18', asked: '想有人陪我去医院', found: '陪诊代取药' },
  en: { place: 'Haiyun Community', repairs: 'Repairs at home', item: 'Legal advice', unit: 'Street Lighting Office', brings: '法务两人，每周五', yuan: '17', asked: 'come to hospital with me', found: 'Going along to hospital' },
};

for (const way of WAYS) {
  test(`services (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { stranger: zhao, staff } = people;
    const [words, told] = [(key) => message(key, way.lang), STORY[way.lang]];
    const main = zhao.page.getByRole('main');

    await zhao.page.goto('/');
    await main.getByRole('link', { name: way.lang === 'zh' ? /点服务/ : /Services/ }).click();
    await zhao.check();
    await main.getByRole('combobox').selectOption({ label: told.place });
    await main.getByRole('button', { name: words('services.look'), exact: true }).click();
    const here = new URL(zhao.page.url()).searchParams.get('in');
    await main.getByRole('searchbox').fill(told.asked);
    await main.getByRole('button', { name: words('services.find'), exact: true }).click();
    await main.getByRole('link').filter({ hasText: told.found }).first().waitFor();
    await zhao.check();
    await zhao.page.goto(`/services?in=${here}`);
    await main.getByRole('link').filter({ hasText: told.item }).first().click();
    await zhao.sees(words('services.nobody'));
    await zhao.check();
    const item = zhao.page.url();

    // a price from tomorrow on: today's stands
    await zhao.page.goto(`/services?in=${here}`);
    await main.getByRole('link').filter({ hasText: told.repairs }).first().click();
    const repairs = zhao.page.url();
    const before = await main.locator('#prices').innerText();
    const clerk = await staff(/海韵社区/, /受理派单员/);
    await clerk.page.goto('/catalogue');
    await clerk.check();
    await clerk.page.getByRole('main').getByRole('link').filter({ hasText: told.repairs }).first().click();
    const form = clerk.page.getByRole('article').locator('form').first();
    const tomorrow = await form.locator('[name=from_day]').inputValue();
    await form.locator('[name=from_day]').fill('2020-01-01');
    await form.locator('[name=yuan]').first().fill(told.yuan);
    const save = form.getByRole('button', { name: words('terms.save'), exact: true }).last();
    await save.click();
    await clerk.page.getByRole('alert').waitFor();
    await clerk.sees(words('flaw.past'));
    await clerk.check();
    assert.equal(await form.locator('[name=yuan]').first().inputValue(), told.yuan, 'what was typed is kept');
    await form.locator('[name=from_day]').fill(tomorrow);
    await save.click();
    await clerk.page.waitForURL(/done=saved/);
    await clerk.page.getByRole('article').locator('.note').first().waitFor();
    assert.equal(await form.locator('[name=yuan]').first().inputValue(), told.yuan);
    await clerk.check();
    await zhao.page.goto(repairs);
    assert.equal(await main.locator('#prices').innerText(), before, 'until tomorrow it stays as it is');

    // the unit claims, nobody reads it yet
    const worker = await staff(/市路灯管理所/, /经办人/);
    await worker.page.goto('/claims');
    await worker.page.getByRole('main').getByRole('combobox').first().selectOption({ label: told.place });
    await worker.page.getByRole('main').getByRole('button', { name: words('services.look'), exact: true }).click();
    const open = worker.page.locator('#more li').filter({ hasText: told.item });
    await open.locator('summary').click();
    await open.locator('[name=brings]').fill(told.brings);
    await worker.check();
    await open.getByRole('button', { name: words('claims.claim_it') }).click();
    await worker.page.waitForURL(/done=claimed/);
    await worker.sees(words('claim_state.waiting'));
    await worker.check();
    await zhao.page.goto(item);
    assert.ok(!(await main.innerText()).includes(told.unit), 'not before it is vetted');

    await clerk.page.goto(`/catalogue?in=${here}&only=waiting`);
    await clerk.check();
    await clerk.page.getByRole('main').getByRole('link').filter({ hasText: told.item }).first().click();
    const claim = clerk.page.locator('#claims li').filter({ hasText: told.unit });
    await claim.locator('[name=reason]').fill('来过社区，看了名单');
    await claim.getByRole('button', { name: words('catalogue.accept') }).click();
    await clerk.page.waitForURL(/done=vetted/);
    await claim.getByText(words('claim_state.vetted')).waitFor();
    await zhao.page.goto(item);
    await zhao.sees(told.unit);
    await zhao.sees(told.brings);
    await zhao.check();

    // and takes it back
    await worker.page.goto('/claims');
    await worker.page.getByRole('main').getByRole('link', { name: told.item }).first().click();
    await worker.check();
    await worker.page.locator('[name=from_day]').fill(await worker.page.evaluate(() => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)));
    await worker.page.getByRole('button', { name: words('claims.give_back') }).click();
    await worker.page.waitForURL(/done=given_back/);
    await zhao.page.goto(item);
    await zhao.sees(words('services.nobody'));
  });
}
