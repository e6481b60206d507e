import type {
  DsseEnvelope,
  StatementKind,
  VersionLineage,
} from '../api/lineage';
import type { RequestOptions } from './RequestOptions';

/** Where versions come from. */
export interface LineageApi {
  get(
    pipelineRef: string,
    version: number,
    options?: RequestOptions,
  ): Promise<VersionLineage>;
  /** Markdown with the metadata that Hugging Face reads. */
  modelCard(
    pipelineRef: string,
    version: number,
    options?: RequestOptions,
  ): Promise<string>;
  /** Rejects with status 501 where the portal has no key to sign with. */
  provenance(
    pipelineRef: string,
    version: number,
    statement?: StatementKind,
    options?: RequestOptions,
  ): Promise<DsseEnvelope>;
}
