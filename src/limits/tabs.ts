import { createHash } from 'node:crypto';

/** Keys that one limit remembers on one replica. Who is forgotten gets a fresh credit here, and no more elsewhere. */
export const MOST_TABS = 10_000;
/** Characters of a key; a longer one is remembered by its hash. */
const LONGEST_KEY = 200;

/** What a replica knows of one key in the current window. */
export interface Tab {
  /** As the counter in the database knows the key. */
  readonly key: string;
  /** When the window ends, in milliseconds of the replica's own clock. */
  ends: number;
  /** Uses that the database knows of, by all replicas. */
  shared: number;
  /** Uses here that the database does not know of yet; below zero where some were given back. */
  open: number;
  /** There while the database is being told. */
  settling?: Promise<void>;
  /** Whether the log knows that the ceiling is reached. */
  reported?: boolean;
}

/** The tabs of one limit on one replica: as many as fit, the least recently used go first. */
export class Tabs {
  private readonly tabs = new Map<string, Tab>();

  /**
   * @param milliseconds length of a window
   * @param now a clock in milliseconds that never steps back
   */
  constructor(
    private readonly milliseconds: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** How many keys are remembered. */
  get size(): number {
    return this.tabs.size;
  }

  /** The tab of a key, if its window has not ended. */
  find(key: string): Tab | undefined {
    const tab = this.tabs.get(shortened(key));
    return tab && tab.ends > this.now() ? tab : undefined;
  }

  /** The tab of a key, begun where there is none; the key is then the most recently used. */
  of(key: string): Tab {
    const short = shortened(key);
    const tab = this.find(key) ?? { key: short, ends: this.now() + this.milliseconds, shared: 0, open: 0 };
    this.tabs.delete(short);
    this.tabs.set(short, tab);
    if (this.tabs.size > MOST_TABS) this.tabs.delete(this.tabs.keys().next().value!);
    return tab;
  }

  /** Takes over what the database says. `told` are the uses that it knows of now; `left` is in milliseconds. */
  settle(tab: Tab, told: number, shared: number, left: number): void {
    tab.shared = shared;
    tab.open -= told;
    tab.ends = this.now() + left;
  }

  /** Seconds until the window of a tab ends, at least 1. */
  secondsLeft(tab: Tab): number {
    return Math.max(1, Math.ceil((tab.ends - this.now()) / 1000));
  }
}

function shortened(key: string): string {
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('base64url');
}
