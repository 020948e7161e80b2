import { type ClientConfig, Pool, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { isTracing, traced } from '../spans/traced.js';
import { StatementLanes } from './statement-lanes.js';

/** Batches under way at a time, of either kind: one is being answered while the next is on its way. */
const LANES = 2;

/**
 * Commits to disk what was committed before it, by whomever: the log of PostgreSQL is flushed in order. A row would do as
 * well, and would have to be swept up.
 */
const FLUSH: QueryConfig = {
  name: 'flush_commits',
  text: `SELECT set_config('synchronous_commit', 'on', true), pg_logical_emit_message(true, 'swingdoor', '')`,
};

/** No such function, not supported, or not allowed. */
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
  private readonly light: StatementLanes;
  private readonly durable: StatementLanes | undefined;

  /**
   * @param pool takes what has to wait for a lock, and a durable statement that comes alone
   * @param client of further connections, four at most
   * @param canFlush what {@link canFlush} said; where not, every durable statement goes alone
   */
  constructor(
    private readonly pool: Pool,
    client: ClientConfig,
    canFlush: boolean,
  ) {
    // Where the option is ignored on the way, statements are slower and no less durable.
    const relaxed = { ...client, pipeline: true, options: '-c synchronous_commit=off' };
    const options = {
      lanes: LANES,
      client: relaxed,
      alone: (statement: QueryConfig) => this.alone(statement),
    };
    this.light = new StatementLanes(options);
    this.durable = canFlush ? new StatementLanes({ ...options, seal: FLUSH }) : undefined;
  }

  /**
   * Whether this database lets its log be flushed; some that only speak PostgreSQL's protocol have none.
   *
   * @throws Error where the database is away
   */
  static async canFlush(pool: Pool): Promise<boolean> {
    try {
      await pool.query(FLUSH);
      return true;
    } catch (error) {
      if (NOT_TO_BE_CALLED.has((error as { code: string }).code)) return false;
      throw error;
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
