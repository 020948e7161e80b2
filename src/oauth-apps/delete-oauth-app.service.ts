import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { AppError } from '../common/errors/app-error.js';
import { lockDefault, promoteOldest } from './default-app.js';
import { findOAuthApp, noSuchOAuthApp } from './find-oauth-app.js';
import { OAuthApp } from './oauth-app.entity.js';

/** SQLSTATE of a foreign key that would be left without its row. */
const FOREIGN_KEY_VIOLATION = '23503';

/**
 * Deletes an app and gives its default on.
 *
 * In use is an app while a live account needs it: its tokens are refreshed and revoked with the credentials that
 * they were issued for. Which apps those are is said by the database, in the one place where no race gets between the
 * question and the deletion: a foreign key of `provider_consents`, whose rows live only as long as an account needs
 * them. A disconnected account so never stands in the way, and still shows the id of its app. The operator's apps have
 * no row. What ends by itself, such as a sign-in under way, has no foreign key: it finds the app gone.
 */
@Injectable()
export class DeleteOAuthApp {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * The oldest remaining app at that provider becomes the default where the deleted one was.
   *
   * @throws AppError not_found, in_use
   */
  async delete(workspaceId: string, id: string): Promise<void> {
    const app = await findOAuthApp(this.dataSource.manager, workspaceId, id);
    await this.dataSource.transaction(async (manager) => {
      await lockDefault(manager, app);
      // Under the lock: it may have become the default, or be gone, since it was read.
      const current = await manager.findOneBy(OAuthApp, { id });
      if (!current) throw noSuchOAuthApp();
      await deleteUnlessInUse(manager, id);
      if (current.isDefault) await promoteOldest(manager, app);
    });
  }
}

async function deleteUnlessInUse(manager: EntityManager, id: string): Promise<void> {
  try {
    await manager.delete(OAuthApp, { id });
  } catch (error) {
    if (!(error instanceof QueryFailedError)) throw error;
    if ((error.driverError as { code?: unknown }).code !== FOREIGN_KEY_VIOLATION) throw error;
    throw new AppError('in_use', 'Accounts are connected through this OAuth app. Disconnect them first.', {
      cause: error,
    });
  }
}
