import { Client, type ClientConfig, Pool, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { isTracing, traced } from '../spans/traced.js';
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

/** Commits without a wait for the disk. Where it is ignored on the way, statements are slower and no less durable. */
const RELAXED = { options: '-c synchronous_commit=off' };

/** What {@link flush} fails with where a database has no such log, or does not let everybody write to it. */
const NOT_TO_BE_CALLED = new Set(['42883', '0A000', '42501']);
/** What a pooler answers to an option that it does not know. */
const PROTOCOL_VIOLATION = '08P01';

/** The pool's own `query` makes a span where requests are traced; these have theirs already. */
const untraced = Pool.prototype.query as (this: Pool, statement: QueryConfig) => Promise<QueryResult>;

/** Named, with all its values. */
export type PreparedStatement = QueryConfig & { readonly name: string };

/**
 * Runs the prepared statements of the hot paths, one round trip each (docs/decisions/0011). What happens at once is sent
 * together: a busy server pays for the network, and for a commit to disk, once for many.
 */
export class RunStatements {
  private readonly light: StatementLanes;
  private readonly durable: StatementLanes | undefined;

  /** @see RunStatements.open */
  private constructor(
    private readonly pool: Pool,
    client: ClientConfig,
    seal: PreparedStatement | undefined,
  ) {
    const alone = (statement: QueryConfig) => this.alone(statement);
    const options = { lanes: LANES, client: { ...client, pipeline: true }, alone };
    this.light = new StatementLanes(options);
    this.durable = seal && new StatementLanes({ ...options, seal });
  }

  /**
   * Opens one of the connections to see what the database lets it do, and what stands between.
   *
   * @param pool takes what has to wait for a lock, and a durable statement that comes alone
   * @param client of further connections, four at most; `lock_timeout` is short
   * @param warn is told why a busy server is slower than it could be
   * @throws Error where the database is away
   */
  static async open(
    pool: Pool,
    client: ClientConfig,
    warn: (message: string) => void = () => undefined,
  ): Promise<RunStatements> {
    const relaxed = { ...client, ...RELAXED };
    // As it is without the option above.
    const { rows } = await pool.query<{ synchronous_commit: string }>('SHOW synchronous_commit');
    const seal = flush(rows[0]!.synchronous_commit);
    try {
      return new RunStatements(pool, relaxed, (await runs(seal, relaxed, warn)) ? seal : undefined);
    } catch (error) {
      if (codeOf(error) !== PROTOCOL_VIOLATION) throw error;
      warn(
        'Each commit waits for the disk: a pooler refuses the option synchronous_commit (docs/storage.md).',
      );
      return new RunStatements(pool, client, (await runs(seal, client, warn)) ? seal : undefined);
    }
  }

  /** Statements that wait to be sent. */
  get backlog(): number {
    return this.light.backlog + (this.durable?.backlog ?? 0);
  }

  /**
   * Reads, or writes what a crash of the database may take with it: a fraction of a second.
   *
   * @throws DatabaseError its own; Error where the database is away
   */
  lightly<Row extends QueryResultRow>(statement: PreparedStatement): Promise<QueryResult<Row>> {
    return named(statement, () => this.light.query<Row>(statement));
  }

  /**
   * Writes what is on disk when this returns.
   *
   * @throws DatabaseError its own; Error where the database is away, and it is not known whether it was written
   */
  durably<Row extends QueryResultRow>(statement: PreparedStatement): Promise<QueryResult<Row>> {
    return named(statement, () => this.durable?.query<Row>(statement) ?? this.alone<Row>(statement));
  }

  /** Closes the connections once everything is answered. */
  async end(): Promise<void> {
    await Promise.all([this.light.end(), this.durable?.end()]);
  }

  private alone<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>> {
    return untraced.call(this.pool, statement) as Promise<QueryResult<Row>>;
  }
}

function named<Result>({ name }: PreparedStatement, run: () => Promise<Result>): Promise<Result> {
  if (!isTracing()) return run();
  return traced({ name, attributes: { 'db.system.name': 'postgresql', 'db.query.summary': name } }, run);
}

async function runs(
  seal: PreparedStatement,
  config: ClientConfig,
  warn: (message: string) => void,
): Promise<boolean> {
  const client = new Client(config);
  // Whoever waits for an answer is told by it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(seal);
    return true;
  } catch (error) {
    if (!NOT_TO_BE_CALLED.has(codeOf(error))) throw error;
    warn('Each commit goes to disk by itself: the database does not let pg_logical_emit_message be called.');
    return false;
  } finally {
    await client.end();
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}
