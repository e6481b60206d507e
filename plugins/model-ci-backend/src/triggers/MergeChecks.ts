import {
  type MergeCheck,
  type MergeCheckQuery,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Knex } from 'knex';
import {
  findRequestDelivery,
  type RequestDelivery,
} from '../database/operations/deliveries/findRequestDelivery';
import {
  type DecidingRun,
  findDecidingRuns,
} from '../database/operations/runs/findDecidingRuns';
import { readReason } from '../database/storedReason';
import type { PipelineService } from '../pipelines/PipelineService';
import { statusWord } from '../statusWord';
import { changeSchema } from '../webhooks/change';

export interface MergeChecksOptions {
  db: Knex;
  pipelines: Pick<PipelineService, 'bySource'>;
  /** Address of the pages. */
  appUrl: string;
}

/** Why the definition at the commit demands no run of a pull request. All other reasons are in the way of one. */
const DEMANDS_NONE = new Set([
  'trigger.noPullRequest',
  'trigger.otherTarget',
  'trigger.otherRequestPaths',
  'trigger.otherRepository',
  'definition.noEntity',
  'definition.noFile',
  'definition.noFileOfPipeline',
]);
const OPEN = new Set(['queued', 'running', 'waiting']);

/** Says before a pull request is merged whether its runs succeeded. */
export class MergeChecks {
  readonly #options: MergeChecksOptions;

  constructor(options: MergeChecksOptions) {
    this.#options = options;
  }

  /** One check for each pipeline of the repository. */
  async list(query: MergeCheckQuery): Promise<MergeCheck[]> {
    const { db, pipelines } = this.#options;
    const repositoryUrl = query.repositoryUrl.replace(/\/+$/, '');
    const refs = (await pipelines.bySource(repositoryUrl)).map(
      ({ ref }) => ref,
    );
    if (refs.length === 0) {
      return [];
    }
    const runs = await findDecidingRuns(db, { ...query, pipelineRefs: refs });
    const delivery = await findRequestDelivery(db, {
      repository: repositoryUrl.toLocaleLowerCase('en-US'),
      commit: query.commit,
      isOf: change => isOpening(change, query.number),
    });
    return refs.map(pipelineRef => {
      const run = runs.get(pipelineRef);
      return run
        ? this.#ofRun(run)
        : { pipelineRef, reason: whyNoRun(pipelineRef, delivery) };
    });
  }

  #ofRun({ pipeline_ref: ref, status, ...run }: DecidingRun): MergeCheck {
    const url = `${this.#options.appUrl}/model-ci/runs/${run.id}`;
    const check = { pipelineRef: ref, run: { ...run, status, url } };
    return status === 'succeeded'
      ? check
      : {
          ...check,
          reason: reason(
            OPEN.has(status)
              ? 'mergeCheck.notEnded'
              : 'mergeCheck.notSucceeded',
            {
              run: `${run.number}`,
              ...{ pipeline: nameOf(ref), status: statusWord(status) },
            },
          ),
        };
  }
}

function isOpening(text: string, number: number): boolean {
  const { pullRequest } = changeSchema.parse(JSON.parse(text));
  return pullRequest?.number === number && pullRequest.action === 'open';
}

/** Why there is no run where there should be one; undefined where none is demanded. */
function whyNoRun(
  pipelineRef: string,
  delivery: RequestDelivery | undefined,
): Reason | undefined {
  const pipeline = nameOf(pipelineRef);
  if (delivery?.state === 'pending') {
    return reason('mergeCheck.notStarted', { pipeline });
  }
  const outcome = delivery?.outcomes.find(
    ({ pipeline_ref: ref }) => ref === pipelineRef,
  );
  const why = readReason(outcome?.reason ?? null);
  return why && !DEMANDS_NONE.has(why.code)
    ? reason('mergeCheck.noRun', { pipeline, why })
    : undefined;
}

/** As people call it. */
function nameOf(pipelineRef: string): string {
  return pipelineRef.replace(/^modelpipeline:(?:default\/)?/, '');
}
