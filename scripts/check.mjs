import { spawnSync } from 'node:child_process';

/** What must hold before a change lands, cheapest first. */
const STEPS = [
  ['Format', 'format:check'],
  ['Lint', 'lint'],
  ['Types', 'types'],
  ['Build', 'build'],
  ['Tests', 'test'],
  ['Browser tests', 'test:browser'],
  ['Postman collection', 'postman'],
  ['Entities and database', 'schema:check'],
  ['Generated documents', 'docs:check'],
];

for (const [title, script] of STEPS) {
  const start = Date.now();
  process.stdout.write(`\n== ${title} (npm run ${script})\n`);
  const { status } = spawnSync('npm', ['run', '--silent', script], { stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`\n${title} failed. Run "npm run ${script}" to see it alone.\n`);
    process.exit(1);
  }
  process.stdout.write(`   ${title}: ok, ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}
