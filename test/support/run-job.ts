import type pg from 'pg';

/**
 * Has a server do a job now, instead of when its time comes, and waits until it is done.
 *
 * @param database of the server under test
 * @param name of the job
 * @throws Error where the job failed or took longer than 20 s
 */
export async function runJob(database: pg.Pool, name: string): Promise<void> {
  const { rows } = await database.query('SELECT id FROM graphile_worker.add_job($1)', [name]);
  await until(async () => {
    const left = await database.query('SELECT last_error FROM graphile_worker.jobs WHERE id = $1', [
      rows[0].id,
    ]);
    if (left.rows[0]?.last_error) throw new Error(`${name}: ${left.rows[0].last_error}`);
    return left.rows.length === 0;
  });
}

/** Waits until a statement of this database waits for a row that another one holds. */
export async function untilOneWaits(database: pg.Pool): Promise<void> {
  await until(async () => {
    const { rows } = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  });
}

/**
 * Asks again and again.
 *
 * @throws Error where the answer stays false for 20 s
 */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 1000; !(await holds()); left -= 1) {
    if (left === 0) throw new Error('It did not come about within 20 s.');
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
}
