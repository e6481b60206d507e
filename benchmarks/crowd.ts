/* eslint-disable no-console */
/**
 * What others wait for while one user crowds the portal: with two thousand followers of a quiet log, with slow
 * clients of the API and of git that never finish their requests, and with a run of a few git objects that stand for
 * 10⁸ paths.
 *
 *   node --require @backstage/cli/config/nodeTransform.cjs benchmarks/crowd.ts
 *
 * The portal is on SQLite, or on a PostgreSQL where MODEL_CI_BENCHMARK_POSTGRES holds a connection string.
 */
import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { makeGitBomb } from '../packages/e2e/src/hostile/gitBomb';
import type { User } from '../packages/e2e/src/portal';
import {
  catalogInfo,
  HostilePortal,
  inWords,
  type EndedRun,
} from '../packages/e2e/src/hostile/HostilePortal';

const FOLLOWERS = 2_000;
const SLOW_CLIENTS = 300;
const SECONDS = 20;
const RED = 'group:default/red';
const PIPELINE = '/api/model-ci/pipelines/default/crowd';

/** Ends what an attack holds open. */
type Stop = () => void;

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    await pause(200);
  }
}

/** Starts a run once the catalog knows the pipeline, and answers it when a stage of it is in this status. */
async function startRun(by: User, status: string, ref?: string) {
  const run = await until(async () => {
    const answer = await by.fetch(
      'POST',
      `${PIPELINE}/runs`,
      ref ? { ref } : {},
    );
    return answer.ok ? ((await answer.json()) as { id: string }) : undefined;
  });
  await until(async () => {
    const now = await by.get<{ status: string }>(
      `/api/model-ci/runs/${run.id}`,
    );
    return now.status === status || undefined;
  });
  return run;
}

/** What another user waits for an answer, in milliseconds, in order. */
async function measure(by: User): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end) {
    const asked = performance.now();
    const answer = await by.fetch('GET', '/api/model-ci/runs');
    await answer.arrayBuffer();
    times.push(performance.now() - asked);
    await pause(20);
  }
  return times.sort((a, b) => a - b);
}

/** Answers of a number of event streams of one log, which stay open. */
async function follow(
  by: User,
  url: string,
  answers: Map<number, number>,
): Promise<Stop> {
  const agent = new http.Agent({ maxSockets: Infinity });
  const requests = await Promise.all(
    Array.from(
      { length: FOLLOWERS },
      () =>
        new Promise<http.ClientRequest>(resolve => {
          const request = http.get(url, {
            agent,
            headers: {
              Authorization: `Bearer ${by.token}`,
              Accept: 'text/event-stream',
            },
          });
          request.on('response', response => {
            const status = response.statusCode ?? 0;
            answers.set(status, (answers.get(status) ?? 0) + 1);
            response.resume();
            resolve(request);
          });
          request.on('error', () => resolve(request));
        }),
    ),
  );
  return () => requests.forEach(request => request.destroy());
}

/** Connections that begin a request and do not go on. */
function dawdle(port: number, beginning: string): Stop {
  const sockets: Socket[] = [];
  for (let client = 0; client < SLOW_CLIENTS; client++) {
    const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
    socket.on('error', () => {});
    sockets.push(socket);
  }
  return () => sockets.forEach(socket => socket.destroy());
}

function report(what: string, times: number[], note = ''): void {
  const at = (part: number) => times[Math.floor(times.length * part)];
  console.log(
    `${what.padEnd(52)} p50 ${at(0.5).toFixed(0)} ms, p95 ${at(0.95).toFixed(
      0,
    )} ms, longest ${at(0.9999).toFixed(0)} ms  ${note}`,
  );
}

async function main(): Promise<void> {
  const postgres = process.env.MODEL_CI_BENCHMARK_POSTGRES;
  const hostile = await HostilePortal.start({
    ...(postgres && { postgres }),
    // All of them are one user's, who may follow fewer by default.
    config: { modelCi: { limits: { user: { followers: FOLLOWERS } } } },
  });
  try {
    const clone = await hostile.project('alice', {
      name: 'crowd',
      owner: RED,
      files: {
        'catalog-info.yaml': catalogInfo({ name: 'crowd', owner: RED }),
        'model-pipeline.yaml':
          'version: 1\nstages:\n  quiet: { run: echo begun && sleep 600 }\n',
      },
    });
    const alice = await hostile.signIn('alice');
    const bob = await hostile.signIn('bob');
    const { port, url } = hostile.portal;
    const run = await startRun(alice, 'running');
    report('nobody else', await measure(bob));

    const answers = new Map<number, number>();
    const log = `${url}/api/model-ci/runs/${run.id}/stages/quiet/logs`;
    const leave = await follow(alice, log, answers);
    report(
      `${FOLLOWERS} followers of one quiet log`,
      await measure(bob),
      `answered: ${[...answers].map(([status, n]) => `${status}: ${n}`)}`,
    );
    leave();

    const stops = [
      dawdle(port, 'GET /api/model-ci/runs HTTP/1.1\r\nHost: localhost\r\n'),
      dawdle(
        port,
        `POST /api/model-ci-git/crowd.git/git-upload-pack HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Basic ${Buffer.from(
          `alice:${hostile.tokenOf('crowd')}`,
        ).toString(
          'base64',
        )}\r\nContent-Type: application/x-git-upload-pack-request\r\nContent-Length: 1000\r\n\r\n`,
      ),
    ];
    report(`${2 * SLOW_CLIENTS} slow clients`, await measure(bob));
    const cloned = performance.now();
    await clone.git('ls-remote', 'origin');
    console.log(
      `  and git ls-remote beside them: ${(performance.now() - cloned).toFixed(
        0,
      )} ms`,
    );
    stops.forEach(stop => stop());

    await clone.git(
      'push',
      'origin',
      `${makeGitBomb(clone.directory)}:refs/heads/bomb`,
    );
    const bombed = startRun(alice, 'failed', 'bomb');
    report('a run of 10⁸ paths', await measure(bob));
    const { id } = await bombed;
    const { reason } = await alice.get<EndedRun>(`/api/model-ci/runs/${id}`);
    console.log(`  which ended: ${inWords(reason)}`);
    await alice.post(`/api/model-ci/runs/${run.id}/cancel`, {});
  } finally {
    await hostile.stop();
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
