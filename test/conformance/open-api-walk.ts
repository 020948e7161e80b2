import { expect } from '@jest/globals';
import { request } from 'node:http';
import { type Answer, basic, bearer, type TestClient } from '../support/test-client.js';

/** Headers of a browser that opens an address. */
export const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

/** Good credentials of every kind, as headers, by the name of their security scheme. */
export type Credentials = Readonly<Record<string, Record<string, string>>>;

/** What a walk needs to know of an operation of /openapi.json. */
export interface Operation {
  readonly method: string;
  /** As documented, without a slash at the end; parameters in braces. */
  readonly path: string;
  /** Names of the security schemes, any of which is enough; `anyone` where none is needed. */
  readonly access: readonly string[];
  /** The scopes of an access token. */
  readonly scopes: readonly string[];
  readonly statuses: readonly number[];
  /** Members of the JSON body with an example of each; undefined where there is no JSON body. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Record<string, { readonly example?: unknown }>;
}

interface OpenApi {
  readonly paths: Record<string, Record<string, DocumentedOperation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

interface DocumentedOperation {
  readonly security: readonly Record<string, string[]>[];
  readonly responses: Record<string, unknown>;
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
}

/** Reads every operation of /openapi.json. */
export async function readOperations(client: TestClient): Promise<Operation[]> {
  const { paths, components } = (await client.request('/openapi.json')).body as unknown as OpenApi;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) => ({
      method: method.toUpperCase(),
      path: path.replace(/(?<=.)\/$/, ''),
      access: documented.security.map((scheme) => Object.keys(scheme)[0] ?? 'anyone'),
      scopes: documented.security.flatMap((scheme) => scheme.accessToken ?? []),
      statuses: Object.keys(documented.responses).map(Number),
      body: examplesOf(documented.requestBody?.content['application/json']?.schema, components.schemas),
    })),
  );
}

function examplesOf(schema: Schema | undefined, schemas: Record<string, Schema>): Operation['body'] {
  const { properties } = schema?.$ref ? schemas[schema.$ref.split('/').at(-1)!]! : (schema ?? {});
  if (!properties) return undefined;
  return Object.fromEntries(Object.entries(properties).map(([name, { example }]) => [name, example ?? 'x']));
}

/**
 * Gets credentials of every kind.
 *
 * @param client of a server with the resource server `all-seeing`
 */
export async function goodCredentials(client: TestClient): Promise<Credentials> {
  const scope = 'profile:read accounts:read accounts:write apps:read apps:write';
  const { access_token } = await client.tokens(await client.register(), { scope });
  return {
    anyone: {},
    dashboard: bearer(await client.jwt()),
    accessToken: bearer(access_token),
    resourceServer: basic('all-seeing', 'all-seeing-secret'),
  };
}

/** How failures call an operation. */
export const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

/** Sends a request to an operation, with the Accept header of a browser. */
export function sendTo(
  client: TestClient,
  { method }: Operation,
  target: string,
  headers: Record<string, string> = {},
  body?: RequestInit['body'],
): Promise<Answer> {
  return client.request(target, { method, headers: { ...BROWSER, ...headers }, body });
}

/**
 * The path of an operation with something for its parameters.
 *
 * @param parameter what every parameter becomes
 */
export function pathOf({ path }: Operation, parameter = 'x'): string {
  return path.replace(/\{[^}]+\}/g, parameter);
}

/**
 * Expects that an error speaks the language of its path: RFC 6749 JSON of the OAuth endpoints, a page for browsers
 * on authorize and callback, RFC 9457 elsewhere; that no 5xx is among them, and that no cache keeps it.
 *
 * @param path without query
 * @param answer a 4xx, or whatever was no error
 * @param what to be told of when it fails
 */
export function expectDialect(path: string, answer: Answer, what: string): void {
  const { status, headers, body } = answer;
  if (status < 400) return;
  const type = headers.get('content-type')?.split(';')[0];
  expect([what, status < 500, headers.get('cache-control')]).toEqual([what, true, 'no-store']);
  if (/^\/public\/v1\/oauth\/(register|token|revoke|introspect)\/?$/.test(path)) {
    const members = { error: expect.any(String), error_description: expect.any(String) };
    expect([what, type, body]).toEqual([what, 'application/json', members]);
  } else if (/^\/(public\/v1\/oauth\/authorize|v1\/oauth\/[^/]+\/callback)\/?$/.test(path)) {
    expect([what, type]).toEqual([what, 'text/html']);
  } else {
    const members = expect.objectContaining({ type: 'about:blank', status, code: expect.any(String) });
    expect([what, type, body]).toEqual([what, 'application/problem+json', members]);
  }
}

/**
 * A request to the server as the bytes say it: any Host, any request target. Resolves with the whole answer as
 * text, status line and headers first.
 *
 * @param server where to connect to
 * @param target the request target, sent as it is
 */
export function sendRaw(
  server: URL,
  method: string,
  target: string,
  headers: Record<string, string>,
  body = '',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = server;
    const sent = request({ host, port, method, path: target, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve(`${response.statusCode}\n${response.rawHeaders.join('\n')}\n\n${text}`);
      });
    });
    sent.on('error', reject).end(body);
  });
}
