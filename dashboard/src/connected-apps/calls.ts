import { ApiError } from '../api/api-error.js';
import type { components } from '../api/api-types.js';
import { answerOf, client } from '../api/client.js';

/** An app that may act for whoever is signed in. */
export type ConnectedApp = components['schemas']['ConnectedApp'];

/** The name that an app gave itself. */
export const nameOf = ({ name }: ConnectedApp) => name ?? 'An app without a name';

/** @returns the apps of whoever is signed in */
export const listConnectedApps = () => answerOf(client.GET('/public/v1/oauth/apps/'));

/** Ends every access of an app. Gone already, perhaps from another window, is what was wanted. */
export async function disconnectApp(id: string): Promise<void> {
  const path = { app_id: id };
  await answerOf(client.DELETE('/public/v1/oauth/apps/{app_id}/', { params: { path } })).catch(
    (error: ApiError) => {
      if (error.status !== 404) throw error;
    },
  );
}
