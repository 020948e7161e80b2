import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { openOutStage, type OutStage, Traveller } from '../out/traveller.js';
import { startBrowser } from './browser.js';
import { Dashboard, heading, press } from './dashboard.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { width: 360, height: 740 };

/** Each page, and a text that is there once it is complete. */
const PAGES = [
  ['/', 'Tools and agents that you allowed'],
  ['/accounts', "Ada's Readers"],
  ['/accounts?error=user_denied', 'You did not give access'],
  ['/apps', 'One device'],
  ['/oauth-apps', 'Credentials refused'],
  ['/oauth-apps/new', 'Where is it registered?'],
  ['/oauth-apps/new?provider=facebook', 'Then, here'],
  ['/consent?request_id=nobodys', 'This request cannot be opened'],
  ['/consent', 'Nothing to decide'],
] as const;

let stage: OutStage;
let browser: Browser;
let dashboard: Dashboard;
let ada: Traveller;

beforeAll(async () => {
  stage = await openOutStage();
  browser = await startBrowser();
  dashboard = new Dashboard(browser, stage.app.url, [stage.sandbox.origin]);
  ada = new Traveller(stage);
  for (const provider of ['facebook', 'x']) await ada.addApp(provider);
  await ada.apps.created({ provider: 'tiktok', client_id: 'unknown', client_secret: 'a-wrong-one' });
  await ada.travel('x');
  await ada.travel('facebook');
  const app = await ada.client.register({ client_name: 'Acme' });
  await ada.client.tokens(app, {}, { claims: { org_id: ada.org_id } });
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});
afterEach(async () => expect(await dashboard.closeTabs()).toEqual([]));

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  it.each(PAGES)('%s has no serious flaw that axe knows (WCAG 2.2 AA)', async (path, text) => {
    const page = await openWhole(path, text, { colorScheme });
    expect(await flawsOf(page)).toEqual([]);
  });

  it('neither has the question before a deletion', async () => {
    const page = await openWhole('/oauth-apps', 'Credentials refused', { colorScheme });
    await page
      .getByRole('button', { name: /^Delete/ })
      .first()
      .click();
    expect(await flawsOf(page)).toEqual([]);
  });

  it('neither has sign-in, nor the question of an app', async () => {
    const page = await openWhole('/', 'Tools and agents that you allowed', { colorScheme });
    await press(page, 'Sign out');
    await heading(page, 'Sign in');
    expect(await flawsOf(page)).toEqual([]);
    const requestId = await ada.client.startConsent(await ada.client.register());
    await page.goto(`${stage.app.url}/dashboard/consent?request_id=${requestId}`);
    await page.locator('main:not([aria-busy])').getByText('wants to connect').waitFor();
    expect(await flawsOf(page)).toEqual([]);
  });
});

describe('every page', () => {
  it.each(PAGES)('%s fits a phone', async (path, text) => {
    const page = await openWhole(path, text, { viewport: PHONE });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
  });

  it.each(PAGES)('%s is there again after a reload', async (path, text) => {
    const page = await openWhole(path, text);
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.title()).toMatch(/. · Swingdoor$/);
  });

  it('loads less than 150 KB of script, compressed as a proxy would, and shows within a second', async () => {
    const page = await openWhole('/', 'Tools and agents that you allowed');
    const shown = await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0].startTime`);
    expect(shown).toBeLessThan(1000);
    const scripts: string[] = await page.evaluate(
      `performance.getEntriesByType('resource').filter((r) => r.initiatorType === 'script').map((r) => r.name)`,
    );
    expect(scripts).toHaveLength(1);
  });

  it('is reached with the keyboard alone, and takes the focus to its heading', async () => {
    const page = await openWhole('/', 'Tools and agents that you allowed');
    for (const [name, title] of [
      ['Accounts', 'Accounts'],
      ['Connected apps', 'Connected apps'],
      ['OAuth apps', 'OAuth apps'],
    ] as const) {
      await page.getByRole('navigation').getByRole('link', { name, exact: true }).press('Enter');
      await page.locator('h1:focus', { hasText: title }).waitFor();
    }
    await page.goBack();
    await page.locator('h1:focus', { hasText: 'Connected apps' }).waitFor();
  });
});

/** Opens a page and waits until it is complete. */
async function openWhole(
  path: string,
  text: string,
  options: Parameters<Dashboard['open']>[2] = {},
): Promise<Page> {
  const page = await dashboard.open(path, ada, options);
  await page.getByText(text).first().waitFor();
  await page.locator('main:not([aria-busy])').waitFor();
  return page;
}

/** What axe calls serious or critical. */
async function flawsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
