import { expect, it } from '@jest/globals';
import { nameDatabase } from './name-database.js';

it.each([
  ['postgres://ada:hunter2@db.example.com:5433/swingdoor?sslmode=require', 'db.example.com:5433/swingdoor'],
  ['postgresql://db', 'db'],
  ['postgres://ada:hunter2@db/swingdoor?host=/run/postgresql&password=hunter2', '/run/postgresql/swingdoor'],
  ['postgres://ada:hunter2@%2Frun%2Fpostgresql/swingdoor', '/run/postgresql/swingdoor'],
  // A password that should have been percent-encoded.
  ['postgres://ada:12/hunter2@db/swingdoor', 'DATABASE_URL'],
  [undefined, 'embedded in /data'],
])('%s is named %s', (databaseUrl, name) => {
  expect(nameDatabase({ databaseUrl, dataDir: '/data' })).toBe(name);
});
