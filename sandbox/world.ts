import { createHash, randomBytes } from 'node:crypto';
import type { SandboxApp } from './apps.js';
import { type Failure, FailureList } from './failures.js';
import { findPerson, type Person } from './people.js';

/** One person's consent to one app. */
export interface Grant {
  readonly provider: string;
  readonly app: SandboxApp;
  readonly person: Person;
  readonly scopes: readonly string[];
  /** Ids of ticked Facebook Pages. */
  readonly pages: readonly string[];
  /** False where the person's Pages do not show at all. */
  readonly showsPages: boolean;
  alive: boolean;
}

/** A code and what it must be redeemed with. */
export interface Code {
  readonly grant: Grant;
  readonly redirectUri: string;
  readonly challenge?: string;
  readonly expiresAt: number;
  used: boolean;
}

/** A token of any kind. */
export interface Token {
  readonly value: string;
  readonly kind: 'short' | 'access' | 'refresh' | 'page';
  readonly grant: Grant;
  readonly issuedAt: number;
  /** Seconds since 1970; undefined never ends. */
  readonly expiresAt?: number;
  readonly pageId?: string;
  /** Refresh tokens that rotate: redeemed before. */
  used: boolean;
}

/** How consent is given without a person at the page. */
export interface ConsentSettings {
  /** False shows the page. */
  readonly auto: boolean;
  readonly person: string;
  readonly deny: boolean;
  readonly untick: readonly string[];
  /** Ticked Pages; undefined means all. */
  readonly pages?: readonly string[];
}

const PAGE_SHOWN: ConsentSettings = { auto: false, person: 'ada', deny: false, untick: [] };

/** What the sandbox saw, for tests to assert on. */
export interface Seen {
  /** Calls by `provider.step`. */
  readonly calls: Readonly<Record<string, number>>;
  /** How often each refresh token was redeemed with success. */
  readonly redemptions: Readonly<Record<string, number>>;
  /** Attempts to redeem a rotated refresh token; each ended its family. */
  readonly replays: number;
  readonly revocations: readonly { readonly provider: string; readonly person: string }[];
}

/** All state of a sandbox. Its clock runs like ours and can be moved ahead. */
export class World {
  apps: SandboxApp[];
  consent: ConsentSettings = PAGE_SHOWN;
  readonly failures = new FailureList();
  readonly codes = new Map<string, Code>();
  readonly tokens = new Map<string, Token>();
  private ahead = 0;
  private calls = new Map<string, number>();
  private redemptions = new Map<string, number>();
  private replays = 0;
  private revocations: Seen['revocations'][number][] = [];

  constructor(private readonly initialApps: readonly SandboxApp[]) {
    this.apps = [...initialApps];
  }

  /** Forgets everything but the apps it started with. */
  reset(): void {
    this.apps = [...this.initialApps];
    this.consent = PAGE_SHOWN;
    this.failures.clear();
    for (const map of [this.codes, this.tokens, this.calls, this.redemptions]) map.clear();
    this.ahead = 0;
    this.replays = 0;
    this.revocations = [];
  }

  /** Seconds since 1970 by the sandbox's clock. */
  now(): number {
    return Math.floor(Date.now() / 1000) + this.ahead;
  }

  /** Moves the clock ahead. */
  advance(seconds: number): void {
    this.ahead += seconds;
  }

  /** An app by its id, with the secret unless that is not at hand. */
  findApp(provider: string, clientId: string | null, clientSecret?: string | null): SandboxApp | undefined {
    return this.apps.find(
      (app) =>
        app.provider === provider &&
        app.clientId === clientId &&
        (clientSecret === undefined || app.clientSecret === clientSecret),
    );
  }

  newGrant(
    app: SandboxApp,
    person: string,
    scopes: readonly string[],
    pages?: readonly string[],
    showsPages = true,
  ): Grant {
    const found = findPerson(person);
    const ticked = found.pages
      .map(({ id }) => id)
      .filter((id) => showsPages && (!pages || pages.includes(id)));
    return { provider: app.provider, app, person: found, scopes, pages: ticked, showsPages, alive: true };
  }

  issue(kind: Token['kind'], grant: Grant, prefix: string, seconds?: number, length = 60): string {
    const value = prefix + randomBytes(length).toString('base64url');
    const expiresAt = seconds === undefined ? undefined : this.now() + seconds;
    this.tokens.set(value, { value, kind, grant, issuedAt: this.now(), expiresAt, used: false });
    return value;
  }

  /**
   * Redeems a code: once, in time, by its app, with the same redirect URI and the verifier of its challenge.
   *
   * @param hex whether the challenge is TikTok's hex form
   * @returns the grant, or what is wrong
   */
  redeemCode(
    form: URLSearchParams,
    app: SandboxApp,
    hex = false,
  ): Grant | 'unknown' | 'used' | 'expired' | 'redirect' | 'verifier' {
    const code = this.codes.get(form.get('code') ?? '');
    if (!code || code.grant.app.clientId !== app.clientId) return 'unknown';
    if (code.used) return 'used';
    if (code.expiresAt < this.now()) return 'expired';
    if (code.redirectUri !== form.get('redirect_uri')) return 'redirect';
    const digest = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest(hex ? 'hex' : 'base64url');
    if (code.challenge !== undefined && code.challenge !== digest) return 'verifier';
    code.used = true;
    return code.grant;
  }

  /** A living token of one of the kinds, or undefined. */
  live(value: string | null, ...kinds: Token['kind'][]): Token | undefined {
    const token = this.tokens.get(value ?? '');
    if (!token?.grant.alive || !kinds.includes(token.kind)) return undefined;
    return token.expiresAt === undefined || token.expiresAt >= this.now() ? token : undefined;
  }

  /** Redeems a rotating refresh token; the second time ends its family. */
  rotate(value: string | null, app: SandboxApp): Grant | undefined {
    const token = this.tokens.get(value ?? '');
    if (token?.kind === 'refresh' && token.used) {
      this.replays += 1;
      token.grant.alive = false;
    }
    const living = this.live(value, 'refresh');
    if (!living || living.used || living.grant.app.clientId !== app.clientId) return undefined;
    living.used = true;
    this.countRedemption(living.value);
    return living.grant;
  }

  countRedemption(refreshToken: string): void {
    this.redemptions.set(refreshToken, (this.redemptions.get(refreshToken) ?? 0) + 1);
  }

  countCall(name: string): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  }

  /** Ends a consent with all its tokens, as the app asked. */
  revoke(grant: Grant): void {
    this.end(grant);
    this.revocations.push({ provider: grant.provider, person: grant.person.id });
  }

  /** Ends a consent from the provider's side. */
  end(grant: Grant): void {
    grant.alive = false;
  }

  /** Every consent that ever got a token. */
  grants(): Grant[] {
    return [...new Set([...this.tokens.values()].map(({ grant }) => grant))];
  }

  seen(): Seen {
    return {
      calls: Object.fromEntries(this.calls),
      redemptions: Object.fromEntries(this.redemptions),
      replays: this.replays,
      revocations: [...this.revocations],
    };
  }

  /** Switches a failure on; see {@link Failure}. */
  fail(failure: Failure): void {
    this.failures.add(failure);
  }
}
