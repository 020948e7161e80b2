import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobRegistry } from '../../jobs/job-registry.service.js';
import { Reaper, type Sweep } from '../../jobs/reaper.service.js';

const JOB = 'connect.forget';

const SWEEPS: readonly Sweep[] = [
  // Results hold provider tokens: they go when nobody can redeem them any more.
  {
    table: 'pending_connections',
    name: 'results',
    change: 'UPDATE pending_connections t SET result_sealed = NULL',
    where: 't.expires_at <= now() AND t.result_sealed IS NOT NULL',
  },
  // The rest is kept for a day after its end, so that an old address still says what is wrong with it.
  ...['pending_connections', 'oauth_flows'].map((table) => ({
    table,
    change: `DELETE FROM ${table} t`,
    where: `t.expires_at < now() - interval '1 day'`,
  })),
];

/** Takes away what sign-ins leave behind: every five minutes, on one replica. */
@Injectable()
export class ForgetFlows implements OnModuleInit {
  constructor(
    private readonly registry: JobRegistry,
    private readonly reaper: Reaper,
  ) {}

  /** Tells the queue what there is to do. */
  onModuleInit(): void {
    this.registry.register({ name: JOB, schedule: '*/5 * * * *', run: () => this.reaper.run(JOB, SWEEPS) });
  }
}
