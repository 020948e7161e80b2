import type { EntityManager } from 'typeorm';

/** Work to be done once. */
export interface QueuedJob {
  /** One job at most waits under a key; enqueuing it again does nothing but to move it. */
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Seconds from now. */
  readonly delay: number;
}

/** How often a job is tried unless told. */
export const TRIES = 3;

/** See {@link valuesOf}. */
export const ADD = `
SELECT graphile_worker.add_job($1, payload::json, run_at => now() + make_interval(secs => delay),
  job_key => key, max_attempts => $5::int)
FROM unnest($2::text[], $3::text[], $4::float8[]) AS queued (key, payload, delay)`;

/** The values of {@link ADD}. */
export function valuesOf(name: string, jobs: readonly QueuedJob[], tries: number): unknown[] {
  return [
    name,
    jobs.map(({ key }) => key),
    jobs.map(({ payload }) => JSON.stringify(payload)),
    jobs.map(({ delay }) => delay),
    tries,
  ];
}

/**
 * Puts one job into the queue with the commit of a transaction, or not at all. `JobQueue` does it outside of one.
 *
 * @param name of a registered job
 * @param tries how often at most; the pause after the n-th is e^n seconds, from the tenth on six hours
 */
export async function enqueueWithin(
  manager: EntityManager,
  name: string,
  job: QueuedJob,
  tries = TRIES,
): Promise<void> {
  await manager.query(ADD, valuesOf(name, [job], tries));
}
