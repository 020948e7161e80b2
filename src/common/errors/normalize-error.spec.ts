import { expect, it } from '@jest/globals';
import { normalizeError } from './normalize-error.js';

const refused = (address: string) =>
  Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED', syscall: 'connect' });

it.each([
  ['an address', refused('127.0.0.1:5432')],
  ['both addresses of a host', new AggregateError([refused('::1:5432'), refused('127.0.0.1:5432')])],
  ['an address that is closed', Object.assign(new Error('closing'), { code: '57P03' })],
])('a database that refuses at %s is 503 with Retry-After', (_, thrown) => {
  expect(normalizeError(thrown)).toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });
});

it.each([
  ['a file that is missing', Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open' })],
  ['errors of another kind', new AggregateError([new Error('this'), new Error('that')])],
  ['a bug', new TypeError('undefined is not a function')],
])('%s is 500, and says nothing of itself', (_, thrown) => {
  const error = normalizeError(thrown);
  expect([error.status, error.message]).toEqual([500, 'Something failed on our side.']);
});
