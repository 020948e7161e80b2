import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
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

describe('examples/service', () => {
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
      const metadata = await client.request(`${self}/.well-known/oauth-protected-resource`);
      expect(metadata.body).toEqual({ resource: self, authorization_servers: [app.url] });
    } finally {
      child.kill();
    }
  });
});
