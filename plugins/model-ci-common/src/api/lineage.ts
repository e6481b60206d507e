import type { Status } from '../status';
import type { ParameterValues } from '../definition/parameters';
import type { GateResult } from './gates';
import type {
  Approval,
  Deployment,
  ModelVersion,
  BuiltImage,
  RanImage,
  ReportSummary,
  RunDataset,
  RunTrigger,
  Waited,
} from './types';

/** Where a version comes from, what was known of it, and where it went. */
export interface VersionLineage {
  version: ModelVersion;
  pipeline: {
    title: string;
    description?: string;
    owner?: string;
    modelRef?: string;
  };
  /** The run that registered the version. */
  run: LineageRun;
  /** Other runs that came to the same result, newest first; at most {@link MAX_LINEAGE_ITEMS}. */
  reruns: Array<{
    id: string;
    number: number;
    createdBy: string;
    createdAt: string;
  }>;
  stages: LineageStage[];
  /** With the catalog's entity of each, where the definition names it. */
  datasets: Array<RunDataset & { resourceRef?: string }>;
  /** Of what the version is made of: those of instances that were not selected say nothing about it. */
  gates: GateResult[];
  /** Of the stages in {@link stages}. */
  reports: LineageReport[];
  approvals: Array<Approval & { stage: string; instance?: string }>;
  parents: LineageParent[];
  /** Newest first; at most {@link MAX_LINEAGE_ITEMS}. */
  deployments: Deployment[];
  /** Whether the portal has a key to sign statements with. */
  canSign: boolean;
}

/** How many reruns and deployments a lineage names. */
export const MAX_LINEAGE_ITEMS = 50;

export interface LineageRun {
  id: string;
  number: number;
  trigger: RunTrigger;
  branch?: string;
  commit?: string;
  createdBy: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** Folder of the source at its default branch. */
  sourceUrl?: string;
  /** `sha256:…` of the archive of the source that ran. */
  sourceDigest?: string;
  sourceTree?: string;
  /** What it was started with. */
  parameters: ParameterValues;
}

/** One execution that the version is made of: of each stage, the attempt that decided. */
export interface LineageStage {
  name: string;
  title?: string;
  instance?: string;
  status: Status;
  needs: string[];
  executor?: string;
  node?: string;
  /** The image that it ran in; absent where its executor ran none, or did not report it. */
  image?: RanImage;
  /** As the definition names that image, or the stage that has built it. */
  imageName?: string;
  /** The image that it has built. */
  builtImage?: BuiltImage;
  /** What the definition sets in its environment. */
  parameters: Record<string, string>;
  startedAt?: string;
  finishedAt?: string;
  /** Absent where it never waited for a person. */
  waited?: Waited;
}

/** A report that the version's metrics, tests or curves were read from. */
export interface LineageReport {
  stage: string;
  instance?: string;
  report: ReportSummary;
}

/** A version that this one was measured against. */
export interface LineageParent {
  /** `previous`: registered before this one. `baseline`: a gate compared with it. */
  relation: 'previous' | 'baseline';
  version: number;
  runId: string;
  commit?: string;
}

/** A DSSE envelope: https://github.com/secure-systems-lab/dsse. */
export interface DsseEnvelope {
  payloadType: 'application/vnd.in-toto+json';
  /** Base64 of an in-toto statement. */
  payload: string;
  signatures: Array<{ keyid: string; sig: string }>;
}

/** What a statement about a version says: how it was made, or what its gates said. */
export type StatementKind = 'provenance' | 'gates';
