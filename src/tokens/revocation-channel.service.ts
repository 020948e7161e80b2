import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Client, type Notification } from 'pg';
import { DataSource } from 'typeorm';
import { BUCKETS, LiveTokens } from './live-tokens.service.js';

/** What the triggers notify on. */
const REVOCATIONS = 'swingdoor_revocations';
/** Milliseconds between beats. */
const BEAT_INTERVAL = 400;
/** Milliseconds for which a beat proves that nothing was missed. The promise is one second. */
const BEAT_LIFE = 900;
/** Milliseconds that the database may take for an answer before the connection is given up. */
const PATIENCE = 3_000;
/** Milliseconds before connecting again; doubled each time, up to the second. */
const BACK_OFF = [100, 5_000] as const;
/**
 * A server that lost this client must notice, since what is notified piles up for a listener that does not read. Asked
 * for at the connection's start, where a pooler refuses or ignores it: a `SET` would stay on a session of many.
 */
const OPTIONS =
  '-c tcp_user_timeout=20000 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';
/** A beat need not reach the disk. */
const BEAT = `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2),
  pg_notification_queue_usage() AS usage, extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`;
/** How full the queue of notices may be. At twice as much the triggers fall silent, so that no revocation fails. */
const FULLEST = 0.25;
/** Milliseconds by which our clock and the database's may drift apart between two beats. */
const DRIFT = 1_000;

/**
 * Hears from the database which tokens died, and knows whether it hears: a connection of its own listens, and
 * sends notices to itself. PostgreSQL delivers notices in the order of their commits, so a beat that came back
 * proves that every revocation committed before it was sent has been heard (docs/decisions/0007).
 */
@Injectable()
export class RevocationChannel implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Revocations');
  /** Of this replica alone: the beats of all others need not travel here. */
  private readonly beats = `swingdoor_beat_${randomBytes(8).toString('hex')}`;
  private readonly leaving = new AbortController();
  private running: Promise<void> | undefined;
  /** When the last beat that came back was sent, by `performance.now()`. */
  private lastBeat = -Infinity;
  /** Milliseconds by which the database's clock was ahead of `performance.now()` at the last beat. */
  private ahead = 0;
  private broken = false;
  private failures = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly live: LiveTokens,
  ) {}

  /** Whether every revocation older than a second has been heard; if not, only the database knows who is alive. */
  get isUpToDate(): boolean {
    return performance.now() - this.lastBeat < BEAT_LIFE;
  }

  /** Begins to listen. Nobody waits for it. */
  onApplicationBootstrap(): void {
    this.running = this.keepListening();
  }

  /** Before the database ends. Waits for a beat on its way, {@link PATIENCE} at most. */
  async beforeApplicationShutdown(): Promise<void> {
    this.leaving.abort();
    await this.running;
  }

  private async keepListening(): Promise<void> {
    const { signal } = this.leaving;
    while (!signal.aborted) {
      try {
        await this.listen();
      } catch (error) {
        if (signal.aborted) return;
        this.report(error);
        const [first, longest] = BACK_OFF;
        await sleep(Math.min(first * 2 ** this.failures++, longest), undefined, { signal }).catch(
          () => undefined,
        );
      }
    }
  }

  /** One connection, for as long as it holds. @throws whatever ended it */
  private async listen(): Promise<never> {
    // Ours, since ending a connection politely waits for an answer that a dead one never gives.
    const socket = new Socket();
    const client: Listener = new Client({
      connectionString: (this.dataSource.options as { url: string }).url,
      application_name: 'swingdoor-revocations',
      connectionTimeoutMillis: PATIENCE,
      query_timeout: PATIENCE,
      options: OPTIONS,
      stream: () => socket,
    });
    // What breaks between two beats, the next one tells.
    client.on('error', () => undefined);
    client.on('notification', (notice) => this.hear(notice, client));
    try {
      await client.connect();
      await client.query(`LISTEN ${REVOCATIONS}; LISTEN ${this.beats}`);
      // From here on nothing is missed; what was learnt before may have died unheard.
      this.live.clear();
      for (;;) await this.beat(client);
    } finally {
      this.lastBeat = -Infinity;
      socket.destroy();
    }
  }

  private async beat(client: Client): Promise<void> {
    const sentAt = performance.now();
    const values = [this.beats, String(sentAt)];
    const { rows } = await client.query<Beat>({ name: 'beat', text: BEAT, values });
    const { usage, now } = rows[0]!;
    // Made anew, the connection begins with an empty memory: what died meanwhile may have gone unsaid.
    if (usage >= FULLEST) {
      throw new Error(
        `The queue of notices is ${Math.round(usage * 100)} % full: some listener of this server does not read.`,
      );
    }
    // A session's own notice comes before the end of the statement that sent it.
    if (this.lastBeat < sentAt) throw new Error('A beat did not come back. Is there a pooler on the way?');
    this.forgetAfterSleep(now - performance.now());
    this.failures = 0;
    if (this.broken) this.logger.log('Revocations are heard again: bearer checks use the cache.');
    this.broken = false;
    await sleep(BEAT_INTERVAL, undefined, { signal: this.leaving.signal });
  }

  /** The clock of a suspended machine stood still, and what memory holds had more time left than it said. */
  private forgetAfterSleep(ahead: number): void {
    if (Math.abs(ahead - this.ahead) > DRIFT) this.live.clear();
    this.ahead = ahead;
  }

  private hear({ channel, payload, processId }: Notification, client: Listener): void {
    if (channel === this.beats) {
      // A pooler that lends one session to many clients invents process ids, and loses notices between its loans.
      if (processId === client.processID) this.lastBeat = Number(payload);
      return;
    }
    const bucket = /^\d+$/.test(payload ?? '') ? Number(payload) : BUCKETS;
    if (bucket < BUCKETS) this.live.dropBucket(bucket);
    else this.live.clear();
  }

  private report(error: unknown): void {
    if (this.broken) return;
    this.broken = true;
    this.logger.warn(
      { err: error },
      'Revocations are not heard: bearer checks read the database until they are.',
    );
  }
}

/** What a beat brings back: how full the queue is, 0 to 1, and the database's time in milliseconds. */
interface Beat {
  readonly usage: number;
  readonly now: number;
}

/** `pg` knows the process that the server named at the beginning; its types do not. */
type Listener = Client & { readonly processID?: number | null };
