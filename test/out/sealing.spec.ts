import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../../src/common/crypto/key-ring.js';
import { CannotOpenError, SecretBox } from '../../src/common/crypto/secret-box.js';
import { clientSecretPlace } from '../../src/oauth-apps/client-secret-place.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { CLIENT_SECRET, OAuthAppCalls, unreachable } from './oauth-app-calls.js';
import { type Opener, openerOf } from './opener.js';

const KEY = Buffer.alloc(32, 1);
const ENCRYPTION_KEYS = `k1:${KEY.toString('base64')}`;
const box = new SecretBox(new KeyRing([{ kid: 'k1', key: KEY }]));

let app: TestApp;
let opener: Opener;
beforeAll(async () => {
  app = await startTestApp({
    ENCRYPTION_KEYS,
    PROVIDER_ORIGINS: await unreachable('https://api.x.com'),
    LOG_LEVEL: 'trace',
  });
  opener = await openerOf(app, { ENCRYPTION_KEYS });
});
afterAll(async () => {
  await opener.close();
  await app.close();
});

const workspace = (org_id: string) => new OAuthAppCalls(app, 'user-1', { org_id });

async function sealedOf(id: string): Promise<string> {
  const { rows } = await app.database.query('SELECT client_secret_sealed FROM oauth_apps WHERE id = $1', [
    id,
  ]);
  return rows[0].client_secret_sealed as string;
}

const put = (id: string, sealed: string) =>
  app.database.query('UPDATE oauth_apps SET client_secret_sealed = $2 WHERE id = $1', [id, sealed]);

describe('a sealed client secret', () => {
  it('opens where it is', async () => {
    const { id } = await workspace('home').created();
    expect((await opener.open(id, 'org:home')).clientSecret).toBe(CLIENT_SECRET);
  });

  it('does not open in another row, of the same workspace or another', async () => {
    const { id: from } = await workspace('home').created({ client_secret: 'the-secret-of-home' });
    for (const owner of ['home', 'away']) {
      const { id: to } = await workspace(owner).created();
      await put(to, await sealedOf(from));
      await expect(opener.open(to, `org:${owner}`)).rejects.toThrow(CannotOpenError);
    }
  });

  it('does not open when its row goes to another workspace', async () => {
    const { id } = await workspace('home').created();
    await app.database.query(
      "UPDATE oauth_apps SET workspace_id = 'org:thief', is_default = false WHERE id = $1",
      [id],
    );
    await expect(opener.open(id, 'org:thief')).rejects.toThrow(CannotOpenError);
    await expect(opener.open(id, 'org:home')).rejects.toMatchObject({ code: 'no_oauth_app' });
  });

  it('does not open in another column or table', async () => {
    const { id } = await workspace('home').created();
    const place = clientSecretPlace({ id, workspaceId: 'org:home' });
    const sealed = await sealedOf(id);
    expect(box.open(sealed, place)).toBe(CLIENT_SECRET);
    expect(() => box.open(sealed, { ...place, column: 'name' })).toThrow(CannotOpenError);
    expect(() => box.open(sealed, { ...place, table: 'accounts' })).toThrow(CannotOpenError);
    await put(id, box.seal(CLIENT_SECRET, { ...place, column: 'access_token_sealed' }));
    await expect(opener.open(id, 'org:home')).rejects.toThrow(CannotOpenError);
  });

  it('does not open when any part of it changed', async () => {
    const { id } = await workspace('home').created();
    const parts = (await sealedOf(id)).split('.');
    for (const index of parts.keys()) {
      const changed = parts.with(
        index,
        parts[index]!.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      );
      await put(id, changed.join('.'));
      await expect(opener.open(id, 'org:home')).rejects.toThrow(CannotOpenError);
    }
  });

  it('is another envelope each time', async () => {
    const envelopes = await Promise.all(
      Array.from({ length: 5 }, async () => sealedOf((await workspace('home').created()).id)),
    );
    expect(new Set(envelopes.map((envelope) => envelope.split('.')[2])).size).toBe(5);
  });
});

it('nothing that was kept or logged holds a secret in the clear', async () => {
  const next = 'the-next-secret_of-these-tests-0002';
  const { id } = await workspace('dump').created();
  await workspace('dump').patch(id, { client_secret: next });
  await workspace('dump').create({ name: '' });
  await workspace('dump').create({ options: { client_secret: CLIENT_SECRET } });
  const kept = await dump();
  expect(kept).toContain(id);
  for (const secret of [CLIENT_SECRET, next]) {
    for (const form of forms(secret)) {
      expect(kept).not.toContain(form);
      expect(app.logs.join('\n')).not.toContain(form);
    }
  }
});

/** Every row of every table, as text; bytea as hexadecimal. */
async function dump(): Promise<string> {
  const tables = await app.database.query(
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const contents = await Promise.all(
    tables.rows.map(({ name }) => app.database.query(`SELECT t::text AS line FROM ${name} t`)),
  );
  return contents.flatMap(({ rows }) => rows.map(({ line }) => line as string)).join('\n');
}

function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
}
