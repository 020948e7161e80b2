import { createHash, randomBytes } from 'node:crypto';

/** Where codes go; all contenders register it. */
export const REDIRECT_URI = 'https://app.example/callback';
export const VERIFIER = 'a-verifier-that-is-long-enough-for-rfc-7636-section-4.1';
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** How many clients the load comes from, and how many access tokens are presented to be checked. */
export const CLIENTS = 1_000;
export const TOKENS = 1_000;
/** Refresh tokens in rotation: as many grants are refreshed in turn. */
export const CHAINS = 8_192;

/** A name for one preparation, so that its rows meet no other's. */
export const newTag = () => randomBytes(4).toString('hex');

/** Credential number `i` of a preparation: as long as a real one, so that it is put into the database by SQL. */
export const madeUp = (prefix, tag, i) => prefix + tag + String(i).padStart(43 - tag.length, '0');

/** The same in SQL, where `i` is a column and `$1` is prefix and tag. */
export const MADE_UP = (prefixLength) => `($1 || lpad(i::text, ${43 + prefixLength} - length($1), '0'))`;

/** A code or refresh token as long as a real one: the grant that it is of, then the tag. */
export function ofGrant(prefix, tag, grant) {
  const bytes = Buffer.alloc(32, '|');
  bytes.writeBigInt64BE(BigInt(grant));
  bytes.write(tag, 8);
  return prefix + bytes.toString('base64url');
}

/** Its SHA-256 in SQL, where `grant` is an expression for the grant's id and `tag` one for the tag. */
export const HASH_OF_GRANT = (prefix, tag, grant) => `sha256(convert_to('${prefix}' || translate(
  encode(int8send(${grant}) || rpad(${tag}, 24, '|')::bytea, 'base64'), '+/=', '-_'), 'UTF8'))`;

/** Gives out what was prepared, each once, and tells when there is no more. */
export function supply(count, make) {
  let next = 0;
  return () => (next < count ? make((next += 1)) : undefined);
}

/** Refresh tokens in turn, so that one is presented again only after all others. */
export function rotation(first) {
  const queue = [...first];
  let head = 0;
  return {
    take: () => queue[head++],
    put: (entry) => {
      queue.push(entry);
      if (head < 100_000) return;
      queue.splice(0, head);
      head = 0;
    },
  };
}
