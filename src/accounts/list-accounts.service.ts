import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import { namedProvider } from '../oauth-apps/named-provider.js';
import { ProviderRegistry } from '../providers/provider-registry.service.js';
import type { AccountPage, ListAccountsQuery } from './accounts.dto.js';
import { FindAccount } from './find-account.service.js';

/** Lists accounts page by page. */
@Injectable()
export class ListAccounts {
  constructor(
    private readonly accounts: FindAccount,
    private readonly registry: ProviderRegistry,
  ) {}

  /**
   * A page, oldest accounts first. One that is connected while somebody pages comes last; none is left out or repeated.
   *
   * @throws AppError unknown_provider; invalid_input for a cursor that is not ours
   */
  async run(
    workspaceId: string,
    { limit, cursor, provider, status }: ListAccountsQuery,
  ): Promise<AccountPage> {
    if (provider !== undefined) namedProvider(this.registry, provider);
    const after = cursor === undefined ? undefined : readCursor(cursor);
    // One more than asked for tells whether there is another page.
    const rows = await this.accounts.list({ workspaceId, provider, status, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      data: page.map(({ view }) => view),
      next_cursor: rows.length > limit && last ? writeCursor(last.createdAt, last.view.id) : null,
    };
  }
}

function writeCursor(createdAt: Date, id: string): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url');
}

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const match = /^(\d{1,15}) (acc_[A-Za-z0-9_-]{22})$/.exec(
    Buffer.from(cursor, 'base64url').toString('utf8'),
  );
  if (match) return { createdAt: new Date(Number(match[1])), id: match[2]! };
  throw new AppError('invalid_input', 'The cursor is not one of this list.', {
    fields: [{ field: 'cursor', message: 'must be the next_cursor of a page' }],
  });
}
