import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Pool } from 'pg';
import { Config } from '../config/config.js';
import { JobRegistry } from '../jobs/job-registry.service.js';
import { FORGET_EVENTS } from './audit-statements.js';

/** Rows of one statement: short enough to disturb nobody. */
const BATCH = 5_000;

/** Takes events away after AUDIT_RETENTION_DAYS: every hour, on whichever replica gets the job. */
@Injectable()
export class ForgetAuditEvents implements OnModuleInit {
  constructor(
    private readonly pool: Pool,
    private readonly registry: JobRegistry,
    private readonly config: Config,
  ) {}

  /** Tells the queue what there is to do. */
  onModuleInit(): void {
    this.registry.register({ name: 'audit.forget', schedule: '17 * * * *', run: () => this.run() });
  }

  /** May be stopped, done again, and done by two at once. */
  async run(): Promise<void> {
    let gone: number | null;
    do {
      ({ rowCount: gone } = await this.pool.query(FORGET_EVENTS, [this.config.auditRetentionDays, BATCH]));
    } while (gone === BATCH);
  }
}
