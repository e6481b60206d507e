export const deploymentTexts = {
  'deployment.placed': 'On node {{node}}',
  'deployment.drained': 'Moved from {{node}}, which is drained',
  'deployment.nodeLost': 'Moved from {{node}}, which counts as lost',
  'deployment.superseded': 'Version {{version}} took over',
  'deployment.replaced':
    'Replaced by a newer deployment, of version {{version}}',
  'deployment.noServices':
    "Executor '{{executor}}' is not installed or cannot run services; install its backend module and enable it under modelCi.executors.{{executor}}",
  'deployment.noState':
    'The executor did not report the state of the service within {{limit}}',
  'deployment.notStarted': 'The service could not be started: {{error}}',
  'deployment.notStartedAgain':
    'The service could not be started again: {{error}}',
  'deployment.exited': 'The service exited',
  'deployment.exitedBecause': 'The service exited: {{reason}}',
  'deployment.exitedWithCode': 'The service exited with code {{exitCode}}',
  'deployment.exitedWithCodeBecause':
    'The service exited with code {{exitCode}}: {{reason}}',
  'deployment.exitedBeforeHealthy': 'The service exited before it was healthy',
  'deployment.exitedBeforeHealthyBecause':
    'The service exited before it was healthy: {{reason}}',
  'deployment.exitedBeforeHealthyWithCode':
    'The service exited with code {{exitCode}} before it was healthy',
  'deployment.exitedBeforeHealthyWithCodeBecause':
    'The service exited with code {{exitCode}} before it was healthy: {{reason}}',
  'deployment.notHealthyInTime':
    'The service was not healthy within {{limit}} (serving.startupTimeout): {{probe}}',
  'deployment.notHealthyAgain':
    'The restarted service did not become healthy: {{probe}}',
  'deployment.restartAt': '{{reason}}; next start at {{time}}',
  'probe.status': 'GET {{path}} answered {{status}}',
  'probe.timeout': 'GET {{path}} did not answer within {{limit}}',
  'probe.failed': 'GET {{path}} failed: {{error}}',
  'deployment.impossible':
    'Nothing can be deployed to {{environment}}. {{reason}}',
  'deployment.notServable':
    "Version {{version}} of {{pipeline}} cannot be deployed: model-pipeline.yaml at its commit has no 'serving'. Add it and deploy the version that the next run registers",
  'deployment.notInPath':
    'Version {{version}} of {{pipeline}} may go to {{environments}} and not to {{environment}}: deploy.path of model-pipeline.yaml at its commit says so',
  'deployment.noImage':
    'Version {{version}} of {{pipeline}} cannot be deployed to {{environment}}, which runs containers: serving.image is missing in model-pipeline.yaml at its commit',
  'deployment.noReplicas':
    "Version {{version}} of {{pipeline}} cannot be deployed to {{environment}}: serving.replicas or serving.autoscale of model-pipeline.yaml at its commit asks for several, and executor '{{executor}}' runs one. Deploy it where the executor runs several, such as kubernetes, or remove the key",
  'deployment.replicasMissing': '{{ready}} of {{wanted}} replicas are ready',
  'deployment.replicasMissingBecause':
    '{{ready}} of {{wanted}} replicas are ready: {{trouble}}',
  'deployment.alreadyUnderWay':
    "Version {{version}} is already '{{status}}' in {{environment}} (deployment {{deployment}}); wait for it, or stop it first",
  'deployment.notADeployer':
    '{{who}} may not deploy to {{environment}}: its protection in modelCi.environments lets {{deployers}} deploy; ask one of them',
  'deployment.notAPipeline':
    '{{pipeline}} may not be deployed to {{environment}}: its protection in modelCi.environments takes {{pipelines}}',
  'deployment.notABranch':
    "A version of branch '{{branch}}' may not be deployed to {{environment}}: its protection in modelCi.environments takes {{branches}}",
  'deployment.noBranch':
    'A version of no branch may not be deployed to {{environment}}: its protection in modelCi.environments takes {{branches}}',
  'deployment.lacksPermission':
    "{{user}}, for whom the version would be deployed automatically, lacks the permission '{{permission}}' for '{{pipeline}}'; have somebody who has it deploy the version",
  'deployment.tokenLacksAction':
    "The build that registered the version began with a token that is not for the action 'deploy', or whose user {{user}} lacks the permission '{{permission}}' for '{{pipeline}}'; have somebody who has it deploy the version",
  'deployment.permissionUnknown':
    'Whether {{user}}, who pushed, may deploy cannot be determined: {{error}}. Until then, deploy the version by hand',
} as const;
