import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openOutStage, type OutStage, Traveller } from '../out/traveller.js';
import { startBrowser } from './browser.js';
import { answer, Dashboard, heading, press, told } from './dashboard.js';

let stage: OutStage;
let browser: Browser;
let dashboard: Dashboard;
let ada: Traveller;

beforeAll(async () => {
  stage = await openOutStage();
  browser = await startBrowser();
  dashboard = new Dashboard(browser, stage.app.url, [stage.sandbox.origin]);
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});
beforeEach(() => {
  stage.sandbox.world.reset();
  ada = new Traveller(stage);
});
afterEach(async () => expect(await dashboard.closeTabs()).toEqual([]));

describe('accounts in the dashboard', () => {
  it.each([
    ['Instagram', 'instagram'],
    ['X', 'x'],
    ['LinkedIn', 'linkedin'],
    ['TikTok', 'tiktok'],
  ])('connect %s through its own page and back', async (name, id) => {
    await ada.addApp(id);
    const page = await dashboard.open('/accounts', ada);
    await press(page, `Connect ${name}`);
    await press(page, 'Approve');
    await heading(page, 'Ada Sample is connected');
    expect(await card(page).innerText()).toMatch(new RegExp(`Ada Sample\\s+${name}[\\s\\S]*Connected`));
    expect(page.url()).toBe(`${stage.app.url}/dashboard/accounts`);
  });

  it('connect the Facebook Page that the person chooses, and say why others cannot be', async () => {
    await ada.addApp('facebook');
    const page = await dashboard.open('/accounts', ada);
    await press(page, 'Connect Facebook');
    await press(page, 'Approve');
    await heading(page, 'One step is left');
    const readers = page.getByRole('radio', { name: /Ada's Readers/ });
    expect(await readers.isDisabled()).toBe(true);
    expect(await card(page).innerText()).toContain('This person may not create content on the Page.');
    await page.getByRole('radio', { name: "Ada's Tea Room" }).check();
    await press(page, 'Connect this one');
    await told(page, "Ada's Tea Room is connected.");
    await heading(page, "Ada's Tea Room is connected");
    expect(await card(page).innerText()).toMatch(/Ada's Tea Room\s+Facebook[\s\S]*Connected/);
  });

  it('tell that access was not given, and try again', async () => {
    await ada.addApp('x');
    const page = await dashboard.open('/accounts', ada);
    await press(page, 'Connect X');
    await press(page, 'Deny');
    await heading(page, 'You did not give access');
    expect(await page.getByRole('alert').innerText()).toContain('connect again and approve at X');
    await press(page, 'Connect X again');
    await press(page, 'Approve');
    await heading(page, 'Ada Sample is connected');
  });

  it('lead to the OAuth app that is missing', async () => {
    const page = await dashboard.open('/accounts', ada);
    await press(page, 'Connect TikTok');
    await heading(page, 'TikTok needs an OAuth app first');
    await page.getByRole('link', { name: 'Add a TikTok app' }).click();
    await heading(page, 'New TikTok app');
  });

  it('ask through which app, where there are several', async () => {
    await ada.addApp('linkedin', 0);
    await ada.addApp('linkedin', 1);
    const page = await dashboard.open('/accounts', ada);
    await press(page, 'Connect LinkedIn');
    await page.getByRole('dialog').getByRole('button').nth(1).click();
    await page.getByText('78sandbox2app0').waitFor();
  });

  it('break when the provider ends them, and come back under the same id', async () => {
    await ada.addApp('x');
    const page = await connected('X');
    for (const grant of stage.sandbox.world.grants()) stage.sandbox.world.end(grant);
    await press(page, 'Refresh Ada Sample');
    await page.getByText('Needs you').waitFor();
    expect(await card(page).innerText()).toContain('X ended this connection');
    const [before] = await ids();
    await press(page, 'Reconnect Ada Sample');
    await press(page, 'Approve');
    await heading(page, 'Ada Sample is connected');
    expect(await ids()).toEqual([before]);
  });

  it('refuse somebody else as the same account', async () => {
    await ada.addApp('x');
    const page = await connected('X');
    await press(page, 'Reconnect Ada Sample');
    await page.getByLabel('Signed in as').selectOption('ben');
    await press(page, 'Approve');
    await heading(page, 'That was another account');
    await page.getByRole('button', { name: 'Reconnect X again' }).waitFor();
  });

  it('name the permissions that were not given', async () => {
    await ada.addApp('tiktok');
    const page = await dashboard.open('/accounts', ada);
    await press(page, 'Connect TikTok');
    await page.getByLabel('video.upload').uncheck();
    await press(page, 'Approve');
    await page.getByText('Limited').waitFor();
    expect(await card(page).innerText()).toContain('Not allowed: video.upload.');
  });

  it('say so in an outage, and change nothing', async () => {
    await ada.addApp('x');
    const page = await connected('X');
    stage.sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'status', status: 503, retryAfter: 30 });
    await press(page, 'Refresh Ada Sample');
    await card(page).getByRole('alert').getByText('Try again in').waitFor();
    expect(await card(page).innerText()).toContain('Connected');
  });

  it('disconnect, once that is confirmed', async () => {
    await ada.addApp('x');
    const page = await connected('X');
    await press(page, 'Disconnect Ada Sample');
    await answer(page, 'Keep it');
    await press(page, 'Disconnect Ada Sample');
    await answer(page, 'Disconnect');
    await page.getByText('No account yet.').waitFor();
    expect(await ids()).toEqual([]);
  });

  it.each([
    ['app_in_development', 'The network refused before asking you'],
    ['redirect_uri_mismatch', 'The network does not know our address'],
    ['state_expired', 'That took too long'],
    ['state_used', 'This sign-in came back before'],
    ['no_eligible_account', 'The network showed no account that can be connected'],
    ['server_error', 'The account was not connected'],
    ['__proto__', 'The account was not connected'],
    ['<script>alert(1)</script>', 'The account was not connected'],
  ])('tell in plain words what error=%s means, once', async (code, title) => {
    const page = await dashboard.open(`/accounts?error=${encodeURIComponent(code)}`, ada);
    await heading(page, title);
    expect(page.url()).toBe(`${stage.app.url}/dashboard/accounts`);
    await press(page, 'Close');
    expect(await page.getByRole('heading', { name: title }).count()).toBe(0);
  });

  it('believe no address that names a stranger’s account', async () => {
    const page = await dashboard.open('/accounts?connected=acc_somebody', ada);
    await page.getByText('No account yet.').waitFor();
    expect(await page.getByRole('status').allInnerTexts()).toEqual(['']);
  });
});

/** A tab with one connected account. */
async function connected(name: string): Promise<Page> {
  const page = await dashboard.open('/accounts', ada);
  await press(page, `Connect ${name}`);
  await press(page, 'Approve');
  await heading(page, 'Ada Sample is connected');
  return page;
}

const card = (page: Page) => page.locator('.cards > li').first();

async function ids(): Promise<string[]> {
  const token = await ada.client.jwt('user-1', { org_id: ada.org_id });
  const { body } = await ada.client.request('/v1/accounts', {
    headers: { authorization: `Bearer ${token}` },
  });
  return body.data.map(({ id }: { id: string }) => id);
}
