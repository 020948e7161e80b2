import { randomBytes } from 'node:crypto';
import type { KeyRing } from '../../common/crypto/key-ring.js';
import { equalHashes, hashToken } from '../../common/crypto/token.js';

/** 128 bits each, base64url. A kid has 32 characters at most, so a state has 78; X takes 500. */
const STATE = /^([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})$/;
const BYTES = 16;

/** A new sign-in's state. */
export interface FlowState {
  /** `kid.id.mac`, for the authorize URL. */
  readonly state: string;
  /** SHA-256 of the id: what is stored. */
  readonly idHash: Buffer;
}

/**
 * Makes a state (RFC 6749 §10.12): a random id, signed together with the provider under the active key.
 *
 * @param provider whose callback alone will take it (RFC 9700 §4.4.2.2)
 */
export function newState(ring: KeyRing, provider: string): FlowState {
  const id = randomBytes(BYTES).toString('base64url');
  const kid = ring.activeKid;
  return { state: `${kid}.${id}.${macOf(ring, kid, id, provider)}`, idHash: hashToken(id) };
}

/**
 * Tells a state of ours from junk, without asking the database.
 *
 * @param provider the one whose callback was called
 * @param state as it came back; undefined where there was none
 * @returns the hash of its id, or undefined where this server never made it for that provider
 */
export function readState(ring: KeyRing, provider: string, state: string | undefined): Buffer | undefined {
  const [, kid, id, mac] = STATE.exec(state ?? '') ?? [];
  if (!kid || !id || !mac) return undefined;
  const expected = macOf(ring, kid, id, provider);
  // Texts, not bytes: base64url has several spellings of the same 16 bytes.
  return expected && equalHashes(Buffer.from(mac), Buffer.from(expected)) ? hashToken(id) : undefined;
}

/** HMAC-SHA256, cut to 128 bits (RFC 2104 §5). The id's alphabet has no dot, so no two messages are one text. */
function macOf(ring: KeyRing, kid: string, id: string, provider: string): string | undefined {
  return ring.mac(kid, 'state', `${id}.${provider}`)?.subarray(0, BYTES).toString('base64url');
}
