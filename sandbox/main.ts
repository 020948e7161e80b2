import { startSandbox } from './start-sandbox.js';

/** Runs the sandbox alone: `node dist/sandbox/main.js [port] [callback origin…]`. */
const [port = '4900', ...named] = process.argv.slice(2);
const origins = named.length > 0 ? named : ['http://localhost:3000'];
const sandbox = await startSandbox({ port: Number(port), callbackOrigins: origins });
process.stdout.write(
  [
    `The sandbox plays at ${sandbox.origin}, for servers at ${origins.join(' and ')}. Start the server with:`,
    `PROVIDER_ORIGINS='${JSON.stringify(sandbox.origins)}'`,
    'Apps:',
    ...sandbox.world.apps.map((app) => `  ${app.provider}  ${app.clientId}  ${app.clientSecret}`),
    `Switches: curl ${sandbox.origin}/control`,
    '',
  ].join('\n'),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void sandbox.stop().then(() => process.exit(0)));
}
