import { ResponseError } from '@backstage/errors';
import type { ArchiveFileList } from '../api/types';
import { path, type HttpRequest, type HttpTransport } from './HttpTransport';
import type { RequestOptions } from './RequestOptions';

interface Most {
  bytes: number;
}

export function listArtifactFiles(
  http: HttpTransport,
  digest: string,
  options?: RequestOptions,
) {
  return http.get<ArchiveFileList>(path`/artifacts/${digest}/files`, options);
}

export function readArtifact(
  http: HttpTransport,
  digest: string,
  most: Most,
  options?: RequestOptions,
) {
  return readBytes(http, path`/artifacts/${digest}`, most, options);
}

export function readArtifactFile(
  http: HttpTransport,
  digest: string,
  filePath: string,
  most?: Most,
  options?: RequestOptions,
) {
  return readBytes(http, path`/artifacts/${digest}/file`, most, {
    ...options,
    query: { path: filePath },
  });
}

async function readBytes(
  http: HttpTransport,
  route: string,
  most: Most | undefined,
  request?: HttpRequest,
): Promise<Blob> {
  const response = await http.fetchAny(route, {
    ...request,
    ...(most && { headers: { Range: `bytes=0-${most.bytes - 1}` } }),
  });
  // Of what is empty there is no range.
  if (response.status === 416) {
    return new Blob([]);
  }
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return await response.blob();
}
