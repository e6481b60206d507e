import type { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import type { Knex } from 'knex';
import { z } from 'zod';
import {
  aliasSchema,
  parseReason,
  quoted,
  type ModelVersion,
  type Page,
  type PipelineAliases,
  type PipelineSummary,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { listCursor } from '../database/cursor';
import { listArtifacts } from '../database/operations/artifacts/listArtifacts';
import { listRunEvaluations } from '../database/operations/evaluations/listRunEvaluations';
import { listAliases } from '../database/operations/versions/listAliases';
import { listNewestVersions } from '../database/operations/versions/listNewestVersions';
import { listServingEnvironments } from '../database/operations/versions/listServingEnvironments';
import {
  listVersions,
  type RegisteredVersion,
} from '../database/operations/versions/listVersions';
import { listAliasChanges } from '../database/operations/versions/listAliasChanges';
import { moveAlias } from '../database/operations/versions/moveAlias';
import { removeAlias } from '../database/operations/versions/removeAlias';
import { transact } from '../database/transact';
import { latestMetrics } from './latestMetrics';
import { describeError } from '../describeError';
import { withReason } from '../withReason';

const MAX_VERSIONS = 100;
/** Moves of aliases that one page shows. */
const MAX_CHANGES = 200;
const position = listCursor(
  'versions',
  z.tuple([
    z
      .number()
      .int()
      .min(1)
      .max(2 ** 31 - 1),
  ]),
);

/** Who moves an alias, and why. */
export interface AliasMove {
  by: string;
  reason?: string;
}

export interface LatestVersion {
  version: number;
  createdAt: string;
  /** With those of the version before. */
  metrics: PipelineSummary['latestMetrics'];
}

/** The registry of model versions. */
export class VersionService {
  readonly #db: Knex;
  readonly #logger?: LoggerService;

  /** The logger is told of what cannot be read. */
  constructor(options: { db: Knex; logger?: LoggerService }) {
    this.#db = options.db;
    this.#logger = options.logger;
  }

  /** Newest first. */
  async list(
    pipelineRef: string,
    query: { cursor?: string; limit: number },
  ): Promise<Page<ModelVersion>> {
    const limit = Math.min(Math.max(1, Math.trunc(query.limit)), MAX_VERSIONS);
    const before =
      query.cursor === undefined ? undefined : position.decode(query.cursor)[0];
    const found = await listVersions(this.#db, {
      pipelineRef,
      before,
      limit: limit + 1,
    });
    const last = found.length > limit ? found[limit - 1] : undefined;
    return {
      items: await this.#complete(pipelineRef, found.slice(0, limit)),
      nextCursor: last && position.encode([last.version]),
    };
  }

  async get(pipelineRef: string, version: number): Promise<ModelVersion> {
    const found = await listVersions(this.#db, {
      pipelineRef,
      versions: [version],
      limit: 1,
    });
    const [complete] = await this.#complete(pipelineRef, found);
    if (!complete) {
      throw withReason(
        NotFoundError,
        reason('error.noVersion', { pipeline: pipelineRef, version }),
      );
    }
    return complete;
  }

  /** The latest version of each of some pipelines; two queries. */
  async latest(pipelineRefs: string[]): Promise<Map<string, LatestVersion>> {
    const rows = await listNewestVersions(this.#db, {
      pipelineRefs,
      perPipeline: 2,
    });
    const evaluations = await listRunEvaluations(this.#db, {
      runIds: rows.map(row => row.run_id),
    });
    const latest = new Map<string, LatestVersion>();
    for (const row of rows) {
      if (latest.has(row.pipeline_ref)) continue;
      const previous = rows.find(
        other =>
          other.pipeline_ref === row.pipeline_ref &&
          other.version < row.version,
      );
      latest.set(row.pipeline_ref, {
        version: row.version,
        createdAt: row.created_at,
        metrics: latestMetrics(
          evaluations.filter(e => e.runId === row.run_id),
          evaluations.filter(e => e.runId === previous?.run_id),
        ),
      });
    }
    return latest;
  }

  /** Lets an alias point at a version; rejects with `NotFoundError` if there is no such version. */
  async moveAlias(
    pipelineRef: string,
    alias: string,
    version: number,
    change: AliasMove,
  ): Promise<ModelVersion> {
    assertAlias(alias);
    await this.get(pipelineRef, version);
    await transact(this.#db, tx =>
      moveAlias(tx, { pipelineRef, alias, version, ...record(change) }),
    );
    return this.get(pipelineRef, version);
  }

  /** Takes an alias away, if there is one; its history stays. */
  async removeAlias(
    pipelineRef: string,
    alias: string,
    change: AliasMove,
  ): Promise<void> {
    await transact(this.#db, tx =>
      removeAlias(tx, { pipelineRef, alias, ...record(change) }),
    );
  }

  /** Where the aliases of a pipeline point, and how they got there. */
  async aliases(pipelineRef: string): Promise<PipelineAliases> {
    return listAliasChanges(this.#db, { pipelineRef, limit: MAX_CHANGES });
  }

  /** Adds what other tables know of the versions; four queries, however many versions there are. */
  #explainUnreadable(
    {
      pipelineRef,
      version,
    }: Pick<RegisteredVersion, 'pipelineRef' | 'version'>,
    error: unknown,
  ): Pick<ModelVersion, 'unreadable'> {
    if (error === undefined) {
      return {};
    }
    this.#logger?.error(
      `The definition of version ${version} of '${pipelineRef}' cannot be read: ${describeError(
        error,
      )}`,
    );
    return { unreadable: reason('definition.storedUnreadable') };
  }

  async #complete(
    pipelineRef: string,
    versions: RegisteredVersion[],
  ): Promise<ModelVersion[]> {
    if (versions.length === 0) return [];
    const runIds = versions.map(version => version.runId);
    const numbers = versions.map(version => version.version);
    const [evaluations, artifacts, aliases, serving] = await Promise.all([
      listRunEvaluations(this.#db, { runIds }),
      listArtifacts(this.#db, { runIds, goingOn: true }),
      listAliases(this.#db, { pipelineRef, versions: numbers }),
      listServingEnvironments(this.#db, { pipelineRef, versions: numbers }),
    ]);
    return versions.map(({ readServing, ...version }) => {
      const { servable, unreadable } = readServing();
      return {
        ...version,
        servable,
        ...this.#explainUnreadable(version, unreadable),
        aliases: aliases
          .filter(alias => alias.version === version.version)
          .map(alias => alias.alias),
        metrics: evaluations.filter(e => e.runId === version.runId),
        artifacts: artifacts
          .filter(artifact => artifact.runId === version.runId)
          .map(({ runId: _, ...artifact }) => artifact),
        environments: serving
          .filter(place => place.version === version.version)
          .map(place => place.environment),
      };
    });
  }
}

function assertAlias(alias: string): void {
  const { error } = aliasSchema.safeParse(alias);
  if (error) {
    const [{ message }] = error.issues;
    throw invalidRequest('path', 'alias', parseReason(message).text);
  }
}

function record({ by, reason: said }: AliasMove) {
  return {
    by,
    ...(said !== undefined && { reason: quoted(said) }),
    at: new Date().toISOString(),
  };
}
