import { Injectable } from '@nestjs/common';
import type { QueryResultRow } from 'pg';
import { hashToken, TOKEN_PREFIXES } from '../common/crypto/token.js';
import { tokenEvents } from '../common/metrics/tallies.js';
import { RunStatements } from '../common/postgres/run-statements.service.js';
import { Config } from '../config/config.js';
import type { RequestedResources } from './audience.service.js';
import { Audience } from './audience.service.js';
import type { ClientCredentials } from './client-credentials.js';
import { LiveTokens } from './live-tokens.service.js';
import { grantOf, MintTokens } from './mint-tokens.service.js';
import {
  type CodePresentation,
  type FirstTokens,
  type GrantOwner,
  issued,
  type IssuedTokens,
  ownerOf,
  type RefreshPresentation,
  type StoredToken,
} from './redemption.js';
import * as sql from './token-statements.js';

/**
 * Runs the hot statements as named prepared statements; each method is one round trip unless it says so. What a
 * statement revoked, this replica has forgotten before it answers; the others hear of it.
 */
@Injectable()
export class TokenStore {
  constructor(
    private readonly statements: RunStatements,
    private readonly mint: MintTokens,
    private readonly config: Config,
    private readonly audience: Audience,
    private readonly live: LiveTokens,
  ) {}

  /**
   * Redeems a code (RFC 6749 §4.1.3).
   *
   * @returns undefined where it is refused; `JudgeRedemption` knows why
   */
  async exchangeCode(
    client: ClientCredentials,
    presented: CodePresentation,
  ): Promise<FirstTokens | undefined> {
    const { accessToken, refreshToken } = this.mint.first(presented.code);
    const [name, text] = presented.audiences
      ? ['exchange_code_for_resources', sql.EXCHANGE_CODE_FOR_RESOURCES]
      : ['exchange_code', sql.EXCHANGE_CODE];
    const row = await this.write(name, text, [
      hashToken(presented.code),
      client.clientId,
      client.secretHash,
      presented.redirectUri ?? null,
      presented.challenge,
      hashToken(accessToken),
      hashToken(refreshToken),
      ...this.lifetimes(presented),
    ]);
    if (!row) return undefined;
    tokenEvents.issued += 1;
    const pair = { accessToken, refreshToken: row.refreshes ? refreshToken : undefined };
    return { ...issued(pair, row), owner: ownerOf(row) };
  }

  /**
   * Rotates a refresh token (RFC 6749 §6).
   *
   * @returns undefined where it is refused, or was rotated before; `JudgeRedemption` knows which
   */
  async refresh(
    client: ClientCredentials,
    presented: RefreshPresentation,
  ): Promise<IssuedTokens | undefined> {
    const pair = this.mint.next(presented.refreshToken);
    const [name, text] = presented.audiences
      ? ['rotate_refresh_token_for_resources', sql.ROTATE_REFRESH_TOKEN_FOR_RESOURCES]
      : ['rotate_refresh_token', sql.ROTATE_REFRESH_TOKEN];
    const row = await this.write(name, text, [
      grantOf(presented.refreshToken),
      hashToken(presented.refreshToken),
      client.clientId,
      client.secretHash,
      presented.scopes,
      hashToken(pair.accessToken),
      hashToken(pair.refreshToken),
      ...this.lifetimes(presented),
    ]);
    if (!row) return undefined;
    tokenEvents.rotated += 1;
    return issued(pair, row);
  }

  /** Looks an access token up; undefined unless it is alive. */
  findAccessToken(token: string): Promise<StoredToken | undefined> {
    return this.find('find_access_token', sql.FIND_ACCESS_TOKEN, [hashToken(token)]);
  }

  /** Looks a refresh token up; undefined unless it is alive and unused. */
  findRefreshToken(token: string): Promise<StoredToken | undefined> {
    return this.find('find_refresh_token', sql.FIND_REFRESH_TOKEN, [grantOf(token), hashToken(token)]);
  }

  /** Whether a client is who it says. */
  async authenticates(client: ClientCredentials): Promise<boolean> {
    const values = [client.clientId, client.secretHash];
    return (await this.read('authenticate_client', sql.AUTHENTICATE_CLIENT, values)) !== undefined;
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
    const isRefreshToken = token.startsWith(TOKEN_PREFIXES.refreshToken);
    const successors = isRefreshToken ? this.mint.successors(token) : [];
    const row = isRefreshToken
      ? await this.write('revoke_refresh_token', sql.REVOKE_REFRESH_TOKEN, [
          ...values,
          grantOf(token),
          successors.map(({ accessToken }) => hashToken(accessToken)),
          successors.map(({ refreshToken }) => hashToken(refreshToken)),
          this.config.refreshGrace,
        ])
      : await this.write('revoke_access_token', sql.REVOKE_ACCESS_TOKEN, values);
    if (!row) return undefined;
    if (!row.grant_id) {
      // Perhaps somebody else is just revoking it.
      await this.statements.flushed();
      return { revoked: undefined };
    }
    this.live.dropGrant(row.grant_id);
    tokenEvents.revoked += 1;
    return { revoked: ownerOf(row) };
  }

  private lifetimes({ audiences, resources }: RequestedResources): unknown[] {
    const { accessTokenTtl, refreshTokenTtl, grantMaxAge } = this.config;
    const asked = audiences ? [audiences, this.audience.own] : [];
    return [accessTokenTtl, refreshTokenTtl, grantMaxAge ?? null, resources, ...asked];
  }

  private async find(name: string, text: string, values: unknown[]): Promise<StoredToken | undefined> {
    const row = await this.read(name, text, values);
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

  private async read(name: string, text: string, values: unknown[]): Promise<QueryResultRow | undefined> {
    return (await this.statements.lightly({ name, text, values })).rows[0];
  }

  private async write(name: string, text: string, values: unknown[]): Promise<QueryResultRow | undefined> {
    return (await this.statements.durably({ name, text, values })).rows[0];
  }
}
