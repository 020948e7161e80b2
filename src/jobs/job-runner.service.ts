import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger as NestLogger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Logger, parseCronItems, run, type Runner, type TaskList } from 'graphile-worker';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { JobRegistry } from './job-registry.service.js';

/** Jobs that one replica does at once. */
const CONCURRENCY = 4;
/** Milliseconds between looks for work whose time has come; new work announces itself. */
const POLL_INTERVAL = 2_000;
/** One connection listens; the others fetch and finish jobs. */
const POOL = { max: CONCURRENCY + 1, connectionTimeoutMillis: 5_000, application_name: 'swingdoor-jobs' };

/**
 * Works the queue off, beside the other replicas: graphile-worker over the database that is there anyway. Its schema
 * is made by `migrate`. It has connections of its own, so that neither requests nor jobs wait for the other's.
 *
 * No named queues: the lock on one outlives a killed process for four hours, and with it everything in that queue.
 */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new NestLogger('Jobs');
  private runner: Runner | undefined;
  private pool: Pool | undefined;

  constructor(
    private readonly registry: JobRegistry,
    private readonly dataSource: DataSource,
  ) {}

  /** Starts once every feature has registered its jobs. */
  async onApplicationBootstrap(): Promise<void> {
    const jobs = this.registry.all();
    if (jobs.length === 0) return;
    this.pool = new Pool({ ...POOL, connectionString: (this.dataSource.options as { url: string }).url });
    // Without listeners, a connection that breaks would end the process: idle ones tell the pool, others themselves.
    const warn = (error: Error) => this.logger.warn({ err: error }, 'A database connection was lost.');
    this.pool.on('error', warn).on('connect', (client) => client.on('error', warn));
    this.runner = await run({
      pgPool: this.pool,
      logger: this.nestLogger(),
      noHandleSignals: true,
      concurrency: CONCURRENCY,
      pollInterval: POLL_INTERVAL,
      taskList: Object.fromEntries(
        jobs.map(({ name, run }) => [name, (payload) => run(payload as Record<string, unknown>)]),
      ) as TaskList,
      parsedCronItems: parseCronItems(
        jobs.flatMap(({ name, schedule }) =>
          // A replica that was away does not catch up; and what did not get its turn is not done twice.
          schedule
            ? [{ task: name, match: schedule, options: { backfillPeriod: 0, jobKey: `cron:${name}` } }]
            : [],
        ),
      ),
    });
  }

  /** Before requests are refused and connections close: what runs may still need them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.runner?.stop();
    await this.pool?.end();
  }

  private nestLogger(): Logger {
    return new Logger((scope) => (level, message, meta) => {
      const details = { job: scope.taskIdentifier, err: meta?.error };
      if (level === 'error') this.logger.error(details, message);
      else if (level === 'warning') this.logger.warn(details, message);
      else this.logger.debug(message);
    });
  }
}
