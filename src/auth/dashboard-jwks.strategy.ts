import { PassportStrategy } from '@nestjs/passport';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
} from 'jose';
import passport from 'passport';
import type { DashboardUser } from '../common/access/principal.js';
import type { Config } from '../config/config.js';
import { bearerTokenOf } from './credentials.js';
import { CLOCK_TOLERANCE, DASHBOARD_JWT, dashboardUserOf } from './dashboard-user.js';
import { JwksDownload } from './jwks-download.js';

/** Milliseconds. A key that is not in the document makes it be fetched again, once per cool-down at most. */
const CACHE = { cacheMaxAge: 600_000, cooldownDuration: 30_000 };

/**
 * Verifies dashboard JWTs by the keys behind `DASHBOARD_JWKS_URL` (RFC 7517). Not by passport-jwt: its
 * jsonwebtoken knows no EdDSA. No symmetric algorithm is taken, so a public key never serves as a secret.
 */
export class DashboardJwksStrategy extends PassportStrategy(passport.Strategy, DASHBOARD_JWT) {
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;
  private readonly options: JWTVerifyOptions;
  private readonly workspaceClaim: string;

  /** @param url where the JWKS document is */
  constructor(url: URL, { dashboardJwt }: Config) {
    super();
    this.keys = createRemoteJWKSet(url, { ...CACHE, [customFetch]: new JwksDownload().fetch });
    this.options = {
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      issuer: dashboardJwt.issuer,
      audience: dashboardJwt.audience,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE,
    };
    this.workspaceClaim = dashboardJwt.workspaceClaim;
  }

  /** For passport. Ends in `success` or `fail`; the guard tells a token that is no good from keys that are away. */
  override authenticate(request: object): void {
    this.claimsOf(bearerTokenOf(request) ?? '')
      .then((claims) => this.validate(claims))
      .then(
        (user) => this.success(user),
        (error: Error) => this.fail(error),
      );
  }

  /**
   * @param claims the payload of a JWT whose signature, issuer, audience and times hold
   * @throws DashboardClaimsError see {@link dashboardUserOf}
   */
  validate(claims: unknown): DashboardUser {
    return dashboardUserOf(claims, this.workspaceClaim);
  }

  private async claimsOf(token: string): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, this.keys, this.options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return this.claimsByAnyKey(token, error);
    }
  }

  /** A JWT without `kid` may be signed by any key of its kind, during a rotation more than one. */
  private async claimsByAnyKey(token: string, keys: errors.JWKSMultipleMatchingKeys): Promise<JWTPayload> {
    for await (const key of keys) {
      try {
        return (await jwtVerify(token, key, this.options)).payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}
