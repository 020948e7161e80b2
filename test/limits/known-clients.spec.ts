import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { refreshAuthorization } from '@modelcontextprotocol/sdk/client/auth.js';
import { TemporarilyUnavailableError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import * as openid from 'openid-client';
import { CEILINGS } from '../../src/limits/ceilings.js';
import { TestClient, type TestRegistration } from '../support/test-client.js';
import { type LimitStage, openLimitStage, tally } from './limit-stage.js';

const { points, credit, seconds } = CEILINGS['token-failures'];

let stage: LimitStage;
let client: TestClient;
let registration: TestRegistration;
let refreshToken: string;
beforeAll(async () => {
  stage = await openLimitStage();
  client = new TestClient(stage.app);
  registration = await client.register();
  refreshToken = (await client.tokens(registration)).refresh_token;
  const key = `${registration.client_id} 127.0.0.1`;
  await stage.useElsewhere('token-failures', key, points - credit);
  const fail = () => client.refresh(registration, 'sd_rt_unknown');
  await tally(credit, fail);
  while ((await fail()).status !== 429);
}, 90_000);
afterAll(() => stage.close());

it('openid-client tells its user the status, the code and when to come back', async () => {
  const config = await openid.discovery(
    new URL(stage.app.url),
    registration.client_id,
    undefined,
    openid.None(),
    {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    },
  );
  const refused = openid.refreshTokenGrant(config, refreshToken);
  await expect(refused).rejects.toBeInstanceOf(openid.ResponseBodyError);
  const error = await refused.catch((thrown: openid.ResponseBodyError) => thrown);
  expect(error).toMatchObject({
    status: 429,
    error: 'temporarily_unavailable',
    error_description: 'Too many requests for the moment.',
  });
  const wait = Number((error as openid.ResponseBodyError).response.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(seconds);
});

it('the MCP SDK keeps its client and its tokens: it drops them for invalid_client and invalid_grant alone', async () => {
  const refused = refreshAuthorization(stage.app.url, {
    metadata: (await client.request('/.well-known/oauth-authorization-server')).body as never,
    clientInformation: { ...registration },
    refreshToken,
  });
  await expect(refused).rejects.toBeInstanceOf(TemporarilyUnavailableError);
});

it('the token that was refused is as good as before', async () => {
  await stage.ageCounters(seconds);
  const fresh = new TestClient(await stage.replica());
  expect((await fresh.refresh(registration, refreshToken)).status).toBe(200);
});
