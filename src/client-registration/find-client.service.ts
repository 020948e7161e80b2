import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { Client } from './client.entity.js';

/** What an authorization request needs to know of its client. */
export type FoundClient = Pick<Client, 'id' | 'redirectUris' | 'scopes'>;

/** Looks clients up. */
@Injectable()
export class FindClient {
  constructor(private readonly pool: Pool) {}

  /**
   * @param id a `client_id` as presented
   * @returns the client, or undefined where there is none or it expired
   */
  async byId(id: string): Promise<FoundClient | undefined> {
    const { rows } = await this.pool.query<{ redirect_uris: string[]; scopes: string[] | null }>({
      name: 'find_client',
      text: 'SELECT redirect_uris, scopes FROM clients WHERE id = $1 AND tombstoned_at IS NULL',
      values: [id],
    });
    const [row] = rows;
    return row && { id, redirectUris: row.redirect_uris, scopes: row.scopes };
  }
}
