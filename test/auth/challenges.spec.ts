import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthApp, PUBLIC_URL, startAuthApp } from './auth-app.js';

const METADATA = `resource_metadata="${PUBLIC_URL}/.well-known/oauth-protected-resource`;
const FORM = ['Content-Type', 'application/x-www-form-urlencoded'];

let app: AuthApp;
beforeAll(async () => {
  app = await startAuthApp();
});
afterAll(() => app.close());

describe('[B46] RFC 6750 §3, RFC 9728 §5.1: no credentials', () => {
  it.each([
    ['/bearer', `Bearer ${METADATA}/bearer"`],
    ['/bearer/', `Bearer ${METADATA}/bearer/"`],
    ['/bearer?x=1', `Bearer ${METADATA}/bearer"`],
    ['/scoped/1', `Bearer scope="accounts:read", ${METADATA}/scoped/1"`],
    ['/everybody', `Bearer scope="accounts:read", ${METADATA}/everybody"`],
    ['/public/v1/me/', `Bearer ${METADATA}/public/v1/me/"`],
    ['/dashboard', 'Bearer'],
    ['/service', 'Basic realm="swingdoor", charset="UTF-8"'],
  ])('GET %s is challenged without an error code', async (path, challenge) => {
    const answer = await app.send(path);
    expect(answer).toMatchObject({
      status: 401,
      challenge,
      type: expect.stringMatching(/^application\/problem\+json/),
    });
    expect(answer.body).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(answer.challenge).not.toContain('error');
  });

  it('points to the path alone where the request target is absolute', async () => {
    const answer = await app.send('http://evil.example/bearer?x=1');
    expect(answer.challenge).toBe(`Bearer ${METADATA}/bearer"`);
  });

  it('ignores what Host says', async () => {
    const answer = await app.send('/bearer', { headers: ['Host', 'evil.example'] });
    expect(JSON.stringify(answer)).not.toContain('evil');
  });
});

describe('[B47] RFC 6750 §3.1: a bad token is invalid_token', () => {
  it.each([
    ['unknown', 'sd_at_unknown', '/bearer'],
    ['of no known form', 'garbage', '/bearer'],
    ['a refresh token', 'sd_rt_plain', '/bearer'],
    ['of no known form where a JWT would do', 'garbage', '/scoped/1'],
    ['unknown where a JWT would do', 'sd_at_unknown', '/scoped/1'],
    ['for another resource (RFC 8707)', 'sd_at_for_another', '/scoped/1'],
    ['with other case in its prefix', 'SD_AT_plain', '/bearer'],
  ])('%s', async (_, token, path) => {
    const answer = await app.as(`Bearer ${token}`, path);
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(answer.challenge).toMatch(/^Bearer error="invalid_token", error_description="[^"]+", /);
    expect(answer.challenge).toContain(`${METADATA}${path}"`);
  });

  it('is told so without our metadata where no access token would do', async () => {
    const answer = await app.as('Bearer garbage', '/dashboard');
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(answer.challenge).toMatch(/^Bearer error="invalid_token", error_description="[^"]+"$/);
  });

  it.each([
    ['no resource', 'sd_at_reader'],
    ['PUBLIC_URL', 'sd_at_for_us'],
    ['something under PUBLIC_URL, differently written, among others', 'sd_at_for_a_path'],
  ])('RFC 8707 §3: a token for %s is meant for us', async (_, token) => {
    const answer = await app.as(`Bearer ${token}`, '/scoped/1');
    expect(answer).toMatchObject({
      status: 200,
      body: { principal: { kind: 'bearer', clientId: 'sd_cl_1' } },
    });
  });

  it.each(['bearer', 'BEARER', 'bEaReR'])('RFC 9110 §11.1: the scheme %s is Bearer', async (scheme) => {
    expect(await app.as(`${scheme}   sd_at_plain`, '/bearer')).toMatchObject({ status: 200 });
  });
});

