import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { Config } from '../config/config.js';
import type { DevelopmentSession } from './development-session.dto.js';

/** Eight hours, in seconds: a working day. */
const LIFETIME = 28_800;

/** Plays the SaaS's sign-in while there is none. */
@Injectable()
export class DevelopmentSessions {
  constructor(private readonly config: Config) {}

  /**
   * Signs a developer in: the JWT is what a real dashboard would send.
   *
   * @param email in lower case; the user becomes `dev:<email>`, which no configured issuer is there to claim
   * @throws Error with a JWKS, where this server has nothing to sign with
   */
  async open(email: string): Promise<DevelopmentSession> {
    const { keys } = this.config.dashboardJwt;
    if (keys.kind !== 'secret') throw new Error('Development sign-in needs the shared secret.');
    const now = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({ sub: `dev:${email}`, iat: now, exp: now + LIFETIME })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(keys.secret);
    return { token, expires_in: LIFETIME };
  }
}
