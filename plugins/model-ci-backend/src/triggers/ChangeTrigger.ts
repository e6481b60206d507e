import { setTimeout as wait } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  parseEmbeddedGitUrl,
  quoted,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { PullRequestState } from '../database/operations/deliveries/movePullRequest';
import type { PipelineRow } from '../database/tables/pipelines';
import { describeError } from '../describeError';
import type { PipelineService } from '../pipelines/PipelineService';
import type { RunService, StartRunInput } from '../runs/RunService';
import type { DefinitionReader } from '../source/definitionReader';
import type { Change } from '../webhooks/change';
import { reasonOf } from '../withReason';
import {
  type AskedChange,
  decideChange,
  decideFork,
  refuseSkipped,
} from './decideChange';
import { findOrigin } from './findOrigin';
import { coalesce } from './coalesce';

export interface ChangeTriggerOptions {
  pipelines: Pick<
    PipelineService,
    'bySource' | 'sync' | 'syncOne' | 'demandRunnable' | 'refresh'
  >;
  runs: Pick<RunService, 'start' | 'cancelPullRequest'>;
  definitions: DefinitionReader;
  source: Parameters<typeof findOrigin>[0] & {
    /** Folder of the source within its repository. */
    folder(sourceUrl: string): string;
    /** Whether the source of a pipeline lies in a repository, also by the name that its host has given it since. */
    isIn(
      pipeline: { ref: string; sourceUrl: string },
      repositoryUrl: string,
    ): boolean | Promise<boolean>;
  };
  /** The files that a change touched; undefined where nobody can say. */
  findPaths(
    change: Change,
    pipeline: { sourceUrl: string; defaultBranch?: string },
  ): Promise<string[] | undefined>;
  /** Entity ref of who made a change; undefined where the catalog does not know them. */
  findUser(change: Change): Promise<string | undefined>;
  /** Notes where a pull request stands; false where it has moved on since. */
  movePullRequest(state: PullRequestState): Promise<boolean>;
  logger: LoggerService;
  /** Passes the time between two looks into the catalog. */
  delay?(milliseconds: number): Promise<unknown>;
}

/** What a change led to for one pipeline. */
export interface Outcome {
  pipelineRef: string;
  runId?: string;
  /** Why no run was started; beside a run, what is to be known of it. */
  reason?: Reason;
  /** True where the change is to be tried again. */
  isOpen?: boolean;
}

/** How often the catalog is asked for a pipeline that a push brought; after that, the push is tried again later. */
const LOOKS = 10;
const LOOK_EVERY_MS = 1_000;

/**
 * Starts runs for changes that code hosts announce. What counts is what the commit holds: the catalog, and the mirror of
 * it here, learn only afterwards that a pipeline was added, renamed or removed.
 */
export class ChangeTrigger {
  readonly #options: ChangeTriggerOptions;

  readonly #sync: () => Promise<void>;

  constructor(options: ChangeTriggerOptions) {
    this.#options = options;
    this.#sync = coalesce(() => options.pipelines.sync());
  }

