import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AUDIT_EVENT_NAMES, AUDIT_EVENTS } from '../../src/audit/audit-catalogue.js';
import { forgetAccounts, Owner, SERVICE } from '../out/account-calls.js';
import { openOutStage, type OutStage } from '../out/traveller.js';
import { age } from '../support/age.js';
import { basic, bearer, TestClient } from '../support/test-client.js';
import { eventsOf, type SeenEvent } from './audit-calls.js';

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

let stage: OutStage;
let client: TestClient;
beforeAll(async () => {
  stage = await openOutStage({ ENCRYPTION_KEYS });
  client = new TestClient(stage.app);
});
afterAll(() => stage.close());
beforeEach(() => forgetAccounts(stage));

const seen = new Set<string>();

/** What was written while something was done, until the last of these is there. */
async function audited(names: readonly string[], work: () => Promise<unknown>): Promise<SeenEvent[]> {
  const written = await eventsOf(client, (found) => found.length >= names.length, work);
  // What a statement audits itself is written at once, and so before what waits for its second.
  const events = written.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  expect(events.map(({ event }) => event)).toEqual(names);
  for (const { event, outcome } of events) {
    seen.add(event);
    expect(outcome).toBe(AUDIT_EVENTS[event as keyof typeof AUDIT_EVENTS].outcome);
  }
  return events;
}

describe('the way in', () => {
  it('tells who consented to what, and which device got tokens', async () => {
    const names = ['client.registered', 'consent.denied', 'consent.approved', 'tokens.issued'];
    let client_id = '';
    const [registered, denied, approved, issued] = await audited(names, async () => {
      const registration = await client.register();
      ({ client_id } = registration);
      await client.decide('deny', await client.startConsent(registration));
      await client.tokens(registration, { scope: 'profile:read apps:read' }, { claims: { org_id: 'acme' } });
    });
    expect(registered).toMatchObject({ actor: { kind: 'anonymous', id: null }, workspace_id: null });
    expect(denied).toMatchObject({ actor: { kind: 'user', id: 'user-1' }, subject: { client_id } });
    const scopes = ['profile:read', 'apps:read'];
    expect(approved).toMatchObject({
      actor: { kind: 'user', id: 'user-1' },
      workspace_id: 'org:acme',
      subject: { client_id, scopes },
    });
    const { grant_id } = approved!.subject;
    expect(issued).toMatchObject({
      actor: { kind: 'client', id: client_id },
      workspace_id: 'org:acme',
      subject: { client_id, grant_id, user_id: 'user-1', scopes },
    });
  });

  it('tells of codes and refresh tokens that came twice, and whose they were', async () => {
    const names = ['client.registered', 'consent.approved', 'tokens.issued'];
    let client_id = '';
    const refreshed = await audited([...names, 'refresh_token.reused'], async () => {
      const registration = await client.register();
      ({ client_id } = registration);
      const { refresh_token } = await client.tokens(registration);
      await client.refresh(registration, refresh_token);
      await client.refresh(registration, refresh_token);
      await age(stage.app.database, client_id, 61);
      await client.refresh(registration, refresh_token);
    });
    expect(refreshed[3]).toMatchObject({
      actor: { kind: 'client', id: client_id },
      workspace_id: 'user:user-1',
      subject: { client_id, grant_id: refreshed[2]!.subject.grant_id, user_id: 'user-1' },
    });
    const exchanged = await audited([...names, 'code.replayed'], async () => {
      const registration = await client.register();
      const code = await client.code(registration);
      await client.exchange(registration, code);
      await client.exchange(registration, code);
      await client.exchange(registration, code);
    });
    expect(exchanged[3]).toMatchObject({ subject: { grant_id: exchanged[2]!.subject.grant_id } });
  });

  it('tells when an app signs out, and nothing where nothing ended', async () => {
    const names = [
      'client.registered',
      'consent.approved',
      'tokens.issued',
      'token.revoked',
      'token.revoked',
    ];
    const [, , issued, access, refresh] = await audited(names, async () => {
      const registration = await client.register();
      const { access_token, refresh_token } = await client.tokens(registration);
      await client.revoke(registration, 'sd_rt_unknown');
      await client.revoke(registration, access_token);
      await client.revoke(registration, access_token);
      await client.revoke(registration, refresh_token);
      await client.revoke(registration, refresh_token);
    });
    const { client_id, grant_id } = issued!.subject;
    const subject = { client_id, grant_id, user_id: 'user-1' };
    expect(access!.subject).toEqual({ ...subject, token_type: 'access_token' });
    expect(refresh!.subject).toEqual({ ...subject, token_type: 'refresh_token' });
  });

  it('tells when a user, the app itself or a service disconnects it', async () => {
    const consent = ['consent.approved', 'tokens.issued'];
    const names = ['client.registered', ...consent, ...consent, 'app.disconnected'];
    let client_id = '';
    const events = await audited([...names, ...consent, 'app.disconnected', 'subject.revoked'], async () => {
      const registration = await client.register();
      ({ client_id } = registration);
      await client.tokens(registration);
      await client.tokens(registration);
      await client.disconnect(client_id);
      await client.disconnect(client_id);
      const { access_token } = await client.tokens(registration);
      const headers = bearer(access_token);
      await client.request(`/public/v1/oauth/apps/${client_id}/`, { method: 'DELETE', headers });
      await client.postJson('/v1/subjects/revoke', { user_id: 'user-1' }, SERVICE);
    });
    expect(events[5]).toMatchObject({ actor: { kind: 'user' }, subject: { client_id, grants: 2 } });
    expect(events[8]).toMatchObject({
      actor: { kind: 'app', id: client_id },
      subject: { client_id, user_id: 'user-1', grants: 1 },
    });
    expect(events[9]).toMatchObject({
      actor: { kind: 'service', id: 'all-seeing' },
      workspace_id: null,
      subject: { user_id: 'user-1' },
    });
  });
});

