import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from 'node:stream/consumers';

/** A span as a collector gets it (OTLP 1.x, JSON). */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly status?: { readonly code?: number };
}

/** A collector of traces that keeps what it gets. */
export interface Collector {
  readonly url: string;
  readonly spans: SeenSpan[];
  /** Everything that was sent, as it was sent. */
  readonly bodies: string[];
  /** The first span that fits, once it has come. */
  find(fits: (span: SeenSpan) => boolean): Promise<SeenSpan>;
  close(): void;
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
}

interface OtlpSpan extends Omit<SeenSpan, 'attributes'> {
  readonly attributes: readonly { readonly key: string; readonly value: OtlpValue }[];
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** Listens on a free port. */
export async function startCollector(): Promise<Collector> {
  const spans: SeenSpan[] = [];
  const bodies: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    bodies.push(body);
    for (const { scopeSpans } of (JSON.parse(body) as OtlpTraces).resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans.map(readable));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void take(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    async find(fits) {
      for (let tries = 0; tries < 200; tries += 1) {
        const span = spans.find(fits);
        if (span) return span;
        await wait(50);
      }
      throw new Error(`No such span: ${spans.map(({ name }) => name).join(', ')}`);
    },
    close: () => void server.close(),
  };
}

function readable(span: OtlpSpan): SeenSpan {
  const attributes = span.attributes.map(({ key, value }): [string, string | number] => [
    key,
    value.stringValue ?? Number(value.intValue),
  ]);
  return { ...span, attributes: Object.fromEntries(attributes) };
}
