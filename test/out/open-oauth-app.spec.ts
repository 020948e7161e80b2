import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CannotOpenError } from '../../src/common/crypto/secret-box.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { CLIENT_SECRET, OAuthAppCalls, unreachable } from './oauth-app-calls.js';
import { type Opener, openerOf } from './opener.js';

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const OPERATORS = { TIKTOK_CLIENT_ID: 'operator-key', TIKTOK_CLIENT_SECRET: 'operator-secret' };

let app: TestApp;
let opener: Opener;
beforeAll(async () => {
  const PROVIDER_ORIGINS = await unreachable('https://api.x.com', 'https://open.tiktokapis.com');
  app = await startTestApp({ ENCRYPTION_KEYS, PROVIDER_ORIGINS });
  opener = await openerOf(app, { ENCRYPTION_KEYS, ...OPERATORS });
});
afterAll(async () => {
  await opener.close();
  await app.close();
});

const workspace = (org_id: string) => new OAuthAppCalls(app, 'user-1', { org_id });

describe('the app of a start', () => {
  it('is the default, with its settings and without its secret', async () => {
    const { id } = await workspace('default').created({
      provider: 'tiktok',
      options: { app_type: 'desktop' },
    });
    await workspace('default').created({ provider: 'tiktok' });
    expect(await opener.forStart('org:default', 'tiktok')).toEqual({
      id,
      clientId: 'an-id-of-x',
      options: { app_type: 'desktop' },
    });
  });

  it('is the one that is named', async () => {
    await workspace('named').created();
    const { id } = await workspace('named').created({ client_id: 'the-second' });
    expect(await opener.forStart('org:named', 'x', id)).toEqual({ id, clientId: 'the-second', options: {} });
  });

  it("is the operator's where the workspace has none, and where it is named", async () => {
    const operators = { id: 'operator_tiktok', clientId: 'operator-key', options: {} };
    expect(await opener.forStart('org:nothing', 'tiktok')).toEqual(operators);
    await workspace('own').created({ provider: 'tiktok' });
    expect(await opener.forStart('org:own', 'tiktok', 'operator_tiktok')).toEqual(operators);
    expect((await opener.forStart('org:own', 'tiktok')).id).not.toBe(operators.id);
  });

  it('is 409 no_oauth_app where there is none, saying what to do', async () => {
    await expect(opener.forStart('org:nothing', 'x')).rejects.toMatchObject({
      code: 'no_oauth_app',
      status: 409,
      message: expect.stringMatching(
        /X with the redirect URI https?:\S+\/v1\/oauth\/x\/callback.*POST \/v1\/oauth-apps/,
      ),
    });
  });

  it("is 404 where the named one is unknown, another workspace's or another provider's", async () => {
    const { id } = await workspace('named-elsewhere').created();
    for (const [owner, provider, named] of [
      ['org:named-elsewhere', 'x', 'oa_unknown'],
      ['org:named-elsewhere', 'x', 'operator_x'],
      ['org:named-elsewhere', 'x', 'operator_tiktok'],
      ['org:named-elsewhere', 'x', ''],
      ['org:named-elsewhere', 'tiktok', id],
      ['org:other', 'x', id],
      ['org:other', 'tiktok', id],
    ] as const) {
      await expect(opener.forStart(owner, provider, named)).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('is 400 for a provider that nobody configured', async () => {
    await expect(opener.forStart('org:nothing', 'myspace')).rejects.toMatchObject({
      code: 'unknown_provider',
    });
  });
});

describe('opening', () => {
  it('gives the credentials', async () => {
    const { id } = await workspace('open').created({ options: {} });
    expect(await opener.open(id, 'org:open')).toEqual({
      clientId: 'an-id-of-x',
      clientSecret: CLIENT_SECRET,
      options: {},
    });
  });

  it("gives the operator's", async () => {
    expect(await opener.open('operator_tiktok', 'org:open')).toEqual({
      clientId: 'operator-key',
      clientSecret: 'operator-secret',
      options: {},
    });
  });

  it.each(['operator_x', 'operator_', 'oa_unknown'])('is no_oauth_app where %s is gone', async (id) => {
    await expect(opener.open(id, 'org:open')).rejects.toMatchObject({ code: 'no_oauth_app' });
  });

  it('is no_oauth_app for another workspace', async () => {
    const { id } = await workspace('open-mine').created();
    await expect(opener.open(id, 'org:open-yours')).rejects.toMatchObject({ code: 'no_oauth_app' });
  });

  it('fails without the key', async () => {
    const { id } = await workspace('open').created();
    const ENCRYPTION_KEYS = `k2:${Buffer.alloc(32, 2).toString('base64')}`;
    const other = await openerOf(app, { ENCRYPTION_KEYS });
    await expect(other.open(id, 'org:open')).rejects.toThrow(CannotOpenError);
    await other.close();
  });
});
