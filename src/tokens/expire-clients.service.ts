import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { JobRegistry } from '../jobs/job-registry.service.js';
import { Reaper, type Sweep } from '../jobs/reaper.service.js';

const JOB = 'clients.expire';
/** As `redirectHost` reads it, for what registration lets in: no user info, and the host in lower case already. */
const HOST_OF_URI = `CASE WHEN uri ~ '^https?://' THEN substring(uri FROM '^https?://([^/?#]*)')
            ELSE substring(uri FROM '^[^/?#]*:') || coalesce(substring(uri FROM '^[^/?#]*://([^/?#]*)'), '') END`;

/**
 * Expires registered clients by use, as tombstones. It is here, and changes a table of client-registration, because
 * only here is known which client has a grant.
 *
 * A client is in use while it has a grant (kept for 30 days after its end), and for 30 days after it registered or
 * asked for an authorization. So none can expire whose user is on the way: a grant comes from a request, and that one
 * moved `last_used_at` before it was held (FindClient), less than a day and the life of a request ago.
 *
 * Whom the operator lists in VERIFIED_CLIENTS, by its id or by the host of a redirect URI, never expires.
 *
 * A tombstone is kept for 90 days: it tells an operator what ended, and when. Then even the memory of it goes, lest
 * registrations that nobody ever used pile up. The answers stay the same, `invalid_client`, and the id can never be
 * another's: it is a hash of the metadata, or random.
 */
@Injectable()
export class ExpireClients implements OnModuleInit {
  private readonly sweeps: readonly Sweep[];

  constructor(
    private readonly registry: JobRegistry,
    private readonly reaper: Reaper,
    { requestTtl, verifiedClients }: Config,
  ) {
    this.sweeps = [
      {
        name: 'tombstones',
        table: 'clients',
        change: 'DELETE FROM clients t',
        where: `t.tombstoned_at < now() - interval '90 days'`,
      },
      {
        name: 'clients',
        table: 'clients',
        change: 'UPDATE clients t SET tombstoned_at = now()',
        where: `t.tombstoned_at IS NULL
          AND t.last_used_at < now() - interval '30 days' - make_interval(secs => ${requestTtl})
          AND NOT EXISTS (SELECT FROM grants g WHERE g.client_id = t.id)
          AND t.id <> ALL ($3::text[])
          AND NOT EXISTS (SELECT FROM unnest(t.redirect_uris) AS uri WHERE ${HOST_OF_URI} = ANY ($3::text[]))`,
        values: [[...verifiedClients]],
      },
    ];
  }

  /** Tells the queue what there is to do. */
  onModuleInit(): void {
    this.registry.register({
      name: JOB,
      schedule: '23 * * * *',
      run: () => this.reaper.run(JOB, this.sweeps),
    });
  }
}
