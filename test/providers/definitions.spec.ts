import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderErrorCode } from '../../src/providers/provider-error-codes.js';
import { requestedScopes } from '../../src/providers/app-options.js';
import { BUILT_IN_DEFINITIONS } from '../../src/providers/built-in-definitions.js';
import type { FailureKind } from '../../sandbox/failures.js';
import { findPerson } from '../../sandbox/people.js';
import type { Step } from '../../sandbox/step.js';
import { connect, consent, failureOf, openStage, sampleApp, type Stage } from './walk.js';

/** What is special about a provider; everything else is the same for all. A new definition needs its line. */
interface Expectation {
  /** Seconds of the first usable access token. */
  readonly expiresIn: number;
  readonly refreshToken: boolean;
  /** Seconds to wait before a refresh is allowed. */
  readonly age: number;
  readonly refreshStep: Step;
  readonly afterRefresh: 'same refresh token dies' | 'refresh token stays' | 'no refresh token';
  readonly idPrefix?: string;
  readonly revokes: boolean;
  readonly codeSeconds: number;
  readonly expiredCode: ProviderErrorCode;
  /** Where only the first scope is granted. */
  readonly firstScopeOnly: 'connects' | 'missing_scopes';
}

const EXPECTATIONS: Record<string, Expectation> = {
  instagram: {
    expiresIn: 60 * 86_400,
    refreshToken: false,
    age: 86_400,
    refreshStep: 'refresh',
    afterRefresh: 'no refresh token',
    revokes: false,
    codeSeconds: 3600,
    expiredCode: 'code_expired_or_used',
    firstScopeOnly: 'connects',
  },
  facebook: {
    expiresIn: 60 * 86_400,
    refreshToken: false,
    age: 86_400,
    refreshStep: 'extend',
    afterRefresh: 'no refresh token',
    revokes: true,
    codeSeconds: 600,
    expiredCode: 'code_expired_or_used',
    firstScopeOnly: 'connects',
  },
  x: {
    expiresIn: 7200,
    refreshToken: true,
    age: 0,
    refreshStep: 'refresh',
    afterRefresh: 'same refresh token dies',
    revokes: true,
    codeSeconds: 30,
    expiredCode: 'code_expired_or_used',
    firstScopeOnly: 'missing_scopes',
  },
  linkedin: {
    expiresIn: 60 * 86_400,
    refreshToken: true,
    age: 0,
    refreshStep: 'refresh',
    afterRefresh: 'refresh token stays',
    idPrefix: 'urn:li:person:',
    revokes: true,
    codeSeconds: 1800,
    // LinkedIn says invalid_redirect_uri for both.
    expiredCode: 'redirect_uri_mismatch',
    firstScopeOnly: 'missing_scopes',
  },
  tiktok: {
    expiresIn: 7200,
    refreshToken: true,
    age: 0,
    refreshStep: 'refresh',
    afterRefresh: 'same refresh token dies',
    revokes: true,
    codeSeconds: 300,
    expiredCode: 'code_expired_or_used',
    firstScopeOnly: 'connects',
  },
};

/** Failures that are nobody's fault: never a reason to end a connection. */
const TRANSIENT: readonly { kind: FailureKind; status?: number; retryAfter?: number }[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, retryAfter: 7 },
  { kind: 'status', status: 429, retryAfter: 7 },
  { kind: 'malformed' },
  { kind: 'no-token' },
  { kind: 'redirect' },
  { kind: 'huge' },
  { kind: 'cut' },
];

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.sandbox.world.reset());
afterAll(() => stage.sandbox.stop());

it('every built-in definition has its expectations here', () => {
  expect(BUILT_IN_DEFINITIONS.map(({ id }) => id).sort()).toEqual(Object.keys(EXPECTATIONS).sort());
});

