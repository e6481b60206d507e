import { ATTEMPT, LABEL, PLAN } from '../client/schemas';

/** Reads the plan to its end before it removes it; what it then runs is in no file and on no command line. */
export const RUN_PLAN = 'set +x; base64 -d < .model-ci-plan | gzip -dc | sh';

/**
 * The pipeline script of the job, for the sandbox.
 *
 * - A build says by its name which attempt it runs, and looks at all older builds: of several for one attempt the oldest runs,
 *   and it alone. An older one that has not said so yet is waited for.
 * - The plan is no variable of what runs on the agent, where it would be visible and could be too long.
 */
export const PIPELINE = `
def attempt = params.${ATTEMPT}
def plan = env.${PLAN}
currentBuild.displayName = attempt

def older = currentBuild.previousBuild
while (older != null) {
  try {
    while (older.displayName == "#\${older.number}" && older.result == null) {
      sleep 1
    }
    if (older.displayName == attempt || older.displayName.startsWith("\${attempt} on ")) {
      error "Build \${older.number} runs this attempt"
    }
    older = older.previousBuild
  } catch (hudson.AbortException removed) {
    if (removed.message.startsWith('Build ')) {
      throw removed
    }
    older = currentBuild.previousBuild
  }
}

node(params.${LABEL}) {
  currentBuild.displayName = "\${attempt} on \${env.NODE_NAME}"
  dir("model-ci/\${attempt}") {
    try {
      withEnv(['${PLAN}=']) {
        dir('run') {
          writeFile file: '.model-ci-plan', text: plan
          sh label: 'Stage of Model CI', script: '${RUN_PLAN}'
        }
      }
    } finally {
      deleteDir()
    }
  }
}
`;

const DESCRIPTION =
  'Runs stages for Model CI. Builds are started and removed by the portal.';

/** `config.xml` of the job. */
export const JOB_CONFIG = `<?xml version='1.1' encoding='UTF-8'?>
<flow-definition plugin="workflow-job">
  <description>${DESCRIPTION}</description>
  <keepDependencies>false</keepDependencies>
  <properties>
    <hudson.model.ParametersDefinitionProperty>
      <parameterDefinitions>
        <hudson.model.StringParameterDefinition>
          <name>${ATTEMPT}</name>
          <trim>true</trim>
        </hudson.model.StringParameterDefinition>
        <hudson.model.StringParameterDefinition>
          <name>${LABEL}</name>
          <trim>true</trim>
        </hudson.model.StringParameterDefinition>
        <hudson.model.PasswordParameterDefinition>
          <name>${PLAN}</name>
          <defaultValue></defaultValue>
        </hudson.model.PasswordParameterDefinition>
      </parameterDefinitions>
    </hudson.model.ParametersDefinitionProperty>
  </properties>
  <definition class="org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition" plugin="workflow-cps">
    <script>${escapeXml(PIPELINE)}</script>
    <sandbox>true</sandbox>
  </definition>
  <triggers/>
  <disabled>false</disabled>
</flow-definition>
`;

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
