import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { buildIfStale } from './build-if-stale.mjs';

/** Takes docs/images/*.png: every page of the dashboard, light and dark, of a server and a sandbox of its own. */

const PORT = 4310;
const URL_OF_ALL = `http://localhost:${PORT}`;
const DASHBOARD = `${URL_OF_ALL}/dashboard`;
const VIEW = { width: 960, height: 720 };

const root = fileURLToPath(new URL('..', import.meta.url));
const images = join(root, 'docs/images');
buildIfStale();
const { startSandbox } = await import('../dist/sandbox/start-sandbox.js');

const dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-screenshots-'));
const sandbox = await startSandbox({ callbackOrigins: [URL_OF_ALL] });
const server = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
  env: {
    PATH: process.env.PATH,
    PORT: String(PORT),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    PROVIDER_ORIGINS: JSON.stringify(sandbox.origins),
  },
  stdio: ['ignore', 'inherit', 'inherit'],
});
const ended = once(server, 'exit');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  await untilReady();
  const session = { email: 'ada@example.com', token: await signIn('ada@example.com') };
  await prepare(session);
  mkdirSync(images, { recursive: true });
  for (const colorScheme of ['light', 'dark']) await shoot(session, colorScheme);
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await ended;
  await sandbox.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function untilReady() {
  for (let tries = 0; tries < 300 && server.exitCode === null; tries += 1) {
    if ((await fetch(`${URL_OF_ALL}/health/ready`).catch(() => undefined))?.ok) return;
    await sleep(100);
  }
  throw new Error('The server did not come up.');
}

async function call(path, body, token) {
  const response = await fetch(URL_OF_ALL + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function signIn(email) {
  return (await call('/v1/dev/session', { email })).token;
}

/** OAuth apps, accounts in every state, and a connected app: what there is to see. */
async function prepare(session) {
  for (const { provider, clientId, clientSecret } of sandbox.world.apps.filter(
    (_, index) => index % 2 === 0,
  )) {
    const name = 'Acme Social';
    const credentials = { client_id: clientId, client_secret: clientSecret };
    await call('/v1/oauth-apps', { provider, name, ...credentials }, session.token);
  }
  await call(
    '/v1/oauth-apps',
    { provider: 'x', name: 'X app for tests', client_id: '1234567', client_secret: 'not-the-right-one' },
    session.token,
  );
  const page = await open(session, 'light');
  for (const name of ['Instagram', 'LinkedIn', 'TikTok', 'Facebook']) {
    sandbox.world.consent = { auto: true, person: 'ada', deny: false, untick: [] };
    await page.goto(`${DASHBOARD}/accounts`);
    await page.getByRole('button', { name: `Connect ${name}`, exact: true }).click();
    await page.getByRole('heading', { name: /is connected|One step is left/ }).waitFor();
  }
  sandbox.world
    .grants()
    .filter(({ provider }) => provider === 'tiktok')
    .forEach((grant) => sandbox.world.end(grant));
  await page.getByRole('button', { name: 'Refresh Ada Sample' }).last().click();
  await page.getByText('Needs you').waitFor();
  await answerApp(page, await newRequest('Cursor', ['cursor://anysphere.cursor-mcp/oauth/callback']));
  await page.context().close();
}

/** @returns the address at which an app asks for consent */
async function newRequest(name, redirectUris) {
  const { client_id } = await call('/public/v1/oauth/register/', {
    client_name: name,
    redirect_uris: redirectUris,
  });
  const query = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: redirectUris[0],
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    scope: 'profile:read accounts:read apps:write',
  });
  return `${URL_OF_ALL}/public/v1/oauth/authorize/?${query}`;
}

async function answerApp(page, address) {
  await page.goto(address);
  await page.locator('main:not([aria-busy])').getByRole('button', { name: 'Approve' }).click();
  const link = await page.getByRole('link', { name: 'Open the app' }).getAttribute('href');
  const clientId = new URL(address).searchParams.get('client_id');
  await call('/public/v1/oauth/token/', {
    grant_type: 'authorization_code',
    client_id: clientId,
    code: new URL(link).searchParams.get('code'),
    redirect_uri: new URL(address).searchParams.get('redirect_uri'),
    code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  });
}

/** A tab where the session's owner is signed in. */
async function open(session, colorScheme, viewport = VIEW) {
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const stored = JSON.stringify(JSON.stringify(session));
  if (session) await page.addInitScript(`sessionStorage.setItem('swingdoor.session', ${stored})`);
  return page;
}

async function shoot(session, colorScheme) {
  const request = await newRequest('Acme Desktop', ['http://127.0.0.1:8976/callback']);
  const pages = [
    ['sign-in', `${DASHBOARD}/`, undefined],
    ['consent', request, session],
    ['overview', `${DASHBOARD}/`, session],
    ['accounts', `${DASHBOARD}/accounts`, session],
    ['accounts-denied', `${DASHBOARD}/accounts?error=user_denied`, session],
    ['connected-apps', `${DASHBOARD}/apps`, session],
    ['oauth-apps', `${DASHBOARD}/oauth-apps`, session],
    ['new-oauth-app', `${DASHBOARD}/oauth-apps/new?provider=tiktok`, session],
  ];
  for (const [name, address, who] of pages) {
    const page = await open(who, colorScheme);
    await page.goto(address);
    await page.locator('main:not([aria-busy]) h1').waitFor();
    await page.getByText('Loading…').waitFor({ state: 'detached' });
    await page.screenshot({
      path: join(images, `${name}-${colorScheme}.png`),
      fullPage: true,
      clip: await upTo(page, 1100),
    });
    await page.context().close();
  }
  const phone = await open(session, colorScheme, { width: 390, height: 844 });
  await phone.goto(`${DASHBOARD}/accounts`);
  await phone.getByText('Loading…').waitFor({ state: 'detached' });
  await phone.screenshot({
    path: join(images, `phone-${colorScheme}.png`),
    fullPage: true,
    clip: await upTo(phone, 1100),
  });
  await phone.context().close();
}

/** The page from its top, but no more than so many pixels of it: long lists teach nothing. */
async function upTo(page, height) {
  const { scrollHeight, scrollWidth } = await page.evaluate(
    '({ scrollHeight: document.body.scrollHeight, scrollWidth: document.body.scrollWidth })',
  );
  return { x: 0, y: 0, width: scrollWidth, height: Math.min(scrollHeight, height) };
}
