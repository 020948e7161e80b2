import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { type Operation, readOperations } from '../conformance/open-api-walk.js';
import { TestClient } from '../support/test-client.js';
import { type FuzzedRequest, fuzzedRequest } from './fuzzed-request.js';
import { type FuzzStage, type Living, openFuzzStage } from './fuzz-stage.js';
import { malformedHttp } from './malformed-http.js';
import { Random } from './random.js';
import { Tally } from './tally.js';
import { type FuzzAnswer, Wire } from './wire.js';

/** Inputs per operation: `npm run fuzz` sends 100,000, a test run enough to notice that the fuzzing itself broke. */
const INPUTS = Number(process.env.FUZZ_INPUTS ?? 150);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const AT_ONCE = 16;
/** So many inputs share living ids before new ones are made. */
const LIFE = 2_000;

/** As `test/conformance` proves that the document has them all, the list stands here to name the tests. */
const OPERATIONS = Object.entries(
  (JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, object> }).paths,
).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));

let stage: FuzzStage;
let wire: Wire;
let operations: Operation[];
beforeAll(async () => {
  stage = await openFuzzStage();
  wire = new Wire(stage.app.url);
  operations = await readOperations(new TestClient(stage.app));
});
afterAll(async () => {
  wire.close();
  await stage.close();
  if (process.env.FUZZ_INPUTS) process.stdout.write(`\n${tally.total} inputs\n`);
});

const tally = new Tally();

// A long run shows how far it is.
afterEach(() => {
  if (process.env.FUZZ_INPUTS) process.stdout.write(tally.takeLines());
});

/** Sends inputs number 0 to INPUTS, several at once. */
async function fire(
  send: (random: Random, living: Living) => Promise<string | undefined>,
): Promise<string[]> {
  const faults: string[] = [];
  for (let from = 0; from < INPUTS; from += LIFE) {
    const living = await stage.bringToLife();
    let next = from;
    const worker = async () => {
      while (next < Math.min(from + LIFE, INPUTS) && faults.length < 5) {
        const input = next++;
        const fault = await send(new Random(SEED * 1_000_003 + input), living);
        if (fault) faults.push(`input ${input} of seed ${SEED}: ${fault}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  return faults;
}

const describeRequest = ({ method, target, headers, body }: FuzzedRequest) =>
  `${method} ${target.slice(0, 500)} ${JSON.stringify(headers).slice(0, 900)} ${body?.toString('latin1').slice(0, 900)}`;

/** Why an answer is a fault; undefined where it is none. */
function faultOf({ status, type, text }: FuzzAnswer, method: string): string | undefined {
  if (status === 0) return text;
  if (status >= 500) return `${status} ${text.slice(0, 200)}`;
  if (status < 400 || method === 'HEAD') return undefined;
  if (type.startsWith('text/html')) return text.includes('<') ? undefined : 'an empty page';
  if (!/^application\/(problem\+)?json/.test(type)) return `${status} of type ${type}`;
  const { code, error } = JSON.parse(text) as { code?: unknown; error?: unknown };
  return typeof (code ?? error) === 'string' ? undefined : `${status} without a code`;
}

describe(`${INPUTS} inputs each`, () => {
  it.each(OPERATIONS)(
    '%s: no 5xx, no silence, every refusal in its dialect',
    async (name) => {
      const operation = operations.find(
        ({ method, path }) => `${method} ${path}` === name.replace(/(.)\/$/, '$1'),
      )!;
      const faults = await fire(async (random, living) => {
        const sent = fuzzedRequest(random, operation, living);
        const answer = await wire.send(sent);
        tally.count(name, answer.status || 'none', stage.app.process.pid!);
        const fault = faultOf(answer, sent.method);
        return fault && `${fault} <- ${describeRequest(sent)}`;
      });
      expect(faults).toEqual([]);
    },
    30_000 + INPUTS * 5,
  );

  it(
    'bytes that are no HTTP, or hardly: no 5xx, and the next connection is served',
    async () => {
      const faults = await fire(async (random) => {
        const bytes = malformedHttp(random);
        const status = await wire.sendBytes(bytes);
        tally.count('bytes', status ?? 'none', stage.app.process.pid!);
        return status !== undefined && !(status < 500 || status === 501 || status === 505)
          ? `${status} <- ${bytes.toString('latin1').slice(0, 500)}`
          : undefined;
      });
      expect(faults).toEqual([]);
    },
    30_000 + INPUTS * 10,
  );

  it('the process is the same, well, and told of no error of its own', async () => {
    expect((await fetch(`${stage.app.url}/health/ready`)).status).toBe(200);
    expect(stage.app.process.exitCode).toBeNull();
    expect(stage.app.logs.filter((line) => line.includes('"level":50')).slice(0, 3)).toEqual([]);
  });
});
