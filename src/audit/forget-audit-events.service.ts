import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { JobRegistry } from '../jobs/job-registry.service.js';
import { Reaper } from '../jobs/reaper.service.js';

const JOB = 'audit.forget';

/** Takes events away after AUDIT_RETENTION_DAYS: every hour, on one replica. */
@Injectable()
export class ForgetAuditEvents implements OnModuleInit {
  constructor(
    private readonly registry: JobRegistry,
    private readonly reaper: Reaper,
    private readonly config: Config,
  ) {}

  /** Tells the queue what there is to do. */
  onModuleInit(): void {
    const sweep = {
      table: 'audit_events',
      change: 'DELETE FROM audit_events t',
      where: 't.at < now() - make_interval(days => $3)',
      values: [this.config.auditRetentionDays],
    };
    this.registry.register({ name: JOB, schedule: '17 * * * *', run: () => this.reaper.run(JOB, [sweep]) });
  }
}
