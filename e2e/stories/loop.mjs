// The loop that both stories walk: from the first word to the audited answer, each step by another person.

import { lampPicture, openBrowser } from '../harness.mjs';
import { demoAccounts, Resident, Staff } from '../people.mjs';

/** What the runner tells: where the city is, and on what. */
export const CITY = {
  url: process.env.LINLI_URL ?? 'http://127.0.0.1:8080',
  database: process.env.LINLI_DATABASE ?? 'sqlite',
};

/** Both widths and both languages, each with the other; on PostgreSQL the one that is left. */
export const WAYS =
  CITY.database === 'postgres'
    ? [{ size: 'phone', lang: 'en' }]
    : [
        { size: 'phone', lang: 'zh' },
        { size: 'desk', lang: 'en' },
      ];

/** A browser with the people of a story in it. */
export async function cast({ size, lang }) {
  const browser = await openBrowser();
  const find = await demoAccounts(browser, CITY.url);
  const staff = async (...words) => {
    const person = await Staff.at(browser, { url: CITY.url, size, lang });
    await person.signIn(find(...words).phone);
    return person;
  };
  return {
    browser,
    stranger: await Resident.at(browser, { url: CITY.url, size, lang }),
    resident: (javaScript) => Resident.at(browser, { url: CITY.url, size, lang, javaScript }),
    staff,
  };
}

/** Says it, accepts, dispatches, signs, contacts. Gives the stranger's receipt and the worker. */
export async function untilContacted({ browser, stranger, staff }) {
  const receipt = await stranger.say(
    { phone: '13800137001', name: '赵敏', picture: await lampPicture(browser, false) },
    () => stranger.check(),
  );

  const clerk = await staff(/海韵社区/, /受理派单员/);
  await clerk.open(receipt.number);
  await clerk.check();
  await clerk.take('accept', { kind: 'help', category: clerk.words.lamp, level: 'normal' });
  await clerk.take('dispatch', { lead: /路灯管理所|Lighting/ });

  const worker = await staff(/市路灯管理所/, /经办人/);
  await worker.open(receipt.number);
  await worker.take('sign');
  await worker.take('contact', { way: 'phone', result: worker.words.called });
  return { receipt, worker };
}

/**
 * And answers with pictures, passes. Gives the stranger's receipt. A reply that was given before is refused, so each
 * story has its own.
 */
export async function untilAudited(people, reply) {
  const { browser, staff } = people;
  const { receipt, worker } = await untilContacted(people);
  await worker.take('answer', {
    truth: 'true',
    solved: 'yes',
    reply: worker.words[reply],
    before: await lampPicture(browser, false),
    after: await lampPicture(browser, true),
  });

  const auditor = await staff(/12345/, /审核员/);
  await auditor.open(receipt.number);
  await auditor.check();
  await auditor.take('pass', { opinion: auditor.words.called });
  return receipt;
}
