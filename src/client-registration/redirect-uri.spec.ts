import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../common/errors/app-error.js';
import { checkRedirectUri, isLoopbackRedirect, matchesRedirectUri, redirectHost } from './redirect-uri.js';

const CURSOR = [
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'https://www.cursor.com/agents/mcp/oauth/callback',
  'http://localhost:8787/callback',
];
const CLAUDE_CODE = ['http://localhost/callback', 'http://127.0.0.1/callback'];
const VS_CODE = ['https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://127.0.0.1:33418/'];

const ACCEPTED = [
  ...CURSOR,
  ...CLAUDE_CODE,
  ...VS_CODE,
  'https://app.example',
  'https://app.example/',
  'https://app.example?tenant=1',
  'https://app.example:8443/cb?a=b&c=%2F',
  'https://xn--bcher-kva.example/cb',
  'https://192.0.2.1/cb',
  'https://[2001:db8::1]/cb',
  'https://localhost:3000/cb',
  'http://localhost',
  'http://localhost:80/cb',
  'http://[::1]/cb',
  'http://[::1]:49152/cb',
  'com.example.app:/cb',
  'com.example.app://cb',
  'myapp:///cb',
  'vscode://x/y',
  'vscode://publisher.extension/cb?windowId=_blank',
];

/** URIs written one after the other. */
const words = (text: string) => text.trim().split(/\s+/);

