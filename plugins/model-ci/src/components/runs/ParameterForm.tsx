import Typography from '@material-ui/core/Typography';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  ParameterDefinitions,
  ParameterValues,
  RunParameters,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  type Resource,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { ParameterField, type FieldValue } from './ParameterField';

/** What the user has changed, by the name of the parameter. */
export type ChangedFields = Record<string, FieldValue>;

/** A field for each parameter that the definition of the chosen commit has. */
export function ParameterForm(props: {
  found: Resource<RunParameters>;
  changed: ChangedFields;
  onChange(changed: ChangedFields): void;
}) {
  const { found, changed, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (found.error) {
    return (
      <ErrorNotice
        error={found.error}
        title={t('runs.startDialog.parametersUnknown')}
      />
    );
  }
  if (found.data && found.data.definitionErrors.length > 0) {
    return (
      <Typography variant="body2" role="note">
        {t('runs.startDialog.definitionInvalid')}
      </Typography>
    );
  }
  return (
    <>
      {Object.entries(found.data?.parameters ?? {}).map(
        ([name, definition]) => (
          <ParameterField
            key={name}
            name={name}
            definition={definition}
            value={Object.hasOwn(changed, name) ? changed[name] : undefined}
            onChange={value => onChange({ ...changed, [name]: value })}
          />
        ),
      )}
    </>
  );
}

/** What is sent: only what the user has changed, so that everything else keeps the defaults of the definition. */
export function toGiven(
  definitions: ParameterDefinitions,
  changed: ChangedFields,
): ParameterValues {
  return Object.fromEntries(
    Object.entries(definitions).flatMap(([name, { type, default: usual }]) => {
      const value = Object.hasOwn(changed, name) ? changed[name] : undefined;
      if (type === 'boolean') {
        // A checkbox that nobody has touched says no as well.
        return value === undefined && usual !== undefined
          ? []
          : [[name, value ?? false]];
      }
      const isNumber = type === 'integer' || type === 'number';
      if (value === undefined || (isNumber && value === '')) {
        return [];
      }
      return [[name, isNumber ? Number(value) : value]];
    }),
  );
}
