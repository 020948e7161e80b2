import { AppError } from '../common/errors/app-error.js';
import { MAX_URI_LENGTH } from '../common/http/resource.js';
import { checkRedirectUri } from './redirect-uri.js';
import { unseenIn } from './visible-text.js';

/** What a client may register (RFC 7591 §2), defaults filled in. Members that do not apply are absent. */
export interface ClientMetadata {
  redirect_uris: string[];
  token_endpoint_auth_method: 'none' | 'client_secret_basic' | 'client_secret_post';
  grant_types: ('authorization_code' | 'refresh_token')[];
  response_types: 'code'[];
  client_name?: string;
  client_uri?: string;
  logo_uri?: string;
  tos_uri?: string;
  policy_uri?: string;
  contacts?: string[];
  /** Scope tokens with single spaces between them: what it asks for where a request names none. */
  scope?: string;
  software_id?: string;
  software_version?: string;
}

const AUTH_METHODS = ['none', 'client_secret_basic', 'client_secret_post'] as const;
const GRANT_TYPES = ['authorization_code', 'refresh_token'] as const;
const RESPONSE_TYPES = ['code'] as const;

const MISSING_REDIRECT_URI = 'redirect_uris is missing: name at least one URI to which the code may go.';
const OFFLINE_ACCESS = 'offline_access';

const MAX_REDIRECT_URIS = 20;
const MAX_CONTACTS = 10;
/** RFC 5321 §4.5.3.1: the longest mail address, 64 + 1 + 255. */
const MAX_CONTACT = 320;
/** In code points. */
const MAX_TEXT = 200;

/** RFC 6749 §3.3 */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** A member of the body; `value` is undefined where it counts as omitted. */
interface Member {
  readonly name: string;
  readonly value: unknown;
}

/**
 * Reads the body of a registration (RFC 7591 §2, §3.1). Unknown members are ignored, and with them
 * `application_type`, `software_statement`, translations (`client_name#fr`) and a caller's own `client_id`;
 * null and the empty string count as omitted. Members come out in one fixed order, so that equal registrations
 * serialise to equal JSON; `redirect_uris` keep the order in which they were sent.
 *
 * @param body the parsed JSON; anything a stranger can send
 * @param knownScopes the scope catalogue; other scopes are dropped, which RFC 7591 §2 allows and the answer shows
 * @throws AppError invalid_redirect_uri, or invalid_client_metadata for every other member (RFC 7591 §3.2.2)
 */
export function parseClientMetadata(body: unknown, knownScopes: ReadonlySet<string>): ClientMetadata {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new AppError('invalid_client_metadata', 'Send the client metadata as a JSON object.');
  }
  const read = (name: string): Member => {
    const value = (body as Record<string, unknown>)[name];
    return { name, value: value === null || value === '' ? undefined : value };
  };
  const grantTypes = subset(read('grant_types'), GRANT_TYPES);
  if (!grantTypes.includes('authorization_code')) {
    throw refusal('grant_types', "must hold 'authorization_code', which response_types 'code' needs");
  }
  const metadata: ClientMetadata = {
    redirect_uris: redirectUris(read('redirect_uris')),
    token_endpoint_auth_method: authMethod(read('token_endpoint_auth_method')),
    grant_types: grantTypes,
    response_types: subset(read('response_types'), RESPONSE_TYPES),
    client_name: text(read('client_name')),
    client_uri: webUri(read('client_uri')),
    logo_uri: webUri(read('logo_uri')),
    tos_uri: webUri(read('tos_uri')),
    policy_uri: webUri(read('policy_uri')),
    contacts: contacts(read('contacts')),
    scope: scope(read('scope'), knownScopes),
    software_id: text(read('software_id')),
    software_version: text(read('software_version')),
  };
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as unknown as ClientMetadata;
}

/** @param problem the end of a sentence that begins with the name of the member */
function refusal(name: string, problem: string): AppError {
  return new AppError('invalid_client_metadata', `${name} ${problem}.`);
}