/** Each with words of the reason, so that a row cannot pass for another rule's sake. */
const REFUSED: readonly (readonly [rule: string, reason: RegExp, uris: readonly string[]])[] = [
  [
    'RFC 9700 §4.11 schemes that run or show their content',
    /scheme that leads to no app/,
    words(`
      javascript:alert(1) JavaScript:alert(1) javascript://app.example/%0aalert(1) vbscript:msgbox
      data:text/html,x data://app.example/x blob:https://app.example/1 about:blank
      filesystem:https://app.example/t/x view-source:https://app.example/ feed:javascript:alert(1)
    `),
  ],
  [
    'RFC 8252 §7.1 schemes that no app owns',
    /scheme that leads to no app/,
    words(`
      file:///etc/passwd content://media/1 ws://app.example/ wss://app.example/ ftp://app.example/
      mailto:a@app.example tel:112 sms:112 intent://app.example/#Intent;scheme=https;end
      chrome-extension://abc/cb microsoft-edge:https://evil.example googlechrome://evil.example/
      ms-word:ofe|u|https://evil.example/x ms-settings:/ search-ms://x/ x-apple.systempreferences:/
      git+ssh://x/ urn:ietf:wg:oauth:2.0:oob c:/windows/system32
    `),
  ],
  [
    'RFC 6749 §3.1 parameters that the answer brings',
    /has the parameter/,
    words(`
      https://app.example/cb?state=1 https://app.example/cb?a=b&code=2 http://127.0.0.1/cb?iss
      cursor://x/cb?error=none https://app.example/cb?%73tate=1
    `),
  ],
  [
    'RFC 8252 §7.3 http beyond loopback',
    /http to a host other than/,
    words(`
      http://evil.example/cb http://127.0.0.1.evil.com/cb http://localhost.evil.com/cb
      http://evil-localhost/cb http://127.0.0.2/cb http://0.0.0.0/cb http://0x7f.1/ http://127.1/
      http://2130706433/ http://017700000001/ http://[::ffff:127.0.0.1]/cb
      http://[0:0:0:0:0:0:0:1]/cb http://[::]/cb http://LOCALHOST/cb
    `),
  ],
  ['RFC 6749 §3.1.2 fragments', /fragment/, ['https://app.example/#x', 'https://app.example/#', 'app:/cb#']],
  [
    'RFC 3986 §3.2.1 user info',
    /user info/,
    [
      'https://user:pw@app.example/',
      'https://good.example@evil.example/',
      'http://localhost@evil.example/',
      'http://localhost:80@evil.example/',
      'cursor://a@b/c',
      'https://@app.example/',
    ],
  ],
  [
    'RFC 9700 §2.1 wildcards',
    /wildcard/,
    ['https://*.example/cb', 'https://app.example/*', 'http://localhost:*/cb', 'https://app.example/?*'],
  ],
  [
    'RFC 3986 §2 characters',
    /character that no URI has/,
    [
      ' https://app.example/',
      'https://app.example/ ',
      'https://app.example/\n',
      'https://app.exa\tmple/',
      'https://app.example/\0',
      'https://app.example\\.evil.example/',
      'https:\\\\evil.example/',
      'https://\u0430pp.example/',
      'https://app.example/é',
      'https://app\u3002example/',
      'https://app.example/\u202e',
      'https://app.example/\ud800',
    ],
  ],
  [
    'RFC 3986 §3 syntax',
    /no URI like/,
    [
      '',
      'app.example/cb',
      '/cb',
      '//app.example/cb',
      '://app.example/cb',
      'https:evil.com',
      'https://',
      'https://app..example/',
      'https://app.example./',
      'https://%61pp.example/',
      'https://app,example/',
      'https://app.example:/',
      'https://app.example:0443/',
      'https://app.example:-1/',
      'https://app.example:8x/',
      'https://:443/',
      'https://app.example/%zz',
      'https://app.example/%',
      'https://app.example/{id}',
      'https://app.example/<script>',
      'https://app.example/?q="',
      'localhost:3000/cb',
      'cursor:cb',
      'cursor:',
      'cursor://',
      'cursor:////evil.example',
      'cursor:https://evil.example/',
      '1app:/cb',
    ],
  ],
  [
    'RFC 3986 §3.2.2 empty host',
    /no host/,
    ['https:/evil', 'https:///x', 'http:/localhost/cb', 'http:///cb'],
  ],
  [
    'RFC 3986 §6.2 what a browser rewrites',
    /rewritten by browsers/,
    words(`
      HTTPS://app.example/ https://App.example/ HTTP://localhost/cb Cursor://anysphere.cursor-mcp/cb
      https://app.example:443/ https://app.example/a/../b https://app.example/..
      https://app.example/./b https://app.example/%2e%2E/b http://localhost/a/../cb
      cursor://host/../cb cursor://host/%2e%2e/cb com.example.app:/../cb https://app.example:65536/
      http://localhost:65536/cb cursor://host:70000/cb https://1.2.3/ https://0x7f.1/
      https://256.1.1.1/ https://[::0001]/ https://[:::1]/ https://xn--a/
    `),
  ],
  ['length', /longer than 2048/, [`https://app.example/${'x'.repeat(2029)}`]],
];

