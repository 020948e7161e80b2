import { describe, expect, it } from '@jest/globals';
import { AppError } from '../common/errors/app-error.js';
import { pkceOf, readAppOptions, requestedScopes } from './app-options.js';
import { buildAuthorizeUrl } from './authorize-url.js';
import { BUILT_IN_DEFINITIONS } from './built-in-definitions.js';
import { credentialHints } from './credential-hints.js';
import { loadDefinitions } from './load-definitions.js';

const definition = (id: string) =>
  loadDefinitions(BUILT_IN_DEFINITIONS, undefined, new Map()).find((candidate) => candidate.id === id)!;

describe('settings of an OAuth app', () => {
  it.each([
    ['facebook', { business_management: false, config_id: '1234567' }],
    ['linkedin', { organisations: true }],
    ['tiktok', { app_type: 'desktop' }],
    ['x', {}],
  ])('%s takes %j', (id, options) => expect(readAppOptions(definition(id), options)).toEqual(options));

  it('nothing, and an empty text, are not given', () => {
    expect(readAppOptions(definition('facebook'), undefined)).toEqual({});
    expect(readAppOptions(definition('facebook'), { config_id: '' })).toEqual({});
  });

  it.each<[string, unknown, string]>([
    ['x', { app_type: 'web' }, 'options.app_type'],
    ['tiktok', { app_type: 'phone' }, 'options.app_type'],
    ['tiktok', { app_type: ['desktop'] }, 'options.app_type'],
    ['tiktok', { app_type: 'constructor' }, 'options.app_type'],
    ['linkedin', { organisations: 'yes' }, 'options.organisations'],
    ['facebook', { config_id: '12&scope=x' }, 'options.config_id'],
    ['facebook', { constructor: true }, 'options.constructor'],
    ['facebook', [], 'options'],
    ['facebook', 'config', 'options'],
    ['facebook', null, 'options'],
  ])('%s refuses %j', (id, options, field) => {
    let thrown: unknown;
    try {
      readAppOptions(definition(id), options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(AppError);
    expect(thrown).toMatchObject({ code: 'invalid_input', fields: [{ field }] });
  });

  it('switches add scopes by their default or their setting', () => {
    expect(requestedScopes(definition('facebook'))).toContain('business_management');
    expect(requestedScopes(definition('facebook'), { business_management: false })).not.toContain(
      'business_management',
    );
    expect(requestedScopes(definition('linkedin'))).toEqual(['openid', 'profile', 'w_member_social']);
    expect(requestedScopes(definition('linkedin'), { organisations: true })).toContain(
      'r_organization_admin',
    );
  });

  it('the app type decides about the challenge', () => {
    expect(['instagram', 'facebook', 'x', 'linkedin', 'tiktok'].map((id) => pkceOf(definition(id)))).toEqual([
      'none',
      'none',
      'S256',
      'none',
      'none',
    ]);
    expect(pkceOf(definition('tiktok'), { app_type: 'desktop' })).toBe('S256-hex');
  });
});

describe('authorize URLs', () => {
  const request = {
    redirectUri: 'https://a.example/cb?x=1&y=2',
    state: 'st&te',
    codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  };
  const url = (id: string, more = {}, options = {}) =>
    buildAuthorizeUrl(definition(id), { clientId: 'id 1', options }, { ...request, ...more });

  it('RFC 7636 appendix B: S256 of the verifier, base64url', () => {
    expect(url('x').searchParams.get('code_challenge')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
    expect(url('x').searchParams.get('code_challenge_method')).toBe('S256');
    expect(url('linkedin').searchParams.has('code_challenge')).toBe(false);
  });

  it('every value is encoded once, spaces as %20', () => {
    const { search, searchParams } = url('x');
    expect(search).not.toContain('+');
    expect(searchParams.get('redirect_uri')).toBe(request.redirectUri);
    expect(searchParams.get('state')).toBe(request.state);
    expect(searchParams.get('client_id')).toBe('id 1');
  });

  it('a reconnect asks again for what was declined', () => {
    expect(url('facebook').searchParams.has('auth_type')).toBe(false);
    expect(url('facebook', { askAgain: true }).searchParams.get('auth_type')).toBe('rerequest');
    expect(url('tiktok', { askAgain: true }).searchParams.get('disable_auto_auth')).toBe('1');
    expect(url('instagram', { askAgain: true }).searchParams.get('force_authentication')).toBe('1');
  });

  it('config_id goes in the place of scope', () => {
    const { searchParams } = url('facebook', {}, { config_id: '12345' });
    expect([searchParams.get('config_id'), searchParams.has('scope')]).toEqual(['12345', false]);
  });
});

describe('credential hints', () => {
  it.each([
    ['x', 'abcdefghijABCDEFGHIJ12345', 's'.repeat(40), /API Key/],
    ['tiktok', '7512345678901234567', 's', /App ID/],
    ['tiktok', 'sbawabcdef', 's', /sandbox/],
    ['facebook', 'my app', 'a'.repeat(32), /number/],
    ['instagram', '123', 'short', /32 digits/],
    ['linkedin', '78abcdef ', 's', /space/],
    ['linkedin', 'same', 'same', /pasted twice/],
  ])('%s %s', (id, clientId, clientSecret, hint) => {
    expect(credentialHints(definition(id), { clientId, clientSecret }).join(' ')).toMatch(hint);
  });
});
