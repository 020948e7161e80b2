import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { type AuthApp, SECRET, startAuthApp } from './auth-app.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const SERVICE = basic('billing:a secret of billing');

let app: AuthApp;
let jwt: string;
beforeAll(async () => {
  app = await startAuthApp({ RESOURCE_SERVERS: '[{"id":"billing","secret":"a secret of billing"}]' });
  jwt = await new SignJWT({ sub: 'usr_1' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(Buffer.from(SECRET));
});
afterAll(() => app.close());

describe('default deny', () => {
  it.each([['nobody'], ['Bearer sd_at_reader'], [SERVICE]])(
    'a route without rules is closed to %s',
    async (authorization) => {
      const headers = authorization === 'nobody' ? [] : ['Authorization', authorization];
      expect(await app.send('/forgotten', { headers })).toMatchObject({
        status: 403,
        challenge: undefined,
        body: { code: 'unauthorized' },
      });
    },
  );

  it('is logged once per route, however often it is called', async () => {
    await app.send('/forgotten');
    await app.send('/forgotten');
    expect(
      app.logged.filter((text) => text.includes('Probes.forgotten does not say who may call it')),
    ).toHaveLength(1);
  });
});

describe('a route open to anyone', () => {
  it.each([['Bearer sd_at_unknown'], ['Bearer'], ['garbage'], ['Basic ???'], ['']])(
    'does not look at Authorization: %s',
    async (authorization) => {
      expect(await app.as(authorization, '/open')).toMatchObject({ status: 200, body: { principal: null } });
    },
  );

  it('does not mind two of them, nor a token in the query', async () => {
    const headers = ['Authorization', 'Bearer a', 'Authorization', 'Basic b'];
    expect(await app.send('/open?access_token=x', { headers })).toMatchObject({ status: 200 });
  });

  it('with another rule beside it takes credentials, good ones only', async () => {
    expect(await app.send('/optional')).toMatchObject({ status: 200, body: { principal: null } });
    expect(await app.as(`Bearer ${jwt}`, '/optional')).toMatchObject({
      status: 200,
      body: { principal: { kind: 'dashboard', userId: 'usr_1' } },
    });
    expect(await app.as('Bearer garbage', '/optional')).toMatchObject({ status: 401 });
    expect(await app.as(SERVICE, '/optional')).toMatchObject({ status: 401 });
  });
});

describe('who may call which route', () => {
  const callers = {
    dashboard: () => `Bearer ${jwt}`,
    bearer: () => 'Bearer sd_at_reader',
    'resource-server': () => SERVICE,
  };
  it.each([
    ['/dashboard', ['dashboard']],
    ['/bearer', ['bearer']],
    ['/service', ['resource-server']],
    ['/scoped/1', ['dashboard', 'bearer']],
    ['/everybody', ['dashboard', 'bearer', 'resource-server']],
    ['/public/v1/me', ['dashboard', 'bearer']],
  ])('%s takes %j and nobody else', async (path, allowed) => {
    for (const [kind, authorization] of Object.entries(callers)) {
      const answer = await app.as(authorization(), path);
      expect({ kind, status: answer.status }).toEqual({ kind, status: allowed.includes(kind) ? 200 : 401 });
      if (answer.status === 200 && path !== '/public/v1/me')
        expect(answer.body).toMatchObject({ principal: { kind } });
    }
  });

  it.each([
    ['Bearer sd_at_reader', '/dashboard', 'Bearer', 'Send a dashboard JWT as bearer token.'],
    [SERVICE, '/dashboard', 'Bearer', 'Send a dashboard JWT as bearer token.'],
    ['Bearer sd_at_reader', '/service', /^Basic /, 'Send the HTTP Basic credentials of a resource server.'],
    [
      SERVICE,
      '/bearer',
      /^Bearer resource_metadata=/,
      'Send an access token of this server as bearer token.',
    ],
    ['Digest username="a", realm="b"', '/bearer', /^Bearer resource_metadata=/, /access token/],
    ['DPoP sd_at_reader', '/bearer', /^Bearer resource_metadata=/, /access token/],
  ])(
    '%s at %s: unauthorized, no error code, the kind that is taken',
    async (authorization, path, challenge, detail) => {
      const answer = await app.as(authorization, path);
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
      expect(answer.body.detail).toEqual(typeof detail === 'string' ? detail : expect.stringMatching(detail));
      expect(answer.challenge).toEqual(
        typeof challenge === 'string' ? challenge : expect.stringMatching(challenge),
      );
    },
  );
});
