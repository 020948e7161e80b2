import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../scripts/build-if-stale.mjs';

const { values: options } = parseArgs({
  options: {
    tokens: { type: 'string', default: '10000000' },
    small: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '4' },
    concurrency: { type: 'string', default: '4' },
    dir: { type: 'string', default: tmpdir() },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `
npm run bench:scale -- [options]    a large database beside a small one (docs/scaling.md)

  --tokens 10000000     access tokens of the large one; a tenth as many grants
  --small 10000         the same of the small one
  --rounds 4            of up to 2,500 requests on each, interleaved
  --concurrency 4       requests at a time
  --dir /somewhere      the disk for the database's data: about 1 kB per token
  --write               puts the results into docs/scaling.md
`;

/** Access tokens per grant. */
const TOKENS_PER_GRANT = 10;
const REQUESTS = 2_500;
const WORKS = {
  refresh: 'refresh',
  bearer: 'bearer check, tokens never seen before',
  introspect: 'introspection',
  apps: 'list of connected apps',
  disconnect: 'disconnect an app',
};

if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
buildIfStale();

const { startCluster } = await import('./cluster.mjs');
const { CONTENDERS, startContender } = await import('./contenders.mjs');
const { loadRows, bytesPerRow } = await import('./load-rows.mjs');
const { startLoad } = await import('./measure.mjs');
const { describeMachine, table, writeDocument } = await import('./report.mjs');

const rounds = Number(options.rounds);
const concurrency = Number(options.concurrency);
const sizes = [options.small, options.tokens].map((text) => ({
  tokens: Number(text),
  grants: Math.ceil(Number(text) / TOKENS_PER_GRANT),
}));

// As an operator of such a size would set it: the indexes' upper levels stay in memory.
const cluster = await startCluster(options.dir, { shared_buffers: '2GB', max_wal_size: '4GB' });
const load = startLoad();
const servers = [];
try {
  const swingdoor = CONTENDERS.find(({ name }) => name === 'swingdoor');
  for (const size of sizes) {
    const name = `scale_${size.tokens}`;
    const databaseUrl = await cluster.createDatabase(name);
    servers.push({ ...(await startContender({ ...swingdoor, name }, databaseUrl, cluster.dataDir)), size });
    await loadRows(databaseUrl, size);
  }
  const onDisk = await bytesPerRow(servers.at(-1).databaseUrl);
  const latencies = await measureAll();
  const parts = [
    table(
      ['', ...sizes.flatMap(({ tokens }) => [`p50 ms, ${figure(tokens)} tokens`, 'p99 ms'])],
      Object.entries(WORKS).map(([work, title]) => [
        title,
        ...servers.flatMap(({ name }) => {
          const sorted = Float64Array.from(latencies[work][name]).sort();
          return [0.5, 0.99].map((share) => sorted[Math.floor(sorted.length * share)].toFixed(1));
        }),
      ]),
    ),
    table(
      ['on disk', 'rows', 'bytes per row', 'of it indexes'],
      onDisk.map(({ name, rows, bytes, indexes }) => [
        name,
        figure(rows),
        (bytes / rows).toFixed(0),
        (indexes / rows).toFixed(0),
      ]),
    ),
  ];
  process.stdout.write(`\n${parts.join('\n')}`);
  if (options.write) {
    const machine = await describeMachine(cluster, 'npm run bench:scale');
    await writeDocument('scaling', [`${machine}, ${rounds} rounds, concurrency ${concurrency}.`, ...parts]);
  }
} finally {
  load.stop();
  for (const server of servers) await server.stop();
  await cluster.stop();
}

/** Every work on both, in turn; the first round warms up and does not count. */
async function measureAll() {
  const latencies = {};
  for (const work of Object.keys(WORKS)) {
    latencies[work] = Object.fromEntries(servers.map(({ name }) => [name, []]));
    for (let round = 0; round <= rounds; round += 1) {
      for (const { name, base, databaseUrl, size } of servers) {
        // The smaller one must not run out of what can be used once.
        const most = { bearer: size.tokens / 2, introspect: size.tokens / 2, disconnect: size.grants / 2 }[
          work
        ];
        const count = Math.min(REQUESTS, Math.floor((most ?? REQUESTS * rounds) / (rounds + 1)));
        await load.tell({ prepare: { load: 'scale', base, databaseUrl, options: size, work, count } });
        const reply = await load.tell({ run: { seconds: 60, concurrency } });
        if (round > 0) latencies[work][name].push(...reply.latencies);
      }
    }
  }
  return latencies;
}

function figure(number) {
  return number.toLocaleString('en');
}
