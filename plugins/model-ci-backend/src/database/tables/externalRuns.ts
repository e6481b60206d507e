import type { ReportKind } from '@model-ci/backstage-plugin-model-ci-common';
import type { BigInteger } from './runs';

/** A row of `external_runs`. */
export interface ExternalRunRow {
  run_id: string;
  provider: string;
  build_id: string;
  build_attempt: string | null;
  url: string | null;
  token_name: string;
  /** JSON object: a `StoredGatePlan` as text by stage. */
  gate_plans: string;
  heard_at: string;
}

/** A row of `external_uploads`. */
export interface ExternalUploadRow {
  id: string;
  attempt_id: string;
  kind: ReportKind | 'artifact';
  name: string;
  path: string;
  digest: string;
  size: BigInteger;
  received: BigInteger;
  stored_digest: string | null;
  stored_size: BigInteger | null;
}

/** A row of `external_upload_parts`. */
export interface ExternalUploadPartRow {
  upload_id: string;
  start: BigInteger;
  size: BigInteger;
  digest: string;
}

/** The node of attempts that no executor of ours runs: no node has such a name. */
export const EXTERNAL_NODE = '(external)';
