/** Why a pipeline may not have the repository that it names as its source. */

export function foreignRepository(args: {
  repository: string;
  repositoryOwner: string;
  pipelineOwner: string;
}): string {
  const { repository, repositoryOwner, pipelineOwner } = args;
  return `the repository '${repository}' belongs to ${repositoryOwner}, and ${pipelineOwner}, the pipeline's owner, is neither that nor a member of it: name the same owner in both`;
}

export function missingRepository(repository: string): string {
  return `the git host has no repository '${repository}'`;
}
