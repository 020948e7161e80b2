import type { SealedPlace } from '../common/crypto/secret-box.js';
import type { OAuthApp } from './oauth-app.entity.js';

/** Where an app's sealed secret lives: moved to another row, column or workspace it does not open. */
export function clientSecretPlace({ id, workspaceId }: Pick<OAuthApp, 'id' | 'workspaceId'>): SealedPlace {
  return { table: 'oauth_apps', row: id, column: 'client_secret_sealed', workspace: workspaceId };
}
