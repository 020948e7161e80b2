import { Injectable } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import type { NewConnection } from '../../accounts/new-connection.js';
import type { DashboardUser } from '../../common/access/principal.js';
import { SecretBox, type SealedPlace } from '../../common/crypto/secret-box.js';
import { hashToken, newToken } from '../../common/crypto/token.js';
import { AppError } from '../../common/errors/app-error.js';
import * as sql from './connect-statements.js';

/** Keeps results that came back in another browser, sealed, until the user who started asks for them. */
@Injectable()
export class PendingConnections {
  constructor(
    private readonly pool: Pool,
    private readonly box: SecretBox,
  ) {}

  /**
   * Keeps a result for 5 minutes.
   *
   * @returns the completion token: only the browser that came back gets it, only the user who started may use it
   */
  async keep(result: NewConnection): Promise<string> {
    const token = newToken('completion');
    const tokenHash = hashToken(token);
    const { workspaceId, userId } = result;
    const sealed = this.box.seal(JSON.stringify(result), resultPlace(tokenHash, workspaceId));
    await this.query('keep_pending_connection', sql.KEEP_RESULT, [tokenHash, workspaceId, userId, sealed]);
    return token;
  }

  /**
   * Hands a result out, once, its lifetimes shortened by what it waited.
   *
   * @throws AppError not_found for unknown tokens and those of others, completion_used, completion_expired
   */
  async redeem(token: string, { workspaceId, userId }: DashboardUser): Promise<NewConnection> {
    const tokenHash = hashToken(token);
    const values = [tokenHash, workspaceId, userId];
    const row = await this.query('redeem_pending_connection', sql.REDEEM_RESULT, values);
    if (!row) throw await this.explain(values);
    const kept = this.box.open(row.result_sealed, resultPlace(tokenHash, workspaceId));
    return aged(JSON.parse(kept) as NewConnection, row.waited);
  }

  private async explain(values: unknown[]): Promise<AppError> {
    const row = await this.query('explain_pending_connection', sql.EXPLAIN_RESULT, values);
    if (!row) {
      return new AppError('not_found', 'There is no such completion, or somebody else started it.');
    }
    return row.redeemed
      ? new AppError('completion_used', 'This connection was completed before. Look at your accounts.')
      : new AppError('completion_expired', 'This came too late. Connect the account again.');
  }

  private async query(name: string, text: string, values: unknown[]): Promise<QueryResultRow | undefined> {
    return (await this.pool.query<QueryResultRow>({ name, text, values })).rows[0];
  }
}

/** Providers count lifetimes from their answer, not from the user's. */
function aged(result: NewConnection, seconds: number): NewConnection {
  const left = (lifetime: number | undefined) => lifetime && Math.max(0, lifetime - seconds);
  const { expiresIn, refreshExpiresIn } = result.connection;
  return {
    ...result,
    connection: {
      ...result.connection,
      expiresIn: left(expiresIn),
      refreshExpiresIn: left(refreshExpiresIn),
    },
  };
}

function resultPlace(tokenHash: Buffer, workspace: string): SealedPlace {
  const row = tokenHash.toString('base64url');
  return { table: 'pending_connections', row, column: 'result_sealed', workspace };
}
