import type { Identity } from './choices/choice.js';
import { ProviderError } from './provider-error.js';
import type { Provider, ProviderApp } from './provider.js';
import { textAt } from './reply-json.js';
import { sendRequest } from './send-request.js';

/**
 * Asks whose tokens these are. Once per sign-in: X bills every call.
 *
 * @param accessToken of the consent
 * @returns the account; ids are always text
 * @throws ProviderError; `no_eligible_account` for an account of the wrong kind
 */
export async function readIdentity(
  provider: Provider,
  app: ProviderApp,
  accessToken: string,
): Promise<Identity> {
  const { definition } = provider;
  const { identity } = definition;
  const reply = await sendRequest(
    identity.request,
    { access_token: accessToken },
    { provider, app, stage: 'api' },
  );
  const id = textAt(reply, identity.id);
  if (!id) {
    throw new ProviderError('provider_unavailable', {
      provider: definition,
      detail: 'The reply names no account.',
    });
  }
  const { ineligible } = identity;
  if (
    ineligible &&
    new RegExp(`^(?:${ineligible.pattern})$`, 'u').test(textAt(reply, ineligible.field) ?? '')
  ) {
    throw new ProviderError('no_eligible_account', { provider: definition, reasons: [ineligible.reason] });
  }
  return {
    externalId: identity.idPrefix + id,
    username: textAt(reply, identity.username),
    displayName: textAt(reply, identity.displayName),
    avatarUrl: textAt(reply, identity.avatarUrl),
    otherIds: Object.fromEntries(
      Object.entries(identity.otherIds).flatMap(([name, path]) => {
        const value = textAt(reply, path);
        return value ? [[name, value]] : [];
      }),
    ),
  };
}
