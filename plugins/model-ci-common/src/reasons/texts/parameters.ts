/** What is wrong with the parameters of a pipeline, or with what is given for them. */
export const parameterTexts = {
  'parameter.notOfType':
    'does not apply to parameters of type {{type}}; remove it',
  'parameter.nobodyGives':
    'has no default, and nobody gives it a value where triggers.{{trigger}} starts a run; add default, or remove triggers.{{trigger}}',
  'parameter.scheduleGivesNone':
    "gives no value for parameter '{{name}}', which has no default; write it under parameters",
  'parameter.variable':
    'sets {{variable}}, which holds parameters.{{name}} already; remove it, or rename the parameter',
  'parameter.missing': 'has no default; give it a value',
  'parameter.unknown': 'is no parameter of this pipeline',
  'parameter.noneAtAll': 'is no parameter of this pipeline, which has none',
  'error.hostSilent': '{{repository}} does not answer; try again in a moment',
  /** With the name before what is wrong. */
  'parameter.refused': "Parameter '{{name}}' {{problem}}",
} as const;
