import { expect, it } from '@jest/globals';
import { KeyRing } from '../../src/common/crypto/key-ring.js';
import { newToken } from '../../src/common/crypto/token.js';
import { grantOf, MintTokens } from '../../src/tokens/mint-tokens.service.js';

const key = (kid: string, byte: number) => ({ kid, key: Buffer.alloc(32, byte) });
const mint = new MintTokens(new KeyRing([key('k1', 1)]));
const code = newToken('code');
const first = mint.first(code).refreshToken;

it('a code and every refresh token that comes of it name one grant, by a positive number of 63 bits', () => {
  const tokens = [
    first,
    mint.next(first).refreshToken,
    mint.next(mint.next(first).refreshToken).refreshToken,
  ];
  expect(new Set(tokens.map(grantOf))).toEqual(new Set([grantOf(code)]));
  expect(new Set(tokens).size).toBe(3);
  for (const token of tokens) expect(token).toMatch(/^sd_rt_[\w-]{43}$/);
  expect(grantOf(`sd_ac_${'_'.repeat(43)}`)).toBe(String(2n ** 63n - 1n));
});

it('what follows is the same at every retry, and another under another key, which finds the former too', () => {
  const [old, both] = [mint.next(first), new MintTokens(new KeyRing([key('k2', 2), key('k1', 1)]))];
  expect(mint.next(first)).toEqual(old);
  expect(both.next(first).refreshToken).not.toBe(old.refreshToken);
  expect(both.next(first).accessToken).not.toBe(old.accessToken);
  expect(both.successors(first)).toEqual([both.next(first), old]);
});

it.each([
  ['nothing', ''],
  ['another kind of token', newToken('accessToken')],
  ['a code', code],
  ['one that names nothing', 'sd_rt_unknown'],
  ['one that names a grant alone', first.slice(0, 17)],
  ['random bits', newToken('refreshToken')],
  ['another grant in it', first.slice(0, 6) + newToken('code').slice(6, 16) + first.slice(16)],
  ['another predecessor in it', `${first.slice(0, 24)}${first[24] === 'A' ? 'B' : 'A'}${first.slice(25)}`],
  ['another proof in it', `${first.slice(0, 40)}${first[40] === 'A' ? 'B' : 'A'}${first.slice(41)}`],
  ['more than the token', `${first}A`],
  ['the token in another spelling', `${first}=`],
  ['the prefix of another kind', first.replace('sd_rt_', 'sd_at_')],
])('what was never issued cannot prove it: %s', (_, token) => {
  expect(mint.wasIssued(token)).toBe(false);
  expect(() => mint.successors(token)).not.toThrow();
});

it('a code and the key lead to no token', () => {
  expect(mint.first(code).refreshToken).not.toBe(mint.first(code).refreshToken);
  expect(mint.first(code).accessToken).not.toBe(mint.first(code).accessToken);
});

it('what another key proves was never issued', () => {
  expect(new MintTokens(new KeyRing([key('k1', 3)])).wasIssued(first)).toBe(false);
  expect(mint.wasIssued(first)).toBe(true);
  expect(mint.wasIssued(mint.next(first).refreshToken)).toBe(true);
});
