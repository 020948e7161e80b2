import { Injectable } from '@nestjs/common';
import type { QueryResultRow } from 'pg';
import { hashToken } from '../common/crypto/token.js';
import { AppError } from '../common/errors/app-error.js';
import { tokenEvents } from '../common/metrics/tallies.js';
import { RunStatements } from '../common/postgres/run-statements.service.js';
import { Config } from '../config/config.js';
import { Audience } from './audience.service.js';
import { type ClientCredentials, invalidClient } from './client-credentials.js';
import { LiveTokens } from './live-tokens.service.js';
import { grantOf, MintTokens } from './mint-tokens.service.js';
import {
  type CodePresentation,
  issued,
  type IssuedTokens,
  ownerOf,
  type RefreshPresentation,
  type Replay,
} from './redemption.js';
import * as sql from './token-statements.js';

/**
 * Says what to make of a code or refresh token that was not redeemed: one further statement, on such requests alone.
 * What it revoked, this replica has forgotten before it answers.
 */
@Injectable()
export class JudgeRedemption {
  constructor(
    private readonly statements: RunStatements,
    private readonly config: Config,
    private readonly audience: Audience,
    private readonly mint: MintTokens,
    private readonly live: LiveTokens,
  ) {}

  /**
   * @returns whose grant ended, where the code was used before
   * @throws AppError invalid_client, invalid_target, invalid_grant
   */
  async code(client: ClientCredentials, presented: CodePresentation): Promise<Replay> {
    const row = await this.one('judge_code', sql.JUDGE_CODE, [
      hashToken(presented.code),
      client.clientId,
      client.secretHash,
      presented.redirectUri ?? null,
      presented.challenge,
      this.config.grantMaxAge ?? null,
      presented.audiences,
      this.audience.own,
    ]);
    if (!row) throw invalidClient(client);
    if (row.beyond_audience) throw beyondAudience();
    if (!row.grant_id) {
      throw new AppError(
        'invalid_grant',
        'The code is unknown, used, expired, or was issued for another request.',
      );
    }
    tokenEvents.replayed += 1;
    return this.replay(row);
  }

  /**
   * @returns the pair that was issued already, to a retry within the grace; or whose grant ended by a reuse
   * @throws AppError invalid_client, unauthorized_client, invalid_scope, invalid_target, invalid_grant
   */
  async refreshToken(
    client: ClientCredentials,
    presented: RefreshPresentation,
  ): Promise<IssuedTokens | Replay> {
    const { grantMaxAge, refreshGrace } = this.config;
    const successors = this.mint.successors(presented.refreshToken);
    const row = await this.one('judge_refresh_token', sql.JUDGE_REFRESH_TOKEN, [
      grantOf(presented.refreshToken),
      hashToken(presented.refreshToken),
      client.clientId,
      client.secretHash,
      presented.scopes,
      successors.map(({ accessToken }) => hashToken(accessToken)),
      refreshGrace,
      grantMaxAge ?? null,
      presented.audiences,
      this.audience.own,
      this.mint.wasIssued(presented.refreshToken),
    ]);
    if (!row) throw invalidClient(client);
    if (!row.refreshes) {
      throw new AppError('unauthorized_client', 'The client did not register for the refresh_token grant.');
    }
    if (row.beyond_scope) throw new AppError('invalid_scope', 'A scope was asked for that was not granted.');
    if (row.beyond_audience) throw beyondAudience();
    if (row.reused) {
      tokenEvents.reused += 1;
      return this.replay(row);
    }
    if (row.fresh) {
      tokenEvents.repeated += 1;
      await this.statements.flushed();
      return issued(successors[row.successor - 1]!, row);
    }
    throw new AppError(
      'invalid_grant',
      'The refresh token is unknown, used, expired or revoked. Sign in again.',
    );
  }

  private replay(row: QueryResultRow): Replay {
    this.live.dropGrant(row.grant_id);
    return { replayed: ownerOf(row) };
  }

  private async one(name: string, text: string, values: unknown[]): Promise<QueryResultRow | undefined> {
    return (await this.statements.durably({ name, text, values })).rows[0];
  }
}

function beyondAudience(): AppError {
  return new AppError('invalid_target', 'A resource was asked for that was not granted.');
}
