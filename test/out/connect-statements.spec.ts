import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.js';
import { freePort, startServer, type TestServer } from '../support/test-app.js';
import { landing, openOutStage, type OutStage, Traveller } from './traveller.js';

let stage: OutStage;
let proxy: CountingProxy;
let server: TestServer;
let ada: Traveller;
beforeAll(async () => {
  const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
  stage = await openOutStage({ ENCRYPTION_KEYS });
  proxy = await startCountingProxy(stage.app.databaseUrl);
  const PORT = String(await freePort());
  server = await startServer({
    DATABASE_URL: proxy.url,
    PORT,
    PUBLIC_URL: stage.app.url,
    PROVIDER_ORIGINS: JSON.stringify(stage.sandbox.origins),
    ENCRYPTION_KEYS,
    OAUTH_BROWSER_BINDING: 'on',
    TIKTOK_CLIENT_ID: 'key',
    TIKTOK_CLIENT_SECRET: 'secret',
    RATE_LIMITS: 'on',
  });
  ada = new Traveller({ ...stage, app: { url: `http://127.0.0.1:${PORT}` } });
  await ada.addApp('x');
});
afterAll(async () => {
  await server.stop();
  await proxy.close();
  await stage.close();
});
beforeEach(() => stage.sandbox.world.reset());

/** Statements of requests; the queue looks for work on its own. */
const taken = () => proxy.take().filter((statement) => !/graphile|LISTEN|^SELECT 1$/i.test(statement));

describe('statements per request', () => {
  it("start: 2, the app read and the sign-in held; 1 with the operator's app, which has no row; 0 where it is refused", async () => {
    taken();
    await ada.depart('x');
    expect(taken()).toEqual([expect.stringMatching(/oauth_apps|OAuthApp/), 'hold_oauth_flow']);
    expect((await ada.start('tiktok', { oauth_app_id: 'operator_tiktok' })).status).toBe(200);
    expect(taken()).toEqual(['hold_oauth_flow']);
    expect((await ada.start('x', { return_url: 'https://evil.example' })).status).toBe(400);
    expect(taken()).toEqual([]);
  });

  it('callback: 3 besides those that save the account; 4 where the result is kept; 2 for a refusal or a replay', async () => {
    const journey = await ada.depart('x');
    const callback = await ada.consent(journey);
    taken();
    expect(landing(await ada.arrive(callback, journey.cookie)).result).toHaveProperty('connected');
    const all = taken();
    expect([all[0], all[1], all.at(-1)]).toEqual([
      'consume_oauth_flow',
      expect.stringMatching(/OAuthApp/),
      'record_oauth_flow',
    ]);

    await ada.arrive(callback, journey.cookie);
    expect(taken()).toEqual(['consume_oauth_flow', 'explain_oauth_flow']);

    const refused = await ada.consent(await ada.depart('x'), { deny: true });
    taken();
    await ada.arrive(refused);
    expect(taken()).toEqual(['consume_oauth_flow', 'record_oauth_flow']);

    const elsewhere = await ada.consent(await ada.depart('x'));
    taken();
    const { completion } = landing(await ada.arrive(elsewhere)).result;
    expect(taken()).toEqual([
      'consume_oauth_flow',
      expect.stringMatching(/OAuthApp/),
      'keep_pending_connection',
      'record_oauth_flow',
    ]);
    expect((await ada.post('/v1/oauth/complete', { completion })).status).toBe(200);
    expect(taken()[0]).toBe('redeem_pending_connection');
  });
});
