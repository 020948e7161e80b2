import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobRegistry } from '../../jobs/job-registry.service.js';
import { Reaper, type Sweep } from '../../jobs/reaper.service.js';

const JOB = 'authorize.forget';

/** For a day, whoever comes back to a consent page learns that it was answered or is too old; then it is unknown. */
const SWEEPS: readonly Sweep[] = [
  {
    table: 'authorization_requests',
    change: 'DELETE FROM authorization_requests t',
    where: `t.expires_at < now() - interval '1 day'`,
  },
];

/** Takes authorization requests away that ended a day ago, every hour, on one replica. */
@Injectable()
export class ForgetRequests implements OnModuleInit {
  constructor(
    private readonly registry: JobRegistry,
    private readonly reaper: Reaper,
  ) {}

  /** Tells the queue what there is to do. */
  onModuleInit(): void {
    this.registry.register({ name: JOB, schedule: '41 * * * *', run: () => this.reaper.run(JOB, SWEEPS) });
  }
}
