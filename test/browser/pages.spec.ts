import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { openPage, startBrowser, type WatchedPage } from './browser.js';

const WEB = 'https://app.example.com/callback';

let app: TestApp;
let client: TestClient;
let browser: Browser;
let watched: WatchedPage[] = [];

beforeAll(async () => {
  app = await startTestApp({ VERIFIED_CLIENTS: 'app.example.com' });
  client = new TestClient(app);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
afterEach(async () => {
  const complaints = watched.flatMap((each) => each.complaints);
  await Promise.all(watched.map(({ page }) => page.context().close()));
  watched = [];
  expect(complaints).toEqual([]);
});

describe('behind a dashboard of its own', () => {
  it('tells people and operators where sign-in is', async () => {
    const page = await open('/dashboard/consent?request_id=any');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'You cannot sign in here' }).waitFor();
    expect(await textOf(page)).toContain('set DASHBOARD_URL to the address of your dashboard');
  });

  it('names the workspace, a known app and a resource that is elsewhere (RFC 8707 §2)', async () => {
    const registration = await client.register({ redirect_uris: [WEB] });
    const resource = 'https://mcp.example.com/mcp';
    const requestId = await client.startConsent(registration, { redirect_uri: WEB, resource });
    const page = await open(`/dashboard/consent?request_id=${requestId}`, { org_id: 'acme' });
    await page.getByRole('heading', { name: 'wants to connect' }).waitFor();
    const text = await textOf(page);
    expect(text).toMatch(/Workspace\s+acme/);
    expect(text).toMatch(/For use at\s+https:\/\/mcp\.example\.com\/mcp/);
    expect(text).toMatch(/Your answer goes to\s+app\.example\.com/);
    expect(text).toContain('Verified');
    expect(text).not.toContain('Only continue if');
  });
});

describe('connected apps', () => {
  it('are listed with what they may do, and disconnected once that is confirmed (RFC 7009 §2)', async () => {
    const registration = await client.register({ client_name: 'Acme <i>Agent</i>' });
    const tokens = await client.tokens(registration);
    await client.tokens(registration);
    const page = await open('/dashboard/apps', {});
    const card = page.getByRole('listitem').filter({ hasText: 'Acme <i>Agent</i>' }).first();
    await card.getByText('2 devices').waitFor();
    expect(await card.innerText()).toContain('profile:read');
    await card.getByRole('button', { name: 'Disconnect Acme <i>Agent</i>' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
    expect((await client.me(tokens.access_token)).status).toBe(200);
    await card.getByRole('button', { name: 'Disconnect Acme <i>Agent</i>' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('None yet.').waitFor();
    await page.locator('h1:focus').waitFor();
    expect((await client.me(tokens.access_token)).status).toBe(401);
    const refreshed = await client.refresh(registration, tokens.refresh_token);
    expect([refreshed.status, refreshed.body.error]).toEqual([400, 'invalid_grant']);
  });
});

describe('the built-in dashboard', () => {
  it.each(['/dashboard', '/dashboard/', '/dashboard/apps'])('asks at %s who is there', async (path) => {
    const page = await open(path);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByRole('link', { name: 'API documentation' }).click();
    await page.getByRole('heading', { name: 'Swingdoor' }).waitFor();
  });

  it('warns where a provider cannot send people back to this address', async () => {
    const page = await open('/dashboard/oauth-apps/new?provider=instagram', {});
    await page.getByText('Instagram cannot be connected from this address.').waitFor();
    expect(await textOf(page)).toContain('it must be https on a public host');
  });
});

it('says so where a browser lets it store nothing', async () => {
  const opened = await openPage(browser, [app.url]);
  watched.push(opened);
  await opened.page.addInitScript(
    `Object.defineProperty(window, 'sessionStorage', { get: () => { throw Error('denied') } })`,
  );
  await opened.page.goto(`${app.url}/dashboard/consent?request_id=any`);
  await opened.page.getByRole('heading', { name: 'This page does not work' }).waitFor();
  expect(opened.complaints.splice(0)).toEqual(['script: denied']);
});

describe('Swagger UI', () => {
  it.each(['/docs', '/docs/', '/docs/?x=1', '/docs/index.html'])('is whole at %s', async (path) => {
    const { body } = await client.request('/openapi.json');
    const operations = Object.values(body.paths).flatMap((item) => Object.keys(item as object));
    const page = await open(path);
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('.opblock').count()).toBe(operations.length);
  });

  it('calls operations', async () => {
    const page = await open('/docs');
    const metadata = page
      .locator('.opblock')
      .filter({ hasText: '/.well-known/oauth-authorization-server' })
      .first();
    await metadata.getByRole('button').first().click();
    await metadata.getByRole('button', { name: 'Try it out' }).click();
    await metadata.getByRole('button', { name: 'Execute' }).click();
    await metadata.getByText('code_challenge_methods_supported').last().waitFor();
  });
});

/** Opens a page, signed in as user-1 where there are claims. */
async function open(path: string, claims?: Record<string, unknown>): Promise<Page> {
  const opened = await openPage(browser, [app.url]);
  watched.push(opened);
  const { page } = opened;
  if (claims) {
    const session = JSON.stringify({ token: await client.jwt('user-1', claims), email: 'ada@example.com' });
    await page.addInitScript(`sessionStorage.setItem('swingdoor.session', ${JSON.stringify(session)})`);
  }
  await page.goto(app.url + path);
  return page;
}

const textOf = (page: Page) => page.locator('main').innerText();
