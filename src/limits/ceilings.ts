/** How much of something one key may do in one window. */
export interface Ceiling {
  /** Uses in one window, over all replicas together. */
  readonly points: number;
  /** Length of a window in seconds; it begins with the first use. Longer than replicas' clocks are apart. */
  readonly seconds: number;
  /**
   * Uses that a replica lets pass before it tells the others: one statement in so many uses. What two replicas do not
   * know of each other may exceed the ceiling by this much for each replica but one.
   */
  readonly credit: number;
}

/** Every limit of this server; docs/limits.md says why each is as it is. */
export const CEILINGS = {
  /** New rows by registration, by network. */
  'new-clients': { points: 500, seconds: 3600, credit: 25 },
  /** New rows by registration, by the /48 of an IPv6 network. */
  'site-new-clients': { points: 1000, seconds: 3600, credit: 50 },
  /** New rows by registration, from everywhere. */
  'all-new-clients': { points: 2000, seconds: 300, credit: 100 },
  /** Failures of a client that authenticated, by client and network. */
  'token-failures': { points: 300, seconds: 120, credit: 20 },
  /** Requests of clients that did not authenticate, by network. */
  strangers: { points: 300, seconds: 120, credit: 20 },
  /** Wrong secrets of a resource server, by its id and network. */
  'resource-servers': { points: 300, seconds: 120, credit: 20 },
  /** What the consent page calls, by user. */
  consent: { points: 120, seconds: 300, credit: 25 },
  /** Sign-ins at providers, by user. */
  start: { points: 60, seconds: 300, credit: 15 },
} as const satisfies Record<string, Ceiling>;

/** The name of a limit; it goes before the keys in the table. */
export type LimitName = keyof typeof CEILINGS;

/** What RATE_LIMITS=off makes of every ceiling. */
export const NO_CEILING: Ceiling = { points: Infinity, seconds: 1, credit: Infinity };
