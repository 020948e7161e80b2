import { Injectable } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import { KeyRing } from '../common/crypto/key-ring.js';
import { hashToken, newToken, TOKEN_PREFIXES } from '../common/crypto/token.js';
import { AppError } from '../common/errors/app-error.js';
import { tokenEvents } from '../common/metrics/tallies.js';
import { Config } from '../config/config.js';
import type { RequestedResources } from './audience.service.js';
import { Audience } from './audience.service.js';
import { type ClientCredentials, invalidClient } from './client-credentials.js';
import { LiveTokens } from './live-tokens.service.js';
import type {
  CodePresentation,
  GrantOwner,
  Redemption,
  RefreshPresentation,
  StoredToken,
} from './redemption.js';
import * as sql from './token-statements.js';

/**
 * Runs the hot statements as named prepared statements; each method is one round trip unless it says so. What a
 * statement revoked, this replica has forgotten before it answers; the others hear of it.
 */
@Injectable()
export class TokenStore {
  constructor(
    private readonly pool: Pool,
    private readonly keys: KeyRing,
    private readonly config: Config,
    private readonly audience: Audience,
    private readonly live: LiveTokens,
  ) {}

  /** Redeems a code (RFC 6749 §4.1.3). */
  async exchangeCode(client: ClientCredentials, presented: CodePresentation): Promise<Redemption> {
    const accessToken = newToken('accessToken');
    const refreshToken = newToken('refreshToken');
    const [name, text] = presented.audiences
      ? ['exchange_code_for_resources', sql.EXCHANGE_CODE_FOR_RESOURCES]
      : ['exchange_code', sql.EXCHANGE_CODE];
    const row = await this.one(name, text, [
      hashToken(presented.code),
      client.clientId,
      client.secretHash,
      presented.redirectUri ?? null,
      presented.challenge,
      hashToken(accessToken),
      hashToken(refreshToken),
      ...this.lifetimes(presented),
    ]);
    if (!row) return 'no match';
    if (!row.won) {
      tokenEvents.replayed += 1;
      return this.replayed(row);
    }
    if (!row.live) return 'no match';
    tokenEvents.issued += 1;
    return {
      accessToken,
      refreshToken: row.refreshes ? refreshToken : undefined,
      expiresIn: row.expires_in,
      scopes: row.scopes,
      owner: ownerOf(row),
    };
  }

  /** Rotates a refresh token (RFC 6749 §6); a retry within the grace gets the same pair again. */
  async refresh(client: ClientCredentials, presented: RefreshPresentation): Promise<Redemption> {
    const kid = this.keys.activeKid;
    const pair = this.successors(kid, presented.refreshToken)!;
    const [name, text] = presented.audiences
      ? ['rotate_refresh_token_for_resources', sql.ROTATE_REFRESH_TOKEN_FOR_RESOURCES]
      : ['rotate_refresh_token', sql.ROTATE_REFRESH_TOKEN];
    const row = await this.one(name, text, [
      hashToken(presented.refreshToken),
      client.clientId,
      client.secretHash,
      presented.scopes,
      hashToken(pair.accessToken),
      hashToken(pair.refreshToken),
      kid,
      ...this.lifetimes(presented, this.config.refreshGrace),
    ]);
    if (!row) return 'no match';
    if (!row.fresh) {
      tokenEvents.reused += 1;
      return this.replayed(row);
    }
    // A key that left the ring since the first rotation cannot repeat its answer.
    const repeated = row.kid === kid ? pair : this.successors(row.kid, presented.refreshToken);
    if (!row.live || !repeated) return 'no match';
    tokenEvents[row.won ? 'rotated' : 'repeated'] += 1;
    return { ...repeated, expiresIn: row.expires_in, scopes: row.scopes, owner: ownerOf(row) };
  }

  /**
   * Says why {@link exchangeCode} found no match. One further read, on failures alone.
   *
   * @returns the error to answer with
   */
  async explainCode(client: ClientCredentials, presented: CodePresentation): Promise<AppError> {
    const row = await this.one('explain_code', sql.EXPLAIN_CODE, [
      hashToken(presented.code),
      client.clientId,
      client.secretHash,
      presented.redirectUri ?? null,
      presented.challenge,
      presented.audiences,
      this.audience.own,
    ]);
    if (!row) return invalidClient(client);
    if (row.beyond_audience) return beyondAudience();
    return new AppError(
      'invalid_grant',
      'The code is unknown, used, expired, or was issued for another request.',
    );
  }

