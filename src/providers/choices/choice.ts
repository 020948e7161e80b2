import type { CallContext } from '../send-request.js';

/** One account behind a consent, for the user to choose from. */
export interface Choice {
  readonly externalId: string;
  readonly name: string;
  readonly username?: string;
  readonly avatarUrl?: string;
  readonly selectable: boolean;
  /** Why it cannot be selected, and what to do about it. */
  readonly reason?: string;
  /**
   * The token this account is used with, where it has its own (a Facebook Page). It replaces the consent's token
   * for everything but `refresh`, `choices` and `revoke`, which go on with the consent's: keep both.
   */
  readonly accessToken?: string;
}

/** The account that the consent itself names. */
export interface Identity {
  readonly externalId: string;
  readonly username?: string;
  readonly displayName?: string;
  readonly avatarUrl?: string;
  /** Further ids by our names, such as Instagram's app-scoped one. */
  readonly otherIds: Readonly<Record<string, string>>;
}

/** What a hook works with. */
export interface ChoiceRequest {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly accessToken: string;
  readonly identity: Identity;
  readonly context: CallContext;
}

/** Lists the accounts behind a consent; throws ProviderError. */
export type ChoiceHook = (request: ChoiceRequest) => Promise<Choice[]>;
