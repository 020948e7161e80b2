import './env.mjs';
import { buildIfStale } from './build-if-stale.mjs';

buildIfStale();
await import('../dist/src/migrate.js');
