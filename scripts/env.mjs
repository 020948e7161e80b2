import { existsSync } from 'node:fs';

/**
 * Reads the file `.env` of the folder that a command is run in, for every command alike: importing this is all. What the
 * environment already says stays as it is.
 */
if (existsSync('.env')) {
  try {
    process.loadEnvFile('.env');
  } catch {
    process.stderr.write('The file .env cannot be read.\n');
    process.exit(1);
  }
}
