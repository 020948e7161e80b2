import type { ProviderDefinition } from '../providers/provider-definition.js';

const DAY = 86_400;
/** Seconds after which a failed refresh is tried again: doubling from the first to the second. */
const BACK_OFF = { first: 60, longest: 3_600 };

/** A number of 0 up to, but not including, 1; `Math.random` but for tests. */
export type Random = () => number;

/** What is known of a token when it is planned. Times in seconds. */
export interface TokenLife {
  /** Until the access token ends; undefined where it does not. */
  readonly expiresIn: number | undefined;
  readonly hasRefreshToken: boolean;
  /** Since it was issued; 0 for a new one. */
  readonly age?: number;
}

/**
 * How long before its end a token is due: what the definition says, but never more than a quarter of its life, since
 * who refreshes too often loses X connections (https://github.com/trypostit/trypost/issues/126).
 *
 * @param lifetime of the whole token, in seconds
 * @returns seconds; 0 where nothing can be refreshed
 */
export function aheadOf({ refresh }: Pick<ProviderDefinition, 'refresh'>, lifetime: number): number {
  return refresh.kind === 'none' ? 0 : Math.min(refresh.ahead, lifetime / 4);
}

/**
 * When to look after a token: ahead of its end where it can be refreshed, at its end where it cannot, and every day
 * where the provider tells whether it still lives. Earlier by up to a tenth, so that what began together does not stay
 * together.
 *
 * @returns seconds from now; undefined where there is nothing to look after
 */
export function nextCheckIn(
  definition: Pick<ProviderDefinition, 'refresh' | 'inspect'>,
  { expiresIn, hasRefreshToken, age = 0 }: TokenLife,
  random: Random = Math.random,
): number | undefined {
  const { refresh } = definition;
  const times = definition.inspect ? [jittered(DAY, random)] : [];
  if (expiresIn !== undefined) {
    const refreshes = refresh.kind === 'extend' || (refresh.kind !== 'none' && hasRefreshToken);
    const ahead = refreshes ? aheadOf(definition, age + expiresIn) : 0;
    const youngest = refresh.kind === 'extend' ? refresh.minAge - age : 0;
    times.push(Math.max(expiresIn - ahead * (1 + 0.1 * random()), youngest));
  }
  return times.length > 0 ? Math.min(...times) : undefined;
}

/**
 * When to try again after a failure.
 *
 * @param failures in a row, this one included
 * @param retryAfter seconds that the provider asked for
 * @returns seconds, between three quarters and five quarters of the plain back-off, but never less than was asked for
 */
export function retryIn(
  failures: number,
  retryAfter: number | undefined,
  random: Random = Math.random,
): number {
  const plain = Math.min(BACK_OFF.first * 2 ** (failures - 1), BACK_OFF.longest);
  return Math.max(plain * (0.75 + 0.5 * random()), retryAfter ?? 0);
}

function jittered(seconds: number, random: Random): number {
  return seconds * (1 - 0.1 * random());
}
