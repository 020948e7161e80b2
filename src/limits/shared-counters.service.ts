import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import type { LimitName } from './ceilings.js';

/** Milliseconds that a request waits for a count at most; a count takes about one. */
const PATIENCE = 1_000;
/** Milliseconds for which counters that failed are left alone. */
const REST = 5_000;
/**
 * Connections of its own, so that counters which do not answer take none from the work; they stay open, so that a flood
 * need not begin with connecting. Both sides end a statement that takes too long.
 */
const POOL = {
  max: 2,
  idleTimeoutMillis: 0,
  connectionTimeoutMillis: 5_000,
  query_timeout: 2_000,
  statement_timeout: 2_000,
  application_name: 'swingdoor-limits',
};
const TABLE = { tableName: 'rate_limits', tableCreated: true, storeType: 'pool' } as const;

/** What the database knows of one key. */
export interface Count {
  /** Uses in the current window, by all replicas. */
  readonly uses: number;
  /** Milliseconds until the window ends. */
  readonly left: number;
}

/** The counters that all replicas share, in the table `rate_limits`. */
@Injectable()
export class SharedCounters implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Limits');
  private readonly pool: Pool;
  private readonly cleaner: RateLimiterPostgres | undefined;
  private restsUntil = 0;

  constructor(dataSource: DataSource, work: Pool, config: Config) {
    this.pool = new Pool({ ...POOL, connectionString: (dataSource.options as { url: string }).url });
    const ignore = () => undefined;
    // Whoever uses a connection that breaks is told so; without listeners an idle one would end the process.
    this.pool.on('error', ignore).on('connect', (client) => client.on('error', ignore));
    // Clears every five minutes what ended an hour ago, over the connections for work, which may take their time.
    this.cleaner = config.rateLimits
      ? new RateLimiterPostgres({
          ...TABLE,
          storeClient: work,
          points: 0,
          duration: 0,
          clearExpiredByTimeout: true,
        })
      : undefined;
  }

  /** Connects, without waiting for it: limits hold without counters, too. */
  onApplicationBootstrap(): void {
    if (this.cleaner) void this.pool.query('SELECT 1').catch((error: unknown) => this.rest(error));
  }

  /** True for a while after a counter failed or was late: until then it is not asked. */
  get resting(): boolean {
    return performance.now() < this.restsUntil;
  }

  /**
   * @param name goes before every key
   * @param seconds length of a window
   * @returns adds uses to a key; undefined where the counter does not answer, which it also logs
   */
  of(name: LimitName, seconds: number): (key: string, uses: number) => Promise<Count | undefined> {
    const limiter = new RateLimiterPostgres({
      ...TABLE,
      storeClient: this.pool,
      keyPrefix: name,
      // The ceiling is held by Limiter: here it is only counted.
      points: 0,
      duration: seconds,
      clearExpiredByTimeout: false,
    });
    return async (key, uses) => {
      try {
        const { consumedPoints, msBeforeNext } = await limiter.penalty(key, uses);
        this.restsUntil = 0;
        return { uses: consumedPoints, left: msBeforeNext };
      } catch (error) {
        this.rest(error);
        return undefined;
      }
    };
  }

  /** Waits for a count, but not for long: one that is late is late for everybody. */
  async wait(count: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
    }).then(() => this.rest(new Error(`No count within ${PATIENCE} ms.`)));
    await Promise.race([count.finally(() => clearTimeout(timer)), late]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  private rest(error: unknown): void {
    if (!this.resting) {
      this.logger.warn({ err: error }, 'The shared counters do not answer: each replica counts alone.');
    }
    this.restsUntil = performance.now() + REST;
  }
}
