import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { startTestApp, type TestApp } from './support/test-app.js';
import { TestClient } from './support/test-client.js';

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  client = new TestClient(app);
});
afterAll(() => app.close());

describe('the built-in dashboard', () => {
  it.each([
    ['/dashboard', 'text/html; charset=utf-8', '<script type="module"'],
    ['/dashboard/', 'text/html; charset=utf-8', '<script type="module"'],
    ['/dashboard?status=x', 'text/html; charset=utf-8', '<script type="module"'],
    ['/dashboard/consent?request_id=sd_ar_x', 'text/html; charset=utf-8', '<script type="module"'],
    ['/dashboard/consent/?request_id=sd_ar_x', 'text/html; charset=utf-8', '<script type="module"'],
    ['/dashboard/accounts?connected=acc_x', 'text/html; charset=utf-8', '<script type="module"'],
    ['/dashboard/apps', 'text/html; charset=utf-8', '<script type="module"'],
    ['/dashboard/oauth-apps', 'text/html; charset=utf-8', '<script type="module"'],
    ['/dashboard/oauth-apps/new', 'text/html; charset=utf-8', '<script type="module"'],
    ['/dashboard/index.js', 'application/javascript; charset=utf-8', 'createElement'],
    ['/dashboard/index.css', 'text/css; charset=utf-8', 'color-scheme'],
    ['/dashboard/icon.svg', 'image/svg+xml', '<svg'],
  ])('serves %s as %s', async (path, type, holds) => {
    const { status, headers, text } = await client.request(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(text).toContain(holds);
  });

  it('loads one script and one style sheet, built for production and compressed', async () => {
    const { text } = await client.request('/dashboard');
    const files = [...text.matchAll(/(?:src|href)="(\/dashboard\/[^"]+\.(?:js|css))"/g)].map(
      ([, path]) => path,
    );
    expect(files).toEqual(['/dashboard/index.js', '/dashboard/index.css']);
    const { headers } = await raw('/dashboard/index.js', { 'accept-encoding': 'gzip' });
    expect(headers).toMatchObject({
      'content-type': 'application/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      vary: expect.stringMatching(/accept-encoding/i),
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect((await client.request('/dashboard/index.js')).text).not.toContain('jsxDEV');
  });

  it('holds no inline script or style, which its policy would refuse', async () => {
    const { text } = await client.request('/dashboard');
    expect(text.match(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/g)).toBeNull();
  });

  it.each(['/dashboard', '/dashboard/consent'])(
    'lets nobody frame %s, run a script in it or load from elsewhere, fresh or revalidated (RFC 9700 §4.16)',
    async (path) => {
      const fresh = await client.request(path);
      const policy = fresh.headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      const again = await raw(path, { 'if-none-match': fresh.headers.get('etag')! });
      expect(again.statusCode).toBe(304);
      expect(again.headers['content-security-policy']).toBe(policy);
    },
  );

  it.each([
    '/dashboard/nope',
    '/dashboard/.env',
    '/dashboard/../package.json',
    '/dashboard/%2e%2e/package.json',
    '/dashboard/..%2fpackage.json',
    '/dashboard/..%5cpackage.json',
    '/dashboard//icon.svg',
    '/dashboard/oauth-apps/new/more',
    `/dashboard/${'a'.repeat(300)}`,
  ])('has nothing at %s', async (path) => {
    const { statusCode, headers } = await raw(path);
    expect(statusCode).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  it.each(['/dashboard/nope', '/dashboard/oauth-apps/new/more?x=<b>'])(
    'leads a browser from %s back to the dashboard',
    async (path) => {
      const { status, headers, text } = await client.request(path, { headers: { accept: 'text/html,*/*' } });
      expect([status, headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(text).toContain('There is no such page');
      expect(text).toContain('<a href="/dashboard/">');
      expect(text).not.toContain('<b>');
    },
  );

  it('answers a wrong method with 405 (RFC 9110 §15.5.6)', async () => {
    const { status, headers } = await client.postJson('/dashboard/consent', {});
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET, HEAD');
  });
});

describe('the documentation', () => {
  it.each(['/docs', '/docs/'])('serves %s with a policy of its own', async (path) => {
    const { status, headers } = await client.request(path);
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ${app.url};`);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it.each(['/docs?x=/', '/docs/?x=1', '/docs/index.html', '/docs/index.html/'])(
    'leads %s to where its page finds its files',
    async (path) => {
      const { status, headers } = await client.request(path);
      expect([status, headers.get('location')]).toEqual([302, '/docs']);
    },
  );

  it('asks no other host to judge its document', async () => {
    expect((await client.request('/docs/swagger-ui-init.js')).text).toContain('"validatorUrl": null');
  });
});

/** Sends a path as it is: fetch would resolve its dots, and take conditions out of a request. */
async function raw(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { hostname, port } = new URL(app.url);
  const [response] = await once(request({ hostname, port, path, headers }).end(), 'response');
  return response.resume();
}
