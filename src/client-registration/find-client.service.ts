import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { RunStatements } from '../common/postgres/run-statements.service.js';
import { Client } from './client.entity.js';

/** What an authorization request needs to know of its client. */
export type FoundClient = Pick<Client, 'id' | 'redirectUris' | 'scopes'>;

/** Whether the day's use is still to be noted: once a day is enough, and spares every other request a write. */
const FIND = `
SELECT redirect_uris, scopes, last_used_at < now() - interval '1 day' AS unnoted
FROM clients WHERE id = $1 AND tombstoned_at IS NULL`;

/** Matches nothing where the client expired since. */
const NOTE_USE = `
UPDATE clients SET last_used_at = now() WHERE id = $1 AND tombstoned_at IS NULL`;

/** Looks clients up. */
@Injectable()
export class FindClient {
  constructor(
    private readonly statements: RunStatements,
    private readonly pool: Pool,
  ) {}

  /**
   * Looks a client up that asks for an authorization, which counts as use: it does not expire while its user decides.
   *
   * @param id a `client_id` as presented
   * @returns the client, or undefined where there is none or it expired
   */
  async byId(id: string): Promise<FoundClient | undefined> {
    const find = { name: 'find_client', text: FIND, values: [id] };
    const [row] = (await this.statements.lightly<ClientRow>(find)).rows;
    if (row?.unnoted && !(await this.noteUse(id))) return undefined;
    return row && { id, redirectUris: row.redirect_uris, scopes: row.scopes };
  }

  private async noteUse(id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(NOTE_USE, [id]);
    return rowCount === 1;
  }
}

interface ClientRow {
  redirect_uris: string[];
  scopes: string[] | null;
  unnoted: boolean;
}
