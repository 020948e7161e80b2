import { isOn } from '../app-options.js';
import { ProviderError } from '../provider-error.js';
import type { Provider, ProviderApp } from '../provider.js';
import { sanitise } from '../sanitise.js';
import type { Choice, ChoiceHook, Identity } from './choice.js';
import { facebookPages } from './facebook-pages.js';
import { linkedinOrganisations } from './linkedin-organisations.js';

const HOOKS: Readonly<Record<string, ChoiceHook>> = {
  'facebook-pages': facebookPages,
  'linkedin-organisations': linkedinOrganisations,
};

/**
 * The accounts behind a consent.
 *
 * @param tokens the consent's access token, and whose it is
 * @returns undefined where the consent itself is the account: this provider, or this app, has no choice to offer
 * @throws ProviderError; `no_eligible_account` with a reason for each account where none can be selected
 */
export async function listChoices(
  provider: Provider,
  app: ProviderApp,
  { accessToken, identity }: { accessToken: string; identity: Identity },
): Promise<Choice[] | undefined> {
  const { definition } = provider;
  const { choices } = definition;
  if (!choices || (choices.option && !isOn(definition, app.options ?? {}, choices.option))) return undefined;
  const found = await HOOKS[choices.hook]!({
    baseUrl: choices.baseUrl,
    headers: choices.headers,
    accessToken,
    identity,
    context: { provider, app, stage: 'api' },
  });
  if (!found.some(({ selectable }) => selectable)) {
    const reasons = found.map(({ name, reason }) => `${sanitise(name, [])}: ${reason}`);
    throw new ProviderError('no_eligible_account', {
      provider: definition,
      reasons: reasons.length > 0 ? reasons.slice(0, 10) : [choices.nothingShown],
    });
  }
  return found;
}
