import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { ConflictError, NotFoundError } from '@backstage/errors';
import type { ScmIntegrationRegistry } from '@backstage/integration';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { Knex } from 'knex';
import { z } from 'zod';
import {
  checkPipelineDefinition,
  MODEL_PIPELINE_KIND,
  type Page,
  type Pipeline,
  type PipelineSummary,
  type RunSummary,
  type Status,
  reason,
  parseReason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listCursor } from '../database/cursor';
import { findPipelines } from '../database/operations/pipelines/findPipelines';
import { findPipelinesBySource } from '../database/operations/pipelines/findPipelinesBySource';
import { findSourceProblems } from '../database/operations/sources/findSourceStates';
import { listPipelineOwners } from '../database/operations/pipelines/listPipelineOwners';
import {
  listPipelines,
  type PipelineOrder,
} from '../database/operations/pipelines/listPipelines';
import { markRemovedPipelines } from '../database/operations/pipelines/markRemovedPipelines';
import { mirrorPipelines } from '../database/operations/pipelines/mirrorPipelines';
import { takeOverPipeline } from '../database/operations/pipelines/takeOverPipeline';
import type {
  MirroredPipeline,
  PipelineClaim,
  PipelineRow,
} from '../database/tables/pipelines';
import type { RepositoryOwners } from '../source/RepositoryOwners';
import type { SourceReader } from '../source/SourceReader';
import { readPipelineEntity } from './readPipelineEntity';
import { claimedName, unknownPipeline, withoutSource } from './refusals';
import { describeError } from '../describeError';
import { withReason } from '../withReason';

/** What the rest of the backend knows of pipelines, many at once. */
export interface PipelineFacts {
  runs: {
    latest(pipelineRefs: string[]): Promise<Map<string, RunSummary>>;
    /** The last runs of each, oldest first. */
    recent(
      pipelineRefs: string[],
    ): Promise<Map<string, PipelineSummary['recentRuns']>>;
  };
  versions: {
    latest(pipelineRefs: string[]): Promise<
      Map<
        string,
        {
          version: number;
          createdAt: string;
          metrics: PipelineSummary['latestMetrics'];
        }
      >
    >;
  };
  deployments: {
    deployed(
      pipelineRefs: string[],
    ): Promise<Map<string, PipelineSummary['deployed']>>;
  };
}

export interface PipelineServiceOptions extends PipelineFacts {
  db: Knex;
  catalog: CatalogService;
  auth: AuthService;
  logger: LoggerService;
  source: Pick<SourceReader, 'findDefaultBranch'>;
  integrations: ScmIntegrationRegistry;
  owners: RepositoryOwners;
}

/** A pipeline that may be run now. */
export type RunnablePipeline = PipelineRow & { source_url: string };

export interface PipelineListQuery {
  /** Restricts to these owners; undefined: all. */
  ownerRefs?: string[];
  /** Statuses of the latest run. */
  statuses?: Status[];
  q?: string;
  /** By title without it. */
  sort?: PipelineOrder;
  cursor?: string;
  limit: number;
}

const claimSchema = z.object({ owner: z.string(), source: z.string() });
/** A place in one order means nothing in another. */
const positions = {
  title: listCursor('pipelines', z.tuple([z.string(), z.string()])),
  lastRun: listCursor('pipelines-by-run', z.tuple([z.string(), z.string()])),
};

/** Mirrors the kind ModelPipeline from the catalog, so that lists and filters are one query here. */
export class PipelineService {
  readonly #options: PipelineServiceOptions;
  #lastReadAt = 0;

  constructor(options: PipelineServiceOptions) {
    this.#options = options;
  }

