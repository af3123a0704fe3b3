// Screenshots of pages in both sizes and languages, into e2e/shots. `node shots.mjs [path ...]`; LINLI_URL names a
// program that runs already, otherwise a fresh demo city is started. PHONE names an account to sign in with.

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser, SIZES, startLinli, visitor } from './harness.mjs';
import { Staff } from './people.mjs';

const OPEN = ['/', '/say', '/sign-in', '/demo', '/nowhere'];
const SIGNED_IN = ['/desk', '/tasks', '/inbox', '/areas', '/orgs'];
const folder = join(dirname(fileURLToPath(import.meta.url)), 'shots');
mkdirSync(folder, { recursive: true });

const linli = process.env.LINLI_URL
  ? { url: process.env.LINLI_URL, stop() {} }
  : await startLinli('sqlite');
const { url } = linli;
const paths = process.argv.length > 2 ? process.argv.slice(2) : [...OPEN, ...(process.env.PHONE ? SIGNED_IN : [])];
const browser = await openBrowser();
try {
  for (const lang of ['zh', 'en']) {
    for (const size of Object.keys(SIZES)) {
      const page = await visitor(browser, { url, size, lang });
      if (process.env.PHONE) await new Staff(page, lang).signIn(process.env.PHONE);
      for (const path of paths) {
        await page.goto(path);
        const name = `${path.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'}-${size}-${lang}.png`;
        await page.screenshot({ path: join(folder, name), fullPage: size === 'phone' });
        console.log(name);
      }
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  await linli.stop();
}
