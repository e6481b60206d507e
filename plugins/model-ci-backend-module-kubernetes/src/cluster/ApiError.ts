/** What an API server answered to a call that it refused. */
export class ApiError extends Error {
  readonly name = 'KubernetesApiError';

  constructor(
    readonly status: number,
    /** Of Kubernetes, such as `AlreadyExists`. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
