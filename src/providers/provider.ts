import type { ProviderDefinition } from './provider-definition.js';

/** A provider as this server knows it. */
export interface Provider {
  /** With `PROVIDER_ORIGINS` applied to every URL. */
  readonly definition: ProviderDefinition;
  /** The only origins that are called for it. */
  readonly origins: ReadonlySet<string>;
  /** What the owner of an OAuth app registers there: `${PUBLIC_URL}/v1/oauth/{id}/callback`. */
  readonly redirectUri: string;
  /** Why the provider refuses that redirect URI; undefined where it can work. */
  readonly refusesRedirectUri: string | undefined;
}

/** One OAuth app's credentials, opened by the caller for one call, and its settings. */
export interface ProviderApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** As `readAppOptions` returned them; unset ones have their defaults. */
  readonly options?: AppOptions;
}

/** Settings of an OAuth app by option name. */
export type AppOptions = Readonly<Record<string, string | boolean>>;
