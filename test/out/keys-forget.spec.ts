import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { KeyRing } from '../../src/common/crypto/key-ring.js';
import { SecretBox } from '../../src/common/crypto/secret-box.js';
import { newCanary } from '../../src/database/check-key-ring.js';
import { type TestRegistration } from '../support/test-client.js';
import { DASHBOARD_SECRET, startServer, type TestServer } from '../support/test-app.js';
import { Owner } from './account-calls.js';
import { openOutStage, type OutStage } from './traveller.js';

const entry = (kid: string, fill: number) => `${kid}:${Buffer.alloc(32, fill).toString('base64')}`;
const LOST = entry('k1', 1);
const NEW = entry('k2', 2);

let stage: OutStage;
let owner: Owner;
/** Connected accounts: one on its consent's token, one with a token of its own, one whose Page is yet to be chosen. */
let accounts: { x: string; page: string; choosing: string };
let client: TestRegistration;
let tokens: { access_token: string; refresh_token: string };
let after: TestServer | undefined;

beforeAll(async () => {
  stage = await openOutStage({ ENCRYPTION_KEYS: LOST });
  owner = new Owner(stage);
  const page = await owner.connect('facebook');
  await owner.select(page, (await owner.show(page)).body.choices.find(isSelectable).external_id);
  accounts = {
    x: await owner.connect('x'),
    page,
    choosing: await owner.connect('facebook'),
  };
  client = await owner.client.register();
  tokens = await owner.client.tokens(client);
  await stage.app.stop();
});
afterAll(async () => {
  await after?.stop();
  await stage.close();
});

const isSelectable = ({ selectable }: { selectable: boolean }) => selectable;

/** The server again, with a ring. */
function startWith(ring: string): Promise<TestServer> {
  return startServer({
    ENCRYPTION_KEYS: ring,
    DATABASE_URL: stage.app.databaseUrl,
    PORT: new URL(stage.app.url).port,
    PROVIDER_ORIGINS: JSON.stringify(stage.sandbox.origins),
    RATE_LIMITS: 'off',
  });
}

/** Runs `npm run keys:forget` without npm. */
async function forget(ring: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'test',
    DATABASE_URL: stage.app.databaseUrl,
    DASHBOARD_JWT_SECRET: DASHBOARD_SECRET,
    ENCRYPTION_KEYS: ring,
  };
  const run = promisify(execFile)(process.execPath, ['dist/src/keys-forget.js', ...args], { env });
  const { code = 0, stdout, stderr } = await run.catch((error) => error);
  return { code, output: stdout + stderr };
}

const rows = async () =>
  (await stage.app.database.query('SELECT id, status, reason FROM accounts ORDER BY id')).rows;

const boxOf = (kid: string, fill: number) =>
  new SecretBox(new KeyRing([{ kid, key: Buffer.alloc(32, fill) }]));

async function ownToken(id: string): Promise<string> {
  const { rows } = await stage.app.database.query('SELECT * FROM accounts WHERE id = $1', [id]);
  const { workspace_id: workspace, access_token_sealed: sealed } = rows[0];
  return boxOf('k2', 2).open(sealed, {
    table: 'accounts',
    row: id,
    column: 'access_token_sealed',
    workspace,
  });
}

describe('a lost key', () => {
  it('keeps every server from starting, and a key of the same name is not mistaken for it', async () => {
    await expect(startWith(NEW)).rejects.toThrow('ENCRYPTION_KEYS');
    const { code, output } = await forget(entry('k1', 7), '--accept-loss');
    expect({ code, output }).toMatchObject({
      code: 1,
      output: expect.stringContaining('give the new key another name'),
    });
  });

  it('costs nothing before the loss is accepted; what it will cost is counted', async () => {
    const before = await rows();
    const { code, output } = await forget(NEW);
    expect(code).toBe(1);
    expect(output).toContain(
      'the secrets of 2 OAuth apps and the tokens of 3 accounts. Nothing was changed.',
    );
    expect(await rows()).toEqual(before);
    await expect(startWith(NEW)).rejects.toThrow('ENCRYPTION_KEYS');
  });

  it('is given up: the server starts, tokens of apps live on, accounts ask for their user and keep their ids', async () => {
    expect(await forget(NEW, '--accept-loss')).toMatchObject({ code: 0 });
    after = await startWith(NEW);

    expect((await owner.client.me(tokens.access_token)).status).toBe(200);
    expect((await owner.client.refresh(client, tokens.refresh_token)).status).toBe(200);

    const lost = { status: 'needs_reconnect', reason: 'key_lost' };
    expect((await owner.show(accounts.x)).body).toMatchObject(lost);
    expect((await owner.show(accounts.page)).body).toMatchObject(lost);
    expect((await owner.show(accounts.choosing)).status).toBe(404);
    // Without a token of its own, a Page would come back to life with the person's.
    expect(await ownToken(accounts.page)).toBe('');
    expect(await owner.token(accounts.x)).toMatchObject({ status: 409, body: { code: 'needs_reconnect' } });
    expect(await owner.refresh(accounts.page)).toMatchObject({ status: 409 });

    const [app] = (await owner.apps.list('?provider=x')).body;
    expect(app).toMatchObject({ verification: 'failed', client_secret_last4: '' });
    const query = { account_id: accounts.x };
    expect((await owner.travel('x', { query })).result).toEqual({ error: 'bad_client_credentials' });
    const sample = stage.sandbox.world.apps.find(({ provider }) => provider === 'x')!;
    await owner.apps.patch(app!.id, { client_secret: sample.clientSecret });
    expect((await owner.travel('x', { query })).result).toEqual({ connected: accounts.x });
    expect((await owner.show(accounts.x)).body).toMatchObject({ status: 'active', reason: null });
    expect((await owner.token(accounts.x)).status).toBe(200);

    expect((await owner.disconnect(accounts.page)).status).toBe(204);
  });

  it('has nothing left to give up the second time', async () => {
    expect((await forget(NEW)).output).toContain('the secrets of 0 OAuth apps and the tokens of 0 accounts');
  });

  it('is missed by its values, even where the canary is under another', async () => {
    const { id, sealed } = newCanary(boxOf('k3', 3));
    await stage.app.database.query('UPDATE key_canaries SET sealed = $2 WHERE id = $1', [id, sealed]);
    const { code, output } = await forget(`${entry('k3', 3)},${entry('k2', 9)}`, '--accept-loss');
    expect({ code, output }).toMatchObject({
      code: 1,
      output: expect.stringContaining('the key named k2 is not'),
    });
  });
});
