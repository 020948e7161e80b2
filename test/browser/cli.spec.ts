import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openOutStage, type OutStage } from '../out/traveller.js';
import { type CliRun, ExampleCli } from '../support/example-cli.js';
import { bearer, TestClient } from '../support/test-client.js';
import { openPage, startBrowser, type WatchedPage } from './browser.js';
import { heading, press } from './dashboard.js';

let stage: OutStage;
let client: TestClient;
let browser: Browser;
let cli: ExampleCli;
let watched: WatchedPage | undefined;

beforeAll(async () => {
  stage = await openOutStage({ DASHBOARD_JWT_SECRET: undefined });
  client = new TestClient(stage.app);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});
beforeEach(() => {
  stage.sandbox.world.reset();
  cli = new ExampleCli(stage.app.url);
});
afterEach(async () => {
  cli.remove();
  await watched?.page.context().close();
  expect(watched?.complaints).toEqual([]);
});

describe('a login from the command line (RFC 8252)', () => {
  it('goes through sign-in and consent to the terminal, calls, and ends with a logout', async () => {
    const { page, ended } = await login('Approve');
    expect(await ended).toMatchObject({
      code: 0,
      output: expect.stringMatching(/Signed in as .* with profile:read accounts:read\.$/),
    });
    const { file, accessToken, refreshToken, clientId } = tokens();
    expect([statSync(file).mode & 0o777, statSync(cli.folder).mode & 0o777]).toEqual([0o600, 0o700]);

    expect(await cli.run('whoami')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^Signed in as/),
    });
    expect((await cli.run('accounts')).output).toContain(`${stage.app.url}/dashboard/accounts`);
    await connectX(page);
    expect(await cli.run('accounts')).toEqual({
      code: 0,
      output: expect.stringMatching(/^x +Ada Sample +active$/),
    });

    expect((await client.me(accessToken)).status).toBe(200);
    expect(await cli.run('logout')).toEqual({ code: 0, output: 'Signed out.' });
    expect((await client.me(accessToken)).status).toBe(401);
    expect((await client.refresh({ client_id: clientId }, refreshToken)).body.error).toBe('invalid_grant');
    expect(existsSync(file)).toBe(false);
    expect(await cli.run('whoami')).toMatchObject({ code: 1, output: expect.stringContaining('cli login') });
  });

  it('takes a no, says so, and keeps nothing', async () => {
    const { ended } = await login('Deny');
    const { code, output } = await ended;
    expect([code, output.split('\n').at(-1)]).toEqual([
      1,
      'You did not give access. To try again, run: cli login',
    ]);
    expect(existsSync(cli.folder)).toBe(false);
  });
});

/** Starts a login and answers it in the browser, as somebody who is not signed in yet. */
async function login(decision: 'Approve' | 'Deny'): Promise<{ page: Page; ended: Promise<CliRun> }> {
  const { address, ended } = await cli.login();
  const redirectUri = address.searchParams.get('redirect_uri')!;
  const origins = [stage.app.url, stage.sandbox.origin, new URL(redirectUri).origin];
  watched = await openPage(browser, origins);
  const { page } = watched;
  await page.goto(address.href);
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await press(page, 'Sign in');
  await heading(page, 'Swingdoor CLI wants to connect');
  await page.locator('main:not([aria-busy])').waitFor();
  await press(page, decision);
  await page.waitForURL(`${redirectUri}?*`);
  expect(await page.locator('body').innerText()).toContain('go back to the terminal');
  return { page, ended };
}

/** What the CLI keeps. */
function tokens() {
  const [name] = readdirSync(cli.folder);
  const file = join(cli.folder, name!);
  const { accessToken, refreshToken, clientId } = JSON.parse(readFileSync(file, 'utf8'));
  return { file, accessToken, refreshToken, clientId };
}

/** Connects an account at X as whoever is signed in, in the same tab. */
async function connectX(page: Page): Promise<void> {
  const { body } = await client.postJson('/v1/dev/session', { email: 'ada@example.com' });
  const { clientId, clientSecret } = stage.sandbox.world.apps.find(({ provider }) => provider === 'x')!;
  const app = { provider: 'x', name: 'Acme', client_id: clientId, client_secret: clientSecret };
  expect((await client.postJson('/v1/oauth-apps', app, bearer(body.token))).status).toBe(201);
  await page.goto(`${stage.app.url}/dashboard/accounts`);
  await press(page, 'Connect X');
  await press(page, 'Approve');
  await heading(page, 'Ada Sample is connected');
}
