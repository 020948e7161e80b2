import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
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
  dashboard = new Dashboard(browser, stage.app.url);
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});
beforeEach(() => {
  ada = new Traveller(stage);
});
afterEach(async () => expect(await dashboard.closeTabs()).toEqual([]));

describe('OAuth apps in the dashboard', () => {
  it("are created in the provider's own words, and checked there", async () => {
    const page = await dashboard.open('/oauth-apps', ada);
    await page.getByRole('link', { name: 'Add TikTok app' }).click();
    await heading(page, 'New TikTok app');
    await page.getByLabel('Name').fill('Acme Videos');
    await page.getByLabel('Client key').fill('  awsandboxclientkey1 ');
    await page.getByLabel('Client secret').fill('sandboxTikTokClientSecretNumber1');
    await press(page, 'Save');
    await told(page, 'Acme Videos is saved. TikTok accepts the credentials.');
    const card = page.getByRole('article').filter({ hasText: 'Acme Videos' });
    expect(await card.innerText()).toMatch(/Default[\s\S]*Credentials work[\s\S]*ends in ber1/);
    expect(await page.content()).not.toContain('sandboxTikTokClientSecretNumber1');
  });

  it('are saved with wrong credentials too, and say what may be wrong with them', async () => {
    const page = await dashboard.open('/oauth-apps/new?provider=x', ada);
    await page.getByLabel('OAuth 2.0 Client ID').fill('1234567');
    await page.getByLabel('OAuth 2.0 Client Secret').fill('not-the-right-secret');
    await press(page, 'Save');
    await told(page, 'But X refuses the credentials');
    const text = await page.getByRole('article').innerText();
    expect(text).toContain('Credentials refused');
    expect(text).toContain('The App ID is not the OAuth 2.0 Client ID.');
  });

  it('show beside the field what cannot be saved, and keep what was typed', async () => {
    const page = await dashboard.open('/oauth-apps/new?provider=tiktok', ada);
    await page.getByLabel('Client key').fill('schlüssel');
    await page.getByLabel('Client secret').fill('a-secret');
    await press(page, 'Save');
    await page.getByRole('alert').getByText('look at what is marked above').waitFor();
    const field = page.getByLabel('Client key');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.inputValue()).toBe('schlüssel');
    expect(await page.locator('form').innerText()).toContain(
      'It must be 1 to 1024 printable ASCII characters',
    );
  });

  it('offer the redirect URI to be copied, character by character', async () => {
    const page = await dashboard.open('/oauth-apps/new?provider=facebook', ada, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await press(page, 'Copy Redirect URI');
    await told(page, 'Redirect URI copied.');
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toBe(`${stage.app.url}/v1/oauth/facebook/callback`);
  });

  it('are renamed', async () => {
    await ada.addApp('x');
    const page = await dashboard.open('/oauth-apps', ada);
    await page.getByRole('button', { name: /^Rename/ }).click();
    const name = page.getByRole('dialog').getByLabel('Name');
    await name.fill('x'.repeat(121));
    await answer(page, 'Save');
    await page.getByText('It must be 1 to 120 characters').waitFor();
    await name.fill('Acme on X');
    await answer(page, 'Save');
    await told(page, 'It is called Acme on X now.');
    await heading(page, 'Acme on X');
  });

  it('get a new secret, which is checked as well', async () => {
    await ada.addApp('tiktok');
    const page = await dashboard.open('/oauth-apps', ada);
    await page.getByRole('button', { name: /^Replace secret/ }).click();
    await page.getByLabel('New Client secret').fill('not-the-right-one-at-all');
    await answer(page, 'Save');
    await told(page, 'But TikTok refuses the credentials');
    expect(await page.getByRole('article').innerText()).toMatch(/Credentials refused[\s\S]*ends in -all/);
  });

  it('take over as the default, and give it on when they are deleted', async () => {
    await ada.addApp('linkedin', 0);
    await ada.addApp('linkedin', 1);
    const page = await dashboard.open('/oauth-apps', ada);
    const cards = page.getByRole('article');
    const isDefault = async (n: number) => (await cards.nth(n).innerText()).includes('Default');
    await page.getByRole('button', { name: /^Make/ }).click();
    await told(page, 'is the default now');
    expect([await isDefault(0), await isDefault(1)]).toEqual([false, true]);
    await cards
      .nth(1)
      .getByRole('button', { name: /^Delete/ })
      .click();
    await answer(page, 'Delete');
    await told(page, 'is deleted');
    expect([await cards.count(), await isDefault(0)]).toEqual([1, true]);
  });

  it('are not deleted by a change of mind, and give the focus back', async () => {
    await ada.addApp('x');
    const page = await dashboard.open('/oauth-apps', ada);
    const remove = page.getByRole('button', { name: /^Delete/ });
    await remove.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await remove.and(page.locator(':focus')).waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
  });
});
