import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { encode, type Fields, TestClient, type TestRegistration } from '../support/test-client.js';
import { openPage, startBrowser, type WatchedPage } from './browser.js';
import { type ReceivingApp, startReceivingApp } from './receiving-app.js';

const ALL = 'profile:read accounts:read apps:write';

let app: TestApp;
let client: TestClient;
let browser: Browser;
let receiver: ReceivingApp;
let registration: TestRegistration;
let watched: WatchedPage[];

beforeAll(async () => {
  app = await startTestApp({ DASHBOARD_JWT_SECRET: undefined });
  client = new TestClient(app);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  receiver = await startReceivingApp();
  registration = await client.register({
    client_name: 'Acme <b>Desktop</b>',
    redirect_uris: [receiver.redirectUri],
  });
  watched = [];
});
afterEach(async () => {
  const complaints = watched.flatMap((each) => each.complaints);
  await Promise.all(watched.map(({ page }) => page.context().close()));
  await receiver.close();
  expect(complaints).toEqual([]);
});

describe('the built-in consent page', () => {
  it('takes a person from the app through sign-in to a code that works (RFC 6749 §4.1)', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    expect(await textOf(page)).toContain('Acme <b>Desktop</b> wants to connect');
    await decide(page, 'Approve');
    await page.waitForURL(`${receiver.redirectUri}?*`);
    expect(await codeExchanges()).toMatchObject({ scope: ALL });
    expect(receiver.answers[0]!.get('state')).toBe('a-state');
    expect(receiver.answers[0]!.get('iss')).toBe(app.url);
  });

  it('shows where the answer goes, and warns of programs on this computer (RFC 8252 §8.3)', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    const text = await textOf(page);
    expect(text).toContain(new URL(receiver.origin).host);
    expect(text).toContain('Only continue if you just started this from an app on this computer.');
    expect(text).toContain('Unverified');
    expect(text).toContain('Sensitive');
    expect(text).toContain('Signed in as ada@example.com');
  });

  it('grants less where the person unticks (RFC 6749 §3.3)', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    await page.getByRole('checkbox', { name: 'Disconnect apps on your behalf' }).uncheck();
    await decide(page, 'Approve');
    await page.waitForURL(`${receiver.redirectUri}?*`);
    expect(await codeExchanges()).toMatchObject({ scope: 'profile:read accounts:read' });
  });

  it('asks for one tick at least', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
    await decide(page, 'Approve');
    await page.getByRole('alert').getByText('Tick at least one permission').waitFor();
    expect(receiver.answers).toEqual([]);
  });

  it('marks what is new to the app', async () => {
    const page = await openConsent({ scope: 'profile:read' });
    await signIn(page, 'grace@example.com');
    expect(await textOf(page)).not.toContain('New');
    await decide(page, 'Approve');
    await page.waitForURL(`${receiver.redirectUri}?*`);
    await codeExchanges();
    await page.goto(authorizeUrl({ scope: 'profile:read accounts:read' }));
    const news = page.locator('label').filter({ hasText: 'New' });
    await news.waitFor();
    expect(await news.innerText()).toContain('accounts:read');
  });

  it('needs no more than a keyboard', async () => {
    const page = await openConsent();
    await focused(page, 'E-mail address');
    await page.keyboard.type('ada@example.com');
    await page.keyboard.press('Enter');
    await heading(page, 'wants to connect');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    for (let stop = 0; stop < 4; stop += 1) await page.keyboard.press('Tab');
    await focused(page, 'Approve');
    await page.locator('main:not([aria-busy])').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`${receiver.redirectUri}?*`);
    expect(await codeExchanges()).toMatchObject({ scope: 'accounts:read apps:write' });
  });

  it('is drawn in no frame of another page (RFC 9700 §4.16)', async () => {
    const page = await openConsent();
    const consent = page.url();
    await page.goto(receiver.redirectUri);
    const refused = page.waitForEvent('console', (message) => message.text().startsWith('Framing'));
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: '${consent}' }))`,
    );
    await refused;
    expect(watched[0]!.complaints.splice(0)).toEqual([expect.stringContaining("frame-ancestors 'none'")]);
  });

  it('takes no answer for half a second after it comes to the front', async () => {
    const page = await openConsent();
    await page.clock.install();
    await signIn(page, 'ada@example.com');
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.evaluate(`dispatchEvent(new Event('focus'))`);
    await page.clock.runFor(500);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.clock.runFor(500);
    await decide(page, 'Deny');
    await page.waitForURL(`${receiver.redirectUri}?*`);
    expect(receiver.answers.map((answer) => answer.get('error'))).toEqual(['access_denied']);
  });

  it('takes a no to the app (RFC 6749 §4.1.2.1)', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    await decide(page, 'Deny');
    await page.waitForURL(`${receiver.redirectUri}?*`);
    expect(receiver.answers[0]!.get('error')).toBe('access_denied');
    expect(receiver.answers[0]!.get('code')).toBeNull();
  });

  it('has a way back by hand where the app does not take over', async () => {
    // What answers 204 leaves the page where it is.
    const redirectUri = `${receiver.origin}/silent`;
    registration = await client.register({ redirect_uris: [redirectUri] });
    const page = await openConsent({ redirect_uri: redirectUri });
    await signIn(page, 'ada@example.com');
    await decide(page, 'Approve');
    await heading(page, 'Taking you back');
    const address = await page.getByRole('link', { name: 'Go back to the app' }).getAttribute('href');
    const code = new URL(address!).searchParams.get('code')!;
    expect((await client.exchange(registration, code, { redirect_uri: redirectUri })).status).toBe(200);
  });

  it('opens an app by its own scheme and stays (RFC 8252 §7.1)', async () => {
    const redirectUri = 'cursor://anysphere.cursor-mcp/oauth/callback';
    registration = await client.register({ redirect_uris: [redirectUri] });
    const page = await openConsent({ redirect_uri: redirectUri });
    await signIn(page, 'ada@example.com');
    expect(await textOf(page)).toContain('cursor:anysphere.cursor-mcp');
    await decide(page, 'Approve');
    await heading(page, 'You can close this page');
    const address = await page.getByRole('link', { name: 'Open the app' }).getAttribute('href');
    const code = new URL(address!).searchParams.get('code')!;
    expect((await client.exchange(registration, code, { redirect_uri: redirectUri })).status).toBe(200);
  });

  it('never opens an address that runs what it holds', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    await app.database.query(
      `UPDATE authorization_requests SET redirect_uri = 'javascript:document.title="broken"//'`,
    );
    await decide(page, 'Approve');
    await heading(page, 'The app cannot be answered');
    expect(await page.title()).not.toBe('broken');
  });
});

describe('when it cannot go on', () => {
  it('says that a request is too old, also to who was late to answer', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    await app.database.query(`UPDATE authorization_requests SET expires_at = now() - interval '1 second'`);
    await decide(page, 'Approve');
    await heading(page, 'This request is too old');
    await page.reload();
    await heading(page, 'This request is too old');
    expect(receiver.answers).toEqual([]);
  });

  it('says that a request was answered before', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    const consent = page.url();
    await decide(page, 'Deny');
    await page.waitForURL(`${receiver.redirectUri}?*`);
    await page.goto(consent);
    await heading(page, 'This request was answered before');
  });

  it('hides the request of somebody else, who may then sign in as themselves', async () => {
    const owner = await openConsent();
    await signIn(owner, 'ada@example.com');
    const { page } = await watch();
    await page.goto(owner.url());
    await signIn(page, 'mallory@example.com', 'This request cannot be opened');
    expect(await textOf(page)).not.toContain('Acme');
    await page.getByRole('button', { name: 'Use another account' }).click();
    await signIn(page, 'ada@example.com');
  });

  it('signs in anew when the session is over, and goes on', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    await page.evaluate(`sessionStorage.setItem('swingdoor.session', '{"token":"over","email":"ada"}')`);
    await decide(page, 'Approve');
    await page.getByText('Your session is over.').waitFor();
    await signIn(page, 'ada@example.com');
    await decide(page, 'Approve');
    await page.waitForURL(`${receiver.redirectUri}?*`);
  });

  it('keeps the choice while the server cannot be reached', async () => {
    const page = await openConsent();
    await signIn(page, 'ada@example.com');
    await page.getByRole('checkbox', { name: 'Disconnect apps on your behalf' }).uncheck();
    await page.context().setOffline(true);
    await decide(page, 'Approve');
    await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
    expect(watched[0]!.complaints.splice(0)).toEqual([
      'console: Failed to load resource: net::ERR_INTERNET_DISCONNECTED',
    ]);
    await page.context().setOffline(false);
    await decide(page, 'Approve');
    await page.waitForURL(`${receiver.redirectUri}?*`);
    expect(await codeExchanges()).toMatchObject({ scope: 'profile:read accounts:read' });
  });

  it.each(['', '?request_id=', '?request_id=..', '?request_id=a%2Fb'])(
    'asks nothing of the server for an address like /consent%s',
    async (query) => {
      const { page } = await watch();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(`${app.url}/dashboard/consent${query}`);
      await heading(page, 'Nothing to decide');
      expect(asked).toContain('/dashboard/index.js');
      expect(asked.filter((path) => !path.startsWith('/dashboard/'))).toEqual([]);
    },
  );
});

async function watch(): Promise<WatchedPage> {
  const page = await openPage(browser, [app.url, receiver.origin]);
  watched.push(page);
  return page;
}

function authorizeUrl(fields: Fields = {}): string {
  const request = {
    ...client.authorizationRequest(registration),
    redirect_uri: receiver.redirectUri,
    scope: ALL,
  };
  return `${app.url}/public/v1/oauth/authorize/?${encode({ ...request, ...fields })}`;
}

/** From the app to the page that asks who is there. */
async function openConsent(fields: Fields = {}): Promise<Page> {
  const { page } = await watch();
  await page.goto(authorizeUrl(fields));
  return page;
}

async function signIn(page: Page, email: string, then = 'wants to connect'): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading(page, then);
}

/** Waits until the page takes an answer, then gives it. */
async function decide(page: Page, label: 'Approve' | 'Deny'): Promise<void> {
  await page.locator('main:not([aria-busy])').waitFor();
  await page.getByRole('button', { name: label }).click();
}

async function heading(page: Page, text: string): Promise<void> {
  await page.getByRole('heading', { level: 1 }).filter({ hasText: text }).waitFor();
}

/** Waits until what goes by this name has the focus. */
async function focused(page: Page, name: string): Promise<void> {
  const target = page.getByLabel(name).or(page.getByRole('button', { name }));
  await target.and(page.locator(':focus')).waitFor();
}

const textOf = (page: Page) => page.locator('main').innerText();

async function codeExchanges(): Promise<Record<string, unknown>> {
  const code = receiver.answers[0]!.get('code')!;
  return (await client.exchange(registration, code, { redirect_uri: receiver.redirectUri })).body;
}
