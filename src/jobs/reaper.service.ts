import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Pool, type PoolClient } from 'pg';

/** What is to happen to the rows of a table whose time is over. Constants of the code: it becomes SQL as it stands. */
export interface Sweep {
  readonly table: string;
  /** `DELETE FROM ... t` or `UPDATE ... t SET ...`; the table goes by the name of `t`. */
  readonly change: string;
  /** The condition on `t`. It must stop to hold once the change is done, and may be asked at any time. */
  readonly where: string;
  /** What the rows are called in the log; the table unless it says so. */
  readonly name?: string;
}

/** Pages of 8 KB that one statement looks at: some 3,000 of the smallest rows, a few milliseconds. */
const PAGES = 32;
/** The pause after each statement, as a multiple of what it took, so that a slow database is left alone longer. */
const REST = 4;
/** Milliseconds of the longest pause. */
const LONGEST_REST = 5_000;
/** Milliseconds that one run spends on one table at most; the next run goes on. */
const BUDGET = 60_000;

/** A deletion that a crash forgets is done again. A replica that is cut off loses its lock within half a minute. */
const SESSION = `SET synchronous_commit = off; SET idle_session_timeout = '30s'`;
const TAKE_TURN = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine';
const COUNT_PAGES = `SELECT ceil(pg_relation_size($1::regclass) / current_setting('block_size')::float8) AS pages`;

/**
 * Walks over tables a few pages at a time and ends what is over, so that no index is needed to find it: an index on
 * `expires_at` would be written at every issue and read here alone (docs/decisions/0008).
 *
 * Each statement is a transaction of its own, so that nothing is lost and nothing done twice when a run is cut short.
 * A walk begins at a random page and goes around: a table too large for one run has no end that is never reached.
 */
@Injectable()
export class Reaper implements OnModuleDestroy {
  private readonly logger = new Logger(Reaper.name);
  private readonly stopping = new AbortController();

  constructor(private readonly pool: Pool) {}

  /**
   * Does the sweeps one after another, on one replica at a time; returns at once where another one is at it. Writes
   * one line to the log, or none where there was nothing to do: how many rows, how long it took and how long the longest
   * statement, in milliseconds.
   *
   * @param job what only one replica does at a time
   * @throws what the database says; what was done until then stays done
   */
  async run(job: string, sweeps: readonly Sweep[]): Promise<void> {
    const connection = await this.pool.connect();
    // Without a listener, a connection that breaks in a pause would end the process; the next query says so anyway.
    connection.on('error', () => undefined);
    const began = performance.now();
    const counts: Record<string, number> = {};
    let longest = 0;
    try {
      await connection.query(SESSION);
      const { rows } = await connection.query<{ mine: boolean }>(TAKE_TURN, [job]);
      if (!rows[0]!.mine) return;
      for (const sweep of sweeps) {
        await this.walk(connection, sweep, (count, ms) => {
          const name = sweep.name ?? sweep.table;
          if (count > 0) counts[name] = (counts[name] ?? 0) + count;
          longest = Math.max(longest, Math.ceil(ms));
        });
      }
    } finally {
      // Closing the session gives the turn back, whatever happened to it.
      connection.release(true);
      const ms = Math.round(performance.now() - began);
      if (Object.keys(counts).length > 0) this.logger.log({ job, ...counts, ms, longest }, 'Reaped.');
    }
  }

  /** A run ends with the statement at hand. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async walk(
    connection: PoolClient,
    { table, change, where }: Sweep,
    onDone: (count: number, ms: number) => void,
  ): Promise<void> {
    const { signal } = this.stopping;
    const text = `${change} WHERE t.ctid >= $1 AND t.ctid < $2 AND (${where})`;
    const { rows } = await connection.query<{ pages: number }>(COUNT_PAGES, [table]);
    const slices = Math.ceil(rows[0]!.pages / PAGES);
    const first = Math.floor(Math.random() * slices);
    const deadline = performance.now() + BUDGET;
    for (let done = 0; done < slices && performance.now() < deadline && !signal.aborted; done += 1) {
      const page = ((first + done) % slices) * PAGES;
      const began = performance.now();
      // Not prepared: the plan depends on how many pages there are between the two.
      const { rowCount } = await connection.query(text, [`(${page},0)`, `(${page + PAGES},0)`]);
      const ms = performance.now() - began;
      onDone(rowCount ?? 0, ms);
      await delay(Math.min(REST * ms, LONGEST_REST), undefined, { signal }).catch(() => undefined);
    }
  }
}
