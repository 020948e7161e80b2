import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthApp, startAuthApp } from './auth-app.js';

const SERVERS = [
  { id: 'billing', secret: 'c2VjcmV0+with/base64==:and a colon', resource: 'https://billing.example/api' },
  { id: 'reports', secret: 'pässword über alles' },
];
const encode = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`;
const formEncode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');

let app: AuthApp;
beforeAll(async () => {
  app = await startAuthApp({ RESOURCE_SERVERS: JSON.stringify(SERVERS) });
});
afterAll(() => app.close());

describe('RFC 7617 §2: resource servers', () => {
  it.each(SERVERS)('$id is let in, sent raw', async ({ id, secret, resource }) => {
    const answer = await app.as(encode(`${id}:${secret}`), '/service');
    expect(answer).toMatchObject({ status: 200, body: { principal: { kind: 'resource-server', id } } });
    expect((answer.body.principal as { resource?: string }).resource).toBe(resource);
  });

  it.each(SERVERS)('RFC 6749 §2.3.1: $id is let in, form-encoded', async ({ id, secret }) => {
    const answer = await app.as(encode(`${formEncode(id)}:${formEncode(secret)}`), '/service');
    expect(answer).toMatchObject({ status: 200, body: { principal: { id } } });
  });

  it('takes the scheme in any case', async () => {
    const header = encode('reports:pässword über alles').replace('Basic', 'bASIC');
    expect(await app.as(header, '/service')).toMatchObject({ status: 200 });
  });

  it.each([
    ['a wrong secret', 'billing:wrong'],
    ['no secret', 'billing:'],
    ['no colon', 'billing'],
    ['nothing but a colon', ':'],
    ['an unknown id', 'nobody:c2VjcmV0+with/base64==:and a colon'],
    ['the secret of another', 'reports:c2VjcmV0+with/base64==:and a colon'],
    ['an id in other case', 'BILLING:c2VjcmV0+with/base64==:and a colon'],
    ['a name of Object.prototype', '__proto__:x'],
    ['a null character', 'billing\0:c2VjcmV0+with/base64==:and a colon'],
    ['broken escapes', 'billing:%E0%A4%A'],
    ['invalid UTF-8', Buffer.from([0xff, 0xfe, 0x3a, 0xff])],
    ['60 000 bits of nothing', 'a'.repeat(7_500)],
  ])('refuses %s, always in the same words', async (_, text) => {
    expect(await app.as(encode(text), '/service')).toMatchObject({
      status: 401,
      challenge: 'Basic realm="swingdoor", charset="UTF-8"',
      body: { code: 'unauthorized', detail: 'The id or the secret of the resource server is wrong.' },
    });
  });

  it('is challenged for Basic where it tried Basic, on a route that takes more', async () => {
    const answer = await app.as(encode('billing:wrong'), '/everybody');
    expect(answer).toMatchObject({ status: 401, challenge: 'Basic realm="swingdoor", charset="UTF-8"' });
  });

  it.each(['Basic !!!!', 'Basic YTpi YTpi', 'Basic Y=Tpi', 'Basic'])('%s is malformed', async (header) => {
    expect(await app.as(header, '/service')).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });

  it('does not exist where none is configured', async () => {
    const empty = await startAuthApp();
    try {
      expect(await empty.as(encode('billing:wrong'), '/service')).toMatchObject({ status: 401 });
    } finally {
      await empty.close();
    }
  });
});
