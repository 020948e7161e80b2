import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { SecretBox } from '../common/crypto/secret-box.js';
import { AppError } from '../common/errors/app-error.js';
import type { Choice } from '../providers/choices/choice.js';
import { Account } from './account.entity.js';
import { asProfile } from './candidates.js';
import { connectAccount } from './connect-account.js';
import { lockAuthorization, lockConsents } from './consent-lock.js';
import { openChoices } from './find-account.service.js';
import { LockConnections } from './lock-connections.js';
import { noSuchAccount } from './no-such-account.js';
import { needsReconnect } from './provider-failure.js';
import { ProviderConsent } from './provider-consent.entity.js';

/** Lets the user choose which account behind a consent it is to be. */
@Injectable()
export class SelectAccount {
  constructor(
    private readonly locks: LockConnections,
    private readonly box: SecretBox,
  ) {}

  /**
   * Makes the pending account the chosen one. Where that is connected already, the pending one disappears and the
   * connected one gets the new tokens.
   *
   * @returns the id of the connected account; choosing again what was chosen changes nothing
   * @throws AppError not_found; invalid_input for anything but a selectable choice; needs_reconnect where the consent
   *   ended before the choice
   */
  run(accountId: string, workspaceId: string, externalId: string): Promise<string> {
    return this.locks.transaction(async (manager) => {
      const seen = await manager.findOneBy(Account, { id: accountId, workspaceId });
      if (!seen) throw noSuchAccount();
      const consent = seen.consentId
        ? await manager.findOneBy(ProviderConsent, { id: seen.consentId })
        : null;
      if (!consent) throw notAChoice('This account is disconnected: connect it again.');
      await lockAuthorization(manager, consent, workspaceId);
      const account = await manager.findOneBy(Account, { id: accountId });
      if (!account) throw noSuchAccount();
      if (account.status !== 'pending_selection') {
        if (account.externalId === externalId && account.status === 'active') return account.id;
        throw notAChoice('There is nothing to choose: the account is selected.');
      }
      const choice = chosen(openChoices(this.box, account.choicesSealed!, account), externalId);
      const known = await manager.findOneBy(Account, {
        workspaceId,
        provider: account.provider,
        externalId,
      });
      await lockConsents(manager, [consent.id, known?.consentId]);
      if (await isOver(manager, consent.id)) throw needsReconnect();
      return connectAccount(manager, this.box, consent, asProfile(choice), {
        userId: account.userId,
        pending: account,
      });
    });
  }
}

async function isOver(manager: EntityManager, consentId: string): Promise<boolean> {
  const consent = await manager.findOneByOrFail(ProviderConsent, { id: consentId });
  return consent.reason !== null;
}

function chosen(choices: readonly Choice[], externalId: string): Choice {
  const choice = choices.find((candidate) => candidate.externalId === externalId);
  if (!choice) throw notAChoice('must be one of the choices of the account');
  if (!choice.selectable) throw notAChoice(choice.reason ?? 'cannot be selected');
  return choice;
}

function notAChoice(message: string): AppError {
  return new AppError('invalid_input', 'This cannot be selected.', {
    fields: [{ field: 'external_id', message }],
  });
}
