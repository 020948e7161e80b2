import { Logger } from '@nestjs/common';
import { createLocalJWKSet, type FetchImplementation, type JSONWebKeySet } from 'jose';
import { outboundFetch } from '../common/http/outbound-fetch.js';

/** Seconds for which nobody asks again after a failure: strangers decide how often keys are looked for. */
export const JWKS_RETRY_AFTER = 5;

const TIMEOUT_MS = 5_000;

/** There are no keys: the document cannot be had, and never could since the start. */
export class JwksUnavailableError extends Error {
  constructor() {
    super('The JWKS document cannot be fetched.');
    this.name = 'JwksUnavailableError';
  }
}

/**
 * Fetches a JWKS document (RFC 7517 §5) and survives the outage of its server: the last good document serves
 * until there is a newer one. It serves for as long as the outage lasts, since a key that could still sign JWTs
 * when it was last seen is no worse for the silence; an issuer that withdraws a key has to be reachable.
 */
export class JwksDownload {
  private readonly logger = new Logger('DashboardJwks');
  private lastGood: string | undefined;
  private failedAt = -Infinity;

  /**
   * For jose, as its `customFetch`.
   *
   * @returns a 200 with the newest document that could be had
   * @throws JwksUnavailableError where there never was one
   */
  readonly fetch: FetchImplementation = async (url, { headers }) => {
    if (Date.now() >= this.failedAt + JWKS_RETRY_AFTER * 1000) await this.refresh(new URL(url), headers);
    if (this.lastGood === undefined) throw new JwksUnavailableError();
    return new Response(this.lastGood);
  };

  private async refresh(url: URL, headers: Headers): Promise<void> {
    try {
      this.lastGood = await download(url, headers);
    } catch (error) {
      this.failedAt = Date.now();
      const consequence = this.lastGood === undefined ? 'nobody can sign in' : 'the last good one is used';
      this.logger.warn({ err: error }, `The JWKS document cannot be fetched; ${consequence}.`);
    }
  }
}

async function download(url: URL, headers: Headers): Promise<string> {
  const reply = await outboundFetch({
    method: 'GET',
    url,
    headers: { Accept: headers.get('accept') ?? 'application/json' },
    allowedOrigins: new Set([url.origin]),
    timeoutMs: TIMEOUT_MS,
    operation: 'jwks',
  });
  if (reply.status !== 200) throw new Error(`The JWKS server answered ${reply.status}.`);
  // Throws where the document is no key set: a maintenance page must not replace good keys.
  createLocalJWKSet(JSON.parse(reply.body) as JSONWebKeySet);
  return reply.body;
}
