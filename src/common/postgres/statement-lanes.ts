import { Client, type ClientConfig, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { StatementLane, unanswered, type WaitingStatement } from './statement-lane.js';

/** How statements are sent. */
export interface LaneOptions {
  /** How many batches may be under way. */
  readonly lanes: number;
  /** Of the connections, one a lane. */
  readonly client: ClientConfig;
  /** Follows a batch of several; none of them counts before it has succeeded. */
  readonly seal?: QueryConfig;
  /** Sends one statement over another connection, with patience: one that has to wait for a lock, or is alone and to be sealed. */
  readonly alone: (statement: QueryConfig) => Promise<QueryResult>;
}

/** Statements of a batch at most. */
const BATCH = 100;
/** Milliseconds that a statement waits for a lane, as it would for a connection of a pool. */
const PATIENCE = 5_000;

/**
 * Sends statements in batches: what comes while a batch is under way leaves together with the next one, over one
 * connection and in one piece (PostgreSQL's pipelining). Each is a transaction of its own, and fails alone. So the busier
 * the server, the less a statement costs; when nothing else happens it is sent at once.
 */
export class StatementLanes {
  private readonly waiting: WaitingStatement[] = [];
  private readonly lanes: StatementLane[];

  constructor(private readonly options: LaneOptions) {
    this.lanes = Array.from(
      { length: options.lanes },
      () =>
        new StatementLane(
          () => new Client(options.client),
          (waiting) => void this.alone(waiting),
        ),
    );
  }

  /**
   * @param statement a prepared one, and a short one: others wait behind it
   * @throws DatabaseError its own; Error where the connection broke, and it is not known whether the statement took effect
   */
  query<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      this.waiting.push({
        statement,
        since: performance.now(),
        resolve: resolve as WaitingStatement['resolve'],
        reject,
      });
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
  }

  private async sendNext(lane: StatementLane): Promise<void> {
    // Whatever else arrives in this turn of the event loop travels along.
    await new Promise((resolve) => setImmediate(resolve));
    const batch = this.take();
    const { seal } = this.options;
    if (batch.length === 1 && seal) await this.alone(batch[0]!);
    else if (batch.length > 0) await lane.send(batch, batch.length > 1 ? seal : undefined);
  }

  private alone({ statement, resolve, reject }: WaitingStatement): Promise<void> {
    return this.options.alone(statement).then(resolve, reject);
  }

  private take(): WaitingStatement[] {
    const batch = this.waiting.splice(0, BATCH);
    const tooLate = performance.now() - PATIENCE;
    // They stand in the order of their arrival.
    if (batch.length === 0 || batch[0]!.since >= tooLate) return batch;
    return batch.filter(({ since, reject }) => {
      if (since < tooLate) reject(unanswered(`The database was busy for ${PATIENCE} ms.`));
      return since >= tooLate;
    });
  }
}
