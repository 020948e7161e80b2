import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { setTimeout as wait } from 'node:timers/promises';
import { SecretBox } from '../common/crypto/secret-box.js';
import type { RefreshReport } from '../common/metrics/tallies.js';
import { OpenOAuthApp } from '../oauth-apps/open-oauth-app.service.js';
import { ProviderClient } from '../providers/provider-client.service.js';
import { ProviderError } from '../providers/provider-error.js';
import { ProviderRegistry } from '../providers/provider-registry.service.js';
import type { TokenSet } from '../providers/token-reply.js';
import type { ReconnectReason } from './account-view.js';
import { openTokens, sealTokens } from './consent-tokens.js';
import { LockConnections } from './lock-connections.js';
import { describeFailure, justFailed, pauseAfter } from './provider-failure.js';
import { aheadOf, nextCheckIn, retryIn } from './refresh-schedule.js';
import { RefreshSlots } from './refresh-slots.js';
import { RenewalMarks } from './renewal-marks.js';
import {
  END_CONSENT,
  LOCK_CONSENT,
  type LockedConsent,
  PLAN_CHECK,
  STORE_FAILURE,
  STORE_TOKENS,
} from './renew-statements.js';
import { giveBackIfGone } from './renewed-tokens.js';

/**
 * Why a consent is to be renewed: the token must live for so many seconds, or it is due by its plan, or somebody asked
 * for it.
 */
export type RenewalWish = { readonly seconds: number } | 'due' | 'asked';

/**
 * What came of it. `too_early`: the provider would refuse yet; `impossible`: there is nothing to refresh with; `over`:
 * the provider ended it, now or before; `gone`: there is no such consent any more.
 */
export type Renewal = 'renewed' | 'unneeded' | 'too_early' | 'impossible' | 'over' | 'gone';

const SLOTS = { total: 6, perKey: 4, patience: 8_000 };
/** Milliseconds between tries to store tokens that a provider has given, and for how long. */
const STORE_AGAIN = { first: 50, longest: 5_000, until: 10 * 60_000 };

/**
 * The only one that redeems refresh tokens. A lock on the consent's row is held around reading, deciding, asking and
 * storing, by the job and by requests alike: a rotating token is redeemed once, and its successor is stored before
 * anybody can read it. Where the lock may be lost meanwhile, `RenewalMarks` stands in. Runs in the renewing process (`src/renewer.ts`).
 */
export class RenewConsent {
  private readonly logger = new Logger('Accounts');
  private readonly slots = new RefreshSlots(SLOTS);
  private readonly flights = new Map<string, Promise<Renewal>>();
  private readonly marks: RenewalMarks;

  constructor(
    private readonly locks: LockConnections,
    private readonly box: SecretBox,
    private readonly client: ProviderClient,
    private readonly registry: ProviderRegistry,
    private readonly apps: OpenOAuthApp,
    private readonly report: (report: RefreshReport) => void,
  ) {
    this.marks = new RenewalMarks(locks);
  }

  /**
   * Renews a consent where that is needed. Callers in this process share one flight, whatever they wish: look again
   * afterwards.
   *
   * @param oauthAppId of the consent, by which calls are counted
   * @throws ProviderError, AppError provider_unavailable or no_oauth_app: the consent is as it was
   */
  run(consentId: string, oauthAppId: string, wish: RenewalWish): Promise<Renewal> {
    const known = this.flights.get(consentId);
    if (known) return known;
    const flight = this.slots
      .run(oauthAppId, wish !== 'due', () => this.renewAndKeep(consentId, wish))
      .finally(() => this.flights.delete(consentId));
    this.flights.set(consentId, flight);
    return flight;
  }

  /** Resolves when every token that is on its way is stored. */
  async finish(): Promise<void> {
    while (this.flights.size > 0) await Promise.allSettled(this.flights.values());
  }

  private async renewAndKeep(consentId: string, wish: RenewalWish): Promise<Renewal> {
    let given: { row: LockedConsent; tokens: TokenSet } | undefined;
    let failure: unknown;
    try {
      const renewal = await this.locks.transaction(async (manager) => {
        const [row] = await manager.query<LockedConsent[]>(LOCK_CONSENT, [consentId]);
        if (!row) return 'gone';
        const decided = this.decide(row, wish);
        if (decided) return this.leave(manager, row, decided);
        if (this.spends(row)) await this.marks.set(row);
        try {
          const tokens = await this.ask(row);
          if (tokens) {
            given = { row, tokens };
            this.report({ provider: row.provider, outcome: 'refreshed' });
          }
        } catch (error) {
          const dead = error instanceof ProviderError && error.code === 'token_dead';
          this.report({ provider: row.provider, outcome: dead ? 'dead' : 'failed' });
          if (dead) return this.end(manager, row, 'token_dead', describeFailure(error));
          failure = error;
          return this.fail(manager, row, error);
        }
        if (given) return this.store(manager, given.row, given.tokens);
        if (row.remaining !== null && row.remaining <= 0)
          return this.end(manager, row, 'token_expired', null);
        return this.leave(manager, row, 'impossible');
      });
      if (failure) throw failure;
      return renewal;
    } catch (error) {
      if (!given) throw error;
      return this.storeAgain(given.row, given.tokens, error);
    }
  }

