import type { AccessTokenHolder } from '../common/access/principal.js';

/** A live access token. */
export interface VerifiedAccessToken {
  readonly holder: AccessTokenHolder;
  /** The resource indicators (RFC 8707) that the token is for, as granted; null means `PUBLIC_URL`. */
  readonly resources: readonly string[] | null;
}

/** Tells live access tokens from all others. Whether a token is meant for a given API, the caller decides. */
export abstract class AccessTokenVerifier {
  /**
   * @param token the access token as sent, prefix included; any string
   * @returns whose it is; undefined where it is unknown, expired or revoked
   */
  abstract verify(token: string): Promise<VerifiedAccessToken | undefined>;
}
