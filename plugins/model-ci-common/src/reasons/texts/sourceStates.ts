/** What became of the repository of a pipeline. */
export const sourceStateTexts = {
  'sourceState.repositoryGone':
    '{{repository}} does not exist any more, or the portal may not read it: restore it, or the access of the integration of app-config. Runs and versions stay here',
  'sourceState.moved':
    '{{repository}} is called {{to}} now: register the pipeline there, and remove its old location from the catalog. Runs and versions go with it',
  'sourceState.empty': '{{repository}} has no commits: push some',
  'sourceState.branchGone':
    "{{repository}} has no branch '{{branch}}' any more, at which the pipeline is registered: register it at '{{defaultBranch}}', the default branch now, or bring the branch back",
  'sourceState.entityGone':
    "{{file}} is not on the branch '{{branch}}' of {{repository}} any more, or does not describe the pipeline: bring it back, or remove the pipeline from the catalog",
  'sourceState.definitionGone':
    "{{file}}, the definition, is not on the branch '{{branch}}' of {{repository}} any more: bring it back, or name the right file in the pipeline's entity",
  'sourceState.definitionInvalid':
    "The definition on the branch '{{branch}}' is invalid: {{problem}}",
} as const;
