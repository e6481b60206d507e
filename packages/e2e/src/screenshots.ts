/* eslint-disable no-console */
/**
 * Takes the pictures of docs/images anew, of a portal with a project from the template and a few versions of it. Needs
 * Chromium, git, Python, and the built web pages (`yarn workspace app build`).
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs packages/e2e/src/screenshots.ts
 */
import path from 'node:path';
import { Session } from './browser';
import { Developer } from './Developer';
import { Clone } from './git';
import { Portal, root } from './portal';

const MODEL = 'house-price';
const ENTITY = `/catalog/default/component/${MODEL}`;
/** Houses that one version each is trained on, so that the metrics move. */
const TRAINED_ON = [12, 20, 32, 48, 64];
/** Of the last version. */
const MORE_HOUSES = ['h121,70,300', 'h122,95,395'];

async function makeVersions(
  session: Session,
  developer: Developer,
): Promise<void> {
  const token = await developer.makeGitToken();
  const clone = await Clone.of(session.portal, MODEL, token);
  const code = 'src/house_price/train.py';
  const source = await clone.read(code);
  const line = '    training, test = split(read_houses(arguments.data))\n';
  for (const [index, count] of TRAINED_ON.entries()) {
    await clone.write(
      code,
      source.replace(line, `${line}    training = training[:${count}]\n`),
    );
    await clone.push(`Train on ${count} houses`);
    await waitForRun(session, index + 2);
  }
  const data = 'data/houses.csv';
  const houses = (await clone.read(data)).trimEnd();
  await clone.write(code, source);
  await clone.write(data, `${houses}\n${MORE_HOUSES.join('\n')}\n`);
  await clone.push('Add houses, and train on all of them');
  await waitForRun(session, TRAINED_ON.length + 2);
}

async function waitForRun(session: Session, number: number): Promise<void> {
  const { page } = session;
  await session.open(`${ENTITY}/runs`);
  await page
    .getByRole('link', { name: `#${number}`, exact: true })
    .click({ timeout: 60_000 });
  await page
    .getByRole('status')
    .getByText(/Succeeded|Failed/)
    .waitFor({ timeout: 120_000 });
}

async function predict({ page }: Session): Promise<void> {
  await page.getByRole('button', { name: 'Try it in staging' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Request body (JSON)').fill('{"size": 120}');
  await dialog.getByRole('button', { name: 'Send' }).click();
  await dialog.getByText(/HTTP 200/).waitFor();
}

async function picture(session: Session, name: string): Promise<void> {
  await session.page.mouse.move(0, 0);
  await session.page.screenshot({
    path: path.join(root, 'docs/images', `${name}.png`),
    animations: 'disabled',
  });
  console.log(`docs/images/${name}.png`);
}

async function takePictures(session: Session): Promise<void> {
  const { page } = session;
  const developer = new Developer(session, MODEL);
  await developer.createProject();
  await developer.openFirstRun();
  await developer.waitForRun('Succeeded');
  await page.getByRole('button', { name: /^Stage test:/ }).click();
  await page
    .getByText(/passed/)
    .first()
    .waitFor();
  await picture(session, 'run');
  await developer.deployToStaging(1);
  await makeVersions(session, developer);
  await session.open(`${ENTITY}/deployments`);
  await predict(session);
  await picture(session, 'deployments');
  await session.open(`${ENTITY}/evaluations?view=history&metric=rmse`);
  await page.getByRole('slider').waitFor();
  await page.getByText('gate limits').waitFor();
  await picture(session, 'evaluations');
}

async function main(): Promise<void> {
  const portal = await Portal.create();
  let session: Session | undefined;
  try {
    await portal.start();
    session = await Session.signIn(portal);
    await takePictures(session);
  } finally {
    await session?.close();
    await portal.stop();
    await portal.remove();
  }
}

main().then(
  () => process.exit(),
  error => {
    console.error(error);
    process.exit(1);
  },
);
