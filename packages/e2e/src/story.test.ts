import { Session } from './browser';
import { describeWith, missingBrowser } from './engines';
import { Clone } from './git';
import { Portal } from './portal';

jest.setTimeout(600_000);

const MODEL = 'house-price';

const MORE_HOUSES = [
  'h121,70,300',
  'h122,95,395',
  'h123,120,500',
  'h124,150,610',
];

/** What a model developer does, from the first sign-in to the way back. */
class Developer {
  constructor(private readonly session: Session) {}

  private get page() {
    return this.session.page;
  }

  async createProject(): Promise<void> {
    const { page } = this;
    await this.session.open('/create');
    await page
      .getByRole('button', { name: /choose/i })
      .first()
      .waitFor();
    await this.session.open(
      '/create/templates/default/linear-regression-model',
    );
    await page.getByLabel('Name', { exact: false }).first().fill(MODEL);
    const owner = page.getByLabel('Owner', { exact: false }).first();
    await owner.fill('Machine');
    await page.getByRole('option', { name: /Machine learning/ }).click();
    await page.getByText('This portal', { exact: true }).waitFor();
    await page.getByText(`“${MODEL}” is available.`).waitFor();
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
    return this.session.open(`/catalog/default/component/${MODEL}/${name}`);
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
    await page
      .getByRole('button', { name: 'Send a request to staging' })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Request body (JSON)').fill(request);
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText(/^HTTP 200/).waitFor();
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
    await page.getByText('Token “laptop” created').waitFor();
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

describeWith(missingBrowser())('The story of a model', () => {
  it('goes from the template to predictions, through a broken commit and its mend, and back', async () => {
    const portal = await Portal.create();
    let session: Session | undefined;
    try {
      await portal.start();
      session = await Session.signIn(portal);
      const { page } = session;
      const developer = new Developer(session);

      await developer.createProject();
      await developer.openFirstRun();
      await developer.waitForRun('Succeeded');
      await developer.clickStage('train');
      expect(await developer.readLineage(1)).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^Data set\s+houses/),
          expect.stringMatching(/^Run\s+#1/),
          expect.stringMatching(/^This version\s+1/),
        ]),
      );

      expect(await developer.chartPoints('rmse')).toEqual([
        expect.stringMatching(/^v1: rmse/),
      ]);

      await developer.deployToStaging(1);
      const first = await developer.predict('{"size": 120}');
      expect(first).toBeGreaterThan(0);

      const clone = await Clone.of(
        portal,
        MODEL,
        await developer.makeGitToken(),
      );
      const model = 'src/house_price/model.py';
      const source = await clone.read(model);
      await clone.write(
        model,
        source.replace(
          'return self.intercept + self.slope * size',
          'return self.intercept - self.slope * size',
        ),
      );
      await clone.push('Subtract the slope');
      await developer.openRun(2);
      await developer.waitForRun('Failed');
      await page.getByRole('tab', { name: /Tests/ }).click();
      await page
        .getByText('test_a_loaded_model_predicts_as_the_saved_one')
        .first()
        .waitFor();

      // The mend also brings more houses, so that the second version predicts something else.
      await clone.write(model, source);
      const houses = await clone.read('data/houses.csv');
      await clone.write(
        'data/houses.csv',
        `${houses.trimEnd()}\n${MORE_HOUSES.join('\n')}\n`,
      );
      await clone.push('Add the slope again');
      await developer.openRun(3);
      await developer.waitForRun('Succeeded');
      expect(await developer.chartPoints('rmse')).toEqual([
        expect.stringMatching(/^v1: rmse/),
        expect.stringMatching(/^v2: rmse/),
      ]);

      await developer.deployToStaging(2);
      expect(await developer.predict('{"size": 120}')).not.toBe(first);
      await page
        .getByRole('button', { name: 'Roll back staging to version 1' })
        .click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: 'Roll back' })
        .click();
      await developer.seeServing(1);
      expect(await developer.predict('{"size": 120}')).toBe(first);
    } catch (error) {
      const picture = await session
        ?.picture('story-failure')
        .catch(() => undefined);
      throw new Error(
        `${
          error instanceof Error ? error.stack : error
        }\n\nURL: ${session?.page.url()}\nPicture: ${picture}\nSeen: ${(
          (await session?.page
            .locator('body')
            .innerText()
            .catch(() => '')) ?? ''
        ).slice(0, 3000)}\n\nEnd of the backend's log: ${await portal.tail()}`,
        { cause: error },
      );
    } finally {
      await session?.close();
      await portal.stop();
      await portal.remove();
    }
  });
});
