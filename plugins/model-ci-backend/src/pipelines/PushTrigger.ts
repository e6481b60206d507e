import { setTimeout as wait } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { branchMatches } from '@model-ci/backstage-plugin-model-ci-common';
import {
  type PushEvent,
  pushEventSchema,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { PipelineRow } from '../database/tables/pipelines';
import type { RunService } from '../runs/RunService';
import type { DefinitionReader } from '../source/definitionReader';
import { parseFoundDefinition } from '../source/parseFoundDefinition';
import type { PipelineService } from './PipelineService';

export interface PushTriggerOptions {
  pipelines: Pick<
    PipelineService,
    'bySource' | 'sync' | 'syncOne' | 'demandRunnable' | 'refresh'
  >;
  runs: Pick<RunService, 'start'>;
  definitions: DefinitionReader;
  /** Says that a push needs no further announcement. */
  acknowledge(push: PushEvent): Promise<void>;
  logger: LoggerService;
  /** Passes the time between two looks into the catalog. */
  delay?(milliseconds: number): Promise<unknown>;
}

/** How often the catalog is asked for a pipeline that a push brought; after that, the push is announced again. */
const LOOKS = 10;
const LOOK_EVERY_MS = 1_000;

/**
 * Starts runs for pushes that code hosts announce. What counts is what the push holds: the catalog, and the mirror of
 * it here, learn only afterwards that a pipeline was added, renamed or removed.
 */
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
    const known = await this.#findPipelines(push.repositoryUrl);
    let isComplete = true;
    for (const { ref } of known) {
      isComplete = (await this.#try(ref, push, commit)) && isComplete;
    }
    for (const ref of await this.#findNew(known, push, commit)) {
      isComplete =
        (await this.#awaitInCatalog(ref, known)) &&
        (await this.#try(ref, push, commit)) &&
        isComplete;
    }
    return isComplete;
  }

  async #try(ref: string, push: PushEvent, commit: string): Promise<boolean> {
    const { logger } = this.#options;
    try {
      await this.#startRun(ref, push, commit);
      return true;
    } catch (error) {
      const isFinal = NotFoundError.is(error) || ConflictError.is(error);
      const message = `The push of ${commit} to '${push.branch}' started no run of '${ref}'`;
      if (isFinal) {
        logger.info(`${message}: ${error}`);
      } else {
        logger.error(`${message} yet; it is tried again: ${error}`);
      }
      return isFinal;
    }
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

  /** Pipelines that stand beside the known ones in the files of the default branch. */
  async #findNew(
    known: PipelineRow[],
    push: PushEvent,
    commit: string,
  ): Promise<string[]> {
    if (push.branch !== push.defaultBranch) {
      return [];
    }
    const files = new Set(known.flatMap(({ entity_url }) => entity_url ?? []));
    const refs = new Set<string>();
    for (const file of files) {
      const listed = await this.#options.definitions.listPipelines(
        file,
        commit,
      );
      listed.forEach(ref => refs.add(ref));
    }
    known.forEach(({ ref }) => refs.delete(ref));
    return [...refs];
  }

  /** Has the catalog read the files again, and waits a moment for a pipeline that they brought. */
  async #awaitInCatalog(ref: string, known: PipelineRow[]): Promise<boolean> {
    const { pipelines, logger, delay = wait } = this.#options;
    for (let look = 0; look < LOOKS; look++) {
      if (await pipelines.syncOne(ref)) {
        return true;
      }
      if (look === 0) {
        await pipelines.refresh(known.map(row => row.ref));
      }
      await delay(LOOK_EVERY_MS);
    }
    logger.info(
      `The catalog does not have '${ref}' yet, which a push brought; its run is started when the push is announced again`,
    );
    return false;
  }

  async #startRun(ref: string, push: PushEvent, commit: string): Promise<void> {
    const pipeline = await this.#options.pipelines.demandRunnable(ref);
    if (!pipeline.source_url.startsWith(push.repositoryUrl)) {
      // A file may name a pipeline that the catalog has from another repository; whoever pushes here runs nothing of it.
      return;
    }
    if (!(await this.#isTriggered(pipeline, push, commit))) {
      return;
    }
    await this.#options.runs.start({
      pipelineRef: ref,
      sourceUrl: pipeline.source_url,
      ref: push.branch,
      commit,
      commitMessage: push.message,
      trigger: 'push',
      createdBy: push.pushedBy,
      idempotencyKey: `push:${push.id}`,
    });
  }

  /** The definition at the commit decides. An invalid one starts the run, which then shows the errors. */
  async #isTriggered(
    pipeline: PipelineRow & { source_url: string },
    push: PushEvent,
    commit: string,
  ): Promise<boolean> {
    const isDefault = push.branch === push.defaultBranch;
    try {
      const found = await this.#options.definitions.read(
        {
          ref: pipeline.ref,
          sourceUrl: pipeline.source_url,
          entityUrl: pipeline.entity_url ?? undefined,
        },
        commit,
      );
      if (found.type === 'missing') {
        // A pipeline that was renamed or removed is not run under its old name; a definition that the catalog shows
        // must be there, which a run says loudest. Other branches may do without.
        return found.what === 'definition' && isDefault;
      }
      const result = parseFoundDefinition(found);
      return 'definition' in result
        ? branchMatches(
            result.definition.triggers.push?.branches ?? [],
            push.branch,
          )
        : true;
    } catch (error) {
      if (InputError.is(error)) {
        // Asking again would not help; the run says what is wrong.
        return isDefault;
      }
      throw error;
    }
  }
}
