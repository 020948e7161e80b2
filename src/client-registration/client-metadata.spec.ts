import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../common/errors/app-error.js';
import { parseClientMetadata } from './client-metadata.js';

const SCOPES = new Set(['profile:read', 'accounts:read', 'apps:write']);
const REDIRECT_URIS = ['http://127.0.0.1/cb'];

const parse = (body: unknown) => parseClientMetadata(body, SCOPES);
const parseWith = (members: Record<string, unknown>) => parse({ redirect_uris: REDIRECT_URIS, ...members });

function refusalOf(body: unknown): unknown {
  try {
    return parse(body);
  } catch (error) {
    return error;
  }
}

const refused = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) });

describe('RFC 7591 §2: defaults and echo', () => {
  it('fills in the defaults, and nothing else', () => {
    expect(parse({ redirect_uris: REDIRECT_URIS })).toStrictEqual({
      redirect_uris: REDIRECT_URIS,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    });
  });

  const FULL = {
    redirect_uris: ['https://app.example/cb', 'cursor://app/cb'],
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    client_name: 'Zoë’s Café ❤️',
    client_uri: 'https://app.example',
    logo_uri: 'https://app.example/logo.png?v=2',
    tos_uri: 'https://app.example/tos',
    policy_uri: 'http://localhost:3000/policy',
    contacts: ['ops@app.example'],
    scope: 'profile:read accounts:read',
    software_id: '4NRB1-0XZABZI9E6-5SM3R',
    software_version: '2.1',
  };

  it('keeps everything that it knows', () => {
    expect(parse(FULL)).toStrictEqual(FULL);
  });

  it('writes equal registrations as equal JSON, whatever the order of members', () => {
    const backwards = Object.fromEntries(Object.entries(FULL).reverse());
    expect(JSON.stringify(parse(backwards))).toBe(JSON.stringify(FULL));
    const spelledOut = parseWith({
      response_types: ['code', 'code'],
      grant_types: ['refresh_token', 'authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    });
    expect(JSON.stringify(spelledOut)).toBe(JSON.stringify(parseWith({})));
  });

  it.each([null, ''])('takes %j for omitted', (nothing) => {
    const optional = Object.keys(FULL).filter((name) => name !== 'redirect_uris');
    const body = Object.fromEntries(optional.map((name) => [name, nothing]));
    expect(parseWith(body)).toStrictEqual(parseWith({}));
  });

  it('ignores what it does not know, and a client id or secret of the caller', () => {
    const foreign = {
      application_type: 'native',
      resource: 'https://api.example',
      software_statement: 'e30.e30.',
      'client_name#fr': 'Nom',
      client_id: 'mine',
      client_secret: 'mine',
      client_secret_expires_at: 0,
      jwks: { keys: [] },
      constructor: 1,
    };
    expect(parseWith(foreign)).toStrictEqual(parseWith({}));
    expect(
      parse(JSON.parse('{"redirect_uris":["app:/cb"],"__proto__":{"scope":"profile:read"}}')),
    ).toStrictEqual({
      ...parseWith({}),
      redirect_uris: ['app:/cb'],
    });
  });

  it.each([undefined, null, 'text', 7, true, [], [{ redirect_uris: REDIRECT_URIS }], () => 1])(
    'RFC 7591 §3.1: refuses the body %p',
    (body) => {
      expect(refusalOf(body)).toMatchObject(refused('invalid_client_metadata', /JSON object/));
    },
  );
});

describe('RFC 7591 §2, §3.2.2: redirect_uris', () => {
  it.each([undefined, null, '', []])('%j is missing', (redirect_uris) => {
    expect(refusalOf({ redirect_uris })).toMatchObject(refused('invalid_redirect_uri', /is missing/));
  });

  it.each(['https://app.example/cb', { 0: 'https://app.example/cb', length: 1 }, 1, true])(
    '%j is no array',
    (redirect_uris) => {
      expect(refusalOf({ redirect_uris })).toMatchObject(refused('invalid_client_metadata', /array/));
    },
  );

  it.each([null, 1, {}, ['https://app.example/cb'], undefined])('an element %j is no string', (element) => {
    const redirect_uris = ['https://app.example/cb', element];
    expect(refusalOf({ redirect_uris })).toMatchObject(refused('invalid_redirect_uri', /strings/));
  });

  it('names the one that is wrong', () => {
    const redirect_uris = ['https://app.example/cb', 'http://evil.example/cb', 'cursor://app/cb'];
    expect(refusalOf({ redirect_uris })).toMatchObject(
      refused('invalid_redirect_uri', /'http:\/\/evil\.example\/cb'/),
    );
    expect(refusalOf({ redirect_uris: [''] })).toMatchObject(refused('invalid_redirect_uri', /''/));
  });

  it('keeps the order and drops duplicates', () => {
    const redirect_uris = ['https://b.example/', 'https://a.example/', 'https://b.example/'];
    expect(parse({ redirect_uris }).redirect_uris).toEqual(['https://b.example/', 'https://a.example/']);
  });

  it('takes twenty and no more', () => {
    const many = Array.from({ length: 20 }, (_, index) => `https://app.example/${index}`);
    expect(parse({ redirect_uris: [...many, many[0]] }).redirect_uris).toEqual(many);
    const redirect_uris = [...many, 'https://app.example/20'];
    expect(refusalOf({ redirect_uris })).toMatchObject(refused('invalid_client_metadata', /at most 20/));
  });

  it('takes what Cursor and VS Code send', () => {
    const cursor = [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
    ];
    const vsCode = ['https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://127.0.0.1:33418/'];
    expect(parse({ redirect_uris: cursor }).redirect_uris).toEqual(cursor);
    expect(parse({ redirect_uris: vsCode }).redirect_uris).toEqual(vsCode);
  });
});

describe('RFC 7591 §2, §2.1: how the client works', () => {
  it.each([
    ['grant_types', ['implicit']],
    ['grant_types', ['password']],
    ['grant_types', ['authorization_code', 'implicit']],
    ['grant_types', ['authorization_code', 'client_credentials']],
    ['grant_types', ['authorization_code', null]],
    ['grant_types', ['refresh_token']],
    ['grant_types', []],
    ['grant_types', 'authorization_code'],
    ['grant_types', { 0: 'authorization_code' }],
    ['response_types', ['token']],
    ['response_types', ['code', 'token']],
    ['response_types', ['code token']],
    ['response_types', ['none']],
    ['response_types', []],
    ['response_types', 'code'],
    ['token_endpoint_auth_method', 'private_key_jwt'],
    ['token_endpoint_auth_method', 'NONE'],
    ['token_endpoint_auth_method', 'toString'],
    ['token_endpoint_auth_method', ['none']],
    ['token_endpoint_auth_method', 0],
  ])('refuses %s %j', (name, value) => {
    expect(refusalOf({ redirect_uris: REDIRECT_URIS, [name]: value })).toMatchObject(
      refused('invalid_client_metadata', new RegExp(`^${name} `)),
    );
  });

  it.each(['none', 'client_secret_basic', 'client_secret_post'])('accepts the method %s', (method) => {
    expect(parseWith({ token_endpoint_auth_method: method }).token_endpoint_auth_method).toBe(method);
  });
});

describe('RFC 7591 §2: what consent shows', () => {
  it.each([
    ['a control character', 'Claude\u0007'],
    ['a line feed', 'Claude\nVerified'],
    ['null', 'Claude\0'],
    ['a C1 control', 'Claude\u0085'],
    ['a bidi override', 'Claude\u202eedualC'],
    ['a bidi isolate', '\u2066Claude'],
    ['a right-to-left mark', 'Claude\u200f'],
    ['a zero-width space', 'Cla\u200bude'],
    ['a zero-width joiner', 'Cla\u200dude'],
    ['a word joiner', 'Cla\u2060ude'],
    ['a byte order mark', '\ufeffClaude'],
    ['a soft hyphen', 'Cla\u00adude'],
    ['a tag character', 'Claude\u{e0041}'],
    ['a Hangul filler', 'Claude\u3164'],
    ['a blank braille cell', '\u2800'],
    ['an annotation anchor', 'Claude\ufff9x'],
    ['a line separator', 'Claude\u2028x'],
    ['private use', 'Claude\ue000'],
    ['a lone surrogate', 'Claude\ud800'],
    ['blanks alone', ' \u00a0\u3000'],
    ['201 code points', '😀'.repeat(201)],
    ['a very long text', 'x'.repeat(100_000)],
    ['a number', 7],
    ['an object', { toString: 'Claude' }],
  ])('refuses %s in client_name, software_id and software_version', (_, value) => {
    for (const name of ['client_name', 'software_id', 'software_version']) {
      expect(refusalOf({ redirect_uris: REDIRECT_URIS, [name]: value })).toMatchObject(
        refused('invalid_client_metadata', new RegExp(`^${name} `)),
      );
    }
  });

  it('names the character that nobody sees (RFC 7591 §3.2.2)', () => {
    const body = { redirect_uris: REDIRECT_URIS, client_name: 'Acme\u202eelgooG' };
    expect(refusalOf(body)).toMatchObject(refused('invalid_client_metadata', /^client_name holds U\+202E,/));
    expect(parseWith({ client_name: 'می\u200cخواهم 👩\u200d💻' })).toHaveProperty('client_name');
  });

  it.each(['x', '😀'.repeat(200), 'クロード', 'Клод', "O'Neil & <b>", 'עוזר'])(
    'accepts the name %s',
    (name) => {
      expect(parseWith({ client_name: name }).client_name).toBe(name);
    },
  );

  it.each([
    'https://App.example/',
    'http://app.example/logo.png',
    'https://app.example/#x',
    'https://app.example/l.png?state=1&code=2',
  ])('keeps %p as a link or picture: nothing is sent there (RFC 7591 §2)', (value) => {
    for (const name of ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri']) {
      const body = { redirect_uris: REDIRECT_URIS, [name]: value };
      expect(parseClientMetadata(body, new Set())).toHaveProperty(name, value);
    }
  });

  it.each([
    'javascript:alert(1)',
    'data:image/svg+xml,x',
    'cursor://app/logo',
    '//app.example/logo',
    '/logo.png',
    'logo',
    'https:app.example',
    'https://user@app.example/',
    'https://app.example/a b',
    'https://app.example/\u202e',
    `https://app.example/${'x'.repeat(2048)}`,
    7,
    ['https://app.example/'],
  ])('refuses %p as a link or picture', (value) => {
    for (const name of ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri']) {
      expect(refusalOf({ redirect_uris: REDIRECT_URIS, [name]: value })).toMatchObject(
        refused('invalid_client_metadata', new RegExp(`^${name} `)),
      );
    }
  });

  it.each([
    ['ops@app.example'],
    [[1]],
    [['']],
    [[null]],
    [['a\0b']],
    [['x'.repeat(321)]],
    [Array(11).fill('a@b.c')],
  ])('refuses the contacts %j', (contacts) => {
    expect(refusalOf({ redirect_uris: REDIRECT_URIS, contacts })).toMatchObject(
      refused('invalid_client_metadata', /^contacts /),
    );
  });

  it('accepts ten contacts of 320 characters', () => {
    const contacts = Array<string>(10).fill('x'.repeat(320));
    expect(parseWith({ contacts }).contacts).toEqual(contacts);
  });
});

describe('RFC 6749 §3.3, RFC 7591 §2: scope', () => {
  it.each([
    ['accounts:read profile:read', 'accounts:read profile:read'],
    ['profile:read profile:read', 'profile:read'],
    ['  profile:read   accounts:read ', 'profile:read accounts:read'],
    ['openid profile:read email', 'profile:read'],
    ['profile:read offline_access', 'profile:read offline_access'],
    ['PROFILE:READ apps:write', 'apps:write'],
  ])('%j becomes %j', (sent, effective) => {
    expect(parseWith({ scope: sent }).scope).toBe(effective);
  });

  it.each(['openid email', 'offline_access', 'openid offline_access', ' '])(
    '%j would widen to every scope if it were left out',
    (scope) => {
      expect(refusalOf({ redirect_uris: REDIRECT_URIS, scope })).toMatchObject(
        refused('invalid_client_metadata', /^scope names no scope .*profile:read accounts:read apps:write/),
      );
    },
  );

  it('RFC 6749 §3.3: offline_access counts for nothing, even in the catalogue', () => {
    const body = { redirect_uris: REDIRECT_URIS, scope: 'offline_access' };
    expect(() => parseClientMetadata(body, new Set(['offline_access']))).toThrow(AppError);
  });

  it.each([
    'profile:read\taccounts:read',
    'profile:read\n',
    'profile:read "x"',
    'a\\b',
    'é',
    '\0',
    7,
    ['profile:read'],
  ])('refuses %j', (scope) => {
    expect(refusalOf({ redirect_uris: REDIRECT_URIS, scope })).toMatchObject(
      refused('invalid_client_metadata', /^scope must be/),
    );
  });
});

describe('RFC 7591 §3.2.2: any body', () => {
  const member = fc.constantFrom(
    ...'redirect_uris token_endpoint_auth_method grant_types response_types client_name client_uri'.split(
      ' ',
    ),
    ...'logo_uri tos_uri policy_uri contacts scope software_id software_version'.split(' '),
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      REDIRECT_URIS,
      ['code'],
      ['authorization_code'],
      'none',
      'profile:read',
      'https://a.example/',
    ),
  );

  it('is answered with metadata that reads back as itself, or with one of the two errors', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.dictionary(member, value, { maxKeys: 3 }), fc.boolean(), (body, sound) => {
        const result = refusalOf(sound ? { ...body, redirect_uris: REDIRECT_URIS } : body);
        if (result instanceof AppError) {
          expect(['invalid_redirect_uri', 'invalid_client_metadata']).toContain(result.code);
          return;
        }
        accepted += 1;
        expect(JSON.stringify(result)).not.toMatch(/:(null|"")[,}]/);
        expect(JSON.stringify(parse(result))).toBe(JSON.stringify(result));
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});
