import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openOutStage, type OutStage, Traveller } from '../out/traveller.js';
import { startBrowser } from './browser.js';
import { Dashboard, heading, press } from './dashboard.js';

let stage: OutStage;
let browser: Browser;
let dashboard: Dashboard;
let ada: Traveller;

beforeAll(async () => {
  stage = await openOutStage({ OAUTH_BROWSER_BINDING: 'on' });
  browser = await startBrowser();
  dashboard = new Dashboard(browser, stage.app.url, [stage.sandbox.origin]);
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});
beforeEach(async () => {
  stage.sandbox.world.reset();
  ada = new Traveller(stage);
  await ada.addApp('x');
});
afterEach(async () => expect(await dashboard.closeTabs()).toEqual([]));

describe('a sign-in that comes back in another browser (RFC 9700 §4.7)', () => {
  it('is completed where the person who started it is signed in, once', async () => {
    const page = await dashboard.open('/', ada);
    const completion = await comeBack(page);
    await heading(page, 'Ada Sample is connected');
    expect(page.url()).toBe(`${stage.app.url}/dashboard/accounts`);
    await page.goto(completion);
    await heading(page, 'This sign-in was completed before');
  });

  it('needs no completing in the browser where it started', async () => {
    const page = await dashboard.open('/accounts', ada);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await press(page, 'Connect X');
    await press(page, 'Approve');
    await heading(page, 'Ada Sample is connected');
    expect(asked).toContain('/v1/oauth/x/callback');
    expect(asked).not.toContain('/v1/oauth/complete');
  });

  it('connects nothing for somebody else', async () => {
    const mallory = new Traveller(stage, ada.org_id, 'mallory');
    const page = await dashboard.open('/', mallory);
    await comeBack(page);
    await heading(page, 'This is not for you to complete');
    await page.getByText('No account yet.').waitFor();
  });

  it('waits until somebody is signed in', async () => {
    const page = await dashboard.open('/', ada);
    const completion = await comeBack(page, '{"token":"over","email":"ada"}');
    await page.getByText('Your session is over.').waitFor();
    expect(page.url()).toBe(completion);
  });
});

/** Starts without this browser and finishes in it; returns the address that the provider's answer led to. */
async function comeBack(page: Page, session?: string): Promise<string> {
  const { authorizeUrl } = await ada.depart('x');
  await page.goto(authorizeUrl);
  if (session) await page.addInitScript(`sessionStorage.setItem('swingdoor.session', '${session}')`);
  const answered = page.waitForRequest(/\/dashboard\/accounts\?completion=/);
  await press(page, 'Approve');
  return (await answered).url();
}
