import type { Locator } from 'playwright-core';
import type { Session } from './browser';

/** What the page of a run shows of a stage. */
export interface ShownStage {
  name: string;
  status: string;
  /** The row of each gate. */
  gates: string[];
  /** Name and path of each artifact. */
  artifacts: string[];
}

/** What a model developer does, from the first sign-in to the way back. */
export class Developer {
  constructor(
    private readonly session: Session,
    private readonly model: string,
  ) {}

  /** The same developer, at another model. */
  at(model: string): Developer {
    return new Developer(this.session, model);
  }

  private get page() {
    return this.session.page;
  }

  async createProject({
    packaging,
    ci,
  }: { packaging?: string; ci?: string } = {}): Promise<void> {
    const { page } = this;
    await this.session.open('/create');
    await page
      .getByRole('button', { name: /choose/i })
      .first()
      .waitFor();
    await this.session.open(
      '/create/templates/default/linear-regression-model',
    );
    await page.getByLabel('Name', { exact: false }).first().fill(this.model);
    const owner = page.getByLabel('Owner', { exact: false }).first();
    await owner.fill('Machine');
    await page.getByRole('option', { name: /Machine learning/ }).click();
    await page.getByText('This portal', { exact: true }).waitFor();
    await page.getByText(`“${this.model}” is available.`).waitFor();
    for (const choice of [packaging, ci]) {
      if (choice !== undefined) {
        await page.getByLabel(choice, { exact: true }).check();
      }
    }
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Description', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
  }

  /** Goes where the link leads that the template ends with; the portal opens it in a tab of its own. */
  async openFirstRun(): Promise<void> {
    const link = this.page.getByRole('link', { name: 'First run' });
    await link.waitFor({ timeout: 120_000 });
    const target = await link.getAttribute('href');
    if (!target?.startsWith('/model-ci/runs/')) {
      throw new Error(`The link to the first run leads to ${target}`);
    }
    await this.session.open(target);
  }

  /** Waits for the end of a template that starts no run. */
  async untilCreated(): Promise<void> {
    await this.page
      .getByRole('link', { name: 'Make the token for the CI' })
      .waitFor({ timeout: 120_000 });
  }

  async waitForRun(status: 'Succeeded' | 'Failed'): Promise<void> {
    await this.page
      .getByRole('status')
      .getByText(status, { exact: true })
      .waitFor({ timeout: 120_000 });
  }

  async clickStage(name: string): Promise<void> {
    const { page } = this;
    await page
      .getByRole('button', { name: new RegExp(`^Stage ${name}:`) })
      .click();
    await page.getByRole('heading', { name: `Stage ${name}` }).waitFor();
    await page.waitForURL(url => url.searchParams.get('stage') === name);
  }

  /** Status, gates and artifacts of these stages. */
  async readStages(names: string[]): Promise<ShownStage[]> {
    const { page } = this;
    const readRows = async (tab: RegExp, table: Locator) => {
      const found = page.getByRole('tab', { name: tab });
      if ((await found.count()) === 0) {
        return [];
      }
      await found.click();
      await table
        .or(page.getByText(/^(No artifacts|This stage has no gates)/))
        .first()
        .waitFor();
      return await table.locator('tbody tr').all();
    };
    const stages: ShownStage[] = [];
    for (const name of names) {
      await this.clickStage(name);
      const label = await page
        .getByRole('button', { name: new RegExp(`^Stage ${name}:`) })
        .getAttribute('aria-label');
      const gates = await readRows(
        /^Gates/,
        page.getByRole('table', { name: 'Gates of this stage' }),
      );
      const verdicts = await Promise.all(gates.map(row => row.innerText()));
      const artifacts = await readRows(
        /^Artifacts/,
        page.getByRole('tabpanel').locator('table'),
      );
      stages.push({
        name,
        status: /: (\w+)/.exec(label ?? '')?.[1] ?? '',
        gates: verdicts,
        artifacts: await Promise.all(
          artifacts.map(async row =>
            (await row.locator('td').allInnerTexts()).slice(0, 2).join(' '),
          ),
        ),
      });
    }
    return stages;
  }