describe('[B48] RFC 6750 §3.1: what cannot be read is invalid_request', () => {
  it.each([
    ['a scheme alone', 'Bearer'],
    ['a token alone', 'sd_at_plain'],
    ['an empty header', ''],
    ['two tokens', 'Bearer sd_at_plain sd_at_plain'],
    ['a list', 'Bearer sd_at_plain, Bearer sd_at_plain'],
    ['a quoted token', 'Bearer "sd_at_plain"'],
    ['a tab before the token', 'Bearer\tsd_at_plain'],
    ['beyond ASCII', 'Bearer sd_at_plainé'],
    ['padding in the middle', 'Bearer sd_at=plain'],
    ['a scheme that is no token', 'Bear(er) sd_at_plain'],
    ['Basic that is not base64', 'Basic not:base64'],
  ])('%s', async (_, header) => {
    const answer = await app.as(header, '/everybody');
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(answer.challenge).toMatch(
      /^Bearer error="invalid_request", error_description="[^"]+", resource_metadata/,
    );
  });

  it.each([
    ['the same twice', ['Authorization', 'Bearer sd_at_plain', 'authorization', 'Bearer sd_at_plain']],
    ['two schemes', ['Authorization', 'Bearer sd_at_plain', 'AUTHORIZATION', 'Basic YTpi']],
    ['an empty second one', ['Authorization', 'Bearer sd_at_plain', 'Authorization', '']],
  ])('two Authorization headers: %s', async (_, headers) => {
    expect(await app.send('/bearer', { headers })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });

  it.each([
    ['header and query', '/bearer?access_token=sd_at_plain', ['Authorization', 'Bearer sd_at_plain']],
    ['header and an empty one in the query', '/bearer?access_token', ['Authorization', 'Bearer sd_at_plain']],
    ['header and query, escaped', '/bearer?a=1&access%5Ftoken=x', ['Authorization', 'Bearer sd_at_plain']],
    ['twice in the query', '/bearer?access_token=sd_at_plain&access_token=sd_at_plain', []],
  ])('%s', async (_, path, headers) => {
    expect(await app.send(path, { headers })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });

  it('header and form body', async () => {
    const headers = ['Authorization', 'Bearer sd_at_plain', ...FORM];
    const answer = await app.send('/form', { method: 'POST', headers, body: 'access_token=sd_at_plain' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('[B49] RFC 6750 §3.1: insufficient_scope', () => {
  it('names the scope and the metadata', async () => {
    const answer = await app.as('Bearer sd_at_plain', '/scoped/1');
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect(answer.challenge).toBe(
      'Bearer error="insufficient_scope", ' +
        'error_description="The access token lacks a scope that this call needs.", ' +
        `scope="accounts:read", ${METADATA}/scoped/1"`,
    );
  });

  it('takes no scope for the client of its own, and only for that', async () => {
    expect(await app.as('Bearer sd_at_plain', '/clients/sd_cl_1')).toMatchObject({ status: 200 });
    const foreign = await app.as('Bearer sd_at_plain', '/clients/sd_cl_2');
    expect(foreign).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect(foreign.challenge).toContain('scope="apps:write"');
  });

  it('lets in who has it', async () => {
    expect(await app.as('Bearer sd_at_reader', '/scoped/1')).toMatchObject({ status: 200 });
  });
});

describe('[B50] RFC 6750 §2.3: a token in the query or the body is not looked at', () => {
  it.each([
    ['query', 'GET', '/bearer?access_token=sd_at_plain', undefined],
    ['body', 'POST', '/form', 'access_token=sd_at_plain'],
  ])('%s', async (_, method, path, body) => {
    const answer = await app.send(path, { method, body, headers: body === undefined ? [] : FORM });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect(answer.body.detail).toContain('Authorization header');
    expect(answer.challenge).not.toContain('error');
  });
});

describe('[B51] RFC 6750 §3: only %x20-21 / %x23-5B / %x5D-7E in a challenge', () => {
  it.each([
    ['a quote', '/scoped/"x"', '/scoped/%22x%22'],
    ['an escaped quote', '/scoped/%22', '/scoped/%22'],
    ['a backslash', '/scoped/\\', '/scoped/%5C'],
    ['an escaped line end', '/scoped/%0d%0aSet-Cookie:%20a=b', '/scoped/%0d%0aSet-Cookie:%20a=b'],
    ['the end of the parameter', '/scoped/",scope="apps:write', '/scoped/%22,scope=%22apps:write'],
  ])('%s in the path', async (_, path, encoded) => {
    const { challenge, status } = await app.send(path);
    expect(status).toBe(401);
    expect(challenge).toBe(`Bearer scope="accounts:read", ${METADATA}${encoded}"`);
  });
});
