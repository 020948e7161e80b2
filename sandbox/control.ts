import { z } from 'zod';
import { FAILURE_KINDS } from './failures.js';
import type { Answer } from './protocol.js';
import type { Step } from './step.js';
import type { World } from './world.js';

const STEPS = [
  'authorize',
  'token',
  'extend',
  'refresh',
  'identity',
  'scopes',
  'choices',
  'inspect',
  'revoke',
  'probe',
] as const satisfies readonly Step[];

const failure = z.strictObject({
  provider: z.string(),
  on: z.enum(STEPS),
  kind: z.enum(FAILURE_KINDS),
  times: z.int().positive().optional(),
  status: z.int().min(400).max(599).optional(),
  retryAfter: z.int().positive().optional(),
  ms: z.int().positive().max(60_000).optional(),
});

const consent = z.strictObject({
  auto: z.boolean(),
  person: z.string().default('ada'),
  deny: z.boolean().default(false),
  untick: z.array(z.string()).default([]),
  pages: z.array(z.string()).optional(),
});

const COMMANDS: Readonly<Record<string, (body: unknown, world: World) => void>> = {
  consent: (body, world) => (world.consent = consent.parse(body)),
  failures: (body, world) => world.fail(failure.parse(body)),
  'failures/clear': (_, world) => world.failures.clear(),
  advance: (body, world) =>
    world.advance(z.strictObject({ seconds: z.int().positive() }).parse(body).seconds),
  /** Everybody removes every app of a provider. */
  revoke: (body, world) => {
    const { provider } = z.strictObject({ provider: z.string() }).parse(body);
    for (const grant of world.grants()) if (grant.provider === provider) world.end(grant);
  },
  reset: (_, world) => world.reset(),
};

/**
 * The switches over HTTP, for a person with curl: `GET /control` tells what was seen and which apps there are,
 * `POST /control/{consent,failures,failures/clear,advance,revoke,reset}` takes JSON.
 */
export function controlCall(method: string, command: string, body: string, world: World): Answer {
  if (method === 'GET' && command === '')
    return { body: { seen: world.seen(), consent: world.consent, apps: world.apps } };
  const run = method === 'POST' && Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!run) return { status: 404, body: { error: 'not_found', commands: Object.keys(COMMANDS) } };
  try {
    run(JSON.parse(body || '{}'), world);
    return { status: 204 };
  } catch (error) {
    return { status: 400, body: { error: 'invalid_request', error_description: (error as Error).message } };
  }
}
