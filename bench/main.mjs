import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../scripts/build-if-stale.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    contenders: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    concurrency: { type: 'string', default: '16' },
    dir: { type: 'string', default: tmpdir() },
    profile: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `
npm run bench -- [options]    measures Swingdoor against the machine's own limit (docs/benchmarks.md)

  --quick               2 rounds of 1 second instead of 7 of 3
  --only a,b            works: register, exchange, refresh, bearer, introspect, flow
  --contenders a,b      limit, fastify, swingdoor, oidc; the limit is always in
  --rounds, --seconds   how often, and how long each
  --concurrency 16      requests at a time
  --dir /somewhere      the disk for the database's data
  --profile folder      leaves a processor profile of every server there
  --write               puts the results into docs/benchmarks.md
`;

if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (process.platform !== 'linux') throw new Error('The bench reads processor time from /proc: Linux only.');

buildIfStale();
const here = fileURLToPath(new URL('.', import.meta.url));
if (!existsSync(`${here}node_modules/oidc-provider`)) {
  execFileSync('npm', ['ci', '--silent'], { cwd: here, stdio: 'inherit' });
}

const { startCluster } = await import('./cluster.mjs');
const { CONTENDERS, startContender, WORKS } = await import('./contenders.mjs');
const { countStatements, measure, startLoad } = await import('./measure.mjs');
const { describeMachine, overview, render, summarise, writeDocument } = await import('./report.mjs');

const rounds = Number(options.rounds ?? (options.quick ? 2 : 7));
const seconds = Number(options.seconds ?? (options.quick ? 1 : 3));
const concurrency = Number(options.concurrency);
const chosen = (list, known) => known.filter((name) => !list || list.split(',').includes(name));
const works = chosen(options.only, Object.keys(WORKS));
const names = chosen(
  options.contenders && `limit,${options.contenders}`,
  CONTENDERS.map(({ name }) => name),
);
const profiling = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [];

const cluster = await startCluster(options.dir, { autovacuum: 'off' });
const load = startLoad();
let servers = [];
const results = {};
try {
  await cluster.root.query(`ALTER SYSTEM SET pg_stat_statements.track = 'none'`);
  await cluster.root.query('SELECT pg_reload_conf()');
  for (const work of works) {
    for (const contender of CONTENDERS.filter(({ name }) => names.includes(name))) {
      const url = await cluster.createDatabase(`bench_${contender.name}_${work}`);
      servers.push(await startContender(contender, url, cluster.dataDir, work, profiling));
    }
    results[work] = Object.fromEntries(names.map((name) => [name, { rounds: [] }]));
    for (const server of servers) {
      const round = { cluster, load, server, work, seconds, concurrency };
      results[work][server.name].statements = await countStatements(round);
    }
    for (let number = 1; number <= rounds; number += 1) {
      for (const server of servers) {
        progress(`${WORKS[work]}, round ${number} of ${rounds}, ${server.name}`);
        const round = { cluster, load, server, work, seconds, concurrency };
        results[work][server.name].rounds.push(await measure(round));
      }
    }
    progress('');
    process.stdout.write(`${render({ [work]: summarise(results[work]) })}\n`);
    for (const server of servers) await server.stop();
    servers = [];
  }
  const summaries = Object.fromEntries(works.map((work) => [work, summarise(results[work])]));
  process.stdout.write(`${overview(summaries)}\n`);
  if (options.write) {
    const machine = await describeMachine(cluster, 'npm run bench');
    const how = `${machine}, ${rounds} rounds of ${seconds} s, concurrency ${concurrency}.`;
    await writeDocument('benchmarks', [how, overview(summaries), render(summaries)]);
  }
} finally {
  load.stop();
  for (const server of servers) await server.stop();
  await cluster.stop();
}

/** One line that the next one overwrites, for whoever watches. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(60)}\r`);
}
