import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { connect, consent, failureOf, openStage, sampleApp, type Stage } from './walk.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.sandbox.world.reset());
afterAll(() => stage.sandbox.stop());

describe('x', () => {
  it('RFC 7636 §4.6: another verifier does not redeem the code', async () => {
    const app = sampleApp(stage, 'x');
    const { exchange } = await consent(stage, 'x', app);
    const wrong = { ...exchange, codeVerifier: 'a'.repeat(43) };
    await expect(stage.client.exchangeCode('x', app, wrong)).rejects.toThrow();
    await stage.client.exchangeCode('x', app, exchange);
  });

  it('the secret goes into Basic as it is: - and _ are not form-encoded', async () => {
    const app = sampleApp(stage, 'x');
    expect(app.clientSecret).toMatch(/-.*_/);
    await connect(stage, 'x', app);
  });

  it('the scopes of the seed come first and in its order', () => {
    const url = stage.client.authorizeUrl('x', sampleApp(stage, 'x'), {
      redirectUri: 'https://connect.example.com/v1/oauth/x/callback',
      state: 's',
      codeVerifier: 'v'.repeat(43),
    });
    expect(url.search).toContain(
      'scope=tweet.write%20media.write%20users.read%20offline.access%20tweet.read&',
    );
  });

  it('a refresh token that somebody else has redeemed is dead', async () => {
    const app = sampleApp(stage, 'x');
    const connection = await connect(stage, 'x', app);
    stage.sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'rotated-twice', times: 1 });
    await failureOf(stage, stage.client.refresh('x', app, connection), 'token_dead');
  });

  it('an answer that is lost on the way does not end the connection by itself', async () => {
    const app = sampleApp(stage, 'x');
    const connection = await connect(stage, 'x', app);
    stage.sandbox.world.fail({ provider: 'x', on: 'refresh', kind: 'cut-after', times: 1 });
    await failureOf(stage, stage.client.refresh('x', app, connection), 'provider_unavailable');
    // It was never sent twice: a second try would have been a replay.
    expect(stage.sandbox.world.seen()).toMatchObject({ replays: 0, calls: { 'x.refresh': 1 } });
  });

  it('without offline.access nobody but the user can prolong it', async () => {
    const app = sampleApp(stage, 'x');
    const { accessToken } = await connect(stage, 'x', app);
    expect(stage.client.canRefresh('x', {})).toBe(false);
    expect(await stage.client.refresh('x', app, { accessToken })).toBeUndefined();
    expect(stage.sandbox.world.seen().calls['x.refresh']).toBeUndefined();
  });
});

describe('linkedin', () => {
  const organisations = (n: number) => sampleApp(stage, 'linkedin', n, { organisations: true });

  it('a missing token_type is no obstacle, and scopes with commas are read', async () => {
    const connection = await connect(stage, 'linkedin');
    expect(connection.accessToken.length).toBeGreaterThan(450);
    expect(connection.grantedScopes).toEqual(['openid', 'profile', 'w_member_social']);
    expect(connection.refreshToken).toBeUndefined();
    expect(stage.client.canRefresh('linkedin', connection)).toBe(false);
  });

  it('with the switch off the member is the account', async () => {
    const app = sampleApp(stage, 'linkedin', 1);
    const { accessToken } = await connect(stage, 'linkedin', app);
    const identity = await stage.client.identify('linkedin', app, accessToken);
    expect(await stage.client.choices('linkedin', app, { accessToken, identity })).toBeUndefined();
  });

  it('with it on, the member and every organisation with a posting role, all pages of the list', async () => {
    const app = organisations(1);
    const { accessToken } = await connect(stage, 'linkedin', app);
    const identity = await stage.client.identify('linkedin', app, accessToken);
    const choices = await stage.client.choices('linkedin', app, { accessToken, identity });
    expect(choices).toEqual([
      expect.objectContaining({ externalId: identity.externalId, name: 'Ada Sample', selectable: true }),
      expect.objectContaining({
        externalId: 'urn:li:organization:2414183',
        name: 'Ada Holding',
        selectable: true,
      }),
      expect.objectContaining({
        externalId: 'urn:li:organization:2414184',
        name: 'Bakers United',
        selectable: true,
      }),
    ]);
  });

  it('asking for organisations without approval is scope_not_allowed', async () => {
    const { query } = await consent(stage, 'linkedin', organisations(0));
    expect(stage.client.refusal('linkedin', query)).toMatchObject({ code: 'scope_not_allowed' });
  });

  it('another scope set ends earlier consents of the same member', async () => {
    const before = await connect(stage, 'linkedin', sampleApp(stage, 'linkedin', 1));
    await connect(stage, 'linkedin', organisations(1));
    const app = sampleApp(stage, 'linkedin', 1);
    await failureOf(stage, stage.client.identify('linkedin', app, before.accessToken), 'token_dead');
    await failureOf(stage, stage.client.inspect('linkedin', app, before.accessToken), 'token_dead');
  });

  it('inspect tells when a token ends', async () => {
    const app = sampleApp(stage, 'linkedin', 1);
    const { accessToken } = await connect(stage, 'linkedin', app);
    const inspection = await stage.client.inspect('linkedin', app, accessToken);
    expect(inspection!.expiresAt!.getTime() - Date.now()).toBeGreaterThan(59 * 86_400_000);
  });

  it('the end of the refresh token does not move', async () => {
    const app = sampleApp(stage, 'linkedin', 1);
    const connection = await connect(stage, 'linkedin', app);
    stage.sandbox.world.advance(30 * 86_400);
    const renewed = await stage.client.refresh('linkedin', app, connection);
    expect(connection.refreshExpiresIn! - renewed!.refreshExpiresIn!).toBeGreaterThanOrEqual(30 * 86_400);
  });
});