  /** Follows the run's link to the version that it registered, and answers what that was made from. */
  async readLineage(version: number): Promise<string[]> {
    const { page } = this;
    await page
      .getByRole('link', { name: `Version ${version}`, exact: true })
      .click();
    const graph = page.getByRole('group', {
      name: 'What the version was made from',
    });
    await graph.waitFor();
    return await graph.getByRole('listitem').allInnerTexts();
  }

  tab(name: 'runs' | 'evaluations' | 'deployments'): Promise<void> {
    return this.session.open(
      `/catalog/default/component/${this.model}/${name}`,
    );
  }

  async openRun(number: number): Promise<void> {
    await this.tab('runs');
    await this.page
      .getByRole('link', { name: `#${number}`, exact: true })
      .click({ timeout: 60_000 });
  }

  async deployToStaging(version: number): Promise<void> {
    const { page } = this;
    await this.tab('deployments');
    await page.getByRole('button', { name: 'Deploy to staging' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Version').selectOption({ value: String(version) });
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await this.seeServing(version);
  }

  async seeServing(version: number): Promise<void> {
    const card = this.page.getByRole('region', { name: 'Staging' });
    await card
      .getByText(`Version ${version}`, { exact: true })
      .waitFor({ timeout: 60_000 });
    await card.getByText('Healthy').waitFor();
  }

  /** Sends a request to the version in staging, and answers its prediction. */
  async predict(request: string): Promise<number> {
    const { page } = this;
    await page.getByRole('button', { name: 'Try it in staging' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Request body (JSON)').fill(request);
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText(/HTTP 200/).waitFor();
    const answer = await dialog.locator('pre').textContent();
    await dialog.getByRole('button', { name: 'Close' }).click();
    return JSON.parse(answer ?? '').prediction;
  }

  async makeGitToken(): Promise<string> {
    const { page } = this;
    await this.session.open('/git/tokens');
    await page.getByRole('button', { name: 'Create token' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('laptop');
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    return await this.readToken('laptop');
  }

  /** Makes a token by which another CI reports builds of this model, with everything allowed. */
  async makeCiToken(): Promise<string> {
    const { page } = this;
    await this.session.open(
      `/catalog/default/component/${this.model}/settings`,
    );
    await page
      .getByRole('button', { name: 'Create token' })
      .first()
      .click({ timeout: 60_000 });
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('jenkins');
    await dialog.getByLabel('Deploy the version of a reported run').check();
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    return await this.readToken('jenkins');
  }

  private async readToken(name: string): Promise<string> {
    const { page } = this;
    await page.getByText(`Token “${name}” created`).waitFor();
    const token = await page
      .getByRole('dialog')
      .locator('code, input, pre')
      .first()
      .evaluate(element =>
        element instanceof HTMLInputElement
          ? element.value
          : element.textContent ?? '',
      );
    await page.getByRole('button', { name: 'Done' }).click();
    return token.trim();
  }

  /** Names of the tests that the run's page shows. */
  async readTests(): Promise<string[]> {
    const { page } = this;
    await this.clickStage('test');
    await page.getByRole('tab', { name: /Tests/ }).click();
    const tests = page.getByText(/^test_/);
    await tests.first().waitFor();
    return (await tests.allInnerTexts()).sort();
  }

  /** The points of a metric's chart, each as it is read aloud. */
  async chartPoints(metric: string): Promise<string[]> {
    await this.tab('evaluations');
    const chart = this.page.getByRole('figure', {
      name: new RegExp(`^${metric} `),
    });
    const slider = chart.getByRole('slider');
    await slider.waitFor();
    await slider.focus();
    await slider.press('Home');
    const points: string[] = [];
    for (;;) {
      const point = (await slider.getAttribute('aria-valuetext')) ?? '';
      if (points.at(-1) === point) return points;
      points.push(point);
      await slider.press('ArrowRight');
    }
  }
}
