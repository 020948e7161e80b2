import { Injectable } from '@nestjs/common';
import type { VerifiedAccessToken } from './access-token-verifier.js';

/** How many tokens are kept; less than 1 KB each. */
const CAPACITY = 10_000;
/** Milliseconds after which the database is asked again, whatever was heard. */
const LONGEST = 60_000;
/** Notices name a bucket of grants. The trigger counts them in the same way. */
const BUCKET_BITS = 12;
/** How many buckets there are. */
export const BUCKETS = 2 ** BUCKET_BITS;

/** Taken before a read of the database, so that what it found can be kept or not. */
export interface ReadStart {
  /** By `performance.now()`. */
  readonly at: number;
  /** How many notices had been heard. */
  readonly heard: number;
}

interface Entry {
  readonly token: VerifiedAccessToken;
  readonly bucket: number;
  /** By `performance.now()`. */
  readonly endsAt: number;
  /** Since it was last passed over. */
  used: boolean;
}

/**
 * Access tokens that the database called alive; where there are too many, the oldest goes that nobody used. Whether
 * they may be believed right now, `RevocationChannel` knows. Keyed by the hash: a token itself is never kept.
 */
@Injectable()
export class LiveTokens {
  private readonly entries = new Map<string, Entry>();
  private readonly hashesOf = new Map<number, Set<string>>();
  private heard = 0;
  /** Which notice was the last about each bucket, and about all of them. */
  private readonly lastAbout = new Float64Array(BUCKETS);
  private lastAboutAll = 0;

  /**
   * @param hash SHA-256 of the token
   * @returns the token, unless it has expired or is not known to be alive
   */
  get(hash: Buffer): VerifiedAccessToken | undefined {
    const key = keyOf(hash);
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry.endsAt <= performance.now()) {
      this.forget(key, entry);
      return undefined;
    }
    entry.used = true;
    return entry.token;
  }

  /** To be called before the database is asked. */
  startRead(): ReadStart {
    return { at: performance.now(), heard: this.heard };
  }

  /**
   * Keeps what a read found, unless a notice that came since then may be about it.
   *
   * @param start of that read: the token's end is counted from it, so that no clock but the database's matters
   * @param hash SHA-256 of the token
   * @param grantId its grant
   * @param secondsLeft until it expires, as the database counted
   * @param token what to answer
   */
  keep(
    start: ReadStart,
    hash: Buffer,
    grantId: string,
    secondsLeft: number,
    token: VerifiedAccessToken,
  ): void {
    const bucket = bucketOf(grantId);
    if (Math.max(this.lastAboutAll, this.lastAbout[bucket]!) > start.heard) return;
    const key = keyOf(hash);
    const endsAt = start.at + Math.min(secondsLeft * 1000, LONGEST);
    this.entries.set(key, { token, bucket, endsAt, used: false });
    this.list(key, bucket);
    if (this.entries.size > CAPACITY) this.forgetUnused();
  }

  /** Forgets every token of a grant. */
  dropGrant(grantId: string): void {
    this.dropBucket(bucketOf(grantId));
  }

  /**
   * Forgets every token of a bucket of grants.
   *
   * @param bucket 0 to 4095
   */
  dropBucket(bucket: number): void {
    this.lastAbout[bucket] = ++this.heard;
    for (const key of this.hashesOf.get(bucket) ?? []) this.entries.delete(key);
    this.hashesOf.delete(bucket);
  }

  /** Forgets everything, and keeps nothing of the reads that are on their way. */
  clear(): void {
    this.lastAboutAll = ++this.heard;
    this.entries.clear();
    this.hashesOf.clear();
  }

  /** What was used moves to the end instead; not at each use, since a key that moves often makes a `Map` slow. */
  private forgetUnused(): void {
    for (const [key, entry] of this.entries) {
      if (!entry.used) {
        this.forget(key, entry);
        return;
      }
      entry.used = false;
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
  }

  private list(key: string, bucket: number): void {
    const keys = this.hashesOf.get(bucket);
    if (keys) keys.add(key);
    else this.hashesOf.set(bucket, new Set([key]));
  }

  private forget(key: string, { bucket }: Entry): void {
    this.entries.delete(key);
    const keys = this.hashesOf.get(bucket);
    keys?.delete(key);
    if (keys?.size === 0) this.hashesOf.delete(bucket);
  }
}

const keyOf = (hash: Buffer) => hash.toString('latin1');

const bucketOf = (grantId: string) => Number(BigInt.asUintN(BUCKET_BITS, BigInt(grantId)));
