import { AppError } from '../common/errors/app-error.js';
import type { ProviderRegistry } from '../providers/provider-registry.service.js';
import type { Provider } from '../providers/provider.js';

/** A provider by its id; undefined where it is not configured (any more). */
export function configuredProvider(registry: ProviderRegistry, id: string): Provider | undefined {
  return registry.all().find(({ definition }) => definition.id === id);
}

/**
 * The provider that a body or query names.
 *
 * @param id what the field `provider` holds
 * @throws AppError unknown_provider (400), naming the field and the known ids
 */
export function namedProvider(registry: ProviderRegistry, id: string): Provider {
  const provider = configuredProvider(registry, id);
  if (provider) return provider;
  const known = registry.all().map(({ definition }) => definition.id);
  throw new AppError('unknown_provider', 'There is no such provider.', {
    fields: [{ field: 'provider', message: `must be one of ${known.join(', ')}` }],
  });
}
