// What the stories and the screenshots share: the program, the browser, a visitor, axe.

import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const SIZES = { phone: { width: 360, height: 780 }, desk: { width: 1440, height: 900 } };
const LOCALES = { zh: 'zh-CN', en: 'en-GB' };

/**
 * Starts the built program on a fresh demo city of the present year and waits until it answers.
 * @param {'sqlite' | 'postgres'} database
 * @returns {Promise<{url: string, stop: () => Promise<void>}>} its log is in report/<database>.log
 */
export async function startLinli(database) {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const binary = process.env.LINLI_BIN ?? join(target, 'debug/linli');
  const data = mkdtempSync(join(tmpdir(), 'linli-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const schema = `e2e_${process.pid}`;
  const postgres = database === 'postgres' ? (process.env.DATABASE_URL ?? postgresUrl()) : null;
  const env = { ...process.env, PORT: String(port), DATA: data, LISTEN: '127.0.0.1', BASE_URL: url, NO_COLOR: '1', TRUST_PROXY: '1' };
  delete env.DATABASE_URL;
  if (postgres) Object.assign(env, { DATABASE_URL: postgres, SCHEMA: schema });

  mkdirSync(join(HERE, 'report'), { recursive: true });
  const log = join(HERE, 'report', `${database}.log`);
  writeFileSync(log, '');
  const child = spawn(binary, ['serve', '--demo', '--present-only'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => appendFileSync(log, bytes));
  const ended = once(child, 'exit');
  process.once('exit', () => child.kill());

  const deadline = Date.now() + 180_000;
  while (!(await answers(`${url}/readyz`))) {
    if (child.exitCode !== null) throw new Error(`linli stopped at its start:\n${tail(log)}`);
    if (Date.now() > deadline) throw new Error(`linli is not ready after three minutes:\n${tail(log)}`);
    await wait(100);
  }

  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
    if (postgres) dropSchema(postgres, schema);
  };
  return { url, stop };
}

/** Debian's Chromium, or the one that CHROMIUM names. */
export function openBrowser() {
  const names = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = process.env.CHROMIUM ?? names.find((name) => existsSync(name));
  return chromium.launch({
    executablePath,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

/**
 * A person with a browser of their own: no cookies, their size and their language.
 * @param {import('playwright-core').Browser} browser
 * @param {{url: string, size?: 'phone' | 'desk', lang?: 'zh' | 'en', javaScript?: boolean}} who
 */
export async function visitor(browser, { url, size = 'desk', lang = 'zh', javaScript = true }) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: SIZES[size],
    hasTouch: size === 'phone',
    locale: LOCALES[lang],
    timezoneId: 'Asia/Shanghai',
    javaScriptEnabled: javaScript,
    reducedMotion: 'reduce',
    // each comes from an address of their own, as through a proxy: signing in is limited by address
    extraHTTPHeaders: { 'x-forwarded-for': `198.51.100.${Math.floor(Math.random() * 256)}` },
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => {
    // A page that answers with 422 or 409 is a page like any other; the browser reports it as an error of its address.
    const itself = message.location().url === page.url() && message.text().startsWith('Failed to load');
    if (message.type() === 'error' && !itself) page.problems.push(message.text());
  });
  page.on('pageerror', (error) => page.problems.push(String(error)));
  return page;
}

/**
 * Fails on any finding of axe on the page as it stands, on a page wider than its window, and on script errors. On
 * PostgreSQL without axe: the same templates make the same pages.
 */
export async function axe(page) {
  const found = process.env.LINLI_DATABASE === 'postgres' ? [] : await violations(page);
  found.push(...(await tooWide(page)));
  found.push(...page.problems.splice(0).map((problem) => `console: ${problem}`));
  if (found.length) throw new Error(`${page.url()}\n  - ${found.join('\n  - ')}`);
}

async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    return (await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] })).violations;
  });
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n      ${node.target.join(' ')}  ${node.html.slice(0, 160)}`),
  );
}

/** What makes the page wider than its window; empty where nothing does. */
export function tooWide(page) {
  return page.evaluate(() => {
    const over = document.documentElement.scrollWidth - window.innerWidth;
    if (over <= 0) return [];
    const beyond = [...document.body.querySelectorAll('*')].filter((it) => {
      return it.checkVisibility() && it.getBoundingClientRect().right > window.innerWidth && !it.closest('.scroll, .top nav');
    });
    const shown = beyond.slice(-3).map((it) => it.outerHTML.slice(0, 160));
    return [`the page is ${over} px wider than its window of ${window.innerWidth} px`, ...shown];
  });
}

/** Fails where the page is wider than 320 px: what a screen of 1280 px has left at 400 % (WCAG 1.4.10). */
export async function narrow(page) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 256 });
  const wide = await tooWide(page);
  await page.setViewportSize(before);
  if (wide.length) throw new Error(`${page.url()}\n  - ${wide.join('\n  - ')}`);
}

/** Fails on what is too small for the elder mode: text under 18 px, something to press under 60 px. */
export async function elderSizes(page) {
  const small = await page.evaluate(() => {
    const found = [];
    const shown = (it) => it.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true });
    const hidden = (it) => it.closest('.sr, .skip, [aria-hidden="true"]') !== null;
    const name = (it) => `${it.tagName.toLowerCase()}.${it.className} "${it.textContent.trim().slice(0, 24)}"`;
    for (const it of document.body.querySelectorAll('*')) {
      const own = [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (own && shown(it) && !hidden(it) && parseFloat(getComputedStyle(it).fontSize) < 18) {
        found.push(`${getComputedStyle(it).fontSize} text: ${name(it)}`);
      }
    }
    for (const it of document.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea, summary')) {
      if (!shown(it) || hidden(it) || it.closest('p, li:not(.list > li), td') !== null && it.tagName === 'A' && !it.matches('.btn')) continue;
      const target = it.closest('label') ?? it;
      const { width, height } = target.getBoundingClientRect();
      if (height < 59.5 || width < 59.5) found.push(`${Math.round(width)} × ${Math.round(height)} px: ${name(it)}`);
    }
    return found;
  });
  if (small.length) throw new Error(`${page.url()}\n  - ${small.join('\n  - ')}`);
}

/** The text of the QR code that the element shows. */
export async function readQr(browser, element) {
  const picture = (await element.screenshot()).toString('base64');
  const page = await browser.newPage();
  await page.setContent(`<img src="data:image/png;base64,${picture}">`);
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('jsqr') });
  const text = await page.evaluate(async () => {
    const image = document.querySelector('img');
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const { data, width, height } = canvas.getImageData(0, 0, image.naturalWidth, image.naturalHeight);
    return globalThis.jsQR(data, width, height)?.data;
  });
  await page.close();
  if (!text) throw new Error('there is no QR code to read');
  return text;
}

/** A picture of a lamp post, dark or lit, as a file that can be uploaded. */
export async function lampPicture(browser, lit) {
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  const light = lit ? '<path d="M470 170 L330 560 L610 560 Z" fill="#ffe9a8"/>' : '';
  await page.setContent(
    `<svg width="800" height="600" style="position:fixed;inset:0;background:#1f2933">${light}
     <path d="M300 590 V150 h170 v20" stroke="#aab" stroke-width="14" fill="none"/></svg>`,
  );
  const buffer = await page.screenshot({ type: 'jpeg', quality: 80 });
  await page.close();
  return { name: lit ? 'after.jpg' : 'before.jpg', mimeType: 'image/jpeg', buffer };
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function postgresUrl() {
  return execFileSync(join(ROOT, 'scripts/postgres.sh'), ['url'], { encoding: 'utf8' }).trim();
}

function dropSchema(url, schema) {
  try {
    execFileSync('psql', ['-q', url, '-c', `SET client_min_messages = error; DROP SCHEMA IF EXISTS ${schema} CASCADE`]);
  } catch {
    console.error(`the schema ${schema} stays behind`);
  }
}

function tail(path) {
  return readFileSync(path, 'utf8').split('\n').slice(-30).join('\n');
}
