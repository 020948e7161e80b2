import { PassportStrategy } from '@nestjs/passport';
import type { KeyObject } from 'node:crypto';
import { Strategy } from 'passport-jwt';
import type { DashboardUser } from '../common/access/principal.js';
import type { Config } from '../config/config.js';
import { bearerTokenOf } from './credentials.js';
import { CLOCK_TOLERANCE, DASHBOARD_JWT, dashboardUserOf } from './dashboard-user.js';

/** Verifies dashboard JWTs that are signed with `DASHBOARD_JWT_SECRET` (HS256, RFC 7518 §3.2). */
export class DashboardJwtStrategy extends PassportStrategy(Strategy, DASHBOARD_JWT) {
  private readonly workspaceClaim: string;

  /** @param secret a key object: with a string, each check would take about 20 times as long */
  constructor(secret: KeyObject, { dashboardJwt }: Config) {
    super({
      jwtFromRequest: bearerTokenOf,
      // The types of passport-jwt lag behind jsonwebtoken, which takes key objects.
      secretOrKey: secret as unknown as Buffer,
      algorithms: ['HS256'],
      issuer: dashboardJwt.issuer,
      audience: dashboardJwt.audience,
      jsonWebTokenOptions: { clockTolerance: CLOCK_TOLERANCE },
    });
    this.workspaceClaim = dashboardJwt.workspaceClaim;
  }

  /**
   * @param claims the payload of a JWT whose signature, issuer, audience and times hold
   * @throws DashboardClaimsError see {@link dashboardUserOf}
   */
  validate(claims: unknown): DashboardUser {
    return dashboardUserOf(claims, this.workspaceClaim);
  }
}
