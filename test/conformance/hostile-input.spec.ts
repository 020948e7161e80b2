import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { type Credentials, expectDialect, goodCredentials, nameOf } from './open-api-walk.js';
import { type Operation, pathOf, readOperations, sendTo } from './open-api-walk.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

let app: TestApp;
let client: TestClient;
let operations: Operation[];
let credentials: Credentials;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMITS: 'off' });
  client = new TestClient(app);
  operations = await readOperations(client);
  credentials = await goodCredentials(client);
});
afterAll(() => app.close());

const withBody = () => operations.filter(({ method }) => /POST|PUT|PATCH/.test(method));
const entitled = ({ access }: Operation) => credentials[access[0]!]!;

describe('hostile input', () => {
  const UNREADABLE: [string, Record<string, string>, string | Uint8Array<ArrayBuffer>][] = [
    ['cut JSON', JSON_TYPE, '{"a":'],
    ['JSON after JSON', JSON_TYPE, '{} {}'],
    ['a member twice', JSON_TYPE, '{"a":"1","a":"2"}'],
    ['a member twice, escaped', JSON_TYPE, '{"a":"1","\\u0061":"2"}'],
    ['a member twice, deeper', JSON_TYPE, '{"x":[{"a":"1","a":"2"}]}'],
    ['__proto__', JSON_TYPE, '{"__proto__":{"a":"1"}}'],
    ['__proto__, escaped', JSON_TYPE, '{"\\u005f_proto__":{"a":"1"}}'],
    ['a null character', JSON_TYPE, '{"a":"\\u0000"}'],
    ['a null character in a name', JSON_TYPE, '{"a\\u0000":"1"}'],
    ['a lone surrogate', JSON_TYPE, '{"a":"\\udfff"}'],
    ['JSON that is not UTF-8', JSON_TYPE, new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])],
    ['JSON in UTF-16', JSON_TYPE, new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
    ['JSON that nests deeply', JSON_TYPE, '['.repeat(30_000) + ']'.repeat(30_000)],
    ['JSON whose objects nest deeply', JSON_TYPE, '{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000)],
    ['70 KB of JSON', JSON_TYPE, JSON.stringify({ a: 'a'.repeat(70_000) })],
    ['a form with a null character', FORM_TYPE, 'a=%00'],
    ['a form with a broken escape', FORM_TYPE, 'a=%zz'],
    ['a form whose escapes are not UTF-8', FORM_TYPE, 'a=%c3%28'],
    ['a form that is not UTF-8', FORM_TYPE, new Uint8Array([0x61, 0x3d, 0xff])],
    ['70 KB of a form', FORM_TYPE, `a=${'a'.repeat(70_000)}`],
    ['XML', { 'content-type': 'application/xml' }, '<a/>'],
    ['a multipart form', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    ['a broken type', { 'content-type': 'json' }, '{}'],
  ];

  it.each(UNREADABLE)(
    '[contract] a body of %s is bad input on every route (RFC 8259 §4, §8, §9)',
    async (...test) => {
      const [name, headers, body] = test;
      for (const operation of withBody()) {
        const path = pathOf(operation);
        const answer = await sendTo(client, operation, path, { ...entitled(operation), ...headers }, body);
        const seen = `${nameOf(operation)}: ${answer.status}`;
        expect([
          `${nameOf(operation)}: 400`,
          `${nameOf(operation)}: 413`,
          `${nameOf(operation)}: 415`,
        ]).toContain(seen);
        expectDialect(path, answer, `${nameOf(operation)}: ${name}`);
      }
    },
  );

  const WRONG: readonly unknown[] = [
    null,
    true,
    -1,
    1e308,
    '',
    [],
    {},
    [null],
    [[]],
    { constructor: 'x' },
    'x'.repeat(9_000),
    '☃\r\n',
  ];

  it('[contract] a body of the wrong type is never our fault, on any route (RFC 9457 §3)', async () => {
    for (const operation of withBody()) {
      for (const value of WRONG) {
        const headers = { ...entitled(operation), ...JSON_TYPE };
        const answer = await sendTo(client, operation, pathOf(operation), headers, JSON.stringify(value));
        expectDialect(pathOf(operation), answer, `${nameOf(operation)} ${JSON.stringify(value)}`);
      }
    }
  });

  it('[contract] a member of the wrong type is never our fault, on any route (RFC 9457 §3)', async () => {
    let tried = 0;
    for (const operation of operations.filter(({ body }) => body)) {
      for (const name of Object.keys(operation.body!)) {
        for (const value of WRONG) {
          const headers = { ...entitled(operation), ...JSON_TYPE };
          const body = JSON.stringify({ ...operation.body, [name]: value });
          const answer = await sendTo(client, operation, pathOf(operation), headers, body);
          expectDialect(pathOf(operation), answer, `${nameOf(operation)} ${name}=${JSON.stringify(value)}`);
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(300);
  });

  it.each(['%00', '%zz', '%', '%c3%28', '%ed%a0%80', '%ff'])(
    '[contract] %s in a query is bad input on every route (RFC 3986 §2.1, RFC 3629 §3)',
    async (text) => {
      for (const operation of operations) {
        for (const query of [`x=${text}`, `${text}=x`]) {
          const path = pathOf(operation);
          const answer = await sendTo(client, operation, `${path}?${query}`, entitled(operation));
          // A provider's callback answers with a redirect whatever it is sent.
          const status = path.endsWith('/callback') ? 302 : 400;
          expect([nameOf(operation), answer.status]).toEqual([nameOf(operation), status]);
          expectDialect(path, answer, `${nameOf(operation)}?${query}`);
        }
      }
    },
  );

  it.each([
    ['null', '%00'],
    ['null in between', 'a%00b'],
    ['an emoji', '%F0%9F%92%A9'],
    ['dots and slashes', '..%2f..%2fetc'],
    ['a percent sign', '%25'],
    ["a SQL's", "'--"],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['500 characters', 'x'.repeat(500)],
  ])(
    '[contract] %s for a path parameter is bad input or not there, on every route (RFC 3986 §2.1)',
    async (_, parameter) => {
      for (const operation of operations.filter(({ path }) => path.includes('{'))) {
        const path = pathOf(operation, parameter);
        const answer = await sendTo(client, operation, path, entitled(operation));
        expectDialect(path, answer, `${operation.method} ${path}`);
        if (parameter.includes('%00')) expect([path, answer.status]).toEqual([path, 400]);
      }
    },
  );

  it.each([
    ['a broken escape', '%zz', 400],
    ['half an escape', '%', 400],
    ['escapes that are not UTF-8', '%c3%28', 400],
    ['a lone surrogate', '%ed%a0%80', 400],
    ['600 characters', 'x'.repeat(600), 414],
  ])('[contract] %s in a path is bad input, on every route (RFC 3986 §2.1)', async (_, parameter, status) => {
    for (const operation of operations.filter(({ path }) => path.includes('{'))) {
      const path = pathOf(operation, parameter);
      const answer = await sendTo(client, operation, path, entitled(operation));
      expect([nameOf(operation), answer.status]).toEqual([nameOf(operation), status]);
      expectDialect(path, answer, nameOf(operation));
      expect(answer.text).not.toContain(parameter);
    }
  });

  it('[contract] after all this the server stands (RFC 9110 §15.6)', async () => {
    expect(app.process.exitCode).toBeNull();
    expect(await client.request('/health/ready')).toMatchObject({ status: 200 });
  });
});
