import fs from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserPath } from './engines';
import { root, type Portal } from './portal';

/** Where pictures of a failure are left, to be read after the test. */
const pictures = path.join(root, 'data/logs');

/** A user's browser, signed in to a portal. */
export class Session {
  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    readonly portal: Portal,
  ) {}

  /** Signs in as the guest, or as somebody else of the catalog where the portal lets everybody in. */
  static async signIn(
    portal: Portal,
    options: { as?: string } = {},
  ): Promise<Session> {
    const browser = await chromium.launch({
      executablePath: browserPath(),
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    const context = await browser.newContext({
      viewport: { width: 1400, height: 950 },
      locale: 'en-GB',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    if (options.as !== undefined) {
      const session = `${portal.url}/api/auth/test/refresh?user=${options.as}`;
      await page.route('**/api/auth/guest/refresh*', route =>
        route.continue({ url: session }),
      );
    }
    await page.goto(portal.url);
    await page.getByRole('link', { name: 'Create', exact: true }).waitFor();
    return new Session(browser, page, portal);
  }

  async open(path_: string): Promise<void> {
    await this.page.goto(`${this.portal.url}${path_}`);
  }

  /** Keeps what the user saw last. */
  async picture(name: string): Promise<string> {
    await fs.mkdir(pictures, { recursive: true });
    const file = path.join(pictures, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}
