import type { ProviderDefinition } from './provider-definition.js';

/**
 * Recognises the usual mix-ups by their looks. Hints, not errors: a provider may change what its ids look like.
 *
 * @param definition the provider
 * @param credentials as they were typed in
 * @returns plain sentences; empty where nothing strikes
 */
export function credentialHints(
  { credentials }: ProviderDefinition,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): string[] {
  const hints = credentials.mixUps
    .filter(({ field, pattern }) =>
      new RegExp(pattern, 'u').test(field === 'client_id' ? clientId : clientSecret),
    )
    .map(({ hint }) => hint);
  if (clientId === clientSecret) {
    hints.push(
      `${credentials.clientId} and ${credentials.clientSecret} are the same text: one of them was pasted twice.`,
    );
  }
  if (/\s/.test(clientId + clientSecret)) {
    hints.push('There is a space or a line break inside: copy the value alone.');
  }
  return hints;
}
