import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { tokenEvents } from '../common/metrics/tallies.js';
import { RunStatements } from '../common/postgres/run-statements.service.js';
import type { ConnectedApp } from './connected-apps.dto.js';
import { LiveTokens } from './live-tokens.service.js';

/** A grant whose code was redeemed and whose tokens have not all ended. */
const LIVE = 'g.revoked_at IS NULL AND g.expires_at > now()';

const LIST = `
SELECT c.id, c.name, c.logo_uri, c.client_uri,
  min(g.created_at) AS authorized_at, max(g.last_used_at) AS last_used_at, count(*)::int AS grants,
  (SELECT array_agg(DISTINCT scope ORDER BY scope) FROM grants o, unnest(o.scopes) AS scope
   WHERE o.user_id = $1 AND o.client_id = c.id AND o.revoked_at IS NULL AND o.expires_at > now()) AS scopes
FROM grants g JOIN clients c ON c.id = g.client_id
WHERE g.user_id = $1 AND ${LIVE}
GROUP BY c.id
ORDER BY max(g.last_used_at) DESC, c.id`;

/**
 * Revokes in one statement. Grants whose code may still be on its way go as well: it lives ten minutes at most. Rows are
 * locked in order, so that two of these never wait for each other.
 */
const revokeWhere = (condition: string) => `
WITH doomed AS (
  SELECT g.id FROM grants g
  WHERE ${condition} AND g.revoked_at IS NULL AND coalesce(g.expires_at, g.created_at + interval '10 minutes') > now()
  ORDER BY g.id FOR UPDATE
)
UPDATE grants g SET revoked_at = now() FROM doomed WHERE g.id = doomed.id RETURNING g.id`;

const REVOKE_APP = revokeWhere('g.user_id = $1 AND g.client_id = $2');
const REVOKE_USER = revokeWhere('g.user_id = $1');
const REVOKE_WORKSPACE = revokeWhere('g.workspace_id = $1');
const REVOKE_USER_IN_WORKSPACE = revokeWhere('g.user_id = $1 AND g.workspace_id = $2');

/** What a user authorized: lists it, and takes it back. */
@Injectable()
export class ConnectedApps {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: RunStatements,
    private readonly live: LiveTokens,
  ) {}

  /** The apps of a user, the most recently used first. An app stays while any of its refresh tokens lives. */
  async list(userId: string): Promise<ConnectedApp[]> {
    const rows = await this.dataSource.query<AppRow[]>(LIST, [userId]);
    return rows.map((row) => ({
      id: row.id,
      client_id: row.id,
      name: row.name,
      logo_uri: row.logo_uri,
      client_uri: row.client_uri,
      scopes: row.scopes,
      authorized_at: row.authorized_at.toISOString(),
      last_used_at: row.last_used_at.toISOString(),
      grants: row.grants,
    }));
  }

  /**
   * Disconnects an app: every token and pending code of this user for it is dead when this returns.
   *
   * @returns how many grants ended; 0 where there was nothing to disconnect
   */
  async disconnect(userId: string, clientId: string): Promise<number> {
    return this.revoke(REVOKE_APP, [userId, clientId]);
  }

  /**
   * Ends every grant of a user, of a workspace, or of a user within a workspace.
   *
   * @returns how many grants ended
   */
  async disconnectSubject(userId: string | undefined, workspaceId: string | undefined): Promise<number> {
    if (userId === undefined) return this.revoke(REVOKE_WORKSPACE, [workspaceId]);
    if (workspaceId === undefined) return this.revoke(REVOKE_USER, [userId]);
    return this.revoke(REVOKE_USER_IN_WORKSPACE, [userId, workspaceId]);
  }

  private async revoke(statement: string, values: unknown[]): Promise<number> {
    const [rows] = await this.dataSource.query<[{ id: string }[], number]>(statement, values);
    // What somebody else is just revoking.
    if (rows.length === 0) await this.statements.flushed();
    for (const { id } of rows) this.live.dropGrant(id);
    tokenEvents.revoked += rows.length;
    return rows.length;
  }
}

interface AppRow {
  id: string;
  name: string | null;
  logo_uri: string | null;
  client_uri: string | null;
  scopes: string[];
  authorized_at: Date;
  last_used_at: Date;
  grants: number;
}
