import { expect, it } from '@jest/globals';
import { lastFour } from './keep-client-secret.service.js';

it.each([
  ['', ''],
  ['1234567', ''],
  ['12345678', '5678'],
  ['a-secret_of-usual-length-9f3c', '9f3c'],
])('of %j the last characters that may be shown are %j', (secret, shown) => {
  expect(lastFour(secret)).toBe(shown);
});
