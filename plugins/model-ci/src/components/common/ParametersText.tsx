import type { ParameterValues } from '@model-ci/backstage-plugin-model-ci-common';

/** Parameters with their values, as they are written on a command line. */
export function ParametersText(props: { parameters: ParameterValues }) {
  return (
    <code>
      {Object.entries(props.parameters)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ')}
    </code>
  );
}