  /**
   * What is wrong with one pipeline keeps no other from its run. Called again for the same change, runs that exist
   * already are not started twice. No outcome at all: no pipeline comes from this repository.
   */
  async handle(change: Change, key: string): Promise<Outcome[]> {
    const known = await this.#findPipelines(change.repositoryUrl);
    const own = this.#ask(change, key);
    const outcomes: Outcome[] = [];
    if (known.length > 0 && !(await this.#isCurrent(change))) {
      const { number } = change.pullRequest ?? { number: 0 };
      return known.map(({ ref }) => ({
        pipelineRef: ref,
        reason: reason('trigger.requestMoved', { number }),
      }));
    }
    await this.#readAgain(known, change);
    for (const { ref } of known) {
      outcomes.push(await this.#try(ref, own));
    }
    for (const ref of await this.#findNew(known, change)) {
      outcomes.push(
        (await this.#awaitInCatalog(ref, known))
          ? await this.#try(ref, own)
          : {
              pipelineRef: ref,
              reason: reason('trigger.notInCatalog'),
              isOpen: true,
            },
      );
    }
    return outcomes;
  }

  /** Starts the run of a change from a fork, in the name of who agrees to it. */
  async agree(
    change: Change,
    key: string,
    { pipelineRef, by }: { pipelineRef: string; by: string },
  ): Promise<Outcome> {
    return (await this.#isCurrent(change))
      ? await this.#try(pipelineRef, this.#ask(change, key, by))
      : {
          pipelineRef,
          reason: reason('trigger.requestMoved', {
            number: change.pullRequest?.number ?? 0,
          }),
        };
  }

  #ask(change: Change, key: string, agreedBy?: string): AskedChange {
    let paths: Promise<string[] | undefined> | undefined;
    return {
      ...{ change, key, agreedBy },
      paths: place => (paths ??= this.#options.findPaths(change, place)),
    };
  }

  async #isCurrent(change: Change): Promise<boolean> {
    const { after, pullRequest, repositoryUrl } = change;
    return (
      !pullRequest ||
      (await this.#options.movePullRequest({
        repository: repositoryUrl.toLocaleLowerCase('en-US'),
        number: pullRequest.number,
        head: after ?? '',
        isOpen: pullRequest.action === 'open',
        updatedAt: pullRequest.updatedAt,
      }))
    );
  }

  async #try(ref: string, asked: AskedChange): Promise<Outcome> {
    const { logger } = this.#options;
    try {
      return { pipelineRef: ref, ...(await this.#startRun(ref, asked)) };
    } catch (error) {
      const isFinal =
        NotFoundError.is(error) ||
        ConflictError.is(error) ||
        InputError.is(error);
      const { after, event, repositoryUrl } = asked.change;
      const message = `'${event}' of ${after} in ${repositoryUrl} started no run of '${ref}'`;
      if (isFinal) {
        logger.info(`${message}: ${error}`);
      } else {
        logger.error(`${message} yet; it is tried again: ${error}`);
      }
      const why =
        (error instanceof Error && reasonOf(error)) ||
        quoted(describeError(error));
      return isFinal
        ? { pipelineRef: ref, reason: why }
        : {
            pipelineRef: ref,
            reason: reason('trigger.triedAgain', { problem: why }),
            isOpen: true,
          };
    }
  }

  async #findPipelines(repositoryUrl: string): Promise<PipelineRow[]> {
    const { pipelines } = this.#options;
    const known = await pipelines.bySource(repositoryUrl);
    if (known.length > 0) {
      return known;
    }
    // It may have been registered since the catalog was last read.
    await this.#sync();
    return await pipelines.bySource(repositoryUrl);
  }

  /**
   * Has the catalog read again what counts of the default branch, such as schedules. A push to the portal's own git host
   * is announced to the catalog itself.
   */
  async #readAgain(known: PipelineRow[], change: Change): Promise<void> {
    const moved = known.filter(
      ({ source_url: url }) =>
        change.after !== undefined &&
        url !== null &&
        !parseEmbeddedGitUrl(url) &&
        this.#isDefault(change, url),
    );
    if (moved.length > 0) {
      await this.#options.pipelines.refresh(moved.map(({ ref }) => ref));
    }
  }

