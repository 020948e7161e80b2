import type { CallContext } from './send-request.js';
import { sendRequest } from './send-request.js';
import { requestTemplate, type Variables } from './request-template.js';
import { readTokenReply, type TokenSet } from './token-reply.js';

/** The grants that providers take, as templates of their forms (RFC 6749 §4.1.3, §6 and §4.4.2). */
const GRANTS = {
  authorization_code: { code: '{code}', redirect_uri: '{redirect_uri}', code_verifier: '{code_verifier}' },
  refresh_token: { refresh_token: '{refresh_token}' },
  client_credentials: {},
} as const;

/** A grant type of a token endpoint. */
export type Grant = keyof typeof GRANTS;

/**
 * One request to a provider's token endpoint.
 *
 * @param grant the grant type
 * @param variables what its form needs; absent ones are left out
 * @param context whose call it is
 * @returns the tokens
 * @throws ProviderError
 */
export async function requestToken(
  grant: Grant,
  variables: Variables,
  context: CallContext,
): Promise<TokenSet> {
  const { definition } = context.provider;
  const template = requestTemplate.parse({
    method: 'POST',
    url: definition.token.url,
    form: { grant_type: grant, ...GRANTS[grant] },
    auth: 'client',
  });
  return readTokenReply(definition, await sendRequest(template, variables, context));
}
