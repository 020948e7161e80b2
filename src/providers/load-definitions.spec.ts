import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_DEFINITIONS } from './built-in-definitions.js';
import { ConfigError } from '../config/config-error.js';
import { loadDefinitions, originsOf } from './load-definitions.js';

const load = (providersFile?: unknown, origins: Record<string, string> = {}) =>
  loadDefinitions(BUILT_IN_DEFINITIONS, providersFile, new Map(Object.entries(origins)));
const x = (change: Record<string, unknown>) => load({ id: 'x', ...change }).find(({ id }) => id === 'x')!;

function reasonsOf(providersFile: unknown): string[] {
  try {
    load(providersFile);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems.every(({ variable }) => variable === 'PROVIDERS_FILE')).toBe(true);
    return error.problems.map(({ reason }) => reason);
  }
}

describe('built-in definitions', () => {
  it.each(load().map((definition) => [definition.id, definition] as const))(
    '%s is complete and sound',
    (_, definition) => {
      expect([...originsOf(definition)].every((origin) => origin.startsWith('https://'))).toBe(true);
      for (const version of [definition.apiVersion ?? '2']) {
        // Pinned once: nowhere but in apiVersion.
        if (definition.apiVersion)
          expect(JSON.stringify({ ...definition, apiVersion: '' })).not.toContain(`${version}/`);
      }
    },
  );
});

describe('PROVIDERS_FILE', () => {
  it('objects are merged, anything else is replaced, null removes', () => {
    const changed = x({ scopes: { requested: ['tweet.read', 'users.read'] }, revoke: null });
    expect(changed.scopes).toMatchObject({
      requested: ['tweet.read', 'users.read'],
      required: ['tweet.read', 'users.read'],
    });
    expect(changed.revoke).toBeUndefined();
    expect(changed.token.url).toBe('https://api.x.com/2/oauth2/token');
  });

  it('the built-in definitions are not touched', () => {
    x({ name: 'Twitter' });
    expect(load().find(({ id }) => id === 'x')!.name).toBe('X');
  });

  it.each<[string, unknown, string]>([
    ['text', 'x', 'must be a provider definition or a list of them'],
    ['a list with holes', [null], 'must be a provider definition or a list of them'],
    ['no id', { name: 'Acme' }, 'each an object with its "id"'],
    ['the same id twice', [{ id: 'x' }, { id: 'x' }], 'names the provider x twice'],
    ['an id that breaks paths', { id: 'a/b' }, '(at a/b.id)'],
    ['a provider without the necessary', { id: 'acme' }, '(at acme.token)'],
    ['an unknown field', { id: 'x', tokn: {} }, 'Unrecognized key'],
    [
      'http',
      { id: 'x', token: { url: 'http://api.x.com/token' } },
      'must be an https URL (http on loopback only) with a fixed host (at x.token.url)',
    ],
    [
      'a host that varies',
      { id: 'x', token: { url: 'https://{client_id}.example/token' } },
      '(at x.token.url)',
    ],
    ['a port that varies', { id: 'x', token: { url: 'https://a.example:{version}/' } }, '(at x.token.url)'],
    ['user info', { id: 'x', token: { url: 'https://a:b@api.x.com/' } }, '(at x.token.url)'],
    ['javascript', { id: 'x', authorize: { url: 'javascript:alert(1)' } }, '(at x.authorize.url)'],
    [
      'an unknown placeholder',
      { id: 'x', revoke: { form: { token: '{acess_token}' } } },
      'has the unknown placeholder {acess_token} (at x.revoke.form.token)',
    ],
    [
      'a version without a version',
      { id: 'x', token: { url: 'https://api.x.com/{version}/token' } },
      'is needed: {version} is used (at x.apiVersion)',
    ],
    [
      'required beyond requested',
      { id: 'x', scopes: { required: ['dm.read'] } },
      'must be among requested (at x.scopes.required)',
    ],
    [
      'a broken pattern',
      { id: 'x', errors: [{ text: '(', means: 'token_dead' }] },
      'is not a regular expression (at x.errors.0.text)',
    ],
    ['an unknown meaning', { id: 'x', errors: [{ text: 'a', means: 'sunshine' }] }, '(at x.errors.0.means)'],
    ['an unknown hook', { id: 'x', choices: { hook: 'x-lists' } }, '(at x.choices.hook)'],
    [
      'a switch that is not there',
      { id: 'linkedin', choices: { option: 'pages' } },
      'must name a switch in options (at linkedin.choices.option)',
    ],
    [
      'a default that is no value',
      { id: 'tiktok', options: { app_type: { default: 'phone' } } },
      'must be one of values (at tiktok.options.app_type.default)',
    ],
  ])('%s is refused with path and reason', (_, providersFile, reason) => {
    expect(reasonsOf(providersFile)).toEqual(expect.arrayContaining([expect.stringContaining(reason)]));
  });

  it('names every problem of every provider at once', () => {
    expect(
      reasonsOf([
        { id: 'x', pkce: 'plain' },
        { id: 'tiktok', probe: 'luck' },
      ]),
    ).toHaveLength(2);
  });
});

describe('PROVIDER_ORIGINS', () => {
  it('replaces the origin alone, of every URL', () => {
    const changed = load(undefined, {
      'https://graph.facebook.com': 'http://127.0.0.1:4900/graph.facebook.com',
    });
    const facebook = changed.find(({ id }) => id === 'facebook')!;
    expect(facebook.token.url).toBe('http://127.0.0.1:4900/graph.facebook.com/{version}/oauth/access_token');
    expect(facebook.choices!.baseUrl).toBe('http://127.0.0.1:4900/graph.facebook.com/{version}');
    expect(facebook.authorize.url).toBe('https://www.facebook.com/{version}/dialog/oauth');
    expect([...originsOf(facebook)].sort()).toEqual(['http://127.0.0.1:4900', 'https://www.facebook.com']);
  });

  it('an origin that only starts alike is left alone', () => {
    const [instagram] = load(undefined, { 'https://graph.instagram.co': 'http://127.0.0.1:1' });
    expect(instagram!.identity.request.url).toBe('https://graph.instagram.com/{version}/me');
  });
});
