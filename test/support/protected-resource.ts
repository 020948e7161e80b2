import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { RESOURCE_SERVERS, startTestApp, type TestApp } from './test-app.js';
import { basic, encode } from './test-client.js';

const CREDENTIALS = { id: 'notes', secret: 'notes-secret-for-tests' };
const METADATA_PATH = '/.well-known/oauth-protected-resource/mcp';
/** What every call needs, and what a tool needs besides. */
const BASE_SCOPE = 'profile:read';
const TOOL_SCOPES: Readonly<Record<string, string>> = { publish: 'accounts:write' };

/** What introspection says of a token (RFC 7662 §2.2). */
type Introspection = Readonly<Record<string, unknown>> & { readonly active: boolean };

/**
 * A service of the SaaS, as its makers would build it: an MCP server over streamable HTTP that takes tokens of
 * the authorization server under test (MCP authorization 2026-07-28, RFC 9728, RFC 6750, RFC 7662). Its tool
 * `whoami` answers with the introspection of the token that came with the call; `publish` does the same and
 * needs `accounts:write`.
 */
export class ProtectedResource {
  private issuer = '';
  private readonly server = createServer((request, response) => void this.answer(request, response));

  /** Listens on a free port. Tokens can be checked once {@link trust} was called. */
  static async start(): Promise<ProtectedResource> {
    const resource = new ProtectedResource();
    await once(resource.server.listen(0, '127.0.0.1'), 'listening');
    return resource;
  }

  /** The MCP endpoint, and its resource indicator (RFC 8707). */
  get url(): string {
    return `${this.origin}/mcp`;
  }

  /** Its entry for RESOURCE_SERVERS. */
  get entry(): { id: string; secret: string; resource: string } {
    return { ...CREDENTIALS, resource: this.url };
  }

  /** @param issuer the authorization server, once it runs */
  trust(issuer: string): void {
    this.issuer = issuer;
  }

  /** Drops every connection and the port. */
  async close(): Promise<void> {
    const closed = once(this.server.close(), 'close');
    this.server.closeAllConnections();
    await closed;
  }

  private get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    const body = incoming.method === 'POST' ? await text(incoming) : null;
    const request = new Request(this.origin + incoming.url, { method: incoming.method!, headers, body });
    const answer = await this.route(request).catch(
      (error: unknown) => new Response(String(error), { status: 500 }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  }

  private async route(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === METADATA_PATH) return Response.json(this.metadata());
    if (pathname !== '/mcp') return new Response(null, { status: 404 });
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
    if (!token) return this.challenge(401, BASE_SCOPE);
    const introspection = await this.introspect(token);
    if (!introspection.active || introspection.aud !== this.url) {
      return this.challenge(401, BASE_SCOPE, 'invalid_token');
    }
    const { params } = (await request.clone().json()) as { params?: { name?: string } };
    const needed = [BASE_SCOPE, TOOL_SCOPES[params?.name ?? ''] ?? []].flat();
    const granted = String(introspection.scope).split(' ');
    if (!needed.every((scope) => granted.includes(scope))) {
      return this.challenge(403, needed.join(' '), 'insufficient_scope');
    }
    return serveMcp(request, introspection);
  }

  /** RFC 9728 §2. */
  private metadata(): Record<string, unknown> {
    return {
      resource: this.url,
      authorization_servers: [this.issuer],
      scopes_supported: [BASE_SCOPE, ...Object.values(TOOL_SCOPES)],
      bearer_methods_supported: ['header'],
    };
  }

  /** RFC 6750 §3, RFC 9728 §5.1. */
  private challenge(status: 401 | 403, scope: string, error?: string): Response {
    const parameters = { ...(error && { error }), scope, resource_metadata: this.origin + METADATA_PATH };
    const list = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
    return new Response(null, { status, headers: { 'www-authenticate': `Bearer ${list.join(', ')}` } });
  }

  private async introspect(token: string): Promise<Introspection> {
    const response = await fetch(`${this.issuer}/public/v1/oauth/introspect/`, {
      method: 'POST',
      headers: {
        ...basic(CREDENTIALS.id, CREDENTIALS.secret),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: encode({ token }),
    });
    if (!response.ok) throw new Error(`introspection: ${response.status} ${await response.text()}`);
    return (await response.json()) as Introspection;
  }
}

/** A protected resource and the server that it trusts, each knowing the other. */
export async function startWithResource(): Promise<{ app: TestApp; resource: ProtectedResource }> {
  const resource = await ProtectedResource.start();
  const app = await startTestApp({ RESOURCE_SERVERS: JSON.stringify([...RESOURCE_SERVERS, resource.entry]) });
  resource.trust(app.url);
  return { app, resource };
}

/** One request, one server: nothing is kept between calls. */
async function serveMcp(request: Request, introspection: Introspection): Promise<Response> {
  const mcp = new McpServer({ name: 'notes', version: '1.0.0' });
  for (const tool of ['whoami', 'publish']) {
    mcp.registerTool(tool, { description: 'Says who calls.' }, () => ({
      content: [{ type: 'text', text: JSON.stringify(introspection) }],
    }));
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await mcp.connect(transport);
  return transport.handleRequest(request);
}
