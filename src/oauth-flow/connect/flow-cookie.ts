import { equalHashes, hashToken } from '../../common/crypto/token.js';

/** What ties a sign-in to the browser that started it. */
export interface FlowCookie {
  /** The cookie's name: every sign-in has its own, so that several may be under way. */
  readonly name: string;
  /** Whether PUBLIC_URL is https. */
  readonly secure: boolean;
}

/**
 * The cookie of a sign-in. Over https it has the prefix by which no other host and no plain http can set it
 * (RFC 6265bis §4.1.3.2); browsers refuse that prefix over http.
 *
 * @param idHash of the sign-in
 * @param publicUrl our origin
 */
export function flowCookie(idHash: Buffer, publicUrl: string): FlowCookie {
  const secure = publicUrl.startsWith('https:');
  return { name: `${secure ? '__Host-' : ''}sd_flow_${idHash.toString('hex').slice(0, 16)}`, secure };
}

/**
 * A `Set-Cookie` value. `Lax` is sent with the top-level redirect that comes back from the provider, and with no
 * request that another site makes by itself (RFC 6265bis §8.8.2).
 *
 * @param value empty, with 0 seconds, takes the cookie away
 * @param seconds how long the browser keeps it
 */
export function setCookie({ name, secure }: FlowCookie, value: string, seconds: number): string {
  const cookie = `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
  return secure ? `${cookie}; Secure` : cookie;
}

/**
 * Whether a request comes from the browser that started the sign-in.
 *
 * @param cookies the `Cookie` header
 * @param browserHash SHA-256 of the value that was set
 */
export function isSameBrowser(
  { name }: FlowCookie,
  cookies: string | undefined,
  browserHash: Buffer,
): boolean {
  return (cookies ?? '').split(';').some((pair) => {
    const separator = pair.indexOf('=');
    if (pair.slice(0, separator).trim() !== name) return false;
    return equalHashes(hashToken(pair.slice(separator + 1).trim()), browserHash);
  });
}