  /** Says why {@link refresh} found no match. One further read, on failures alone. */
  async explainRefresh(client: ClientCredentials, presented: RefreshPresentation): Promise<AppError> {
    const row = await this.one('explain_refresh', sql.EXPLAIN_REFRESH, [
      hashToken(presented.refreshToken),
      client.clientId,
      client.secretHash,
      presented.scopes,
      presented.audiences,
      this.audience.own,
    ]);
    if (!row) return invalidClient(client);
    if (!row.grant_types.includes('refresh_token')) {
      return new AppError('unauthorized_client', 'The client did not register for the refresh_token grant.');
    }
    if (row.beyond_scope) return new AppError('invalid_scope', 'A scope was asked for that was not granted.');
    if (row.beyond_audience) return beyondAudience();
    return new AppError(
      'invalid_grant',
      'The refresh token is unknown, used, expired or revoked. Sign in again.',
    );
  }

  /** Looks an access token up; undefined unless it is alive. */
  findAccessToken(token: string): Promise<StoredToken | undefined> {
    return this.find('find_access_token', sql.FIND_ACCESS_TOKEN, token);
  }

  /** Looks a refresh token up; undefined unless it is alive and unused. */
  findRefreshToken(token: string): Promise<StoredToken | undefined> {
    return this.find('find_refresh_token', sql.FIND_REFRESH_TOKEN, token);
  }

  /** Whether a client is who it says. */
  async authenticates(client: ClientCredentials): Promise<boolean> {
    const values = [client.clientId, client.secretHash];
    return (await this.one('authenticate_client', sql.AUTHENTICATE_CLIENT, values)) !== undefined;
  }

  /**
   * Revokes what a client presents (RFC 7009), whichever kind it is; the prefix tells, so no hint is needed.
   *
   * @returns undefined where the client did not authenticate; else whose tokens ended, if any did
   */
  async revoke(
    client: ClientCredentials,
    token: string,
  ): Promise<{ readonly revoked: GrantOwner | undefined } | undefined> {
    const values = [hashToken(token), client.clientId, client.secretHash];
    const row = token.startsWith(TOKEN_PREFIXES.refreshToken)
      ? await this.one('revoke_refresh_token', sql.REVOKE_REFRESH_TOKEN, [
          ...values,
          this.config.refreshGrace,
        ])
      : await this.one('revoke_access_token', sql.REVOKE_ACCESS_TOKEN, values);
    if (!row) return undefined;
    if (!row.grant_id) return { revoked: undefined };
    this.live.dropGrant(row.grant_id);
    tokenEvents.revoked += 1;
    return { revoked: ownerOf(row) };
  }

  private replayed(row: QueryResultRow): { replayed: GrantOwner } {
    this.live.dropGrant(row.grant_id);
    return { replayed: ownerOf(row) };
  }

  private lifetimes({ audiences, resources }: RequestedResources, ...grace: number[]): unknown[] {
    const { accessTokenTtl, refreshTokenTtl, grantMaxAge } = this.config;
    const asked = audiences ? [audiences, this.audience.own] : [];
    return [accessTokenTtl, refreshTokenTtl, grantMaxAge ?? null, resources, ...grace, ...asked];
  }

  /** Racers compute one pair from the old token, and nobody without the key can. */
  private successors(kid: string, old: string): { accessToken: string; refreshToken: string } | undefined {
    const access = this.keys.mac(kid, 'token-derivation', `access|${old}`);
    const refresh = this.keys.mac(kid, 'token-derivation', `refresh|${old}`);
    if (!access || !refresh) return undefined;
    return {
      accessToken: TOKEN_PREFIXES.accessToken + access.toString('base64url'),
      refreshToken: TOKEN_PREFIXES.refreshToken + refresh.toString('base64url'),
    };
  }

  private async find(name: string, text: string, token: string): Promise<StoredToken | undefined> {
    const row = await this.one(name, text, [hashToken(token)]);
    if (!row) return undefined;
    return {
      userId: row.user_id,
      workspaceId: row.workspace_id,
      clientId: row.client_id,
      scopes: row.scopes,
      resources: row.resources,
      expiresAt: row.expires_at,
      grantId: row.grant_id,
      secondsLeft: row.seconds_left,
    };
  }

  private async one(name: string, text: string, values: unknown[]): Promise<QueryResultRow | undefined> {
    return (await this.pool.query<QueryResultRow>({ name, text, values })).rows[0];
  }
}

function ownerOf({ grant_id, user_id, workspace_id }: QueryResultRow): GrantOwner {
  return { grant_id, user_id, workspace_id };
}

function beyondAudience(): AppError {
  return new AppError('invalid_target', 'A resource was asked for that was not granted.');
}
