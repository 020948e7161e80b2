import { describe, expect, it } from '@jest/globals';
import { encodeParameters, fill, fillAll } from './request-template.js';

describe('templates', () => {
  it('values are put in once: braces that come with a value stay text', () => {
    const variables = { code: '{client_secret}', client_secret: 'hush' };
    expect(fillAll({ code: '{code}' }, variables)).toEqual({ code: '{client_secret}' });
  });

  it('a parameter without a value is left out', () => {
    expect(fillAll({ a: '{code_verifier}', b: 'x{version}y', c: 'plain' }, { version: '1' })).toEqual({
      b: 'x1y',
      c: 'plain',
    });
    expect(fill('{client_id}|{client_secret}', { client_id: 'a' })).toBeUndefined();
  });

  it('values in paths cannot leave their place', () => {
    expect(fill('https://a.example/{account_id}/x', { account_id: '../b?c#d' }, encodeURIComponent)).toBe(
      'https://a.example/..%2Fb%3Fc%23d/x',
    );
  });

  it('parameters are encoded by RFC 3986', () => {
    expect(encodeParameters({ scope: 'a b', 'user.fields': 'ü&=' })).toBe(
      'scope=a%20b&user.fields=%C3%BC%26%3D',
    );
  });
});
