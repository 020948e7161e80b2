import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CliRun, ExampleCli } from './support/example-cli.js';
import { freePort, startTestApp, type TestApp } from './support/test-app.js';
import { bearer, TestClient } from './support/test-client.js';
import { visit } from './clients/visit.js';

let app: TestApp;
let self: string;
let cli: ExampleCli;
beforeAll(async () => {
  self = `http://127.0.0.1:${await freePort()}`;
  const entry = { id: 'notes', secret: 'a-secret-of-its-own', resource: self };
  app = await startTestApp({ RESOURCE_SERVERS: JSON.stringify([entry]) });
  cli = new ExampleCli(app.url);
});
afterAll(async () => {
  await app.close();
  cli.remove();
});

/** Signs in; plays the browser that consents at the printed address and follows the redirect to the CLI. */
async function login(): Promise<CliRun> {
  const { address, ended } = await cli.login();
  await fetch(await visit(app, address));
  return ended;
}

describe('examples/cli', () => {
  it('signs in, calls, refreshes, and signs out, with its tokens in a file of mode 0600', async () => {
    expect(await cli.run('whoami')).toMatchObject({
      code: 1,
      output: expect.stringContaining('not signed in'),
    });
    expect(await login()).toMatchObject({
      code: 0,
      output: expect.stringContaining('Signed in as user-1'),
    });
    const [file] = readdirSync(cli.folder);
    expect(statSync(join(cli.folder, file!)).mode & 0o777).toBe(0o600);
    expect(await cli.run('accounts')).toMatchObject({
      code: 0,
      output: expect.stringContaining('No accounts yet'),
    });
    expect((await new TestClient(app).apps()).body).toMatchObject([{ name: 'Swingdoor CLI', grants: 1 }]);
    expect(await cli.run('logout')).toMatchObject({ code: 0 });
    expect((await new TestClient(app).apps()).body).toEqual([]);
    expect(await cli.run('nonsense')).toMatchObject({ code: 2 });
  });

  it('says what to do when the user disconnected it', async () => {
    await login();
    const client = new TestClient(app);
    const [{ id }] = (await client.apps()).body;
    await client.disconnect(id);
    expect(await cli.run('whoami')).toMatchObject({
      code: 1,
      output: expect.stringContaining('Run: cli login'),
    });
  });
});

describe('examples/cli, where something is wrong', () => {
  const run = async (server: string, command: string) => {
    const other = new ExampleCli(server);
    const { code, output } = await other.run(command).finally(() => other.remove());
    return [code, output];
  };
  const reach = (answer: RegExp) => [1, expect.stringMatching(answer)];

  it('names a server that is not there', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect(await run(nobody, 'login')).toEqual(reach(/Cannot reach http.*Is it running\?/));
  });

  it.each([
    ['http://example.com', /must be https/],
    ['http://localhost.example.com', /must be https/],
    ['ftp://localhost', /must be https/],
    ['localhost', /is no URL/],
  ])('explains why %s will not do', async (server, answer) => {
    expect(await run(server, 'login')).toEqual(reach(answer));
  });

  it('explains a server that answers as something else', async () => {
    expect(await run(app.url.replace('127.0.0.1', 'localhost'), 'login')).toEqual(reach(/its PUBLIC_URL/));
  });

  it('forgets its tokens on logout even where the server is away, and says what remains', async () => {
    await login();
    const [file] = readdirSync(cli.folder);
    const gone = `http://127.0.0.1:${await freePort()}`;
    const other = new ExampleCli(gone);
    try {
      mkdirSync(other.folder);
      const kept = join(other.folder, `${encodeURIComponent(new URL(gone).host)}.json`);
      copyFileSync(join(cli.folder, file!), kept);
      expect(await other.run('logout')).toEqual({
        code: 1,
        output: expect.stringMatching(/may live on: Cannot reach[^]*\/dashboard\/apps/),
      });
      expect(existsSync(kept)).toBe(false);
    } finally {
      other.remove();
    }
  });

  it('ignores a callback of another sign-in, and goes on with its own', async () => {
    const { address, ended } = await cli.login();
    const redirectUri = address.searchParams.get('redirect_uri')!;
    for (const query of ['?code=forged&state=forged', '?error=access_denied'])
      expect((await fetch(redirectUri + query)).status).toBe(400);
    expect((await fetch(new URL('/', redirectUri))).status).toBe(404);
    expect((await fetch(await visit(app, address))).status).toBe(200);
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('tells the browser of success only after the exchange', async () => {
    const { address, ended } = await cli.login();
    const back = await visit(app, address);
    back.searchParams.set('code', 'sd_ac_forged');
    const page = await fetch(back);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('not signed in')]);
    expect(await ended).toMatchObject({ code: 1 });
  });
});

describe('examples/service', () => {
  it('says on its terminal why it cannot ask, and not to its callers', async () => {
    const port = await freePort();
    const child = spawn(process.execPath, ['examples/service/service.mjs'], {
      env: {
        PATH: process.env.PATH,
        SWINGDOOR_URL: app.url,
        SELF_URL: `http://127.0.0.1:${port}`,
        CREDENTIALS: 'notes:wrong',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      await once(child.stdout, 'data');
      const said = once(child.stderr, 'data');
      const answer = await fetch(`http://127.0.0.1:${port}/notes`, { headers: bearer('sd_at_x') });
      expect([answer.status, await answer.json()]).toEqual([503, { error: 'temporarily_unavailable' }]);
      expect(String((await said)[0])).toContain('answered 401: check CREDENTIALS against RESOURCE_SERVERS');
    } finally {
      child.kill();
    }
  });

  it('lets in tokens that are meant for it, and leads others to the sign-in', async () => {
    const child = spawn(process.execPath, ['examples/service/service.mjs'], {
      env: { PATH: process.env.PATH, SWINGDOOR_URL: app.url, SELF_URL: self },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const client = new TestClient(app);
      const registration = await client.register();
      const meant = await client.tokens(registration, { resource: self });
      const other = await client.tokens(registration);
      const ask = async (token?: string) =>
        client.request(`${self}/notes`, { headers: token ? bearer(token) : {} });
      expect(await ask(meant.access_token)).toMatchObject({
        status: 200,
        body: { notes: [expect.stringContaining('user-1')] },
      });
      const refused = await ask(other.access_token);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
        401,
        `Bearer error="invalid_token", resource_metadata="${self}/.well-known/oauth-protected-resource"`,
      ]);
      expect((await ask()).status).toBe(401);
      const signedIn = new ExampleCli(app.url, { SWINGDOOR_RESOURCE: self });
      try {
        const { address, ended } = await signedIn.login();
        await fetch(await visit(app, address));
        expect(await ended).toMatchObject({ code: 0, output: expect.stringContaining(`for ${self}`) });
        expect(await signedIn.run('get', undefined, ['/notes'])).toEqual({
          code: 0,
          output: expect.stringMatching(/^\{"notes":\["A note of user-1 in /),
        });
      } finally {
        signedIn.remove();
      }
      const metadata = await client.request(`${self}/.well-known/oauth-protected-resource`);
      expect(metadata.body).toEqual({ resource: self, authorization_servers: [app.url] });
    } finally {
      child.kill();
    }
  });
});