  /** @returns undefined where the provider must be asked */
  private decide(row: LockedConsent, wish: RenewalWish): Renewal | undefined {
    if (row.reason) return 'over';
    const { definition } = this.registry.get(row.provider);
    const { remaining, lifetime, age } = row;
    if (wish !== 'asked') {
      if (remaining === null || lifetime === null) return 'unneeded';
      const wanted =
        wish === 'due' ? aheadOf(definition, lifetime) * 1.1 : Math.min(wish.seconds, lifetime / 2);
      if (remaining >= wanted && remaining > 0) return 'unneeded';
    }
    if (definition.refresh.kind === 'extend' && age < definition.refresh.minAge) return 'too_early';
    if (wish !== 'due' && row.retry_in !== null && row.retry_in > 0) throw justFailed(row.retry_in);
    return undefined;
  }

  /** Whether asking the provider makes the stored refresh token worthless. */
  private spends({ provider, refresh_token_sealed: token }: LockedConsent): boolean {
    return token !== null && this.registry.get(provider).definition.refresh.kind === 'rotating';
  }

  /** @returns undefined where there is nothing to refresh with */
  private async ask(row: LockedConsent): Promise<TokenSet | undefined> {
    const tokens = openTokens(this.box, {
      id: row.id,
      workspaceId: row.workspace_id,
      accessTokenSealed: row.access_token_sealed,
      refreshTokenSealed: row.refresh_token_sealed,
    });
    if (!this.client.canRefresh(row.provider, tokens)) return undefined;
    const app = await this.apps.open(row.oauth_app_id, row.workspace_id);
    return this.client.refresh(row.provider, app, tokens);
  }

  private async store(manager: EntityManager, row: LockedConsent, tokens: TokenSet): Promise<Renewal> {
    const { refreshToken, expiresIn, grantedScopes } = tokens;
    const sealed = sealTokens(this.box, { id: row.id, workspaceId: row.workspace_id }, tokens);
    const asked = [...row.scopes, ...row.missing_scopes];
    const scopes = grantedScopes ?? row.scopes;
    const hasRefreshToken = refreshToken !== undefined || row.refresh_token_sealed !== null;
    const stored = await manager.query<unknown[]>(STORE_TOKENS, [
      row.id,
      row.version,
      sealed.accessTokenSealed,
      sealed.refreshTokenSealed,
      expiresIn,
      nextCheckIn(this.registry.get(row.provider).definition, { expiresIn, hasRefreshToken }),
      scopes,
      asked.filter((scope) => !scopes.includes(scope)),
    ]);
    return stored.length > 0 ? 'renewed' : 'unneeded';
  }

  /**
   * The provider has given new tokens, and the old ones are spent: whatever the database says, they are kept here until
   * they are stored. Version by version, so that neither a commit whose answer was lost nor a sign-in is overwritten.
   * Where the account was disconnected meanwhile, they go back to the provider.
   */
  private async storeAgain(row: LockedConsent, tokens: TokenSet, cause: unknown): Promise<Renewal> {
    const deadline = Date.now() + STORE_AGAIN.until;
    let failure = cause;
    for (
      let pause = STORE_AGAIN.first;
      Date.now() < deadline;
      pause = Math.min(pause * 2, STORE_AGAIN.longest)
    ) {
      this.logger.error({ err: failure, consentId: row.id }, 'New tokens could not be stored yet.');
      await wait(pause);
      try {
        return await this.locks.transaction(async (manager) => {
          const renewal = await this.store(manager, row, tokens);
          return renewal === 'unneeded' && (await giveBackIfGone(manager, this.box, row, tokens))
            ? 'gone'
            : renewal;
        });
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  private async fail(manager: EntityManager, row: LockedConsent, error: unknown): Promise<Renewal> {
    const said = describeFailure(error);
    const next = retryIn(row.refresh_failures + 1, (error as { retryAfter?: number }).retryAfter);
    await manager.query(STORE_FAILURE, [row.id, next, said, pauseAfter(error)]);
    this.logger.warn({ consentId: row.id, provider: row.provider, said }, 'A connection was not renewed.');
    return 'unneeded';
  }

  /** Plans the next check: a claim has moved it to a few minutes from now. */
  private async leave(manager: EntityManager, row: LockedConsent, renewal: Renewal): Promise<Renewal> {
    const { definition } = this.registry.get(row.provider);
    const next = nextCheckIn(definition, {
      expiresIn: row.reason === null ? (row.remaining ?? undefined) : undefined,
      hasRefreshToken: row.refresh_token_sealed !== null,
      age: row.age,
    });
    await manager.query(PLAN_CHECK, [row.id, next]);
    return renewal;
  }

  private async end(
    manager: EntityManager,
    row: LockedConsent,
    reason: ReconnectReason,
    said: string | null,
  ): Promise<Renewal> {
    const { definition } = this.registry.get(row.provider);
    const next = nextCheckIn(definition, { expiresIn: undefined, hasRefreshToken: false });
    const ended = await manager.query<{ id: string }[]>(END_CONSENT, [
      row.id,
      row.version,
      reason,
      next,
      said,
    ]);
    for (const { id } of ended)
      this.logger.warn({ accountId: id, provider: row.provider, reason }, 'An account needs its user.');
    return 'over';
  }
}
