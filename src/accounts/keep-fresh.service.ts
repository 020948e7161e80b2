import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Pool } from 'pg';
import { JobQueue } from '../jobs/job-queue.service.js';
import { JobRegistry } from '../jobs/job-registry.service.js';
import { describeFailure } from './provider-failure.js';
import { Renewals } from './renewals.service.js';
import { CLAIM_DUE } from './renew-statements.js';
import { VerifyTokens } from './verify-tokens.service.js';

const CLAIM = 'accounts.claim-due';
const RENEW = 'accounts.renew';
/** Consents a minute; for how long they are claimed, and over how long they are spread, in seconds. */
const [AT_MOST, CLAIMED_FOR, SPREAD] = [5_000, 300, 40];

/** Keeps connections alive without anybody asking: every minute, on whichever replica gets the job. */
@Injectable()
export class KeepFresh implements OnModuleInit {
  private readonly logger = new Logger('Accounts');

  constructor(
    private readonly pool: Pool,
    private readonly registry: JobRegistry,
    private readonly queue: JobQueue,
    private readonly renewals: Renewals,
    private readonly verification: VerifyTokens,
  ) {}

  /** Tells the queue what there is to do. */
  onModuleInit(): void {
    this.registry.register({ name: CLAIM, schedule: '* * * * *', run: () => this.claimDue() });
    this.registry.register({
      name: RENEW,
      run: ({ consentId, oauthAppId }) => this.renew(String(consentId), String(oauthAppId)),
    });
  }

  private async claimDue(): Promise<void> {
    const { rows } = await this.pool.query<{ id: string; oauth_app_id: string }>(CLAIM_DUE, [
      AT_MOST,
      CLAIMED_FOR,
    ]);
    await this.queue.add(
      RENEW,
      rows.map(({ id, oauth_app_id: oauthAppId }) => ({
        key: `${RENEW}:${id}`,
        payload: { consentId: id, oauthAppId },
        // Some ten a second.
        delay: Math.random() * Math.min(rows.length / 10, SPREAD),
      })),
    );
  }

  /** A failure is written down with the consent, together with when to try again: the queue need not. */
  private async renew(consentId: string, oauthAppId: string): Promise<void> {
    try {
      await this.renewals.run(consentId, oauthAppId, 'due');
      await this.verification.run(consentId);
    } catch (error) {
      this.logger.warn({ consentId, said: describeFailure(error) }, 'A connection could not be renewed yet.');
    }
  }
}
