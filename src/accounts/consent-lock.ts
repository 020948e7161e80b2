import type { EntityManager } from 'typeorm';

/**
 * At a provider an authorization belongs to a person and an app, whichever workspaces use it, and under whichever of our
 * ids they keep the app.
 */
export interface Authorization {
  readonly provider: string;
  readonly personId: string;
  readonly clientId: string;
}

/**
 * Makes everybody wait who connects, selects or disconnects with the same authorization, or in the same workspace at the
 * same provider. To be called first in a transaction: then come consents in the order of their ids, then accounts. Who
 * refreshes takes no more than one consent, then its accounts.
 */
export async function lockAuthorization(
  manager: EntityManager,
  { provider, personId, clientId }: Authorization,
  workspaceId: string,
): Promise<void> {
  const keys = [
    ['provider_consents', provider, personId, clientId],
    ['accounts', workspaceId, provider],
  ];
  for (const key of keys) {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [JSON.stringify(key)]);
  }
}

/** Waits until nobody refreshes these consents. */
export async function lockConsents(
  manager: EntityManager,
  ids: readonly (string | null | undefined)[],
): Promise<void> {
  await manager.query('SELECT id FROM provider_consents WHERE id = ANY ($1) ORDER BY id FOR UPDATE', [
    ids.filter((id) => id),
  ]);
}
