import type { ProviderDefinition } from './provider-definition.js';

/**
 * Whether a provider lets a redirect URI be registered, by its published rules.
 *
 * @param definition the provider; without `redirectUri` it has no rules
 * @param redirectUri ours for this provider
 * @returns why not, for people; undefined where it can work
 */
export function refusesRedirectUri(
  { name, redirectUri: rules }: ProviderDefinition,
  redirectUri: string,
): string | undefined {
  if (!rules) return undefined;
  const { protocol, hostname } = new URL(redirectUri);
  const hostRefused = rules.refusedHosts.includes(hostname);
  const plain = protocol === 'http:' && !rules.httpHosts.includes(hostname);
  const long = redirectUri.length > (rules.maxLength ?? Infinity);
  return hostRefused || plain || long ? `${name} does not accept ${redirectUri}: ${rules.rule}` : undefined;
}
