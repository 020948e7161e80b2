import { existsSync } from 'node:fs';
import { buildIfStale } from './build-if-stale.mjs';

if (existsSync('.env')) process.loadEnvFile('.env');
buildIfStale();
await import('../dist/src/main.js');
