import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger as NestLogger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger, parseCronItems, run, type Runner, type TaskList } from 'graphile-worker';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { boundedSocket } from '../common/postgres/bounded-socket.js';
import { JobRegistry } from './job-registry.service.js';

/** Jobs that one replica does at once. */
const CONCURRENCY = 4;
/** Milliseconds between looks for work whose time has come; new work announces itself. */
const POLL_INTERVAL = 2_000;
/** Milliseconds after which a queue that stopped starts again. */
const RESTART = 2_000;
/** Milliseconds that jobs have to end in when the server stops: a call to a provider takes up to 10 s. */
const PATIENCE = 12_000;
/**
 * 0 takes the done and failed jobs of one moment together. -1, the default, would leave a rejection to nobody where the
 * database is away in that moment, and so end the process.
 */
const BATCHES = { completeJobBatchDelay: 0, failJobBatchDelay: 0 };
/**
 * One connection listens; the others fetch and finish jobs. The schedule makes a job every minute, which the listening
 * one hears: if it hears nothing for longer, the way to the database is broken.
 */
const POOL = {
  max: CONCURRENCY + 1,
  connectionTimeoutMillis: 5_000,
  statement_timeout: 30_000,
  application_name: 'swingdoor-jobs',
  stream: boundedSocket(150_000),
};

/**
 * Works the queue off, beside the other replicas: graphile-worker over the database that is there anyway. Its schema
 * is made by `migrate`. It has connections of its own, so that neither requests nor jobs wait for the other's.
 *
 * No named queues: the lock on one outlives a killed process for four hours, and with it everything in that queue.
 *
 * graphile-worker gives up where it cannot write down what became of a job; then it is started anew. Such a job keeps
 * its lock, which nobody waits for: the next of its key takes its place.
 */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new NestLogger('Jobs');
  private readonly stopping = new AbortController();
  private pool: Pool | undefined;
  private runner: Runner | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly registry: JobRegistry,
    private readonly dataSource: DataSource,
  ) {}

  /** Starts once every feature has registered its jobs. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.registry.all().length === 0) return;
    this.pool = new Pool({ ...POOL, connectionString: (this.dataSource.options as { url: string }).url });
    // Without listeners, a connection that breaks would end the process: idle ones tell the pool, others themselves.
    const warn = (error: Error) => this.logger.warn({ err: error }, 'A database connection was lost.');
    this.pool.on('error', warn).on('connect', (client) => client.on('error', warn));
    this.runner = await this.start(this.pool);
    this.running = this.keepRunning(this.pool);
  }

  /** Takes no more jobs; what runs goes on. */
  onModuleDestroy(): void {
    this.stopping.abort();
    this.stopRunner();
  }

  /**
   * Before requests are refused and connections close: what runs may still need them. It has some seconds; what takes
   * longer, or waits for a database that is away, is done again elsewhere.
   */
  async beforeApplicationShutdown(): Promise<void> {
    const ended = this.running?.then(() => this.pool?.end());
    await Promise.race([ended, delay(PATIENCE)]);
  }

  private async keepRunning(pool: Pool): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        this.runner ??= await this.start(pool);
        if (signal.aborted) this.stopRunner();
        await this.runner.promise;
      } catch (error) {
        this.logger.warn({ err: error }, 'The queue stopped. It starts again in a moment.');
      }
      this.runner = undefined;
      await delay(RESTART, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Its end is told by its `promise`; that it had ended before is no news. */
  private stopRunner(): void {
    this.runner?.stop().catch(() => undefined);
  }

  private start(pool: Pool): Promise<Runner> {
    const jobs = this.registry.all();
    return run({
      preset: { worker: BATCHES },
      pgPool: pool,
      logger: this.nestLogger(),
      noHandleSignals: true,
      concurrency: CONCURRENCY,
      pollInterval: POLL_INTERVAL,
      taskList: Object.fromEntries(
        jobs.map(({ name, run }) => [
          name,
          (payload, { job }) => run(payload as Record<string, unknown>, job.attempts >= job.max_attempts),
        ]),
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

  private nestLogger(): Logger {
    return new Logger((scope) => (level, message, meta) => {
      const details = { job: scope.taskIdentifier, err: meta?.error };
      if (level === 'error') this.logger.error(details, message);
      else if (level === 'warning') this.logger.warn(details, message);
      else this.logger.debug(message);
    });
  }
}
