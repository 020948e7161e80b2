import type { QueryResultRow } from 'pg';
import type { AuditedRequest } from '../audit/audit-record.js';
import type { RequestedResources } from './audience.service.js';
import type { ClientCredentials } from './client-credentials.js';

/** An issued pair. `expiresIn` is in seconds. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Absent where the client did not register for the refresh grant. */
  readonly refreshToken: string | undefined;
  readonly expiresIn: number;
  readonly scopes: readonly string[];
}

/** What a code was exchanged for. */
export interface FirstTokens extends IssuedTokens {
  readonly owner: GrantOwner;
}

/** Whose tokens they are, in the words of the audit log. */
export interface GrantOwner {
  readonly grant_id: string;
  readonly user_id: string;
  readonly workspace_id: string;
}

/** A credential was used a second time, and these lost their grant by it. */
export interface Replay {
  readonly replayed: GrantOwner;
}

/**
 * Redeems what a request presented. `client` is who the client says it is; `request` is for the audit log.
 *
 * @throws AppError invalid_client; once the client has authenticated, unauthorized_client, invalid_grant, invalid_scope,
 *   invalid_target
 */
export type Redeem = (client: ClientCredentials, request: AuditedRequest) => Promise<IssuedTokens>;

/** What a stored token says of itself. */
export interface StoredToken {
  readonly userId: string;
  readonly workspaceId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[] | null;
  readonly expiresAt: Date;
  readonly grantId: string;
  /** Until it expires, by the database's clock. */
  readonly secondsLeft: number;
}

/** A code as a client presents it. */
export interface CodePresentation extends RequestedResources {
  readonly code: string;
  readonly redirectUri: string | undefined;
  /** S256 of the verifier. */
  readonly challenge: string;
}

/** A refresh token as a client presents it; `scopes` null asks for the grant's. */
export interface RefreshPresentation extends RequestedResources {
  readonly refreshToken: string;
  readonly scopes: readonly string[] | null;
}

/**
 * What was issued, from the row of the statement that did so.
 *
 * @param tokens the pair, as the client gets it
 */
export function issued(
  { accessToken, refreshToken }: Pick<IssuedTokens, 'accessToken' | 'refreshToken'>,
  row: QueryResultRow,
): IssuedTokens {
  return { accessToken, refreshToken, expiresIn: row.expires_in, scopes: row.scopes };
}

/** Whose grant a row speaks of. */
export function ownerOf({ grant_id, user_id, workspace_id }: QueryResultRow): GrantOwner {
  return { grant_id, user_id, workspace_id };
}
