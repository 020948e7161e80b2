import { describe, expect, it } from '@jest/globals';
import { challengeOf, isCodeChallenge, isCodeVerifier } from './pkce.js';

describe('PKCE', () => {
  it('S256 of the example (RFC 7636 Appendix B)', () => {
    expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
  });

  it.each([
    ['a'.repeat(42), false],
    ['a'.repeat(43), true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    [`${'a'.repeat(42)}~`, true],
    [`${'a'.repeat(42)}+`, false],
    [`${'a'.repeat(43)}\n`, false],
  ])('verifier %j: %s (RFC 7636 §4.1)', (text, valid) => expect(isCodeVerifier(text)).toBe(valid));

  it.each([
    ['a'.repeat(43), true],
    ['a'.repeat(42), false],
    ['a'.repeat(44), false],
    [`${'a'.repeat(42)}=`, false],
    [`${'a'.repeat(42)}.`, false],
  ])('challenge %j: %s (RFC 7636 §4.2)', (text, valid) => expect(isCodeChallenge(text)).toBe(valid));
});
