import { setTimeout as wait } from 'node:timers/promises';
import { SERVICE } from '../out/account-calls.js';
import { encode, type Fields, type TestClient } from '../support/test-client.js';

/** An event as the export has it. */
export type SeenEvent = Record<string, any> & { readonly id: string; readonly event: string };

/** A page of events, as the service that sees all gets it. */
export async function page(client: TestClient, query: Fields = {}): Promise<SeenEvent[]> {
  const { status, body, text } = await client.request(
    `/v1/audit-events?${encode({ limit: '1000', ...query })}`,
    {
      headers: SERVICE,
    },
  );
  if (status !== 200) throw new Error(`audit-events: ${status} ${text}`);
  return body.data as SeenEvent[];
}

/** The events after the last that there is now, once enough of them are written. */
export async function eventsOf(
  client: TestClient,
  enough: (events: readonly SeenEvent[]) => boolean,
  work: () => Promise<unknown>,
): Promise<SeenEvent[]> {
  const cursor = (await allEvents(client)).at(-1)?.id;
  await work();
  let events: SeenEvent[] = [];
  for (let tries = 0; tries < 100; tries += 1) {
    events = await page(client, { cursor });
    if (enough(events)) return events;
    await wait(50);
  }
  throw new Error(`Only these were written: ${events.map(({ event }) => event).join(', ')}`);
}

/** Every event, page by page. */
export async function allEvents(client: TestClient): Promise<SeenEvent[]> {
  const events: SeenEvent[] = [];
  for (;;) {
    const more = await page(client, { cursor: events.at(-1)?.id });
    if (more.length === 0) return events;
    events.push(...more);
  }
}
