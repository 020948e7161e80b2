import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a credential is for; its prefix lets scanners and people recognise a leaked one. */
export const TOKEN_PREFIXES = {
  accessToken: 'sd_at_',
  refreshToken: 'sd_rt_',
  code: 'sd_ac_',
  clientId: 'sd_cl_',
  clientSecret: 'sd_cs_',
  requestId: 'sd_ar_',
  completion: 'sd_co_',
} as const;

/** Random bytes in stock, taken from the system many at a time: each call there costs more than what it brings. */
let stock = Buffer.alloc(0);

/**
 * Random bytes; what was given out is not kept.
 *
 * @param size how many, 8192 at most
 */
export function takeRandom(size: number): Buffer {
  if (stock.length < size) stock = randomBytes(8192);
  const bytes = Buffer.from(stock.subarray(0, size));
  stock.fill(0, 0, size);
  stock = stock.subarray(size);
  return bytes;
}

/**
 * A new credential: a prefix and 256 random bits, base64url. Everything in it survives a URL, a form and HTTP
 * Basic without encoding.
 *
 * @param kind what it is for
 */
export function newToken(kind: keyof typeof TOKEN_PREFIXES): string {
  return TOKEN_PREFIXES[kind] + takeRandom(32).toString('base64url');
}

/**
 * The form in which a credential is stored and looked up. No salt: 256 random bits cannot be guessed.
 *
 * @param token the credential as sent
 * @returns 32 bytes
 */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** Compares two hashes without telling by time how much of them is alike. */
export function equalHashes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
