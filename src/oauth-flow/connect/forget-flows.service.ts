import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Pool } from 'pg';
import { JobRegistry } from '../../jobs/job-registry.service.js';
import * as sql from './connect-statements.js';

/** Takes away what sign-ins leave behind: every five minutes, on whichever replica gets the job. */
@Injectable()
export class ForgetFlows implements OnModuleInit {
  constructor(
    private readonly pool: Pool,
    private readonly registry: JobRegistry,
  ) {}

  /** Tells the queue what there is to do. */
  onModuleInit(): void {
    this.registry.register({ name: 'connect.forget', schedule: '*/5 * * * *', run: () => this.run() });
  }

  /**
   * Erases results that nobody can redeem any more, and sign-ins that ended a day ago. Two replicas may do it at once,
   * and it may be done again.
   */
  async run(): Promise<void> {
    for (const statement of [sql.FORGET_RESULTS, sql.FORGET_PENDING, sql.FORGET_FLOWS]) {
      await this.pool.query(statement);
    }
  }
}
