import type pg from 'pg';
import { until } from '../support/run-job.js';

/** A revocation that waits for its time. */
interface WaitingRevocation {
  readonly attempts: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

const WAITING = `
SELECT j.attempts, j.payload FROM graphile_worker._private_jobs j
JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = 'accounts.revoke'`;

/** Revocations at providers that are still to be done. */
export async function waitingRevocations(database: pg.Pool): Promise<readonly WaitingRevocation[]> {
  return (await database.query<WaitingRevocation>(WAITING)).rows;
}

/**
 * Lets them come due now.
 *
 * @param attempts how often they have been tried; as often as they were unless told
 */
export async function advanceJobs(database: pg.Pool, attempts?: number): Promise<void> {
  await database.query(
    `UPDATE graphile_worker._private_jobs SET run_at = now(), attempts = coalesce($1::int, attempts)
     WHERE task_id = (SELECT id FROM graphile_worker._private_tasks WHERE identifier = 'accounts.revoke')
     AND locked_at IS NULL`,
    [attempts ?? null],
  );
}

/** Resolves when so many of this database wait for a lock. */
export async function waitingForLocks(database: pg.Pool, wanted: number): Promise<void> {
  await until(async () => {
    const { rows } = await database.query(
      `SELECT FROM pg_locks WHERE NOT granted
       AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
    );
    return rows.length >= wanted;
  });
}
