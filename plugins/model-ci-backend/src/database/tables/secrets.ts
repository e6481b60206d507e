import type { SecretScope } from '@model-ci/backstage-plugin-model-ci-common';

/** A row of `secrets`. */
export interface SecretRow {
  id: string;
  scope: SecretScope;
  /** Ref of the pipeline, or of the owner. */
  subject: string;
  /** Of deployments; empty in the other scopes. */
  environment: string;
  name: string;
  /** The vault that has the value; null where the value is here. */
  vault: string | null;
  key_id: string | null;
  sealed: string | null;
  created_at: string;
  updated_at: string;
  updated_by: string;
}

/** A row of `secret_pipelines`: a pipeline that may use a secret, as long as it comes from this source. */
export interface SecretPipelineRow {
  secret_id: string;
  pipeline_ref: string;
  source: string;
}

/** A row of `given_secrets`: what an attempt or a service that may still run was given. */
export interface GivenSecretRow {
  holder_id: string;
  name: string;
  key_id: string;
  sealed: string;
  given_at: string;
  /** Digest of the name of who has fetched it; null where nobody has. */
  fetched_by?: string | null;
}
