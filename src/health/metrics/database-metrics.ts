import type { Pool } from 'pg';
import type { RunStatements } from '../../common/postgres/run-statements.service.js';
import type Prometheus from 'prom-client';
import type { DatabaseProbe } from '../database-probe.service.js';

/** Milliseconds for which figures are good: however often somebody looks, the database is asked this often. */
const GOOD_FOR = 5_000;

/** Each part reads an index, or stops counting at what is alarming enough. */
const FIGURES = `
SELECT
  (SELECT count(*)::int FROM (
     SELECT FROM provider_consents WHERE next_check_at <= now() LIMIT 100000) AS due) AS overdue,
  (SELECT coalesce(extract(epoch FROM now() - min(next_check_at)), 0)::float8
   FROM provider_consents WHERE next_check_at <= now()) AS oldest_overdue,
  (SELECT count(*)::int FROM (
     SELECT FROM graphile_worker.jobs
     WHERE run_at <= now() AND locked_at IS NULL AND attempts < max_attempts LIMIT 100000) AS ready) AS jobs_ready,
  (SELECT count(*)::int FROM (
     SELECT FROM graphile_worker.jobs WHERE attempts >= max_attempts LIMIT 100000) AS failed) AS jobs_failed`;

/** What the database knows of all replicas together. Times in seconds. */
type Figures = Readonly<Record<'overdue' | 'oldest_overdue' | 'jobs_ready' | 'jobs_failed', number>>;

/** Reads the figures, seldom. */
export class DatabaseFigures {
  private known: Promise<Figures | undefined> | undefined;
  private until = 0;

  constructor(private readonly database: DatabaseProbe) {}

  /** The figures, at most 5 s old; undefined where the database does not answer. */
  read(): Promise<Figures | undefined> {
    const now = performance.now();
    if (!this.known || now >= this.until) {
      this.until = now + GOOD_FOR;
      this.known = this.database.look<Figures>(FIGURES).then(
        ([figures]) => figures,
        () => undefined,
      );
    }
    return this.known;
  }
}

const GAUGES: readonly [keyof Figures, name: string, help: string][] = [
  ['overdue', 'swingdoor_accounts_overdue', 'Connections to be looked after whose time has come.'],
  ['oldest_overdue', 'swingdoor_accounts_oldest_overdue_seconds', 'How long the oldest of them waits.'],
  ['jobs_ready', 'swingdoor_jobs_ready', 'Jobs that wait for a worker.'],
  ['jobs_failed', 'swingdoor_jobs_failed', 'Jobs that were given up.'],
];

/**
 * Shows the connections of this server and the figures of the database. Where that is away, its figures are missing,
 * which is no zero, and `swingdoor_database_up` is 0.
 *
 * @param prometheus the library, which is loaded on demand
 * @param registry where the gauges go
 */
export function registerDatabaseMetrics(
  { Gauge }: typeof Prometheus,
  registry: Prometheus.Registry,
  { pool, statements, figures }: { pool: Pool; statements: RunStatements; figures: DatabaseFigures },
): void {
  for (const [figure, name, help] of GAUGES) {
    const gauge = new Gauge({
      name,
      help,
      registers: [],
      async collect() {
        const value = (await figures.read())?.[figure];
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
    registry.registerMetric(gauge);
  }
  const up = new Gauge({
    name: 'swingdoor_database_up',
    help: 'Whether the database answers.',
    registers: [],
    async collect() {
      this.set((await figures.read()) ? 1 : 0);
    },
  });
  const connections = new Gauge({
    name: 'swingdoor_database_connections',
    help: 'Connections for requests.',
    labelNames: ['state'],
    registers: [],
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
    },
  });
  const waiting = new Gauge({
    name: 'swingdoor_database_waiting',
    help: 'Statements that wait for a connection.',
    registers: [],
    collect() {
      this.set(pool.waitingCount + statements.backlog);
    },
  });
  for (const gauge of [up, connections, waiting]) registry.registerMetric(gauge);
}
