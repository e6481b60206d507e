export const imageTexts = {
  'image.stepFailed':
    'Step {{step}} of the Dockerfile failed, at {{file}}:{{line}} ({{instruction}}): {{error}}',
  'image.lineFailed':
    'The build failed at {{file}}:{{line}} ({{instruction}}): {{error}}',
  'image.dockerfileInvalid':
    'The Dockerfile is invalid at {{file}}:{{line}} ({{instruction}}): {{error}}',
  'image.noDockerfile':
    'There is no {{file}} in the workspace; add the Dockerfile, or correct imageBuild.',
  'image.baseUnknown':
    'The image that {{file}}:{{line}} starts from is not known before the build: name it, or use arguments that have a value.',
  'image.refused': 'The image cannot be built: {{error}}',
  'image.otherPipelines':
    'Image {{image}} belongs to another pipeline; only its own stages may use it',
  'image.noNetwork':
    '{{source}} cannot be fetched, because the stage has no network',
  'image.noContext': 'There is no folder {{folder}} in the workspace',
  'image.contextEscapes':
    'The context {{folder}} leaves the workspace through a link',
  'image.failed': 'The build of the image failed: {{error}}',
  'image.notPushed':
    'The image was built, but registry {{registry}} did not take it: {{error}}',
  'image.registryFailed':
    'The image was built, but registry {{registry}} could not be used: {{error}}',
  'image.engineFailed':
    'The image could not be built, because {{node}} failed: {{error}}',
  'image.interrupted':
    'The build ended with code {{exitCode}} before it was done, because {{node}} was restarted or lost it.',
  'image.notReported':
    'The build ended, but {{executor}} does not report an image.',
  'image.executorCannotBuild':
    'Executor {{executor}} builds no images; set executor of the stage to one that does, such as docker.',
  'image.untrusted':
    'The run comes from a source that is not trusted, such as the pull request of a fork, or a commit that is not known to have been pushed to the repository, and builds no images. Start a run of a branch or tag of the repository.',
  'image.missing': 'Stage {{stage}} has built no image that this could run.',
} as const;
