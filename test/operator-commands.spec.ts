import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Env } from './support/test-app.js';
import { createTestDatabase } from './support/test-database.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swingdoor-operator-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in a folder of its own, as `npm run` does in the project's. */
async function run(script: string, env: Env = {}): Promise<{ code: number; output: string }> {
  const args = [resolve('scripts', script)];
  const options = { cwd: folder, env: { PATH: process.env.PATH, DATA_DIR: join(folder, 'data'), ...env } };
  const {
    code = 0,
    stdout,
    stderr,
  } = await promisify(execFile)(process.execPath, args, options).catch((error) => error);
  return { code, output: stdout + stderr };
}

describe('commands of the operator', () => {
  it('read .env, and name the database that they work on without its password', async () => {
    const database = await createTestDatabase();
    try {
      const { pathname, password } = new URL(database.url);
      writeFileSync(join(folder, '.env'), `DATABASE_URL="${database.url}"\n`);
      for (const script of ['migrate.mjs', 'keys-rotate.mjs', 'keys-forget.mjs']) {
        const { output } = await run(script);
        expect(output).toMatch(new RegExp(`^Database: .+${pathname}\n.`));
        if (password) expect(output).not.toContain(password);
      }
      expect(existsSync(join(folder, 'data/pg18'))).toBe(false);
    } finally {
      await database.drop();
    }
  });

  it.each(['keys-rotate.mjs', 'keys-forget.mjs'])('%s makes no database', async (script) => {
    expect(await run(script)).toEqual({
      code: 1,
      output: expect.stringContaining('there is no database in DATA_DIR; set DATABASE_URL'),
    });
    expect(existsSync(join(folder, 'data/pg18'))).toBe(false);
  });

  it('say what to look at when the database cannot be reached', async () => {
    const { code, output } = await run('migrate.mjs', {
      DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/none',
    });
    expect({ code, output }).toEqual({
      code: 1,
      output:
        'Database: 127.0.0.1:1/none\nCannot migrate: connect ECONNREFUSED 127.0.0.1:1. Check DATABASE_URL.\n',
    });
  });
});
