import { randomBytes } from 'node:crypto';
import { Session } from './browser';
import { describeWith, missingBrowser } from './engines';
import type { Clone } from './git';
import { HostilePortal, startRun } from './hostile/HostilePortal';
import {
  NAME,
  PROJECT,
  ROUNDING,
  SECRET_USE,
  wrongFile,
  type Wrong,
} from './people/catsAndDogs';

jest.setTimeout(240_000);

/** Somebody of the team, before a browser. */
class Member {
  private constructor(readonly session: Session) {}

  static async signIn(portal: HostilePortal, as: string): Promise<Member> {
    return new Member(await Session.signIn(portal.portal, { as }));
  }

  private get page() {
    return this.session.page;
  }

  /** Waits in the list of runs for one to come. */
  async findRun(number: number): Promise<void> {
    await this.session.open(`/catalog/default/component/${NAME}/runs`);
    await this.page
      .getByRole('link', { name: `#${number}`, exact: true })
      .click({ timeout: 60_000 });
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async waitForRun(status: string): Promise<void> {
    await this.page
      .getByRole('status')
      .getByText(status, { exact: true })
      .waitFor({ timeout: 60_000 });
  }

  async openStage(name: string): Promise<void> {
    const { page } = this;
    await page
      .getByRole('button', { name: new RegExp(`^Stage ${name}:`) })
      .click();
    await page.getByRole('heading', { name: `Stage ${name}` }).waitFor();
  }

  /** The verdict of the gate, its reason, and how its interval is read aloud. */
  async readVerdict(): Promise<{ row: string; interval: string | null }> {
    const { page } = this;
    await this.openStage('evaluate');
    await page.getByRole('tab', { name: 'Gates and reports' }).click();
    const row = page
      .getByRole('table', { name: /Gates of this stage/ })
      .getByRole('row')
      .nth(1);
    await row.waitFor();
    const interval = row.getByRole('img');
    return {
      row: await row.innerText(),
      interval: (await interval.count())
        ? await interval.getAttribute('aria-label')
        : null,
    };
  }

  /** Opens the question, and answers everything that is shown to decide on. */
  async review(): Promise<string> {
    const { page } = this;
    await this.openStage('evaluate');
    await page.getByRole('button', { name: 'Decide' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('img').waitFor();
    return await dialog.innerText();
  }

  async letPass(reason: string): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name: 'Continue' }).click();
  }

  async readRefusal(): Promise<string> {
    const dialog = this.page.getByRole('dialog');
    const refusal = await dialog.getByRole('alert').innerText();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    return refusal;
  }

  /** What is said for ever beside the stage. */
  async readDecision(): Promise<string> {
    await this.openStage('evaluate');
    const decision = this.page.getByRole('alert').filter({ hasText: 'Bob' });
    return await decision.innerText();
  }

  /** Follows the run's link to the version that it registered. */
  async openVersion(version: number): Promise<void> {
    await this.page
      .getByRole('link', { name: `Version ${version}`, exact: true })
      .click();
  }

  /** From the newest move of an alias to the oldest. */
  async readAliasMoves(newest: string): Promise<string[]> {
    const history = this.page.getByRole('table', { name: /Changes, newest/ });
    // Promotion follows the end of a run.
    await history.getByText(newest).waitFor();
    const rows = await history.getByRole('row').allInnerTexts();
    return rows.slice(1).map(row => row.replace(/\s+/g, ' '));
  }

  /** How far the environments lie apart, as the matrix has it, and what differs most. */
  async readParity(): Promise<string> {
    await this.openStage('sites');
    const parity = this.page.getByRole('region', {
      name: 'Parity of environments',
    });
    await parity.waitFor();
    return await parity.innerText();
  }

