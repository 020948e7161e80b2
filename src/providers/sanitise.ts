const MAX_LENGTH = 300;
/** What no sentence holds but every token does: 32 and more characters without a break. */
const LOOKS_LIKE_A_TOKEN = /[A-Za-z0-9_~+=|-]{32,}/g;
const NAMED_SECRET =
  /\b(access_token|refresh_token|client_secret|code|code_verifier|signed_request|fb_exchange_token|appsecret_proof|token)=[^\s&"']+/gi;

/**
 * Makes a provider's words fit to be stored, logged and shown: what was secret in the call, named secrets and
 * whatever looks like a token go, control characters become spaces, 300 characters are kept. The result is plain
 * text: whoever puts it into a page still escapes it.
 *
 * @param text their words
 * @param secrets values that were sent in the call
 * @returns undefined where nothing was said
 */
export function sanitise(
  text: string | undefined,
  secrets: readonly (string | undefined)[],
): string | undefined {
  if (!text) return undefined;
  let clean = text;
  // Longest first: one secret may be the start of another.
  for (const secret of secrets.filter(isSecret).sort((a, b) => b.length - a.length)) {
    clean = clean.replaceAll(secret, '[removed]').replaceAll(encodeURIComponent(secret), '[removed]');
  }
  clean = clean
    .replace(NAMED_SECRET, '$1=[removed]')
    .replace(LOOKS_LIKE_A_TOKEN, '[removed]')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH)}…` : clean;
}

function isSecret(value: string | undefined): value is string {
  return value !== undefined && value.length >= 4;
}
