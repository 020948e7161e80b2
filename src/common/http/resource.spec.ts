import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalResource, isWithin, splitUri } from './resource.js';

describe('RFC 3986 §3: splitUri', () => {
  it.each([
    ['https://a.example:8443/p/q?x=1', ['https', 'a.example', '8443', '/p/q', 'x=1']],
    ['http://[::1]:1/cb', ['http', '[::1]', '1', '/cb', undefined]],
    [
      'cursor://anysphere.cursor-mcp/oauth',
      ['cursor', 'anysphere.cursor-mcp', undefined, '/oauth', undefined],
    ],
    ['com.example.app:/cb?', ['com.example.app', undefined, undefined, '/cb', '']],
    ['app:///cb', ['app', undefined, undefined, '/cb', undefined]],
    ["HTTP://A/%2f;p=1,2!$&'()*+:@", ['HTTP', 'A', undefined, "/%2f;p=1,2!$&'()*+:@", undefined]],
  ])('takes %s apart without changing it', (uri, [scheme, host, port, path, query]) => {
    expect({ ...splitUri(uri) }).toEqual({ scheme, host, port, path, query });
  });

  it.each([
    ['§3 no scheme', '//a.example/'],
    ['§3.1 digit first', '1a://b/'],
    ['§3.2.1 user info', 'https://user@a.example/'],
    ['§3.2.1 user info behind an empty authority', 'app://@a/'],
    ['§3.2.2 percent-encoded host', 'https://%61.example/'],
    ['§3.2.2 empty label', 'https://a..example/'],
    ['§3.2.2 trailing dot', 'https://a.example./'],
    ['§3.2.2 open bracket', 'https://[::1/'],
    ['§3.2.3 empty port', 'https://a.example:/'],
    ['§3.2.3 leading zero', 'https://a.example:0443/'],
    ['§3.2.3 port 0', 'https://a.example:0/'],
    ['§3.2.3 port without host', 'app://:80/'],
    ['§3.2.3 six digits', 'https://a.example:100000/'],
    ['§3.3 rootless path', 'app:cb'],
    ['§3.3 authority in a path', 'app:////a/cb'],
    ['§3.5 fragment', 'https://a.example/#x'],
    ['§3.5 empty fragment', 'https://a.example/#'],
    ['§2.1 broken percent escape', 'https://a.example/%zz'],
    ['§2.1 cut percent escape', 'https://a.example/%4'],
    ['§2 space', 'https://a.example/a b'],
    ['§2 line feed at the end', 'https://a.example/\n'],
    ['§2 backslash', 'https://a.example\\b/'],
    ['§2 brace', 'https://a.example/{x}'],
    ['§2 bracket in the query', 'https://a.example/?x[]=1'],
    ['§2 letter beyond ASCII', 'https://a.example/é'],
    ['too long', `https://a.example/${'x'.repeat(2048)}`],
    ['nothing', ''],
  ])('refuses %s', (_, uri) => {
    expect(splitUri(uri)).toBeUndefined();
  });

  it('answers at once whatever the length', () => {
    const started = performance.now();
    for (const piece of ['/', 'a.', '%41', '?', '//', 'a:', '/.']) splitUri(`https://${piece.repeat(600)} `);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('RFC 8707 §2: canonicalResource', () => {
  it.each([
    ['https://api.example', 'https://api.example'],
    ['https://api.example/', 'https://api.example'],
    ['HTTPS://API.Example/MCP', 'https://api.example/MCP'],
    ['https://api.example:443/mcp/', 'https://api.example/mcp'],
    ['http://localhost:80/mcp//', 'http://localhost/mcp'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['http://[::1]:3000/mcp', 'http://[::1]:3000/mcp'],
    ['https://api.example/mcp/?tenant=a/', 'https://api.example/mcp?tenant=a/'],
    ['https://api.example?', 'https://api.example'],
  ])('%s becomes %s', (uri, canonical) => {
    expect(canonicalResource(uri)).toBe(canonical);
  });

  it.each([
    ['relative', '/mcp'],
    ['relative to the scheme', '//api.example/mcp'],
    ['a name', 'urn:example:mcp'],
    ['another scheme', 'ftp://api.example/'],
    ['no authority', 'https:/api.example'],
    ['no slashes', 'https:api.example'],
    ['empty host', 'https:///mcp'],
    ['fragment', 'https://api.example/mcp#a'],
    ['empty fragment', 'https://api.example/mcp#'],
    ['user info', 'https://user:secret@api.example/'],
    ['whitespace around', ' https://api.example'],
    ['tab inside', 'https://api.exa\tmple'],
    ['null', 'https://api.example/\0'],
    ['backslash', 'https://api.example\\@evil.example'],
    ['port out of range', 'https://api.example:65536/'],
    ['short IPv4', 'http://127.1/'],
    ['hexadecimal IPv4', 'http://0x7f.0.0.1/'],
    ['dot segment', 'https://api.example/mcp/../admin'],
    ['dot segment at the end', 'https://api.example/mcp/..'],
    ['single dot', 'https://api.example/./mcp'],
    ['encoded dot segment', 'https://api.example/mcp/%2E%2e/admin'],
    ['half encoded dot segment', 'https://api.example/mcp/.%2e/admin'],
    ['encoded slash', 'https://api.example/mcp/..%2Fadmin'],
    ['encoded backslash', 'https://api.example/mcp/..%5cadmin'],
    ['nothing', ''],
  ])('refuses %s', (_, uri) => {
    expect(canonicalResource(uri)).toBeUndefined();
  });

  it('is idempotent, and names the place that a browser would open', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (uri) => {
        const canonical = canonicalResource(uri);
        if (canonical === undefined) return;
        expect(canonicalResource(canonical)).toBe(canonical);
        expect(new URL(canonical).origin).toBe(new URL(uri).origin);
      }),
      { numRuns: 300 },
    );
  });

  it('answers any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => canonicalResource(`https://${text}`)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('RFC 8707 §2: isWithin', () => {
  it.each([
    ['https://a.example/mcp', 'https://a.example/mcp'],
    ['https://a.example/mcp', 'https://a.example'],
    ['https://a.example/mcp/x/y', 'https://a.example/mcp'],
    ['https://a.example/mcp?x=1', 'https://a.example/mcp'],
    ['https://a.example?x=1', 'https://a.example'],
    ['https://a.example/mcp?x=1', 'https://a.example/mcp?x=1'],
  ])('%s is within %s', (resource, base) => {
    expect(isWithin(resource, base)).toBe(true);
  });

  it.each([
    ['https://a.example/mcp-evil', 'https://a.example/mcp'],
    ['https://a.example', 'https://a.example/mcp'],
    ['https://a.example.evil', 'https://a.example'],
    ['https://a.example:8443', 'https://a.example'],
    ['http://a.example/mcp', 'https://a.example'],
    ['https://a.example/MCP', 'https://a.example/mcp'],
    ['https://a.example/mcp?x=10', 'https://a.example/mcp?x=1'],
    ['https://a.example/mcp?x=1/2', 'https://a.example/mcp?x=1'],
    ['https://a.example/mcp/../admin', 'https://a.example/mcp'],
    ['https://a.example/mcp/%2e%2e/admin', 'https://a.example/mcp'],
    ['https://a.example/mcp/', 'https://a.example/mcp'],
    ['https://a.example/mcp', ''],
    ['nonsense', 'nonsense'],
  ])('%s is not within %s', (resource, base) => {
    expect(isWithin(resource, base)).toBe(false);
  });

  it('whatever is appended, a browser stays at the origin and beneath the path', () => {
    const base = 'https://a.example/mcp';
    const tail = fc.string({ unit: fc.constantFrom('/', '.', '%2e', '%2F', '?', 'x', ':', '@', '\\', '-') });
    fc.assert(
      fc.property(tail, (text) => {
        const resource = canonicalResource(base + text);
        if (resource === undefined || !isWithin(resource, base)) return;
        const { origin, pathname } = new URL(base + text);
        expect(origin).toBe('https://a.example');
        expect(`${pathname}/`.startsWith('/mcp/')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