  /** Opens a pull request of the branch that was pushed last. */
  async openRequest(title: string): Promise<void> {
    const { page } = this;
    await this.session.open(`/git/repositories/${NAME}`);
    await page.getByRole('button', { name: 'New pull request' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title').fill(title);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: `#1 ${title}` }).waitFor();
  }

  /** Waits on the page of the request, which nobody reloads, for the comment to say something of a run. */
  async readComment(about: RegExp): Promise<string> {
    await this.session.open(`/git/repositories/${NAME}/pull-requests/1`);
    const comment = this.page.getByRole('region', { name: 'Results of runs' });
    await comment
      .getByRole('heading', { name: about })
      .waitFor({ timeout: 60_000 });
    return await comment.innerText();
  }

  /** Why the page of the request, which nobody reloads, does not let it be merged; nobody else may merge it either. */
  async readBlocked(): Promise<string> {
    const { page } = this;
    const blocked = page.getByRole('alert').filter({ hasText: 'Show run' });
    const why = await blocked.innerText();
    const merge = page.getByRole('button', { name: 'Merge', exact: true });
    if (await merge.isEnabled()) {
      throw new Error('The request can be merged');
    }
    return why;
  }

  async merge(): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByText('Merged', { exact: true }).waitFor();
  }

  async openSettings(): Promise<void> {
    await this.session.open(`/catalog/default/component/${NAME}/settings`);
  }

  /** Sets a secret, or replaces its value where the button says so. */
  async setSecret(button: string, value: string): Promise<string> {
    const { page } = this;
    await page.getByRole('button', { name: button, exact: true }).click();
    const dialog = page.getByRole('dialog');
    const name = dialog.getByLabel('Name');
    if (await name.isEnabled()) {
      await name.fill('API_TOKEN');
    }
    await dialog.getByLabel('Value').fill(value);
    await dialog.getByRole('button', { name: 'Set', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /API_TOKEN/ }).waitFor();
    return await page.locator('main').innerText();
  }

  async deleteSecret(): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: 'Delete: API_TOKEN' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('row', { name: /API_TOKEN/ })
      .waitFor({ state: 'detached' });
  }

  /** The log of the stage that the page shows. */
  async readLog(stage: string, about: string): Promise<string> {
    await this.openStage(stage);
    const log = this.page.getByRole('log');
    await log.getByText(about).first().waitFor();
    return await log.innerText();
  }

  async seen(): Promise<string> {
    const picture = await this.session.picture('gates-failure');
    const text = await this.page.locator('body').innerText();
    return `URL: ${this.page.url()}\nPicture: ${picture}\nSeen: ${text.slice(
      0,
      3000,
    )}`;
  }
}

