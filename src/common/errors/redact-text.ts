/** Anything that looks like one of our credentials, or like a JWT, wherever it stands in a text. */
const OUR_CREDENTIALS = /sd_(at|rt|ac|cs|ar|co)_[A-Za-z0-9_-]+/g;
const JWT = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g;
const BEARER = /\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]+/gi;
/** What every one of them begins with. Most texts have none of it, and are looked through once instead of three times. */
const SUSPICIOUS = /sd_(?!cl_)|eyJ|bearer|basic/i;

/**
 * Takes credentials out of a text.
 *
 * @param text a message, a stack, a path, or what a stranger says of themselves
 */
export function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .replace(OUR_CREDENTIALS, 'sd_$1_[redacted]')
    .replace(JWT, '[redacted JWT]')
    .replace(BEARER, '$1 [redacted]');
}
