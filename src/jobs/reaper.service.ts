import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** What is to happen to the rows of a table whose time is over. Constants of the code: it becomes SQL as it stands. */
export interface Sweep {
  readonly table: string;
  /** `DELETE FROM ... t` or `UPDATE ... t SET ...`; the table goes by the name of `t`. */
  readonly change: string;
  /** The condition on `t`. It must stop to hold once the change is done, and may be asked at any time. */
  readonly where: string;
  /** What `$3` and on stand for in the condition. */
  readonly values?: readonly unknown[];
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

const COUNT_PAGES = `SELECT ceil(pg_relation_size($1::regclass) / current_setting('block_size')::float8) AS pages`;

/**
 * The first statement of a transaction, which holds the turn and does not wait for the disk: what a crash forgets is
 * done again. A session that a pooler lends to many would keep both.
 */
const TAKE_TURN = `SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS mine,
  set_config('synchronous_commit', 'off', true)`;

/**
 * Walks over tables a few pages at a time and ends what is over, so that no index is needed to find it: an index on
 * `expires_at` would be written at every issue and read here alone (docs/decisions/0008).
 *
 * Each slice is a transaction of its own, on any connection, so that nothing is lost and nothing done twice when a
 * run is cut short.
 * A walk begins at a random page and goes around: a table too large for one run has no end that is never reached.
 */
@Injectable()
export class Reaper implements OnModuleDestroy {
  private readonly logger = new Logger(Reaper.name);
  private readonly stopping = new AbortController();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Does the sweeps one after another, on one replica at a time: where two meet, one ends there. Writes one line to
   * the log, or none where there was nothing to do: how many rows, how long it took and how long the longest statement,
   * in milliseconds.
   *
   * @param job what only one replica does at a time
   * @throws what the database says; what was done until then stays done
   */
  async run(job: string, sweeps: readonly Sweep[]): Promise<void> {
    const began = performance.now();
    const counts: Record<string, number> = {};
    let longest = 0;
    try {
      for (const sweep of sweeps) {
        const isOurTurn = await this.walk(job, sweep, (count, ms) => {
          const name = sweep.name ?? sweep.table;
          if (count > 0) counts[name] = (counts[name] ?? 0) + count;
          longest = Math.max(longest, Math.ceil(ms));
        });
        if (!isOurTurn) return;
      }
    } finally {
      const ms = Math.round(performance.now() - began);
      if (Object.keys(counts).length > 0) this.logger.log({ job, ...counts, ms, longest }, 'Reaped.');
    }
  }

  /** A run ends with the statement at hand. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** @returns false where it met another replica */
  private async walk(
    job: string,
    sweep: Sweep,
    onDone: (count: number, ms: number) => void,
  ): Promise<boolean> {
    const { signal } = this.stopping;
    const [{ pages }] = await this.dataSource.query(COUNT_PAGES, [sweep.table]);
    const slices = Math.ceil(pages / PAGES);
    const first = Math.floor(Math.random() * slices);
    const deadline = performance.now() + BUDGET;
    for (let done = 0; done < slices && performance.now() < deadline && !signal.aborted; done += 1) {
      const page = ((first + done) % slices) * PAGES;
      const began = performance.now();
      const count = await this.slice(job, sweep, page);
      if (count === undefined) return false;
      const ms = performance.now() - began;
      onDone(count, ms);
      await delay(Math.min(REST * ms, LONGEST_REST), undefined, { signal }).catch(() => undefined);
    }
    return true;
  }

  /** @returns how many rows were changed from this page on, or undefined where another replica is at it */
  private async slice(
    job: string,
    { change, where, values = [] }: Sweep,
    page: number,
  ): Promise<number | undefined> {
    return this.dataSource.transaction(async (manager) => {
      // Before the table is named: whoever waits for a lock on it holds the turn already.
      const [{ mine }] = await manager.query(TAKE_TURN, [job]);
      if (!mine) return undefined;
      // Not prepared: the plan depends on how many pages there are between the two.
      const text = `${change} WHERE t.ctid >= $1 AND t.ctid < $2 AND (${where})`;
      const [, count] = await manager.query(text, [`(${page},0)`, `(${page + PAGES},0)`, ...values]);
      return count as number;
    });
  }
}
