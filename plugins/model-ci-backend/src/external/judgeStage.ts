import { Readable } from 'node:stream';
import {
  parseStoredStage,
  reason,
  reasons,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Executor } from '@model-ci/backstage-plugin-model-ci-node';
import { pack } from 'tar-stream';
import { NotFoundError } from '@backstage/errors';
import type { AttemptEnd } from '../database/operations/attempts/finishAttempts';
import { findStageInputs } from '../database/operations/gates/findStageInputs';
import { finishStage } from '../database/operations/external/finishStage';
import { listUploads } from '../database/operations/external/uploads';
import { findRun } from '../database/operations/runs/findRun';
import type { StageResults } from '../database/operations/results/types';
import { parseStoredDatasets } from '../database/storedLists';
import type { ExternalUploadRow } from '../database/tables/externalRuns';
import type { AttemptRow, StageRow } from '../database/tables/runs';
import { judgeOutcome } from '../engine/outcome';
import { collectResults } from '../evaluations/collectResults';
import type { FindUpload } from '../evaluations/openCollected';
import { parseGatePlan } from '../gates/gatePlan';
import { planForInstance } from '../gates/planForInstance';
import { nowOf, type ExternalContext } from './types';

/** How the CI says that a stage ended: by the exit code of its command, or in a word. */
export interface StageEnd {
  exitCode?: number;
  succeeded: boolean;
}

/**
 * Reads what was uploaded for the attempt of a stage, with the readers and gates of every other stage, and ends it by that.
 */
export async function judgeStage(
  ctx: ExternalContext,
  { stage, attempt }: { stage: StageRow; attempt: AttemptRow },
  said: StageEnd,
): Promise<void> {
  const run = await findRun(ctx.db, { runId: attempt.run_id });
  const uploads = await listUploads(ctx.db, { attemptId: attempt.id });
  const definition = withUploads(
    parseStoredStage(stage.definition ?? '{"script":""}'),
    uploads,
  );
  const results = await collectResults({
    run: { id: run.id, pipelineRef: run.pipeline_ref },
    stage: { name: stage.name, definition },
    attemptId: attempt.id,
    executor: reportsOf(ctx, uploads),
    artifactReader: artifactsOf(uploads),
    handle: {},
    store: ctx.store,
    analyses: ctx.analyses,
    datasets: parseStoredDatasets(run.datasets),
    commandSucceeded: said.succeeded,
    maxArtifactBytes: ctx.limits.maxArtifactBytes,
    findUpload: finderOf(uploads),
    gatePlan: planForInstance(parseGatePlan(stage.gate_plan), {}),
    findInputs: () =>
      findStageInputs(ctx.db, { runId: run.id, stage: stage.name }),
  });
  const finished = await finishStage(ctx.db, {
    attempt,
    stageName: stage.name,
    end: endOf(ctx, definition, said, results),
    results,
    at: nowOf(ctx),
  });
  if (finished) {
    ctx.engine.logSignal.notify(attempt.id);
    ctx.engine.changed(run);
  }
}

/** The stage reports and leaves what was uploaded, whatever its definition says. */
function withUploads(
  stage: StageDefinition,
  uploads: ExternalUploadRow[],
): StageDefinition {
  const pathsOf = (kind: ExternalUploadRow['kind']) =>
    uploads.flatMap(upload => (upload.kind === kind ? upload.path : []));
  const paths = {
    junit: pathsOf('junit'),
    metrics: pathsOf('metrics'),
    'lm-eval': pathsOf('lm-eval'),
    series: pathsOf('series'),
  };
  const [predictions] = pathsOf('predictions');
  return {
    ...stage,
    reports: { ...stage.reports, ...paths, predictions },
    artifacts: Object.fromEntries(
      uploads.filter(isArtifact).map(({ name, path }) => [name, path]),
    ),
  };
}

/** Reads the uploaded reports as if they lay in a workspace. */
function reportsOf(
  { store }: ExternalContext,
  uploads: ExternalUploadRow[],
): Pick<Executor, 'collect'> {
  return {
    async collect(_handle, path) {
      const { digest, size } = demandUpload(uploads, path, isReport);
      return archiveOf(path, size, await store.open(digest));
    },
  };
}

/** Artifacts are in the store already. One at the path of a report is another upload, maybe by another token. */
function artifactsOf(uploads: ExternalUploadRow[]): Pick<Executor, 'collect'> {
  return {
    async collect(_handle, path) {
      return { digest: demandUpload(uploads, path, isArtifact).digest };
    },
  };
}

function isArtifact({ kind }: ExternalUploadRow): boolean {
  return kind === 'artifact';
}

function isReport(upload: ExternalUploadRow): boolean {
  return !isArtifact(upload);
}

function demandUpload(
  uploads: ExternalUploadRow[],
  path: string,
  isOne: (upload: ExternalUploadRow) => boolean,
): { digest: string; size: number } {
  const upload = uploads.find(each => each.path === path && isOne(each));
  if (!upload?.stored_digest) {
    throw new NotFoundError(`Nothing was uploaded as '${path}'`);
  }
  return { digest: upload.stored_digest, size: Number(upload.stored_size) };
}

function archiveOf(name: string, size: number, content: Readable): Readable {
  const archive = pack();
  const entry = archive.entry({ name, size, mtime: new Date() }, error => {
    if (error) {
      archive.destroy(error);
    } else {
      archive.finalize();
    }
  });
  content.on('error', error => archive.destroy(error));
  content.pipe(entry);
  return Readable.from(archive, { objectMode: false });
}

function finderOf(uploads: ExternalUploadRow[]): FindUpload {
  return async path => {
    const upload = uploads.find(each => isArtifact(each) && each.path === path);
    return upload?.stored_digest
      ? {
          type: 'stored',
          digest: upload.stored_digest,
          size: Number(upload.stored_size),
          written: { type: 'all' },
        }
      : undefined;
  };
}

function endOf(
  ctx: ExternalContext,
  definition: StageDefinition,
  said: StageEnd,
  { failure, question }: StageResults,
): AttemptEnd {
  const notAsked = question && reason('external.notAsked', { question });
  const known = [failure, notAsked].flatMap(each => each ?? []);
  const why = known.length > 0 ? reasons(known) : undefined;
  const exitCode = said.exitCode ?? (said.succeeded ? 0 : undefined);
  if (exitCode === undefined) {
    const failed = reason('external.stageFailed');
    return { status: 'failed', reason: why ? reasons([failed, why]) : failed };
  }
  return judgeOutcome({ type: 'exited', exitCode }, definition, ctx.limits, {
    failure: why,
  });
}
