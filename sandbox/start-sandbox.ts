import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type SandboxApp, sampleApps } from './apps.js';
import { answerConsent, authorize } from './consent.js';
import { controlCall } from './control.js';
import type { Failure } from './failures.js';
import type { Answer, Call, Route, SandboxProvider } from './protocol.js';
import { facebook } from './providers/facebook.js';
import { instagram } from './providers/instagram.js';
import { linkedin } from './providers/linkedin.js';
import { tiktok } from './providers/tiktok.js';
import { x } from './providers/x.js';
import type { Step } from './step.js';
import { World } from './world.js';

const PROVIDERS: readonly SandboxProvider[] = [instagram, facebook, x, linkedin, tiktok];
const MAX_FORM_BYTES = 64 * 1024;

/** How to start a sandbox. */
export interface SandboxOptions {
  /** 0 or none takes a free one. */
  readonly port?: number;
  /** Origins whose `/v1/oauth/{provider}/callback` the sample apps have registered. */
  readonly callbackOrigins?: readonly string[];
  /** Further providers to play. */
  readonly providers?: readonly SandboxProvider[];
  /** Further apps. */
  readonly apps?: readonly SandboxApp[];
}

/** A running sandbox. */
export interface Sandbox {
  readonly origin: string;
  /** For `PROVIDER_ORIGINS`: each real origin and where it is played. */
  readonly origins: Readonly<Record<string, string>>;
  /** Its state and switches: apps, consent, failures, clock, what it saw. */
  readonly world: World;
  readonly stop: () => Promise<void>;
}

/**
 * Plays the providers on 127.0.0.1, each real host under a path of its own name. A server whose
 * `PROVIDER_ORIGINS` is {@link Sandbox.origins} talks to it without knowing.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const providers = [...PROVIDERS, ...(options.providers ?? [])];
  const callbackOrigins = options.callbackOrigins ?? ['http://localhost:3000'];
  const world = new World([...sampleApps(callbackOrigins), ...(options.apps ?? [])]);
  const stopping = new AbortController();
  const server = createServer((request, response) => {
    serve(request, response, providers, world, stopping.signal).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hosts = providers.flatMap(({ authorize: { host }, routes }) => [
    host,
    ...routes.map((route) => route.host),
  ]);
  return {
    origin,
    origins: Object.fromEntries([...new Set(hosts)].map((host) => [`https://${host}`, `${origin}/${host}`])),
    world,
    stop: async () => {
      stopping.abort();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  providers: readonly SandboxProvider[],
  world: World,
  stopping: AbortSignal,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const [, host = '', ...rest] = url.pathname.split('/');
  const body = await readBody(request);
  if (host === 'control')
    return send(response, controlCall(request.method ?? '', rest.join('/'), body, world));
  const call: Call = {
    method: request.method ?? 'GET',
    host,
    path: `/${rest.join('/')}`,
    query: url.searchParams,
    form: new URLSearchParams(body),
    headers: request.headers,
  };
  for (const provider of providers) {
    if (call.host === provider.authorize.host && call.path === '/sandbox/consent') {
      return send(response, answerConsent(provider, call, world));
    }
    if (
      call.method === 'GET' &&
      call.host === provider.authorize.host &&
      provider.authorize.path.test(call.path)
    ) {
      world.countCall(`${provider.id}.authorize`);
      return send(response, authorize(provider, call, world));
    }
    const route = provider.routes.find((candidate) => matches(candidate, call));
    if (route) return answer(response, provider.id, route, call, world, stopping);
  }
  send(response, {
    status: 404,
    body: { error: 'not_found', error_description: 'The sandbox does not play this.' },
  });
}

function matches({ method, host, path }: Route, call: Call): boolean {
  return method === call.method && host === call.host && path.test(call.path);
}

async function answer(
  response: ServerResponse,
  provider: string,
  route: Route,
  call: Call,
  world: World,
  stopping: AbortSignal,
): Promise<void> {
  const step: Step = typeof route.step === 'function' ? route.step(call) : route.step;
  world.countCall(`${provider}.${step}`);
  const failure = world.failures.take(provider, step);
  if (failure?.kind === 'slow') await wait(failure.ms ?? 1000, undefined, { signal: stopping, ref: false });
  const instead = failure && insteadOf(failure, call, world);
  if (instead === 'cut') return void response.destroy();
  const given = instead ?? route.answer(call, world);
  if (failure?.kind === 'cut-after') return void response.destroy();
  send(response, given);
}

/** What a failure answers; undefined lets the provider go on. */
function insteadOf(failure: Failure, call: Call, world: World): Answer | 'cut' | undefined {
  const presented = [
    ...call.form.values(),
    ...call.query.values(),
    String(call.headers.authorization ?? '').slice(7),
  ];
  const token = presented.map((value) => world.tokens.get(value)).find(Boolean);
  switch (failure.kind) {
    case 'status':
      return {
        status: failure.status ?? 500,
        headers: { ...(failure.retryAfter !== undefined && { 'Retry-After': String(failure.retryAfter) }) },
        body: { message: 'The sandbox was told to fail.' },
      };
    case 'echo':
      return {
        status: 400,
        body: { error: 'invalid_request', error_description: `Bad: ${presented.join(' ')}` },
      };
    case 'malformed':
      return { headers: { 'Content-Type': 'text/html' }, body: '<html>Be right back' };
    case 'no-token':
      return { body: {} };
    case 'redirect':
      return { status: 302, headers: { Location: 'http://127.0.0.1:9/elsewhere' } };
    case 'huge':
      return { body: { filling: 'x'.repeat(300 * 1024) } };
    case 'cut':
      return 'cut';
    case 'revoked':
      if (token) world.end(token.grant);
      return undefined;
    case 'rotated-twice':
      if (token) token.used = true;
      return undefined;
    default:
      return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FORM_BYTES) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Answer): void {
  const json = body !== undefined && typeof body !== 'string';
  response.writeHead(status, {
    ...(json && { 'Content-Type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(json ? jsonWithBigIds(body) : (body ?? ''));
}

/** `#123#` becomes the number 123: JSON.stringify alone cannot write an id beyond 2^53 as a number. */
function jsonWithBigIds(body: unknown): string {
  return JSON.stringify(body).replace(/"#(\d+)#"/g, '$1');
}