  /** Reads every pipeline of the catalog, and marks those that it no longer has. */
  async sync(signal?: AbortSignal): Promise<void> {
    const { db, catalog } = this.#options;
    const startedAt = this.#nextReadAt();
    const pages = catalog.streamEntities(
      { filter: { kind: MODEL_PIPELINE_KIND } },
      { credentials: await this.#credentials() },
    );
    for await (const entities of pages) {
      signal?.throwIfAborted();
      const at = this.#nextReadAt();
      await mirrorPipelines(
        db,
        entities.flatMap(entity => this.#read(entity, at) ?? []),
      );
    }
    await markRemovedPipelines(
      db,
      { notSeenSince: startedAt },
      new Date().toISOString(),
    );
  }

  /**
   * Reads one pipeline from the catalog; undefined if it has none of that ref, or one that what is kept under the name
   * does not belong to.
   */
  async syncOne(ref: string): Promise<PipelineRow | undefined> {
    const { db } = this.#options;
    if (!isPipelineRef(ref)) {
      return undefined;
    }
    const row = await this.#readOne(ref);
    const written = await mirrorPipelines(db, row ? [row] : []);
    if (!row) {
      await markRemovedPipelines(db, { ref }, new Date().toISOString());
    }
    return row && written.has(ref)
      ? { ...row, claim: null, claim_seen_at: null }
      : undefined;
  }

  /** The pipeline, asking the catalog where the mirror has none; undefined if the catalog has none either. */
  async find(ref: string): Promise<PipelineRow | undefined> {
    const [row] = isPipelineRef(ref)
      ? await findPipelines(this.#options.db, [ref])
      : [];
    return row && !row.removed_at ? row : await this.syncOne(ref);
  }

  /**
   * The pipeline as the catalog has it now, if it may be run: the mirror may be a while behind, and nothing is to run
   * under a name that is gone. Rejects with a `NotFoundError` or a `ConflictError` that says why it may not.
   */
  async demandRunnable(ref: string): Promise<RunnablePipeline> {
    const row = await this.syncOne(ref);
    if (!row) {
      const claim = await this.claimOf(ref);
      throw claim
        ? withReason(ConflictError, claimedName(ref, claim))
        : withReason(NotFoundError, unknownPipeline(ref));
    }
    const problem = await this.#sourceProblem(row);
    if (row.source_url === null || problem !== undefined) {
      throw withReason(
        ConflictError,
        withoutSource(ref, problem ?? reason('source.unnamed')),
      );
    }
    return { ...row, source_url: row.source_url };
  }

  /** The entity from another source that the catalog has of this name, as of when it was last read. */
  async claimOf(ref: string): Promise<PipelineClaim | undefined> {
    const [row] = await findPipelines(this.#options.db, [ref]);
    return row && readClaim(row);
  }

  /** Gives what is kept under a name to the entity that the catalog has of it now. */
  async takeOver(
    ref: string,
    args: { by: string; reason: string },
  ): Promise<Pipeline> {
    const { db } = this.#options;
    const row = isPipelineRef(ref) ? await this.#readOne(ref) : undefined;
    if (!row) {
      throw withReason(NotFoundError, unknownPipeline(ref));
    }
    // Notes the claim, if nobody has seen it yet.
    await mirrorPipelines(db, [row]);
    await takeOverPipeline(db, { row, ...args, at: row.synced_at });
    return await this.get(ref);
  }

  /** Has the catalog read again the files that pipelines came from. */
  async refresh(refs: string[]): Promise<void> {
    const { catalog, logger } = this.#options;
    const credentials = await this.#credentials();
    for (const ref of refs) {
      try {
        await catalog.refreshEntity(ref, { credentials });
      } catch (error) {
        logger.debug(`The catalog does not read '${ref}' again: ${error}`);
      }
    }
  }

  /** Rows in the order of the refs, those of removed pipelines too: their runs can still be looked at. */
  async findAll(refs: string[]): Promise<Array<PipelineRow | undefined>> {
    // The permission system passes on whatever it was asked about.
    const valid = refs.filter(isPipelineRef);
    const rows = await findPipelines(this.#options.db, valid);
    const byRef = new Map(rows.map(row => [row.ref, row]));
    return await Promise.all(
      refs.map(ref =>
        isPipelineRef(ref) ? byRef.get(ref) ?? this.syncOne(ref) : undefined,
      ),
    );
  }

  /** Every owner of a pipeline. */
  async owners(): Promise<string[]> {
    return await listPipelineOwners(this.#options.db);
  }

  /** The pipelines of a repository. */
  async bySource(repositoryUrl: string): Promise<PipelineRow[]> {
    return await findPipelinesBySource(this.#options.db, repositoryUrl);
  }

  /** By title. */
  async list(query: PipelineListQuery): Promise<Page<PipelineSummary>> {
    const { cursor, limit, ...filters } = query;
    const position = positions[query.sort ?? 'title'];
    const rows = await listPipelines(this.#options.db, {
      ...filters,
      after: cursor ? position.decode(cursor) : undefined,
      limit: limit + 1,
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: await this.#summarize(items),
      ...(rows.length > limit &&
        last && { nextCursor: position.encode([last.sort_key, last.ref]) }),
    };
  }

  async get(ref: string): Promise<Pipeline> {
    const row = (await this.find(ref)) ?? (await this.#findClaimed(ref));
    if (!row) {
      throw withReason(NotFoundError, unknownPipeline(ref));
    }
    const [summary] = await this.#summarize([row]);
    const sourceUrl = row.source_url ?? undefined;
    const claim = readClaim(row);
    return {
      ...summary,
      ...this.#readDefinition(row),
      sourceUrl,
      defaultBranch:
        sourceUrl && this.#options.source.findDefaultBranch(sourceUrl),
      sourceProblem: claim
        ? claimedName(ref, claim)
        : await this.#describeSourceProblem(row),
    };
  }

  /** What is kept under a name that the catalog has for another source. */
  async #findClaimed(ref: string): Promise<PipelineRow | undefined> {
    const [row] = isPipelineRef(ref)
      ? await findPipelines(this.#options.db, [ref])
      : [];
    return row?.claim ? row : undefined;
  }

  async #sourceProblem(row: PipelineRow): Promise<Reason | undefined> {
    const { source_url: url, source_problem: problem } = row;
    if (url !== null) {
      return await this.#options.owners.refusal(url, row.owner_ref);
    }
    return problem === null ? undefined : parseReason(problem);
  }

  /** For the page of the pipeline, which is shown whether or not the git host answers. */
  async #describeSourceProblem(row: PipelineRow): Promise<Reason | undefined> {
    try {
      const problem = await this.#sourceProblem(row);
      return problem && withoutSource(row.ref, problem);
    } catch (error) {
      this.#options.logger.debug(
        `Whether '${row.ref}' may be run is not known now: ${error}`,
      );
      return undefined;
    }
  }

  #readDefinition(
    row: PipelineRow,
  ): Pick<Pipeline, 'definition' | 'definitionErrors'> {
    try {
      return readDefinition(row);
    } catch (error) {
      this.#options.logger.error(
        `The definition of '${row.ref}' cannot be read: ${describeError(
          error,
        )}`,
      );
      const why = reason('definition.unreadable');
      return {
        definitionErrors: [{ path: '', message: why.text, reason: why }],
      };
    }
  }

  async #readOne(ref: string): Promise<MirroredPipeline | undefined> {
    const at = this.#nextReadAt();
    const entity = await this.#options.catalog.getEntityByRef(ref, {
      credentials: await this.#credentials(),
    });
    return entity && this.#read(entity, at);
  }

