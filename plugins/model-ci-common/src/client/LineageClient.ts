import type {
  DsseEnvelope,
  StatementKind,
  VersionLineage,
} from '../api/lineage';
import type { HttpTransport } from './HttpTransport';
import { pipelinePath } from './pipelinePath';
import type { RequestOptions } from './types';

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

/** {@link LineageApi} over HTTP. */
export class LineageClient implements LineageApi {
  readonly #http: HttpTransport;

  constructor(http: HttpTransport) {
    this.#http = http;
  }

  get(pipelineRef: string, version: number, options?: RequestOptions) {
    return this.#http.get<VersionLineage>(
      `${versionPath(pipelineRef, version)}/lineage`,
      options,
    );
  }

  async modelCard(
    pipelineRef: string,
    version: number,
    options?: RequestOptions,
  ) {
    const response = await this.#http.fetch(
      `${versionPath(pipelineRef, version)}/model-card`,
      options,
    );
    return await response.text();
  }

  provenance(
    pipelineRef: string,
    version: number,
    statement?: StatementKind,
    options?: RequestOptions,
  ) {
    return this.#http.get<DsseEnvelope>(
      `${versionPath(pipelineRef, version)}/provenance`,
      options,
      { statement },
    );
  }
}

function versionPath(pipelineRef: string, version: number): string {
  return `${pipelinePath(pipelineRef)}/versions/${version}`;
}
