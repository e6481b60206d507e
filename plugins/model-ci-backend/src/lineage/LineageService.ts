import { NotFoundError, NotImplementedError } from '@backstage/errors';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import {
  MAX_LINEAGE_ITEMS,
  type DsseEnvelope,
  type GateResult,
  type LineageParent,
  type StatementKind,
  type VersionLineage,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { listAttempts } from '../database/operations/attempts/listAttempts';
import { listDeployments } from '../database/operations/deployments/listDeployments';
import { listGateResults } from '../database/operations/evaluations/listGateResults';
import { findPipelines } from '../database/operations/pipelines/findPipelines';
import { listReports } from '../database/operations/reports/listReports';
import { findRun } from '../database/operations/runs/findRun';
import { listApprovals } from '../database/operations/stages/listApprovals';
import { listStages } from '../database/operations/stages/listStages';
import { listReruns } from '../database/operations/versions/listReruns';
import {
  listVersions,
  type RegisteredVersion,
} from '../database/operations/versions/listVersions';
import { toDeployment } from '../deployments/toDeployment';
import { toRunSource } from '../runs/toApi';
import type { VersionService } from '../versions/VersionService';
import { modelCard } from './modelCard';
import type { Signer } from './signing';
import { gateStatement, provenanceStatement } from './statements';
import {
  toLineageApprovals,
  toLineageDatasets,
  toLineageReports,
  toLineageRun,
  toLineageStages,
} from './toLineage';
import { withReason } from '../withReason';

/** What the catalog says of a model to somebody; undefined where it says nothing, or does not answer. */
type DescribeModel = (
  modelRef: string,
  credentials: BackstageCredentials,
) => Promise<string | undefined>;

/** Where versions come from and where they went. */
export class LineageService {
  readonly #db: Knex;
  readonly #versions: Pick<VersionService, 'get'>;
  readonly #signer: Signer | undefined;
  readonly #builderId: () => Promise<string>;
  readonly #describeModel: DescribeModel;

  constructor(options: {
    db: Knex;
    versions: Pick<VersionService, 'get'>;
    /** Absent where the portal has no key. */
    signer?: Signer;
    /** URI of whoever makes the versions. */
    builderId(): Promise<string>;
    describeModel: DescribeModel;
  }) {
    this.#db = options.db;
    this.#versions = options.versions;
    this.#signer = options.signer;
    this.#builderId = options.builderId;
    this.#describeModel = options.describeModel;
  }

  /** Rejects with `NotFoundError`. As many queries whatever there is to tell. */
  async get(pipelineRef: string, number: number): Promise<VersionLineage> {
    const db = this.#db;
    const version = await this.#versions.get(pipelineRef, number);
    const { runId } = version;
    const of = { pipelineRef, version: number, limit: MAX_LINEAGE_ITEMS };
    const [pipeline, run, stages, attempts, approvals, gates, reports] =
      await Promise.all([
        this.#pipeline(pipelineRef),
        findRun(db, { runId }),
        listStages(db, { runIds: [runId], withInstances: true }),
        listAttempts(db, { runId }),
        listApprovals(db, { runId }),
        listGateResults(db, { runIds: [runId], goingOn: true }),
        listReports(db, { runId }),
      ]);
    const [reruns, parents, deployments] = await Promise.all([
      listReruns(db, { ...of, registeredBy: runId }),
      this.#parents(pipelineRef, number, gates),
      listDeployments(db, { ...of, pipelineRefs: [pipelineRef] }),
    ]);
    const { definition } = toRunSource(run, stages);
    return {
      version,
      pipeline,
      run: toLineageRun(run),
      reruns: reruns.map(row => ({
        id: row.id,
        number: row.number,
        createdBy: row.created_by,
        createdAt: row.created_at,
      })),
      stages: toLineageStages({ stages, attempts, approvals, definition }),
      datasets: toLineageDatasets(version, definition),
      gates: gates.map(({ runId: _, isSelected: __, ...gate }) => gate),
      reports: toLineageReports(reports, stages),
      approvals: toLineageApprovals(approvals, stages),
      parents,
      deployments: deployments.map(toDeployment),
      canSign: this.#signer !== undefined,
    };
  }

  /** Markdown with front matter, for a reader who may see the pipeline; it describes the model as the catalog shows it to them. */
  async modelCard(
    pipelineRef: string,
    version: number,
    credentials: BackstageCredentials,
  ): Promise<string> {
    const lineage = await this.get(pipelineRef, version);
    const { modelRef } = lineage.pipeline;
    const description =
      modelRef && (await this.#describeModel(modelRef, credentials));
    return modelCard(lineage, { description });
  }

  /**
   * A signed statement. Rejects with `NotImplementedError` where there is no key, and with `NotFoundError` where there
   * is nothing to state.
   */
  async statement(
    pipelineRef: string,
    version: number,
    kind: StatementKind,
  ): Promise<DsseEnvelope> {
    const lineage = await this.get(pipelineRef, version);
    if (!this.#signer) {
      throw new NotImplementedError(
        'Signing is not configured: this portal has no key under modelCi.provenance.privateKey',
      );
    }
    const statement =
      kind === 'provenance'
        ? provenanceStatement(lineage, await this.#builderId())
        : gateStatement(lineage);
    if (!statement) {
      throw withReason(
        NotFoundError,
        reason('error.noGates', { pipeline: pipelineRef, version }),
      );
    }
    return this.#signer.sign(statement);
  }

  async #pipeline(pipelineRef: string): Promise<VersionLineage['pipeline']> {
    const [row] = await findPipelines(this.#db, [pipelineRef]);
    return row
      ? {
          title: row.title,
          description: row.description ?? undefined,
          owner: row.owner_ref,
          modelRef: row.model_ref,
        }
      : // What the catalog does not have any more keeps its versions.
        { title: pipelineRef.split('/').pop() ?? pipelineRef };
  }

  /** The version before it, and those that its gates compared it with. */
  async #parents(
    pipelineRef: string,
    version: number,
    gates: GateResult[],
  ): Promise<LineageParent[]> {
    const compared = baselinesOf(gates);
    const [before, baselines] = await Promise.all([
      listVersions(this.#db, { pipelineRef, before: version, limit: 1 }),
      listVersions(this.#db, {
        pipelineRef,
        versions: compared,
        limit: compared.length,
      }),
    ]);
    return [
      ...before.map(found => toParent('previous', found)),
      ...baselines.map(found => toParent('baseline', found)),
    ];
  }
}

function baselinesOf(gates: GateResult[]): number[] {
  return [...new Set(gates.flatMap(({ baseline }) => baseline?.version ?? []))];
}

function toParent(
  relation: LineageParent['relation'],
  { version, runId, commit }: RegisteredVersion,
): LineageParent {
  return { relation, version, runId, commit };
}
