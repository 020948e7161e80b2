import type { Client, QueryConfig, QueryResult } from 'pg';

/** A statement that waits to be sent, and whoever waits for it. */
export interface WaitingStatement {
  readonly statement: QueryConfig;
  /** Milliseconds, by `performance.now()`. */
  readonly since: number;
  readonly resolve: (result: QueryResult) => void;
  readonly reject: (error: Error) => void;
}

/** Milliseconds until a batch that is not answered is given up, and until a connection that nobody needs is closed. */
const [GIVE_UP, IDLE] = [10_000, 10_000];
/**
 * What PostgreSQL says after `lock_timeout`, and of a statement that another one of the batch was to prepare, and could not.
 * Neither has done anything.
 */
const NOT_RUN = new Set(['55P03', '26000']);
/** Errors that tell nothing against the connection: a lock, a value (22), a constraint (23). */
const HARMLESS = /^(55P03|22...|23...)$/;

/** One connection that carries a batch at a time. It is opened when needed, and again after it broke or failed. */
export class StatementLane {
  private client: Client | undefined;
  private idle: NodeJS.Timeout | undefined;
  private draining: Promise<void> | undefined;

  /**
   * @param newClient makes connections, with a short `lock_timeout`: nobody waits behind somebody who waits for a lock
   * @param onNotRun takes a statement over that would have had to, or that could not be prepared; it has done nothing
   */
  constructor(
    private readonly newClient: () => Client,
    private readonly onNotRun: (waiting: WaitingStatement) => void,
  ) {}

  /** Whether batches are being sent. */
  get isBusy(): boolean {
    return this.draining !== undefined;
  }

  /** Keeps the lane busy for as long as there is something to send. */
  drain(isMore: () => boolean, sendNext: () => Promise<void>): void {
    clearTimeout(this.idle);
    const loop = async () => {
      try {
        while (isMore()) await sendNext();
      } finally {
        // In the same turn as the last look: whoever comes later has to find that nobody will look again.
        this.draining = undefined;
        this.idle = setTimeout(() => void this.close(), IDLE).unref();
      }
    };
    this.draining = Promise.resolve().then(loop);
  }

  /**
   * Sends a batch in one piece. Every statement is answered when its own answer is there, or with a seal when that one
   * succeeded.
   *
   * @returns milliseconds until the statements were answered, the seal left out; never throws
   */
  async send(batch: readonly WaitingStatement[], seal: QueryConfig | undefined): Promise<number> {
    const began = performance.now();
    let took: number | undefined;
    let givenUp: NodeJS.Timeout | undefined;
    let fails = false;
    const onError = (error: Error) => (fails ||= !HARMLESS.test(codeOf(error)));
    try {
      const client = await this.connected();
      const { stream } = client.connection;
      givenUp = setTimeout(() => stream.destroy(unanswered()), GIVE_UP);
      stream.cork();
      const answers = batch.map((waiting) => this.answerOf(client, waiting, seal !== undefined, onError));
      const sealed = seal && client.query(seal);
      stream.uncork();
      const settle = await Promise.all(answers);
      took = performance.now() - began;
      await sealed;
      for (const resolve of settle) resolve?.();
    } catch (error) {
      fails = true;
      for (const { reject } of batch) reject(error as Error);
    } finally {
      clearTimeout(givenUp);
      // Whatever holds for this session alone, such as a database that only reads, ends with it.
      if (fails) void this.close();
    }
    return took ?? performance.now() - began;
  }

  /** When the last batch has been answered. */
  async end(): Promise<void> {
    await this.draining;
    clearTimeout(this.idle);
    await this.close();
  }

  /** @returns at the answer; what is left to do once that is sealed */
  private answerOf(
    client: Client,
    waiting: WaitingStatement,
    isSealed: boolean,
    onError: (error: Error) => void,
  ): Promise<(() => void) | undefined> {
    const { statement, resolve, reject } = waiting;
    return new Promise((done) => {
      client.query(statement, (error: Error | null, result) => {
        if (!error && isSealed) return done(() => resolve(result));
        if (error) onError(error);
        if (!error) resolve(result);
        else if (NOT_RUN.has(codeOf(error))) this.onNotRun(waiting);
        else reject(error);
        done(undefined);
      });
    });
  }

  private async connected(): Promise<Client> {
    if (this.client) return this.client;
    const client = this.newClient();
    const forget = () => {
      if (this.client === client) this.client = undefined;
    };
    // Whoever waits for an answer is told by it; this is for a connection that breaks while nobody does.
    client.on('error', forget).on('end', forget);
    await client.connect();
    this.client = client;
    return client;
  }

  private async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }
}

/** The SQLSTATE, or what the network says. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}

/** An error that means "not now", as one of the network would. */
function unanswered(): Error {
  const message = `The database did not answer within ${GIVE_UP} ms.`;
  return Object.assign(new Error(message), { code: 'ETIMEDOUT', syscall: 'read' });
}