function redirectUris({ name, value }: Member): string[] {
  if (value === undefined) throw new AppError('invalid_redirect_uri', MISSING_REDIRECT_URI);
  if (!Array.isArray(value)) throw refusal(name, 'must be an array of URIs');
  if (value.length === 0) throw new AppError('invalid_redirect_uri', MISSING_REDIRECT_URI);
  const uris = [...new Set<unknown>(value)];
  if (uris.length > MAX_REDIRECT_URIS) throw refusal(name, `must hold at most ${MAX_REDIRECT_URIS} URIs`);
  return uris.map((uri) => {
    if (typeof uri !== 'string') {
      throw new AppError('invalid_redirect_uri', `${name} must hold strings alone.`);
    }
    checkRedirectUri(uri);
    return uri;
  });
}

/** RFC 7591 §2. The default there is client_secret_basic; a client that does not ask gets no secret. */
function authMethod({ name, value = 'none' }: Member): ClientMetadata['token_endpoint_auth_method'] {
  const method = AUTH_METHODS.find((known) => known === value);
  if (!method) throw refusal(name, `must be one of ${AUTH_METHODS.join(', ')}`);
  return method;
}

/** The named ones of `supported`, each once and in its order; all where the member is omitted. */
function subset<T extends string>({ name, value }: Member, supported: readonly T[]): T[] {
  if (value === undefined) return [...supported];
  const known: ReadonlySet<unknown> = new Set(supported);
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => known.has(item))) {
    throw refusal(name, `must be an array that holds nothing but: ${supported.join(', ')}`);
  }
  return supported.filter((item) => value.includes(item));
}

function text({ name, value }: Member): string | undefined {
  if (value === undefined) return undefined;
  if (!isText(value, MAX_TEXT)) throw refusal(name, `must be 1 to ${MAX_TEXT} characters of visible text`);
  return seen(name, value);
}

function isText(value: unknown, max: number): value is string {
  // Twice as many UTF-16 units as code points at most: nothing longer needs to be counted.
  if (typeof value !== 'string' || value.length > 2 * max || [...value].length > max) return false;
  return value.trim() !== '';
}

/** @throws AppError that names the character by its code point: its sender cannot see it either */
function seen(name: string, text: string): string {
  const code = unseenIn(text);
  if (code)
    throw refusal(name, `holds ${code}, which nobody sees or which turns the text around it: leave it out`);
  return text;
}

/**
 * RFC 7591 §2: pages and images of the client. Nothing is ever sent there, so they need less care than redirect URIs:
 * what is no web address is refused, the rest is kept as it is.
 */
function webUri({ name, value }: Member): string | undefined {
  if (value === undefined) return undefined;
  const url = typeof value === 'string' && /^https?:\/\/[\x21-\x7e]+$/i.test(value) ? URL.parse(value) : null;
  if (!url || url.username || url.password || url.href.length > MAX_URI_LENGTH) {
    throw refusal(
      name,
      `must be an http or https URL without user info, of at most ${MAX_URI_LENGTH} characters`,
    );
  }
  return value as string;
}

function contacts({ name, value }: Member): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > MAX_CONTACTS) {
    throw refusal(name, `must be an array of at most ${MAX_CONTACTS} strings`);
  }
  return value.map((contact: unknown) => {
    if (isText(contact, MAX_CONTACT)) return seen(name, contact);
    throw refusal(name, `must hold strings of 1 to ${MAX_CONTACT} visible characters`);
  });
}

/**
 * RFC 6749 §3.3. `offline_access` stays where it was sent, but counts for nothing. A request for scopes that are
 * all unknown is refused: leaving the member out would turn it into one for everything.
 */
function scope({ name, value }: Member, known: ReadonlySet<string>): string | undefined {
  if (value === undefined) return undefined;
  const tokens = typeof value === 'string' ? [...new Set(value.split(' '))].filter(Boolean) : [];
  if (typeof value !== 'string' || !tokens.every((token) => SCOPE_TOKEN.test(token))) {
    throw refusal(name, 'must be a string of scopes with spaces between them');
  }
  if (!tokens.some((token) => known.has(token) && token !== OFFLINE_ACCESS)) {
    throw refusal(name, `names no scope of this server: leave it out, or use ${[...known].join(' ')}`);
  }
  return tokens.filter((token) => known.has(token) || token === OFFLINE_ACCESS).join(' ');
}
