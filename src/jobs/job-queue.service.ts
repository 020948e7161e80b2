import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';

/** Work to be done once. */
export interface QueuedJob {
  /** One job at most waits under a key; enqueuing it again does nothing but to move it. */
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Seconds from now. */
  readonly delay: number;
}

const ADD = {
  name: 'jobs-add',
  text: `SELECT graphile_worker.add_job($1, payload::json, run_at => now() + make_interval(secs => delay),
           job_key => key, max_attempts => 3)
         FROM unnest($2::text[], $3::text[], $4::float8[]) AS queued (key, payload, delay)`,
};

/** Puts work into the queue, which all replicas work off. */
@Injectable()
export class JobQueue {
  constructor(private readonly pool: Pool) {}

  /** @param name of a registered job */
  async add(name: string, jobs: readonly QueuedJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.pool.query(ADD, [
      name,
      jobs.map(({ key }) => key),
      jobs.map(({ payload }) => JSON.stringify(payload)),
      jobs.map(({ delay }) => delay),
    ]);
  }
}
