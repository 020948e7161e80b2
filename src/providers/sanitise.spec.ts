import { describe, expect, it } from '@jest/globals';
import { sanitise } from './sanitise.js';

describe('sanitise', () => {
  it.each([
    ['The code abc-123 was used', ['abc-123'], 'The code [removed] was used'],
    ['The code a%2Fb%3D was used', ['a/b='], 'The code [removed] was used'],
    ['ab abcd', ['ab', 'abcd'], 'ab [removed]'],
    ['see ?access_token=short&x=1', [], 'see ?access_token=[removed]&x=1'],
    ['client_secret=x"', [], 'client_secret=[removed]"'],
    [`Malformed access token ${'E'.repeat(40)}XY`, [], 'Malformed access token [removed]'],
    [
      'unauthorized_scope_error for https://connect.example.com/v1/oauth/x/callback',
      [],
      'unauthorized_scope_error for https://connect.example.com/v1/oauth/x/callback',
    ],
    ['one\u0000two\u202Ethree\n\n  four', [], 'one two three four'],
    ['', [], undefined],
    [undefined, ['abcd'], undefined],
  ])('%j', (text, secrets, clean) => expect(sanitise(text, secrets)).toBe(clean));

  it('keeps 300 characters, cut after the secrets are gone', () => {
    const secret = 'a-secret-with-23-signs.';
    const text = sanitise('word '.repeat(59) + secret + ' more'.repeat(100), [secret]);
    expect(text).toHaveLength(301);
    expect(text).not.toContain('a-se');
  });
});
