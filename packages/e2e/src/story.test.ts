import type { Page } from 'playwright-core';
import { Session } from './browser';
import { Developer, type ShownStage } from './Developer';
import {
  demand,
  describeWith,
  missingBrowser,
  missingDocker,
  missingGroovy,
} from './engines';
import { Clone } from './git';
import { runJenkinsfile } from './jenkinsfile';
import {
  BUILT_IMAGE,
  makePlace,
  missingKubernetes,
  onKubernetes,
} from './kubernetes';
import { Portal, type PortalOptions } from './portal';

jest.setTimeout(600_000);

const MODEL = 'house-price';

const MORE_HOUSES = [
  'h121,70,300',
  'h122,95,395',
  'h123,120,500',
  'h124,150,610',
];

const STAGES = ['build', 'test', 'train', 'evaluate'];

/** A build of Jenkins is shown as a run of the portal is, and what it made is deployed. */
async function buildInJenkins(
  developer: Developer,
  portal: Portal,
  gitToken: string,
  own: { tests: string[]; rmse: string[]; stages: ShownStage[] },
): Promise<void> {
  const model = 'jenkins-price';
  const other = developer.at(model);
  await other.createProject({ ci: 'Jenkins' });
  await other.untilCreated();
  const token = await other.makeCiToken();
  const clone = await Clone.of(portal, model, gitToken);
  await runJenkinsfile(clone, { model, token });
  await other.openRun(1);
  await other.waitForRun('Succeeded');
  expect(await other.readStages(STAGES)).toEqual(own.stages);
  const [image] = await other.readStages(['image']);
  expect(image.status).toBe('Succeeded');
  expect(await other.readTests()).toEqual(own.tests);
  expect(await other.chartPoints('rmse')).toEqual(own.rmse);
  await other.tab('deployments');
  await other.seeServing(1);
}

/** A portal with somebody signed in; what is wrong there is shown with what was seen. */
async function inPortal(
  options: PortalOptions,
  walk: (developer: Developer, portal: Portal, page: Page) => Promise<void>,
): Promise<void> {
  const portal = await Portal.create(options);
  let session: Session | undefined;
  try {
    await portal.start();
    session = await Session.signIn(portal);
    await walk(new Developer(session, MODEL), portal, session.page);
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
}

describeWith(missingBrowser())('The story of a model', () => {
  it('goes from the template to predictions, through a broken commit and its mend, and back', async () => {
    await inPortal({}, async (developer, portal, page) => {
      await developer.createProject();
      await developer.openFirstRun();
      await developer.waitForRun('Succeeded');
      const stages = await developer.readStages(STAGES);
      expect(stages.at(-1)?.gates).toEqual([expect.stringMatching(/rmse/)]);
      expect(stages.map(({ artifacts }) => artifacts.length)).toContain(1);
      const tests = await developer.readTests();
      await developer.clickStage('train');
      expect(await developer.readLineage(1)).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^Data set\s+houses/),
          expect.stringMatching(/^Run\s+#1/),
          expect.stringMatching(/^This version\s+1/),
        ]),
      );

      const rmse = await developer.chartPoints('rmse');
      expect(rmse).toEqual([expect.stringMatching(/^v1: rmse/)]);

      await developer.deployToStaging(1);
      const first = await developer.predict('{"size": 120}');
      expect(first).toBeGreaterThan(0);

      const gitToken = await developer.makeGitToken();
      const missing = missingGroovy() ?? missingDocker('python:3.11');
      demand(missing);
      if (missing === undefined) {
        const own = { tests, rmse, stages };
        await buildInJenkins(developer, portal, gitToken, own);
      }

      const clone = await Clone.of(portal, MODEL, gitToken);
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
    });
  });
});

describeWith(missingBrowser() ?? missingKubernetes())(
  'The story of a model on Kubernetes',
  () => {
    let removePlace: (() => void) | undefined;
    beforeAll(() => {
      removePlace = makePlace();
    });
    afterAll(() => removePlace?.());

    it('goes from the template through an image that is built there to predictions', async () => {
      await inPortal({ config: onKubernetes }, async (developer, _, page) => {
        await developer.createProject({ packaging: 'A container image' });
        await developer.openFirstRun();
        await developer.waitForRun('Succeeded');
        await developer.clickStage('package');
        await page.getByText(BUILT_IMAGE).waitFor();
        await developer.deployToStaging(1);
        expect(await developer.predict('{"size": 120}')).toBeGreaterThan(0);
      });
    });
  },
);
