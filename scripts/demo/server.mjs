/**
 * The server of the demo, a child of it: says over their channel when it listens, and stops when the channel ends, which
 * it does with the demo, even one that is killed.
 */
if (!process.connected) process.exit(1);
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
await import('../../dist/src/main.js');
process.send('listening');
