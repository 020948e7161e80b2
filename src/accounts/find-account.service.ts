import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { SecretBox } from '../common/crypto/secret-box.js';
import type { Choice } from '../providers/choices/choice.js';
import { type AccountRow, LIST, VIEW } from './account-statements.js';
import type { AccountStatus, AccountView } from './account-view.js';
import { accountPlace } from './token-places.js';

/** Which accounts to list. */
export interface AccountFilter {
  readonly workspaceId: string;
  readonly provider?: string;
  /** None means all but disconnected ones. */
  readonly status?: AccountStatus;
  /** Continue behind this row. */
  readonly after?: { readonly createdAt: Date; readonly id: string };
  readonly limit: number;
}

/** Reads accounts, for showing them: never a token. */
@Injectable()
export class FindAccount {
  constructor(
    private readonly pool: Pool,
    private readonly box: SecretBox,
  ) {}

  /**
   * What a reconnect of this account must use.
   *
   * @returns undefined where the workspace has no such account
   */
  async reconnectable(
    accountId: string,
    workspaceId: string,
  ): Promise<{ provider: string; oauthAppId: string } | undefined> {
    const row = await this.row(accountId, workspaceId);
    return row && { provider: row.provider, oauthAppId: row.oauth_app_id };
  }

  /**
   * One account.
   *
   * @param workspaceId whose it must be; undefined: anybody's, for resource servers
   * @returns undefined where there is none
   */
  async view(accountId: string, workspaceId: string | undefined): Promise<AccountView | undefined> {
    const row = await this.row(accountId, workspaceId);
    return row && this.viewOf(row);
  }

  /** The row behind a view, for use cases of this module. */
  async row(accountId: string, workspaceId: string | undefined): Promise<AccountRow | undefined> {
    const { rows } = await this.pool.query<AccountRow>(VIEW, [accountId, workspaceId]);
    return rows[0];
  }

  /** Accounts, oldest first. @returns at most `limit`, each with the row's place in the order */
  async list(filter: AccountFilter): Promise<{ view: AccountView; createdAt: Date }[]> {
    const { workspaceId, provider, status, after, limit } = filter;
    const { rows } = await this.pool.query<AccountRow>(LIST, [
      workspaceId,
      provider,
      status,
      after?.createdAt,
      after?.id,
      limit,
    ]);
    return rows.map((row) => ({ view: this.viewOf(row), createdAt: row.created_at }));
  }

  private viewOf(row: AccountRow): AccountView {
    return {
      id: row.id,
      provider: row.provider,
      oauth_app_id: row.oauth_app_id,
      external_id: row.external_id,
      username: row.username,
      display_name: row.display_name,
      avatar_url: row.avatar_url,
      status: row.status,
      reason: row.reason,
      scopes: row.scopes ?? [],
      missing_scopes: row.missing_scopes ?? [],
      expires_at: row.expires_at?.toISOString() ?? null,
      connected_at: row.connected_at?.toISOString() ?? null,
      ...(row.choices_sealed !== null && {
        choices: openChoices(this.box, row.choices_sealed, { id: row.id, workspaceId: row.workspace_id }).map(
          ({ externalId, name, selectable, reason }) => ({
            external_id: externalId,
            name,
            selectable,
            reason: reason ?? null,
          }),
        ),
      }),
    };
  }
}

/** The choices of a pending account, tokens included. */
export function openChoices(
  box: SecretBox,
  sealed: string,
  account: { readonly id: string; readonly workspaceId: string },
): Choice[] {
  return JSON.parse(box.open(sealed, accountPlace(account, 'choices_sealed'))) as Choice[];
}
