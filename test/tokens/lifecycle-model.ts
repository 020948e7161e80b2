/** How long a code lives, in seconds, as the server is configured by default. */
export const CODE_TTL = 60;
/** How long a refresh is repeated, in seconds from the first. */
export const GRACE = 60;
/** How long an access token lives, in seconds. */
export const ACCESS_TTL = 3600;

/** One consent of the user: a device. */
export interface ModelGrant {
  readonly scopes: string;
  alive: boolean;
  redeemed: boolean;
}

/** A code, and the device that it is for. */
export interface ModelCode {
  readonly code: string;
  readonly grant: ModelGrant;
  readonly endsAt: number;
}

/** An access token; `revoked` says whether it was revoked alone. */
export interface ModelAccessToken {
  readonly token: string;
  readonly grant: ModelGrant;
  readonly scopes: string;
  readonly endsAt: number;
  revoked: boolean;
}

/** A refresh token and, once it was used, when it first was and what came of it. */
export interface ModelRefreshToken {
  readonly token: string;
  readonly grant: ModelGrant;
  rotated?: { readonly at: number; readonly pair: ModelPair };
}

/** What one request issues. */
export interface ModelPair {
  readonly access: ModelAccessToken;
  readonly refresh: ModelRefreshToken;
}

/** What a request for tokens must come to: a new pair, one that was issued before, or none. */
export type Expected = 'new pair' | ModelPair | 'refused';

/**
 * What the contract says of the tokens of one app and user, and nothing of how it is done. Time is a number of
 * seconds that moves only when it is told to. A method that asks for tokens says what must come of it; the pair
 * that then came is told to {@link learn}.
 */
export class LifecycleModel {
  now = 0;
  readonly grants: ModelGrant[] = [];
  readonly codes: ModelCode[] = [];
  readonly access: ModelAccessToken[] = [];
  readonly refresh: ModelRefreshToken[] = [];

  approve(code: string, scopes: string): void {
    const grant = { scopes, alive: true, redeemed: false };
    this.grants.push(grant);
    this.codes.push({ code, grant, endsAt: this.now + CODE_TTL });
  }

  /** The first valid redemption wins, every further one revokes what it issued, however late. */
  redeem({ grant, endsAt }: ModelCode): Expected {
    if (!grant.alive || (!grant.redeemed && this.now >= endsAt)) return 'refused';
    if (!grant.redeemed) return 'new pair';
    grant.alive = false;
    return 'refused';
  }

  /** The first use rotates, one within the grace repeats, a later one revokes the grant. */
  useRefresh({ grant, rotated }: ModelRefreshToken): Expected {
    if (!grant.alive) return 'refused';
    if (!rotated) return 'new pair';
    if (this.now - rotated.at < GRACE) return rotated.pair;
    grant.alive = false;
    return 'refused';
  }

  /** Takes note of a new pair, and of the refresh token that it came from. */
  learn(
    issued: { access_token: string; refresh_token: string; scope: string },
    { grant }: ModelCode | ModelRefreshToken,
    from?: ModelRefreshToken,
  ): void {
    const { access_token, refresh_token, scope: scopes } = issued;
    const endsAt = this.now + ACCESS_TTL;
    const pair: ModelPair = {
      access: { token: access_token, grant, scopes, endsAt, revoked: false },
      refresh: { token: refresh_token, grant },
    };
    this.access.push(pair.access);
    this.refresh.push(pair.refresh);
    grant.redeemed = true;
    if (from) from.rotated = { at: this.now, pair };
  }

  /** A refresh token that is live, or was superseded within the grace, takes its grant with it; an older one nothing. */
  revokeRefresh({ grant, rotated }: ModelRefreshToken): void {
    if (!rotated || this.now - rotated.at < GRACE) grant.alive = false;
  }

  /** Everything dies, codes on their way included. */
  disconnect(): void {
    for (const grant of this.grants) grant.alive = false;
  }

  isAccessAlive({ grant, endsAt, revoked }: ModelAccessToken): boolean {
    return grant.alive && !revoked && this.now < endsAt;
  }

  /** Whether it is the newest of its lineage. */
  isRefreshAlive({ grant, rotated }: ModelRefreshToken): boolean {
    return grant.alive && !rotated;
  }

  /** How many devices the user sees. */
  devices(): number {
    return this.grants.filter(({ alive, redeemed }) => alive && redeemed).length;
  }
}
