import { Client, type ClientConfig, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { StatementLane, type WaitingStatement } from './statement-lane.js';

/** How statements are sent. */
export interface LaneOptions {
  /** How many batches may be under way. */
  readonly lanes: number;
  /** Of the connections, one a lane. */
  readonly client: ClientConfig;
  /** Follows a batch of several; none of them counts before it has succeeded. */
  readonly seal?: QueryConfig | undefined;
  /** Sends one statement over another connection, with patience. */
  readonly alone: (statement: QueryConfig) => Promise<QueryResult>;
}

/** Statements of a batch that nothing limits but the database: where it is slow, at first, and at most. */
const [LEAST, FIRST, MOST] = [2, 8, 100];
/** Milliseconds that a batch should take; where it takes longer, the next ones are smaller. */
const SHORT = 20;
/** Milliseconds that a statement waits for a lane, and a lane for a statement that goes alone. */
const PATIENCE = 50;

/**
 * Sends statements in batches: what comes while a batch is under way leaves together with the next one, over one
 * connection and in one piece (PostgreSQL's pipelining). Each is a transaction of its own, and fails alone. So the busier
 * the server, the less a statement costs; when nothing else happens it is sent at once.
 *
 * A connection works on one statement after the other, so whatever takes long is better off alone: a statement that waits
 * for a lock, and all that waits for a lane while the database is slow.
 */
export class StatementLanes {
  private readonly waiting: WaitingStatement[] = [];
  private readonly lanes: StatementLane[];
  private most = FIRST;
  private impatience: NodeJS.Timeout | undefined;

  constructor(private readonly options: LaneOptions) {
    const newLane = () =>
      new StatementLane(
        () => new Client(options.client),
        (waiting) => void this.alone(waiting),
      );
    this.lanes = Array.from({ length: options.lanes }, newLane);
  }

  /**
   * @param statement a prepared one
   * @throws DatabaseError its own; Error where the connection broke, and it is not known whether the statement took effect
   */
  query<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      const since = performance.now();
      this.waiting.push({ statement, since, resolve: resolve as WaitingStatement['resolve'], reject });
      this.impatience ??= setTimeout(() => this.release(), PATIENCE);
      const lane = this.lanes.find(({ isBusy }) => !isBusy);
      lane?.drain(
        () => this.waiting.length > 0,
        () => this.sendNext(lane),
      );
    });
  }

  /** How many statements wait for a lane. */
  get backlog(): number {
    return this.waiting.length;
  }

  /** Ends the connections, when what waits has been sent. */
  async end(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.end()));
    clearTimeout(this.impatience);
  }

  private async sendNext(lane: StatementLane): Promise<void> {
    // Whatever else arrives in this turn of the event loop travels along.
    await new Promise((resolve) => setImmediate(resolve));
    const { seal } = this.options;
    const batch = this.waiting.splice(0, this.most);
    if (batch.length === 1 && seal) await within(PATIENCE, this.alone(batch[0]!));
    else if (batch.length > 0) {
      const took = await lane.send(batch, batch.length > 1 ? seal : undefined);
      if (took > SHORT) this.most = Math.max(LEAST, this.most >> 1);
      else if (batch.length === this.most) this.most = Math.min(MOST, this.most * 2);
    }
  }

  /** Lets go alone what has waited for long enough. */
  private release(): void {
    const late = performance.now() - PATIENCE;
    while (this.waiting.length > 0 && this.waiting[0]!.since <= late) void this.alone(this.waiting.shift()!);
    this.impatience =
      this.waiting.length > 0 ? setTimeout(() => this.release(), this.waiting[0]!.since - late) : undefined;
  }

  private async alone({ statement, resolve, reject }: WaitingStatement): Promise<void> {
    try {
      resolve(await this.options.alone(statement));
    } catch (error) {
      reject(error as Error);
    }
  }
}

/** Waits for work, or for so many milliseconds. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
