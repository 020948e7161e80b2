import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Pool, type QueryResultRow } from 'pg';
import { KeyRing } from '../../common/crypto/key-ring.js';
import { SecretBox, type SealedPlace } from '../../common/crypto/secret-box.js';
import { hashToken } from '../../common/crypto/token.js';
import * as sql from './connect-statements.js';
import { newState } from './flow-state.js';

/** What a start decides. */
export interface NewFlow {
  readonly workspaceId: string;
  readonly userId: string;
  readonly provider: string;
  readonly oauthAppId: string;
  readonly redirectUri: string;
  readonly returnUrl: string | undefined;
  readonly reconnectAccountId: string | undefined;
}

/** What a start needs to go on. */
export interface StartedFlow {
  readonly idHash: Buffer;
  readonly state: string;
  /** RFC 7636 §4.1 */
  readonly codeVerifier: string;
  /** For the cookie: 256 random bits, base64url. */
  readonly browser: string;
}

/** A sign-in as its callback gets it: everything comes from our own row. */
export interface ConsumedFlow extends NewFlow {
  readonly idHash: Buffer;
  readonly codeVerifier: string;
  readonly browserHash: Buffer;
}

/** A sign-in that cannot be had, and why. */
export interface RefusedFlow {
  readonly refused: 'state_used' | 'state_expired';
  /** Of the row, where there still is one. */
  readonly returnUrl: string | undefined;
}

/** Keeps sign-ins between their start and their callback. */
@Injectable()
export class Flows {
  constructor(
    private readonly pool: Pool,
    private readonly ring: KeyRing,
    private readonly box: SecretBox,
  ) {}

  /** Holds a new sign-in for 10 minutes, in one statement. */
  async hold(flow: NewFlow): Promise<StartedFlow> {
    const { state, idHash } = newState(this.ring, flow.provider);
    const [codeVerifier, browser] = [randomText(), randomText()];
    await this.query('hold_oauth_flow', sql.HOLD_FLOW, [
      idHash,
      flow.workspaceId,
      flow.userId,
      flow.provider,
      flow.oauthAppId,
      flow.redirectUri,
      this.box.seal(codeVerifier, verifierPlace(idHash, flow.workspaceId)),
      hashToken(browser),
      flow.returnUrl ?? null,
      flow.reconnectAccountId ?? null,
    ]);
    return { idHash, state, codeVerifier, browser };
  }

  /**
   * Takes a sign-in, for one caller and one time; what the database's clock calls late is late.
   *
   * @param idHash of a state that was signed by us
   * @param provider the one whose callback was called
   * @throws CannotOpenError where the row was tampered with
   */
  async consume(idHash: Buffer, provider: string): Promise<ConsumedFlow | RefusedFlow> {
    const row = await this.query('consume_oauth_flow', sql.CONSUME_FLOW, [idHash, provider]);
    if (!row) return this.explain(idHash, provider);
    return {
      idHash,
      workspaceId: row.workspace_id,
      userId: row.user_id,
      provider: row.provider,
      oauthAppId: row.oauth_app_id,
      redirectUri: row.redirect_uri,
      codeVerifier: this.box.open(row.code_verifier_sealed, verifierPlace(idHash, row.workspace_id)),
      browserHash: row.browser_hash,
      returnUrl: row.return_url ?? undefined,
      reconnectAccountId: row.reconnect_account_id ?? undefined,
    };
  }

  /** Notes what became of a sign-in. */
  async record(idHash: Buffer, outcome: string): Promise<void> {
    await this.query('record_oauth_flow', sql.RECORD_OUTCOME, [idHash, outcome]);
  }

  /** A row that is gone was here once, since its state is signed: it is a day old. */
  private async explain(idHash: Buffer, provider: string): Promise<RefusedFlow> {
    const row = await this.query('explain_oauth_flow', sql.EXPLAIN_FLOW, [idHash, provider]);
    return { refused: row?.used ? 'state_used' : 'state_expired', returnUrl: row?.return_url ?? undefined };
  }

  private async query(name: string, text: string, values: unknown[]): Promise<QueryResultRow | undefined> {
    return (await this.pool.query<QueryResultRow>({ name, text, values })).rows[0];
  }
}

/** 43 characters. */
function randomText(): string {
  return randomBytes(32).toString('base64url');
}

function verifierPlace(idHash: Buffer, workspace: string): SealedPlace {
  const row = idHash.toString('base64url');
  return { table: 'oauth_flows', row, column: 'code_verifier_sealed', workspace };
}