describe('tiktok', () => {
  it('a Desktop app needs the hex challenge and gets it by its setting', async () => {
    const app = sampleApp(stage, 'tiktok', 1, { app_type: 'desktop' });
    const verifier = 'v'.repeat(43);
    const request = {
      redirectUri: stage.registry.get('tiktok').redirectUri,
      state: 's',
      codeVerifier: verifier,
    };
    const { searchParams } = stage.client.authorizeUrl('tiktok', app, request);
    expect(searchParams.get('code_challenge')).toBe(createHash('sha256').update(verifier).digest('hex'));
    await connect(stage, 'tiktok', app);
    // Registered as web, the same app meets TikTok's page about code_challenge.
    const asWeb = { ...app, options: {} };
    await expect(connect(stage, 'tiktok', asWeb)).rejects.toThrow(/code_challenge/);
  });

  it('client_key everywhere, client_id nowhere', async () => {
    const app = sampleApp(stage, 'tiktok');
    const { redirectUri } = stage.registry.get('tiktok');
    const url = stage.client.authorizeUrl('tiktok', app, { redirectUri, state: 's', codeVerifier: 'v' });
    expect(url.searchParams.get('client_key')).toBe(app.clientId);
    expect(url.searchParams.has('client_id')).toBe(false);
    expect(url.pathname).toMatch(/\/v2\/auth\/authorize\/$/);
    expect(url.search).toContain('scope=user.info.basic%2Cvideo.publish%2Cvideo.upload');
  });

  it('codes with characters that need encoding arrive as they were given', async () => {
    const { exchange } = await consent(stage, 'tiktok', sampleApp(stage, 'tiktok'));
    expect(exchange.code).toMatch(/\*1!4821\.va%2B$/);
    await stage.client.exchangeCode('tiktok', sampleApp(stage, 'tiktok'), exchange);
  });

  it('an error body with status 200 is an error, with its log id', async () => {
    const app = sampleApp(stage, 'tiktok');
    const connection = await connect(stage, 'tiktok', app);
    const wrong = { ...connection, refreshToken: 'rft.unknown' };
    const error = await failureOf(stage, stage.client.refresh('tiktok', app, wrong), 'token_dead');
    expect(error).toMatchObject({ status: 200, reference: expect.stringMatching(/^20261121/) });
  });

  it('unticked scopes are missing_scopes of the connection', async () => {
    const connection = await connect(stage, 'tiktok', sampleApp(stage, 'tiktok'), {
      untick: ['video.upload'],
    });
    expect(connection.missingScopes).toEqual(['video.upload']);
    const refused = connect(stage, 'tiktok', sampleApp(stage, 'tiktok'), { untick: ['user.info.basic'] });
    await failureOf(stage, refused, 'missing_scopes');
  });

  it('lifetimes come from the reply', async () => {
    const connection = await connect(stage, 'tiktok');
    expect(connection).toMatchObject({ expiresIn: 7200, refreshExpiresIn: 180 * 86_400 });
    expect(connection.accountId).toMatch(/^-000/);
  });
});
