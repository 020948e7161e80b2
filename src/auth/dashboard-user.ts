import type { DashboardUser } from '../common/access/principal.js';

/** The name under which passport knows whichever dashboard-JWT strategy is in use. */
export const DASHBOARD_JWT = 'dashboard-jwt';

/** Seconds by which the clocks of the issuer and of this server may differ. */
export const CLOCK_TOLERANCE = 5;

const MAX_LENGTH = 255;
/** The last second that a Date can hold. */
const MAX_TIME = 8.64e12;

/** A dashboard JWT is signed as it should be, and says something that cannot be used. */
export class DashboardClaimsError extends Error {
  /** @param message for whoever writes the issuer; holds no value of a claim */
  constructor(message: string) {
    super(message);
    this.name = 'DashboardClaimsError';
  }
}

/**
 * Makes a user of the claims of a verified JWT. The workspace is `org:<claim>` where the claim is there, else
 * `user:<sub>`, so that an organisation can never pass for a person.
 *
 * @param claims the payload; signature, algorithm, issuer, audience and times are checked before
 * @param workspaceClaim the name of the claim that names the workspace
 * @throws DashboardClaimsError where `exp` is missing, or an id is anything but a readable string of at most
 *   255 characters
 */
export function dashboardUserOf(claims: unknown, workspaceClaim: string): DashboardUser {
  if (typeof claims !== 'object' || claims === null) {
    throw new DashboardClaimsError('The payload is not a JSON object.');
  }
  const { sub, exp, [workspaceClaim]: workspace } = claims as Record<string, unknown>;
  if (typeof exp !== 'number' || !(exp <= MAX_TIME))
    throw new DashboardClaimsError('The exp claim is missing.');
  if (!isId(sub))
    throw new DashboardClaimsError(`The sub claim must be a string of 1 to ${MAX_LENGTH} characters.`);
  if (workspace !== undefined && !isId(workspace)) {
    throw new DashboardClaimsError(
      `The ${workspaceClaim} claim must be a string of 1 to ${MAX_LENGTH} characters, or absent.`,
    );
  }
  return {
    kind: 'dashboard',
    userId: sub,
    workspaceId: workspace === undefined ? `user:${sub}` : `org:${workspace}`,
    expiresAt: new Date(exp * 1000),
  };
}

/** Control characters and lone surrogates are out; the latter would all become one character in UTF-8. */
function isId(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH && !/[\p{Cc}\p{Cs}]/u.test(value)
  );
}
