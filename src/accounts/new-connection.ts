import type { Choice, Identity } from '../providers/choices/choice.js';
import type { Connection } from '../providers/exchange-code.js';

/** What a sign-in at a provider brought. */
export interface NewConnection {
  readonly workspaceId: string;
  /** Who connected. */
  readonly userId: string;
  readonly provider: string;
  readonly oauthAppId: string;
  /** Of that app, as the code was redeemed with it. */
  readonly clientId: string;
  /** A reconnect: it must be the same external account. */
  readonly reconnectAccountId?: string;
  /** From `ProviderClient.exchangeCode`. */
  readonly connection: Connection;
  /** From `ProviderClient.identify`. */
  readonly identity: Identity;
  /** From `ProviderClient.choices`. */
  readonly choices: readonly Choice[] | undefined;
}
