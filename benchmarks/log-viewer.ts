/* eslint-disable no-console */
/**
 * What a reader of a log of 100 MB with a million lines waits for, in Chromium, at the real portal: until its end is
 * shown, until its start is, and how smoothly it scrolls, with how much memory. Wants the built web pages.
 *
 *   yarn workspace app build
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/log-viewer.ts [megabytes]
 */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import knexFactory from 'knex';
import type { CDPSession, Page } from 'playwright-core';
import { Session } from '../packages/e2e/src/browser';
import { Portal } from '../packages/e2e/src/portal';
import { insertExample } from '../plugins/model-ci-backend/src/http/testing/insertExamples';
import { FileSystemArtifactStore } from '../plugins/model-ci-backend/src/storage/FileSystemArtifactStore';

const MEGABYTES = Number(process.argv[2] ?? 100);
const ROUNDS = 5;
const LINE_BYTES = 100;
const SECONDS_OF_SCROLLING = 10;

function* lines(): Generator<string> {
  const count = (MEGABYTES * 1_000_000) / LINE_BYTES;
  for (let i = 1; i < count; i++) {
    yield `step ${i} loss ${(1 / i).toFixed(6)} `.padEnd(LINE_BYTES - 1, '.');
    yield '\n';
  }
  yield `${'the last line'.padEnd(LINE_BYTES - 1, '.')}\n`;
}

/** A run whose one stage has the log, as it lies in the store once the stage has ended. */
async function insertRun(portal: Portal): Promise<string> {
  const artifacts = join(portal.directory, 'artifacts');
  const store = await FileSystemArtifactStore.create({ directory: artifacts });
  const { digest, size } = await store.write(Readable.from(lines()));
  const db = knexFactory({
    client: 'better-sqlite3',
    connection: {
      filename: join(portal.directory, 'database/model-ci.sqlite'),
    },
    useNullAsDefault: true,
  });
  try {
    const { runId } = await insertExample(db, artifacts, {
      pipelineRef: 'modelpipeline:default/benchmark',
      artifact: 'weights',
    });
    await db('log_chunks').delete();
    await db('attempts').update({ log_digest: digest, log_size: size });
    console.log(`a log of ${(size / 1e6).toFixed(0)} MB`);
    return runId;
  } finally {
    await db.destroy();
  }
}

/** The page of the run, on which nothing of the log is to be seen yet. */
class LogPage {
  private readonly log;

  private constructor(
    private readonly page: Page,
    private readonly browser: CDPSession,
  ) {
    this.log = page.getByRole('log');
  }

  static async open(session: Session, runId: string): Promise<LogPage> {
    const { page } = session;
    await session.open(`/model-ci/runs/${runId}`);
    await page.getByRole('button', { name: /^Stage train:/ }).waitFor();
    return new LogPage(page, await page.context().newCDPSession(page));
  }

  async openLog(): Promise<number> {
    return await this.timed('the last line', () =>
      this.page.getByRole('button', { name: /^Stage train:/ }).click(),
    );
  }

  async jump(to: 'start' | 'end'): Promise<number> {
    return await this.timed(
      to === 'start' ? 'step 1 loss' : 'the last line',
      () => this.page.getByRole('button', { name: `Go to ${to}` }).click(),
    );
  }

  /** Turns the wheel, and answers the longest time without a frame and the longest task meanwhile. */
  async scroll(
    direction: 1 | -1,
  ): Promise<{ frame: number; task: number; bytes: number }> {
    await this.log.hover();
    const before = await this.firstStep();
    await this.page.evaluate(watchFrames);
    const end = performance.now() + SECONDS_OF_SCROLLING * 1000;
    while (performance.now() < end) {
      await this.page.mouse.wheel(0, direction * 3000);
      await this.page.waitForTimeout(16);
    }
    const watched = await this.page.evaluate(() => window.benchmark.stop());
    const after = await this.firstStep();
    return { ...watched, bytes: Math.abs(after - before) * LINE_BYTES };
  }

  /** Bytes of heap that are in use after everything unused was freed. */
  async heap(): Promise<number> {
    await this.browser.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.browser.send('Runtime.getHeapUsage');
    return usedSize;
  }

  private async timed(text: string, act: () => Promise<void>): Promise<number> {
    const started = performance.now();
    await act();
    await this.log.getByText(text).first().waitFor();
    return performance.now() - started;
  }

  private async firstStep(): Promise<number> {
    const text = await this.log
      .getByText(/^step \d+/)
      .first()
      .textContent();
    return Number(text?.split(' ')[1]);
  }
}

declare global {
  interface Window {
    benchmark: { stop(): { frame: number; task: number } };
  }
}

/** Runs in the browser. */
function watchFrames(): void {
  let running = true;
  let frame = 0;
  let task = 0;
  let last = performance.now();
  const look = (now: number) => {
    frame = Math.max(frame, now - last);
    last = now;
    if (running) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const observer = new PerformanceObserver(list => {
    for (const { duration } of list.getEntries())
      task = Math.max(task, duration);
  });
  observer.observe({ type: 'longtask' });
  window.benchmark = {
    stop() {
      running = false;
      observer.disconnect();
      return { frame, task };
    },
  };
}

async function measure(session: Session, runId: string): Promise<void> {
  for (let round = 1; round <= ROUNDS; round++) {
    const page = await LogPage.open(session, runId);
    const before = await page.heap();
    const opened = await page.openLog();
    const heaps = [await page.heap()];
    const up = await page.scroll(-1);
    heaps.push(await page.heap());
    const toStart = await page.jump('start');
    const down = await page.scroll(1);
    heaps.push(await page.heap());
    const toEnd = await page.jump('end');
    heaps.push(await page.heap());
    const ms = (value: number) => `${value.toFixed(0)} ms`;
    const mb = (value: number) => (value / 1e6).toFixed(0);
    console.log(
      `opened at its end in ${ms(opened)}, at its start in ${ms(
        toStart,
      )}, at its end again in ${ms(toEnd)}; ` +
        `scrolled over ${mb(up.bytes)} and ${mb(
          down.bytes,
        )} MB, longest frame ${ms(Math.max(up.frame, down.frame))}, ` +
        `longest task ${ms(
          Math.max(up.task, down.task),
        )} (0: none over 50); heap ${mb(
          before,
        )} MB without the log, then ${heaps.map(mb).join(', ')}`,
    );
  }
}

async function main(): Promise<void> {
  const portal = await Portal.create();
  try {
    await portal.start();
    const runId = await insertRun(portal);
    const session = await Session.signIn(portal);
    try {
      await measure(session, runId);
    } finally {
      await session.close();
    }
  } finally {
    await portal.stop();
    await portal.remove();
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