  /** Pipelines that stand beside the known ones in the files of the default branch. */
  async #findNew(known: PipelineRow[], change: Change): Promise<string[]> {
    const { definitions } = this.#options;
    const { after, ref } = change;
    const first = known.find(({ source_url: url }) => url !== null);
    if (
      after === undefined ||
      first === undefined ||
      !this.#isDefault(change, first.source_url ?? '')
    ) {
      return [];
    }
    const files = new Set(known.flatMap(({ entity_url }) => entity_url ?? []));
    const refs = new Set<string>();
    for (const file of files) {
      const listed = await definitions.listPipelines(file, after);
      listed.forEach(each => refs.add(each));
    }
    known.forEach(row => refs.delete(row.ref));
    return ref?.type === 'branch' ? [...refs] : [];
  }

  #isDefault({ ref, defaultBranch }: Change, sourceUrl: string): boolean {
    const branch =
      defaultBranch ?? this.#options.source.findDefaultBranch(sourceUrl);
    return ref?.type === 'branch' && ref.name === branch;
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
      `The catalog does not have '${ref}' yet, which a push brought; its run is started when the push is tried again`,
    );
    return false;
  }

  async #startRun(
    ref: string,
    asked: AskedChange,
  ): Promise<Pick<Outcome, 'runId' | 'reason'>> {
    const { change, key } = asked;
    const { definitions, findUser, runs, source } = this.#options;
    const { after: commit, pullRequest, ref: moved } = change;
    if (pullRequest?.action === 'close') {
      return await this.#close(ref, change, pullRequest.number);
    }
    if (!moved && !pullRequest) {
      return { reason: reason('trigger.reached') };
    }
    if (commit === undefined) {
      const name = moved?.name ?? pullRequest?.sourceBranch ?? '';
      return { reason: reason('trigger.deleted', { ref: name }) };
    }
    const pipeline = await this.#options.pipelines.demandRunnable(ref);
    const sourceUrl = pipeline.source_url;
    if (!(await source.isIn({ ref, sourceUrl }, change.repositoryUrl))) {
      // A file may name a pipeline that the catalog has from another repository; whoever pushes here runs nothing of it.
      return { reason: reason('trigger.otherRepository') };
    }
    const defaultBranch =
      change.defaultBranch ?? source.findDefaultBranch(sourceUrl);
    const skipped = refuseSkipped(change);
    if (skipped) {
      return { reason: skipped };
    }
    const isAgreed = asked.agreedBy !== undefined;
    const origin = await findOrigin(source, {
      ...{ change, sourceUrl, commit, isAgreed },
    });
    if (origin.type === 'refuted') {
      return { reason: origin.reason };
    }
    const question = {
      ...{ asked, definitions, commit: origin.commit },
      isDefault: this.#isDefault(change, sourceUrl),
      pipeline: { ref, sourceUrl, entityUrl: pipeline.entity_url ?? undefined },
      place: { sourceUrl, defaultBranch, folder: source.folder(sourceUrl) },
    };
    const isWaiting = origin.type === 'fork' && !isAgreed;
    const decided = isWaiting
      ? await decideFork(question)
      : await decideChange(question);
    if (decided.type === 'refused') {
      return { reason: decided.reason };
    }
    const createdBy =
      asked.agreedBy ?? (await findUser(change)) ?? pipeline.owner_ref;
    if (isWaiting) {
      await this.#supersede(ref, pullRequest?.number ?? 0, createdBy);
      return { reason: reason('trigger.needsAgreement') };
    }
    const run = await runs.start({
      ...{ pipelineRef: ref, sourceUrl, commit: origin.commit, createdBy },
      ...whatToRun(change),
      isUntrusted: origin.type === 'fork',
      isVerified: origin.type === 'verified',
      commitMessage: change.message,
      idempotencyKey: key,
      changedPaths: decided.changed,
    });
    if (pullRequest) {
      await this.#supersede(ref, pullRequest.number, createdBy, run.id);
    }
    return { runId: run.id, reason: decided.note };
  }

  async #close(ref: string, change: Change, number: number) {
    const { findUser, pipelines } = this.#options;
    const pipeline = await pipelines.demandRunnable(ref);
    const by = (await findUser(change)) ?? pipeline.owner_ref;
    await this.#supersede(ref, number, by);
    return { reason: reason('trigger.requestClosed', { number }) };
  }

  async #supersede(
    pipelineRef: string,
    number: number,
    by: string,
    exceptRun?: string,
  ): Promise<void> {
    const { runs } = this.#options;
    await runs.cancelPullRequest({ pipelineRef, number, exceptRun }, by);
  }
}

/** Only a branch that was pushed makes a run of that branch: all others register no version. */
function whatToRun({
  author,
  message,
  pullRequest,
  ref,
}: Change): Pick<StartRunInput, 'ref' | 'tag' | 'trigger' | 'pullRequest'> {
  if (pullRequest) {
    const { number, url, sourceBranch, targetBranch } = pullRequest;
    return {
      trigger: 'pull_request',
      pullRequest: {
        ...{ number, url, sourceBranch, targetBranch, title: message },
        author: pullRequest.author ?? author,
      },
    };
  }
  return ref?.type === 'tag'
    ? { trigger: 'tag', tag: ref.name }
    : { trigger: 'push', ref: ref?.name };
}
