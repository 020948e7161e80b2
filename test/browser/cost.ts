import type { CDPSession, Page } from 'playwright-core';

/** What it takes to show a page. Bytes are those that the network carried, headers among them. */
export interface Cost {
  readonly scriptBytes: number;
  /** Paths of scripts and style sheets that came uncompressed. */
  readonly uncompressed: string[];
  /** Milliseconds from the request to the paint of the largest thing in sight. */
  readonly shown: number;
  /** What of the document's policy says where scripts come from, and who may frame it. */
  readonly scripts: string | undefined;
  readonly frames: string | undefined;
}

interface Received {
  readonly requestId: string;
  readonly type: string;
  readonly response: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
}

/**
 * Watches the network of a tab.
 *
 * @param page a tab that has loaded nothing yet
 * @returns a function that tells what was spent since it was called before, once the page is complete
 */
export async function countCost(page: Page): Promise<() => Promise<Cost>> {
  const network: CDPSession = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  let received: Received[] = [];
  const bytes = new Map<string, number>();
  network.on('Network.responseReceived', (event) => received.push(event));
  network.on('Network.loadingFinished', (event) => bytes.set(event.requestId, event.encodedDataLength));
  return async () => {
    const shown: number = await page.evaluate(LARGEST_PAINT);
    const scripts = received.filter(({ type }) => type === 'Script');
    const files = received.filter(({ type }) => type === 'Script' || type === 'Stylesheet');
    const document = received.find(({ type }) => type === 'Document')!;
    const policy = policyOf(headerOf(document, 'content-security-policy') ?? '');
    received = [];
    return {
      scriptBytes: scripts.reduce((sum, { requestId }) => sum + bytes.get(requestId)!, 0),
      uncompressed: files
        .filter((each) => headerOf(each, 'content-encoding') !== 'gzip')
        .map(({ response }) => new URL(response.url).pathname),
      shown,
      scripts: policy.get('script-src') ?? policy.get('default-src'),
      frames: policy.get('frame-ancestors'),
    };
  };
}

/** Two frames later, all that is there has been painted and is reported. */
const LARGEST_PAINT = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: 'largest-contentful-paint', buffered: true }))))`;

const headerOf = ({ response }: Received, wanted: string) =>
  Object.entries(response.headers).find(([name]) => name.toLowerCase() === wanted)?.[1];

const policyOf = (text: string) =>
  new Map(
    text.split(/;\s*/).map((directive) => {
      const [name, ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );
