import type { Config, OperatorOAuthApp } from '../config/config.js';

const PREFIX = 'operator_';

/** The id of the operator's own app of a provider; it has no row. */
export function operatorAppId(provider: string): string {
  return PREFIX + provider;
}

/**
 * The operator's own app, from `<PROVIDER>_CLIENT_ID` and `_CLIENT_SECRET`.
 *
 * @param id what {@link operatorAppId} returned
 * @returns undefined where the id is no such id, or the operator has no app at that provider
 */
export function findOperatorApp(
  { operatorOAuthApps }: Pick<Config, 'operatorOAuthApps'>,
  id: string,
): OperatorOAuthApp | undefined {
  if (!id.startsWith(PREFIX)) return undefined;
  // The name of a variable has no dash.
  const provider = id.slice(PREFIX.length).replaceAll('-', '_');
  return operatorOAuthApps.find((app) => app.provider === provider);
}