function refusalOf(uri: string): unknown {
  try {
    checkRedirectUri(uri);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('RFC 8252 §7, OAuth 2.1 §2.3: redirect URIs that may be registered', () => {
  it.each(ACCEPTED)('accepts %s', (uri) => {
    expect(refusalOf(uri)).toBeUndefined();
    expect(matchesRedirectUri(ACCEPTED, uri)).toBe(true);
  });

  it('accepts 2048 characters', () => {
    expect(refusalOf(`https://app.example/${'x'.repeat(2028)}`)).toBeUndefined();
  });

  describe.each(REFUSED)('refuses %s', (_, reason, uris) => {
    it.each(uris)('%j', (uri) => {
      const error = refusalOf(uri);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'invalid_redirect_uri', message: expect.stringMatching(reason) });
      expect(matchesRedirectUri([uri], uri)).toBe(false);
    });
  });

  it('names the URI, printable, short and without its password', () => {
    expect(refusalOf('http://evil.example/cb')).toMatchObject({
      message: expect.stringContaining("'http://evil.example/cb' is http"),
    });
    expect(refusalOf('https://a.example/\u202e"\n')).toMatchObject({
      message: expect.stringContaining("'https://a.example/???'"),
    });
    expect(refusalOf('https://me:secret@a.example/')).toMatchObject({
      message: expect.stringContaining("'https://***@a.example/'"),
    });
    expect((refusalOf(`https://a.example/${'x'.repeat(9000)}`) as AppError).message.length).toBeLessThan(250);
  });

  it('a browser goes where the accepted text says: scheme, host, port, path and query', () => {
    const hostile = words(
      `https http cursor : // / \\ @ # ? . .. %2e % * localhost 127.0.0.1 [::1] evil.example A 0 443 :80 ' é`,
    );
    const start = fc.constantFrom(
      '',
      'https://',
      'http://localhost',
      'http://',
      'cursor://',
      'https://a.example',
    );
    const rest = fc.oneof(
      fc.string({ unit: fc.constantFrom(...hostile), maxLength: 8 }),
      fc.webUrl(),
      fc.string(),
    );
    let accepted = 0;
    fc.assert(
      fc.property(start, rest, (head, tail) => {
        const uri = head + tail;
        const refusal = refusalOf(uri);
        if (refusal !== undefined) return void expect(refusal).toBeInstanceOf(AppError);
        accepted += 1;
        const { protocol, host, pathname, search, hash, username } = new URL(uri);
        const web = /^https?:$/.test(protocol);
        const shown = protocol === 'http:' ? redirectHost(uri).replace(/:80$/, '') : redirectHost(uri);
        expect(shown).toBe(web ? host : protocol + host);
        expect(uri.startsWith(`${protocol}/`)).toBe(true);
        const end = web && pathname === '/' ? search : pathname + search;
        expect(uri.endsWith(end) || uri.endsWith(`${end}?`)).toBe(true);
        expect(hash + username).toBe('');
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});

describe('RFC 6749 §3.1.2.3, RFC 9700 §2.1: matching character by character', () => {
  const registered = ['https://app.example/cb', 'com.example.app:/cb', 'vscode://x:1/y'];

  it.each(registered)('accepts %s', (uri) => {
    expect(matchesRedirectUri(registered, uri)).toBe(true);
  });

  it.each([
    'https://app.example/cb/',
    'https://app.example/cb?x=1',
    'https://app.example/cb?',
    'https://app.example/CB',
    'https://app.example/c%62',
    'https://app.example/c',
    'https://app.example/cb2',
    'https://APP.example/cb',
    'https://app.example:443/cb',
    'https://app.example:8443/cb',
    'https://app.example.evil.example/cb',
    'https://evil.example/cb',
    'http://app.example/cb',
    'com.example.app:/cb2',
    'com.example.app2:/cb',
    'com.example.app://cb',
    'vscode://x:2/y',
    'vscode://x/y',
    'https://app.example/x/../cb',
    ' https://app.example/cb',
    '',
  ])('refuses %j', (uri) => {
    expect(matchesRedirectUri(registered, uri)).toBe(false);
  });

  it('nothing matches where nothing is registered', () => {
    expect(matchesRedirectUri([], 'https://app.example/cb')).toBe(false);
  });
});

describe('RFC 8252 §7.3: any port of a loopback URI', () => {
  it.each([
    [['http://localhost/callback'], 'http://localhost:51234/callback'],
    [['http://127.0.0.1/callback'], 'http://127.0.0.1:1/callback'],
    [['http://[::1]/callback'], 'http://[::1]:65535/callback'],
    [['http://localhost:8787/callback'], 'http://localhost:9999/callback'],
    [['http://localhost:8787/callback'], 'http://localhost/callback'],
    [['http://localhost:8787/callback'], 'http://localhost:80/callback'],
    [['http://127.0.0.1/'], 'http://127.0.0.1:33418/'],
    [['http://127.0.0.1'], 'http://127.0.0.1:33418'],
    [['http://localhost/cb?a=1'], 'http://localhost:2/cb?a=1'],
    [CLAUDE_CODE, 'http://localhost:51234/callback'],
    [CLAUDE_CODE, 'http://127.0.0.1:51234/callback'],
  ])('%j accepts %s', (registered, presented) => {
    expect(matchesRedirectUri(registered, presented)).toBe(true);
  });

  it.each([
    [['http://localhost/callback'], 'http://127.0.0.1:1/callback'],
    [['http://127.0.0.1/callback'], 'http://localhost:1/callback'],
    [['http://127.0.0.1/callback'], 'http://[::1]:1/callback'],
    [['http://localhost/callback'], 'https://localhost:1/callback'],
    [['https://localhost/callback'], 'https://localhost:1/callback'],
    [['http://localhost/callback'], 'http://localhost:1/callback/'],
    [['http://localhost/callback'], 'http://localhost:1/Callback'],
    [['http://localhost/callback'], 'http://localhost:1/callback?x=1'],
    [['http://localhost/callback?x=1'], 'http://localhost:1/callback'],
    [['http://localhost/callback?'], 'http://localhost:1/callback'],
    [['http://localhost/callback'], 'http://localhost:0/callback'],
    [['http://localhost/callback'], 'http://localhost:65536/callback'],
    [['http://localhost/callback'], 'http://localhost:0080/callback'],
    [['http://localhost/callback'], 'http://localhost:/callback'],
    [['http://localhost/callback'], 'http://localhost:1@evil.example/callback'],
    [['http://localhost/callback'], 'http://localhost:1/x/../callback'],
    [['cursor://localhost/callback'], 'cursor://localhost:1/callback'],
  ])('%j refuses %s', (registered, presented) => {
    expect(matchesRedirectUri(registered, presented)).toBe(false);
  });

  it('with one part exchanged it matches only where that part is a loopback port', () => {
    const parts = fc.tuple(
      fc.constantFrom('http://', 'https://', 'app://', 'HTTP://'),
      fc.constantFrom('localhost', '127.0.0.1', '[::1]', 'a.example', 'localhost.', 'user@localhost'),
      fc.constantFrom('', ':1', ':80', ':443', ':65536', ':01', ':'),
      fc.constantFrom('', '/', '/cb', '/CB', '/x/../cb', '/%63b'),
      fc.constantFrom('', '?', '?x', '?x=', '#'),
    );
    let exchangedPorts = 0;
    fc.assert(
      fc.property(parts, parts, fc.nat(4), (known, other, index) => {
        const presented = known.with(index, other[index]!).join('');
        if (!matchesRedirectUri([known.join('')], presented)) return;
        if (presented === known.join('')) return;
        expect([index, known[0]]).toEqual([2, 'http://']);
        expect(['localhost', '127.0.0.1', '[::1]']).toContain(known[1]);
        expect(['', ':1', ':80', ':443']).toContain(other[2]);
        exchangedPorts += 1;
      }),
      { numRuns: 5000 },
    );
    expect(exchangedPorts).toBeGreaterThan(5);
  });
});

describe('RFC 8252 §8.3, MCP authorization: what consent shows', () => {
  it.each([
    ['https://app.example/cb', 'app.example', false],
    ['https://app.example:8443/cb', 'app.example:8443', false],
    ['http://localhost:8787/callback', 'localhost:8787', true],
    ['http://127.0.0.1/callback', '127.0.0.1', true],
    ['http://[::1]:1/', '[::1]:1', true],
    ['https://localhost/cb', 'localhost', true],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor:anysphere.cursor-mcp', false],
    ['cursor://localhost/cb', 'cursor:localhost', false],
    ['com.example.app:/cb', 'com.example.app:', false],
  ])('%s goes to %s', (uri, host, loopback) => {
    expect(redirectHost(uri)).toBe(host);
    expect(isLoopbackRedirect(uri)).toBe(loopback);
  });

  it.each(['https://good.example@evil.example/', 'http://localhost.evil.example/', 'nonsense', ''])(
    'shows no host for %j',
    (uri) => {
      expect(() => redirectHost(uri)).toThrow(AppError);
      expect(isLoopbackRedirect(uri)).toBe(false);
    },
  );
});
