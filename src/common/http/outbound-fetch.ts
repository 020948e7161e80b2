import { traced } from '../spans/traced.js';

/** One call to the outside. */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** A form body, already encoded. */
  readonly body?: string;
  /** The only origins that may be called: they come from a definition, never from a request or a reply. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** For the whole call, body included, in milliseconds; 10 000 unless told. */
  readonly timeoutMs?: number;
  /** What it is for, in a word, for whoever follows a trace. */
  readonly operation?: string;
}

/** A complete answer of any status but 3xx. */
export interface OutboundReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * Why no answer was had. `unreachable` is the only one where the request was surely not sent; after a
 * `timeout` or a `cut` the other side may have acted on it.
 */
export type OutboundFailure = 'forbidden' | 'unreachable' | 'timeout' | 'cut' | 'redirected' | 'too_large';

/** No usable answer. Names the origin only: paths and queries may carry secrets. */
export class OutboundError extends Error {
  constructor(
    readonly failure: OutboundFailure,
    readonly origin: string,
  ) {
    super(`Calling ${origin} failed: ${failure}.`);
    this.name = 'OutboundError';
  }
}

const TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 256 * 1024;
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.*|ERR_TLS_.*|.*_CERT.*)$/;

/**
 * The one way out. Never follows a redirect (a provider that moves is a change to be looked at), waits 10 s at
 * most and reads 256 KiB at most. Tries again once, and only where the connection was refused: anything else may
 * have been acted on, and codes and refresh tokens work once.
 *
 * @param request the call
 * @returns the answer, whatever its status, except 3xx
 * @throws OutboundError where there is none; it carries nothing of the request but the origin
 */
export function outboundFetch(request: OutboundRequest): Promise<OutboundReply> {
  const { method, url, operation = 'call' } = request;
  const span = {
    name: `${operation} ${url.host}`,
    attributes: { 'http.request.method': method, 'server.address': url.host },
    outcome: ({ status }: OutboundReply) => ({ 'http.response.status_code': status }),
  };
  return traced(span, () => call(request));
}

async function call(request: OutboundRequest): Promise<OutboundReply> {
  const { origin } = request.url;
  if (!request.allowedOrigins.has(origin)) throw new OutboundError('forbidden', origin);
  const signal = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
  try {
    return await send(request, signal);
  } catch (error) {
    if (!isRefused(error)) throw asOutboundError(error, origin);
  }
  return send(request, signal).catch((error: unknown) => {
    throw asOutboundError(error, origin);
  });
}

async function send(
  { method, url, headers, body }: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundReply> {
  const response = await fetch(url, {
    method,
    body,
    signal,
    redirect: 'manual',
    headers: { Accept: 'application/json', 'User-Agent': 'swingdoor', ...headers },
  });
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw new OutboundError('redirected', url.origin);
  }
  return { status: response.status, headers: response.headers, body: await readBody(response, url.origin) };
}

/** Counts decoded bytes, so that a small compressed body cannot become a large one. */
async function readBody(response: Response, origin: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an exception cancels the stream and frees the connection.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new OutboundError('too_large', origin);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isRefused(error: unknown): boolean {
  return causeCode(error) === 'ECONNREFUSED';
}

function asOutboundError(error: unknown, origin: string): OutboundError {
  if (error instanceof OutboundError) return error;
  if ((error as Error).name === 'TimeoutError') return new OutboundError('timeout', origin);
  return new OutboundError(NOT_SENT.test(causeCode(error)) ? 'unreachable' : 'cut', origin);
}

/** `fetch` throws a TypeError whose cause knows what happened. */
function causeCode(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : '';
}
