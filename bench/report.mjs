import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { CONTENDERS, WORKS } from './contenders.mjs';

const TITLES = Object.fromEntries(CONTENDERS.map(({ name, title }) => [name, title]));
/** What Swingdoor is to take at most, as multiples of the limit. */
const GOALS = { register: 1.6, exchange: 1.5, refresh: 1.5, bearer: 0.6, introspect: 1.3, flow: 2.8 };
const BEGIN = '<!-- results -->';
const END = '<!-- end of results -->';

/**
 * Boils the rounds of one work down. Cost is the middle one of the rounds, and so is the multiple, each round's
 * against the limit's in the same round: what disturbs the machine disturbs both.
 */
export function summarise(byContender) {
  const limit = byContender.limit.rounds.map(costOf);
  return Object.fromEntries(
    Object.entries(byContender).map(([name, { rounds, statements }]) => {
      const latencies = Float64Array.from(rounds.flatMap((round) => [...round.latencies])).sort();
      return [
        name,
        {
          ratio: median(rounds.map((round, i) => costOf(round) / limit[i])),
          cost: median(rounds.map(costOf)),
          server: median(rounds.map(({ server, requests }) => server / requests)),
          database: median(rounds.map(({ database, requests }) => database / requests)),
          p50: latencies[Math.floor(latencies.length * 0.5)],
          p99: latencies[Math.floor(latencies.length * 0.99)],
          perSecond: median(rounds.map(({ requests, milliseconds }) => (requests / milliseconds) * 1_000)),
          requests: latencies.length,
          memory: Math.max(...rounds.map(({ memory }) => memory)),
          statements,
        },
      ];
    }),
  );
}

const costOf = ({ server, database, requests }) => (server + database) / requests;

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** One table per work, as Markdown. */
export function render(summaries) {
  return Object.entries(summaries)
    .map(([work, byContender]) =>
      table(
        [WORKS[work], 'cost', 'CPU µs', 'server', 'PostgreSQL', 'statements', 'p50 ms', 'p99 ms', '/s', 'MB'],
        Object.entries(byContender).map(([name, it]) => [
          TITLES[name],
          it.ratio.toFixed(2),
          it.cost.toFixed(0),
          it.server.toFixed(0),
          it.database.toFixed(0),
          it.statements.toFixed(1),
          it.p50.toFixed(1),
          it.p99.toFixed(1),
          it.perSecond.toFixed(0),
          (it.memory / 2 ** 20).toFixed(0),
        ]),
      ),
    )
    .join('\n');
}

/** The overview of all works, as the issue of speed asks for it: multiples of the limit. */
export function overview(summaries) {
  const others = CONTENDERS.slice(1);
  return table(
    ['CPU per request', 'the limit, µs', ...others.map(({ title }) => title), 'goal'],
    Object.entries(summaries).map(([work, byContender]) => [
      WORKS[work],
      byContender.limit.cost.toFixed(0),
      ...others.map(({ name }) => byContender[name]?.ratio.toFixed(2) ?? ''),
      GOALS[work].toFixed(1),
    ]),
  );
}

/** When, how and on what something was measured, in a sentence without its end. */
export async function describeMachine({ root }, script) {
  const { rows } = await root.query('SHOW server_version');
  const date = new Date().toISOString().slice(0, 10);
  const command = [script, ...process.argv.slice(2)].join(' ').replace(' --', ' -- --');
  return (
    `${date}, \`${command}\`: ${availableParallelism()} cores (${cpus()[0].model.trim()}), ` +
    `Node.js ${process.version}, PostgreSQL ${rows[0].server_version.split(' ')[0]}`
  );
}

/**
 * Replaces the results in a document.
 *
 * @param {string} name of the document in docs/, which has a place for them between two marks
 * @param {string[]} parts paragraphs and tables, as Markdown
 */
export async function writeDocument(name, parts) {
  const path = fileURLToPath(new URL(`../docs/${name}.md`, import.meta.url));
  const [before, rest] = readFileSync(path, 'utf8').split(BEGIN);
  const whole = before + [BEGIN, ...parts, END].join('\n\n') + rest.split(END)[1];
  const config = await resolveConfig(path);
  writeFileSync(path, await format(whole, { ...config, parser: 'markdown' }));
}

/** Columns of numbers are aligned on the right. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '--:'));
  return `${[head, rule, ...rows].map(line).join('\n')}\n`;
}