  /** Undefined for an entity that is no pipeline, whatever its kind says. */
  #read(entity: Entity, at: string): MirroredPipeline | undefined {
    try {
      return readPipelineEntity(entity, at, this.#options.integrations);
    } catch (error) {
      this.#options.logger.warn(
        `Left out ${entity.kind} '${entity.metadata.name}': ${error}`,
      );
      return undefined;
    }
  }

  async #summarize(rows: PipelineRow[]): Promise<PipelineSummary[]> {
    const { runs, versions, deployments } = this.#options;
    const refs = rows.map(({ ref }) => ref);
    if (refs.length === 0) {
      return [];
    }
    const [problems, latestRuns, recentRuns, latestVersions, deployed] =
      await Promise.all([
        findSourceProblems(this.#options.db, refs),
        runs.latest(refs),
        runs.recent(refs),
        versions.latest(refs),
        deployments.deployed(refs),
      ]);
    return rows.map(row => {
      const version = latestVersions.get(row.ref);
      const state = problems.find(each => each.pipeline_ref === row.ref);
      return {
        pipelineRef: row.ref,
        title: row.title,
        ...(row.description !== null && { description: row.description }),
        type: row.type,
        lifecycle: row.lifecycle,
        owner: row.owner_ref,
        modelRef: row.model_ref,
        ...(state?.problem && {
          sourceState: {
            reason: parseReason(state.problem),
            since: state.since ?? '',
          },
        }),
        latestRun: latestRuns.get(row.ref),
        recentRuns: recentRuns.get(row.ref) ?? [],
        ...(version && {
          latestVersion: {
            version: version.version,
            createdAt: version.createdAt,
          },
        }),
        latestMetrics: version?.metrics ?? [],
        deployed: deployed.get(row.ref) ?? [],
      };
    });
  }

  /** Later than any earlier reading, even within a millisecond: what only the earlier one met is gone from the catalog. */
  #nextReadAt(): string {
    this.#lastReadAt = Math.max(Date.now(), this.#lastReadAt + 1);
    return new Date(this.#lastReadAt).toISOString();
  }

  async #credentials() {
    return await this.#options.auth.getOwnServiceCredentials();
  }
}

/** Whether a text is the ref of a pipeline, spelled as this table and the catalog's `stringifyEntityRef` do. */
function isPipelineRef(ref: string): boolean {
  return /^modelpipeline:[a-z0-9_.-]{1,63}\/[a-z0-9_.-]{1,63}$/.test(ref);
}

function readClaim(row: PipelineRow): PipelineClaim | undefined {
  return row.claim === null
    ? undefined
    : claimSchema.parse(JSON.parse(row.claim));
}

function readDefinition(
  row: PipelineRow,
): Pick<Pipeline, 'definition' | 'definitionErrors'> {
  const result = checkPipelineDefinition(
    row.definition === null ? undefined : JSON.parse(row.definition),
  );
  return 'definition' in result
    ? { definition: result.definition, definitionErrors: [] }
    : { definitionErrors: result.problems };
}
