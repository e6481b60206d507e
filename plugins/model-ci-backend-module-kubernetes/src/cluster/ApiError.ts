import { z } from 'zod';

const statusSchema = z.object({
  message: z.string().default(''),
  reason: z.string().default(''),
});

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

/** Something of this name is there. Other conflicts, such as over a quota, are refused with the same status. */
export function isThere(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'AlreadyExists';
}

/** The portal's rights or its token are to blame; only an administrator can change that. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && [401, 403].includes(error.status);
}

/** Reads a refusal. A node's kubelet answers in plain text, and then no reason is known. */
export function refusalOf(
  cluster: string,
  call: { method: string; path: string },
  answer: { status: number; text: string },
): ApiError {
  let status: z.infer<typeof statusSchema>;
  try {
    status = statusSchema.parse(JSON.parse(answer.text));
  } catch {
    status = { message: answer.text.trim().slice(0, 500), reason: '' };
  }
  return new ApiError(
    answer.status,
    status.reason,
    `Kubernetes cluster '${cluster}' answered ${call.method} ${call.path} with ${answer.status}: ${status.message}`,
  );
}
