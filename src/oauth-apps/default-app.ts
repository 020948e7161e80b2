import type { EntityManager } from 'typeorm';
import { OAuthApp } from './oauth-app.entity.js';

/** The apps among which one is the default. */
export interface DefaultScope {
  readonly workspaceId: string;
  readonly provider: string;
}

/**
 * Makes whoever changes which app is the default wait for the others, until the transaction ends. It must be the
 * first thing that the transaction does: what is read after it is what the last holder left. A lock on rows would
 * not do, since the first app has none to lock.
 *
 * @param manager of the transaction
 */
export async function lockDefault(manager: EntityManager, scope: DefaultScope): Promise<void> {
  const key = JSON.stringify(['oauth_apps', scope.workspaceId, scope.provider]);
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
}

/** Whether there is a default. Only under {@link lockDefault}. */
export function hasDefault(
  manager: EntityManager,
  { workspaceId, provider }: DefaultScope,
): Promise<boolean> {
  return manager.existsBy(OAuthApp, { workspaceId, provider, isDefault: true });
}

/** Takes the default away from whichever app has it. Only under {@link lockDefault}, and only to give it on. */
export async function clearDefault(
  manager: EntityManager,
  { workspaceId, provider }: DefaultScope,
): Promise<void> {
  await manager.update(OAuthApp, { workspaceId, provider, isDefault: true }, { isDefault: false });
}

/**
 * Gives the default to the oldest app; does nothing where none is left. Only under {@link lockDefault}, when no app
 * has it.
 */
export async function promoteOldest(
  manager: EntityManager,
  { workspaceId, provider }: DefaultScope,
): Promise<void> {
  const oldest = await manager.findOne(OAuthApp, {
    select: { id: true },
    where: { workspaceId, provider },
    order: { createdAt: 'ASC', id: 'ASC' },
  });
  if (oldest) await manager.update(OAuthApp, { id: oldest.id }, { isDefault: true });
}
