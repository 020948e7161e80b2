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
const BEAT_INTERVAL = 250;
/** Milliseconds for which a beat proves that nothing was missed. The promise is one second. */
const BEAT_LIFE = 900;
/** Milliseconds that the database may take for an answer before the connection is given up. */
const PATIENCE = 3_000;
/** Milliseconds before connecting again; doubled each time, up to the second. */
const BACK_OFF = [100, 5_000] as const;
/**
 * Beats need not reach the disk, must not wait for ever behind a commit that does not end, and a server that lost
 * this client must notice: what is notified piles up for a listener that does not read.
 */
const SESSION = `
SET synchronous_commit = off; SET statement_timeout = ${PATIENCE};
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3`;

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
      stream: () => socket,
    });
    // What breaks between two beats, the next one tells.
    client.on('error', () => undefined);
    client.on('notification', (notice) => this.hear(notice, client));
    try {
      await client.connect();
      await client.query(SESSION);
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
    await client.query({ name: 'beat', text: 'SELECT pg_notify($1, $2)', values });
    // A session's own notice comes before the end of the statement that sent it.
    if (this.lastBeat < sentAt) throw new Error('A beat did not come back. Is there a pooler on the way?');
    this.failures = 0;
    if (this.broken) this.logger.log('Revocations are heard again: bearer checks use the cache.');
    this.broken = false;
    await sleep(BEAT_INTERVAL, undefined, { signal: this.leaving.signal });
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

/** `pg` knows the process that the server named at the beginning; its types do not. */
type Listener = Client & { readonly processID?: number | null };
