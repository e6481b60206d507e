import { createHash } from 'node:crypto';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { Run } from '@model-ci/backstage-plugin-model-ci-common';
import { findTargetRun } from '../../database/operations/comments/findTargetRun';
import {
  demandComment,
  listNewestOfRequests,
  recordComment,
  type RequestKey,
} from '../../database/operations/comments/requestComments';
import type { OwedStatus } from '../../database/operations/commitStatuses/commitStatuses';
import { listRunEvaluations } from '../../database/operations/evaluations/listRunEvaluations';
import { listTestCases } from '../../database/operations/reports/listTestCases';
import { parsePullRequest } from '../../database/pullRequest';
import { isSameRepository, repositoryOf } from '../../source/sourceUrl';
import { reportToHosts, type ReportOptions } from '../reportToHosts';
import {
  type CommentedRun,
  composeComment,
  formatMarker,
} from './composeComment';
import type { EmbeddedComments } from './EmbeddedComments';
import { writeComment } from './writeComment';

export interface CommentReporterOptions extends ReportOptions {
  integrations: ScmIntegrationRegistry;
  /** Address of the pages. */
  appUrl: string;
  getRun(id: string): Promise<Run>;
  embedded: Pick<EmbeddedComments, 'write'>;
}

/** Pipelines of one repository that one request shows. */
const MAX_PIPELINES = 20;
const MAX_FAILED_TESTS = 50;

/** Keeps one comment on each pull request up to date with what its runs have found out. */
export class CommentReporter {
  readonly #options: CommentReporterOptions;

  constructor(options: CommentReporterOptions) {
    this.#options = options;
  }

  /** Single step: writes what is owed. */
  async check(): Promise<void> {
    await reportToHosts(this.#options, 'comment_statuses', async () => {
      // The comment shows all runs of its request, so that it is put together once for all that are owed.
      const written = new Map<string, Promise<boolean>>();
      return async (run, signal) => {
        const key = this.#requestOf(run);
        if (!key) {
          return false;
        }
        const name = JSON.stringify(key);
        const own =
          written.get(name) ?? this.#write(key, run.source_url, signal);
        written.set(name, own);
        return await own;
      };
    });
  }

  #requestOf({
    pull_request: request,
    source_url: sourceUrl,
  }: OwedStatus): RequestKey | undefined {
    const repository = repositoryOf(sourceUrl, this.#options.integrations);
    return request === null
      ? undefined
      : {
          repository: repository.toLocaleLowerCase('en-US'),
          number: parsePullRequest(request).number,
        };
  }

  async #write(
    key: RequestKey,
    sourceUrl: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { appUrl, db, embedded, integrations } = this.#options;
    const { number } = key;
    const { isNew, row } = await demandComment(db, key);
    const runs = await this.#readRuns(number, sourceUrl);
    const text = composeComment({ runs, appUrl, marker: row.marker });
    const digest = createHash('sha256').update(text).digest('hex');
    // It was written with another run of the request.
    if (row.digest === digest) {
      return true;
    }
    const comment = { sourceUrl, number, text };
    if (await embedded.write(comment, signal)) {
      await recordComment(db, key, { comment_id: null, digest });
      return true;
    }
    const id = await writeComment(
      {
        ...comment,
        id: row.comment_id ?? undefined,
        findBy: isNew ? undefined : formatMarker(row.marker),
      },
      integrations,
      signal,
    );
    if (id === undefined) {
      return false;
    }
    await recordComment(db, key, { comment_id: id, digest });
    return true;
  }

  /** The newest run of each pipeline. */
  async #readRuns(number: number, sourceUrl: string): Promise<CommentedRun[]> {
    const { db, integrations } = this.#options;
    const newest = new Map<string, string>();
    for (const run of await listNewestOfRequests(db, number)) {
      if (
        !newest.has(run.pipeline_ref) &&
        isSameRepository(run.source_url, sourceUrl, integrations)
      ) {
        newest.set(run.pipeline_ref, run.id);
      }
    }
    const runs: CommentedRun[] = [];
    for (const [, id] of [...newest].sort().slice(0, MAX_PIPELINES)) {
      runs.push(await this.#readRun(id));
    }
    return runs;
  }

  async #readRun(id: string): Promise<CommentedRun> {
    const { db, getRun } = this.#options;
    const run = await getRun(id);
    const branch = run.pullRequest?.targetBranch ?? '';
    const target = await findTargetRun(db, {
      ...{ pipelineRef: run.pipelineRef, branch },
    });
    return {
      run,
      failedTests: await this.#listFailedTests(run),
      ...(target && {
        target: {
          name: `${branch}, ${
            target.version === undefined
              ? `run ${target.number}`
              : `version ${target.version}`
          }`,
          evaluations: await listRunEvaluations(db, {
            ...{ runIds: [target.runId], slices: true },
          }),
        },
      }),
    };
  }

  async #listFailedTests({ stages }: Run): Promise<string[]> {
    const executions = stages.flatMap(stage => [
      stage,
      ...(stage.instances ?? []),
    ]);
    const names: string[] = [];
    for (const { attempts, reports } of executions) {
      const last = attempts.at(-1);
      const isShown =
        last &&
        names.length < MAX_FAILED_TESTS &&
        reports.some(
          own => own.kind === 'junit' && own.failures + own.errors > 0,
        );
      if (isShown) {
        const { items } = await listTestCases(this.#options.db, {
          ...{ attemptId: last.id, limit: MAX_FAILED_TESTS },
          statuses: ['failed', 'errored'],
        });
        names.push(
          ...items.map(({ classname, name, suite }) =>
            [classname ?? suite, name].filter(Boolean).join(': '),
          ),
        );
      }
    }
    return names;
  }
}
