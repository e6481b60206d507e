import { createHash } from 'node:crypto';
import {
  repositoryOf,
  type AttemptSpec,
  type ImageBuild,
  type Registry,
} from '@model-ci/backstage-plugin-model-ci-node';
import { WORKSPACE } from '../pods/scripts';
import { BUILDER } from './builderFiles';

/** Where the pull secrets of the cluster are, each in a folder of its own. */
export const PULL_SECRETS = '/model-ci/pull';
/** What the kubelet takes from a container that ends: whatever a Dockerfile runs cannot write there. */
const END = '/dev/termination-log';
/** The kubelet takes 4096. */
const SHOWN_BYTES = 3500;

/**
 * Puts together the credentials of the portal's registries and those in the pull secrets of the cluster, which the portal
 * may not read. The portal's come last, so that they hold where both have some.
 */
const CREDENTIALS = `
auths() { # FILE
  awk '
    { text = text $0 "\\n" }
    END {
      at = match(text, /"auths"[ \\t\\r\\n]*:[ \\t\\r\\n]*[{]/)
      if (!at) exit
      depth = 1
      for (i = at + RLENGTH; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (quoted) {
          if (c == "\\\\") { printf "%s", c; i++; c = substr(text, i, 1) }
          else if (c == "\\"") quoted = 0
        } else if (c == "\\"") quoted = 1
        else if (c == "{") depth++
        else if (c == "}" && --depth == 0) exit
        printf "%s", c
      }
    }' "$1"
}

comma=
{
  printf '{"auths":{'
  for file in ${PULL_SECRETS}/*/config.json ${BUILDER}/config.json; do
    [ -f "$file" ] || continue
    entries=$(auths "$file")
    case $entries in *'"'*) printf '%s%s' "$comma" "$entries"; comma=, ;; esac
  done
  printf '}}'
} > docker/config.json
`;

export interface BuildScriptOptions {
  spec: Pick<
    AttemptSpec,
    'attemptId' | 'pipelineRef' | 'network' | 'env' | 'secrets'
  >;
  build: ImageBuild;
  registries: Registry[];
  plainHttp: string[];
  hasCa: boolean;
}

/** The repositories that an image is pushed to; it is run from the first. */
export function repositoriesOf(
  registries: Registry[],
  pipelineRef: string,
): string[] {
  return registries.flatMap(({ host, push }) =>
    push === undefined ? [] : [`${host}/${repositoryOf(pipelineRef, push)}`],
  );
}

/**
 * The script of a stage that builds an image, in an image like moby/buildkit:rootless.
 *
 * - What can be bad about a context is that a link leads out of the workspace; the builder follows none within it.
 * - Credentials and secrets are files, in a place that the sandboxes of RUN do not have. A command gets the secrets that
 *   its Dockerfile mounts for it; they are in no layer, no cache and no history of the image.
 * - The end is `built DIGEST`, `refused CODE`, or `failed` with the end of the output.
 */
export function buildScript(options: BuildScriptOptions): string {
  const { build } = options;
  return `
umask 077
cd "$HOME"
mkdir -p run tmp state docker secrets
${secretNames(options)
  .map(name => `printf %s "$${name}" > secrets/${name}; unset ${name}`)
  .join('\n')}
export USER="\${USER:-user}" XDG_RUNTIME_DIR="$HOME/run" TMPDIR="$HOME/tmp" DOCKER_CONFIG="$HOME/docker"
export BUILDKITD_FLAGS="--config=${BUILDER}/buildkitd.toml --root=$HOME/state" BUILDCTL_CONNECT_RETRIES_MAX=100
refuse() { # CODE WORDS
  printf 'refused %s' "$1" > ${END}
  printf '%s\\n' "$2"
  exit 1
}
folder=${quote(build.context)}
context=$(cd -P "${WORKSPACE}/$folder" 2> /dev/null && pwd -P) || refuse no-context "There is no folder '$folder' in the workspace"
case $context in
  ${WORKSPACE} | ${WORKSPACE}/*) ;;
  *) refuse escapes "'$folder' leaves the workspace through a link" ;;
esac
${CREDENTIALS}
mkfifo pipe
tail -c ${SHOWN_BYTES} < pipe > shown &
{ code=0; buildctl-daemonless.sh build ${argumentsOf(options)
    .map(quote)
    .join(' ')} --local "context=$context" --local "dockerfile=$context" \\
    --metadata-file "$HOME/metadata" 2>&1 || code=$?; echo $code > status; } | tee pipe
wait
read -r status < status
if [ "$status" = 0 ]; then
  sed -n 's/.*"containerimage.digest": *"\\(sha256:[0-9a-f]*\\)".*/built \\1/p' metadata > ${END}
else
  { echo failed; cat shown; } > ${END}
fi
exit "$status"
`;
}

function argumentsOf(options: BuildScriptOptions): string[] {
  const { spec, build, registries, plainHttp, hasCa } = options;
  const tags = [
    spec.attemptId,
    ...(build.tag === undefined ? [] : [build.tag]),
  ];
  const names = repositoriesOf(registries, spec.pipelineRef).flatMap(
    repository => tags.map(tag => `${repository}:${tag}`),
  );
  return [
    '--frontend=dockerfile.v0',
    `--opt=filename=${build.dockerfile}`,
    ...Object.entries(build.args).map(
      ([name, value]) => `--opt=build-arg:${name}=${value}`,
    ),
    ...secretNames(options).map(
      name => `--secret=id=${name},src=secrets/${name}`,
    ),
    ...(spec.network === 'none' ? ['--opt=force-network-mode=none'] : []),
    `--output=type=image,"name=${names.join(',')}",push=true`,
    ...cacheOptions(spec, registries),
    `--source-policy-file=${BUILDER}/policy.json`,
    ...registries.flatMap(({ host }) => tlsOf(host, plainHttp, hasCa)),
    '--progress=plain',
  ];
}

/** Names of variables, so that they need no quotes. */
function secretNames({ spec }: BuildScriptOptions): string[] {
  return Object.keys(spec.secrets ?? {});
}

/**
 * Layers of the branch alone: a command can outlive its step and change what other steps of its build leave, which must not
 * get into builds of another branch.
 */
function cacheOptions(
  { pipelineRef, env }: BuildScriptOptions['spec'],
  registries: Registry[],
): string[] {
  const branch = env.MODEL_CI_BRANCH;
  if (!branch) {
    return [];
  }
  const digest = createHash('sha256').update(branch).digest('hex');
  const [cache] = registries.flatMap(({ host, push }) =>
    push === undefined
      ? []
      : [`${host}/${repositoryOf(pipelineRef, `${push}/cache`)}`],
  );
  const ref = `${cache}:layers-${digest.slice(0, 32)}`;
  return [
    `--import-cache=type=registry,ref=${ref}`,
    `--export-cache=type=registry,ref=${ref},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
  ];
}

/** How credentials get to the service that a registry has tokens from. */
function tlsOf(host: string, plainHttp: string[], hasCa: boolean): string[] {
  const flag = (how: string) => [
    `--registry-auth-tlscontext=host=https://${host},${how}`,
  ];
  if (plainHttp.includes(host)) {
    return flag('insecure=true');
  }
  return hasCa ? flag(`ca=${BUILDER}/ca.pem`) : [];
}

/** A text as one word of a shell script. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
