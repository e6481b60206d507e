import type { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  branchMatches,
  checkPipelineDefinition,
  parsePipelineDefinition,
  type PipelineDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  type PushEvent,
  pushEventSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { PipelineRow } from '../database/tables/pipelines';
import type { RunService } from '../runs/RunService';
import { DEFINITION_FILE } from '../engine/RunPreparation';
import type { PipelineService } from './PipelineService';

export interface PushTriggerOptions {
  pipelines: Pick<PipelineService, 'bySource' | 'sync'>;
  runs: Pick<RunService, 'start'>;
  /** The text of `model-pipeline.yaml` of a pipeline at a commit; rejects with NotFoundError if there is none. */
  readDefinition(sourceUrl: string, commit: string): Promise<string>;
  /** Says that a push needs no further announcement. */
  acknowledge(push: PushEvent): Promise<void>;
  logger: LoggerService;
}

/** Starts runs for pushes that code hosts announce. */
export class PushTrigger {
  readonly #options: PushTriggerOptions;

  constructor(options: PushTriggerOptions) {
    this.#options = options;
  }

  /**
   * Takes the payload of an event. What is wrong with one pipeline keeps no other from its run. The push is acknowledged
   * once every run is recorded; otherwise its host announces it again, and runs that exist already are not started twice.
   */
  async onEvent(payload: unknown): Promise<void> {
    const push = pushEventSchema.parse(payload);
    // A branch that was deleted has nothing to run.
    if (push.after === undefined || (await this.#startRuns(push, push.after))) {
      await this.#options.acknowledge(push);
    }
  }

  /** False when a run that there should be could not be started. */
  async #startRuns(push: PushEvent, commit: string): Promise<boolean> {
    let isComplete = true;
    for (const pipeline of await this.#findPipelines(push.repositoryUrl)) {
      try {
        await this.#startRun(pipeline, push, commit);
      } catch (error) {
        isComplete = false;
        this.#options.logger.error(
          `The push of ${commit} to '${push.branch}' started no run of '${pipeline.ref}' yet; it is tried again: ${error}`,
        );
      }
    }
    return isComplete;
  }

  async #findPipelines(repositoryUrl: string): Promise<PipelineRow[]> {
    const { pipelines } = this.#options;
    const known = await pipelines.bySource(repositoryUrl);
    if (known.length > 0) {
      return known;
    }
    // It may have been registered since the catalog was last read.
    await pipelines.sync();
    return await pipelines.bySource(repositoryUrl);
  }

  async #startRun(
    pipeline: PipelineRow,
    push: PushEvent,
    commit: string,
  ): Promise<void> {
    const sourceUrl = pipeline.source_url;
    if (
      sourceUrl === null ||
      !(await this.#isTriggered(pipeline, sourceUrl, push, commit))
    ) {
      return;
    }
    await this.#options.runs.start({
      pipelineRef: pipeline.ref,
      sourceUrl,
      ref: push.branch,
      commit,
      commitMessage: push.message,
      trigger: 'push',
      createdBy: push.pushedBy,
      idempotencyKey: `push:${push.id}`,
    });
  }

  /** The definition at the commit decides. A mistaken one starts the run, which then shows the mistakes. */
  async #isTriggered(
    pipeline: PipelineRow,
    sourceUrl: string,
    push: PushEvent,
    commit: string,
  ): Promise<boolean> {
    try {
      const text = await this.#options.readDefinition(sourceUrl, commit);
      const result = parsePipelineDefinition(text, {
        file: DEFINITION_FILE,
      });
      return 'definition' in result
        ? wants(result.definition, push.branch)
        : true;
    } catch (error) {
      if (error instanceof NotFoundError) {
        // Branches without a definition have no pipeline; the one that the catalog shows must have it.
        return push.branch === push.defaultBranch;
      }
      // A push is announced once. Rather than lose it, go by the default branch's definition; the run reads
      // its own until the host answers.
      this.#options.logger.warn(
        `Could not read the definition of '${pipeline.ref}' at ${commit}: ${error}`,
      );
      const known = checkPipelineDefinition(
        pipeline.definition && JSON.parse(pipeline.definition),
      );
      return 'definition' in known
        ? wants(known.definition, push.branch)
        : push.branch === push.defaultBranch;
    }
  }
}

function wants(definition: PipelineDefinition, branch: string): boolean {
  return branchMatches(definition.triggers.push?.branches ?? [], branch);
}