describe.each(Object.entries(EXPECTATIONS))('%s', (id, expected) => {
  /** LinkedIn's second app is a partner's and gets refresh tokens; of the others the first one will do. */
  const app = () => sampleApp(stage, id, id === 'linkedin' ? 1 : 0);
  const open = () => connect(stage, id, app());

  it('authorize, consent, exchange, identify', async () => {
    const connection = await open();
    expect(connection.expiresIn).toBe(expected.expiresIn);
    expect(connection.refreshToken !== undefined).toBe(expected.refreshToken);
    expect(connection.tokenType).toBe('Bearer');
    expect(connection.grantedScopes).toEqual(
      expect.arrayContaining(requestedScopes(stage.registry.get(id).definition)),
    );
    expect(connection.missingScopes).toEqual([]);
    const identity = await stage.client.identify(id, app(), connection.accessToken);
    expect(identity.externalId).toBe((expected.idPrefix ?? '') + findPerson('ada').accountIds[id]);
    expect(identity.displayName).toBe('Ada Sample');
    expect(identity.avatarUrl).toMatch(/^https:/);
  });

  it('a refusal at the consent is user_denied', async () => {
    const { query } = await consent(stage, id, app(), { deny: true });
    expect(stage.client.refusal(id, query)?.code).toBe('user_denied');
    expect(stage.client.refusal(id, { code: 'abc', state: 'def' })).toBeUndefined();
  });

  it('a code works once, in time, for its app, with its redirect URI and its secret', async () => {
    const once = (await consent(stage, id, app())).exchange;
    await failureOf(
      stage,
      stage.client.exchangeCode(id, { ...app(), clientSecret: 'wrong' }, once),
      'bad_client_credentials',
    );
    const elsewhere = { ...once, redirectUri: `${once.redirectUri}/` };
    await failureOf(stage, stage.client.exchangeCode(id, app(), elsewhere), 'redirect_uri_mismatch');
    const other = sampleApp(stage, id, id === 'linkedin' ? 0 : 1);
    await failureOf(stage, stage.client.exchangeCode(id, other, once), 'code_expired_or_used');
    await stage.client.exchangeCode(id, app(), once);
    await failureOf(stage, stage.client.exchangeCode(id, app(), once), 'code_expired_or_used');

    const late = (await consent(stage, id, app())).exchange;
    stage.sandbox.world.advance(expected.codeSeconds + 1);
    await failureOf(stage, stage.client.exchangeCode(id, app(), late), expected.expiredCode);
  });

  it('less than was asked for: connected with missing scopes, or refused where nothing would work', async () => {
    stage.sandbox.world.fail({ provider: id, on: 'authorize', kind: 'wrong-scopes' });
    if (expected.firstScopeOnly === 'connects') {
      const connection = await open();
      expect(connection.grantedScopes).toHaveLength(1);
      expect(connection.missingScopes.length).toBeGreaterThan(0);
    } else {
      const error = await failureOf(stage, open(), 'missing_scopes');
      expect(error.message).toMatch(/Missing: \S+/);
    }
  });

  it('refresh keeps a connection alive', async () => {
    const connection = await open();
    stage.sandbox.world.advance(expected.age);
    const renewed = (await stage.client.refresh(id, app(), connection))!;
    expect(renewed.accessToken).not.toBe(connection.accessToken);
    expect(renewed.expiresIn).toBe(expected.expiresIn);
    await stage.client.identify(id, app(), renewed.accessToken);
    if (expected.afterRefresh === 'no refresh token') {
      expect(renewed.refreshToken).toBeUndefined();
    } else if (expected.afterRefresh === 'refresh token stays') {
      expect(renewed.refreshToken).toBe(connection.refreshToken);
    } else {
      expect(renewed.refreshToken).not.toBe(connection.refreshToken);
      await failureOf(stage, stage.client.refresh(id, app(), connection), 'token_dead');
      // The replay ended the whole family.
      await failureOf(stage, stage.client.refresh(id, app(), renewed), 'token_dead');
      expect(stage.sandbox.world.seen().replays).toBe(1);
    }
  });

  it('a removed app is token_dead, at refresh and at identify', async () => {
    const first = await open();
    stage.sandbox.world.fail({ provider: id, on: expected.refreshStep, kind: 'revoked', times: 1 });
    await failureOf(stage, stage.client.refresh(id, app(), first), 'token_dead');
    stage.sandbox.world.reset();
    const second = await open();
    stage.sandbox.world.fail({ provider: id, on: 'identity', kind: 'revoked', times: 1 });
    await failureOf(stage, stage.client.identify(id, app(), second.accessToken), 'token_dead');
  });

  it.each(TRANSIENT)('provider_unavailable at every step: %j', async (failure) => {
    const connection = await open();
    const steps: [Step, () => Promise<unknown>][] = [
      ['token', open],
      [expected.refreshStep, () => stage.client.refresh(id, app(), connection)],
      ['identity', () => stage.client.identify(id, app(), connection.accessToken)],
    ];
    if (expected.age) stage.sandbox.world.advance(expected.age);
    for (const [on, call] of steps) {
      stage.sandbox.world.fail({ provider: id, on, times: 1, ...failure });
      const error = await failureOf(stage, call(), 'provider_unavailable');
      expect(error.retryAfter).toBe(failure.retryAfter);
      expect(error.message).toMatch(/Try again/);
    }
    // None of it ended the connection.
    await stage.client.identify(id, app(), (await stage.client.refresh(id, app(), connection))!.accessToken);
  });

  it('whatever a provider repeats, no secret is in the error', async () => {
    const connection = await open();
    stage.sandbox.world.fail({ provider: id, on: 'token', kind: 'echo', times: 1 });
    expect((await failureOf(stage, open(), 'provider_unavailable')).detail).toMatch(/\[removed\]/);
    stage.sandbox.world.fail({ provider: id, on: expected.refreshStep, kind: 'echo', times: 1 });
    const refresh = stage.client.refresh(id, app(), connection);
    expect((await failureOf(stage, refresh, 'provider_unavailable')).detail).toMatch(/\[removed\]/);
  });

  it('revoke ends it at the provider, twice is no error', async () => {
    const connection = await open();
    const { externalId } = await stage.client.identify(id, app(), connection.accessToken);
    const tokens = { ...connection, accountId: externalId };
    expect(await stage.client.revoke(id, app(), tokens)).toBe(expected.revokes);
    if (!expected.revokes) return;
    expect(stage.sandbox.world.seen().revocations).toEqual([{ provider: id, person: 'ada' }]);
    await failureOf(stage, stage.client.identify(id, app(), connection.accessToken), 'token_dead');
    expect(await stage.client.revoke(id, app(), tokens)).toBe(true);
    stage.sandbox.world.fail({ provider: id, on: 'revoke', kind: 'status', status: 500 });
    await failureOf(stage, stage.client.revoke(id, app(), tokens), 'provider_unavailable');
  });

  it('credentials are told apart without a user, and an outage says nothing about them', async () => {
    expect(await stage.client.probeCredentials(id, app())).toEqual({ verification: 'ok', hints: [] });
    const wrongSecret = await stage.client.probeCredentials(id, {
      ...app(),
      clientSecret: '00000000000000000000000000000000',
    });
    expect(wrongSecret).toMatchObject({
      verification: 'failed',
      message: expect.stringContaining('Copy both'),
    });
    const wrongId = await stage.client.probeCredentials(id, { ...app(), clientId: '99999' });
    expect(wrongId).toMatchObject({ verification: 'failed' });
    for (const on of ['probe', 'token', 'refresh'] as const) {
      stage.sandbox.world.fail({ provider: id, on, kind: 'cut' });
    }
    expect(await stage.client.probeCredentials(id, app())).toMatchObject({ verification: 'unknown' });
  });
});
