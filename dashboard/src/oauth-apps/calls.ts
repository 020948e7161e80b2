import type { components } from '../api/api-types.js';
import { answerOf, client } from '../api/client.js';

/** An OAuth app of the workspace at a provider. */
export type OAuthApp = components['schemas']['OAuthAppView'];
/** A provider, and what its OAuth apps need. */
export type Provider = components['schemas']['ProviderView'];
/** A new OAuth app. */
export type NewOAuthApp = components['schemas']['CreateOAuthAppRequest'];

/** @returns the OAuth apps of the workspace, oldest first */
export const listOAuthApps = () => answerOf(client.GET('/v1/oauth-apps'));

/** @returns every provider that this server knows */
export const listProviders = () => answerOf(client.GET('/v1/providers'));

/** Stores client id and secret; may take five seconds, since the provider is asked what it thinks of them. */
export const createOAuthApp = (body: NewOAuthApp) => answerOf(client.POST('/v1/oauth-apps', { body }));

/** Renames, replaces the secret, makes it the default. */
export const changeOAuthApp = (id: string, body: components['schemas']['UpdateOAuthAppRequest']) =>
  answerOf(client.PATCH('/v1/oauth-apps/{id}', { params: { path: { id } }, body }));

/** @throws ApiError in_use while accounts are connected through it */
export const deleteOAuthApp = (id: string) =>
  answerOf(client.DELETE('/v1/oauth-apps/{id}', { params: { path: { id } } }));
