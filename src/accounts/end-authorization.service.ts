import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CannotOpenError, SecretBox } from '../common/crypto/secret-box.js';
import { AppError } from '../common/errors/app-error.js';
import { JobQueue } from '../jobs/job-queue.service.js';
import { JobRegistry } from '../jobs/job-registry.service.js';
import { OpenOAuthApp } from '../oauth-apps/open-oauth-app.service.js';
import { ProviderClient } from '../providers/provider-client.service.js';
import { ProviderError } from '../providers/provider-error.js';
import { lockAuthorization } from './consent-lock.js';
import { openTokens } from './consent-tokens.js';
import { LockConnections } from './lock-connections.js';
import { type EndedConsent, REVOKE, revocationKey } from './plan-revocation.js';
import { describeFailure } from './provider-failure.js';

/** At a provider an authorization is one, in however many workspaces it is used. */
const SHARED = `
SELECT FROM accounts a JOIN provider_consents c ON c.id = a.consent_id
WHERE c.provider = $1 AND c.person_id = $2 AND c.client_id = $3 LIMIT 1`;

/** Ends authorizations at their providers, unless a living account shares them. */
@Injectable()
export class EndAuthorization implements OnModuleInit {
  private readonly logger = new Logger('Accounts');

  constructor(
    private readonly registry: JobRegistry,
    private readonly queue: JobQueue,
    private readonly locks: LockConnections,
    private readonly box: SecretBox,
    private readonly client: ProviderClient,
    private readonly apps: OpenOAuthApp,
  ) {}

  /** Tells the queue what `planRevocation` leaves to it. */
  onModuleInit(): void {
    this.registry.register({
      name: REVOKE,
      run: (payload, isLast) => this.tryAgain(payload as unknown as EndedConsent, isLast),
    });
  }

  /**
   * Does now what was planned, and then takes the plan back. What the provider does not answer is left to it. Never
   * throws; no lock or connection is held while the provider is asked.
   */
  async run(consent: EndedConsent): Promise<void> {
    try {
      const failure = await this.end(consent);
      if (failure) this.report(consent, failure, 'A provider did not revoke.');
      if (!mayPass(failure)) await this.queue.remove(revocationKey(consent));
    } catch (error) {
      this.report(consent, error, 'What was revoked will be revoked again.');
    }
  }

  private async tryAgain(consent: EndedConsent, isLast: boolean): Promise<void> {
    const failure = await this.end(consent);
    if (!failure) return;
    // What fails for good and what is over leaves the queue, and its tokens with it.
    if (isLast || !mayPass(failure)) this.report(consent, failure, 'Given up: a provider did not revoke.');
    else throw new Error(`A provider did not revoke: ${describeFailure(failure)}`);
  }

  /** @returns what went wrong, if anything did */
  private async end(consent: EndedConsent): Promise<unknown> {
    try {
      if (!(await this.isShared(consent))) await this.revoke(consent);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /**
   * Waits for who is connecting with the same authorization, and counts them. Who comes later, while the provider is
   * asked, may lose what was just connected, and is told to reconnect: that is rarer than a provider that hangs.
   */
  private isShared(consent: EndedConsent): Promise<boolean> {
    const { provider, personId, clientId, workspaceId } = consent;
    return this.locks.transaction(async (manager) => {
      await lockAuthorization(manager, consent, workspaceId);
      const shared = await manager.query<unknown[]>(SHARED, [provider, personId, clientId]);
      return shared.length > 0;
    });
  }

  private async revoke(consent: EndedConsent): Promise<void> {
    const { workspaceId, provider, oauthAppId, personId } = consent;
    const app = await this.apps.open(oauthAppId, workspaceId);
    await this.client.revoke(provider, app, { ...openTokens(this.box, consent), accountId: personId });
  }

  private report({ id, provider }: EndedConsent, failure: unknown, message: string): void {
    this.logger.warn({ consentId: id, provider, said: describeFailure(failure) }, message);
  }
}

/** Whether a later try may do better: the provider or the database was away. */
function mayPass(failure: unknown): boolean {
  if (failure instanceof ProviderError) return failure.code === 'provider_unavailable';
  return failure !== undefined && !(failure instanceof AppError || failure instanceof CannotOpenError);
}
