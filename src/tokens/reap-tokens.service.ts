import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { JobRegistry } from '../jobs/job-registry.service.js';
import { Reaper, type Sweep } from '../jobs/reaper.service.js';

const JOB = 'tokens.reap';

/**
 * What nobody can use any more, and whose absence changes no answer:
 *
 * - an access token that expired or was revoked; within the grace it says when the refresh token was rotated that it came
 *   of
 * - a code that expired; one that was redeemed stays as long as its grant lives, since its replay ends the grant. The
 *   hour is for a redemption that is still under way
 * - a grant whose last token ended 30 days ago. Until then it says that its client was in use
 *   ({@link ExpireClients}), and its own tokens are gone by then
 */
const sweeps = (grace: number): readonly Sweep[] => [
  {
    table: 'access_tokens',
    change: 'DELETE FROM access_tokens t',
    where: 't.expires_at < now() AND t.created_at < now() - make_interval(secs => $3)',
    values: [grace],
  },
  {
    table: 'authorization_codes',
    change: 'DELETE FROM authorization_codes t',
    where: `t.expires_at < now() - interval '1 hour' AND NOT EXISTS (
      SELECT FROM grants g WHERE g.id = t.grant_id AND g.revoked_at IS NULL AND g.expires_at > now())`,
  },
  {
    table: 'grants',
    change: 'DELETE FROM grants t',
    where: `coalesce(t.expires_at, t.created_at + interval '10 minutes') < now() - interval '30 days'`,
  },
];

/** Takes expired tokens, codes and grants away, every five minutes, on one replica. */
@Injectable()
export class ReapTokens implements OnModuleInit {
  constructor(
    private readonly registry: JobRegistry,
    private readonly reaper: Reaper,
    private readonly config: Config,
  ) {}

  /** Tells the queue what there is to do. */
  onModuleInit(): void {
    this.registry.register({
      name: JOB,
      schedule: '*/5 * * * *',
      run: () => this.reaper.run(JOB, sweeps(this.config.refreshGrace)),
    });
  }
}
