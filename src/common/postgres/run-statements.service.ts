import { Client, type ClientConfig, Pool, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { isTracing, traced } from '../spans/traced.js';
import { codeOf } from './statement-lane.js';
import { StatementLanes } from './statement-lanes.js';

/** Batches under way at a time, of either kind: one is being answered while the next is on its way. */
const LANES = 2;

/**
 * Commits to disk, and to standbys, as far as the operator wants it ($1), what was committed before it, by whomever: the
 * log of PostgreSQL is flushed in order. A row would do as well, and would have to be swept up. A standby has nothing to
 * flush, and refuses the message.
 */
const flush = (synchronousCommit: string): PreparedStatement => ({
  name: 'flush_commits',
  text: `SELECT set_config('synchronous_commit', $1, true),
    CASE WHEN NOT pg_is_in_recovery() THEN pg_logical_emit_message(true, 'swingdoor', '') END`,
  values: [synchronousCommit],
});

/** What {@link flush} fails with where a database has no such log, or does not let everybody write to it. */
const NOT_TO_BE_CALLED = new Set(['42883', '0A000', '42501']);

/** The pool's own `query` makes a span where requests are traced; these have theirs already. */
const untraced = Pool.prototype.query as (this: Pool, statement: QueryConfig) => Promise<QueryResult>;

/** Named, with all its values. */
export type PreparedStatement = QueryConfig & { readonly name: string };

/**
 * Runs the prepared statements of the hot paths, one round trip each (docs/decisions/0011). What happens at once is sent
 * together: a busy server pays for the network, and for a commit to disk, once for many.
 */
export class RunStatements {
  private readonly light: StatementLanes | undefined;
  private readonly durable: StatementLanes | undefined;

  /**
   * @param client of the lanes; undefined sends every statement alone
   * @param seal undefined where the log cannot be flushed
   * @see RunStatements.open
   */
  private constructor(
    private readonly pool: Pool,
    client: ClientConfig | undefined,
    private readonly seal: PreparedStatement | undefined,
  ) {
    if (!client) return;
    const alone = (statement: QueryConfig) => this.alone(statement);
    const options = { lanes: LANES, client: { ...client, pipeline: true }, alone };
    this.light = new StatementLanes(options);
    this.durable = seal && new StatementLanes({ ...options, seal });
  }

  /**
   * Opens one of the connections to see what the database lets it do, and what stands between.
   *
   * @param pool takes the statements that go alone
   * @param client of further connections, four at most, with a short `lock_timeout`
   * @param warn is told why a busy server is slower than it could be
   * @throws Error where the database is away
   */
  static async open(
    pool: Pool,
    client: ClientConfig & { readonly lock_timeout: number },
    warn: (message: string) => void = () => undefined,
  ): Promise<RunStatements> {
    const shown = await pool.query<{ synchronous_commit: string }>('SHOW synchronous_commit');
    const seal = flush(shown.rows[0]!.synchronous_commit);
    const { probe, config } = await connect(client, warn);
    try {
      const known = await runs(seal, probe);
      if (!known) {
        warn(
          'Each commit goes to disk by itself: the database does not let pg_logical_emit_message be called.',
        );
      }
      const { rows } = await probe.query(`SELECT setting FROM pg_settings WHERE name = 'lock_timeout'`);
      const inForce = Number(rows[0]?.setting) === client.lock_timeout;
      if (!inForce)
        warn('Statements go one by one: lock_timeout is lost on the way to the database, by a pooler?');
      return new RunStatements(pool, inForce ? config : undefined, known ? seal : undefined);
    } finally {
      await probe.end();
    }
  }

  /** Statements that wait to be sent. */
  get backlog(): number {
    return (this.light?.backlog ?? 0) + (this.durable?.backlog ?? 0);
  }

  /**
   * Reads, or writes what a crash of the database may take with it: a fraction of a second.
   *
   * @throws DatabaseError its own; Error where the database is away
   */
  lightly<Row extends QueryResultRow>(statement: PreparedStatement): Promise<QueryResult<Row>> {
    return named(statement, () => this.light?.query<Row>(statement) ?? this.alone<Row>(statement));
  }

  /**
   * Writes what is on disk when this returns.
   *
   * @throws DatabaseError its own; Error where the database is away, and it is not known whether it was written
   */
  durably<Row extends QueryResultRow>(statement: PreparedStatement): Promise<QueryResult<Row>> {
    return named(statement, () => this.durable?.query<Row>(statement) ?? this.alone<Row>(statement));
  }

  /**
   * Waits until what is visible now is on disk: a batch is seen by others before that. For answers that acknowledge what
   * somebody else did.
   */
  async flushed(): Promise<void> {
    if (this.seal) await this.durably(this.seal);
  }

  /** Closes the connections once everything is answered. */
  async end(): Promise<void> {
    await Promise.all([this.light?.end(), this.durable?.end()]);
  }

  private alone<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>> {
    return untraced.call(this.pool, statement) as Promise<QueryResult<Row>>;
  }
}

function named<Result>({ name }: PreparedStatement, run: () => Promise<Result>): Promise<Result> {
  if (!isTracing()) return run();
  return traced({ name, attributes: { 'db.system.name': 'postgresql', 'db.query.summary': name } }, run);
}

/** A connection that does not wait for the disk, where that can be had; and how it was made. */
async function connect(
  client: ClientConfig,
  warn: (message: string) => void,
): Promise<{ probe: Client; config: ClientConfig }> {
  const options = `${process.env.PGOPTIONS ?? ''} -c synchronous_commit=off`.trim();
  try {
    return await opened({ ...client, options });
  } catch {
    const without = await opened(client);
    warn('Each commit waits for the disk: options are refused on the way to the database.');
    return without;
  }
}

async function opened(config: ClientConfig): Promise<{ probe: Client; config: ClientConfig }> {
  const probe = new Client(config);
  // Whoever waits for an answer is told by it.
  probe.on('error', () => undefined);
  await probe.connect();
  return { probe, config };
}

async function runs(statement: PreparedStatement, client: Client): Promise<boolean> {
  try {
    await client.query(statement);
    return true;
  } catch (error) {
    if (NOT_TO_BE_CALLED.has(codeOf(error))) return false;
    throw error;
  }
}
