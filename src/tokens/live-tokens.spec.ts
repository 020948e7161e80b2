import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { VerifiedAccessToken } from './access-token-verifier.js';
import { LiveTokens } from './live-tokens.service.js';

const CAPACITY = 10_000;
const token = (userId: string): VerifiedAccessToken => ({
  holder: {
    kind: 'bearer',
    userId,
    workspaceId: `user:${userId}`,
    clientId: 'sd_cl_1',
    scopes: ['profile:read'],
    expiresAt: new Date(0),
  },
  resources: null,
});
const ADA = token('ada');

let live: LiveTokens;
beforeEach(() => {
  live = new LiveTokens();
});

/** Keeps a token as a read that began just now would. */
function keep(grantId: string, secondsLeft = 3600, hash: Buffer = randomBytes(32)): Buffer {
  live.keep(live.startRead(), hash, grantId, secondsLeft, ADA);
  return hash;
}

describe('what is kept', () => {
  it('is found by its hash alone, until it expires', () => {
    const hash = keep('1');
    expect(live.get(hash)).toBe(ADA);
    expect(live.get(Buffer.from(hash))).toBe(ADA);
    expect(live.get(randomBytes(32))).toBeUndefined();
    expect(live.get(keep('1', 0))).toBeUndefined();
    expect(live.get(keep('1', -5))).toBeUndefined();
  });

  it('counts its end from the beginning of the read', () => {
    const hash = randomBytes(32);
    live.keep({ at: performance.now() - 10_000, heard: 0 }, hash, '1', 9.9, ADA);
    expect(live.get(hash)).toBeUndefined();
    live.keep({ at: performance.now() - 10_000, heard: 0 }, hash, '1', 600, ADA);
    expect(live.get(hash)).toBe(ADA);
  });

  it('is read again after a minute, however long it has to live', () => {
    const hash = randomBytes(32);
    live.keep({ at: performance.now() - 60_001, heard: 0 }, hash, '1', 3600, ADA);
    expect(live.get(hash)).toBeUndefined();
  });

  it('is never more than fits: what nobody used goes first', () => {
    const [used, unused] = [keep('1'), keep('2')];
    const all = [used, unused];
    for (let n = 2; n < CAPACITY; n++) all.push(keep(String(n)));
    expect(live.get(used)).toBe(ADA);
    all.push(keep('3'));
    expect(live.get(unused)).toBeUndefined();
    expect(all.filter((hash) => live.get(hash)).length).toBe(CAPACITY);
    // Now all of them were used, which helps none for ever.
    for (let n = 0; n < 2 * CAPACITY; n++) all.push(keep(String(n)));
    expect(live.get(used)).toBeUndefined();
    expect(all.filter((hash) => live.get(hash)).length).toBe(CAPACITY);
  });

  it('takes no more room when it is kept again', () => {
    const hashes = Array.from({ length: CAPACITY }, (_, n) => keep(String(n)));
    keep('0', 3600, hashes[0]);
    expect(hashes.filter((hash) => live.get(hash)).length).toBe(CAPACITY);
  });
});

describe('what is dropped', () => {
  it('is every token of the grant, and none of its neighbours', () => {
    const [one, two, other] = [keep('77'), keep('77'), keep('78')];
    live.dropGrant('77');
    expect([live.get(one), live.get(two), live.get(other)]).toEqual([undefined, undefined, ADA]);
  });

  it.each([
    ['0', 0],
    ['4095', 4095],
    ['4096', 0],
    ['9223372036854775807', 4095],
  ])('grant %s goes with bucket %d, as the trigger counts', (grantId, bucket) => {
    const hash = keep(grantId);
    for (let other = 0; other < 4096; other++) if (other !== bucket) live.dropBucket(other);
    expect(live.get(hash)).toBe(ADA);
    live.dropBucket(bucket);
    expect(live.get(hash)).toBeUndefined();
  });

  it('can be everything', () => {
    const hashes = [keep('1'), keep('2')];
    live.clear();
    expect(hashes.map((hash) => live.get(hash))).toEqual([undefined, undefined]);
  });
});

describe('a read that began before a notice', () => {
  const hash = randomBytes(32);

  it.each([
    ['of its grant', () => live.dropGrant('5')],
    ['of everything', () => live.clear()],
  ])('%s is not kept', (_, notice) => {
    const start = live.startRead();
    notice();
    live.keep(start, hash, '5', 3600, ADA);
    expect(live.get(hash)).toBeUndefined();
    keep('5', 3600, hash);
    expect(live.get(hash)).toBe(ADA);
  });

  it('of another grant is kept', () => {
    const start = live.startRead();
    live.dropGrant('6');
    live.keep(start, hash, '5', 3600, ADA);
    expect(live.get(hash)).toBe(ADA);
  });
});
