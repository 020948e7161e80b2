import { z } from 'zod';

/**
 * What may stand in braces in a URL, parameter or header of a definition. `token` is the refresh token, or the
 * access token where there is none. Values go in through variables only, never by being pasted into a template:
 * what a stranger or a provider sends may hold braces too.
 */
export const PLACEHOLDERS = [
  'version',
  'client_id',
  'client_secret',
  'access_token',
  'refresh_token',
  'token',
  'account_id',
  'code',
  'code_verifier',
  'redirect_uri',
  'cursor',
] as const;

/** Values for the placeholders of one call. */
export type Variables = Partial<Record<(typeof PLACEHOLDERS)[number], string | undefined>>;

const IN_BRACES = /\{([^{}]*)\}/g;

const template = z.string().superRefine((value, context) => {
  for (const [, name] of value.matchAll(IN_BRACES)) {
    if (!PLACEHOLDERS.includes(name as never)) context.addIssue(`has the unknown placeholder {${name}}`);
  }
});

/** An address of a provider: https (http on loopback only), fixed host, placeholders in the path or query only. */
export const templateUrl = template.refine((value) => {
  if (!/^https?:\/\/[^/?#{}\\\s]+(\/|$)/.test(value)) return false;
  const url = URL.parse(value.replace(IN_BRACES, 'x'));
  if (!url || url.username || url.password || url.hash) return false;
  return url.protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}, 'must be an https URL (http on loopback only) with a fixed host');

/**
 * One call to a provider as data. `auth`: `client` sends the client's credentials the way its token endpoint
 * wants them, `bearer` the access token as RFC 6750 §2.1, `query` the access token as a parameter.
 * A parameter whose placeholder has no value is left out.
 */
export const requestTemplate = z.strictObject({
  method: z.enum(['GET', 'POST', 'DELETE']).default('GET'),
  url: templateUrl,
  query: z.record(z.string(), template).default({}),
  form: z.record(z.string(), template).optional(),
  headers: z.record(z.string(), template).default({}),
  auth: z.enum(['none', 'client', 'bearer', 'query']).default('none'),
});

/** A call, complete. */
export type RequestTemplate = z.output<typeof requestTemplate>;

/**
 * Fills one template.
 *
 * @param text with placeholders in braces
 * @param variables their values
 * @param encode applied to each value, not to the text around it
 * @returns the filled text, or undefined where a placeholder has no value
 */
export function fill(
  text: string,
  variables: Variables,
  encode = (value: string) => value,
): string | undefined {
  let complete = true;
  const filled = text.replace(IN_BRACES, (_, name: keyof Variables) => {
    const value = variables[name];
    if (value === undefined) complete = false;
    return encode(value ?? '');
  });
  return complete ? filled : undefined;
}

/**
 * Fills a record of templates.
 *
 * @param record parameter or header names with templates
 * @param variables values of the placeholders
 * @returns the parameters that could be filled
 */
export function fillAll(
  record: Readonly<Record<string, string>>,
  variables: Variables,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, text]) => {
      const filled = fill(text, variables);
      return filled === undefined ? [] : [[name, filled]];
    }),
  );
}

/**
 * A query or form. Spaces become %20, not +: LinkedIn and X document that form, and every server reads it.
 *
 * @param parameters names and values
 */
export function encodeParameters(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}
