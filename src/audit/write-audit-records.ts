import type { Pool } from 'pg';
import type { AuditRecord } from './audit-record.js';
import { WRITE_EVENTS } from './audit-statements.js';

/**
 * Writes events by one statement.
 *
 * @param pool of the database
 * @param records oldest first
 */
export async function writeAuditRecords(
  pool: Pick<Pool, 'query'>,
  records: readonly AuditRecord[],
): Promise<void> {
  const now = performance.now();
  await pool.query({
    ...WRITE_EVENTS,
    values: [
      records.map(({ happened }) => (now - happened) / 1000),
      records.map(({ event }) => event),
      records.map(({ outcome }) => outcome),
      records.map(({ actor }) => actor.kind),
      records.map(({ actor }) => actor.id ?? null),
      records.map(({ workspaceId }) => workspaceId),
      records.map(({ subject }) => JSON.stringify(subject)),
      records.map(({ address }) => address),
      records.map(({ userAgent }) => userAgent),
      records.map(({ requestId }) => requestId),
    ],
  });
}
