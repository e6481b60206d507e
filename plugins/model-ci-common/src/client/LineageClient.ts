import type {
  DsseEnvelope,
  StatementKind,
  VersionLineage,
} from '../api/lineage';
import type { HttpTransport } from './HttpTransport';
import type { LineageApi } from './LineageApi';
import { pipelinePath } from './pipelinePath';
import type { RequestOptions } from './RequestOptions';

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
