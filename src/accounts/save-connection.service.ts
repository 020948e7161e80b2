import { Injectable, Logger } from '@nestjs/common';
import { type EntityManager, In, Not } from 'typeorm';
import { SecretBox } from '../common/crypto/secret-box.js';
import { AppError } from '../common/errors/app-error.js';
import type { Choice } from '../providers/choices/choice.js';
import { ProviderRegistry } from '../providers/provider-registry.service.js';
import { Account } from './account.entity.js';
import { candidatesOf } from './candidates.js';
import { connectAccount, newAccountId, type Profile } from './connect-account.js';
import { lockAuthorization, lockConsents } from './consent-lock.js';
import { sealTokens } from './consent-tokens.js';
import { LockConnections } from './lock-connections.js';
import type { NewConnection } from './new-connection.js';
import { planRevocation } from './plan-revocation.js';
import { ProviderConsent } from './provider-consent.entity.js';
import { newConsentId, storeConsent } from './store-consent.js';
import { accountPlace } from './token-places.js';

/** What became of it. */
export interface SavedConnection {
  readonly accountId: string;
  readonly status: 'active' | 'pending_selection';
}

/** Keeps what a sign-in brought: in one transaction, or not at all. */
@Injectable()
export class SaveConnection {
  private readonly logger = new Logger('Accounts');

  constructor(
    private readonly locks: LockConnections,
    private readonly box: SecretBox,
    private readonly registry: ProviderRegistry,
  ) {}

  /**
   * Connects the account, or holds it until the user has chosen where there is a choice: one that can be selected is
   * connected unasked. Accounts that live on the same consent get its new tokens as well, and with them their life back.
   *
   * @returns the account; the one that was there keeps its id
   * @throws AppError account_mismatch, no_eligible_account, no_oauth_app; then nothing is changed, and the provider is told
   *   that nobody keeps the tokens
   */
  async run(input: NewConnection): Promise<SavedConnection> {
    try {
      return await this.save(input);
    } catch (error) {
      if (error instanceof AppError) await this.giveBack(input);
      throw error;
    }
  }

  private save(input: NewConnection): Promise<SavedConnection> {
    const { workspaceId, provider, oauthAppId, clientId, identity, choices } = input;
    const candidates = candidatesOf(identity, choices);
    if (candidates.length === 0) return Promise.reject(nothingEligible(choices ?? []));
    const key = { provider, personId: identity.externalId };
    return this.locks.transaction(async (manager) => {
      await lockAuthorization(manager, { ...key, clientId }, workspaceId);
      const target = await this.chooseTarget(manager, input, candidates);
      const known = await manager.findOneBy(ProviderConsent, { ...key, oauthAppId, workspaceId });
      const present = await this.accountsOf(manager, input, candidates);
      await lockConsents(manager, [known?.id, ...present.map(({ consentId }) => consentId)]);
      const { definition } = this.registry.get(provider);
      const consent = { ...input, id: await storeConsent(manager, this.box, definition, input, known) };
      // Those that live on this consent already are part of it, whichever is chosen now.
      for (const candidate of candidates) {
        const sibling = present.find(({ externalId }) => externalId === candidate.externalId);
        if (sibling?.consentId !== consent.id || candidate === target) continue;
        await connectAccount(manager, this.box, consent, candidate, { userId: sibling.userId });
      }
      if (!target) return this.holdForSelection(manager, input, consent.id);
      const accountId = await connectAccount(manager, this.box, consent, target, input);
      // A choice that was left open is answered by this sign-in; by a reconnect it is not.
      if (!input.reconnectAccountId) {
        await manager.delete(Account, { consentId: consent.id, status: 'pending_selection' });
      }
      return { accountId, status: 'active' };
    });
  }

  /** By a job, so that nobody waits for the provider, and a failure of it is not the sign-in's. */
  private async giveBack(input: NewConnection): Promise<void> {
    const { provider, identity, connection } = input;
    if (!this.registry.get(provider).definition.revoke) return;
    const consent = { ...input, id: newConsentId() };
    const ended = {
      ...consent,
      personId: identity.externalId,
      ...sealTokens(this.box, consent, connection),
    };
    await this.locks
      .transaction((manager) => planRevocation(manager, ended, 0))
      .catch((err: unknown) =>
        this.logger.warn({ err, provider }, 'What was refused stays at the provider.'),
      );
  }

  /** Undefined where the user has to choose. */
  private async chooseTarget(
    manager: EntityManager,
    { reconnectAccountId, workspaceId, provider }: NewConnection,
    candidates: readonly Profile[],
  ): Promise<Profile | undefined> {
    const only = candidates.length === 1 ? candidates[0] : undefined;
    if (reconnectAccountId === undefined) return only;
    const account = await manager.findOneBy(Account, { id: reconnectAccountId, workspaceId, provider });
    // Nothing was selected yet: there is no account to differ from.
    if (account && account.externalId === null) return only;
    const same = candidates.find(({ externalId }) => externalId === account?.externalId);
    if (same) return same;
    throw new AppError(
      'account_mismatch',
      `You came back with another account than ${account?.displayName ?? account?.username ?? 'the one to be reconnected'}. Sign in there as the right person and reconnect, or connect this one as a new account.`,
    );
  }

  private accountsOf(
    manager: EntityManager,
    { workspaceId, provider }: NewConnection,
    candidates: readonly Profile[],
  ): Promise<Account[]> {
    const externalId = In(candidates.map(({ externalId }) => externalId));
    return manager.findBy(Account, { workspaceId, provider, externalId, status: Not('disconnected') });
  }

  /** One row a consent: who begins again instead of choosing does not leave rows behind. */
  private async holdForSelection(
    manager: EntityManager,
    { workspaceId, userId, provider, oauthAppId, identity, choices }: NewConnection,
    consentId: string,
  ): Promise<SavedConnection> {
    const pending = await manager.findOneBy(Account, { consentId, status: 'pending_selection' });
    const id = pending?.id ?? newAccountId();
    await manager.save(
      manager.create(Account, {
        id,
        workspaceId,
        userId,
        provider,
        oauthAppId,
        consentId,
        displayName: identity.displayName ?? null,
        username: identity.username ?? null,
        avatarUrl: identity.avatarUrl ?? null,
        status: 'pending_selection',
        choicesSealed: this.box.seal(
          JSON.stringify(choices),
          accountPlace({ id, workspaceId }, 'choices_sealed'),
        ),
      }),
    );
    return { accountId: id, status: 'pending_selection' };
  }
}

function nothingEligible(choices: readonly Choice[]): AppError {
  const reasons = choices
    .slice(0, 10)
    .map(({ name, reason }) => `${name}: ${reason ?? 'it cannot be selected.'}`);
  return new AppError('no_eligible_account', ['No account can be connected.', ...reasons].join(' '));
}
