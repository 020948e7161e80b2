import { spawnSync } from 'node:child_process';

/**
 * `npm run fuzz [inputs per operation] [seed]`: as the tests do, only longer. 100,000 inputs of each take 20 minutes on two
 * cores.
 */
const [inputs = '100000', seed = '1'] = process.argv.slice(2);
const { status } = spawnSync('npm', ['test', '--', 'test/fuzz'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, FUZZ_INPUTS: inputs, FUZZ_SEED: seed },
});
process.exitCode = status ?? 1;
