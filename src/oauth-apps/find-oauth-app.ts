import type { EntityManager } from 'typeorm';
import { AppError } from '../common/errors/app-error.js';
import { OAuthApp } from './oauth-app.entity.js';

/**
 * An app of a workspace.
 *
 * @param id as it stands in the path
 * @throws AppError not_found for ids that are unknown or somebody else's
 */
export async function findOAuthApp(
  manager: EntityManager,
  workspaceId: string,
  id: string,
): Promise<OAuthApp> {
  const app = await manager.findOneBy(OAuthApp, { id, workspaceId });
  if (!app) throw noSuchOAuthApp();
  return app;
}

/** Alike for unknown ids and for those of others. */
export function noSuchOAuthApp(): AppError {
  return new AppError('not_found', 'There is no such OAuth app in your workspace.');
}
