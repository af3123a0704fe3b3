// The people of the stories: what each of them does with the pages, by role and accessible name. Fields of a step's
// generated form go by their names in the procedure's table, which are also the API's.

import assert from 'node:assert/strict';
import { axe, readQr, visitor } from './harness.mjs';
import { message, PAGES } from './words.mjs';

class Person {
  constructor(page, lang) {
    this.page = page;
    this.lang = lang;
    this.words = PAGES[lang];
  }

  static async at(browser, { url, size, lang, javaScript }) {
    return new this(await visitor(browser, { url, size, lang, javaScript }), lang);
  }

  /** The words of a key of the procedure's messages, as a button or a state ends with them. */
  word(key) {
    return new RegExp(`${message(key, this.lang).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
  }

  /** A button or a link by its name. */
  press(name) {
    const { page } = this;
    return page.getByRole('button', { name }).or(page.getByRole('link', { name })).first().click();
  }

  /** What the page says, somewhere. */
  async sees(words) {
    await this.page.getByText(words).filter({ visible: true }).first().waitFor();
  }

  /** What they see stands up to axe. */
  check() {
    return axe(this.page);
  }
}

export class Resident extends Person {
  /** Says it, one thing a page; `look` is called on each page. Ends at the receipt. */
  async say({ phone, name, picture, story, confidential }, look = () => {}) {
    const { page, words } = this;
    await page.goto('/');
    await look();
    await this.press(words.say);
    await page.getByRole('textbox', { name: words.what }).fill(story ?? words.story);
    if (picture) await page.locator('input[type=file]').first().setInputFiles(picture);
    await look();
    await this.press(words.next);
    await page.getByRole('textbox', { name: words.where }).fill(words.place);
    await choose(page.getByRole('combobox', { name: words.community }), /海韵社区|Haiyun/);
    await look();
    await this.press(words.next);
    await page.getByRole('textbox', { name: words.phone }).fill(phone);
    await page.getByRole('textbox', { name: words.name }).fill(name);
    if (confidential) await page.getByRole('checkbox', { name: words.confidential }).check();
    await look();
    await this.press(words.submit);
    await page.getByRole('heading', { name: words.received }).waitFor();
    await look();
    return this.receipt();
  }

  /** Number, code and the QR's link, as the receipt shows them. */
  async receipt() {
    const text = await this.page.getByRole('main').innerText();
    const number = text.match(/\b\d{6}-\d{4,}\b/)?.[0];
    const code = text.match(/\b[0-9A-HJKMNP-TV-Z]{4}-?[0-9A-HJKMNP-TV-Z]{4}\b/g)?.find((it) => it !== number);
    assert.ok(number && code, `number and code on the receipt: ${text}`);
    const link = await readQr(this.page.context().browser(), this.page.locator('.qr, [data-qr]').first());
    return { number, code, link };
  }

  /** Scans the QR: the link with the code in its fragment opens the case. Needs JavaScript. */
  async scan({ number, link }) {
    await this.page.goto(link);
    await this.page.waitForURL(`**/my/${number}`);
  }

  /** Types the code into the form behind the number. Works without JavaScript. */
  async type({ number, code }) {
    await this.page.goto(`/r/${number}`);
    await this.page.getByRole('textbox', { name: this.words.code }).fill(code);
    await this.press(this.words.lookUp);
    await this.page.waitForURL(`**/my/${number}`);
  }

  /** Answers the questions; `answers` by the fields of the step `rate`. */
  async rate(answers) {
    const form = this.page.locator('form', { has: this.page.locator('[name="solved"]') });
    if (!(await form.isVisible())) await this.press(this.words.rate);
    await send(form, answers);
  }
}

export class Staff extends Person {
  /** Signs in with the password of every demo account. */
  async signIn(phone) {
    const { page, words } = this;
    await page.goto('/sign-in');
    await page.getByRole('textbox', { name: words.phone }).fill(phone);
    await page.getByLabel(words.password).fill('linli-demo-2026');
    await page.getByRole('button', { name: words.signIn, exact: true }).click();
    await page.waitForURL((at) => at.pathname !== '/sign-in');
  }

  /** Opens a case on the desk by its number. */
  async open(number) {
    const { page } = this;
    await page.goto('/desk');
    await page.getByRole('searchbox').first().fill(number);
    await page.keyboard.press('Enter');
    await page.waitForURL(/[?&]q=/);
    await page.getByRole('main').getByRole('link', { name: new RegExp(number) }).first().click();
    await page.getByRole('article').getByText(number).first().waitFor();
  }

  /** Merges the open case into the candidate of this number, which the desk offers while it is being accepted. */
  async mergeInto(number) {
    const { page, words } = this;
    await page.getByRole('article').getByRole('link', { name: message('step.accept', this.lang), exact: true }).click();
    const offered = page.getByRole('listitem').filter({ hasText: number });
    await this.check();
    await offered.getByRole('button', { name: words.mergeInto }).click();
    await page.waitForURL(/done=merge/);
  }

  /**
   * Takes a step: opens its form, fills it, sends it.
   * @param {string} step name in the procedure's table
   * @param {Record<string, string | RegExp | object | object[]>} values by field; a RegExp picks a choice by its words,
   *   an object is a file
   */
  async take(step, values = {}) {
    const { page } = this;
    const name = message(`step.${step}`, this.lang);
    await page.getByRole('article').getByRole('link', { name, exact: true }).click();
    const form = page.locator(`form[action$="/steps/${step}"]`);
    await form.waitFor();
    await this.check();
    await send(form, values, this.word(`do.${step}`));
  }
}

/** Fills a form and sends it, with the button of that name or its last one; waits for the page that answers. */
async function send(form, values, name) {
  for (const [field, value] of Object.entries(values)) await fill(form, field, value);
  const buttons = form.getByRole('button', name && { name });
  const answered = form.page().waitForResponse((response) => response.request().method() === 'POST');
  await buttons.last().click();
  assert.ok((await answered).status() < 400, `${(await answered).url()} answers ${(await answered).status()}`);
  await form.page().waitForLoadState();
}

async function fill(form, name, value) {
  const field = form.locator(`[name="${name}"]`);
  const [tag, type] = await field.first().evaluate((it) => [it.tagName, it.type]);
  if (type === 'file') return field.setInputFiles(value);
  if (type === 'radio' || type === 'checkbox') {
    const one = value instanceof RegExp ? form.getByLabel(value) : form.locator(`[name="${name}"][value="${value}"]`);
    return one.first().check();
  }
  if (tag !== 'SELECT') return field.fill(value);
  return value instanceof RegExp ? choose(field, value) : field.selectOption(value);
}

/** Picks the option that fits the words. */
async function choose(list, words) {
  const label = (await list.locator('option').allInnerTexts()).find((text) => words.test(text));
  assert.ok(label, `there is a choice ${words}`);
  return list.selectOption({ label });
}

/**
 * The demo's accounts, as its page lists them: one row each, with the phone in it.
 * @returns {Promise<(words: RegExp) => {phone: string, row: string}>} the first row that fits all the words
 */
export async function demoAccounts(browser, url) {
  const page = await visitor(browser, { url, lang: 'zh' });
  await page.goto('/demo');
  const rows = await page.getByRole('row').allInnerTexts();
  await page.context().close();
  const accounts = rows.flatMap((row) => {
    const phone = row.match(/\b1\d{10}\b/)?.[0];
    return phone ? [{ phone, row }] : [];
  });
  return (...words) => {
    const found = accounts.find(({ row }) => words.every((word) => word.test(row)));
    assert.ok(found, `an account for ${words.join(' ')} among:\n${rows.join('\n')}`);
    return found;
  };
}