describeWith(missingBrowser())('A team whose gates decide', () => {
  let portal: HostilePortal;
  let clone: Clone;
  let author: Member;
  let reviewer: Member;

  const push = async (message: string, wrong: Wrong) => {
    await clone.write('wrong.json', wrongFile(wrong));
    await clone.push(message);
  };

  beforeAll(async () => {
    portal = await HostilePortal.start({
      backend: require.resolve('./people/backend'),
      config: {
        modelCi: {
          decisions: { excludeAuthor: true },
          secrets: { keys: [randomBytes(32).toString('base64')] },
        },
      },
    });
    clone = await portal.project('alice', PROJECT);
    // The catalog has to know the pipeline before pushes are for it.
    const alice = await portal.signIn('alice');
    await startRun(alice, NAME);
    [author, reviewer] = await Promise.all([
      Member.signIn(portal, 'alice'),
      Member.signIn(portal, 'bob'),
    ]);
  });

  afterAll(async () => {
    await author?.session.close();
    await reviewer?.session.close();
    await portal?.stop();
  });

  /** Says what was on the screen when something failed. */
  const watched = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      const seen = await author.seen().catch(String);
      const log = await portal.portal.tail();
      const what = error instanceof Error ? error.stack : error;
      throw new Error(`${what}\n\n${seen}\n\n${log}`, { cause: error });
    }
  };

  it('lets a first version pass, and makes it champion', () =>
    watched(async () => {
      await author.findRun(1);
      await author.waitForRun('Succeeded');
      expect((await author.readVerdict()).row).toMatch(
        /Passed.*first version/s,
      );
      await author.openVersion(1);
      expect(await author.readAliasMoves('– → v1')).toEqual([
        expect.stringContaining('champion – → v1'),
      ]);
    }));

  it('stops a worse model, and shows the interval', () =>
    watched(async () => {
      await push('Forget some', [[0, 260]]);
      await author.findRun(2);
      await author.waitForRun('Failed');
      const { row, interval } = await author.readVerdict();
      expect(row).toMatch(/Failed.*0 newly right, 60 newly wrong/s);
      expect(interval).toMatch(/-0\.06.*-0\.07\d.*-0\.04\d/);
    }));

  it('has an equal one wait, which its author may not decide', () =>
    watched(async () => {
      await push('Learn some and forget as many', [[30, 230]]);
      await author.findRun(3);
      await author.waitForRun('Waiting for a decision');
      expect((await author.readVerdict()).row).toContain('Inconclusive');
      expect(await author.review()).toMatch(/examples would decide/);
      await author.letPass('I made it, so it is good');
      expect(await author.readRefusal()).toMatch(/by you/);
      await author.waitForRun('Waiting for a decision');
    }));

  it('has somebody else decide, and says so for ever', () =>
    watched(async () => {
      await reviewer.findRun(3);
      expect(await reviewer.review()).toContain(
        '30 newly right, 30 newly wrong',
      );
      await reviewer.letPass('The newly wrong ones are blurred');
      await reviewer.waitForRun('Succeeded');
      // The author's page, which was open all the time, shows it, and so does one that is opened later.
      await author.waitForRun('Succeeded');
      await author.reload();
      expect(await author.readDecision()).toMatch(
        /Continued.*The newly wrong ones are blurred/s,
      );
      expect((await author.readVerdict()).row).toContain('Inconclusive');
      expect(
        await author.session.page
          .getByRole('note')
          .filter({ hasText: 'let through' })
          .innerText(),
      ).toMatch(/let through by.*Bob/is);
      await author.openVersion(2);
      expect(
        await author.session.page
          .getByRole('table', { name: /What people decided/ })
          .innerText(),
      ).toMatch(/Continued.*Bob.*The newly wrong ones are blurred/is);
    }));

  it('makes a better one champion', () =>
    watched(async () => {
      await push('Learn more', [[30, 150]]);
      await author.findRun(4);
      await author.waitForRun('Succeeded');
      expect((await author.readVerdict()).row).toMatch(
        /Passed.*80 newly right, 0 newly wrong/s,
      );
      expect(await author.readParity()).toMatch(/\s0\s+equal/);
      await author.openVersion(3);
      expect(await author.readAliasMoves('v2 → v3')).toEqual([
        expect.stringContaining('champion v2 → v3'),
        expect.stringContaining('champion v1 → v2'),
        expect.stringContaining('champion – → v1'),
      ]);
    }));

  it('refuses a pull request that makes the model worse, and says why on its page', () =>
    watched(async () => {
      await clone.git('checkout', '--quiet', '-b', 'forgetful');
      await push('Forget what is blurred', [
        [30, 150],
        [200, 260],
      ]);
      await author.openRequest('Forget what is blurred');
      await author.findRun(5);
      await author.waitForRun('Failed');
      const comment = await author.readComment(/run 5 .* failed/);
      expect(comment).toMatch(/Refused because/);
      expect(comment).toMatch(
        /accuracy.*0\.82.*0\.88 \(champion, version 3\).*−0\.06.*−0\.07\d+ to −0\.04\d+ better.*Failed.*1000/,
      );
      expect(await author.readBlocked()).toMatch(
        /Run 5 of cats-and-dogs did not succeed \(failed\)/,
      );
    }));

  it('has the comment follow what mends it, and merges that', () =>
    watched(async () => {
      await push('Forget nothing', [[30, 140]]);
      const comment = await author.readComment(/run 6 .* succeeded/);
      expect(comment).not.toMatch(/run 5|Refused/);
      expect(comment.match(/cats-and-dogs: run/g)).toHaveLength(1);
      expect(comment).toMatch(/accuracy.*0\.89.*\+0\.01.*Passed/);
      await author.merge();
      await author.findRun(7);
      await author.waitForRun('Succeeded');
      await clone.git('checkout', '--quiet', 'main');
      await clone.git('pull', '--quiet');
    }));

  it('sees two environments differ once one of them rounds', () =>
    watched(async () => {
      await clone.write('model-pipeline.yaml', ROUNDING);
      await clone.push('Round on the edge');
      await author.findRun(8);
      await author.waitForRun('Failed');
      expect(await author.readParity()).toMatch(/8\.46\d.*e\d\d\tedge/s);
    }));

  it('hands a secret to a stage whose log hides it, replaces it, and misses it once it is deleted', () =>
    watched(async () => {
      const first = 'first-hidden-4711';
      await author.openSettings();
      expect(await author.setSecret('Set a secret', first)).not.toContain(
        first,
      );
      await clone.write('model-pipeline.yaml', SECRET_USE);
      await clone.push('Log in');
      await author.findRun(9);
      await author.waitForRun('Succeeded');
      const log = await author.readLog('login', 'login with');
      expect(log).toContain('login with ***');
      expect(log).not.toContain(first);
      await author.openSettings();
      const second = 'second-hidden-0815';
      expect(await author.setSecret('Replace: API_TOKEN', second)).not.toMatch(
        /hidden/,
      );
      await author.deleteSecret();
      await clone.write('wrong.json', wrongFile([[0, 1]]));
      await clone.push('Log in again');
      await author.findRun(10);
      await author.waitForRun('Failed');
      await author.session.page
        .getByText(/Secrets that are not set for this pipeline: API_TOKEN/)
        .first()
        .waitFor();
    }));
});
