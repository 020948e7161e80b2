import { createHmac } from 'node:crypto';
import type { Answer, Call } from '../protocol.js';
import type { Token, World } from '../world.js';
import { graphError } from './graph-error.js';

const PROOF_SECONDS = 300;

/**
 * The living token of a graph.facebook.com call, its appsecret_proof checked where one is sent or required.
 *
 * @returns the token, or Meta's refusal
 */
export function tokenOf({ query }: Call, world: World): Token | Answer {
  const value = query.get('access_token') ?? '';
  const token = world.live(value, 'short', 'access', 'page');
  if (!token)
    return graphError(
      400,
      'Error validating access token: the user has not authorized the application.',
      190,
      458,
    );
  const { app } = token.grant;
  const proof = query.get('appsecret_proof');
  if (proof === null && app.requiresProof) {
    return graphError(400, 'API calls from the server require an appsecret_proof argument', 100);
  }
  if (proof !== null && !proofFits(proof, query.get('appsecret_time'), value, app.clientSecret)) {
    return graphError(400, 'Invalid appsecret_proof provided in the API argument', 100);
  }
  return token;
}

/** Both forms: over the token, and over token and time, which is good for five minutes. */
function proofFits(proof: string, time: string | null, token: string, secret: string): boolean {
  // By the real clock: callers do not know ours.
  if (time !== null && Math.abs(Date.now() / 1000 - Number(time)) > PROOF_SECONDS) return false;
  const message = time === null ? token : `${token}|${time}`;
  return createHmac('sha256', secret).update(message).digest('hex') === proof;
}
