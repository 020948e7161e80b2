import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { TestClient } from '../support/test-client.js';
import { openPage, type WatchedPage } from './browser.js';

/** Whose tab it is. */
export interface Person {
  readonly client: TestClient;
  readonly org_id: string;
  readonly sub: string;
}

/** Tabs on the dashboard, where somebody is signed in from the start. */
export class Dashboard {
  private watched: WatchedPage[] = [];

  /**
   * @param browser from startBrowser
   * @param url of the server
   * @param others further origins that pages may ask
   */
  constructor(
    private readonly browser: Browser,
    private readonly url: string,
    private readonly others: readonly string[] = [],
  ) {}

  /**
   * Opens an empty tab.
   *
   * @param person who is signed in; nobody where undefined
   * @param options colour scheme, size
   */
  async tab(person?: Person, options?: BrowserContextOptions): Promise<Page> {
    const opened = await openPage(this.browser, [this.url, ...this.others], options);
    this.watched.push(opened);
    const { page } = opened;
    if (person) {
      const token = await person.client.jwt(person.sub, { org_id: person.org_id });
      const session = JSON.stringify({ token, email: 'ada@example.com' });
      await page.addInitScript(`sessionStorage.setItem('swingdoor.session', ${JSON.stringify(session)})`);
    }
    return page;
  }

  /**
   * Opens a page below /dashboard.
   *
   * @param path with a slash in front, and a query or not
   * @param options colour scheme, size
   */
  async open(path: string, person: Person, options?: BrowserContextOptions): Promise<Page> {
    const page = await this.tab(person, options);
    await page.goto(`${this.url}/dashboard${path}`);
    return page;
  }

  /** Closes every tab. @returns what went wrong in any of them */
  async closeTabs(): Promise<string[]> {
    const complaints = this.watched.flatMap((each) => each.complaints);
    await Promise.all(this.watched.map(({ page }) => page.context().close()));
    this.watched = [];
    return complaints;
  }
}

/** Waits for a heading that holds a text. */
export const heading = (page: Page, text: string | RegExp) =>
  page.getByRole('heading').filter({ hasText: text }).first().waitFor();

/** Presses a button by its whole name. */
export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Answers a question that stands over the page. */
export const answer = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

/** Waits until the toast says something. */
export const told = (page: Page, text: string) => page.locator('.toast').getByText(text).waitFor();