describe('the way out', () => {
  it('tells of OAuth apps from their making to their end, and which field changed', async () => {
    const owner = new Owner(stage);
    let id = '';
    const names = ['oauth_app.created', 'oauth_app.changed', 'oauth_app.secret_rotated', 'oauth_app.deleted'];
    const events = await audited(names, async () => {
      id = await owner.addApp('x');
      const headers = await owner.credentials();
      const patch = (body: object) =>
        client.request(`/v1/oauth-apps/${id}`, {
          method: 'PATCH',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      expect((await patch({ name: 'Other', is_default: true })).status).toBe(200);
      expect((await patch({ client_secret: 'another-secret' })).status).toBe(200);
      expect((await patch({})).status).toBe(200);
      await client.request(`/v1/oauth-apps/${id}`, { method: 'DELETE', headers });
    });
    for (const event of events) {
      expect(event).toMatchObject({
        actor: { kind: 'user', id: 'user-1' },
        workspace_id: `org:${owner.org_id}`,
        subject: { oauth_app_id: id },
      });
    }
    expect(events[1]!.subject.changed).toEqual(['name', 'is_default']);
    expect(JSON.stringify(events)).not.toContain('another-secret');
  });

  it('tells of accounts: connected, read by a service, broken by the provider, disconnected', async () => {
    const owner = new Owner(stage);
    let id = '';
    const events = await audited(
      [
        'oauth_app.created',
        'account.connected',
        'provider_token.read',
        'account.needs_reconnect',
        'account.disconnected',
      ],
      async () => {
        id = await owner.connect('x');
        await owner.token(id);
        stage.sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'revoked', times: 1 });
        await owner.refresh(id);
        await owner.disconnect(id);
      },
    );
    for (const event of events.slice(1)) {
      expect(event).toMatchObject({ workspace_id: `org:${owner.org_id}`, subject: { account_id: id } });
    }
    expect(events.slice(1).map(({ actor }) => actor)).toEqual([
      { kind: 'user', id: 'user-1' },
      { kind: 'service', id: 'all-seeing' },
      { kind: 'system', id: null },
      { kind: 'user', id: 'user-1' },
    ]);
  });

  it('tells of a page that was chosen', async () => {
    const owner = new Owner(stage);
    const events = await audited(['oauth_app.created', 'account.connected', 'account.selected'], async () => {
      const id = await owner.connect('facebook');
      const { choices } = (await owner.show(id)).body;
      await owner.select(id, choices.find((choice: any) => choice.selectable).external_id);
    });
    expect(events[2]).toMatchObject({
      actor: { kind: 'user', id: 'user-1' },
      subject: { provider: 'facebook' },
    });
  });
});

describe('the operator', () => {
  it('learns of wrong credentials of a service, but never what was sent in their place', async () => {
    const [known, unknown] = await audited(['service.refused', 'service.refused'], async () => {
      await client.request('/v1/audit-events', { headers: basic('all-seeing', 'wrong') });
      await client.request('/v1/audit-events', { headers: basic('a-secret-as-id', 'x') });
    });
    expect(known!.actor).toEqual({ kind: 'anonymous', id: 'all-seeing' });
    expect(unknown!.actor).toEqual({ kind: 'anonymous', id: null });
  });

  it('is told of with the rotation of keys', async () => {
    const env = { ...process.env, NODE_ENV: 'test', DATABASE_URL: stage.app.databaseUrl, ENCRYPTION_KEYS };
    const [rotated] = await audited(['keys.rotated'], () =>
      promisify(execFile)(process.execPath, ['dist/src/keys-rotate.js'], { env }),
    );
    expect(rotated).toMatchObject({
      actor: { kind: 'operator', id: null },
      subject: { left: 0 },
      address: null,
    });
  });
});

it('every event of the catalogue happened above, and docs/audit.md tells of each and of no other', () => {
  expect([...seen].sort()).toEqual([...AUDIT_EVENT_NAMES].sort());
  const table = readFileSync('docs/audit.md', 'utf8').matchAll(/^\| `([a-z_]+\.[a-z_]+)`/gm);
  expect([...table].map(([, name]) => name)).toEqual([...AUDIT_EVENT_NAMES]);
});
