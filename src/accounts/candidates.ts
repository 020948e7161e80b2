import type { Choice, Identity } from '../providers/choices/choice.js';
import type { Profile } from './connect-account.js';

/**
 * The accounts that a consent can connect.
 *
 * @param identity whose consent it is
 * @param choices what the person may choose from; undefined means that the person is the account
 */
export function candidatesOf(identity: Identity, choices: readonly Choice[] | undefined): Profile[] {
  if (!choices) return [profileOf(identity)];
  return choices
    .filter(({ selectable }) => selectable)
    .map((choice) => (choice.externalId === identity.externalId ? profileOf(identity) : asProfile(choice)));
}

/** What the account of a choice is. */
export function asProfile({ externalId, name, username, avatarUrl, accessToken }: Choice): Profile {
  return { externalId, displayName: name, username, avatarUrl, accessToken };
}

function profileOf({ externalId, username, displayName, avatarUrl }: Identity): Profile {
  return { externalId, username, displayName, avatarUrl };
}
