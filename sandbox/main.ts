import { startSandbox } from './start-sandbox.js';

/** Runs the sandbox alone: `node dist/sandbox/main.js [port] [callback origin…]`. */
const [port = '4900', ...callbackOrigins] = process.argv.slice(2);
const sandbox = await startSandbox({
  port: Number(port),
  ...(callbackOrigins.length > 0 && { callbackOrigins }),
});
process.stdout.write(
  [
    `The sandbox plays at ${sandbox.origin}. Start the server with:`,
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
