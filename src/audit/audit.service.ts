import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Pool } from 'pg';
import { normalizeError } from '../common/errors/normalize-error.js';
import { auditQueue } from '../common/metrics/tallies.js';
import type { AuditActor, AuditEventName, AuditSubject } from './audit-catalogue.js';
import { type AuditedRequest, type AuditRecord, auditRecord } from './audit-record.js';
import { writeAuditRecords } from './write-audit-records.js';

/** Milliseconds between writes, events of one, and events that wait while the database is away. */
const [PAUSE, BATCH, AT_MOST] = [1_000, 500, 10_000];
/** Strangers cause refusals at will: so many of them a second reach the table, and all of them the log. */
const REFUSALS = 100;

/**
 * Says who did what, from where. Each event is a log line at once, and a row within a second, written together with others:
 * no request waits for it or costs a statement more. A process that is killed loses that second of rows, and of the lines
 * the last hundredth.
 */
@Injectable()
export class Audit implements OnModuleInit, OnApplicationBootstrap {
  private readonly lines = new Logger('Audit');
  private waiting: AuditRecord[] = [];
  private refusals = 0;
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly adapters: HttpAdapterHost,
  ) {}

  /**
   * Notes what was done. Never throws.
   *
   * @param request that caused it
   * @param subject what it was done to
   * @param actor whoever the access guard let in, unless told
   */
  record(event: AuditEventName, request: AuditedRequest, subject: AuditSubject, actor?: AuditActor): void {
    const record = auditRecord(event, request, subject, actor);
    const { happened: _, requestId: reqId, address: from, ...line } = record;
    const refused = record.outcome === 'refused';
    this.lines[refused ? 'warn' : 'log']({ ...line, from, reqId }, event);
    if (refused && (this.refusals += 1) > REFUSALS) auditQueue.dropped += 1;
    else if (this.waiting.length >= AT_MOST) auditQueue.dropped += 1;
    else this.waiting.push(record);
    auditQueue.waiting = this.waiting.length;
  }

  /** The last events are written when the requests have ended, and before the database is closed. */
  onModuleInit(): void {
    const fastify = this.adapters.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onClose', async () => {
      clearInterval(this.timer);
      await this.writing;
      await this.write();
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.refusals = 0;
      this.writing ??= this.write().finally(() => (this.writing = undefined));
    }, PAUSE);
  }

  /** What cannot be written now waits for the next time. */
  private async write(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, BATCH);
        await writeAuditRecords(this.pool, batch);
        this.waiting.splice(0, batch.length);
        auditQueue.waiting = this.waiting.length;
      }
    } catch (err) {
      const { length } = this.waiting;
      if (normalizeError(err).status === 503) {
        this.lines.warn({ err, waiting: length }, 'Audit events could not be written yet.');
        return;
      }
      // Nothing that is known leads here; but what cannot be written must not keep the rest from it for ever.
      const { length: lost } = this.waiting.splice(0, BATCH);
      auditQueue.dropped += lost;
      this.lines.error({ err, lost }, 'Audit events could not be written.');
    }
  }
}
