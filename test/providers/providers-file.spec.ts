import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { ConfigModule } from '../../src/config/config.module.js';
import { ListProvidersController } from '../../src/providers/list-providers.controller.js';
import { ProviderClient } from '../../src/providers/provider-client.service.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.service.js';
import { ProvidersModule } from '../../src/providers/providers.module.js';
import { acme, ACME_APP, ACME_DEFINITION } from './acme.js';
import { connect, consent, failureOf, openStage, sampleApp, type Stage, testConfig } from './walk.js';

const listOf = (environment: Record<string, string>) =>
  new ListProvidersController(new ProviderRegistry(testConfig(environment))).list();

function refusalOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe('PROVIDERS_FILE: a sixth provider without code', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(
      { providers: [acme], apps: [ACME_APP] },
      { PROVIDERS_FILE: JSON.stringify(ACME_DEFINITION) },
    );
  });
  afterAll(() => stage.sandbox.stop());

  it('connects, is told apart, refreshes, fails and is revoked like any other', async () => {
    const app = sampleApp(stage, 'acme');
    const connection = await connect(stage, 'acme', app);
    // The reply names no scope: as requested (RFC 6749 §5.1). Its lifetime came as text.
    expect(connection).toMatchObject({ grantedScopes: ['read', 'write'], missingScopes: [], expiresIn: 600 });
    const identity = await stage.client.identify('acme', app, connection.accessToken);
    expect(identity).toMatchObject({ externalId: '42', displayName: 'Ada Sample' });
    expect(await stage.client.choices('acme', app, { ...connection, identity })).toBeUndefined();
    const renewed = (await stage.client.refresh('acme', app, connection))!;
    await failureOf(stage, stage.client.refresh('acme', app, connection), 'token_dead');
    const again = await connect(stage, 'acme', app);
    expect(await stage.client.revoke('acme', app, { ...again, accountId: '42' })).toBe(true);
    await failureOf(stage, stage.client.identify('acme', app, again.accessToken), 'token_dead');
    await failureOf(stage, stage.client.identify('acme', app, renewed.accessToken), 'token_dead');
    const { query } = await consent(stage, 'acme', app, { deny: true });
    expect(stage.client.refusal('acme', query)?.message).toMatch(/^Access was not given at Acme/);
    expect(await stage.client.probeCredentials('acme', app)).toMatchObject({ verification: 'ok' });
  });
});

describe('PROVIDERS_FILE: changes to a built-in provider', () => {
  it('another API version and another scope, everything else as it was', () => {
    const change = [{ id: 'facebook', apiVersion: 'v26.0', scopes: { requested: ['pages_show_list'] } }];
    const registry = new ProviderRegistry(testConfig({ PROVIDERS_FILE: JSON.stringify(change) }));
    const { definition } = registry.get('facebook');
    expect(definition).toMatchObject({
      apiVersion: 'v26.0',
      scopes: { requested: ['pages_show_list'], separator: ',' },
    });
    expect(definition.token.url).toBe('https://graph.facebook.com/{version}/oauth/access_token');
    expect(registry.all().map((provider) => provider.definition.id)).toHaveLength(5);
  });
});

describe('the registry', () => {
  it('an unknown provider is 400 unknown_provider and lists the known ones', () => {
    const registry = new ProviderRegistry(testConfig());
    for (const id of ['mastodon', '', '__proto__', 'constructor']) {
      expect(refusalOf(() => registry.get(id))).toMatchObject({
        code: 'unknown_provider',
        status: 400,
        message: expect.stringContaining('instagram, facebook, x, linkedin, tiktok'),
      });
    }
  });

  it('PROVIDER_ORIGINS moves every URL, authorize URLs included, and nothing else may be called', async () => {
    const stage = await openStage();
    for (const { definition, origins } of stage.registry.all()) {
      expect(definition.authorize.url.startsWith(stage.sandbox.origin)).toBe(true);
      expect([...origins]).toEqual([stage.sandbox.origin]);
    }
    await stage.sandbox.stop();
  });
});

describe('ProvidersModule', () => {
  it('gives other modules the registry and the client', async () => {
    const imports = [ConfigModule.with(testConfig()), ProvidersModule];
    const module = await Test.createTestingModule({ imports }).compile();
    expect(module.get(ProviderRegistry).all()).toHaveLength(5);
    expect(module.get(ProviderClient).canRefresh('x', {})).toBe(false);
    await module.close();
  });

  it('does not start with a wrong PROVIDERS_FILE', async () => {
    const imports = [
      ConfigModule.with(testConfig({ PROVIDERS_FILE: '{"id":"x","pkce":"plain"}' })),
      ProvidersModule,
    ];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toThrow(
      /PROVIDERS_FILE: .*\(at x\.pkce\)/,
    );
  });
});

describe('GET /v1/providers', () => {
  it('tells a form what it needs', () => {
    const tiktok = listOf({}).find(({ id }) => id === 'tiktok');
    expect(tiktok).toMatchObject({
      name: 'TikTok',
      redirect_uri: 'https://connect.example.com/v1/oauth/tiktok/callback',
      scopes: ['user.info.basic', 'video.publish', 'video.upload'],
      credentials: { client_id: 'Client key', client_secret: 'Client secret' },
      options: [{ name: 'app_type', kind: 'choice', default: 'web', values: ['web', 'desktop'] }],
      works_here: true,
      reason: null,
    });
    expect(tiktok?.setup_hints.length).toBeGreaterThan(0);
  });

  it.each([
    ['http://localhost:3000', { instagram: false, facebook: false, x: false, linkedin: true, tiktok: false }],
    ['http://127.0.0.1:3000', { instagram: false, facebook: false, x: true, linkedin: true, tiktok: false }],
    [
      'https://connect.example.com',
      { instagram: true, facebook: true, x: true, linkedin: true, tiktok: true },
    ],
  ])('%s works at those that accept it', (publicUrl, works) => {
    const list = listOf({ PUBLIC_URL: publicUrl });
    expect(Object.fromEntries(list.map((view) => [view.id, view.works_here]))).toEqual(works);
    for (const { works_here, reason } of list) expect(reason === null).toBe(works_here);
  });

  it('with the sandbox in their place all of them accept localhost', () => {
    const origins = {
      'https://www.instagram.com': 'http://127.0.0.1:4900/www.instagram.com',
      'https://x.com': 'http://127.0.0.1:4900/x.com',
    };
    const list = listOf({ PUBLIC_URL: 'http://localhost:3000', PROVIDER_ORIGINS: JSON.stringify(origins) });
    expect(list.filter((view) => view.works_here).map(({ id }) => id)).toEqual([
      'instagram',
      'x',
      'linkedin',
    ]);
  });
});
