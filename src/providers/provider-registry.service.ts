import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import { Config } from '../config/config.js';
import { BUILT_IN_DEFINITIONS } from './built-in-definitions.js';
import { loadDefinitions, originsOf } from './load-definitions.js';
import type { Provider } from './provider.js';
import { refusesRedirectUri } from './redirect-uri-rules.js';

/** The providers of this server, built once from the built-in definitions and the configuration. */
@Injectable()
export class ProviderRegistry {
  private readonly providers: ReadonlyMap<string, Provider>;

  /** @throws ConfigError where `PROVIDERS_FILE` is wrong */
  constructor(config: Config) {
    const definitions = loadDefinitions(BUILT_IN_DEFINITIONS, config.providersFile, config.providerOrigins);
    this.providers = new Map(
      definitions.map((definition) => {
        const redirectUri = `${config.publicUrl}/v1/oauth/${definition.id}/callback`;
        // Whoever replaced the provider's origin also replaced its rules.
        const replaced = [...config.providerOrigins.values()].some((url) =>
          definition.authorize.url.startsWith(url),
        );
        return [
          definition.id,
          {
            definition,
            origins: originsOf(definition),
            redirectUri,
            refusesRedirectUri: replaced ? undefined : refusesRedirectUri(definition, redirectUri),
          },
        ];
      }),
    );
  }

  /** Every provider, built-in ones first. */
  all(): readonly Provider[] {
    return [...this.providers.values()];
  }

  /**
   * One provider.
   *
   * @param id as it stands in paths and bodies
   * @throws AppError unknown_provider (400), listing the known ids
   */
  get(id: string): Provider {
    const provider = this.providers.get(id);
    if (provider) return provider;
    const known = [...this.providers.keys()].join(', ');
    throw new AppError('unknown_provider', `There is no such provider. Known are: ${known}.`);
  }
}
