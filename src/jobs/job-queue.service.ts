import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { ADD, type QueuedJob, TRIES, valuesOf } from './enqueue.js';

/** Puts work into the queue, which all replicas work off. */
@Injectable()
export class JobQueue {
  constructor(private readonly pool: Pool) {}

  /** @param name of a registered job */
  async add(name: string, jobs: readonly QueuedJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.pool.query({ name: 'jobs-add', text: ADD, values: valuesOf(name, jobs, TRIES) });
  }

  /** Takes out what waits under a key; one that runs at the moment ends, and is not tried again. */
  async remove(key: string): Promise<void> {
    await this.pool.query('SELECT graphile_worker.remove_job($1)', [key]);
  }
}
