import { createHash, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { DASHBOARD_SECRET, type TestApp } from './test-app.js';

/** An answer, read whole. `body` is parsed where it is JSON. */
export interface Answer<Body = Record<string, any>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** Parameters of a form or query; undefined leaves one out, a list repeats it. */
export type Fields = Record<string, string | readonly string[] | undefined>;

/** A registered client. */
export interface TestRegistration {
  readonly client_id: string;
  readonly client_secret?: string;
}

export const REDIRECT_URI = 'http://127.0.0.1:8976/callback';
export const VERIFIER = 'a-verifier-that-is-long-enough-for-rfc-7636-section-4.1';

/** S256 of a verifier (RFC 7636 §4.2). */
export const s256 = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');

/** Encodes fields as a form or query. */
export function encode(fields: Fields): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of value === undefined ? [] : [value].flat()) parameters.append(name, one as string);
  }
  return parameters.toString();
}

/** An `Authorization: Basic` header. */
export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

/** An `Authorization: Bearer` header. */
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/**
 * Speaks to a running server as clients, dashboards and resource servers do. Defaults make the happy path one
 * call each; every field can be overridden, so that a negative test is one line.
 */
export class TestClient {
  constructor(readonly app: Pick<TestApp, 'url'>) {}

  /** Any request. Redirects are not followed. */
  async request(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(path.startsWith('http') ? path : this.app.url + path, {
      redirect: 'manual',
      ...init,
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
  }

  /** POST of a form. */
  post(path: string, fields: Fields, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: encode(fields),
    });
  }

  /** POST of JSON. */
  postJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Sends a registration as it is. */
  sendRegistration(metadata: unknown): Promise<Answer> {
    return this.postJson('/public/v1/oauth/register/', metadata);
  }

  /** Registers a client of its own: the name is random, since equal registrations are one client. */
  async register(metadata: Record<string, unknown> = {}): Promise<TestRegistration> {
    const client_name = `Test ${randomBytes(6).toString('hex')}`;
    const { status, body, text } = await this.sendRegistration({
      redirect_uris: [REDIRECT_URI],
      client_name,
      ...metadata,
    });
    if (status !== 201) throw new Error(`register: ${status} ${text}`);
    return body as TestRegistration;
  }

  /** GET authorize. */
  authorize(
    client: TestRegistration,
    fields: Fields = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const query = encode({ ...this.authorizationRequest(client), ...fields });
    return this.request(`/public/v1/oauth/authorize/?${query}`, { headers });
  }

  /** The parameters of a valid authorization request. */
  authorizationRequest(client: TestRegistration): Fields {
    return {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: REDIRECT_URI,
      code_challenge: s256(VERIFIER),
      code_challenge_method: 'S256',
      state: 'a-state',
    };
  }

  /** GET authorize that must reach the consent page; returns the request id. */
  async startConsent(client: TestRegistration, fields: Fields = {}): Promise<string> {
    const { status, headers, text } = await this.authorize(client, fields);
    const requestId = new URL(headers.get('location') ?? 'about:blank').searchParams.get('request_id');
    if (status !== 302 || !requestId)
      throw new Error(`authorize: ${status} ${headers.get('location')} ${text}`);
    return requestId;
  }

  /** A dashboard JWT. */
  async jwt(sub = 'user-1', claims: Record<string, unknown> = {}): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(DASHBOARD_SECRET));
  }

  /** The consent view, or an error. */
  async show(requestId: string, sub = 'user-1', claims: Record<string, unknown> = {}): Promise<Answer> {
    return this.request(`/public/v1/oauth/authorize/requests/${requestId}/`, {
      headers: bearer(await this.jwt(sub, claims)),
    });
  }

  /** Approve or deny. */
  async decide(
    decision: 'approve' | 'deny',
    requestId: string,
    {
      sub = 'user-1',
      claims = {},
      body = {},
    }: { sub?: string; claims?: Record<string, unknown>; body?: unknown } = {},
  ): Promise<Answer> {
    const jwt = await this.jwt(sub, claims);
    return this.postJson(`/public/v1/oauth/authorize/requests/${requestId}/${decision}/`, body, bearer(jwt));
  }

  /** From authorize to a code. */
  async code(
    client: TestRegistration,
    fields: Fields = {},
    decision: { sub?: string; claims?: Record<string, unknown>; body?: unknown } = {},
  ): Promise<string> {
    const { status, body, text } = await this.decide(
      'approve',
      await this.startConsent(client, fields),
      decision,
    );
    if (status !== 200) throw new Error(`approve: ${status} ${text}`);
    return new URL(body.redirect_to).searchParams.get('code')!;
  }

  /** The token endpoint with a code. */
  exchange(client: TestRegistration, code: string, fields: Fields = {}): Promise<Answer> {
    return this.post('/public/v1/oauth/token/', {
      grant_type: 'authorization_code',
      client_id: client.client_id,
      client_secret: client.client_secret,
      code,
      code_verifier: VERIFIER,
      redirect_uri: REDIRECT_URI,
      ...fields,
    });
  }

  /** The token endpoint with a refresh token. */
  refresh(client: TestRegistration, refreshToken: string, fields: Fields = {}): Promise<Answer> {
    return this.post('/public/v1/oauth/token/', {
      grant_type: 'refresh_token',
      client_id: client.client_id,
      client_secret: client.client_secret,
      refresh_token: refreshToken,
      ...fields,
    });
  }

  /** The whole flow: a first pair of tokens. */
  async tokens(
    client: TestRegistration,
    fields: Fields = {},
    decision: { sub?: string; claims?: Record<string, unknown>; body?: unknown } = {},
  ): Promise<{ access_token: string; refresh_token: string; expires_in: number; scope: string }> {
    const { status, body, text } = await this.exchange(client, await this.code(client, fields, decision));
    if (status !== 200) throw new Error(`token: ${status} ${text}`);
    return body as { access_token: string; refresh_token: string; expires_in: number; scope: string };
  }

  /** The revocation endpoint. */
  revoke(client: TestRegistration, token: string, fields: Fields = {}): Promise<Answer> {
    const { client_id, client_secret } = client;
    return this.post('/public/v1/oauth/revoke/', { token, client_id, client_secret, ...fields });
  }

  /** Introspection as the resource server that sees all. */
  introspect(token: string, headers = basic('all-seeing', 'all-seeing-secret')): Promise<Answer> {
    return this.post('/public/v1/oauth/introspect/', { token }, headers);
  }

  /** /me with an access token: 200 while it works, 401 when it is dead. */
  me(accessToken: string): Promise<Answer> {
    return this.request('/public/v1/me/', { headers: bearer(accessToken) });
  }

  /** The connected apps of a dashboard user. */
  async apps(sub = 'user-1'): Promise<Answer<any[]>> {
    return (await this.request('/public/v1/oauth/apps/', {
      headers: bearer(await this.jwt(sub)),
    })) as unknown as Answer<any[]>;
  }

  /** Disconnects an app as a dashboard user. */
  async disconnect(clientId: string, sub = 'user-1'): Promise<Answer> {
    return this.request(`/public/v1/oauth/apps/${clientId}/`, {
      method: 'DELETE',
      headers: bearer(await this.jwt(sub)),
    });
  }
}
