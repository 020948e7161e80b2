import { Badge } from '../ui/badge.js';
import type { Account } from './calls.js';

/** The state of an account in two words. */
export function AccountStatus({ account: { status, missing_scopes: missing } }: { account: Account }) {
  if (status === 'needs_reconnect') return <Badge tone="bad">Needs you</Badge>;
  if (status === 'pending_selection') return <Badge tone="warn">Choose one</Badge>;
  if (status === 'disconnected') return <Badge tone="quiet">Disconnected</Badge>;
  return missing.length > 0 ? <Badge tone="warn">Limited</Badge> : <Badge tone="good">Connected</Badge>;
}

/**
 * What only its owner can do for an account.
 *
 * @param network the provider's name
 * @returns sentences; undefined where there is nothing to do
 */
export function whatItNeeds(account: Account, network: string): string | undefined {
  const { status, reason, missing_scopes: missing } = account;
  if (status === 'needs_reconnect') {
    if (reason === 'token_expired')
      return `The access ran out, and ${network} does not let us prolong it. Reconnect to go on.`;
    return reason === 'key_lost'
      ? `We can no longer read our copy of this access. Check the secret of the OAuth app, then reconnect.`
      : `${network} ended this connection: the password was changed, say, or the app was removed there. Reconnect to go on.`;
  }
  if (status === 'active' && missing.length > 0) {
    return `Not allowed: ${missing.join(', ')}. To allow it, reconnect and leave every box ticked at ${network}.`;
  }
  return undefined;
}
