import { createHmac } from 'node:crypto';
import { OutboundError, outboundFetch, type OutboundReply } from '../common/http/outbound-fetch.js';
import { classifyFailure } from './classify-failure.js';
import type { Stage } from './error-row.js';
import { ProviderError } from './provider-error.js';
import type { Provider, ProviderApp } from './provider.js';
import { readFailure } from './read-failure.js';
import { type Json, parseReply } from './reply-json.js';
import { encodeParameters, fill, fillAll, type RequestTemplate, type Variables } from './request-template.js';

/** What one call needs besides its template. */
export interface CallContext {
  readonly provider: Provider;
  readonly app: ProviderApp;
  readonly stage: Stage;
  /** Milliseconds; the usual 10 000 unless told. */
  readonly timeoutMs?: number;
}

/**
 * Makes one call of a definition.
 *
 * @param template the call
 * @param variables values of its placeholders; the app's credentials and the API version are added
 * @param context whose call it is
 * @returns the parsed reply; undefined where a 2xx reply is not JSON (an empty body, for example)
 * @throws ProviderError for refusals and for no answer
 */
export async function sendRequest(
  template: RequestTemplate,
  variables: Variables,
  context: CallContext,
): Promise<Json> {
  const { provider, app, stage, timeoutMs } = context;
  const { definition } = provider;
  const values: Variables = {
    ...variables,
    version: definition.apiVersion,
    client_id: app.clientId,
    client_secret: app.clientSecret,
  };
  const secrets = [
    values.client_secret,
    values.access_token,
    values.refresh_token,
    values.token,
    values.code,
    values.code_verifier,
  ];
  let reply: OutboundReply;
  try {
    const request = buildRequest(template, values, provider, app);
    reply = await outboundFetch({ ...request, timeoutMs, operation: stage });
  } catch (cause) {
    if (!(cause instanceof OutboundError)) throw cause;
    throw new ProviderError('provider_unavailable', { provider: definition, detail: cause.message, cause });
  }
  const body = parseReply(reply.body);
  const failure = readFailure(reply.status, body);
  if (failure)
    throw classifyFailure(definition, stage, failure, { secrets, retryAfter: retryAfter(reply.headers) });
  return body;
}

function buildRequest(
  template: RequestTemplate,
  values: Variables,
  { definition, origins }: Provider,
  app: ProviderApp,
) {
  const query = fillAll(template.query, values);
  const headers = fillAll(template.headers, values);
  let form = template.form && fillAll(template.form, values);
  if (template.auth === 'client' && definition.clientAuth === 'body') {
    form = { ...form, [definition.clientIdParam]: app.clientId, client_secret: app.clientSecret };
  } else if (template.auth === 'client') {
    const credentials = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64');
    headers.Authorization = `Basic ${credentials}`;
  } else if (template.auth === 'bearer') {
    headers.Authorization = `Bearer ${values.access_token}`;
  } else if (template.auth === 'query' && values.access_token) {
    query.access_token = values.access_token;
    if (definition.appSecretProof)
      Object.assign(query, appSecretProof(values.access_token, app.clientSecret));
  }
  if (form) headers['Content-Type'] = 'application/x-www-form-urlencoded';
  const url = new URL(fill(template.url, values, encodeURIComponent) ?? template.url);
  if (Object.keys(query).length > 0)
    url.search = [url.search.slice(1), encodeParameters(query)].filter(Boolean).join('&');
  return {
    method: template.method,
    url,
    headers,
    body: form && encodeParameters(form),
    allowedOrigins: origins,
  };
}

/**
 * Meta's proof that a call comes from the app's server, in the form that expires after 5 minutes:
 * https://developers.facebook.com/docs/facebook-login/security, read 2026-11-21.
 */
function appSecretProof(accessToken: string, appSecret: string) {
  const time = String(Math.floor(Date.now() / 1000));
  return {
    appsecret_proof: createHmac('sha256', appSecret).update(`${accessToken}|${time}`).digest('hex'),
    appsecret_time: time,
  };
}

/** Seconds from `Retry-After` (RFC 9110 §10.2.3, both forms) or X's `x-rate-limit-reset`; at most a day. */
function retryAfter(headers: Headers): number | undefined {
  const after = headers.get('retry-after');
  const at =
    after && !/^\d+$/.test(after)
      ? Date.parse(after) / 1000
      : Number(headers.get('x-rate-limit-reset') ?? NaN);
  const seconds = after && /^\d+$/.test(after) ? Number(after) : Math.ceil(at - Date.now() / 1000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 86_400) : undefined;
}
